"""Articles at the desk: the list, and the way from a pasted DOI to a draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rapport.accounts.policies import requires, signed_in
from rapport.desk.actions.articles import BY_HAND, begin_draft
from rapport.desk.article_forms.article_form import BIBLIOGRAPHIC
from rapport.desk.article_forms.draft_form import DraftForm
from rapport.desk.looked_up import Found, found_by, found_in_record, unsign, with_reference
from rapport.desk.policies import MAY_WRITE
from rapport.desk.queries.articles import articles_listed, like_these, shelf_items
from rapport.desk.refusals import Refused
from rapport.desk.suggesting import Kind, Suggestion, suggest_shelves
from rapport.desk.suggestions_shown import set_aside, suggestions_for
from rapport.desk.views.article import found_article
from rapport.digest.exchange.database import article_value
from rapport.digest.middleware import site_of
from rapport.digest.models import Entry
from rapport.literature.lookup import FileProblem, LookUp, TypedKind, look_up, read_references, read_typed
from rapport.literature.models import ResearchType, Topic

ARTICLES_PER_PAGE = 30
LONGEST_TYPED = 4_000
MOST_OFFERED = 100
KEPT = (*BIBLIOGRAPHIC, "abstract", "research_type", "entry_language", "working_title")  # when services are asked again


@requires(MAY_WRITE)
@require_GET
def articles(request: HttpRequest) -> HttpResponse:
    """Every article we know, by words of its authors, year, title, journal or DOI."""
    question = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    pages = Paginator(articles_listed(question), ARTICLES_PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return render(request, "desk/articles/list.html", {"question": question, "page": page})


@requires(MAY_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_article(request: HttpRequest) -> HttpResponse:
    """One field for a DOI, a number, a link, a title or a reference; or a file of references."""
    if request.method != "POST":
        return _ask(request)
    if request.FILES.get("file"):
        return _read_file(request)
    if "record" in request.POST:
        return _show_draft_form(request, unsign(request.POST["record"]))
    return _look_up(request)


@requires(MAY_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_draft(request: HttpRequest) -> HttpResponse:
    """GET: an empty form, to type the article's facts by hand. POST: make the article and its draft."""
    if request.method != "POST":
        return _show_draft_form(request, Found())
    found = unsign(request.POST.get("found", ""))
    if request.POST.get("deed") == "accept-suggestions":
        return _accept_suggestions(request, found)
    form = _draft_form(found, request.POST)
    if not form.is_valid() or form.value is None:
        return _draft_page(request, form, status=422)
    likes = like_these(form.value.doi or "", form.value.title or "", str(form.value.year or ""))
    if likes and not form.cleaned_data["is_another"]:
        return _draft_page(request, form, status=422)
    abstract = form.cleaned_data["abstract"].replace("\r\n", "\n")
    try:
        entry = begin_draft(
            value=form.value,
            abstract=abstract,
            abstract_from=found.abstract_from if abstract.split() == found.abstract.split() else BY_HAND,
            research_type=ResearchType.objects.get(key=form.cleaned_data["research_type"]),
            topics=Topic.objects.filter(key__in=form.cleaned_data["topics"]),
            language=form.cleaned_data["entry_language"],
            title=form.cleaned_data["working_title"],
            by=signed_in(request),
            now=timezone.now(),
        )
    except Refused as refused:
        for reason in refused.reasons:
            form.add_error(None, reason)
        return _draft_page(request, form, status=422)
    return _on_to_the_draft(request, entry, form)


# --- the steps ------------------------------------------------------------------------------------


def _ask(request: HttpRequest, *, status: int = 200, **told: Any) -> HttpResponse:
    return render(request, "desk/articles/new.html", told, status=status)


def _look_up(request: HttpRequest) -> HttpResponse:
    text = request.POST.get("typed", "").replace("\x00", "")[:LONGEST_TYPED]
    typed = read_typed(text)
    if typed.kind == TypedKind.NOTHING:
        return _ask(request, status=422, wrong=_("Paste a DOI, a PubMed number, a link, a title or a reference."))
    if (likes := like_these(typed.doi)) and "anyway" not in request.POST:
        return _ask(request, typed=text, likes=likes)
    if typed.kind == TypedKind.LINK:
        return _ask(request, status=422, typed=text, wrong=LookUp(typed=typed).message)
    answer = look_up(text, contact=site_of(request).contact_email)
    if answer.candidates and not answer.record:
        offered = [found_in_record(candidate, typed=text) for candidate in answer.candidates]
        return _ask(request, typed=text, offered=offered, problems=[told.message for told in answer.problems])
    if typed.kind == TypedKind.PII and not answer.record:
        return _ask(request, status=422, typed=text, wrong=answer.message)
    found = found_by(answer)
    if not found.told and typed.reference:
        found = with_reference(found, typed.reference)
    return _show_draft_form(request, found, doi=typed.doi)


def _read_file(request: HttpRequest) -> HttpResponse:
    sent: Any = request.FILES["file"]  # one file: the form has one field for it
    read = read_references(sent.name or "", sent.read())
    problems = [_at_line(problem) for problem in read.problems]
    offered = [found_in_record(record, source=_("the file")) for record in read.records[:MOST_OFFERED]]
    if len(read.records) > MOST_OFFERED:
        problems.append(_("Only the first %(most)s references are shown.") % {"most": MOST_OFFERED})
    if not offered:
        return _ask(request, status=422, file_wrong=" ".join(problems))
    return _ask(request, offered=offered, problems=problems, from_file=sent.name)


def _at_line(problem: FileProblem) -> str:
    if not problem.line:
        return problem.message
    return _("Line %(line)s: %(message)s") % {"line": problem.line, "message": problem.message}


def _show_draft_form(request: HttpRequest, found: Found, *, doi: str = "") -> HttpResponse:
    """The draft's form, filled with what was found, and with what somebody had typed into it before."""
    kept = {name: value for name in KEPT if (value := request.POST.get(name, "").replace("\x00", ""))}
    initial = {"doi": doi, **kept} if doi and "doi" not in found.told else kept
    if topics := request.POST.getlist("topics"):
        initial["topics"] = topics  # type: ignore[assignment]  # the one field of several values
    return _draft_page(request, _draft_form(found, None, initial))


def _draft_form(found: Found, data: Any, initial: Any = None) -> DraftForm:
    return DraftForm(
        data, found=found, research_types=ResearchType.objects.all(), topics=Topic.objects.all(), initial=initial
    )


def _accept_suggestions(request: HttpRequest, found: Found) -> HttpResponse:
    """The form as it was sent, with what is suggested ticked; made anew, so that nothing is called wrong yet."""
    sent = _draft_form(found, request.POST)
    typed = {name: sent[name].value() for name in sent.fields}
    suggested = _shelves_suggested(sent)
    topics = [one.key for one in suggested if one.kind is Kind.TOPIC]
    typed["topics"] = [*dict.fromkeys([*request.POST.getlist("topics"), *topics])]
    for one in suggested:
        if one.kind is Kind.RESEARCH_TYPE:
            typed["research_type"] = one.key
    form = _draft_form(found, None, typed)
    form.fields["working_title"].widget.attrs["autofocus"] = True
    return _draft_page(request, form, accepted=True)


def _on_to_the_draft(request: HttpRequest, entry: Entry, form: DraftForm) -> HttpResponse:
    """To the article while its abstract has numbers to accept, else straight to writing.

    Topics and a type that were suggested and not chosen have been answered, and are not asked for again.
    """
    article = found_article(entry.article.key)
    chosen = {form.cleaned_data["research_type"], *form.cleaned_data["topics"]}
    for suggestion in _shelves_suggested(form):
        if suggestion.key not in chosen:
            set_aside(request, article, suggestion.name)
    if suggestions_for(request, article, article_value(article)).open:
        messages.success(request, _("The draft is made. First look at what the abstract says."))
        return redirect("desk_article", article.key)
    messages.success(request, _("The draft is made. The article and its abstract stand beside it."))
    return redirect("edit_entry", entry.slug, entry.language)


def _shelves_suggested(form: DraftForm) -> tuple[Suggestion, ...]:
    topics, research_types = shelf_items()
    abstract, title = (str(form[name].value() or "") for name in ("abstract", "title"))
    return suggest_shelves(abstract, title, topics=topics, research_types=research_types)


def _draft_page(request: HttpRequest, form: DraftForm, *, status: int = 200, accepted: bool = False) -> HttpResponse:
    """The draft's form; what may be the same article, and what the abstract seems to say, are asked for anew."""
    values = {name: str(form[name].value() or "") for name in ("doi", "title", "year")}
    suggested = _shelves_suggested(form)
    topics = {one.key: one for one in suggested if one.kind is Kind.TOPIC}
    told = {
        "accepted": accepted,
        "form": form,
        "found": form.found,
        "signed": form.found.sign(),
        "likes": like_these(values["doi"], values["title"], values["year"]),
        "type_suggested": next((one for one in suggested if one.kind is Kind.RESEARCH_TYPE), None),
        "topics_suggested": topics,
        "other_topics_ticked": bool(set(form["topics"].value() or ()) - set(topics)),
        "language": get_language(),
    }
    return render(request, "desk/articles/draft.html", told, status=status)
