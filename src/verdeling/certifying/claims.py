"""What is claimed of a plan, stage by stage and level by level, and what is held when it is."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from verdeling.certifying.shapes import Level

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    import numpy as np
    import numpy.typing as npt

    from verdeling.certifying.shapes import Shape
    from verdeling.entries import Entries
    from verdeling.program import Floats


@dataclass(frozen=True, eq=False)
class Held:
    """Expressions that count as held: a plan in which one is larger is worse in an earlier goal.

    Parameters
    ----------
    entries : Entries
        The expressions, of columns of the program.
    lower, upper : array
        What they are in the plan, rounded outward; `lower` is infinite where less is no worse.
    """

    entries: Entries
    lower: Floats
    upper: Floats


@dataclass(frozen=True, eq=False)
class HeldShape:
    """A convex function that counts as held: a plan in which it is larger is worse in an earlier goal.

    Parameters
    ----------
    entries : Entries
        Its expressions.
    shape : Shape
        The function.
    most : Fraction
        What it is in the plan.
    """

    entries: Entries
    shape: Shape
    most: Fraction


@dataclass(frozen=True, eq=False)
class Claim:
    """That no plan has less of a convex function of expressions, when all that is held is no worse.

    Parameters
    ----------
    goal, stage, level : int, str, int
        Which goal of the policy, which part of it, and which level of it: 1 is the worst-off.
    own : Entries
        Expressions; what is better of each is less.
    shape : Level or Shape
        The function: the largest of some of them, or another one.
    held : tuple of Held
        All that is held; the last one can be about these expressions themselves.
    value : Fraction
        What the plan has of it.
    higher : bool
        Whether a result tells it with the opposite sign.
    step : sequence of Fraction or None
        Of which whole plans have multiples only, for each expression; None where that is not known.
    tied : array of bool
        Which expressions are at the level.
    together : bool
        Whether all that are tied are at the level together, in any plan as good: they are summed. Of a
        sum that is so.
    loose : bool
        Whether the function is not convex, so that what bounds it may leave a gap.
    of_plan : bool
        Whether the plan has the value; otherwise a point of its own has it, which must be the best.
    """

    goal: int
    stage: str
    level: int
    own: Entries
    shape: Level | Shape
    held: tuple[Held | HeldShape, ...]
    value: Fraction
    higher: bool
    step: Sequence[Fraction] | None = None
    tied: npt.NDArray[np.bool_] | None = None
    together: bool = False
    loose: bool = False
    of_plan: bool = True

    def next_value(self, bound: Fraction) -> Fraction:
        """The least value from a bound on that a plan can have."""
        if self.step is None or not isinstance(self.shape, Level):
            return bound
        steps = [step for step, there in zip(self.step, self.shape.active, strict=True) if there]
        return min((ceil(bound / step) * step if step else bound for step in steps), default=bound)


@dataclass(frozen=True)
class Unproved:
    """A goal of which only the solver's word is known, and what the plan has of it stays as it is."""

    goal: int
    aggregate: str
