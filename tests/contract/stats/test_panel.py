"""The panel models against lavaan 0.6-14: estimates, standard errors, fit, and what is compared."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import pytest

from rapport.stats import panel
from tests.contract.stats.reference import data, reference

SCORES = [f"score_{wave}" for wave in range(1, 5)]
Fitting = Callable[[], panel.PanelFit]


def waves(count: int) -> dict[str, list[str]]:
    return {name: [f"{name}_{wave}" for wave in range(1, count + 1)] for name in ("client", "therapist")}


def cross_lagged(table: str, count: int, **options: Any) -> panel.PanelFit:
    return panel.random_intercept_cross_lagged(data(table), **waves(count), **options)


def curve(table: str, count: int, **options: Any) -> panel.PanelFit:
    return panel.latent_curve(data(table), **waves(count), **options)


FITS: dict[str, Fitting] = {
    "complete": lambda: cross_lagged("panel_four", 4),
    "complete_equal": lambda: cross_lagged("panel_four", 4, equal_over_time=True),
    "complete_robust": lambda: cross_lagged("panel_four", 4, standard_errors="robust"),
    "complete_equal_robust": lambda: cross_lagged("panel_four", 4, equal_over_time=True, standard_errors="robust"),
    "complete_cluster": lambda: cross_lagged("panel_four", 4, cluster="office"),
    "complete_groups": lambda: cross_lagged("panel_four", 4, group="training"),
    "complete_groups_equal": lambda: cross_lagged("panel_four", 4, group="training", groups_equal=["paths"]),
    "residuals": lambda: curve("panel_four", 4, equal_over_time=True),
    "growth": lambda: panel.latent_curve(data("demo_growth"), score=SCORES, equal_over_time=True),
    "one_series": lambda: panel.random_intercept_cross_lagged(data("demo_growth"), score=SCORES, equal_over_time=True),
    "residuals_intercept": lambda: curve("panel_four", 4, growth="intercept"),
    "missing": lambda: cross_lagged("panel_six", 6),
    "missing_equal": lambda: cross_lagged("panel_six", 6, equal_over_time=True),
    "missing_robust": lambda: cross_lagged("panel_six", 6, equal_over_time=True, standard_errors="robust"),
    "residuals_missing_cluster": lambda: curve("panel_six", 6, equal_over_time=True, cluster="office"),
}


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return reference("panel")


@pytest.mark.parametrize("case", FITS)
def test_a_panel_model_is_lavaans(case: str, figures: dict[str, Any]) -> None:
    theirs, ours = figures[case], FITS[case]()

    assert {(p.group, p.name): (p.estimate, p.se) for p in ours.parameters} == {
        (p["group"], p["name"]): pytest.approx((p["estimate"], p["se"]), rel=1e-4, abs=1e-5)
        for p in theirs["parameters"]
    }
    # Of a negative variance there is no standard deviation: we say so, lavaan goes on with the absolute value.
    standardised = {(p.group, p.name): p.standardised for p in ours.parameters if not math.isnan(p.standardised)}
    assert standardised == {
        (p["group"], p["name"]): pytest.approx(p["standardised"], rel=1e-4, abs=1e-5)
        for p in theirs["parameters"]
        if (p["group"], p["name"]) in standardised
    }
    assert len(standardised) == len(ours.parameters) or "negative-variance" in {w.kind for w in ours.warnings}
    assert dataclasses.asdict(ours.fit) == pytest.approx(theirs["fit"], rel=1e-4, abs=1e-5)
    assert [ours.log_likelihood, ours.aic, ours.bic] == pytest.approx(
        [theirs["log_likelihood"], theirs["aic"], theirs["bic"]], rel=1e-7
    )


@pytest.mark.parametrize(
    ("case", "smaller", "larger"),
    [
        ("difference", "complete_equal", "complete"),
        ("difference_robust", "complete_equal_robust", "complete_robust"),
        ("difference_missing", "missing_equal", "missing"),
    ],
)
def test_a_comparison_is_lavaans(case: str, smaller: str, larger: str, figures: dict[str, Any]) -> None:
    compared = panel.compare(FITS[smaller](), FITS[larger]())

    ours = {"chi_square": compared.chi_square, "df": compared.df, "p": compared.p}
    assert ours == pytest.approx(figures[case], rel=1e-4)
