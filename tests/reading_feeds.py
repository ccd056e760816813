"""Read feeds as strict programs do: what breaks a rule of the format is told, and what the feed says is given."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")
JSON_FEED = "https://jsonfeed.org/version/1.1"
OF_A_JSON_FEED = {
    *("version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon"),
    *("authors", "language", "expired", "hubs", "items"),
}
OF_A_JSON_ITEM = {
    *("id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image"),
    *("date_published", "date_modified", "authors", "tags", "language", "attachments"),
}


def atom_faults(document: str) -> list[str]:
    """The rules of RFC 4287 that an Atom document breaks, as far as one can tell from the document."""
    feed = ElementTree.fromstring(document.encode())
    if feed.tag != f"{ATOM}feed":
        return [f"the root is {feed.tag}"]
    entries = feed.findall(f"{ATOM}entry")
    ids = Counter(entry.findtext(f"{ATOM}id") for entry in entries)
    return [
        *(f"feed {fault}" for fault in _faults_of_one(feed, at_most_once=("subtitle", "rights", "icon", "logo"))),
        *(f"{said} is the id of {count} entries" for said, count in ids.items() if count > 1),
        *(f"entry {fault}" for entry in entries for fault in _faults_of_an_entry(entry, feed)),
    ]


def _faults_of_an_entry(entry: ElementTree.Element, feed: ElementTree.Element) -> Iterator[str]:
    yield from _faults_of_one(entry, at_most_once=("published", "summary", "content", "rights", "source"))
    if entry.find(f"{ATOM}author") is None and feed.find(f"{ATOM}author") is None:
        yield "has no author"
    if not any(link.get("rel", "alternate") == "alternate" for link in entry.findall(f"{ATOM}link")):
        yield "has no alternate link"
    for category in entry.findall(f"{ATOM}category"):
        if not category.get("term"):
            yield "has a category without a term"
        if not _is_whole(category.get("scheme", "urn:x")):
            yield f"has a scheme that is no IRI: {category.get('scheme')}"


def _faults_of_one(element: ElementTree.Element, *, at_most_once: tuple[str, ...]) -> Iterator[str]:
    """What a feed and an entry must both have."""
    for name in ("id", "title", "updated"):
        if len(element.findall(f"{ATOM}{name}")) != 1:
            yield f"has not exactly one {name}"
    for name in at_most_once:
        if len(element.findall(f"{ATOM}{name}")) > 1:
            yield f"has more than one {name}"
    for name in ("updated", "published"):
        for date in element.findall(f"{ATOM}{name}"):
            if not RFC_3339.fullmatch(date.text or ""):
                yield f"has a date that is none: {date.text}"
    for name in ("id", "icon"):
        for address in element.findall(f"{ATOM}{name}"):
            if not _is_whole(address.text or ""):
                yield f"has an {name} that is no absolute IRI: {address.text}"
    for person in (*element.findall(f"{ATOM}author"), *element.findall(f"{ATOM}contributor")):
        if len(person.findall(f"{ATOM}name")) != 1 or not person.findtext(f"{ATOM}name"):
            yield "names a person without a name"
    if not LANGUAGE_TAG.fullmatch(element.get(XML_LANG, "")):
        yield f"has no language: {element.get(XML_LANG)}"
    links = element.findall(f"{ATOM}link")
    for link in links:
        if not _is_whole(link.get("href", "")):
            yield f"has a link that leads nowhere: {link.get('href')}"
    kinds = Counter((link.get("rel", "alternate"), link.get("type"), link.get("hreflang")) for link in links)
    yield from (f"has {count} links of the kind {kind}" for kind, count in kinds.items() if count > 1)


def json_faults(document: str) -> list[str]:
    """The rules of JSON Feed 1.1 that a document breaks."""
    feed = json.loads(document)
    ids = Counter(item.get("id") for item in feed["items"])
    return [
        *([] if feed.get("version") == JSON_FEED else [f"version is {feed.get('version')}"]),
        *([] if feed.get("title") else ["feed has no title"]),
        *(f"feed {fault}" for fault in _faults_of_an_object(feed, OF_A_JSON_FEED)),
        *(f"{said} is the id of {count} items" for said, count in ids.items() if count > 1),
        *(f"item {fault}" for item in feed["items"] for fault in _faults_of_an_item(item)),
    ]


def _faults_of_an_item(item: dict[str, Any]) -> Iterator[str]:
    if not isinstance(item.get("id"), str) or not item["id"]:
        yield "has no id"
    if not (item.get("content_html") or item.get("content_text")):
        yield "has no content"
    for name in ("date_published", "date_modified"):
        if not RFC_3339.fullmatch(item.get(name, "")):
            yield f"has a date that is none: {item.get(name)}"
    if not all(isinstance(tag, str) and tag for tag in item.get("tags", [])):
        yield "has a tag that is no text"
    yield from _faults_of_an_object(item, OF_A_JSON_ITEM)


def _faults_of_an_object(value: dict[str, Any], known: set[str]) -> Iterator[str]:
    for name in value:
        if name not in known and not re.fullmatch("_[A-Za-z].*", name):
            yield f"has an unknown field {name}"
    for name in ("home_page_url", "feed_url", "favicon", "icon", "url"):
        if name in value and not _is_whole(value[name]):
            yield f"has a {name} that leads nowhere: {value[name]}"
    if not all(author.get("name") for author in value.get("authors", [{}])):
        yield "has an author without a name"
    if not LANGUAGE_TAG.fullmatch(value.get("language", "")):
        yield f"has no language: {value.get('language')}"


def _is_whole(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.scheme and (parts.netloc or parts.scheme == "urn") and not re.search(r"\s", address))
