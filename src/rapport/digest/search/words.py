"""Text as the words that searching compares: folded, cut, and brought to their stems.

A word is searched by its stem in each language of the digest, because an entry may be in either and a reader
may ask in either. Accents are folded before stemming, so that « séances » and « seances » are one word.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer  # type: ignore[import-untyped]  # it ships no types

from rapport.web.folding import fold

LONGEST_WORD = 40  # what is longer is not a word, and would only fill the index
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’](?=.)")
PLAIN_WORD = re.compile(r"[a-z0-9]+")
PART = re.compile(r"[^\W_]+")
POSSESSIVE = re.compile(r"['’]s$")
ACCENT_LOST = [("ees", "ées"), ("ee", "ée"), ("ites", "ités"), ("ite", "ité")]
Phrase = tuple[str, ...]  # stems that stand one after the other
SNOWBALL = {"en": "english", "fr": "french"}
_own = threading.local()

# Words that say how a question is put and not what it is about.
STOPWORDS = frozenset(
    """
    a about after all also am an and any are as at be because been before being between both but by can could did do
    does doing don during each for from get gets getting got had has have having he her here hers him his how i if in
    into is isn it its just let like make makes me more most much my myself no nor not of off on once one ones only or
    other our out over own really same shall she should so some such than that the their them then there these they
    thing things this those through to too under until up us very was we were what when where whether which while who
    whom whose why will with without would you your yours
    anybody anyone ask asks better best come comes coming else ever every everyone find finds gives go goes going good
    keep keeps know kind lot maybe mean means might must need needs never one people person quite rather really right
    say says see seeing seem seems since somebody someone something sometimes still sure tell tells think thinks time
    actually aren couldn day days didn doesn enough especially feel feels feeling felt gone hadn hasn haven job ll lots
    many nothing often part parts re rather so something soon such take takes talk talking today together took true try
    trying two use used using usually ve versus vs wasn way ways week weeks well weren wouldn yes yet

    ai alors au aucun aussi autre aux avec avez avoir avons c ce cela celle celles celui ces cet cette ceux chez ci
    comme comment d dans de des donc dont du elle elles en entre es est et etais etait etaient etant etc ete etre eu
    eux fait faire faut font ici il ils j je jusque l la le les leur leurs lors lui m ma mais meme mes moi mon n ne ni
    nos notre nous ou par parce pas pendant peu peut peuvent plus pour pourquoi qu quand que quel quelle quelles quels
    qui quoi s sa sans se sera ses si sont sous sur t ta te tes toi ton tous tout toute toutes tres tu un une vos votre
    vous y
    aller allait beaucoup bien bon bonne ca certain certaine certaines certains chaque chose choses deja depuis dire dit
    dois doit doivent encore exactement faudrait jamais lorsque mettre mieux moins or parfois personne personnes plutot
    possible quelque quelques quelqu rien savoir seulement si son souvent sur surtout tellement toujours trop trouver va
    combien demande dessus elle gens jour jours laisser lieu moment mieux nous parler plusieurs point prendre semble
    semaine semaines suis tete train travers vaut vaut vais vient venant venir venu voir vraiment vrai veut vont
    """.split()  # noqa: SIM905  # prose is easier to read and to add to than a list of two hundred strings
)


def words_of(text: str) -> list[str]:
    if text.isascii() and "'" not in text:  # nothing to fold or to take off: many times quicker
        return [word[:LONGEST_WORD] for word in PLAIN_WORD.findall(text.lower())]
    return [word for word, _, _ in cut(unicodedata.normalize("NFC", text))]


def cut(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of `text`, which is in NFC, and where each stands. “d’abandon” is “abandon”, “client’s” is “client”."""
    for match in WORD.finditer(text):
        written, start = match[0], match.start()
        if written.isalnum() and written.isascii():  # most words: nothing to take off, nothing to fold
            yield written.lower()[:LONGEST_WORD], start, match.end()
            continue
        elided, owned = ELISION.match(written.lower()), POSSESSIVE.search(written)
        own = written[elided.end() if elided else 0 : -2 if owned else None]
        start += elided.end() if elided else 0
        for part in PART.finditer(own):
            folded = "".join(character for character in fold(part[0]) if character.isalnum())
            if folded:
                yield folded[:LONGEST_WORD], start + part.start(), start + part.end()


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """The stem of a folded word."""
    if not word.isascii() or word.isdigit():
        return word
    if language == "fr":
        for lost, restored in ACCENT_LOST:  # the French stemmer tells endings by their accents
            if word.endswith(lost):
                word = word.removesuffix(lost) + restored
                break
    return fold(str(_stemmer(SNOWBALL.get(language, "english")).stemWord(word)))


def stems(word: str) -> tuple[str, ...]:
    """The stems of a folded word in every language, without repetition."""
    return tuple(dict.fromkeys(stem(word, language) for language in SNOWBALL))


def is_stopword(word: str) -> bool:
    return word in STOPWORDS


def _stemmer(name: str) -> snowballstemmer.stemmer:
    """A stemmer of this thread's own: it keeps the word it works on in itself."""
    if not hasattr(_own, name):
        setattr(_own, name, snowballstemmer.stemmer(name))
    return getattr(_own, name)
