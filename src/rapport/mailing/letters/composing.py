"""What is in a letter: from the entries that are due to plain content, in the language of its reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from rapport.digest.models import Entry, EntryText, Issue, Revision, SiteIdentity
from rapport.literature.citations import apa
from rapport.literature.models import Article, Finding
from rapport.literature.presenting import FindingRow, finding_rows
from rapport.literature.queries import in_reading_order
from rapport.mailing.actions.editions import RECALLED_BY
from rapport.mailing.letters.content import Drawn, LetterContent, LetterEntry, Sender, Told
from rapport.mailing.letters.links import answer_place, whole
from rapport.mailing.letters.pictures import words_of
from rapport.mailing.models import Edition, LedgerLine
from rapport.web.markdown import plain_text, render_markdown
from rapport.web.numbers import NO_BREAK_SPACE
from rapport.web.templatetags.web import month_name
from rapport.web.wording import in_language

# A letter is for ten minutes. What is beyond, after a long pause or in a quarter, is named with its link.
MOST_IN_FULL = 6


def content_of(edition: Edition, lines: Sequence[LedgerLine], language: str) -> LetterContent:
    """What is to be read in a letter of `edition` with these lines of the ledger. `language` is active."""
    sender = _sender(language)
    if edition.kind == Edition.Kind.RECALL:
        return _recall(edition, lines[0], language, sender)
    if edition.kind == Edition.Kind.QUIET:
        return LetterContent(
            kind=edition.kind,
            language=language,
            subject=_("%(name)s: nothing new for you in the last three months") % {"name": sender.wordmark},
            heading=_("Nothing new for you"),
            line="",
            sender=sender,
        )
    entries = _entries(lines, language)
    line = _line_of(edition, lines, language)
    return LetterContent(
        kind=edition.kind,
        language=language,
        subject=_subject(edition, entries, line),
        heading=_heading(edition),
        line=line,
        sender=sender,
        entries=tuple(entries[:MOST_IN_FULL]),
        further=tuple(entries[MOST_IN_FULL:]),
    )


def _sender(language: str) -> Sender:
    site = SiteIdentity.objects.filter(pk=1).first() or SiteIdentity()
    name = in_language(site.name, language).text
    return Sender(
        name=name,
        wordmark=in_language(site.wordmark, language).text or name,
        postal_address=site.postal_address,
        contact_email=site.contact_email,
        site_url=whole(reverse("this_month")),
        privacy_url=whole(reverse("page", args=["privacy"])),
        subscribe_url=whole(reverse("letter_subscribe")),
    )


def _subject(edition: Edition, entries: Sequence[LetterEntry], line: str) -> str:
    """The issue's line where the letter has the issue's entries; otherwise what it has."""
    if line:
        return _("This month %(line)s") % {"line": line} if line.startswith("…") else line
    if len(entries) == 1:
        return entries[0].title
    return _("%(title)s, and %(count)s more") % {"title": entries[0].title, "count": len(entries) - 1}


def _line_of(edition: Edition, lines: Sequence[LedgerLine], language: str) -> str:
    """The issue's line: of an issue of which this reader gets every entry. It may speak of any of them."""
    if edition.issue is None:
        return ""
    here = {line.entry_id for line in lines}
    standing = set(edition.issue.entries.filter(state=Entry.State.PUBLISHED).values_list("pk", flat=True))
    return in_language(edition.issue.teaser, language).text if here == standing else ""


def _heading(edition: Edition) -> str:
    if edition.kind == Edition.Kind.ISSUE:
        assert isinstance(edition.issue, Issue), "an issue's edition has an issue"
        return month_name(edition.issue.first_day).capitalize()
    return _("New since your last letter")


def _entries(lines: Sequence[LedgerLine], language: str) -> list[LetterEntry]:
    """The entries of a letter in the order of the digest, each in the language in which it goes."""
    of = {line.entry_id: line for line in lines}
    entries = (
        Entry.objects.filter(pk__in=of)
        .order_by("issue__year", "issue__month", "position")
        .select_related("issue", "article", "research_type")
        .prefetch_related("texts", "topics", "article__findings")
    )
    return [_entry(entry, of[entry.pk].language, language) for entry in entries]


def _entry(entry: Entry, language: str, of_reader: str) -> LetterEntry:
    texts = {text.language: text for text in entry.texts.all()}
    text: EntryText = texts.get(language) or texts.get(entry.language) or next(iter(texts.values()))
    url = whole(entry.get_absolute_url())
    citation = apa(entry.article.reference, of_reader)
    article: Article = entry.article
    return LetterEntry(
        pk=entry.pk,
        title=text.title,
        url=url,
        language=text.language,
        other_language=said_of_language(text.language, of_reader),
        citation=mark_safe(citation.html),  # noqa: S308  # escaped where it is made
        citation_text=citation.text,
        citation_language=article.language,
        kind=in_language(entry.research_type.name, of_reader).text,
        topics=", ".join(in_language(topic.name, of_reader).text for topic in in_reading_order(entry.topics.all())),
        read_level=render_to_string("digest/parts/read_level.html", {"entry": entry}).strip(),
        implications=render_markdown(text.implications, url),
        implications_text=_plain(text.implications),
        answer_url=answer_place(entry.pk),
        drawn=_drawn(entry, of_reader),
        standing=str(article.get_standing_display()) if article.standing else "",
    )


def _drawn(entry: Entry, language: str) -> Drawn | None:
    """The first finding that can be drawn, one with an interval before one without."""
    findings: list[Finding] = sorted(entry.article.findings.all(), key=lambda finding: finding.position)
    rows: list[FindingRow] = [row for row in finding_rows(findings) if row.mark is not None]
    if not rows:
        return None
    row = next((row for row in rows if row.interval), rows[0])
    figures = _unbroken(row.estimate)
    if row.interval:
        figures += f" ({row.interval_label} {_unbroken(row.interval)})"
    return Drawn(
        name=f"drawing-{entry.pk}@letter",
        row=row,
        alt=words_of(row),
        claim=in_language(row.finding.claim, language),
        figures=figures,
        reading=in_language(row.finding.reading, language),
    )


def _unbroken(figure: str) -> str:
    """A figure that no line ends within: “r = −0.09”."""
    return figure.replace(" ", NO_BREAK_SPACE)


def _plain(markdown: str) -> str:
    """Markdown as people write it in a plain letter: points and paragraphs, without marks of emphasis."""
    blocks = []
    for block in markdown.strip().split("\n\n"):
        points = [line for line in block.splitlines() if line.strip()]
        if points and all(line.lstrip().startswith(("- ", "* ")) or line.startswith("  ") for line in points):
            joined: list[str] = []
            for line in points:
                if line.lstrip().startswith(("- ", "* ")):
                    joined.append(line.lstrip()[2:])
                else:
                    joined[-1:] = [f"{joined[-1]} {line.strip()}"] if joined else [line.strip()]
            blocks += [f"- {plain_text(point)}" for point in joined]
        else:
            blocks.append(plain_text(block))
    return "\n\n".join(blocks)


def told_of(revision: Revision, language: str) -> Told:
    """What a revision did, for whoever reads in `language`."""
    account = in_language(revision.account, language)
    spoken = account.language or language
    return Told(revision.kind, account.text, spoken, said_of_language(spoken, language), revision.made_on)


def said_of_language(language: str, of_reader: str) -> str:
    """“in English”, for whoever reads in another language; nothing for whoever reads in this one."""
    if language == of_reader:
        return ""
    return {"en": _("in English"), "fr": _("in French")}.get(language) or _("in another language")


def _recall(edition: Edition, line: LedgerLine, language: str, sender: Sender) -> LetterContent:
    """What has happened to an entry since its reader had it."""
    entry = _entries([line], language)[0]
    revisions = Revision.objects.filter(
        entry=line.entry_id, number__gt=line.revision, number__lte=edition.revision, kind__in=RECALLED_BY
    ).order_by("number")
    told = [told_of(revision, language) for revision in revisions]
    subjects = {
        Revision.Kind.CORRECTED: _("Corrected: %(title)s"),
        Revision.Kind.WITHDRAWN: _("Withdrawn: %(title)s"),
        Revision.Kind.NOTICE: _("A notice about the article behind “%(title)s”"),
    }
    gravest = next((kind for kind in ("withdrawn", "notice") if kind in {one.kind for one in told}), "corrected")
    return LetterContent(
        kind=edition.kind,
        language=language,
        subject=subjects[Revision.Kind(gravest)] % {"title": entry.title},
        heading=_("About an entry that you had from us"),
        line="",
        sender=sender,
        entries=(replace(entry, drawn=None),),
        told=tuple(told),
    )
