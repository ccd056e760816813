"""Make what a test needs, with sensible values for all that it does not care about.

    make_entry("alliance-matters", topics=["alliance"], issue="2024-05")

makes the topic, the research type, the article and the issue too, when they are not there yet. Everything is
written through the rooms' own actions. Texts are in English unless `texts` says otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from rapport.accounts.models import Grant, Person, Role
from rapport.desk.actions import (
    approve,
    place_entry,
    plan_issue,
    release_now,
    save_words,
    start_entry,
    submit_for_review,
    write_teaser,
)
from rapport.digest.actions import (
    mark_changed,
    save_announcement,
    save_entry,
    save_issue,
    save_page,
    save_site_identity,
)
from rapport.digest.models import Announcement, Entry, Issue, Page, SiteIdentity
from rapport.literature.actions import link_article, record_notices, save_article
from rapport.literature.lookup.record import FoundNotice
from rapport.literature.models import Article, Axis, Family, Notice, ResearchType, Topic
from rapport.mailing.actions.editions import latest_arrival
from rapport.mailing.models import Subscriber


def words_for(key: str) -> str:
    """“drop-out” → “Drop out”: a name for something of which only the key matters."""
    return key.replace("-", " ").capitalize()


PASSWORD = "a-password-for-tests"


def make_person(name: str = "Edith", *roles: str, **facts: Any) -> Person:
    """Somebody with an account, edith@example.org, who may sign in with `PASSWORD` and has `roles`.

    `make_person("Edith", "editor")`; `self.client.force_login(person)` signs them in.
    """
    assert set(roles) <= set(Role.values), roles
    defaults = {"email": f"{name.lower().replace(' ', '.')}@example.org", "password": PASSWORD, "name": name}
    person = Person.objects.create_user(**{**defaults, **facts})
    Grant.objects.bulk_create(Grant(person=person, role=role, granted_by=None) for role in roles)
    return person


def make_addressed() -> dict[str, Any]:
    """One of everything that a private address may name, by the argument's name in `urls.py`.

    For the test that walks every address: `/desk/entries/<slug:slug>/` is asked for with `slug` from here, and
    where one view means something else by it, with `desk_page:slug`.
    """
    make_site()
    make_page("about")
    make_article("rosa-2020", findings=[finding("main")])
    entry = make_entry("alliance-matters", article="rosa-2020", issue="2024-05")
    subscriber = make_subscriber()
    return {
        "slug": entry.slug,
        "language": "en",
        "year": 2024,
        "month": 5,
        "key": entry.article.key,
        "finding": "main",
        "number": 1,  # of a version, a note, a task, a letter: what is not there answers that it is not
        "delivery": 1,
        "pk": make_person("Pat").pk,
        **{
            f"desk_{view}:number": subscriber.pk
            for view in ("subscriber", "letter_preview", "subscriber_stop", "subscriber_delete")
        },
        "desk_page:slug": "about",
        **{f"desk_network_{view}:slug": "topics" for view in ("list", "new", "one", "remove")},
        **{f"desk_network_{view}:key": "alliance" for view in ("one", "remove")},
    }


def make_subscriber(name: str = "sam", *, topics: Iterable[str] = (), types: Iterable[str] = (), **facts: Any) -> Any:
    """Somebody who gets letters, sam@example.org, who has been considered for all that has arrived so far."""
    address = facts.pop("address", f"{name}@example.org")
    defaults = {
        "address": address,
        "folded": address.casefold(),
        "language": "en",
        "source": Subscriber.Source.FORM,
        "consented_at": NOW,
        "joined_at": NOW,
        "seen_through": latest_arrival(),
    }
    topics, types = list(topics), list(types)
    facts = {"chose_topics": bool(topics), "chose_types": bool(types), **facts}
    subscriber = Subscriber.objects.create(**{**defaults, **facts})
    subscriber.topics.set(_there_or_made(Topic, make_topic, topics))
    subscriber.research_types.set(_there_or_made(ResearchType, make_research_type, types))
    return subscriber


def _there_or_made(model: Any, make: Any, keys: Iterable[str]) -> list[Any]:
    return [model.objects.filter(key=key).first() or make(key) for key in keys]


def make_site(**facts: Any) -> SiteIdentity:
    defaults = {
        "name": {"en": "Test network", "fr": "Réseau d’essai"},
        "wordmark": {"en": "Rapport"},
        "tagline": {"en": "Research that reaches practice", "fr": "La recherche rejoint la pratique"},
        "notice": {},
        "contact_email": "desk@example.org",
        "postal_address": "1 Example Street",
        "content_licence": {"en": "CC BY 4.0"},
        "announcements_author": {"en": "Edith"},
        "languages": ["en", "fr"],
    }
    site = save_site_identity(facts={**defaults, **facts})
    mark_changed()
    return site


def make_topic(key: str = "alliance", **facts: Any) -> Topic:
    return _shelved(Topic, key, facts)


def make_research_type(key: str = "meta-analysis", **facts: Any) -> ResearchType:
    return _shelved(ResearchType, key, facts)


def _shelved(model: Any, key: str, facts: dict[str, Any]) -> Any:
    defaults = {"name": {"en": words_for(key)}, "position": model.objects.exclude(key=key).count()}
    return model.objects.update_or_create(key=key, defaults={**defaults, **facts})[0]


def make_family(axis: str = "outcome", key: str = "treatment-outcome", **facts: Any) -> Family:
    assert axis in Axis.values, axis
    defaults = {"name": {"en": words_for(key)}, "position": Family.objects.filter(axis=axis).count()}
    return Family.objects.update_or_create(axis=axis, key=key, defaults={**defaults, **facts})[0]


def finding(key: str = "main", **facts: Any) -> dict[str, Any]:
    """A finding's fields, for `make_article(findings=[finding(...)])`: r = 0.28 (95%: 0.26 to 0.30), p < .001.

    `interval` is a pair, `families` a mapping from axis to the key of a family; numbers may be text.
    """
    number = {name: facts.pop(name) for name in ("estimate", "interval_level") if name in facts}
    estimate = number.get("estimate", "0.28")
    low, high = facts.pop("interval", ("0.26", "0.30") if "estimate" not in number else None) or (None, None)
    level = number.get("interval_level", "95") if low is not None else None
    families = facts.pop("families", {})
    fields: dict[str, Any] = {
        "key": key,
        "claim": {"en": words_for(key)},
        "reading": {},
        "metric_key": "r" if estimate is not None else "",
        "estimate": _decimal(estimate),
        "interval_low": _decimal(low),
        "interval_high": _decimal(high),
        "interval_level": _decimal(level),
        "p_operator": "<",
        "p_value": ".001",
        "n": None,
        "k": None,
        "favours": "higher",
        "read_level": "abstract",
        "seen_as": "",
        "note": {},
    }
    for axis in Axis.values:
        fields[axis] = {"en": words_for(families[axis])} if axis in families else {}
        fields[f"{axis}_family"] = make_family(axis, families[axis]) if axis in families else None
    return {**fields, **facts}


COMPARABLE = {"outcome": "treatment-outcome", "comparison": "alliance", "time_point": "as-pooled"}


def make_article(
    key: str = "rosa-2020",
    *,
    findings: Sequence[dict[str, Any]] = (),
    overlaps_with: Sequence[str] = (),
    superseded_by: str | None = None,
    **facts: Any,
) -> Article:
    """An article by Rosa of 2020. Articles that it links to must be there."""
    defaults = {
        "kind": "journal-article",
        "language": "en",
        "authors": ["Rosa, R."],
        "year": 2020,
        "title": f"An article: {words_for(key)}",
        "journal": "Journal of Examples",
        "volume": "1",
        "issue": "2",
        "pages": "3–4",
        "doi": "",
        "pmid": "",
        "read_level": "abstract",
        "figures": [],
    }
    article = save_article(key=key, facts={**defaults, **facts}, findings=list(findings))
    link_article(article=article, overlaps_with=list(overlaps_with), superseded_by=superseded_by)
    return article


def make_notice(article: Article | str, kind: str = "retraction", **facts: Any) -> Notice:
    """A notice about an article, published on 2 June 2024, as the check at night keeps it; readers have a page anew."""
    found = {"doi": f"10.5555/{kind}", "source": "Retraction Watch", "published_on": dt.date(2024, 6, 2), **facts}
    about = article if isinstance(article, Article) else Article.objects.get(key=article)
    [notice] = record_notices(article=about, found=[FoundNotice(kind=kind, **found)], now=NOW)
    mark_changed()
    return notice


def text(language: str = "en", **words: str) -> dict[str, str]:
    """An entry's words in one language."""
    en = language == "en"
    defaults = {
        "title": "Alliance and outcome go together" if en else "Alliance et résultat vont de pair",
        "author": "Edith",
        "translator": "",
        "design": "Meta-analysis" if en else "Méta-analyse",
        "who": "Adults" if en else "Adultes",
        "how_many": "",
        "measured": "",
        "summary": "A stronger alliance goes with a better outcome."
        if en
        else "Une alliance plus forte va de pair avec un meilleur résultat.",
        "implications": "- **Ask.** You might ask how the work together feels."
        if en
        else "- **Demandez.** Vous pourriez demander comment se vit le travail commun.",
        "limitations": "Correlations only." if en else "Des corrélations seulement.",
        "disagreements": "",
    }
    return {**defaults, **words}


def make_entry(
    slug: str = "alliance-matters",
    *,
    article: Article | str | None = None,
    issue: Issue | str | None = None,
    state: str | None = None,
    language: str = "en",
    research_type: str = "meta-analysis",
    topics: Iterable[str] = ("alliance",),
    texts: Mapping[str, Mapping[str, str]] | None = None,
    revisions: Iterable[Mapping[str, Any]] | None = None,
    **words: str,
) -> Entry:
    """An entry, a draft unless `issue` (“2024-05”) says where it stands; then published, last in its issue.

    Without `article` it has one of its own, with the slug as its key. `words` are those of its own
    language: `make_entry(title="…")`; `texts` gives several languages at once.
    """
    if article is None or isinstance(article, str):
        key = article or slug
        article = Article.objects.filter(key=key).first() or make_article(key)
    topics = list(topics)
    for key in topics:
        Topic.objects.filter(key=key).exists() or make_topic(key)
    ResearchType.objects.filter(key=research_type).exists() or make_research_type(research_type)
    state = state or ("published" if issue else "draft")
    if revisions is None:
        kinds = {"draft": [], "published": ["published"], "withdrawn": ["published", "withdrawn"]}[state]
        revisions = [revision(number, kind) for number, kind in enumerate(kinds, start=1)]
    entry = save_entry(
        slug=slug,
        facts={"language": language},
        article=article.key,
        research_type=research_type,
        topics=topics,
        texts={code: text(code, **of) for code, of in (texts or {language: words}).items()},
        revisions=revisions,
    )
    if issue is not None:
        stands = _issue(issue)
        entries = {other.slug: other.state for other in stands.entries.exclude(slug=slug).order_by("position")}
        facts = {"published_on": stands.published_on, "teaser": stands.teaser}
        save_issue(year=stands.year, month=stands.month, facts=facts, entries={**entries, slug: state})
    entry.refresh_from_db()
    return entry


def revision(number: int = 1, kind: str = "published", **facts: Any) -> dict[str, Any]:
    defaults = {"number": number, "kind": kind, "language": "", "made_on": dt.date(2024, 5, 6), "by": "Edith"}
    return {**defaults, "account": {}, **facts}


def make_issue(month: str = "2024-05", *, published_on: dt.date | None = None, **facts: Any) -> Issue:
    """The issue of a month (“2024-05”), out on its sixth day; what stands in it stays."""
    year, number = (int(part) for part in month.split("-"))
    there = Issue.objects.filter(year=year, month=number).first()
    entries = {entry.slug: entry.state for entry in there.entries.order_by("position")} if there else {}
    defaults = {"published_on": published_on or dt.date(year, number, 6), "teaser": {"en": f"…on {month}"}}
    return save_issue(year=year, month=number, facts={**defaults, **facts}, entries=entries)


def _issue(issue: Issue | str) -> Issue:
    if isinstance(issue, Issue):
        return issue
    year, number = (int(part) for part in issue.split("-"))
    return Issue.objects.filter(year=year, month=number).first() or make_issue(issue)


def make_announcement(key: str = "reading-hour", **facts: Any) -> Announcement:
    defaults = {
        "kind": "event",
        "title": {"en": words_for(key)},
        "body": {"en": "Come and read."},
        "link": "",
        "starts_on": dt.date(2024, 5, 1),
        "ends_on": dt.date(2024, 5, 31),
        "position": Announcement.objects.exclude(key=key).count(),
    }
    return save_announcement(key=key, facts={**defaults, **facts})


def make_page(slug: str = "about", language: str = "en", **words: str) -> Page:
    defaults = {"title": words_for(slug), "body": "Some words about us."}
    return save_page(slug=slug, language=language, **{**defaults, **words})


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


# --- folders of content files -------------------------------------------------------------------

FILES = {
    "site.yml": """\
# Whose digest this is.
name:
  en: Test network
  fr: Réseau d’essai
wordmark:
  en: Rapport
tagline:
  en: Research that reaches practice
contact_email: desk@example.org
postal_address: |-
  1 Example Street
  Anytown
languages:
- en
- fr
""",
    "topics.yml": """\
# The subjects on which entries stand, in the order in which they are listed.
- key: alliance
  name:
    en: Alliance
    fr: Alliance
- key: drop-out
  name:
    en: Drop-out
  variants:
  - Attrition
""",
    "research-types.yml": """\
# The kinds of evidence, in the order in which they are listed.
- key: meta-analysis
  name:
    en: Meta-analysis
- key: survey
  name:
    en: Survey
""",
    "families.yml": """\
# What a finding is about, in families. Two findings are comparable only when their metric is the same
# and outcome, comparison and time point are each of the same family.
outcome:
  treatment-outcome:
    en: Treatment outcome
comparison:
  alliance:
    en: alliance
""",
    "articles/rosa-2020.yml": """\
kind: journal-article
language: en
authors:
- Rosa, R.
- Charlie, C.
year: 2020
title: The alliance and its outcome
doi: 10.1037/abc0000001
read_level: abstract
figures:
- value: 1000
  what:
    en: clients
findings:
- key: link
  claim:
    en: Alliance and outcome
  metric: r
  estimate: 0.30
  interval: [0.256, 0.340]
  interval_level: 95
  p: < .001
  k: 20
  outcome:
    family: treatment-outcome
    en: outcome
  comparison:
    family: alliance
    en: alliance
  favours: higher
  read_level: abstract
  seen_as: table 2
""",
    "articles/sam-2021.yml": """\
kind: journal-article
language: en
authors:
- Sam, S.
year: 2021
title: Who leaves early
doi: 10.1037/abc0000002
read_level: full-text
""",
    "entries/alliance-matters.md": """\
---
article: rosa-2020
language: en
state: published
author: Edith
research_type: meta-analysis
topics:
- alliance
title: A stronger alliance, a better outcome
at_a_glance:
  design: Meta-analysis
revisions:
- number: 1
  kind: published
  date: 2024-05-06
  by: Edith
---

The link was r = 0.30.

## Practice implications

- **Ask.** You might ask how the work together feels.

## Limitations

Correlations only.
""",
    "entries/alliance-matters.fr.md": """\
---
language: fr
author: Edith
translator: Edith
title: Une alliance plus forte, un meilleur résultat
---

Le lien était de r = 0,30.

## Implications pour la pratique

- **Demandez.** Vous pourriez demander comment se vit le travail commun.
""",
    "entries/leaving-early.md": """\
---
article: sam-2021
language: en
state: published
author: Edith
research_type: survey
topics:
- drop-out
title: Some leave early
revisions:
- number: 1
  kind: published
  date: 2024-05-06
  by: Edith
---

Some clients leave before they are better.

## Practice implications

- **Talk of endings early.**
""",
    "issues/2024-05.yml": """\
published: 2024-05-06
teaser:
  en: …on staying
entries:
- alliance-matters
- leaving-early
""",
    "announcements.yml": """\
# Calls, events and news, each shown from its first to its last day.
- key: reading-hour
  kind: event
  title:
    en: Reading hour
  body:
    en: Come and read.
  starts: 2024-05-01
  ends: 2024-05-31
""",
    "pages/about.en.md": """\
---
title: About us
---

Some words about us.
""",
}


def make_folder(folder: Path, files: Mapping[str, str | bytes | None] | None = None) -> Path:
    """A small content folder, as an export writes it; `files` are put over it, None takes one away."""
    return write_files(folder, {**FILES, **(files or {})})


def write_files(folder: Path, files: Mapping[str, str | bytes | None]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def files_in(folder: Path) -> dict[str, str]:
    """Every file below `folder` and its text, to compare with `FILES`."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def edited(name: str, old: str, new: str) -> dict[str, str]:
    """One file of `FILES` with `old`, which stands in it once, replaced by `new`."""
    assert FILES[name].count(old) == 1, (name, old, FILES[name].count(old))
    return {name: FILES[name].replace(old, new)}


# --- at the desk ------------------------------------------------------------------------------------

NOW = dt.datetime(2024, 6, 3, 9, 0, tzinfo=dt.UTC)

WRITTEN = {
    "title": "Feedback helps those who are not on track",
    "summary": "In all, 421 clients were asked after each session.",
    "implications": "- **Ask.** You might ask after each session.",
}


def make_draft(slug: str = "feedback-helps", *, by: Person, now: dt.datetime = NOW, **words: str) -> Entry:
    """A draft about an article with 421 clients, begun and written by `by`. `words` go over `WRITTEN`."""
    figures = [{"value": "421", "what": {"en": "clients", "fr": "clients"}}]
    article = Article.objects.filter(key=slug).first() or make_article(slug, figures=figures)
    whole = {**WRITTEN, **words}
    entry = start_entry(
        article=article,
        language="en",
        title=words_for(slug),
        research_type=make_research_type(),
        topics=[make_topic()],
        by=by,
        now=now,
    )
    save_words(entry=entry, language="en", words=whole, on=(1, 1), by=by, now=now)
    return Entry.objects.get(pk=entry.pk)


def make_approved(
    slug: str = "feedback-helps", *, by: Person, approved_by: Person, now: dt.datetime = NOW, **words: str
) -> Entry:
    """A draft of `by` that `approved_by` has approved."""
    entry = make_draft(slug, by=by, now=now, **words)
    submit_for_review(entry=entry, by=by, now=now)
    approve(entry=entry, by=approved_by, now=now)
    return Entry.objects.get(pk=entry.pk)


def make_planned(month: str = "2024-06", *entries: Entry, by: Person, now: dt.datetime = NOW) -> Issue:
    """An issue that is planned for a month, with its line, and these entries in it."""
    year, number = (int(part) for part in month.split("-"))
    issue = plan_issue(year=year, month=number, by=by, now=now).issue
    for entry in entries:
        place_entry(issue=issue, entry=entry, by=by, now=now)
    return write_teaser(issue=issue, teaser={"en": f"This month: {month}."}, by=by, now=now)


def make_released(month: str = "2024-06", *entries: Entry, by: Person, now: dt.datetime = NOW) -> Issue:
    """The issue of a month, sent out at `now` with these entries."""
    return release_now(issue=make_planned(month, *entries, by=by, now=now), by=by, now=now)
