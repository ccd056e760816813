"""One finding of an article: typed, changed, moved, taken out; and suggestions that become findings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.accounts.policies import requires, signed_in
from rapport.desk.actions.articles import change_article, is_before_readers
from rapport.desk.actions.writing import set_shelves
from rapport.desk.article_forms.correction_form import CorrectionForm
from rapport.desk.article_forms.finding_form import FindingForm, new_key, rows_for, typed_finding
from rapport.desk.article_values import (
    finding_of,
    stamp_of,
    with_figure,
    with_finding,
    with_finding_moved,
    without_finding,
)
from rapport.desk.checking import doubts_about
from rapport.desk.policies import MAY_WRITE
from rapport.desk.queries.articles import abstract_of, entry_about
from rapport.desk.refusals import Refused
from rapport.desk.suggesting import Suggestion, unnamed_claim
from rapport.desk.suggestions_shown import Suggestions, bring_back, set_aside, suggestions_for
from rapport.desk.views.article import (
    changed_meanwhile,
    correction_of,
    first_language,
    found_article,
    said_to_authors,
)
from rapport.digest.exchange.database import article_value
from rapport.digest.exchange.schema import ArticleFile, FindingFile
from rapport.literature.models import Article, Family, ResearchType, Topic
from rapport.web.unknown import NotHere

DEEDS = ("up", "down")


@requires(MAY_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_finding(request: HttpRequest, key: str) -> HttpResponse:
    """A finding typed by hand; `?from=` names a suggestion whose numbers it begins with."""
    article = found_article(key)
    value = article_value(article)
    suggested = suggestions_for(request, article, value).named(request.GET.get("from", ""))
    return _finding(request, article, value, None, begin=suggested.finding if suggested else None)


@requires(MAY_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def finding(request: HttpRequest, key: str, finding: str) -> HttpResponse:
    article = found_article(key)
    value = article_value(article)
    if "on" in request.POST and finding_of(value, finding) is None:
        return _finding(request, article, value, None)  # named anew or taken out meanwhile; what was typed is not lost
    return _finding(request, article, value, _found_finding(value, finding))


@requires(MAY_WRITE)
@require_POST
def move_finding(request: HttpRequest, key: str, finding: str) -> HttpResponse:
    """One place up or down. Readers see the new order at once, so that of a published entry is left to a correction."""
    article = found_article(key)
    value, deed = article_value(article), request.POST.get("deed")
    _found_finding(value, finding)
    if deed in DEEDS:
        moved = with_finding_moved(value, finding, -1 if deed == "up" else 1)
        _try(request, article, moved, _("The order is saved."))
    return redirect(f"{reverse('desk_article', args=[key])}#finding-{finding}")


@requires(MAY_WRITE)
@require_POST
def suggestions(request: HttpRequest, key: str) -> HttpResponse:
    """Accept one suggestion, set it aside, or bring back what was set aside."""
    article = found_article(key)
    value = article_value(article)
    shown = suggestions_for(request, article, value)
    suggestion = shown.named(request.POST.get("name", ""))
    deed = request.POST.get("deed")
    if deed == "bring-back":
        bring_back(request, article)
    elif suggestion is None:
        messages.info(request, _("This suggestion is no longer open."))
    elif deed == "set-aside":
        set_aside(request, article, suggestion.name)
    elif deed == "accept":
        _accept(request, article, value, suggestion, shown)
    return redirect(f"{reverse('desk_article', args=[key])}#{_next_to_answer(shown, suggestion)}")


def _next_to_answer(shown: Suggestions, answered: Suggestion | None) -> str:
    """The suggestion behind the one that was answered; after the last one, the words of what was accepted."""
    if answered is None:
        return "suggestions"
    place = shown.open.index(answered)
    left = [*shown.open[place + 1 :], *shown.open[:place]]
    return left[0].name if left else "naming"


def _found_finding(value: ArticleFile, key: str) -> FindingFile:
    found = finding_of(value, key)
    if found is None:
        raise NotHere(_("This article has no finding “%(key)s”; it may have been taken out.") % {"key": key})
    return found


def _accept(
    request: HttpRequest, article: Article, value: ArticleFile, suggestion: Suggestion, shown: Suggestions
) -> None:
    if suggestion.finding:
        stem = f"{suggestion.finding.metric}-{suggestion.finding.key.rpartition('-')[2]}".lower()
        own = new_key(stem, [other.key for other in value.findings])
        changed = with_finding(value, suggestion.finding.model_copy(update={"key": own}))
        _try(request, article, changed, _("The finding is stored. Say in your own words what it is."))
    elif suggestion.figure:
        _try(request, article, with_figure(value, suggestion.figure), _("The number is stored."))
    elif entry := entry_about(article):
        is_topic = suggestion.key in (shown.topics or {}) and suggestion.kind == "topic"
        topics = list(entry.topics.all())
        if is_topic:
            topics += Topic.objects.filter(key=suggestion.key)
        chosen = entry.research_type if is_topic else ResearchType.objects.get(key=suggestion.key)
        try:
            set_shelves(entry=entry, research_type=chosen, topics=topics, by=signed_in(request), now=timezone.now())
        except Refused as refused:
            _tell(request, refused)
        else:
            messages.success(request, _("The topic is added.") if is_topic else _("The research type is set."))


def _finding(
    request: HttpRequest,
    article: Article,
    value: ArticleFile,
    stored: FindingFile | None,
    *,
    begin: FindingFile | None = None,
) -> HttpResponse:
    """`stored` is the finding that is changed, None for a new one, which may `begin` with what an abstract says."""
    shown = stored or begin
    language = get_language() or "en"
    entry, before_readers = entry_about(article), is_before_readers(article)
    posted = request.POST if request.method == "POST" else None
    only_shown = said_to_authors(request, before_readers)
    correction = None
    if before_readers and entry and not only_shown:
        correction = CorrectionForm(posted, entry_language=entry.language)
    form = FindingForm(
        posted,
        families=list(Family.objects.all()),
        rows=rows_for(stored),
        taken=[other.key for other in value.findings if other is not stored],
        initial=_to_type(shown, language) if shown else {"read_level": article.read_level},
    )
    row = next((one for one in article.findings.all() if stored and one.key == stored.key), None)
    kept = abstract_of(article)
    told: dict[str, Any] = {
        "article": article,
        "left_to_editors": only_shown,
        "entry": entry,
        "own": first_language(article),
        "form": form,
        "finding": stored,
        "correction": correction,
        "stamp": stamp_of(stored),
        "doubts": doubts_about(row) if row else (),
        "unnamed": unnamed_claim(stored.claim, stored.metric) if stored else False,
        "kept": kept,
        "following": _after(value, stored),
        "tab": "finding",
    }
    if posted is None:
        return render(request, "desk/articles/finding.html", told)
    takes_out = stored is not None and posted.get("deed") == "take-out"
    is_valid = takes_out or (form.is_valid() and form.value is not None)
    if changed_meanwhile(request, stored):
        told["meanwhile"] = stored
        form.add_error(None, _meanwhile(stored))
        is_valid = False
    if is_valid and (correction is None or correction.is_valid()):
        new = _value_sent(value, form, stored, takes_out=takes_out)
        try:
            change_article(article=article, value=new, by=signed_in(request), now=timezone.now(),
                           **correction_of(correction))  # fmt: skip
        except Refused as refused:
            for reason in refused.reasons:
                form.add_error(None, reason)
        else:
            return _after_saving(request, article, form, takes_out=takes_out, following=told["following"])
    return render(request, "desk/articles/finding.html", told, status=422)


def _meanwhile(stored: FindingFile | None) -> str:
    if stored:
        return _("This finding was changed meanwhile. What you typed is still here; save again to put it in its place.")
    return _(
        "Somebody named this finding anew, or took it out, meanwhile. What you typed is still here; saved, it becomes "
        "a finding of its own."
    )


def _to_type(stored: FindingFile, language: str) -> dict[str, Any]:
    """What the form begins with. A claim, and a key, that only say which number it was come from somebody's words."""
    typed = typed_finding(stored, language)
    if unnamed_claim(stored.claim, stored.metric):
        typed = {name: text for name, text in typed.items() if name != "key" and not name.startswith("claim_")}
    return typed


def _after(value: ArticleFile, stored: FindingFile | None) -> str:
    """The key of the finding behind this one; "" for none."""
    keys = [finding.key for finding in value.findings]
    place = keys.index(stored.key) + 1 if stored else len(keys)
    return keys[place] if place < len(keys) else ""


def _value_sent(value: ArticleFile, form: FindingForm, stored: FindingFile | None, *, takes_out: bool) -> ArticleFile:
    if stored and takes_out:
        return without_finding(value, stored.key)
    assert form.value is not None, "asked for when the form is valid"
    return with_finding(value, form.value, instead_of=stored.key if stored else None)


def _after_saving(
    request: HttpRequest, article: Article, form: FindingForm, *, takes_out: bool, following: str
) -> HttpResponse:
    messages.success(request, _("The finding is taken out.") if takes_out else _("The finding is saved."))
    if request.POST.get("deed") == "save-and-new":
        return redirect("desk_new_finding", article.key)
    if request.POST.get("deed") == "save-and-next" and following:
        return redirect("desk_finding", article.key, following)
    place = "findings" if takes_out or form.value is None else f"finding-{form.value.key}"
    return redirect(f"{reverse('desk_article', args=[article.key])}#{place}")


def _try(request: HttpRequest, article: Article, value: ArticleFile, done: str) -> None:
    try:
        change_article(article=article, value=value, by=signed_in(request), now=timezone.now())
    except Refused as refused:
        _tell(request, refused)
    else:
        messages.success(request, done)


def _tell(request: HttpRequest, refused: Refused) -> None:
    for reason in refused.reasons:
        messages.error(request, reason)
