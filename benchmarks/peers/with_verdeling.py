"""Verdeling itself: ``python with_verdeling.py FOLDER TASK``."""

from __future__ import annotations

import sys
from pathlib import Path

from region import answer

from verdeling import read_instance, solve


def main(folder: str, task: str) -> None:
    """Solve the task, a policy beside this file, in fractions."""
    solution = solve(read_instance(folder), Path(__file__).with_name(f"{task}.toml"), whole=False)
    waiting = solution.goals.loc[solution.goals["measure"] == "waiting", "value"]
    levels = solution.loads["relative_load"].sort_values(ascending=False) if task == "leximin" else []
    answer([*waiting, *levels], solution.placements)


if __name__ == "__main__":
    main(*sys.argv[1:])
