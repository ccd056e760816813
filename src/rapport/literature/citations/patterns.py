"""How the parts of a printed reference look: what `reading` takes references apart by."""

from __future__ import annotations

import re
from typing import Final

UPPER: Final = r"A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽА-ЯΑ-Ω"
LABEL: Final = re.compile(
    r"^\s*(?:(?:full )?(?:citation|reference|article|source|référence|article cité)s?\s*[:–—]\s*)", re.IGNORECASE
)
MONTHS: Final = r"[^()]{0,40}"
DATE: Final = re.compile(
    rf"\((?:(?P<year>(?:1[89]|2\d)\d\d)(?P<letter>[a-z])?(?:[,/–-]\s?{MONTHS})?"
    r"|in press[a-z\s,-]{0,20}|sous presse|n\.\s?d\.|s\.\s?d\.|no date)\)",
    re.IGNORECASE,
)
PMID: Final = re.compile(r"\s*\(?\bPMID:?\s*(\d{1,12})\)?\.?", re.IGNORECASE)
DOI: Final = re.compile(
    r"(?:(?P<host>https?://(?:dx\.)?doi\.org/)|\bdoi:?\s*)(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?"
    r"(?P<doi>10\.\d{4,9}/\S+)",
    re.IGNORECASE,
)
URL: Final = re.compile(r"(?:(?:Retrieved|Repéré)[^.]{0,60}?(?:from|à)\s+)?(?P<url>https?://\S+)", re.IGNORECASE)
ADVANCE: Final = re.compile(
    r"(?:Advance(?:d)? online publication|Online first publication|Online ahead of print|Epub ahead of print"
    r"|Publication anticipée en ligne)[^.]{0,40}\.?",
    re.IGNORECASE,
)
PAGES: Final = r"(?:pp?\.\s?)?(?P<pages>[A-Za-z]?\d{1,7}(?:\s?(?:–|—|--?)\s?[A-Za-z]?\d{1,7})?)"
PLACE: Final = re.compile(
    r"(?:,\s*|\s(?=\d{1,4}\s?(?:\([^()]{1,30}\))?\s?:\s?[A-Za-z]?\d))"
    r"(?:(?:vol(?:ume)?\.?\s*)?(?P<volume>[A-Za-z]{0,6}\s?\d[\w./–-]{0,14}?)\s?(?=[(,.:]|$))?"
    r"(?:\((?P<issue>[^()]{1,30})\))?"
    rf"(?:(?:(?<=[\d\w)]),|(?<=\d):|(?<=\)):|(?<=,))\s*(?:(?:Article|Art\.)\s(?P<article>[\w.]{{1,30}}?)|{PAGES}))?"
    r"\s*\.?\s*$"
)
CHAPTER: Final = re.compile(
    r"^(?P<title>.{1,600}?[.?!…][\"”’»]?)\s+(?:In|Dans):?\s+"
    r"(?:(?P<editors>.{1,600}?),?\s*\((?:Eds?\.|Hrsg\.|[Dd]irs?\.|éd\.|eds?\.)\),?\s*)"
    r"(?P<book>.{1,400}?)(?:\s*\((?:[^()]{0,30},\s*)?pp?\.\s?(?P<pages>[^()]{1,40})\))?\.(?P<rest>(?:\s.{0,200})?)$"
)
THESIS: Final = re.compile(
    r"\s*[\[(](?:Thesis|Thèse|(?:(?:Un)?published )?(?:doctoral|master[’']?s?)[^,\])]{0,40}"
    r"|Thèse de doctorat[^,\])]{0,40})(?:,\s*(?P<publisher>[^\])]{1,200}))?[\])]\.?",
    re.IGNORECASE,
)
AMA: Final = re.compile(
    r"(?<=\.)\s*(?P<year>(?:19|20)\d\d)(?:\s[A-Z][a-z]{2,8}(?:\s\d{1,2})?)?;\s*(?P<volume>[\w]{1,12})"
    r"(?:\s?\((?P<issue>[^()]{1,30})\))?(?:\s?:\s*(?P<pages>[A-Za-z]?\d{1,7}(?:\s?[–-]\s?[A-Za-z]?\d{1,7})?))?\.?\s*$"
)
NAME: Final = r"[^\W\d_][^\d,;.()]{0,60}?"
AMA_NAME: Final = re.compile(rf"(?P<family>{NAME})\s(?P<given>[{UPPER}]{{1,4}})")
AMA_AUTHORS: Final = re.compile(rf"{NAME}\s[{UPPER}]{{1,4}}(?:[,.]|\set\sal)")
INITIAL: Final = re.compile(rf"(?<![^\s,.&-])[{UPPER}][a-z]{{0,2}}\.|,\s[{UPPER}]{{1,3}}(?=[,\s]|$)")
INITIALS: Final = re.compile(
    rf"(?:[{UPPER}][a-z]{{0,2}}\.(?:\s?[-‐–]?\s?(?=[^\s]))?)+|[{UPPER}]{{1,3}}|[{UPPER}](?:\s[{UPPER}]){{1,3}}"
)
INITIALS_FIRST: Final = re.compile(
    rf"(?P<given>(?:[{UPPER}][a-z]{{0,2}}\.[\s-]{{0,2}}){{1,6}}|[{UPPER}]{{1,3}}\s)(?P<family>.{{1,100}})"
)
ENDS_IN_INITIAL: Final = re.compile(rf"(?<![^\s,.&-])(?:[{UPPER}][a-z]{{0,2}}|Jr|Sr)\.$")
SUFFIX: Final = re.compile(r"Jr\.?|Sr\.?|II|III|IV|fils|père")
ELLIPSIS: Final = re.compile(r",?\s*(?:…|\.\s?\.\s?\.)\s*&?\s*")
ET_AL: Final = re.compile(r",?\s*(?:&\s*)?\bet\s+al\b\.?", re.IGNORECASE)
JOINED: Final = re.compile(r"\s*,?\s*(?:&|\band\b|\bet\b(?!\sal))\s*")
PARTICLES: Final = {"van", "von", "de", "del", "della", "di", "da", "du", "le", "la", "ten", "ter", "el", "al", "den"}
BETWEEN_NAMES: Final = {*PARTICLES, "&", "and", "et", ""}
WITHIN_NAMES: Final = {*BETWEEN_NAMES, "of", "for", "the", "on", "in", "des", "pour", "les"}
RANGE: Final = re.compile(r"[A-Za-z]?\d+\s?[–-]\s?[A-Za-z]?\d+")
SENTENCE_END: Final = re.compile(rf"(?P<stop>[.?!…]+[\"”’»)\]]*)\s+(?=[“«\"‘]?[{UPPER}\d])")
ABBREVIATED: Final = re.compile(rf"[{UPPER}][a-z]{{0,7}}\.(?:\s[{UPPER}][a-z]{{0,7}}\.)*")
QUOTED_TITLE: Final = re.compile(r"(?P<quote>[“\"])(?P<title>[^“”\"]{3,400}[.,?!])[”\"]\s*(?P<rest>.{1,300})$")
REPOSITORIES: Final = {
    "psyarxiv", "arxiv", "medrxiv", "biorxiv", "osf preprints", "osf", "ssrn", "research square", "preprints.org",
}  # fmt: skip
JOURNAL: Final = re.compile(r"journal|review|revue|archives|annals|quarterly|bulletin|psychotherapy|science", re.I)
PUBLISHER: Final = re.compile(
    r"press\b|presses|publish|books?\b|wiley|springer|guilford|routledge|sage\b|elsevier|éditions?|university|norton"
    r"|association|karnac|academic",
    re.IGNORECASE,
)
