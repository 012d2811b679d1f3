"""One solve in this process, phase by phase: prints a line of JSON. `run.py` starts it.

The phases are processor seconds of this process alone, so that other work on the machine counts little;
importing is the first of them.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import highspy
from clock import Clock

import verdeling as vd
from verdeling import apart, engine, shared
from verdeling.solvers.highs import Highs
from verdeling.whole_places import WholePursuit

if TYPE_CHECKING:
    from typing import Any

PHASES = ("import", "read", "state", "pass", "solver", "pursue", "whole", "read back", "explain", "write")
"""Importing packages; reading the folder; stating the program and splitting it; passing it to HiGHS, and
taking points and bases from it; HiGHS itself; between these, pursuing goals; whole places, HiGHS
included; reading back, tables, prices and verification; the sentences of the answer; writing CSV."""


def watched() -> Clock:
    """A clock that watches the phases of every solve from now on."""
    clock = Clock()
    clock.watch(shared.Shared, "__init__ start", "state")
    clock.watch(engine, "parts_of", "state")
    clock.watch(Highs, "minimise remember recall", "pass")
    clock.watch(highspy.Highs, "run", "solver")
    for module in (apart, engine):
        clock.watch(module, "begin_whole pursue_whole", "whole")
    clock.watch(WholePursuit, "finish", "whole")
    clock.watch(engine, "verified_tables read_prices goal_table", "read back")
    return clock


def sizes() -> dict[str, int]:
    """A dictionary that will hold the size of the program of the next solve."""
    found: dict[str, int] = {}
    kept = engine.parts_of

    def counted(model: Any, goals: Any) -> Any:
        program = model.program
        found.update(
            columns=program.column_count,
            rows=program.row_count,
            entries=sum(len(each.columns) for each in program.entries),
        )
        return kept(model, goals)

    engine.parts_of = counted
    return found


def measure(folder: Path, *, whole: bool) -> dict[str, object]:
    """Read, solve, explain and write the instance in a folder, as `leximin`."""
    clock, size = watched(), sizes()
    clock.seconds["import"] = time.process_time()
    with clock.phase("read"):
        instance = vd.read_instance(folder)
    with clock.phase("pursue"):
        solution = vd.solve(instance, "leximin", whole=whole)
    solved = peak()
    with clock.phase("explain"):
        str(vd.explain(solution).statements)
    with tempfile.TemporaryDirectory() as place, clock.phase("write"):
        vd.write_solution(solution, Path(place) / "answer")
    return {
        "municipalities": len(instance["municipalities"]),
        **size,
        **{phase: round(clock.seconds[phase], 4) for phase in PHASES},
        "total": round(clock.seconds.total(), 4),
        "solved MB": round(solved),
        "peak MB": round(peak()),
        "status": solution.status,
    }


def peak() -> float:
    """Megabytes that this process has had at most; on Linux."""
    told = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(told["VmHWM"].split()[0]) / 1024


def main() -> None:
    """Measure a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--whole", action="store_true")
    options = parser.parse_args()
    print(json.dumps(measure(options.folder, whole=options.whole)))


if __name__ == "__main__":
    main()
