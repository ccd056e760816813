"""Words of direction and size beside a figure that do not go with the finding's sign, or its size.

They are raised as questions, never as errors: a sentence may be told from the other group's side. Sizes follow Cohen
(1988, *Statistical power analysis for the behavioral sciences*, 2nd ed., sections 2.2 and 3.2): d 0.2 small, 0.5
medium, 0.8 large; r .10, .30, .50. An odds ratio is put on the scale of d as ln(OR) × √3 ÷ π (Chinn, 2000). A word is
asked about only where it is more than half a step off, since the words overlap in use.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapport.desk.checking.facts import Fact, Part
from rapport.desk.checking.figure import Figure, Form
from rapport.desk.checking.pool import Match
from rapport.desk.checking.reading import Span
from rapport.desk.checking.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A word beside a figure that one may ask about: of "direction" or of "size"."""

    about: str
    word: str
    fact: Fact


_LINKS: Final = frozenset({"r", "b", "beta", "gamma", "indirect-effect"})
_RATIOS: Final = frozenset({"OR", "RR", "HR"})
_GROUPS: Final = frozenset({"d", "g", "SMD", "RD", "mean-difference"}) | _RATIOS

_UP_EN: Final = (
    r"higher|more(?!\sthan\s(?:[\d.]|half|a\s|an\s|one|two)|\sor\sless)|increas\w+|rais(?:ed|es|ing)|rose|risen|rises?|rising|(?:came|went|go)\sup|greater|stronger|grew|"
    r"likelier|longer|elevated"
)
_DOWN_EN: Final = (
    r"lower(?:ed|s|ing)?|less(?!\sthan\s(?:[\d.]|half|a\s|an\s|one|two))|fewer(?!\sthan\s[\d.])|decreas\w+|reduc\w+|fell|falls?|(?:came|come|comes|went|go|goes)\sdown|"
    r"drop(?:s|ped)?(?![\s-]outs?)|declin\w+|diminish\w+|weaker|shorter|lessen\w*|eas(?:ed|es)|shr[aiu]nk"
)
_GOOD_EN: Final = r"better|improved|improves|superior|outperform\w*"
_BAD_EN: Final = r"worse(?:ned|ns)?|poorer|inferior|harmed"
_NUMBER_FR: Final = r"(?!\s?d[e’']\s?(?:la\s(?:moitié)|\d|une?\b|deux|trois|cent|mille))"
_STRONG_FR: Final = r"(?:fort|élevé|haut|grand|important|long|probable|fréquent|marqué)"
_WEAK_FR: Final = r"(?:faible|bas|basse|petit|rare|court|limité)"
_UP_FR: Final = (
    rf"plus(?:\s[\w’'-]+){{0,4}}?\s{_STRONG_FR}\w*|plus{_NUMBER_FR}|augment\w+|accr[ou]\w+|davantage|"
    r"supérieure?s?|hausse\w*|renforc\w+"
)
_DOWN_FR: Final = (
    rf"plus(?:\s[\w’'-]+){{0,4}}?\s{_WEAK_FR}\w*|moins(?:\s[\w’'-]+){{0,3}}?\s{_STRONG_FR}\w*|moins{_NUMBER_FR}|rédui\w+|"
    r"diminu\w+|baiss\w+|abaiss\w+|moindres?|inférieure?s?|recul\w*|atténu\w+"
)
_GOOD_FR: Final = r"mieux|meilleure?s?"
_BAD_FR: Final = r"moins\s(?:\w+\s)?(?:bien|bonn?e?s?)|plus\s(?:\w+\s)?(?:mauvaise?s?|mal)|pires?|dégrad\w+"
_WORDS: Final = {
    "en": re.compile(
        rf"(?<![\w-])(?:(?P<bad>{_BAD_EN})|(?P<good>{_GOOD_EN})|(?P<up>{_UP_EN})|(?P<down>{_DOWN_EN}))(?!\w)",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        rf"(?<![\w-])(?:(?P<bad>{_BAD_FR})|(?P<good>{_GOOD_FR})|(?P<down>{_DOWN_FR})|(?P<up>{_UP_FR}))(?!\w)",
        re.IGNORECASE,
    ),
}
_SIGN_WORDS: Final = re.compile(
    r"\b(?:(?P<plus>positi(?:ve(?:ly)?|fs?|ves))|(?P<minus>n[eé]gati(?:ve(?:ly)?|fs?|ves)))\b", re.IGNORECASE
)
_LINKED: Final = re.compile(r"\b(?:link|correlat|associat|relat|lien|corrél|relation)\w*", re.IGNORECASE)
_NOT_BEFORE: Final = re.compile(
    r"\b(?:no|not|nor|neither|never|without|hardly|by|the\ssame\sor|pas|ni|aucune?|jamais|sans)\s(?:\w+\s)?$|n[’']t\s$",
    re.IGNORECASE,
)
# Of what more is bad, and of what more is good.
_BAD_THINGS: Final = re.compile(
    r"\b(?:symptom|drop(?:ped|ping)?[\s-]?out|depress|anxi|distress|insomnia|deteriorat|relaps|attrition|microaggress|burnout|exhaust|pain|"
    r"suicid|attempt|loss|lost|leav|left|premature|severity|risk|symptôme|abandon|dépress|détresse|insomnie|détérior|"
    r"aggrav|rechut|départ|perte|perdu|épuis|douleur|risque)\w*",
    re.IGNORECASE,
)
_GOOD_THINGS: Final = re.compile(
    r"\b(?:respon[sd]|recover|remi(?:ssion|tted)|improve(?:ment|d)|well-being|function|alliance|quality|satisf|attend|outcome|result|gain|"
    r"répon|rétabli|rémission|amélior|bien-être|fonctionn|qualité|résultat|assidu)\w*",
    re.IGNORECASE,
)
_SIZE_NOUN: Final = (
    r"(?:effects?|links?|differences?|correlations?|associations?|advantages?|amounts?|gains?|effets?|"
    r"liens?|différences?|écarts?|corrélations?|avantages?)"
)
_SIZES: Final = {
    "tiny": r"tiny|negligible|very\ssmall|trivial|minuscules?|négligeables?|infimes?|très\s(?:petit|faible)e?s?",
    "very large": r"very\slarge|huge|très\s(?:grand|fort|important)e?s?|énormes?",
    "small": r"small|petite?s?|faibles?",
    "modest": r"modest|modestes?",
    "moderate": r"moderate|medium|modérée?s?|moyenn?e?s?",
    "large": r"large|substantial|strong|grande?s?|forte?s?|importante?s?",
}
_SIZE: Final = re.compile(
    "|".join(rf"(?P<{name.replace(' ', '_')}>\b(?:{words})\b)" for name, words in _SIZES.items()), re.IGNORECASE
)
_AFTER_SIZE: Final = re.compile(
    rf"\s(?:to\s\w+\s)?(?:\w+\s)?{_SIZE_NOUN}\b|\s?[,.;:()]|\s?$|\s\((?=\w+\s?=)", re.IGNORECASE
)
_BEFORE_SIZE: Final = re.compile(rf"\b{_SIZE_NOUN}\s(?:[^.;]|\.\d){{0,60}}$", re.IGNORECASE)
# (at least, below): outside of these, on the scales of d and of r, the word is asked about.
_FITS: Final[dict[str, tuple[tuple[float, float], tuple[float, float]]]] = {
    "tiny": ((0.0, 0.3), (0.0, 0.2)),
    "small": ((0.0, 0.65), (0.0, 0.4)),
    "modest": ((0.0, 0.8), (0.0, 0.5)),
    "moderate": ((0.3, 0.85), (0.15, 0.55)),
    "large": ((0.65, math.inf), (0.4, 1.01)),
    "very_large": ((0.8, math.inf), (0.5, 1.01)),
}


_FAR: Final = 400  # characters beside a figure in which its words stand


def doubtful_words(
    text: str, figures: Sequence[Figure], matches: Sequence[Match], sentences: Sequence[Span], language: str
) -> dict[int, list[Doubtful]]:
    """By the index of a supported figure: the words beside it that one may ask about."""
    words = _WORDS.get(language)
    if words is None:
        return {}
    found: dict[int, list[Doubtful]] = {}
    estimates = [
        index
        for index, (figure, match) in enumerate(zip(figures, matches, strict=True))
        if match.verdict is Verdict.SUPPORTED
        and match.facts
        and match.facts[0].part is Part.ESTIMATE
        and match.facts[0].metric in _LINKS | _GROUPS
        and figure.form is Form.NUMBER
    ]
    for index in estimates:
        clause = _clause(text, figures, index, sentences, words)
        fact = matches[index].facts[0]
        asked = [*_of_direction(clause, fact, words), *_of_size(clause, fact)]
        if asked:
            found[index] = asked
    return found


def _clause(text: str, figures: Sequence[Figure], index: int, sentences: Sequence[Span], words: re.Pattern[str]) -> str:
    """The words that a figure goes with: from the last figure of another finding on; else those behind it."""
    figure, sentence = figures[index], sentences[figures[index].sentence]
    start, end = max(sentence.start, figure.start - _FAR), min(sentence.end, figure.end + _FAR)
    for other in reversed(figures[:index]):
        if other.end < start or other.sentence != figure.sentence:
            break
        if other.role in {Part.ESTIMATE, Part.HIGH}:
            start = other.end
            break
    for other in figures[index + 1 :]:
        if other.sentence != figure.sentence or other.start >= end:
            break
        if other.role is Part.ESTIMATE:
            end = other.start
            break
    before = text[start : figure.start]
    if len(before.split()) > 3 and (words.search(before) or _SIZE.search(before) or _SIGN_WORDS.search(before)):
        return before + text[figure.end : min(end, figure.end + 60)] if end == sentence.end else before
    return text[start:end]


def _of_direction(clause: str, fact: Fact, words: re.Pattern[str]) -> Iterator[Doubtful]:
    null = 1 if fact.metric in _RATIOS else 0
    if fact.value == null:
        return
    sign = 1 if fact.value > null else -1
    for match in _SIGN_WORDS.finditer(clause):
        is_of_link = fact.metric in _LINKS and _LINKED.search(clause) and not _is_denied(clause, match)
        if is_of_link and (1 if match["plus"] else -1) != sign:
            yield Doubtful("direction", match[0], fact)
            return
    said = _words_of_direction(clause, words)
    if not said:
        return
    good = {"higher": 1, "lower": -1}.get(fact.favours, 0)
    if fact.metric in _LINKS or _is_of_a_step(clause, fact):
        signs = [_sign_of_link(match, good or 1) for match in said]
        if len(signs) <= 2 and math.prod(signs) != sign:
            yield Doubtful("direction", said[-1][0], fact)
        return
    if not good:
        return
    valences = [value for match in said if (value := _valence(clause, match, fact, good))]
    if valences and sign * good not in valences:
        yield Doubtful("direction", said[-1][0], fact)


def _words_of_direction(clause: str, words: re.Pattern[str]) -> list[re.Match[str]]:
    """Those that count. In “came down slightly more”, “more” tells how much and not which way."""
    said: list[re.Match[str]] = []
    for match in words.finditer(clause):
        tells_how_much = (
            match[0].lower() in {"more", "plus", "davantage"} and bool(said) and match.start() - said[-1].end() < 12
        )
        if not tells_how_much and not _is_denied(clause, match):
            said.append(match)
    return said


def _is_of_a_step(clause: str, fact: Fact) -> bool:
    """Whether a ratio is told for each step of a predictor: “each week of waiting”."""
    return (
        fact.metric in _RATIOS
        and re.search(r"\b(?:each|every|per|chaque|par)\b|\blonger\b", clause, re.IGNORECASE) is not None
    )


def _sign_of_link(match: re.Match[str], good: int) -> int:
    if match["up"] or match["down"]:
        return 1 if match["up"] else -1
    return good if match["good"] else -good


def _valence(clause: str, match: re.Match[str], fact: Fact, good: int) -> int:
    """1 where the word tells something good for clients, −1 something bad, 0 where that cannot be said."""
    if match["good"]:
        return 1
    if match["bad"]:
        return -1
    way = 1 if match["up"] else -1
    near = [
        (min(abs(thing.start() - match.end()), abs(match.start() - thing.end())), polarity)
        for polarity, pattern in ((-1, _BAD_THINGS), (1, _GOOD_THINGS))
        for thing in pattern.finditer(clause)
        if thing.end() <= match.start() or thing.start() >= match.end()
    ]
    if near:
        return way * min(near)[1]
    if fact.metric in _RATIOS or fact.favours == "lower":
        return way * good
    return 0


def _is_denied(clause: str, match: re.Match[str]) -> bool:
    return _NOT_BEFORE.search(clause[max(0, match.start() - 25) : match.start()]) is not None


def _of_size(clause: str, fact: Fact) -> Iterator[Doubtful]:
    size = _size(fact)
    if size is None:
        return
    scale = 1 if fact.metric in {"r", "beta"} else 0
    for match in _SIZE.finditer(clause):
        if not _AFTER_SIZE.match(clause, match.end()) or _is_denied(clause, match):
            continue
        of_effect = re.match(rf"\s(?:\w+\s)?{_SIZE_NOUN}\b", clause[match.end() :], re.IGNORECASE)
        if not of_effect and not _BEFORE_SIZE.search(clause[: match.start()]):
            continue
        around = clause[max(0, match.start() - 18) : match.end() + 14]
        if re.search(r"\b(?:to|à|from|or|ou)\b", around):
            continue  # “small to moderate”, “from a small link to a large one”
        at_least, below = _FITS[str(match.lastgroup)][scale]
        if not at_least <= size < below:
            yield Doubtful("size", match[0], fact)
            return


def _size(fact: Fact) -> float | None:
    value = float(fact.value)
    if fact.metric in {"d", "g", "SMD", "r", "beta"}:
        return abs(value)
    if fact.metric == "OR" and value > 0:
        return abs(math.log(value)) * math.sqrt(3) / math.pi
    return None
