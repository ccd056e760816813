"""The words that search takes for the same come from a file, and go back into it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from rapport.digest.exchange.database import read_database
from rapport.digest.exchange.importing import import_folder
from rapport.digest.exchange.problems import ContentProblems
from rapport.digest.exchange.writing import files_of
from rapport.digest.models import SynonymGroup
from tests.making import make_folder

pytestmark = pytest.mark.django_db

SYNONYMS = """\
# What search takes for the same. Each of `words` finds all of them; what stands in `asked_as`, the
# everyday words for it, finds them too, and is not found by them. Case, accents and endings do not count.
- key: drop-out
  words:
    en: [leave, attrition]
    fr: [abandon]
  asked_as:
    en: [walks out]
- key: alliance
  words:
    en: [alliance, bond]
"""


def titles_for(question: str) -> str:
    return Client().get("/browse/", {"q": question}).text


def test_what_is_imported_is_searched_by_and_exported_as_it_was(tmp_path: Path) -> None:
    import_folder(make_folder(tmp_path / "content", {"synonyms.yml": SYNONYMS}))
    assert "/2024/05/leaving-early/" in titles_for("he walks out")
    assert files_of(read_database())["synonyms.yml"] == SYNONYMS


def test_a_changed_group_is_searched_by_at_once(tmp_path: Path) -> None:
    import_folder(make_folder(tmp_path / "content", {"synonyms.yml": SYNONYMS}))
    assert "/2024/05/leaving-early/" not in titles_for("vanishes")
    report = import_folder(
        make_folder(tmp_path / "content", {"synonyms.yml": SYNONYMS.replace("walks out", "vanishes")})
    )
    assert report.changed == {"synonyms": ["drop-out"]}
    assert "/2024/05/leaving-early/" in titles_for("vanishes")


def test_pruning_removes_the_groups_that_the_file_no_longer_holds(tmp_path: Path) -> None:
    import_folder(make_folder(tmp_path / "content", {"synonyms.yml": SYNONYMS}))
    shorter = SYNONYMS[: SYNONYMS.index("- key: alliance")]
    import_folder(make_folder(tmp_path / "content", {"synonyms.yml": shorter}), prune=True)
    assert list(SynonymGroup.objects.values_list("key", flat=True)) == ["drop-out"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "- key: a\n  words:\n    en: []\n",
            "synonyms.yml, line 3, field `0.words.en`: is empty; fill it in or leave the field out.",
        ),
        ("- key: a\n", "synonyms.yml, line 1, field `0.words`: is missing; add it."),
        (
            "- key: a\n  words: {en: [b], french: [c]}\n",
            "synonyms.yml, line 2, field `0.words.french`: “french” must be a two-letter language code, "
            "for example en or fr.",
        ),
        (
            "- key: a\n  words: {en: [b]}\n- key: a\n  words: {en: [c]}\n",
            "synonyms.yml, line 3, field `1.key`: “a” stands twice; keep one.",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, written: str, told: str) -> None:
    with pytest.raises(ContentProblems) as caught:
        import_folder(make_folder(tmp_path / "content", {"synonyms.yml": written}))
    assert str(caught.value) == told
