"""The sentences of the checks, in English and French. Short, about the numbers, and never about the authors."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final, Literal

from rapport.stats.errors import OutOfRange
from rapport.stats.results import MINUS


@dataclass(frozen=True, slots=True)
class Figures:
    """Recomputed numbers, written with the marks of the language.

    `kind` "p" has no zero before its decimals; "either" is one or the other, and not what lies between. `decimals`
    are shown at least, where the printed number beside them has as many.
    """

    low: float
    high: float
    kind: Literal["p", "number", "percent", "either"] = "number"
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence by its key, with what stands in its gaps: words as printed, or recomputed figures."""

    key: str
    parts: dict[str, str | Figures]


SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "p.fits": ("The printed {p} fits {test}.", "La valeur imprimée {p} s’accorde avec « {test} »."),
    "p.differs": (
        "The printed {p} does not fit {test}: recomputed, p is {figures}.",
        "La valeur imprimée {p} ne s’accorde pas avec « {test} » : recalculé, p vaut {figures}.",
    ),
    "p.rounded-df": (
        "The printed {p} fits {test} only if the degrees of freedom were rounded: as printed, p would be {figures}.",
        "La valeur imprimée {p} ne s’accorde avec « {test} » que si les degrés de liberté ont été arrondis : tels "
        "qu’imprimés, p vaudrait {figures}.",
    ),
    "p.no-df": (
        "Whether {p} fits {test} cannot be told: the degrees of freedom (or the sample size) are not printed with it.",
        "On ne peut dire si {p} s’accorde avec « {test} » : les degrés de liberté (ou l’effectif) manquent.",
    ),
    "p.too-small": (
        "The printed {p} does not fit {test}: with any degrees of freedom, p is at least {figures}.",
        "La valeur imprimée {p} ne s’accorde pas avec « {test} » : quels que soient les degrés de liberté, p "
        "vaut au moins {figures}.",
    ),
    "ratio.fits": (
        "The printed {test} fits {estimate}.",
        "La valeur imprimée « {test} » s’accorde avec « {estimate} ».",
    ),
    "ratio.differs": (
        "The printed {test} does not fit {estimate}: the estimate divided by its SE is {figures}.",
        "La valeur imprimée « {test} » ne s’accorde pas avec « {estimate} » : l’estimation divisée par son "
        "erreur type vaut {figures}.",
    ),
    "interval.fits": (
        "The estimate {estimate} lies in the middle of its interval, {interval}.",
        "L’estimation {estimate} est au milieu de son intervalle, {interval}.",
    ),
    "interval.inside": (
        "The estimate {estimate} lies inside its interval, {interval}.",
        "L’estimation {estimate} est dans son intervalle, {interval}.",
    ),
    "interval.askew": (
        "The estimate {estimate} lies inside its interval, {interval}, but not in the middle, which would be "
        "{figures}. Some intervals are so (bootstrap, profile, exact), so this cannot be told.",
        "L’estimation {estimate} est dans son intervalle, {interval}, mais pas en son milieu, qui serait {figures}. "
        "Certains intervalles sont ainsi (bootstrap, profil, exact) : on ne peut trancher.",
    ),
    "interval.touches": (
        "As printed, the estimate {estimate} lies outside its interval, {interval}, by {figures}. Only rounding can "
        "bring it to the limit, so this cannot be told.",
        "Telle qu’imprimée, l’estimation {estimate} est hors de son intervalle, {interval}, de {figures}. Seuls les "
        "arrondis peuvent l’amener à la borne : on ne peut trancher.",
    ),
    "interval.outside": (
        "The estimate {estimate} lies outside its interval, {interval}, by {figures}.",
        "L’estimation {estimate} est hors de son intervalle, {interval}, de {figures}.",
    ),
    "interval.order": (
        "The interval {interval} has its lower limit above its upper one.",
        "L’intervalle {interval} a sa borne inférieure au-dessus de sa borne supérieure.",
    ),
    "interval-p.fits": (
        "The printed {p} fits the interval of {estimate}, {interval}.",
        "La valeur imprimée {p} s’accorde avec l’intervalle de {estimate}, {interval}.",
    ),
    "interval-p.near": (
        "The printed {p} and the interval of {estimate}, {interval}, point the same way. From the interval p would be "
        "{figures}; a test of another kind than the interval can differ so.",
        "La valeur imprimée {p} et l’intervalle de {estimate}, {interval}, vont dans le même sens. D’après "
        "l’intervalle, p vaudrait {figures} ; un test d’une autre sorte que l’intervalle peut différer ainsi.",
    ),
    "interval-p.differs": (
        "The printed {p} does not fit the interval of {estimate}, {interval}: from the interval, p is {figures}.",
        "La valeur imprimée {p} ne s’accorde pas avec l’intervalle de {estimate}, {interval} : d’après l’intervalle, p "
        "vaut {figures}.",
    ),
    "interval-p.cannot": (
        "Whether {p} fits {interval} cannot be told from this interval.",
        "On ne peut dire d’après cet intervalle si {p} s’accorde avec {interval}.",
    ),
    "grim.fits": (
        "The mean {mean} is possible with whole-number answers of {people}.",
        "La moyenne {mean} est possible avec des réponses entières de {people}.",
    ),
    "grim.differs": (
        "The mean {mean} is not possible with whole-number answers of {people}: the nearest possible: {figures}.",
        "La moyenne {mean} n’est pas possible avec des réponses entières de {people} : les plus proches "
        "possibles : {figures}.",
    ),
    "grim.cannot": (
        "With {people}, every mean of so few decimals is possible; the mean {mean} cannot be checked.",
        "Avec {people}, toute moyenne à si peu de décimales est possible ; la moyenne {mean} ne peut être vérifiée.",
    ),
    "sd.fits": (
        "The SD {sd} is possible with the mean {mean} and whole-number answers of {people}.",
        "L’écart type {sd} est possible avec la moyenne {mean} et des réponses entières de {people}.",
    ),
    "sd.differs": (
        "The SD {sd} is not possible with the mean {mean} and whole-number answers of {people}: the nearest possible: "
        "{figures}.",
        "L’écart type {sd} n’est pas possible avec la moyenne {mean} et des réponses entières de {people} : les plus "
        "proches possibles : {figures}.",
    ),
    "sd.cannot": (
        "With {people}, nearly every SD is possible; the SD {sd} cannot be checked.",
        "Avec {people}, presque tout écart type est possible ; l’écart type {sd} ne peut être vérifié.",
    ),
    "sd.mean": (
        "The SD {sd} cannot be checked, since no whole-number answers of {people} have the mean {mean}.",
        "L’écart type {sd} ne peut être vérifié : aucune réponse entière de {people} n’a la moyenne {mean}.",
    ),
    "percentage.fits": ("{percent} fits {count} of {of}.", "{percent} s’accorde avec {count} sur {of}."),
    "percentage.differs": (
        "The printed {percent} does not fit {count} of {of}, which is {figures}.",
        "La valeur imprimée {percent} ne s’accorde pas avec {count} sur {of}, soit {figures}.",
    ),
    "percentage.above": (
        "The printed {percent} is above 100% and cannot be a part of a whole; {count} of {of} is {figures}.",
        "La valeur imprimée {percent} dépasse 100 % et ne peut être une partie d’un tout ; {count} sur {of}, c’est "
        "{figures}.",
    ),
    "percentage.count": (
        "{count} of {of}: the part is larger than the whole.",
        "{count} sur {of} : la partie est plus grande que le tout.",
    ),
    "total.fits": ("The parts sum to the printed {whole}.", "La somme des parties est bien {whole}."),
    "total.differs": (
        "The parts sum to {figures}, and the printed total is {whole}.",
        "La somme des parties est {figures}, et le total imprimé {whole}.",
    ),
    "total.part": (
        "The parts named sum to {figures} of the printed {whole}; the others are not named, so this cannot be told.",
        "Les parties nommées font {figures} sur les {whole} imprimés ; les autres ne sont pas nommées, on ne peut "
        "trancher.",
    ),
    "percentages.fits": (
        "The percentages sum to 100, within their rounding.",
        "Les pourcentages font 100, à l’arrondi près.",
    ),
    "percentages.differs": (
        "The percentages sum to {figures}; with their rounding, 100 is out of reach.",
        "La somme des pourcentages est {figures} ; même en tenant compte des arrondis, elle ne peut être 100.",
    ),
    "percentages.part": (
        "The percentages named sum to {figures}; the others are not named, so this cannot be told.",
        "Les pourcentages nommés font {figures} ; les autres ne sont pas nommés, on ne peut trancher.",
    ),
    "df.fits": ("{df} degrees of freedom fit {people}.", "{df} degrés de liberté s’accordent avec {people}."),
    "df.fewer": (
        "{df} degrees of freedom are fewer than the {figures} of {people}. Missing values, covariates or a test for "
        "unequal spread make them fewer, so this cannot be told.",
        "{df} degrés de liberté, c’est moins que les {figures} de {people}. Des valeurs manquantes, des covariables ou "
        "un test pour variances inégales en laissent moins : on ne peut trancher.",
    ),
    "df.more": (
        "{df} degrees of freedom are more than {people} can give, {figures}.",
        "{df} degrés de liberté, c’est plus que {people} ne peuvent en donner, {figures}.",
    ),
    "df.more-in-text": (
        "{df} degrees of freedom are more than {people} give in a test of one value a person. With several values a "
        "person they can be, so this cannot be told.",
        "{df} degrés de liberté, c’est plus que {people} n’en donnent avec une valeur par personne. Avec plusieurs "
        "valeurs par personne, c’est possible : on ne peut trancher.",
    ),
    "possible.range": (
        "{value} is printed, and {what} lies between {low} and {high}.",
        "« {value} » est imprimé, or {what} est entre {low} et {high}.",
    ),
    "possible.least": (
        "{value} is printed, and {what} cannot be below {low}.",
        "« {value} » est imprimé, or {what} ne peut être inférieur à {low}.",
    ),
    "possible.most": (
        "{value} is printed, and {what} cannot be above {high}.",
        "« {value} » est imprimé, or {what} ne peut être supérieur à {high}.",
    ),
}
_NOTES: Final[dict[str, tuple[str, str]]] = {
    "one-tailed": ("A one-tailed test would fit.", "Un test unilatéral s’accorderait."),
    "taken-one-tailed": (
        "It fits a one-tailed test, which the text names.",
        "Cela s’accorde avec un test unilatéral, que le texte nomme.",
    ),
    "two-tailed": ("A two-tailed test would fit.", "Un test bilatéral s’accorderait."),
    "side": ("The two lie on different sides of .05.", "Les deux sont de part et d’autre de 0,05."),
    "corrected": (
        "A p corrected for several tests would be larger than the recomputed one.",
        "Un p corrigé pour plusieurs tests serait plus grand que le p recalculé.",
    ),
    "sign": ("With the other sign it would fit.", "Avec l’autre signe, cela s’accorderait."),
    "plain-scale": (
        "It is in the middle when the logarithm is not taken.",
        "Elle est au milieu si l’on ne prend pas le logarithme.",
    ),
    "cut": ("Cut off instead of rounded, it would fit.", "Tronqué au lieu d’arrondi, cela s’accorderait."),
    "several-answers": (
        "Where several answers were allowed, this is as it should be.",
        "Si plusieurs réponses étaient permises, c’est normal.",
    ),
}

NO_BREAK: Final = "\u00a0"
NARROW_NO_BREAK: Final = "\u202f"
_DECIMAL: Final = re.compile(r"(?<![\d.,])(\d*)\.(\d+)(?![\d.,]*\d)")


def say(said: Said, notes: tuple[str, ...], language: str) -> str:
    """The sentence and its notes in `language`, "en" or "fr"."""
    if language not in ("en", "fr"):
        raise OutOfRange(f'language is {language!r}; the sentences are in "en" and "fr".')
    at = 0 if language == "en" else 1
    templates = [SENTENCES[said.key][at], *(_NOTES[note][at] for note in notes)]
    if language == "en":
        return " ".join(templates).format(**{name: _english(part) for name, part in said.parts.items()})
    template = _spaced(" ".join(templates))
    return template.format(
        **{name: _french(part, is_quoted=f"«{NO_BREAK}{{{name}}}" in template) for name, part in said.parts.items()}
    )


def _english(part: str | Figures) -> str:
    return part if isinstance(part, str) else _figures(part, french=False)


def _french(part: str | Figures, *, is_quoted: bool) -> str:
    """Figures and numbers in French; what stands in guillemets is left as it was printed."""
    if isinstance(part, Figures):
        return _figures(part, french=True)
    if is_quoted:
        return part
    part = _DECIMAL.sub(lambda match: f"{match[1] or '0'},{match[2]}", part)
    if part.startswith("["):
        part = re.sub(r"[,;] ", f"{NARROW_NO_BREAK}; ", part)
    return re.sub(r"\s?%", f"{NO_BREAK}%", part)


def _spaced(sentence: str) -> str:
    """The spaces of French typography, which must not break; the one before ; ? ! is narrow."""
    sentence = re.sub("« ", f"«{NO_BREAK}", sentence)
    sentence = re.sub(" ([»:%])", rf"{NO_BREAK}\1", sentence)
    return re.sub(" ([;?!])", rf"{NARROW_NO_BREAK}\1", sentence)


def _figures(figures: Figures, *, french: bool) -> str:
    if figures.kind == "p":
        words = _p_figures(figures.low, figures.high)
    else:
        low, high = _few_digits(figures.low, figures.high, figures.decimals)
        percent = "%" if figures.kind == "percent" else ""
        words = (
            f"{low}{percent}" if low == high else f"{low} {'and' if figures.kind == 'either' else 'to'} {high}{percent}"
        )
    if french:
        words = (
            words.replace("below ", "moins de ").replace(" to ", " à ").replace(" and ", " et ").replace("%", "\u00a0%")
        )
        words = "".join(_comma(word) for word in _split(words))
    return words


def _p_figures(low: float, high: float) -> str:
    if high < 0.0001:
        return "below .0001"
    first, last = _few_digits(low, high)
    if low < 0.0001:
        return f"below {last.removeprefix('0')}"
    first, last = (text[1:] if text.startswith("0.") else text for text in (first, last))
    return first if first == last else f"{first} to {last}"


def _few_digits(low: float, high: float, decimals: int = 0) -> tuple[str, str]:
    """Both with as many decimals as tell them apart: at least two significant digits, at most six decimals."""
    if low == high and low == round(low) and not decimals:
        text = f"{abs(low):.0f}"
        return ((MINUS + text if low < 0 else text),) * 2
    size = max(abs(low), abs(high), 1e-6)
    digits = max(1, min(6, 1 - math.floor(math.log10(size))))
    if low != high:
        digits = max(digits, min(6, -math.floor(math.log10(high - low))))
    digits = max(digits, decimals)
    first, last = ((MINUS if x < 0 and round(x, digits) else "") + f"{abs(x):.{digits}f}" for x in (low, high))
    return first, last


def _split(words: str) -> list[str]:
    return [piece for word in words.split(" ") for piece in (word, " ")][:-1]


def _comma(word: str) -> str:
    if "." not in word:
        return word
    return ("0" if word.startswith(".") else "") + word.replace(".", ",")
