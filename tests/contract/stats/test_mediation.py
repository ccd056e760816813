"""Mediation and path models against lavaan 0.6-14: paths, products of paths, and their delta-method errors."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.stats import mediation
from tests.contract.stats.beside import Beside
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

    by_name = {row["name"]: row for row in theirs["effects"]}
    clustered = ", cluster-robust" if case.endswith("cluster") else ""
    lavaan = Beside("Mediation", f"mediation: paths, products of paths{clustered}", "lavaan::sem")
    for quantity, attribute in [("estimates", "estimate"), ("standard errors", "se"), ("standardised", "standardised")]:
        mine = {name: getattr(effect, attribute) for name, effect in found.items()}
        lavaan.agrees(quantity, mine, {name: row[attribute] for name, row in by_name.items()}, rel=1e-5, abs=1e-7)
    fit = (ours.chi_square, ours.df)
    lavaan.agrees("χ² and df", fit, (theirs["chi_square"], theirs["df"]), rel=1e-6, abs=1e-6)
    lavaan.agrees("R²", ours.r_squared, theirs["r_squared"], rel=1e-5)
