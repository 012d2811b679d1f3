"""Reading and writing instances: data packages, workbooks, JSON, Parquet, DuckDB and databases behind a URL.

An adapter only turns its source into raw tables and back; what the cells mean is decided in one
place, `Instance.from_tables`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from verdeling.adapters import database, jsonfile, package
from verdeling.adapters.places import ending_of, is_store, store_at
from verdeling.adapters.placing import cannot_write, placed
from verdeling.errors import InstanceError, Problem
from verdeling.instance import Instance

if TYPE_CHECKING:
    from types import ModuleType

    from verdeling.adapters.raw import Raw

_KNOWN = "a folder with datapackage.json or Parquet files, .xlsx, .json, .duckdb, or the URL of a database"


def read_instance(path: str | os.PathLike[str]) -> Instance:
    """Read an instance.

    Parameters
    ----------
    path : path-like
        A folder with ``datapackage.json``, an ``.xlsx`` or a ``.json`` file, a folder of Parquet files
        (``verdeling[parquet]``), a ``.duckdb`` file (``verdeling[duckdb]``), or the URL of a database,
        such as ``sqlite:///region.db`` (``verdeling[sql]``).

    Returns
    -------
    Instance
        Its content, checked.

    Raises
    ------
    InstanceError
        If there is nothing to read, or anything in it is wrong; it carries every problem.
    """
    raw = read_raw(path)
    return Instance.from_tables(raw.tables, raw.about, raw.boundaries)


def read_raw(path: str | os.PathLike[str]) -> Raw:
    """Read the cells of an instance as they stand, also of one that is not complete.

    Parameters
    ----------
    path : path-like
        As for `read_instance`.

    Returns
    -------
    Raw
        Cells that were not looked at.

    Raises
    ------
    InstanceError
        If there is nothing to read.
    """
    if is_store(path):
        return database.read(store_at(path))
    source = Path(path)
    if source.name == package.DESCRIPTOR:
        source = source.parent
    folder = os.path.isdir(source)  # the methods of a path raise where a name is too long
    adapter = _adapter("" if folder else source.suffix.lower() or "?")
    if not folder and adapter is package:
        adapter = None
    there = os.path.exists(source)
    if not there or adapter is None:
        what = f"{source} has a format that is not known." if there else f"{source} is not there."
        problem = Problem("unreadable-file", what, f"An instance is {_KNOWN}.", "Correct the path.")
        raise InstanceError(f"{source.name} cannot be read.", [problem])
    raw: Raw = adapter.read(source)
    return raw


def write_instance(instance: Instance, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Write an instance; it appears whole or not at all.

    Parameters
    ----------
    instance : Instance
        What to write.
    path : path-like
        Ending in ``.xlsx``, ``.json``, ``.duckdb``, in ``.parquet`` for a folder of Parquet files, or
        without an ending for a folder of CSV files; or the URL of a database. Folders keep outlines too.
    overwrite : bool
        Whether an instance that is there already may be replaced. In a folder only
        ``datapackage.json``, ``boundaries.geojson`` and the files of tables are replaced, one by one;
        in a database only its tables.

    Raises
    ------
    OutputError
        If the ending is not known, something is there and `overwrite` is false, or it cannot be
        written.
    """
    if is_store(path):
        database.write(instance, store_at(path), overwrite=overwrite)
        return
    target = Path(path)
    adapter = _adapter(ending_of(target))
    if adapter is None:
        raise cannot_write(target, f"The ending {target.suffix} is not known.", f"Write {_KNOWN}.")
    with placed(target, overwrite=overwrite) as made:
        adapter.write(instance, made)


def _adapter(ending: str) -> ModuleType | None:
    """What reads and writes files with an ending, or folders without one."""
    if ending == ".xlsx":
        from verdeling.adapters import workbook  # what writes workbooks takes 0.1 s to load

        return workbook
    return {"": package, package.PARQUET: package, ".json": jsonfile}.get(ending)
