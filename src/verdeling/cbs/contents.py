"""What is in a table of CBS, wherever it is read from, and what is chosen of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from verdeling.errors import FiguresError, Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from verdeling.cbs.datasets import Dataset

_LISTED = 40
"""Most codes that are asked for one by one."""


@dataclass(frozen=True)
class Dimension:
    """A dimension of a table.

    Parameters
    ----------
    title : str
        As people read it.
    codes : mapping of str to str
        Title by identifier.
    """

    title: str
    codes: Mapping[str, str]


@dataclass(frozen=True)
class Contents:
    """What is in a table.

    Parameters
    ----------
    table, title, modified : str
        Its code, title, and when CBS last changed it; the last two may be empty.
    measures : mapping of str to str
        Title by identifier.
    dimensions : mapping of str to Dimension
        By identifier.
    read : str
        Where and when it was read.
    complete : bool
        Whether it is known which columns are dimensions; of a table as StatLine exports it, it is not.
    """

    table: str
    title: str
    modified: str
    measures: Mapping[str, str]
    dimensions: Mapping[str, Dimension]
    read: str
    complete: bool = True


@dataclass(frozen=True)
class Selection:
    """What is read of a table, by identifiers.

    Parameters
    ----------
    measures, columns : dict of str to str
        Measure, and dimension, by column of the figures.
    only : dict of str to str
        The one code of a dimension.
    meanings : dict of dict
        What a code of a column becomes, where that is stated.
    """

    measures: dict[str, str]
    columns: dict[str, str]
    only: dict[str, str]
    meanings: dict[str, dict[str, str | int]] = field(default_factory=dict)

    def filter(self) -> str:
        """The same as a filter of OData; nothing of what is selected falls outside."""
        parts = [_any("Measure", sorted(set(self.measures.values())))]
        parts += [_any(name, [code]) for name, code in self.only.items()]
        for column, codes in self.meanings.items():
            if len(codes) <= _LISTED:
                parts.append(_any(self.columns[column], list(codes)))
        if "municipality" not in self.meanings:
            parts.append(f"contains({self.columns['municipality']},'GM')")
        return " and ".join(parts)

    def columns_asked(self) -> list[str]:
        """Columns of the observations that are used."""
        return ["Measure", "ValueAttribute", "Value", *self.columns.values(), *self.only]


class Source(Protocol):
    """Where a table is read from."""

    def contents(self) -> Contents:
        """What is in it."""

    def observations(self, selection: Selection) -> pd.DataFrame:
        """Cells: Measure, ValueAttribute, Value (NaN where there is none) and the dimensions as text."""

    def keep(self) -> None:
        """Keep what was read for the next time, now that all of it was sound."""

    def close(self) -> None:
        """Leave it."""


def select(dataset: Dataset, contents: Contents) -> Selection:
    """Find what a dataset names in a table.

    Raises
    ------
    FiguresError
        If something that is named is not there, or a dimension is left open; it says what is there.
    """
    problems: list[Problem] = []
    titles = {name: dimension.title for name, dimension in contents.dimensions.items()}
    measures = {
        column: _found("measure", text, contents.measures, problems)
        for column, text in dataset.measures.items()
    }
    columns = {
        column: _found("dimension", text, titles, problems) for column, text in dataset.columns.items()
    }
    only = {}
    for text, code in dataset.only.items():
        if name := _found("dimension", text, titles, problems):
            only[name] = _found(f"code of {name}", code, contents.dimensions[name].codes, problems)
    meanings = {
        column: _meanings(columns[column], stated, contents, problems)
        for column, stated in dataset.values.items()  # noqa: PD011 (no frame)
        if columns[column]
    }
    if contents.complete:
        problems += _open(contents, {*columns.values(), *only})
    if problems:
        raise FiguresError(f"The table {contents.table} is not as it is described.", problems)
    return Selection(measures, columns, only, meanings)


def _meanings(
    name: str, stated: Mapping[str, str | int], contents: Contents, problems: list[Problem]
) -> dict[str, str | int]:
    known = contents.dimensions[name].codes
    return {_found(f"code of {name}", text, known, problems): value for text, value in stated.items()}


def _found(kind: str, text: str, known: Mapping[str, str], problems: list[Problem]) -> str:
    """Identifier that is meant by an identifier or a title; empty, with a problem, where there is none."""
    if text in known:
        return text
    called = [name for name, title in known.items() if title.casefold() == text.strip().casefold()]
    if len(called) == 1:
        return called[0]
    what = f"There is no {kind} {text}." if not called else f"{len(called)} are called {text}."
    there = [f"{title} ({name})" if title != name else name for name, title in known.items()]
    remedy = f"Name one of {', '.join(called)}." if called else nearest(text, there)
    problems.append(
        Problem(
            f"missing-{kind.split()[0]}",
            what,
            "The table has changed, or is another one.",
            remedy,
            value=text,
        )
    )
    return ""


def _open(contents: Contents, used: set[str]) -> list[Problem]:
    return [
        Problem(
            "open-dimension",
            f"It is not said what is read of {dimension.title} ({name}).",
            "Its codes are about the same people or homes, and would be counted more than once.",
            f"Name it under [columns], or one of its codes under [only]: {_shown(dimension.codes)}.",
            value=name,
        )
        for name, dimension in contents.dimensions.items()
        if name not in used
    ]


def _shown(codes: Mapping[str, str]) -> str:
    listed = [f"{title} ({code})" for code, title in codes.items()]
    return ", ".join(listed[:8]) + (f" and {len(listed) - 8} more" if len(listed) > 8 else "")


def _any(name: str, codes: list[str]) -> str:
    """A filter for one of several codes."""
    alternatives = " or ".join("{} eq '{}'".format(name, code.replace("'", "''")) for code in codes)
    return f"({alternatives})" if len(codes) > 1 else alternatives
