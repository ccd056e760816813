"""Rows that many tests read, made once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.core.management import call_command
from django.db import transaction

CONTENT = Path(__file__).parent.parent / "content"
T = TypeVar("T")


@contextmanager
def made_once(blocker: Any, make: Callable[..., T], *arguments: object) -> Iterator[T]:
    """For a fixture of a module: what `make` writes is there for each test, and gone after the last.

    A test with `django_db` rolls back to it. One with `transaction=True` would empty all tables, and does not belong
    into such a module; nor does one that wants an empty database. A test that counts queries begins with
    `mark_changed()`: what other tests left in memory would save it some.
    """
    whole = transaction.Atomic(using=None, savepoint=True, durable=False)
    with blocker.unblock():
        whole.__enter__()
        made = make(*arguments)
    try:
        yield made
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            whole.__exit__(None, None, None)


@pytest.fixture(scope="module")
def sample_digest(django_db_setup: None, django_db_blocker: Any) -> Iterator[Path]:
    """The folder of the sample digest, which is imported once for all tests of a module."""
    with made_once(django_db_blocker, partial(call_command, verbosity=0), "import_digest", CONTENT):
        yield CONTENT
