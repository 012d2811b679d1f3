"""The programs of scenarios side by side in one: the scenario is one more dimension of every column.

Columns that are decided before anybody knows which scenario comes true are there once, for all
scenarios: nobody can decide them differently. See Birge & Louveaux, *Introduction to stochastic
programming*, 2011, doi:10.1007/978-1-4614-0237-4, chapter 2.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.aggregates.sums import SUMS, parts
from verdeling.goals import Aim
from verdeling.measures import Vector
from verdeling.policy import Goal
from verdeling.program import Program, locate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from verdeling.formulation import Model
    from verdeling.program import Block, Floats
    from verdeling.uncertainty.scenario import Scenario, Stage

DECIDED = ("build", "open")
"""Kinds of columns that are decided before the scenario is known."""


class Extensive:
    """Scenarios side by side.

    A project that is the same in every scenario is decided with its years: it has one column for all.
    Of one that differs, the same part is built in each scenario of what it can deliver there.

    Parameters
    ----------
    scenarios : sequence of Scenario
        With the same municipalities, groups and years.
    room : float
        Places by which a project may differ from its part in a scenario: whole places need one.
    """

    def __init__(self, scenarios: Sequence[Scenario], room: float = 0.0) -> None:
        self.scenarios = scenarios
        self.columns = [np.zeros(each.model.program.column_count, dtype=np.int64) for each in scenarios]
        first = scenarios[0].model
        self.model = replace(first, program=Program())
        self.projects, self.same = _projects([each.model for each in scenarios])
        for kind in dict.fromkeys(kind for each in scenarios for kind in each.model.program.column_blocks):
            self._add_columns(kind)
        for number in range(len(scenarios)):
            self._add_rows(number)
        self._add_parts(room)

    def _add_columns(self, kind: str) -> None:
        """Columns of a kind in each scenario; those that are decided beforehand are there once."""
        blocks = {
            number: each.model.program.column_blocks[kind]
            for number, each in enumerate(self.scenarios)
            if kind in each.model.program.column_blocks
        }
        frames = {number: self._index(number, block) for number, block in blocks.items()}
        index = pd.concat(frames.values(), ignore_index=True)
        programs = [(self.scenarios[number].model.program, block) for number, block in blocks.items()]
        kept = ~index.duplicated().to_numpy()
        terms = self.model.program.add_columns(
            kind,
            index[kept],
            unit=programs[0][1].unit,
            lower=np.concatenate([_part(program.column_lower, block) for program, block in programs])[kept],
            upper=np.concatenate([_part(program.column_upper, block) for program, block in programs])[kept],
            whole=any(bool(program.whole[block.positions].any()) for program, block in programs),
        )
        columns = terms["column"].to_numpy(np.int64)
        for number, block in blocks.items():
            self.columns[number][block.start : block.stop] = columns[locate(frames[number], index[kept])]

    def _index(self, number: int, block: Block) -> pd.DataFrame:
        """Index of a block with its scenario: -1 for what is decided beforehand."""
        index = block.index.assign(scenario=number)
        if block.name not in DECIDED:
            return index
        ids = self.scenarios[number].model.data.ids["project"]
        projects = self.projects.get_indexer(ids)[index["project"].to_numpy(np.int64)]
        return index.assign(project=projects, scenario=np.where(self.same[projects], -1, number))

    def _add_parts(self, room: float) -> None:
        """One part for each project that differs, of what it can deliver in each scenario."""
        parts = self.model.program.add_columns(
            "part", pd.DataFrame({"project": np.flatnonzero(~self.same)}), unit="1", upper=1.0
        )
        for number, scenario in enumerate(self.scenarios):
            data = scenario.model.data
            most = data.projects["max_places"].set_axis(self.projects.get_indexer(data.ids["project"]))
            known = parts[parts["project"].isin(most.index)]
            built = self.model.program.terms("build").query("scenario == @number")
            asked = known.assign(coefficient=-most.reindex(known["project"]).to_numpy(np.float64))
            index = known[["project"]].assign(scenario=number)
            terms = [built, asked.assign(scenario=number)] if len(index) else []
            self.model.program.add_rows("part", index, terms, unit="places", lower=-room, upper=room)

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
            staged = [
                dict(parts(each.model, each.aims[number].vector, goal.aggregate)) for each in self.scenarios
            ]
            for label in dict.fromkeys(label for each in staged for label in each):
                vector = self._regret(number, label, staged, best, column)
                stated = Goal(measure=goal.measure, over=goal.over, aggregate="leximax")
                found.append(Aim(number + 1, stated, self.scenarios[0].aims[number].over, vector))
        return found

    def adopt(self, other: Extensive, plan: Floats, room: float) -> None:
        """Fix what is decided beforehand as it is in another plan, but for some room.

        Parameters
        ----------
        other : Extensive
            A single scenario.
        plan : array
            A point of it.
        room : float
            How far a column may move, lest rounding make the plan impossible.
        """
        built = other.decided("build", plan)
        most = other.scenarios[0].model.data.instance.tables["projects"].set_index("project")["max_places"]
        stated = {kind: other.decided(kind, plan) for kind in DECIDED}
        stated["part"] = built.groupby(level="project").sum() / most
        program = self.model.program
        for kind, values in stated.items():
            columns = self._decided(kind)
            fixed = values.reindex(columns.index).fillna(0.0).to_numpy()  # what is not planned is not built
            program.column_lower[columns] = np.maximum(fixed - room, 0.0)
            program.column_upper[columns] = fixed + room

    def decided(self, kind: str, point: Floats) -> pd.Series[float]:
        """What is decided beforehand at a point, by project and, for ``build``, position of the year."""
        columns = self._decided(kind)
        return pd.Series(point[columns.to_numpy()], index=columns.index)

    def _decided(self, kind: str) -> pd.Series[int]:
        """Columns of a kind that are decided beforehand."""
        terms = self.model.program.terms(kind)
        if "scenario" in terms:
            terms = terms[terms["scenario"] < 0]
        named = terms.assign(project=self.projects.to_numpy()[terms["project"].to_numpy(np.int64)])
        keys = ["project", "year"] if "year" in named else ["project"]
        return named.set_index(keys)["column"].astype(np.int64)

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
        parts: Sequence[Mapping[str, npt.NDArray[np.bool_]]],
        best: Sequence[Mapping[Stage, float]],
        one: int,
    ) -> Vector:
        """A vector of regrets: of a sum one element a scenario, of levels every element."""
        terms, element = [], 0
        for each, scenario in enumerate(self.scenarios):
            aim = scenario.aims[number]
            if label not in parts[each]:
                continue
            vector = aim.vector.minimised
            chosen = np.flatnonzero(parts[each][label])
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


def _part(values: Floats, block: Block) -> Floats:
    return values[block.start : block.stop]


def _projects(models: Sequence[Model]) -> tuple[pd.Index[str], npt.NDArray[np.bool_]]:
    """Every project, and whether it is the same in all scenarios."""
    tables = [
        model.data.instance.tables["projects"]
        .drop(columns=["source", "estimate", "scenario"])
        .set_index("project")
        for model in models
    ]
    rows = pd.concat(tables)
    projects = pd.Index(sorted(set(rows.index)), dtype="str")
    there = rows.groupby(level=0).size().reindex(projects).to_numpy()
    kinds = rows.reset_index().drop_duplicates().groupby("project").size().reindex(projects).to_numpy()
    return projects, np.asarray((there == len(models)) & (kinds == 1), dtype=bool)
