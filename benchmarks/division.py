"""What dividing by a key costs: municipalities × 10 classes, with a floor, a cap and controlled rounding.

Run ``python benchmarks/division.py``; ``--members`` chooses the sizes. Seconds should grow about as
fast as the number of municipalities: the last line is the exponent of growth between the smallest and
the largest size, and 1 is linear.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time

import numpy as np
import pandas as pd

from verdeling.dividing.division import divide
from verdeling.keys.data import Key

CLASSES = [f"class {number}" for number in range(1, 11)]


def table(members: int, seed: int = 1) -> pd.DataFrame:
    """Made-up municipalities: inhabitants over four orders of magnitude, a score, homes there are."""
    random = np.random.default_rng(seed)
    population = np.exp(random.normal(10, 1, members)).round() + 1
    return pd.DataFrame(
        {
            "municipality": [f"M{number}" for number in range(members)],
            "population": population,
            "score": random.uniform(0.5, 2, members),
            "homes": (population * random.uniform(0.2, 0.6, members)).round(),
        }
    )


def key(members: int, margins: str) -> Key:
    """Two components, a floor, a cap with redistribution, and one or both margins kept in whole numbers."""
    return Key.model_validate(
        {
            "classes": {name: members * (20 + 3 * number) for number, name in enumerate(CLASSES)},
            "component": [
                {"attribute": "population", "weight": 0.7},
                {"attribute": "score", "base": "population", "scale": "factor", "bounds": [0.7, 1.4]},
            ],
            "step": [
                {"do": "floor", "share_of": "homes", "times": 0.7},
                {"do": "cap", "share_of": "population", "times": 1.2},
            ],
            "rounding": {"margins": margins},
        }
    )


def measure(members: int, margins: str) -> float:
    """Seconds of one division."""
    rows, shared = table(members), key(members, margins)
    began = time.perf_counter()
    division = divide(None, rows, shared)
    assert not any(division.excess.values())
    return time.perf_counter() - began


def main() -> None:
    """Measure and print a line per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, action="append", help="default: 1,000, 10,000 and 100,000")
    parser.add_argument("--margins", choices=["both", "classes"], default="both")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    measure(10, options.margins)  # imports and first calls are not what is measured
    print(f"{'municipalities':>14}{'cells':>12}{'seconds':>10}{'microseconds a cell':>22}")
    sizes, taken = options.members or [1_000, 10_000, 100_000], []
    for members in sizes:
        taken.append(statistics.median(measure(members, options.margins) for _ in range(options.runs)))
        cells = members * len(CLASSES)
        print(f"{members:>14,}{cells:>12,}{taken[-1]:>10.2f}{taken[-1] / cells * 1e6:>22.2f}")
    if len(sizes) > 1:
        growth = math.log(taken[-1] / taken[0]) / math.log(sizes[-1] / sizes[0])
        print(f"{'growth':>14}{growth:>22.2f}")


if __name__ == "__main__":
    main()
