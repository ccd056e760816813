"""The geometry of a surface of second order, and how its features vary when the coefficients do.

Y = b0 + b1 C + b2 T + b3 C² + b4 CT + b5 T², with C the client's and T the therapist's rating. The line of
congruence is T = C, the line of incongruence T = −C.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rapport.stats.tables import Floats

FEATURES: Final = (
    "a1",
    "a2",
    "a3",
    "a4",
    "a5",
    "stationary_client",
    "stationary_therapist",
    "first_axis_intercept",
    "first_axis_slope",
    "second_axis_intercept",
    "second_axis_slope",
    "lateral_shift",
    "curvature_along_first_axis",
    "curvature_along_second_axis",
)

# b1 … b5 in a1 … a5, the first of the features
LINEAR: Final = np.array(
    [[1, 1, 0, 0, 0], [0, 0, 1, 1, 1], [1, -1, 0, 0, 0], [0, 0, 1, -1, 1], [0, 0, 1, 0, -1]], dtype=np.float64
)

MEANINGS: Final = {
    "a1": "slope along the line of congruence (b1 + b2)",
    "a2": "curvature along the line of congruence (b3 + b4 + b5)",
    "a3": "slope along the line of incongruence (b1 − b2)",
    "a4": "curvature along the line of incongruence (b3 − b4 + b5)",
    "a5": "turn of the principal axes away from the lines (b3 − b5)",
    "stationary_client": "stationary point, client (C0)",
    "stationary_therapist": "stationary point, therapist (T0)",
    "first_axis_intercept": "first principal axis, intercept (p10)",
    "first_axis_slope": "first principal axis, slope (p11)",
    "second_axis_intercept": "second principal axis, intercept (p20)",
    "second_axis_slope": "second principal axis, slope (p21)",
    "lateral_shift": "lateral shift of the first principal axis, −p10 / (1 + p11)",
    "curvature_along_first_axis": "curvature along the first principal axis (0: a ridge)",
    "curvature_along_second_axis": "curvature along the second principal axis",
}


def features(coefficients: NDArray[np.inexact]) -> NDArray[np.inexact]:
    """The features of surfaces with `coefficients` b1 … b5, shape (…, 5), in the order of FEATURES, shape (…, 14).

    Stationary point and axes: Edwards & Parry (1993, Academy of Management Journal 36); lateral
    shift: Atwater, Ostroff, Yammarino & Fleenor (1998); a1 to a4: Edwards & Parry (1993), Shanock et al. (2010);
    a5: Schönbrodt, Humberg & Nestler (2018). The axes' intercepts are written without the stationary point,
    as the lines on which the gradient along the other axis is zero: so a level ridge, which has no single
    stationary point, keeps its axis. The curvatures are the coefficients of the squared distance from the
    stationary point along each axis: the eigenvalues of [[b3, b4/2], [b4/2, b5]].

    A feature that does not exist is NaN: the stationary point of a ridge, the slope of an axis parallel to T.
    Complex coefficients give complex features, from which `sensitivity` takes derivatives.
    """
    b1, b2, b3, b4, b5 = np.moveaxis(coefficients, -1, 0)
    with np.errstate(all="ignore"):
        half = np.sqrt((b3 - b5) ** 2 + b4**2)
        largest, smallest = b3 + b5 + half, b3 + b5 - half  # twice the eigenvalues
        # Two forms of one quotient: the difference b5 − b3 ± half loses its digits in one of them.
        leans = np.real(b5 - b3) >= 0
        p11 = np.where(leans, (b5 - b3 + half) / b4, b4 / (b3 - b5 + half))
        p21 = np.where(leans, b4 / (b3 - b5 - half), (b5 - b3 - half) / b4)
        p10 = (p11 * b1 - b2) / smallest
        p20 = (p21 * b1 - b2) / largest
        determinant = 4 * b3 * b5 - b4**2
        c0 = (b2 * b4 - 2 * b1 * b5) / determinant
        t0 = (b1 * b4 - 2 * b2 * b3) / determinant
        everything = np.stack(
            [
                *np.moveaxis(coefficients @ LINEAR.T, -1, 0),
                c0,
                t0,
                p10,
                p11,
                p20,
                p21,
                -p10 / (1 + p11),
                largest / 2,
                smallest / 2,
            ],
            axis=-1,
        )
    return np.where(np.isfinite(everything), everything, np.nan)


def sensitivity(coefficients: Floats) -> Floats:
    """∂ features / ∂ (b1 … b5), shape (14, 5), exact to rounding by the complex step (Squire & Trapp, 1998)."""
    return complex_step(features, coefficients)


def complex_step(function: Callable[[NDArray[np.inexact]], NDArray[np.inexact]], at: Floats) -> Floats:
    """The Jacobian of an analytic `function` of a vector, shape (values, len(at))."""
    step = 1e-30
    points = at + 1j * step * np.eye(len(at))
    return np.asarray(np.imag(function(points)) / step, dtype=np.float64).T


def along(coefficients: Floats, client: Floats, therapist: Floats) -> Floats:
    """The surface's height above b0 at each pair of ratings."""
    b1, b2, b3, b4, b5 = coefficients
    return np.asarray(b1 * client + b2 * therapist + b3 * client**2 + b4 * client * therapist + b5 * therapist**2)
