"""Therapist effects: how much of the variance lies between therapists, as one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapport.stats.errors import BadInput
from rapport.stats.mixed.fitted import MixedFit
from rapport.stats.mixed.fitting import fit
from rapport.stats.mixed.profile import hold_share
from rapport.stats.mixed.terms import INTERCEPT, Random, Term
from rapport.stats.results import Caution, Result, ResultTable, counted, interval_text, number
from rapport.stats.tables import Table


@dataclass(frozen=True, kw_only=True)
class TherapistEffect(Result):
    """The share of the variance that lies between therapists (intraclass correlation), 0 to 1.

    icc, low, high  the share and its interval by the profile likelihood
    shares          of each group and of what remains: {"therapist": .05, "client": .40, "residual": .55}
    """

    method = "Intraclass correlation from a mixed model; interval by the profile likelihood"
    reference = "Snijders & Bosker 2012, section 3.3; Bates, Mächler, Bolker & Walker 2015, section 5"

    outcome: str
    group: str
    icc: float
    low: float
    high: float
    level: float
    shares: dict[str, float]
    clusters: int
    n_rows: int
    estimation: str

    def sentence(self) -> str:
        limits = interval_text(self.low, self.high, self.level, 3, leading_zero=False)
        return (
            f"{number(100 * self.icc, 1)}% of the variance in {self.outcome} lay between {self.group}s, "
            f"ICC = {number(self.icc, 3, leading_zero=False)}, {limits} "
            f"({counted(self.clusters, self.group)}, {counted(self.n_rows, 'row')}, {self.estimation})."
        )

    def table(self) -> ResultTable:
        return ResultTable(
            f"Variance in {self.outcome}",
            ("between", "share"),
            tuple((name, share) for name, share in self.shares.items()),
        )


def therapist_effect(
    table: Table,
    *,
    outcome: str,
    therapist: str = "therapist",
    client: str | None = None,
    fixed: Sequence[Term] = (),
    level: float = 0.95,
) -> TherapistEffect:
    """How much of the variance in an outcome lies between therapists, from random intercepts by REML.

    client  the column of the clients, where a client has several rows; their variance is then told apart
    fixed   what is held equal first: a case mix, the session

    Raises what `fit` raises.
    """
    random = (Random(therapist),) if client is None else (Random(therapist), Random(client))
    return of_fit(fit(table, outcome=outcome, fixed=fixed, random=random, level=level), therapist)


def of_fit(fit: MixedFit, group: str | None = None) -> TherapistEffect:
    """The share of the variance between the clusters of `group` (the outermost, unless said) in a fitted model.

    Where slopes vary, the share depends on them; it is given where they are zero, with a caution.

    Raises BadInput where the group has no random intercept.
    """
    group = fit.variances[0].group if group is None else group
    if INTERCEPT not in fit.variance(group).names:
        raise BadInput(f"The intercept does not vary between {group}s in this model, so they have no share.")
    variances = {
        one.group: float(one.covariance[one.names.index(INTERCEPT), one.names.index(INTERCEPT)])
        for one in fit.variances
        if INTERCEPT in one.names
    } | {"residual": fit.residual_variance}
    total = sum(variances.values())
    low, high = hold_share(fit, group).limits(fit.level)
    slopes = sorted({name for one in fit.variances for name in one.names} - {INTERCEPT})
    cautions = fit.warnings
    if slopes:
        cautions += (
            Caution(
                "slopes",
                f"The effect of {' and '.join(slopes)} varies, so the share depends on it; this one is where "
                f"{' and '.join(slopes)} is 0.",
            ),
        )
    if fit.residuals is not None and fit.residuals.roles:
        cautions += (
            Caution(
                "roles",
                f"Each role has a residual variance of its own; the share is that of the values of "
                f"{fit.residuals.roles[0]}.",
            ),
        )
    return TherapistEffect(
        warnings=cautions,
        outcome=fit.outcome,
        group=group,
        icc=variances[group] / total,
        low=low,
        high=high,
        level=fit.level,
        shares={name: variance / total for name, variance in variances.items()},
        clusters=fit.groups[group],
        n_rows=fit.n_rows,
        estimation=fit.estimation,
    )
