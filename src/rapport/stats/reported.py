"""Statistics as they are printed in running text, read as values.

    >>> [str(found) for found in parse_reported("It was small (r = −.21, 95% CI [−.34, −.08], p = .002).")]
    ['r = −.21, 95% CI [−.34, −.08], p = .002']

What is read is what stands there: the digits and the sign as printed, the interval's level only where one is
printed, and no metric that the text does not name. “An effect of 0.5” is therefore no statistic here.

The forms are those of the *Publication Manual of the American Psychological Association* (7th ed., 2020,
sections 6.36 to 6.44, with table 6.5 for the symbols), the looser ones of the AMA, and French ones (decimal
comma, “IC 95 %”, semicolon between limits). Each pattern runs once over the text, with bounded repetition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from rapport.stats.arguments import check_text
from rapport.stats.printed_forms import (
    BY_SYMBOL,
    COMMA_IS_DECIMAL,
    COUNT_HERE,
    COUNTS,
    ESTIMATES,
    FOUND,
    GLUE,
    HAVE_ROUND,
    IN_PERCENT,
    NAMES,
    NEED_DF,
    OPERATORS,
    SAID_WITHOUT_SIGN,
    SPREADS,
    TESTS,
    UNBOUNDED,
)
from rapport.stats.printed_forms import INTERVAL as INTERVAL
from rapport.stats.printed_forms import METRICS as METRICS


@dataclass(frozen=True, slots=True)
class Printed:
    """A number with the characters it was printed in.

    `value` keeps the decimals: “.30” is Decimal("0.30"). A typographic minus and a decimal comma are read as
    such: “−0,35” is Decimal("-0.35").
    """

    text: str
    value: Decimal

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval in the order it was printed. `level` is None where none is printed: `g = 0.51 [0.13, 0.89]`."""

    low: Printed
    high: Printed
    level: Decimal | None = None
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        separator = "; " if "," in self.low.text + self.high.text else ", "
        limits = f"[{self.low}{separator}{self.high}]"
        return limits if self.level is None else f"{self.level}% CI {limits}"


@dataclass(frozen=True, slots=True)
class PValue:
    """A probability and how it was compared: “p < .001”."""

    operator: str
    number: Printed
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        return f"p {self.operator} {self.number}"


@dataclass(frozen=True, slots=True)
class Reported:
    """One statistic that a text reports.

    metric    one of METRICS: "r", "OR", "t", "chi2", "percent", "n" …; "interval" for an interval alone
    symbol    as printed: “B”, “Cohen’s d”, “odds ratio”; "" for a percentage
    operator  one of = < > ≤ ≥ ≈; "=" where the text says it with a word (“a d of 0.24”) or a colon
    values    one number; two where a range is printed (“10–20%”); none for an interval alone
    df        degrees of freedom in the order printed: t(29), F(2, 134)
    n         the sample that stands in the same parentheses: χ²(1, N = 117)
    interval  that of this estimate
    p         that of this estimate or test
    start, end  where symbol, operator and value stand in the text: text[start:end]
    """

    metric: str
    symbol: str
    operator: str
    values: tuple[Printed, ...]
    df: tuple[Decimal, ...] = ()
    n: Printed | None = None
    interval: Interval | None = None
    p: PValue | None = None
    start: int = 0
    end: int = 0

    @property
    def value(self) -> Decimal | None:
        """The number, where exactly one is printed."""
        return self.values[0].value if len(self.values) == 1 else None

    @property
    def is_estimate(self) -> bool:
        """Whether it can have an interval: neither a test, a spread, nor a count."""
        return self.metric in ESTIMATES

    @property
    def whole(self) -> tuple[int, int]:
        """Where it stands with its interval and its p: text[slice(*whole)]."""
        parts = [part for part in (self.interval, self.p) if part is not None]
        return self.start, max([self.end, *(part.end for part in parts)])

    def __str__(self) -> str:
        """The statistic in APA's form; `parse_reported` reads it back."""
        range_ = "–".join(map(str, self.values))
        if self.metric == "percent":
            own = f"{range_}%"
        elif self.metric == "p":
            own = f"p {self.operator} {range_}"
        elif self.metric == INTERVAL:
            own = ""
        else:
            sample = [f"N = {self.n}"] if self.n else []
            inner = ", ".join([*map(str, self.df), *sample])
            own = f"{self.symbol}{f'({inner})' if inner else ''} {self.operator} {range_}"
        return ", ".join(filter(None, [own, *(str(part) for part in (self.interval, self.p) if part)]))


def parse_reported(text: str) -> tuple[Reported, ...]:
    """Every statistic that `text` reports, in the order in which it stands there.

    >>> (found,) = parse_reported("(OR = 1.84, 95% CI [1.12, 3.02])")
    >>> found.metric, found.value, found.interval.low.value, found.interval.level
    ('OR', Decimal('1.84'), Decimal('1.12'), Decimal('95'))

    An interval or a p belongs to the estimate right before it; tests and spreads may stand between: in
    “B = 0.42, SE = 0.15, t(29) = 2.80, p = .009”, B and t have the p, SE has none. One that follows nothing
    stands alone. Where “1,234” could be read in two ways, it is one thousand for counts; a decimal for what
    has no thousands (r, d, OR, p …); else it follows how the rest of the text writes decimals.
    """
    check_text(text, "text")
    decimal_comma = COMMA_IS_DECIMAL.search(text) is not None
    found: list[Reported] = []
    run = 0  # index of the first statistic that only punctuation parts from here
    at = end = 0
    while match := FOUND.search(text, at):
        if match["round"] is not None:
            between_end = GLUE.fullmatch(text, end, match.start()) is not None and match.start() > 0
            if between_end and len(found) > run and _give_round(found, match):
                at = end = match.end() + text.startswith(")", match.end())
            else:
                at = match.start() + 1
            continue
        item = _read(text, match, decimal_comma)
        if item is None:  # what looked like one is none; the next may begin within it
            at = match.start() + 1
            continue
        if not GLUE.fullmatch(text, end, item.start):
            run = len(found)
        is_bare = match["bare"] is not None
        if not _belongs(found, run, item, is_bare=is_bare) and not is_bare:
            found.append(item)
        at = end = item.end
    return tuple(found)


def _belongs(found: list[Reported], run: int, item: Reported, *, is_bare: bool) -> bool:
    """Give an interval or a p to what it belongs to; False when there is nothing."""
    if item.metric == "p":
        p = PValue(item.operator, item.values[0], item.start, item.end)
        return len(item.values) == 1 and _give_p(found, run, p)
    if item.metric != INTERVAL:
        return False
    assert item.interval is not None
    for index in range(len(found) - 1, run - 1, -1):
        if found[index].is_estimate:
            if found[index].interval is not None:
                return False
            found[index] = replace(found[index], interval=item.interval)
            return True
        if is_bare or found[index].metric in COUNTS:
            return False
    return False


def _give_round(found: list[Reported], match: re.Match[str]) -> bool:
    """Give “(1.12–3.02)” to the estimate right before it, where that lies between the two; else False."""
    before, limits = found[-1], [match["round_low"], match["round_high"]]
    low, high = (_printed(limit, thousands=False) for limit in limits)
    if before.metric not in HAVE_ROUND or before.interval is not None or before.p is not None:
        return False
    if before.value is None or not low.value <= before.value <= high.value or low.value == high.value:
        return False
    if all(number.value == number.value.to_integral_value() for number in (low, high)):
        return False  # “b = 5 (1–7)” is the range of a scale
    end = match.end() + match.string.startswith(")", match.end())
    found[-1] = replace(before, interval=Interval(low, high, start=match.start(), end=end))
    return True


def _give_p(found: list[Reported], run: int, p: PValue) -> bool:
    given = False
    for index in range(len(found) - 1, run - 1, -1):
        before = found[index]
        if before.p is not None or not (before.is_estimate or before.metric in TESTS | SPREADS):
            break
        if before.metric not in SPREADS:
            found[index], given = replace(before, p=p), True
        if before.is_estimate:
            break
    return given


def _read(text: str, match: re.Match[str], decimal_comma: bool) -> Reported | None:
    if match["ci"] is not None or match["bare"] is not None:
        return _read_interval(match, decimal_comma)
    if match["percent"] is not None:
        numbers = [number for number in (match["percent_low"], match["percent_high"]) if number]
        values = tuple(_printed(number, thousands=not decimal_comma) for number in numbers)
        return Reported("percent", "", "=", values, start=match.start(), end=match.end())
    return _read_statistic(text, match, decimal_comma)


def _read_interval(match: re.Match[str], decimal_comma: bool) -> Reported:
    prefix = "" if match["ci"] is not None else "bare_"
    low, high = (
        _printed(match[f"{prefix}{end}"].rstrip("% \t\n\u00a0\u2009\u202f"), thousands=False) for end in ("low", "high")
    )
    level = match["level"] or match["level_after"]
    interval = Interval(
        low, high, Decimal(level.replace(",", ".")) if level else None, start=match.start(), end=match.end()
    )
    return Reported(INTERVAL, "", "=", (), interval=interval, start=match.start(), end=match.end())


def _read_statistic(text: str, match: re.Match[str], decimal_comma: bool) -> Reported | None:
    symbol = match["name"] or match["symbol"]
    metric = NAMES[" ".join(symbol.lower().split())] if match["name"] else BY_SYMBOL[" ".join(symbol.split())]
    between = text[match.end("name" if match["name"] else "symbol") : match.start("number")]
    if not between.strip(", \t\n\u00a0\u2009\u202f") and metric not in SAID_WITHOUT_SIGN:
        return None
    if match["number"].endswith("%") and metric not in IN_PERCENT:
        return None  # a percentage, whatever stands before it
    df = _df(text, match, metric)
    if symbol in NEED_DF and not df:
        return None
    if match["symbol"] and not match["operator"] and match["number"].isdecimal() and metric not in COUNTS:
        return None  # “plan B is 5 years old”
    end, numbers = match.end(), [number for number in (match["number"], match["upper"]) if number]
    if metric in COUNTS:
        count = COUNT_HERE.match(text, match.start("number"))
        if count is None:
            return None
        end, numbers = count.end(), [count[0]]
    thousands = metric in COUNTS or (metric in UNBOUNDED and not decimal_comma)
    operator = match["operator"] or "="
    return Reported(
        metric,
        symbol,
        OPERATORS.get(operator, operator),
        tuple(_printed(number, thousands=thousands) for number in numbers),
        df=df,
        n=_printed(match["df_n"], thousands=True) if match["df_n"] else None,
        start=match.start(),
        end=end,
    )


def _df(text: str, match: re.Match[str], metric: str) -> tuple[Decimal, ...]:
    """Degrees of freedom in brackets, as a run-on subscript (“t29”), or behind (“t = 2.80, df = 29”)."""
    if match["df1"] and match["df2"] and metric not in {"F", "ICC"}:
        together = text[match.start("df1") : match.end("df2")]
        if re.fullmatch(r"\d{1,3}(?:,\d{3})+", together):
            return (Decimal(together.replace(",", "")),)
        if re.fullmatch(r"\d+,\d+", together):  # a decimal comma
            return (Decimal(together.replace(",", ".")),)
    numbers = (match["df1"] or match["sub1"], match["df2"] or match["sub2"])
    printed = tuple(Decimal(number.replace(",", "")) for number in numbers if number)
    return printed or ((Decimal(match["df_after"]),) if match["df_after"] else ())


_MINUS: Final = str.maketrans(
    dict.fromkeys("−–‐‑", "-") | dict.fromkeys("·∙⋅", ".") | dict.fromkeys(" \t\n\u00a0\u2009\u202f")
)


def _printed(text: str, *, thousands: bool) -> Printed:
    bare = text.translate(_MINUS).rstrip("%")
    if "." in bare or bare.count(",") > 1 or (thousands and re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", bare)):
        return Printed(text, Decimal(bare.replace(",", "")))
    return Printed(text, Decimal(bare.replace(",", ".")))
