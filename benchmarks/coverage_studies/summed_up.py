"""Meta-analysis, effect sizes, and how well a questionnaire measures."""

from __future__ import annotations

import math

import numpy as np

from coverage_studies.draws import Draw, Finding, finding
from rapport.stats import change, effects, meta, reliability
from rapport.stats import simulate as simulating


def pooled(seed: int, *, studies: int, tau: float = 0.2, test: str = "knapp-hartung", method: str = "REML") -> Draw:
    """Studies of 20 to 120 persons, whose sampling variances are known, and one more whose effect is foretold."""
    random = np.random.Generator(np.random.PCG64(seed))
    variances = 4 / random.integers(20, 121, studies)
    effects = 0.3 + tau * random.standard_normal(studies + 1)
    estimates = effects[:-1] + np.sqrt(variances) * random.standard_normal(studies)
    fit = meta.pool(estimates, variances=variances, test=test, method=method, prediction="HTS")
    other = meta.pool(estimates, variances=variances, test=test, method=method, prediction="t")
    new, middle = float(effects[-1]), fit.estimate
    assert fit.prediction_low is not None and fit.prediction_high is not None
    assert other.prediction_low is not None and other.prediction_high is not None
    assert fit.tau2_low is not None and fit.tau2_high is not None
    found = (
        finding("pooled effect", 0.3, fit),
        Finding("new study, HTS", new, middle, math.nan, fit.prediction_low, fit.prediction_high),
        Finding("new study, t with k − 1", new, middle, math.nan, other.prediction_low, other.prediction_high),
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
