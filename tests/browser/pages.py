"""One page of every kind, from the sample digest.

An entry is asked for by its slug alone: our server leads from any month to the one it stands in.
"""

ENTRY = "/2000/01/one-in-five-leaves-early/"
RICH_ENTRY = "/2000/01/stronger-alliance-better-outcome/"
DISAGREEMENT = "/2000/01/less-skilled-online/"
TOPIC = "/topics/drop-out/"
RESEARCH_TYPE = "/types/meta-analysis/"

PAGES = {
    "home": "/",
    "home in French": "/fr/",
    "issue": "/2023/01/",
    "entry": ENTRY,
    "entry with many findings": RICH_ENTRY,
    "entry in French": f"/fr{ENTRY}",
    "entry without French": "/fr/2000/01/after-a-suicide-attempt/",
    "entry with disagreement": DISAGREEMENT,
    "topic with forest": TOPIC,
    "topic in French": f"/fr{TOPIC}",
    "research type": RESEARCH_TYPE,
    "research type in French": f"/fr{RESEARCH_TYPE}",
    "findings": f"{TOPIC}findings/",
    "topics": "/topics/",
    "research types": "/types/",
    "browse": "/browse/",
    "browse in French": "/fr/browse/",
    "browse with choices": "/browse/?topic=drop-out&type=meta-analysis",
    "search": "/browse/?q=client+keeps+cancelling",
    "search in French": "/fr/browse/?q=le+patient+ne+fait+pas+confiance&type=meta-analysis",
    "search with slips": "/browse/?q=theraputic+aliance+xyzzyplugh",
    "search with no result": "/browse/?q=xyzzyplugh",
    "browse with no result": "/browse/?topic=drop-out&year=1999",
    "archive": "/archive/",
    "year": "/2023/",
    "articles": "/articles/",
    "subscribe": "/subscribe/",
    "subscribe in French": "/fr/subscribe/",
    "subscribe with a feed picked": "/subscribe/?topic=drop-out&topic=client-factors&type=meta-analysis&language=fr",
    "letters": "/letters/subscribe/",
    "letters in French": "/fr/letters/subscribe/",
    "letters asked for": "/letters/asked/",
    "letter that is none": "/letters/preferences/x/",
    "about": "/about/",
    "accessibility": "/accessibility/",
    "privacy": "/privacy/",
    "for programs": "/api/",
    "for programs in French": "/fr/api/",
    "not found": "/topics/drop-outs/",
    "not understood": "/browse/?topic=drop-outs",
}
