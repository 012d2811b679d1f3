"""Reading and writing instances: a data package, a workbook or one JSON file.

An adapter only turns its source into raw tables and back; what the cells mean is decided in one
place, `Instance.from_tables`.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from verdeling.adapters import jsonfile, package, workbook
from verdeling.errors import InstanceError, OutputError, Problem
from verdeling.instance import Instance
from verdeling.tables import TABLES

_FORMATS = {"": package, ".xlsx": workbook, ".json": jsonfile}
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
    source = Path(path)
    if source.name == package.DESCRIPTOR:
        source = source.parent
    adapter = _FORMATS.get("" if source.is_dir() else source.suffix.lower() or "?")
    if not source.exists() or adapter is None:
        what = f"{source} is not there." if adapter else f"{source} has a format that is not known."
        problem = Problem("unreadable-file", what, f"An instance is {_KNOWN}.", "Correct the path.")
        raise InstanceError(f"{source.name} cannot be read.", [problem])
    raw = adapter.read(source)
    return Instance.from_tables(raw.tables, raw.about)


def write_instance(instance: Instance, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Write an instance; the file or folder appears whole or not at all.

    Parameters
    ----------
    instance : Instance
        What to write.
    path : path-like
        Ending in ``.xlsx`` or ``.json``, or without an ending for a folder.
    overwrite : bool
        Whether an instance that is there already may be replaced. In a folder only
        ``datapackage.json`` and the CSV files of tables are replaced, one by one.

    Raises
    ------
    OutputError
        If the ending is not known, something is there and `overwrite` is false, or the file cannot
        be written.
    """
    target = Path(path)
    adapter = _FORMATS.get("" if target.is_dir() else target.suffix.lower())
    if adapter is None:
        raise _cannot(target, f"The ending {target.suffix} is not known.", f"Write {_KNOWN}.")
    if os.path.lexists(target) and not overwrite:
        raise _cannot(
            target, "Something is there already.", "Choose another path, or allow it to be overwritten."
        )
    try:
        with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".verdeling-") as workshop:
            made = Path(workshop) / target.name
            adapter.write(instance, made)
            _put(made, target)
    except OSError as error:
        raise _cannot(target, f"{error.strerror or error}.", "Choose a path that can be written.") from error


def _put(made: Path, target: Path) -> None:
    """Move what was made to where it belongs."""
    if not (made.is_dir() and target.is_dir()):
        os.replace(made, target)
        return
    files = {file.name for file in made.iterdir()}
    for name in sorted(files, key=lambda name: (name == package.DESCRIPTOR, name)):
        os.replace(made / name, target / name)
    for table in TABLES:
        if f"{table}.csv" not in files:
            (target / f"{table}.csv").unlink(missing_ok=True)


def _cannot(target: Path, what: str, remedy: str) -> OutputError:
    why = "Nothing is replaced or left half written."
    return OutputError(f"{target.name} cannot be written.", [Problem("cannot-write", what, why, remedy)])
