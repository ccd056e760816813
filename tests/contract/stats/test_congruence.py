"""Congruence beside R: surfaces by lm and lme4, truth and bias by lmerTest, pairs by nlme, the lagged system "
"by lavaan."""

from __future__ import annotations

import numpy as np
import pytest

from rapport.stats import congruence
from tests.contract.stats.beside import Beside
from tests.contract.stats.reference import data, reference

NETWORK = data("congruence_network")
TERMS = ["intercept", "actor", "partner"]


def beside(r: str, of: str) -> Beside:
    return Beside("Congruence", of, r)


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
        **asked,
    )


SURFACES = [((), "least_squares", "stats::lm"), (("therapist", "client"), "nested", "lme4::lmer")]


@pytest.mark.parametrize(("groups", "name", "function"), SURFACES)
def test_a_surface_and_its_geometry_are_those_of_r(
    surface_rows: dict[str, object], groups: tuple[str, ...], name: str, function: str
) -> None:
    figures = reference("congruence_surface")[name]

    found = surface(surface_rows, groups=groups)

    r = beside(function, f"congruence_surface: response surface, {name.replace('_', ' ')}")
    r.agrees("coefficients", [item.estimate for item in found.coefficients], figures["b"], rel=1e-5)
    r.agrees("standard errors", [item.se for item in found.coefficients], figures["se"], rel=1e-4)
    estimates = {key: found.feature(key).estimate for key in figures["feature"]}
    errors = {key: found.feature(key).se for key in figures["feature_se"]}
    r.agrees("a1–a5, axes, shift", estimates, figures["feature"], rel=1e-5)
    r.agrees("their standard errors", errors, figures["feature_se"], rel=1e-4)


def test_robust_standard_errors_are_hc3(surface_rows: dict[str, object]) -> None:
    found = surface(surface_rows, robust=True)

    beside("stats::lm", "congruence_surface: response surface, least squares").agrees(
        "standard errors, HC3",
        [item.se for item in found.coefficients],
        reference("congruence_surface")["hc3_se"],
        rel=1e-9,
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
    lmertest = beside("lmerTest::lmer", "congruence_network: truth and bias")

    def theirs(quantity: str) -> dict[str, float]:
        return {name: figures[model][quantity][term] for name, (model, term) in names.items()}

    items = {name: found.estimate(name) for name in names}
    lmertest.agrees(
        "effects", {name: item.estimate for name, item in items.items()}, theirs("estimate"), rel=1e-5, abs=1e-6
    )
    lmertest.agrees("standard errors", {name: item.se for name, item in items.items()}, theirs("se"), rel=1e-4)
    lmertest.agrees("df (Satterthwaite)", {name: item.df for name, item in items.items()}, theirs("df"), rel=1e-4)
    variances = figures["overall"]["variance"]
    lmertest.agrees("variance of dyads", found.variances["dyad intercept"], variances["client"], rel=1e-5)
    lmertest.agrees("residual variance", found.variances["residual"], variances["Residual"], rel=1e-5)


def people() -> dict[str, list[object]]:
    """A row a person: both ratings of one session, and the person's own at the next."""
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
    nlme = beside("nlme::gls", "congruence_network: actor–partner, one session")
    for name, term in names.items():
        nlme.agrees("effects", found.estimate(name).estimate, figures["estimate"][term], rel=1e-5, abs=1e-6)
        nlme.agrees("standard errors", found.estimate(name).se, figures["se"][term], rel=1e-4)
    nlme.agrees("log-likelihood", found.log_likelihood, figures["log_likelihood"], abs=1e-6)
    nlme.agrees("residual correlation", found.residual_correlation, figures["correlation"], abs=1e-5)
    # nlme's exchangeable model has one variance; both are fitted by maximum likelihood for the test.
    ratio = 2 * (kept["told_ml"] - kept["alike_ml"])
    nlme.agrees("distinguishability: χ²", found.distinguishability.chi_square, ratio, abs=1e-5)
    assert found.distinguishability.df == 4


def test_pairs_over_sessions_are_lme() -> None:
    figures = reference("congruence_actor_partner")["nested"]

    found = congruence.actor_partner(
        data("congruence_pairs"), outcome="outcome", role="role", actor="own", dyad="dyad", session="session"
    )

    nlme = beside("nlme::lme", "congruence_pairs: actor–partner, several sessions")
    for role in ("client", "therapist"):
        for term, end in zip(TERMS, ("", ":own", ":other"), strict=True):
            item = found.estimate(f"{role}: {term}")
            nlme.agrees("effects", item.estimate, figures["estimate"][f"role{role}{end}"], rel=1e-5, abs=1e-6)
            nlme.agrees("standard errors", item.se, figures["se"][f"role{role}{end}"], rel=1e-4)
    nlme.agrees("log-likelihood", found.log_likelihood, figures["log_likelihood"], abs=1e-6)
    nlme.agrees("residual correlation", found.residual_correlation, figures["correlation"], abs=1e-4)


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
    in_errors = {term: found.estimate(name).estimate / spread[term] for term, name in names.items()}
    theirs = {term: figures["estimate"][term] / spread[term] for term in names}
    lavaan = beside("lavaan::lavaan", "congruence_lagged: lagged agreement")
    lavaan.agrees("effects, in standard errors", in_errors, theirs, abs=1e-4)
    lavaan.agrees("standard errors", spread, figures["se"], rel=1e-4)
    lavaan.agrees("log-likelihood", found.log_likelihood, figures["log_likelihood"], abs=1e-6)
    assert np.isfinite(found.between.se)
