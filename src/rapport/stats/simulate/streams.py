"""Random numbers for simulations: one stream for each thing that varies, so that leaving rows out or adding an
effect does not change what the other streams drew."""

from __future__ import annotations

import numpy as np

from rapport.stats.tables import Floats


def streams(seed: int, count: int) -> list[np.random.Generator]:
    """`count` independent generators of one seed (PCG64 on spawned seed sequences)."""
    return [np.random.Generator(np.random.PCG64(child)) for child in np.random.SeedSequence(seed).spawn(count)]


def autoregressive_noise(
    random: np.random.Generator, count: int, times: Floats, *, sd: float, autocorrelation: float
) -> Floats:
    """Stationary noise of `count` series at `times`, shape (count, len(times)), in steps of any length.

    Each value has the standard deviation `sd`; two values d apart correlate autocorrelation ** d, the discrete
    AR(1) at whole distances and the Ornstein–Uhlenbeck process between them. A negative autocorrelation needs
    whole distances.
    """
    noise = random.standard_normal((count, len(times)))
    for index in range(1, len(times)):
        kept = autocorrelation ** (times[index] - times[index - 1])
        noise[:, index] = kept * noise[:, index - 1] + np.sqrt(1 - kept**2) * noise[:, index]
    return sd * noise
