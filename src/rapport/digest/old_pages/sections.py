"""Lines that say what follows: headings of sections, labels, and what stands at a page's foot."""

from __future__ import annotations

import re
from typing import Final

_SECTIONS: Final = {
    "implications": re.compile(
        r"(?:(?:(?:clinical|practice|practical|therapeutic)\s+)?implications?"
        r"(?:\s+(?:for|of|in)\s+(?:the\s+)?[\w\s-]{3,40})?"
        r"|implications?\s+(?:pour\s+(?:la|votre)\s+pratique|cliniques?|pratiques?)(?:\s+clinique)?"
        r"|what\s+this\s+means\s+for\s+(?:practice|therapists)|(?:practice|clinical)\s+points?)",
        re.I,
    ),
    "limitations": re.compile(r"(?:study\s+)?limitations?|limites?(?:\s+de\s+l[’']étude)?", re.I),
}
_INLINE: Final = re.compile(r"(?P<heading>[^:.\n]{4,60}?)\s*(?::|\s[–—]|\.(?=\s))\s*(?P<rest>\S.*)", re.S)
_LABELS: Final = re.compile(
    r"(?P<label>topics?|tags?|tagged(?:\s+(?:with|as|in))?|categor(?:y|ies)|filed\s+(?:under|in)|posted\s+in|labels?"
    r"|thèmes?|étiquettes?|catégories?|libellés?|type\s+of\s+research|research\s+type|study\s+type"
    r"|type\s+de\s+recherche)\s*(?::|(?<=in)\s|(?<=under)\s|(?<=tagged)\s)\s*(?P<values>\S.{0,300})",
    re.I,
)
_NOISE: Final = re.compile(
    r"(?:share(?:\s+(?:this|on|via)\b.*)?|partager(?:\s.*)?|tweet|pin it|e-?mail(?: this)?|print(?: page)?|imprimer"
    r"|like this:?|like loading.*|facebook|twitter|linkedin|x|permalink|menu|search|home|edit this.*"
    r"|references?|citations?|références?|sources?"
    r"|read (?:more|the full (?:entry|article|post)).{0,30}|lire la suite.{0,10}|continue reading.{0,80}"
    r"|(?:\d+|no|aucun|leave a|add a|post a|laisser un) (?:comments?|commentaires?|reply|responses?)"
    r"|comments? (?:are )?(?:off|closed).*|back to top|retour en haut|skip to (?:main )?content"
    r"|(?:older|newer|previous|next) (?:posts?|entries|entry|page).*|at \d\d?:\d\d.*|\d+ min(?:ute)?s? read"
    r"|[«‹←→›»|\s]*(?:previous|next|older|newer|précédent|suivant)[«‹←→›»|\s]*(?:(?:[|«‹←→›»]|next|suivant).{0,60})?)"
    r"\s*[.»›→:]*",
    re.I,
)
_FOOT: Final = re.compile(
    r"(?:©|\(c\)\s|copyright\b|all rights reserved|tous droits réservés|(?:proudly )?powered by|privacy policy"
    r"|politique de confidentialité|terms of (?:use|service)|contact(?:ez|s)?(?:[\s-](?:us|nous))?$|follow us"
    r"|suivez-nous|subscribe\b.{0,60}$|abonnez-vous|sign up for|related (?:posts|articles)|recent (?:posts|comments)"
    r"|you (?:may|might) also like|leave a (?:reply|comment)|laisser un commentaire|your email address will not"
    r"|(?:blog )?archives?$|categories$|about (?:us|this (?:site|blog|digest))$|we use cookies|ce site utilise"
    r"|you (?:are )?receiv(?:e|ing) this|vous recevez ce|to unsubscribe|unsubscribe$)",
    re.I,
)


def section_of(text: str) -> str | None:
    """Which part of an entry a line by itself begins: “Practice Implications” → “implications”."""
    text = text.strip().rstrip(":.").strip()
    if len(text) > 70:
        return None
    return next((name for name, pattern in _SECTIONS.items() if pattern.fullmatch(text)), None)


def inline_section(text: str, lead: str = "") -> tuple[str, str] | None:
    """The part that a paragraph begins with its first words, and the rest of it: “Implications: ask.”

    `lead` is what stands in bold at its beginning; without one, a colon or a dash must part the two.
    """
    if lead and (name := section_of(lead)):
        return name, text[len(lead) :].lstrip(" :.–—-\u00a0")
    found = _INLINE.match(text)
    if found is None or (text[found.end("heading")] == "." and not found["heading"].istitle()):
        return None
    name = section_of(found["heading"])
    return (name, found["rest"]) if name else None


def label_of(text: str) -> tuple[str, str] | None:
    """A line that files an entry: “Topics: Alliance, Empathy” → ("topics", "Alliance, Empathy")."""
    found = _LABELS.fullmatch(text) if len(text) < 340 else None
    return (" ".join(found["label"].lower().split()), found["values"].strip()) if found else None


def is_noise(text: str) -> bool:
    """Words of a page's machinery: share, print, read more."""
    return len(text) < 120 and _NOISE.fullmatch(text.strip()) is not None


def is_foot(text: str) -> bool:
    """The beginning of what stands below the last entry: copyright, contact, related posts."""
    return len(text) < 300 and _FOOT.match(text.strip()) is not None
