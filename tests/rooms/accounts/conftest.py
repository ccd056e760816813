from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.making import make_site


@pytest.fixture(autouse=True)
def _a_site(db: None) -> Iterator[None]:
    """A site whose name pages and mails say; and nobody has tried to sign in before."""
    make_site()
    yield
    cache.clear()
