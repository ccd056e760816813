"""Clusters to arms: permuted blocks, strata by strata, sealed."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

import numpy as np

from rapport.stats.arguments import check_count, check_seed
from rapport.stats.design.allocation import FORM, Allocation, Place, seal
from rapport.stats.design.lots import Lots
from rapport.stats.errors import BadInput, MissingValues, OutOfRange, Overlapping, TooFew, WrongShape
from rapport.stats.results import Caution, Result, ResultTable

GUESSABLE = 2**64  # seeds below this can be found by trying, given the seal and the clusters


def randomise(
    clusters: Iterable[Hashable],
    *,
    seed: int,
    arms: Sequence[str] = ("training", "waiting list"),
    ratio: Sequence[int] | None = None,
    strata: Sequence[Hashable] | Mapping[Any, Hashable] | None = None,
    block_sizes: Sequence[int] | None = None,
    unit: str = "cluster",
) -> Allocation:
    """Randomise clusters (therapists, practices) to arms in permuted blocks whose sizes vary at random.

    Whoever enrols clusters or clients must not see the list, the seed or the sizes of the blocks before the
    enrolment is done: with them the next arm is known. Let somebody else draw it, deposit its `sha256`, and hand out
    one line at a time.

    clusters     labels in the order of enrolment, each once. The same seed with more clusters at the end continues
                 the list: what was drawn stays
    seed         a whole number that is as secret as the list. As the clusters are known, a short seed can be found
                 by trying: take secrets.randbits(128)
    ratio        how many go to each arm of every block: (2, 1); equal if not given
    strata       the stratum of each cluster, in the same order or as a mapping from the cluster; each stratum has
                 blocks of its own
    block_sizes  from which each block's size is drawn, each equally likely: multiples of the ratio's sum. If not
                 given, once and twice the sum: (2, 4) for two equal arms
    unit         what a cluster is called: “therapist”

    In every stratum, at every place of the list, two equal arms differ by at most half the largest block. Blocks
    that the list leaves incomplete (the last of each stratum) can leave arms unequal; `balance()` shows it.

    Lots come from `lots.Lots`: SHA-256 in counter mode, rejection for equal chances, Durstenfeld's shuffle; never
    from NumPy's or Python's shuffle, which may change between versions. Labels are compared and sealed as text in
    Unicode normal form C without outer spaces. Permuted blocks: Matts and Lachin (1988, Controlled Clinical Trials 9,
    327–344).

    Raises TooFew with fewer clusters than arms, Overlapping for a cluster that stands twice, MissingValues for one
    without a label or stratum, WrongShape, OutOfRange, NotNumbers.
    """
    labels = _read_labels(clusters, unit)
    arms, ratio, block_sizes = _read_plan(arms, ratio, block_sizes)
    if len(labels) < len(arms):
        raise TooFew(f"{len(labels)} {unit}s cannot be randomised to {len(arms)} arms; each needs one at least.")
    places = _draw(labels, _read_strata(strata, labels), arms, ratio, block_sizes, check_seed(seed))
    return Allocation(
        places=places,
        arms=arms,
        ratio=ratio,
        block_sizes=block_sizes,
        seed=int(seed),
        unit=unit,
        warnings=tuple(_cautions(places, block_sizes, int(seed), unit)),
    )


@dataclass(frozen=True, kw_only=True)
class Verification(Result):
    """Whether a list is the one that was sealed, and the one that its seed draws.

    seal_holds     the text has the deposited SHA-256: not a character was changed since
    list_is_drawn  drawing again with the seed in the text gives this list: nobody wrote it by hand
    changed        places (1 …) where the list is not what the seed draws
    """

    method: ClassVar[str] = "SHA-256 of the canonical text, and the list drawn again from its seed"
    reference: ClassVar[str] = "FIPS 180-4"

    seal_holds: bool
    list_is_drawn: bool
    changed: tuple[int, ...] = ()

    def sentence(self) -> str:
        sealed = "is the one that was sealed" if self.seal_holds else "is not the one that was sealed"
        if self.list_is_drawn:
            drawn = "its seed draws it"
        else:
            shown = f", first at place {self.changed[0]}" if self.changed else ""
            drawn = f"its seed draws another{shown}"
        joined = "and" if self.seal_holds == self.list_is_drawn else "but"
        return f"The list {sealed}, {joined} {drawn}."

    def table(self) -> ResultTable:
        rows = (("seal holds", self.seal_holds), ("list is what its seed draws", self.list_is_drawn))
        return ResultTable("Verification of an allocation list", ("question", "answer"), rows)


def verify(canonical: str, sha256: str) -> Verification:
    """Whether `canonical` (an `Allocation.canonical`, kept as a file) has the deposited seal, and its seed draws it.

    Raises BadInput where the text is no canonical list.
    """
    told = _read_canonical(canonical)
    listed = [tuple(line) for line in told["list"]]
    arms, ratio, block_sizes = _read_plan(told["arms"], told["ratio"], told["block_sizes"])
    drawn = _draw(
        [line[0] for line in listed], [line[1] for line in listed], arms, ratio, block_sizes, check_seed(told["seed"])
    )
    again = [(place.cluster, place.stratum, place.block, place.arm) for place in drawn]
    changed = tuple(index for index, (was, now) in enumerate(zip(listed, again, strict=True), 1) if was != now)
    return Verification(
        seal_holds=seal(canonical) == sha256.strip().lower(), list_is_drawn=not changed, changed=changed
    )


def _read_canonical(canonical: str) -> dict[str, Any]:
    refusal = "This is not an allocation list; give the text of `Allocation.canonical`."
    try:
        told = json.loads(canonical)
        form = told["form"]
        lines = [[type(item) for item in line] for line in told["list"]]
        if {"seed", "arms", "ratio", "block_sizes"} - set(told) or any(line != [str, str, int, str] for line in lines):
            raise BadInput(refusal)
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise BadInput(refusal) from error
    if form != FORM:
        raise BadInput(f"This list has form {form!r}; this version reads form {FORM}.")
    return dict(told)


def _draw(
    labels: Sequence[str],
    strata: Sequence[str],
    arms: Sequence[str],
    ratio: Sequence[int],
    block_sizes: Sequence[int],
    seed: int,
) -> tuple[Place, ...]:
    streams = {stratum: _blocks(Lots(seed, stratum), arms, ratio, block_sizes) for stratum in strata}
    drawn = [(label, stratum, *next(streams[stratum])) for label, stratum in zip(labels, strata, strict=True)]
    return tuple(Place(index, *line) for index, line in enumerate(drawn, start=1))


def _blocks(lots: Lots, arms: Sequence[str], ratio: Sequence[int], block_sizes: Sequence[int]) -> Any:
    """(block, arm) without end."""
    block = 0
    while True:
        block += 1
        times = block_sizes[lots.below(len(block_sizes))] // sum(ratio)
        contents = [arm for arm, part in zip(arms, ratio, strict=True) for _ in range(part * times)]
        for arm in lots.shuffled(contents):
            yield block, arm


def _read_labels(labels: Iterable[Hashable], unit: str) -> list[str]:
    if isinstance(labels, (str, bytes, Mapping)) or not isinstance(labels, Iterable):
        raise WrongShape(f"The {unit}s must be a list of labels; this is one {type(labels).__name__}.")
    texts = [_text(label, f"The {unit} in place {place}") for place, label in enumerate(labels, start=1)]
    if not texts:
        raise WrongShape(f"There are no {unit}s to randomise.")
    seen: dict[str, int] = {}
    for place, text in enumerate(texts, start=1):
        if text in seen:
            raise Overlapping(
                f"{text} stands in places {seen[text]} and {place}; a {unit} is randomised once. If these are two, "
                "give each a label of its own."
            )
        seen[text] = place
    return texts


def _read_strata(strata: Sequence[Hashable] | Mapping[Any, Hashable] | None, labels: Sequence[str]) -> list[str]:
    if strata is None:
        return [""] * len(labels)
    if isinstance(strata, Mapping):
        of_label = {_text(label, "A label in strata"): stratum for label, stratum in strata.items()}
        strata = [of_label.get(label) for label in labels]
    if isinstance(strata, (str, bytes)) or len(strata) != len(labels):
        raise WrongShape(f"strata must have one value for each of the {len(labels)} clusters, in the same order.")
    return [_text(stratum, f"The stratum of {label}") for label, stratum in zip(labels, strata, strict=True)]


def _read_plan(
    arms: Sequence[str], ratio: Sequence[int] | None, block_sizes: Sequence[int] | None
) -> tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
    if isinstance(arms, str) or len(arms) < 2:
        raise TooFew("arms must name at least two arms, as in ('training', 'waiting list').")
    names = tuple(_text(arm, f"Arm {place}") for place, arm in enumerate(arms, start=1))
    if len(set(names)) < len(names):
        raise Overlapping(f"Two arms have the same name: {', '.join(names)}.")
    parts = [1] * len(names) if ratio is None else [check_count(part, "A part of the ratio") for part in ratio]
    if len(parts) != len(names):
        raise WrongShape(f"ratio has {len(parts)} parts for {len(names)} arms; it must have one for each.")
    whole = math.gcd(*parts)
    parts = [part // whole for part in parts]
    total = sum(parts)
    sizes = (
        (total, 2 * total) if block_sizes is None else tuple(check_count(size, "A block size") for size in block_sizes)
    )
    if not sizes or any(size % total for size in sizes):
        told = ":".join(map(str, parts))
        raise OutOfRange(f"block_sizes is {sizes}; with the ratio {told} each must be a multiple of {total}.")
    return names, tuple(parts), tuple(sorted(sizes))


def _text(label: object, what: str) -> str:
    if label is None or (isinstance(label, (float, np.floating)) and math.isnan(label)):
        raise MissingValues(f"{what} has no label.")
    text = unicodedata.normalize("NFC", str(label)).strip()
    if not text:
        raise MissingValues(f"{what} has an empty label.")
    return text


def _cautions(places: Sequence[Place], block_sizes: Sequence[int], seed: int, unit: str) -> Iterable[Caution]:
    if seed < GUESSABLE:
        yield Caution(
            "guessable-seed",
            f"The seed is short: whoever knows the {unit}s and the deposited SHA-256 can find the list by trying "
            "seeds. For a trial take secrets.randbits(128).",
        )
    if len(set(block_sizes)) == 1:
        yield Caution(
            "fixed-blocks",
            f"Every block has {block_sizes[0]} places: whoever learns of a block's first allocations can foretell its "
            "last. Give two sizes or more.",
        )
    sizes: dict[str, int] = {}
    for place in places:
        sizes[place.stratum] = sizes.get(place.stratum, 0) + 1
    small = [stratum for stratum, size in sizes.items() if stratum and size < min(block_sizes)]
    if small:
        named = ", ".join(islice(small, 3)) + (f" and {len(small) - 3} more" if len(small) > 3 else "")
        yield Caution(
            "small-strata",
            f"{len(small)} of {len(sizes)} strata have fewer {unit}s than the smallest block ({named}): blocks balance "
            "nothing there, and the differences can add up. Fewer strata balance better.",
        )
