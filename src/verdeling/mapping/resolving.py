"""Which municipality, group or place type a text means: by id or name, or as the mapping states."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from verdeling.cells import tidy
from verdeling.errors import Problem
from verdeling.lists import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from verdeling.mapping.format import Merged

DIMENSIONS = {"municipalities": "municipality", "groups": "group", "place_types": "place_type"}
"""What is named, by the table that says what there is."""


def dimension_of(table: str, column: str) -> str | None:
    """What a column of a table refers to or identifies; ``None`` where that is nothing with a name."""
    if DIMENSIONS.get(table) == column:
        return column
    return DIMENSIONS.get(KINDS[table].references.get(column, ""))


def distance(one: str, other: str) -> int:
    """Least number of letters to add, leave out or change to make one text of another.

    Examples
    --------
    >>> distance("Hof v. Twente", "Hof van Twente")
    2
    """
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, start=1):
        before, row[0] = row[0], count
        for at, opposite in enumerate(other, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != opposite))
    return row[-1]


def closest(text: str, known: Iterable[str]) -> list[tuple[int, str]]:
    """Names that look like a text, with their distance, the nearest first; at most three.

    Examples
    --------
    >>> closest("Hof v. Twente", ["Hof van Twente", "Hengelo"])
    [(2, 'Hof van Twente')]
    """
    found = sorted((distance(text.casefold(), name.casefold()), name) for name in known)
    return [each for each in found[:3] if each[0] <= max(2, len(text) // 3) and each[0] < len(text)]


@dataclass(frozen=True)
class Directory:
    """Names of one kind of thing.

    Parameters
    ----------
    dimension : str
        Such as ``"municipality"``.
    stated : dict
        The id that the mapping states for a text.
    merged : list of Merged
        Municipalities that are no longer there.
    ids : set of str
        Every id.
    called : dict of str to set of str
        Ids by name, in small letters.
    spelled : set of str
        Names as they are written.
    """

    dimension: str
    stated: Mapping[str, str] = field(default_factory=dict)
    merged: Sequence[Merged] = ()
    ids: set[str] = field(default_factory=set)
    called: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    spelled: set[str] = field(default_factory=set)

    def add(self, identifier: Any, names: Iterable[Any]) -> None:
        """Take up something with its names."""
        self.ids.add(str(identifier))
        for name in map(tidy, names):
            if name is not None:
                self.called[str(name).casefold()].add(str(identifier))
                self.spelled.add(str(name))

    def old(self, text: str) -> Merged | None:
        """The merger by which the municipality of this name is no longer there."""
        found = self._gone.get(text.casefold())
        return found and found[0]

    def origin(self, text: str) -> str:
        """The first name of the municipality of this name, which is no longer there."""
        return self._gone[text.casefold()][1]

    @cached_property
    def _gone(self) -> dict[str, tuple[Merged, str]]:
        """Merger and first name by every name; what is stated first goes before."""
        called = [
            (name.casefold(), (each, names[0]))
            for each in self.merged
            for names in each.old
            for name in names
        ]
        return dict(reversed(called))

    def meaning(self, text: str) -> tuple[str, str]:
        """The id that is meant, and how that is known.

        Returns
        -------
        tuple of str
            Id, and ``""`` (it is the id), ``"called"`` (the name) or ``"named"`` (the mapping states it).

        Raises
        ------
        ValueError
            If it is not known, or not which; it carries what and remedy.
        """
        for name, identifier in self.stated.items():
            if text.casefold() == name.casefold():
                return identifier, "named"
        if text in self.ids:
            return text, ""
        found = self.called.get(text.casefold(), set())
        if len(found) == 1:
            return next(iter(found)), "called"
        raise ValueError(*self._unknown(text, sorted(found)))

    def problem(self, table: str, column: str, text: str, reason: ValueError) -> Problem:
        """What is wrong with a text that means nothing, without its place."""
        what, remedy = reason.args
        why = f"A number that belongs to no {self.dimension.replace('_', ' ')} cannot be divided."
        return Problem("unknown-name", what, why, remedy, table, column=column, value=text)

    def _unknown(self, text: str, several: list[str]) -> tuple[str, str]:
        thing = self.dimension.replace("_", " ")
        state = f"Under [names.{self.dimension}] say which is meant"
        if several:
            return f"{len(several)} are called {text}.", f"{state}: one of {', '.join(several)}."
        near = closest(text, {*self.spelled, *self.ids})
        said = ", ".join(f"{name} ({away} different)" for away, name in near)
        hint = f"Letters that differ: {said}." if near else "None is called alike."
        ids = [next(iter(self.called.get(name.casefold(), {name}))) for _, name in near[:1]]
        example = f'"{text}" = "{ids[0]}"' if ids else f'"{text}" = its id'
        return f"There is no {thing} {text}. {hint}", f"{state}, if it is the same: {example}."
