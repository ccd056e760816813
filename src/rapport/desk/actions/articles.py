"""An article at the desk: from what was looked up to a draft, and every change to what is stored of it.

An article is changed as one value, the exchange's own (`ArticleFile`): whoever changes a finding reads the value,
puts the finding in, and hands the whole back. So one set of rules holds, and one function writes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.desk.actions.facts import correct_facts, refuse_unless_editor, save_facts
from rapport.desk.actions.writing import start_entry
from rapport.desk.audit_words import about
from rapport.desk.queries.articles import new_article_key
from rapport.desk.refusals import Refused
from rapport.digest.exchange.database import article_value
from rapport.digest.exchange.saving import article_fields, finding_fields
from rapport.digest.exchange.schema import ArticleFile
from rapport.digest.models import Entry
from rapport.literature import actions as literature
from rapport.literature.models import Article, Family, ResearchType, Topic

BY_HAND = "by hand"


@transaction.atomic
def begin_draft(
    *,
    value: ArticleFile,
    abstract: str,
    abstract_from: str,
    research_type: ResearchType,
    topics: Iterable[Topic],
    language: str,
    title: str,
    by: Person,
    now: dt.datetime,
) -> Entry:
    """Make an article, keep its abstract, and start an entry about it: all of it, or nothing."""
    key = new_article_key(value)
    article = save_facts(key=key, facts=article_fields(value), findings=[], by=by, now=now)
    if abstract:
        literature.keep_abstract(article=article, text=abstract, source=abstract_from, by=by, now=now)
    return start_entry(
        article=article, language=language, title=title, research_type=research_type, topics=topics, by=by, now=now
    )


@transaction.atomic
def change_article(
    *,
    article: Article,
    value: ArticleFile,
    by: Person,
    now: dt.datetime,
    account: Mapping[str, str] | None = None,
    reason: str = "",
) -> bool:
    """Make `value` what is stored of `article`; False when that is what stands there already.

    When its entry is published this is a correction: it needs an `account` for readers, by language, and a `reason`.
    Raises `Refused` in words otherwise.
    """
    stored = article_value(article)
    if stored == value:
        return False
    families = {(family.axis, family.key): family for family in Family.objects.all()}
    facts, findings = article_fields(value), finding_fields(value, families)
    _refuse_unknown_links(article, value)
    if is_before_readers(article):
        refuse_unless_editor(by)
        if not account or not reason:
            raise Refused(_("Readers see the entry about this article: say what changes, and why."))
        correct_facts(article=article, facts=facts, findings=findings, account=account, reason=reason, by=by, now=now)
    else:
        save_facts(key=article.key, facts=facts, findings=findings, by=by, now=now)
    if (stored.overlaps_with, stored.superseded_by) != (value.overlaps_with, value.superseded_by):
        article.refresh_from_db()
        literature.link_article(
            article=article, overlaps_with=list(value.overlaps_with), superseded_by=value.superseded_by
        )
        record(stream="digest", by=by, did="article.linked", about=about(article))
    return True


def is_before_readers(article: Article) -> bool:
    """Whether readers see an entry about it, so that a change is a correction they are told of."""
    return Entry.objects.filter(article=article, state=Entry.State.PUBLISHED).exists()


def _refuse_unknown_links(article: Article, value: ArticleFile) -> None:
    named = {*value.overlaps_with, *([value.superseded_by] if value.superseded_by else [])}
    known = set(Article.objects.filter(key__in=named).exclude(pk=article.pk).values_list("key", flat=True))
    if unknown := sorted(named - known):
        raise Refused(_("There is no other article “%(key)s”.") % {"key": unknown[0]})
