"""Topics that a text speaks of without their names, and how well they are suggested for the sample's entries."""

from __future__ import annotations

import pytest

from rapport.digest.old_pages.suggesting import suggest_topics
from tests.unit.digest.old_pages.test_pages import SAMPLE


def suggested(title: str, text: str) -> set[str]:
    return {topic.key for topic in suggest_topics(SAMPLE.topics, title, text, []) if topic.words}


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Those who chose were less likely to drop out.", {"drop-out"}),
        ("Many left treatment early.", {"drop-out"}),
        ("Clients were asked about the end of therapy.", {"termination"}),
        ("At the end of therapy, scores were lower.", set()),
        ("A year later they were still well.", {"long-term-outcomes"}),
        ("It held at an 18-month follow-up.", {"long-term-outcomes"}),
        ("It held at a 3-month follow-up.", set()),
        ("We looked at differences between therapists.", {"therapist-factors"}),
        ("We looked at differences between therapists and clients.", set()),
        ("The result was of borderline significance.", set()),
        ("Moins de personnes ont abandonné.", {"drop-out"}),
        ("Elle a mis fin à la thérapie.", {"termination"}),
        ("Un an plus tard, tout allait bien.", {"long-term-outcomes"}),
        ("Les effets des thérapeutes étaient grands.", {"therapist-factors"}),
        ("On a demandé l’avis des clients.", set()),
    ],
)
def test_a_topic_is_suggested_by_what_is_said_of_it_in_other_words(text: str, topics: set[str]) -> None:
    assert suggested("A study", text) == topics


@pytest.mark.parametrize("language", ["en", "fr"])
def test_most_of_what_is_suggested_for_the_samples_entries_is_theirs(language: str) -> None:
    """Of what is suggested, nine in ten are topics of the entry; of its topics, at least three in five are found."""
    right = suggestions = topics = 0
    for entry in SAMPLE.entries.values():
        text = entry.texts.get(language)
        if text is None:
            continue
        title = SAMPLE.articles[entry.article].title if language == "en" else text.header.title
        found = suggested(title or "", text.sections.summary)
        right += len(found & set(entry.topics))
        suggestions += len(found)
        topics += len(entry.topics)
    assert (right / suggestions > 0.9, right / topics > 0.55) == (True, True)
