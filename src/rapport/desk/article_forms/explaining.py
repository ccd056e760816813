"""What the exchange's rules say of a value, told beside the field of a form.

The rules are asked where they stand, in `digest.exchange.schema`. Their sentences speak of files and lines; here
the same are said of what was typed, in the language of the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import ValidationError

Place = tuple[str | int, ...]

# A sentence of the schema (its beginning), the field it is about where it names none, and what the page says.
SAID: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "needs both `test` and `statistic`",
        "statistic",
        gettext_noop("A test needs its value, and a value its test: fill in both, or neither."),
    ),
    (
        "has `df` without a `test`",
        "df",
        gettext_noop("Degrees of freedom belong to a test: add the test and its value."),
    ),
    (
        "needs both `estimate` and `metric`",
        "estimate",
        gettext_noop("An estimate needs its metric, and a metric its estimate: fill in both, or neither."),
    ),
    (
        "needs both `interval` and `interval_level`",
        "interval_level",
        gettext_noop("An interval needs its level (for example 95), and a level its interval: fill in both."),
    ),
    (
        "has an interval without an estimate",
        "estimate",
        gettext_noop("The interval has no estimate: add the estimate as printed."),
    ),
    (
        "has an interval whose lower limit is above",
        "interval_low",
        gettext_noop("The lower limit is above the upper one: swap them, or look at the signs."),
    ),
    (
        "has an `interval_level` outside 0 to 100",
        "interval_level",
        gettext_noop("The level of an interval lies between 0 and 100; 95 means a 95% interval."),
    ),
    (
        "is not a DOI",
        "",
        gettext_noop("This is not a DOI; a DOI looks like 10.1037/a0028226."),
    ),
    (
        "must be an operator and a value",
        "",
        gettext_noop("Type the sign and the value as printed, for example = .003 or < .001."),
    ),
    (
        "must be small letters, digits and single hyphens",
        "",
        gettext_noop("A key is small letters, digits and single hyphens, at most 60, for example drop-out-rate."),
    ),
    (
        "has more than 20 digits",
        "",
        gettext_noop("This has more than 20 digits; no article prints such a number."),
    ),
    (
        "holds a control character",
        "",
        gettext_noop("This holds a character that cannot be shown; delete it and type the text again."),
    ),
    (
        "has two findings with the key",
        "key",
        gettext_noop("Another finding of this article has this key; choose another."),
    ),
)
CONTROL: Final = next(said for begins, _field, said in SAID if begins == "holds a control character")


def explain_problems(error: ValidationError) -> Iterator[tuple[Place, str]]:
    """Where each problem stands in the value, and what to tell about it."""
    for detail in error.errors():
        place, message = detail["loc"], ""
        if detail["type"] == "value_error":
            own = str(detail["ctx"]["error"])
            for begins, field, said in SAID:
                if own.startswith(begins):
                    place = place if not field or (place and place[-1] == field) else (*place, field)
                    message = _(said)
                    break
            else:
                message = f"{own[:1].upper()}{own[1:]}"
        yield place, message or _in_general(detail)


def _in_general(detail: Any) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing" | "too_short" | "string_too_short":
            return _("Fill this in.")
        case "string_too_long" | "too_long":
            return _("This is longer than %(most)s characters; shorten it.") % {"most": context["max_length"]}
        case "greater_than_equal" | "less_than" | "less_than_equal":
            limit = context.get("ge", context.get("lt", context.get("le")))
            return _("This is out of range (limit: %(limit)s).") % {"limit": limit}
        case "int_type" | "int_parsing" | "int_parsing_size" | "int_from_float":
            return _("Type a whole number, in digits.")
        case "literal_error":
            return _("Choose one of these.")
        case "string_unicode":
            return _(CONTROL)
        case "string_pattern_mismatch" if detail["loc"][-1] == "pmid":
            return _("A PubMed number has digits only, at most 12.")
        case "string_pattern_mismatch":
            return _("Type this on one line.")
    return str(detail["msg"])
