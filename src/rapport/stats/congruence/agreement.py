"""How far client and therapist agree in a session, as one number that is highest where they agree best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, get_args

import numpy as np

from rapport.stats.arguments import check_choice
from rapport.stats.errors import BadInput, NoVariation, TooFew
from rapport.stats.tables import Floats, Table, read_columns

Agreement = Literal["absolute-difference", "squared-difference", "profile", "product"]

MEANINGS: Final[dict[str, str]] = {
    "absolute-difference": "−|C − T|, absolute agreement",
    "squared-difference": "−(C − T)², absolute agreement",
    "profile": "the correlation of both raters' items, agreement in shape whatever the level",
    "product": "the product of both ratings from their means, which is high where both are high or both are low",
}


def agreement(
    table: Table,
    *,
    client: str | Sequence[str],
    therapist: str | Sequence[str],
    kind: Agreement = "absolute-difference",
) -> Floats:
    """The agreement of each row, shape (rows,); NaN where a rating is missing.

    absolute-difference  −|C − T|; 0 at best
    squared-difference   −(C − T)²; 0 at best
    profile              Pearson's correlation over items (three at least): `client` and `therapist` are the items'
                         columns in the same order; NaN where a rater gave every item the same answer
    product              (C − C̄)(T − T̄)

    Raises BadInput, UnknownColumn, NotNumbers, NotFinite, TooFew, NoVariation.
    """
    check_choice(kind, "kind", get_args(Agreement))
    if kind == "profile":
        return _profile(table, client, therapist)
    if not isinstance(client, str) or not isinstance(therapist, str):
        raise BadInput(f"{kind} takes one column a rater. Several items a rater make a profile: kind='profile'.")
    ratings = read_columns(table, (client, therapist), allow_missing=True)
    c, t = ratings.T
    if kind == "absolute-difference":
        return np.asarray(-np.abs(c - t))
    if kind == "squared-difference":
        return np.asarray(-((c - t) ** 2))
    if np.isnan(c).all() or np.isnan(t).all():
        raise NoVariation(f"{client if np.isnan(c).all() else therapist} has no value in any row.")
    return np.asarray((c - np.nanmean(c)) * (t - np.nanmean(t)))


def _profile(table: Table, client: str | Sequence[str], therapist: str | Sequence[str]) -> Floats:
    if isinstance(client, str) or isinstance(therapist, str) or len(client) != len(therapist):
        raise BadInput(
            "A profile needs the items of both raters, in the same order: client=('c1', 'c2', 'c3'), therapist=…"
        )
    if len(client) < 3:
        raise TooFew(f"A profile of {len(client)} items has no shape to compare; give three items at least.")
    c, t = read_columns(table, client, allow_missing=True), read_columns(table, therapist, allow_missing=True)
    c, t = c - c.mean(axis=1, keepdims=True), t - t.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.sum(c**2, axis=1) * np.sum(t**2, axis=1))
    found = np.full(len(c), np.nan)
    shaped = spread > 1e-12
    found[shaped] = np.sum(c * t, axis=1)[shaped] / spread[shaped]
    return found
