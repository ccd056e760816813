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

# Found, where theory promises 95% in the long run

FEW_PERSONS = (
    "Standard errors of maximum likelihood are right for many persons. 117 with a fifth of the values missing are few "
    "for 36 to 53 parameters, and the fit says so; paths spread up to a quarter more than their errors tell."
)
TEN_THERAPISTS = (
    "Ten therapists: the interval often begins at 0 and then cannot miss from that side, so it holds the truth more "
    "often than it says."
)
NOTHING = (
    "A product of two paths that are both 0 has next to no spread, and a percentile interval is wider than it need be: "
    "a test of nothing against nothing is very cautious."
)
CLUSTERS = "Draws of 40 uneven clusters spread less than the estimates do. With 200 clusters hardly any of it is left."
PREDICTION = (
    "A prediction interval takes τ² as if it were known. Where it is estimated as 0, as in a fifth of the pools of ten "
    "studies and more of five, the interval is far too narrow (Nagashima, Noma & Furukawa, 2019)."
)
DRAWN_SPREADS = (
    "Percentiles of drawn therapists inherit the downward bias of a standard deviation from few clusters. The profile "
    "likelihood, `fit.profile`, does not."
)
