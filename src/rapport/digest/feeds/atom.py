"""A feed as Atom (RFC 4287), by Django's own generator and what it does not know of."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator

from rapport.digest.feeds.reading import Feed, FeedItem

# Characters that no XML document may hold, however they are written (XML 1.0, section 2.2).
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_atom(feed: Feed) -> str:
    written = _Atom(
        title=feed.title,
        link=feed.page,
        description="",
        language=feed.language,
        author_name=feed.author,
        subtitle=feed.subtitle or None,
        feed_copyright=feed.rights or None,
        feed_guid=feed.addresses[feed.language]["atom"],
        told=feed,
    )
    for item in feed.items:
        written.add_item(
            title=item.title,
            link=item.address,
            description=escape(item.summary),
            author_name=item.author,
            pubdate=item.published,
            updateddate=item.updated,
            unique_id=item.id,
            told=item,
        )
    return written.writeString("utf-8")


class _LegalXML(SimplerXMLGenerator):
    """Leaves out what XML cannot hold, wherever it stands, so that one stray character spoils no feed."""

    def characters(self, content: str) -> None:
        super().characters(NOT_IN_XML.sub("", content))

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802  # as the library calls it
        legal: Any = {key: NOT_IN_XML.sub("", value) for key, value in attrs.items()}
        super().startElement(name, legal)


class _Atom(Atom1Feed):
    def write(self, outfile: Any, encoding: str) -> None:
        """As Django does it, with a generator that does not stop at a stray character."""
        handler = _LegalXML(outfile, encoding, short_empty_elements=True)
        handler.startDocument()
        handler.startElement("feed", self.root_attributes())
        self.add_root_elements(handler)
        self.write_items(handler)
        handler.endElement("feed")

    def latest_post_date(self) -> dt.datetime:
        feed: Feed = self.feed["told"]
        return feed.updated

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        feed: Feed = self.feed["told"]
        for link in feed.links("atom"):
            attributes = {"rel": link.rel, "href": link.address, "type": link.media_type, "hreflang": link.language}
            handler.addQuickElement("link", "", attributes)
        handler.addQuickElement("icon", feed.icon)

    def item_attributes(self, item: dict[str, Any]) -> dict[str, Any]:
        told: FeedItem = item["told"]
        return {"xml:lang": told.language}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        told: FeedItem = item["told"]
        if told.translator:
            handler.startElement("contributor", {})
            handler.addQuickElement("name", told.translator)
            handler.endElement("contributor")
        for category in told.categories:
            attributes = {"term": category.key, "scheme": category.scheme, "label": category.label.text}
            handler.addQuickElement("category", "", {**attributes, "xml:lang": category.label.language})
        handler.addQuickElement("content", told.content, {"type": "html"})
