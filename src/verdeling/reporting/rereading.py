"""Reading runs back from the place where `verdeling.reporting.runs.write_runs` put them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.adapters.kinds import NUMBER, TEXT
from verdeling.adapters.optional import needed
from verdeling.adapters.places import is_store, name_of, store_at
from verdeling.errors import Problem, RunError, nearest
from verdeling.reporting.reopening import DTYPES, OF_A_PLAN
from verdeling.reporting.result_tables import RESULT_TABLES, kind_of
from verdeling.reporting.runs import KINDS, PARQUET, RUN_KINDS, RUNS
from verdeling.solution import Solution

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from verdeling.instance import Instance
    from verdeling.policy import Policy

_ALL = {RUNS: RUN_KINDS, **KINDS}


def read_runs(path: str | os.PathLike[str], run: str | None = None) -> dict[str, pd.DataFrame]:
    """Read the tables of runs.

    Parameters
    ----------
    path : path-like
        As for `verdeling.reporting.runs.write_runs`.
    run : str, optional
        What a run is called; by default all of them.

    Returns
    -------
    dict of str to DataFrame
        ``runs``, with the status of each, and ``run_placements``, ``run_loads`` and so on, with ``run`` as
        first column and places as numbers. A blank text is empty, a blank number NaN.

    Raises
    ------
    InstanceError
        If the database cannot be read.
    RunError
        If there are no runs, or not this one, or tables are without a column.
    """
    cells = _from_store(path, run) if is_store(path) else _from_folders(Path(path), run)
    if RUNS not in cells or (run is not None and cells[RUNS].empty):
        raise _no_run(path, run)
    problems = [
        Problem("other-columns", f"It has no column {column}.", "Runs of another version have other columns.",
                "Read them with the version that wrote them, or write them again.", table, column=column)
        for table, frame in cells.items() for column in _ALL[table] if column not in frame
    ]  # fmt: skip
    if problems:
        raise RunError(f"The runs in {name_of(path)} cannot be read.", problems)
    return {
        table: _typed(cells.get(table, pd.DataFrame(columns=list(kinds))), kinds)
        for table, kinds in _ALL.items()
    }


def read_run(path: str | os.PathLike[str], run: str, instance: Instance, policy: Policy) -> Solution:
    """Read one run as the solution that it was, to explain it or to report on it.

    Parameters
    ----------
    path, run
        As for `read_runs`.
    instance : Instance
        What was divided, in every scenario or in that of the run: of a study one of its draws.
    policy : Policy
        Under which.

    Returns
    -------
    Solution
        Equal to the one that was written.

    Raises
    ------
    InstanceError, RunError
        As `read_runs`, and if the instance or the policy is not that of the run.
    """
    tables = read_runs(path, run)
    stated = tables.pop(RUNS).iloc[0]
    narrowed = instance.in_scenario(stated["scenario"] or None)
    _refuse_another(run, stated, {"instance": narrowed.digest, "policy": policy.digest})
    whole = bool(stated["whole_places"])
    frames = {
        name: _of_solution(tables[f"run_{name}"], name, whole=whole)
        for name in RESULT_TABLES
        if f"run_{name}" in tables
    }
    solved = stated["status"] not in ("infeasible", "unsolved")
    return Solution(
        narrowed,
        policy,
        stated["status"],
        whole,
        frames["goals"],
        frames["conflict"],
        json.loads(stated["provenance"]),
        _of_plan(frames) if solved else {},
    )


def _from_store(path: str | os.PathLike[str], run: str | None) -> dict[str, pd.DataFrame]:
    with store_at(path).reading() as session:
        present = set(session.tables())
        where = None if run is None else ("run", run)
        return {table: session.rows(table, where) for table in _ALL if table in present}


def _from_folders(folder: Path, run: str | None) -> dict[str, pd.DataFrame]:
    with needed("parquet", "Parquet files"):
        from verdeling.adapters.parquet import read_table
    found: dict[str, list[pd.DataFrame]] = {}
    problems: list[Problem] = []
    for file in sorted(folder.glob(f"*/*{PARQUET}")):
        if file.stem in _ALL and run in (None, file.parent.name):
            frame, wrong = read_table(file, file.stem)
            found.setdefault(file.stem, []).append(frame)
            problems += wrong
    if problems:
        raise RunError(f"The runs in {folder.name} cannot be read.", problems)
    return {table: pd.concat([each.astype(object) for each in frames]) for table, frames in found.items()}


def _typed(frame: pd.DataFrame, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Columns of the kinds that were written, in their order."""
    cells = frame[list(kinds)].astype(object)
    cells = cells.where(cells.notna(), None)
    blank = {TEXT: "", NUMBER: float("nan")}
    columns = {
        name: pd.Series([blank.get(kind, cell) if cell is None else cell for cell in cells[name]],
                        dtype=DTYPES[kind])
        for name, kind in kinds.items()
    }  # fmt: skip
    return pd.DataFrame(columns)


def _of_solution(frame: pd.DataFrame, name: str, *, whole: bool) -> pd.DataFrame:
    """A table with the columns and types that it has in a solution."""
    table = RESULT_TABLES[name]
    dtypes = {column: DTYPES[kind_of(table, column, whole=whole)] for column in table.columns}
    return frame[list(dtypes)].astype(dtypes).drop(columns="estimate", errors="ignore")


def _of_plan(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables of a plan; ranges are there only where they were asked for, and then there are some."""
    absent = {"ranges"} if "ranges" in frames and frames["ranges"].empty else set()
    return {name: frames[name] for name in OF_A_PLAN if name in frames and name not in absent}


def _no_run(path: str | os.PathLike[str], run: str | None) -> RunError:
    there = [] if run is None else read_runs(path)[RUNS]["run"].tolist()
    what = "There are no runs." if run is None else f"There is no run {run}."
    why = "Runs are written with `verdeling solve -o`, `compare -o`, `study -o` or `write_runs`."
    remedy = nearest(run or "", there) or "Correct the path."
    return RunError(f"Nothing was read from {name_of(path)}.", [Problem("no-run", what, why, remedy, RUNS)])


def _refuse_another(run: str, stated: pd.Series[Any], digests: Mapping[str, str]) -> None:
    problems = [
        Problem(
            "another-input",
            f"The {name} is not the one of the run.",
            "The numbers are those of another one.",
            f"Give {stated[name]} as it was when it was divided; `read_runs` gives the tables alone.",
            RUNS,
            column=f"{name}_digest",
        )
        for name, digest in digests.items()
        if stated[f"{name}_digest"] != digest
    ]
    if problems:
        raise RunError(f"The run {run} cannot be read as a solution.", problems)
