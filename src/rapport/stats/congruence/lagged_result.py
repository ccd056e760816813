"""What a lagged agreement model found, as a researcher would write it."""

from __future__ import annotations

from dataclasses import dataclass

from rapport.stats.congruence.estimates import Estimate
from rapport.stats.results import Cell, Result, ResultTable, number


@dataclass(frozen=True, kw_only=True)
class LaggedAgreement(Result):
    """Agreement at a session and the outcome at the next.

    estimates      of Y(t+1): outcome before (φ), agreement (β, within clients), moderators, session, and how a client's
                   level goes with the first session; and, with “agreement: ” before the name, of A(t+1)
    between        points of a client's usual outcome for one point more of usual agreement
    naive          the same effects with an intercept for each client by least squares: biased in few sessions
    nickell_bias   of the naive φ, to be expected at the estimated φ
    left_out       rows that are in no step
    """

    method = (
        "Maximum likelihood of both series given the first session, with correlated levels of the client's own; "
        "agreement "
        "may answer to the outcome before"
    )
    reference = "Nickell, 1981; Blundell & Smith, 1991; Wooldridge, 2005; Allison, Williams & Moral-Benito, 2017"
    initial_conditions = "taken as observed; clients' levels are regressed on the first session"

    outcome: str
    agreement: str
    moderators: tuple[str, ...]
    level: float
    estimates: tuple[Estimate, ...]
    between: Estimate
    naive: tuple[Estimate, ...]
    nickell_bias: float
    n_clients: int
    n_steps: int
    mean_steps: float
    n_therapists: int | None
    left_out: int
    residual_sd: float
    log_likelihood: float

    @property
    def effect(self) -> Estimate:
        """β: agreement at a session and the outcome at the next, within clients (where moderators are 0)."""
        return self.estimate("agreement")

    @property
    def carry_over(self) -> Estimate:
        """φ: the outcome on itself one session before."""
        return self.estimate("outcome before")

    def estimate(self, name: str) -> Estimate:
        """The estimate `name`, as in "agreement × trained". Raises KeyError."""
        for item in self.estimates:
            if item.name == name:
                return item
        raise KeyError(
            f"{name!r} is not an estimate of this model; they are {', '.join(i.name for i in self.estimates)}"
        )

    def sentence(self) -> str:
        where = f" (where {' and '.join(self.moderators)} is 0)" if self.moderators else ""
        text = (
            f"Given {self.outcome} in the same session, a point more agreement ({self.agreement}) than the "
            f"client's usual "
            f"went with a change in next session's {self.outcome} of {self.effect.text('b', self.level)}{where}"
        )
        for name in self.moderators:
            text += (
                f", and by {self.estimate(f'agreement × {name}').text('b', self.level)}, more for each point of {name}"
            )
        text += f" ({self.n_clients} clients, {self.n_steps:,} steps)."
        if self.between.se > 0:
            text += f" Between clients, the levels of the two went together by {self.between.text('b', self.level)}."
        return text + self._naive_text()

    def _naive_text(self) -> str:
        naive = {item.name: item for item in self.naive}
        if "agreement" not in naive:
            return ""
        return (
            f" Centring at clients' means would have given b = {number(naive['agreement'].estimate)} for "
            f"agreement, and "
            f"{number(naive['outcome before'].estimate)} instead of {number(self.carry_over.estimate)} for the "
            f"outcome on "
            f"itself (Nickell's bias at {number(self.mean_steps, 1)} steps: {number(self.nickell_bias)})."
        )

    def table(self) -> ResultTable:
        naive = {item.name: item.estimate for item in self.naive}
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (item.name, item.estimate, item.se, item.p, item.low, item.high, naive.get(item.name))
            for item in (*self.estimates, self.between)
        )
        columns = ("term", "estimate", "SE", "p", "low", "high", "naive within")
        return ResultTable(f"{self.outcome} at the next session", columns, rows)
