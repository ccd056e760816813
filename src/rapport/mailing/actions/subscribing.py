"""What a reader does about their letters: asks, confirms, changes wishes, pauses, stops, moves, leaves.

Nothing is sent to anybody who has not confirmed by a link that was mailed to them. What could hurt when a letter has
been forwarded (moving, a copy of all that is held, deleting) is asked for from the letter, and done by such a link.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.literature.models import ResearchType, Topic
from rapport.mailing import leaving
from rapport.mailing.actions.editions import NEWS_DAYS, hold_rules, latest_arrival, note_arrivals
from rapport.mailing.addresses import Address, parse_address
from rapport.mailing.models import MailedLink, MailRules, Subscriber, Suppression
from rapport.mailing.refusals import NotPossible, Taken
from rapport.mailing.tokens import digest_of, new_link_token, suppression_key

Purpose = MailedLink.Purpose
LASTS = {Purpose.CONFIRM: dt.timedelta(days=7)}
GONE = ""  # no topic has this key
LASTS_OTHERWISE = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Asked:
    """What somebody asked for, as they typed and chose it: topics and types by their keys; none means all.

    `GONE` stands among them for those that they chose and that are no more.
    """

    language: str
    takes_other_languages: bool = False
    topics: tuple[str, ...] = ()
    research_types: tuple[str, ...] = ()
    evidence: str = Subscriber.Evidence.ANY
    rhythm: str = Subscriber.Rhythm.PUBLISHED

    @classmethod
    def of(cls, subscriber: Subscriber) -> Asked:
        return cls(
            language=subscriber.language,
            takes_other_languages=subscriber.takes_other_languages,
            topics=_keys(subscriber.topics.all(), subscriber.chose_topics),
            research_types=_keys(subscriber.research_types.all(), subscriber.chose_types),
            evidence=subscriber.evidence,
            rhythm=subscriber.rhythm,
        )

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Asked:
        """As it was kept with a link."""
        return cls(**{**kept, "topics": tuple(kept["topics"]), "research_types": tuple(kept["research_types"])})


def _keys(shelves: Iterable[Topic | ResearchType], chose: bool) -> tuple[str, ...]:
    return tuple(shelf.key for shelf in shelves) or ((GONE,) if chose else ())


@dataclass(frozen=True)
class LinkToMail:
    """A link that is to be mailed, with its token, which is kept nowhere else."""

    link: MailedLink
    token: str


# --- to begin ---------------------------------------------------------------------------------------


@transaction.atomic
def ask_to_subscribe(*, address: Address, asked: Asked, now: dt.datetime) -> LinkToMail | None:
    """Somebody asks for letters to `address`. Returns the link that confirms it; None when nothing may be mailed.

    Asking changes nothing, also for an address that gets letters already: it may be somebody else who asks. For the
    same reason whoever asked for no mail at all is sent none by this; they begin again by a letter of theirs.
    """
    known = Subscriber.objects.filter(folded=address.folded).first()
    if is_suppressed(address) or (known is not None and known.state == Subscriber.State.SILENT):
        return None
    return _link(Purpose.CONFIRM, address.written, now, subscriber=known, wishes=asdict(asked))


@transaction.atomic
def confirm(*, token: str, now: dt.datetime) -> tuple[Subscriber, bool]:
    """Begin, or begin again, with what was asked for. Returns whose it is, and whether this is news.

    Pressed twice it does nothing the second time. Who comes back before news is no news any more has missed nothing of
    it, as after a slip; later they begin from now on, and what came while they were away is in the archive.
    """
    link = hold_link(token, Purpose.CONFIRM)
    address = parse_address(link.address)
    subscriber = Subscriber.objects.select_for_update().filter(folded=address.folded).first()
    if link.used_at is not None:
        return begun_by(link), False
    if link.expires_at <= now or is_suppressed(address):
        raise _over(link)
    hold_rules(now)
    note_arrivals(now)
    is_new = subscriber is None or subscriber.state != Subscriber.State.READING
    if subscriber is None:
        subscriber = Subscriber(folded=address.folded, joined_at=now)
    if is_new:
        if subscriber.ended_at is None or now - subscriber.ended_at > dt.timedelta(days=NEWS_DAYS):
            subscriber.seen_through = latest_arrival()
        subscriber.address, subscriber.soft_bounces = address.written, 0
        subscriber.state, subscriber.ended_at = Subscriber.State.READING, None
    subscriber.source, subscriber.consent, subscriber.consented_at = Subscriber.Source.FORM, "", now
    subscriber.paused_until = None
    _set(subscriber, Asked.read(link.wishes))
    _use(link, now, subscriber)
    if is_new:
        leaving.note(subscriber.folded, leaving.BEGAN, now)
    return subscriber, is_new


def begun_by(link: MailedLink) -> Subscriber:
    """Whose letters a link has begun that was pressed before, while they come there. Raises `NotPossible` otherwise."""
    reading = Subscriber.objects.filter(folded=parse_address(link.address).folded, state=Subscriber.State.READING)
    subscriber = reading.first()
    if subscriber is None:
        raise _over(link)
    return subscriber


# --- from a letter ------------------------------------------------------------------------------------


@transaction.atomic
def change_wishes(*, subscriber: Subscriber, asked: Asked) -> Subscriber:
    """From the next letter on. It does not begin letters again for somebody who has unsubscribed."""
    held = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    _set(held, asked)
    return held


@transaction.atomic
def pause(*, subscriber: Subscriber, until: dt.date | None) -> Subscriber:
    """No letters before that day; None: go on now. What comes meanwhile is in the first letter after."""
    held = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    held.paused_until = until
    held.save(update_fields=["paused_until"])
    return held


@transaction.atomic
def unsubscribe(*, subscriber: Subscriber, now: dt.datetime) -> Subscriber:
    """At once, and as often as somebody presses. They are still told when an entry that they had turns out wrong."""
    held = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    if held.state in (Subscriber.State.READING, Subscriber.State.FAILING):
        leaving.note(held.folded, leaving.STOPPED, now)
        end(held, Subscriber.State.STOPPED, now)
    return held


@transaction.atomic
def want_no_mail(*, subscriber: Subscriber, now: dt.datetime) -> Subscriber:
    """Not even when an entry that they had turns out wrong."""
    held = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    if held.state != Subscriber.State.SILENT:
        leaving.note(held.folded, leaving.SILENT, now)
        end(held, Subscriber.State.SILENT, now)
    return held


@transaction.atomic
def ask_to_begin_again(*, subscriber: Subscriber, now: dt.datetime) -> LinkToMail:
    """Letters are to come again, with the wishes of before: the address on record has to confirm it.

    Asked for by the link of a letter, which may have been passed on. Whoever wanted no mail at all gets this one,
    since they ask for it.
    """
    return _link(Purpose.CONFIRM, subscriber.address, now, subscriber=subscriber, wishes=asdict(Asked.of(subscriber)))


@transaction.atomic
def ask_for_link(*, subscriber: Subscriber, purpose: str, now: dt.datetime) -> LinkToMail:
    """A link to the address on record, for a copy of all that is held, for deleting it, or for the reading log."""
    assert purpose in (Purpose.DOWNLOAD, Purpose.DELETE, Purpose.READING_LOG), purpose
    return _link(Purpose(purpose), subscriber.address, now, subscriber=subscriber)


@transaction.atomic
def ask_to_move(*, subscriber: Subscriber, to: Address, now: dt.datetime) -> LinkToMail:
    """Letters are to go to another address: first the one on record has to agree."""
    return _link(Purpose.AGREE, subscriber.address, now, subscriber=subscriber, wishes={"to": to.written})


# --- by a mailed link -----------------------------------------------------------------------------------


@transaction.atomic
def agree_to_move(*, token: str, now: dt.datetime) -> LinkToMail | None:
    """The address on record agrees. Returns the link for the new one, which has to show that it is theirs.

    None when nothing may be mailed to the new address, or when this was pressed before.
    """
    link = hold_link(token, Purpose.AGREE)
    if link.used_at is not None:
        return None
    subscriber = _open(link, now)
    to = parse_address(link.wishes["to"])
    _use(link, now, subscriber)
    if is_suppressed(to):
        return None
    return _link(Purpose.MOVE, to.written, now, subscriber=subscriber)


@transaction.atomic
def move(*, token: str, now: dt.datetime) -> Subscriber:
    """The new address is theirs, and is the one on record from now on. Older letters' links still work.

    Every other link that was mailed to them before is over: it lies in a mailbox that is theirs no more.
    """
    link = hold_link(token, Purpose.MOVE)
    if link.used_at is not None and link.subscriber is not None and link.subscriber.address == link.address:
        return link.subscriber
    subscriber = _open(link, now)
    to = parse_address(link.address)
    if Subscriber.objects.filter(folded=to.folded).exclude(pk=subscriber.pk).exists():
        raise Taken(
            _("Somebody gets letters at %(address)s already. Unsubscribe there first.") % {"address": to.written}
        )
    subscriber.address, subscriber.folded = to.written, to.folded
    subscriber.soft_bounces = 0
    if subscriber.state == Subscriber.State.FAILING:
        subscriber.state, subscriber.ended_at = Subscriber.State.READING, None
    subscriber.save()
    _use(link, now, subscriber)
    elsewhere = MailedLink.objects.filter(subscriber=subscriber, expires_at__gt=now).exclude(address=to.written)
    elsewhere.update(expires_at=now)
    return subscriber


@transaction.atomic
def delete_all(*, token: str, now: dt.datetime) -> None:
    """Delete all that is held about somebody. What was complained about stays suppressed, as a keyed hash."""
    link = hold_link(token, Purpose.DELETE)
    forget(_open(link, now), now)


def forget(held: Subscriber, now: dt.datetime) -> None:
    """Delete all about somebody, who is held. Whoever asked for no mail at all stays suppressed."""
    if held.state == Subscriber.State.SILENT:
        suppress(folded=held.folded, why=Suppression.Why.ASKED, now=now)
    leaving.note(held.folded, leaving.DELETED, now)
    MailedLink.objects.filter(address=held.address).delete()
    held.delete()


@transaction.atomic
def take_download(*, token: str, now: dt.datetime) -> Subscriber:
    """Whose copy it is. The link works until it expires: a download may have been cut off."""
    link = hold_link(token, Purpose.DOWNLOAD)
    if link.expires_at <= now or link.subscriber is None:
        raise _over(link)
    if link.used_at is None:
        _use(link, now, link.subscriber)
    return link.subscriber


def look_at_link(token: str, *purposes: str, now: dt.datetime) -> MailedLink:
    """The link with that token, to show what it would do. Raises `NotPossible` where it does nothing any more."""
    link = MailedLink.objects.select_related("subscriber").filter(digest=digest_of(token), purpose__in=purposes).first()
    if link is None:
        raise _unknown()
    if link.used_at is None and link.expires_at <= now:
        raise _over(link)
    return link


def hold_link(token: str, *purposes: str) -> MailedLink:
    """The link with that token, held to the end of the transaction. Raises `NotPossible` where there is none.

    The rules are held first, as by everybody who makes a reader, moves one or deletes one: so no two come to the same
    address at once, and nobody waits for one who waits for them.
    """
    MailRules.objects.select_for_update().filter(pk=1).first()
    link = (
        MailedLink.objects.select_for_update(of=("self",))
        .select_related("subscriber")
        .filter(digest=digest_of(token), purpose__in=purposes)
        .first()
    )
    if link is None:
        raise _unknown()
    return link


# --- addresses that get nothing -----------------------------------------------------------------------------


def is_suppressed(address: Address) -> bool:
    return Suppression.objects.filter(key=suppression_key(address.folded)).exists()


def suppress(*, folded: str, why: str, now: dt.datetime) -> None:
    """Let an address never get mail from us again, without keeping what it is."""
    Suppression.objects.get_or_create(key=suppression_key(folded), defaults={"why": why, "made_at": now})


def end(subscriber: Subscriber, state: str, now: dt.datetime) -> None:
    """Let somebody get nothing any more, for the reason that `state` names."""
    subscriber.state, subscriber.ended_at = state, now
    subscriber.save(update_fields=["state", "ended_at"])


def _set(subscriber: Subscriber, asked: Asked) -> None:
    subscriber.language, subscriber.takes_other_languages = asked.language, asked.takes_other_languages
    subscriber.evidence, subscriber.rhythm = asked.evidence, asked.rhythm
    subscriber.chose_topics, subscriber.chose_types = bool(asked.topics), bool(asked.research_types)
    subscriber.save()
    subscriber.topics.set(Topic.objects.filter(key__in=asked.topics))
    subscriber.research_types.set(ResearchType.objects.filter(key__in=asked.research_types))


def _link(purpose: Purpose, address: str, now: dt.datetime, **facts: Any) -> LinkToMail:
    if (reader := facts.get("subscriber")) is not None:
        Subscriber.objects.select_for_update().get(pk=reader.pk)  # not one who is being deleted
    token, digest = new_link_token()
    expires_at = now + LASTS.get(purpose, LASTS_OTHERWISE)
    link = MailedLink.objects.create(
        purpose=purpose, digest=digest, address=address, made_at=now, expires_at=expires_at, **facts
    )
    return LinkToMail(link, token)


def _open(link: MailedLink, now: dt.datetime) -> Subscriber:
    """Whose link it is, if it still acts."""
    if link.used_at is not None or link.expires_at <= now or link.subscriber is None:
        raise _over(link)
    return Subscriber.objects.select_for_update().get(pk=link.subscriber.pk)


def _use(link: MailedLink, now: dt.datetime, subscriber: Subscriber) -> None:
    link.used_at, link.subscriber = now, subscriber
    link.save(update_fields=["used_at", "subscriber"])


def _unknown() -> NotPossible:
    return NotPossible(_("This link is not known. It was cut off on its way, or expired long ago."))


def _over(link: MailedLink) -> NotPossible:
    if link.used_at is not None:
        return NotPossible(_("This link has been used already."))
    return NotPossible(_("This link has expired. Ask for a new one."))
