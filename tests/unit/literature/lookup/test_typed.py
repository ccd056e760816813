"""What somebody pastes is read as what it is."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.literature.lookup.typed import TypedKind, find_doi, read_typed

SICI = "10.1002/(SICI)1097-4679(199711)53:7<653::AID-JCLP3>3.0.CO;2-H"


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1037/pst0000172", "10.1037/pst0000172"),
        ("  10.1037/PST0000172.\n", "10.1037/PST0000172"),
        ("doi:10.1037/pst0000172", "10.1037/pst0000172"),
        ("DOI: 10.1037/pst0000172,", "10.1037/pst0000172"),
        ("https://doi.org/10.1037/pst0000172", "10.1037/pst0000172"),
        ("http://dx.doi.org/10.1037/pst0000172).", "10.1037/pst0000172"),
        ("doi.org/10.1037/pst0000172", "10.1037/pst0000172"),
        ("https://doi.org/10.1037%2Fpst0000172", "10.1037/pst0000172"),
        ("10.1037%2Fpst0000172", "10.1037/pst0000172"),
        ("<https://doi.org/10.1037/pst0000172>", "10.1037/pst0000172"),
        ("“10.1037/pst0000172”", "10.1037/pst0000172"),
        ("10.1037/pst\u200b0000172", "10.1037/pst0000172"),
        ("See 10.1037/pst0000172 (PMID: 30335448)", "10.1037/pst0000172"),
        # commas, parentheses, slashes, semicolons, angle brackets
        ("10.1016/S0140-6736(97)11096-0", "10.1016/S0140-6736(97)11096-0"),
        ("(10.1016/S0140-6736(97)11096-0)", "10.1016/S0140-6736(97)11096-0"),
        ("10.5555/inv(2025)07:3,211", "10.5555/inv(2025)07:3,211"),
        ("10.1093/a/b/c;d", "10.1093/a/b/c;d"),
        (SICI, SICI),
        (f"https://doi.org/{SICI}", SICI),
        (f"https://doi.org/{quote(SICI, safe='/')}", SICI),
        (f"https://onlinelibrary.wiley.com/doi/abs/{quote(SICI, safe='/')}", SICI),
        (SICI.replace("<", "&lt;").replace(">", "&gt;"), SICI),
        # publishers' links
        ("https://www.tandfonline.com/doi/full/10.1080/10503307.2018.1234567", "10.1080/10503307.2018.1234567"),
        (
            "https://www.tandfonline.com/doi/full/10.1080/10503307.2018.1234567?src=x",
            "10.1080/10503307.2018.1234567",
        ),
        ("https://onlinelibrary.wiley.com/doi/10.1002/jclp.22345/full", "10.1002/jclp.22345"),
        ("https://onlinelibrary.wiley.com/doi/pdf/10.1002/jclp.22345", "10.1002/jclp.22345"),
        ("https://www.frontiersin.org/articles/10.3389/fpsyg.2020.00001/full#h3", "10.3389/fpsyg.2020.00001"),
        ("https://link.springer.com/content/pdf/10.1007/s10488-020-01000-1.pdf", "10.1007/s10488-020-01000-1"),
        ("onlinelibrary.wiley.com/doi/10.1002/jclp.22345/full", "10.1002/jclp.22345"),
        ("https://psycnet.apa.org/doiLanding?doi=10.1037%2Fpst0000172", "10.1037/pst0000172"),
        ("https://psycnet.apa.org/doiLanding?doi=10.1037/pst0000172&x=1", "10.1037/pst0000172"),
        ("https://www.medrxiv.org/content/10.1101/2020.01.02.20012345v2.full.pdf", "10.1101/2020.01.02.20012345"),
    ],
)
def test_a_doi_is_read_in_any_form(text, doi):
    assert (read_typed(text).kind, read_typed(text).doi) == (TypedKind.DOI, doi)


@pytest.mark.parametrize(
    ("text", "kind", "field", "value"),
    [
        ("30335448", "pmid", "pmid", "30335448"),
        ("PMID: 30335448", "pmid", "pmid", "30335448"),
        ("PMID30335448", "pmid", "pmid", "30335448"),
        ("https://pubmed.ncbi.nlm.nih.gov/30335448/", "pmid", "pmid", "30335448"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/30335448?dopt=Abstract", "pmid", "pmid", "30335448"),
        ("pubmed.ncbi.nlm.nih.gov/30335448", "pmid", "pmid", "30335448"),
        ("https://europepmc.org/article/MED/30335448", "pmid", "pmid", "30335448"),
        ("PMC6481907", "pmcid", "pmcid", "PMC6481907"),
        ("PMCID: PMC6481907", "pmcid", "pmcid", "PMC6481907"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC6481907/", "pmcid", "pmcid", "PMC6481907"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC6481907", "pmcid", "pmcid", "PMC6481907"),
        ("https://www.sciencedirect.com/science/article/pii/S0005796720300012", "pii", "pii", "S0005796720300012"),
        ("sciencedirect.com/science/article/abs/pii/000579679500012X?via%3Dihub", "pii", "pii", "000579679500012X"),
        ("https://linkinghub.elsevier.com/retrieve/pii/s000579672030001x", "pii", "pii", "S000579672030001X"),
        ("https://www.thelancet.com/article/PIIS2215-0366(20)30001-2/fulltext", "pii", "pii", "S2215036620300012"),
        ("https://www.example.com/article/S0022-3999%2820%2930001-2/pdf", "pii", "pii", "S0022399920300012"),
        ("PII: S0005-7967(20)30001-2", "pii", "pii", "S0005796720300012"),
        ("see https://www.sciencedirect.com/science/article/pii/S0005796720300012.", "pii", "pii", "S0005796720300012"),
        ("https://www.sciencedirect.com/science/article/pii/S00057967203000123", "link", "pii", ""),
        ("https://www.example.org/articles/12", "link", "doi", ""),
        ("The alliance in adult psychotherapy.", "title", "title", "The alliance in adult psychotherapy"),
        ("Alliance 💬 and outcome", "title", "title", "Alliance 💬 and outcome"),
        ("10.1037", "title", "title", "10.1037"),
        ("   \n\t\0", "nothing", "title", ""),
    ],
)
def test_what_is_no_doi_is_read_as_what_it_is(text, kind, field, value):
    typed = read_typed(text)
    assert (typed.kind, getattr(typed, field), typed.text) == (kind, value, text)


def test_a_printed_reference_is_taken_apart_with_its_doi():
    line = (
        "Sam, S., & Rosa, R. (2021). Who leaves early. Journal of Examples, 1(2), 3–4. https://doi.org/10.5555/a(1)2."
    )
    typed = read_typed(line)
    assert (typed.kind, typed.doi, typed.title) == ("reference", "10.5555/a(1)2", "Who leaves early")
    assert typed.reference.authors == ("Sam, S.", "Rosa, R.")


# What a DOI may hold, without what also may end a sentence or a bracket round it
IN_A_DOI = st.text(st.sampled_from("abcXYZ0189-._;()/:<>,[]"), min_size=1, max_size=40).map(lambda s: f"a{s}z")


@given(IN_A_DOI, st.sampled_from(["{}", "doi:{}", "https://doi.org/{}", "http://dx.doi.org/{} ", "DOI {}.", "{},"]))
def test_any_doi_is_found_again_in_whatever_it_is_wrapped(suffix, form):
    assert find_doi(form.format(f"10.5555/{suffix}")) == f"10.5555/{suffix}"


@given(IN_A_DOI)
def test_any_doi_is_found_again_percent_encoded(suffix):
    assert find_doi("https://doi.org/" + quote(f"10.5555/{suffix}", safe="/")) == f"10.5555/{suffix}"


@given(st.text(max_size=300))
def test_any_text_is_read_as_something_and_kept(text):
    assert read_typed(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000,
        "10.5555/" + "a" * 10_000,
        "https://doi.org/10.5555/" + "(" * 10_000,
        "10.5555/a" + ")" * 10_000,
        "💬" * 10_000,
        "Sam, S., " * 1_200 + "(2020). T. J, 1.",
        "https://" + "10.1/" * 2_000,
        "&lt;" * 2_500,
    ],
    ids=lambda text: text[:12],
)
def test_ten_thousand_characters_are_read_in_no_time(text):
    began = time.process_time()
    typed = read_typed(text)
    assert time.process_time() - began < 0.5
    assert len(typed.doi) <= 255
