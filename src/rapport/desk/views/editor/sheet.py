"""All that the editing page shows."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from rapport.accounts.models import Person
from rapport.accounts.policies import signed_in
from rapport.desk import queries
from rapport.desk.editing import number_check, sum_of, written_fields
from rapport.desk.fields import AT_A_GLANCE, LONG_FIELDS
from rapport.desk.previewing import as_readers_see
from rapport.desk.queries.articles import abstract_of
from rapport.desk.views.editor.sent import Sent, written_on
from rapport.desk.views.editor.waiting import waiting_with
from rapport.digest.models import Entry
from rapport.literature.models import Finding
from rapport.literature.presenting import finding_rows


def sheet(
    request: HttpRequest,
    entry: Entry,
    language: str,
    words: queries.Words,
    *,
    sent: Sent | None = None,
    refused: tuple[str, ...] = (),
    saved: bool = True,
) -> dict[str, Any]:
    """All that the editing page shows; of `sent`, what was typed stands in the place of what is saved."""
    person, now = signed_in(request), timezone.now()
    findings = Finding.objects.with_families().order_by("position")
    prefetch_related_objects([entry.article], Prefetch("findings", findings), "overlaps_with")
    is_translation = language != entry.language
    original = queries.words_of(entry, entry.language) if is_translation else None
    texts = {**words.texts, **(sent.texts if sent else {})}
    if original and not words.is_written and sent is None:
        texts |= {"author": original.texts["author"], "translator": person.name}
    behind = queries.is_behind(entry, language) if is_translation else None
    then = queries.version(entry, entry.language, behind.of_original) if behind and behind.of_original else None
    abstract = abstract_of(entry.article)
    check = number_check(
        entry,
        texts,
        language,
        acknowledgements=queries.acknowledgements_in(texts, entry=entry, language=language),
        reasons=sent.typed.reasons if sent else None,
        abstract=abstract.text if abstract else "",
    )
    if check.open_figures:
        check = check.offering(queries.answered_before(entry, language, check.open_figures))
    fields = written_fields(
        texts,
        language,
        check=check,
        notes=queries.notes_of(entry, language),
        original=original,
        original_then=then.words if then else None,
        typed=sent.typed if sent else None,
    )
    others = queries.who_else(entry, language, person, now)
    return {
        "entry": entry,
        "article": entry.article,
        "abstract": abstract,
        "findings": finding_rows(list(entry.article.findings.all())),
        "waiting": SimpleLazyObject(lambda: waiting_with(request, entry.article)),  # not in what is asked while typing
        "text_language": language,
        "languages": queries.languages_of(entry),
        "words": words,
        "on": written_on(sent.on if sent and not saved else words.on),
        "original": original,
        "behind": behind,
        "fields": fields,
        "short_fields": [fields[name] for name in AT_A_GLANCE],
        "long_fields": [fields[name] for name in LONG_FIELDS],
        "check": check,
        "number_of_words": sum_of(fields),
        "preview": as_readers_see(
            entry, texts, language, request=request, findings=list(entry.article.findings.all()), within=True
        ),
        "stage": queries.stage_of(entry),
        "stake": queries.at_stake(entry, language, words.number),
        "others": others,
        "told": told(others),
        "refused": refused,
        "saved": saved,
        "unsaved": not saved,
    }


def told(others: list[Person]) -> str:
    """By whom a page knows whether its line on who else is here still holds."""
    return " ".join(str(other.pk) for other in others)
