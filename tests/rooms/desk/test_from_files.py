"""Entries that were published before there was a desk."""

from __future__ import annotations

import pytest

from rapport.desk.queries import readiness
from tests.making import make_entry, make_site

pytestmark = pytest.mark.django_db


def test_what_came_from_files_as_published_lacks_no_approval():
    make_site()
    entry = make_entry(issue="2024-05")
    approval = [(item.sentence, item.status) for item in readiness(entry).items if item.key == "approved"]
    assert approval == [("It was published from content files.", "done")]
