"""Two raters' views on one scale: checked for being commensurate, and centred in a way that is stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from rapport.stats.errors import BadInput, Collinear, OutOfRange
from rapport.stats.results import Caution
from rapport.stats.tables import Floats, Groups, check_varies

Centre = Literal["midpoint", "grand-mean", "rater-mean", "client-mean"]
Question = Literal["absolute agreement", "relative agreement", "synchrony"]

_QUESTION: Final[dict[str, Question]] = {
    "midpoint": "absolute agreement",
    "grand-mean": "absolute agreement",
    "rater-mean": "relative agreement",
    "client-mean": "synchrony",
}


@dataclass(frozen=True, slots=True)
class Centred:
    """Both ratings after centring.

    question  what the centring leaves to be asked
    how       in words, for the sentence
    origin    what is 0 now, on the scale as rated; None where each rater or client has an origin of its own
    """

    client: Floats
    therapist: Floats
    question: Question
    how: str
    origin: float | None


@dataclass(frozen=True, slots=True)
class Discrepancies:
    """Shares of rows: the two ratings, standardised, differ by more than half a standard deviation or do not.

    Fleenor, McCauley & Brutus (1996); Shanock et al. (2010). Without discrepancies there is nothing for a
    surface to explain; a caution is given where fewer than one row in ten lies on either side.
    """

    client_higher: float
    in_agreement: float
    therapist_higher: float


def centre_ratings(
    client: Floats,
    therapist: Floats,
    *,
    names: tuple[str, str],
    centre: Centre,
    midpoint: float | None,
    scale: tuple[float, float] | None,
    clients: Groups | None,
) -> Centred:
    """Both ratings centred. Raises BadInput and OutOfRange where they cannot be on one scale."""
    if centre not in get_args(Centre):
        raise OutOfRange(
            f"centre is {centre!r}; it must be 'midpoint' or 'grand-mean' (both keep the level, so that absolute "
            "agreement is tested), 'rater-mean' or 'client-mean'. Standardising each rater separately would take away "
            "what agreement means, and is not offered."
        )
    check_scale(scale)
    for values, name in zip((client, therapist), names, strict=True):
        check_varies(values, name)
        if scale is not None and (values.min() < scale[0] or values.max() > scale[1]):
            row = int(np.flatnonzero((values < scale[0]) | (values > scale[1]))[0])
            raise OutOfRange(
                f"{name} is {values[row]:g} in complete row {row + 1}; the scale goes from {scale[0]:g} to "
                f"{scale[1]:g}. Give both raters' scores on one and the same scale, as rated."
            )
    check_not_copied(client, therapist, names)
    if centre == "midpoint":
        origin = _midpoint(midpoint, scale)
        how = f"both ratings are centred at {origin:g}, the midpoint of the scale"
        return Centred(client - origin, therapist - origin, _QUESTION[centre], how, origin)
    if centre == "grand-mean":
        origin = float((client.mean() + therapist.mean()) / 2)
        how = f"both ratings are centred at {origin:.2f}, the mean of all ratings of both raters"
        return Centred(client - origin, therapist - origin, _QUESTION[centre], how, origin)
    if centre == "rater-mean":
        how = "each rater is centred at that rater's own mean, so that a difference in level is removed"
        return Centred(client - client.mean(), therapist - therapist.mean(), _QUESTION[centre], how, None)
    if clients is None:
        raise BadInput("centre='client-mean' needs to know the clients. Name their column last in groups.")
    how = "each rater is centred at that rater's mean within the client, so that levels are removed"
    within = client - group_means(client, clients), therapist - group_means(therapist, clients)
    for values, name in zip(within, names, strict=True):
        check_varies(values, f"{name}, within clients,")
    return Centred(*within, _QUESTION[centre], how, None)


def check_not_copied(one: Floats, other: Floats, names: tuple[str, str]) -> None:
    """Raises Collinear where one rating follows from the other in every row, which leaves nothing to compare."""
    same = float(np.ptp(one - other)) <= 1e-12 * max(1.0, float(np.abs(one).max()))
    if same and float(np.abs(one - other).max()) <= 1e-12:
        raise Collinear(f"{names[0]} and {names[1]} are the same in every row. Was one copied from the other?")
    if same:
        raise Collinear(
            f"{names[0]} and {names[1]} differ by the same amount in every row, so that one tells nothing beyond the "
            "other. Was one computed from the other?"
        )


def group_means(values: Floats, groups: Groups) -> Floats:
    """Each row's group's mean, shape (rows,)."""
    return np.asarray((np.bincount(groups.codes, values) / groups.sizes)[groups.codes])


def check_scale(scale: tuple[float, float] | None) -> None:
    """Raises BadInput where a scale is not two ascending numbers."""
    if scale is None:
        return
    try:
        low, high = float(scale[0]), float(scale[1])
        fits = len(scale) == 2 and bool(np.isfinite([low, high]).all()) and low < high
    except (TypeError, ValueError, IndexError):
        fits = False
    if not fits:
        raise BadInput(f"scale is {scale!r}; give the lowest and the highest score that can be rated, as in (1, 7).")


def find_discrepancies(client: Floats, therapist: Floats) -> Discrepancies:
    difference = (client - client.mean()) / client.std(ddof=1) - (therapist - therapist.mean()) / therapist.std(ddof=1)
    higher, lower = float(np.mean(difference > 0.5)), float(np.mean(difference < -0.5))
    return Discrepancies(higher, 1 - higher - lower, lower)


def caution_about(centred: Centred, discrepancies: Discrepancies, scale: tuple[float, float] | None) -> list[Caution]:
    """What a reader must know of the two ratings."""
    cautions = []
    if scale is None:
        text = "No scale was given, so that both raters used one and the same scale could not be checked."
        cautions.append(Caution("scale-unchecked", text))
    ratio = float(centred.client.std() / centred.therapist.std())
    if not 0.5 <= ratio <= 2:
        wide, narrow = ("client", "therapist") if ratio > 1 else ("therapist", "client")
        text = (
            f"The {wide}s' ratings spread {max(ratio, 1 / ratio):.1f} times as much as the {narrow}s'. Check that both "
            "answered the same items on the same scale."
        )
        cautions.append(Caution("unequal-spread", text))
    if min(discrepancies.client_higher, discrepancies.therapist_higher) < 0.1:
        text = (
            f"In {100 * discrepancies.client_higher:.0f}% of rows the client, and in "
            f"{100 * discrepancies.therapist_higher:.0f}% the therapist, rated higher by more than half a standard "
            "deviation; on a side with few discrepancies the surface is extrapolated."
        )
        cautions.append(Caution("few-discrepancies", text))
    if centred.question != "absolute agreement":
        text = (
            f"This is a test of {centred.question}, not of absolute agreement: {centred.how}. Two raters who always "
            "differ by the same amount count as agreeing."
        )
        cautions.append(Caution("levels-removed", text))
    return cautions


def _midpoint(midpoint: float | None, scale: tuple[float, float] | None) -> float:
    if midpoint is None:
        if scale is None:
            raise BadInput(
                "The scale's midpoint is not known. Give scale=(lowest, highest), as in (1, 7), or midpoint=; it must "
                "be one value for both raters."
            )
        return (scale[0] + scale[1]) / 2
    if not np.isfinite(midpoint) or (scale is not None and not scale[0] <= midpoint <= scale[1]):
        raise OutOfRange(f"midpoint is {midpoint}; it must lie on the scale.")
    return float(midpoint)
