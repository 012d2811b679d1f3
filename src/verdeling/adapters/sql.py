"""A database that SQLAlchemy knows, by its URL."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from verdeling.adapters.kinds import NUMBER, TEXT, TRUTH, WHOLE
from verdeling.errors import InstanceError, OutputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TYPES: dict[str, Any] = {TEXT: sa.Unicode, WHOLE: sa.BigInteger, NUMBER: sa.Double, TRUTH: sa.Boolean}

_ALL_OR_NOTHING = ("sqlite", "postgresql", "mssql")
"""Kinds of databases in which making a table is part of a transaction."""


@dataclass(frozen=True, repr=False)
class Database:
    """A database behind a URL of SQLAlchemy.

    Parameters
    ----------
    address : str
        Such as ``sqlite:///region.db`` or ``postgresql://user@host/database``. It is never shown, for
        it may hold a password.
    """

    address: str

    @property
    def name(self) -> str:
        """The URL without user, password and options."""
        try:
            url = sa.make_url(self.address)
        except (SQLAlchemyError, ValueError):
            return self.address.partition("://")[0]
        return sa.URL.create(
            url.drivername, host=url.host, port=url.port, database=url.database
        ).render_as_string()

    @contextmanager
    def reading(self) -> Iterator[SqlSession]:
        """As `Store.reading`."""
        why, headline = "Tables are read from a database that answers.", f"{self.name} cannot be read."
        try:
            engine = self._engine("BEGIN")
            if engine.dialect.name == "sqlite" and not os.path.isfile(engine.url.database or ""):
                raise FileNotFoundError(2, "the file is not there")
            with engine.connect() as connection:
                yield SqlSession(connection)
        except _FAILURES as error:
            problem = Problem("unreadable-database", self._told(error), why, _remedy(error))
            raise InstanceError(headline, [problem]) from None

    @contextmanager
    def writing(self) -> Iterator[SqlSession]:
        """As `Store.writing`."""
        why, headline = "Nothing is replaced or left half written.", f"{self.name} cannot be written."
        made = ""
        try:
            engine = self._engine("BEGIN IMMEDIATE")
            _refuse_half(engine)
            if engine.dialect.name == "sqlite" and not os.path.lexists(str(engine.url.database)):
                made = str(engine.url.database)
            with engine.begin() as connection:
                yield SqlSession(connection)
            if made and sa.inspect(engine).get_table_names():
                made = ""
        except _FAILURES as error:
            problem = Problem("cannot-write", self._told(error), why, _remedy(error))
            raise OutputError(headline, [problem]) from None
        finally:
            if made and os.path.isfile(made):
                os.unlink(made)

    def _engine(self, begin: str) -> sa.Engine:
        """An engine without a pool; in SQLite making a table belongs to the transaction as well."""
        engine = sa.create_engine(self.address, poolclass=sa.NullPool, hide_parameters=True)
        if engine.dialect.name == "sqlite":

            @sa.event.listens_for(engine, "connect")
            def left_to_us(connection: Any, _: object) -> None:
                connection.isolation_level = None

            @sa.event.listens_for(engine, "begin")
            def begun(connection: sa.Connection) -> None:
                connection.exec_driver_sql(begin)

        return engine

    def _told(self, error: Exception) -> str:
        """What went wrong, without the password or any option of the URL."""
        try:
            url = sa.make_url(self.address)
        except (SQLAlchemyError, ValueError):
            return "The URL cannot be understood."
        told = str(getattr(error, "orig", None) or error).strip().split("\n")[0].rstrip(".")
        options = [each for values in url.normalized_query.values() for each in values]
        for secret in filter(None, [str(url.password or ""), *options]):
            told = told.replace(secret, "***")
        return f"{type(error).__name__}: {told}."


class _HalfWritten(Exception):
    """Writing to this database could leave half of it."""


_FAILURES = (SQLAlchemyError, ImportError, OSError, ValueError, _HalfWritten)


def _refuse_half(engine: sa.Engine) -> None:
    if engine.dialect.name not in _ALL_OR_NOTHING:
        raise _HalfWritten(f"{engine.dialect.name} cannot make and fill tables in one transaction")
    if engine.dialect.name == "sqlite" and engine.url.database in (None, "", ":memory:"):
        raise _HalfWritten("a database in memory is gone at once")


def _remedy(error: Exception) -> str:
    if isinstance(error, ImportError):
        return "Install the driver that the URL names, for instance psycopg for PostgreSQL."
    if isinstance(error, _HalfWritten):
        return "Write to SQLite, PostgreSQL, SQL Server or a .duckdb file."
    return "Correct the URL, see whether the database can be reached, and who may do this in it."


@dataclass(frozen=True)
class SqlSession:
    """One transaction in a database.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        To the database.
    """

    connection: sa.Connection

    def tables(self) -> list[str]:
        """As `Session.tables`."""
        inspector = sa.inspect(self.connection)
        return [*inspector.get_table_names(), *inspector.get_view_names()]

    def rows(self, table: str, where: tuple[str, str] | None = None) -> pd.DataFrame:
        """As `Session.rows`."""
        asked = sa.select(sa.text("*")).select_from(sa.table(table))
        found = self.connection.execute(asked.where(sa.column(where[0]) == where[1]) if where else asked)
        rows = [tuple(row) for row in found]
        return pd.DataFrame(
            rows, columns=list(found.keys()), index=pd.RangeIndex(1, len(rows) + 1), dtype=object
        )

    def make(self, table: str, kinds: Mapping[str, str]) -> None:
        """As `Session.make`."""
        columns = [sa.Column(name, _TYPES[kind]()) for name, kind in kinds.items()]
        sa.Table(table, sa.MetaData(), *columns).create(self.connection)

    def drop(self, table: str) -> None:
        """As `Session.drop`."""
        sa.Table(table, sa.MetaData()).drop(self.connection)

    def append(self, table: str, frame: pd.DataFrame, kinds: Mapping[str, str]) -> None:
        """As `Session.append`."""
        if frame.empty:
            return
        columns = [sa.column(name, _TYPES[kind]()) for name, kind in kinds.items()]
        rows = frame[list(kinds)].astype(object)
        filled: Any = rows.where(rows.notna(), None).to_dict("records")
        self.connection.execute(sa.insert(sa.table(table, *columns)), filled)

    def count(self, table: str, column: str, value: str) -> int:
        """As `Session.count`."""
        asked = sa.select(sa.func.count()).select_from(sa.table(table)).where(sa.column(column) == value)
        return int(self.connection.execute(asked).scalar_one())

    def remove(self, table: str, column: str, value: str) -> None:
        """As `Session.remove`."""
        self.connection.execute(sa.delete(sa.table(table)).where(sa.column(column) == value))
