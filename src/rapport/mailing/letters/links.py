"""The links of a letter, whole: some are the same for everybody, some are one reader's own."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from rapport.mailing.models import Delivery
from rapport.mailing.tokens import TEST, answer_token, letter_token, web_token


def whole(path: str) -> str:
    """An address of this site, as it is reached from anywhere."""
    return f"{settings.SITE_ADDRESS or f'https://{settings.ALLOWED_HOSTS[0]}'}{path}"


# A letter is rendered once for all who get the same entries. These stand where each reader's own links go.
PREFERENCES, UNSUBSCRIBE, WEB = "https://own.invalid/preferences", "https://own.invalid/stop", "https://own.invalid/web"
ANSWER = "https://own.invalid/answer/"


def answer_place(entry: int) -> str:
    """What stands, in what is rendered for all, for a reader's own link to the answer page of an entry."""
    return f"{ANSWER}{entry}/"


def own_links(delivery: Delivery | None, entries: list[int]) -> dict[str, str]:
    """What stands for a reader's own links, and the links, in the language that is active.

    Those of a test letter, which has no delivery, are nobody's: they open nothing.
    """
    token = letter_token(delivery.subscriber, delivery) if delivery else TEST
    web = web_token(delivery) if delivery else TEST
    answers = {one: answer_token(delivery, one) if delivery else TEST for one in entries}
    return {
        PREFERENCES: whole(reverse("letter_preferences", args=[token])),
        UNSUBSCRIBE: whole(reverse("letter_unsubscribe", args=[token])),
        WEB: whole(reverse("letter_web", args=[web])),
        **{answer_place(one): whole(reverse("letter_answer", args=[answer])) for one, answer in answers.items()},
    }
