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

INTERVAL: Final = "interval"  # the metric of an interval that stands alone


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
        return self.metric in _ESTIMATES

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


# The keys of literature's metrics are used where the two know the same thing. Symbols are told apart by case.
_SYMBOLS: Final[dict[str, tuple[str, ...]]] = {
    "r": ("r", "rs", "rho", "ρ"),
    "d": ("d",),
    "g": ("g",),
    "SMD": ("SMD",),
    "OR": ("OR", "aOR", "AOR", "RC"),
    "RR": ("RR", "aRR"),
    "HR": ("HR", "aHR"),
    "RD": ("RD",),
    "b": ("b", "B"),
    "beta": ("β", "beta", "Beta"),
    "gamma": ("γ", "gamma"),
    "mean-difference": ("MD", "WMD"),
    "mean": ("M",),
    "ICC": ("ICC",),
    "NNT": ("NNT",),
    "kappa": ("κ", "kappa"),
    "alpha": ("α", "alpha"),
    "R2": ("R²", "R2", "ΔR²", "ΔR2"),
    "eta2": ("η²", "η2", "ηp²", "ηp2", "η²p", "η2p"),
    "omega2": ("ω²", "ω2"),
    "f2": ("f²", "f2"),
    "I2": ("I²", "I2"),
    "t": ("t",),
    "F": ("F",),
    "z": ("z", "Z"),
    "chi2": ("χ²", "χ2"),
    "Q": ("Q",),
    "SD": ("SD", "ÉT"),
    "SE": ("SE", "ES"),
    "n": ("n",),
    "N": ("N",),
    "k": ("k",),
    "p": ("p", "P", "ps"),
}
_NAMES: Final[dict[str, str]] = {
    "odds ratio": "OR",
    "odds ratios": "OR",
    "rapport de cotes": "OR",
    "risk ratio": "RR",
    "relative risk": "RR",
    "risque relatif": "RR",
    "hazard ratio": "HR",
    "risk difference": "RD",
    "mean difference": "mean-difference",
    "différence moyenne": "mean-difference",
    "standardized mean difference": "SMD",
    "standardised mean difference": "SMD",
    "correlation": "r",
    "corrélation": "r",
    "cohen's d": "d",
    "cohen’s d": "d",
    "d de cohen": "d",
    "hedges's g": "g",
    "hedges’s g": "g",
    "hedges' g": "g",
    "hedges’ g": "g",
    "g de hedges": "g",
    "number needed to treat": "NNT",
    "p value": "p",
    "p-value": "p",
}
METRICS: Final = (*_SYMBOLS, "percent", INTERVAL)

_COUNTS: Final = frozenset({"n", "N", "k"})
_TESTS: Final = frozenset({"t", "F", "z", "chi2", "Q"})
_SPREADS: Final = frozenset({"SD", "SE"})
_ESTIMATES: Final = frozenset(METRICS) - _COUNTS - _TESTS - _SPREADS - {"p", INTERVAL}
# Of these a value in the thousands makes sense, so that “1,234” may be one thousand and more.
_UNBOUNDED: Final = frozenset({"mean", "mean-difference", "b", "SD", "SE", "F", "chi2", "Q", "NNT"})

_S: Final = r"[ \t\n\u00a0\u2009\u202f]{0,3}"
_SIGN: Final = r"[-−–‐‑+]?"
_PLAIN: Final = (
    r"(?:\d{1,3}(?:[,\u00a0\u202f\u2009]\d{3}){1,4}(?!\d)(?:\.\d{1,12})?"
    r"|\d{1,12}(?:[.,]\d{1,12}(?!\d))?|[.,]\d{1,12})"
)
# “OR = 2,95% CI …”: the digits before a percent sign are a level, not decimals.
_NUMBER: Final = rf"{_SIGN}{_PLAIN}(?!\d|{_S}%)"
_COUNT: Final = r"(?:\d{1,3}(?:[,\u00a0\u202f\u2009 ]\d{3}){1,4}(?!\d)|\d{1,12})(?![\d%]|[.,]\d)"
_TO: Final = rf"(?:{_S}[–-]{_S}|{_S}\b(?:to|à){_S}(?=[-−–‐‑+.,\d]))"
_LEVEL: Final = r"\d{2}(?:[.,]\d{1,2})?"
_LABEL: Final = rf"""
    (?:(?P<level>{_LEVEL}){_S}%{_S}(?:BCa{_S})?
        (?:C\.?I\.?s?|CrI|IC|[Cc]onfidence{_S}[Ii]ntervals?|[Cc]redible{_S}[Ii]ntervals?|[Ii]ntervals?)
      |(?:I\.?C\.?|CI|[Ii]ntervalle{_S}de{_S}confiance){_S}(?:à|de)?{_S}(?:\(|₋)?(?P<level_after>{_LEVEL}){_S}%?\)?)
    {_S}[=:,]?{_S}(?:of|from|between|was|de|entre)?{_S}
"""
_LIMIT: Final = rf"{_SIGN}{_PLAIN}{_S}%?"
_APART: Final = rf"(?:{_S}[,;]{_S}|{_S}[–-]{_S}|{_S}\b(?:to|and|à|et)\b{_S})"
_CI: Final = rf"""
    (?P<ci>{_LABEL}(?P<opened>[\[(])?{_S}(?P<low>{_LIMIT}){_APART}(?P<high>{_LIMIT})(?!\d)(?(opened)(?:{_S}[\])])?))
"""
_BARE: Final = rf"(?P<bare>\[{_S}(?P<bare_low>{_LIMIT}){_APART}(?P<bare_high>{_LIMIT}){_S}\])"
_PERCENT: Final = (
    rf"(?P<percent>(?<![\w.,])(?P<percent_low>{_SIGN}{_PLAIN})"
    rf"(?:{_S}%?{_TO}(?P<percent_high>{_SIGN}{_PLAIN}))?(?:{_S}%|{_S}(?:per{_S}cent|percent|pour{_S}cent)\b))"
)
_SYMBOL: Final = "|".join(
    [*(re.escape(s) for s in sorted((s for of in _SYMBOLS.values() for s in of), key=len, reverse=True))]
)
_NAME: Final = "|".join(re.escape(name).replace(r"\ ", _S) for name in sorted(_NAMES, key=len, reverse=True))
_DF: Final = rf"""
    \({_S}(?:df{_S}={_S})?(?P<df1>\d{{1,9}}(?:\.\d{{1,6}})?)(?:{_S}[,;]{_S}(?P<df2>\d{{1,9}}(?:\.\d{{1,6}})?))?
    (?:{_S}[,;]{_S}[nN]{_S}={_S}(?P<df_n>{_COUNT}))?{_S}\)
"""
_OPERATOR: Final = rf"""
    (?:{_S}(?P<operator>[=＝<>≤≥≈~:]=?){_S}|[ \u00a0](?:of|was|were|is|de|était{_S}de){_S}(?=[-−–‐‑+.,\d])
    |[ \u00a0](?=\d{{1,3}}\.\d))
"""
_STATISTIC: Final = rf"""
    (?<!\w)(?:(?P<name>(?i:{_NAME}))|(?P<symbol>{_SYMBOL}))(?:{_S}{_DF})?{_OPERATOR}
    (?P<number>{_NUMBER})(?:{_TO}(?P<upper>{_NUMBER}))?
"""
_FOUND: Final = re.compile(rf"{_CI}|{_BARE}|{_STATISTIC}|{_PERCENT}", re.VERBOSE)
_COUNT_HERE: Final = re.compile(_COUNT)
# What may stand between an estimate and what belongs to it.
_GLUE: Final = re.compile(r"[\s,;:()\[\]]{0,6}(?:(?:with|and|avec|et)[\s(]{1,3})?")
_BY_SYMBOL: Final = {symbol: metric for metric, symbols in _SYMBOLS.items() for symbol in symbols}
_SAID_WITHOUT_SIGN: Final = frozenset({"OR", "RR", "HR", "SMD"})
_OPERATORS: Final = {"＝": "=", "~": "≈", ":": "=", "<=": "≤", ">=": "≥", "==": "="}
_COMMA_IS_DECIMAL: Final = re.compile(
    rf"[=<>≤≥]{_S}{_SIGN}(?:0?,\d{{1,12}}|\d{{1,9}},(?:\d{{1,2}}|\d{{4,9}}))(?![\d,.]|{_S}%)"
)


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
    decimal_comma = _COMMA_IS_DECIMAL.search(text) is not None
    found: list[Reported] = []
    run = 0  # index of the first statistic that only punctuation parts from here
    at = end = 0
    while match := _FOUND.search(text, at):
        item = _read(text, match, decimal_comma)
        if item is None:  # what looked like one is none; the next may begin within it
            at = match.start() + 1
            continue
        if not _GLUE.fullmatch(text, end, item.start):
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
        if is_bare or found[index].metric in _COUNTS:
            return False
    return False


def _give_p(found: list[Reported], run: int, p: PValue) -> bool:
    given = False
    for index in range(len(found) - 1, run - 1, -1):
        before = found[index]
        if before.p is not None or not (before.is_estimate or before.metric in _TESTS | _SPREADS):
            break
        if before.metric not in _SPREADS:
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
    metric = _NAMES[" ".join(symbol.lower().split())] if match["name"] else _BY_SYMBOL[symbol]
    between = text[match.end("name" if match["name"] else "symbol") : match.start("number")]
    if between.isspace() and metric not in _SAID_WITHOUT_SIGN:
        return None
    if match["symbol"] and not match["operator"] and match["number"].isdecimal() and metric not in _COUNTS:
        return None  # “plan B is 5 years old”
    end, numbers = match.end(), [number for number in (match["number"], match["upper"]) if number]
    if metric in _COUNTS:
        count = _COUNT_HERE.match(text, match.start("number"))
        if count is None:
            return None
        end, numbers = count.end(), [count[0]]
    thousands = metric in _COUNTS or (metric in _UNBOUNDED and not decimal_comma)
    operator = match["operator"] or "="
    return Reported(
        metric,
        symbol,
        _OPERATORS.get(operator, operator),
        tuple(_printed(number, thousands=thousands) for number in numbers),
        df=tuple(Decimal(df) for df in (match["df1"], match["df2"]) if df),
        n=_printed(match["df_n"], thousands=True) if match["df_n"] else None,
        start=match.start(),
        end=end,
    )


_MINUS: Final = str.maketrans(dict.fromkeys("−–‐‑", "-") | dict.fromkeys(" \t\n\u00a0\u2009\u202f"))


def _printed(text: str, *, thousands: bool) -> Printed:
    bare = text.translate(_MINUS)
    if "." in bare or bare.count(",") > 1 or (thousands and re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", bare)):
        return Printed(text, Decimal(bare.replace(",", "")))
    return Printed(text, Decimal(bare.replace(",", ".")))
