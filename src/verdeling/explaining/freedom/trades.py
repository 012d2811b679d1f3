"""Who can hand one place to whom, everybody else carrying what they carry, with every goal still met."""

from __future__ import annotations

from contextlib import suppress
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.explaining.freedom.exchanging import same_loads
from verdeling.formulation import minus
from verdeling.program import Objective
from verdeling.pursuit import OutOfTime
from verdeling.whole_places import WholePursuit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verdeling.explaining.freedom.held import Held
    from verdeling.explaining.freedom.ranges import Ranges
    from verdeling.program import Block, Floats, Integers

NEAR = 1e-7
"""How far the loads of others may move in a fractional trade, relative to ``max(1, |load|)``."""

MISSED = 1e-6
"""Loads that differ by no more than this in all, from those after a trade, are these."""

TRADE_COLUMNS = ["giver", "taker", "most", "freedom"]


def find_trades(ranges: Ranges) -> tuple[pd.DataFrame, bool]:
    """Pairs of municipalities that can trade a place one for one.

    Parameters
    ----------
    ranges : Ranges
        Explored, of loads first; plans that make a trade in whole places are added. The pursuit goes
        back to where all goals are held.

    Returns
    -------
    trades : DataFrame
        giver, taker (positions), most (the most that can be handed over; in whole places only one was
        asked for), freedom (``free``, or ``unknown`` where a limited search decided nothing).
    complete : bool
        Whether all were asked about before the deadline: then a pair that is not there cannot trade.
    """
    held = ranges.held
    terms = held.model.program.terms("load")
    towns, columns = terms["municipality"].to_numpy(), terms["column"].to_numpy()
    loads, ends = ranges.own[: len(towns)], ranges.possible[:, : len(towns)]
    pairs = [
        (giver, taker)
        for giver, taker in permutations(range(len(loads)), 2)
        if loads[giver] - 1 >= ends[0, giver] - NEAR and loads[taker] + 1 <= ends[1, taker] + NEAR
    ]
    held.pursuit.rewind(held.exact)
    search = _whole_trades if held.solution.whole else _trades
    found, complete = [], False
    with suppress(OutOfTime):
        for trade in search(ranges, columns, loads, pairs):
            found.append(trade)
        complete = True
    held.pursuit.rewind(held.exact)
    table = pd.DataFrame(found, columns=TRADE_COLUMNS)
    sides = {side: towns[table[side].to_numpy(np.int64)] for side in ("giver", "taker")}
    return table.assign(**sides), complete


def _trades(
    ranges: Ranges, columns: Integers, loads: Floats, pairs: list[tuple[int, int]]
) -> Iterator[tuple[int, int, float, str]]:
    """Each by a linear program: the most that the taker can carry more where the giver carries that less."""
    pursuit, program = ranges.held.pursuit, ranges.held.model.program
    terms = pd.DataFrame({"goal": 0, "column": columns, "coefficient": 1.0})
    total, room = loads.sum(), NEAR * np.maximum(1.0, loads)
    program.add_rows(
        "goal_trade",
        pd.DataFrame({"goal": [0]}),
        [terms],
        unit="load",
        lower=total - NEAR * max(1.0, total),
        upper=total + NEAR * max(1.0, total),
    )
    lower, upper = program.column_lower[columns], program.column_upper[columns]
    for giver, taker in pairs:
        program.column_lower[columns], program.column_upper[columns] = loads - room, loads + room
        program.column_lower[columns[giver]] = lower[giver]
        program.column_upper[columns[taker]] = upper[taker]
        most = -pursuit.minimise(Objective(columns[[taker]], np.array([-1.0]))).value - loads[taker]
        if most >= 1 - len(loads) * NEAR * max(1.0, total):
            yield giver, taker, round(most, 2), "free"


def _whole_trades(
    ranges: Ranges, columns: Integers, loads: Floats, pairs: list[tuple[int, int]]
) -> Iterator[tuple[int, int, float, str]]:
    """Each by the least that loads must differ from those after the trade: none where it can be made.

    A linear program may rule a trade out; a limited search looks for a plan.
    """
    held = ranges.held
    search, program = held.pursuit, held.model.program
    assert isinstance(search, WholePursuit)
    known = {tuple(np.round(values[: len(loads)], 6)) for values in ranges.known}
    search.rewind(ranges.wide)
    rows, objective = _add_misses(held)
    sought = []
    for giver, taker in pairs:
        wanted = np.round(loads)
        wanted[[giver, taker]] += [-1, 1]
        program.row_lower[rows.positions] = program.row_upper[rows.positions] = wanted
        if tuple(wanted) in known:
            yield giver, taker, 1.0, "free"
        elif search.minimise(objective).value <= MISSED:
            sought.append((giver, taker, wanted))
    search.rewind(held.exact)
    rows, objective = _add_misses(held)
    standing = search.stand()
    for giver, taker, wanted in sought:
        program.row_lower[rows.positions] = program.row_upper[rows.positions] = wanted
        missed = held.point[columns] - wanted
        search.incumbent = np.concatenate([held.point, np.maximum(missed, 0), np.maximum(-missed, 0)])
        search.settle(objective)
        best, gap, plan = objective.value(search.incumbent), search.gap, search.incumbent[: held.size]
        search.rewind(standing)
        if best <= MISSED:
            ranges.add(plan)
        if best - gap <= MISSED or (ranges.exchanges and same_loads(held, wanted)):
            yield giver, taker, 1.0, "free" if best <= MISSED else "unknown"


def _add_misses(held: Held) -> tuple[Block, Objective]:
    """Rows that say what each load is, but for what it is over or under; and the sum of these to minimise."""
    program, terms = held.model.program, held.model.program.terms("load")
    index = terms[["municipality"]]
    counted = bool((held.solution.instance.tables["groups"]["burden"] % 1 == 0).all())
    over = program.add_columns("goal_over", index, unit="load", whole=counted)
    under = program.add_columns("goal_under", index, unit="load", whole=counted)
    rows = program.add_rows("goal_trade", index, [terms, minus(over), under], unit="load")
    columns = np.concatenate([over["column"].to_numpy(), under["column"].to_numpy()])
    return rows, Objective(columns, np.ones(len(columns)))
