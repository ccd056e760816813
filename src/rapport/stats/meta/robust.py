"""Standard errors that hold when estimates of one cluster depend on each other in ways the model does not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from rapport.stats.arguments import check_choice
from rapport.stats.errors import BadInput, NotIdentified, NotNested, TooFew
from rapport.stats.meta.fits import Coefficient, Fit, tested
from rapport.stats.meta.results import Moderated, Pooled, ThreeLevel, coefficient_table
from rapport.stats.meta.studies import read_study
from rapport.stats.results import Caution, Result, ResultTable, counted
from rapport.stats.tables import Floats, Groups, Ints

Correction = Literal["CR2", "CR1"]

_METHODS: Final = {
    "CR2": (
        "Cluster-robust, bias-reduced linearisation with Satterthwaite degrees of freedom",
        "Tipton, 2015; Pustejovsky & Tipton, 2018",
    ),
    "CR1": (
        "Cluster-robust with the factor clusters / (clusters − coefficients)",
        "Hedges, Tipton & Johnson, 2010",
    ),
}
FEW_DF: Final = 4


@dataclass(frozen=True, kw_only=True)
class Robust(Result):
    """A model's coefficients with cluster-robust tests.

    correction    "CR2" or "CR1"
    clusters      how many
    coefficients  as in the model, with their own standard errors, degrees of freedom and intervals
    """

    correction: Correction
    clusters: int
    level: float
    coefficients: tuple[Coefficient, ...]
    vcov: Floats = field(repr=False)
    model: Pooled | ThreeLevel | Moderated = field(repr=False)

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return _METHODS[self.correction][0]

    @property
    def reference(self) -> str:  # type: ignore[override]  # depends on the fit
        return _METHODS[self.correction][1]

    def sentence(self) -> str:
        scale = self.model.scale
        name = f"cluster-robust ({self.correction}, {self.clusters} clusters)"
        if not isinstance(self.model, Moderated):
            (c,) = self.coefficients
            figure = scale.estimated(c.estimate, c.low, c.high, self.level)
            return f"The pooled effect with {name} inference was {figure}, {c.test_text()}."
        each = "; ".join(f"{c.name}, {c.test_text()}" for c in self.coefficients[1:])
        return f"With {name} inference: {each}."

    def table(self) -> ResultTable:
        title = f"Coefficients with {self.correction} standard errors, {self.clusters} clusters"
        return coefficient_table(self.coefficients, title, self.level)


def robust(
    model: Pooled | ThreeLevel | Moderated,
    *,
    clusters: Sequence[object] | ArrayLike | None = None,
    correction: Correction = "CR2",
) -> Robust:
    """The model's coefficients with tests that allow any dependence within clusters.

    clusters    the cluster of each estimate, shape (k,), in the order in which the model had them; left out for a
                three-level model, its studies. Studies of such a model must lie within clusters
    correction  "CR2": adjusted so that it is unbiased where the model's covariance is right, with Satterthwaite
                degrees of freedom (Tipton, 2015; Pustejovsky & Tipton, 2018); "CR1": the factor clusters /
                (clusters − p) and as many degrees of freedom (metafor's `robust`; clubSandwich calls it CR1p)

    Raises TooFew (no more clusters than coefficients), NotNested, WrongShape, MissingValues; NotIdentified where a
    coefficient rests on one cluster alone.

    Checked against clubSandwich 0.5.8 and metafor 3.8-1 to 1e-6: tests/contract/stats/test_meta.py.
    """
    check_choice(correction, "correction", _METHODS)
    if not isinstance(model, (Pooled, ThreeLevel, Moderated)):
        raise BadInput("robust takes what pool, pool_three_level or regress gave.")
    fit = model.fit
    groups = _clusters(fit, clusters)
    coefficients = len(fit.beta)
    if groups.count <= coefficients:
        raise TooFew(
            f"{counted(groups.count, 'cluster')} cannot carry robust tests of "
            f"{counted(coefficients, 'coefficient')}; at least {coefficients + 1} are needed."
        )
    parts = [_part(fit, np.flatnonzero(groups.codes == code)) for code in range(groups.count)]
    scores = [(_adjusted(part, fit) if correction == "CR2" else part.weighted) for part in parts]
    caught = np.array([score.T @ part.residual for score, part in zip(scores, parts, strict=True)])
    vcov = fit.model_vcov @ (caught.T @ caught) @ fit.model_vcov
    if correction == "CR1":
        vcov = vcov * groups.count / (groups.count - coefficients)
        dfs = np.full(coefficients, float(groups.count - coefficients))
    else:
        dfs = _satterthwaite(fit, parts, scores)
    errors = np.sqrt(np.diag(vcov))
    lost = (errors <= 1e-9 * np.sqrt(np.diag(fit.model_vcov))) | ~np.isfinite(dfs)
    if lost.any():
        raise NotIdentified(
            f"The robust standard error of {fit.names[int(np.flatnonzero(lost)[0])]} is 0: it rests on one cluster "
            "alone, or the estimates do not differ from what the model expects."
        )
    tests = tuple(
        tested(name, float(estimate), float(error), float(df), fit.level)
        for name, estimate, error, df in zip(fit.names, fit.beta, errors, dfs, strict=True)
    )
    return Robust(
        correction=correction,
        clusters=groups.count,
        level=fit.level,
        coefficients=tests,
        vcov=vcov,
        model=model,
        warnings=_cautions(tests),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """One cluster: its rows of X, V, V⁻¹X and of the residuals."""

    design: Floats
    covariance: Floats
    weighted: Floats
    residual: Floats


def _part(fit: Fit, rows: Ints) -> _Part:
    covariance = fit.data.covariance(rows, fit.between, fit.within)
    design = fit.data.design[rows]
    residual = fit.data.estimates[rows] - design @ fit.beta
    return _Part(design, covariance, np.asarray(np.linalg.solve(covariance, design), dtype=np.float64), residual)


def _adjusted(part: _Part, fit: Fit) -> Floats:
    """AV⁻¹X with A = D′B^(+½)D, D the Cholesky root of V and B = D(V − XMX′)D′ (Pustejovsky & Tipton, 2018)."""
    root = np.linalg.cholesky(part.covariance).T
    hidden = part.covariance - part.design @ fit.model_vcov @ part.design.T
    values, vectors = np.linalg.eigh(root @ hidden @ root.T)
    kept = values > 1e-10 * max(values.max(), np.square(np.diag(part.covariance)).max())
    half = (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T
    return np.asarray(root.T @ half @ root @ part.weighted)


def _satterthwaite(fit: Fit, parts: Sequence[_Part], scores: Sequence[Floats]) -> Floats:
    """Degrees of freedom of each coefficient (Tipton, 2015): (Σ pᵢᵢ)² / ΣΣ pᵢⱼ², the working model true."""
    dfs = []
    for column in fit.model_vcov.T:
        weights = [score @ column for score in scores]
        carried = np.array([part.design.T @ weight for part, weight in zip(parts, weights, strict=True)])
        own = np.array([weight @ part.covariance @ weight for part, weight in zip(parts, weights, strict=True)])
        products = np.diag(own) - carried @ fit.model_vcov @ carried.T
        dfs.append(np.trace(products) ** 2 / np.square(products).sum() if np.any(products) else np.nan)
    return np.array(dfs)


def _clusters(fit: Fit, clusters: Sequence[object] | ArrayLike | None) -> Groups:
    by_study = Groups("study", fit.data.study, np.arange(fit.data.studies))
    if clusters is None:
        if fit.data.studies == fit.studies.count:
            raise BadInput("Name the cluster of each estimate with `clusters`.")
        return by_study
    groups = read_study(clusters, fit.studies.count, "cluster")
    first = np.unique(fit.data.study, return_index=True)[1]
    astray = np.flatnonzero(groups.codes != groups.codes[first][fit.data.study])
    if astray.size:
        row = int(astray[0])
        told = f"{fit.studies.labels[row]} (row {row + 1}) is in another cluster than its study's first estimate"
        raise NotNested(f"Each study of a three-level model must lie in one cluster; {told}.")
    return groups


def _cautions(tests: Sequence[Coefficient]) -> tuple[Caution, ...]:
    low = [test.name for test in tests if test.df is not None and test.df < FEW_DF]
    if not low:
        return ()
    text = (
        f"Fewer than {FEW_DF} degrees of freedom for {', '.join(low)}: do not trust the p value there (Tipton, 2015)."
    )
    return (Caution("few-degrees-of-freedom", text),)
