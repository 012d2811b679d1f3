"""Dividing by a key alone: whole places that add up, with the effect of each step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from verdeling.dividing.exchange import changes, trade_problems
from verdeling.dividing.key_files import municipalities_of, read_key
from verdeling.errors import PolicyError, Problem
from verdeling.keys.attributes import Members
from verdeling.keys.classes import totals_of
from verdeling.keys.data import Component, Key
from verdeling.keys.reckoning import Reckoning, below_zero, reckon, whole_amounts
from verdeling.keys.stages import Stage
from verdeling.rounding import round_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from verdeling.instance import Instance
    from verdeling.keys.data import Rounding, Trade

    Matrix = npt.NDArray[np.float64]
    Whole = npt.NDArray[np.int64]

_REFUSED = "The task cannot be divided."


class Note(NamedTuple):
    """Something to know about a division.

    Parameters
    ----------
    kind : str
        ``corrected``: corrections changed the total. ``fraction``: the corrected total is no whole
        number. ``above``, ``below``: rounding each by itself misses the total.
    class_ : str
        The class; empty where there are none.
    total, divided : float
        What was to be divided, and what is.
    rule : str
        The rule of rounding, where that is why.
    """

    kind: str
    class_: str
    total: float
    divided: float
    rule: str = ""


@dataclass(frozen=True, eq=False)
class Division:
    """Whole places per municipality, and how they came about.

    Parameters
    ----------
    members : tuple of str
        Ids of the municipalities in the order of the table.
    names : tuple of str
        What people call them.
    classes : tuple of str
        Names of the classes; one empty name where there are none.
    totals : tuple of int
        What was to be divided, by class, corrections included.
    places : array of int
        By municipality and class.
    trail : tuple of Stage
        Amounts after each component, step, rounding and trade.
    notes : tuple of Note
        What a reader should know, for instance by how much rounding up exceeds the total.
    """

    members: tuple[str, ...]
    names: tuple[str, ...]
    classes: tuple[str, ...]
    totals: tuple[int, ...]
    places: Whole
    trail: tuple[Stage, ...]
    notes: tuple[Note, ...]

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
    def effects(self) -> list[tuple[Stage, Matrix]]:
        """Places that each stage gives or takes, by municipality and class: they add up to `places`."""
        before = [np.zeros(self.places.shape), *(stage.amounts for stage in self.trail[:-1])]
        return [(stage, stage.amounts - than) for stage, than in zip(self.trail, before, strict=True)]

    @property
    def steps(self) -> pd.DataFrame:
        """municipality, class (only where there are classes), step, effect (places), running (places).

        A component's effect is what it gives; effects of a municipality add up to its places.
        """
        tables = [
            self._tidy({"step": stage.label, "effect": effect, "running": stage.amounts})
            for stage, effect in self.effects
        ]
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
    municipalities: pd.DataFrame | Instance,
    key: Key | str | Path,
    *,
    year: int | None = None,
) -> Division:
    """Divide a total over municipalities by a key.

    Parameters
    ----------
    total : int, mapping of str to int, or None
        Places, or places by class. None: what the key states.
    municipalities : DataFrame or Instance
        municipality, optionally name, and a numeric column for each attribute that the key uses. All
        of them divide one total; a column region has no meaning here. Of an instance: its
        municipalities, with its table ``fair_shares`` as the attribute ``fair_share``.
    key : Key, str or Path
        A key, a name in ``models/keys/``, or the path of a ``.toml`` file.
    year : int, optional
        Year of a phase-in (0 is today), in the place of the one that the key states.

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
    reckoning = begin(total, municipalities, stated, year)
    return finish(reckoning, stated, _whole(reckoning, stated.rounding))


def begin(
    total: int | Mapping[str, int] | None,
    municipalities: pd.DataFrame | Instance,
    key: Key,
    year: int | None,
) -> Reckoning:
    """Carry out a key up to its final rounding; parameters and errors are those of `divide`.

    Returns
    -------
    Reckoning
        Amounts that are not negative.
    """
    totals = totals_of(total, key)
    if year is not None and year < 0:
        what, why = f"The year is {year}.", "A phase-in begins in year 0, which is today."
        raise PolicyError(
            _REFUSED, [Problem("bad-year", what, why, "Give a year from 0 up.", value=str(year))]
        )
    members = Members(municipalities_of(municipalities), key)
    reckoning = reckon(members, key, {name: float(each) for name, each in totals.items()}, year=year)
    problems = below_zero(reckoning, "rounding")
    if problems:
        raise PolicyError(_REFUSED, problems)
    return reckoning


def finish(reckoning: Reckoning, key: Key, places: Whole) -> Division:
    """The division that whole places make, trades of the key included.

    Parameters
    ----------
    reckoning : Reckoning
        How the places came about.
    key : Key
        What was carried out.
    places : array of int
        By municipality and class.

    Returns
    -------
    Division

    Raises
    ------
    PolicyError
        If a trade is impossible.
    """
    members, due = reckoning.members, tuple(whole_totals(reckoning))
    rounded = Stage("rounding", "", "", places.astype(np.float64))
    plain = Division(
        members=tuple(members.ids),
        names=tuple(members.shown),
        classes=tuple(reckoning.classes),
        totals=due,
        places=places,
        trail=(*reckoning.trail, rounded),
        notes=tuple(_notes(reckoning, places, due, key.rounding.rule)),
    )
    return _traded(plain, members, key.trade)


def whole_totals(reckoning: Reckoning) -> list[int]:
    """What is divided, by class: totals after corrections, to the nearest."""
    return [round(float(total)) for total in reckoning.totals]


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
        trail.append(Stage.of("trade", trade, places.astype(np.float64)))
    short = np.argwhere(places < 0)
    if len(short):
        raise PolicyError(_REFUSED, [_too_few(division, places, at, name) for at, name in short])
    return replace(division, places=places, trail=tuple(trail))


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
    classes = range(len(reckoning.classes))
    if rounding.margins == "both" and len(classes) > 1:
        return both_margins(reckoning, reckoning.amounts, whole_totals(reckoning))
    columns = [whole_amounts(reckoning, at, rounding.rule, rounding.residue_to) for at in classes]
    return np.column_stack(columns)


def both_margins(reckoning: Reckoning, amounts: Matrix, totals: list[int]) -> Whole:
    """Controlled rounding of amounts by municipality and something else, with the totals of the latter."""
    order = reckoning.order
    places = np.empty(amounts.shape, dtype=np.int64)
    places[order] = round_table(pd.DataFrame(amounts[order]), column_totals=totals).to_numpy(np.int64)
    return places


def _notes(reckoning: Reckoning, places: Whole, due: tuple[int, ...], rule: str) -> list[Note]:
    notes = []
    for at, name in enumerate(reckoning.classes):
        asked, corrected = float(reckoning.asked[at]), float(reckoning.totals[at])
        divided = int(places[:, at].sum())
        if corrected != asked:
            notes.append(Note("corrected", name, asked, corrected))
        if abs(corrected - due[at]) > 1e-6:
            notes.append(Note("fraction", name, corrected, due[at]))
        if divided != due[at]:
            notes.append(Note("above" if divided > due[at] else "below", name, due[at], divided, rule))
    return notes
