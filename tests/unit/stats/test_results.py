"""How a result prints itself."""

from __future__ import annotations

from rapport.stats.results import Caution, ResultTable, counted, rows_left_out


def test_a_table_prints_probabilities_as_articles_do_and_keeps_their_values() -> None:
    table = ResultTable("Paths", ("path", "b", "p"), (("one", 0.2, 0.04123), ("two", -1.5, 1e-9), ("three", 0.0, 1.0)))

    assert str(table) == (
        "Paths\npath        b       p\none     0.200    .041\ntwo    −1.500  < .001\nthree   0.000  > .999"
    )
    assert "<td>&lt; .001</td>" in table._repr_html_()
    assert [row["p"] for row in table.records()] == [0.04123, 1e-9, 1.0]


def test_a_probability_that_is_not_known_stays_empty() -> None:
    assert str(ResultTable("Tests", ("p",), ((None,), (float("nan"),)))) == "Tests\np\n\n–"


def test_what_is_counted_agrees_with_its_number() -> None:
    assert [counted(1, "row"), counted(0, "row"), counted(24_000, "row")] == ["1 row", "0 rows", "24,000 rows"]
    assert [counted(1, "study", "studies"), counted(2, "study", "studies")] == ["1 study", "2 studies"]


def test_rows_left_out_are_told_and_none_is_not() -> None:
    assert rows_left_out(0, 702) == ()
    assert rows_left_out(1, 702) == (Caution("rows-left-out", "1 of 702 rows has a missing value and is left out."),)
    assert rows_left_out(117, 702) == (
        Caution("rows-left-out", "117 of 702 rows have a missing value and are left out."),
    )
