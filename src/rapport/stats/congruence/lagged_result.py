"""What a lagged agreement model found, as a researcher would write it."""

from __future__ import annotations

from dataclasses import dataclass

from rapport.stats.congruence.estimates import Estimate, find
from rapport.stats.results import Cell, Result, ResultTable, counted, number


@dataclass(frozen=True, kw_only=True)
class LaggedAgreement(Result):
    """Agreement at a session and the outcome at the next.

    estimates      of Y(t+1): outcome before (φ), agreement (β, within clients), moderators, session, and how a client's
                   level goes with the first session; and, with “agreement: ” before the name, of A(t+1)
    at             the effect of agreement at both values of each moderator that has two, the others at 0
    between        points of a client's usual outcome for one point more of usual agreement
    naive          the same effects with an intercept for each client by least squares: biased in few sessions
    nickell_bias   of the naive φ, to be expected at the estimated φ
    left_out       rows that are in no step
    """

    method = (
        "Maximum likelihood of both series given the first session, with correlated levels of the client's own; "
        "agreement may answer to the outcome before"
    )
    reference = "Nickell, 1981; Blundell & Smith, 1991; Wooldridge, 2005; Allison, Williams & Moral-Benito, 2017"
    initial_conditions = "taken as observed; clients' levels are regressed on the first session"

    outcome: str
    agreement: str
    moderators: tuple[str, ...]
    level: float
    estimates: tuple[Estimate, ...]
    at: tuple[Estimate, ...]
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
        """The estimate `name`, as in "agreement × trained" or "agreement at trained = 1". Raises BadInput."""
        return find((*self.estimates, *self.at), name)

    def sentence(self) -> str:
        text = (
            f"Given {self.outcome} in the same session, a point more agreement ({self.agreement}) than the client's "
            f"usual went with a change in next session's {self.outcome} of {self._effect_text()} "
            f"({counted(self.n_clients, 'client')}, {counted(self.n_steps, 'step')})."
        )
        if self.between.se > 0:
            text += (
                f" Between clients, a point more usual agreement went with a difference in usual {self.outcome} of "
                f"{self.between.text('b', self.level)}."
            )
        return text + self._naive_text()

    @property
    def is_coded_0_1(self) -> bool:
        """Whether the one moderator takes the values 0 and 1."""
        return [item.name[-4:] for item in self.at] == [" = 0", " = 1"]

    def _effect_text(self) -> str:
        if len(self.moderators) == 1 and self.at:
            low, high = (
                f"{item.text('b', self.level)}, where {item.name.removeprefix('agreement at ').replace(' = ', ' was ')}"
                for item in self.at
            )
            apart = "with a difference of " if self.is_coded_0_1 else f"for each point of {self.moderators[0]}, "
            difference = self.estimate(f"agreement × {self.moderators[0]}").text("b", self.level)
            return f"{low}, and of {high}, {apart}{difference}"
        where = f" (where {' and '.join(self.moderators)} is 0)" if self.moderators else ""
        more = (
            f", and of {self.estimate(f'agreement × {name}').text('b', self.level)} more for each point of {name}"
            for name in self.moderators
        )
        return f"{self.effect.text('b', self.level)}{where}{''.join(more)}"

    def _naive_text(self) -> str:
        naive = {item.name: item for item in self.naive}
        if "agreement" not in naive:
            return ""
        where = f" where {' and '.join(self.moderators)} is 0" if self.moderators else ""
        agreement, before = (number(naive[name].estimate) for name in ("agreement", "outcome before"))
        return (
            f" Centring at clients' means would have given b = {agreement} for agreement{where}, and {before} instead "
            f"of {number(self.carry_over.estimate)} for the outcome on itself (Nickell's bias at "
            f"{number(self.mean_steps, 1)} steps: {number(self.nickell_bias)})."
        )

    def table(self) -> ResultTable:
        naive = {item.name: item.estimate for item in self.naive}
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (item.name, item.estimate, item.se, item.p, item.low, item.high, naive.get(item.name))
            for item in (*self.estimates, *self.at, self.between)
        )
        columns = ("term", "estimate", "SE", "p", "low", "high", "naive within")
        return ResultTable(f"{self.outcome} at the next session", columns, rows)
