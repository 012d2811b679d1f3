"""Dividing by a key alone: whole places that add up, with the effect of each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.errors import PolicyError, Problem
from verdeling.exchange import changes, trade_problems
from verdeling.key_files import read_key
from verdeling.keys.attributes import Members
from verdeling.keys.classes import totals_of
from verdeling.keys.data import Component, Key
from verdeling.keys.reckoning import Reckoning, reckon, whole_amounts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from verdeling.keys.data import Rounding, Trade

    Matrix = npt.NDArray[np.float64]
    Whole = npt.NDArray[np.int64]

_REFUSED = "The task cannot be divided."


@dataclass(frozen=True, eq=False)
class Division:
    """Whole places per municipality, and how they came about.

    Parameters
    ----------
    members : tuple of str
        Ids of the municipalities in the order of the table.
    classes : tuple of str
        Names of the classes; one empty name where there are none.
    totals : tuple of int
        What was to be divided, by class, corrections included.
    places : array of int
        By municipality and class.
    trail : tuple of (str, array)
        Label of each step and the amounts after it, by municipality and class.
    notes : tuple of str
        What a reader should know, for instance by how much rounding up exceeds the total.
    """

    members: tuple[str, ...]
    classes: tuple[str, ...]
    totals: tuple[int, ...]
    places: Whole
    trail: tuple[tuple[str, Matrix], ...]
    notes: tuple[str, ...]

    @property
    def total(self) -> int:
        """What was to be divided over all classes, corrections included."""
        return sum(self.totals)

    @property
    def excess(self) -> dict[str, int]:
        """Places divided above (below zero: short of) the total, by class."""
        divided = self.places.sum(axis=0).tolist()
        return {name: got - due for name, got, due in zip(self.classes, divided, self.totals, strict=True)}

    @property
    def table(self) -> pd.DataFrame:
        """municipality, class (only where there are classes), places."""
        return self._tidy({"places": self.places})

    @property
    def steps(self) -> pd.DataFrame:
        """municipality, class (only where there are classes), step, effect (places), running (places).

        A component's effect is what it gives; effects of a municipality add up to its places.
        """
        before, tables = np.zeros(self.places.shape), []
        for label, after in self.trail:
            tables.append(self._tidy({"step": label, "effect": after - before, "running": after}))
            before = after
        rows = np.arange(self.places.size * len(tables)).reshape(len(tables), -1).T.ravel()
        return pd.concat(tables, ignore_index=True).iloc[rows].reset_index(drop=True)

    def _tidy(self, values: Mapping[str, str | Matrix | Whole]) -> pd.DataFrame:
        wide = len(self.classes)
        table = pd.DataFrame({"municipality": np.repeat(np.array(self.members, object), wide)})
        if self.classes != ("",):
            table["class"] = np.tile(np.array(self.classes, object), len(self.members))
        for name, value in values.items():
            table[name] = value if isinstance(value, str) else value.ravel()
        return table


def divide(
    total: int | Mapping[str, int] | None,
    municipalities: pd.DataFrame,
    key: Key | str | Path,
    *,
    year: int | None = None,
) -> Division:
    """Divide a total over municipalities by a key.

    Parameters
    ----------
    total : int, mapping of str to int, or None
        Places, or places by class. None: what the key states.
    municipalities : DataFrame
        municipality, optionally name, and a numeric column for each attribute that the key uses. All
        of them divide one total; a column region has no meaning here.
    key : Key, str or Path
        A key, a name in ``models/keys/``, or the path of a ``.toml`` file.
    year : int, optional
        Year of a phase-in, in the place of the one that the key states.

    Returns
    -------
    Division
        Whole places. They add up to the total unless the key rounds up, down or to the nearest;
        ``excess`` and ``notes`` say what that costs.

    Raises
    ------
    PolicyError
        If the key cannot be read, does not fit the municipalities or the total, or a step is
        impossible. It carries every problem of its kind.

    Examples
    --------
    >>> towns = pd.DataFrame({"municipality": ["G", "M", "K"], "population": [40, 40, 20]})
    >>> divide(40, towns, "population").table["places"].tolist()
    [16, 16, 8]
    """
    stated = read_key(key)
    totals = totals_of(total, stated)
    members = Members(municipalities, stated)
    reckoning = reckon(members, stated, {name: float(each) for name, each in totals.items()}, year=year)
    places = _whole(reckoning, stated.rounding)
    trail = [*reckoning.trail, ("rounding", places.astype(np.float64))]
    due = tuple(round(float(each)) for each in reckoning.totals)
    notes = _notes(reckoning, places, due, stated.rounding)
    plain = Division(tuple(members.ids), tuple(totals), due, places, tuple(trail), tuple(notes))
    return _traded(plain, members, stated.trade)


def divide_years(
    totals: Mapping[int, int | Mapping[str, int]], municipalities: pd.DataFrame, key: Key | str | Path
) -> pd.DataFrame:
    """Divide the total of each of several years; a phase-in moves one year on with each.

    Parameters
    ----------
    totals : mapping of int to int, or to mapping of str to int
        Places by calendar year, or by year and class. The first year is year 1 of a phase-in.
    municipalities : DataFrame
        As for `divide`.
    key : Key, str or Path
        As for `divide`.

    Returns
    -------
    DataFrame
        year, municipality, class (only where there are classes), places. Each year adds up.

    Raises
    ------
    PolicyError
        As for `divide`.
    """
    stated, first = read_key(key), min(totals, default=0)
    tables = [
        divide(totals[year], municipalities, stated, year=year - first + 1).table.assign(year=year)
        for year in sorted(totals)
    ]
    if not tables:
        return divide(0, municipalities, stated).table.assign(year=0).iloc[:0]
    table = pd.concat(tables, ignore_index=True)
    return table[["year", *table.columns.drop("year")]]


def exchange(division: Division, municipalities: pd.DataFrame, trades: Sequence[Trade]) -> Division:
    """Let municipalities trade parts of their targets; the sum of each class stays.

    Parameters
    ----------
    division : Division
        What the key gives.
    municipalities : DataFrame
        The table that was divided over; its names can be used in trades beside its ids.
    trades : sequence of Trade
        Agreements on top of the key.

    Returns
    -------
    Division
        With a step for each trade.

    Raises
    ------
    PolicyError
        If a trade does not add up to zero, names somebody who is not there, or leaves somebody with
        fewer than no places.
    """
    key = Key(component=(Component(attribute="_trade"),), trade=tuple(trades))
    return _traded(division, Members(municipalities.assign(_trade=1.0), key), key.trade)


def _traded(division: Division, members: Members, trades: Sequence[Trade]) -> Division:
    problems = trade_problems(trades, division.classes)
    if problems:
        raise PolicyError(_REFUSED, problems)
    places, trail = division.places.copy(), list(division.trail)
    for trade in trades:
        places = places + changes(trade, members, division.classes)
        trail.append((trade.name, places.astype(np.float64)))
    short = np.argwhere(places < 0)
    if len(short):
        raise PolicyError(_REFUSED, [_too_few(division, places, at, name) for at, name in short])
    return Division(division.members, division.classes, division.totals, places, tuple(trail), division.notes)


def _too_few(division: Division, places: Whole, at: int, name: int) -> Problem:
    return Problem(
        "traded-too-much",
        f"After the trades {division.members[at]} has {places[at, name]} places"
        + (f" in class {division.classes[name]}." if division.classes[name] else "."),
        "Nobody can give away more than its target.",
        "Trade less.",
        value=division.members[at],
    )


def _whole(reckoning: Reckoning, rounding: Rounding) -> Whole:
    amounts = reckoning.amounts
    _refuse_negative(reckoning)
    totals = [round(float(each)) for each in reckoning.totals]
    if rounding.margins == "both" and len(totals) > 1:
        from verdeling.rounding import round_table

        return round_table(pd.DataFrame(amounts), column_totals=totals).to_numpy(np.int64)
    to = reckoning.members.position(rounding.residue_to) if rounding.residue_to else None
    columns = [whole_amounts(amounts[:, at], total, rounding.rule, to) for at, total in enumerate(totals)]
    return np.column_stack(columns).astype(np.int64)


def _refuse_negative(reckoning: Reckoning) -> None:
    amounts = np.where(np.abs(reckoning.amounts) < 1e-9, 0.0, reckoning.amounts)
    reckoning.amounts = amounts
    problems = [
        Problem(
            "below-zero",
            f"{reckoning.members.ids[at]} gets {amounts[at, name]:.10g}"
            + (f" in class {reckoning.classes[name]}." if reckoning.classes[name] else "."),
            "What was already done, or a trade, takes more than the key gives.",
            "Add a floor with number = 0 after the correction: the others then share what is too much.",
            value=reckoning.members.ids[at],
        )
        for at, name in np.argwhere(amounts < 0)
    ]
    if problems:
        raise PolicyError(_REFUSED, problems)


def _notes(reckoning: Reckoning, places: Whole, due: tuple[int, ...], rounding: Rounding) -> list[str]:
    notes = []
    for at, name in enumerate(reckoning.classes):
        of = f" of {name}" if name else ""
        fraction = float(reckoning.totals[at]) - due[at]
        if abs(fraction) > 1e-6:
            notes.append(f"The corrected total{of} is {reckoning.totals[at]:.10g}; {due[at]} is divided.")
        over = int(places[:, at].sum()) - due[at]
        if over:
            word = "above" if over > 0 else "below"
            notes.append(
                f"Rounding {rounding.rule} divides {due[at] + over}{of}: "
                f"{abs(over)} {word} the total of {due[at]}."
            )
    return notes
