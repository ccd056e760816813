"""Readers' pages are the same for all: nobody is looked up, also where somebody is signed in."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.making import make_entry, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/", "/fr/", "/2024/05/alliance-matters/", "/browse/", "/nothing/"])
def test_a_page_for_readers_does_not_look_who_asks(client: Client, address: str):
    make_entry("alliance-matters", issue="2024-05")
    client.force_login(make_person("Ada", "administrator"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get(address)
    assert [query["sql"] for query in asked if "session" in query["sql"] or "person" in query["sql"]] == []
    assert "Set-Cookie" not in page
    assert "Cookie" not in page.get("Vary", "")
    assert "Ada" not in page.text
