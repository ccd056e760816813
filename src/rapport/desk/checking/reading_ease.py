"""How long a text is, and how easily it reads.

English: Flesch (1948, *Journal of Applied Psychology, 32*, 221–233), 206.835 − 1.015 × words a sentence − 84.6 ×
syllables a word. French: Kandel and Moles (1958, *Cahiers d’études de radio-télévision, 19*, 253–274), who fitted the
same to French: 207 − 1.015 × words a sentence − 73.6 × syllables a word.

Both were fitted to syllables counted by ear. Here they are counted by where a word may be divided (pyphen, with the
patterns of LibreOffice) and by groups of vowels, whichever gives more, since a dictionary leaves “idea” in one piece.
A number counts as one word of one syllable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import pyphen

from rapport.desk.checking.reading import readable, sentences_of


@dataclass(frozen=True, slots=True)
class ReadingEase:
    """Words, sentences and syllables of a text, and its reading ease: 0 (hard) to 100 (easy); None for no words."""

    words: int
    sentences: int
    syllables: int
    score: int | None


_WORD: Final = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|\d+(?:[.,\u202f\u00a0]\d+)*")
_FORMULAS: Final = {"en": (206.835, 1.015, 84.6), "fr": (207.0, 1.015, 73.6)}
_DICTIONARIES: Final = {"en": "en_US", "fr": "fr"}
_LONGEST: Final = 40  # letters of a word; what is longer is no word


def reading_ease(text: str, *, language: str) -> ReadingEase:
    """The reading ease of a Markdown text in English (Flesch, 1948) or French (Kandel & Moles, 1958).

    In another language only words and sentences are counted.
    """
    bare = readable(text)
    sentences = sum(1 for start, end in sentences_of(bare) if _WORD.search(bare, start, end))
    words = _WORD.findall(bare)
    formula = _FORMULAS.get(language)
    if not words or formula is None:
        return ReadingEase(len(words), sentences, 0, None)
    syllables = sum(_syllables(word.lower(), language) for word in words)
    whole, a_word, a_syllable = formula
    score = whole - a_word * len(words) / max(1, sentences) - a_syllable * syllables / len(words)
    return ReadingEase(len(words), sentences, syllables, round(min(100.0, max(0.0, score))))


@cache
def _dictionary(language: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=_DICTIONARIES[language])


@lru_cache(maxsize=20_000)
def _syllables(word: str, language: str) -> int:
    if word[0].isdecimal() or len(word) > _LONGEST:
        return 1
    return sum(
        max(1, len(_dictionary(language).positions(part)) + 1, _vowel_groups(part, language))
        for part in re.split(r"[-]", word)
    )


_VOWELS: Final = {"en": re.compile(r"[aeiouy]+"), "fr": re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+")}
# What is written and not heard: “made”, “walked”; « parle », « parlent ».
_SILENT: Final = {
    "en": re.compile(r"(?<=[^aeiouyl])es?$|(?<=[aeiouy]l)es?$|(?<=[^aeiouytd])ed$"),
    "fr": re.compile(r"(?<=[^aeiouyéèêîïôûü])e(?:s|nt)?$|(?<=[aiouyéèîïôûü])es?$"),
}


# Vowels that stand together and are heard apart: “client”, “media”, “idea”; « séance », « théorie ».
_APART: Final = {
    "en": re.compile(r"(?<=[^tcsgq])i(?=[aou])|(?<=[lr])i(?=en[^d])|ea$|eo(?!u|ple)"),
    "fr": re.compile(r"é(?=[aoué])|ï|ë(?=[lm])"),
}


def _vowel_groups(word: str, language: str) -> int:
    heard = _SILENT[language].sub("", word)
    return len(_VOWELS[language].findall(heard)) + len(_APART[language].findall(word))
