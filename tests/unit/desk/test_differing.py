"""How two texts differ, and what becomes of one when two people change it."""

from __future__ import annotations

import pytest

from rapport.desk.differing import OriginalParagraph, SideBySide, merged, paragraphs_of, side_by_side, since_translated

BASE = "Of 231 clients, most improved. The link was small."


def told(difference: SideBySide) -> tuple[str, str]:
    """Both texts with what went in [-…-] and what came in {+…+}."""
    old = "".join(f"[-{piece.text}-]" if piece.changed else piece.text for piece in difference.old)
    new = "".join(f"{{+{piece.text}+}}" if piece.changed else piece.text for piece in difference.new)
    return old, new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("Of [-211-] clients, [-most-]", "Of {+231+} clients, {+nearly all+}", id="other words"),
        pytest.param(
            "(OR = 1.82, p = .028).\n\nSymptoms", "(OR = 1.82, p = .028).{+ The interval is wide.+}\n\nSymptoms",
            id="a sentence behind a figure that ends its paragraph",
        ),
        pytest.param("stayed (p = .028).", "stayed (p = .028){+, and so did theirs+}.", id="words before a full stop"),
        pytest.param("d = [-−0.43-], large", "d = {+0.43+}, large", id="a sign"),
        pytest.param("d = [-0.43-] [0.21]", "d = {+0.34+} [0.21]", id="a number is marked whole"),
        pytest.param("[-1\u00a0234-] clients", "{+1\u00a0243+} clients", id="with its spaces"),
        pytest.param("between 1995–[-2005-]", "between 1995–{+2015+}", id="a year of two"),
        pytest.param("[-Few people left-] early", "{+Many clients stayed+} early", id="words that stand together"),
        pytest.param("One.[- -]Two.", "One.{+\n\n+}Two.", id="a new paragraph"),
    ],
)  # fmt: skip
def test_what_went_and_what_came_are_marked_and_nothing_else(old, new):
    plain = old.replace("[-", "").replace("-]", ""), new.replace("{+", "").replace("+}", "")
    assert told(side_by_side(*plain)) == (old, new)


@pytest.mark.parametrize("text", ["", "one", "two words\n\nand a paragraph ", "😀 zero\u202fwidth"])
def test_a_text_beside_itself_differs_nowhere_and_is_whole(text):
    difference = side_by_side(text, text)
    assert difference.same
    assert "".join(piece.text for piece in difference.new) == text


@pytest.mark.parametrize(
    ("mine", "theirs", "together"),
    [
        pytest.param("Of 231 adults, most improved. The link was small.", BASE, None, id="mine alone"),
        pytest.param(BASE, "Of 231 clients, most improved. The link was weak.", None, id="theirs alone"),
        pytest.param(
            "Of 231 adults, most improved. The link was small.",
            "Of 231 clients, most improved. The link was weak.",
            "Of 231 adults, most improved. The link was weak.",
            id="in different places",
        ),
        pytest.param(
            "Of 231 adults, most improved. The link was small.",
            "Of 231 adults, most improved. The link was small.",
            "Of 231 adults, most improved. The link was small.",
            id="the same change",
        ),
    ],
)
def test_changes_in_different_places_are_put_together(mine, theirs, together):
    expected = together or (mine if theirs == BASE else theirs)
    assert merged(BASE, mine, theirs) == expected


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        pytest.param("Of 213 clients, most improved.", "Of 211 clients, most improved.", id="another word each"),
        pytest.param(
            "Of 231 clients, all most improved.", "Of 231 clients, not most improved.", id="added at one place"
        ),
        pytest.param("", "Of 231 clients, few improved.", id="all taken out"),
    ],
)
def test_changes_in_the_same_place_are_for_a_person_to_choose(mine, theirs):
    assert merged("Of 231 clients, most improved.", mine, theirs) is None


def test_each_point_of_a_list_is_a_paragraph():
    assert paragraphs_of("One.\n\nTwo\ngoes on.\n\n- a\n- b\n  goes on\n1. c\n\n\n") == [
        "One.",
        "Two\ngoes on.",
        "- a",
        "- b\n  goes on",
        "1. c",
    ]


def test_what_changed_in_an_original_since_its_translation_is_told_paragraph_by_paragraph():
    then = "The same.\n\nOf 211 clients.\n\nGone."
    now = "The same.\n\nOf 231 clients."
    assert since_translated(then, now) == [
        OriginalParagraph("The same."),
        OriginalParagraph("Of 231 clients.", was="Of 211 clients."),
        OriginalParagraph("Gone.", is_gone=True),
    ]
    assert since_translated("The same.", "The same.\n\nNew.") == [
        OriginalParagraph("The same."),
        OriginalParagraph("New.", is_new=True),
    ]


def test_before_there_is_a_translation_nothing_has_changed():
    assert since_translated(None, "One.\n\nTwo.") == [OriginalParagraph("One."), OriginalParagraph("Two.")]
