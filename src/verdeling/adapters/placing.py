"""Putting a file or folder in its place whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from verdeling.errors import OutputError, Problem
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def placed(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """Path to write to, beside the target; what was written is moved there at the end.

    Parameters
    ----------
    target : Path
        Where the file or folder belongs.
    overwrite : bool
        Whether a file that is there may be replaced. In a folder only files of the same name are,
        and CSV files of tables and outlines that are no longer there go.

    Yields
    ------
    Path
        Where to write it.

    Raises
    ------
    OutputError
        If something is there and `overwrite` is false, or it cannot be written.
    """
    if os.path.lexists(target) and not overwrite:
        remedy = "Choose another path, or allow it to be overwritten."
        raise cannot_write(target, "Something is there already.", remedy)
    try:
        with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".verdeling-") as workshop:
            made = Path(workshop) / target.name
            yield made
            _put(made, target)
    except OSError as error:
        raise cannot_write(
            target, f"{error.strerror or error}.", "Choose a path that can be written."
        ) from error


def cannot_write(target: Path, what: str, remedy: str) -> OutputError:
    """Error that says why nothing was written."""
    why = "Nothing is replaced or left half written."
    return OutputError(f"{target.name} cannot be written.", [Problem("cannot-write", what, why, remedy)])


def _put(made: Path, target: Path) -> None:
    if not (made.is_dir() and target.is_dir()):
        os.replace(made, target)
        return
    tables = {f"{table}.csv" for table in TABLES}
    files = {file.name for file in made.iterdir()}
    for name in sorted(files, key=lambda name: (name not in tables, name)):
        os.replace(made / name, target / name)
    for name in {*tables, "boundaries.geojson"} - files:
        (target / name).unlink(missing_ok=True)
