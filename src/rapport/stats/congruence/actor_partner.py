"""The actor–partner interdependence model: what a person's own view and the other's go with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from rapport.stats.arguments import check_apart, check_flag, check_level, check_names
from rapport.stats.congruence.estimates import Estimate, estimates_table, find, make_estimate
from rapport.stats.congruence.pairs import PairFit, Pairs
from rapport.stats.errors import BadInput, TooFew
from rapport.stats.results import Caution, Result, ResultTable, counted, number, p_text
from rapport.stats.tables import (
    Floats,
    Groups,
    Ints,
    Table,
    check_lengths,
    check_rank,
    check_varies,
    read_groups,
    read_numbers,
)


@dataclass(frozen=True, slots=True)
class Distinguishability:
    """Likelihood-ratio test (maximum likelihood) of one set of effects, means and variances for both roles."""

    chi_square: float
    df: int
    p: float


@dataclass(frozen=True, kw_only=True)
class ActorPartner(Result):
    """Actor and partner effects, for each role where roles are told apart.

    estimates          “client: actor” is how a client's own predictor goes with the client's outcome, “client: partner”
                       how the other's does
    residual_sds       of each role within a session, and residual_correlation between the two
    level_sds          of dyads' levels by role, and level_correlation; None without sessions
    distinguishability the test that both roles are alike
    """

    reference = "Kenny, Kashy & Cook, 2006, chapter 7"

    outcome: str
    actor: str
    roles: tuple[str, str]
    distinguishable: bool
    level: float
    estimates: tuple[Estimate, ...]
    residual_sds: tuple[float, float]
    residual_correlation: float
    level_sds: tuple[float, float] | None
    level_correlation: float | None
    distinguishability: Distinguishability
    log_likelihood: float
    n_pairs: int
    n_dyads: int
    left_out: int
    estimation: str

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        levels = ", correlated levels of the two persons over sessions" if self.level_sds else ""
        kind = "roles told apart" if self.distinguishable else "roles exchangeable"
        return f"{self.estimation}, {kind}, residuals of the two persons correlated{levels}"

    def estimate(self, name: str) -> Estimate:
        """The estimate `name`, as in "client: actor". Raises BadInput."""
        return find(self.estimates, name)

    def sentence(self) -> str:
        test = self.distinguishability
        alike = "can" if test.p >= 1 - self.level else "cannot"
        if self.distinguishable:
            said = "; ".join(
                f"for the {role}, {self.estimate(f'{role}: actor').text('actor effect', self.level)}, and "
                f"{self.estimate(f'{role}: partner').text('partner effect', self.level)}"
                for role in self.roles
            )
        else:
            actor, partner = self.estimate("actor"), self.estimate("partner")
            said = f"{actor.text('actor effect', self.level)}, and {partner.text('partner effect', self.level)}"
        correlation = number(self.residual_correlation, leading_zero=False)
        return (
            f"In an actor–partner model of {self.outcome} on {self.actor} ({counted(self.n_dyads, 'dyad')}, "
            f"{counted(self.n_pairs, 'pair of rows', 'pairs of rows')}): {said}. The two "
            f"persons' residuals correlated r = {correlation}. The roles {alike} be treated as exchangeable, "
            f" χ²({test.df}) = {number(test.chi_square)}, {p_text(test.p)}."
        )

    def table(self) -> ResultTable:
        return estimates_table(f"Actor and partner effects on {self.outcome}", self.estimates)


def actor_partner(
    table: Table,
    *,
    outcome: str,
    role: str,
    actor: str,
    dyad: str,
    partner: str | None = None,
    session: str | None = None,
    covariates: Sequence[str] = (),
    distinguishable: bool = True,
    cluster: str | None = None,
    method: Literal["REML", "ML"] = "REML",
    level: float = 0.95,
) -> ActorPartner:
    """How a person's outcome goes with their own predictor (actor) and the other's (partner).

        Y_k = b0_k + actor_k X_k + partner_k X_other (+ covariates) + level_k + e_k,   k the role

    One row a person (and session). The residuals e of the two persons at a session correlate, and have a variance for
    each role, or one for both where `distinguishable` is False; with `session` so do the levels of the two over the
    dyad's sessions. Kenny, Kashy & Cook (2006, Dyadic Data Analysis, chapter 7).

    role      which of the two persons: exactly two labels, each once in a dyad (and session)
    partner   the other's predictor where the table has it; otherwise it is taken from the other row
    cluster   the therapist where therapists see several clients: errors robust to their dyads being alike (CR1)

    Pairs with a missing value on either side are left out. Tests take t with dyads (or clusters) less coefficients of
    one role. Distinguishability is tested by maximum likelihood: one set of means, effects, variances for both roles.
    Checked against nlme's gls and lme with varIdent and corSymm (tests/contract/stats/r/congruence_actor_partner.R).

    Raises UnknownColumn, NotNumbers, NotFinite, NoVariation, Collinear, TooFew, BadInput, NotConverged.
    """
    check_level(level)
    check_apart(outcome=outcome, role=role, actor=actor, dyad=dyad, partner=partner, session=session, cluster=cluster)
    check_flag(distinguishable, "distinguishable")
    covariates = check_names(covariates, "covariates")
    columns = _read(table, outcome, actor, partner, covariates, session, (role, dyad, *([cluster] if cluster else [])))
    roles = read_groups(columns, role)
    if roles.count != 2:
        raise BadInput(
            f"{role} has {counted(roles.count, 'label')} "
            f"({', '.join(map(str, roles.labels[:5]))}); a dyad has two roles."
        )
    pairs, left_out = _pair_up(columns, roles, read_groups(columns, dyad), session, outcome)
    values = {name: columns[name][pairs] for name in (outcome, actor, *covariates)}
    other = values[actor][:, ::-1] if partner is None else columns[partner][pairs]
    complete = np.all([np.isfinite(v).all(axis=1) for v in (*values.values(), other)], axis=0)
    left_out += 2 * int((~complete).sum())
    pairs, other = pairs[complete], other[complete]
    values = {name: v[complete] for name, v in values.items()}
    codes = read_groups(columns, dyad).codes[pairs[:, 0]] if len(pairs) else np.empty(0, dtype=np.int64)
    start = np.flatnonzero(np.append(True, np.diff(codes) != 0)) if len(codes) else np.empty(0, dtype=np.int64)
    terms = ["intercept", "actor", "partner", *covariates]
    if len(start) < len(terms) + 2:
        raise TooFew(
            f"{counted(len(start), 'complete dyad')} cannot carry {len(terms)} coefficients of each role "
            "and their spread."
        )
    for name in (outcome, actor):
        check_varies(values[name].ravel(), name)
    single = np.stack([np.ones_like(other), values[actor], other, *(values[name] for name in covariates)], axis=2)
    levels = bool(len(codes) > len(start))
    labels = (str(roles.labels[0]), str(roles.labels[1]))
    apart, together = _designs(single, terms, labels)
    told = Pairs(apart, values[outcome], start, levels=levels, equal=False)
    alike = Pairs(together, values[outcome], start, levels=levels, equal=True)
    chosen = told if distinguishable else alike
    fit = chosen.fit(method)
    test = _test(told.fit("ML"), alike.fit("ML"))
    covariance, df = fit.covariance, float(len(start) - len(terms))
    if cluster:
        covariance, df = _robust(chosen, fit, read_groups(columns, cluster).codes[pairs[start, 0]], cluster)
    names = [f"{label}: {term}" for label in labels for term in terms] if distinguishable else terms
    return ActorPartner(
        warnings=tuple(_cautions(left_out, fit, levels, distinguishable, test, level)),
        outcome=outcome,
        actor=actor,
        roles=labels,
        distinguishable=distinguishable,
        level=level,
        estimates=tuple(
            make_estimate(name, float(value), float(se), df, level)
            for name, value, se in zip(names, fit.estimates, np.sqrt(np.diag(covariance)), strict=True)
        ),
        residual_sds=_sds(fit.within),
        residual_correlation=_correlation(fit.within),
        level_sds=_sds(fit.between) if levels else None,
        level_correlation=_correlation(fit.between) if levels else None,
        distinguishability=test,
        log_likelihood=-fit.deviance / 2,
        n_pairs=len(pairs),
        n_dyads=len(start),
        left_out=left_out,
        estimation="Restricted maximum likelihood" if method == "REML" else "Maximum likelihood",
    )


def _read(
    table: Table,
    outcome: str,
    actor: str,
    partner: str | None,
    covariates: Sequence[str],
    session: str | None,
    identifiers: Sequence[str],
) -> dict[str, NDArray[Any]]:
    """Every column of the rows that say whose they are and when; other values may be missing."""
    names = [outcome, actor, *([] if partner is None else [partner]), *covariates]
    columns = {name: read_numbers(table, name, allow_missing=True) for name in names}
    for name in identifiers:
        read_groups(table, name)
        columns[name] = np.asarray(table[name])
    if session is not None:
        columns[session] = read_numbers(table, session)
    check_lengths(columns)
    return columns


def _pair_up(
    columns: dict[str, NDArray[Any]], roles: Groups, dyads: Groups, session: str | None, outcome: str
) -> tuple[Ints, int]:
    """The rows of both persons, shape (pairs, 2), by dyad and session; and how many rows have no other."""
    at = columns[session] if session is not None else np.zeros(len(roles.codes))
    order = np.lexsort((roles.codes, at, dyads.codes))
    key = np.column_stack([dyads.codes, at])[order]
    same = (key[1:] == key[:-1]).all(axis=1)
    twice = same & (roles.codes[order][1:] == roles.codes[order][:-1])
    if twice.any():
        row = order[1:][twice][0]
        where = f" in session {at[row]:g}" if session is not None else ""
        raise BadInput(
            f"{dyads.name} {dyads.labels[dyads.codes[row]]} has two rows of the "
            f"{roles.labels[roles.codes[row]]}{where}. "
            + ("Give one." if session is not None else "Name the session where there are several.")
        )
    first = np.flatnonzero(same)
    return np.column_stack([order[first], order[first + 1]]), len(order) - 2 * len(first)


def _designs(single: Floats, terms: Sequence[str], labels: tuple[str, str]) -> tuple[Floats, Floats]:
    """With coefficients for each role, and with one for both. Raises Collinear."""
    count, _, width = single.shape
    for person in (0, 1):
        check_rank(single[:, person], [f"{labels[person]}: {term}" for term in terms], apart=1e-6)
    apart = np.zeros((count, 2, 2 * width))
    apart[:, 0, :width], apart[:, 1, width:] = single[:, 0], single[:, 1]
    return apart, single


def _test(apart: PairFit, together: PairFit) -> Distinguishability:
    chi_square = max(together.deviance - apart.deviance, 0.0)
    df = apart.parameters - together.parameters
    return Distinguishability(chi_square, df, float(chdtrc(df, chi_square)))


def _robust(pairs: Pairs, fit: PairFit, labels: NDArray[Any], name: str) -> tuple[Floats, float]:
    codes = np.unique(labels, return_inverse=True)[1]
    count = int(codes.max()) + 1
    if count < 2:
        raise TooFew(f"There is one {name}; two at least are needed for standard errors robust to it.")
    scores = np.zeros((count, len(fit.estimates)))
    np.add.at(scores, codes, pairs.scores(fit))
    return fit.covariance @ (scores.T @ scores) @ fit.covariance * count / (count - 1), float(count - 1)


def _sds(matrix: Floats) -> tuple[float, float]:
    return float(np.sqrt(matrix[0, 0])), float(np.sqrt(matrix[1, 1]))


def _correlation(matrix: Floats) -> float:
    spread = np.sqrt(matrix[0, 0] * matrix[1, 1])
    return float(matrix[0, 1] / spread) if spread > 0 else float("nan")


def _cautions(
    left_out: int, fit: PairFit, levels: bool, distinguishable: bool, test: Distinguishability, level: float
) -> list[Caution]:
    found = []
    if left_out:
        text = f"{counted(left_out, 'row is', 'rows are')} left out for lack of a value, or of the other person's row."
        found.append(Caution("rows-left-out", text))
    if levels and np.linalg.eigvalsh(fit.between).min() < 1e-6 * np.trace(fit.within):
        text = "Dyads' levels are estimated not to differ in at least one direction (a singular fit)."
        found.append(Caution("singular", text))
    if not distinguishable and test.p < 1 - level:
        text = "The roles are treated as exchangeable, but the test says that they differ."
        found.append(Caution("distinguishable", text))
    return found
