"""Intraclass correlations of raters, in the forms of Shrout & Fleiss (1979) and McGraw & Wong (1996)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from scipy import stats

from rapport.stats.arguments import check_choice, check_level
from rapport.stats.errors import MissingValues, NoVariation, TooFew, WrongShape
from rapport.stats.results import Caution, Result, ResultTable, interval_text, number, p_text
from rapport.stats.tables import Floats, Table, check_varies, read_groups, read_numbers

# Shrout & Fleiss's name → McGraw & Wong's, and what it answers.
KINDS: Final[dict[str, tuple[str, str]]] = {
    "ICC(1,1)": ("ICC(1)", "one rating, each target rated by raters of its own"),
    "ICC(2,1)": ("ICC(A,1)", "one rater, absolute agreement"),
    "ICC(3,1)": ("ICC(C,1)", "one rater, consistency"),
    "ICC(1,k)": ("ICC(k)", "the mean of the ratings, each target rated by raters of its own"),
    "ICC(2,k)": ("ICC(A,k)", "the mean of the raters, absolute agreement"),
    "ICC(3,k)": ("ICC(C,k)", "the mean of the raters, consistency"),
}


@dataclass(frozen=True, kw_only=True)
class IntraclassForm:
    """One form of the coefficient, with its test of ρ = 0 and its interval."""

    kind: str
    other_name: str
    answers: str
    estimate: float
    low: float
    high: float
    f: float
    df1: float
    df2: float
    p: float


@dataclass(frozen=True, kw_only=True)
class IntraclassCorrelation(Result):
    """How far raters agree about the same targets.

    kind, estimate, low, high   the form asked for, at `level`
    forms                       all forms that the data can give: six, or two where no rater is named
    mean_squares                between targets, between raters, residual, within targets
    """

    method: ClassVar[str] = "Mean squares of a balanced analysis of variance, intervals from F"
    reference: ClassVar[str] = "Shrout & Fleiss, 1979; McGraw & Wong, 1996"

    kind: str
    estimate: float
    low: float
    high: float
    level: float
    n_targets: int
    n_raters: int
    mean_squares: dict[str, float]
    forms: tuple[IntraclassForm, ...]

    @property
    def form(self) -> IntraclassForm:
        """The form asked for, with its test."""
        return next(form for form in self.forms if form.kind == self.kind)

    def sentence(self) -> str:
        form = self.form
        f = f"F({form.df1:g}, {form.df2:g}) = {number(form.f)}, {p_text(form.p)}"
        return (
            f"Agreement of {self.n_raters} ratings on each of {self.n_targets} targets ({form.answers}) was "
            f"{self.kind} = {number(self.estimate, leading_zero=False)}, "
            f"{interval_text(self.low, self.high, self.level, leading_zero=False)}, {f}."
        )

    def table(self) -> ResultTable:
        return ResultTable(
            "Intraclass correlations",
            ("form", "McGraw & Wong", "answers", "ICC", "low", "high", "F", "df1", "df2", "p"),
            tuple(
                (o.kind, o.other_name, o.answers, o.estimate, o.low, o.high, o.f, o.df1, o.df2, o.p) for o in self.forms
            ),
        )


def icc(
    table: Table,
    *,
    score: str,
    target: str,
    rater: str | None = None,
    kind: str = "ICC(2,1)",
    level: float = 0.95,
) -> IntraclassCorrelation:
    """How far raters agree about the same targets.

    One row of `table` is one rating: `score` of a `target` by a `rater`. `kind` is a name of Shrout & Fleiss,
    "ICC(2,1)", or of McGraw & Wong, "ICC(A,1)":

        ICC(1,·)  one-way: each target has raters of its own (`rater` may be left out)
        ICC(2,·)  two-way, absolute agreement: a rater who rates higher throughout counts as disagreement
        ICC(3,·)  two-way, consistency: such a difference is set aside
        ICC(·,1)  reliability of one rating; ICC(·,k) of the mean of the k ratings

    The data must be balanced: each rater rates each target once. Others are refused, with the first gap named; for
    them fit a mixed model with random targets and raters (`stats.mixed`), or leave out what is incomplete. For the
    share of therapists in an outcome, which is an intraclass correlation of nested data, use
    `stats.mixed.therapist_effect`.

    Raises UnknownColumn, NotNumbers, MissingValues (also for a rating that is not there), NotFinite, NoVariation,
    WrongShape (a target rated twice by one rater, unequal numbers of ratings), TooFew, OutOfRange.

    Formulas: Shrout & Fleiss (1979); McGraw & Wong (1996, with their correction on p. 390). Checked against psych::ICC
    2.2.9 and the example of Shrout & Fleiss.
    """
    check_level(level)
    by_other = {other: name for name, (other, _) in KINDS.items()}
    kind = by_other.get(kind, kind)
    check_choice(kind, "kind", (*KINDS, *by_other))
    if rater is None and not kind.startswith("ICC(1"):
        raise WrongShape(f"{kind} compares raters: name the column that tells the rater, rater=….")
    scores = _square(table, score, target, rater)
    check_varies(scores.ravel(), score)
    squares = _mean_squares(scores)
    forms = _forms(squares, scores.shape[0], scores.shape[1], level, two_way=rater is not None)
    asked = next(form for form in forms if form.kind == kind)
    return IntraclassCorrelation(
        kind=kind,
        estimate=asked.estimate,
        low=asked.low,
        high=asked.high,
        level=level,
        n_targets=scores.shape[0],
        n_raters=scores.shape[1],
        mean_squares=squares if rater is not None else {key: squares[key] for key in ("targets", "within")},
        forms=forms,
        warnings=_cautions(asked, squares, scores.shape[0]),
    )


def _square(table: Table, score: str, target: str, rater: str | None) -> Floats:
    """The ratings, shape (targets, raters)."""
    values, targets = read_numbers(table, score), read_groups(table, target)
    raters = read_groups(table, rater) if rater is not None else None
    if len(targets.codes) != len(values) or (raters is not None and len(raters.codes) != len(values)):
        raise WrongShape(f"{score}, {target} and {rater} must have the same number of rows.")
    if targets.count < 2:
        raise TooFew(f"There is one {target}; agreement needs at least two that can differ.")
    if raters is None:
        k = int(targets.sizes[0])
        if (targets.sizes != k).any():
            odd = int(np.flatnonzero(targets.sizes != k)[0])
            raise WrongShape(
                f"{target} {targets.labels[odd]} has {targets.sizes[odd]} ratings, {target} {targets.labels[0]} has "
                f"{k}. Each needs the same number here; for unequal numbers fit a mixed model."
            )
        if k < 2:
            raise TooFew(f"Each {target} has one rating; agreement needs at least two.")
        return values[np.argsort(targets.codes, kind="stable")].reshape(targets.count, k)
    if raters.count < 2:
        raise TooFew(f"There is one {rater}; agreement needs at least two.")
    times = np.zeros((targets.count, raters.count), dtype=np.int64)
    np.add.at(times, (targets.codes, raters.codes), 1)
    if (times > 1).any():
        one, other = np.argwhere(times > 1)[0]
        raise WrongShape(
            f"{target} {targets.labels[one]} is rated {times[one, other]} times by {rater} {raters.labels[other]}. "
            "Keep one rating, or their mean."
        )
    if (times == 0).any():
        one, other = np.argwhere(times == 0)[0]
        raise MissingValues(
            f"{target} {targets.labels[one]} has no rating by {rater} {raters.labels[other]} "
            f"({int((times == 0).sum())} gaps in all). Leave out what is incomplete, or fit a mixed model."
        )
    square = np.empty(times.shape)
    square[targets.codes, raters.codes] = values
    return square


def _mean_squares(scores: Floats) -> dict[str, float]:
    n, k = scores.shape
    centred = scores - scores.mean()
    of_targets, of_raters = centred.mean(axis=1), centred.mean(axis=0)
    residual = centred - of_targets[:, None] - of_raters
    # A sum of squares that is rounding only is nothing: perfect agreement has no residual.
    nothing = 1e-24 * max(1.0, float(np.abs(scores).max())) ** 2 * scores.size
    sums = {
        "targets": (k * float(of_targets @ of_targets), n - 1),
        "raters": (n * float(of_raters @ of_raters), k - 1),
        "residual": (float((residual**2).sum()), (n - 1) * (k - 1)),
        "within": (float(((centred - of_targets[:, None]) ** 2).sum()), n * (k - 1)),
    }
    return {name: 0.0 if total <= nothing else total / df for name, (total, df) in sums.items()}


def _forms(ms: dict[str, float], n: int, k: int, level: float, *, two_way: bool) -> tuple[IntraclassForm, ...]:
    tail = (1 - level) / 2
    df1, within, residual = n - 1, n * (k - 1), (n - 1) * (k - 1)
    single = {"ICC(1,1)": _consistency(ms["targets"], ms["within"], k, df1, within, tail)}
    if two_way:
        single["ICC(2,1)"] = _agreement(ms, n, k, tail)
        single["ICC(3,1)"] = _consistency(ms["targets"], ms["residual"], k, df1, residual, tail)
    averaged = {name.replace(",1)", ",k)"): tuple(_of_mean(x, k) for x in three) for name, three in single.items()}
    found = []
    for name, (estimate, low, high) in {**single, **averaged}.items():
        error, df2 = (ms["within"], within) if name.startswith("ICC(1") else (ms["residual"], residual)
        f = ms["targets"] / error if error else (float("inf") if ms["targets"] else 0.0)
        found.append(
            IntraclassForm(
                kind=name,
                other_name=KINDS[name][0],
                answers=KINDS[name][1],
                estimate=estimate,
                low=low,
                high=high,
                f=f,
                df1=float(df1),
                df2=float(df2),
                p=float(stats.f.sf(f, df1, df2)),
            )
        )
    return tuple(found)


def _of_mean(single: float, k: int) -> float:
    """The reliability of the mean of k (Spearman–Brown). Minus infinity is its limit as `single` → −1/(k − 1)."""
    below = 1 + (k - 1) * single
    return k * single / below if below > 1e-12 else float("-inf")


def _consistency(between: float, error: float, k: int, df1: int, df2: int, tail: float) -> tuple[float, float, float]:
    def ratio(f: float) -> float:
        return (between - f * error) / (between + (k - 1) * f * error)

    if not between and not error:  # only raters differ
        return 0.0, 0.0, 0.0
    return ratio(1.0), ratio(float(stats.f.ppf(1 - tail, df1, df2))), ratio(float(stats.f.ppf(tail, df1, df2)))


def _agreement(ms: dict[str, float], n: int, k: int, tail: float) -> tuple[float, float, float]:
    """Absolute agreement of two-way data, with Satterthwaite's degrees of freedom (McGraw & Wong, 1996)."""
    targets, raters, error = ms["targets"], ms["raters"], ms["residual"]
    total = targets + (k - 1) * error + k * (raters - error) / n
    if total <= 1e-12 * error:
        raise NoVariation(
            "Neither the targets nor the raters differ on the whole, and there are two of each: nothing tells "
            "agreement from chance. Gather more ratings."
        )
    estimate = (targets - error) / total
    # Both weights are multiplied by 1 − ρ, which leaves their ratio and allows ρ = 1.
    a, b = k * estimate / n, (1 - estimate) + k * estimate * (n - 1) / n
    top, bottom = (a * raters + b * error) ** 2, (a * raters) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    df = top / bottom if top > 0 and bottom > 0 else float((n - 1) * (k - 1))
    spread = k * raters + (k * n - k - n) * error
    f_low, f_high = float(stats.f.ppf(1 - tail, n - 1, df)), float(stats.f.ppf(1 - tail, df, n - 1))
    low = n * (targets - f_low * error) / (f_low * spread + n * targets)
    high = n * (f_high * targets - error) / (spread + n * f_high * targets)
    return estimate, low, high


def _cautions(form: IntraclassForm, squares: dict[str, float], n_targets: int) -> tuple[Caution, ...]:
    found = []
    if form.estimate < 0:
        text = (
            "The coefficient is below zero: ratings of one target differ more than targets do. Read it as no agreement."
        )
        found.append(Caution("negative", text))
    if not squares["residual" if not form.kind.startswith("ICC(1") else "within"]:
        text = "No residual is left: the interval has no width, which tells of these data and not of other raters."
        found.append(Caution("no-residual", text))
    if n_targets < 10:
        found.append(
            Caution(
                "few-targets", f"Only {n_targets} targets: the interval holds for normally distributed ratings alone."
            )
        )
    return tuple(found)
