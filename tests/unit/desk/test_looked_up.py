"""What a look-up found, as a form asks about it."""

from __future__ import annotations

from rapport.desk.looked_up import Told, found_by
from rapport.literature.lookup import LookUp, Record, read_typed
from rapport.literature.lookup.record import Answer, Outcome


def answered(doi: str) -> Answer:
    return Answer(service="crossref", outcome=Outcome.FOUND, record=Record(source="crossref", doi=doi, title="One"))


def test_a_service_that_answers_about_another_doi_is_not_believed_without_a_look():
    found = found_by(LookUp(typed=read_typed("10.5555/asked"), answers=(answered("10.5555/another"),)))
    assert found.differing == {
        "doi": (Told("10.5555/asked", ("what you pasted",)), Told("10.5555/another", ("Crossref",)))
    }


def test_a_doi_in_other_letters_is_the_same():
    found = found_by(LookUp(typed=read_typed("10.5555/Asked"), answers=(answered("10.5555/asked"),)))
    assert found.differing == {}
