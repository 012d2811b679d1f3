"""A DuckDB file."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from verdeling.adapters.arrow import from_arrow, to_arrow
from verdeling.adapters.kinds import NUMBER, TEXT, TRUTH, WHOLE
from verdeling.adapters.placing import cannot_write
from verdeling.adapters.raw import refuse
from verdeling.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd

_TYPES = {TEXT: "VARCHAR", WHOLE: "BIGINT", NUMBER: "DOUBLE", TRUTH: "BOOLEAN"}
_SHUT: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "autoload_known_extensions": False,
}
"""Views of a file that somebody sent may name other files, also elsewhere: these are not opened."""


@dataclass(frozen=True)
class DuckFile:
    """A file of DuckDB.

    Parameters
    ----------
    path : Path
        The file; made by `writing` where it is not there.
    """

    path: Path

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.path.name

    @contextmanager
    def reading(self) -> Iterator[DuckSession]:
        """As `Store.reading`."""
        try:
            if not self.path.is_file():
                raise FileNotFoundError(2, f"{self.path} is not there")
            with duckdb.connect(str(self.path), read_only=True, config=_SHUT) as connection:
                yield DuckSession(connection)
        except (duckdb.Error, OSError) as error:
            why = "Only a sound DuckDB file that nobody else has open for writing can be read."
            what, remedy = f"{str(error).splitlines()[0]}", "Correct the path, or close what has it open."
            refuse(self.path, [Problem("unreadable-file", what, why, remedy)])

    @contextmanager
    def writing(self) -> Iterator[DuckSession]:
        """As `Store.writing`."""
        new, kept = not os.path.lexists(self.path), False
        try:
            with duckdb.connect(str(self.path), config=_SHUT) as connection:
                connection.begin()
                yield DuckSession(connection)
                connection.commit()
            kept = True
        except (duckdb.Error, OSError) as error:
            remedy = "Choose a path that can be written, or close what has it open."
            raise cannot_write(self.path, str(error).splitlines()[0], remedy) from error
        finally:
            if new and not kept:
                self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class DuckSession:
    """One transaction in a DuckDB file.

    Parameters
    ----------
    connection : DuckDBPyConnection
        With a transaction that was begun, where it writes.
    """

    connection: duckdb.DuckDBPyConnection

    def tables(self) -> list[str]:
        """As `Session.tables`."""
        asked = (
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = current_schema() AND table_catalog = current_database()"
        )
        return [name for (name,) in self.connection.execute(asked).fetchall()]

    def rows(self, table: str, where: tuple[str, str] | None = None) -> pd.DataFrame:
        """As `Session.rows`."""
        asked, values = f"SELECT * FROM {_quoted(table)}", []
        if where:
            asked, values = f"{asked} WHERE {_quoted(where[0])} = ?", [where[1]]
        return from_arrow(self.connection.sql(asked, params=values).to_arrow_table())

    def make(self, table: str, kinds: Mapping[str, str]) -> None:
        """As `Session.make`."""
        columns = ", ".join(f"{_quoted(name)} {_TYPES[kind]}" for name, kind in kinds.items())
        self.connection.execute(f"CREATE TABLE {_quoted(table)} ({columns})")

    def drop(self, table: str) -> None:
        """As `Session.drop`."""
        self.connection.execute(f"DROP TABLE {_quoted(table)}")

    def append(self, table: str, frame: pd.DataFrame, kinds: Mapping[str, str]) -> None:
        """As `Session.append`."""
        names = ", ".join(map(_quoted, kinds))
        self.connection.register("verdeling_rows", to_arrow(frame, kinds))
        self.connection.execute(f"INSERT INTO {_quoted(table)} ({names}) SELECT {names} FROM verdeling_rows")
        self.connection.unregister("verdeling_rows")

    def count(self, table: str, column: str, value: str) -> int:
        """As `Session.count`."""
        asked = f"SELECT count(*) FROM {_quoted(table)} WHERE {_quoted(column)} = ?"
        return int(self.connection.execute(asked, [value]).fetchall()[0][0])

    def remove(self, table: str, column: str, value: str) -> None:
        """As `Session.remove`."""
        self.connection.execute(f"DELETE FROM {_quoted(table)} WHERE {_quoted(column)} = ?", [value])


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
