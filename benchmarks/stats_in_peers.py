"""The models of stats.py in other Python libraries: python stats_in_peers.py CASE TOOL DATA.csv REPEATS

Run with the Python of an environment that has statsmodels and semopy; it leaves with 3 where a tool has no such model.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd


def statsmodels_three_levels(rows):
    """Client-level intercepts and slopes uncorrelated: statsmodels has no correlated ones below the first level."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    model = MixedLM.from_formula(
        "y ~ x + session",
        rows,
        groups="therapist",
        re_formula="~session",
        vc_formula={"client": "0 + C(client)", "slope": "0 + C(client):session"},
    )
    fitted = model.fit()
    return float(fitted.llf), "MixedLM, uncorrelated at the client level"


def statsmodels_bootstrap(rows):
    import statsmodels.api as sm
    from statsmodels.stats.mediation import Mediation

    outcome = sm.OLS.from_formula("wellbeing ~ alliance + trained", rows)
    mediator = sm.OLS.from_formula("alliance ~ trained", rows)
    found = Mediation(outcome, mediator, "trained", "alliance").fit(method="bootstrap", n_rep=2000)
    return float(np.mean(found.ACME_avg)), "Mediation"


def semopy_panel(rows):
    from semopy import Model

    waves = range(1, 7)
    lines = [
        "ix =~ " + " + ".join(f"1*x{t}" for t in waves),
        "iy =~ " + " + ".join(f"1*y{t}" for t in waves),
        *(f"w{s}{t} =~ 1*{s}{t}" for s in "xy" for t in waves),
        *(f"{s}{t} ~~ 0*{s}{t}" for s in "xy" for t in waves),
        *(f"w{s}{t} ~ wx{t - 1} + wy{t - 1}" for s in "xy" for t in waves if t > 1),
        *(f"wx{t} ~~ wy{t}" for t in waves),
        "ix ~~ iy",
        *(f"i{s} ~~ 0*w{other}1" for s in "xy" for other in "xy"),
    ]
    model = Model("\n".join(lines))
    solved = model.fit(rows, obj="FIML")
    n = len(rows)
    return float(-n * solved.fun / 2) if np.isfinite(
        solved.fun
    ) else None, 'obj="FIML"; its own scale of the likelihood'


MODELS = {
    ("three_levels", "statsmodels"): statsmodels_three_levels,
    ("bootstrap", "statsmodels"): statsmodels_bootstrap,
    ("panel", "semopy"): semopy_panel,
}


def main():
    case, tool, file, repeats = sys.argv[1:]
    if (case, tool) not in MODELS:
        sys.exit(3)
    warnings.simplefilter("ignore")
    rows = pd.read_csv(file)
    seconds = []
    for _ in range(int(repeats)):
        began = time.perf_counter()
        reached, call = MODELS[case, tool](rows)
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"call": call, "seconds": seconds, "reached": reached}))


if __name__ == "__main__":
    main()
