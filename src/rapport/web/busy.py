"""A database that somebody else writes to for long, or that is away: it passes, and whoever asks is told so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError, connections, router
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

BUSY = _("The database is at work on something long, or away. Nothing was changed. Please try again in a minute.")
STATUS = 503

Answer = TypeVar("Answer", bound=HttpResponse)


def is_busy(error: BaseException | None) -> bool:
    """Whether what went wrong passes by itself; that a table is missing does not."""
    return isinstance(error, OperationalError) and "no such" not in str(error)


def told_busy(answer: Answer) -> Answer:
    """`answer` as one of a busy site: programs that ask learn when to ask again."""
    answer.status_code = STATUS
    answer["Retry-After"] = "30"
    return answer


class CountingCache(DatabaseCache):
    """Django's cache in the database, in which attempts are counted; it says when it could not write.

    Django's says of a locked database what it says of a key that is there already: not added. Whoever counts attempts
    with it then takes the first for one too many.
    """

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> Any:
        problems: list[OperationalError] = []

        def noticing(execute: Callable[..., Any], *statement: Any) -> Any:
            try:
                return execute(*statement)
            except OperationalError as error:
                problems.append(error)
                raise

        with connections[router.db_for_write(self.cache_model_class)].execute_wrapper(noticing):
            done = super()._base_set(mode, key, value, timeout)  # type: ignore[misc]  # Django’s stubs leave it out
        if problems:
            raise problems[0]
        return done
