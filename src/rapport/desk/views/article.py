"""One article at the desk: what is stored of it, its abstract, and what the abstract seems to say."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rapport.accounts.policies import requires, signed_in
from rapport.desk.actions.articles import BY_HAND, change_article, is_before_readers
from rapport.desk.actions.facts import left_to_editors
from rapport.desk.article_forms.article_form import ArticleForm, typed_article
from rapport.desk.article_forms.correction_form import CorrectionForm
from rapport.desk.article_forms.figures_form import FiguresForm, typed_figures
from rapport.desk.article_forms.finding_form import READ_LEVELS
from rapport.desk.article_forms.naming_form import NamingForm
from rapport.desk.article_values import changed, stamp_of
from rapport.desk.checking import doubts_about
from rapport.desk.policies import MAY_EDIT, MAY_WRITE
from rapport.desk.queries.articles import abstract_of, article_at_desk, entry_about
from rapport.desk.queries.words import site_languages
from rapport.desk.refusals import Refused
from rapport.desk.suggesting import Suggestion, is_kept, mark, said_in, unnamed_claim
from rapport.desk.suggestions_shown import suggestions_for
from rapport.digest.exchange.database import article_value
from rapport.digest.exchange.schema import ArticleFile
from rapport.digest.middleware import site_of
from rapport.digest.models import Entry
from rapport.literature.actions import keep_abstract
from rapport.literature.lookup import look_up
from rapport.literature.models import Article
from rapport.literature.presenting import finding_rows
from rapport.web.unknown import NotHere

LONGEST_ABSTRACT = 20_000


@requires(MAY_WRITE)
@require_GET
def article(request: HttpRequest, key: str) -> HttpResponse:
    return article_page(request, found_article(key))


@requires(MAY_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, key: str) -> HttpResponse:
    """How the article is cited, how closely it was read, and how it stands to others."""
    of = found_article(key)
    stored = article_value(of)
    form = ArticleForm(request.POST or None, article=of, stored=stored, initial=typed_article(stored))
    return change_by_form(request, of, stored, form, "desk/articles/details.html")


@requires(MAY_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: HttpRequest, key: str) -> HttpResponse:
    """The article's other numbers; `?from=` names one of its abstract, with which a row begins."""
    of = found_article(key)
    stored = article_value(of)
    form = FiguresForm(
        request.POST or None,
        stored=stored,
        begin=_said_in_abstract(request, of, stored),
        initial=typed_figures(stored, get_language() or "en"),
    )
    return change_by_form(request, of, stored, form, "desk/articles/figures.html", back=_the_figure(request, of))


def _said_in_abstract(request: HttpRequest, of: Article, stored: ArticleFile) -> Suggestion | None:
    kept, name = abstract_of(of), request.GET.get("from", "")
    said = said_in(kept.text, first_language(of)) if kept and name else ()
    return next((one for one in said if one.name == name and one.figure and not is_kept(one.figure, stored)), None)


def _the_figure(request: HttpRequest, of: Article) -> str:
    """The figure of a text for which a number is stored: `?back=en.3f2a9c…` names its language and its line."""
    asked = re.fullmatch(r"([a-z]{2,3})\.([0-9a-f]{12})", request.GET.get("back", ""), re.ASCII)
    entry = entry_about(of)
    return f"{reverse('edit_entry', args=[entry.slug, asked[1]])}#figure-{asked[2]}" if asked and entry else ""


@requires(MAY_WRITE)
@require_POST
def read_level(request: HttpRequest, key: str) -> HttpResponse:
    of = found_article(key)
    level = request.POST.get("read_level", "")
    if level not in dict(READ_LEVELS):
        messages.error(request, _("Choose from what the article was read."))
    elif is_before_readers(of) and not MAY_EDIT.allows(signed_in(request)):
        messages.error(request, left_to_editors())
    elif is_before_readers(of):
        messages.warning(request, _("Readers see the entry about this article: say what changes, and why."))
        return redirect("desk_article_details", key)
    else:
        value = changed(article_value(of), read_level=level)
        _change(request, of, value, _("The level is saved."))
    return redirect("desk_article", key)


@requires(MAY_WRITE)
@require_POST
def abstract(request: HttpRequest, key: str) -> HttpResponse:
    """Keep the abstract that was pasted, or look for it again."""
    of = found_article(key)
    if request.POST.get("deed") == "look":
        return _look_for_abstract(request, of)
    text = request.POST.get("abstract", "").replace("\r\n", "\n")
    if "\x00" in text or len(text) > LONGEST_ABSTRACT:
        wrong = _("This is longer than %(most)s characters, or holds a character that cannot be shown.")
        return article_page(
            request, of, status=422, abstract_typed=text, abstract_wrong=wrong % {"most": LONGEST_ABSTRACT}
        )
    stored = abstract_of(of)
    if stored is None or stored.text.split() != text.split():
        keep_abstract(article=of, text=text, source=BY_HAND, by=signed_in(request), now=timezone.now())
        messages.success(request, _("The abstract is kept.") if text.strip() else _("The abstract is taken away."))
    return redirect(f"{reverse('desk_article', args=[key])}#abstract")


# --- shared with the pages of findings and suggestions ----------------------------------------------


def found_article(key: str) -> Article:
    found = article_at_desk(key)
    if found is None:
        raise NotHere(_("There is no article “%(key)s” here.") % {"key": key})
    return found


def article_page(request: HttpRequest, of: Article, *, status: int = 200, **told: Any) -> HttpResponse:
    """The article's page; `told` is what was typed and is wrong."""
    value, kept, entry = article_value(of), abstract_of(of), entry_about(of)
    suggestions = suggestions_for(request, of, value)
    doubts: dict[str, list[Any]] = {}
    for doubt in doubts_about(of):
        doubts.setdefault(doubt.finding, []).append(doubt)
    findings = list(of.findings.all())
    rows = finding_rows(findings)
    before_readers = is_before_readers(of)
    naming = told.pop("naming", None) or NamingForm(stored=value, own=first_language(of))
    unnamed = {finding.key for finding in value.findings if unnamed_claim(finding.claim, finding.metric)}
    return render(
        request,
        "desk/articles/article.html",
        {
            "article": of,
            "entry": entry,
            "tab": "article",
            "kept": kept,
            "pieces": mark(kept.text, suggestions.open) if kept else [],
            "suggestions": suggestions,
            "findings": [
                {"finding": finding, "row": row, "doubts": doubts.get(finding.key, []),
                 "unnamed": finding.key in unnamed, "asked": finding.key in naming.asked_keys}
                for finding, row in zip(findings, rows, strict=True)
            ],
            "numbers": {finding.key: row for finding, row in zip(findings, rows, strict=True)},
            # Of a published entry each is said in a form of its own, with the line that tells readers.
            "naming": naming if naming.errors or not before_readers else None,
            "naming_first": bool(naming.errors or (not suggestions.open and unnamed and not before_readers)),
            "is_draft": bool(entry and entry.state == Entry.State.DRAFT),
            "figure_doubts": doubts.get("", []),
            "read_levels": READ_LEVELS,
            "is_before_readers": before_readers,
            "left_to_editors": said_to_authors(request, before_readers),
            **told,
        },
        status=status,
    )  # fmt: skip


def change_by_form(
    request: HttpRequest, of: Article, stored: ArticleFile, form: Any, template: str, *, back: str = ""
) -> HttpResponse:
    """Show a form about an article, or change the article by what was typed; nothing typed is lost.

    `back` is where somebody came from, if not from the article's page.
    """
    entry, before_readers = entry_about(of), is_before_readers(of)
    only_shown = said_to_authors(request, before_readers)
    correction = None
    if before_readers and entry and not only_shown:
        correction = CorrectionForm(request.POST or None, entry_language=entry.language)
    told = {
        "left_to_editors": only_shown,
        "form": form, "article": of, "entry": entry, "correction": correction, "stamp": stamp_of(stored),
        "tab": template.rpartition("/")[2].removesuffix(".html"), "back": back,
    }  # fmt: skip
    if request.method != "POST":
        return render(request, template, told)
    is_valid = form.is_valid() and form.value is not None
    if form.value == stored and is_valid:
        messages.info(request, _("Nothing was changed."))
        return redirect(back or reverse("desk_article", args=[of.key]))
    if changed_meanwhile(request, stored):
        form.add_error(
            None,
            _("This article was changed meanwhile. What you typed is still here; save again to put it in its place."),
        )
        is_valid = False
    if is_valid and (correction is None or correction.is_valid()):
        try:
            change_article(article=of, value=form.value, by=signed_in(request), now=timezone.now(),
                           **correction_of(correction))  # fmt: skip
        except Refused as refused:
            for reason in refused.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, _("The article is saved."))
            return redirect(back or reverse("desk_article", args=[of.key]))
    return render(request, template, told, status=422)


def first_language(of: Article) -> str:
    """The language in which something is said first about an article: its entry's, else the site's."""
    entry = entry_about(of)
    return entry.language if entry else site_languages()[0]


def said_to_authors(request: HttpRequest, before_readers: bool) -> str:
    """Why what is stored of this article is shown and not offered for changing; empty where it may be changed."""
    return left_to_editors() if before_readers and not MAY_EDIT.allows(signed_in(request)) else ""


def changed_meanwhile(request: HttpRequest, stored: Any) -> bool:
    """Whether the page was made from something else than what is stored now."""
    stamp = request.POST.get("on", "")
    return bool(stamp) and stamp != stamp_of(stored)


def correction_of(correction: CorrectionForm | None) -> dict[str, Any]:
    """What `change_article` needs when readers see the entry."""
    if correction is None:
        return {}
    return {"account": correction.wording("account"), "reason": correction.cleaned_data["reason"]}


def _change(request: HttpRequest, of: Article, value: ArticleFile, done: str) -> None:
    try:
        change_article(article=of, value=value, by=signed_in(request), now=timezone.now())
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason)
    else:
        messages.success(request, done)


def _look_for_abstract(request: HttpRequest, of: Article) -> HttpResponse:
    asked = of.doi or (f"PMID: {of.pmid}" if of.pmid else of.title)
    answer = look_up(asked, contact=site_of(request).contact_email)
    if answer.abstract:
        source = answer.abstract_source
        keep_abstract(article=of, text=answer.abstract, source=source, by=signed_in(request), now=timezone.now())
        messages.success(request, _("The abstract was found and is kept."))
    elif answer.problems:
        for problem in answer.problems:
            messages.warning(request, problem.message)
    else:
        messages.info(request, _("None of the services has its abstract. You can paste it by hand."))
    return redirect(f"{reverse('desk_article', args=[of.key])}#abstract")
