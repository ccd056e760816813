"""Likelihood-ratio tests between two fits of the same data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from rapport.stats.errors import BadInput
from rapport.stats.mixed.fitted import MixedFit
from rapport.stats.mixed.residuals.structured import adds_one_sided, lacking
from rapport.stats.results import Caution, Result, ResultTable, number, p_text


@dataclass(frozen=True, kw_only=True)
class LikelihoodRatio(Result):
    """Whether the larger model fits better than chance would have it.

    chi_square  the difference of the deviances
    df          the difference of the numbers of parameters
    p           by χ² with df degrees of freedom
    p_mixture   where the larger model adds one random effect to a group: by the even mixture of χ² with df and
                df − 1 degrees of freedom, which counts that its variance cannot be negative; else None
    """

    method = "Likelihood-ratio test"
    reference = "Stram & Lee 1994 for the mixture"

    chi_square: float
    df: int
    p: float
    p_mixture: float | None
    smaller_deviance: float
    larger_deviance: float

    def sentence(self) -> str:
        verdict = "fits better than" if self._counted() < 0.05 else "does not fit better than"
        mixture = f" ({p_text(self.p_mixture)} by the mixture at the boundary)" if self.p_mixture is not None else ""
        return (
            f"The larger model {verdict} the smaller, χ²({self.df}) = {number(self.chi_square)}, "
            f"{p_text(self.p)}{mixture}."
        )

    def _counted(self) -> float:
        return self.p if self.p_mixture is None else self.p_mixture

    def table(self) -> ResultTable:
        return ResultTable(
            "Likelihood ratio",
            ("deviance, smaller", "deviance, larger", "χ²", "df", "p", "p, mixture"),
            ((self.smaller_deviance, self.larger_deviance, self.chi_square, self.df, self.p, self.p_mixture),),
        )


def compare(smaller: MixedFit, larger: MixedFit) -> LikelihoodRatio:
    """Test the larger model against the smaller one, which is the larger with something left out.

    Raises BadInput where the fits are not of the same data or by the same method, where REML fits differ in their
    fixed effects, and where the smaller is not within the larger.
    """
    _check_comparable(smaller, larger)
    df = larger.n_parameters - smaller.n_parameters
    chi_square = smaller.deviance - larger.deviance
    if df <= 0 or chi_square < -1e-6 * max(1.0, abs(larger.deviance)):
        raise BadInput("The first model must be the smaller: the second with something left out. Turn them round.")
    chi_square = max(chi_square, 0.0)
    p = float(chdtrc(df, chi_square))
    variances = _added_effects(smaller, larger)
    same_fixed = smaller.machinery.design.fixed == larger.machinery.design.fixed
    mixture = None
    cautions: tuple[Caution, ...] = ()
    if variances == 1 and same_fixed:
        below = float(chdtrc(df - 1, chi_square)) if df > 1 else float(chi_square <= 0)
        mixture = (p + below) / 2
        cautions = (
            Caution(
                "boundary",
                "The test is of a variance, which cannot be negative: the plain p is too large, the mixture's is about "
                "right with many clusters.",
            ),
        )
    elif variances:
        cautions = (
            Caution(
                "boundary",
                f"{variances} variances are tested at once, on the boundary of what they can be: p is too large.",
            ),
        )
    if adds_one_sided(smaller.machinery.problem, larger.machinery.problem):
        cautions += (
            Caution(
                "boundary",
                "At unequal distances the correlation over sessions cannot be negative: p is too large, up to twice.",
            ),
        )
    return LikelihoodRatio(
        warnings=cautions,
        chi_square=chi_square,
        df=df,
        p=p,
        p_mixture=mixture,
        smaller_deviance=smaller.deviance,
        larger_deviance=larger.deviance,
    )


def _check_comparable(smaller: MixedFit, larger: MixedFit) -> None:
    if smaller.estimation != larger.estimation:
        raise BadInput(f"One fit is by {smaller.estimation} and one by {larger.estimation}. Fit both by one method.")
    if smaller.outcome != larger.outcome or smaller.n_rows != larger.n_rows or not _same_squares(smaller, larger):
        raise BadInput("The two fits are not of the same rows of the same outcome. Fit both to one table.")
    fixed, wider = smaller.machinery.design.fixed, larger.machinery.design.fixed
    if set(fixed) != set(wider) and smaller.estimation == "REML":
        raise BadInput(
            "Fits by REML can be compared only where their fixed effects are the same. Fit both with method='ML'."
        )
    missing = [name for name in fixed if name not in wider] + [
        f"{group}: {name}" for group, name in _effects(smaller) if (group, name) not in _effects(larger)
    ]
    missing += lacking(smaller.machinery.problem, larger.machinery.problem)
    if missing:
        raise BadInput(f"The second model lacks {', '.join(missing)} of the first. It must be the larger of the two.")


def _same_squares(one: MixedFit, other: MixedFit) -> bool:
    """Whether both outcomes have one sum of squares: γ'γN + s²N."""
    sums = []
    for fit in (one, other):
        scaling = fit.machinery.design.scaling
        sums.append(float(scaling.origin @ scaling.origin) + scaling.spread**2)
    return bool(np.isclose(sums[0], sums[1], rtol=1e-8, atol=0))


def _effects(fit: MixedFit) -> set[tuple[str, str]]:
    return {(one.group, name) for one in fit.variances for name in one.names}


def _added_effects(smaller: MixedFit, larger: MixedFit) -> int:
    return len(_effects(larger) - _effects(smaller))
