"""Results of many runs in one place, to be queried: tables in which each row says which run it is of."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.adapters.kinds import NUMBER, TEXT, TRUTH
from verdeling.adapters.optional import needed
from verdeling.adapters.places import ending_of, is_store, is_url, store_at
from verdeling.adapters.placing import cannot_write, put_folder
from verdeling.errors import OutputError, Problem
from verdeling.reporting.package import result_tables
from verdeling.reporting.result_tables import RESULT_TABLES, kind_of

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from verdeling.adapters.store import Session
    from verdeling.solution import Solution

RUNS = "runs"
PARQUET = ".parquet"

RUN_KINDS = {
    **dict.fromkeys(("run", "instance", "title", "scenario", "seed", "policy", "status"), TEXT),
    "whole_places": TRUTH,
    "gap": NUMBER,
    "seconds": NUMBER,
    **dict.fromkeys(("solver", "verdeling", "instance_digest", "policy_digest", "provenance"), TEXT),
}
"""Columns of the table ``runs``; ``gap`` is the largest of a goal, as a part of its value, or of 1 where that
is less; ``seconds`` is what solving took; ``seed`` is that of the draws, as text, for it can be larger than
databases count; ``provenance`` is everything the solution states, as JSON."""

KINDS = {
    f"run_{name}": {"run": TEXT, **{column: kind_of(table, column, whole=False) for column in table.columns}}
    for name, table in RESULT_TABLES.items()
    if name != "explanation"
}
"""Kind of each column of the tables of results, which may hold runs in whole places and fractional ones."""


def keeps_runs(path: str | os.PathLike[str]) -> bool:
    """Whether results are added at a path to those of other runs."""
    return is_store(path) or ending_of(Path(path)) == PARQUET


def run_id(solution: Solution) -> str:
    """What a run is called: the same for the same instance, policy, scenario, settings and version.

    Parameters
    ----------
    solution : Solution
        Any.

    Returns
    -------
    str
        Sixteen hexadecimal digits of a SHA-256.
    """
    passing = ("instance", "seconds", "versions")
    settings = {name: value for name, value in solution.provenance.items() if name not in passing}
    asked = [settings, _version(solution), solution.whole]
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:16]


def write_runs(
    solutions: Sequence[Solution],
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    seed: int | None = None,
) -> list[str]:
    """Add results to those of other runs: all of them, or none.

    Parameters
    ----------
    solutions : sequence of Solution
        Of any instances and policies; one without a plan has a row in ``runs``, and its conflict.
    path : path-like
        A ``.duckdb`` file, the URL of a database, or a folder that ends in ``.parquet`` (with a folder
        for each run, which appears whole). The tables are ``runs`` and, for each table of a result,
        ``run_placements``, ``run_loads`` and so on, with ``run`` as first column. They are made where
        they are not there.
    overwrite : bool
        Whether a run that is there already may be replaced.
    seed : int, optional
        Of the draws that the instances are of; their names say which.

    Returns
    -------
    list of str
        What the runs are called.

    Raises
    ------
    OutputError
        If a run is there already and `overwrite` is false, or they cannot be written.
    """
    runs = {run_id(solution): solution for solution in solutions}
    tables = {run: _tables(run, solution, seed) for run, solution in runs.items()}
    if is_store(path):
        with store_at(path).writing() as session:
            _add(session, tables, path, overwrite=overwrite)
    else:
        _add_folders(Path(path), tables, overwrite=overwrite)
    return [run_id(solution) for solution in solutions]


def _tables(run: str, solution: Solution, seed: int | None) -> dict[str, pd.DataFrame]:
    """Tables of a run with its name in each row; blank cells are ``None``."""
    found = {f"run_{name}": frame for name, frame in result_tables(solution, whole=False).items()}
    tables = {RUNS: pd.DataFrame([_described(run, solution, seed)], columns=list(RUN_KINDS))}
    for name, kinds in KINDS.items():
        if name in found:
            tables[name] = found[name].assign(run=run)[list(kinds)]
    return {name: _plain(frame) for name, frame in tables.items()}


def _described(run: str, solution: Solution, seed: int | None) -> dict[str, Any]:
    stated, goals = solution.provenance, solution.goals
    gaps = goals["gap"] / goals["value"].abs().clip(lower=1)
    seconds = [taken for phase, taken in stated.get("seconds", {}).items() if phase != "solver"]
    return {
        **{name: stated.get(name) for name in RUN_KINDS},
        "run": run,
        "title": solution.instance.about.title,
        "status": solution.status,
        "whole_places": solution.whole,
        "gap": gaps.max(),
        "seconds": sum(seconds),
        "verdeling": _version(solution),
        "seed": None if seed is None else str(seed),
        "provenance": json.dumps(dict(stated), sort_keys=True),
    }


def _version(solution: Solution) -> str | None:
    versions: Mapping[str, str] = solution.provenance.get("versions", {})
    return versions.get("verdeling")


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    cells = frame.astype(object)
    return cells.where(cells.notna() & (cells != ""), None)


def _add(
    session: Session,
    runs: Mapping[str, Mapping[str, pd.DataFrame]],
    path: str | os.PathLike[str],
    *,
    overwrite: bool,
) -> None:
    present = set(session.tables())
    all_kinds = {RUNS: RUN_KINDS, **KINDS}
    for table, kinds in all_kinds.items():
        if table not in present:
            session.make(table, kinds)
    for run, tables in runs.items():
        there = session.count(RUNS, "run", run)
        if there and not overwrite:
            raise _there(run, store_at(path).name)
        for table in all_kinds if there else ():
            session.remove(table, "run", run)
        for table, frame in tables.items():
            session.append(table, frame, all_kinds[table])


def _add_folders(folder: Path, runs: Mapping[str, Mapping[str, pd.DataFrame]], *, overwrite: bool) -> None:
    with needed("parquet", "Parquet files"):
        from verdeling.adapters.parquet import write_table
    there = [run for run in runs if (folder / run).exists()]
    if there and not overwrite:
        raise _there(there[0], folder.name)
    check_runs(folder)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, f"{error.strerror}.", "Choose a path that can be written.") from error
    for run, tables in runs.items():

        def fill(made: Path, tables: Mapping[str, pd.DataFrame] = tables) -> None:
            for table, frame in tables.items():
                write_table(frame, {RUNS: RUN_KINDS, **KINDS}[table], made / f"{table}{PARQUET}")

        put_folder(folder / run, fill)


def check_runs(path: str | os.PathLike[str]) -> None:
    """Refuse a place to which runs cannot be added, before anything is computed.

    Raises
    ------
    OutputError
        If a database cannot be written, a folder for it is not there, or a folder holds anything but
        runs.
    """
    if is_url(path):
        with store_at(path).writing() as session:
            session.tables()
        return
    target = Path(path)
    if not target.absolute().parent.is_dir():
        what, remedy = f"There is no folder {target.parent}.", "Make it first, or choose another path."
        raise cannot_write(target, what, remedy)
    if is_store(path):
        return
    others = [target] if target.is_file() else []
    if target.is_dir():
        others = [each for each in sorted(target.iterdir()) if not (each / f"{RUNS}{PARQUET}").is_file()]
    if others:
        what = f"There is {others[0].name}, which is no run."
        raise cannot_write(target, what, "Choose a folder that holds only runs, or a new one.")


def _there(run: str, name: str) -> OutputError:
    problem = Problem(
        "run-is-there",
        f"The run {run} is there already.",
        "It has the same instance, policy, scenario, settings and version, and would count twice.",
        "Leave it, or allow it to be overwritten.",
        RUNS,
        value=run,
    )
    return OutputError(f"Nothing was added to {name}.", [problem])
