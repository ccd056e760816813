"""Agreement at one session and the outcome at the next, within and between clients, in short panels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from rapport.stats.arguments import check_apart, check_level, check_names
from rapport.stats.congruence.agreement import MEANINGS, Agreement, agreement
from rapport.stats.congruence.estimates import Estimate, make_estimate
from rapport.stats.congruence.lagged_levels import between_slope
from rapport.stats.congruence.lagged_likelihood import System, SystemFit, make_equation
from rapport.stats.congruence.lagged_naive import fit_naive, nickell_bias
from rapport.stats.congruence.lagged_panel import Steps, find_steps
from rapport.stats.congruence.lagged_result import LaggedAgreement
from rapport.stats.errors import TooFew
from rapport.stats.results import Caution, counted, rows_left_out
from rapport.stats.tables import (
    Floats,
    Groups,
    Ints,
    Table,
    check_rank,
    check_varies,
    complete_rows,
    read_groups,
    within,
)


def lagged_agreement(
    table: Table,
    *,
    outcome: str,
    client: str | Sequence[str],
    therapist: str | Sequence[str],
    dyad: str,
    session: str,
    cluster: str | None = None,
    kind: Agreement = "absolute-difference",
    moderators: Sequence[str] = (),
    level: float = 0.95,
) -> LaggedAgreement:
    """What a point more agreement than usual in a session goes with in the outcome of the next, given this one's.

        Y(t+1) = u + φ Y(t) + β A(t) [+ β' M A(t) + M] + session + e
        A(t+1) = a + ψ0 Y(t+1) + ψ1 Y(t) + ρ A(t) [+ M] + session + f

    u and a are the client's own levels, free to correlate with one another and with the first session's Y and A. So β
    is the effect within clients; that between clients is how the levels, to which the two series return, go together.

    Why both equations: an intercept for each client, or centring at the client's mean, biases φ downwards and β with
    it when there are few sessions (Nickell, 1981), and agreement that answers to the outcome biases β once more.
    Maximum likelihood over both series, conditional on the first session, is consistent for any number of
    sessions as clients increase: the first session is taken as it is, whether or not the process had settled, and the
    levels are regressed on it (Chamberlain, 1980; Blundell & Smith, 1991; Wooldridge, 2005). It takes both series as
    normal, with the same residual spread at every session. The same model as a structural equation: Allison, Williams
    & Moral-Benito (2017), here with predetermined agreement.

    client, therapist  the ratings' columns; for kind="profile" the items' columns of each
    dyad               who belongs together: the client's code; with `cluster` it may be reused between therapists
    session            whole numbers. A missing session or value ends a run; each client's longest run is used
    cluster            the therapist where therapists see several clients: standard errors robust to these being alike
                       (CR1, t with therapists − 1)
    moderators         columns such as trained; the effect of agreement is then that where they are 0

    The interval of φ is that of the profile likelihood, its p that of its standard error. With 117 clients at six
    sessions and φ of .4 or .7, 94 to 97% of intervals of φ and β held the truth over 200 seeds; of those of the
    slope between clients 87 to 94% did, so that is to be read with care.

    The result also shows the naive within-client estimate, and the bias of φ after Nickell (1981).
    Checked against lavaan's likelihood of the same equations (tests/contract/stats/r/congruence_lagged.R), and by
    recovery at six sessions (benchmarks/coverage.py).

    Raises UnknownColumn, NotNumbers, NotFinite, NoVariation, Collinear, TooFew, BadInput, NotNested, NotConverged.
    """
    agreed = agreement(table, client=client, therapist=therapist, kind=kind)
    return fit_lagged(
        _WithAgreement(table, agreed),
        outcome=outcome,
        agreement=_AGREEMENT,
        dyad=dyad,
        session=session,
        cluster=cluster,
        moderators=moderators,
        level=level,
        meaning=MEANINGS[kind],
        cautions=_caution_kind(kind),
    )


_AGREEMENT: Final = "agreement of the two ratings"


@dataclass(frozen=True)
class _WithAgreement:
    """A table with one column more, whatever holds it."""

    table: Table
    agreement: Floats

    def __getitem__(self, name: str) -> Any:
        return self.agreement if name == _AGREEMENT else self.table[name]

    @property
    def columns(self) -> Any:
        return getattr(self.table, "columns", None) or getattr(self.table, "keys", list)()


def fit_lagged(
    table: Table,
    *,
    outcome: str,
    agreement: str,
    dyad: str,
    session: str,
    cluster: str | None = None,
    moderators: Sequence[str] = (),
    level: float = 0.95,
    meaning: str = "as given",
    cautions: Sequence[Caution] = (),
) -> LaggedAgreement:
    """`lagged_agreement` where agreement, or anything else that goes before the outcome, is a column already."""
    check_level(level)
    check_apart(outcome=outcome, agreement=agreement, dyad=dyad, session=session, cluster=cluster)
    moderators = check_names(moderators, "moderators")
    identifiers = (dyad,) if cluster is None else (dyad, cluster)
    names = (outcome, session, *moderators, agreement)
    rows = complete_rows(table, names, identifiers)
    if len(rows[outcome]) < 2:
        raise TooFew(f"Two rows at least need a value in all of {', '.join(names)}.")
    check_varies(rows[outcome], outcome)
    check_varies(rows[agreement], agreement)
    clients, therapists = read_groups(rows, dyad), None
    if cluster is not None:
        therapists = read_groups(rows, cluster)
        if therapists.count < 2:
            raise TooFew(
                f"{cluster} is {therapists.labels[0]} in every row; errors robust to it need two at least. Leave "
                "cluster out."
            )
        clients = within(clients, therapists)
    steps = find_steps(rows[outcome], rows[agreement], rows[session], clients)
    moderating = np.column_stack([rows[name][steps.row] for name in moderators]) if moderators else None
    fitted = _fit(steps, moderating, moderators)
    clusters = None if therapists is None else _clusters(therapists, steps)
    covariance, df = _covariance(fitted.system, clusters)
    estimates = _estimates(fitted, covariance, df, level)
    at = () if moderating is None else _at_values(fitted, covariance, df, level, moderating, moderators)
    incomplete = len(np.asarray(table[outcome])) - len(rows[outcome])
    carry_over = next(item.estimate for item in estimates if item.name == "outcome before")
    return LaggedAgreement(
        warnings=(
            *rows_left_out(incomplete, incomplete + len(rows[outcome])),
            *_cautions(steps, fitted.system, clusters),
            *cautions,
        ),
        outcome=outcome,
        agreement=meaning,
        moderators=moderators,
        level=level,
        estimates=estimates,
        at=at,
        between=between_slope(fitted.system, fitted.scale, covariance, steps, fitted.places, level),
        naive=fit_naive(steps, moderating, moderators, level),
        nickell_bias=nickell_bias(carry_over, steps),
        n_clients=len(steps.start),
        n_steps=len(steps.client),
        mean_steps=float(steps.count.mean()),
        n_therapists=None if clusters is None else int(clusters.max()) + 1,
        left_out=steps.left_out + incomplete,
        residual_sd=float(fitted.system.residual_sds[0] * fitted.scale[0]),
        log_likelihood=fitted.log_likelihood,
    )


@dataclass(frozen=True)
class _Fitted:
    """names and units of the coefficients; `scale` the SDs of outcome and agreement; `places` of what levels need."""

    model: System
    system: SystemFit
    names: tuple[str, ...]
    units: Floats
    scale: Floats
    places: dict[str, int]
    log_likelihood: float


def _fit(steps: Steps, moderating: Floats | None, moderators: Sequence[str]) -> _Fitted:
    """On standardised series, so that units do not matter to the search."""
    if steps.count.max() < 2:
        raise TooFew("No client has three sessions in a row, which effects within clients need.")
    mean = np.array([steps.outcome.mean(), steps.agreement.mean()])
    scale = np.array([steps.outcome.std(), steps.agreement.std()])
    for spread, what in zip(scale, ("The outcome", "Agreement"), strict=True):
        if not spread > 0:
            raise TooFew(f"{what} does not vary over the sessions that have a next one.")
    y, y_next, y_first = ((v - mean[0]) / scale[0] for v in (steps.outcome, steps.next_outcome, steps.first_outcome))
    # Agreement keeps its zero, so that a moderator's main effect is not moved by its product.
    a, a_next, a_first = (v / scale[1] for v in (steps.agreement, steps.next_agreement, steps.first_agreement))
    one, time = np.ones_like(y), steps.session - steps.session.mean()
    times = [time] if np.ptp(time) > 0 else []
    extra = [] if moderating is None else list(moderating.T)
    products = [column * a for column in extra]
    first = np.column_stack([one, y, a, *products, *extra, *times, y_first, a_first])
    second = np.column_stack([one, y_next, y, a, *extra, *times, y_first, a_first])
    named = ["session"] if times else []
    products_named = [f"agreement × {name}" for name in moderators]
    ends = ["first outcome", "first agreement"]
    first_names = ["intercept", "outcome before", "agreement", *products_named, *moderators, *named, *ends]
    second_names = ["intercept", "outcome", "outcome before", "agreement before", *moderators, *named, *ends]
    check_rank(first, first_names, apart=1e-6)
    check_rank(second, second_names, apart=1e-6)
    if len(y) - len(steps.start) < first.shape[1] + 2:
        raise TooFew(
            f"{counted(len(y), 'step')} of {counted(len(steps.start), 'client')} are too few for the effects within "
            "clients. More sessions or clients are needed."
        )
    start, count = steps.start, steps.count
    model = System(make_equation(first, y_next, start, count), make_equation(second, a_next, start, count), count)
    system = model.fit()
    sd = {"outcome": scale[0], "agreement": scale[1]}
    first_units = np.array([scale[0] / _unit(name, sd) for name in first_names])
    second_units = np.array([scale[1] / _unit(name, sd) for name in second_names])
    width = len(first_names)
    places = {
        "carry": 1,
        "effect": 2,
        "answers": width + 1,
        "answers before": width + 2,
        "agreement carry": width + 3,
        "first in outcome": width - 2,
        "first in agreement": width + len(second_names) - 2,
    }
    if moderating is not None:
        places |= {f"moderator {index}": 3 + index for index in range(len(moderators))}
    names = (*first_names, *(f"agreement: {name}" for name in second_names))
    constant = len(y) * float(np.log(scale).sum())
    return _Fitted(
        model,
        system,
        names,
        np.concatenate([first_units, second_units]),
        scale,
        places,
        system.log_likelihood - constant,
    )


def _unit(name: str, sd: dict[str, float]) -> float:
    if name.startswith("agreement") or name == "first agreement":
        return sd["agreement"]
    return sd["outcome"] if name.startswith("outcome") or name == "first outcome" else 1.0


def _covariance(system: SystemFit, clusters: Ints | None) -> tuple[Floats, float]:
    """The inverse information of all parameters together, as φ and the levels' spread go together, or robust."""
    values, vectors = np.linalg.eigh(system.information)
    # Where a spread is estimated as 0 its direction says nothing; it is left out instead of being inverted.
    kept = values > 1e-8 * values.max()
    inverse = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    if clusters is None:
        return inverse, float("inf")
    count = int(clusters.max()) + 1
    scores = np.zeros((count, system.scores.shape[1]))
    np.add.at(scores, clusters, system.scores)
    return inverse @ (scores.T @ scores) @ inverse * count / (count - 1), float(count - 1)


def _clusters(therapists: Groups, steps: Steps) -> Ints:
    codes = therapists.codes[steps.row[steps.start]]
    clusters = np.unique(codes, return_inverse=True)[1].astype(np.int64)
    if clusters.max() < 1:
        raise TooFew("Standard errors robust to therapists need two therapists at least. Leave cluster out.")
    return clusters


def _estimates(fitted: _Fitted, covariance: Floats, df: float, level: float) -> tuple[Estimate, ...]:
    errors = np.sqrt(np.diag(covariance))
    found = tuple(
        make_estimate(name, float(fitted.system.parameters[i] * unit), float(errors[i] * unit), df, level)
        for i, (name, unit) in enumerate(zip(fitted.names, fitted.units, strict=True))
        if "intercept" not in name
    )
    # φ's likelihood is lopsided in short panels, and its standard error too small where the fit is singular.
    carry = fitted.places["carry"]
    low, high = fitted.model.interval(fitted.system, carry, max(float(errors[carry]), 0.03), level)
    return tuple(replace(item, low=low, high=high) if item.name == "outcome before" else item for item in found)


def _at_values(
    fitted: _Fitted, covariance: Floats, df: float, level: float, moderating: Floats, moderators: Sequence[str]
) -> tuple[Estimate, ...]:
    """The effect of agreement at both values of each moderator that has two."""
    found = []
    effect = fitted.places["effect"]
    for index, name in enumerate(moderators):
        values = np.unique(moderating[:, index])
        if len(values) != 2:
            continue
        for value in values.tolist():
            weights = np.zeros(len(covariance))
            weights[effect], weights[fitted.places[f"moderator {index}"]] = 1.0, value
            estimate = float(weights[: len(fitted.system.parameters)] @ fitted.system.parameters)
            se = float(np.sqrt(weights @ covariance @ weights))
            unit = float(fitted.units[effect])
            found.append(make_estimate(f"agreement at {name} = {value:g}", estimate * unit, se * unit, df, level))
    return tuple(found)


def _cautions(steps: Steps, system: SystemFit, clusters: Ints | None) -> list[Caution]:
    found = []
    if steps.lone:
        told = counted(steps.lone, "client has", "clients have")
        text = f"{told} no two sessions in a row and are left out: they show no step."
        found.append(Caution("clients-left-out", text))
    if steps.left_out > steps.lone:
        told = counted(steps.left_out, "row is", "rows are")
        text = f"Of clients with gaps the longest run of sessions is used; {told} in no step."
        found.append(Caution("gaps", text))
    if np.linalg.eigvalsh(system.intercepts).min() < 1e-6:
        text = (
            "Clients' own levels, given the first session, are estimated not to differ in at least one direction (a "
            "singular fit). Standard errors take that as known."
        )
        found.append(Caution("singular", text))
    if clusters is not None and clusters.max() + 1 == len(steps.start):
        text = (
            "Every cluster has one client, so that robust standard errors count clients. If therapists see several, "
            "look whether the columns of dyad and cluster are exchanged."
        )
        found.append(Caution("one-dyad", text))
    if clusters is not None and clusters.max() + 1 < 20:
        text = f"With {clusters.max() + 1} therapists, robust standard errors tend to be too small."
        found.append(Caution("few-clusters", text))
    return found


def _caution_kind(kind: Agreement) -> list[Caution]:
    found = []
    if kind == "product":
        text = "A product of ratings is also high where both rate low; it is not agreement at every level."
        found.append(Caution("product", text))
    if kind == "profile":
        text = (
            "A profile correlation tells of agreement in shape; raters who differ in level throughout can agree fully."
        )
        found.append(Caution("levels-removed", text))
    return found
