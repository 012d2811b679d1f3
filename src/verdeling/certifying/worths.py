"""What sets of elements could get at best, and goals that divide by that."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.ideals import NOTHING_TO_GET, part
from verdeling.certifying.averages import Ahead
from verdeling.certifying.certificate import FILE, Sparse, Worth
from verdeling.certifying.claims import Held
from verdeling.certifying.decimals import Decimals, exactly
from verdeling.certifying.faults import Fault
from verdeling.certifying.multipliers import Prover
from verdeling.certifying.rules import Levelled
from verdeling.certifying.shapes import NOTHING, portions
from verdeling.claims import minimal_overlap as overlap_of
from verdeling.claims import shapley
from verdeling.pursuit import LOOSEST
from verdeling.verified import keeps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from verdeling.certifying.claims import Claim, HeldShape
    from verdeling.goals import Aim
    from verdeling.measures import Vector
    from verdeling.program import Floats, Program
    from verdeling.solvers.protocol import Solver

    Members = npt.NDArray[np.bool_]

BY_IDEAL = ("kalai_smorodinsky", "utility_threshold")
"""Aggregates that ask what each element could get by itself."""

BY_WORTH = (*BY_IDEAL, "minimal_overlap", "random_arrival")
"""Aggregates that ask what sets of elements could get: each by itself, all together as well, or every set."""

MOST = 6
"""Claimants of whom every set is asked about: 63 sets, each with a point and its multipliers."""

DIGITS = 9
"""Decimals of a point that are kept."""


def sets_of(aim: Aim) -> tuple[Vector, list[Members]] | None:
    """The elements of a goal, and the sets of them whose worth is asked; None where these are too many."""
    vector = aim.vector
    if aim.goal.aggregate in BY_IDEAL:
        return vector, _singles(vector)
    assert vector.claims is not None
    claimants = part(vector, vector.claims > 0)
    if aim.goal.aggregate == "minimal_overlap":
        return claimants, [*_singles(claimants), np.ones(len(claimants), dtype=bool)]
    if len(claimants) > MOST:
        return None
    bits = np.arange(len(claimants))
    return claimants, [number >> bits & 1 == 1 for number in range(1, 2 ** len(claimants))]


def levelled_by(aim: Aim, vector: Vector, worths: Floats) -> Iterator[Levelled]:
    """The stage of a goal that divides by what sets of its elements could get."""
    if aim.goal.aggregate == "kalai_smorodinsky":
        chosen = worths > NOTHING_TO_GET
        about = part(vector, chosen)
        parts, none = replace(about, scale=about.scale * worths[chosen]), [NOTHING] * int(chosen.sum())
        yield Levelled("", parts.minimised, none, None, np.ones(len(about), dtype=bool), higher=True)
        return
    if aim.goal.aggregate == "minimal_overlap":
        awards = overlap_of(worths[:-1], min(worths[-1], worths[:-1].sum()))
    else:
        awards = shapley(np.append(0.0, worths))
    asked = [exactly(each) for each in awards.tolist()]
    yield Levelled("", vector.minimised, asked, None, np.ones(len(vector), dtype=bool), higher=False)


def ahead_of(aim: Aim, vector: Vector, worths: Floats) -> tuple[Vector, Ahead] | None:
    """Elements that could get something, and the function of a goal with a threshold; None without any."""
    chosen = worths > NOTHING_TO_GET
    if not chosen.any():
        return None
    assert aim.goal.threshold is not None
    about = part(vector, chosen)
    shares = portions([exactly(each) for each in about.share.tolist()], np.zeros(len(about), dtype=np.int64))
    most = [exactly(each + LOOSEST * max(1.0, each)) for each in worths[chosen].tolist()]
    return about.minimised, Ahead(exactly(aim.goal.threshold), shares, most)


def _singles(vector: Vector) -> list[Members]:
    return [np.arange(len(vector)) == element for element in range(len(vector))]


@dataclass
class Finding:
    """A solver finds the points that attain worths, and they are kept.

    Parameters
    ----------
    program : Program
        As stated; it is left as it was.
    solver : Solver
        Who is asked.
    point : array
        The plan.
    found : list of Worth
        The points.
    """

    program: Program
    solver: Solver
    point: Floats
    found: list[Worth] = field(default_factory=list)

    def __call__(self, asked: Sequence[Claim]) -> list[Decimals] | None:
        """A point for each; None where one was not found."""
        mark, size = self.program.mark(), self.program.column_count
        prover = Prover(self.program, self.solver, self.point)
        points = [prover.attained(claim) for claim in asked]
        self.program.rewind(mark)
        kept = [np.round(point[:size], DIGITS) for point in points if point is not None]
        if len(kept) < len(asked):
            return None
        self.found += [
            Worth(goal=claim.goal, number=claim.level, point=Sparse.of(point))
            for claim, point in zip(asked, kept, strict=True)
        ]
        return [*map(Decimals.of, kept)]


@dataclass
class Kept:
    """The points that a certificate keeps, each of which must keep the limits and all that is held.

    Parameters
    ----------
    program : Program
        As stated.
    worths : sequence of Worth or None
        Of the certificate; None without one.
    faults : list of Fault
        What is wrong with them.
    """

    program: Program
    worths: Sequence[Worth] | None
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._left = {(each.goal, each.number): each for each in self.worths or ()}

    def __call__(self, asked: Sequence[Claim]) -> list[Decimals] | None:
        """A point for each; None where one lacks, or is none."""
        if self.worths is None:
            return None
        found = [self._point(claim) for claim in asked]
        points = [each for each in found if each is not None]
        return points if len(points) == len(asked) else None

    def stray(self) -> Iterator[Fault]:
        """Points that were not asked for."""
        for goal, number in self._left:
            yield Fault("stray", FILE, about={"goal": goal, "stage": "worth", "level": number})

    def _point(self, claim: Claim) -> Decimals | None:
        about = {"goal": claim.goal, "stage": claim.stage, "level": claim.level}
        kept = self._left.pop((claim.goal, claim.level), None)
        if kept is None:
            self.faults.append(Fault("lacking", FILE, about=about))
            return None
        try:
            point = kept.point.full(self.program.column_count)
        except ValueError as error:
            self.faults.append(Fault("certificate", FILE, about={"why": str(error)}))
            return None
        if not (keeps(self.program, point) and _holds(claim.held, point)):
            self.faults.append(Fault("unattained", FILE, about=about))
            return None
        return Decimals.of(point)


def _holds(held: Sequence[Held | HeldShape], point: Floats) -> bool:
    """Whether a point keeps all that is held, to a millionth."""
    return all(_holds_one(each, point) for each in held)


def _holds_one(held: Held | HeldShape, point: Floats) -> bool:
    entries = held.entries
    reached = np.bincount(entries.rows, entries.coefficients * point[entries.columns], len(entries))
    if isinstance(held, Held):
        room = LOOSEST * np.maximum(1.0, np.abs(reached))
        return bool((held.lower - room <= reached).all() and (reached <= held.upper + room).all())
    value = float(held.shape.value([exactly(each) for each in reached.tolist()]))
    return value <= float(held.most) + LOOSEST * max(1.0, abs(value))
