"""The panel models against lavaan 0.6-14: estimates, standard errors, fit, and what is compared."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable
from typing import Any

import pytest

from rapport.stats import panel
from tests.contract.stats.beside import Beside
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


KINDS = {
    "complete": "panel_four: random-intercept cross-lagged, free and equal paths, complete waves",
    "complete_robust": "panel_four: the same, robust and cluster-robust",
    "complete_groups": "panel_four: the same in two groups",
    "missing": "panel_six: random-intercept cross-lagged, missing waves",
    "residuals": "panel_four: latent curve with structured residuals",
    "residuals_missing": "panel_six: latent curve with structured residuals, missing waves, cluster-robust",
    "growth": "Demo.growth: one series, latent curve and random intercept",
}
KIND_OF = {
    "complete_equal": "complete",
    "complete_equal_robust": "complete_robust",
    "complete_cluster": "complete_robust",
    "complete_groups_equal": "complete_groups",
    "missing_equal": "missing",
    "missing_robust": "missing",
    "residuals_intercept": "residuals",
    "residuals_missing_cluster": "residuals_missing",
    "one_series": "growth",
}


def beside(case: str) -> Beside:
    return Beside("Panels", KINDS[KIND_OF.get(case, case)], "lavaan::lavaan")


@functools.cache
def fitted(case: str) -> panel.PanelFit:
    return FITS[case]()


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return reference("panel")


@pytest.mark.parametrize("case", FITS)
def test_a_panel_model_is_lavaans(case: str, figures: dict[str, Any]) -> None:
    theirs, ours, lavaan = figures[case], fitted(case), beside(case)

    def figures_of(quantity: str) -> tuple[dict[Any, float], dict[Any, float]]:
        mine = {(p.group, p.name): getattr(p, quantity) for p in ours.parameters}
        return mine, {(p["group"], p["name"]): p[quantity] for p in theirs["parameters"]}

    lavaan.agrees("estimates", *figures_of("estimate"), rel=1e-4, abs=1e-5)
    lavaan.agrees("standard errors", *figures_of("se"), rel=1e-4, abs=1e-5)
    # Of a negative variance there is no standard deviation: we say so, lavaan goes on with the absolute value.
    mine, lavaans = figures_of("standardised")
    told = {key: value for key, value in mine.items() if not math.isnan(value)}
    lavaan.agrees("standardised", told, {key: lavaans[key] for key in told}, rel=1e-4, abs=1e-5)
    assert len(told) == len(ours.parameters) or "negative-variance" in {w.kind for w in ours.warnings}
    lavaan.agrees("χ², CFI, TLI, RMSEA, SRMR", dataclasses.asdict(ours.fit), theirs["fit"], rel=1e-4, abs=1e-5)
    lavaan.agrees(
        "log-likelihood, AIC, BIC",
        [ours.log_likelihood, ours.aic, ours.bic],
        [theirs["log_likelihood"], theirs["aic"], theirs["bic"]],
        rel=1e-7,
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
    compared = panel.compare(fitted(smaller), fitted(larger))

    ours = {"chi_square": compared.chi_square, "df": compared.df, "p": compared.p}
    beside(smaller).agrees("comparison: χ², df, p", ours, figures[case], rel=1e-4)
