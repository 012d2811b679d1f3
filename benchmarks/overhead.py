"""What solving costs outside the solver: stating, passing, reading back and verifying.

Run ``python benchmarks/overhead.py``; ``--case`` and ``--runs`` choose what is measured, ``--whole``
adds whole places. Compare the ratio; the seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import statistics
import time

import verdeling as vd
from cases import CASES, case


def measure(name: str, seed: int, *, whole: bool) -> dict[str, float]:
    """Seconds of one solve of a case under leximin, inside and outside the solver."""
    instance = case(name, seed)
    began = time.perf_counter()
    solution = vd.solve(instance, "leximin", whole=whole)
    total = time.perf_counter() - began
    inside = solution.provenance["seconds"]["solver"]
    return {"total": total, "solver": inside, "outside": total - inside, "ratio": (total - inside) / inside}


def main() -> None:
    """Measure and print a line per case: medians over the runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=list(CASES), action="append", help="default: all but five-regions")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--whole", action="store_true", help="whole places too")
    options = parser.parse_args()
    measure("tiny", 0, whole=False)  # imports and first calls are not what is measured
    print(f"{'case':<14}{'places':<12}{'total s':>9}{'solver s':>10}{'outside s':>11}{'outside/solver':>16}")
    for name in options.case or ["tiny", "region", "large-region"]:
        for whole in (False, True) if options.whole else (False,):
            runs = [measure(name, seed, whole=whole) for seed in range(1, options.runs + 1)]
            middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
            kind = "whole" if whole else "fractional"
            print(
                f"{name:<14}{kind:<12}{middle['total']:>9.2f}{middle['solver']:>10.2f}"
                f"{middle['outside']:>11.2f}{middle['ratio']:>16.2f}"
            )


if __name__ == "__main__":
    main()
