"""Whatever a title, a name or a topic holds, what a page says of itself is read back as it was meant."""

from __future__ import annotations

import json
from html.parser import HTMLParser

from django.template.loader import render_to_string
from django.utils.html import format_html
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rapport.digest.describing import EntryDescription
from rapport.literature.citations import Reference, coins
from rapport.web.templatetags.web import json_ld
from tests.zotero import button

# No half surrogate pairs: no database holds them. With what has a meaning in HTML, JSON or JavaScript made likely.
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.text(
    st.sampled_from("a</script>!--[]{}\"'`&;\\\x00\x08\t\n\r\x1f\x7f\x85\u2028\u2029\u202e\u05d0\u0627😀é"),
    max_size=30,
)
node = st.recursive(
    anything | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=8,
)

HOSTILE = "</script><script>alert(1)</script><!-- “&amp;” ]]> \u2028 \u202eשלום 😀 '\""


class Head(HTMLParser):
    """Every tag of a piece of a page's head, what its `<meta>` tags say, and the text between tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.metas: list[dict[str, str | None]] = []
        self.data = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "meta":
            self.metas.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.data += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


@settings(deadline=None)
@given(st.lists(st.dictionaries(anything, node, max_size=3), max_size=3))
@example([{"name": HOSTILE, HOSTILE: [HOSTILE]}])
def test_json_ld_of_anything_is_one_script_that_reads_back_equal(graph):
    script = json_ld(graph)
    page = Head()
    page.feed(script)
    page.close()

    assert page.tags == ["script"]
    assert json.loads(page.data) == {"@context": "https://schema.org", "@graph": graph}
    # A browser looks for the end of a script, and of a comment in it, before anyone reads the JSON.
    assert set(script[len('<script type="application/ld+json">') : -len("</script>")]).isdisjoint("<>&\u2028\u2029")


@settings(deadline=None)
@given(st.lists(anything, max_size=5), st.dictionaries(anything, anything, max_size=3))
@example([HOSTILE], {"name": HOSTILE})
def test_an_entry_with_any_words_is_described_in_tags_that_read_back_equal(contents, review):
    tags = tuple(("citation_title", content) for content in contents)
    described = EntryDescription(graph=[review], highwire=tags, open_graph=tags)
    page = Head()
    page.feed(render_to_string("digest/parts/described.html", {"described": described}))
    page.close()

    assert page.tags == [*("meta" for _ in (*tags, *tags)), "script"]
    assert page.metas == [
        *({"property": name, "content": content} for name, content in tags),
        *({"name": name, "content": content} for name, content in tags),
    ]
    assert json.loads(page.data)["@graph"] == [review]


@settings(deadline=None)
@given(anything, st.lists(anything, max_size=3))
@example(HOSTILE, [HOSTILE])
def test_an_article_with_any_title_and_authors_is_saved_from_its_page(title, authors):
    reference = Reference(key="k", title=title, authors=tuple(authors))
    span = format_html('<p>Before<span class="Z3988" title="{}" hidden></span>after</p>', coins(reference))
    click = button(f"<html><head></head><body>{span}</body></html>")

    saved = click.saves or {"title": "", "creators": reference.authors}  # without a title, it is looked up elsewhere
    assert saved["title"] == reference.title.replace("+", " ")
    assert len(saved["creators"]) == len(reference.authors)
