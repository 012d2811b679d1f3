"""The programs of scenarios side by side in one: the scenario is one more dimension of every column.

Columns that are decided before anybody knows which scenario comes true are there once, for all
scenarios: nobody can decide them differently. See Birge & Louveaux, *Introduction to stochastic
programming*, 2011, doi:10.1007/978-1-4614-0237-4, chapter 2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.aggregates.regions import deviations
from verdeling.goals import Aim
from verdeling.measures import Vector
from verdeling.policy import Goal
from verdeling.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from verdeling.formulation import Model
    from verdeling.program import Block, Floats

DECIDED = ("build", "open")
"""Kinds of columns that are decided before the scenario is known."""

SUMS = ("total", "priority", "urgency")
"""Aggregates of which the expectation over the scenarios is taken."""

LEVELS = ("maximum", "minimum", "leximax", "leximin")
"""Aggregates over the elements of all scenarios together."""

SPREADS = ("largest_deviation",)
"""Aggregates over the elements of all scenarios together, each compared within its own scenario."""

Stage = tuple[int, str]
"""Number of a goal and name of one of its stages."""


@dataclass(frozen=True)
class Scenario:
    """A scenario with its own program.

    Parameters
    ----------
    probability : float
        Above zero.
    model : Model
        Its program, with the rows and columns that the goals need.
    aims : sequence of Aim
        The goals.
    """

    probability: float
    model: Model
    aims: Sequence[Aim]


class Extensive:
    """Scenarios side by side.

    Parameters
    ----------
    scenarios : sequence of Scenario
        With the same projects, municipalities and groups.
    decided : tuple of str
        Kinds of columns that all scenarios share.
    """

    def __init__(self, scenarios: Sequence[Scenario], decided: tuple[str, ...] = DECIDED) -> None:
        self.scenarios = scenarios
        self.columns = [np.zeros(each.model.program.column_count, dtype=np.int64) for each in scenarios]
        first = scenarios[0].model
        self.model = replace(first, program=Program())
        for kind in dict.fromkeys(kind for each in scenarios for kind in each.model.program.column_blocks):
            self._add_columns(kind, shared=kind in decided)
        for number in range(len(scenarios)):
            self._add_rows(number)

    def _add_columns(self, kind: str, *, shared: bool) -> None:
        """Columns of a kind: those of each scenario, or those of the first for all of them."""
        blocks = [
            (number, each.model.program, each.model.program.column_blocks[kind])
            for number, each in enumerate(self.scenarios)
            if kind in each.model.program.column_blocks
        ]
        chosen = blocks[:1] if shared else blocks
        index = pd.concat(
            [block.index if shared else block.index.assign(scenario=number) for number, _, block in chosen]
        )
        terms = self.model.program.add_columns(
            kind,
            index,
            unit=blocks[0][2].unit,
            lower=np.concatenate([part(program.column_lower, block) for _, program, block in chosen]),
            upper=np.concatenate([part(program.column_upper, block) for _, program, block in chosen]),
            whole=any(bool(part(program.whole, block).any()) for _, program, block in chosen),
        )
        columns, start = terms["column"].to_numpy(), 0
        for number, _, block in blocks:
            size = len(block.index)
            self.columns[number][block.start : block.stop] = columns[start : start + size]
            start += 0 if shared else size

    def _add_rows(self, number: int) -> None:
        program = self.scenarios[number].model.program
        entries = program.matrix().tocoo()
        rows = pd.DataFrame({"scenario": number, "row": np.arange(program.row_count)})
        terms = pd.DataFrame(
            {
                "scenario": number,
                "row": entries.row,
                "column": self.columns[number][entries.col],
                "coefficient": entries.data,
            }
        )
        self.model.program.add_rows(
            "scenario", rows, [terms], unit="", lower=program.row_lower, upper=program.row_upper
        )

    def expected(self) -> list[Aim]:
        """The goals over all scenarios: sums by their expectation, levels and spreads over all elements."""
        goals = range(len(self.scenarios[0].aims))
        return [self._joined(number) for number in goals]

    def regrets(self, best: Sequence[Mapping[Stage, float]]) -> list[Aim]:
        """Goals about regret: value in a scenario less its best, the largest first, then the next.

        Parameters
        ----------
        best : sequence of mapping
            For each scenario the best value of each stage of each goal.
        """
        one = self.model.program.add_columns(
            "one", pd.DataFrame({"one": [0]}), unit="1", lower=1.0, upper=1.0
        )
        column = int(one["column"].iloc[0])
        found = []
        for number in range(len(self.scenarios[0].aims)):
            goal = self.scenarios[0].aims[number].goal
            stages = [dict(_parts(each.model, each.aims[number])) for each in self.scenarios]
            for label in dict.fromkeys(label for each in stages for label in each):
                vector = self._regret(number, label, stages, best, column)
                stated = Goal(measure=goal.measure, over=goal.over, aggregate="leximax")
                found.append(Aim(number + 1, stated, self.scenarios[0].aims[number].over, vector))
        return found

    def point_of(self, number: int, point: Floats) -> Floats:
        """The point of one scenario's own program."""
        return point[self.columns[number]]

    def _joined(self, number: int) -> Aim:
        first = self.scenarios[0].aims[number]
        weights = [each.probability if first.goal.aggregate in SUMS else 1.0 for each in self.scenarios]
        vectors = [each.aims[number].vector for each in self.scenarios]
        regions = 1 + max((int(vector.region.max(initial=0)) for vector in vectors), default=0)
        joined = Vector(
            index=pd.concat(
                [vector.index.assign(scenario=each) for each, vector in enumerate(vectors)], ignore_index=True
            ),
            terms=pd.concat([self._terms(each, vector) for each, vector in enumerate(vectors)]),
            unit=vectors[0].unit,
            scale=np.concatenate([v.scale / weight for v, weight in zip(vectors, weights, strict=True)]),
            share=np.concatenate([v.share for v in vectors]),
            region=np.concatenate([v.region + each * regions for each, v in enumerate(vectors)]),
            better=vectors[0].better,
        )
        return Aim(first.number, first.goal, first.over, joined)

    def _terms(self, number: int, vector: Vector) -> pd.DataFrame:
        """Terms of a scenario's vector, in columns of this program."""
        kept = vector.terms[[*vector.index, "column", "coefficient"]]
        columns = self.columns[number][kept["column"].to_numpy(np.int64)]
        return kept.assign(scenario=number, column=columns)

    def _regret(
        self,
        number: int,
        label: str,
        stages: Sequence[Mapping[str, npt.NDArray[np.bool_]]],
        best: Sequence[Mapping[Stage, float]],
        one: int,
    ) -> Vector:
        """A vector of regrets: of a sum one element a scenario, of levels every element."""
        terms, element = [], 0
        for each, scenario in enumerate(self.scenarios):
            aim = scenario.aims[number]
            if label not in stages[each]:
                continue
            vector = aim.vector.minimised
            chosen = np.flatnonzero(stages[each][label])
            size = 1 if aim.goal.aggregate in SUMS else len(chosen)
            place = np.full(len(vector), -1)
            place[chosen] = element + (np.zeros(len(chosen), int) if size == 1 else np.arange(len(chosen)))
            own = place[vector.element]
            terms.append(
                pd.DataFrame(
                    {
                        "element": own,
                        "column": self.columns[each][vector.terms["column"].to_numpy(np.int64)],
                        "coefficient": vector.terms["coefficient"].to_numpy() / vector.scale[vector.element],
                    }
                )[own >= 0]
            )
            sign = 1.0 if aim.vector.better == "lower" else -1.0
            bests = pd.DataFrame({"element": element + np.arange(size), "column": one})
            terms.append(bests.assign(coefficient=-sign * best[each][aim.number, label]))
            element += size
        zeros = np.zeros(element, dtype=np.int64)
        index = pd.DataFrame({"element": np.arange(element)})
        even = np.full(element, 1 / max(element, 1))
        unit = self.scenarios[0].aims[number].vector.unit
        largest = max(1.0, *(abs(each.get((number + 1, label), 0.0)) for each in best))
        scale = np.full(element, largest)  # numbers near 1 are what a solver is exact in
        return Vector(index, pd.concat(terms), unit, scale, even, zeros)


def stage_values(scenario: Scenario, point: Floats) -> dict[Stage, float]:
    """Value of each stage of each goal at a point of a scenario's program."""
    return {
        (aim.number, label): _value(aim, chosen, point)
        for aim in scenario.aims
        for label, chosen in _parts(scenario.model, aim)
    }


def _value(aim: Aim, chosen: npt.NDArray[np.bool_], point: Floats) -> float:
    if aim.goal.aggregate in SUMS:
        return aim.vector.total(chosen).value(point)
    values = aim.vector.values(point)
    if aim.goal.aggregate in SPREADS:
        return float(np.abs(deviations(aim.vector, values)).max(initial=0.0))
    return float(values.max() if aim.vector.better == "lower" else values.min()) if len(values) else 0.0


def _parts(model: Model, aim: Aim) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    """Stages of a goal, each with the elements that it is about."""
    if aim.goal.aggregate == "priority":
        ranks = model.data.groups["priority"].to_numpy()[aim.vector.index["group"]]
        yield from ((f"priority {rank}", ranks == rank) for rank in np.unique(ranks))
    elif aim.goal.aggregate == "urgency":
        urgent = model.data.groups["urgent"].to_numpy(bool)[aim.vector.index["group"]]
        yield from (("urgent", urgent), ("others", ~urgent))
    else:
        yield "", np.ones(len(aim.vector), dtype=bool)


def part(values: npt.NDArray[np.generic], block: Block) -> npt.NDArray[np.generic]:
    """What belongs to a block."""
    return values[block.start : block.stop]
