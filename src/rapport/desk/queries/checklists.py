"""What is still to do before an entry, or an issue, can go out: a checklist of whole sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.desk.checking import Checked, check_words, doubts_about, facts_of
from rapport.desk.models import Progress
from rapport.desk.queries.approvals import is_approved
from rapport.desk.queries.completeness import lacking, wordless
from rapport.desk.queries.whole import WholeEntry, whole_entries
from rapport.desk.queries.words import behind, site_languages
from rapport.desk.suggesting import unnamed_claim
from rapport.digest.models import Entry, Issue
from rapport.literature.models import Notice
from rapport.web.templatetags.web import language_name
from rapport.web.wording import in_language

USUAL = (2, 3)  # entries in an issue
POINT = re.compile(r"\s*([-*+]|\d{1,9}[.)])\s")


class Status(StrEnum):
    DONE = "done"
    OPEN = "open"  # worth a look; does not keep it from going out
    BLOCKING = "blocking"


@dataclass(frozen=True)
class Item:
    """One line of a checklist. `key` says which: title, author, summary, implications, points, limitations,
    contradicted, unsupported, questions, behind, incomplete; of the entry itself: shelves, article, notice, unnamed,
    doubts, notes, translation, approved; of an issue: entries, teaser, entry."""

    key: str
    status: Status
    sentence: str
    language: str = ""
    entry: Entry | None = None
    field: str = ""
    finding: str = ""


@dataclass(frozen=True)
class Checklist:
    items: tuple[Item, ...]

    @property
    def blocking(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.status is Status.BLOCKING)

    @property
    def open(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.status is Status.OPEN)

    @property
    def ready(self) -> bool:
        """Whether it can go out."""
        return not self.blocking


def check_of(entry: Entry, language: str) -> Checked:
    """The number check of an entry's newest words, with what was acknowledged."""
    return _checked(_one(entry), language)


def readiness(entry: Entry, language: str | None = None) -> Checklist:
    """What an entry still needs; with `language`, what its text in that language needs.

    Its own language must be ready. A translation that is not stays behind and is told as open, unless it is asked
    about by `language`.
    """
    whole = _one(entry)
    return Checklist(tuple(_of_text(whole, language))) if language else _of_entry(whole, site_languages())


def goes_out(entry: Entry) -> list[str]:
    """The languages in which it would be shown if it went out now: its own, and each translation that is ready and
    approved.
    """
    return list(outlook(entry).goes_out)


def approvable(entry: Entry) -> list[str]:
    """The languages whose words an approval given now is about: its own, and each translation that is ready."""
    return list(outlook(entry).approvable)


@dataclass(frozen=True)
class Outlook:
    """What an entry still needs, and in which languages it is to be approved, or would go out."""

    checklist: Checklist
    approvable: tuple[str, ...]
    goes_out: tuple[str, ...]
    to_approve: tuple[str, ...]  # translations that wait beside an original that is approved


def outlook(entry: Entry) -> Outlook:
    """`readiness`, `approvable` and `goes_out` of an entry, read together."""
    whole = _one(entry)
    own = entry.language
    ready = [language for language in whole.words if language == own or not _blocking(whole, language)]
    return Outlook(
        checklist=_of_entry(whole, site_languages()),
        approvable=tuple(ready),
        goes_out=tuple(language for language in ready if language == own or _is_approved(whole, language)),
        to_approve=tuple(language for language in ready if _waits_for_approval(whole, language)),
    )


def issue_readiness(issue: Issue) -> Checklist:
    """What an issue still needs: two or three entries, its line in the site's languages, each entry ready."""
    languages = site_languages()
    entries = whole_entries(issue.entries.order_by("position"))
    items = [*_of_number(len(entries)), *_of_teaser(issue, languages)]
    for whole in entries:
        checklist = _of_entry(whole, languages)
        if checklist.ready:
            sentence = _("“%(title)s” is ready.") % {"title": _title(whole)}
            items.append(Item("entry", Status.DONE, sentence, entry=whole.entry))
        for item in checklist.blocking:
            sentence = _("“%(title)s”: %(what)s") % {"title": _title(whole), "what": item.sentence}
            items.append(replace(item, key="entry", sentence=sentence, entry=whole.entry))
    return Checklist(tuple(items))


# --- of an entry --------------------------------------------------------------------------------------


def _one(entry: Entry) -> WholeEntry:
    return whole_entries([entry])[0]


def _title(whole: WholeEntry) -> str:
    words = whole.words.get(whole.entry.language)
    return (words.texts["title"] if words else "") or whole.entry.slug


def _of_entry(whole: WholeEntry, languages: list[str]) -> Checklist:
    own = whole.entry.language
    items = [
        *_of_text(whole, own),
        *_of_shelves(whole),
        *_of_article(whole),
        *_of_claims(whole),
        *_of_doubts(whole),
        *_of_notes(whole),
    ]
    for language in dict.fromkeys([*whole.words, *languages]):
        if language != own:
            items += _of_translation(whole, language)
    return Checklist((*items, _of_approval(whole)))


def _of_text(whole: WholeEntry, language: str) -> Iterator[Item]:
    words = whole.words.get(language)
    texts = words.texts if words else {}
    empty = {
        "title": (_("It has no title."), _("It has a title.")),
        "author": (_("It does not say who wrote it."), _("It says who wrote it.")),
        "summary": (_("It has no summary."), _("It has a summary.")),
        "implications": (_("It has no practice implications."), _("It has practice implications.")),
    }
    for field, (missing, there) in empty.items():
        written = bool(texts.get(field))
        status = Status.DONE if written else Status.BLOCKING
        yield Item(field, status, there if written else missing, language, field=field)
    if language == whole.entry.language:  # a translation is told what it lacks of its original
        yield _of_limitations(texts, language)
    if are_run_together(texts.get("implications", "")):
        sentence = _("Its practice implications run together into one paragraph: begin each with “- ”.")
        yield Item("points", Status.OPEN, sentence, language, field="implications")
    if texts.get("title") and texts["title"].casefold() == whole.entry.article.title.casefold():
        sentence = _("Its title is the article’s; an entry has a title of its own.")
        yield Item("title", Status.OPEN, sentence, language, field="title")
    yield from _of_figures(_checked(whole, language), language)
    yield from _of_being_behind(whole, language)
    yield from _of_being_whole(whole, language)


def are_run_together(implications: str) -> bool:
    """Whether several lines were typed, none of which is a point or a paragraph of its own."""
    lines = implications.strip().splitlines()
    return len(lines) > 1 and all(line.strip() and not POINT.match(line) for line in lines)


def _of_limitations(texts: Mapping[str, str], language: str) -> Item:
    """A file may leave them out, so an entry without them goes out; readers then learn nothing of how sure to be."""
    if texts.get("limitations"):
        return Item("limitations", Status.DONE, _("It has limitations."), language, field="limitations")
    sentence = _("It has no limitations: say what readers should keep in mind, such as who was left out.")
    return Item("limitations", Status.OPEN, sentence, language, field="limitations")


def _of_being_whole(whole: WholeEntry, language: str) -> Iterator[Item]:
    own, words = whole.words.get(whole.entry.language), whole.words.get(language)
    if language == whole.entry.language or own is None or words is None:
        return
    findings = whole.entry.article.findings.all()
    lacks = [*lacking(own.texts, words.texts, language), *wordless(findings, whole.entry.language, language)]
    for lack in lacks:
        status = Status.BLOCKING if lack.blocks else Status.OPEN
        yield Item("incomplete", status, lack.sentence, language, field=lack.field, finding=lack.finding)


def _checked(whole: WholeEntry, language: str) -> Checked:
    words = whole.words.get(language)
    if words is None:
        return Checked()
    acknowledged = whole.acknowledged(language)
    return check_words(words.texts, facts_of(whole.entry.article), language=language, acknowledged=acknowledged)


def _of_figures(checked: Checked, language: str) -> Iterator[Item]:
    for figure in checked.contradicted:
        yield Item("contradicted", Status.BLOCKING, figure.message, language, field=figure.field)
    if not checked.contradicted:
        yield Item("contradicted", Status.DONE, _("No figure contradicts what is stored of the article."), language)
    for figure in checked.open:
        yield Item("unsupported", Status.BLOCKING, figure.message, language, field=figure.field)
    if not checked.open:
        sentence = _("Every figure is supported, or somebody answers for it.")
        yield Item("unsupported", Status.DONE, sentence, language)
    for figure in checked.questions:
        for question in figure.questions:
            yield Item("questions", Status.OPEN, question, language, field=figure.field)


def _of_being_behind(whole: WholeEntry, language: str) -> Iterator[Item]:
    own = whole.words.get(whole.entry.language)
    words = whole.words.get(language)
    if language == whole.entry.language or own is None or words is None:
        return
    late = behind(own, words, whole.earlier)
    if late is None:
        yield Item("behind", Status.DONE, _("It fits the newest original."), language)
        return
    sentence = ngettext(
        "The original changed since in %(count)d paragraph.",
        "The original changed since in %(count)d paragraphs.",
        len(late.changed),
    ) % {"count": len(late.changed)}
    yield Item("behind", Status.BLOCKING, sentence, language)


def _of_shelves(whole: WholeEntry) -> Iterator[Item]:
    if whole.entry.topics.all():
        yield Item("shelves", Status.DONE, _("It has a type and topics."))
    else:
        yield Item("shelves", Status.BLOCKING, _("It has no topic; choose at least one, so that readers find it."))


def _of_article(whole: WholeEntry) -> Iterator[Item]:
    article = whole.entry.article
    missing = [name for name, value in ((_("authors"), article.authors), (_("title"), article.title)) if not value]
    if missing:
        sentence = _("The article lacks: %(what)s.") % {"what": ", ".join(missing)}
        yield Item("article", Status.BLOCKING, sentence)
    for notice in article.notices.all():
        if notice.kind in (Notice.Kind.RETRACTION, Notice.Kind.CONCERN, Notice.Kind.CORRECTION):
            sentence = _("A notice about the article was published: %(kind)s (%(source)s).")
            values = {"kind": notice.get_kind_display(), "source": notice.source}
            yield Item("notice", Status.OPEN, sentence % values)


def _of_claims(whole: WholeEntry) -> Iterator[Item]:
    for finding in whole.entry.article.findings.all():
        if unnamed_claim(finding.claim, finding.metric_key):
            claim = in_language(finding.claim, whole.entry.language).text
            sentence = _("Readers would see a finding called “%(claim)s”: say in your own words what was found.")
            yield Item("unnamed", Status.BLOCKING, sentence % {"claim": claim})


def _of_doubts(whole: WholeEntry) -> Iterator[Item]:
    doubts = doubts_about(whole.entry.article)
    for doubt in doubts:
        yield Item("doubts", Status.OPEN, f"{doubt.sentence} {doubt.mend}")
    if not doubts:
        yield Item("doubts", Status.DONE, _("The stored findings fit themselves."))


def _of_notes(whole: WholeEntry) -> Iterator[Item]:
    number = len(whole.open_notes)
    if number == 0:
        yield Item("notes", Status.DONE, _("No note is open."))
        return
    sentence = ngettext("%(count)d note is open.", "%(count)d notes are open.", number) % {"count": number}
    first = min(whole.open_notes, key=lambda note: (note.made_at, note.pk))
    yield Item("notes", Status.OPEN, sentence, first.language, field=first.field)


def _of_translation(whole: WholeEntry, language: str) -> Iterator[Item]:
    name = {"language": language_name(language)}
    if language not in whole.words:
        yield Item("translation", Status.OPEN, _("There is no translation yet: %(language)s.") % name, language)
        return
    items = list(_of_text(whole, language))
    blocking = [item for item in items if item.status is Status.BLOCKING]
    lacks = [item for item in items if item.key == "incomplete" and item.status is Status.OPEN]
    if not blocking and _waits_for_approval(whole, language):
        sentence = _("The translation is ready, and stays behind until it is approved: %(language)s.") % name
        yield Item("translation", Status.OPEN, sentence, language)
    elif not blocking and lacks:
        sentence = _("The translation goes out as it is, and lacks something: %(language)s.") % name
        yield Item("translation", Status.OPEN, sentence, language)
    elif not blocking:
        yield Item("translation", Status.DONE, _("The translation is ready: %(language)s.") % name, language)
    else:
        sentence = _("The translation is not ready and stays behind: %(language)s.") % name
        told = " ".join([sentence, *(item.sentence for item in blocking)])
        yield Item("translation", Status.OPEN, told, language, field=blocking[0].field)
    yield from lacks


def _blocking(whole: WholeEntry, language: str) -> list[Item]:
    return [item for item in _of_text(whole, language) if item.status is Status.BLOCKING]


def _is_approved(whole: WholeEntry, language: str) -> bool:
    return is_approved(getattr(whole.entry, "progress", None), language, whole.words[language].number)


def _waits_for_approval(whole: WholeEntry, language: str) -> bool:
    """Whether this translation changed beside an original that is approved; else both are approved together."""
    progress = getattr(whole.entry, "progress", None)
    beside = language != whole.entry.language and progress is not None and progress.stage == Progress.Stage.APPROVED
    return beside and not _is_approved(whole, language)


def _of_approval(whole: WholeEntry) -> Item:
    progress = getattr(whole.entry, "progress", None)
    if progress is None and whole.entry.state == Entry.State.PUBLISHED:
        return Item("approved", Status.DONE, _("It was published from content files."))
    if progress and progress.stage in (Progress.Stage.APPROVED, Progress.Stage.OUT):
        return Item("approved", Status.DONE, _("It is approved."))
    return Item("approved", Status.BLOCKING, _("It is not approved yet."))


# --- of an issue --------------------------------------------------------------------------------------


def _of_number(number: int) -> Iterator[Item]:
    if number == 0:
        yield Item("entries", Status.BLOCKING, _("No entry stands in it yet."))
        return
    sentence = ngettext("%(count)d entry stands in it.", "%(count)d entries stand in it.", number) % {"count": number}
    usual = USUAL[0] <= number <= USUAL[1]
    if not usual:
        usually = _("An issue usually has two or three.")  # in braces it would not be collected for translation
        sentence = f"{sentence} {usually}"
    yield Item("entries", Status.DONE if usual else Status.OPEN, sentence)


def _of_teaser(issue: Issue, languages: list[str]) -> Iterator[Item]:
    for place, language in enumerate(languages):
        name = {"language": language_name(language)}
        if issue.teaser.get(language):
            yield Item("teaser", Status.DONE, _("Its line is written: %(language)s.") % name, language)
        else:
            status = Status.BLOCKING if place == 0 else Status.OPEN
            yield Item("teaser", status, _("Its “this month” line is missing: %(language)s.") % name, language)
