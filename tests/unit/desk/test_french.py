"""One English word, several French ones: each stands in the gender and the form of what it is said of."""

from __future__ import annotations

from django.utils import translation

from rapport.desk.templatetags.desk import DEEDS, STAGE_NAMES, deed_name, stage_name


def test_an_entrys_stages_are_said_of_an_entry():
    with translation.override("fr"):
        assert [stage_name(stage) for stage in STAGE_NAMES] == [
            "Brouillon",
            "En relecture",
            "Approuvée",
            "Planifiée",
            "Publiée",
            "Publiée",
            "Corrigée",
            "Retirée",
        ]


def test_a_deed_is_said_of_who_did_it():
    with translation.override("fr"):
        said = {deed: deed_name(deed) for deed in DEEDS}
    assert said["entry.approved"] == "a approuvé la fiche"
    assert said["entry.published"] == "a publié la fiche"
    others = {deed: words for deed, words in said.items() if not words.startswith(("a ", "répond ", "ne répond "))}
    assert others == {"notice.arrived": "un avis sur l’article est arrivé"}
