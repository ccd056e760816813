"""The invented articles, and each as every service would tell it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final
from xml.sax.saxutils import escape as escape_xml

Invented = Mapping[str, Any]
_LABELS: Final = {"retraction": "Retraction", "concern": "Expression of concern", "correction": "Correction"}
_CROSSREF_TYPES: Final = {"concern": "expression_of_concern"}
_PUBMED_TYPES: Final = {
    "retraction": "RetractionIn",
    "concern": "ExpressionOfConcernIn",
    "correction": "ErratumIn",
}


@cache
def invented() -> tuple[Invented, ...]:
    """Every article, as `articles.json` has it."""
    return tuple(json.loads(files(__package__).joinpath("articles.json").read_text(encoding="utf-8")))


def known_to(service: str, notices: Mapping[str, list[Invented]]) -> list[Invented]:
    """The articles that a service knows, each as that service has it, with the notices that have come since."""
    known: list[Invented] = []
    for article in invented():
        if service not in article.get("absent", ()):
            own = article.get("differ", {}).get(service, {})
            told = [*article.get("notices", ()), *notices.get(article["doi"].casefold(), ())]
            has_abstract = service not in article.get("without_abstract", ())
            known.append({**article, **own, "notices": told, "abstract": article["abstract"] if has_abstract else []})
    return known


def year(article: Invented) -> int:
    return int(article.get("year") or (article.get("print") or article["online"])[0])


def is_retracted(article: Invented) -> bool:
    return any(notice["kind"] == "retraction" for notice in article["notices"])


def whole_title(article: Invented) -> str:
    title = re.sub(r"<[^>]+>", "", article["title"])
    return f"{title}: {article['subtitle']}" if article.get("subtitle") else title


def best(articles: Iterable[Invented], words: str, *, most: int = 5) -> list[Invented]:
    """The articles that have most of the words, as a search engine would give them."""
    wanted = set(re.findall(r"\w+", words.casefold()))
    scored = []
    for article in articles:
        names = " ".join(author.get("family") or author["name"] for author in article["authors"])
        own = set(re.findall(r"\w+", f"{whole_title(article)} {names} {article['journal']}".casefold()))
        if shared := len({word for word in wanted & own if len(word) > 3}):
            scored.append((-shared, article["doi"], article))
    return [article for _, _, article in sorted(scored, key=lambda score: score[:2])][:most]


# --- Crossref -------------------------------------------------------------------------------------


def crossref_work(article: Invented) -> dict[str, Any]:
    title = f"RETRACTED: {article['title']}" if is_retracted(article) else article["title"]
    dates = {
        "published-print": article.get("print"),
        "published-online": article.get("online"),
        "issued": article.get("online") or article.get("print"),
    }
    work: dict[str, Any] = {
        "DOI": article["doi"].lower(),
        "type": article["type"],
        "title": [escape(title, quote=False).replace("&lt;", "<").replace("&gt;", ">")],
        "subtitle": [article["subtitle"]] if article.get("subtitle") else [],
        "author": [_crossref_author(author) for author in article["authors"]],
        "publisher": "Invented Press",
        "language": article["language"],
        **{name: {"date-parts": [date]} for name, date in dates.items() if date},
    }
    if article["type"] == "posted-content":
        work["institution"] = [{"name": article["journal"]}]
    else:
        work["container-title"] = [escape(article["journal"], quote=False)]
    for name, field in (
        ("volume", "volume"),
        ("issue", "issue"),
        ("pages", "page"),
        ("article_number", "article-number"),
    ):
        if article.get(name):
            work[field] = article[name]
    if article["abstract"]:
        work["abstract"] = "<jats:title>Abstract</jats:title>" + "".join(
            _jats(heading, text) for heading, text in article["abstract"]
        )
    if article.get("pii"):
        work["alternative-id"] = [article["pii"]]
    if article["notices"]:
        work["updated-by"] = [{"DOI": notice["doi"], **_update(notice)} for notice in article["notices"]]
    return work


def crossref_notices(article: Invented) -> list[dict[str, Any]]:
    """The notices about an article, as works of their own that say what they update."""
    return [
        {
            "DOI": notice["doi"],
            "type": "journal-article",
            "title": [f"{_LABELS[notice['kind']]}: {article['title']}"],
            "container-title": [article["journal"]],
            "issued": {"date-parts": [notice["on"]]},
            "update-to": [{"DOI": article["doi"].lower(), **_update(notice)}],
        }
        for notice in article["notices"]
    ]


def _update(notice: Invented) -> dict[str, Any]:
    return {
        "type": _CROSSREF_TYPES.get(notice["kind"], notice["kind"]),
        "label": _LABELS[notice["kind"]],
        "source": notice["source"],
        "updated": {"date-parts": [notice["on"]]},
    }


def _crossref_author(author: Invented) -> dict[str, Any]:
    return {**author, "sequence": "additional", "affiliation": []}


def _jats(heading: str, text: str) -> str:
    paragraph = f"<jats:p>{escape(text, quote=False)}</jats:p>"
    return f"<jats:sec><jats:title>{heading}</jats:title>{paragraph}</jats:sec>" if heading else paragraph


# --- OpenAlex -------------------------------------------------------------------------------------


def openalex_work(article: Invented) -> dict[str, Any]:
    first, _, last = article.get("pages", article.get("article_number", "")).partition("-")
    words = " ".join(f"{heading}: {text}" if heading else text for heading, text in article["abstract"]).split()
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        places.setdefault(word, []).append(place)
    work_id = "https://openalex.org/W" + re.sub(r"\D", "", article["doi"])
    ids = {"openalex": work_id, "doi": f"https://doi.org/{article['doi'].lower()}"}
    if article.get("pmid"):
        ids["pmid"] = f"https://pubmed.ncbi.nlm.nih.gov/{article['pmid']}"
    return {
        "id": work_id,
        "doi": ids["doi"],
        "ids": ids,
        "title": whole_title(article),
        "display_name": whole_title(article),
        "publication_year": article.get("year") or (article.get("online") or article["print"])[0],
        "language": article["language"],
        "type": "preprint" if article["type"] == "posted-content" else "article",
        "primary_location": {"raw_type": article["type"], "source": {"display_name": article["journal"]}},
        "authorships": [
            {"author": {"display_name": f"{author.get('given', '')} {author.get('family') or author['name']}".strip()}}
            for author in article["authors"]
        ],
        "biblio": {
            "volume": article.get("volume"),
            "issue": article.get("issue"),
            "first_page": first or None,
            "last_page": last or first or None,
        },
        "is_retracted": is_retracted(article),
        "topics": [],
        "keywords": [{"display_name": subject} for subject in article.get("subjects", ())],
        "abstract_inverted_index": places or None,
    }


# --- PubMed ---------------------------------------------------------------------------------------


def pubmed_article(article: Invented) -> str:
    """An article as efetch prints it."""
    x = escape_xml
    authors = "".join(_pubmed_author(author) for author in article["authors"])
    abstract = "".join(
        f'<AbstractText Label="{x(heading.upper())}">{x(text)}</AbstractText>'
        if heading
        else f"<AbstractText>{x(text)}</AbstractText>"
        for heading, text in article["abstract"]
    )
    types = [*article.get("types", ("Journal Article",)), *(["Retracted Publication"] if is_retracted(article) else [])]
    notices = "".join(
        f'<CommentsCorrections RefType="{_PUBMED_TYPES[notice["kind"]]}"><RefSource>{x(article["journal"])}. '
        f"{notice['on'][0]};: doi: {x(notice['doi'])}</RefSource></CommentsCorrections>"
        for notice in article["notices"]
    )
    month = (article.get("print") or article["online"])[1]
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{article["pmid"]}</PMID>'
        f"<Article><Journal><JournalIssue><Volume>{x(article['volume'])}</Volume><Issue>{x(article['issue'])}</Issue>"
        f"<PubDate><Year>{year(article)}</Year><Month>{month:02}</Month></PubDate></JournalIssue>"
        f"<Title>{x(article['journal'])}</Title></Journal><ArticleTitle>{x(whole_title(article))}.</ArticleTitle>"
        f"<Pagination><MedlinePgn>{x(article.get('pages') or article['article_number'])}</MedlinePgn></Pagination>"
        f'<ELocationID EIdType="doi" ValidYN="Y">{x(article["doi"])}</ELocationID>'
        f'<Abstract>{abstract}</Abstract><AuthorList CompleteYN="Y">{authors}</AuthorList>'
        f"<Language>{'fre' if article['language'] == 'fr' else 'eng'}</Language><PublicationTypeList>"
        + "".join(f"<PublicationType>{x(kind)}</PublicationType>" for kind in types)
        + f"</PublicationTypeList></Article><CommentsCorrectionsList>{notices}</CommentsCorrectionsList>"
        + "<MeshHeadingList>"
        + "".join(
            f"<MeshHeading><DescriptorName>{x(subject)}</DescriptorName></MeshHeading>"
            for subject in article.get("subjects", ())
        )
        + "</MeshHeadingList></MedlineCitation><PubmedData><ArticleIdList>"
        + f'<ArticleId IdType="pubmed">{article["pmid"]}</ArticleId>'
        + f'<ArticleId IdType="doi">{x(article["doi"])}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>'
    )


def pubmed_set(articles: Iterable[Invented]) -> str:
    return (
        '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
        '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
        + "\n".join(map(pubmed_article, articles))
        + "\n</PubmedArticleSet>"
    )


def _pubmed_author(author: Invented) -> str:
    if "name" in author:
        return f"<Author><CollectiveName>{escape_xml(author['name'])}</CollectiveName></Author>"
    given = author["given"].replace(".", "")
    letters = "".join(word[0] for word in re.split(r"[\s-]+", given) if word)
    return (
        f"<Author><LastName>{escape_xml(author['family'])}</LastName><ForeName>{escape_xml(given)}</ForeName>"
        f"<Initials>{letters}</Initials></Author>"
    )


# --- Europe PMC -----------------------------------------------------------------------------------


def europe_pmc_result(article: Invented) -> dict[str, Any]:
    is_preprint = article["type"] == "posted-content"
    result: dict[str, Any] = {
        "id": article.get("pmid") or f"PPR{re.sub(r'[^0-9]', '', article['doi'])}",
        "source": "PPR" if is_preprint else "MED",
        "doi": article["doi"],
        "title": f"{whole_title(article)}.",
        "authorList": {"author": [_europe_pmc_author(author) for author in article["authors"]]},
        "pubYear": str(year(article)),
        "pageInfo": article.get("pages") or article.get("article_number", ""),
        "language": "fre" if article["language"] == "fr" else "eng",
        "pubTypeList": {
            "pubType": [
                *article.get("types", ("Preprint",) if is_preprint else ("Journal Article",)),
                *(["Retracted Publication"] if is_retracted(article) else []),
            ]
        },
        "journalInfo": {
            "volume": article.get("volume", ""),
            "issue": article.get("issue", ""),
            "yearOfPublication": year(article),
            "journal": {"title": article["journal"]},
        },
        "meshHeadingList": {"meshHeading": [{"descriptorName": subject} for subject in article.get("subjects", ())]},
        "abstractText": "".join(
            f"<h4>{heading}</h4>{escape(text, quote=False)}" if heading else escape(text, quote=False)
            for heading, text in article["abstract"]
        ),
    }
    result.update({name: article[name] for name in ("pmid", "pmcid") if article.get(name)})
    return result


def _europe_pmc_author(author: Invented) -> dict[str, str]:
    if "name" in author:
        return {"collectiveName": author["name"]}
    return {"lastName": author["family"], "firstName": author["given"].replace(".", "")}
