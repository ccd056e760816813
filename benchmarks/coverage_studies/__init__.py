"""What `coverage.py` repeats: data whose truth is known, their analysis, and which intervals should hold the truth.

A study is a function of a seed that gives a `Draw`. Where theory does not say that the intervals cover (a model that
is wrong on purpose, a variance at its boundary), the study says so in `because`, and the document repeats it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from coverage_studies.congruent import actor_partner, lagged, lagged_network, surface, truth_bias
from coverage_studies.draws import Draw
from coverage_studies.nested import dyadic, growth, resampled, therapist_share
from coverage_studies.over_waves import WAVES, cross_lagged, latent_curve, mediated
from coverage_studies.reasons import (
    BOUNDARY,
    CLUSTERS,
    DRAWN_SPREADS,
    DYADS_ONLY,
    FEW_PERSONS,
    MEAN,
    NICKELL,
    NOTHING,
    ONE_TRACKING,
    PREDICTION,
    PREVIOUS,
    TEN_THERAPISTS,
)
from coverage_studies.summed_up import consistency, pooled, sizes, within_spread

Columns = dict[str, Any]


@dataclass(frozen=True)
class Study:
    """A row group of the table.

    key      names its file of runs; part of its seeds, so that a study's data do not depend on the others
    group    the heading under which it stands
    data     how large, in words
    because  names of rows (or "*" for all) for which theory does not promise 95%, each with the reason
    why      the same for rows for which it does, in the long run, but which are outside here
    share    of the seeds asked for, below 1 where a run is slow
    """

    key: str
    group: str
    data: str
    run: Callable[[int], Draw]
    because: Mapping[str, str] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)
    share: float = 1.0


SMALL: Columns = {"therapists": 40, "clients": 117, "sessions": 6}
LARGE: Columns = {"therapists": 80, "clients": 400, "sessions": 6}
LONG: Columns = {"therapists": 40, "clients": 117, "sessions": 12}
FEW: Columns = {"therapists": 10, "clients": 60, "sessions": 6}
NAIVE = {"naive β": NICKELL, "naive φ": NICKELL, "naive agreement × trained": NICKELL}


def _told(shape: Columns) -> str:
    return " × ".join(str(size) for size in shape.values())


def _studies() -> Iterable[Study]:
    group = "Mixed models: training and time (REML, Satterthwaite)"
    for key, shape in (("small", SMALL), ("large", LARGE), ("long", LONG), ("few", FEW)):
        yield Study(f"growth-{key}", group, _told(shape), partial(growth, **shape))
    group = "Therapist effects and spreads (profile likelihood)"
    ten = {"therapist ICC": TEN_THERAPISTS, "SD of therapists": TEN_THERAPISTS}
    for key, shape in (("small", SMALL), ("large", LARGE), ("few", FEW)):
        run = partial(therapist_share, **shape)
        yield Study(f"share-{key}", group, _told(shape), run, why=ten if key == "few" else {})
    zero = partial(therapist_share, therapist_sd=0.0, spreads=False, **SMALL)
    yield Study("share-none", group, f"{_told(SMALL)}, no therapist effect", zero, {"therapist ICC": BOUNDARY})
    group = "Dyadic residuals"
    for key, shape in (("small", SMALL), ("large", LARGE)):
        yield Study(f"dyadic-{key}", group, _told(shape), partial(dyadic, **shape))
    missing = partial(dyadic, missing=True, **SMALL)
    yield Study("dyadic-missing", group, f"{_told(SMALL)}, a quarter missing", missing)

    group = "Lagged agreement"
    for key, shape in (("small", SMALL), ("large", LARGE), ("long", LONG)):
        yield Study(f"lagged-{key}", group, _told(shape), partial(lagged, **shape), NAIVE)
    for key, told, more in (
        ("fixed", "first session unlike the rest", {"start": "fixed"}),
        ("feedback", "agreement answers to the outcome", {"feedback": 0.03}),
        ("strong", "φ = .7", {"carry": 0.7}),
        ("missed", "10% of sessions missed", {"missed": 0.1}),
        ("by-therapist", "errors robust to therapists", {"by": True}),
    ):
        yield Study(f"lagged-{key}", group, f"{_told(SMALL)}, {told}", partial(lagged, **more, **SMALL), NAIVE)
    for key, shape in (("small", SMALL), ("large", LARGE)):
        told = f"{_told(shape)}, agreement of two ratings"
        yield Study(f"lagged-network-{key}", group, told, partial(lagged_network, **shape), NAIVE)

    group = "Truth and bias"
    for key, shape in (("small", SMALL), ("large", LARGE)):
        one = partial(truth_bias, tracking_varies=False, random_tracking=False, **shape)
        because = {"bias, at the population’s mean": MEAN}
        yield Study(f"truth-bias-{key}", group, f"{_told(shape)}, one tracking", one, because)
    several = partial(truth_bias, tracking_varies=True, random_tracking=False, **SMALL)
    because = dict.fromkeys(
        (
            "tracking",
            "training, on tracking",
            "tracking within dyads",
            "training, on tracking within",
            "tracking between dyads",
        ),
        ONE_TRACKING,
    )
    because["bias, at the population’s mean"] = MEAN
    yield Study("truth-bias-varying", group, f"{_told(SMALL)}, tracking varies, taken as one", several, because)
    several = partial(truth_bias, tracking_varies=True, random_tracking=True, **SMALL)
    because = because | dict.fromkeys(set(because) - {"bias, at the population’s mean"}, DYADS_ONLY)
    told = f"{_told(SMALL)}, tracking varies, `random_tracking=True`"
    yield Study("truth-bias-random", group, told, several, because)

    group = "Response surface, multilevel"
    for key, shape in (("small", SMALL), ("large", LARGE)):
        yield Study(f"surface-{key}", group, _told(shape), partial(surface, **shape))
    before = partial(surface, previous=0.3, features=False, **SMALL)
    told = f"{_told(SMALL)}, with the outcome before"
    yield Study("surface-previous", group, told, before, {"outcome before": PREVIOUS})

    group = "Actor–partner model"
    yield Study("apim-sessions", group, "117 dyads × 6", partial(actor_partner, sessions=6))
    yield Study("apim-once", group, "117 dyads, once", partial(actor_partner, sessions=1))
    clustered = partial(actor_partner, sessions=6, therapist_sd=0.3)
    yield Study("apim-clustered", group, "117 dyads × 6 of 40 therapists, errors robust to these", clustered)

    group = "Panel models with missing waves"
    for clients in (117, 400):
        for equal in (True, False):
            told = f"RI-CLPM, {clients} × {WAVES}, {'one set of paths' if equal else 'paths by wave, averaged'}"
            key = f"cross-lagged-{clients}-{'equal' if equal else 'free'}"
            run = partial(cross_lagged, clients=clients, equal=equal)
            yield Study(key, group, told, run, why={"*": FEW_PERSONS} if clients == 117 else {})
    clustered = partial(cross_lagged, clients=400, equal=True, cluster=True)
    yield Study("cross-lagged-clustered", group, f"RI-CLPM, 400 × {WAVES} of 40 therapists, errors robust", clustered)
    for clients in (117, 400):
        run = partial(latent_curve, clients=clients)
        told = f"latent curve, {clients} × {WAVES}"
        yield Study(f"latent-curve-{clients}", group, told, run, why={"*": FEW_PERSONS} if clients == 117 else {})

    group = "Mediation (bootstrap of 1,000 draws)"
    for interval in ("percentile", "bias-corrected"):
        yield Study(f"mediation-{interval}", group, f"117 persons, {interval}", partial(mediated, interval=interval))
    nothing = partial(mediated, interval="percentile", a=0.0, b=0.0)
    yield Study("mediation-none", group, "117 persons, percentile, a = b = 0", nothing, {"indirect effect": NOTHING})
    for key, therapists, persons in (("clustered", 40, 117), ("clustered-large", 200, 600)):
        run = partial(mediated, interval="percentile", persons=persons, therapists=therapists)
        told = f"{persons} persons of {therapists} therapists, percentile of clusters"
        yield Study(f"mediation-{key}", group, told, run, why={"*": CLUSTERS})

    group = "Meta-analysis (REML)"
    new = {"new study, HTS": PREDICTION, "new study, t with k − 1": PREDICTION}
    for studies in (10, 5):
        yield Study(
            f"meta-{studies}", group, f"{studies} studies, Knapp–Hartung", partial(pooled, studies=studies), new
        )
    alike = partial(pooled, studies=10, tau=0.0)
    yield Study("meta-alike", group, "10 studies alike (τ = 0), Knapp–Hartung", alike, {"τ² (Q profile)": BOUNDARY})
    yield Study("meta-z", group, "10 studies, z", partial(pooled, studies=10, test="z"), new)

    group = "Measurement"
    yield Study("items-equal", group, "117 persons, 6 equal items", partial(consistency, loadings=(0.7,) * 6))
    unequal = partial(consistency, loadings=(0.4, 0.5, 0.6, 0.7, 0.8, 0.85))
    yield Study("items-unequal", group, "117 persons, 6 unequal items", unequal)
    yield Study("within-spread", group, f"{_told(SMALL)}, a fifth missing", within_spread)
    group = "Effect sizes"
    for people in (15, 60):
        yield Study(f"sizes-{people}", group, f"two groups of {people}", partial(sizes, people=people))
    group = "Bootstrap of therapists (200 draws, percentile)"
    spreads = {f"SD of {whose}": DRAWN_SPREADS for whose in ("therapists", "clients", "residuals")}
    yield Study("bootstrap", group, _told(SMALL), partial(resampled, **SMALL), why=spreads, share=0.2)


STUDIES = {study.key: study for study in _studies()}
