"""Notices that an import finds in the database already.

They come by night, so a folder that was exported yesterday does not know of them. A retraction must not go from the
page because of that, nor be told to readers a second time: what is known of notices, and the revisions that told of
them, stay, unless a file says what there is and `--replace` names its entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from django.utils import timezone

from rapport.digest.exchange.schema import (
    ArticleFile,
    Content,
    EntryValue,
    NoticeFile,
    RevisionFile,
    notices_in_order,
)
from rapport.literature.actions import save_notices
from rapport.literature.models import Article, Notice
from rapport.literature.notices import matched

NOTICE = "notice"


def with_known(content: Content, before: Content, replace: Collection[str]) -> tuple[Content, list[str]]:
    """The folder's content with what the database knows of notices besides; and the articles that this is about."""
    named = {value.article for known in (before, content) for slug, value in known.entries.items() if slug in replace}
    articles = {key: _article(value, before.articles.get(key), key in named) for key, value in content.articles.items()}
    exact = {key for key in named if key in content.articles and content.articles[key].notices is not None}
    entries = {
        slug: _entry(value, before.entries[slug]) if slug in before.entries and value.article not in exact else value
        for slug, value in content.entries.items()
    }
    stay = [
        key
        for key, article in articles.items()
        if len(article.notices or ()) > len(content.articles[key].notices or ())
    ]
    return content.model_copy(update={"articles": articles, "entries": entries}), stay


def _article(value: ArticleFile, before: ArticleFile | None, is_named: bool) -> ArticleFile:
    known = (before.notices if before else None) or ()
    pairs, left = matched(known, value.notices or ())
    notices = [_filled(notice, same) if same else notice for notice, same in pairs]
    if not is_named or value.notices is None:
        notices += left
    return value.model_copy(update={"notices": notices_in_order(notices) or None})


def _filled(notice: NoticeFile, known: NoticeFile) -> NoticeFile:
    """The notice as its file says, with what the file does not say as it is known."""
    lacks = {name: getattr(known, name) for name in ("doi", "date", "noticed") if getattr(notice, name) is None}
    return notice.model_copy(update=lacks)


def _entry(value: EntryValue, before: EntryValue) -> EntryValue:
    """The entry with the revisions that told of notices and that its file does not have, each at its old number."""
    if value.state == "draft" or value.article != before.article:
        return value
    revisions = list(value.revisions)
    held = Counter(revision.date for revision in revisions if revision.kind == NOTICE)
    for revision in before.revisions:
        if revision.kind != NOTICE:
            continue
        if held[revision.date]:
            held[revision.date] -= 1
        else:
            is_last_word = bool(revisions) and revisions[-1].kind == "withdrawn"
            revisions.insert(min(revision.number - 1, len(revisions) - is_last_word), revision)
    return value.model_copy(update={"revisions": _numbered(revisions)})


def _numbered(revisions: Sequence[RevisionFile]) -> tuple[RevisionFile, ...]:
    return tuple(revision.model_copy(update={"number": place}) for place, revision in enumerate(revisions, start=1))


def save_notice_files(article: Article, notices: Sequence[NoticeFile]) -> None:
    now = timezone.now()
    save_notices(
        article=article,
        notices=[
            Notice(
                kind=notice.kind,
                doi=notice.doi or "",
                source=notice.source,
                published_on=notice.date,
                noticed_at=notice.noticed or now,
            )
            for notice in notices
        ],
    )
