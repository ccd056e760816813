"""The truth-and-bias model: does the therapist see the client's view too low or too high, and follow it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rapport.stats.arguments import check_apart, check_flag, check_level, check_names
from rapport.stats.congruence.estimates import Estimate, estimates_table, find, make_estimate
from rapport.stats.congruence.ratings import check_not_copied, group_means
from rapport.stats.errors import NoVariation, TooFew
from rapport.stats.results import Caution, Result, ResultTable, counted, number, rows_left_out
from rapport.stats.tables import Floats, Groups, Table, check_varies, complete_rows, read_groups, within


@dataclass(frozen=True, kw_only=True)
class TruthAndBias(Result):
    """Directional bias and tracking of a judgement of a truth.

    bias       judgement less truth, in points of the scale, where the truth is average (and moderators are 0)
    tracking   points of judgement for one point of truth: 1 follows fully, 0 not at all
    moderated  how bias and tracking differ for one point of each moderator
    at         bias and tracking at both values of each moderator that has two, the others at 0
    temporal   tracking from session to session within dyads (temporal congruence), its moderation, and tracking between
               dyads; empty where every dyad has one session
    mean_truth C̄, from which both are measured
    variances  of therapists and dyads, and of the residual, in the model with one tracking
    singular   a variance among these is estimated as 0
    """

    reference = "West & Kenny, 2011; Atzil-Slonim et al., 2015"

    judgement: str
    truth: str
    moderators: tuple[str, ...]
    level: float
    bias: Estimate
    tracking: Estimate
    moderated: tuple[Estimate, ...]
    at: tuple[Estimate, ...]
    temporal: tuple[Estimate, ...]
    mean_truth: float
    n_rows: int
    n_dyads: int
    n_therapists: int
    left_out: int
    variances: Mapping[str, float]
    singular: bool
    estimation: str

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        return (
            f"Mixed model by {self.estimation}, judgement and truth both less the mean truth; for temporal congruence "
            "truth split into the dyad's mean and the deviation from it; Satterthwaite's degrees of freedom"
        )

    def estimate(self, name: str) -> Estimate:
        """The estimate `name`, as in "tracking × trained" or "temporal congruence". Raises BadInput."""
        return find((self.bias, self.tracking, *self.moderated, *self.at, *self.temporal), name)

    def sentence(self) -> str:
        direction = "lower" if self.bias.estimate < 0 else "higher"
        sure = self.bias.p < 1 - self.level
        where = f" (where {' and '.join(self.moderators)} is 0)" if self.moderators else ""
        said = (
            f"{self.judgement} was {number(abs(self.bias.estimate))} points {direction} than {self.truth}"
            if sure
            else f"{self.judgement} did not differ in level from {self.truth}"
        )
        text = (
            f"On average {said}{where} (directional bias {self.bias.text('b', self.level)}) and followed it by "
            f"{number(self.tracking.estimate)} points for each point (tracking {self.tracking.text('b', self.level)}; "
            f"{counted(self.n_rows, 'session')} of {counted(self.n_dyads, 'dyad')} and "
            f"{counted(self.n_therapists, 'therapist')})."
        )
        for name in self.moderators:
            bias, tracking = self.estimate(f"bias × {name}"), self.estimate(f"tracking × {name}")
            two = {item.name for item in self.at} >= {f"bias at {name} = 0", f"bias at {name} = 1"}
            compared = f"Where {name} was 1 and not 0" if two else f"For each point of {name}"
            text += (
                f" {compared}, bias differed by {bias.text('b', self.level)}, and tracking by "
                f"{tracking.text('b', self.level)}."
            )
        if self.temporal:
            temporal = self.temporal[0]
            text += f" Within dyads, from session to session, tracking was {temporal.text('b', self.level)}"
            text += " (temporal congruence)."
        return text + " Bias is a question of absolute agreement, tracking one of synchrony."

    def table(self) -> ResultTable:
        title = (
            f"{self.judgement} as a judgement of {self.truth}, both less the mean {self.truth}, {self.mean_truth:.2f}"
        )
        return estimates_table(title, (self.bias, self.tracking, *self.moderated, *self.at, *self.temporal))


def truth_and_bias(
    table: Table,
    *,
    judgement: str,
    truth: str,
    therapist: str,
    dyad: str,
    session: str | None = None,
    moderators: Sequence[str] = (),
    random_tracking: bool = False,
    method: Literal["REML", "ML"] = "REML",
    level: float = 0.95,
) -> TruthAndBias:
    """Directional bias and tracking of the therapist's rating as a judgement of the client's.

        T − C̄ = bias + tracking (C − C̄) + M (bias' + tracking' (C − C̄)) + therapist + dyad + e        (overall)
        T − C̄ = bias + temporal (C − C̄_dyad) + between (C̄_dyad − C̄) + M (…) + therapist + dyad + e  (temporal)

    West & Kenny (2011, Psychological Review 118): because both sides are measured from the mean truth C̄, of
    the sample's rows, the intercept is the mean difference in level. In the second equation the truth is split at each
    dyad's own mean, so that following from session to session is told apart from knowing which clients rate high.

    session          adds a trend over sessions to both equations, so that what both ratings share with time alone
                     is not taken for tracking
    random_tracking  lets tracking vary over dyads, beside their level

    Where every dyad has one session there is no dyad effect and no temporal congruence; where every therapist has one
    dyad there is no therapist effect of its own; both are said in a caution, as is a singular fit. Dyads may be
    numbered anew within each therapist. Checked against lme4 (tests/contract/stats/r/congruence_truth_and_bias.R).

    Raises UnknownColumn, NotNumbers, NotFinite, NoVariation, Collinear, TooFew, BadInput, NotConverged.
    """
    check_level(level)
    check_apart(judgement=judgement, truth=truth, therapist=therapist, dyad=dyad, session=session)
    check_flag(random_tracking, "random_tracking")
    moderators = check_names(moderators, "moderators")
    columns = (judgement, truth, *moderators, *([] if session is None else [session]))
    rows = complete_rows(table, columns, (therapist, dyad))
    if len(rows[truth]) < 3:
        raise TooFew(f"Three rows at least need a value in all of {', '.join(columns)}.")
    for name in (truth, judgement, *moderators):
        check_varies(rows[name], name)
    if session is not None and not np.ptp(rows[session]) > 0:
        raise NoVariation(
            f"{session} is {rows[session][0]:g} in every row, so that there is no trend. Leave session out."
        )
    check_not_copied(rows[judgement], rows[truth], (judgement, truth))
    therapists = read_groups(rows, therapist)
    dyads = within(read_groups(rows, dyad), therapists)
    left_out = len(np.asarray(table[judgement])) - len(rows[truth])
    mean_truth = float(rows[truth].mean())
    random, cautions = _nesting(therapists, dyads)
    model = _Model(rows, judgement, moderators, session, therapists, dyads, random, method, level, mean_truth)
    deviation = rows[truth] - mean_truth
    overall = model.fit({"tracking": deviation}, slope="tracking" if random_tracking and "dyad" in random else None)
    temporal: tuple[Estimate, ...] = ()
    means = group_means(rows[truth], dyads)
    inside = rows[truth] - means
    if "dyad" in random and float(np.abs(inside).max()) > 1e-12:
        split = {"temporal congruence": inside}
        if float(np.ptp(means)) > 1e-12:
            split["tracking between dyads"] = means - mean_truth
        apart = model.fit(split, slope=next(iter(split)) if random_tracking else None)
        first = ("temporal congruence", *(f"temporal congruence × {name}" for name in moderators))
        others = [item for item in apart.estimates if item.name.startswith("tracking between")]
        temporal = (*(apart.get(name) for name in first), *others)
    return TruthAndBias(
        warnings=(*overall.cautions, *rows_left_out(left_out, left_out + len(rows[truth])), *cautions),
        judgement=judgement,
        truth=truth,
        moderators=moderators,
        level=level,
        bias=overall.get("bias"),
        tracking=overall.get("tracking"),
        moderated=tuple(overall.get(f"{what} × {name}") for name in moderators for what in ("bias", "tracking")),
        at=_at_values(overall, rows, moderators),
        temporal=temporal,
        mean_truth=mean_truth,
        n_rows=len(deviation),
        n_dyads=dyads.count,
        n_therapists=therapists.count,
        left_out=left_out,
        variances=overall.variances,
        singular=overall.singular,
        estimation="restricted maximum likelihood" if method == "REML" else "maximum likelihood",
    )


def _nesting(therapists: Groups, dyads: Groups) -> tuple[tuple[str, ...], list[Caution]]:
    """Which of therapist and dyad can have an effect of their own."""
    cautions = []
    if therapists.count < 2:
        raise TooFew("There is one therapist; two at least are needed to tell therapists and dyads apart.")
    random = ["therapist", "dyad"]
    if dyads.sizes.max() == 1:
        random.remove("dyad")
        text = "Every dyad has one session: there is no effect of the dyad, and no temporal congruence."
        cautions.append(Caution("one-session", text))
    if dyads.count == therapists.count:
        random.remove("therapist")
        text = (
            "Every therapist has one dyad: therapists and dyads cannot be told apart, and have one effect together. If "
            f"that is not so, look whether the columns {therapists.name} and {dyads.name} are exchanged."
        )
        cautions.append(Caution("one-dyad", text))
    if not random:
        raise TooFew("Every therapist has one dyad with one session: nothing is nested. Use least squares.")
    return tuple(random), cautions


@dataclass(frozen=True)
class _Fitted:
    estimates: tuple[Estimate, ...]
    variances: Mapping[str, float]
    singular: bool
    cautions: tuple[Caution, ...]
    machinery: Any
    level: float

    def get(self, name: str) -> Estimate:
        return next(item for item in self.estimates if item.name == name)

    def sum(self, name: str, terms: Mapping[str, float]) -> Estimate:
        found = self.machinery.contrast(
            {{"bias": "intercept"}.get(term, term): weight for term, weight in terms.items()}, name=name
        )
        return make_estimate(name, found.estimate, found.se, found.df, self.level)


@dataclass(frozen=True)
class _Model:
    """What both equations share."""

    rows: Mapping[str, NDArray[Any]]
    judgement: str
    moderators: Sequence[str]
    session: str | None
    therapists: Groups
    dyads: Groups
    random: tuple[str, ...]
    method: Literal["REML", "ML"]
    level: float
    mean_truth: float

    def fit(self, truths: Mapping[str, Floats], slope: str | None) -> _Fitted:
        """T − C̄ on `truths`, the moderators and their products; `slope` is the truth whose effect varies over dyads."""
        from rapport.stats import mixed  # loaded when a model is fitted

        columns: dict[str, Any] = {"T − C̄": self.rows[self.judgement] - self.mean_truth, **truths}
        columns |= {"therapist": self.therapists.codes, "dyad": self.dyads.codes}
        for name in self.moderators:
            columns[f"bias × {name}"] = self.rows[name]
            columns |= {f"{truth} × {name}": self.rows[name] * values for truth, values in truths.items()}
        if self.session is not None:
            columns["trend over sessions"] = self.rows[self.session] - self.rows[self.session].mean()
        fixed = [name for name in columns if name not in ("T − C̄", "therapist", "dyad")]
        found = mixed.fit(
            columns,
            outcome="T − C̄",
            fixed=fixed,
            random=[mixed.Random(name, slopes=(slope,) if slope and name == "dyad" else ()) for name in self.random],
            method=self.method,
            level=self.level,
        )
        estimates = tuple(
            make_estimate(name, one.estimate, one.se, one.df, self.level)
            for name, one in zip(("bias", *fixed), found.coefficients, strict=True)
        )
        return _Fitted(estimates, found.variances_by_name(), found.singular, found.warnings, found, self.level)


def _at_values(fit: _Fitted, rows: Mapping[str, NDArray[Any]], moderators: Sequence[str]) -> tuple[Estimate, ...]:
    """Bias and tracking at both values of each moderator that has two."""
    found = []
    for name in moderators:
        values = np.unique(rows[name])
        if len(values) != 2:
            continue
        for what in ("bias", "tracking"):
            for value in values.tolist():
                terms = {what: 1.0} | ({f"{what} × {name}": float(value)} if value else {})
                label = f"{what} at {name} = {value:g}"
                found.append(fit.sum(label, terms))
    return tuple(found)
