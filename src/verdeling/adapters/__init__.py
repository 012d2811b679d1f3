"""Reading and writing instances: a data package, a workbook or one JSON file.

An adapter only turns its source into raw tables and back; what the cells mean is decided in one
place, `Instance.from_tables`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from verdeling.adapters import jsonfile, package
from verdeling.adapters.placing import cannot_write, placed
from verdeling.errors import InstanceError, Problem
from verdeling.instance import Instance

if TYPE_CHECKING:
    import os
    from types import ModuleType

    from verdeling.adapters.raw import Raw

_KNOWN = "a folder with datapackage.json, an .xlsx or a .json"


def read_instance(path: str | os.PathLike[str]) -> Instance:
    """Read an instance.

    Parameters
    ----------
    path : path-like
        A folder with ``datapackage.json``, an ``.xlsx`` or a ``.json`` file.

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
    source = Path(path)
    if source.name == package.DESCRIPTOR:
        source = source.parent
    adapter = _adapter("" if source.is_dir() else source.suffix.lower() or "?")
    if not source.exists() or adapter is None:
        what = f"{source} has a format that is not known." if source.exists() else f"{source} is not there."
        problem = Problem("unreadable-file", what, f"An instance is {_KNOWN}.", "Correct the path.")
        raise InstanceError(f"{source.name} cannot be read.", [problem])
    raw: Raw = adapter.read(source)
    return raw


def write_instance(instance: Instance, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Write an instance; the file or folder appears whole or not at all.

    Parameters
    ----------
    instance : Instance
        What to write.
    path : path-like
        Ending in ``.xlsx`` or ``.json``, or without an ending for a folder, which keeps outlines too.
    overwrite : bool
        Whether an instance that is there already may be replaced. In a folder only
        ``datapackage.json``, ``boundaries.geojson`` and the CSV files of tables are replaced, one by one.

    Raises
    ------
    OutputError
        If the ending is not known, something is there and `overwrite` is false, or the file cannot
        be written.
    """
    target = Path(path)
    adapter = _adapter("" if target.is_dir() else target.suffix.lower())
    if adapter is None:
        raise cannot_write(target, f"The ending {target.suffix} is not known.", f"Write {_KNOWN}.")
    with placed(target, overwrite=overwrite) as made:
        adapter.write(instance, made)


def _adapter(ending: str) -> ModuleType | None:
    """What reads and writes files with an ending, or folders without one."""
    if ending == ".xlsx":
        from verdeling.adapters import workbook  # what writes workbooks takes 0.1 s to load

        return workbook
    return {"": package, ".json": jsonfile}.get(ending)
