"""An instance in a database: a table for each table, and a table ``about``.

Other tables of the database are left alone and passed over, unless they look like a misspelt one.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.adapters.kinds import TEXT, WHOLE, plain_cells
from verdeling.adapters.raw import Raw
from verdeling.errors import InstanceError, OutputError, Problem
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from verdeling.about import About
    from verdeling.adapters.store import Session, Store
    from verdeling.instance import Instance

ABOUT = "about"
_ABOUT_KINDS = {"position": WHOLE, "field": TEXT, "value": TEXT, "path": TEXT}
_LIKENESS = 0.8


def read(store: Store) -> Raw:
    """Read the tables of an instance.

    Parameters
    ----------
    store : Store
        The database.

    Returns
    -------
    Raw
        Cells as they stand; a row is called after its key, for rows of a database have no numbers.

    Raises
    ------
    InstanceError
        If the database cannot be read, or has none of the tables.
    """
    with store.reading() as session:
        there = session.tables()
        wanted = [table for table in there if table in TABLES or _misspelt(table, there)]
        if not set(wanted) & set(TABLES):
            what = f"It has none of the tables of an instance, and {len(there)} others."
            why = "Its tables are called municipalities, groups, needs and so on."
            remedy = "Name another database, or make views with these names and the columns of the tables."
            raise InstanceError(f"{store.name} cannot be read.", [Problem("no-tables", what, why, remedy)])
        tables = {table: _labelled(table, session.rows(table)) for table in wanted}
        about = _stated(session.rows(ABOUT)) if ABOUT in there else {}
    return Raw(tables, about)


def write(instance: Instance, store: Store, *, overwrite: bool) -> None:
    """Write an instance, all of it or nothing.

    Parameters
    ----------
    instance : Instance
        Any instance.
    store : Store
        The database.
    overwrite : bool
        Whether the instance that is there may be replaced; other tables stay.

    Raises
    ------
    OutputError
        If an instance is there and `overwrite` is false, or the database cannot be written.
    """
    with store.writing() as session:
        present = {ABOUT, *TABLES} & set(session.tables())
        if present and not overwrite:
            what = f"There are tables {', '.join(sorted(present))} already."
            why, remedy = (
                "Nothing is replaced unasked.",
                "Name another database, or allow it to be overwritten.",
            )
            raise OutputError(
                f"{store.name} cannot be written.", [Problem("cannot-write", what, why, remedy)]
            )
        for table in sorted(present):
            session.drop(table)
        _put(session, ABOUT, _about_rows(instance.about), _ABOUT_KINDS)
        for table, (frame, kinds) in plain_cells(instance).items():
            _put(session, table, frame, kinds)


def _put(session: Session, table: str, frame: pd.DataFrame, kinds: dict[str, str]) -> None:
    session.make(table, kinds)
    session.append(table, frame, kinds)


def _misspelt(name: str, there: list[str]) -> bool:
    absent = [table for table in TABLES if table not in there]
    return bool(difflib.get_close_matches(name.casefold(), absent, n=1, cutoff=_LIKENESS))


def _labelled(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows under what stands in their key."""
    names = [name for name in TABLES[table].key if name in frame] if table in TABLES else []
    if names:
        key = [_none_where_blank(frame[name]) for name in names]
        frame.index = pd.Index([_called(cells) for cells in zip(*key, strict=True)], dtype=object)
    return frame


def _none_where_blank(column: pd.Series[Any]) -> list[Any]:
    return column.astype(object).where(column.notna(), None).tolist()


def _called(cells: tuple[Any, ...]) -> str:
    return " · ".join([str(cell) for cell in cells if cell not in (None, "")])


def _about_rows(about: About) -> pd.DataFrame:
    texts = {name: getattr(about, name) or None for name in _FIELDS}
    stated: list[tuple[str, str | None, str | None]] = [(name, text, None) for name, text in texts.items()]
    stated += [("year", str(year), None) for year in about.years]
    stated += [("source", source.title, source.path or None) for source in about.sources]
    rows = [(position, *each) for position, each in enumerate(stated, start=1) if each[1] is not None]
    return pd.DataFrame(rows, columns=list(_ABOUT_KINDS), dtype=object)


_FIELDS = ("name", "title", "scenario", "description", "licence")


def _stated(rows: pd.DataFrame) -> dict[str, Any]:
    """Fields of `About` in the rows of the table ``about``."""
    absent = [column for column in _ABOUT_KINDS if column not in rows]
    if absent:
        what = f"The table about has no column {', '.join(absent)}."
        raise InstanceError(
            "The instance cannot be used.",
            [Problem("invalid-about", what, "It says what the instance is about.", "Add it.", ABOUT)],
        )
    stated: dict[str, Any] = {}
    for _, field, value, path in sorted(rows[list(_ABOUT_KINDS)].itertuples(index=False, name=None)):
        if field == "source":
            stated.setdefault("sources", []).append({"title": value, "path": path})
        elif field == "year":
            stated.setdefault("years", []).append(value)
        else:
            stated[field] = value
    return stated
