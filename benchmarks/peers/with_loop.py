"""The textbook's loop for leximax in PuLP, a program stated anew for each question.

``python with_loop.py FOLDER leximin``. In each round the highest load of those not yet settled is made as
low as possible; of each of them is then asked, with a program of its own, whether it can be lower still
while none of the others is above that level; those that cannot are settled there.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pulp
from region import Region, answer, read, slack
from with_pulp import Stated, minimise, placements, state

LOWER = 1e-7
"""A load that can be lower by no more than this is settled."""


class Held:
    """What was reached so far, and a program in which that is held, anew for each question."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.waiting: dict[int, float] = {}
        self.levels: dict[str, float] = {}

    def waiting_of(self, stated: Stated, priority: int) -> pulp.LpAffineExpression:
        """Waiting of the groups with a priority."""
        priorities = self.region.groups["priority"]
        return pulp.lpSum(
            variable for key, variable in stated.waiting.items() if priorities[key[0]] == priority
        )

    def state(self) -> Stated:
        """A program with everything held that was reached."""
        stated = state(self.region)
        for priority, value in self.waiting.items():
            stated.problem += self.waiting_of(stated, priority) <= value + slack(value)
        for j, level in self.levels.items():
            stated.problem += stated.load[j] <= (level + slack(level)) * self.region.task[j]
        return stated

    @property
    def free(self) -> list[str]:
        """Municipalities whose load is not settled."""
        return [j for j in self.region.task.index if j not in self.levels]


def lowest_level(held: Held) -> float:
    """The level below which the loads that are not settled cannot all be."""
    stated = held.state()
    level = pulp.LpVariable("level", 0)
    for j in held.free:
        stated.problem += stated.load[j] <= level * held.region.task[j]
    return minimise(stated, level + 0)


def can_be_lower(held: Held, chosen: str, level: float) -> bool:
    """Whether one load can be below a level that none of the others exceeds."""
    stated = held.state()
    for j in held.free:
        stated.problem += stated.load[j] <= (level + slack(level)) * held.region.task[j]
    return minimise(stated, stated.load[chosen] * (1 / held.region.task[chosen])) < level - LOWER


def main(folder: str, task: str) -> None:
    """Least waiting per priority, each held, then the heaviest loads."""
    held = Held(read(Path(folder)))
    for priority in sorted(set(held.region.groups["priority"])):
        stated = held.state()
        held.waiting[priority] = minimise(stated, held.waiting_of(stated, priority))
    while held.free:
        level = lowest_level(held)
        settled = [j for j in held.free if not can_be_lower(held, j, level)]
        held.levels |= dict.fromkeys(settled, level)
    stated = held.state()
    minimise(stated, pulp.lpSum(stated.load.values()))
    levels = sorted(held.levels.values(), reverse=True)
    answer([*held.waiting.values(), *levels], placements(stated))


if __name__ == "__main__":
    main(*sys.argv[1:])
