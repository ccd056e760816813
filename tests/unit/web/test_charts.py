"""Where ticks and marks stand: in percent of the drawing's width, always inside it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rapport.web.charts import LEFT, RIGHT, Mark, fit_scale, place


def fitted(*values: str, **facts):
    return fit_scale([Decimal(value) for value in values], **{"null": 0, "log": False, **facts})


@pytest.mark.parametrize(
    ("values", "facts", "ticks"),
    [
        (["0.28"], {}, ["0", "0.1", "0.2", "0.3"]),
        (["0.256", "0.340"], {}, ["0", "0.1", "0.2", "0.3", "0.4"]),
        (["-0.3", "0.1"], {}, ["-0.3", "-0.2", "-0.1", "0", "0.1"]),
        (["-0.16"], {}, ["-0.2", "-0.15", "-0.1", "-0.05", "0"]),
        (["3.85"], {}, ["0", "1", "2", "3", "4"]),
        (["0"], {}, ["0", "0.25", "0.5", "0.75", "1"]),
        ([], {}, ["0", "0.25", "0.5", "0.75", "1"]),
        (["19.7", "18.7"], {"percent": True, "null": None}, ["0", "5", "10", "15", "20"]),
        (["97"], {"percent": True, "null": None}, ["0", "25", "50", "75", "100"]),
        (["120"], {"percent": True, "null": None}, ["0", "50", "100", "150"]),
        (["1.48", "1.00", "2.18"], {"log": True, "null": 1}, ["0.25", "0.5", "1", "2", "4"]),
        (["1.2"], {"log": True, "null": 1}, ["0.5", "1", "2"]),
        (["0.1"], {"log": True, "null": 1}, ["0.1", "0.25", "0.5", "1", "2", "4", "10"]),
        (["100000"], {}, ["0", "25000", "50000", "75000", "100000"]),
        (["0.00004"], {}, ["0", "0.00001", "0.00002", "0.00003", "0.00004"]),
    ],
)
def test_ticks_are_tidy_and_hold_every_value(values, facts, ticks):
    scale = fitted(*values, **facts)
    assert [tick.value for tick in scale.ticks] == [Decimal(tick) for tick in ticks]


HARD = [
    ["0"],
    ["-1", "1"],
    ["0.999999", "1.000001"],
    ["-0.0001"],
    ["83834"],
    ["-2500", "1500"],
    ["100"],
    ["0.05", "30"],
    ["1"],
]


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("values", HARD, ids=str)
def test_every_position_is_inside_the_drawing_and_in_order(values, log):
    scale = fitted(*values, log=log, null=1 if log else 0)
    at = [tick.at for tick in scale.ticks]
    assert all(LEFT <= position <= RIGHT for position in at)
    assert at == sorted(set(at))
    assert len(at) >= 2
    assert LEFT <= scale.null_at <= RIGHT
    assert all(LEFT <= scale.at(Decimal(value)) <= RIGHT for value in values)


def test_the_ends_of_an_axis_are_the_ends_of_the_drawing():
    scale = fitted("0.4")
    assert (scale.at(0), scale.at(Decimal("0.2")), scale.at(Decimal("0.4"))) == (3.0, 50.0, 97.0)


@pytest.mark.parametrize(("value", "position"), [("-5", 3.0), ("5", 97.0)])
def test_what_lies_outside_an_axis_is_held_at_its_end(value, position):
    assert fitted("0.4").at(Decimal(value)) == position


def test_on_a_log_axis_no_difference_is_in_the_middle_and_twice_is_as_far_as_half():
    scale = fitted("1.5", log=True, null=1)
    assert (scale.at(Decimal("0.5")), scale.null_at, scale.at(Decimal(2))) == (3.0, 50.0, 97.0)


@pytest.mark.parametrize("value", ["0", "-0.5"])
def test_a_log_axis_bears_what_is_not_above_zero(value):
    assert fitted("1.5", value, log=True, null=1).at(Decimal(value)) == LEFT


def test_an_axis_without_a_null_value_marks_none():
    assert fitted("19", percent=True, null=None).null_at is None


@pytest.mark.parametrize(
    ("interval", "mark", "width"),
    [
        (("0.1", "0.3"), Mark(50.0, 26.5, 73.5), 47.0),
        (("0.2", "0.2"), Mark(50.0, 50.0, 50.0), 0.0),
        (None, Mark(50.0, None, None), None),
    ],
    ids=["interval", "interval of no width", "no interval"],
)
def test_an_estimate_stands_with_its_interval(interval, mark, width):
    limits = interval and tuple(Decimal(limit) for limit in interval)
    placed = place(fitted("0.4"), Decimal("0.2"), limits)
    assert (placed, placed.width) == (mark, width)
