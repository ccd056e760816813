"""What a careless or hostile user gives is refused by name, and what is missing stays missing."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars
import pytest

from rapport.stats import (
    change,
    congruence,
    consistency,
    design,
    effects,
    errors,
    mediation,
    meta,
    mixed,
    panel,
    reliability,
    simulate,
    tables,
)
from rapport.stats.mixed import Random


def clients(*, far: float = 0.0) -> dict[str, list[float]]:
    """Twelve clients of four therapists, five sessions each, from a fixed seed."""
    rng = np.random.default_rng(7)
    client = np.repeat(np.arange(12), 5)
    session = np.tile(np.arange(5.0), 12)
    level = np.repeat(rng.normal(size=12), 5)
    return {
        "therapist": list(client // 3),
        "client": list(client),
        "session": list(session + far),
        "wellbeing": list(50 + level + 0.5 * session + rng.normal(size=60)),
    }


class NAType:
    """The missing value of pandas, which is neither true nor false."""

    def __ne__(self, other: object) -> bool:
        raise TypeError("boolean value of NA is ambiguous")


def test_a_masked_value_is_missing_and_not_what_lies_under_the_mask():
    masked = {"score": np.ma.masked_array([1.0, 2.0, 3.0], mask=[False, True, False])}

    with pytest.raises(errors.MissingValues, match="score has no value in row 2"):
        tables.read_numbers(masked, "score")


def test_a_missing_label_among_texts_is_missing_and_no_client_called_nan():
    with pytest.raises(errors.MissingValues, match="client has no value in row 2"):
        tables.read_groups({"client": ["anna", float("nan"), "bo"]}, "client")


def test_the_missing_value_of_pandas_is_missing():
    assert np.isnan(tables.check_numbers([1, NAType()], "score", allow_missing=True)[1])


@pytest.mark.parametrize(
    ("values", "error", "told"),
    [
        ([None, "3", "4"], errors.NotNumbers, "score must hold numbers; it holds '3'"),
        ([1, [2, 3]], errors.WrongShape, "score holds lists of different lengths"),
        ([1, 10**400], errors.NotNumbers, "score must hold numbers"),
        ([1.0, 1e200], errors.OutOfRange, r"score is 1e\+200 in row 2"),
        ([Decimal(1), Decimal("NaN")], errors.MissingValues, "score has no value in row 2"),
    ],
)
def test_a_column_that_holds_no_usable_numbers_is_refused(values, error, told):
    with pytest.raises(error, match=told):
        tables.read_numbers({"score": values}, "score")


def test_a_column_of_lists_names_no_groups():
    with pytest.raises(errors.WrongShape, match="client holds lists"):
        tables.read_groups(polars.DataFrame({"client": [[1], [2]]}), "client")


def test_a_lazy_table_is_to_be_collected_first():
    with pytest.raises(errors.WrongShape, match=r"Give table\.collect\(\)"):
        tables.read_numbers(polars.DataFrame({"score": [1.0]}).lazy(), "score")


RANDOM = (Random("therapist"), Random("client", slopes=("session",)))
REFUSED = [
    (lambda: mixed.fit(clients(far=1e8), outcome="wellbeing", random=RANDOM), errors.Collinear, "subtract that number"),
    (lambda: mixed.fit(clients(), outcome="session", random=RANDOM), errors.NotIdentified, "session exactly"),
    (lambda: mixed.fit(clients(), outcome="wellbeing", random=(3,)), errors.BadInput, "random term is 3"),
    (lambda: mixed.fit(clients(), outcome="wellbeing", fixed=(3,)), errors.BadInput, "fixed term 3"),
    (lambda: mixed.fit(clients(), outcome="wellbeing", fixed=None), errors.BadInput, "fixed is None"),
    (lambda: mixed.fit(clients(), outcome="wellbeing", level="95"), errors.OutOfRange, "level is '95'"),
    (
        lambda: meta.regress(
            [0.2, 0.5, 0.1, 0.4, 0.3], variances=[0.02] * 5, moderators={"year": [1e8 + i for i in range(5)]}
        ),
        errors.Collinear,
        "subtract that number",
    ),
    (lambda: design.randomise(["a", "b", "c", "d"], seed=1).arm_of("z"), errors.BadInput, "'z' was not randomised"),
    (lambda: consistency.grim("1e999", "20"), errors.OutOfRange, "no article prints such a number"),
    (lambda: design.power(None, seed=1), errors.BadInput, "trial is None"),
    (lambda: design.power_by_formula(None), errors.BadInput, "trial is None"),
    (lambda: mediation.bootstrap_interval(np.array([]), 0.3, "percentile"), errors.WrongShape, "drawn has no rows"),
    (lambda: mediation.bootstrap_interval(np.ones(9), 0.3, "bca"), errors.BadInput, "interval is 'bca'"),
    (
        lambda: reliability.alpha(np.arange(30.0).reshape(10, 3) % 7, interval="bootstrap", draws="many", seed=1),
        errors.NotNumbers,
        "draws is 'many'; it must be a number",
    ),
    (
        lambda: congruence.surface_from_coefficients([1, 1, -1, 2, -1], np.eye(5), df=0),
        errors.OutOfRange,
        "df is 0",
    ),
]


@pytest.mark.parametrize(("ask", "error", "told"), REFUSED)
def test_what_no_answer_can_be_given_to_is_refused_by_name(ask, error, told):
    with pytest.raises(error, match=told):
        ask()


def test_a_dyad_table_with_a_column_too_short_is_refused():
    table = {"rating": [1, 2, 3], "role": ["c", "t", "c", "t"], "own": [1, 2, 3, 4], "dyad": [1, 1, 2, 2]}

    with pytest.raises(errors.WrongShape, match="rating 3"):
        congruence.actor_partner(table, outcome="rating", role="role", actor="own", dyad="dyad")


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: simulate.simulate_network(truth=None, seed=1), "truth is None; it must be a NetworkTruth"),
        (
            lambda: mediation.mediate(clients(), predictor="session", mediators=None, outcome="wellbeing", seed=1),
            "mediators is None; it must be a list of columns",
        ),
        (lambda: mediation.path_model(clients(), equations=float("nan")), "equations is nan; it must be a mapping"),
        (
            lambda: congruence.response_surface(
                clients(), outcome="wellbeing", client="session", therapist="client", groups=None
            ),
            "groups is None; it must be a list of columns",
        ),
        (lambda: consistency.check_text(None), "text is None; it must be a text"),
        (lambda: effects.from_reported(None), "it must be what `parse_reported` finds"),
        (lambda: consistency.check_p(".03", test="t", statistic="2.1", df=None), "df is None; it must be a list"),
        (lambda: fitted().profile(None), "parameter is None; it must be a text"),
        (lambda: fitted().contrast("session"), "weights has 0 dimensions"),
        (lambda: design.randomise(12, seed=1), "The clusters must be a list of labels; this is one int"),
        (
            lambda: panel.latent_curve({}, client=["c1"], equal_overtime=True),
            "equal_overtime is True; a series is a list of columns.* No option is called equal_overtime",
        ),
        (
            lambda: panel.wide(clients(), person="client", session="session", columns="wellbeing"),
            "columns is the text 'wellbeing'; it must be a list of columns",
        ),
        (lambda: fitted().bootstrap(draws=100, seed=1, statistic=3), "statistic is 3; it must be a function"),
    ],
)
def test_an_argument_of_another_kind_is_refused_by_name(ask, told):
    with pytest.raises(errors.WrongShape, match=told):
        ask()


@pytest.mark.parametrize(
    ("table", "kind"),
    [([{"score": 1.0}], "list"), ("scores.csv", "str"), (None, "NoneType"), (np.ones((3, 2)), "matrix")],
)
def test_what_has_no_columns_by_name_is_no_table(table, kind):
    with pytest.raises(errors.WrongShape, match=f"The table is a {kind}, which has no columns by name. Give a polars"):
        tables.read_numbers(table, "score")


def test_numbers_that_were_read_as_text_are_told_from_words():
    with pytest.raises(errors.NotNumbers, match=r"'5,2'\. If these are numbers that were read as text, turn them"):
        tables.read_numbers({"score": ["5,2", "6,0"]}, "score")
    with pytest.raises(errors.NotNumbers, match=r"'good'\. Give numbers, or leave the column out"):
        tables.read_numbers({"score": ["good", "bad"]}, "score")


def test_a_negative_zero_is_told_as_zero():
    with pytest.raises(errors.NoVariation, match="agreement is 0 in every row"):
        tables.check_varies(np.array([-0.0, 0.0]), "agreement")


def test_a_product_written_as_in_a_formula_is_shown_as_a_tuple():
    with pytest.raises(errors.UnknownColumn, match=r"A product of columns is a tuple: \('therapist', 'session'\)"):
        mixed.fit(clients(), outcome="wellbeing", fixed=["therapist*session"], random="client")


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (
            lambda: change.reliable_change([10], [3], higher_is_better="lower", sd=7.7, reliability=0.9),
            "higher_is_better is 'lower'; it must be True or False",
        ),
        (
            lambda: change.clinical_significance([10], [3], cutoff=11, threshold=6, higher_is_better="no"),
            "higher_is_better is 'no'",
        ),
        (lambda: change.cutoff(clinical=(20, 8), others=(5, 5), higher_is_better="no"), "higher_is_better is 'no'"),
        (lambda: mixed.fit(clients(), outcome="wellbeing", random="client", intercept="no"), "intercept is 'no'"),
    ],
)
def test_a_word_is_no_yes(ask, told):
    with pytest.raises(errors.BadInput, match=told):
        ask()


def test_an_answer_of_numpy_is_as_good_as_one_of_python():
    found = change.reliable_change([10], [3], higher_is_better=np.False_, sd=7.7, reliability=0.9)

    assert found.verdicts == ("improved",)


def test_a_dataframe_of_an_unknown_library_is_refused():
    with pytest.raises(errors.OutOfRange, match="library is 'excel'; it must be 'polars' or 'pandas'"):
        fitted().to_frame("excel")


def fitted() -> mixed.MixedFit:
    return mixed.fit(clients(), outcome="wellbeing", random=[Random("client")])


def test_slopes_that_leave_no_residual_end_in_a_named_error_or_a_fit():
    rng = np.random.default_rng(1)
    client, therapist, dose = np.repeat(np.arange(40), 3), np.repeat(np.arange(10), 12), rng.normal(size=120)
    level, slope = rng.normal(size=40)[client], rng.normal(size=10)[therapist]
    exact = {"therapist": therapist, "client": client, "dose": dose, "score": 1 + level + (2 + slope + level) * dose}

    with pytest.raises(errors.NotConverged, match="No optimum was found"):
        mixed.fit(
            exact,
            outcome="score",
            fixed=["dose"],
            random=[Random("therapist", slopes=("dose",)), Random("client", slopes=("dose",))],
        )


def test_an_interval_so_narrow_that_it_is_none_is_refused():
    with pytest.raises(errors.OutOfRange, match="write 95% as 0\\.95"):
        effects.from_d(0.3, n1=20, n2=20, level=1e-300)
