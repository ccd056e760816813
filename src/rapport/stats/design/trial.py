"""A trial as it is planned: who, how often, and the effect that it should be able to see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from rapport.stats.arguments import check_choice, check_count, check_number, check_share
from rapport.stats.errors import OutOfRange, TooFew
from rapport.stats.results import counted
from rapport.stats.simulate import (
    Absence,
    NetworkTruth,
    SessionsTruth,
    Simulated,
    simulate_network,
    simulate_sessions,
)
from rapport.stats.simulate.absence import NONE_MISSING

Target = Literal["level", "slope", "tracking"]
UNITS: dict[str, str] = {"level": "points", "slope": "points a session", "tracking": "points a point"}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Therapists randomised to training or not; their clients rated session by session.

    on                      what training should change: the outcome's "level", its "slope" over sessions (points a
                            session, `simulate_sessions`), or how closely the therapist tracks the client
                            ("tracking", `simulate_network`, starting "fixed")
    effect                  by how much, in those units
    therapists              in both arms together
    clients_per_therapist   of each; with `uneven`, on average over therapists
    sessions                of each client
    trained_share           of therapists
    truth                   everything else: spreads, growth, bias. Its own effect of training on the target is
                            replaced by `effect`; if not given, the simulator's defaults without other effects
    absence                 missed sessions and dropout

    Raises OutOfRange, TooFew, NotNumbers as soon as it is made.
    """

    effect: float
    on: Target = "level"
    therapists: int = 40
    clients_per_therapist: float = 3
    sessions: int = 6
    trained_share: float = 0.5
    truth: SessionsTruth | NetworkTruth | None = None
    absence: Absence = NONE_MISSING
    uneven: bool = False

    def __post_init__(self) -> None:
        check_choice(self.on, "on", get_args(Target))
        check_number(self.effect, "effect")
        check_count(self.therapists, "therapists", at_least=4)
        check_share(self.trained_share, "trained_share")
        if self.uneven:
            check_number(self.clients_per_therapist, "clients_per_therapist")
            if self.clients_per_therapist < 1:
                raise OutOfRange(f"clients_per_therapist is {self.clients_per_therapist:g}; it must be 1 or more.")
        else:
            check_count(self.clients_per_therapist, "clients_per_therapist")  # type: ignore[arg-type]  # not whole is refused
        check_count(self.sessions, "sessions", at_least=1 if self.on == "level" else 2)
        if min(self.arms) < 2:
            raise TooFew(
                f"{self.arms[0]} trained and {self.arms[1]} other therapists cannot be compared; each arm needs two."
            )
        wanted = NetworkTruth if self.on == "tracking" else SessionsTruth
        if self.truth is not None and not isinstance(self.truth, wanted):
            raise OutOfRange(f"For an effect on {self.on}, truth must be a {wanted.__name__}.")

    @property
    def arms(self) -> tuple[int, int]:
        """Therapists trained, and not."""
        trained = round(self.trained_share * self.therapists)
        return trained, self.therapists - trained

    def truth_with(self, effect: float) -> SessionsTruth | NetworkTruth:
        """The truth where training has this effect on the target."""
        truth = self.truth
        if isinstance(truth, NetworkTruth) or self.on == "tracking":
            network = truth if isinstance(truth, NetworkTruth) else NetworkTruth()
            return replace(network, tracking_training=effect)
        sessions = truth if truth is not None else SessionsTruth(training_level=0.0, training_slope=0.0)
        return (
            replace(sessions, training_level=effect) if self.on == "level" else replace(sessions, training_slope=effect)
        )

    def simulate(self, seed: int, *, null: bool = False) -> Simulated[Any]:
        """One trial's data; with `null`, where training does nothing to the target."""
        truth = self.truth_with(0.0 if null else self.effect)
        clients = round(self.clients_per_therapist * self.therapists)
        shape: dict[str, Any] = {
            "seed": seed,
            "therapists": self.therapists,
            "clients": clients if self.uneven else None,
            "clients_per_therapist": None if self.uneven else int(self.clients_per_therapist),
            "sessions": self.sessions,
            "trained_share": self.trained_share,
            "absence": self.absence,
        }
        if isinstance(truth, NetworkTruth):
            return simulate_network(truth=truth, start="fixed", **shape)
        return simulate_sessions(truth=truth, **shape)

    def sentence(self) -> str:
        """“40 therapists (20 trained), 3 clients each, 6 sessions”."""
        if self.uneven:
            clients = f"{self.clients_per_therapist:g} clients on average"
        else:
            clients = f"{counted(int(self.clients_per_therapist), 'client')} each"
        therapists = counted(self.therapists, "therapist")
        return f"{therapists} ({self.arms[0]} trained), {clients}, {counted(self.sessions, 'session')}"
