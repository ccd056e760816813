"""What a mailed link does: one thing, on a press of its button."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.mailing.actions.subscribing import (
    Asked,
    agree_to_move,
    delete_all,
    look_at_link,
    move,
    take_download,
)
from rapport.mailing.emails import mail_link
from rapport.mailing.models import MailedLink, Subscriber
from rapport.mailing.queries import all_that_is_held
from rapport.mailing.refusals import NotPossible, Taken
from rapport.mailing.telling import told_purpose, told_wishes
from rapport.mailing.views import reading_log
from rapport.mailing.views.pages import by_link, say

Purpose = MailedLink.Purpose
PURPOSES = (Purpose.AGREE, Purpose.MOVE, Purpose.DOWNLOAD, Purpose.DELETE, Purpose.READING_LOG)


@by_link
def link(request: HttpRequest, token: str) -> HttpResponse:
    try:
        found = look_at_link(token, *PURPOSES, now=timezone.now())
        if found.purpose == Purpose.READING_LOG:
            return reading_log.log(request, found, token)
        if request.method != "POST":
            if found.used_at is not None and found.purpose in (Purpose.AGREE, Purpose.MOVE):
                raise NotPossible(_("Its button was pressed before, and what it does is done."))
            return render(request, "mailing/link.html", {"link": found})
        return _do(request, found, token)
    except Taken as problem:
        return say(request, _("Your letters go where they went before"), problem.sentence, status=409)
    except NotPossible as problem:
        return say(request, _("This link no longer works"), problem.sentence, status=410)


def _do(request: HttpRequest, found: MailedLink, token: str) -> HttpResponse:
    now = timezone.now()
    match found.purpose:
        case Purpose.AGREE:
            mailed = agree_to_move(token=token, now=now)
            if mailed is not None and mailed.link.subscriber is not None:
                mail_link(mailed, language=mailed.link.subscriber.language)
            sentence = _("We have written to the new address. Press the link in that mail, and your letters go there.")
            return say(request, _("Thank you"), sentence)
        case Purpose.MOVE:
            subscriber = move(token=token, now=now)
            return say(request, _("Done"), _("Your letters go to %(address)s.") % {"address": subscriber.address})
        case Purpose.DELETE:
            delete_all(token=token, now=now)
            return say(request, _("Deleted"), _("Nothing about you is left with us. We wish you well."))
        case _:
            subscriber = take_download(token=token, now=now)
            if request.POST.get("as") == "page":
                return _as_page(request, subscriber)
            answer = HttpResponse(
                json.dumps(all_that_is_held(subscriber), ensure_ascii=False, indent=2),
                content_type="application/json; charset=utf-8",
            )
            answer["Content-Disposition"] = 'attachment; filename="letters-about-me.json"'
            return answer


def _as_page(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """All that is held, as a page that needs nothing else, in the reader's language."""
    words = {
        "subscriber": subscriber,
        "today": timezone.localdate(),
        "wishes": told_wishes(Asked.of(subscriber)),
        "deliveries": subscriber.deliveries.select_related(
            "mailing__edition__issue", "mailing__edition__entry"
        ).prefetch_related("lines__entry__texts", "mailing__edition__entry__texts", "returns"),
        "links": [(link, told_purpose(link)) for link in subscriber.mailed_links.all()],
        "log": subscriber.reading_log.select_related("entry").prefetch_related("entry__texts"),
    }
    answer = render(request, "mailing/held.html", words)
    answer["Content-Disposition"] = 'attachment; filename="letters-about-me.html"'
    return answer
