"""What the number check says: one sentence for each figure, in the language that is active."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from rapport.desk.checking.directions import Doubtful
from rapport.desk.checking.facts import Fact, Part
from rapport.desk.checking.figure import Figure
from rapport.desk.checking.pool import Match
from rapport.desk.checking.verdicts import Verdict
from rapport.literature.metrics import METRICS
from rapport.web.numbers import format_number, format_probability

_SUPPORTED: Final = {
    "exact": gettext_noop("Stored: %(stored)s (%(what)s)."),
    "rounded": gettext_noop("Rounds the stored %(stored)s (%(what)s)."),
    "share": gettext_noop("Says the stored %(stored)s in words (%(what)s)."),
    "words": gettext_noop("Said so in the stored words of a finding (%(what)s)."),
    "difference": gettext_noop("Worked out from what is stored: %(stored)s − %(other)s (%(what)s)."),
    "difference-as-rounded": gettext_noop(
        "Worked out from the percentages as the text rounds them; stored are %(stored)s and %(other)s (%(what)s)."
    ),
    "counts": gettext_noop("Worked out from the stored %(stored)s and %(other)s (%(what)s)."),
}
_CONTRADICTED: Final = {
    "differs": gettext_noop("The text has %(written)s; stored is %(stored)s (%(what)s). Mend whichever is wrong."),
    "swapped": gettext_noop("The text has %(written)s; stored is %(stored)s (%(what)s). Are digits swapped?"),
    "shifted": gettext_noop("The text has %(written)s; stored is %(stored)s (%(what)s). Has the decimal mark moved?"),
    "sign": gettext_noop("The text has %(written)s; stored is %(stored)s (%(what)s). The sign differs."),
    "percent": gettext_noop(
        "The text has %(written)s; stored is %(stored)s (%(what)s). A percentage and a proportion differ by a hundred."
    ),
    "difference": gettext_noop(
        "The text has %(written)s; %(stored)s − %(other)s is %(difference)s (%(what)s). Mend whichever is wrong."
    ),
    "limits-swapped": gettext_noop(
        "The limits of the interval have changed places: stored are %(stored)s and %(other)s (%(what)s)."
    ),
}
_UNSUPPORTED: Final = {
    "unsupported": gettext_noop(
        "No number stored with the article supports %(written)s. Mend it, store it, or say why it stands."
    ),
    "another-kind": gettext_noop(
        "%(written)s stands with the article as “%(what)s”; here it counts “%(noun)s”. "
        "Mend it, store it, or say why it stands."
    ),
    "no-interval": gettext_noop(
        "No stored interval of this finding has %(written)s. Mend it, store the interval, or say why it stands."
    ),
}
_NO_FIGURE: Final = {
    "year": gettext_noop("A year, not a research figure."),
    "date": gettext_noop("A date, not a research figure."),
    "name": gettext_noop("Part of a name, not a research figure."),
    "place": gettext_noop("Counts a place in an order (a page, a session, a month), not a result."),
    "order": gettext_noop("Counts a place in an order (a page, a session, a month), not a result."),
    "null": gettext_noop("The value of no difference, not a result."),
    "backward": gettext_noop("A small number in words that refers to the text, not a research figure."),
    "rhythm": gettext_noop("How often something is done, not a result."),
    "usual": gettext_noop("The usual level of an interval, not a result."),
    "advice": gettext_noop("A number in advice to the reader, not a result."),
}
_DISAGREE: Final = gettext_noop(
    "Sources disagree: %(stored)s, and %(other)s (%(source)s). Tell the reader both, or say why one stands."
)
_PARTS: Final = {
    Part.LOW: gettext_noop("lower limit"),
    Part.HIGH: gettext_noop("upper limit"),
    Part.LEVEL: gettext_noop("level of the interval"),
    Part.P: gettext_noop("p"),
    Part.N: gettext_noop("sample"),
    Part.K: gettext_noop("number of studies"),
    Part.STATISTIC: gettext_noop("test statistic"),
    Part.DF: gettext_noop("degrees of freedom"),
}
_OF_DIRECTION: Final = gettext_noop(
    "Does “%(word)s” go with %(stored)s (%(what)s)? The finding seems to point the other way."
)
_OF_FINDING: Final = gettext_noop(
    "Is %(stored)s (%(what)s) the number meant? The sentence seems to speak of another finding: %(other)s (%(rather)s)."
)
_OF_YEAR: Final = gettext_noop("Is another year meant? Stored is %(stored)s (%(what)s).")
_OF_SIZE: Final = gettext_noop(
    "Is “%(word)s” the word for %(stored)s (%(what)s)? By Cohen’s (1988) convention it is another."
)


def message_for(figure: Figure, match: Match) -> str:
    """The sentence about one figure."""
    texts = {
        Verdict.SUPPORTED: _SUPPORTED,
        Verdict.CONTRADICTED: _CONTRADICTED,
        Verdict.UNSUPPORTED: _UNSUPPORTED,
        Verdict.NO_FIGURE: _NO_FIGURE,
    }
    if match.verdict is Verdict.DISAGREE:
        return _disagreement(figure, match.facts[0])
    said = texts[match.verdict][match.because]
    gaps = {"written": figure.text, "stored": "", "other": "", "what": ""}
    if match.facts:
        gaps |= {"stored": shown(match.facts[0]), "what": _what(match.facts[0])}
        gaps["other"] = shown(match.facts[-1])
        gaps["difference"] = _number(abs(match.facts[0].value - match.facts[-1].value))
        gaps["noun"] = " ".join(figure.noun.split())
    return str(_(said)) % gaps


def question_for(asked: Doubtful) -> str:
    """The question about a word beside a figure."""
    said = _OF_SIZE if asked.about == "size" else _OF_DIRECTION
    return str(_(said)) % {"word": asked.word, "stored": shown(asked.fact), "what": _what(asked.fact)}


def question_of_finding(match: Match) -> tuple[str, ...]:
    """The question whether another finding is meant, or another year."""
    if match.rather is None:
        return ()
    if match.verdict is Verdict.NO_FIGURE:
        return (str(_(_OF_YEAR)) % {"stored": shown(match.rather), "what": _what(match.rather)},)
    gaps = {"stored": shown(match.facts[0]), "what": _what(match.facts[0])}
    return (str(_(_OF_FINDING)) % {**gaps, "other": shown(match.rather), "rather": _what(match.rather)},)


def shown(fact: Fact) -> str:
    """A stored number as readers of the active language see it, with its symbol."""
    number = str(fact.value) if fact.is_year else _number(fact.value)
    if fact.part is Part.P:
        return f"p {fact.operator} {format_probability(fact.value, _language())}"
    if fact.part is Part.LEVEL:
        return _percentage(number)
    if fact.metric in {"percent", "percent-of-variance"}:
        return _percentage(number)
    metric = METRICS.get(fact.metric)
    if fact.part is Part.ESTIMATE and metric and metric.symbol and metric.key not in {"count", "USD"}:
        return f"{metric.symbol} = {number}"
    return number


def _disagreement(figure: Figure, fact: Fact) -> str:
    others = [(value, source) for value, source in fact.also if value != figure.value] or list(fact.also)
    other, source = others[0]
    if other != fact.value and figure.value != fact.value:
        other, source = fact.value, _("the article as stored")
    return str(_(_DISAGREE)) % {"stored": _number(figure.value), "other": _number(other), "source": source}


def _what(fact: Fact) -> str:
    label = fact.label(_language()).strip().rstrip(".")
    part = _PARTS.get(fact.part)
    return f"{_(part)}, {label}" if part and label else (_(part) if part else label)


def _number(value: Decimal) -> str:
    return format_number(value, _language())


def _percentage(number: str) -> str:
    return f"{number}\u00a0%" if _language() == "fr" else f"{number}%"


def _language() -> str:
    return (get_language() or "en")[:2]
