"""Mediation and path models against lavaan 0.6-14: paths, products of paths, and their delta-method errors."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.stats import mediation
from tests.contract.stats.reference import data, reference

NAMES = {"first": "indirect through alliance", "second": "indirect through insight"}


def mediated(mediators: list[str], **options: Any) -> mediation.Mediation:
    return mediation.mediate(
        data("mediation"), predictor="trained", mediators=mediators, outcome="wellbeing", seed=1, draws=0, **options
    )


def chain() -> mediation.PathModel:
    return mediation.path_model(
        data("mediation"),
        equations={"alliance": ["trained"], "insight": ["alliance"], "wellbeing": ["insight", "age"]},
        effects={"chain": [["trained", "alliance", "insight", "wellbeing"]]},
    )


CASES = {
    "one": lambda: mediated(["alliance"], covariates=["age"]),
    "one_cluster": lambda: mediated(["alliance"], covariates=["age"], cluster="therapist"),
    "two": lambda: mediated(["alliance", "insight"]),
    "two_cluster": lambda: mediated(["alliance", "insight"], cluster="therapist"),
    "chain": chain,
}


@pytest.mark.parametrize("case", CASES)
def test_paths_and_their_products_are_lavaans(case: str) -> None:
    theirs, ours = reference("mediation")[case], CASES[case]()
    names = NAMES if case.startswith("two") else {"indirect": "indirect through alliance"}

    found = {row["name"]: ours[names.get(row["name"], row["name"])] for row in theirs["effects"]}

    assert {name: (effect.estimate, effect.se, effect.standardised) for name, effect in found.items()} == {
        row["name"]: pytest.approx((row["estimate"], row["se"], row["standardised"]), rel=1e-5, abs=1e-7)
        for row in theirs["effects"]
    }
    assert (ours.chi_square, ours.df) == pytest.approx((theirs["chi_square"], theirs["df"]), rel=1e-6, abs=1e-6)
    assert ours.r_squared == pytest.approx(theirs["r_squared"], rel=1e-5)
