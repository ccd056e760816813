"""From content to letters: made once for all who get the same, with each reader's own links put in.

What is made is kept while the digest stays as it is: a letter never says what readers no longer see.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import css_inline
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation

from rapport.digest.models import SiteIdentity
from rapport.mailing.letters.claimed import Claimed
from rapport.mailing.letters.composing import content_of
from rapport.mailing.letters.content import LetterContent
from rapport.mailing.letters.links import UNSUBSCRIBE, own_links
from rapport.mailing.letters.message import MailedLetter, Picture
from rapport.mailing.letters.pictures import picture_of
from rapport.mailing.models import Delivery, Edition, LedgerLine

MOST_KEPT = 64


@dataclass(frozen=True)
class Sheet:
    """A letter as it is for all who get these entries in this language; own links still to be put in."""

    content: LetterContent
    html: str
    text: str
    pictures: tuple[Picture, ...]


class Press:
    """Makes letters, and keeps the sheets it has made as long as nothing in the digest changes."""

    def __init__(self) -> None:
        self._sheets: OrderedDict[tuple[object, ...], Sheet] = OrderedDict()

    def letter(self, claimed: Claimed) -> MailedLetter:
        """The letter that a worker has claimed."""
        subscriber = claimed.delivery.subscriber
        with translation.override(subscriber.language):
            sheet = self.sheet(claimed.edition, claimed.lines, subscriber.language)
            return addressed(sheet, to=subscriber.address, delivery=claimed.delivery)

    def sheet(self, edition: Edition, lines: Sequence[LedgerLine], language: str) -> Sheet:
        stamp = SiteIdentity.objects.filter(pk=1).values_list("stamp", flat=True).first()
        # A recall tells what has happened since the revision that a reader had.
        had = lines[0].revision if edition.kind == Edition.Kind.RECALL else None
        of = (stamp, edition.pk, had, language, *((line.entry_id, line.language) for line in lines))
        if of not in self._sheets:
            self._sheets[of] = print_sheet(content_of(edition, lines, language))
            if len(self._sheets) > MOST_KEPT:
                self._sheets.popitem(last=False)
        self._sheets.move_to_end(of)
        return self._sheets[of]


def print_sheet(content: LetterContent) -> Sheet:
    """The content as HTML with its styles inlined, and as plain text."""
    drawn = [entry.drawn for entry in content.entries if entry.drawn]
    return Sheet(
        content=content,
        html=_inlined(render_to_string(f"mailing/letters/{_template(content)}.html", {"letter": content})),
        text=tidy(render_to_string(f"mailing/letters/{_template(content)}.txt", {"letter": content})),
        pictures=tuple(Picture(one.name, picture_of(one.row)) for one in drawn),
    )


def addressed(sheet: Sheet, *, to: str, delivery: Delivery | None) -> MailedLetter:
    """A sheet with one reader's own links put in. Its language is active."""
    own = own_links(delivery, [entry.pk for entry in sheet.content.entries])
    html, text = sheet.html, sheet.text
    for place, link in own.items():
        html, text = html.replace(place, link), text.replace(place, link)
    return MailedLetter(
        to=to,
        delivery=delivery,
        sender_name=sheet.content.sender.wordmark,
        subject=sheet.content.subject,
        text=text,
        html=html,
        list_name=sheet.content.sender.wordmark,
        unsubscribe_url=own[UNSUBSCRIBE],
        pictures=sheet.pictures,
        language=sheet.content.language,
    )


def _template(content: LetterContent) -> str:
    return content.kind if content.kind in ("recall", "quiet") else "letter"


def _inlined(html: str) -> str:
    """With the rules of `letter.css` on each element, as mail programs want them; what has no element stays a rule."""
    return _inliner().inline(html)


def _inliner() -> css_inline.CSSInliner:
    sheet = finders.find("mailing/letter.css")
    assert isinstance(sheet, str), "the style sheet of letters is one of our files"
    with open(sheet, encoding="utf-8") as file:
        return css_inline.CSSInliner(
            extra_css=file.read(), keep_at_rules=True, load_remote_stylesheets=False, keep_style_tags=True
        )


def tidy(text: str) -> str:
    """Plain text without the holes that a template leaves: one empty line at most between two paragraphs."""
    lines = [line.strip() if not line.startswith("- ") else line.rstrip() for line in text.splitlines()]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip() + "\n"
