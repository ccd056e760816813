"""How much a pool rests on one study, and whether small studies find more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from rapport.stats.errors import BadInput, NoVariation, TooFew
from rapport.stats.meta.fits import Coefficient, df_text, refit, tested
from rapport.stats.meta.heterogeneity import between_variance, typical_variance, weigh
from rapport.stats.meta.metrics import Scale, choose_scale
from rapport.stats.meta.results import Pooled
from rapport.stats.results import Caution, Result, ResultTable, number, p_text

FEW_FOR_ASYMMETRY = 10


@dataclass(frozen=True, slots=True)
class Left:
    """The pool without one study: `label` is the one left out."""

    label: str
    estimate: float
    se: float
    statistic: float
    df: float | None
    p: float
    low: float
    high: float
    q: float
    tau2: float
    i2: float


@dataclass(frozen=True, kw_only=True)
class LeaveOneOut(Result):
    """The pool again and again, each time without one study. Figures are on the pooled scale, tables on the shown one.

    without  one for each study, in the order given
    """

    method: ClassVar[str] = "The same analysis without each study in turn"
    reference: ClassVar[str] = "Viechtbauer & Cheung, 2010"

    metric: str
    shown_as: str
    level: float
    estimate: float
    without: tuple[Left, ...]

    @property
    def scale(self) -> Scale:
        return choose_scale(self.metric, self.shown_as)

    def sentence(self) -> str:
        low, high = (choose(self.without, key=lambda left: left.estimate) for choose in (min, max))
        crossing = [left.label for left in self.without if left.low <= 0 <= left.high]
        null = f"{self.scale.back(0.0):g}"
        if not crossing:
            zero = f"the confidence interval excluded {null} each time"
        elif len(crossing) == len(self.without):
            zero = f"the confidence interval included {null} each time"
        else:
            zero = f"the confidence interval included {null} without {_listed(crossing)}"
        return (
            f"Leaving out one study at a time, the pooled effect ranged from {self.scale.text(low.estimate)} (without "
            f"{low.label}) to {self.scale.text(high.estimate)} (without {high.label}); {zero}."
        )

    def table(self) -> ResultTable:
        back = self.scale.back
        columns = ("without", self.scale.symbol or "estimate", "low", "high", "p", "Q", "τ²", "I² %")
        rows = tuple(
            (left.label, back(left.estimate), back(left.low), back(left.high), left.p, left.q, left.tau2, 100 * left.i2)
            for left in self.without
        )
        return ResultTable(f"Leaving one study out ({100 * self.level:g}% CI)", columns, rows)


def leave_one_out(pooled: Pooled) -> LeaveOneOut:
    """The pool without each study in turn, by the same method and test.

    Raises TooFew for fewer than three studies. Checked against metafor 3.8-1's leave1out to 1e-6.
    """
    _check_pooled(pooled)
    if pooled.k < 3:
        raise TooFew(f"Leaving one of {pooled.k} studies out leaves no pool; at least 3 are needed.")
    return LeaveOneOut(
        metric=pooled.metric,
        shown_as=pooled.shown_as,
        level=pooled.level,
        estimate=pooled.estimate,
        without=tuple(_without(pooled, row) for row in range(pooled.k)),
    )


def _without(pooled: Pooled, row: int) -> Left:
    all_ = pooled.fit.studies
    rest = replace(
        all_,
        estimates=np.delete(all_.estimates, row),
        variances=np.delete(all_.variances, row),
        labels=all_.labels[:row] + all_.labels[row + 1 :],
    )
    design = np.ones((rest.count, 1))
    tau2 = between_variance(rest.estimates, rest.variances, design, pooled.estimator)
    try:
        fit = refit(rest, design, ("pooled",), tau2, pooled.test, pooled.level)
    except NoVariation as error:
        raise NoVariation(f"Without {all_.labels[row]}: {error}") from None
    q = weigh(rest.estimates, rest.variances, design, 0.0).q
    typical = typical_variance(rest.estimates, rest.variances, design)
    fixed = max(0.0, 1 - (rest.count - 1) / q) if q > 0 else 0.0
    c = fit.coefficients()[0]
    return Left(
        label=all_.labels[row],
        estimate=c.estimate,
        se=c.se,
        statistic=c.statistic,
        df=c.df,
        p=c.p,
        low=c.low,
        high=c.high,
        q=q,
        tau2=tau2,
        i2=fixed if pooled.estimator == "fixed" else tau2 / (tau2 + typical),
    )


@dataclass(frozen=True, kw_only=True)
class Asymmetry(Result):
    """Whether less precise studies find other effects than precise ones.

    slope      change of the effect by standard error, with its test
    intercept  the effect that a study without sampling error would have under this line
    """

    method: ClassVar[str] = "Egger’s regression: weighted by 1 / variance, dispersion estimated"
    reference: ClassVar[str] = "Egger, Davey Smith, Schneider & Minder, 1997; Sterne & Egger, 2005"

    k: int
    level: float
    slope: Coefficient
    intercept: Coefficient

    def sentence(self) -> str:
        df = df_text(self.slope.df or 0)
        found = "differed with" if self.slope.p < 1 - self.level else "did not clearly differ with"
        return (
            f"Across {self.k} studies, effects {found} the precision of studies (Egger’s test), "
            f"t({df}) = {number(self.slope.statistic)}, {p_text(self.slope.p)}."
        )

    def table(self) -> ResultTable:
        rows = tuple((c.name, c.estimate, c.se, c.statistic, c.p, c.low, c.high) for c in (self.intercept, self.slope))
        return ResultTable("Egger’s regression", ("coefficient", "estimate", "SE", "t", "p", "low", "high"), rows)


def asymmetry(pooled: Pooled) -> Asymmetry:
    """Egger's test: do small studies find more?

    Raises TooFew for fewer than three studies, NoVariation where all are equally precise. Asymmetry may come from
    unpublished studies, and as well from differences between small and large ones; for d, g and log OR the
    standard error depends on the effect, which alone can give asymmetry.

    Checked against metafor 3.8-1's regtest(model="lm") to 1e-6.
    """
    _check_pooled(pooled)
    if pooled.k < 3:
        raise TooFew(f"{pooled.k} studies cannot show asymmetry; at least 3 are needed, and 10 to be of use.")
    studies = pooled.fit.studies
    errors = np.sqrt(studies.variances)
    if float(np.ptp(errors)) <= 1e-12 * float(errors.max()):
        raise NoVariation(
            "All studies are equally precise: whether less precise ones differ cannot be seen. Leave this test out."
        )
    fitted = weigh(studies.estimates, studies.variances, np.column_stack([np.ones(pooled.k), errors]), 0.0)
    df = pooled.k - 2
    spread = np.sqrt(np.diag(fitted.vcov) * fitted.q / df)
    names = ("effect at standard error 0", "change by standard error")
    if not spread.all():
        raise TooFew("The studies lie on the line exactly, so that nothing is left to test it against.")
    intercept, slope = (
        tested(name, float(b), float(error), df, pooled.level)
        for name, b, error in zip(names, fitted.beta, spread, strict=True)
    )
    text = f"With {pooled.k} studies the test finds little; 10 or more are advised (Sterne et al., 2011)."
    warnings = (Caution("few-studies", text),) if pooled.k < FEW_FOR_ASYMMETRY else ()
    return Asymmetry(k=pooled.k, level=pooled.level, slope=slope, intercept=intercept, warnings=warnings)


def _check_pooled(pooled: object) -> None:
    if not isinstance(pooled, Pooled):
        raise BadInput("This takes what pool gave: independent studies, one estimate each, without moderators.")


def _listed(labels: list[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"
