"""Congruence beside R: surfaces by lm and lme4, truth and bias by lmerTest, pairs by nlme, the lagged system "
"by lavaan."""

from __future__ import annotations

import numpy as np
import pytest

from rapport.stats import congruence
from tests.contract.stats.reference import data, reference

NETWORK = data("congruence_network")
TERMS = ["intercept", "actor", "partner"]


@pytest.fixture(scope="module")
def surface_rows() -> dict[str, object]:
    return dict(data("congruence_surface"))


def surface(rows: dict[str, object], **asked: object) -> congruence.ResponseSurface:
    return congruence.response_surface(
        rows,
        outcome="outcome",
        client="client_rating",
        therapist="therapist_rating",
        covariates=["previous_outcome"],
        midpoint=4,
        **asked,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(("groups", "name"), [((), "least_squares"), (("therapist", "client"), "nested")])
def test_a_surface_and_its_geometry_are_those_of_r(
    surface_rows: dict[str, object], groups: tuple[str, ...], name: str
) -> None:
    figures = reference("congruence_surface")[name]

    found = surface(surface_rows, groups=groups)

    assert [item.estimate for item in found.coefficients] == pytest.approx(figures["b"], rel=1e-5)
    assert [item.se for item in found.coefficients] == pytest.approx(figures["se"], rel=1e-4)
    estimates = {key: found.feature(key).estimate for key in figures["feature"]}
    errors = {key: found.feature(key).se for key in figures["feature_se"]}
    assert estimates == pytest.approx(figures["feature"], rel=2e-4)
    assert errors == pytest.approx(figures["feature_se"], rel=1e-3)


def test_robust_standard_errors_are_hc3(surface_rows: dict[str, object]) -> None:
    found = surface(surface_rows, robust=True)

    assert [item.se for item in found.coefficients] == pytest.approx(
        reference("congruence_surface")["hc3_se"], rel=1e-9
    )


def test_truth_and_bias_is_lme4s() -> None:
    figures = reference("congruence_truth_and_bias")

    found = congruence.truth_and_bias(
        NETWORK,
        judgement="therapist_rating",
        truth="client_rating",
        therapist="therapist",
        dyad="client",
        moderators=["trained"],
    )

    names = {
        "bias": ("overall", "(Intercept)"),
        "tracking": ("overall", "truth"),
        "bias × trained": ("overall", "trained"),
        "tracking × trained": ("overall", "truth:trained"),
        "temporal congruence": ("apart", "inside"),
        "temporal congruence × trained": ("apart", "inside:trained"),
        "tracking between dyads": ("apart", "usual"),
    }
    for name, (model, term) in names.items():
        item = found.estimate(name)
        assert item.estimate == pytest.approx(figures[model]["estimate"][term], rel=1e-4, abs=1e-6), name
        assert item.se == pytest.approx(figures[model]["se"][term], rel=1e-4), name
        assert item.df == pytest.approx(figures[model]["df"][term], rel=1e-2), name
    variances = figures["overall"]["variance"]
    assert found.variances["dyad intercept"] == pytest.approx(variances["client"], rel=1e-3)
    assert found.variances["residual"] == pytest.approx(variances["Residual"], rel=1e-4)


def people() -> dict[str, list[object]]:
    """A row a person: this session's ratings of both, and the person's own at the next."""
    at = {(c, s): i for i, (c, s) in enumerate(zip(NETWORK["client"], NETWORK["session"], strict=True))}
    rows = []
    for (client, session), now in at.items():
        after = at.get((client, session + 1))
        if after is not None:
            for role in ("client", "therapist"):
                own = NETWORK[f"{role}_rating"]
                rows.append((client, session, role, own[now], own[after]))
    return dict(zip(("dyad", "session", "role", "now", "next"), map(list, zip(*rows, strict=True)), strict=True))


@pytest.mark.parametrize("distinguishable", [True, False])
def test_pairs_at_one_session_are_gls(distinguishable: bool) -> None:
    kept = reference("congruence_actor_partner")
    figures = kept["told" if distinguishable else "alike"]
    rows = {
        name: [v for v, s in zip(column, people()["session"], strict=True) if s == 1]
        for name, column in people().items()
    }

    found = congruence.actor_partner(
        rows, outcome="next", role="role", actor="now", dyad="dyad", distinguishable=distinguishable
    )

    names = (
        {
            f"{role}: {term}": f"role{role}{end}"
            for role in ("client", "therapist")
            for term, end in zip(TERMS, ("", ":actor", ":partner"), strict=True)
        }
        if distinguishable
        else dict(zip(TERMS, ("(Intercept)", "actor", "partner"), strict=True))
    )
    for name, term in names.items():
        assert found.estimate(name).estimate == pytest.approx(figures["estimate"][term], rel=1e-5, abs=1e-6)
        assert found.estimate(name).se == pytest.approx(figures["se"][term], rel=1e-4)
    assert found.log_likelihood == pytest.approx(figures["log_likelihood"], abs=1e-6)
    assert found.residual_correlation == pytest.approx(figures["correlation"], abs=1e-5)
    # nlme's exchangeable model has one variance; both are fitted by maximum likelihood for the test.
    assert found.distinguishability.chi_square == pytest.approx(2 * (kept["told_ml"] - kept["alike_ml"]), abs=1e-5)
    assert found.distinguishability.df == 4


def test_pairs_over_sessions_are_lme() -> None:
    figures = reference("congruence_actor_partner")["nested"]

    found = congruence.actor_partner(
        data("congruence_pairs"), outcome="outcome", role="role", actor="own", dyad="dyad", session="session"
    )

    for role in ("client", "therapist"):
        for term, end in zip(TERMS, ("", ":own", ":other"), strict=True):
            item = found.estimate(f"{role}: {term}")
            assert item.estimate == pytest.approx(figures["estimate"][f"role{role}{end}"], rel=1e-4, abs=1e-6)
            assert item.se == pytest.approx(figures["se"][f"role{role}{end}"], rel=1e-3)
    assert found.log_likelihood == pytest.approx(figures["log_likelihood"], abs=1e-5)
    assert found.residual_correlation == pytest.approx(figures["correlation"], abs=1e-4)


def test_the_lagged_system_is_lavaans() -> None:
    figures = reference("congruence_lagged")
    names = {
        "phi": "outcome before",
        "beta": "agreement",
        "ts": "session",
        "pi1": "first outcome",
        "pi2": "first agreement",
        "psi0": "agreement: outcome",
        "psi1": "agreement: outcome before",
        "rho": "agreement: agreement before",
        "tq": "agreement: session",
        "la1": "agreement: first outcome",
        "la2": "agreement: first agreement",
    }

    found = congruence.fit_lagged(
        data("congruence_lagged"), outcome="outcome", agreement="agreement", dyad="client", session="session"
    )

    spread = {term: found.estimate(name).se for term, name in names.items()}
    for term, name in names.items():
        assert found.estimate(name).estimate == pytest.approx(figures["estimate"][term], abs=1e-3 * spread[term]), name
    assert spread == pytest.approx(figures["se"], rel=2e-3)
    assert found.log_likelihood == pytest.approx(figures["log_likelihood"], abs=1e-4)
    assert np.isfinite(found.between.se)
