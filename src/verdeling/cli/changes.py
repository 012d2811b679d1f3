"""Changes that somebody asks about, as they are written on a command line or in a file."""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO
from operator import add, mul, sub
from typing import TYPE_CHECKING, Any, get_args

import pandas as pd

from verdeling.amounts import asked
from verdeling.cli.naming import NAMED, meant
from verdeling.errors import Problem, VerdelingError, nearest
from verdeling.explaining.asking.changing import Change, NewRow, Scaling
from verdeling.explaining.asking.what_if import AMOUNTS
from verdeling.explaining.repairing.words import scope_words
from verdeling.incoming import read_text, read_toml, refuse_twice
from verdeling.language import Language, say, sentence
from verdeling.names import Names
from verdeling.scopes import SCOPE
from verdeling.tables import TABLES, Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from verdeling.instance import Instance

_SET = re.compile(r"(?P<table>\w+):(?P<which>.+?)(:(?P<column>\w+))?\s*(?P<how>[+*-]?=)\s*(?P<value>[^=]+)")
_AGREE = re.compile(r"(?P<measure>\w+)\s*(?P<sense><=|>=|=)\s*(?P<value>[^:]+?)\s*(:(?P<scope>.*))?")
_NUMBER = re.compile(r"-?\d+(\.\d+)?%?")

_RECKONED: dict[str, Callable[[Any, Any], Any]] = {"+=": add, "-=": sub, "*=": mul}

_TOLD = 3
"""So many ids are told of what is still open."""

_EXAMPLE = "supply:Borne,social_rent,2027=25"
_AGREEMENT = "places >= 15: Borne, 2027"


class Asked:
    """Reads changes to an instance, and gathers what is wrong with them.

    Parameters
    ----------
    instance : Instance
        Of one scenario.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.changes: list[Change | NewRow | Scaling] = []
        self.problems: list[Problem] = []

    def finish(self) -> list[Change | NewRow | Scaling]:
        """The changes.

        Raises
        ------
        VerdelingError
            With everything that cannot be read, or if nothing is changed.
        """
        if not self.changes and not self.problems:
            remedy = f'Give --set "{_EXAMPLE}", --agree "{_AGREEMENT}" or --changes FILE.'
            self._refuse("", "Nothing is changed.", "Then nothing differs.", remedy)
        if self.problems:
            raise VerdelingError("The changes cannot be made.", self.problems)
        return self.changes

    def put(self, text: str) -> None:
        """Read ``TABLE:ROW=VALUE`` or ``TABLE:ROW:COLUMN=VALUE``; ``+=``, ``-=`` and ``*=`` reckon.

        The row is told by ids, names and years with commas between them, in any order; ``*=`` takes
        several rows.
        """
        parts = _SET.fullmatch(text.strip())
        if parts is None:
            what, why = f"{text!r} is no change.", "A change is of one cell of a table."
            self._refuse(text, what, why, f'Write it like "{_EXAMPLE}".')
            return
        table, column = parts["table"], parts["column"] or AMOUNTS.get(parts["table"], ("",))[0]
        if table not in TABLES:
            why = "Only tables of the instance can be changed."
            self._refuse(text, f"There is no table {table}.", why, nearest(table, TABLES))
        elif column not in self.instance.tables[table]:
            columns = [*map(str, self.instance.tables[table])]
            what = f"The table {table} has no column {column}." if column else "No column is named."
            remedy = nearest(column, columns) if column else f'Write "{table}:{parts["which"]}:COLUMN=VALUE".'
            self._refuse(text, what, f"The table {table} has several columns.", remedy)
        else:
            self._change(text, table, parts["which"], column, parts["how"], parts["value"])

    def agree(self, text: str) -> None:
        """Read ``MEASURE SENSE VALUE: SCOPE``: an agreement that would come beside the others."""
        parts = _AGREE.fullmatch(text.strip())
        if parts is None or not _NUMBER.fullmatch(parts["value"]):
            what, why = f"{text!r} is no agreement.", "An agreement bounds a measure by a number."
            self._refuse(text, what, why, f'Write it like "{_AGREEMENT}".')
            return
        if parts["measure"] not in get_args(Measure):
            remedy = nearest(parts["measure"], get_args(Measure))
            self._refuse(text, f"There is no measure {parts['measure']}.", "Nothing is counted.", remedy)
            return
        cells: dict[str, Any] = {
            "agreement": self._new_id(),
            "measure": parts["measure"],
            "sense": parts["sense"],
            "value": _number(parts["value"]),
        }
        for each in (parts["scope"] or "").split(","):
            place = self._scope(text, each.strip()) if each.strip() else None
            if place:
                column, value = place
                cells[column] = f"{cells[column]};{value}" if column in cells else value
        self.changes.append(NewRow("agreements", cells | self._texts(cells)))

    def add(self, table: str, cells: dict[str, Any]) -> None:
        """Take a whole row."""
        self.changes.append(NewRow(table, cells))

    def _change(self, text: str, table: str, which: str, column: str, how: str, value: str) -> None:
        frame = self.instance.tables[table]
        key: dict[str, str] = {}
        for each in which.split(","):
            place = self._place(table, frame, each.strip(), key)
            if place is None:
                what = f"No row of the table {table} is about {each.strip()}."
                remedy = nearest(each.strip(), self._called(table))
                self._refuse(text, what, "A change is of a row that is there.", remedy)
                return
            key |= place
        rows = frame[_matching(frame, key)]
        if len(rows) == 1:
            self._change_cell(text, Change(table, key, column, value.strip()), rows[column], how)
            return
        if len(rows) and how == "*=" and _NUMBER.fullmatch(value.strip()):
            self.changes.append(Scaling(table, key, column, _number(value.strip())))
            return
        said = ", ".join(key.values())
        open_keys = [name for name in TABLES[table].key if name not in key and len(set(rows[name])) > 1]
        further = [f"{name} ({', '.join(rows[name].astype(str).unique()[:_TOLD])}, …)" for name in open_keys]
        what = f"The table {table} has {len(rows) or 'no'} rows about {said}{' together' * (not len(rows))}."
        remedy = f"Say also {' and '.join(further)}" if further else "Name a row that is there."
        self._refuse(text, what, "A change is of one row.", remedy)

    def _place(
        self, table: str, frame: pd.DataFrame, said: str, taken: dict[str, str]
    ) -> dict[str, str] | None:
        """The key column that a word is in, and the id that it stands for; None where it is in none."""
        name, stated, value = said.partition("=")
        columns = [name.strip()] if stated else [each for each in TABLES[table].key if each not in taken]
        for column in columns:
            known = set(frame[column].astype(str)) if column in frame else set()
            for each in self._ids(column, value.strip() if stated else said):
                if each in known:
                    return {column: each}
        return None

    def _called(self, table: str) -> list[str]:
        """What the rows of a table are about, by name where there is one."""
        names, frame = Names.of(self.instance, "en"), self.instance.tables[table]
        about = [names.column(column, frame[column]) for column in TABLES[table].key if column in frame]
        return sorted({name for column in about for name in column} - {""})

    def _ids(self, column: str, said: str) -> tuple[str, ...]:
        dimension = {"origin": "municipality", "host": "municipality"}.get(column, column)
        return meant(self.instance, dimension, said) if dimension in NAMED else (said,)

    def _change_cell(self, text: str, change: Change, cells: pd.Series[Any], how: str) -> None:
        """Take the change of one cell, reckoned from what stands there."""
        new: Any = change.value
        if _NUMBER.fullmatch(new):
            before, by = cells.iloc[0], _number(new)
            new = by if how == "=" else _RECKONED[how](before, by)
        elif how != "=" or cells.dtype.kind in "iuf":
            remedy = "Write digits, a point before decimals, nothing between thousands."
            self._refuse(text, f"{new} is not a number.", "The cell holds a number.", remedy)
            return
        self.changes.append(replace(change, value=new))

    def _scope(self, text: str, said: str) -> tuple[str, str] | None:
        """The column of an agreement that a word belongs in, and what stands there."""
        column, stated, value = said.partition("=")
        if stated:
            column, value = column.strip(), value.strip()
            each = self._ids(column, value) if value != "*" else ()
            return column, each[0] if each else value
        for column in NAMED:
            several = meant(self.instance, column, said)
            if len(several) == 1:
                return column, several[0]
        for column, known in self._unnamed().items():
            if said in known:
                return column, said
        tables = self.instance.tables
        names = [*tables["municipalities"]["name"], *tables["groups"]["name"], *tables["place_types"]["name"]]
        remedy = f"{nearest(said, names)} For each of several write year=* or municipality=*."
        self._refuse(text, f"There is no {said}.", "An agreement is about what is in the instance.", remedy)
        return None

    def _unnamed(self) -> dict[str, set[str]]:
        """Scopes of agreements that have no names: what each can be."""
        tables = self.instance.tables
        suppliers = {*tables["supply"]["supplier"], *tables["projects"]["supplier"]}
        return {
            "region": set(tables["municipalities"]["region"]),
            "supplier": suppliers | {*tables["support"]["provider"]},
            "year": set(map(str, self.instance.about.years)),
        }

    def _texts(self, cells: dict[str, Any]) -> dict[str, str]:
        """An agreement in words, in each language."""
        told = {}
        for lang, column in zip(get_args(Language), ("text_nl", "text"), strict=True):
            sense = sentence(say(f"repair.sense.{cells['sense']}", lang))
            about = scope_words(Names.of(self.instance, lang), dict.fromkeys(SCOPE, "") | cells)
            told[column] = f"{sense} {asked(cells['measure'], cells['value'], lang)} ({about})"
        return told

    def _new_id(self) -> str:
        taken = set(self.instance.tables["agreements"]["agreement"])
        taken |= {row.cells.get("agreement") for row in self.changes if isinstance(row, NewRow)}
        return next(name for name in (f"asked_{number}" for number in range(1, 1000)) if name not in taken)

    def _refuse(self, value: str, what: str, why: str, remedy: str) -> None:
        self.problems.append(Problem("bad-change", what, why, remedy, value=value))


def read_changes(
    instance: Instance, put: Iterable[str], agree: Iterable[str], file: Path | None
) -> list[Change | NewRow | Scaling]:
    """Changes from a command line and a file.

    Parameters
    ----------
    instance : Instance
        Of one scenario.
    put : iterable of str
        As `Asked.put` reads them.
    agree : iterable of str
        As `Asked.agree` reads them.
    file : Path, optional
        A ``.csv`` with the columns table, row, column and value, or a ``.toml`` with the lists ``set``
        and ``agree`` and rows in ``[[add]]``, each with its ``table`` and cells.

    Raises
    ------
    VerdelingError
        With everything that is wrong.
    """
    asked = Asked(instance)
    content = _content(file) if file else {}
    for text in [*put, *content.get("set", [])]:
        asked.put(str(text))
    for text in [*agree, *content.get("agree", [])]:
        asked.agree(str(text))
    for row in content.get("add", []):
        asked.add(str(row.get("table", "")), {name: cell for name, cell in row.items() if name != "table"})
    return asked.finish()


def _content(file: Path) -> dict[str, Any]:
    try:
        if file.suffix.lower() == ".toml":
            content = read_toml(file)
        else:
            text = read_text(file)
            refuse_twice(text)
            table = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
            content = {"set": list(_lines(table))}
    except (OSError, ValueError, KeyError) as error:
        remedy = "Give a .csv with the columns table, row, column and value, or a .toml with a list set."
        problem = Problem("bad-changes", f"{file.name}: {error}.", "It holds the changes.", remedy)
        raise VerdelingError("The changes cannot be read.", [problem]) from error
    kinds = {"set": str, "agree": str, "add": dict}
    what = [f"{file.name} has {name}." for name in sorted(set(content) - set(kinds))]
    for name in content.keys() & kinds.keys():
        if not isinstance(content[name], list) or not all(
            type(each) is kinds[name] for each in content[name]
        ):
            what.append(f"{name} in {file.name} is no list of {'rows' if name == 'add' else 'texts'}.")
    if what:
        why, remedy = "It would be passed over, or mean something else.", "Use set, agree and [[add]]."
        problems = [Problem("bad-changes", each, why, remedy) for each in what]
        raise VerdelingError("The changes cannot be read.", problems)
    return content


def _lines(table: pd.DataFrame) -> Iterator[str]:
    for row in table.to_dict("records"):
        column = f":{row['column']}" if row["column"] else ""
        yield f"{row['table']}:{row['row']}{column}={row['value']}"


def _number(text: str) -> float | int:
    number = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    return int(number) if number.is_integer() else number


def _matching(frame: pd.DataFrame, key: dict[str, Any]) -> pd.Series[bool]:
    matches = pd.Series(data=True, index=frame.index)
    for column, value in key.items():
        matches &= frame[column].astype(str) == value
    return matches
