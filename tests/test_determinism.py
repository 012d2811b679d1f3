"""The same instance gives the same bytes, whatever else differs between two desks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from laws.changes import reordered
from verdeling.adapters import read_instance, write_instance

INSTANCES = Path(__file__).parents[1] / "instances"

DIVIDE = """
import locale, sys
from contextlib import suppress
with suppress(locale.Error):
    locale.setlocale(locale.LC_ALL, "")
import verdeling
folder, whole, jobs = sys.argv[1], sys.argv[2] == "True", int(sys.argv[3])
if __name__ == "__main__":
    solution = verdeling.solve(verdeling.read_instance(folder), "leximin", whole=whole, jobs=jobs)
    tables = {name: solution.table(name) for name in solution.tables} | {"goals": solution.goals}
    for name, table in tables.items():
        sys.stdout.buffer.write(name.encode() + b"\\n" + table.to_csv().encode())
"""
"""Every table of a division as the bytes of its CSV."""

DESKS = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "OMP_NUM_THREADS": "1", "jobs": "1"},
    {
        "PYTHONHASHSEED": "4242",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "nl_NL.UTF-8",
        "OMP_NUM_THREADS": "4",
        "OPENBLAS_NUM_THREADS": "3",
        "jobs": "2",
    },
]
"""What differs between two desks, all at once."""


def divided(folder: Path, desk: dict[str, str], *, whole: bool) -> bytes:
    """Every table, as a process of its own makes them at a desk."""
    settings = {name: value for name, value in desk.items() if name.isupper()}
    code = folder.with_suffix(".py")
    code.write_text(DIVIDE)
    words = [sys.executable, str(code), str(folder), str(whole), desk["jobs"]]
    return subprocess.run(words, env={**os.environ, **settings}, capture_output=True, check=True).stdout


def written(name: str, folder: Path, seed: int) -> Path:
    """A folder with an instance, with rows, columns and files in an order of its own."""
    path = folder / f"{name}-{seed}"
    write_instance(reordered(read_instance(INSTANCES / name), seed), path)
    description = json.loads((path / "datapackage.json").read_text())
    description["resources"].sort(key=lambda resource: resource["name"], reverse=bool(seed % 2))
    (path / "datapackage.json").write_text(json.dumps(description))
    return path


@pytest.mark.parametrize(("name", "whole"), [("three-towns", False), ("two-towns-tied", True)])
def test_the_same_bytes(name: str, whole: bool, tmp_path: Path) -> None:
    """Order of rows, columns and files, hash seed, time zone, locale, threads, processes: no byte changes."""
    here, there = (
        divided(written(name, tmp_path, seed), desk, whole=whole) for seed, desk in enumerate(DESKS)
    )
    assert b"placements" in here
    assert here == there


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 8))
@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("name", ["three-towns", "two-towns-tied", "enschede"])
def test_the_same_bytes_more(name: str, whole: bool, seed: int, tmp_path: Path) -> None:
    """Likewise for more orders, and the region around Enschede."""
    desk = DESKS[1] | {"PYTHONHASHSEED": str(seed)}
    here, there = (
        divided(written(name, tmp_path, order), each, whole=whole)
        for order, each in ((0, DESKS[0]), (seed, desk))
    )
    assert here == there
