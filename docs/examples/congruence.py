"""From an exported table to four answers about congruence, and the picture of one.

    python docs/examples/congruence.py [TABLE.csv] [PICTURE.svg]

Without arguments it reads simulated-network.csv beside it; the picture goes to surface.svg in the folder where it is
run, and where that is, is told at the end. A table has one row a session, with the columns of that file. Needs the
extra: pip install 'rapport-prn[analysis]'.
"""

import sys
from pathlib import Path

import polars as pl

from rapport import stats

HERE = Path(__file__).parent
source = sys.argv[1] if len(sys.argv) > 1 else HERE / "simulated-network.csv"
picture = sys.argv[2] if len(sys.argv) > 2 else "surface.svg"

sessions = pl.read_csv(source)
following = sessions.select("client", pl.col("session") - 1, next_wellbeing="wellbeing")
with_next = sessions.join(following, on=["client", "session"], how="left")

seen = stats.congruence.truth_and_bias(
    sessions,
    judgement="therapist_rating",
    truth="client_rating",
    therapist="therapist",
    dyad="client",
    session="session",
    moderators=["trained"],
)
surface = stats.congruence.response_surface(
    with_next,
    outcome="next_wellbeing",
    client="client_rating",
    therapist="therapist_rating",
    groups=("therapist", "client"),
    covariates=("wellbeing", "session"),
    scale=(1, 7),
)
lagged = stats.congruence.lagged_agreement(
    sessions,
    outcome="wellbeing",
    client="client_rating",
    therapist="therapist_rating",
    dyad="client",
    session="session",
    cluster="therapist",
    moderators=["trained"],
)
therapists = stats.mixed.therapist_effect(sessions, outcome="wellbeing", therapist="therapist", client="client")

for result in (seen, surface, lagged, therapists):
    print(result.sentence(), *(f"Note: {caution}" for caution in result.warnings), sep="\n", end="\n\n")
surface.picture().save(picture)
print("Picture of the response surface:", Path(picture).resolve())
