"""What a plan claims of its goals, stage by stage, as expressions that a bound can be compared with."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import gcd, lcm, nextafter
from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.levels import ORDERED
from verdeling.aggregates.sums import SUMS, parts
from verdeling.certifying.claims import Claim, Held, HeldShape, Unproved
from verdeling.certifying.decimals import Decimals
from verdeling.certifying.kinds import CURVES, shaped
from verdeling.certifying.rules import LARGEST, RULES, levelled
from verdeling.certifying.shapes import NOTHING, Level, sum_of_one
from verdeling.certifying.worths import BY_WORTH, ahead_of, levelled_by, sets_of
from verdeling.entries import Entries, summed
from verdeling.pursuit import scaled
from verdeling.splitting import tied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt

    from verdeling.certifying.averages import Ahead
    from verdeling.certifying.bounds import Box
    from verdeling.certifying.rules import Levelled
    from verdeling.formulation import Model
    from verdeling.goals import Aim
    from verdeling.measures import Vector
    from verdeling.program import Floats

    Hold = tuple[Held | HeldShape, ...]
    Claims = Iterator[Claim | Unproved]
    Attained = Callable[[Sequence[Claim]], Sequence[Decimals] | None]

BY_ELEMENT = (*LARGEST, *ORDERED, *RULES)
"""Aggregates that are settled level by level."""

NEAR = 1e-6
"""Elements that are nearer to each other than this, relative to ``max(1, |value|)``, are at one level."""


def claims(
    model: Model, goals: Sequence[Aim], point: Decimals, box: Box, attained: Attained, *, whole: bool
) -> Claims:
    """Everything that is claimed of the goals at a plan, in the order in which goals come.

    Parameters
    ----------
    model : Model
        The stated program.
    goals : sequence of Aim
        Of the policy.
    point : Decimals
        The plan, a value for each column.
    box : Box
        Of the program.
    attained : callable
        Gives a point for each claim of what a set of elements could get at best; None where they lack.
    whole : bool
        Whether it is in whole places.
    """
    claiming = _Claiming(model, point, box, tying(goals), attained, whole=whole)
    for aim in goals:
        yield from claiming.claims(aim)


def tying(goals: Sequence[Aim]) -> list[Aim] | None:
    """Goals of which an element ties the columns that it is about; None where a goal ties all columns.

    Sums and levels of the whole are those of its parts; another convex function is one of all elements.
    """
    if any(aim.goal.aggregate not in (*SUMS, *BY_ELEMENT) for aim in goals):
        return None
    return [aim for aim in goals if aim.goal.aggregate in BY_ELEMENT]


def expressions(vector: Vector) -> Entries:
    """The elements of a vector as rows."""
    terms = scaled(vector)
    columns, coefficients = (terms[name].to_numpy() for name in ("column", "coefficient"))
    return summed(vector.element, columns.astype(np.int64), coefficients.astype(np.float64), len(vector))


def values(entries: Entries, point: Decimals) -> list[Fraction]:
    """What expressions are at a point, exactly."""
    terms = Decimals.of(entries.coefficients) * point[entries.columns]
    return terms.summed(entries.rows, len(entries)).fractions


class _Claiming:
    """A plan with what is held of it, which grows from goal to goal.

    A sum is held in every part of the program that neither a row nor an element ties to another.
    """

    def __init__(
        self,
        model: Model,
        point: Decimals,
        box: Box,
        ties: Sequence[Aim] | None,
        attained: Attained,
        *,
        whole: bool,
    ) -> None:
        self.model, self.point, self.box, self.whole = model, point, box, whole
        self.attained = attained
        self.part = np.zeros(model.program.column_count, np.int64)
        if ties is not None:
            self.part, _ = tied(model.program, ties)
        self.floats = np.array([float(each) for each in point.fractions])
        self.held: Hold = ()

    def claims(self, aim: Aim) -> Claims:
        """What is claimed of a goal; it is held afterwards."""
        kind = aim.goal.aggregate
        if kind in SUMS:
            yield from self._sums(aim)
        elif kind in BY_ELEMENT:
            for stage in levelled(aim):
                yield from self._levels(aim, stage)
        elif kind in BY_WORTH:
            yield from self._by_worth(aim)
        elif len(aim.vector.terms):
            yield from self._shaped(aim)

    def _sums(self, aim: Aim) -> Claims:
        for label, chosen in parts(self.model, aim.vector, aim.goal.aggregate):
            total = aim.vector.minimised.total(chosen)
            own = summed(np.zeros(len(total.columns), np.int64), total.columns, total.coefficients, 1)
            step = self._steps(own)
            (value,) = values(own, self.point)
            yield Claim(
                aim.number, label, 1, own, sum_of_one(), self.held, value, aim.vector.better == "higher",
                step, np.ones(1, dtype=bool), together=True,
            )  # fmt: skip
            self._hold_by_part(own)

    def _hold_by_part(self, own: Entries) -> None:
        """Hold a sum in every part that it is about."""
        known, part = np.unique(self.part[own.columns], return_inverse=True)
        columns = own.columns.astype(np.int64)
        cut = summed(part.ravel().astype(np.int64), columns, own.coefficients, len(known))
        most = np.array([*map(_above, values(cut, self.point))], dtype=np.float64)
        self.held = (*self.held, Held(cut, np.full(len(most), -np.inf), most))

    def _shaped(self, aim: Aim) -> Claims:
        """A claim of a convex function; where curves leave one best division, that is held."""
        found = shaped(aim, self.floats, self.box, whole=self.whole)
        if found is None:
            yield Unproved(aim.number, aim.goal.aggregate)
        else:
            vector, shape = found
            own = expressions(vector)
            value = shape.value(values(own, self.point))
            higher = vector.better != aim.vector.better
            yield Claim(aim.number, "", 1, own, shape, self.held, value, higher)
        if found is not None and aim.goal.aggregate not in CURVES:
            self.held = (*self.held, HeldShape(own, shape, value))
        else:
            self._hold_as_it_is(expressions(aim.vector.minimised))

    def _by_worth(self, aim: Aim) -> Claims:
        """That sets of elements could get no more than points have of them, and the levels that follow."""
        found = sets_of(aim)
        asked = [] if found is None else [*self._worths(aim, *found)]
        points = self.attained(asked)
        if found is None or points is None:
            yield Unproved(aim.number, aim.goal.aggregate)
            self._hold_as_it_is(expressions(aim.vector.minimised))
            return
        least = [values(claim.own, point)[0] for claim, point in zip(asked, points, strict=True)]
        yield from (replace(claim, value=value) for claim, value in zip(asked, least, strict=True))
        worths = np.array([max(-float(value), 0.0) for value in least])
        if aim.goal.aggregate == "utility_threshold":
            yield from self._ahead(aim, ahead_of(aim, found[0], worths))
            return
        for stage in levelled_by(aim, found[0], worths):
            yield from self._levels(aim, stage)

    def _ahead(self, aim: Aim, found: tuple[Vector, Ahead] | None) -> Iterator[Claim]:
        """A claim of a mean in which who is far ahead counts for less; none where nobody can get anything."""
        if found is not None:
            vector, shape = found
            own = expressions(vector)
            value = shape.value(values(own, self.point))
            yield Claim(aim.number, "", 1, own, shape, self.held, value, higher=True, loose=True)
            self.held = (*self.held, HeldShape(own, shape, value))

    def _worths(self, aim: Aim, vector: Vector, sets: Sequence[npt.NDArray[np.bool_]]) -> Iterator[Claim]:
        """A claim of what each set could get; its value is not known yet."""
        for number, members in enumerate(sets, 1):
            total = vector.minimised.total(members)
            own = summed(np.zeros(len(total.columns), np.int64), total.columns, total.coefficients, 1)
            yield Claim(
                aim.number, "worth", number, own, sum_of_one(), self.held, NOTHING, higher=True,
                tied=np.ones(1, dtype=bool), together=True, of_plan=False,
            )  # fmt: skip

    def _hold_as_it_is(self, own: Entries) -> None:
        reached = values(own, self.point)
        sides = [[side(value) for value in reached] for side in (_below, _above)]
        self.held = (*self.held, Held(own, *(np.array(side, dtype=np.float64) for side in sides)))

    def _levels(self, aim: Aim, stage: Levelled) -> Iterator[Claim]:
        """A claim for each level; where only the largest counts, for that one."""
        every = expressions(stage.vector)
        own, constants, reached = every, stage.constants, _added(stage, values(every, self.point))
        if stage.floors is not None:
            own, constants = _floored(stage, every, reached)
        step = None if any(constants) else self._steps(own)
        active, level, caps = stage.active, 0, _Caps(stage)
        own_caps = np.array(
            [_above(each - less) for each, less in zip(reached, stage.constants, strict=True)]
        )
        while active.any():
            level += 1
            value = max(each for each, there in zip(reached, active, strict=True) if there)
            near = Fraction(NEAR) * max(Fraction(1), abs(value))
            at_it = active & np.array([each >= value - near for each in reached], dtype=bool)
            least = np.where(active, caps.at(value), own_caps)
            rows = (*self.held, _at_most(every, least)) if stage.ordered else self.held
            yield Claim(
                aim.number, stage.stage, level, own, Level(active, constants), rows, value, stage.higher,
                step, at_it, together=stage.ordered and not self.whole,
            )  # fmt: skip
            active = active & ~at_it & stage.ordered
        most = max((each for each, there in zip(reached, stage.active, strict=True) if there), default=None)
        if not stage.ordered:
            own_caps = np.where(stage.active, np.inf if most is None else caps.at(most), np.inf)
        self.held = (*self.held, _at_most(every, own_caps))

    def _steps(self, own: Entries) -> list[Fraction] | None:
        """Of which each expression is always a multiple in whole places; zero where there is none."""
        if not self.whole:
            return None
        whole = self.model.program.whole
        exact = Decimals.of(own.coefficients)
        found = []
        for start, stop in zip(own.starts[:-1].tolist(), own.starts[1:].tolist(), strict=True):
            known = bool(whole[own.columns[start:stop]].all()) and stop > start
            found.append(_common(exact[start:stop].fractions) if known else Fraction(0))
        return found


def _added(stage: Levelled, reached: Sequence[Fraction]) -> list[Fraction]:
    """What the elements of a stage come to, with constants and floors."""
    found = [value + constant for value, constant in zip(reached, stage.constants, strict=True)]
    floors = found if stage.floors is None else stage.floors
    return [max(value, floor) for value, floor in zip(found, floors, strict=True)]


def _floored(
    stage: Levelled, every: Entries, reached: Sequence[Fraction]
) -> tuple[Entries, Sequence[Fraction]]:
    """Expressions and constants; of an element at its floor that is all."""
    assert stage.floors is not None
    down = np.array([each == floor for each, floor in zip(reached, stage.floors, strict=True)], dtype=bool)
    kept = ~down[every.rows]
    own = summed(every.rows[kept], every.columns[kept].astype(np.int64), every.coefficients[kept], len(every))
    sides = zip(stage.constants, stage.floors, down.tolist(), strict=True)
    return own, [floor if there else constant for constant, floor, there in sides]


class _Caps:
    """What the elements of a stage come to without their constants."""

    def __init__(self, stage: Levelled) -> None:
        self._every = stage.constants
        self._constants = dict.fromkeys(stage.constants)
        place = {constant: at for at, constant in enumerate(self._constants)}
        self._place = np.array([place[each] for each in stage.constants], dtype=np.int64)

    def of(self, values: Sequence[Fraction]) -> Floats:
        """Where each comes to a value of its own."""
        return np.array([_above(each - less) for each, less in zip(values, self._every, strict=True)])

    def at(self, value: Fraction) -> Floats:
        """Where all come to the same value."""
        return np.array([_above(value - constant) for constant in self._constants])[self._place]


def _at_most(every: Entries, upper: Floats) -> Held:
    """The elements of a stage held at values; not where these are infinite."""
    return Held(every, np.full(len(upper), -np.inf), upper)


def _above(value: Fraction) -> float:
    near = float(value)
    return near if Fraction(repr(near)) >= value else nextafter(near, np.inf)


def _below(value: Fraction) -> float:
    return -_above(-value)


def _common(numbers: Sequence[Fraction]) -> Fraction:
    """Largest number of which all are multiples."""
    below = lcm(*(each.denominator for each in numbers))
    return Fraction(gcd(*(abs(each.numerator) * (below // each.denominator) for each in numbers)), below)
