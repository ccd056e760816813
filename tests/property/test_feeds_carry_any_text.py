"""Whatever characters a text holds, the feed it stands in can be read, and says the same."""

from __future__ import annotations

import datetime as dt
import json
import re
from html import unescape

import feedparser
from hypothesis import example, given
from hypothesis import strategies as st

from rapport.digest.feeds.atom import write_atom
from rapport.digest.feeds.json_feed import write_json
from rapport.digest.feeds.reading import Category, Feed, FeedItem
from rapport.web.wording import Phrase
from tests.reading_feeds import ATOM, ElementTree, atom_faults, json_faults

DAY = dt.datetime(2024, 5, 6, tzinfo=dt.UTC)
# What XML 1.0 has no way to write: control characters, and two that are no characters at all.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def feed_saying(text: str) -> Feed:
    item = FeedItem(
        id="urn:uuid:7f3a4c52-0f0e-4a57-9a55-3f6d1c0b8e21",
        address="http://testserver/2024/05/alliance-matters/",
        language="en",
        title=text,
        summary=text,
        content=text,
        author=f"Edith {text}",
        translator=f"Frédérique {text}",
        categories=(Category("http://testserver/topics/", "alliance", Phrase(text, "fr")),),
        published=DAY,
        updated=DAY,
        state="published",
        standing="",
    )
    return Feed(
        language="en",
        title=text,
        subtitle=text,
        author=f"The network {text}",
        rights=text,
        icon="http://testserver/static/icon.svg",
        page="http://testserver/",
        guide="http://testserver/subscribe/",
        addresses={"en": {form: f"http://testserver/feeds/entries.{form}" for form in ("atom", "json")}},
        items=(item,),
    )


@given(TEXTS)
@example("a\x00b\x0b\x1f\ufffe")
@example("]]> <![CDATA[ & &amp; &#0; <b> -->")
@example("שלום, العلاج \u202etxt\u202c")
@example("👩🏽‍⚕️ talks to 🧑‍🦽 \U0001f9e0")
@example("\x85\u2028 \x7f")
def test_an_atom_feed_is_read_and_says_what_it_was_given(text: str) -> None:
    document = write_atom(feed_saying(text))
    assert atom_faults(document) == []
    assert not feedparser.parse(document.encode()).bozo
    entry = ElementTree.fromstring(document.encode()).find(f"{ATOM}entry")
    assert entry is not None
    category = entry.find(f"{ATOM}category")
    assert category is not None
    kept = UNWRITABLE.sub("", text)
    assert _same_lines(entry.findtext(f"{ATOM}title")) == _same_lines(kept)
    assert _same_lines(entry.findtext(f"{ATOM}content")) == _same_lines(kept)
    assert _same_lines(unescape(entry.findtext(f"{ATOM}summary") or "")) == _same_lines(kept)
    # An attribute's line breaks may be read as spaces.
    assert re.sub(r"[\t\n\r]+", " ", category.get("label", "")) == re.sub(r"[\t\n\r]+", " ", kept)


def _same_lines(text: str | None) -> str:
    """XML knows one end of a line, whatever was written."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


@given(TEXTS)
@example('a\x00b\x0b\x1f\ufffe " \\ \u2028 </script>')
def test_a_json_feed_is_read_and_says_what_it_was_given(text: str) -> None:
    document = write_json(feed_saying(text))
    assert json_faults(document) == []
    (item,) = json.loads(document)["items"]
    assert (item["title"], item["content_html"], item["tags"]) == (text, text, [text])
