"""The nested likelihood against the same one written out with N × N matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rapport.stats.errors import Collinear
from rapport.stats.mixed import likelihood
from rapport.stats.mixed.likelihood import Ending, Evaluation, Level, evaluate
from rapport.stats.mixed.moments import Moments
from rapport.stats.tables import Floats

THERAPISTS, CLIENTS, SESSIONS = 5, 4, 3
CLIENT = np.repeat(np.arange(THERAPISTS * CLIENTS), SESSIONS)
THERAPIST = CLIENT // CLIENTS
INNER = np.array([[1.0, 0.0], [0.2, 0.5]])
OUTER = np.array([[0.7, 0.0], [-0.1, 0.3]])
SINGULAR = np.array([[0.7, 0.0], [-0.1, 0.0]])
LEVELS = (
    Level((0, 1), np.arange(THERAPISTS * CLIENTS) // CLIENTS),
    Level((0, 1), np.zeros(THERAPISTS, dtype=np.int64)),
)


def columns() -> Floats:
    """Rows of (1, session, trained, outcome), shape (4, rows)."""
    random = np.random.default_rng(1)
    session = np.tile(np.arange(SESSIONS, dtype=np.float64), THERAPISTS * CLIENTS)
    outcome = 1 + 0.3 * session + random.normal(size=(THERAPISTS, 1))[THERAPIST, 0] + random.normal(size=len(session))
    return np.stack([np.ones(len(session)), session, THERAPIST % 2.0, outcome])


def dense(inner: Floats, outer: Floats, restricted: bool, *, sigma: float | None = None) -> float:
    """The deviance from V itself."""
    whole = columns()
    z, x, y = whole[:2].T, whole[:3].T, whole[3]
    v = np.eye(len(y))
    v += (CLIENT[:, None] == CLIENT) * (z @ inner @ inner.T @ z.T)
    v += (THERAPIST[:, None] == THERAPIST) * (z @ outer @ outer.T @ z.T)
    inverse = np.linalg.inv(v)
    crossed = x.T @ inverse @ x
    rest = y - x @ np.linalg.solve(crossed, x.T @ inverse @ y)
    freedom = len(y) - 3 if restricted else len(y)
    squares = rest @ inverse @ rest
    variance = squares / freedom if sigma is None else sigma**2
    deviance = np.linalg.slogdet(v)[1] + freedom * np.log(2 * np.pi * variance) + squares / variance
    return float(deviance + (np.linalg.slogdet(crossed)[1] if restricted else 0))


def ours(inner: Floats, outer: Floats, restricted: bool, **more: Any) -> Evaluation:
    whole = columns()
    moments = more.pop("moments", Moments.of_rows(whole, np.arange(0, whole.shape[1], SESSIONS)))
    ending = Ending(np.eye(4)[:, :3], np.eye(4)[3], whole.shape[1], restricted, more.pop("sigma", None))
    return evaluate(moments, LEVELS, (inner, outer), ending, **more)


def differences(function: Any, matrix: Floats) -> Floats:
    step = 1e-5
    by = np.zeros_like(matrix)
    for place in np.ndindex(matrix.shape):
        ahead, behind = matrix.copy(), matrix.copy()
        ahead[place] += step
        behind[place] -= step
        by[place] = (function(ahead) - function(behind)) / (2 * step)
    return by


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("outer", [OUTER, SINGULAR, np.zeros((2, 2))])
@pytest.mark.parametrize("sigma", [None, 1.3])
def test_the_deviance_is_that_of_the_whole_matrix(restricted: bool, outer: Floats, sigma: float | None) -> None:
    found = ours(INNER, outer, restricted, sigma=sigma)

    assert found.deviance == pytest.approx(dense(INNER, outer, restricted, sigma=sigma), abs=1e-9)


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("sigma", [None, 1.3])
def test_the_derivative_by_the_factors_is_that_of_differences(restricted: bool, sigma: float | None) -> None:
    found = ours(INNER, OUTER, restricted, sigma=sigma)

    inner = differences(lambda factor: dense(factor, OUTER, restricted, sigma=sigma), INNER)
    outer = differences(lambda factor: dense(INNER, factor, restricted, sigma=sigma), OUTER)
    assert found.by_factor[0] == pytest.approx(inner, abs=1e-6)
    assert found.by_factor[1] == pytest.approx(outer, abs=1e-6)


@pytest.mark.parametrize("restricted", [False, True])
def test_the_derivative_by_the_moments_is_that_of_differences(restricted: bool) -> None:
    whole = columns()
    matrices = Moments.of_rows(whole, np.arange(0, whole.shape[1], SESSIONS)).whole()
    change = np.random.default_rng(2).normal(size=matrices.shape)
    change = change + change.transpose(1, 0, 2)

    found = ours(INNER, OUTER, restricted, with_moments=True)

    ahead, behind = (
        ours(INNER, OUTER, restricted, moments=Moments.of_matrices(matrices + step * change)).deviance
        for step in (1e-6, -1e-6)
    )
    assert found.by_moments is not None
    assert (found.by_moments * change).sum() == pytest.approx((ahead - behind) / 2e-6, abs=1e-4)


def test_a_cluster_that_counts_twice_is_two_clusters() -> None:
    whole = columns()
    moments = Moments.of_rows(whole, np.arange(0, whole.shape[1], SESSIONS))
    weights, drawn = np.array([2.0, 0.0, 1.0, 1.0, 2.0]), [0, 0, 2, 3, 4, 4]
    copied = np.concatenate([moments.whole(t * CLIENTS, (t + 1) * CLIENTS) for t in drawn], axis=2)
    six = (Level((0, 1), np.arange(6 * CLIENTS) // CLIENTS), Level((0, 1), np.zeros(6, dtype=np.int64)))
    ending = Ending(np.eye(4)[:, :3], np.eye(4)[3], 6 * CLIENTS * SESSIONS, True)

    weighted = evaluate(moments, LEVELS, (INNER, OUTER), ending, weights=weights)
    real = evaluate(Moments.of_matrices(copied), six, (INNER, OUTER), ending)

    assert weighted.deviance == pytest.approx(real.deviance, abs=1e-10)
    assert weighted.by_factor[0] == pytest.approx(real.by_factor[0], abs=1e-10)
    assert weighted.by_factor[1] == pytest.approx(real.by_factor[1], abs=1e-10)


def test_blocks_of_clusters_and_steps_made_again_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = ours(INNER, OUTER, True, with_moments=True)
    monkeypatch.setattr(likelihood, "CLUSTERS_AT_A_TIME", 3)
    monkeypatch.setattr(likelihood, "CLUSTERS_KEPT", 0)

    in_blocks = ours(INNER, OUTER, True, with_moments=True)

    assert in_blocks.deviance == pytest.approx(at_once.deviance, abs=1e-10)
    assert in_blocks.by_factor[0] == pytest.approx(at_once.by_factor[0], abs=1e-10)
    assert in_blocks.by_moments == pytest.approx(at_once.by_moments, abs=1e-10)


def test_a_level_without_random_effects_only_adds_up() -> None:
    whole = columns()
    moments = Moments.of_rows(whole, np.arange(0, whole.shape[1], SESSIONS))
    ending = Ending(np.eye(4)[:, :3], np.eye(4)[3], whole.shape[1], False)
    empty = (Level((), LEVELS[0].parents), LEVELS[1])

    found = evaluate(moments, empty, (np.zeros((0, 0)), OUTER), ending)

    assert found.deviance == pytest.approx(dense(np.zeros((2, 2)), OUTER, False), abs=1e-9)


def test_fixed_effects_that_cannot_be_told_apart_are_refused() -> None:
    whole = columns()
    moments = Moments.of_rows(whole, np.arange(0, whole.shape[1], SESSIONS))
    twice = np.eye(4)[:, [0, 1, 1]]

    with pytest.raises(Collinear, match="cannot be told apart"):
        evaluate(moments, LEVELS, (INNER, OUTER), Ending(twice, np.eye(4)[3], whole.shape[1], True))


def test_moments_of_unequal_clusters_are_their_cross_products(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rapport.stats.mixed.moments.ROWS_AT_A_TIME", 4)
    whole = columns()
    starts = np.array([0, 1, 5, 20, 41])

    matrices = Moments.of_rows(whole, starts).whole()

    parts = np.split(whole, starts[1:], axis=1)
    assert matrices == pytest.approx(np.stack([part @ part.T for part in parts], axis=2), abs=1e-12)
