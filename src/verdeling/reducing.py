"""The same program with fewer columns and rows: what no row and no goal tells apart is counted together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from verdeling.aggregates.sums import SUMS, parts
from verdeling.entries import Entries, summed
from verdeling.errors import Problem, SolverError
from verdeling.program import Program, find, keys
from verdeling.undoing import Step, undone
from verdeling.verified import missed_family

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from verdeling.formulation import Model
    from verdeling.goals import Aim
    from verdeling.program import Block, Floats, Integers


class _Kinds(NamedTuple):
    """Columns and rows that are counted together where they differ in one dimension alone."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]


MERGED = {
    "place_type": _Kinds(("place",), ("capacity",)),
    "group": _Kinds(
        ("place", "served", "waiting", "local", "supplied"),
        ("queue", "pool", "local_origin", "local_host", "supplier_split"),
    ),
    "origin": _Kinds(("served", "waiting"), ("queue",)),
}
"""What is counted together, dimension after dimension; all other columns and rows tell its members apart."""

_PARTIAL = "local_host"
"""The family in which a group without needs in a town has no row: its places there may count all the same."""


@dataclass(frozen=True)
class Reduced:
    """A program that says the same with fewer columns and rows.

    Parameters
    ----------
    model : Model
        The smaller program.
    goals : list of Aim
        The same goals, on its columns.
    steps : tuple of Step
        How it was made smaller, dimension after dimension.
    """

    model: Model
    goals: list[Aim]
    steps: tuple[Step, ...]

    def point(self, small: Floats) -> Floats:
        """A point of the program as it was, with the same goals, from one of the smaller program.

        It is in whole places where the other is. Columns that goals added are left out.

        Raises
        ------
        SolverError
            If it misses a row of the program as it was: then what was counted together is not alike.
        """
        point = small
        for step in reversed(self.steps):
            point = undone(step, point)
        _refuse_missed(self.steps[0].program, point)
        return point

    def duals(self, small: Floats) -> Floats:
        """Duals of the rows as they were: rows that are counted together share one."""
        for step in reversed(self.steps):
            small = small[step.rows]
        return small


def _refuse_missed(program: Program, point: Floats) -> None:
    """Refuse a point that misses a row, beyond rounding."""
    family = missed_family(program, point)
    if family:
        problem = Problem(
            "not-alike",
            f"A plan of the smaller program misses a row of {family}.",
            "What was counted together is not alike, so its answer would be that of another task.",
            "Solve with reduce=False, and report the instance.",
        )
        raise SolverError("The program cannot be made smaller.", [problem])


def reduced(model: Model, goals: Sequence[Aim]) -> Reduced | None:
    """Count together the groups, place types and origins that neither a row nor a goal tells apart.

    Members of a class have the same entries in rows that are alike, and count alike in every goal: so
    any plan is one of the smaller program, by adding up. And any plan of the smaller program can be
    divided over the members again (`verdeling.undoing`), in whole places too.

    Parameters
    ----------
    model : Model
        Without rows of goals.
    goals : sequence of Aim
        All that is to be pursued.

    Returns
    -------
    Reduced or None
        None where nothing can be counted together.
    """
    if "flow" in model.program.column_blocks:  # who goes where is told apart by group and town at once
        return None
    steps, small, aims = [], model, [*goals]
    for dimension in MERGED:
        step = _alike(small, aims, dimension)
        if step is not None:
            small, aims = _counted_together(small, aims, step)
            steps.append(step)
    return Reduced(small, aims, tuple(steps)) if steps else None


def _alike(model: Model, goals: Sequence[Aim], dimension: str) -> Step | None:
    """Members of a dimension counted together where nothing tells them apart; None if that saves nothing."""
    members = _candidates(model.program, dimension)
    while len(np.unique(members)) < len(members):
        step = _step(model.program, dimension, members)
        if step.columns.max(initial=-1) + 1 == model.program.column_count:
            return None
        apart = _told_apart(model, goals, step)
        if not apart:
            return step
        members = _refined(members, apart)
    return None


def _candidates(program: Program, dimension: str) -> Integers:
    """Members that might be alike: groups that suit the same types, types that suit the same groups."""
    blocks = [program.column_blocks.get(kind) for kind in MERGED[dimension].columns]
    known = [block.index[dimension].max() for block in blocks if block is not None and len(block.index)]
    size = int(max(known, default=-1)) + 1
    if dimension == "origin":  # whoever is housed at home is told apart by that
        return np.arange(size) if "local" in program.column_blocks else np.zeros(size, dtype=np.int64)
    other = "group" if dimension == "place_type" else "place_type"
    place = program.column_blocks["place"].index
    pairs = np.zeros((size, int(place[other].max() if len(place) else 0) + 2), dtype=bool)
    pairs[place[dimension], place[other]] = True
    if dimension == "place_type":
        pairs = np.column_stack([pairs, np.diag(_broken(program, size))])
    _, first, inverse = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    return first[inverse.ravel()].astype(np.int64)


def _broken(program: Program, size: int) -> npt.NDArray[np.bool_]:
    """Types of which parts of places come free: two halves are a whole place only if taken together."""
    broken = np.zeros(size, dtype=bool)
    for block, entries in zip(program.row_blocks, program.entries, strict=True):
        if block.name == "capacity":
            types = block.index["place_type"].to_numpy(np.int64)
            broken[types[program.row_upper[block.start : block.stop] % 1 != 0]] = True
            broken[types[entries.rows[entries.coefficients % 1 != 0]]] = True
    return broken


def _step(program: Program, dimension: str, members: Integers) -> Step:
    """Columns and rows counted together when these members are, whether or not they are alike."""
    kinds = MERGED[dimension]
    columns = [
        (block, block.name in kinds.columns) for block in program.column_blocks.values() if len(block.index)
    ]
    rows = [(block, block.name in kinds.rows) for block in program.row_blocks if len(block.index)]
    return Step(
        program, dimension, members, *(_positions(blocks, dimension, members) for blocks in (columns, rows))
    )


def _positions(blocks: Sequence[tuple[Block, bool]], dimension: str, members: Integers) -> Integers:
    """Position of each column, or of each row, where those that are counted together have one."""
    found, stop = [np.empty(0, dtype=np.int64)], 0
    for block, together in blocks:
        own = np.arange(len(block.index))
        if together:
            index = block.index.assign(**{dimension: members[block.index[dimension].to_numpy(np.int64)]})
            _, first, inverse = np.unique(keys(index, index)[0], return_index=True, return_inverse=True)
            own = np.argsort(np.argsort(first))[inverse]
        found.append(stop + own)
        stop += int(own.max()) + 1
    return np.concatenate(found)


def _told_apart(model: Model, goals: Sequence[Aim], step: Step) -> list[tuple[int, int, bytes]]:
    """Columns that differ from the first one of their class: the member, the class, and what it has."""
    program = model.program
    several = np.bincount(step.columns)[step.columns] > 1
    stated = [
        *_of_rows(program, step),
        *_of_goals(model, goals, len(program.row_lower)),
        _of_who_can_be_served(program),
    ]
    row, column, value = (np.concatenate(each) for each in zip(*stated, strict=True))
    here = several[column]
    pairs = np.column_stack([row[here], value[here].view(np.int64)])
    _, code = np.unique(pairs, axis=0, return_inverse=True)
    order = np.lexsort([code.ravel(), column[here]])
    code, own = code.ravel()[order], np.flatnonzero(several)
    ends = np.searchsorted(column[here][order], [own, own + 1])
    unbounded = (program.column_lower == 0) & np.isinf(program.column_upper)
    first: dict[int, bytes] = {}
    apart = []
    member = _members(program, step)
    for each, start, stop in zip(own.tolist(), *ends.tolist(), strict=True):
        content = code[start:stop].tobytes() if unbounded[each] else b"bounded"
        if first.setdefault(int(step.columns[each]), content) != content:
            apart.append((int(member[each]), int(step.columns[each]), content))
    return apart


def _of_rows(program: Program, step: Step) -> Iterator[tuple[Integers, Integers, Floats]]:
    for block, entries in zip(program.row_blocks, program.entries, strict=True):
        if block.name != _PARTIAL:
            yield (
                step.rows[block.start + entries.rows],
                entries.columns.astype(np.int64),
                entries.coefficients,
            )


def _of_who_can_be_served(program: Program) -> tuple[Integers, Integers, Floats]:
    """Marks who waits where there are places: whoever waits where there are none must not be served there."""
    waiting, served = (program.column_blocks[kind] for kind in ("waiting", "served"))
    columns = waiting.positions[find(waiting.index, served.index) >= 0]
    return np.full(len(columns), -1), columns, np.ones(len(columns))


def _of_goals(model: Model, goals: Sequence[Aim], row: int) -> Iterator[tuple[Integers, Integers, Floats]]:
    """Entries of the elements of each goal; elements of which only the sum counts are one."""
    for aim in goals:
        vector, label = aim.vector, np.arange(len(aim.vector))
        if aim.goal.aggregate in SUMS:
            for number, (_, chosen) in enumerate(parts(model, vector, aim.goal.aggregate)):
                label[chosen] = number
        columns = vector.terms["column"].to_numpy(np.int64)
        values = vector.terms["coefficient"].to_numpy(np.float64) / vector.scale[vector.element]
        count = int(label.max(initial=-1)) + 1  # a stage may be about nobody
        entries = summed(label[vector.element], columns, values, count)
        yield row + entries.rows, entries.columns.astype(np.int64), entries.coefficients
        row += count


def _members(program: Program, step: Step) -> Integers:
    """Member of the dimension that each column is about; -1 where it is about none."""
    found = np.full(program.column_count, -1)
    for block in program.column_blocks.values():
        if block.name in MERGED[step.dimension].columns:
            found[block.start : block.stop] = block.index[step.dimension]
    return found


def _refined(classes: Integers, apart: Sequence[tuple[int, int, bytes]]) -> Integers:
    """Members that were told apart leave their class; those that differ alike do so together."""
    leavers: dict[int, tuple[int, bytes]] = {}
    for member, column, content in apart:
        leavers.setdefault(member, (column, content))
    first: dict[object, int] = {}
    found = [first.setdefault((old, leavers.get(each)), each) for each, old in enumerate(classes.tolist())]
    return np.array(found, dtype=np.int64)


def _counted_together(model: Model, goals: Sequence[Aim], step: Step) -> tuple[Model, list[Aim]]:
    """The smaller program with its goals, of each class its first column and the sum of its rows."""
    program, small = model.program, Program()
    _, chosen = np.unique(step.columns, return_index=True)
    for block in program.column_blocks.values():
        at = chosen[(chosen >= block.start) & (chosen < block.stop)]
        small.add_columns(
            block.name, block.index.iloc[at - block.start], unit=block.unit,
            lower=program.column_lower[at], upper=program.column_upper[at],
            whole=bool(program.whole[block.start : block.start + 1].any()),
        )  # fmt: skip
    kept = np.zeros(program.column_count, dtype=bool)
    kept[chosen] = True
    for block, entries in zip(program.row_blocks, program.entries, strict=True):
        own = step.rows[block.start : block.stop] - small.row_count
        _, first = np.unique(own, return_index=True)
        small.add_entries(
            block.name, block.index.iloc[first], _entries(block, entries, own, step, kept), unit=block.unit,
            lower=_sums(own, program.row_lower[block.start : block.stop]),
            upper=_sums(own, program.row_upper[block.start : block.stop]),
        )  # fmt: skip
    return replace(model, program=small), [_about(aim, step, kept) for aim in goals]


def _entries(
    block: Block, entries: Entries, own: Integers, step: Step, kept: npt.NDArray[np.bool_]
) -> Entries:
    """Entries of rows that are counted together, in the first column of each class."""
    rows, columns, count = own[entries.rows], step.columns[entries.columns], len(np.unique(own))
    if block.name == _PARTIAL:
        made = summed(rows, columns, entries.coefficients, count)
        return Entries(made.starts, made.columns, np.sign(made.coefficients))
    used = kept[entries.columns]
    return summed(rows[used], columns[used], entries.coefficients[used], count)


def _sums(place: Integers, amounts: Floats) -> Floats:
    return np.bincount(place, amounts).astype(np.float64)


def _about(aim: Aim, step: Step, kept: npt.NDArray[np.bool_]) -> Aim:
    terms = aim.vector.terms
    columns = terms["column"].to_numpy(np.int64)
    own = terms.assign(column=step.columns[columns])[kept[columns]]
    return replace(aim, vector=replace(aim.vector, terms=own.reset_index(drop=True)))
