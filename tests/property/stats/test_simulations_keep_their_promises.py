"""Whatever is asked of a simulator: every client is there, and what is missing is all that changes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.stats.simulate import Absence, simulate_network, simulate_panel, simulate_sessions

seeds = st.integers(min_value=0, max_value=2**128 - 1)
absences = st.builds(
    Absence,
    missed=st.floats(0, 0.95),
    dropout=st.floats(0, 0.95),
    dropout_by_outcome=st.floats(-3, 3),
)


@settings(max_examples=60, deadline=None)
@given(
    seed=seeds,
    absence=absences,
    therapists=st.integers(1, 12),
    more=st.integers(0, 20),
    sessions=st.integers(1, 8),
    unsorted=st.booleans(),
)
def test_every_client_has_a_session_and_one_therapist(seed, absence, therapists, more, sessions, unsorted):
    shape = {"seed": seed, "therapists": therapists, "clients": therapists + more, "sessions": sessions}
    left = simulate_network(**shape, absence=absence, unsorted=unsorted)
    whole = simulate_network(**shape)

    assert np.array_equal(np.unique(left["client"]), np.arange(1, therapists + more + 1))
    assert np.array_equal(np.unique(left["therapist"]), np.arange(1, therapists + 1))
    place = (left["client"] - 1) * sessions + left["session"] - 1
    assert len(np.unique(place)) == len(place)
    for name in whole:
        assert np.array_equal(left[name], whole[name][place])


@settings(max_examples=40, deadline=None)
@given(seed=seeds, absence=absences, waves=st.integers(1, 6))
def test_every_client_has_a_wave(seed, absence, waves):
    panel = simulate_panel(seed=seed, clients=20, therapists=4, waves=waves, absence=absence)
    seen = np.array([~np.isnan(panel[f"client_{wave}"]) for wave in range(1, waves + 1)])
    assert seen.any(axis=0).all()


@settings(max_examples=40, deadline=None)
@given(seed=seeds, share=st.floats(0, 1), therapists=st.integers(2, 15))
def test_the_number_trained_is_the_rounded_share(seed, share, therapists):
    grown = simulate_sessions(
        seed=seed, therapists=therapists, clients_per_therapist=2, sessions=1, trained_share=share
    )
    of_therapist = {*zip(grown["therapist"].tolist(), grown["trained"].tolist(), strict=True)}
    assert len(of_therapist) == therapists
    assert sum(trained for _, trained in of_therapist) == round(share * therapists)
