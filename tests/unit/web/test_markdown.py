"""Markdown becomes clean HTML in which nothing can run or load."""

from __future__ import annotations

import re

import pytest

from rapport.web.markdown import plain_text, render_markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One\n\ntwo", "<p>One</p>\n<p>two</p>\n"),
        ("**Ask.** *Wait.*", "<p><strong>Ask.</strong> <em>Wait.</em></p>\n"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"),
        ("### Heading", "<h3>Heading</h3>\n"),
        ("[a](https://example.org)", '<p><a href="https://example.org" rel="noopener">a</a></p>\n'),
        ("[a](mailto:desk@example.org)", '<p><a href="mailto:desk@example.org" rel="noopener">a</a></p>\n'),
        ("[a](/issues/2024/05/)", '<p><a href="/issues/2024/05/" rel="noopener">a</a></p>\n'),
        ('[a](https://example.org "b")', '<p><a href="https://example.org" rel="noopener">a</a></p>\n'),
        ("![a](https://example.org/x.png)", '<p>!<a href="https://example.org/x.png" rel="noopener">a</a></p>\n'),
        ("a < b & c", "<p>a &lt; b &amp; c</p>\n"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>\n"),
        ("", ""),
    ],
)
def test_markdown_is_rendered(text, html):
    assert render_markdown(text) == html


ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    '<p onclick="alert(1)">x</p>',
    "<svg/onload=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:image/png;base64,AAAA)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![x][y]\n\n[y]: https://evil.example/pixel.png",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](https://example.org" onmouseover="alert(1))',
    '[x](https://example.org "\\" onmouseover=\\"alert(1)")',
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "<!-- <script>alert(1)</script> -->",
    "<form action=https://evil.example><input></form>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "\x00<script>alert(1)</script>",
]
ALLOWED_TAG = re.compile(
    r"</?(?:p|em|strong|ul|ol|li|blockquote|code|h2|h3|h4|sub|sup)>|<(?:br|hr)>|</a>"
    r'|<a(?: href="(?:https?:|mailto:|/)[^"]*")? rel="noopener">'
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_could_run_or_load_is_left(attack):
    html = render_markdown(attack)
    assert "<" not in ALLOWED_TAG.sub("", html), html


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("**Ask.** You\nmight *ask*.", "Ask. You might ask."),
        ("- one\n- two", "one two"),
        ("a < b & “c”", "a < b & “c”"),
        ("[a](https://example.org)", "a"),
        ("Fish &amp; chips", "Fish & chips"),
        ("&amp;lt;", "&lt;"),
        ("16\u00a0% des personnes", "16\u00a0% des personnes"),
    ],
)
def test_text_without_its_markdown_stands_on_one_line(text, plain):
    assert plain_text(text) == plain


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("/topics/alliance/", "https://digest.example/topics/alliance/"),
        ("#findings", "https://digest.example/2024/05/x/#findings"),
        ("../y/", "https://digest.example/2024/05/y/"),
        ("https://example.org/z", "https://example.org/z"),
        ("mailto:desk@example.org", "mailto:desk@example.org"),
    ],
)
def test_links_are_made_whole_for_readers_elsewhere(link, address):
    html = render_markdown(f"[a]({link})", "https://digest.example/2024/05/x/")
    assert html == f'<p><a href="{address}" rel="noopener">a</a></p>\n'


@pytest.mark.parametrize("link", ["http://[", "//", "https://"])
def test_a_link_that_leads_nowhere_leads_nowhere_elsewhere_either(link):
    assert render_markdown(f"[a](<{link}>)", "https://digest.example/") == '<p><a rel="noopener">a</a></p>\n'
