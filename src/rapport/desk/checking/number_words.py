"""Numbers in words: “two hundred and eleven”, “quatre-vingt-dix-sept”.

Each language has its small grammar, which reads words from left to right and stops where the next word cannot belong
to the number: “twenty-two” is one number, “two three” are two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

_EN: Final = {
    word: value
    for value, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        1,
    )
} | {
    word: 10 * value
    for value, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_EN_SCALES: Final = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_FR: Final = (
    {
        word: value
        for value, word in enumerate(
            [
                "un",
                "deux",
                "trois",
                "quatre",
                "cinq",
                "six",
                "sept",
                "huit",
                "neuf",
                "dix",
                "onze",
                "douze",
                "treize",
                "quatorze",
                "quinze",
                "seize",
            ],
            1,
        )
    }
    | {"une": 1, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
    | {"septante": 70, "huitante": 80, "octante": 80, "nonante": 90}
)
_FR_SCALES: Final = {"cent": 100, "cents": 100, "mille": 1000, "million": 1_000_000, "millions": 1_000_000}

_WORD: Final = {
    "en": re.compile(
        rf"(?<![\w-])(?:a\s(?={'|'.join(_EN_SCALES)}\b))?(?:{'|'.join([*_EN, *_EN_SCALES])})\b", re.IGNORECASE
    ),
    "fr": re.compile(rf"(?<![\w-])(?:{'|'.join(sorted([*_FR, *_FR_SCALES], key=len, reverse=True))})\b", re.IGNORECASE),
}
_NEXT: Final = {
    "en": re.compile(rf"[\s\u00a0-]{{1,2}}(?P<and>and\s)?(?P<word>{'|'.join([*_EN, *_EN_SCALES])})\b", re.IGNORECASE),
    "fr": re.compile(
        rf"[\s\u00a0-]{{1,2}}(?P<and>et[\s\u00a0-])?"
        rf"(?P<word>{'|'.join(sorted([*_FR, *_FR_SCALES], key=len, reverse=True))})\b",
        re.IGNORECASE,
    ),
}


class NumberInWords(NamedTuple):
    """A number and where its words stand: text[start:end]."""

    start: int
    end: int
    value: int


def numbers_in_words(text: str, language: str) -> Iterator[NumberInWords]:
    """Every number that `text` writes in words, in English or French; none in another language."""
    first = _WORD.get(language)
    if first is None:
        return
    following, takes = _NEXT[language], _TAKES[language]
    at = 0
    while match := first.search(text, at):
        words = match[0].lower().split()
        state = takes((0, 0), words[-1], False)
        end = match.end()
        while state is not None and (more := following.match(text, end)):
            longer = takes(state, more["word"].lower(), more["and"] is not None)
            if longer is None:
                break
            state, end = longer, more.end()
        if state is not None:
            yield NumberInWords(match.start(), end, sum(state))
        at = end


_State = tuple[int, int]  # thousands and more so far; what is below a thousand


def _take_en(state: _State, word: str, after_and: bool) -> _State | None:
    done, here = state
    if word in _EN_SCALES:
        scale = _EN_SCALES[word]
        if after_and:
            return None
        if scale == 100:
            return (done, (here or 1) * 100) if here < 100 and (here or not done) else None
        if done and scale >= _smallest_scale(done):
            return None
        return done + (here or 1) * scale, 0
    value = _EN[word]
    if after_and and not (here and here % 100 == 0) and not (done and not here):
        return None
    rest = here % 100
    fits = rest == 0 if value >= 10 else rest == 0 or (rest >= 20 and rest % 10 == 0)
    return (done, here + value) if fits else None


def _take_fr(state: _State, word: str, after_and: bool) -> _State | None:
    done, here = state
    if word in _FR_SCALES:
        scale = _FR_SCALES[word]
        if after_and:
            return None
        if scale == 100:
            return (done, (here or 1) * 100) if here < 10 else None
        if done and scale >= _smallest_scale(done):
            return None
        return done + (here or 1) * scale, 0
    value, rest = _FR[word], here % 100
    if after_and and not (value in {1, 11} and rest >= 20 and rest % 10 == 0):
        return None
    if value == 20 and rest == 4:
        return done, here + 76
    if value >= 20:
        fits = rest == 0
    elif value >= 10:
        fits = rest in {0, 60, 80}
    else:
        fits = rest % 10 == 0 and (rest != 10 or value >= 7)
    return (done, here + value) if fits else None


def _smallest_scale(done: int) -> int:
    return 1000 if done % 1_000_000 else 1_000_000


_TAKES: Final[dict[str, Callable[[_State, str, bool], _State | None]]] = {"en": _take_en, "fr": _take_fr}
