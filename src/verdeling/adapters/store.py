"""What a database does for an instance or for results: tables read, made, filled and emptied together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    import pandas as pd


class Session(Protocol):
    """One transaction: all of it is kept at its end, or nothing."""

    def tables(self) -> list[str]:
        """Names of tables and views."""

    def rows(self, table: str, where: tuple[str, str] | None = None) -> pd.DataFrame:
        """Every row of a table, or those with a text in a column; cells as they stand, numbered from 1."""

    def make(self, table: str, kinds: Mapping[str, str]) -> None:
        """Make a table with columns of these kinds."""

    def drop(self, table: str) -> None:
        """Take a table away."""

    def append(self, table: str, frame: pd.DataFrame, kinds: Mapping[str, str]) -> None:
        """Add rows of plain cells, ``None`` where blank."""

    def count(self, table: str, column: str, value: str) -> int:
        """How many rows of a table have a text in a column."""

    def remove(self, table: str, column: str, value: str) -> None:
        """Take the rows of a table away that have a text in a column."""


class Store(Protocol):
    """A database, somewhere."""

    @property
    def name(self) -> str:
        """Where it is, without a password."""

    def reading(self) -> AbstractContextManager[Session]:
        """Look at what is there.

        Raises
        ------
        InstanceError
            If there is no such database, or it cannot be read.
        """

    def writing(self) -> AbstractContextManager[Session]:
        """Change what is there; an error leaves it as it was.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
