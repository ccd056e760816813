"""Whatever the clusters, strata and seed: blocks balance, and a list is its own."""

from __future__ import annotations

import math
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.stats.design import randomise, verify

seeds = st.integers(min_value=0, max_value=2**128 - 1)
strata = st.lists(st.sampled_from(["north", "south", "a practice alone"]), min_size=2, max_size=40)


@settings(max_examples=100, deadline=None)
@given(strata=strata, seed=seeds, sizes=st.lists(st.sampled_from([2, 4, 6]), min_size=1, max_size=3))
def test_at_every_place_of_a_stratum_two_arms_differ_by_at_most_half_the_largest_block(strata, seed, sizes):
    drawn = randomise(range(len(strata)), seed=seed, strata=strata, block_sizes=sizes)
    ahead = Counter()
    for place in drawn.places:
        ahead[place.stratum] += 1 if place.arm == "training" else -1
        assert abs(ahead[place.stratum]) <= max(sizes) / 2


@settings(max_examples=60, deadline=None)
@given(count=st.integers(3, 40), seed=seeds, ratio=st.lists(st.integers(1, 3), min_size=2, max_size=3))
def test_every_whole_block_holds_the_ratio(count, seed, ratio):
    arms = ["a", "b", "c"][: len(ratio)]
    drawn = randomise(range(count), seed=seed, arms=arms, ratio=ratio)
    whole = math.gcd(*ratio)
    for block in range(1, drawn.places[-1].block):
        held = Counter(place.arm for place in drawn.places if place.block == block)
        times = sum(held.values()) // sum(drawn.ratio)
        assert held == {arm: times * part // whole for arm, part in zip(arms, ratio, strict=True)}


@settings(max_examples=60, deadline=None)
@given(labels=st.lists(st.text(min_size=1).filter(str.strip), min_size=2, max_size=20), seed=seeds)
def test_a_list_is_what_its_seed_draws_whatever_the_labels(labels, seed):
    labels = [f"{index} {label}" for index, label in enumerate(labels)]
    drawn = randomise(labels, seed=seed)
    assert randomise(labels, seed=seed) == drawn
    assert verify(drawn.canonical, drawn.sha256).sentence() == (
        "The list is the one that was sealed, and its seed draws it."
    )
