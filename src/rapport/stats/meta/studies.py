"""What is pooled: one estimate a study with its sampling variance, read and checked once."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rapport.stats.arguments import check_choice
from rapport.stats.errors import BadInput, MissingValues, OutOfRange, Overlapping, TooFew, WrongShape
from rapport.stats.results import Caution, counted
from rapport.stats.tables import Floats, Groups, check_numbers, check_rank, check_varies, read_columns, read_groups

Overlap = Literal["refuse", "allow"]

WIDE_RATIO: Final = 1e7  # of the largest to the smallest variance: worth a look
ABSURD_RATIO: Final = 1e12  # beyond this the weights are lost in rounding
_CHANGE_UNITS: Final = "SD of the changes"  # the standardiser of an effect that compares with no other
# Their variance is that of the logarithm, so they are pooled as logarithms.
_RATIOS: Final = {"odds_ratio": "log_odds_ratio", "risk_ratio": "log_risk_ratio"}


class EffectLike(Protocol):
    """An effect that knows its metric and its variance: `stats.effects.Effect` is one."""

    @property
    def metric(self) -> Any: ...
    @property
    def estimate(self) -> float: ...
    @property
    def variance(self) -> float | None: ...


Estimates = ArrayLike | Sequence[EffectLike]
Moderators = Mapping[str, ArrayLike] | NDArray[Any]


@dataclass(frozen=True, slots=True)
class Studies:
    """Estimates with their variances and names, each of shape (k,), in the order in which they were given."""

    estimates: Floats
    variances: Floats
    labels: tuple[str, ...]
    metric: str
    cautions: tuple[Caution, ...]

    @property
    def count(self) -> int:
        return len(self.estimates)


def read_studies(
    estimates: Estimates,
    *,
    variances: ArrayLike | None,
    standard_errors: ArrayLike | None,
    labels: Sequence[object] | None,
    metric: str | None,
    samples: Sequence[object] | None,
    overlap: Overlap,
    study: Groups | None = None,
) -> Studies:
    """The studies, or a named error that says which one cannot be used.

    `study` tells which estimates are one study's: these may share their sample.
    """
    values, own_variances, metric = _values(estimates, variances, standard_errors, metric)
    if len(values) != len(own_variances):
        raise WrongShape(f"There are {len(values)} estimates but {len(own_variances)} variances; give one for each.")
    names = _labels(labels, len(values))
    if len(values) < 2:
        raise TooFew("One estimate is no pool. Give at least two estimates, or report the one as it is.")
    _check_variances(own_variances, names)
    cautions = [*_sampling(samples, names, overlap, study), *_ratio(own_variances, names)]
    if metric == "r":
        text = 'The variance of r depends on r, which biases the pool; Fisher\'s z does not: pool z, shown_as="r".'
        cautions.append(Caution("raw-correlations", text))
    return Studies(values, own_variances, names, metric, tuple(cautions))


def count_of(estimates: Any) -> int:
    """How many estimates there are, before they are read."""
    return len(estimates) if hasattr(estimates, "__len__") else int(np.size(estimates))


def read_study(study: Sequence[object] | ArrayLike, count: int, name: str = "study") -> Groups:
    """The study of each estimate; `name` is how messages call it."""
    groups = read_groups({name: _labels_as_array(study)}, name)
    if len(groups.codes) != count:
        raise WrongShape(f"There are {count} estimates but {len(groups.codes)} values of {name}; give one for each.")
    return groups


def read_moderators(moderators: Moderators, count: int) -> tuple[Floats, tuple[str, ...]]:
    """The design matrix with its intercept, shape (k, p), and the names of its columns.

    Text is coded by treatment contrasts against the first of its values in alphabetical order.
    """
    columns: dict[str, Floats] = {}
    for name, values in _named_columns(moderators).items():
        array = np.asarray(values)
        is_text = array.dtype.kind in "US" or (array.dtype == object and any(isinstance(v, str) for v in array.ravel()))
        if is_text:
            columns |= _contrasts(name, array)
        else:
            columns[name] = check_numbers(array, name)
    for name, column in columns.items():
        if len(column) != count:
            raise WrongShape(f"The moderator {name} has {len(column)} values for {count} estimates; give one for each.")
        check_varies(column, f"The moderator {name}")
    names = ("intercept", *columns)
    design = np.column_stack([np.ones(count), read_columns(columns, list(columns))])
    if count <= len(names):
        raise TooFew(
            f"{counted(count, 'estimate')} cannot carry {len(names)} coefficients ({', '.join(names)}) "
            "and heterogeneity. Leave moderators out."
        )
    check_rank(design, names, apart=1e-6)
    return design, names


def _named_columns(moderators: Any) -> dict[str, Any]:
    """A dict or a DataFrame by its names; a matrix as x1, x2 …"""
    if isinstance(moderators, Mapping):
        named = {str(name): values for name, values in moderators.items()}
    elif hasattr(moderators, "columns"):
        named = {str(name): moderators[name] for name in moderators.columns}
    elif isinstance(moderators, np.ndarray) and moderators.ndim == 2:
        named = {f"x{column + 1}": moderators[:, column] for column in range(moderators.shape[1])}
    else:
        raise BadInput('Give moderators by name, such as {"year": [2012, 2015, …]}, or as a matrix (k, moderators).')
    if not named:
        raise TooFew("No moderator is given. Name at least one, or use pool.")
    return named


def _contrasts(name: str, values: Any) -> dict[str, Floats]:
    groups = read_groups({name: values}, name)
    if groups.count < 2:
        raise TooFew(f"The moderator {name} is {groups.labels[0]} in every study. Leave it out.")
    return {
        f"{name}: {label}": (groups.codes == code).astype(np.float64)
        for code, label in enumerate(groups.labels)
        if code > 0
    }


def _values(
    estimates: Estimates, variances: ArrayLike | None, standard_errors: ArrayLike | None, metric: str | None
) -> tuple[Floats, Floats, str]:
    effects = _as_items(estimates)
    if effects and all(hasattr(effect, "estimate") for effect in effects):
        if variances is not None or standard_errors is not None:
            raise BadInput("The effects carry their variances. Leave `variances` and `standard_errors` out.")
        own = _one_metric(effects)
        if metric is not None and str(metric) != own:
            raise BadInput(f"The effects are in {own}, not in {metric}. Convert each first: effect.to({metric!r}).")
        return (
            check_numbers([effect.estimate for effect in effects], "estimates"),
            check_numbers([_variance(effect, index) for index, effect in enumerate(effects)], "variances"),
            own,
        )
    if (variances is None) == (standard_errors is None):
        raise BadInput("Give the estimates' `variances` or their `standard_errors`, one of the two.")
    if metric is not None and str(metric) in _RATIOS:
        raise BadInput(f"Ratios are pooled as logarithms: give log ratios, metric={_RATIOS[str(metric)]!r}.")
    values = check_numbers(estimates, "estimates")  # type: ignore[arg-type]  # effects have left by now
    if variances is not None:
        return values, check_numbers(variances, "variances"), str(metric or "")
    errors = check_numbers(standard_errors, "standard_errors")  # type: ignore[arg-type]  # one of the two is given
    if (errors < 0).any():
        row = int(np.flatnonzero(errors < 0)[0])
        raise OutOfRange(f"The standard error in row {row + 1} is {errors[row]:g}; it must be above 0.")
    return values, errors**2, str(metric or "")


def _as_items(estimates: Any) -> list[Any]:
    """What a list, a tuple or an array of objects holds."""
    is_array = isinstance(estimates, np.ndarray) and estimates.dtype == object and estimates.ndim == 1
    return list(estimates) if is_array or isinstance(estimates, (list, tuple)) else []


def _one_metric(effects: Sequence[EffectLike]) -> str:
    metrics = [str(getattr(effect, "metric", "")) for effect in effects]
    first = metrics[0]
    other = next((index for index, metric in enumerate(metrics) if metric != first), None)
    if other is not None:
        raise BadInput(
            f"The effects are in different metrics: {first} in row 1, {metrics[other]} in row {other + 1}. Convert "
            f"them to one first: effect.to({first!r})."
        )
    if first in _RATIOS:
        raise BadInput(f"Ratios are pooled as logarithms. Convert each first: effect.to({_RATIOS[first]!r}).")
    in_changes = [getattr(effect, "standardiser", "") == _CHANGE_UNITS for effect in effects]
    if any(in_changes) and not all(in_changes):
        raise BadInput(
            f"The effect in row {in_changes.index(True) + 1} is in units of the SD of the changes, others are not: the "
            "same change is a larger or smaller number there. Give the correlation r of the two times where it is made."
        )
    return first


def _variance(effect: EffectLike, index: int) -> float:
    if hasattr(effect, "variance"):
        if effect.variance is not None:
            return effect.variance
    elif hasattr(effect, "se"):
        return float(effect.se) ** 2
    raise MissingValues(
        f"The effect in row {index + 1} has no variance. Give its sample sizes or its interval when you make it, "
        "or leave it out."
    )


def _labels_as_array(labels: Sequence[object] | ArrayLike) -> Any:
    """Labels of any kind as one column: a list of tuples stays one column."""
    if isinstance(labels, np.ndarray):
        return labels
    if not isinstance(labels, Iterable):
        raise WrongShape("Name one label for each estimate.")
    items = list(labels)
    column = np.empty(len(items), dtype=object)
    column[:] = items
    return column


def _labels(labels: Sequence[object] | None, count: int) -> tuple[str, ...]:
    if labels is None:
        return tuple(f"study {row + 1}" for row in range(count))
    names = tuple(str(label) for label in labels)
    if len(names) != count:
        raise WrongShape(f"There are {count} estimates but {len(names)} labels; give one for each.")
    return names


def _check_variances(variances: Floats, names: tuple[str, ...]) -> None:
    wrong = np.flatnonzero(variances <= 0)
    if wrong.size:
        row = int(wrong[0])
        raise OutOfRange(
            f"The variance of {names[row]} (row {row + 1}) is {variances[row]:g}; it must be above 0. An estimate "
            "without sampling error cannot be weighted: find its standard error, or leave it out."
        )
    if variances.max() / variances.min() > ABSURD_RATIO:
        low, high = names[int(variances.argmin())], names[int(variances.argmax())]
        raise OutOfRange(
            f"The variance of {high} is {variances.max() / variances.min():.0e} times that of {low}. Check both: a "
            "decimal point, or a standard error among variances."
        )


def _ratio(variances: Floats, names: tuple[str, ...]) -> list[Caution]:
    ratio = variances.max() / variances.min()
    if ratio < WIDE_RATIO:
        return []
    low, high = names[int(variances.argmin())], names[int(variances.argmax())]
    text = f"The variance of {high} is {ratio:.0e} times that of {low}; check both for a slip."
    return [Caution("variance-ratio", text)]


def _sampling(
    samples: Sequence[object] | None, names: tuple[str, ...], overlap: Overlap, study: Groups | None
) -> list[Caution]:
    """Raises Overlapping where two estimates share people, unless they are one study's or it is allowed."""
    check_choice(overlap, "overlap", ("refuse", "allow"))
    if samples is None:
        whose = "the studies" if study is not None else "the estimates"
        text = f"That {whose} share no people was taken on trust; name their samples with `samples` to have it checked."
        return [Caution("independence-on-trust", text)]
    people = [_people(sample, row) for row, sample in enumerate(samples)]
    if len(people) != len(names):
        raise WrongShape(f"There are {len(names)} estimates but {len(people)} samples; name one for each.")
    shared = [
        f"{names[one]} and {names[other]} share {_listed(people[one] & people[other])}"
        for one, other in _sharing(people)
        if study is None or study.codes[one] != study.codes[other]
    ]
    if not shared:
        return []
    shared = list(dict.fromkeys(shared))
    told = "; ".join(shared[:3])
    told += f"; and {counted(len(shared) - 3, 'more pair')}" if len(shared) > 3 else ""
    if overlap == "refuse":
        raise Overlapping(
            f"These estimates are not independent: {told}. Choose one of each, give them as one study to "
            'pool_three_level, or say overlap="allow" to pool them as if they were independent.'
        )
    text = f"Samples overlap ({told}) and were pooled as if independent: intervals and p values are too favourable."
    return [Caution("overlapping-samples", text)]


def _sharing(people: Sequence[frozenset[Hashable]]) -> list[tuple[int, int]]:
    """The pairs of rows that have a label in common, in order."""
    rows: dict[Hashable, list[int]] = {}
    for row, labels in enumerate(people):
        for label in labels:
            rows.setdefault(label, []).append(row)
    return sorted({pair for together in rows.values() for pair in combinations(together, 2)})


def _people(sample: object, row: int) -> frozenset[Hashable]:
    items = list(sample) if isinstance(sample, Collection) and not isinstance(sample, (str, bytes)) else [sample]
    if not all(isinstance(item, Hashable) for item in items):
        raise BadInput(f"samples holds {sample!r} in row {row + 1}; it must be a label or a set of labels.")
    if not items or any(item is None or item != item or item == "" for item in items):
        raise MissingValues(f"samples names none in row {row + 1}. Every estimate needs to say its sample.")
    return frozenset(items)


def _listed(labels: Iterable[Hashable]) -> str:
    return ", ".join(sorted(str(label) for label in labels))
