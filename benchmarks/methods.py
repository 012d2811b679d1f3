"""Which method solves a large linear program: simplex, interior point or first-order, by size.

Run ``python benchmarks/methods.py``. Each program is one region under leximin; what is minimised is all
that is waited, from nothing. ``--chain`` adds all goals, the first program of which is solved by
simplex or by the interior point. Seconds are of the processor; HiGHS has one thread.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np

from verdeling import Size, generate, solve
from verdeling.measures import MEASURES
from verdeling.policy import read_policy
from verdeling.solvers.mirror import Mirror
from verdeling.statement import state

if TYPE_CHECKING:
    from verdeling import Instance
    from verdeling.program import Floats, Objective, Program

WAYS: dict[str, dict[str, object]] = {
    "dual simplex": {"solver": "simplex", "simplex_strategy": 1},
    "primal simplex": {"solver": "simplex", "simplex_strategy": 4},
    "interior point": {"solver": "ipx"},
    "interior, no crossover": {"solver": "ipx", "run_crossover": "off"},
    "first-order": {"solver": "pdlp", "run_crossover": "off", "kkt_tolerance": 1e-6},
    "first-order, crossover": {"solver": "pdlp", "run_crossover": "off", "kkt_tolerance": 1e-6},
}
"""Options of HiGHS by the name of the way; a first-order method begins a crossover when it has ended."""


@dataclass(frozen=True)
class Ran:
    """What a way came to: seconds, how it ended, the value, and how far a bound is missed at most."""

    seconds: float
    status: str
    value: float
    missed: float


def instance_of(towns: int, groups: int, place_types: int, years: int) -> Instance:
    """One region of so many municipalities."""
    return generate(Size(1, towns, groups, place_types, years), seed=1).in_scenario()


def ran(program: Program, objective: Objective, way: str, limit: float) -> Ran:
    """Minimise an objective one way, from nothing."""
    mirror = Mirror(program)
    mirror.update(objective)
    for option, value in {**WAYS[way], "time_limit": limit}.items():
        mirror.model.setOptionValue(option, value)
    began = time.process_time()
    mirror.model.run()
    if way == "first-order, crossover":
        mirror.model.crossover(mirror.model.getSolution())
        mirror.model.setOptionValue("solver", "simplex")
        mirror.model.run()
    seconds = time.process_time() - began
    point = np.array(mirror.model.getSolution().col_value)
    status = mirror.model.modelStatusToString(mirror.model.getModelStatus())
    return Ran(seconds, status, objective.value(point), missed(program, point))


def missed(program: Program, point: Floats) -> float:
    """How far a point misses a bound at most."""
    reached = np.concatenate([point, program.matrix() @ point])
    low, high = program.bounds
    return float(np.maximum(low - reached, reached - high).max(initial=0.0))


def chain(instance: Instance, columns: int) -> tuple[float, float]:
    """Seconds of all goals, with the interior point from so many columns, and the value of the last one."""
    with patch("verdeling.solvers.mirror.INTERIOR", columns):
        began = time.process_time()
        solution = solve(instance, "leximin", whole=False)
        return time.process_time() - began, float(solution.goals["value"].iloc[-1])


def main() -> None:
    """Measure and print a line per size and way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--towns", type=int, action="append", help="default: 14, 30, 60, 120")
    parser.add_argument("--size", type=int, nargs=3, default=[12, 8, 9], help="groups, place types, years")
    parser.add_argument("--way", choices=list(WAYS), action="append", help="default: all")
    parser.add_argument("--limit", type=float, default=600.0, help="seconds by the clock for each")
    parser.add_argument("--chain", action="store_true", help="all goals too")
    options = parser.parse_args()
    print(f"{'towns':>5}{'columns':>9}  {'way':<24}{'seconds':>9}{'missed':>10}  {'value':<16}ended")
    for towns in options.towns or [14, 30, 60, 120]:
        instance = instance_of(towns, *options.size)
        model, _ = state(instance, read_policy("leximin"))
        waited = MEASURES["waiting"].vector(model, "group").total()
        columns = model.program.column_count
        for way in options.way or WAYS:
            found = ran(model.program, waited, way, options.limit)
            said = f"{found.seconds:>9.2f}{found.missed:>10.0e}  {found.value:<16.6f}{found.status}"
            print(f"{towns:>5}{columns:>9}  {way:<24}{said}", flush=True)
        if options.chain:
            for way, least in (("all, simplex", columns + 1), ("all, interior", 0)):
                seconds, value = chain(instance, least)
                print(f"{towns:>5}{columns:>9}  {way:<24}{seconds:>9.2f}{'':>10}  {value:<16.6f}", flush=True)


if __name__ == "__main__":
    main()
