"""What stands in an entry at the desk: its newest words, its versions, and whether a translation is behind."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from rapport.accounts.models import Person
from rapport.desk.differing import OriginalParagraph, since_translated
from rapport.desk.fields import FIELDS, NOT_TRANSLATED
from rapport.desk.models import Version
from rapport.digest.models import Entry, EntryText, SiteIdentity

MOST_VERSIONS = 100  # that are listed at once


@dataclass(frozen=True)
class Words:
    """An entry's newest words in one language. `texts` has every one of `FIELDS`, empty where nothing is written."""

    language: str
    texts: Mapping[str, str]
    number: int = 0  # of the version; 0: as it stands in the digest, or nothing yet
    saves: int = 0
    by: Person | None = None
    saved_at: dt.datetime | None = None
    of_original: int | None = None

    @property
    def on(self) -> tuple[int, int]:
        """What to hand to `save_words`, so that nobody overwrites anybody."""
        return self.number, self.saves

    @property
    def is_written(self) -> bool:
        """Whether there is anything in this language."""
        return bool(self.number) or any(self.texts.values())


def words_of(entry: Entry, language: str) -> Words:
    """The newest words in a language: of the newest version, or else as they stand in the digest."""
    newest = Version.objects.filter(entry=entry, language=language).select_related("by").order_by("-number").first()
    if newest:
        return words_in(newest)
    text = EntryText.objects.filter(entry=entry, language=language).first()
    return Words(language, texts_of(text))


def newest_words(entry: Entry) -> dict[str, Words]:
    """The newest words in each language that has any; the entry's own language first."""
    return newest_words_of_many([entry])[entry.pk]


def newest_words_of_many(entries: Iterable[Entry]) -> dict[int, dict[str, Words]]:
    """`newest_words` of several entries, by their primary keys. Two queries."""
    entries = list(entries)
    keys = [entry.pk for entry in entries]
    found: dict[int, dict[str, Words]] = defaultdict(dict)
    for text in EntryText.objects.filter(entry__in=keys):
        found[text.entry_id][text.language] = Words(text.language, texts_of(text))
    for version in newest_versions(Version.objects.filter(entry__in=keys)).select_related("by"):
        found[version.entry_id][version.language] = words_in(version)
    return {
        entry.pk: dict(sorted(found[entry.pk].items(), key=lambda pair: (pair[0] != entry.language, pair[0])))
        for entry in entries
    }


def newest_versions(of: QuerySet[Version]) -> QuerySet[Version]:
    """Of these versions, each language's newest."""
    newer = Version.objects.filter(
        entry=OuterRef("entry"), language=OuterRef("language"), number__gt=OuterRef("number")
    )
    return of.filter(~Exists(newer))


def words_in(version: Version) -> Words:
    """The words of a version."""
    return Words(
        language=version.language,
        texts={field: str(version.words.get(field, "")) for field in FIELDS},
        number=version.number,
        saves=version.saves,
        by=version.by,
        saved_at=version.saved_at,
        of_original=version.of_original,
    )


def texts_of(text: EntryText | None) -> dict[str, str]:
    """The words readers see of a text, by field; empty ones for no text."""
    return {field: getattr(text, field) if text else "" for field in FIELDS}


def languages_of(entry: Entry) -> tuple[str, ...]:
    """The languages in which something is written, its own first, and then those the site has."""
    written = [language for language, words in newest_words(entry).items() if words.is_written]
    return tuple(dict.fromkeys([entry.language, *written, *site_languages()]))


def site_languages() -> list[str]:
    """The languages that the network writes in; the first is the one its own notes are in."""
    site = SiteIdentity.objects.only("languages").first()
    return list(site.languages) if site and site.languages else ["en"]


def versions(entry: Entry, language: str, *, before: int = 0) -> list[Version]:
    """The versions in a language, the newest first, with who wrote them: a hundred, those before number `before`."""
    found = Version.objects.filter(entry=entry, language=language).select_related("by").order_by("-number")
    return list((found.filter(number__lt=before) if before else found)[:MOST_VERSIONS])


def version(entry: Entry, language: str, number: int) -> Version | None:
    return Version.objects.filter(entry=entry, language=language, number=number).select_related("by").first()


# --- translations -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Behind:
    """How far a translation is behind its original: which paragraphs of the original changed since.

    `changed` are these paragraphs, each with the field it stands in.
    """

    of_original: int
    newest: int
    changed: tuple[tuple[str, OriginalParagraph], ...]


def is_behind(entry: Entry, language: str) -> Behind | None:
    """Whether the original changed since this translation was made of it; None when not, or of the original itself."""
    words = newest_words(entry)
    if language == entry.language or language not in words or entry.language not in words:
        return None
    return behind(words[entry.language], words[language], earlier_originals([(entry, words)]).get(entry.pk, {}))


def earlier_originals(of: Iterable[tuple[Entry, Mapping[str, Words]]]) -> dict[int, dict[int, Version]]:
    """The originals' versions that translations were made of, where they are no longer the newest. One query."""
    wanted: dict[int, tuple[str, set[int]]] = {}
    for entry, words in of:
        newest = words[entry.language].number if entry.language in words else 0
        numbers = {w.of_original for w in words.values() if w.language != entry.language and w.of_original}
        if older := {number for number in numbers if number and number < newest}:
            wanted[entry.pk] = (entry.language, older)
    found: dict[int, dict[int, Version]] = defaultdict(dict)
    if wanted:
        numbers = set().union(*(older for _, older in wanted.values()))
        for one in Version.objects.filter(entry__in=wanted, number__in=numbers):
            language, older = wanted[one.entry_id]
            if one.language == language and one.number in older:
                found[one.entry_id][one.number] = one
    return found


def behind(original: Words, translation: Words, earlier: Mapping[int, Version]) -> Behind | None:
    """What of `original` changed since the version that `translation` was made of; None when nothing did."""
    then = earlier.get(translation.of_original or 0)
    if then is None:
        return None
    before = words_in(then).texts
    changed = tuple(
        (field, paragraph)
        for field in FIELDS
        if field not in NOT_TRANSLATED
        for paragraph in since_translated(before[field], original.texts[field])
        if paragraph.changed
    )
    return Behind(then.number, original.number, changed) if changed else None
