"""What loading needs costs beside parsing them, by format: 342 municipalities × 15 groups × 10 years.

Run ``python benchmarks/loading.py``; ``--municipalities`` and ``--runs`` change the size. *Parsing* is what
the parser of the format takes by itself for the same tables: ``csv``, ``json``, openpyxl, pyarrow, DuckDB and
``sqlite3``; *loading* is ``read_instance``: everything, checked. The two are measured in turns.
"""

from __future__ import annotations

import argparse
import csv
import json
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow.parquet as pq
from openpyxl import load_workbook

from verdeling import Instance, Size, generate, read_instance, write_instance
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable


def parse_csv(place: Path) -> None:
    """Every cell of every CSV file as text."""
    for file in place.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            list(csv.reader(lines))


def parse_json(place: Path) -> None:
    """The file as lists and dictionaries."""
    json.loads(place.read_bytes())


def parse_xlsx(place: Path) -> None:
    """Every cell of every sheet."""
    with closing(load_workbook(place, read_only=True)) as book:
        for sheet in book.worksheets:
            list(sheet.iter_rows())


def parse_parquet(place: Path) -> None:
    """Every column of every file."""
    for file in place.glob("*.parquet"):
        pq.read_table(file)


def parse_duckdb(place: Path) -> None:
    """Every column of every table."""
    with duckdb.connect(str(place), read_only=True) as connection:
        for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            connection.sql(f'SELECT * FROM "{table}"').to_arrow_table()


def parse_sqlite(place: Path) -> None:
    """Every row of every table."""
    with closing(sqlite3.connect(place)) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            connection.execute(f'SELECT * FROM "{table}"').fetchall()


FORMATS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "csv": ("needs", parse_csv),
    "json": ("needs.json", parse_json),
    "xlsx": ("needs.xlsx", parse_xlsx),
    "parquet": ("needs.parquet", parse_parquet),
    "duckdb": ("needs.duckdb", parse_duckdb),
    "sqlite": ("needs.db", parse_sqlite),
}


def case(municipalities: int, seed: int = 1) -> Instance:
    """Made-up needs of every group in every municipality and year, with the tables that they need."""
    made = generate(Size(1, municipalities, 15, 2, 10), seed=seed)
    kept = ("municipalities", "groups", "place_types", "suitability", "needs", "supply")
    return made.replace(**{table: None for table in TABLES if table not in kept})


def measure(instance: Instance, name: str, folder: Path, runs: int) -> tuple[float, float]:
    """Median processor seconds of parsing and of loading, in turns, after one of each."""
    file, parse = FORMATS[name]
    place = folder / file
    address = f"sqlite:///{place}" if name == "sqlite" else str(place)
    write_instance(instance, address)
    assert read_instance(address) == instance
    taken: dict[str, list[float]] = {"parse": [], "load": []}
    for _ in range(runs):
        for way, do in (("parse", lambda: parse(place)), ("load", lambda: read_instance(address))):
            began = time.process_time()
            do()
            taken[way].append(time.process_time() - began)
    return statistics.median(taken["parse"]), statistics.median(taken["load"])


def main() -> None:
    """Measure and print a line per format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--municipalities", type=int, default=342)
    parser.add_argument("--format", choices=list(FORMATS), action="append", help="default: all")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    instance = case(options.municipalities)
    print(f"{len(instance['needs']):,} needs, {len(instance['supply']):,} supply")
    print(f"{'format':>8}{'parsing s':>12}{'loading s':>12}{'beyond s':>12}{'ratio':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for name in options.format or FORMATS:
            parsing, loading = measure(instance, name, Path(folder), options.runs)
            beyond, ratio = loading - parsing, loading / max(parsing, 1e-9)
            print(f"{name:>8}{parsing:>12.2f}{loading:>12.2f}{beyond:>12.2f}{ratio:>8.1f}")


if __name__ == "__main__":
    main()
