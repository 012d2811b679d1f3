"""Claims about a program, cut into what they claim of each of its parts, and proofs put together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from verdeling.certifying.claims import Held
from verdeling.certifying.shapes import Level
from verdeling.entries import Entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.certifying.claims import Claim
    from verdeling.certifying.multipliers import Multipliers
    from verdeling.program import Floats, Integers
    from verdeling.splitting import Place


@dataclass(frozen=True, eq=False)
class Cut:
    """What a part has of expressions: which of them, and their entries in its own columns."""

    rows: Integers
    entries: Entries


@dataclass(frozen=True, eq=False)
class Piece:
    """What a claim claims of a part, and where its expressions stand among those of the whole."""

    claim: Claim
    own: Integers
    held: Integers

    def same(self, other: Piece) -> bool:
        """Whether another level is about the same expressions, below the same that are held."""
        one, another = self.claim, other.claim
        return (
            not (one.together or another.together)
            and (one.goal, one.stage) == (another.goal, another.stage)
            and isinstance(one.shape, Level)
            and isinstance(another.shape, Level)
            and np.array_equal(one.shape.active, another.shape.active)
        )


class Cutting:
    """Expressions cut by the parts of a program; each is cut once.

    Parameters
    ----------
    places : sequence of Place
        Where each part stands in the program.
    width : int
        How many columns the program has.
    """

    def __init__(self, places: Sequence[Place], width: int) -> None:
        self.places = places
        self._part, self._column = np.empty(width, np.int64), np.empty(width, np.int32)
        for number, place in enumerate(places):
            self._part[place.columns] = number
            self._column[place.columns] = np.arange(len(place.columns))
        self._known: dict[Entries, list[Cut]] = {}

    def piece(self, claim: Claim, part: int) -> Piece | None:
        """What is claimed of a part; None where that is nothing."""
        assert isinstance(claim.shape, Level)
        assert claim.tied is not None
        own = self._cut(claim.own, part)
        active, tied = claim.shape.active[own.rows], claim.tied[own.rows]
        if not (tied if claim.together else active).any():
            return None
        held, rows, first = [], [np.empty(0, np.int64)], 0
        for each in claim.held:
            assert isinstance(each, Held)
            cut = self._cut(each.entries, part)
            held.append(Held(cut.entries, each.lower[cut.rows], each.upper[cut.rows]))
            rows.append(first + cut.rows)
            first += len(each.entries)
        shape = Level(active, [claim.shape.constants[row] for row in own.rows.tolist()])
        found = replace(claim, own=own.entries, shape=shape, held=tuple(held), step=None, tied=tied)
        return Piece(found, own.rows, np.concatenate(rows))

    def _cut(self, entries: Entries, part: int) -> Cut:
        if entries not in self._known:
            self._known[entries] = self._cuts(entries)
        return self._known[entries][part]

    def _cuts(self, entries: Entries) -> list[Cut]:
        of_entry, rows = self._part[entries.columns], entries.rows
        order = np.argsort(of_entry, kind="stable")
        ends = np.searchsorted(of_entry[order], np.arange(1, len(self.places)))
        return [self._one(entries, rows, at) for at in np.split(order, ends)]

    def _one(self, entries: Entries, rows: Integers, at: Integers) -> Cut:
        chosen, starts = np.unique(rows[at], return_index=True)
        columns, coefficients = self._column[entries.columns[at]], entries.coefficients[at]
        return Cut(chosen, Entries(np.append(starts, len(at)), columns, coefficients))


@dataclass(frozen=True, eq=False)
class Proved:
    """Multipliers of a claim about a part, at their places in the whole; those that are zero are left out."""

    rows: tuple[Integers, Floats]
    held: tuple[Integers, Floats]
    own: tuple[Integers, Floats]
    least: float


def placed(found: Multipliers, piece: Piece, place: Place) -> Proved:
    """What proves a claim about a part, as it stands in the whole."""
    return Proved(
        _used(place.rows, found.rows), _used(piece.held, found.held), _used(piece.own, found.own), found.least
    )


def joined(claim: Claim, parts: Sequence[Proved], rows: int) -> tuple[Floats, Floats, Floats]:
    """Multipliers of the whole: a sum has those of every part, a level those of the part that is highest."""
    if not claim.together:
        parts = [max(parts, key=lambda each: each.least)]
    sizes = rows, sum(len(each.entries) for each in claim.held), len(claim.own)
    of_rows, held, own = map(np.zeros, sizes)
    for part in parts:
        for whole, (at, by) in zip((of_rows, held, own), (part.rows, part.held, part.own), strict=True):
            whole[at] = by
    return of_rows, held, np.asarray(claim.tied, dtype=np.float64) if claim.together else own


def _used(places: Integers, numbers: Floats) -> tuple[Integers, Floats]:
    at = np.flatnonzero(numbers)
    return places[at], numbers[at]
