"""One English word, several French ones: each stands in the gender of what it is said of."""

from __future__ import annotations

from django.utils import translation

from rapport.desk.templatetags.desk import STAGE_NAMES, stage_name


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
