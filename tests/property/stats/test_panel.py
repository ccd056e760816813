"""What must not change the figures of a panel model or a mediation, does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.stats import mediation, panel
from tests.unit.stats.test_mediation import clients, mediated
from tests.unit.stats.test_panel import WAVES, ratings

TABLE = ratings(150)
FIT = panel.random_intercept_cross_lagged(TABLE, **WAVES, cluster="office")


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    order = np.random.default_rng(seed).permutation(150)
    again = panel.random_intercept_cross_lagged(
        {name: column[order] for name, column in TABLE.items()}, **WAVES, cluster="office"
    )

    assert figures(again) == pytest.approx(figures(FIT), rel=1e-6, abs=1e-8)


@settings(max_examples=8, deadline=None)
@given(st.floats(1e-3, 1e4), st.floats(-1e3, 1e3))
def test_units_change_paths_by_their_ratio_and_nothing_else(factor: float, shift: float) -> None:
    scaled = {name: TABLE[name] * factor + shift for name in WAVES["client"]}
    again = panel.random_intercept_cross_lagged(TABLE | scaled, **WAVES, cluster="office")

    assert again.fit.chi_square == pytest.approx(FIT.fit.chi_square, rel=1e-5)
    name = "client → therapist, 1 to 2"
    assert again[name].estimate * factor == pytest.approx(FIT[name].estimate, rel=1e-5)
    assert again[name].z == pytest.approx(FIT[name].z, rel=1e-5)
    assert again[name].standardised == pytest.approx(FIT[name].standardised, rel=1e-5)


@settings(max_examples=10, deadline=None)
@given(st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
def test_a_mediators_units_do_not_change_the_indirect_effect(factor: float, shift: float) -> None:
    table: dict[str, Any] = clients()
    again: mediation.Mediation = mediated(table | {"alliance": table["alliance"] * factor + shift}, draws=200)
    first = mediated(table, draws=200)

    assert (again.indirect.estimate, again.indirect.se, again.indirect.low) == pytest.approx(
        (first.indirect.estimate, first.indirect.se, first.indirect.low), rel=1e-7
    )


def figures(fit: panel.PanelFit) -> list[float]:
    return [fit.log_likelihood, fit.fit.chi_square, *(value for p in fit.parameters for value in (p.estimate, p.se))]
