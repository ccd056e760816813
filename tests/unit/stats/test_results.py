"""How a result prints itself."""

from __future__ import annotations

from rapport.stats.results import ResultTable


def test_a_table_prints_probabilities_as_articles_do_and_keeps_their_values() -> None:
    table = ResultTable("Paths", ("path", "b", "p"), (("one", 0.2, 0.04123), ("two", -1.5, 1e-9), ("three", 0.0, 1.0)))

    assert str(table) == (
        "Paths\npath        b       p\none     0.200    .041\ntwo    −1.500  < .001\nthree   0.000  > .999"
    )
    assert "<td>&lt; .001</td>" in table._repr_html_()
    assert [row["p"] for row in table.records()] == [0.04123, 1e-9, 1.0]


def test_a_probability_that_is_not_known_stays_empty() -> None:
    assert str(ResultTable("Tests", ("p",), ((None,), (float("nan"),)))) == "Tests\np\n\n–"
