"""What solving costs, from tiny to 100,000 municipalities: a table, and a picture of growth.

Run ``python benchmarks/speed/run.py``; ``--case``, ``--whole`` and ``--limit`` choose what is measured. Each
case is written as a folder of CSV files and is solved twice as `leximin`, in processes of their own: once
phase by phase in one process (`measure.py`), and once by the command line on every core. Results are kept in
``results.csv`` as soon as they are there, beside those of other cases. Where matplotlib is installed,
``growth.png`` shows cost against size.
"""

from __future__ import annotations

import argparse
import json
import runpy
import sys
import tempfile
from pathlib import Path

import pandas as pd
from growth import LADDER, draw, exponents
from spawning import spawn

HERE = Path(__file__).resolve().parent
CASES = runpy.run_path(str(HERE.parent / "cases.py"))
NAMES = (*CASES["CASES"], *CASES["REAL"])
USUAL = ("tiny", "region", "large-region", "enschede", "five-regions", *LADDER[:3])
COMMAND = [sys.executable, "-c", "from verdeling.cli.entry import main; main()"]
PARTS = ("import", "read", "state", "pass", "solver", "pursue", "whole", "read back", "explain", "write")
"""Phases in the printed table, in processor seconds."""


def measured(name: str, folder: Path, answer: Path, limit: float, *, whole: bool) -> dict[str, object]:
    """The costs of a case, phase by phase and as a whole; or why there are none."""
    kind = {"case": name, "places": "whole" if whole else "fractional"}
    phases = spawn([sys.executable, HERE / "measure.py", folder, *["--whole"] * whole], limit)
    if phases.failed:
        return {**kind, "failed": phases.failed}
    told = json.loads(phases.last)
    outside = told["total"] - told["import"] - told["read"] - told["solver"] - told["whole"]
    outside -= told["explain"] + told["write"]
    command = [*COMMAND, "solve", folder, "-o", answer, "--overwrite", *["--fractional"] * (not whole)]
    both = spawn(command, limit)
    return {
        **kind,
        **told,
        "outside ÷ solver": round(outside / max(told["solver"], 1e-9), 3),
        "command s": round(both.wall, 2),
        "command processor s": round(both.processor, 2),
        "command MB": round(both.peak),
        "failed": both.failed,
    }


def kept(row: dict[str, object], path: Path) -> pd.DataFrame:
    """All results with a new one in the place of an earlier one of the same case."""
    results = pd.DataFrame([row])
    if path.exists():
        earlier = pd.read_csv(path)
        same = (earlier["case"] == row["case"]) & (earlier["places"] == row["places"])
        results = pd.concat([earlier[~same], results], ignore_index=True)
    rank = results["case"].map({name: number for number, name in enumerate(NAMES)})
    results = results.assign(rank=rank).sort_values(["rank", "places"]).drop(columns="rank")
    results.to_csv(path, index=False, lineterminator="\n")
    return results


def table(results: pd.DataFrame) -> str:
    """The results as a table of Markdown."""
    whole = ["total", "solved MB", "outside ÷ solver", "command s", "command processor s", "command MB"]
    columns = ["case", "places", "columns", *PARTS, *whole]
    lines = [columns, ["---"] * len(columns)]
    lines += [[_cell(row.get(column)) for column in columns] for row in results.to_dict("records")]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def main() -> None:
    """Measure, keep, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--case", choices=NAMES, action="append", help="one or more; default: the usual ones")
    parser.add_argument("--whole", action="store_true", help="whole places; by default fractional")
    parser.add_argument("--limit", type=float, default=3600, help="seconds for each process")
    parser.add_argument("--output", metavar="FOLDER", type=Path, default=HERE)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    file = options.output / "results.csv"
    for name in options.case or USUAL:
        with tempfile.TemporaryDirectory() as place:
            folder = CASES["folder_of"](name, Path(place))
            row = measured(name, folder, Path(place) / "answer", options.limit, whole=options.whole)
        results = kept(row, file)
        print(row["failed"] or f"{name}, {row['places']}: {row['total']} s, {row['peak MB']} MB", flush=True)
    print(table(results))
    for cost, exponent in exponents(results).items():
        print(f"{cost} grows as columns to the power {exponent:.2f}")
    draw(results, options.output / "growth.png")


if __name__ == "__main__":
    main()
