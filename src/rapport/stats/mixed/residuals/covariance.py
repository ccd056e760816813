"""How the residuals of one client hang together: roles of unequal spread, correlated within a session, and
correlated over sessions.

For rows *a* and *b* of one client, relative to the residual variance of the first role,

    R[a, b] = s(role a) · s(role b) · c(role a, role b) · φ ^ |session a − session b|

with *s* the standard deviations relative to the first role's and *c* = 1 within a role and *r* between the two.
A structure switches each of the three parts on or off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from rapport.stats.tables import Floats, Ints

# Beyond these a correlation is 1 and a role's residuals are 0 for every purpose; the search stops there, and says so.
FARTHEST_CORRELATION: Final = 8.0
FARTHEST_LOG_RATIO: Final = 8.0
FARTHEST_LOG_DURATION: Final = 15.0


@dataclass(frozen=True, slots=True)
class Covariance:
    """Which parts the covariance of the residuals has, and its parameters on the unconstrained scale.

    roles           labels of the roles; one empty label where roles play no part
    by_role         each role has a variance of its own
    correlated      the two roles of a session are correlated
    autoregressive  residuals are correlated over sessions
    step            the distance between sessions of which the third parameter is the correlation
    signed          whether that correlation can be negative: only where every distance is a whole number of steps

    The parameters are, in this order and where they apply: log(s) of each role but the first, atanh(r), and
    atanh(φ ^ step) or, where it cannot be negative, −log(−log(φ ^ step)): the logarithm of the time, in steps, in
    which the correlation falls to 1/e. That is smooth however near to one another two sessions are.
    """

    roles: tuple[str, ...] = ("",)
    by_role: bool = False
    correlated: bool = False
    autoregressive: bool = False
    step: float = 1.0
    signed: bool = True

    @property
    def n_ratios(self) -> int:
        return len(self.roles) - 1 if self.by_role else 0

    @property
    def n_parameters(self) -> int:
        return self.n_ratios + self.correlated + self.autoregressive

    @property
    def names(self) -> tuple[str, ...]:
        """What the parameters are called, shape (n_parameters,)."""
        ratios = [f"log SD ratio, {role} to {self.roles[0]}" for role in self.roles[1:]] if self.by_role else []
        return (
            *ratios,
            *["atanh r"] * self.correlated,
            *["atanh φ" if self.signed else "log duration"] * self.autoregressive,
        )

    @property
    def parts(self) -> tuple[str, ...]:
        """What the structure has beyond one variance, in words."""
        switches = {
            "a residual variance for each role": self.by_role,
            "a correlation of the roles": self.correlated,
            "a correlation over sessions": self.autoregressive,
        }
        return tuple(part for part, is_on in switches.items() if is_on)

    @property
    def start(self) -> Floats:
        """Where the search begins: equal spread, little correlation."""
        begin = [0.0] * self.n_ratios + [0.1] * self.correlated
        return np.array(begin + [0.1 if self.signed else 0.0] * self.autoregressive)

    @property
    def farthest(self) -> Floats:
        """How far from 0 each parameter counts; beyond, the deviance is flat."""
        over_time = FARTHEST_CORRELATION if self.signed else FARTHEST_LOG_DURATION
        return np.array(
            [FARTHEST_LOG_RATIO] * self.n_ratios
            + [FARTHEST_CORRELATION] * self.correlated
            + [over_time] * self.autoregressive
        )

    def spreads(self, parameters: Floats) -> Floats:
        """The roles' standard deviations relative to the first role's, shape (roles,)."""
        if not self.by_role:
            return np.ones(len(self.roles))
        return np.concatenate([[1.0], np.exp(parameters[: self.n_ratios])])

    def between_roles(self, parameters: Floats) -> float:
        """The correlation of the two roles within a session."""
        return float(np.tanh(parameters[self.n_ratios])) if self.correlated else 0.0

    def over_a_step(self, parameters: Floats) -> float:
        """The correlation of residuals one step apart."""
        if not self.autoregressive:
            return 0.0
        if self.signed:
            return float(np.tanh(parameters[-1]))
        duration = np.clip(parameters[-1], -FARTHEST_LOG_DURATION, FARTHEST_LOG_DURATION)
        return float(np.exp(-np.exp(-duration)))

    def matrices(self, parameters: Floats, roles: Ints, times: Floats) -> tuple[Floats, Floats]:
        """R of each pattern and its derivatives.

        roles, times  shape (patterns, m): the roles' numbers and the session numbers of a pattern's rows
        returns       R, shape (patterns, m, m), and dR, shape (n_parameters, patterns, m, m)
        """
        spread = self.spreads(parameters)[roles]
        matrix = spread[:, :, None] * spread[:, None, :]
        same_role = roles[:, :, None] == roles[:, None, :]
        slopes = []
        for role in range(1, self.n_ratios + 1):
            is_role = (roles == role).astype(np.float64)
            slopes.append(is_role[:, :, None] + is_role[:, None, :])  # of log R
        between = self.between_roles(parameters)
        over_time, by_time = self._decay(parameters, np.abs(times[:, :, None] - times[:, None, :]))
        across = np.where(same_role, 1.0, between) if self.correlated else np.ones(matrix.shape)
        whole = matrix * across * over_time
        derivatives = [slope * whole for slope in slopes]
        if self.correlated:
            derivatives.append(np.where(same_role, 0.0, (1 - between**2) * matrix * over_time))
        if self.autoregressive:
            derivatives.append(matrix * across * by_time)
        return whole, np.array(derivatives).reshape(self.n_parameters, *whole.shape)

    def _decay(self, parameters: Floats, distance: Floats) -> tuple[Floats, Floats]:
        """φ ^ distance and its derivative by the last parameter."""
        if not self.autoregressive:
            return np.ones(distance.shape), np.zeros(distance.shape)
        steps = distance / self.step
        if not self.signed:
            passed = steps * np.exp(-parameters[-1])
            decay = np.exp(-passed)
            return decay, decay * passed
        root = float(np.tanh(parameters[-1]))
        steps = np.rint(steps)
        sign = np.where(steps % 2 == 1, -1.0, 1.0) if root < 0 else np.ones(distance.shape)
        decay = sign * abs(root) ** steps
        lower = np.where(steps > 0, steps * abs(root) ** np.maximum(steps - 1, 0.0), 0.0)
        return decay, (-sign if root < 0 else sign) * lower * (1 - root**2)


@dataclass(frozen=True, slots=True)
class Weights:
    """What each pattern contributes: the quadratic form's matrix and the log determinant, with derivatives.

    form               shape (patterns, m, m)
    log_determinant    shape (patterns,)
    d_form             shape (n_parameters, patterns, m, m)
    d_log_determinant  shape (n_parameters, patterns)
    """

    form: Floats
    log_determinant: Floats
    d_form: Floats
    d_log_determinant: Floats


def weigh(covariance: Covariance, parameters: Floats, roles: Ints, times: Floats, given: int) -> Weights:
    """The weights of patterns of rows, of which the first `given` are conditioned on.

    The density of the other rows given these is the joint density divided by theirs, so that the matrix of the
    quadratic form is R⁻¹ less the inverse of the given rows' part of R.
    """
    near = np.clip(parameters, -covariance.farthest, covariance.farthest)
    matrix, slopes = covariance.matrices(near, roles, times)
    slopes[near != parameters] = 0.0
    weights = _invert(matrix, slopes)
    if given == 0:
        return weights
    part = _invert(matrix[:, :given, :given], slopes[:, :, :given, :given])
    form, d_form = weights.form, weights.d_form
    form[:, :given, :given] -= part.form
    d_form[:, :, :given, :given] -= part.d_form
    return Weights(
        form,
        weights.log_determinant - part.log_determinant,
        d_form,
        weights.d_log_determinant - part.d_log_determinant,
    )


def _invert(matrix: Floats, slopes: Floats) -> Weights:
    root = np.linalg.cholesky(matrix)
    half = np.linalg.inv(root)
    inverse = half.transpose(0, 2, 1) @ half
    log_determinant = 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    return Weights(
        inverse,
        log_determinant,
        -(inverse @ slopes @ inverse),
        np.einsum("kab,pkab->pk", inverse, slopes),
    )
