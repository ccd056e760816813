"""What is not published yet, as readers will see it: for outside readers by a link, and an issue for its editors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import get_language

from rapport.accounts.policies import ANYONE, requires, signed_in
from rapport.accounts.tokens import hashed
from rapport.desk import queries
from rapport.desk.deed_forms import Approve
from rapport.desk.models import DeskRules, PreviewLink
from rapport.desk.offers import offers
from rapport.desk.policies import MAY_WRITE
from rapport.desk.previewing import as_readers_see
from rapport.desk.views.editor.pages import entry_in_language
from rapport.desk.views.entries import progress_of
from rapport.desk.views.issues import issue_at_desk
from rapport.digest.models import Entry, EntryText


@requires(ANYONE)
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """A draft, for whoever has the link. The token is the policy: without a valid one there is nothing to see."""
    link = PreviewLink.objects.filter(token_hash=hashed(token)).select_related("entry__issue").first()
    entry = queries.entry_by_preview_token(token, now())
    if entry is None:
        context: dict[str, Any] = {"link": link, "seen": link.entry if link and _has_an_address(link.entry) else None}
        response = render(request, "desk/preview_gone.html", context, status=410 if link else 404)
    else:
        words = _words(entry)
        context = {
            "link": link,
            "entry": entry,
            "title": words.texts["title"],
            "page": as_readers_see(entry, words.texts, words.language, request=request),
        }
        response = render(request, "desk/preview.html", context)
    response["Referrer-Policy"] = "no-referrer"  # the address is the key: no other site is told it
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _has_an_address(entry: Entry) -> bool:
    """Whether readers find it: published, or with a page that says it was withdrawn."""
    return entry.state != Entry.State.DRAFT and entry.issue is not None


def _words(entry: Entry) -> queries.Words:
    """The newest words in the page's language, as readers would get them: else in the entry's own."""
    newest = queries.newest_words(entry)
    own = newest.get(entry.language) or queries.words_of(entry, entry.language)
    return newest.get(get_language() or "en", own)


@requires(MAY_WRITE)
def entry_as_read(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """The entry's newest words as a whole page, for who writes or approves it."""
    entry = entry_in_language(slug, language)
    newest = queries.newest_words(entry)
    words = newest.get(language) or queries.words_of(entry, language)
    stage, progress, outlook = queries.stage_of(entry), progress_of(entry), queries.outlook(entry)
    rules = DeskRules.current()
    offered = offers(
        signed_in(request), entry, stage, progress=progress, rules=rules, outlook=outlook, unseen=[], changed=[]
    )
    context = {
        "entry": entry,
        "title": words.texts["title"] or entry.slug,
        "text_language": language,
        "languages": list(newest),
        "approve": offered.approve,
        "seen": Approve.seen_of(newest),
        "page": as_readers_see(entry, words.texts, language, request=request),
    }
    return render(request, "desk/entries/as_read.html", context)


@requires(MAY_WRITE)
def issue_as_read(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The issue's page with the newest words of its entries."""
    issue = issue_at_desk(year, month)
    entries = [with_newest_words(entry) for entry in queries.entries_in(issue)]
    return render(request, "desk/issues/as_read.html", {"issue": issue, "entries": entries})


def with_newest_words(entry: Any) -> Any:
    """The entry with its newest words in place of those that readers have. It is to be shown, and not saved."""
    texts = [
        EntryText(entry=entry, language=language, **words.texts)
        for language, words in queries.newest_words(entry).items()
    ]
    newest = entry.texts.all()
    newest._result_cache = texts or list(newest)  # as a prefetch does
    entry._prefetched_objects_cache["texts"] = newest
    return entry
