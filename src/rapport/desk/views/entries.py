"""The list of entries, and an entry's own page: where it stands, what it needs, what can be done, what was done."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from rapport.accounts.policies import requires, signed_in
from rapport.desk import deed_forms, queries
from rapport.desk.actions.publishing import changed_languages
from rapport.desk.fields import FIELDS
from rapport.desk.models import DeskRules, PreviewLink, Progress
from rapport.desk.offers import Offers, offers
from rapport.desk.policies import MAY_WRITE
from rapport.desk.queries import Behind, Words
from rapport.desk.telling import languages_left
from rapport.digest.models import Entry, Issue
from rapport.web.templatetags.web import moment, month_name
from rapport.web.unknown import NotHere

ENTRIES_PER_PAGE, ACKNOWLEDGED_PER_PAGE = 40, 20
MOST_LINKS = 100  # to a draft, the newest; what has expired is cleared away after a month


@requires(MAY_WRITE)
def entries(request: HttpRequest) -> HttpResponse:
    wanted = read_wanted(request.GET)
    page = Paginator(queries.entries_listed(wanted), ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "wanted": wanted,
        "stages": queries.STAGES,
        "issues": Issue.objects.order_by("-year", "-month"),
        "authors": queries.authors(),
    }
    return render(request, "desk/entries/list.html", context)


def read_wanted(asked: Mapping[str, str]) -> queries.Wanted:
    """What a list is asked for; what cannot be understood is left out, as if it had not been asked."""
    issue, author = asked.get("issue", ""), asked.get("author", "")
    return queries.Wanted(
        stage=asked["stage"] if asked.get("stage") in queries.STAGES else "",
        issue=issue if re.fullmatch(r"\d{4}-\d{2}|none", issue, re.ASCII) else "",
        q=" ".join(asked.get("q", "").replace("\0", " ").split())[:200],
        author=author if re.fullmatch(r"\d{1,18}", author, re.ASCII) else "",
    )


@requires(MAY_WRITE)
def entry(request: HttpRequest, slug: str) -> HttpResponse:
    return overview(request, entry_at_desk(slug))


def entry_at_desk(slug: str) -> Entry:
    related = (
        *("issue__plan", "research_type", "progress__author", "progress__approved_by"),
        "article__superseded_by__entry__issue",
    )
    found = Entry.objects.select_related(*related).filter(slug=slug).first()
    if found is None:
        raise NotHere(_("There is no entry “%(key)s” at the desk.") % {"key": slug[:80]})
    return found


def progress_of(entry: Entry) -> Progress:
    """How far the entry is; one that has not been at the desk is where its state says."""
    stage = Progress.Stage.DRAFT if entry.state == Entry.State.DRAFT else Progress.Stage.OUT
    return getattr(entry, "progress", None) or Progress(entry=entry, stage=stage)


@dataclass(frozen=True)
class InLanguage:
    """The entry's text in one language: its newest words, what readers see, whether it is behind its original."""

    language: str
    words: Words | None
    shown: bool
    changed: bool
    behind: Behind | None


def texts_of(entry: Entry, newest: Mapping[str, Words], languages: Sequence[str]) -> list[InLanguage]:
    """One for each language of the site, the entry's own first, and for each other in which it is written."""
    shown = {text.language: text for text in entry.texts.all()} if entry.state != Entry.State.DRAFT else {}
    order = dict.fromkeys((entry.language, *newest, *languages))
    return [
        InLanguage(
            language=code,
            words=newest.get(code),
            shown=code in shown,
            changed=code in shown and code in newest and _differs(newest[code], shown[code]),
            behind=queries.is_behind(entry, code) if code != entry.language and code in newest else None,
        )
        for code in order
    ]


def _differs(words: Words, shown: Any) -> bool:
    return any(words.texts[name] != getattr(shown, name) for name in FIELDS)


def overview(
    request: HttpRequest, entry: Entry, *, refused: Mapping[str, Form] | None = None, status: int = 200
) -> HttpResponse:
    """An entry's page. `refused` are forms that were sent and not done, by deed: they keep what was typed."""
    person, languages = signed_in(request), queries.site_languages()
    stage, progress = queries.stage_of(entry), progress_of(entry)
    newest = queries.newest_words(entry)
    texts = texts_of(entry, newest, languages)
    outlook = queries.outlook(entry)
    answered = queries.answered_for(entry, newest)
    offered = offers(
        person,
        entry,
        stage,
        progress=progress,
        rules=DeskRules.current(),
        outlook=outlook,
        unseen=[text.language for text in texts if text.words and not text.shown],
        changed=[text.language for text in texts if text.changed],
    )
    links = list(PreviewLink.objects.filter(entry=entry).select_related("made_by")[:MOST_LINKS])
    forms = {**forms_of(entry, offered, languages), **(refused or {})}
    context = {
        "entry": entry,
        "stage": stage,
        "steps": steps(stage, after=way_after(entry, stage, texts)),
        "progress": progress,
        "offers": offered,
        "approvers": queries.approvers(queries.writers_of(entry, progress, outlook.approvable))
        if offered.second_person
        else [],
        "checklist": outlook.checklist,
        "texts": texts,
        "seen": deed_forms.Approve.seen_of(newest),
        "forms": forms,
        "refused": refused or {},
        "topics": list(entry.topics.all()),
        "links": links,
        "open_links": any(not link.revoked_at and link.expires_at > now() for link in links),
        "unpublished": queries.has_unpublished(entry),
        "standing": answered.standing,
        "page_obj": Paginator(answered.gone, ACKNOWLEDGED_PER_PAGE).get_page(request.GET.get("page")),
        "history": queries.history(entry),
        "tasks": entry.tasks.filter(done_at=None).select_related("notice"),
        "now": now(),
    }
    return render(request, "desk/entries/overview.html", context, status=status)


# The way of an entry, as the page draws it: a withdrawn entry's last step is its withdrawal.
WAY = ("draft", "in-review", "approved", "scheduled", "published")


@dataclass(frozen=True)
class Step:
    stage: str
    past: bool
    here: bool
    name: str = ""  # where it is not the stage's own


# What readers have is published, and stays so while a correction, or a translation, comes the same way.
CORRECTION = {
    "published": pgettext_lazy("of an entry", "Published"),
    "draft": gettext_lazy("Correction: draft"),
    "in-review": gettext_lazy("Correction: in review"),
    "approved": gettext_lazy("Correction: approved"),
    "corrected": pgettext_lazy("of an entry", "Corrected"),
}
TRANSLATION = {
    "published": pgettext_lazy("of an entry", "Published"),
    "draft": gettext_lazy("Translation: draft"),
    "in-review": gettext_lazy("Translation: in review"),
    "approved": gettext_lazy("Translation: approved"),
    "translated": gettext_lazy("Translated"),
}


def steps(stage: str, *, after: Mapping[str, Any] | None = None) -> list[Step]:
    """The stages on the way to readers, each behind, reached or ahead; `after` names those that follow publication."""
    if after:
        reached = list(after).index(stage)
        return [Step(key, n < reached, n == reached, str(name)) for n, (key, name) in enumerate(after.items())]
    way = (*WAY[:-1], stage) if stage in {"corrected", "withdrawn"} else WAY
    reached = way.index(stage)
    return [Step(name, number < reached, number == reached) for number, name in enumerate(way)]


def way_after(entry: Entry, stage: str, texts: Sequence[InLanguage]) -> Mapping[str, Any] | None:
    """The way of what is being changed of a published entry; None for an entry on its first way, or at its end."""
    if entry.state != Entry.State.PUBLISHED or stage not in CORRECTION or stage in {"published", "corrected"}:
        return None
    return CORRECTION if any(text.changed for text in texts) else TRANSLATION


def forms_of(entry: Entry, offered: Offers, languages: Sequence[str]) -> dict[str, Form]:
    """The forms of the deeds that are offered, by deed."""
    forms: dict[str, Form] = {"send_back": deed_forms.SendBack(auto_id="send_back_%s")}
    shelves = {"research_type": entry.research_type.key, "topics": [topic.key for topic in entry.topics.all()]}
    forms["shelves"] = deed_forms.Shelves(initial=shelves, auto_id="shelves_%s")
    forms["preview"] = deed_forms.Preview(auto_id="preview_%s")
    if offered.place:
        others = [(issue, name) for issue, name in issue_choices() if issue != str(entry.issue)]
        forms["place"] = deed_forms.Place(issues=others, auto_id="place_%s")
    if offered.correct:
        forms["correct"] = correction_form(entry, languages)
    return forms


def correction_form(entry: Entry, languages: Sequence[str], sent: Mapping[str, str] | None = None) -> Form:
    """What a correction asks, of the texts that are changed and approved, and of those it leaves behind."""
    approved = queries.goes_out(entry)
    corrected = [code for code in changed_languages(entry) if code in approved]
    left = languages_left(entry, corrected)
    return deed_forms.Correct(
        sent, languages=languages, own=entry.language, corrected=corrected, left=left, auto_id="correct_%s"
    )


def issue_choices() -> list[tuple[str, str]]:
    """The planned issues, by month and when they go out, as a form names them."""
    return [(str(issue), _with_departure(issue)) for issue in queries.issues_at_the_desk()]


def _with_departure(issue: Issue) -> str:
    plan, month = queries.plan_of(issue), month_name(issue.first_day)
    if plan is None or plan.release_at is None or plan.held_back:
        return month
    return _("%(month)s (goes out on %(when)s)") % {"month": month, "when": moment(plan.release_at)}
