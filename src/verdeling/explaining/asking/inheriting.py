"""Which columns and rows of a program stand in an earlier one too, where agreements came or went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verdeling.program import find

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verdeling.formulation import Model
    from verdeling.program import Block, Integers, Mark


@dataclass(frozen=True, eq=False)
class Heritage:
    """Columns and rows of one program by their place in an earlier one.

    Parameters
    ----------
    columns, rows : array of int
        For each of this program the place in the earlier one; -1 for what is new.
    before : tuple of int
        How many columns and rows the earlier one had.
    """

    columns: Integers
    rows: Integers
    before: tuple[int, int]

    @classmethod
    def of(cls, model: Model, earlier: Model, mark: Mark) -> Heritage | None:
        """The heritage of a program; None where ids have other positions, so that indices say nothing.

        Parameters
        ----------
        model, earlier : Model
            Both with their rules stated.
        mark : Mark
            The earlier program before any goal was pursued.
        """
        offers, others = (each.data.offers.drop(columns="hours") for each in (model, earlier))
        alike = all(ids.equals(earlier.data.ids[name]) for name, ids in model.data.ids.items())
        if not (alike and offers.equals(others)):
            return None
        bounds, program = _bounds(model, earlier), model.program
        return cls(
            _places(program.column_blocks.values(), mark.column_blocks.values(), bounds),
            _places(program.row_blocks, mark.row_blocks, bounds),
            (len(mark.bounds["column_lower"]), len(mark.bounds["row_lower"])),
        )

    def grown(self, shape: tuple[int, int], earlier: tuple[int, int]) -> tuple[Integers, Integers] | None:
        """Columns and rows by their earlier place in programs to which goals have added as many of each.

        Parameters
        ----------
        shape, earlier : tuple of int
            Columns and rows of both programs as they are now; None where other numbers were added.
        """
        found = []
        for known, before, now, then in zip(
            (self.columns, self.rows), self.before, shape, earlier, strict=True
        ):
            added = now - len(known)
            if added < 0 or added != then - before:
                return None
            found.append(np.concatenate([known, before + np.arange(added)]))
        return found[0], found[1]


def _bounds(model: Model, earlier: Model) -> Integers:
    """For each bound of the agreements its place among those of the earlier program."""
    known = {about: place for place, about in _abouts(earlier)}
    return np.array([known.get(about, -1) for _, about in _abouts(model)], dtype=np.int64)


def _abouts(model: Model) -> list[tuple[int, tuple[object, ...]]]:
    """Each bound, and what it is about: its agreement, and a position for each ``*``."""
    return [
        (bound, (clause.agreement, *dimensions, *positions))
        for clause in model.clauses
        for dimensions in [sorted(str(name) for name in clause.index if name != "bound")]
        for bound, *positions in clause.index[["bound", *dimensions]].itertuples(index=False)
    ]


def _places(now: Iterable[Block], then: Iterable[Block], bounds: Integers) -> Integers:
    known = {block.name: block for block in then}
    found = [np.empty(0, dtype=np.int64)]
    for block in now:
        earlier, index = known.get(block.name), block.index
        if earlier is None or list(index) != list(earlier.index):
            found.append(np.full(len(index), -1))
            continue
        if "bound" in index:
            index = index.assign(bound=bounds[index["bound"].to_numpy()])
        place = find(index, earlier.index)
        found.append(np.where(place < 0, -1, place + earlier.start))
    return np.concatenate(found)
