"""The form in which findings that came from an abstract get words of their own, all on one page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from rapport.desk.article_forms.explaining import Place
from rapport.desk.article_forms.finding_form import new_key
from rapport.desk.article_forms.value_form import ValueForm
from rapport.desk.article_values import changed, finding_of, stamp_of
from rapport.desk.suggesting import Piece, mark_number, unnamed_claim
from rapport.digest.exchange.schema import ArticleFile, FindingFile
from rapport.literature.metrics import METRICS, Scale
from rapport.web.templatetags.web import language_name
from rapport.web.wording import in_language

MOST_ASKED = 40  # findings at a time: one form can only carry so many fields, and one person only so many words


@dataclass(frozen=True)
class Row:
    """One finding as the form asks for its words. `claim` is None where it has a name already."""

    finding: FindingFile
    stamp: str
    seen: list[Piece]
    claim: BoundField | None
    reading: BoundField
    elsewhere: list[tuple[str, list[BoundField]]]  # the other languages, each with its fields

    @property
    def key(self) -> str:
        return self.finding.key


class NamingForm(ValueForm):
    """Asks for the words of findings without a name, and for a sentence in plain words where there is none.

    What is left empty stays as it is. `value` is the changed article, once the form is valid. A finding that was
    changed since the page was made keeps what was typed about it, and takes it when it is sent again.

    Of many findings the first are asked for, those without a name before others; `later` come when these have words.
    """

    def __init__(self, *arguments: Any, stored: ArticleFile, own: str, **named: Any) -> None:
        """`own` is the language that is asked first; the others stand behind it."""
        self.stored, self.own = stored, own if own in dict(settings.LANGUAGES) else "en"
        self.value: ArticleFile | None = None
        self.row = ""  # the key of the finding that the rules are being asked about
        self.keys_made: list[str] = []
        lacking = [finding for finding in stored.findings if _lacks_words(finding)]
        nameless = [finding for finding in lacking if unnamed_claim(finding.claim, finding.metric)]
        asked = list({finding.key: finding for finding in (*nameless, *lacking)}.values())[:MOST_ASKED]
        initial = {
            name: text
            for finding in asked
            for name, text in ValueForm.typed_wording(_name("reading", finding.key), finding.reading).items()
        }
        super().__init__(*arguments, initial=initial, **named)
        sent = [name.removeprefix("on-") for name in self.data if name.startswith("on-")]
        self.gone = [key for key in sent if not finding_of(stored, key)]
        self.asked_keys = {*(finding.key for finding in asked), *sent}
        self.asked = [finding for finding in stored.findings if finding.key in self.asked_keys]
        self.nameless = len(nameless)
        self.later = sum(finding.key not in self.asked_keys for finding in lacking)
        for finding in self.asked:
            if self._asks_for_name(finding):
                self._add("claim", finding, _("What was found, in your words"))
                self.fields[self._own_name("claim", finding.key)].widget.attrs["placeholder"] = _example(finding)
            self._add("reading", finding, _("In a plain sentence, for readers who skip numbers"), lines=2)
            sentence = _("for example: With feedback, more clients stayed to the end.")
            self.fields[self._own_name("reading", finding.key)].widget.attrs["placeholder"] = sentence

    @property
    def unnamed(self) -> list[Row]:
        return [row for row in self.rows if row.claim]

    @property
    def named(self) -> list[Row]:
        """Findings that have a name, and no sentence in plain words yet."""
        return [row for row in self.rows if not row.claim]

    @property
    def rows(self) -> list[Row]:
        return [self._row(finding) for finding in self.asked]

    def clean(self) -> dict[str, Any]:
        findings = [self._worded(finding) for finding in self.stored.findings]
        self._refuse_doubles(findings)
        for words in self._typed_of_gone():
            message = _("Somebody named this finding, or took it out, meanwhile. You had typed: “%(words)s”")
            self.add_error(None, message % {"words": words})
        if not self.errors:
            self.value = changed(self.stored, findings=tuple(findings))
        elif wrong := [name for name in self.fields if name in self.errors]:
            self.fields[wrong[0]].widget.attrs["autofocus"] = True
        return self.cleaned_data

    def field_at(self, place: Place) -> str | None:
        """The rules are asked of one finding at a time: its places are fields of its row."""
        parts = [str(part) for part in place]
        code = parts[1] if len(parts) > 1 else self.own
        name = f"{_name(parts[0], self.row)}_{code}" if parts else ""
        return name if name in self.fields else None

    # --- parts ------------------------------------------------------------------------------------

    def _add(self, what: str, finding: FindingFile, label: str, *, lines: int = 1) -> None:
        self.add_wording(_name(what, finding.key), lines=lines)
        for code, _of in settings.LANGUAGES:
            named = label if code == self.own else f"{label} ({language_name(code)})"
            self.fields[f"{_name(what, finding.key)}_{code}"].label = named

    def _row(self, finding: FindingFile) -> Row:
        names = ["claim", "reading"] if self._asks_for_name(finding) else ["reading"]
        elsewhere = [
            (code, [self[f"{_name(name, finding.key)}_{code}"] for name in names])
            for code, _of in settings.LANGUAGES
            if code != self.own
        ]
        return Row(
            finding=finding,
            stamp=stamp_of(finding),
            seen=mark_number(finding),
            claim=self[self._own_name("claim", finding.key)] if "claim" in names else None,
            reading=self[self._own_name("reading", finding.key)],
            elsewhere=elsewhere,
        )

    def _asks_for_name(self, finding: FindingFile) -> bool:
        sent = self._own_name("claim", finding.key) in self.data  # somebody else may have named it since
        return sent or unnamed_claim(finding.claim, finding.metric)

    def _own_name(self, what: str, key: str) -> str:
        return f"{_name(what, key)}_{self.own}"

    def _worded(self, finding: FindingFile) -> FindingFile:
        """The finding with what was typed about it."""
        claim, reading = self.wording(_name("claim", finding.key)), self.wording(_name("reading", finding.key))
        reading = {**(finding.reading or {}), **reading}
        if not claim and reading == (finding.reading or {}):
            return finding
        if self.data.get(f"on-{finding.key}") != stamp_of(finding):
            message = _(
                "This finding was changed meanwhile. What you typed is still here; save again to put it in its place."
            )
            self.add_error(self._own_name("claim" if claim else "reading", finding.key), message)
            return finding
        if claim and self.own not in claim:
            message = _("Say it in %(language)s too: the entry is written in it.")
            self.add_error(self._own_name("claim", finding.key), message % {"language": language_name(self.own)})
            return finding
        facts = {name: getattr(finding, name) for name in FindingFile.model_fields}
        facts |= {"claim": claim or finding.claim, "reading": reading or None}
        if claim:
            facts["key"] = self._key(finding, claim)
        self.row = finding.key
        return self.make_value(FindingFile, facts) or finding

    def _key(self, finding: FindingFile, claim: Mapping[str, str]) -> str:
        """A key made of the words, instead of one that only says which number it was."""
        if not unnamed_claim(finding.claim, finding.metric):
            return finding.key
        others = [other.key for other in self.stored.findings if other is not finding]
        key = new_key(in_language(claim, "en").text, [*others, *self.keys_made])
        self.keys_made.append(key)
        return key

    def _refuse_doubles(self, findings: Iterable[FindingFile]) -> None:
        """Two findings with one name could not be told apart, by readers or in a list."""
        first: dict[tuple[str, str], str] = {}
        for stored, finding in zip(self.stored.findings, findings, strict=True):
            for code, words in finding.claim.items():
                other = first.setdefault((code, " ".join(words.casefold().split())), stored.key)
                fields = [f"{_name('claim', key)}_{code}" for key in (stored.key, other)] if other != stored.key else []
                if typed := [field for field in fields if self.cleaned_data.get(field)]:
                    self.add_error(typed[0], _("Another finding has this name: say what sets the two apart."))

    def _typed_of_gone(self) -> list[str]:
        typed = []
        for key in self.gone:
            names = [f"{_name(what, key)}_{code}" for what in ("claim", "reading") for code, _of in settings.LANGUAGES]
            words = [text for name in names if (text := str(self.data.get(name, "")).strip())]
            typed += [" · ".join(words)] if words else []
        return typed


def _name(what: str, key: str) -> str:
    return f"{what}-{key}"


def _lacks_words(finding: FindingFile) -> bool:
    return unnamed_claim(finding.claim, finding.metric) or not finding.reading


def _example(finding: FindingFile) -> str:
    """How somebody might name another finding of this metric."""
    scale = METRICS[finding.metric].scale if finding.metric else None
    if scale is Scale.PERCENT:
        return _("for example: Left early, on the waiting list")
    if scale is Scale.CORRELATION:
        return _("for example: Empathy and outcome")
    return _("for example: Anxiety at the end, against a waiting list")
