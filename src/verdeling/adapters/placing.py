"""Putting a file or folder in its place whole, or not at all."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from verdeling.errors import OutputError, Problem
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def placed(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """Path to write to, beside the target; what was written is moved there at the end.

    Parameters
    ----------
    target : Path
        Where the file or folder belongs.
    overwrite : bool
        Whether a file that is there may be replaced. In a folder only files of the same name are,
        and files of tables and outlines that are no longer there go; all of them at once.

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


def put_folder(target: Path, write: Callable[[Path], None]) -> None:
    """Write a folder beside its place, and let it change places with what is there.

    Parameters
    ----------
    target : Path
        Where the folder belongs.
    write : callable
        Fills an empty folder.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".verdeling-") as workshop:
            made = Path(workshop) / "new"
            made.mkdir()
            write(made)
            if target.exists():
                change_places(made, target.resolve())
            else:
                os.replace(made, target)
    except OSError as error:
        raise cannot_write(
            target, f"{error.strerror or error}.", "Choose a path that can be written."
        ) from error


def cannot_write(target: Path, what: str, remedy: str) -> OutputError:
    """Error that says why nothing was written."""
    why = "Nothing is replaced or left half written."
    return OutputError(f"{target.name} cannot be written.", [Problem("cannot-write", what, why, remedy)])


def change_places(made: Path, target: Path) -> None:
    """Put a folder where another one is; the old folder is then where the new one was.

    On Linux the two change places in one step, so that whoever is killed leaves the old folder or the
    new one. Elsewhere, and on file systems that cannot do that, for a moment neither is in its place:
    then the old one is in a folder beside it, of which the name begins with ``.verdeling-``.

    Parameters
    ----------
    made, target : Path
        Folders of the same file system.
    """
    if not _exchanged(made, target):
        old = made.with_name(f"{made.name}.old")
        os.replace(target, old)
        try:
            os.replace(made, target)
        except BaseException:
            os.replace(old, target)
            raise


def _exchanged(made: Path, target: Path) -> bool:
    """Whether the system let two folders change places (``renameat2`` with ``RENAME_EXCHANGE``)."""
    if sys.platform != "linux":
        return False
    here, exchange = -100, 2
    try:
        rename = ctypes.CDLL(None).renameat2
    except AttributeError:
        return False
    return bool(rename(here, os.fsencode(made), here, os.fsencode(target), exchange) == 0)


def _put(made: Path, target: Path) -> None:
    if not (made.is_dir() and target.is_dir()):
        os.replace(made, target)
        return
    target = target.resolve()
    ours = {f"{table}{ending}" for table in TABLES for ending in (".csv", ".parquet")}
    ours |= {"boundaries.geojson"}
    for other in target.iterdir():
        if other.name not in ours and not (made / other.name).exists():
            _take_along(other, made / other.name)
    change_places(made, target)


def _take_along(other: Path, to: Path) -> None:
    """Let something be in two folders, so that none of them is ever without."""
    if other.is_dir() and not other.is_symlink():
        shutil.copytree(other, to, symlinks=True, copy_function=_linked)
    else:
        _linked(other, to)


def _linked(file: str | Path, to: str | Path) -> None:
    try:
        os.link(file, to, follow_symlinks=False)
    except OSError:
        shutil.copy2(file, to, follow_symlinks=False)
