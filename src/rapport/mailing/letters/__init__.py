"""What a letter says: composed for one subscriber, rendered for mail programs, and as a page."""

from __future__ import annotations

from rapport.mailing.letters.message import MailedLetter
from rapport.mailing.letters.press import Press
from rapport.mailing.sending.claiming import Claimed

_press = Press()


def compose(claimed: Claimed) -> MailedLetter:
    """The letter that a worker has claimed, as it is to be read now."""
    return _press.letter(claimed)
