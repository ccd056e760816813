"""References as COinS: what a reference manager reads when a reader saves the page that cites them.

Source: ANSI/NISO Z39.88-2004 (OpenURL), its key/encoded-value form and the registered formats
journal, book, dissertation and dc. A page carries one context object for each work, in the title
of an empty `<span class="Z3988">`. Where the standard leaves a choice, what Zotero does with it decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_plus

from .csl import Reference, name_of, place_of


@dataclass(frozen=True, slots=True)
class Form:
    """Which registered format a kind of work takes, and under which keys its parts stand there.

    `genre` is that of the journal and book formats; in dc, which has none, it is the type, by Zotero's word.
    """

    format: str
    genre: str
    title: str
    journal: str = ""
    publisher: str = ""


FORMS: Final[dict[str, Form]] = {
    "journal-article": Form("journal", "article", "atitle", "jtitle"),
    "online-first": Form("journal", "article", "atitle", "jtitle"),
    # The journal format has a genre "preprint", which Zotero would save as an article in a journal.
    "preprint": Form("dc", "preprint", "title", "publisher", "publisher"),
    "book": Form("book", "book", "btitle", "series", "pub"),
    "chapter": Form("book", "bookitem", "atitle", "btitle", "pub"),
    "report": Form("book", "report", "btitle", "series", "pub"),
    "thesis": Form("dissertation", "", "title", publisher="inst"),
    "document": Form("dc", "document", "title", "source", "publisher"),
}


def coins(reference: Reference) -> str:
    """The reference as a context object: `key=value` pairs, encoded, joined by "&"; not yet escaped for HTML.

    What is unknown has no pair. Every author is named in `au`, inverted; there is no `aulast` and `aufirst`
    of the first, though the standard has them: Zotero would list some first authors twice, or lose them,
    and stumbles over a family name alone. Editors have no key.
    """
    form = FORMS.get(reference.kind, FORMS["document"])
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form.format}"),
        *(("rft_id", identifier) for identifier in _identifiers(reference)),
        *((f"rft.{key}", value) for key, value in _description(reference, form)),
    ]
    # Zotero splits at "&" and "=" before it decodes. What means nothing in a query stays as it is: a page has many.
    return "&".join(f"{key}={quote_plus(value, safe='/:,')}" for key, value in pairs if value)


def _identifiers(reference: Reference) -> Iterator[str]:
    if reference.doi:
        yield f"info:doi/{reference.doi}"
    if reference.pmid:
        yield f"info:pmid/{reference.pmid}"
    if reference.url.lower().startswith(("http://", "https://")):
        yield reference.url


def _description(reference: Reference, form: Form) -> Iterator[tuple[str, str]]:
    names = {form.journal: reference.journal, **({form.publisher: reference.publisher} if reference.publisher else {})}
    yield ("type" if form.format == "dc" else "genre"), form.genre
    yield form.title, reference.title
    yield from ((key, value) for key, value in names.items() if key)
    for author in reference.authors:
        yield ("creator" if form.format == "dc" else "au"), _inverted(author)
    yield "date", "" if reference.year is None else str(reference.year)
    if form.format in {"journal", "book"}:
        yield from _place(reference)
    yield "language", reference.language


def _place(reference: Reference) -> Iterator[tuple[str, str]]:
    """Volume, issue and pages. An article number also stands as pages, where reference managers look for it."""
    place = place_of(reference)
    yield "volume", reference.volume
    yield "issue", reference.issue
    yield "pages", place.article_number or place.range("-")
    yield "spage", place.first if place.last else ""
    yield "epage", place.last
    yield "artnum", place.article_number


def _inverted(author: str) -> str:
    """The name with a comma. An organisation's closes it: without one, Zotero takes its last word for a family name."""
    name = name_of(author)
    return author if name.given else f"{name.family},"
