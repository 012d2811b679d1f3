"""What is still free: how far each municipality's load can move with every goal of the policy still met."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.errors import Problem, VerdelingError, nearest
from verdeling.explaining.clock import deadline_of
from verdeling.explaining.freedom.held import Held, hold, refuse
from verdeling.explaining.freedom.ranges import Ranges, ranges_of
from verdeling.explaining.freedom.trades import TRADE_COLUMNS, find_trades
from verdeling.pursuit import OutOfTime
from verdeling.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from verdeling.solution import Solution

SLACK = 0.01
"""How much worse tie-breaks may be in the looser ranges, unless stated otherwise."""

RANGE_COLUMNS = ["loosened", "municipality", "name", "group", "value", "lowest", "highest"]
RANGE_COLUMNS += ["lowest_possible", "highest_possible", "freedom", "unit"]

_WHEN = {"lowest": 0, "highest": 1}


@dataclass(frozen=True, eq=False, repr=False)
class Room(Shown):
    """How far the numbers of a solution can move with every goal still met.

    Parameters
    ----------
    solution : Solution
        Whose numbers they are.
    ranges : DataFrame
        loosened (whether the tie-breaks may be worse), municipality, name, group (empty for the load),
        value (in the solution), lowest and highest (each attained by a plan that was verified),
        lowest_possible and highest_possible (nothing beyond them meets the goals; NaN where
        that was not asked before time ran out), freedom (``settled``, ``free`` or ``unknown``),
        unit.
    trades : DataFrame
        giver, taker (municipalities), most (in the unit of loads), freedom (``free``, or ``unknown``
        where a limited search decided nothing): who can hand at least one place to whom, all others
        carrying what they carry. In whole places one place is asked for. Where ``complete``, a pair
        that is not there cannot trade.
    loosened : DataFrame
        goal, measure, value, allowance, unit: the tie-breaks, and by how much each may be worse where
        ``ranges`` says ``loosened``.
    complete : bool
        Whether everything was asked before time ran out.
    """

    solution: Solution
    ranges: pd.DataFrame
    trades: pd.DataFrame
    loosened: pd.DataFrame
    complete: bool
    _plans: Mapping[tuple[bool, str, str, str], Mapping[str, pd.DataFrame]] = field(default_factory=dict)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, as copies."""
        return {name: getattr(self, name).copy() for name in ("ranges", "trades", "loosened")}

    def plan(
        self, municipality: str, end: str, *, group: str = "", loosened: bool = False
    ) -> dict[str, pd.DataFrame]:
        """The plan that attains an end of a range.

        Parameters
        ----------
        municipality, group : str
            As in ``ranges``.
        end : {"lowest", "highest"}
            Which end.
        loosened : bool
            Whether the tie-breaks may be worse.

        Returns
        -------
        dict of str to DataFrame
            placements, loads, waiting, builds, support, suppliers: as of a solution.

        Raises
        ------
        VerdelingError
            If there is no such range.
        """
        asked = (loosened, municipality, group, end)
        if asked not in self._plans:
            known = [" ".join(map(str, filter(None, each[1:]))) for each in self._plans]
            name = " ".join(filter(None, asked[1:]))
            problem = Problem(
                "unknown-range",
                f"There is no range {name}{' with the tie-breaks loosened' if loosened else ''}.",
                "A plan is kept for each end of each range.",
                nearest(name, known),
                value=name,
            )
            raise VerdelingError("The plan cannot be given.", [problem])
        return {name: table.copy() for name, table in self._plans[asked].items()}

    def __repr__(self) -> str:
        free = (self.ranges.loc[~self.ranges["loosened"].astype(bool), "freedom"] == "free").sum()
        return f"<Room of {self.solution!r}: {free} numbers are free>"


def room(
    solution: Solution,
    groups: bool = False,
    slack: float = SLACK,
    *,
    time_limit: float | None = None,
) -> Room:
    """How far the load of each municipality can move with every goal of the policy still met.

    Each end of a range is attained by a plan that was verified. In a fractional solution each end is
    proved by a linear program. In whole places a linear program says what is possible, and a limited
    search looks for a plan that attains it; where it finds none, ``lowest`` and
    ``lowest_possible`` (or ``highest`` and ``highest_possible``) differ, and the true end lies
    between them. Goals are held as `verdeling.solve` holds them, within its tolerance: a number
    that moves by less than 0.005 is settled. Under leximax in whole places a plan with the same
    values elsewhere is as good: plans are sought in which two exchange theirs, and what else may be so is
    not called settled. In fractions, decisions that a goal takes as a whole, such as who reaches a
    threshold, stay as they were taken.

    Parameters
    ----------
    solution : Solution
        In whole places or fractional; the ranges are of the same kind.
    groups : bool
        Whether to ask for the places of each group in each municipality as well.
    slack : float
        How much worse, relative to its value, each tie-break may be in the ranges that are marked
        ``loosened``; each at least one of its unit. Tie-breaks are totals of preference,
        moves, distance and cost at the end of the policy. With 0 there are no such ranges.
    time_limit : float, optional
        Seconds after which what was proved so far is given.

    Returns
    -------
    Room
        See its tables.

    Raises
    ------
    NoSolutionError
        If the solution has no numbers, or a time limit came before its goals were settled.
    VerdelingError
        If the slack or the time limit means nothing.
    SolverError
        If a plan does not verify, or the goals cannot be held where the solution has them.
    """
    refuse(solution, [*_slack_problems(slack)], time_limit)
    deadline = deadline_of(time_limit)
    try:
        held = hold(solution, deadline)
    except OutOfTime:
        return no_room(solution)
    with held.until(deadline):
        return room_of(held, groups, slack)


def room_of(held: Held, groups: bool = False, slack: float = SLACK) -> Room:
    """As `room`, where all goals are held already; see `Held.until` for a time limit."""
    return _Survey(held, groups=groups, slack=slack).room()


class _Survey:
    """Everything that is asked of held goals, as far as time allows."""

    def __init__(self, held: Held, *, groups: bool, slack: float) -> None:
        self.held, self.slack = held, slack if held.ties else 0.0
        self.exact = ranges_of(held, loads=True, groups=groups)
        self.looser: Ranges | None = None
        self.trades = pd.DataFrame(columns=TRADE_COLUMNS)

    def room(self) -> Room:
        complete = False
        with suppress(OutOfTime):
            complete = self._ask()
        stated = [self.exact] if self.looser is None else [self.exact, self.looser]
        tables = [_range_table(self.held, ranges, ranges is self.looser) for ranges in stated]
        plans: dict[tuple[bool, str, str, str], Mapping[str, pd.DataFrame]] = {}
        for ranges, table in zip(stated, tables, strict=True):
            plans |= dict(_plans(self.held, ranges, table))
        return Room(
            self.held.solution,
            pd.concat(tables, ignore_index=True),
            self._named_trades(),
            _loosened_table(self.held, self.slack),
            complete,
            plans,
        )

    def _ask(self) -> bool:
        """Ask everything, and say whether there was time for all trades."""
        self.exact.explore()
        self.exact = self.exact.copy()
        self.trades, complete = find_trades(self.exact)
        if self.slack and complete:
            standing, exact = self.held.loosen(self.slack), self.exact
            self.looser = Ranges(self.held, standing, exact.asked, exact.points, exact.own)
            self.looser.explore()
        return complete

    def _named_trades(self) -> pd.DataFrame:
        ids = self.held.model.data.ids["municipality"].to_numpy()
        sides = {side: ids[self.trades[side].to_numpy(np.int64)] for side in ("giver", "taker")}
        return self.trades.assign(**sides)


def _range_table(held: Held, ranges: Ranges, loosened: bool) -> pd.DataFrame:
    data = held.model.data
    towns = [number.municipality for number in ranges.asked]
    groups = [number.group for number in ranges.asked]
    names = data.ids["group"].to_numpy()
    lowest, highest = ranges.ends
    return pd.DataFrame(
        {
            "loosened": loosened,
            "municipality": data.ids["municipality"].to_numpy()[towns],
            "name": data.municipalities["name"].to_numpy()[towns],
            "group": [names[group] if group >= 0 else "" for group in groups],
            "value": ranges.own,
            "lowest": lowest,
            "highest": highest,
            "lowest_possible": np.minimum(ranges.possible[0], lowest),
            "highest_possible": np.maximum(ranges.possible[1], highest),
            "freedom": ranges.freedom,
            "unit": [load_unit(held.solution) if group < 0 else "places" for group in groups],
        },
        columns=RANGE_COLUMNS,
    )


def _plans(
    held: Held, ranges: Ranges, table: pd.DataFrame
) -> Iterator[tuple[tuple[bool, str, str, str], Mapping[str, pd.DataFrame]]]:
    """The verified plan of every end, each plan read once."""
    found: dict[int, Mapping[str, pd.DataFrame]] = {}
    keys = list(zip(table["loosened"], table["municipality"], table["group"], strict=True))
    for end, side in _WHEN.items():
        for key, plan in zip(keys, ranges.attained_by[side], strict=True):
            if plan not in found:
                tables = held.solution.tables if plan == 0 else held.tables(ranges.plans[plan - 1])
                found[plan] = {name: tables[name] for name in _TABLES}
            yield (*key, end), found[plan]


_TABLES = ("placements", "loads", "waiting", "builds", "support", "suppliers")


def _loosened_table(held: Held, slack: float) -> pd.DataFrame:
    rows = [
        (tie.aim.number, tie.aim.goal.measure, tie.value, tie.allowance(slack), tie.aim.vector.unit)
        for tie in held.ties
        if slack
    ]
    return pd.DataFrame(rows, columns=["goal", "measure", "value", "allowance", "unit"])


def no_room(solution: Solution) -> Room:
    """The answer when time ran out before the goals were settled again: the solution as it is."""
    loads = solution.loads
    ranges = loads[["municipality", "name"]].assign(
        loosened=False,
        group="",
        value=loads["load"],
        lowest=loads["load"],
        highest=loads["load"],
        lowest_possible=np.nan,
        highest_possible=np.nan,
        freedom="unknown",
        unit=load_unit(solution),
    )
    loosened = pd.DataFrame(columns=["goal", "measure", "value", "allowance", "unit"])
    trades = pd.DataFrame(columns=TRADE_COLUMNS)
    own = {name: solution.tables[name] for name in _TABLES}
    plans = {(False, town, "", end): own for town in loads["municipality"] for end in _WHEN}
    return Room(solution, ranges[RANGE_COLUMNS], trades, loosened, False, plans)


def load_unit(solution: Solution) -> str:
    """Loads count places where every group weighs nothing or one."""
    return "places" if solution.instance.tables["groups"]["burden"].isin([0, 1]).all() else "load"


def _slack_problems(slack: float) -> Iterator[Problem]:
    if not 0 <= slack < 1:
        yield Problem(
            "slack-out-of-range",
            f"The slack is {slack:g}.",
            "It is the part by which the last goals may be worse.",
            "Give a part from 0 (none) to below 1, for instance 0.01.",
            value=f"{slack:g}",
        )
