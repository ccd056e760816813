"""Why some intervals do not hold the truth 95 times in 100, a sentence each."""

from __future__ import annotations

NICKELL = (
    "An intercept for each client, or centring at the client’s mean, biases φ towards 0 and β with it in few sessions "
    "(Nickell, 1981); this row is there to show it."
)
ONE_TRACKING = (
    "Tracking varies over therapists and dyads and the model takes it as one, so that its standard error is too small."
)
MEAN = "Bias is told at the sample’s mean rating; that this mean differs from the population’s is not in the interval."
DYADS_ONLY = "Tracking varies over therapists too, and the model lets it vary over dyads only."
PREVIOUS = (
    "The outcome before holds the client’s own level, which the random intercept takes as unrelated to it: its "
    "weight is biased upwards. Use `lagged_agreement` for it."
)
BOUNDARY = (
    "The truth is at the boundary: an interval that begins at 0 always holds it from below, so the share missed is "
    "half or less."
)
