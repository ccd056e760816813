"""What the audit keeps beside a deed, in the words of the page's language.

A detail is kept as it was when the deed was done, by a short name: `language`, `release_at`. Pages say what it is and
what it says; one of an older version, that we have no words for, stands as it is recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from rapport.accounts.models import Role
from rapport.audit.models import Event
from rapport.desk.models import Progress
from rapport.literature.models import Notice, ResearchType, Topic
from rapport.web.templatetags.web import language_name, moment, number
from rapport.web.wording import in_language

LABELS: Mapping[str, str | Promise] = {
    "account": pgettext_lazy("detail of a deed", "told to readers"),
    "approved_by": pgettext_lazy("detail of a deed", "approved by"),
    "article": pgettext_lazy("detail of a deed", "article"),
    "author": pgettext_lazy("detail of a deed", "author"),
    "delivery": pgettext_lazy("detail of a deed", "number of the reader’s letter"),
    "doi": pgettext_lazy("detail of a deed", "DOI"),
    "entries": pgettext_lazy("detail of a deed", "entries"),
    "figure": pgettext_lazy("detail of a deed", "figure"),
    "findings": pgettext_lazy("detail of a deed", "findings in all"),
    "issue": pgettext_lazy("detail of a deed", "issue"),
    "kind": pgettext_lazy("detail of a deed", "what it is"),
    "known": pgettext_lazy("detail of a deed", "known already"),
    "label": pgettext_lazy("detail of a deed", "for whom"),
    "language": pgettext_lazy("detail of a deed", "language"),
    "languages": pgettext_lazy("detail of a deed", "languages"),
    "letters": pgettext_lazy("detail of a deed", "letters"),
    "line": pgettext_lazy("detail of a deed", "line"),
    "link": pgettext_lazy("detail of a deed", "number of the link"),
    "new": pgettext_lazy("detail of a deed", "new"),
    "note": pgettext_lazy("detail of a deed", "number of the note"),
    "number": pgettext_lazy("detail of a deed", "version"),
    "original": pgettext_lazy("detail of a deed", "version of the original"),
    "outcome": pgettext_lazy("detail of a deed", "what was done"),
    "per_domain": pgettext_lazy("detail of a deed", "letters a minute to one domain"),
    "per_minute": pgettext_lazy("detail of a deed", "letters a minute"),
    "person": pgettext_lazy("detail of a deed", "number of the account"),
    "position": pgettext_lazy("detail of a deed", "place in the issue"),
    "reason": pgettext_lazy("detail of a deed", "reason"),
    "reasons": pgettext_lazy("detail of a deed", "reasons"),
    "release_at": pgettext_lazy("detail of a deed", "to go out on"),
    "revision": pgettext_lazy("detail of a deed", "revision"),
    "role": pgettext_lazy("detail of a deed", "role"),
    "roles": pgettext_lazy("detail of a deed", "roles"),
    "scheduled_by": pgettext_lazy("detail of a deed", "scheduled by"),
    "second_person_approves": pgettext_lazy("detail of a deed", "somebody else approves"),
    "sentence": pgettext_lazy("detail of a deed", "sentence"),
    "source": pgettext_lazy("detail of a deed", "according to"),
    "suppressed": pgettext_lazy("detail of a deed", "not taken, because they want no mail"),
    "task": pgettext_lazy("detail of a deed", "number of the task"),
    "topics": pgettext_lazy("detail of a deed", "topics"),
    "type": pgettext_lazy("detail of a deed", "research type"),
    "until": pgettext_lazy("detail of a deed", "until"),
    "versions": pgettext_lazy("detail of a deed", "versions"),
    "waits_for_go": pgettext_lazy("detail of a deed", "each letter waits for a go"),
    "was": pgettext_lazy("detail of a deed", "before"),
    "why": pgettext_lazy("detail of a deed", "why"),
}

_RETURNED = {
    "soft": gettext_lazy("could not be delivered for now"),
    "hard": gettext_lazy("could not be delivered"),
    "complaint": gettext_lazy("reported as unwanted"),
}
_LETTER_WAS = {"failed": gettext_lazy("failed"), "in-doubt": gettext_lazy("in doubt")}
_SUPPRESSED = {
    "complaint": gettext_lazy("a letter was reported as unwanted"),
    "asked": gettext_lazy("asked for no mail at all"),
}
_REOPENED = {
    "words": gettext_lazy("its words changed"),
    "restored": gettext_lazy("an earlier version was brought back"),
    "translation": gettext_lazy("somebody said that the translation fits"),
    "facts": gettext_lazy("what is stored of the article changed"),
    "acknowledgement": gettext_lazy("nobody answers for a figure any longer"),
    "import": gettext_lazy("an import changed it"),
}


def details_of(events: Iterable[Event]) -> list[tuple[Event, list[tuple[str, str]]]]:
    """Each event with its details as pages say them: what it is, and what it says. What is empty is left out.

    Two queries where topics are named, whatever the number of events.
    """
    events = list(events)
    names = _shelf_names() if any("topics" in event.details for event in events) else {}
    return [(event, list(_told(event, names))) for event in events]


def _told(event: Event, names: Mapping[tuple[str, str], str]) -> Iterable[tuple[str, str]]:
    for name, value in event.details.items():
        if value in ("", None, [], {}):
            continue
        yield str(LABELS.get(name, name)), _value(event.did, name, value, names)


def _value(did: str, name: str, value: Any, names: Mapping[tuple[str, str], str]) -> str:
    if name in ("topics", "type"):
        kind = "topic" if name == "topics" else "type"
        return ", ".join(names.get((kind, key), key) for key in (value if isinstance(value, list) else [value]))
    if isinstance(value, bool):
        return pgettext("a rule is on", "yes") if value else pgettext("a rule is off", "no")
    if isinstance(value, int):
        return number(value)
    if isinstance(value, Mapping):
        by_language = ({"name": language_name(key), "said": said} for key, said in value.items())
        return "; ".join(_("%(name)s: %(said)s") % one for one in by_language)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_one(did, name, str(one)) for one in value)
    return _one(did, name, str(value))


def _one(did: str, name: str, said: str) -> str:
    """A single text: a word that we keep for a machine is said as people say it, and what people typed stands."""
    match name:
        case "language" | "languages":
            return language_name(said)
        case "release_at" | "until":
            return _moment(said)
        case "role" | "roles":
            return str(dict(Role.choices).get(said, said))
        case "kind":
            return str({**dict(Notice.Kind.choices), **_RETURNED}.get(said, said))
        case "source" if said == "publisher":
            return _("the publisher")
        case "was":
            return str((_LETTER_WAS if did.startswith("letter.") else dict(Progress.Stage.choices)).get(said, said))
        case "why":
            return _why(did, said)
    return said


def _why(did: str, said: str) -> str:
    if did == "suppression.lifted":
        return str(_SUPPRESSED.get(said, said))
    what, colon, language = said.partition(":")
    words = str(_REOPENED.get(what, said))
    return f"{words} ({language_name(language)})" if colon and what in _REOPENED else words


def _moment(said: str) -> str:
    try:
        return moment(dt.datetime.fromisoformat(said))
    except ValueError:
        return said


def _shelf_names() -> dict[tuple[str, str], str]:
    language = get_language() or "en"
    shelves = {"topic": Topic, "type": ResearchType}
    return {
        (kind, key): in_language(name, language).text
        for kind, model in shelves.items()
        for key, name in model._default_manager.values_list("key", "name")
    }
