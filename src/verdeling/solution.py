"""A solution: a status, and tables that can be read only when there is one that allows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from verdeling.drawn import Drawn
from verdeling.errors import NoSolutionError, Problem
from verdeling.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from verdeling.instance import Instance
    from verdeling.pictures.plots import SolutionPlots
    from verdeling.policy import Policy

SolutionStatus = Literal["optimal", "near_optimal", "time_limit", "infeasible", "unsolved"]
"""``optimal``: every goal is proved. ``near_optimal``: each goal is within its stated gap, in whole
places. ``time_limit``: the best answer so far. ``infeasible``: the hard
limits contradict each other. ``unsolved``: the time limit came before any answer."""

TABLES_OF_A_SOLUTION = {
    "placements": "Places given: municipality, group, place_type, year, places.",
    "loads": "Per municipality: places, load, fair_share, relative_load, built, relative_built, "
    "support_hours, relative_support.",
    "waiting": "Per group, origin and year: needs, served and, at the end of the year, waiting (households).",
    "builds": "Per project and year: municipality, place_type, places, cost (EUR), supplier, certainty.",
    "support": "Per provider, municipality and year: hours (per week).",
    "suppliers": "Places by who lets them: municipality, supplier, group, place_type, year, places.",
    "rows": "Every limit: family, its scope, use, limit, sense, unit, tight.",
    "prices": "Per row and goal: price, the change of the goal per unit that the limit is relaxed.",
    "shortfalls": "Soft agreements that are missed: agreement, scope, short, unit, penalty.",
}


@dataclass(frozen=True, eq=False, repr=False)
class Solution(Shown):
    """What came of an instance under a policy.

    Parameters
    ----------
    instance : Instance
        The instance, restricted to the scenario that was solved.
    policy : Policy
        The policy.
    status : str
        See `SolutionStatus`.
    whole : bool
        Whether places are whole numbers; of an infeasible instance, whether it is so in whole places
        only.
    goals : DataFrame
        goal, stage, measure, over, aggregate, optimum (of the fractional program), value (reached
        by this plan), loss (value − optimum), gap (most that the value can be from the best one, given
        the earlier goals; for leximax the total over the levels; NaN where the goal was not
        reached), unit, status (``optimal``, ``near_optimal``, ``not_pursued``).
    conflict : DataFrame
        agreement, text, text_nl, source, in_conflict: the hard agreements of an infeasible instance, and
        whether they belong to the smallest conflict that was found.
    provenance : mapping
        Digests of instance and policy, scenario, versions, solver, tolerance, scaling (the largest factor by
        which a row or column was rescaled for the solver; 1 where none was), seconds per phase.
    tables : mapping of str to DataFrame
        Those of `TABLES_OF_A_SOLUTION`, and ``ranges`` where `verdeling.engine.solve_each` was asked
        for room; none without a plan.
    """

    instance: Instance
    policy: Policy
    status: SolutionStatus
    whole: bool
    goals: pd.DataFrame
    conflict: pd.DataFrame
    provenance: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    plot: ClassVar[Drawn[SolutionPlots]] = Drawn("SolutionPlots")
    """Its pictures."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", dict(self.tables))
        object.__setattr__(self, "provenance", dict(self.provenance))

    @property
    def has_numbers(self) -> bool:
        """Whether there is a plan to read."""
        return bool(self.tables)

    def table(self, name: str) -> pd.DataFrame:
        """A table of the plan, as a copy.

        Parameters
        ----------
        name : str
            One of `TABLES_OF_A_SOLUTION`.

        Raises
        ------
        NoSolutionError
            If the solution has no numbers.
        """
        if not self.has_numbers:
            raise NoSolutionError(
                f"The solution has no {name}.",
                [Problem("no-numbers", f"Its status is {self.status}.", *_WHAT_NOW[self.status])],
            )
        return self.tables[name].copy()

    @property
    def placements(self) -> pd.DataFrame:
        """Places given: municipality, group, place_type, year, places."""
        return self.table("placements")

    @property
    def loads(self) -> pd.DataFrame:
        """Per municipality: what it delivers of each task, and that relative to its fair share."""
        return self.table("loads")

    @property
    def waiting(self) -> pd.DataFrame:
        """Per group, origin and year: needs, served and waiting households."""
        return self.table("waiting")

    @property
    def builds(self) -> pd.DataFrame:
        """Per project and year: what is built, at what cost (EUR)."""
        return self.table("builds")

    @property
    def support(self) -> pd.DataFrame:
        """Per provider, municipality and year: hours per week."""
        return self.table("support")

    @property
    def suppliers(self) -> pd.DataFrame:
        """Places by who lets them."""
        return self.table("suppliers")

    @property
    def rows(self) -> pd.DataFrame:
        """Every limit with its use, and whether it is tight."""
        return self.table("rows")

    @property
    def prices(self) -> pd.DataFrame:
        """Per row and goal, the change of the goal per unit that the limit is relaxed."""
        return self.table("prices")

    @property
    def shortfalls(self) -> pd.DataFrame:
        """Soft agreements that are missed, and by how much."""
        return self.table("shortfalls")

    def __repr__(self) -> str:
        kind = "whole places" if self.whole else "fractional"
        return f"<Solution {self.instance.about.name} × {self.policy.name}: {self.status}, {kind}>"


_WHAT_NOW = {
    "infeasible": (
        "The hard limits contradict each other, so there is no plan to read.",
        "Read solution.conflict for the agreements that cannot hold together, and soften one of them.",
    ),
    "unsolved": (
        "The time limit came before any plan was found.",
        "Solve again with a longer time_limit, or with whole=False.",
    ),
}


def refuse_foreseen(solution: Solution) -> None:
    """Refuse to give reasons for the division of one of several scenarios that were decided together.

    Raises
    ------
    NoSolutionError
        If it is one.
    """
    if "criterion" in solution.provenance:
        problem = Problem(
            "one-of-several",
            "What is built was decided for several scenarios together.",
            "Divided by itself this scenario has another plan, and reasons would be those of that plan.",
            "Read its tables; or explain what solve gives for the scenario, with nothing decided beforehand.",
        )
        raise NoSolutionError("The division of one scenario has no reasons of its own.", [problem])
