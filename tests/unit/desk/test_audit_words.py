"""The audit in words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

import rapport
from rapport.accounts.adapters import DEEDS
from rapport.audit.models import Event
from rapport.desk.audit_about import abouts
from rapport.desk.audit_details import LABELS, details_of
from rapport.desk.audit_words import DEED_NAMES, deed_name
from tests.making import make_entry, make_person

ROOMS = Path(rapport.__file__).parent
# What writes to the audit, in one room or another.
RECORD = {"record", "record_event", "_record", "_record_all", "record_of_letter", "_change", "_tell", "_to"}
NETWORK = {"topic", "type", "synonyms", "announcement"}  # whose deeds are named when they are done


def recorded() -> Iterator[str]:
    """Every deed that some room records by a name that stands in its code."""
    for path in ROOMS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RECORD:
                yield from _deeds_in([*node.args, *(k.value for k in node.keywords if k.arg == "did")])
            elif isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "did" for target in node.targets):
                yield from _deeds_in([node.value])


def _deeds_in(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and re.fullmatch(r"[a-z]+\.[a-z-]+", str(part.value)):
                yield str(part.value)


def test_every_deed_has_words_and_no_words_are_without_a_deed() -> None:
    network = {f"{kind}.{deed}" for kind in NETWORK for deed in ("changed", "removed", "ordered")} | {
        "page.changed",
        "page.removed",
    }
    imports = {f"{kind}.replaced-by-import" for kind in ("entry", "issue")}
    assert set(DEED_NAMES) == {*recorded(), *DEEDS.values(), *network, *imports}


def kept() -> Iterator[str]:
    """The name of every detail that some room keeps beside a deed."""
    for path in ROOMS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RECORD:
                yield from (word.arg for word in node.keywords if word.arg)


def test_every_detail_has_words_and_no_words_are_without_a_detail() -> None:
    of_the_event = {"stream", "by", "did", "about", "now"}
    assert set(LABELS) == set(kept()) - of_the_event


@pytest.mark.parametrize(
    ("did", "details", "english", "french"),
    [
        ("entry.written", {"language": "fr", "number": 3}, "language: French; version: 3",
         "langue : français; version : 3"),
        ("entry.approved", {"versions": {"en": 2, "fr": 1}}, "versions: English: 2; French: 1",
         "versions : anglais : 2; français : 1"),
        ("entry.corrected", {"languages": ["en"], "account": {"en": "231, not 213."}, "reason": "", "revision": 2},
         "languages: English; told to readers: English: 231, not 213.; revision: 2",
         "langues : anglais; dit aux lecteurs : anglais : 231, not 213.; révision : 2"),
        ("entry.reopened", {"was": "approved", "why": "words:fr"}, "before: approved; why: its words changed (French)",
         "avant : approuvée; pourquoi : son texte a changé (français)"),
        ("issue.scheduled", {"release_at": "2024-06-03T18:00:00+00:00"}, "to go out on: 3 June 2024, 18:00",
         "doit paraître le : 3 juin 2024, 18 h 00"),
        ("role.granted", {"role": "editor"}, "role: editor", "rôle : éditeur·rice"),
        ("notice.arrived", {"kind": "concern", "source": "publisher", "doi": ""},
         "what it is: expression of concern; according to: the publisher",
         "ce que c’est : expression de réserve; selon : l’éditeur"),
        ("letter.returned", {"delivery": 12, "kind": "hard"},
         "number of the reader’s letter: 12; what it is: could not be delivered", None),
        ("letter.sent-again", {"delivery": 12, "was": "in-doubt"},
         "number of the reader’s letter: 12; before: in doubt", None),
        ("suppression.lifted", {"why": "asked"}, "why: asked for no mail at all", None),
        ("desk.rules-set", {"second_person_approves": False}, "somebody else approves: no", None),
        ("entry.whistled", {"tune": "high", "until": "soon", "why": "joy"}, "tune: high; until: soon; why: joy", None),
    ],
)  # fmt: skip
def test_details_are_told_in_the_words_of_the_page(did, details, english, french) -> None:
    def told(language: str) -> str:
        with override(language):
            [(_event, said)] = details_of([Event(did=did, details=details)])
        between = ": " if language == "en" else " : "
        return "; ".join(f"{name}{between}{value}" for name, value in said).replace("\u00a0", " ")

    assert told("en") == english
    assert french is None or told("fr") == french


def test_a_deed_of_an_older_version_is_told_as_it_was_recorded() -> None:
    assert deed_name("entry.whistled") == "entry.whistled"


@pytest.mark.django_db
def test_a_deed_is_about_something_by_its_name_and_what_is_gone_stands_as_it_is_recorded() -> None:
    edith = make_person("Edith")
    entry = make_entry(issue="2024-05")
    names = {
        f"entry:{entry.slug}": "Alliance and outcome go together",
        "entry:deleted-since": "entry:deleted-since",
        "issue:2024-05": "May 2024",
        f"article:{entry.article.key}": "Rosa (2020)",
        f"person:{edith.pk}": "Edith",
        "person:٣": "person:٣",
        "issue:0000-05": "issue:0000-05",
        "page:about.en": "page · about.en",
        "of an older version": "of an older version",
    }
    assert abouts([Event(about=about) for about in ["", *names]]) == names
    misspelt = f"person:0{edith.pk}"
    assert abouts([Event(about=misspelt)])[misspelt] == misspelt


@pytest.mark.django_db
def test_deeds_about_many_things_cost_no_more_queries(django_assert_max_num_queries) -> None:
    events = [Event(about=f"entry:{make_entry(f'entry-{n}').slug}") for n in range(5)]
    with django_assert_max_num_queries(2):
        assert len(abouts(events)) == 5
