"""Writing a solution: a data package for programs, or a workbook for people."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from verdeling.adapters.package import DESCRIPTOR
from verdeling.adapters.placing import cannot_write, placed, put_folder
from verdeling.incoming import read_content
from verdeling.language import language
from verdeling.plainfiles import write_csv, write_json
from verdeling.reporting.package import result_files, write_package
from verdeling.reporting.runs import check_runs, keeps_runs, write_runs

if TYPE_CHECKING:
    from collections.abc import Collection

    from verdeling.certifying.certificate import Certificate
    from verdeling.language import Language
    from verdeling.solution import Solution

__all__ = [
    "check_file",
    "check_target",
    "put_folder",
    "write_csv",
    "write_json",
    "write_solution",
    "writes_folder",
]


def write_solution(
    solution: Solution,
    path: str | os.PathLike[str],
    *,
    lang: Language = "en",
    overwrite: bool = False,
    certificate: Certificate | None = None,
) -> None:
    """Write a solution; the file or folder appears whole or not at all.

    Parameters
    ----------
    solution : Solution
        Solved, or infeasible.
    path : path-like
        Ending in ``.xlsx`` for a workbook in `lang` (a report of the solution, with every limit and
        price), or without an ending for a folder: a Frictionless data package, as
        `verdeling.reporting.package.write_package` describes it, which `verdeling.read_result` reads.
        To a ``.duckdb`` file, the URL of a database or a folder that ends in ``.parquet`` it is added, as
        one run among others; see `verdeling.reporting.runs.write_runs`.
    lang : {"en", "nl"}
        Language of what people read.
    overwrite : bool
        Whether a solution that is there already may be replaced. A folder that holds anything else
        is never touched.
    certificate : Certificate, optional
        What `verdeling.certify` gives: it is kept in a folder beside the tables, for `verdeling verify`.

    Raises
    ------
    NoSolutionError
        If the solution is unsolved.
    OutputError
        If the ending is not known, something is there that may not be replaced, or the path cannot
        be written.
    """
    if keeps_runs(path):
        write_runs([solution], path, overwrite=overwrite)
        return
    target = Path(path)
    check_target(target, overwrite=overwrite)
    if target.suffix.lower() == ".xlsx" and not os.path.isdir(target):
        from verdeling.reporting.content import Content  # what writes workbooks takes 0.1 s to load
        from verdeling.reporting.workbook import write_workbook_report

        content = Content.of(solution, lang=language(lang))
        with placed(target, overwrite=overwrite) as made:
            write_workbook_report(content, made, every=True)
    else:
        put_folder(target, lambda folder: write_package(solution, folder, language(lang), certificate))


def writes_folder(path: str | os.PathLike[str]) -> bool:
    """Whether a result is written there as a folder: with its files, and a certificate if there is one."""
    return not keeps_runs(path) and (Path(path).suffix == "" or os.path.isdir(path))


def check_target(
    path: str | os.PathLike[str], *, overwrite: bool = False, files: Collection[str] | None = None
) -> None:
    """Refuse a path to which a result cannot be written, before anything is computed.

    Parameters
    ----------
    path, overwrite
        As for `write_solution`.
    files : collection of str
        What an earlier result can have left in a folder, by path; by default that of a solution.

    Raises
    ------
    OutputError
        As `write_solution`.
    """
    if files is None and keeps_runs(path):
        check_runs(path)
        return
    target = Path(path)
    if target.suffix.lower() == ".xlsx" and not os.path.isdir(target):
        check_file(target, (".xlsx",), overwrite=overwrite)
        return
    if target.suffix and not os.path.isdir(target):
        remedy = "Give a path that ends in .xlsx, or one without an ending for a folder of CSV files."
        raise cannot_write(target, f"Its ending is {target.suffix}.", remedy)
    check_folder(target, overwrite=overwrite, files=result_files() if files is None else files)


def check_file(path: str | os.PathLike[str], endings: tuple[str, ...], *, overwrite: bool = False) -> None:
    """Refuse a path to which a file of some kind cannot be written, before anything is computed.

    Raises
    ------
    OutputError
        If the ending is none of these, its folder is not there, or something is there that may not be
        replaced.
    """
    target = Path(path)
    if target.suffix.lower() not in endings:
        ending = target.suffix or "missing"
        remedy = f"Give a path that ends in {' or '.join(endings)}."
        raise cannot_write(target, f"Its ending is {ending}.", remedy)
    _check_place(target, overwrite=overwrite)
    if os.path.isdir(target):
        raise cannot_write(target, "It is a folder.", "Choose another path.")


def check_folder(path: str | os.PathLike[str], *, overwrite: bool, files: Collection[str]) -> None:
    """Refuse a path to which a folder cannot be written, before anything is computed.

    Parameters
    ----------
    path, overwrite
        As for `write_solution`.
    files : collection of str
        What an earlier result can have left there, by path.

    Raises
    ------
    OutputError
        If there is no folder for it, or something is there that may not be replaced.
    """
    target = Path(path)
    _check_place(target, overwrite=overwrite)
    if os.path.exists(target):
        _check_folder(target, files)


def _check_place(target: Path, *, overwrite: bool) -> None:
    if not target.absolute().parent.is_dir():
        what = f"There is no folder {target.parent}."
        raise cannot_write(target, what, "Make it first, or choose another path.")
    if os.path.lexists(target) and not overwrite:
        remedy = "Choose another path, or allow it to be overwritten."
        raise cannot_write(target, "Something is there already.", remedy)


def _check_folder(target: Path, files: Collection[str]) -> None:
    if not os.path.isdir(target):
        raise cannot_write(target, "It is a file.", "Choose another path for a folder.")
    others = sorted({file.relative_to(target).as_posix() for file in target.rglob("*")} - set(files))
    if DESCRIPTOR in files and (target / DESCRIPTOR).is_file() and not _describes_a_result(target):
        others.append(f"the {DESCRIPTOR} of something else")
    if others:
        what = f"The folder also holds {', '.join(others[:5])}{' and more' if len(others) > 5 else ''}."
        raise cannot_write(target, what, "Choose a folder that holds nothing else, or a new one.")


def _describes_a_result(folder: Path) -> bool:
    """Whether Verdeling wrote the results in a folder."""
    try:
        return "kind" in json.loads(read_content(folder / DESCRIPTOR))["verdeling"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False
