"""What is stored of an article, changed at the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rapport.accounts.models import Person
from rapport.digest.models import Revision
from rapport.literature.models import Article


def save_facts(
    *, key: str, facts: Mapping[str, Any], findings: Sequence[Mapping[str, Any]], by: Person, now: dt.datetime
) -> Article:
    """Make or change the article `key` and its findings (both as `literature.actions.save_article` takes them).

    An approved entry about it goes back to review. Refused when its entry is published: that is a correction, for
    which readers get an account (`correct_facts`).
    """
    raise NotImplementedError


def correct_facts(
    *,
    article: Article,
    facts: Mapping[str, Any],
    findings: Sequence[Mapping[str, Any]],
    account: Mapping[str, str],
    reason: str,
    by: Person,
    now: dt.datetime,
    languages: Collection[str] = (),
) -> Revision:
    """Change what is stored of an article whose entry is published, as a correction that readers are told of.

    `account` is one line for readers by language, `reason` for the network. With `languages`, the newest words of
    these go out in the same moment: so a wrong figure that stands both in a finding and in the text is mended at
    once. Refused when the words that readers would then see contradict the facts, and when `may_approve` says that
    words must be approved by somebody else.
    """
    raise NotImplementedError
