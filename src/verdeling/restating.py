"""A program stated again with other data or fair shares: what was made of the same is taken over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

import numpy as np
import pandas as pd

from verdeling.clauses import Clause
from verdeling.formulation import Model

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.formulation import Shares, Stated
    from verdeling.numbering import Numbered
    from verdeling.policy import Policy
    from verdeling.program import Part

    T = TypeVar("T")
    P = ParamSpec("P")


class Stating:
    """States a program part by part, and notes which data each part was made of.

    A part that an earlier statement made is taken over where all data and fair shares that it looked at
    are the same, and the columns before it are: parts refer to columns by their positions.

    Parameters
    ----------
    model : Model
        Its program is stated.
    policy : Policy
        Whose fair shares the model has.
    earlier : Stating, optional
        A statement of the same parts, perhaps under another policy.
    """

    def __init__(self, model: Model, policy: Policy, earlier: Stating | None = None) -> None:
        self.model, self.policy = model, policy
        self.made: dict[str, Made] = {}
        self._same: dict[str, bool] = {}
        self._earlier = earlier
        self.derived: dict[str, Derived] = {}
        self._watched = _Watched(model.data, self._derive)
        shares = cast("Shares", _WatchedShares(self._watched, model.shares))
        self._watching = _WatchedModel(cast("Numbered", self._watched), shares, model.program)
        self._columns = 0

    def make(
        self, name: str, function: Callable[Concatenate[Model, P], T], *how: P.args, **also: P.kwargs
    ) -> T:
        """What a function makes of the model, for which it may add columns and rows.

        Parameters
        ----------
        name : str
            Tells parts apart.
        function : callable
            Looks at nothing but the model, and at the program for its columns alone.
        *how, **also
            What else it takes; always the same under a name.
        """
        program = self.model.program
        self._columns = program.column_count
        known = None if self._earlier is None else self._earlier.made.get(name)
        if known is not None and self._stands_alike(known):
            program.add_part(known.part)
            made = known
        else:
            before, self._watched.notes = program.mark(), [set()]
            result = function(self._watching, *how, **also)
            made = Made(frozenset(self._watched.notes[0]), program.added_since(before), result)
            if made.part.column_blocks if known is None else not known.part.same_columns(made.part):
                self._earlier = None
        self.made[name] = made
        return cast("T", made.result)

    def _stands_alike(self, known: Made) -> bool:
        """Whether a part would be made of the same, and after the same columns."""
        columns = self.model.program.column_count
        return known.part.shape[0] == columns and all(map(self._unchanged, known.seen))

    def _derive(self, name: str, make: Callable[[], object], of: object = None) -> object:
        """What the model makes once of its data, and of something else; notes say which data these were."""
        notes = self._watched.notes
        if name not in self.derived:
            known = None if self._earlier is None else self._earlier.derived.get(name)
            if known is None or not self._holds(known, of):
                notes.append(set())
                value = make()
                if name in _COMPARED and known is not None and _alike(known.value, value):
                    value = known.value
                known = Derived(notes.pop(), of, self._columns, value)
            self.derived[name] = known
            if name in _DERIVED:
                vars(self.model)[name] = known.value  # where a cached property keeps what it made
        notes[-1] |= {f"{_MODEL}{name}"} if name in _COMPARED else self.derived[name].seen
        return self.derived[name].value

    def _holds(self, known: Derived, of: object) -> bool:
        """Whether what was derived earlier would be derived again."""
        settled = known.columns == self._columns == self.model.program.column_count
        return settled and _alike(known.of, of) and all(map(self._unchanged, known.seen))

    def _unchanged(self, name: str) -> bool:
        assert self._earlier is not None
        if name.startswith(_MODEL):
            name = name.removeprefix(_MODEL)
            return getattr(self._watching, name) is self._earlier.derived[name].value
        if name not in self._same:
            self._same[name] = _alike(*(_get(each.model, name) for each in (self._earlier, self)))
        return self._same[name]


@dataclass(frozen=True)
class Made:
    """What a function made: the names of the data that it looked at, what it added, and what it gave."""

    seen: frozenset[str]
    part: Part
    result: object


@dataclass(frozen=True)
class Derived:
    """What was derived: the names of the data looked at, what else it was made of, after how many columns."""

    seen: set[str]
    of: object
    columns: int
    value: object


class _Watched:
    """Stands in for numbered data, and notes what is looked at."""

    def __init__(self, data: Numbered, derive: Callable[..., object]) -> None:
        self.data, self.derive = data, derive
        self.notes: list[set[str]] = [set()]

    def __getattr__(self, name: str) -> object:
        if name == "instance":
            return _WatchedInstance(self)
        if name == "ids":
            return _WatchedIds(self)
        self.notes[-1].add(name)
        return getattr(self.data, name)


class _WatchedModel(Model):
    """A model of data that are watched."""

    def __getattribute__(self, name: str) -> Any:
        if name not in _DERIVED:
            return super().__getattribute__(name)
        watched = cast("_Watched", self.data)
        return watched.derive(name, lambda: super(_WatchedModel, self).__getattribute__(name))

    def of_family(self, name: str) -> Stated:
        watched = cast("_Watched", self.data)
        stated = watched.derive(f"rows of {name}", partial(super().of_family, name))
        return cast("Stated", stated)

    def of_each_clause(self, make: Callable[[Model, Clause], T]) -> list[T]:
        watched = cast("_Watched", self.data)
        return [
            cast("T", watched.derive(f"of {clause.agreement}", partial(make, self, clause), clause))
            for clause in self.clauses
        ]


_DERIVED = {name for name, value in vars(Model).items() if isinstance(value, cached_property)}
"""What a model makes of its data when that is first looked at."""


class _WatchedShares:
    """Stands in for the fair shares, of which task after task is looked at."""

    def __init__(self, watched: _Watched, shares: Shares) -> None:
        self._watched, self._shares = watched, shares

    def __getattr__(self, task: str) -> object:
        self._watched.notes[-1].add(f"{_SHARES}{task}")
        return getattr(self._shares, task)


class _WatchedInstance:
    """Stands in for the instance, of which the tables are looked at."""

    def __init__(self, watched: _Watched) -> None:
        self._watched = watched

    @property
    def tables(self) -> _WatchedInstance:
        return self

    def __getitem__(self, table: str) -> pd.DataFrame:
        self._watched.notes[-1].add(f"{_TABLE}{table}")
        return self._watched.data.instance.tables[table]


class _WatchedIds:
    """Stands in for the ids, of which dimension after dimension is looked at."""

    def __init__(self, watched: _Watched) -> None:
        self._watched = watched

    def __getitem__(self, dimension: str) -> pd.Index:
        self._watched.notes[-1].add(f"{_IDS}{dimension}")
        return self._watched.data.ids[dimension]


_COMPARED = ("named_suppliers",)
"""What is compared itself, and not by its data: it is little, and often stays when they change."""

_TABLE, _IDS, _SHARES, _MODEL = "tables.", "ids.", "shares.", "model."


def _get(model: Model, name: str) -> object:
    data = model.data
    if name.startswith(_SHARES):
        return getattr(model.shares, name.removeprefix(_SHARES))
    if name.startswith(_TABLE):
        return data.instance.tables[name.removeprefix(_TABLE)]
    return data.ids[name.removeprefix(_IDS)] if name.startswith(_IDS) else getattr(data, name)


def _alike(one: Any, other: Any) -> bool:
    """Whether two data are the same; what cannot be compared is not."""
    if one is other:
        return True
    if isinstance(one, pd.DataFrame | pd.Index):
        return bool(one.equals(other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, Clause):
        return isinstance(other, Clause) and _alike(vars(one), vars(other))
    return isinstance(one, int | float | str | tuple | None) and one == other
