"""What an instance costs before anything is solved: generating, reading and numbering its tables.

Run ``python benchmarks/reading.py``; ``--case`` chooses what is measured. Each case has a process of
its own, and seconds are those of the processor. Peak memory is that of the whole process, on Linux.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from cases import CASES, case
from verdeling.instance import Instance
from verdeling.numbering import number

if TYPE_CHECKING:
    from collections.abc import Callable

Made = TypeVar("Made")


def timed(make: Callable[[], Made]) -> tuple[Made, float]:
    """What a function makes, and the processor time of that in seconds."""
    began = time.process_time()
    return make(), time.process_time() - began


def measure(name: str) -> dict[str, float]:
    """Rows of a case, seconds of each step, and megabytes at the peak."""
    instance, generating = timed(lambda: case(name))
    read, reading = timed(lambda: Instance.from_tables(instance.tables, instance.about))
    _, numbering = timed(lambda: number(read.in_scenario()))
    return {
        "municipalities": len(read["municipalities"]),
        "rows": sum(map(len, read.tables.values())),
        "generate s": generating,
        "read s": reading,
        "number s": numbering,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Measure and print a line per case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=list(CASES), action="append")
    names = parser.parse_args().case or ["country", "ten-countries", "hundred-thousand"]
    fresh = multiprocessing.get_context("spawn")
    headed = False
    for name in names:
        with ProcessPoolExecutor(1, mp_context=fresh) as process:
            found = process.submit(measure, name).result()
        if not headed:
            print("".join([f"{'case':<18}", *(f"{heading:>16}" for heading in found)]))
            headed = True
        cells = (
            f"{value:>16,.2f}" if " s" in heading else f"{value:>16,.0f}" for heading, value in found.items()
        )
        print("".join([f"{name:<18}", *cells]))


if __name__ == "__main__":
    main()
