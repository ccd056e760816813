"""What `coverage.py` repeats: data whose truth is known, their analysis, and which intervals should hold the truth.

A study is a function of a seed that gives a `Draw`. Where theory does not say that the intervals cover (a model that
is wrong on purpose, a variance at its boundary), the study says so in `because`, and the document repeats it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from rapport.stats import change, congruence, effects, mediation, meta, mixed, panel, reliability
from rapport.stats import simulate as simulating
from rapport.stats.mixed import Random

Columns = dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """One interval: what it is about, what it should hold, and what was found. `se` is NaN where there is none."""

    name: str
    truth: float
    estimate: float
    se: float
    low: float
    high: float


@dataclass(frozen=True)
class Draw:
    findings: tuple[Finding, ...]
    singular: bool = False


@dataclass(frozen=True)
class Study:
    """A row group of the table.

    key      names its file of runs; part of its seeds, so that a study's data do not depend on the others
    group    the heading under which it stands
    data     how large, in words
    because  names of rows (or "*" for all) for which theory does not promise 95%, each with the reason
    share    of the seeds asked for, below 1 where a run is slow
    """

    key: str
    group: str
    data: str
    run: Callable[[int], Draw]
    because: Mapping[str, str] = field(default_factory=dict)
    share: float = 1.0


def finding(name: str, truth: float, found: Any) -> Finding:
    """From anything with estimate, low and high."""
    se = getattr(found, "se", None)
    return Finding(name, truth, found.estimate, math.nan if se is None else se, found.low, found.high)


# Mixed models


def growth(seed: int, **shape: Any) -> Draw:
    """The model that made the data: training at the therapists' level, on level and slope."""
    truth = simulating.SessionsTruth(training_level=2.0)
    drawn = simulating.simulate_sessions(seed=seed, truth=truth, **shape)
    random = (Random("therapist", slopes=("time",)), Random("client", slopes=("time",)))
    fit = mixed.fit(drawn, outcome="outcome", fixed=("time", "trained", ("trained", "time")), random=random)
    truths = {
        "trained": truth.training_level,
        "time": truth.slope,
        "trained × time": truth.training_slope,
    }
    told = {"trained": "training, on level", "time": "slope", "trained × time": "training, on slope"}
    found = tuple(finding(told[name], value, fit.coefficient(name)) for name, value in truths.items())
    return Draw(found, fit.singular)


def therapist_share(seed: int, *, therapist_sd: float = 4.0, spreads: bool = True, **shape: Any) -> Draw:
    """Intercepts only: the share between therapists, and the standard deviations by their profiles."""
    truth = simulating.SessionsTruth(therapist_level_sd=therapist_sd, therapist_slope_sd=0.0, client_slope_sd=0.0)
    drawn = simulating.simulate_sessions(seed=seed, truth=truth, **shape)
    fixed, random = ("time", "trained", ("trained", "time")), (Random("therapist"), Random("client"))
    fit = mixed.fit(drawn, outcome="outcome", fixed=fixed, random=random)
    effect = fit.therapist_effect()
    found = [Finding("therapist ICC", truth.therapist_icc, effect.icc, math.nan, effect.low, effect.high)]
    if spreads:
        found.append(finding("SD of therapists", therapist_sd, fit.profile("therapist: intercept")))
        found.append(finding("SD of clients", truth.client_level_sd, fit.profile("client: intercept")))
        found.append(finding("SD of residuals", truth.residual_sd, fit.profile("residual")))
    return Draw(tuple(found), fit.singular)


def resampled(seed: int, **shape: Any) -> Draw:
    """The same by drawing whole therapists."""
    truth = simulating.SessionsTruth(training_level=2.0, therapist_slope_sd=0.0, client_slope_sd=0.0)
    drawn = simulating.simulate_sessions(seed=seed, truth=truth, **shape)
    fixed, random = ("time", "trained", ("trained", "time")), (Random("therapist"), Random("client"))
    fit = mixed.fit(drawn, outcome="outcome", fixed=fixed, random=random)
    found = fit.bootstrap(draws=200, seed=seed % 2**32, workers=1)
    truths = {
        "trained": ("training, on level", truth.training_level),
        "trained × time": ("training, on slope", truth.training_slope),
        "therapist: intercept": ("SD of therapists", truth.therapist_level_sd),
        "client: intercept": ("SD of clients", truth.client_level_sd),
        "residual": ("SD of residuals", truth.residual_sd),
    }
    rows = zip(found.names, found.estimates, found.ses, found.lows, found.highs, strict=True)
    return Draw(
        tuple(
            Finding(*truths[name], estimate, se, low, high) for name, estimate, se, low, high in rows if name in truths
        ),
        fit.singular,
    )


def dyadic(seed: int, *, missing: bool = False, **shape: Any) -> Draw:
    truth = simulating.DyadsTruth()
    absence = simulating.Absence(missed=0.15 if missing else 0.0)
    drawn = simulating.simulate_dyads(
        seed=seed, truth=truth, absence=absence, one_rater_missing=0.1 if missing else 0.0, **shape
    )
    table = drawn.table | {"therapist_rates": (drawn["role"] == "therapist").astype(float)}
    fit = mixed.fit(
        table,
        outcome="rating",
        fixed=("therapist_rates", "time"),
        random=(Random("therapist"), Random("client")),
        residual=mixed.Dyadic(role="role", session="session", autoregressive=True),
    )
    residuals = fit.residuals
    assert residuals is not None and residuals.correlation is not None and residuals.autocorrelation is not None
    of_role = dict(zip(residuals.roles, residuals.sds, strict=True))
    return Draw(
        (
            finding("correlation of roles", truth.role_correlation, residuals.correlation),
            finding("φ over sessions", truth.autocorrelation, residuals.autocorrelation),
            finding("SD of client", truth.client_residual_sd, of_role["client"]),
            finding("SD of therapist", truth.therapist_residual_sd, of_role["therapist"]),
            finding(
                "difference of roles", truth.therapist_mean - truth.client_mean, fit.coefficient("therapist_rates")
            ),
            finding("slope", truth.slope, fit.coefficient("time")),
        ),
        fit.singular,
    )


# Congruence


def truth_bias(seed: int, *, tracking_varies: bool, random_tracking: bool, **shape: Any) -> Draw:
    varying = {} if tracking_varies else {"tracking_therapist_sd": 0.0, "tracking_dyad_sd": 0.0}
    truth = simulating.NetworkTruth(**varying)
    drawn = simulating.simulate_network(seed=seed, truth=truth, **shape)
    fit = congruence.truth_and_bias(
        drawn,
        judgement="therapist_rating",
        truth="client_rating",
        therapist="therapist",
        dyad="client",
        moderators=("trained",),
        random_tracking=random_tracking,
    )
    # Bias is told where the client's rating is the sample's mean, tracking being below 1.
    off = fit.mean_truth - truth.rating_mean
    at_mean = truth.bias + (truth.tracking - 1) * off
    more_at_mean = truth.bias_training + truth.tracking_training * off
    moved = {name: fit.estimate(name) for name in ("bias × trained", "tracking × trained")}
    found = [
        finding("bias, at the sample’s mean", at_mean, fit.bias),
        finding("bias, at the population’s mean", truth.bias, fit.bias),
        finding("tracking", truth.tracking, fit.tracking),
        finding("training, on bias", more_at_mean, moved["bias × trained"]),
        finding("training, on tracking", truth.tracking_training, moved["tracking × trained"]),
        finding("tracking within dyads", truth.tracking, fit.estimate("temporal congruence")),
        finding("training, on tracking within", truth.tracking_training, fit.estimate("temporal congruence × trained")),
        finding("tracking between dyads", truth.tracking, fit.estimate("tracking between dyads")),
    ]
    return Draw(tuple(found), fit.singular)


def surface(seed: int, *, previous: float = 0.0, features: bool = True, **shape: Any) -> Draw:
    truth = simulating.SurfaceTruth(previous=previous)
    drawn = simulating.simulate_surface(seed=seed, truth=truth, **shape)
    fit = congruence.response_surface(
        drawn,
        outcome="outcome",
        client="client_rating",
        therapist="therapist_rating",
        groups=("therapist", "client"),
        covariates=("previous_outcome",) if previous else (),
        midpoint=truth.midpoint,
    )
    b = (truth.b1, truth.b2, truth.b3, truth.b4, truth.b5)
    found = [
        finding(f"b{place}", value, item)
        for place, (value, item) in enumerate(zip(b, fit.coefficients[1:6], strict=True), start=1)
    ]
    found += [finding(f"a{place}", value, fit.feature(f"a{place}")) for place, value in enumerate(truth.a, start=1)]
    if features:
        found.append(finding("slope of the first axis", 1.0, fit.feature("first_axis_slope")))
    if previous:
        found.append(finding("outcome before", previous, fit.coefficients[6]))
    return Draw(tuple(found), fit.singular)


def actor_partner(seed: int, *, sessions: int, therapist_sd: float = 0.0, dyads: int = 117) -> Draw:
    """Both persons' outcome on both persons' predictor, with correlated levels and residuals."""
    random = np.random.Generator(np.random.PCG64(seed))
    therapist = np.sort(np.append(np.arange(40), random.integers(0, 40, dyads - 40)))
    actor, partner, apart = np.array([0.4, 0.3]), np.array([0.1, 0.25]), np.array([0.0, -0.4])

    def pairs(correlation: float, *shape: int) -> Any:
        drawn = random.standard_normal((*shape, 2))
        drawn[..., 1] = correlation * drawn[..., 0] + math.sqrt(1 - correlation**2) * drawn[..., 1]
        return drawn

    clustered = therapist_sd * (random.standard_normal((2, 40)))[:, therapist]
    x = 0.7 * pairs(0.3, dyads)[:, None] + 0.7 * pairs(0.3, dyads, sessions) + clustered[0][:, None, None]
    y = apart + actor * x + partner * x[..., ::-1] + np.array([0.5, 0.4]) * pairs(0.4, dyads)[:, None]
    y = y + clustered[1][:, None, None] + np.array([0.8, 0.6]) * pairs(0.3, dyads, sessions)
    dyad, session, role = (grid.ravel() for grid in np.indices(x.shape))
    fit = congruence.actor_partner(
        {
            "dyad": dyad,
            "session": session,
            "role": np.array(["client", "therapist"])[role],
            "x": x.ravel(),
            "y": y.ravel(),
            "therapist": therapist[dyad],
        },
        outcome="y",
        role="role",
        actor="x",
        dyad="dyad",
        session="session" if sessions > 1 else None,
        cluster="therapist" if therapist_sd else None,
    )
    found = []
    for index, name in enumerate(("client", "therapist")):
        found.append(finding(f"{name}: actor", actor[index], fit.estimate(f"{name}: actor")))
        found.append(finding(f"{name}: partner", partner[index], fit.estimate(f"{name}: partner")))
    return Draw(tuple(found), any(caution.kind == "singular" for caution in fit.warnings))


def lagged(
    seed: int, *, start: str = "stationary", feedback: float = 0.0, missed: float = 0.0, by: bool = False, **shape: Any
) -> Draw:
    truth = simulating.LaggedTruth(feedback=feedback, between=5.0)
    absence = simulating.Absence(missed=missed)
    drawn = simulating.simulate_lagged(seed=seed, truth=truth, start=start, absence=absence, **shape)  # type: ignore[arg-type]
    fit = congruence.fit_lagged(
        drawn,
        outcome="outcome",
        agreement="agreement",
        dyad="client",
        session="session",
        therapist_id="therapist" if by else None,
    )
    naive = {item.name: item for item in fit.naive}
    found = (
        finding("agreement (β)", truth.effect, fit.effect),
        finding("outcome before (φ)", truth.autoregression, fit.carry_over),
        finding("between clients", truth.between, fit.between),
        finding("naive β", truth.effect, naive["agreement"]),
        finding("naive φ", truth.autoregression, naive["outcome before"]),
    )
    return Draw(found, any(caution.kind == "singular" for caution in fit.warnings))


def lagged_network(seed: int, **shape: Any) -> Draw:
    """Agreement from the two ratings, whose effect training changes; the first session is no settled one."""
    truth = simulating.NetworkTruth()
    drawn = simulating.simulate_network(seed=seed, truth=truth, start="fixed", **shape)
    fit = congruence.lagged_agreement(
        drawn,
        outcome="wellbeing",
        client="client_rating",
        therapist="therapist_rating",
        dyad="client",
        session="session",
        moderators=("trained",),
    )
    naive = {item.name: item for item in fit.naive}
    found = (
        finding("agreement, untrained", truth.agreement_within, fit.effect),
        finding("agreement × trained", truth.agreement_within_training, fit.estimate("agreement × trained")),
        finding("outcome before (φ)", truth.autoregression, fit.carry_over),
        finding("naive agreement × trained", truth.agreement_within_training, naive["agreement × trained"]),
        finding("naive φ", truth.autoregression, naive["outcome before"]),
    )
    return Draw(found, any(caution.kind == "singular" for caution in fit.warnings))


# Panels and paths

WAVES = 6
SERIES = {name: [f"{name}_{wave}" for wave in range(1, WAVES + 1)] for name in ("client", "therapist")}
MISSING = simulating.Absence(missed=0.1, dropout=0.05, dropout_by_outcome=0.5)  # missing at random


def cross_lagged(seed: int, *, clients: int, equal: bool, cluster: bool = False, missing: bool = True) -> Draw:
    truth = simulating.PanelTruth(cluster_sd=0.4 if cluster else 0.0)
    absence = MISSING if missing else simulating.Absence()
    drawn = simulating.simulate_panel(
        seed=seed, clients=clients, therapists=40, waves=WAVES, truth=truth, absence=absence
    )
    fit = panel.random_intercept_cross_lagged(
        drawn, equal_over_time=equal, cluster="therapist" if cluster else None, **SERIES
    )
    return Draw(tuple(_paths(truth, fit)), _is_improper(fit))


def _is_improper(fit: Any) -> bool:
    return any(caution.kind in ("negative-variance", "not-positive-definite") for caution in fit.warnings)


def _paths(truth: Any, fit: Any) -> Iterable[Finding]:
    for of, to, value in (
        ("client", "therapist", truth.client_to_therapist),
        ("therapist", "client", truth.therapist_to_client),
        ("client", "client", truth.autoregression_client),
        ("therapist", "therapist", truth.autoregression_therapist),
    ):
        yield finding(f"{of} → {to}", value, fit.average(of, to))


def latent_curve(seed: int, *, clients: int, missing: bool = True) -> Draw:
    truth = simulating.PanelTruth(
        slope_client=0.1, slope_therapist=0.05, slope_client_sd=0.15, slope_therapist_sd=0.12, slope_correlation=0.3
    )
    absence = MISSING if missing else simulating.Absence()
    drawn = simulating.simulate_panel(
        seed=seed, clients=clients, therapists=40, waves=WAVES, truth=truth, absence=absence
    )
    fit = panel.latent_curve(drawn, equal_over_time=True, **SERIES)
    found = list(_paths(truth, fit))
    found.append(finding("mean slope of client", truth.slope_client, fit["client, slope, mean"]))
    found.append(finding("variance of client’s slopes", truth.slope_client_sd**2, fit["client, slope, variance"]))
    return Draw(tuple(found), _is_improper(fit))


def mediated(
    seed: int, *, interval: str, persons: int = 117, a: float = 0.4, b: float = 0.4, therapists: int | None = None
) -> Draw:
    """Training, a mediator, an outcome. With therapists, training is theirs, and they differ in the other two."""
    random = np.random.Generator(np.random.PCG64(seed))
    trained, levels, therapist = np.arange(persons) % 2, np.zeros((2, persons)), np.arange(persons)
    if therapists:
        therapist = np.append(np.arange(therapists), random.integers(0, therapists, persons - therapists))
        trained = random.permutation(therapists)[therapist] % 2
        levels = 0.4 * random.standard_normal((2, therapists))[:, therapist]
    mediator = a * trained + levels[0] + random.standard_normal(persons)
    outcome = 0.2 * trained + b * mediator + levels[1] + random.standard_normal(persons)
    fit = mediation.mediate(
        {"trained": trained, "alliance": mediator, "wellbeing": outcome, "therapist": therapist},
        predictor="trained",
        mediators="alliance",
        outcome="wellbeing",
        seed=seed % 2**32,
        draws=1000,
        interval=interval,  # type: ignore[arg-type]
        cluster="therapist" if therapists else None,
    )
    found = (
        finding("indirect effect", a * b, fit.indirect),
        finding("direct effect", 0.2, fit.direct),
        finding("total effect", 0.2 + a * b, fit.total),
    )
    return Draw(found)


# Meta-analysis and measurement


def pooled(seed: int, *, studies: int, tau: float = 0.2, test: str = "knapp-hartung", method: str = "REML") -> Draw:
    """Studies of 20 to 120 persons, whose sampling variances are known, and one more whose effect is foretold."""
    random = np.random.Generator(np.random.PCG64(seed))
    variances = 4 / random.integers(20, 121, studies)
    effects = 0.3 + tau * random.standard_normal(studies + 1)
    estimates = effects[:-1] + np.sqrt(variances) * random.standard_normal(studies)
    fit = meta.pool(estimates, variances=variances, test=test, method=method, prediction="HTS")  # type: ignore[arg-type]
    other = meta.pool(estimates, variances=variances, test=test, method=method, prediction="IntHout")  # type: ignore[arg-type]
    new, middle = float(effects[-1]), fit.estimate
    assert fit.prediction_low is not None and fit.prediction_high is not None
    assert other.prediction_low is not None and other.prediction_high is not None
    assert fit.tau2_low is not None and fit.tau2_high is not None
    found = (
        finding("pooled effect", 0.3, fit),
        Finding("new study, HTS", new, middle, math.nan, fit.prediction_low, fit.prediction_high),
        Finding("new study, IntHout", new, middle, math.nan, other.prediction_low, other.prediction_high),
        Finding("τ² (Q profile)", tau**2, fit.tau2, math.nan, fit.tau2_low, fit.tau2_high),
    )
    return Draw(found, fit.tau2 == 0)


def consistency(seed: int, *, loadings: tuple[float, ...], persons: int = 117) -> Draw:
    """Items of one factor and unit variances. Equal loadings: alpha is the reliability."""
    random = np.random.Generator(np.random.PCG64(seed))
    weights = np.array(loadings)
    factor, unique = random.standard_normal((persons, 1)), random.standard_normal((persons, len(weights)))
    answers = factor * weights + unique * np.sqrt(1 - weights**2)
    common, apart = weights.sum() ** 2, (1 - weights**2).sum()
    k = len(weights)
    alpha = k / (k - 1) * (1 - k / (common + apart))
    return Draw(
        (
            finding("alpha (Feldt)", alpha, reliability.alpha(answers)),
            finding("omega (delta)", common / (common + apart), reliability.omega(answers)),
        )
    )


def sizes(seed: int, *, people: int) -> Draw:
    """Two groups of so many people: d and g of 0.5, a risk difference and an odds ratio of 40% and 25%, r of .3."""
    random = np.random.Generator(np.random.PCG64(seed))
    treated, others = 0.5 + random.standard_normal(people), random.standard_normal(people)
    figures = [float(value) for group in (treated, others) for value in (group.mean(), group.std(ddof=1))]
    d = effects.from_means(figures[0], figures[1], people, figures[2], figures[3], people)
    a, c = int(random.binomial(people, 0.4)), int(random.binomial(people, 0.25))
    risk = effects.from_counts(a, people, c, people, metric="risk_difference")
    odds = effects.from_counts(a, people, c, people, metric="log_odds_ratio")
    x = random.standard_normal(2 * people)
    y = 0.3 * x + math.sqrt(1 - 0.3**2) * random.standard_normal(2 * people)
    r = effects.from_r(float(np.corrcoef(x, y)[0, 1]), 2 * people)

    def sized(name: str, truth: float, found: effects.Effect) -> Finding:
        assert found.variance is not None and found.low is not None and found.high is not None
        return Finding(name, truth, found.estimate, math.sqrt(found.variance), found.low, found.high)

    log_odds = math.log(0.4 / 0.6) - math.log(0.25 / 0.75)
    return Draw(
        (
            sized("d", 0.5, d),
            sized("g", 0.5, d.to("g")),
            sized("risk difference", 0.15, risk),
            sized("log odds ratio", log_odds, odds),
            sized("r", 0.3, r),
        )
    )


def within_spread(seed: int) -> Draw:
    truth = simulating.SessionsTruth(slope=0.0, training_slope=0.0, therapist_slope_sd=0.0, client_slope_sd=0.0)
    drawn = simulating.simulate_sessions(seed=seed, truth=truth, absence=simulating.Absence(missed=0.2))
    found = change.within_person_sd(drawn, score="outcome", person="client")
    return Draw((Finding("SD within clients", truth.residual_sd, found.sd, math.nan, found.low, found.high),))


# Why not 95%

NICKELL = (
    "An intercept for each client, or centring at the client’s mean, biases φ towards 0 and β with it in few sessions "
    "(Nickell, 1981); this row is there to show it."
)
ONE_TRACKING = (
    "Tracking varies over therapists and dyads and the model takes it as one, so that its standard error is too small."
)
MEAN = "Bias is told at the sample’s mean rating; that this mean differs from the population’s is not in the interval."
DYADS_ONLY = "Tracking varies over therapists too, and the model lets it vary over dyads only."
PREVIOUS = (
    "The outcome before holds the client’s own level, which the random intercept takes as unrelated to it: its "
    "weight is biased upwards. Use `lagged_agreement` for it."
)
BOUNDARY = (
    "The truth is at the boundary: an interval that begins at 0 always holds it from below, so the share missed is "
    "half or less."
)
TEN = "Ten therapists: variances are little known, and often estimated as 0."

SMALL: Columns = {"therapists": 40, "clients": 117, "sessions": 6}
LARGE: Columns = {"therapists": 80, "clients": 400, "sessions": 6}
LONG: Columns = {"therapists": 40, "clients": 117, "sessions": 12}
FEW: Columns = {"therapists": 10, "clients": 60, "sessions": 6}
NAIVE = {"naive β": NICKELL, "naive φ": NICKELL, "naive agreement × trained": NICKELL}


def _told(shape: Columns) -> str:
    return " × ".join(str(size) for size in shape.values())


def _studies() -> Iterable[Study]:
    group = "Mixed models: training and time (REML, Satterthwaite)"
    for key, shape in (("small", SMALL), ("large", LARGE), ("long", LONG), ("few", FEW)):
        yield Study(f"growth-{key}", group, _told(shape), partial(growth, **shape))
    group = "Therapist effects and spreads (profile likelihood)"
    for key, shape in (("small", SMALL), ("large", LARGE), ("few", FEW)):
        yield Study(f"share-{key}", group, _told(shape), partial(therapist_share, **shape))
    zero = partial(therapist_share, therapist_sd=0.0, spreads=False, **SMALL)
    yield Study("share-none", group, f"{_told(SMALL)}, no therapist effect", zero, {"therapist ICC": BOUNDARY})
    group = "Dyadic residuals"
    for key, shape in (("small", SMALL), ("large", LARGE)):
        yield Study(f"dyadic-{key}", group, _told(shape), partial(dyadic, **shape))
    missing = partial(dyadic, missing=True, **SMALL)
    yield Study("dyadic-missing", group, f"{_told(SMALL)}, a quarter missing", missing)

    group = "Lagged agreement, clustered by nothing but clients"
    for key, shape in (("small", SMALL), ("large", LARGE), ("long", LONG)):
        yield Study(f"lagged-{key}", group, _told(shape), partial(lagged, **shape), NAIVE)
    for key, told, more in (
        ("fixed", "first session unlike the rest", {"start": "fixed"}),
        ("feedback", "agreement answers to the outcome", {"feedback": 0.03}),
        ("missed", "10% of sessions missed", {"missed": 0.1}),
        ("by-therapist", "errors robust to therapists", {"by": True}),
    ):
        yield Study(f"lagged-{key}", group, f"{_told(SMALL)}, {told}", partial(lagged, **more, **SMALL), NAIVE)
    for key, shape in (("small", SMALL), ("large", LARGE)):
        told = f"{_told(shape)}, agreement of two ratings"
        yield Study(f"lagged-network-{key}", group, told, partial(lagged_network, **shape), NAIVE)

    group = "Truth and bias"
    for key, shape in (("small", SMALL), ("large", LARGE)):
        one = partial(truth_bias, tracking_varies=False, random_tracking=False, **shape)
        because = {"bias, at the population’s mean": MEAN}
        yield Study(f"truth-bias-{key}", group, f"{_told(shape)}, one tracking", one, because)
    several = partial(truth_bias, tracking_varies=True, random_tracking=False, **SMALL)
    because = dict.fromkeys(
        (
            "tracking",
            "training, on tracking",
            "tracking within dyads",
            "training, on tracking within",
            "tracking between dyads",
        ),
        ONE_TRACKING,
    )
    because["bias, at the population’s mean"] = MEAN
    yield Study("truth-bias-varying", group, f"{_told(SMALL)}, tracking varies, taken as one", several, because)
    several = partial(truth_bias, tracking_varies=True, random_tracking=True, **SMALL)
    because |= dict.fromkeys(set(because) - {"bias, at the population’s mean"}, DYADS_ONLY)
    told = f"{_told(SMALL)}, tracking varies, `random_tracking=True`"
    yield Study("truth-bias-random", group, told, several, because)

    group = "Response surface, multilevel"
    for key, shape in (("small", SMALL), ("large", LARGE)):
        yield Study(f"surface-{key}", group, _told(shape), partial(surface, **shape))
    before = partial(surface, previous=0.3, features=False, **SMALL)
    told = f"{_told(SMALL)}, with the outcome before"
    yield Study("surface-previous", group, told, before, {"outcome before": PREVIOUS})

    group = "Actor–partner model"
    yield Study("apim-sessions", group, "117 dyads × 6", partial(actor_partner, sessions=6))
    yield Study("apim-once", group, "117 dyads, once", partial(actor_partner, sessions=1))
    clustered = partial(actor_partner, sessions=6, therapist_sd=0.3)
    yield Study("apim-clustered", group, "117 dyads × 6 of 40 therapists, errors robust to these", clustered)

    group = "Panel models with missing waves"
    for clients in (117, 400):
        for equal in (True, False):
            told = f"RI-CLPM, {clients} × {WAVES}, {'one set of paths' if equal else 'paths by wave, averaged'}"
            key = f"cross-lagged-{clients}-{'equal' if equal else 'free'}"
            yield Study(key, group, told, partial(cross_lagged, clients=clients, equal=equal))
    clustered = partial(cross_lagged, clients=400, equal=True, cluster=True)
    yield Study("cross-lagged-clustered", group, f"RI-CLPM, 400 × {WAVES} of 40 therapists, errors robust", clustered)
    for clients in (117, 400):
        run = partial(latent_curve, clients=clients)
        yield Study(f"latent-curve-{clients}", group, f"latent curve, {clients} × {WAVES}", run)

    group = "Mediation (bootstrap of 1,000 draws)"
    for interval in ("percentile", "bias-corrected"):
        yield Study(f"mediation-{interval}", group, f"117 persons, {interval}", partial(mediated, interval=interval))
    nothing = partial(mediated, interval="percentile", a=0.0, b=0.0)
    yield Study("mediation-none", group, "117 persons, percentile, a = b = 0", nothing)
    for key, therapists, persons in (("clustered", 40, 117), ("clustered-large", 200, 600)):
        run = partial(mediated, interval="percentile", persons=persons, therapists=therapists)
        told = f"{persons} persons of {therapists} therapists, percentile of clusters"
        yield Study(f"mediation-{key}", group, told, run)

    group = "Meta-analysis (REML)"
    for studies in (10, 5):
        yield Study(f"meta-{studies}", group, f"{studies} studies, Knapp–Hartung", partial(pooled, studies=studies))
    alike = partial(pooled, studies=10, tau=0.0)
    yield Study("meta-alike", group, "10 studies alike (τ = 0), Knapp–Hartung", alike)
    yield Study("meta-z", group, "10 studies, z", partial(pooled, studies=10, test="z"))

    group = "Measurement"
    yield Study("items-equal", group, "117 persons, 6 equal items", partial(consistency, loadings=(0.7,) * 6))
    unequal = partial(consistency, loadings=(0.4, 0.5, 0.6, 0.7, 0.8, 0.85))
    yield Study("items-unequal", group, "117 persons, 6 unequal items", unequal)
    yield Study("within-spread", group, f"{_told(SMALL)}, a fifth missing", within_spread)
    group = "Effect sizes"
    for people in (15, 60):
        yield Study(f"sizes-{people}", group, f"two groups of {people}", partial(sizes, people=people))
    group = "Bootstrap of therapists (200 draws, percentile)"
    yield Study("bootstrap", group, _told(SMALL), partial(resampled, **SMALL), share=0.2)


STUDIES = {study.key: study for study in _studies()}
