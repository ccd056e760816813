"""A letter as it would be, for editors to look at: nobody's own links are in it, and nothing of it is kept."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation

from rapport.mailing.letters.composing import content_of
from rapport.mailing.letters.links import PREFERENCES, UNSUBSCRIBE, WEB, answer_place
from rapport.mailing.letters.press import print_sheet
from rapport.mailing.models import Edition, LedgerLine


@dataclass(frozen=True)
class LetterPreview:
    """`html` has its pictures in it, as a mail program shows it."""

    subject: str
    text: str
    html: str


def preview_letter(edition: Edition, lines: Sequence[LedgerLine], language: str, *, back: str) -> LetterPreview:
    """The letter of these lines, which need not be kept. What would be a reader's own link leads to `back`."""
    with translation.override(language):
        sheet = print_sheet(content_of(edition, lines, language))
    html, text = sheet.html, sheet.text
    for place in (PREFERENCES, UNSUBSCRIBE, WEB, *(answer_place(entry.pk) for entry in sheet.content.entries)):
        html, text = html.replace(place, back), text.replace(place, back)
    for picture in sheet.pictures:
        html = html.replace(f"cid:{picture.name}", f"data:image/png;base64,{b64encode(picture.png).decode()}")
    return LetterPreview(sheet.content.subject, text, html)
