"""Trades between municipalities: parts of targets change hands, and the sum stays the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from verdeling.keys.attributes import Members
    from verdeling.keys.data import Trade


def trade_problems(trades: Sequence[Trade], classes: Sequence[str]) -> list[Problem]:
    """What keeps trades from being carried out.

    Parameters
    ----------
    trades : sequence of Trade
        In any order.
    classes : sequence of str
        Names of the classes; one empty name where there are none.

    Returns
    -------
    list of Problem
        Trades that do not add up to zero, with the amounts, and trades in a class that is not there.
    """
    problems = []
    for trade in trades:
        net = sum(trade.changes.values())
        if net:
            listed = ", ".join(f"{name} {places:+d}" for name, places in trade.changes.items())
            problems.append(
                Problem(
                    "trade-not-zero",
                    f"The trade {trade.name!r} adds up to {net:+d}: {listed}.",
                    "Municipalities may exchange parts of their targets as long as the sum stays the same.",
                    "Let somebody take what another gives.",
                    value=f"{net:+d}",
                )
            )
        if trade.class_ not in classes:
            what = f"The trade {trade.name!r} is about the class {trade.class_!r}."
            remedy = f"Name one of: {', '.join(classes)}." if classes[0] else "Leave the class out."
            why = "Places are traded within a class that is divided."
            problems.append(Problem("class-without-total", what, why, remedy, value=trade.class_))
    return problems


def changes(trade: Trade, members: Members, classes: Sequence[str]) -> npt.NDArray[np.int64]:
    """Places more or less, by municipality and class.

    Parameters
    ----------
    trade : Trade
        Adds up to zero.
    members : Members
        Whose places.
    classes : sequence of str
        Names of the classes.

    Returns
    -------
    array
        Zero but for who trades.
    """
    table = np.zeros((len(members), len(classes)), dtype=np.int64)
    for name, places in trade.changes.items():
        table[members.position(name), classes.index(trade.class_)] += places
    return table
