"""The desk in French: words in the gender of what they are said of, and every field by its French name."""

from __future__ import annotations

from django.utils import translation

from rapport.desk.article_forms.finding_form import FindingForm
from rapport.desk.templatetags.desk import STAGE_NAMES, stage_name


def test_an_entrys_stages_are_said_of_an_entry():
    with translation.override("fr"):
        assert [stage_name(stage) for stage in STAGE_NAMES] == [
            "Brouillon",
            "En relecture",
            "Approuvée",
            "Planifiée",
            "Publiée",
            "Corrigée",
            "Retirée",
        ]


def test_the_fields_of_a_finding_have_names_of_their_own():
    """Django would make a name of the field's key, in English: an error is told with it."""
    with translation.override("fr"):
        form = FindingForm()
        named = {name: str(field.label or "") for name, field in form.fields.items()}
    assert [name for name, label in named.items() if not label] == []
    assert (named["estimate"], named["interval_high"]) == ("Estimation", "Borne supérieure")
