"""Starting an entry and saving its words: every version is kept, and nobody overwrites anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.desk.actions.locking import bring_to_desk, close, hold, reopen
from rapport.desk.audit_words import about
from rapport.desk.cleaning import clean_line, clean_words
from rapport.desk.fields import FIELDS
from rapport.desk.models import Progress, Version
from rapport.desk.policies import may_change_at_once
from rapport.desk.queries.words import site_languages
from rapport.desk.refusals import Refused, SavedMeanwhile
from rapport.digest import actions as digest
from rapport.digest.models import Entry
from rapport.literature.models import Article, ResearchType, Topic
from rapport.web.templatetags.web import time_of_day

STRETCH = dt.timedelta(minutes=10)
LONGEST_SLUG = 60  # as the names of content files
NOT_AN_ENTRY = {"new"}


def start_entry(
    *,
    article: Article,
    language: str,
    title: str,
    research_type: ResearchType,
    topics: Iterable[Topic] = (),
    by: Person,
    now: dt.datetime,
) -> Entry:
    """A new draft about `article`, with `by` as its author. Its slug comes from the title and is made unique.

    Refused when the article has an entry already (the sentence names it), or when the title is empty or too long.
    """
    if language not in known_languages():
        raise Refused(_("The digest is not written in “%(language)s”.") % {"language": language[:8]})
    title = clean_line(title, _("Title"), longest=200, needed=True)
    with transaction.atomic():
        entry = _begun(article, language, title, research_type, list(topics))
        Progress.objects.create(entry=entry, author=by, changed_at=now)
        words = dict.fromkeys(FIELDS, "") | {"title": title, "author": by.name}
        Version.objects.create(entry=entry, language=language, number=1, words=words, by=by, begun_at=now, saved_at=now)
        digest.write_text(entry=entry, language=language, words=words)
        record(stream="digest", by=by, did="entry.begun", about=about(entry), now=now, article=article.key)
    return entry


def _begun(article: Article, language: str, title: str, research_type: ResearchType, topics: list[Topic]) -> Entry:
    """The entry, under the first slug that is free; somebody else may take it, or the article, in this very moment."""
    for slug in _slugs(title, article):
        if other := Entry.objects.filter(article=article).first():
            raise Refused(_("This article has an entry already: “%(slug)s”.") % {"slug": other.slug})
        if slug in NOT_AN_ENTRY or Entry.objects.filter(slug=slug).exists():
            continue
        try:
            with transaction.atomic():
                return digest.begin_entry(
                    slug=slug, article=article, language=language, research_type=research_type, topics=topics
                )
        except IntegrityError:
            continue
    raise Refused(_("No address could be made of this title; change it a little."))


def _slugs(title: str, article: Article) -> Iterable[str]:
    base = "-".join(part for part in slugify(title).replace("_", "-").split("-") if part) or article.key
    base = base[:LONGEST_SLUG].strip("-")
    yield base
    for number in range(2, 1000):
        yield f"{base[: LONGEST_SLUG - 4].strip('-')}-{number}"


def known_languages() -> set[str]:
    """The languages in which an entry may be written."""
    return {*site_languages(), *(code for code, _name in settings.LANGUAGES)}


@transaction.atomic
def save_words(
    *,
    entry: Entry,
    language: str,
    words: Mapping[str, str],
    on: tuple[int, int] | None,
    by: Person,
    now: dt.datetime,
    of_original: int | None = None,
) -> Version:
    """Save the words of one language; fields that `words` leaves out stay as they are.

    `on` is the version the words were made from, as `Words.on` gave it: (number, saves); None or (0, 0) when there
    was none. Raises `SavedMeanwhile` when that is no longer the newest and the words differ from what stands there.
    What one person types within `STRETCH` is one version; a pause, another person or a deed begins the next.
    Words that equal the newest change nothing. `of_original`: the number of the original's version that this
    translation now fits; left out, what it last fitted (the newest, when it is only begun).

    An entry that was approved or is out goes back to being made: in review, or a draft again; but a translation
    beside an approved original only loses its own approval.
    Refused in words that name the field: too long, control characters, an unknown language or field.
    """
    clean = clean_words(words)
    held = hold(entry)
    progress, newest = _open_for_writing(held, language, now)
    before = {field: newest.words.get(field, "") if newest else "" for field in FIELDS}
    whole = {**before, **clean}
    fits = _fitted(held, language, newest, of_original)
    if newest and whole == before and fits == newest.of_original:
        return newest
    if not _reads_newest(on, newest):
        raise _saved_meanwhile(newest)
    extends = newest and not newest.closed and newest.by_id == by.pk and now - newest.begun_at <= STRETCH
    if newest and extends:
        newest.words, newest.saved_at, newest.of_original = whole, now, fits
        newest.saves += 1
        newest.save(update_fields=["words", "saved_at", "saves", "of_original"])
        saved = newest
    else:
        saved = _new_version(held, language, whole, newest, by=by, now=now, of_original=fits)
    _written(held, progress, saved, by=by, now=now, why=f"words:{language}")
    return saved


@transaction.atomic
def restore_version(
    *, entry: Entry, language: str, number: int, on: tuple[int, int] | None, by: Person, now: dt.datetime
) -> Version:
    """Make an older version's words the newest again, as a new version. `on` as in `save_words`."""
    held = hold(entry)
    progress, newest = _open_for_writing(held, language, now)
    old = Version.objects.filter(entry=held, language=language, number=number).first()
    if old is None or newest is None:
        raise Refused(_("There is no version %(number)d of this text.") % {"number": number})
    if not _reads_newest(on, newest):
        raise _saved_meanwhile(newest)
    if old.words == newest.words:
        return newest
    saved = _new_version(
        held,
        language,
        old.words,
        newest,
        by=by,
        now=now,
        of_original=old.of_original,
        restored_from=old.number,
    )
    _written(held, progress, saved, by=by, now=now, why=f"restored:{language}")
    return saved


@transaction.atomic
def confirm_translation(*, entry: Entry, language: str, original: int, by: Person, now: dt.datetime) -> Version:
    """Say that the translation, as it stands, fits version `original` of the original: it is no longer behind."""
    held = hold(entry)
    progress, newest = _open_for_writing(held, language, now)
    if newest is None or language == held.language:
        raise Refused(_("There is no translation here that could be confirmed."))
    newest.of_original = _fitted(held, language, newest, original)
    newest.save(update_fields=["of_original"])
    if progress.stage == Progress.Stage.OUT and not held.texts.filter(language=language).exists():
        reopen(progress, by=by, now=now, why=f"translation:{language}")  # it may go out now, once it is approved
    record(
        stream="digest",
        by=by,
        did="entry.translation-confirmed",
        about=about(held),
        now=now,
        language=language,
        number=newest.number,
        original=newest.of_original,
    )
    return newest


@transaction.atomic
def set_shelves(
    *, entry: Entry, research_type: ResearchType, topics: Iterable[Topic], by: Person, now: dt.datetime
) -> Entry:
    """Where readers find it: its type and topics. On a published entry this shows at once, and is recorded.

    Refused when it has been withdrawn, and of a published entry to who is no editor.
    """
    held = hold(entry)
    if held.state == Entry.State.WITHDRAWN:
        raise Refused(_("This entry has been withdrawn."))
    if not may_change_at_once(by, held):
        raise Refused(_("Readers see this entry. An editor can change where they find it; ask one."))
    bring_to_desk(held, now)
    topics = list(topics)
    before = [held.research_type.key, sorted(topic.key for topic in held.topics.all())]
    after = [research_type.key, sorted(topic.key for topic in topics)]
    if before != after:
        digest.set_shelves(entry=held, research_type=research_type, topics=topics)
        record(stream="digest", by=by, did="entry.shelved", about=about(held), now=now, type=after[0], topics=after[1])
    return held


# --- parts --------------------------------------------------------------------------------------------


def _open_for_writing(entry: Entry, language: str, now: dt.datetime) -> tuple[Progress, Version | None]:
    """The entry's progress and its newest version in a language; refuses what may not be written."""
    if entry.state == Entry.State.WITHDRAWN:
        raise Refused(_("This entry has been withdrawn; its words stay as they were."))
    progress = bring_to_desk(entry, now)
    newest = Version.objects.filter(entry=entry, language=language).select_related("by").order_by("-number").first()
    if newest is None and language not in known_languages():
        raise Refused(_("The digest is not written in “%(language)s”.") % {"language": language[:8]})
    return progress, newest


def _reads_newest(on: tuple[int, int] | None, newest: Version | None) -> bool:
    """Whether `on` is what stands. Who opened an entry before it came to the desk read what became version 1."""
    stands = (newest.number, newest.saves) if newest else (0, 0)
    came_from_files = newest is not None and stands == (1, 1) and newest.by_id is None
    return (on or (0, 0)) == stands or (came_from_files and on in (None, (0, 0)))


def _saved_meanwhile(newest: Version | None) -> Refused:
    if newest is None:
        return Refused(_("This text was not there when it was opened; open it again. What you typed is still here."))
    who = newest.by.name if newest.by else newest.by_name
    message = _(
        "%(who)s saved this text at %(time)s, after it was opened here. Nothing is lost: what you typed is still "
        "here. Compare the two, and save again."
    )
    return SavedMeanwhile(newest, message % {"who": who, "time": time_of_day(newest.saved_at)})


def _fitted(entry: Entry, language: str, newest: Version | None, asked: int | None) -> int | None:
    """Which version of the original a translation fits; that one is then closed, so that it stays what it was."""
    if language == entry.language:
        return None
    originals = Version.objects.filter(entry=entry, language=entry.language)
    if asked is not None:
        original = originals.filter(number=asked).first()
        if original is None:
            raise Refused(_("There is no version %(number)d of the original.") % {"number": asked})
    elif newest is not None:
        return newest.of_original
    else:
        original = originals.order_by("-number").first()
    close(original)
    return original.number if original else None


def _new_version(
    entry: Entry,
    language: str,
    words: Mapping[str, str],
    newest: Version | None,
    *,
    by: Person,
    now: dt.datetime,
    of_original: int | None,
    restored_from: int | None = None,
) -> Version:
    close(newest)
    saved = Version.objects.create(
        entry=entry,
        language=language,
        number=newest.number + 1 if newest else 1,
        words=dict(words),
        of_original=of_original,
        by=by,
        begun_at=now,
        saved_at=now,
        closed=restored_from is not None,
        restored_from=restored_from,
    )
    did = "entry.restored" if restored_from else "entry.written"
    record(stream="digest", by=by, did=did, about=about(entry), now=now, language=language, number=saved.number)
    return saved


def _written(entry: Entry, progress: Progress, saved: Version, *, by: Person, now: dt.datetime, why: str) -> None:
    """What follows from new words: their approval lapses, and a draft's words are kept where exports find them."""
    if entry.state == Entry.State.DRAFT and progress.author_id is None and not progress.author_name:
        progress.author = by  # of what is out, who wrote it stays who readers see: correctors stand in the history
    if saved.language != entry.language and progress.stage == Progress.Stage.APPROVED:
        progress.changed_at = now  # a translation has an approval of its own, and takes nothing from the original's
        progress.save()
    else:
        reopen(progress, by=by, now=now, why=why)
    digest.keep_from_imports(entry=entry)
    if entry.state == Entry.State.DRAFT:
        digest.write_text(entry=entry, language=saved.language, words=saved.words)
