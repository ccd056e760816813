"""Who writes and who approves, in the tests of the desk."""

from __future__ import annotations

import pytest

from rapport.accounts.models import Person
from tests.making import make_person


@pytest.fixture
def alice() -> Person:
    return make_person("Alice", "author")


@pytest.fixture
def edith() -> Person:
    return make_person("Edith", "editor")
