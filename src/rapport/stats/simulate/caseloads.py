"""Which client is whose, and which therapist was trained."""

from __future__ import annotations

import numpy as np

from rapport.stats.arguments import check_count, check_share
from rapport.stats.errors import TooFew
from rapport.stats.tables import Ints


def spread_clients(
    random: np.random.Generator, therapists: int, clients: int | None, clients_per_therapist: int | None
) -> Ints:
    """The therapist's number (0 … therapists − 1) of each client, shape (clients,), sorted.

    With `clients_per_therapist` every caseload is equal. With `clients` in all, each therapist has one client and
    the others fall to therapists at random, as in a practice: caseloads are uneven.

    Raises NotNumbers, OutOfRange, TooFew where there are fewer clients than therapists.
    """
    check_count(therapists, "therapists")
    if clients_per_therapist is not None:
        return np.repeat(np.arange(therapists), check_count(clients_per_therapist, "clients_per_therapist"))
    clients = check_count(0 if clients is None else clients, "clients")
    if clients < therapists:
        raise TooFew(f"{clients} clients cannot be spread over {therapists} therapists; each needs one at least.")
    others = random.integers(0, therapists, size=clients - therapists)
    return np.sort(np.concatenate([np.arange(therapists), others]))


def choose_trained(random: np.random.Generator, therapists: int, share: float) -> Ints:
    """1 for a trained therapist, 0 for the others, shape (therapists,); the number trained is the rounded share."""
    trained = np.zeros(therapists, dtype=np.int64)
    trained[random.permutation(therapists)[: round(check_share(share, "trained_share") * therapists)]] = 1
    return trained
