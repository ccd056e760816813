"""A response surface as a picture: height by colour, with its lines and the ratings it was fitted to."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rapport.stats.congruence.algebra import along
from rapport.stats.errors import MissingExtra

if TYPE_CHECKING:
    from rapport.stats.congruence.surface_result import ResponseSurface

CELLS: Final = 56
SHOWN_POINTS: Final = 1500
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
    axes = [
        altair.X(
            "client:Q", title=_axis_title(surface, surface.client), scale=altair.Scale(domain=[low, high], nice=False)
        ),
        altair.Y(
            "therapist:Q",
            title=_axis_title(surface, surface.therapist),
            scale=altair.Scale(domain=[low, high], nice=False),
        ),
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
    said = f"{surface.verdict}; tests {surface.question}" if surface.verdict else f"tests {surface.question}"
    return [said[0].upper() + said[1:], "Colour is the fitted outcome; points are the ratings it was fitted to"][
        : 2 if len(surface.points) else 1
    ]


def _heat(altair: Any, surface: ResponseSurface, axes: list[Any], origin: float, low: float, high: float) -> Any:
    edges = np.linspace(low, high, CELLS + 1)
    middle = (edges[:-1] + edges[1:]) / 2 - origin
    client, therapist = (grid.ravel() for grid in np.meshgrid(middle, middle))
    b = np.array([item.estimate for item in surface.coefficients[1:6]])
    height = surface.coefficients[0].estimate + along(b, client, therapist)
    half = (edges[1] - edges[0]) / 2 * 1.25  # over its neighbours, so that no seam shows between cells
    cells = [
        {"client": c - half, "client_to": c + half, "therapist": t - half, "therapist_to": t + half, "height": h}
        for c, t, h in zip((client + origin).tolist(), (therapist + origin).tolist(), height.tolist(), strict=True)
    ]
    colour = altair.Color("height:Q", title=surface.outcome, scale=altair.Scale(scheme="viridis"))
    return (
        altair.Chart(altair.Data(values=cells))
        .mark_rect(clip=True, opacity=1, strokeWidth=0)
        .encode(*axes, altair.X2("client_to"), altair.Y2("therapist_to"), colour)
    )


def _ratings(altair: Any, surface: ResponseSurface, axes: list[Any], origin: float) -> Any:
    points = surface.points + origin
    step = max(1, -(-len(points) // SHOWN_POINTS))
    rows = [{"client": c, "therapist": t} for c, t in points[::step].tolist()]
    return (
        altair.Chart(altair.Data(values=rows))
        .mark_point(filled=True, size=14, color="white", opacity=0.45, stroke="black", strokeWidth=0.4, clip=True)
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
