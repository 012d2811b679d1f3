"""What a path is: a folder, a file with an ending, or a database."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from verdeling.adapters.optional import needed

if TYPE_CHECKING:
    from verdeling.adapters.store import Store

DUCK = ".duckdb"
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+_.-]+://")


def is_url(path: str | os.PathLike[str]) -> bool:
    """Whether it is the URL of something, not a path.

    Examples
    --------
    >>> is_url("sqlite:///region.db"), is_url("C:/region"), is_url("region.xlsx")
    (True, False, False)
    """
    return bool(_URL.match(os.fspath(path)))


def is_store(path: str | os.PathLike[str]) -> bool:
    """Whether it is a database."""
    return is_url(path) or Path(path).suffix.lower() == DUCK


def name_of(path: str | os.PathLike[str]) -> str:
    """The path as it may be shown: without user, password and options of a URL."""
    return store_at(path).name if is_url(path) else os.fspath(path)


def store_at(path: str | os.PathLike[str]) -> Store:
    """The database at a URL, or in a file of DuckDB; nothing is opened yet."""
    if is_url(path):
        with needed("sql", "databases"):
            from verdeling.adapters.sql import Database

        return Database(os.fspath(path))
    with needed("duckdb", "files of DuckDB"):
        from verdeling.adapters.duck import DuckFile

    return DuckFile(Path(path))


def ending_of(target: Path) -> str:
    """Ending of a file or folder to be written, in small letters; empty for a folder of CSV files."""
    ending = target.suffix.lower()
    return "" if os.path.isdir(target) and ending != ".parquet" else ending
