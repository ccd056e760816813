"""The course of a collection as lme4 gives it, and reliable change as base R works it out."""

from __future__ import annotations

import pytest

from rapport.stats import change
from tests.contract.stats.beside import Beside
from tests.contract.stats.reference import data, reference


@pytest.fixture(scope="module")
def figures():
    return reference("measures_change")


@pytest.mark.parametrize("curve", ["line", "log"])
def test_the_band_is_that_of_lme4(curve, figures):
    expected = figures[curve]

    found = change.expected_course(data("course"), score="core", person="client", session="session", curve=curve)

    assert [band.session for band in found.bands] == expected["session"]
    ours = {name: [getattr(band, name) for band in found.bands] for name in ("mean", "low", "high")}
    lme4 = Beside("Measurement", "course: expected course by line and logarithm", "lme4::lmer")
    lme4.agrees("mean and band", ours, {name: expected[name] for name in ours}, rel=1e-5)


def test_reliable_change_is_that_of_its_formula(figures):
    found = change.reliable_change(
        figures["before"], figures["after"], sd=7.7, reliability=0.90, higher_is_better=False
    )

    base = Beside("Measurement", "course: reliable change (Jacobson–Truax)", "base::R")
    base.agrees("index", found.index, figures["index"], rel=1e-10)
    assert list(found.counts.values()) == figures["reliable"]


def test_variation_within_clients_is_that_of_an_analysis_of_variance(figures):
    found = change.within_person_sd(data("course"), score="core", person="client")

    assert found.df == figures["within_df"]
    r = Beside("Measurement", "course: variation within clients", "stats::anova")
    r.agrees("SD within clients", found.sd, figures["within_sd"], rel=1e-10)
