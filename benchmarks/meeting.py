"""What a change at the table costs the server: the new division, the words and the pictures.

Run ``python benchmarks/meeting.py``. Every kind of change is made several times, each in its own place, and
taken back; what is measured is everything between a click and what the page is sent, without the page.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

from verdeling import read_instance
from verdeling.meeting.actions import ChooseKey, ChoosePolicy, EditTables, Undo
from verdeling.meeting.grids import edit_of, lines
from verdeling.meeting.page.pictures import bars, map_of
from verdeling.meeting.session import Session
from verdeling.meeting.telling import changes, conflict
from verdeling.meeting.terms import offered, weighed
from verdeling.meeting.wishes import agreed, renumbered

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.meeting.actions import Action

INSTANCES = Path(__file__).parents[1] / "instances"
POLICIES = ("maximin", "proportional", "gini", "equal-coverage", "utilitarian")


def weigh(session: Session, turn: int) -> Action:
    """Another weight in the key."""
    points = offered(session.outcome.instance, session.sheet.variant)
    moved = list(points)[1 + turn % (len(points) - 1)] if len(points) > 1 else next(iter(points))
    return ChooseKey(components=weighed({**points, moved: 20.0 + turn}))


def choose(session: Session, turn: int) -> Action:
    """Another policy."""
    return ChoosePolicy(policy=POLICIES[turn % len(POLICIES)])


def edit(table: str) -> Callable[[Session, int], Action]:
    """Another amount in a grid."""

    def changed(session: Session, turn: int) -> Action:
        found = lines(session.outcome.instance, table)
        line = found[7 * turn % len(found)]
        year, amount = next(iter(line.amounts.items()))
        return EditTables(edits=(edit_of(line, table, year, amount + 1),))

    return changed


def renumber(session: Session, turn: int) -> Action:
    """Another number in an agreement."""
    instance = session.outcome.instance
    row = instance["agreements"].iloc[turn % len(instance["agreements"])]
    return EditTables(edits=renumbered(instance, row["agreement"], 0.98 * row["value"]))


def agree(session: Session, turn: int) -> Action:
    """A new agreement that can be kept."""
    instance = session.outcome.instance
    town = instance["municipalities"]["municipality"].iloc[turn % len(instance["municipalities"])]
    return EditTables(edits=(agreed(instance, "places", ">=", 1 + turn, {"municipality": town}),))


def contradict(session: Session, turn: int) -> Action:
    """A new agreement that cannot be kept."""
    instance = session.outcome.instance
    town = instance["municipalities"]["municipality"].iloc[turn % len(instance["municipalities"])]
    wish = agreed(instance, "places", ">=", 10**6 + turn, {"municipality": town})
    return EditTables(edits=(wish,))


KINDS: dict[str, Callable[[Session, int], Action]] = {
    "weight in the key": weigh,
    "policy": choose,
    "needs": edit("needs"),
    "supply": edit("supply"),
    "number in an agreement": renumber,
    "new agreement": agree,
    "contradiction": contradict,
}
"""Kinds of changes: the action of a turn."""


def tell(session: Session) -> None:
    """What the page is sent."""
    if not session.outcome.possible:
        conflict(session.outcome, "nl")
        return
    assert session.before is not None
    assert session.shown is not None
    _ = session.shown.content("nl").headlines
    changes(session.before, session.shown, "nl")
    bars(session.before, session.shown, "nl")
    map_of(session.shown, "nl")


def measure(
    session: Session, kind: Callable[[Session, int], Action], turns: int
) -> list[tuple[float, float]]:
    """Seconds by the clock, and of the processor, of each turn."""
    found = []
    for turn in range(turns):
        action = kind(session, turn)
        clock, processor = time.perf_counter(), time.process_time()
        session.do(action)
        tell(session)
        found.append((time.perf_counter() - clock, time.process_time() - processor))
        session.do(Undo())
    return found


def main() -> None:
    """Print milliseconds for every kind of change."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--instance", default="enschede")
    parser.add_argument("--scenario", default=None)
    parser.add_argument("--turns", type=int, default=5)
    asked = parser.parse_args()
    session = Session(read_instance(INSTANCES / asked.instance), "leximin", asked.scenario, "nl")
    print("| change | least ms | median ms | most ms | of the processor, median ms |")
    print("|---|---|---|---|---|")
    for name, kind in KINDS.items():
        if name == "number in an agreement" and session.outcome.instance["agreements"].empty:
            continue
        clock, processor = zip(*measure(session, kind, asked.turns), strict=True)
        numbers = (min(clock), statistics.median(clock), max(clock), statistics.median(processor))
        print(f"| {name} | {' | '.join(f'{1000 * each:.0f}' for each in numbers)} |")


if __name__ == "__main__":
    main()
