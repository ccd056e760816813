"""The forms in which statistics are printed: their symbols and names, and the patterns that find them.

The symbols are those of the *Publication Manual of the American Psychological Association* (7th ed., 2020, table 6.5),
of the AMA and of French articles. Each pattern runs once over the text, with bounded repetition.
"""

from __future__ import annotations

import re
from typing import Final

INTERVAL: Final = "interval"  # the metric of an interval that stands alone

# The keys of literature's metrics are used where the two know the same thing. Symbols are told apart by case.
SYMBOLS: Final[dict[str, tuple[str, ...]]] = {
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
    "indirect-effect": ("ab", "a×b", "a × b"),
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
    "chi2": ("χ²", "χ2", "χ 2", "X²", "X2", "chi2", "chi²"),
    "Q": ("Q",),
    "SD": ("SD", "S.D.", "s.d.", "ÉT", "ET", "É.-T.", "DS"),
    "SE": ("SE", "ES", "S.E.", "s.e.", "SE B", "SE b", "SEB", "SEb"),
    "n": ("n",),
    "N": ("N",),
    "k": ("k",),
    "p": ("p", "P", "ps"),
}
NAMES: Final[dict[str, str]] = {
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
    "indirect effect": "indirect-effect",
    "effet indirect": "indirect-effect",
    "chi-square": "chi2",
    "chi-squared": "chi2",
    "chi square": "chi2",
    "chi squared": "chi2",
    "khi-deux": "chi2",
    "khi deux": "chi2",
    "khi carré": "chi2",
    "khi-carré": "chi2",
    "p value": "p",
    "p-value": "p",
}
METRICS: Final = (*SYMBOLS, "percent", INTERVAL)

COUNTS: Final = frozenset({"n", "N", "k"})
TESTS: Final = frozenset({"t", "F", "z", "chi2", "Q"})
SPREADS: Final = frozenset({"SD", "SE"})
ESTIMATES: Final = frozenset(METRICS) - COUNTS - TESTS - SPREADS - {"p", INTERVAL}
# Of these a value in the thousands makes sense, so that “1,234” may be one thousand and more.
UNBOUNDED: Final = frozenset({"mean", "mean-difference", "b", "SD", "SE", "F", "chi2", "Q", "NNT"})

_S: Final = r"[ \t\n\u00a0\u2009\u202f]{0,3}"
_SIGN: Final = r"[-−–‐‑+]?"
_POINT: Final = "[.,·∙⋅]"
_PLAIN: Final = (
    r"(?:\d{1,3}(?:[,\u00a0\u202f\u2009]\d{3}){1,4}(?!\d)(?:\.\d{1,12})?"
    rf"|\d{{1,12}}(?:{_POINT}\d{{1,12}}(?!\d))?|{_POINT}\d{{1,12}})"
)
# “OR = 2,95% CI …”: the digits before a percent sign are a level, not decimals.
_NUMBER: Final = rf"{_SIGN}{_PLAIN}(?!\d|{_S}%)"
# “I² = 45.2%”: a percent sign that begins no interval.
_IN_PERCENT: Final = rf"{_SIGN}{_PLAIN}{_S}%(?!{_S}(?:BCa|C\.?I|CrI|IC|[Cc]on|[Cc]red|[Ii]nterv))"
_COUNT: Final = r"(?:\d{1,3}(?:[,\u00a0\u202f\u2009 ]\d{3}){1,4}(?!\d)|\d{1,12})(?![\d%]|[.,]\d)"
_TO: Final = rf"(?:{_S}[–-]{_S}|{_S}\b(?:to|à){_S}(?=[-−–‐‑+.,\d]))"
_LEVEL: Final = r"\d{2}(?:[.,]\d{1,2})?"
# The label of an interval whose level is not printed.
_UNLEVELLED: Final = rf"(?:CI|CrI|IC)(?={_S}[=:,\[(]|[ \u00a0][-−–.\d])"
_LABEL: Final = rf"""
    (?:(?P<level>{_LEVEL}){_S}%{_S}(?:BCa{_S})?
        (?:C\.?I\.?s?|CrI|IC|[Cc]onfidence{_S}[Ii]ntervals?|[Cc]redible{_S}[Ii]ntervals?|[Ii]ntervals?)
      |(?:I\.?C\.?|CI|[Ii]ntervalle{_S}de{_S}confiance){_S}(?:à|de)?{_S}(?:\(|₋)?(?P<level_after>{_LEVEL})(?!{_POINT}\d|\d|{_S}[–-]){_S}%?\)?
      |(?<!\w){_UNLEVELLED})
    {_S}[=:,]?{_S}(?:of|from|between|was|de|entre)?{_S}
"""
_LIMIT: Final = rf"{_SIGN}{_PLAIN}{_S}%?"
_APART: Final = rf"(?:{_S}[,;]{_S}|{_S}[–-]{_S}|{_S}\b(?:to|and|à|et)\b{_S})"
_CI: Final = rf"""
    (?P<ci>{_LABEL}(?P<opened>[\[(])?{_S}(?P<low>{_LIMIT}){_APART}(?P<high>{_LIMIT})(?!\d)(?(opened)(?:{_S}[\])])?))
"""
_BARE: Final = rf"(?P<bare>\[{_S}(?P<bare_low>{_LIMIT}){_APART}(?P<bare_high>{_LIMIT}){_S}\])"
# “OR 1.84 (1.12–3.02)”: an interval where the estimate lies between the two.
_ROUND: Final = rf"""
    (?P<round>\({_S}(?P<round_low>{_SIGN}{_PLAIN})(?:{_S}[,;]{_S}|{_S}[–-]{_S}|{_S}\b(?:to|à)\b{_S})
    (?P<round_high>{_SIGN}{_PLAIN})(?!\d){_S}(?=[);,]))
"""
_PERCENT: Final = (
    rf"(?P<percent>(?<![\w.,])(?P<percent_low>{_SIGN}{_PLAIN})"
    rf"(?:{_S}%?{_TO}(?P<percent_high>{_SIGN}{_PLAIN}))?(?:{_S}%|{_S}(?:per{_S}cent|percent|pour{_S}cent)\b))"
)
_SYMBOL: Final = "|".join(
    [*(re.escape(s) for s in sorted((s for of in SYMBOLS.values() for s in of), key=len, reverse=True))]
)
_NAME: Final = "|".join(re.escape(name).replace(r"\ ", _S) for name in sorted(NAMES, key=len, reverse=True))
_DF: Final = rf"""
    \({_S}(?:df{_S}={_S})?(?P<df1>\d{{1,9}}(?:\.\d{{1,6}})?)(?:{_S}[,;]{_S}(?P<df2>(?:\d{{1,3}}(?:,\d{{3}}){{1,2}}(?!\d)|\d{{1,9}})(?:\.\d{{1,6}})?))?
    (?:{_S}[,;]{_S}[nN]{_S}={_S}(?P<df_n>{_COUNT}))?{_S}\)
"""
_OPERATOR: Final = rf"""
    (?:{_S}(?P<operator>[=＝<>≤≥≈~:]=?){_S}|[ \u00a0](?:of|was|were|is|de|était{_S}de){_S}(?=[-−–‐‑+.,\d])
    |,?[ \u00a0](?=[-−–]?\d{{0,3}}[.·]\d))
"""
# JAMA sets degrees of freedom as subscripts, which run on in plain text: “F2,134 = 5.10”.
_SUBSCRIPT: Final = (
    r"(?P<sub1>(?<=t)\d{2,5}|(?<=F)\d{1,3}(?=[,;])|(?<=χ2)\d{1,3}|(?<=χ²)\d{1,3})(?:(?<=\d)[,;][ ]?(?P<sub2>\d{1,5}))?"
)
_DF_AFTER: Final = rf"{_S}[,;(]{_S}df{_S}={_S}(?P<df_after>\d{{1,9}}(?:\.\d{{1,6}})?)(?![\d.])"
_ABBREVIATION: Final = r"(?:[ ]?[\[(](?:a?OR|RR|HR|RD|SMD|W?MD|NNT)[\])])?"
_STATISTIC: Final = rf"""
    (?<!\w)(?<!±)(?<!±[ ])(?:(?P<name>(?i:{_NAME})){_ABBREVIATION}|(?P<symbol>{_SYMBOL}|γ(?=\d\d{_S}=)))
    (?:{_S}{_DF}|{_SUBSCRIPT}|(?<=γ)\d\d)?{_OPERATOR}
    (?P<number>{_IN_PERCENT}|{_NUMBER})(?:{_TO}(?P<upper>{_NUMBER}))?(?:{_DF_AFTER})?
"""
FOUND: Final = re.compile(rf"{_CI}|{_BARE}|{_ROUND}|{_STATISTIC}|{_PERCENT}", re.VERBOSE)
COUNT_HERE: Final = re.compile(_COUNT)
# What may stand between an estimate and what belongs to it.
GLUE: Final = re.compile(r"(?:[ \u00a0](?:points?|pts))?[\s,;:()\[\]]{0,6}(?:(?:with|and|avec|et)[\s(]{1,3})?")
BY_SYMBOL: Final = {symbol: metric for metric, symbols in SYMBOLS.items() for symbol in symbols}
SAID_WITHOUT_SIGN: Final = frozenset({"OR", "RR", "HR", "SMD", "mean-difference", "SD", "SE"})
# Only with degrees of freedom: without them, they are names of other things.
NEED_DF: Final = frozenset({"X²", "X2", "χ 2"})
# What is printed in per cent, without being a percentage of people.
IN_PERCENT: Final = frozenset({"I2", "R2", "eta2"})
# An interval in round brackets and without a label is believed of these.
HAVE_ROUND: Final = frozenset({"OR", "RR", "HR", "RD", "SMD", "d", "g", "r", "mean-difference", "b", "beta"})
OPERATORS: Final = {"＝": "=", "~": "≈", ":": "=", "<=": "≤", ">=": "≥", "==": "="}
COMMA_IS_DECIMAL: Final = re.compile(
    rf"[=<>≤≥]{_S}{_SIGN}(?:0?,\d{{1,12}}|\d{{1,9}},(?:\d{{1,2}}|\d{{4,9}}))(?![\d,.]|{_S}%)"
)
