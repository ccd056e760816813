"""What readers of an entry's other texts are told when only one of them is corrected."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import override

from rapport.desk.queries.words import is_behind, newest_words, texts_of
from rapport.digest.models import Entry
from rapport.web.templatetags.web import language_name


def languages_left(entry: Entry, corrected: Collection[str]) -> dict[str, bool]:
    """The languages that readers have and that a correction leaves as they are, and whether each is behind by it."""
    words = newest_words(entry)
    shown = {text.language: texts_of(text) for text in entry.texts.all()}
    return {
        language: language != entry.language
        and (is_behind(entry, language) is not None or words[language].texts != texts)
        for language, texts in shown.items()
        if language not in corrected
    }


def told_to_all(entry: Entry, account: Mapping[str, str], corrected: Collection[str]) -> dict[str, str]:
    """The account, with a sentence in their own language for readers of each text that is left as it is."""
    told = dict(account)
    if not corrected:
        return told
    which = entry.language if entry.language in corrected else min(corrected)
    for language, is_late in languages_left(entry, corrected).items():
        with override(language):
            if is_late:
                line = _("This concerns the text in %(language)s; this one does not have the correction yet.")
            else:
                line = _("This concerns the text in %(language)s; this one needed no change.")
            said = line % {"language": language_name(which)}
        told[language] = f"{told[language]} {said}" if told.get(language) else said
    return told
