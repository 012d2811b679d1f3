"""The municipalities that a key divides over, and their attributes, checked before anything is reckoned."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from verdeling.errors import PolicyError, Problem, nearest
from verdeling.keys.steps import Correction, Limit, PhaseIn, Round, Shift

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from verdeling.keys.data import Component, Key
    from verdeling.keys.steps import Step

_HEADLINE = "The key cannot be used with these municipalities."
_WORDS = {"municipality", "name", "region"}


class Use(NamedTuple):
    """Where a key uses an attribute, and what values have a meaning there."""

    attribute: str
    by: str
    least: float = 0.0
    open: bool = False


class Members:
    """The municipalities of a division.

    Parameters
    ----------
    table : DataFrame
        municipality, optionally name and region, and a numeric column per attribute.
    key : Key
        Gives the derived attributes.
    part : bool
        The table is a part of one that was checked already; who is named may be in another part.

    Attributes
    ----------
    ids, shown : list of str
        Ids, and what people call them: names where there are.

    Raises
    ------
    PolicyError
        If ids are missing or occur twice, an attribute is missing or has a value without a meaning,
        or the key names somebody who is not there. It carries every problem.
    """

    def __init__(self, table: pd.DataFrame, key: Key, *, part: bool = False) -> None:
        self.ids = _ids(table)
        self._table = table
        self.shown = _shown(table, self.ids)
        self._position = {str(each): at for at, each in enumerate(table["name"])} if "name" in table else {}
        self._position |= {each: at for at, each in enumerate(self.ids)}
        self._values: dict[str, npt.NDArray[np.float64]] = {}
        problems = _problems(self, key)
        if problems and not part:
            raise PolicyError(_HEADLINE, problems)

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, name: str) -> bool:
        return name in self._position

    @property
    def names(self) -> list[str]:
        """Ids and names by which a municipality can be named."""
        return list(self._position)

    def position(self, name: str) -> int:
        """Position of a municipality by its id or name."""
        return self._position[name]

    def mask(self, names: Sequence[str], where: str | None) -> npt.NDArray[np.bool_]:
        """Those named, and those for whom an attribute is not zero."""
        chosen = np.zeros(len(self), dtype=bool)
        chosen[[self.position(name) for name in names if name in self]] = True
        return chosen | (self[where] != 0) if where else chosen

    @property
    def numeric(self) -> list[str]:
        """Names of the attributes there are."""
        columns = self._table.columns.difference(list(_WORDS), sort=False)
        numeric = [str(name) for name in columns if pd.api.types.is_numeric_dtype(self._table[name])]
        return [*numeric, *(name for name in self._values if name not in numeric)]

    def __getitem__(self, attribute: str) -> npt.NDArray[np.float64]:
        if attribute not in self._values:
            self._values[attribute] = self._table[attribute].to_numpy(np.float64, na_value=np.nan)
        return self._values[attribute]

    def derive(self, name: str, values: npt.NDArray[np.float64]) -> None:
        """Add an attribute."""
        self._values[name] = values


def _shown(table: pd.DataFrame, ids: list[str]) -> list[str]:
    """What people call the municipalities; an id in brackets tells two of the same name apart."""
    if "name" not in table:
        return ids
    names = table["name"].fillna(table["municipality"]).astype(str)
    twice = names.duplicated(keep=False)
    pairs = zip(names, ids, twice, strict=True)
    return [f"{name} ({own})" if same else name for name, own, same in pairs]


def _ids(table: pd.DataFrame) -> list[str]:
    if "municipality" not in table:
        why = "Its column municipality says who is who."
        problem = Problem("no-municipality", "The table has no column municipality.", why, "Add it.")
        raise PolicyError(_HEADLINE, [problem])
    column = table["municipality"]
    bad = column.isna() | column.duplicated()
    if bad.any() or not len(table):
        shown = [str(each) for each in column[bad].unique()] or ["nobody"]
        problems = [
            Problem(
                "bad-municipality",
                f"Municipality {name} is missing, occurs twice or is not there at all.",
                "A task is divided over municipalities that each occur once.",
                "Give each municipality one row with its own id.",
                table="municipalities",
                column="municipality",
                value=name,
            )
            for name in shown
        ]
        raise PolicyError(_HEADLINE, problems)
    return [str(each) for each in column]


def _problems(members: Members, key: Key) -> list[Problem]:
    found = []
    for derived in key.derived:
        uses = [Use(name, derived.name, -np.inf) for name in derived.sum]
        uses += [Use(derived.per, derived.name, open=True)] if derived.per else []
        wrong = [problem for use in uses for problem in _wrong(members, use)]
        found += wrong
        values = np.full(len(members), 1.0)
        if not wrong:
            values = sum((factor * members[name] for name, factor in derived.sum.items()), np.zeros(1))
            values = values / members[derived.per] if derived.per else values
            values = np.clip(values, derived.least, derived.most)
        members.derive(derived.name, values)
    for use in dict.fromkeys(_uses(key)):
        found += _wrong(members, use)
    return list(dict.fromkeys([*found, *_unknown(members, key)]))


def _wrong(members: Members, use: Use) -> list[Problem]:
    if use.attribute not in members.numeric:
        what = f"{use.by} asks for the attribute {use.attribute!r}."
        why = "The table municipalities has no such numeric column."
        remedy = f"Add the column. {nearest(use.attribute, members.numeric)}"
        return [Problem("no-attribute", what, why, remedy, table="municipalities", column=use.attribute)]
    values = members[use.attribute]
    right = np.isfinite(values) & ((values > use.least) if use.open else (values >= use.least))
    said = "above zero" if use.open else "zero or more" if use.least == 0 else "a number"
    return [
        Problem(
            "bad-attribute",
            f"{use.attribute} of {members.ids[at]} is {values[at]:g}.",
            f"A share cannot follow from it: {use.by} asks for a value that is {said}.",
            "Mend the number, use another attribute, or derive one from it ([[derived]] with least).",
            table="municipalities",
            column=use.attribute,
            value=f"{values[at]:g}",
        )
        for at in np.flatnonzero(~right)
    ]


def _uses(key: Key) -> Iterator[Use]:
    for component in key.component:
        yield from _component_uses(component)
    for step in key.step:
        for attribute in step_attributes(step):
            yield Use(attribute, f"The step {step.label!r}")


def _component_uses(component: Component) -> Iterator[Use]:
    by = f"The component {component.label!r}" if component.name else "The key"
    if component.base:
        yield Use(component.base, by)
    least = -np.inf if component.scale == "range" else 0.0
    yield Use(component.attribute, by, least, component.scale == "inverse")


def step_attributes(step: Step) -> list[str]:
    """Attributes that a step looks at."""
    named: list[object] = []
    if isinstance(step, Limit):
        named = [step.attribute, step.share_of, step.where, step.exempt_where]
    elif isinstance(step, Correction):
        named = [*step.add, *step.deduct]
    elif isinstance(step, Shift):
        named = [step.mix]
    elif isinstance(step, PhaseIn):
        named = [step.today]
    flat = [list(each.values()) if isinstance(each, dict) else [each] for each in named if each]
    return [str(name) for names in flat for name in names]


def _unknown(members: Members, key: Key) -> Iterator[Problem]:
    named: list[tuple[str, str]] = []
    for step in key.step:
        if isinstance(step, Limit):
            named += [(step.label, name) for name in (*step.members, *step.exempt)]
        elif isinstance(step, Round) and step.residue_to:
            named += [(step.label, step.residue_to)]
    named += [("rounding", key.rounding.residue_to)] if key.rounding.residue_to else []
    named += [(trade.name, name) for trade in key.trade for name in trade.changes]
    for label, name in named:
        if name not in members:
            why = "There is no municipality with that id or name."
            yield Problem(
                "unknown-municipality",
                f"{label!r} names {name!r}.",
                why,
                nearest(name, members.names),
                value=name,
            )
