"""A letter as a page, and what its reader says of an entry in it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from rapport.digest.models import Entry
from rapport.mailing.actions.reading_log import answer
from rapport.mailing.actions.subscribing import ask_for_link
from rapport.mailing.forms import AnswerForm
from rapport.mailing.letters.composing import content_of
from rapport.mailing.letters.since import with_what_happened_since
from rapport.mailing.models import Edition, LedgerLine, MailedLink, ReadingLogLine
from rapport.mailing.queries import lines_of
from rapport.mailing.tokens import BadToken, read_answer_token, read_web_token
from rapport.mailing.views.on_record import mail_on_record
from rapport.mailing.views.pages import by_link


@by_link
def as_page(request: HttpRequest, token: str) -> HttpResponse:
    """The letter with its entries as readers see them now. It has no link that acts: it may be passed on."""
    delivery = read_web_token(token)
    language = delivery.subscriber.language
    edition = delivery.mailing.edition
    lines = lines_of(delivery)
    with translation.override(language):
        gone = edition.kind != Edition.Kind.QUIET and not lines
        content = None if gone else with_what_happened_since(content_of(edition, lines, language), delivery, lines)
        return render(request, "mailing/web_letter.html", {"letter": content, "sent_on": delivery.ended_at})


@by_link
def answer_page(request: HttpRequest, token: str) -> HttpResponse:
    """“Would this change what you do?” A page with a button: opening it says nothing.

    Letters get passed on: it does not show what their reader has answered before, nor whether.
    """
    delivery, key = read_answer_token(token)
    entry = Entry.objects.filter(pk=key).select_related("issue", "article").prefetch_related("texts").first()
    if (
        entry is None
        or entry.state == Entry.State.DRAFT
        or not LedgerLine.objects.filter(subscriber=delivery.subscriber, entry=entry).exists()
    ):
        raise BadToken
    subscriber, followed = delivery.subscriber, request.GET.get("answer", "")
    initial = {"answer": followed if followed in ReadingLogLine.Answer else ""}
    said, mailed = None, ""
    if request.method == "POST" and request.POST.get("deed") == MailedLink.Purpose.READING_LOG:
        form = AnswerForm(initial=initial)
        purpose = MailedLink.Purpose.READING_LOG
        mailed = mail_on_record(subscriber, ask_for_link, purpose=purpose, now=timezone.now())
    else:
        form = AnswerForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        said = answer(subscriber=subscriber, entry=entry, answer=form.cleaned_data["answer"], now=timezone.now())
    texts = {text.language: text for text in entry.texts.all()}
    text = texts.get(translation.get_language() or "en") or texts.get(entry.language)
    words = {"entry": entry, "text": text, "form": form, "said": said, "mailed": mailed}
    return render(request, "mailing/answer.html", words, status=422 if form.errors else 200)
