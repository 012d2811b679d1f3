"""Parts of a program that no row ties to each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from verdeling.formulation import Model
from verdeling.instance import Instance, Tables
from verdeling.program import Part as Piece
from verdeling.program import Program

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verdeling.goals import Aim
    from verdeling.numbering import Numbered
    from verdeling.program import Block, Integers
    from verdeling.vectors import Vector

SMALLEST = 2_000
"""Columns that a part has at least, but for the last one: every part costs some time of its own."""


@dataclass(frozen=True)
class Place:
    """Where a part stands in the whole program: positions of its columns and rows."""

    columns: Integers
    rows: Integers


@dataclass(frozen=True)
class Part:
    """A part of a program.

    Parameters
    ----------
    model : Model
        Its columns and rows; of the data only the groups.
    goals : list of Aim
        The goals of the whole, each on the elements that are about the part.
    columns, rows : array
        Positions in the whole program.
    share : float
        Its columns as a part of those of all parts from this one on.
    """

    model: Model
    goals: list[Aim]
    columns: Integers
    rows: Integers
    share: float


class Parts:
    """The parts of a program. Each is taken out when it is asked for, so that they are not all there at once.

    Parameters
    ----------
    model : Model
        The whole program, without rows of goals.
    goals : sequence of Aim
        Its goals.
    column_part, row_part : array
        Part of each column and of each row.
    count : int
        How many parts there are.
    """

    def __init__(
        self, model: Model, goals: Sequence[Aim], column_part: Integers, row_part: Integers, count: int
    ) -> None:
        columns, rows = _Members(column_part, count), _Members(row_part, count)
        self.places = [Place(columns.of(part), rows.of(part)) for part in range(count)]
        self._model, self._goals, self._slim = model, goals, _slim(model.data)
        self._bounds = model.program.mark().bounds
        sizes = np.array([len(place.columns) for place in self.places])
        self._shares = sizes / sizes[::-1].cumsum()[::-1]
        self._terms = [
            _Members(column_part[aim.vector.terms["column"].to_numpy(np.int64)], count) for aim in goals
        ]

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, part: int) -> Part:
        """Take a part out of the program."""
        place, stated = self.places[part], Program()
        stated.add_part(_piece(self._model.program, self._bounds, place.columns, place.rows))
        about = [
            replace(aim, vector=_about(aim.vector, members.of(part), place.columns))
            for aim, members in zip(self._goals, self._terms, strict=True)
        ]
        model = Model(self._slim, self._model.shares, stated)
        return Part(model, about, place.columns, place.rows, float(self._shares[part]))


def split(model: Model, goals: Sequence[Aim], tying: Sequence[Aim]) -> Parts | None:
    """The parts of a program that no row ties, and no element of some goals; None if there are no two.

    Parameters
    ----------
    model : Model
        The whole program, without rows of goals.
    goals : sequence of Aim
        Its goals.
    tying : sequence of Aim
        Those of which an element ties the columns that it is about.
    """
    column_part, row_part, count = _bundles(model.program, tying)
    return None if count < 2 else Parts(model, goals, column_part, row_part, count)


def all_of(model: Model, goals: Sequence[Aim]) -> Parts:
    """The whole program as its only part."""
    columns, rows = (np.zeros(size, dtype=np.int64) for size in model.program.shape)
    return Parts(model, goals, columns, rows, 1)


def _piece(program: Program, bounds: Mapping[str, Any], columns: Integers, rows: Integers) -> Piece:
    """Some columns and rows of a program, in their order; these rows have entries in no other column."""
    kinds = [_within(block, columns) for block in program.column_blocks.values()]
    families = [_within(block, rows) for block in program.row_blocks]
    chosen = [
        stated.of(rows[family.start : family.stop] - block.start)
        for stated, block, family in zip(program.entries, program.row_blocks, families, strict=True)
    ]
    return Piece(
        (0, 0),
        tuple(kinds),
        tuple(families),
        tuple(
            replace(each, columns=np.searchsorted(columns, each.columns).astype(np.int32)) for each in chosen
        ),
        {name: values[rows if name.startswith("row") else columns] for name, values in bounds.items()},
    )


def _within(block: Block, chosen: Integers) -> Block:
    """What is left of a block of columns or rows when some are chosen."""
    start, stop = np.searchsorted(chosen, [block.start, block.stop]).tolist()
    index = block.index.iloc[chosen[start:stop] - block.start].reset_index(drop=True)
    return replace(block, start=start, index=index)


class _Members:
    """The members of each part, in their own order."""

    def __init__(self, part: Integers, count: int) -> None:
        self.order = np.argsort(part, kind="stable")
        self.starts = np.searchsorted(part[self.order], np.arange(count + 1))

    def of(self, part: int) -> Integers:
        return self.order[self.starts[part] : self.starts[part + 1]]


def tied(program: Program, tying: Sequence[Aim]) -> tuple[Integers, Integers]:
    """Which columns are tied to each other, by a row or by an element of some goals.

    Parameters
    ----------
    program : Program
        Without rows of goals.
    tying : sequence of Aim
        Those of which an element ties the columns that it is about.

    Returns
    -------
    array of int
        For each column the first one that it is tied to.
    array of int
        The same for each row, and then for each element; the number of columns for one that has none.
    """
    entries = program.entries_from()
    height, ties, columns = len(entries), [entries.rows], [entries.columns.astype(np.int64)]
    for aim in tying:
        ties.append(height + aim.vector.element)
        columns.append(aim.vector.terms["column"].to_numpy(np.int64))
        height += len(aim.vector)
    return components(np.concatenate(ties), np.concatenate(columns), height, program.column_count)


def _bundles(program: Program, tying: Sequence[Aim]) -> tuple[Integers, Integers, int]:
    """Part of each column and of each row, and how many parts there are."""
    width, (of_columns, of_ties) = program.column_count, tied(program, tying)
    known, first, sizes = np.unique(of_columns, return_index=True, return_counts=True)
    order = np.argsort(first, kind="stable")
    part = np.zeros(width + 1, dtype=np.int64)  # a row without columns is in the first
    part[known[order]] = _filled(sizes[order])
    return part[of_columns], part[of_ties[: program.row_count]], int(part.max(initial=0)) + 1


def components(ties: Integers, columns: Integers, height: int, width: int) -> tuple[Integers, Integers]:
    """Which columns are tied to each other, where each tie is on each of its columns.

    Every column takes the least label among those that it shares a tie with, and with it the column that
    it had its label from, until nothing changes: a few rounds, however long the chain of ties.

    Parameters
    ----------
    ties, columns : array of int
        A tie and a column that it is on, for each such pair.
    height, width : int
        How many ties and columns there are.

    Returns
    -------
    array of int
        For each column the first one that it is tied to.
    array of int
        The same for each tie; `width` for one that is on no column.

    Examples
    --------
    >>> components(np.array([0, 0, 1, 1]), np.array([2, 3, 3, 1]), 2, 4)
    (array([0, 1, 1, 1]), array([1, 1]))
    """
    label = np.arange(width)
    while True:
        own, least = label[columns], np.full(height, width)
        np.minimum.at(least, ties, own)
        found = label.copy()
        np.minimum.at(found, own, least[ties])
        while (found[found] != found).any():
            found = found[found]
        if np.array_equal(found, label):
            return label, least
        label = found


def _filled(sizes: Integers) -> Integers:
    """Which part each component goes into: components fill a part until it is large enough."""
    found, part, held = np.empty(len(sizes), dtype=np.int64), 0, 0
    for number, size in enumerate(sizes):
        if held >= SMALLEST:
            part, held = part + 1, 0
        found[number], held = part, held + size
    return found


def _about(vector: Vector, terms: Integers, columns: Integers) -> Vector:
    """A vector on the terms of a part with these columns, and on the elements that have one there."""
    own, elements = vector.terms.iloc[terms], np.unique(vector.element[terms])
    return replace(
        vector,
        index=vector.index.iloc[elements].reset_index(drop=True),
        terms=own.assign(column=np.searchsorted(columns, own["column"])),
        scale=vector.scale[elements],
        share=vector.share[elements],
        region=vector.region[elements],
        claims=None if vector.claims is None else vector.claims[elements],
    )


def _slim(data: Numbered) -> Numbered:
    """Numbers without the tables that only stating needs: a part is sent to other processes."""
    instance = Instance(data.instance.about, Tables({}))
    names = ("municipalities", "suitability", "needs", "supply", "projects", "offers")
    return replace(data, instance=instance, **{name: getattr(data, name).iloc[:0] for name in names})
