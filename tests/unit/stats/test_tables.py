"""Tables in: any table that gives a column by its name, with messages that name the place."""

from __future__ import annotations

import numpy as np
import polars
import pytest

from rapport.stats import errors, tables

TABLE = {"wellbeing": [4, 5.5, None, 7], "client": ["a", "b", "a", "c"], "therapist": [1, 2, 2, 1]}


@pytest.mark.parametrize("as_table", [dict, lambda columns: polars.DataFrame(columns, strict=False)])
def test_a_column_is_read_from_a_dict_and_from_a_frame_alike(as_table):
    assert tables.read_numbers(as_table(TABLE), "therapist").tolist() == [1.0, 2.0, 2.0, 1.0]
    assert tables.read_groups(as_table(TABLE), "client").labels.tolist() == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("column", "error", "said"),
    [
        ([1, None, 3], errors.MissingValues, "wellbeing has no value in row 2."),
        ([np.nan] * 5, errors.MissingValues, "wellbeing has no value in rows 1, 2, 3 and 2 more."),
        ([1, np.inf], errors.NotFinite, "wellbeing is infinite in row 2."),
        (["good", 1], errors.NotNumbers, "wellbeing must hold numbers; it holds 'good'."),
        ([], errors.WrongShape, "wellbeing has no rows."),
        ([[1, 2], [3, 4]], errors.WrongShape, "wellbeing has 2 dimensions"),
    ],
)
def test_a_column_that_cannot_be_used_is_refused_with_its_place(column, error, said):
    with pytest.raises(error) as refused:
        tables.read_numbers({"wellbeing": column}, "wellbeing")
    assert str(refused.value).startswith(said)


def test_a_column_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(errors.UnknownColumn, match=r"no column 'welbeing'\. It has: wellbeing, client, therapist\."):
        tables.read_numbers(TABLE, "welbeing")


def test_complete_rows_are_those_with_every_value():
    complete = tables.complete_rows(TABLE, ["wellbeing"], ["client"])
    assert {name: column.tolist() for name, column in complete.items()} == {
        "wellbeing": [4.0, 5.5, 7.0],
        "client": ["a", "b", "c"],
    }


def test_columns_of_unequal_length_are_told_with_their_lengths():
    with pytest.raises(errors.WrongShape, match="different numbers of rows: wellbeing 4, client 2"):
        tables.complete_rows(TABLE | {"client": ["a", "b"]}, ["wellbeing"], ["client"])


def test_a_client_under_two_therapists_is_named():
    client, therapist = (tables.read_groups(TABLE, name) for name in ("client", "therapist"))
    with pytest.raises(errors.NotNested, match="client a appears under therapist 1 and 2"):
        tables.check_nested(client, therapist)
    assert tables.within(client, therapist).labels.tolist() == ["1/a", "1/c", "2/a", "2/b"]


def test_a_column_that_others_give_is_named():
    columns = np.array([[1.0, 2, 3], [1, 5, 6], [1, 7, 8], [1, 1, 2]])
    with pytest.raises(errors.Collinear, match="both is a combination of one, two"):
        tables.check_rank(columns, ["one", "two", "both"])
