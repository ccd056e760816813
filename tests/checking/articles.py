"""An invented article, whose stored numbers the tests of the number check write about."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rapport.desk.checking import Facts, check_words
from rapport.desk.checking.facts import facts_from
from rapport.literature.models import Finding


def finding(key: str = "link", **said: Any) -> Finding:
    """A finding that is not saved. Numbers are given as they are printed."""
    for name in ("estimate", "interval_low", "interval_high", "interval_level", "statistic"):
        if name in said:
            said[name] = Decimal(said[name])
    return Finding(**{"key": key, "position": 0, "metric_key": "r", "claim": {"en": "Alliance and outcome"}, **said})


def with_interval(estimate: str, low: str, high: str, **said: Any) -> dict[str, Any]:
    return {"estimate": estimate, "interval_low": low, "interval_high": high, "interval_level": "95", **said}


FACTS = facts_from(
    [
        {"value": 421, "what": {"en": "clients", "fr": "clients"}},
        {"value": 12, "what": {"en": "therapists", "fr": "thérapeutes"}},
        {
            "value": 231,
            "what": {"en": "clients randomised", "fr": "clients randomisés"},
            "also": [{"value": 211, "source": "another digest"}],
        },
        {"value": 2013, "what": {"en": "first year of data", "fr": "première année des données"}},
        {"value": 1_200_000, "what": {"en": "people in the register", "fr": "personnes dans le registre"}},
        {"value": 1000, "what": {"en": "US dollars a client", "fr": "dollars par client"}},
    ],
    [
        finding(
            "rumination",
            **with_interval("-0.31", "-0.40", "-0.22", p_operator="<", p_value=".001", n=1240, k=24, favours="higher"),
            claim={"en": "Rumination and outcome", "fr": "Rumination et résultat"},
        ),
        finding(
            "therapy",
            **with_interval("0.56", "0.30", "0.82", metric_key="d", test="t", statistic="2.84", df=["229"]),
            favours="higher",
            claim={"en": "Symptoms, therapy against waiting list", "fr": "Symptômes, thérapie ou liste d’attente"},
            time_point={"en": "month six", "fr": "sixième mois"},
        ),
        finding(
            "drop-out",
            metric_key="percent",
            estimate="19.7",
            n=1240,
            favours="lower",
            claim={"en": "Clients who dropped out", "fr": "Clients ayant abandonné"},
        ),
        finding(
            "feedback",
            **with_interval("0.58", "0.36", "0.94", metric_key="OR", p_operator="=", p_value=".03", favours="lower"),
            claim={"en": "Drop-out with feedback", "fr": "Abandon avec rétroaction"},
        ),
        finding(
            "points",
            **with_interval("-4.7", "-6.1", "-3.3", metric_key="mean-difference", favours="lower"),
            claim={"en": "Points on the Beck scale", "fr": "Points à l’échelle de Beck"},
        ),
        finding(
            "relapse",
            **with_interval("-8.0", "-15.5", "-0.5", metric_key="RD", favours="lower"),
            claim={"en": "Relapse", "fr": "Rechute"},
        ),
    ],
    year=2021,
)


def verdicts(text: str, *, language: str = "en", facts: Facts = FACTS, **more: str) -> list[tuple[str, str]]:
    """Each figure of a summary with its verdict."""
    checked = check_words({"summary": text, **more}, facts, language=language)
    return [(figure.text, figure.verdict.value) for figure in checked.figures]


def questions(text: str, *, language: str = "en", facts: Facts = FACTS) -> list[str]:
    """What is asked about the figures of a summary."""
    checked = check_words({"summary": text}, facts, language=language)
    return [question for figure in checked.figures for question in figure.questions]
