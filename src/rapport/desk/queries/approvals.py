"""Which words have been approved, and who wrote those that would be."""

from __future__ import annotations

from collections.abc import Collection

from rapport.accounts.models import Person
from rapport.desk.models import Progress, Version
from rapport.desk.policies import MAY_EDIT
from rapport.digest.models import Entry


def writers_of(entry: Entry, progress: Progress, languages: Collection[str]) -> set[int]:
    """The accounts that wrote any part of these languages' words since they were last approved.

    The author of the whole counts too, until the original has been approved once, and when nobody wrote since: then
    it is approved anew because of what is stored of its article.
    """
    approved = progress.approved_versions
    written = Version.objects.filter(entry=entry, language__in=languages, by__isnull=False)
    rows = written.order_by().values_list("language", "number", "by")
    since = {by for language, number, by in rows if by and number > approved.get(language, 0)}
    is_first = entry.language in languages and entry.language not in approved
    if progress.author_id and (is_first or not since):
        since.add(progress.author_id)
    return since


def approvers(writers: Collection[int]) -> list[Person]:
    """Who may approve where those who wrote may not."""
    editors = Person.objects.filter(is_active=True, grants__role__in=MAY_EDIT.roles).exclude(pk__in=writers)
    return list(editors.distinct())


def at_stake(entry: Entry, language: str, number: int = 0) -> str:
    """What a change of these words takes away: the entry's approval; that of this translation, which stands beside
    the original's (“translation-beside” has none yet); or nothing. `number` is the newest version's.
    """
    progress = getattr(entry, "progress", None)
    if progress is None or progress.stage != Progress.Stage.APPROVED:
        return ""
    if language == entry.language:
        return "entry"
    return "translation" if is_approved(progress, language, number) else "translation-beside"


def is_approved(progress: Progress | None, language: str, number: int) -> bool:
    """Whether this version is the one that was last approved; what has not been at the desk asks for no approval."""
    return progress is None or progress.approved_versions.get(language) == number
