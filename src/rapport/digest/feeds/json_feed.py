"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import Any

from rapport.digest.feeds.reading import Feed, FeedItem


def write_json(feed: Feed) -> str:
    written = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.addresses[feed.language]["json"],
        "description": feed.subtitle,
        "favicon": feed.icon,
        "authors": [{"name": feed.author}],
        "language": feed.language,
        # What the format has no word for. Names that begin with “_” are for each publisher to define.
        "_rapport": {
            "about": feed.guide,
            "rights": feed.rights,
            "updated": feed.updated.isoformat(),
            "languages": {language: addresses["json"] for language, addresses in feed.addresses.items()},
        },
        "items": [_item(item) for item in feed.items],
    }
    return json.dumps(written, ensure_ascii=False, indent=1)


def _item(item: FeedItem) -> dict[str, Any]:
    written: dict[str, Any] = {
        "id": item.id,
        "url": item.address,
        "title": item.title,
        "content_html": item.content,
        "summary": item.summary,
        "date_published": item.published.isoformat(),
        "date_modified": item.updated.isoformat(),
        "authors": [{"name": item.author}],
        "tags": [category.label.text for category in item.categories],
        "language": item.language,
    }
    ours = {
        "translators": [item.translator] if item.translator else [],
        "state": item.state,
        "standing": item.standing or None,
    }
    return written | {"_rapport": ours}
