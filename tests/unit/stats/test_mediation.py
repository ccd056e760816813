"""Mediation: what it says, how it draws, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from rapport.stats import mediation
from rapport.stats.errors import BadInput, Collinear, MissingValues, NoVariation, OutOfRange, TooFew, WrongShape


def clients(count: int = 117) -> dict[str, Any]:
    generator = np.random.default_rng(4)
    trained = np.arange(count) % 2
    alliance = 0.8 * trained + generator.normal(size=count)
    wellbeing = 0.9 * alliance + 0.2 * trained + generator.normal(size=count)
    therapist = generator.integers(0, 20, count)
    return {"trained": trained, "alliance": alliance, "wellbeing": wellbeing, "therapist": therapist}


def mediated(table: dict[str, Any] | None = None, **options: Any) -> mediation.Mediation:
    asked = {"predictor": "trained", "mediators": "alliance", "outcome": "wellbeing", "seed": 7} | options
    return mediation.mediate(table or clients(), **asked)


def test_the_total_is_direct_and_indirect_and_the_simple_regression() -> None:
    found, table = mediated(), clients()

    assert found.total.estimate == pytest.approx(found.direct.estimate + found.indirect.estimate)
    assert found.total.estimate == pytest.approx(np.polyfit(table["trained"], table["wellbeing"], 1)[0])
    assert found.indirect.low < found.indirect.estimate < found.indirect.high
    assert "percentile bootstrap CI" in found.sentence()
    assert json.loads(json.dumps(found.to_dict()))["draws"] == 2000


def test_a_seed_gives_the_same_intervals_and_another_seed_others() -> None:
    assert mediated() == mediated()
    assert mediated().indirect.low != mediated(seed=8).indirect.low


def test_the_bootstrap_of_a_mean_slope_is_near_its_standard_error() -> None:
    total = mediated().total

    assert total.bootstrap_se == pytest.approx(total.se, rel=0.15)


def test_clusters_are_drawn_whole() -> None:
    found = mediated(cluster="therapist", interval="bias-corrected")

    assert (found.clusters, found.method) == (
        20,
        "Maximum likelihood path model, bias-corrected bootstrap intervals from 2,000 draws of clusters",
    )
    assert [caution.kind for caution in found.warnings] == ["few-clusters"]


def test_the_bias_corrected_interval_moves_with_the_share_of_draws_below() -> None:
    drawn = np.arange(1, 1001, dtype=float)

    assert mediation.bootstrap_interval(drawn, 500.5, "bias-corrected") == pytest.approx(
        mediation.bootstrap_interval(drawn, 500.5, "percentile")
    )
    assert mediation.bootstrap_interval(drawn, 600.5, "bias-corrected")[0] > 25.975


def test_two_mediators_share_the_indirect_effect() -> None:
    table = clients() | {"insight": np.random.default_rng(1).normal(size=117) + clients()["trained"]}

    found = mediated(table, mediators=["alliance", "insight"], draws=0)

    parts = [found[f"indirect through {name}"].estimate for name in ("alliance", "insight")]
    assert found.indirect.estimate == pytest.approx(sum(parts))
    assert "together" in found.sentence()


BAD = [
    ({"wellbeing": np.full(117, np.nan)}, {}, MissingValues, "wellbeing has no value"),
    ({"trained": np.ones(117)}, {}, NoVariation, "trained is 1 in every row"),
    ({"alliance": clients()["trained"] * 2}, {}, Collinear, "alliance is a combination of trained"),
    ({"therapist": np.ones(117)}, {"cluster": "therapist"}, TooFew, "at least two clusters"),
    ({"therapist": np.arange(117) % 2}, {"cluster": "therapist"}, TooFew, "too few rows or clusters"),
    ({}, {"draws": 5}, OutOfRange, "at least 100"),
    ({}, {"covariates": "therapist"}, WrongShape, "it must be a list of columns"),
    ({}, {"interval": "wald"}, OutOfRange, "it must be 'percentile' or 'bias-corrected'"),
]


@pytest.mark.parametrize(("columns", "options", "error", "told"), BAD)
def test_what_cannot_be_used_is_named(
    columns: dict[str, Any], options: dict[str, Any], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        mediated(clients() | columns, **options)


def test_a_path_model_goes_forward_only_and_along_its_paths() -> None:
    with pytest.raises(BadInput, match="go in a circle"):
        mediation.path_model(clients(), equations={"wellbeing": ["alliance"], "alliance": ["wellbeing"]})
    with pytest.raises(BadInput, match="there is no path trained → wellbeing"):
        mediation.path_model(
            clients(),
            equations={"alliance": ["trained"], "wellbeing": ["alliance"]},
            effects={"direct": [["trained", "wellbeing"]]},
        )


def test_intervals_are_at_the_level_asked_for() -> None:
    at_95, at_80 = (mediated(draws=0, level=level) for level in (0.95, 0.8))

    wide, narrow = at_95.indirect, at_80.indirect
    assert narrow.high - narrow.low == pytest.approx((wide.high - wide.low) * 1.2815516 / 1.9599640)
    assert "80% CI [" in at_80.sentence() and "95% CI [" not in at_80.sentence()
