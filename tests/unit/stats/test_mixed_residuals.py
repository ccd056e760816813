"""Mixed models whose residuals have a structure: what a fit says, compares, predicts and refuses."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from rapport.stats import errors, mixed
from rapport.stats.mixed import Autoregressive, ByRole, Dyadic, Independent, MixedFit, Random
from rapport.stats.mixed.search import minimise
from tests.contract.stats.reference import data

THERAPIST_CLIENT = (Random("therapist"), Random("client"))
WHOLE = Dyadic("role", "session", autoregressive=True)


def ratings() -> dict[str, Any]:
    table = data("dyads_missed")
    return table | {"is_therapist": [float(role == "therapist") for role in table["role"]]}


def of_therapists(*labels: str) -> dict[str, Any]:
    table = ratings()
    keep = [row for row, label in enumerate(table["therapist"]) if label in labels]
    return {name: [column[row] for row in keep] for name, column in table.items()}


def fitted(residual: Any, table: dict[str, Any] | None = None, **others: Any) -> MixedFit:
    asked = {"fixed": ("session", "is_therapist"), "random": THERAPIST_CLIENT} | others
    return mixed.fit(ratings() if table is None else table, outcome="wellbeing", residual=residual, **asked)


@pytest.fixture(scope="module")
def whole() -> MixedFit:
    return fitted(WHOLE)


def test_a_fit_says_its_residuals_as_one_would_write_them(whole: MixedFit) -> None:
    assert whole.residuals is not None
    assert whole.residuals.sentence() == (
        "The residual SD was 1.08, 95% CI [0.97, 1.22], for client and 1.33, 95% CI [1.20, 1.48], for therapist; "
        "residuals of one session correlated at r = .39, 95% CI [.27, .50]; residuals 1 session apart correlated at "
        "φ = .63, 95% CI [.55, .71]."
    )
    assert whole.residuals.clause() in whole.sentence()


def test_a_fit_gives_its_residuals_as_tables(whole: MixedFit) -> None:
    assert whole.residuals is not None
    assert [row[0] for row in whole.residuals.table().rows] == [
        "SD of client",
        "SD of therapist",
        "correlation of client and therapist",
        "correlation 1 session apart",
    ]
    told = [(group, effect, correlation) for group, effect, _, _, correlation in whole.variance_table().rows]
    assert told == [
        ("therapist", "intercept", ""),
        ("client", "intercept", ""),
        ("residual", "client", ""),
        ("residual", "therapist", ""),
        ("residual", "two roles", ".39"),
        ("residual", "1 session apart", ".63"),
    ]


def test_a_fit_with_residuals_is_plain_json(whole: MixedFit) -> None:
    told = json.loads(json.dumps(whole.to_dict()))
    assert told["residuals"]["correlation"]["estimate"] == pytest.approx(0.390, abs=5e-4)
    assert told["residuals"]["lag"] == 1


def test_independent_residuals_are_the_plain_model() -> None:
    plain, said = fitted(Independent()), mixed.fit(
        ratings(), outcome="wellbeing", fixed=("session", "is_therapist"), random=THERAPIST_CLIENT
    )  # fmt: skip
    assert said.residuals is None
    assert plain.log_likelihood == said.log_likelihood


def test_exchangeable_dyads_have_one_sd() -> None:
    fit = fitted(Dyadic("role", "session", variances="equal"))
    assert fit.residuals is not None
    assert fit.residuals.clause() == (
        "the residual SD was 1.11, 95% CI [1.04, 1.19]; residuals of one session correlated at r = .30, "
        "95% CI [.17, .41]"
    )


def dense_covariance(table: dict[str, Any], at: np.ndarray) -> np.ndarray:
    """V of all rows. `at`: SDs of therapists, of clients, of the residuals of both roles; r; φ."""
    therapist_sd, client_sd, first, second, r, phi = at
    role, client, therapist = (np.array(table[name]) for name in ("role", "client", "therapist"))
    session = np.array(table["session"])
    sd = np.where(role == "client", first, second)
    v = np.outer(sd, sd) * np.where(role[:, None] == role, 1.0, r) * phi ** np.abs(session[:, None] - session)
    together = client[:, None] == client
    return np.asarray((v + client_sd**2) * together + therapist_sd**2 * (therapist[:, None] == therapist))


def dense(table: dict[str, Any], at: np.ndarray) -> tuple[float, np.ndarray]:
    """The restricted deviance, and the covariance of the fixed effects."""
    x = np.column_stack([np.ones(len(table["session"])), table["session"], table["is_therapist"]])
    y, v = np.array(table["wellbeing"]), dense_covariance(table, at)
    inverse = np.linalg.inv(v)
    information = x.T @ inverse @ x
    left = y - x @ np.linalg.solve(information, x.T @ inverse @ y)
    determinants = np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1]
    deviance = determinants + left @ inverse @ left + (len(y) - 3) * np.log(2 * np.pi)
    return float(deviance), np.linalg.inv(information)


def estimates(fit: MixedFit) -> np.ndarray:
    assert fit.residuals is not None
    sds = [float(fit.variance(group).sds[0]) for group in ("therapist", "client")]
    return np.array([*sds, *(one.estimate for one in fit.residuals.parameters)])


def test_the_deviance_is_that_of_the_whole_covariance_matrix(whole: MixedFit) -> None:
    deviance, covariance = dense(ratings(), estimates(whole))
    assert whole.deviance == pytest.approx(deviance, abs=1e-7)
    assert whole.covariance == pytest.approx(covariance, rel=1e-6)


def test_degrees_of_freedom_are_satterthwaites_from_the_whole_covariance_matrix() -> None:
    # Kuznetsova et al. 2017, section 2.2, by differences of the dense deviance in the parameters as they are told.
    table = of_therapists("T05", "T06", "T07", "T08", "T09", "T10")
    fit = fitted(WHOLE, table)
    assert not fit.singular
    at = estimates(fit)
    steps = np.eye(len(at)) * 1e-3
    value = {}

    def deviance(*shifts: tuple[int, int]) -> float:
        if shifts not in value:
            value[shifts] = dense(table, at + sum(sign * steps[index] for index, sign in shifts))[0]
        return value[shifts]

    n = len(at)
    hessian = np.empty((n, n))
    for i in range(n):
        for j in range(i, n):
            corners = [sa * sb * deviance((i, sa), (j, sb)) for sa in (1, -1) for sb in (1, -1)]
            hessian[i, j] = hessian[j, i] = sum(corners) / 4e-6
    slopes = [(np.diag(dense(table, at + step)[1]) - np.diag(dense(table, at - step)[1])) / 2e-3 for step in steps]
    gradient = np.array(slopes)
    spread = np.einsum("kp,kl,lp->p", gradient, 2 * np.linalg.inv(hessian), gradient)
    expected = 2 * np.diag(fit.covariance) ** 2 / spread
    assert [one.df for one in fit.coefficients] == pytest.approx(list(expected), rel=2e-3)


def test_conditional_modes_take_the_structure_into_account(whole: MixedFit) -> None:
    table = ratings()
    left = np.array(table["wellbeing"]) - whole.predict(table, with_groups=False)
    between = float(whole.variance("client").covariance[0, 0])
    is_first = np.array(table["client"]) == "C001"
    expected = between * is_first @ np.linalg.solve(dense_covariance(table, estimates(whole)), left)
    modes = whole.conditional_modes("client")
    assert float(modes.values[list(modes.labels).index("C001"), 0]) == pytest.approx(float(expected), rel=1e-6)


def test_structures_are_compared_where_one_holds_the_other(whole: MixedFit) -> None:
    test = mixed.compare(fitted(Dyadic("role", "session")), whole)
    assert test.sentence() == "The larger model fits better than the smaller, χ²(1) = 89.07, p < .001."


def test_structures_that_do_not_hold_one_another_are_not_compared(whole: MixedFit) -> None:
    exchangeable = fitted(Dyadic("role", "session", variances="equal"))
    with pytest.raises(errors.BadInput) as caught:
        mixed.compare(exchangeable, fitted(Dyadic("role", "session", correlated=False, autoregressive=True)))
    assert str(caught.value) == (
        "The second model lacks a correlation of the roles of the first. It must be the larger of the two."
    )


def test_a_bootstrap_gives_the_residuals_too(whole: MixedFit) -> None:
    boot = whole.bootstrap(draws=20, seed=5)
    assert boot.names[-4:] == (
        "SD of client",
        "SD of therapist",
        "correlation of client and therapist",
        "correlation 1 session apart",
    )
    assert boot.failed == 0
    assert boot.lows[-1] < 0.63 < boot.highs[-1]


def test_a_draw_is_the_fit_to_a_table_in_which_therapists_are_repeated() -> None:
    table = of_therapists("T05", "T06", "T07", "T08", "T09", "T10")
    weights = np.array([2.0, 1.0, 0.0, 1.0, 2.0, 1.0])
    parts = fitted(WHOLE, table).machinery
    labels = list(parts.design.labels[-1])
    times = [int(weights[labels.index(label)]) for label in table["therapist"]]
    rows = [(row, copy) for row, count in enumerate(times) for copy in range(count)]
    repeated = {name: [column[row] for row, _ in rows] for name, column in table.items()}
    for name in ("therapist", "client"):
        repeated[name] = [f"{table[name][row]} {copy}" for row, copy in rows]

    drawn = minimise(parts.problem.reweighted(weights, float(len(rows)))).place

    fit = fitted(WHOLE, repeated)
    assert parts.design.scaling.coefficients(drawn.coefficients) == pytest.approx(fit.fixed, rel=1e-6)
    assert parts.design.scaling.spread * drawn.sigma == pytest.approx(estimates(fit)[2], rel=1e-6)
    assert drawn.parameters[-3:] == pytest.approx(fit.machinery.minimum.place.parameters[-3:], rel=1e-5)


def test_correlations_have_profile_intervals(whole: MixedFit) -> None:
    assert whole.profile("correlation of client and therapist").sentence() == (
        "correlation of client and therapist was estimated at 0.39, 95% CI [0.27, 0.50] (profile likelihood)."
    )
    with pytest.raises(errors.BadInput, match="no parameter 'correlation of no one'"):
        whole.profile("correlation of no one")


def test_a_therapist_effect_says_whose_values_it_is_of(whole: MixedFit) -> None:
    assert [caution.text for caution in whole.therapist_effect().warnings if caution.kind == "roles"] == [
        "Each role has a residual variance of its own; the share is that of the values of client."
    ]


def refused(residual: Any, table: dict[str, Any], error: type[Exception], **others: Any) -> str:
    with pytest.raises(errors.StatsError) as caught:
        fitted(residual, table, **others)
    assert type(caught.value) is error
    return str(caught.value)


def test_a_role_whose_values_are_explained_entirely_is_said() -> None:
    table = ratings()
    table["wellbeing"] = [
        3.0 if role == "therapist" else value for role, value in zip(table["role"], table["wellbeing"], strict=True)
    ]
    for random in (THERAPIST_CLIENT, (Random("therapist"),)):
        assert refused(ByRole("role"), table, errors.NotIdentified, random=random) == (
            "The residual variance of therapist runs to 0: the model's other terms explain those values entirely. "
            "Look whether they are constant or copied, or let both have one variance."
        )


@pytest.mark.parametrize("autoregressive", [False, True])
def test_copied_values_are_said(autoregressive: bool) -> None:
    table = data("dyads")
    key = list(zip(table["client"], table["session"], strict=True))
    told = {
        at: value
        for at, role, value in zip(key, table["role"], table["wellbeing"], strict=True)
        if role == "client"
    }  # fmt: skip
    table["is_therapist"] = [float(role == "therapist") for role in table["role"]]
    table["wellbeing"] = [told[at] for at in key]
    structure = Dyadic("role", "session", variances="equal", autoregressive=autoregressive)
    assert refused(structure, table, errors.NotIdentified) == (
        "The correlation of client and therapist within a session runs to 1: one can be told from the other. Look "
        "whether values were copied, or use ByRole."
    )


def test_a_random_effect_of_the_session_beside_its_correlation_is_refused() -> None:
    table = ratings()
    table["meeting"] = [f"{c}/{s:g}" for c, s in zip(table["client"], table["session"], strict=True)]
    random = (Random("client"), Random("meeting"))
    assert refused(Dyadic("role", "session"), table, errors.NotIdentified, random=random) == (
        "A random effect of meeting and a correlation of the two roles within a session say the same. Keep one of "
        "them: leave the random effect out, or use ByRole."
    )
    assert refused(WHOLE, table, errors.NotNested, random=random) == (
        "Residuals are correlated within client, and meeting varies within it. Leave the random effect of meeting out, "
        "or name another group in `within`."
    )


def test_clients_of_two_therapists_with_one_label_are_refused() -> None:
    table = ratings()
    table["client"] = [label[-1] for label in table["client"]]
    for random in (THERAPIST_CLIENT, (Random("therapist"),)):
        assert "appears under therapist" in refused(WHOLE, table, errors.NotNested, random=random)


@pytest.mark.parametrize("name", ["role", "session", "client"])
def test_a_column_of_another_length_is_refused(name: str) -> None:
    table = ratings()
    table[name] = table[name][:-1]
    told = refused(WHOLE, table, errors.WrongShape, random=(Random("therapist"),), fixed=("is_therapist",))
    assert told == f"{name} has 573 rows and the outcome has 574."


def test_what_is_no_structure_is_refused() -> None:
    assert refused("AR(1)", ratings(), errors.BadInput) == (
        "residual is 'AR(1)'; it is Independent(), ByRole(…), Dyadic(…) or Autoregressive(…)."
    )


def test_two_therapists_and_a_singular_fit_are_no_obstacle() -> None:
    fit = fitted(WHOLE, of_therapists("T01", "T02"))
    assert fit.singular
    assert fit.residuals is not None
    assert len(fit.residuals.parameters) == 4


def test_sessions_at_unequal_times_whose_correlation_is_none_are_cautioned() -> None:
    rng = np.random.default_rng(8)
    table = {
        "client": np.repeat(np.arange(30), 5),
        "day": np.concatenate([np.sort(rng.uniform(0, 60, 5)) for _ in range(30)]),
        "wellbeing": np.repeat(rng.normal(size=30), 5) + np.tile([1.0, -1.0, 1.0, -1.0, 1.0], 30),
    }
    fit = fitted(Autoregressive("day"), table, fixed=(), random=(Random("client"),))
    assert fit.residuals is not None and fit.residuals.autocorrelation is not None
    assert fit.residuals.autocorrelation.estimate == pytest.approx(0, abs=1e-6)
    assert np.isnan(fit.residuals.autocorrelation.high)
    assert "near-boundary" in [caution.kind for caution in fit.warnings]
    plain = fitted(Independent(), table, fixed=(), random=(Random("client"),))
    assert [caution.text for caution in mixed.compare(plain, fit).warnings] == [
        "At unequal distances the correlation over sessions cannot be negative: p is too large, up to twice."
    ]
    limits = fit.profile(fit.residuals.autocorrelation.name)
    assert limits.low == 0
    assert 0 < limits.high < 0.5


def test_alternating_sessions_have_a_negative_correlation() -> None:
    rng = np.random.default_rng(8)
    table = {
        "client": np.repeat(np.arange(30), 5),
        "session": np.tile(np.arange(1.0, 6), 30),
        "wellbeing": np.tile([1, -1, 1, -1, 1], 30) * np.repeat(rng.normal(size=30), 5) + rng.normal(0, 0.5, 150),
    }
    fit = fitted(Autoregressive("session"), table, fixed=(), random=(Random("client"),))
    assert fit.residuals is not None and fit.residuals.autocorrelation is not None
    assert fit.residuals.autocorrelation.high < 0
