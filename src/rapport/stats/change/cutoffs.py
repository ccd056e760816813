"""The score between two populations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from rapport.stats.arguments import check_choice, check_flag, check_number
from rapport.stats.errors import BadInput, OutOfRange, WrongShape
from rapport.stats.results import Caution, Result, ResultTable, number

Criterion = Literal["a", "b", "c"]
_MEANINGS = {
    "a": "two SDs beyond the mean of the clinical population",
    "b": "within two SDs of the mean of the other population",
    "c": "nearer to the other population than to the clinical one",
}


@dataclass(frozen=True, slots=True)
class Norm:
    """Mean and standard deviation of a population on an instrument, and where they are published."""

    mean: float
    sd: float
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Cutoff(Result):
    """A score that tells two populations apart."""

    method: ClassVar[str] = "Cut-off from means and standard deviations of two populations"
    reference: ClassVar[str] = "Jacobson & Truax, 1991"

    criterion: str
    value: float
    higher_is_better: bool
    clinical: Norm | None
    others: Norm | None

    def sentence(self) -> str:
        norms = [
            f"{name} M = {number(norm.mean)}, SD = {number(norm.sd)}"
            for name, norm in (("clinical", self.clinical), ("others", self.others))
            if norm is not None
        ]
        return (
            f"The cut-off by criterion {self.criterion} ({_MEANINGS[self.criterion]}) is {number(self.value)} "
            f"({'; '.join(norms)})."
        )

    def table(self) -> ResultTable:
        row = (self.criterion, _MEANINGS[self.criterion], self.value)
        return ResultTable("Cut-off", ("criterion", "meaning", "score"), (row,))


def cutoff(
    *,
    clinical: Norm | tuple[float, float] | None = None,
    others: Norm | tuple[float, float] | None = None,
    higher_is_better: bool,
    criterion: Criterion = "c",
) -> Cutoff:
    """The score between a clinical population and another, from their means and standard deviations.

        a  M_clinical ± 2 SD_clinical, on the side of the other population; needs `clinical`
        b  M_others ± 2 SD_others, on the side of the clinical population; needs `others`
        c  (SD_clinical M_others + SD_others M_clinical) / (SD_clinical + SD_others); needs both

    (Jacobson & Truax, 1991; where distributions overlap, they recommend c.) A population is a `Norm` or a pair
    (mean, SD). CORE-10's published means of 19.7 (SD 7.7) and 4.7 (4.8) give c = 10.46; the published cut-off is 11.

    Raises BadInput where a population is missing, OutOfRange (an SD of zero; a clinical mean on the wrong side),
    NotNumbers, NotFinite, WrongShape.
    """
    check_choice(criterion, "criterion", _MEANINGS)
    check_flag(higher_is_better, "higher_is_better")
    one = _norm(clinical, "clinical", needed=criterion in "ac")
    two = _norm(others, "others", needed=criterion in "bc")
    if one and two and (one.mean >= two.mean if higher_is_better else one.mean <= two.mean):
        side = "below" if higher_is_better else "above"
        raise OutOfRange(
            f"The clinical mean is {one.mean:g}, that of others {two.mean:g}. With higher_is_better={higher_is_better} "
            f"the clinical mean lies {side} the other."
        )
    towards_health = 1 if higher_is_better else -1
    if criterion == "a":
        assert one is not None
        value = one.mean + towards_health * 2 * one.sd
    elif criterion == "b":
        assert two is not None
        value = two.mean - towards_health * 2 * two.sd
    else:
        assert one is not None and two is not None
        value = (one.sd * two.mean + two.sd * one.mean) / (one.sd + two.sd)
    return Cutoff(
        criterion=criterion,
        value=value,
        higher_is_better=higher_is_better,
        clinical=one,
        others=two,
        warnings=_cautions(criterion, one, two),
    )


def _norm(norm: Norm | tuple[float, float] | None, name: str, *, needed: bool) -> Norm | None:
    if norm is None:
        if needed:
            raise BadInput(f"This criterion needs the mean and SD of the population {name}=….")
        return None
    if not isinstance(norm, Norm):
        if not isinstance(norm, (tuple, list)) or len(norm) != 2:
            raise WrongShape(f"The population {name} is given by {norm!r}; give its mean and its SD, (19.7, 7.7) say.")
        norm = Norm(*norm)
    for figure, value in (("mean", norm.mean), ("SD", norm.sd)):
        check_number(value, f"The {figure} of the population {name}")
    if norm.sd <= 0:
        raise OutOfRange(f"The SD of the population {name} is {norm.sd:g}; it must be above 0.")
    return norm


def _cautions(criterion: str, one: Norm | None, two: Norm | None) -> tuple[Caution, ...]:
    if criterion == "c" or one is None or two is None or abs(one.mean - two.mean) >= 2 * (one.sd + two.sd):
        return ()
    return (Caution("overlap", "The two populations overlap; Jacobson & Truax recommend criterion c for these."),)
