"""The programming interface keeps its own contract, whatever it is asked.

schemathesis makes questions from the OpenAPI document, rightly formed and not, and holds each answer against it:
no server error, no status, content type, header or shape that the document does not tell.
HYPOTHESIS_PROFILE=explore asks more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

from rapport.config.wsgi import application
from rapport.digest.api.document import described
from tests.making import COMPARABLE, finding, make_article, make_entry, make_site

interface = schemathesis.openapi.from_dict({**described(), "servers": [{"url": "/api/v1"}]})
interface.app = application


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_connection_stays() -> Iterator[None]:
    """A server closes its connection between requests; Django's test client does not, nor do we: ours is the test's."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def _a_digest_with_what_the_document_names() -> None:
    """So that its examples lead to something, and made-up questions sometimes do."""
    make_site()
    make_article("swift-2012", doi="10.1037/a0028226", findings=[finding("one", families=COMPARABLE), finding("two")])
    texts = {"en": {"title": "One in five"}, "fr": {"title": "Un sur cinq"}}
    make_entry("one-in-five-leaves-early", article="swift-2012", issue="2024-05", topics=["drop-out"], texts=texts)
    make_entry("taken-back", issue="2024-05", state="withdrawn")
    make_entry("0", issue="2024-06", topics=["drop-out", "0"], research_type="0")


# Nothing is written, so that what the fixture made serves every example.
reading_only = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

LISTS = ["issues", "entries", "articles", "findings", "topics", "types"]
PARAMETERS = ["topic", "type", "year", "language", "metric", "article", "has_interval", "doi", "limit", "cursor"]
awkward = st.sampled_from(
    ["", "\0", "%", "\ud800", "0", "-1", "9" * 400, "1e9", "٢٠٢٤", "é", "'", "\u202e", "\n", "\r\nX: y", "null", "[]"]
)
anything = awkward | st.text(max_size=30) | st.binary(max_size=30)
pairs = st.lists(st.tuples(st.sampled_from(PARAMETERS) | anything, anything), max_size=6)


@interface.parametrize()
@reading_only
def test_every_answer_is_one_that_the_document_tells(case: schemathesis.Case) -> None:
    # A rightly formed key need not be one of ours, and no cursor that is made up can be: both are refused.
    case.call_and_validate(excluded_checks=[positive_data_acceptance])


@given(path=st.lists(st.sampled_from(LISTS) | anything, max_size=4), query=pairs)
@reading_only
def test_an_address_of_any_characters_is_answered_in_json(path: list[str | bytes], query: list[Any]) -> None:
    address = "/".join(_quoted(part) for part in path)
    choices = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in query)
    response = Client().get(f"/api/v1/{address}?{choices}")
    if response.status_code != 301:
        answer = response.json()
        assert response.status_code in (200, 400, 404)
        assert response.status_code == 200 or list(answer) == ["error", "where", "mend", "near"]


def _quoted(part: str | bytes) -> str:
    return quote(part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass"), safe="")
