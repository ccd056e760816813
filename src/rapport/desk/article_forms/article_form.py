"""The form of an article: how it is cited, how closely it was read, and how it stands to other articles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.desk.article_forms.finding_form import READ_LEVELS
from rapport.desk.article_forms.value_form import ValueForm
from rapport.digest.exchange.problems import suggest
from rapport.digest.exchange.schema import ArticleFile
from rapport.literature.models import Article

KINDS: Final = (
    ("journal-article", gettext_lazy("journal article")),
    ("online-first", gettext_lazy("journal article, online first")),
    ("preprint", gettext_lazy("preprint")),
    ("book", gettext_lazy("book")),
    ("chapter", gettext_lazy("chapter of a book")),
    ("report", gettext_lazy("report")),
    ("thesis", gettext_lazy("thesis")),
    ("document", gettext_lazy("another document")),
)
LANGUAGES: Final = (
    ("en", gettext_lazy("English")),
    ("fr", gettext_lazy("French")),
    ("de", gettext_lazy("German")),
    ("es", gettext_lazy("Spanish")),
    ("it", gettext_lazy("Italian")),
    ("nl", gettext_lazy("Dutch")),
    ("pt", gettext_lazy("Portuguese")),
    ("sv", gettext_lazy("Swedish")),
    ("da", gettext_lazy("Danish")),
    ("no", gettext_lazy("Norwegian")),
)
# In the order in which a page asks for them.
BIBLIOGRAPHIC: Final = (
    "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "kind", "language", "editors",
    "publisher",
)  # fmt: skip
LABELS: Final = {
    "title": gettext_lazy("Title"),
    "authors": gettext_lazy("Authors"),
    "year": gettext_lazy("Year"),
    "journal": gettext_lazy("Journal, or the book of a chapter"),
    "volume": gettext_lazy("Volume"),
    "issue": gettext_lazy("Number"),
    "pages": gettext_lazy("Pages"),
    "doi": gettext_lazy("DOI"),
    "pmid": gettext_lazy("PubMed number"),
    "kind": gettext_lazy("Kind of work"),
    "language": gettext_lazy("Language of the article"),
    "editors": gettext_lazy("Editors of the book"),
    "publisher": gettext_lazy("Publisher or institution"),
}
LONGEST_TITLE: Final = 1_000
_DOI_PREFIX: Final = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


class BibliographicForm(ValueForm):
    """How an article is cited. Names stand one on a line, as APA prints them."""

    title = forms.CharField(label=LABELS["title"], max_length=LONGEST_TITLE, widget=forms.Textarea(attrs={"rows": 2}))
    authors = forms.CharField(
        label=LABELS["authors"],
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One on each line, as APA prints them, for example “Swift, J. K.”"),
    )
    year = forms.CharField(label=LABELS["year"], required=False, max_length=10)
    journal = forms.CharField(label=LABELS["journal"], required=False, max_length=500)
    volume = forms.CharField(label=LABELS["volume"], required=False, max_length=30)
    issue = forms.CharField(label=LABELS["issue"], required=False, max_length=30)
    pages = forms.CharField(label=LABELS["pages"], required=False, max_length=60)
    doi = forms.CharField(label=LABELS["doi"], required=False, max_length=300)
    pmid = forms.CharField(label=LABELS["pmid"], required=False, max_length=20)
    kind = forms.ChoiceField(label=LABELS["kind"], choices=KINDS, initial="journal-article")
    language = forms.ChoiceField(label=LABELS["language"], choices=LANGUAGES, initial="en")
    editors = forms.CharField(
        label=LABELS["editors"],
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One on each line, like the authors."),
    )
    publisher = forms.CharField(label=LABELS["publisher"], required=False, max_length=500)

    def __init__(self, *arguments: Any, article: Article | None = None, **named: Any) -> None:
        """`article` is the one that is changed; None for a new one."""
        super().__init__(*arguments, **named)
        self.article = article
        self.value: ArticleFile | None = None
        stored = self.initial.get("language")
        if stored and stored not in dict(LANGUAGES):
            self.fields["language"].choices = [*LANGUAGES, (stored, stored)]  # type: ignore[attr-defined]  # of a ChoiceField

    def bibliographic(self) -> dict[str, Any]:
        """What was typed, as facts of an `ArticleFile`."""
        facts: dict[str, Any] = {name: self.cleaned_data.get(name) for name in BIBLIOGRAPHIC}
        for name in ("authors", "editors"):
            facts[name] = _lines(str(facts[name] or ""))
        facts["title"] = " ".join(str(facts["title"] or "").split())
        facts["doi"] = _DOI_PREFIX.sub("", str(facts["doi"] or "").strip())
        facts["year"] = self.count("year")
        return facts

    def refuse_a_second(self, facts: Mapping[str, Any]) -> None:
        """The one rule that needs other articles: a DOI belongs to one."""
        others = Article.objects.exclude(pk__in=[self.article.pk] if self.article else [])
        doi = str(facts["doi"])
        if doi and (other := others.filter(doi__iexact=doi).first()):
            self.add_error("doi", _("The article “%(key)s” has this DOI already.") % {"key": other.key})


class ArticleForm(BibliographicForm):
    """All that is stored about an article, but for its numbers. `value` is the changed one, once the form is valid."""

    read_level = forms.ChoiceField(
        label=gettext_lazy("Read from"),
        choices=READ_LEVELS,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Readers are told at which level the article was read."),
    )
    overlaps_with = forms.CharField(
        label=gettext_lazy("Shares studies or people with"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "The DOIs (or the keys) of other articles, one on each line. They are never drawn as if apart."
        ),
    )
    superseded_by = forms.CharField(
        label=gettext_lazy("Updated by"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("The DOI (or the key) of a later article that updates this one."),
    )

    def __init__(self, *arguments: Any, stored: ArticleFile, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.stored = stored

    def clean(self) -> dict[str, Any]:
        facts = self.bibliographic()
        facts["read_level"] = self.cleaned_data.get("read_level")
        facts["overlaps_with"] = [
            key for line in _lines(str(self.cleaned_data.get("overlaps_with") or ""))
            if (key := self._other("overlaps_with", line))
        ]  # fmt: skip
        superseded_by = str(self.cleaned_data.get("superseded_by") or "").strip()
        facts["superseded_by"] = self._other("superseded_by", superseded_by) if superseded_by else None
        self.refuse_a_second(facts)
        facts |= {"figures": self.stored.figures, "findings": self.stored.findings}
        if not self.errors:
            self.value = self.make_value(ArticleFile, facts)
        return self.cleaned_data

    def _other(self, field: str, named: str) -> str | None:
        """The key of the other article that was named by its key or its DOI."""
        others = Article.objects.exclude(pk__in=[self.article.pk] if self.article else [])
        bare = _DOI_PREFIX.sub("", named)
        found = others.filter(key=named).first() or (others.filter(doi__iexact=bare).first() if "/" in bare else None)
        if found:
            return found.key
        near = suggest(named, others.values_list("key", flat=True))
        self.add_error(field, _("There is no other article “%(key)s”.") % {"key": named[:80]} + near)
        return None


def typed_article(value: ArticleFile) -> dict[str, Any]:
    """What the form shows for a stored article."""
    typed: dict[str, Any] = {name: getattr(value, name) or "" for name in BIBLIOGRAPHIC}
    for name in ("authors", "editors", "overlaps_with"):
        typed[name] = "\n".join(getattr(value, name))
    return {**typed, "read_level": value.read_level, "superseded_by": value.superseded_by or ""}


def _lines(text: str) -> list[str]:
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
