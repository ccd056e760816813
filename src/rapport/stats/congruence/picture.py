"""A response surface as a picture: height by colour, with its lines and the ratings it was fitted to."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rapport.stats.congruence.algebra import along
from rapport.stats.errors import MissingExtra
from rapport.stats.tables import Floats

if TYPE_CHECKING:
    from rapport.stats.congruence.surface_result import ResponseSurface

CELLS: Final = 42
SHOWN_POINTS: Final = 1500
_VERDICTS: Final = {
    "strict congruence": "Meets the conditions of congruence in the strict sense",
    "broad congruence": "Meets the conditions of congruence in the broad sense",
    "no congruence effect": "Does not meet the conditions of congruence",
}
LINES: Final = ("line of congruence", "line of incongruence", "first principal axis")


def draw_surface(surface: ResponseSurface) -> Any:
    """An Altair chart: heat map over the scale, lines of congruence and incongruence, first principal axis, ratings.

    Raises MissingExtra.
    """
    try:
        altair: Any = importlib.import_module("altair")
    except ImportError:
        raise MissingExtra("A picture needs Altair: pip install 'rapport-prn[analysis]'.") from None
    origin = surface.origin or 0.0
    low, high = _range(surface, origin)
    scale = altair.Scale(domain=[low, high], nice=False)
    ticks = altair.Axis(tickMinStep=1, format="~g") if high - low >= 3 else altair.Axis()
    axes = [
        altair.X("client:Q", title=_axis_title(surface, surface.client), scale=scale, axis=ticks),
        altair.Y("therapist:Q", title=_axis_title(surface, surface.therapist), scale=scale, axis=ticks),
    ]
    return (
        altair.layer(
            _heat(altair, surface, axes, origin, low, high),
            _ratings(altair, surface, axes, origin),
            _lines(altair, surface, axes, origin, low, high),
        )
        .properties(
            width=420,
            height=420,
            description=surface.sentence(),
            title=altair.Title(
                f"{surface.outcome} by {surface.client} and {surface.therapist}",
                subtitle=_subtitle(surface),
                anchor="start",
            ),
        )
        .configure_view(strokeWidth=0)
        .configure_axis(grid=False)
    )


def _range(surface: ResponseSurface, origin: float) -> tuple[float, float]:
    if surface.scale is not None and surface.origin is not None:
        return surface.scale
    if len(surface.points):
        reach = float(np.ceil(np.abs(surface.points).max() * 2) / 2)
        return origin - reach, origin + reach
    return origin - 3, origin + 3


def _axis_title(surface: ResponseSurface, name: str) -> str:
    return name if surface.origin is not None else f"{name} (centred)"


def _subtitle(surface: ResponseSurface) -> list[str]:
    asked = f"tests {surface.question}"
    said = _VERDICTS[surface.verdict] + f"; {asked}" if surface.verdict else asked[0].upper() + asked[1:]
    shown = "Colour: the fitted outcome. Points: the ratings; where there are none, it is extrapolated"
    return [said, shown] if len(surface.points) else [said]


def _heat(altair: Any, surface: ResponseSurface, axes: list[Any], origin: float, low: float, high: float) -> Any:
    edges = np.linspace(low, high, CELLS + 1)
    middle = (edges[:-1] + edges[1:]) / 2 - origin
    client, therapist = (grid.ravel() for grid in np.meshgrid(middle, middle))
    b = np.array([item.estimate for item in surface.coefficients[1:6]])
    height = surface.coefficients[0].estimate + along(b, client, therapist)
    half = (edges[1] - edges[0]) / 2 * 1.25  # over its neighbours, so that no seam shows between cells
    c, t = client + origin, therapist + origin
    cells = {"client": c - half, "client_to": c + half, "therapist": t - half, "therapist_to": t + half}
    colour = altair.Color("height:Q", title=surface.outcome, scale=altair.Scale(scheme="viridis"))
    return (
        altair.Chart(_data(altair, cells | {"height": height}))
        .mark_rect(clip=True, aria=False)
        .encode(*axes, altair.X2("client_to"), altair.Y2("therapist_to"), colour)
    )


def _data(altair: Any, columns: Mapping[str, Floats]) -> Any:
    """As one text: Altair would check thousands of values one by one, which takes longer than the statistics."""
    rows = np.column_stack([*columns.values()])
    lines = [",".join(columns), *(",".join(f"{value:.6g}" for value in row) for row in rows.tolist())]
    return altair.Data(
        values="\n".join(lines), format=altair.CsvDataFormat(type="csv", parse=dict.fromkeys(columns, "number"))
    )


def _ratings(altair: Any, surface: ResponseSurface, axes: list[Any], origin: float) -> Any:
    points = surface.points + origin
    step = max(1, -(-len(points) // SHOWN_POINTS))
    shown = points[::step]
    return (
        altair.Chart(_data(altair, {"client": shown[:, 0], "therapist": shown[:, 1]}))
        .mark_point(
            filled=True, size=14, color="white", opacity=0.45, stroke="black", strokeWidth=0.4, clip=True, aria=False
        )
        .encode(*axes)
    )


def _lines(altair: Any, surface: ResponseSurface, axes: list[Any], origin: float, low: float, high: float) -> Any:
    ends = np.array([low, high]) - origin
    slope, intercept = surface.feature("first_axis_slope").estimate, surface.feature("first_axis_intercept").estimate
    drawn = {LINES[0]: ends, LINES[1]: -ends}
    if np.isfinite([slope, intercept]).all():
        drawn[LINES[2]] = intercept + slope * ends
    rows = [
        {"line": name, "client": c, "therapist": t}
        for name, heights in drawn.items()
        for c, t in zip((ends + origin).tolist(), (heights + origin).tolist(), strict=True)
    ]
    colours = altair.Scale(domain=list(LINES), range=["#111111", "#333333", "#d62728"])
    dashes = altair.Scale(domain=list(LINES), range=[[1, 0], [3, 4], [9, 4]])
    legend = altair.Legend(orient="bottom", symbolSize=500, labelLimit=220)
    return (
        altair.Chart(altair.Data(values=rows))
        .mark_line(strokeWidth=2, clip=True)
        .encode(
            *axes,
            altair.Stroke("line:N", title=None, scale=colours, legend=legend),
            altair.StrokeDash("line:N", title=None, scale=dashes, legend=legend),
        )
    )
