"""Whether percentages fit counts, parts their total, and degrees of freedom the number of people."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from rapport.stats.consistency.rounding import Digits, Span, exact, percent_span, span, whole
from rapport.stats.consistency.verdict import Check, CheckResult, Verdict
from rapport.stats.consistency.wording import Figures, Said
from rapport.stats.errors import OutOfRange, TooFew

DfDesign = Literal["two groups", "paired", "correlation", "groups", "regression"]


def check_percentage(percent: Digits, count: Digits, of: Digits, *, quote: str = "") -> CheckResult:
    """Whether `count` of `of` people is the printed percentage ("84", "84%" or "84 %"), within its rounding.

    Above 100% it cannot be, since nobody is counted twice.
    """
    printed, some, everyone = percent_span(percent, "percent"), whole(count, "count"), whole(of, "of", 1)
    true = Fraction(100 * some, everyone)
    parts: dict[str, str | Figures] = {
        "percent": f"{printed}%",
        "count": str(some),
        "of": str(everyone),
        "figures": Figures(float(true), float(true), "percent", printed.decimals),
    }
    distance = float(max(Fraction(0), printed.low - true, true - printed.high))
    notes: tuple[str, ...] = ()
    if some > everyone:
        key, distance = "percentage.count", float(true - 100)
    elif printed.value > 100:
        key = "percentage.above"
    elif distance:
        key = "percentage.differs"
        notes = ("cut",) if printed.value <= true < printed.value + printed.unit else ()
    else:
        key = "percentage.fits"
    return CheckResult(
        check=Check.PERCENTAGE,
        verdict=Verdict.INCONSISTENT if distance else Verdict.CONSISTENT,
        printed=f"{printed}%",
        lowest=float(true),
        highest=float(true),
        distance=distance,
        quote=quote or f"{some}/{everyone} ({printed}%)",
        notes=notes,
        said=Said(key, parts),
    )


def check_total(parts: Sequence[Digits], total: Digits, *, complete: bool = True, quote: str = "") -> CheckResult:
    """Whether counts sum to the printed total. `complete=False` where not all parts are named."""
    if not parts:
        raise TooFew("There are no parts. Give the counts that should make up the total.")
    summed = sum(whole(part, f"part {place}") for place, part in enumerate(parts, 1))
    everyone = whole(total, "total")
    is_part = not complete and summed < everyone
    if summed == everyone:
        verdict, key = Verdict.CONSISTENT, "total.fits"
    elif is_part:
        verdict, key = Verdict.CANNOT_TELL, "total.part"
    else:
        verdict, key = Verdict.INCONSISTENT, "total.differs"
    return CheckResult(
        check=Check.TOTAL,
        verdict=verdict,
        printed=str(everyone),
        lowest=float(summed),
        highest=float(summed),
        distance=None if is_part else float(abs(summed - everyone)),
        quote=quote or f"{' + '.join(map(str, parts))} = {everyone}",
        said=Said(key, {"whole": str(everyone), "figures": Figures(summed, summed)}),
    )


def check_percentages(percents: Sequence[Digits], *, complete: bool = True, quote: str = "") -> CheckResult:
    """Whether percentages of one whole sum to 100, each within its rounding.

    `complete=False` where some are not named.
    """
    if not percents:
        raise TooFew("There are no percentages. Give those that should sum to 100.")
    spans = [percent_span(percent, f"percentage {place}") for place, percent in enumerate(percents, 1)]
    low = sum((part.low for part in spans), Fraction(0))
    high = sum((part.high for part in spans), Fraction(0))
    distance = float(max(Fraction(0), low - 100, 100 - high))
    summed = float(sum((part.value for part in spans), Fraction(0)))
    verdict, key = Verdict.CONSISTENT, "percentages.fits"
    notes: tuple[str, ...] = ()
    if distance and high < 100 and not complete:
        verdict, key = Verdict.CANNOT_TELL, "percentages.part"
    elif distance:
        verdict, key = Verdict.INCONSISTENT, "percentages.differs"
        notes = ("several-answers",) if low > 100 else ()
    return CheckResult(
        check=Check.PERCENTAGES,
        verdict=verdict,
        printed="100",
        lowest=float(low),
        highest=float(high),
        distance=None if verdict is Verdict.CANNOT_TELL else distance,
        quote=quote or " + ".join(f"{part}%" for part in spans),
        notes=notes,
        said=Said(key, {"figures": Figures(summed, summed, decimals=max(part.decimals for part in spans))}),
    )


def check_df(
    df: Digits, n: Digits, *, design: DfDesign, groups: int = 2, predictors: int = 1, quote: str = ""
) -> CheckResult:
    """Whether degrees of freedom fit the number of people, in a test of one value (or one change) a person.

    design      "two groups" n − 2, "paired" n − 1, "correlation" n − 2, "groups" (the second df of an F) n − groups,
                "regression" n − predictors − 1

    More than that is inconsistent. Fewer cannot be told: missing values, covariates and Welch's test make them fewer.
    """
    people = whole(n, "n", 1)
    lost = {"two groups": 2, "paired": 1, "correlation": 2, "groups": groups, "regression": predictors + 1}
    if design not in lost:
        raise OutOfRange(f"design is {design!r}; it must be one of {', '.join(lost)}.")
    return compare_df(_df(df), (people - lost[design],), people, quote=quote)


def compare_df(
    df: Span, expected: tuple[int, ...], people: int, *, values_per_person: bool = False, quote: str = ""
) -> CheckResult:
    """df against those that n people can give. With `values_per_person`, more of them cannot be told."""
    fits = any(df.low <= value <= df.high for value in expected)
    most = max(expected)
    distance: float | None = None
    if fits:
        verdict, key, distance = Verdict.CONSISTENT, "df.fits", 0.0
    elif df.high < most:
        verdict, key = Verdict.CANNOT_TELL, "df.fewer"
    elif values_per_person:
        verdict, key = Verdict.CANNOT_TELL, "df.more-in-text"
    else:
        verdict, key, distance = Verdict.INCONSISTENT, "df.more", float(df.low - most)
    return CheckResult(
        check=Check.DF,
        verdict=verdict,
        printed=str(df),
        lowest=float(min(expected)),
        highest=float(most),
        distance=distance,
        quote=quote or f"df = {df}, n = {people}",
        said=Said(key, {"df": str(df), "people": f"n = {people}", "figures": Figures(most, most)}),
    )


def _df(df: Digits) -> Span:
    value = span(df, "df")
    if value.value <= 0:
        raise OutOfRange(f"df is {df}; degrees of freedom are above 0.")
    return value if value.value.denominator > 1 else exact(df, "df")
