"""Randomising clusters: the list, its seal, its balance, and what is refused."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

import numpy as np
import pytest

from rapport.stats import errors
from rapport.stats.design import Place, randomise, verify
from rapport.stats.design.lots import Lots

SECRET = 2**100 + 12345  # long enough that no caution is due


def test_a_list_of_six_therapists_is_this_list_for_ever():
    """The literal is the promise: the same list with every version of Python and NumPy."""
    drawn = randomise(["Ada", "Béla", "Cy", "Dov", "Eva", "Fei"], seed=SECRET, unit="therapist")
    assert drawn.canonical == (
        '{"arms":["training","waiting list"],"block_sizes":[2,4],"form":1,"list":[["Ada","",1,"waiting list"],'
        '["B\\u00e9la","",1,"training"],["Cy","",2,"training"],["Dov","",2,"waiting list"],'
        '["Eva","",3,"waiting list"],["Fei","",3,"training"]],"ratio":[1,1],"seed":1267650600228229401496703217721}'
    )
    assert drawn.sha256 == hashlib.sha256(drawn.canonical.encode("ascii")).hexdigest()
    assert drawn.sha256 == "d040d0fdb1771cd4235226f6de37161ccbf40e5a252b8bfe20cd8398c73994ac"
    assert drawn.warnings == ()
    assert drawn.sentence() == (
        "6 therapists were randomised to training (n = 3) or waiting list (n = 3) in permuted blocks of 2 and 4. "
        "The list is sealed with SHA-256 d040d0fdb177…"
    )


def test_the_list_and_its_balance_are_tables():
    drawn = randomise([3, 1, 2], seed=SECRET, strata=["town", "town", "land"], unit="therapist")
    assert drawn.places[0] == Place(1, "3", "town", 1, drawn.arm_of(3))
    assert drawn.table().columns == ("place", "therapist", "stratum", "block", "arm")
    assert [row[0] for row in drawn.balance().rows] == ["town", "land", "all"]
    assert sum(drawn.counts("town").values()) == 2
    assert sum(drawn.counts().values()) == 3


def test_an_allocation_becomes_json_with_its_seal():
    drawn = randomise(range(8), seed=SECRET)
    assert json.loads(json.dumps(drawn.to_dict()))["sha256"] == drawn.sha256


def test_more_clusters_at_the_end_continue_the_list():
    few, many = randomise(range(5), seed=SECRET), randomise(range(11), seed=SECRET)
    assert many.places[:5] == few.places


def test_a_stratum_does_not_disturb_another():
    alone = randomise(["a", "b", "c"], seed=SECRET, strata=["town"] * 3)
    mixed = randomise(["x", "a", "b", "y", "c"], seed=SECRET, strata=["land", "town", "town", "land", "town"])
    assert [mixed.arm_of(label) for label in "abc"] == [alone.arm_of(label) for label in "abc"]


def test_strata_are_drawn_apart_from_each_other():
    lists = [randomise(range(20), seed=SECRET + more, strata=["a"] * 10 + ["b"] * 10) for more in range(5)]
    arms = [[place.arm for place in drawn.places] for drawn in lists]
    assert all(drawn[:10] != drawn[10:] for drawn in arms)


def test_strata_may_be_a_mapping():
    listed = randomise(["a", "b"], seed=SECRET, strata=["town", "land"])
    mapped = randomise(["a", "b"], seed=SECRET, strata={"b": "land", "a": "town"})
    assert mapped == listed


def test_every_order_of_a_block_is_equally_likely():
    orders = Counter(
        "".join(place.arm for place in randomise(range(4), seed=seed, arms=("A", "B"), block_sizes=[4]).places)
        for seed in range(3000)
    )
    assert sorted(orders) == ["AABB", "ABAB", "ABBA", "BAAB", "BABA", "BBAA"]
    assert sum((count - 500) ** 2 / 500 for count in orders.values()) < 20.5  # χ²(5) at p = .001


def test_lots_are_even_where_words_do_not_divide():
    lots = Lots(1, "")
    counts = np.bincount([lots.below(3) for _ in range(6000)])
    assert ((counts - 2000) ** 2 / 2000).sum() < 13.8  # χ²(2) at p = .001


def test_lots_are_even_where_a_third_of_the_words_is_over():
    lots, third = Lots(1, ""), 2**62
    assert sum(lots.below(3 * third) < third for _ in range(3000)) == pytest.approx(1000, abs=90)


def test_a_ratio_holds_in_every_block():
    drawn = randomise(range(12), seed=SECRET, arms=("a", "b", "c"), ratio=(4, 2, 2))
    assert drawn.ratio == (2, 1, 1)
    assert drawn.block_sizes == (4, 8)
    assert drawn.counts() == {"a": 6, "b": 3, "c": 3}


# Cautions


def test_a_short_seed_is_said_to_be_guessable():
    assert [caution.kind for caution in randomise(range(8), seed=7).warnings] == ["guessable-seed"]


def test_one_size_of_block_is_said_to_be_foreseeable():
    assert [caution.kind for caution in randomise(range(8), seed=SECRET, block_sizes=[2]).warnings] == ["fixed-blocks"]


def test_strata_of_one_are_randomised_and_said_not_to_balance():
    drawn = randomise(range(4), seed=SECRET, strata=["a", "b", "c", "d"], unit="therapist")
    assert [str(caution) for caution in drawn.warnings] == [
        "4 of 4 strata have fewer therapists than the smallest block (a, b, c and 1 more): blocks balance nothing "
        "there, and the differences can add up. Fewer strata balance better."
    ]


# The seal


def test_a_list_that_was_kept_is_verified():
    drawn = randomise(range(9), seed=SECRET)
    found = verify(drawn.canonical, drawn.sha256.upper())
    assert (found.seal_holds, found.list_is_drawn, found.changed) == (True, True, ())
    assert found.sentence() == "The list is the one that was sealed, and its seed draws it."


def test_a_list_that_was_changed_is_found_out():
    drawn = randomise(["a", "b", "c", "d"], seed=SECRET)
    told = json.loads(drawn.canonical)
    told["list"][2][3] = "training" if told["list"][2][3] == "waiting list" else "waiting list"
    changed = json.dumps(told, sort_keys=True, separators=(",", ":"))
    found = verify(changed, drawn.sha256)
    assert (found.seal_holds, found.list_is_drawn, found.changed) == (False, False, (3,))
    assert found.sentence() == (
        "The list is not the one that was sealed, and its seed draws another, first at place 3."
    )


def test_another_list_of_the_same_seed_has_another_seal():
    drawn, longer = randomise(range(8), seed=SECRET), randomise(range(9), seed=SECRET)
    found = verify(longer.canonical, drawn.sha256)
    assert found.sentence() == "The list is not the one that was sealed, but its seed draws it."


@pytest.mark.parametrize("text", ["", "[]", "3", '{"form":1}', '{"form":1,"list":[[1]],"seed":1}'])
def test_a_text_that_is_no_list_is_refused(text):
    with pytest.raises(
        errors.BadInput, match=r"This is not an allocation list; give the text of `Allocation.canonical`"
    ):
        verify(text, "")


def test_a_list_of_a_later_form_is_refused():
    with pytest.raises(errors.BadInput, match=r"This list has form 2; this version reads form 1\."):
        verify('{"form":2,"list":[],"seed":1,"arms":[],"ratio":[],"block_sizes":[]}', "")


# What is refused

REFUSED = [
    (
        {"clusters": ["a", "b", " a"]},
        errors.Overlapping,
        "a stands in places 1 and 3; a cluster is randomised once. If these are two, give each a label of its own.",
    ),
    (
        {"clusters": ["e\u0301va", "\u00e9va"]},
        errors.Overlapping,
        "éva stands in places 1 and 2; a cluster is randomised once. If these are two, give each a label of its own.",
    ),
    ({"clusters": ["a", None]}, errors.MissingValues, "The cluster in place 2 has no label."),
    ({"clusters": np.array([1.0, np.nan])}, errors.MissingValues, "The cluster in place 2 has no label."),
    ({"clusters": ["a", " "]}, errors.MissingValues, "The cluster in place 2 has an empty label."),
    ({"clusters": []}, errors.WrongShape, "There are no clusters to randomise."),
    ({"clusters": "abc"}, errors.WrongShape, "The clusters must be a list of labels; this is one str."),
    (
        {"clusters": ["a"]},
        errors.TooFew,
        "1 clusters cannot be randomised to 2 arms; each needs one at least.",
    ),
    (
        {"clusters": ["a", "b"], "strata": ["x"]},
        errors.WrongShape,
        "strata must have one value for each of the 2 clusters, in the same order.",
    ),
    ({"clusters": ["a", "b"], "strata": {"a": "x"}}, errors.MissingValues, "The stratum of b has no label."),
    (
        {"clusters": ["a", "b"], "arms": "training"},
        errors.TooFew,
        "arms must name at least two arms, as in ('training', 'waiting list').",
    ),
    ({"clusters": ["a", "b"], "arms": ("x", "x")}, errors.Overlapping, "Two arms have the same name: x, x."),
    (
        {"clusters": ["a", "b"], "ratio": (1, 1, 1)},
        errors.WrongShape,
        "ratio has 3 parts for 2 arms; it must have one for each.",
    ),
    (
        {"clusters": ["a", "b"], "ratio": (1, 0)},
        errors.OutOfRange,
        "A part of the ratio is 0; it must be a whole number of at least 1.",
    ),
    (
        {"clusters": ["a", "b"], "block_sizes": (2, 3)},
        errors.OutOfRange,
        "block_sizes is (2, 3); with the ratio 1:1 each must be a multiple of 2.",
    ),
    ({"clusters": ["a", "b"], "seed": 1.5}, errors.OutOfRange, "seed is 1.5; it must be a whole number of at least 0."),
]


@pytest.mark.parametrize(("asked", "error", "message"), REFUSED)
def test_what_is_refused_and_what_it_says(asked, error, message):
    with pytest.raises(error) as refused:
        randomise(asked.pop("clusters"), **{"seed": SECRET, **asked})
    assert str(refused.value) == message


def test_lots_are_those_that_their_docstring_describes():
    """Anyone can draw a list again from the description, without this library."""
    key = hashlib.sha256(b"rapport lots 1\x00" + b"42" + b"\x00" + "Málaga".encode()).digest()
    words = [hashlib.sha256(key + index.to_bytes(8, "big")).digest()[:8] for index in range(5)]
    lots = Lots(42, "Málaga")
    assert [lots.below(10) for _ in range(5)] == [int.from_bytes(word, "big") % 10 for word in words]
