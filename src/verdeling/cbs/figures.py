"""Figures from the cells of a table: one row for each municipality and whatever else they are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.cbs.codes import codes_meant, names_of
from verdeling.cbs.contents import select
from verdeling.cbs.datasets import Stands
from verdeling.errors import FiguresError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.cbs.contents import Contents, Selection, Source
    from verdeling.cbs.datasets import Dataset

_SHOWN = 5


@dataclass(frozen=True, eq=False)
class Figures:
    """Figures of a table of CBS.

    Parameters
    ----------
    table : DataFrame
        The columns of the dataset, its measures (whole numbers where all are), ``source`` and ``estimate``.
    contents : Contents
        What is in the table of CBS.
    suppressed : int
        Cells without a number.
    left_out : dict of str to list of str
        By column, titles of codes that were not used.
    """

    table: pd.DataFrame
    contents: Contents
    suppressed: int
    left_out: dict[str, list[str]]


def read_table(source: Source, dataset: Dataset) -> Figures:
    """Read figures from wherever a table is.

    Parameters
    ----------
    source : Source
        The table.
    dataset : Dataset
        What is read of it.

    Returns
    -------
    Figures

    Raises
    ------
    FiguresError
        If the table is not as it is described, cannot be read, has cells without a number of which it is
        not said what they mean, or two cells about the same; nothing is kept then.
    """
    try:
        contents = source.contents()
        selection = select(dataset, contents)
        cells = source.observations(selection)
        figures = _figures(cells, dataset, contents, selection)
        source.keep()
    finally:
        source.close()
    return figures


def _figures(cells: pd.DataFrame, dataset: Dataset, contents: Contents, selection: Selection) -> Figures:
    named, left_out = _named(cells, dataset, contents, selection)
    keys = list(selection.columns)
    _refuse_twice(named, [*keys, "measure"], dataset)
    told, count = _told(_belonging(named, dataset), dataset)
    table = _wide(told, keys, dataset)
    for name in dataset.measures:
        if (table[name] % 1 == 0).all():
            table[name] = table[name].astype("int64")
    for name, value in dataset.constants.items():
        table[name] = _constant(table, name, value, dataset) if isinstance(value, dict) else value
    sources = [_source(dataset, contents, stood=stood) for stood in (False, True)]
    table["source"] = table["estimate"].map(dict(zip((False, True), sources, strict=True)))
    return Figures(table, contents, count, left_out)


def _wide(told: pd.DataFrame, keys: list[str], dataset: Dataset) -> pd.DataFrame:
    """A column for each measure, and whether something stands for a number that is not there."""
    indexed = told.set_index([*keys, "measure"])
    table = indexed["Value"].unstack("measure")  # noqa: PD010 (each stands once)
    table = table.reindex(columns=list(dataset.measures))
    table["estimate"] = indexed["stands"].groupby(level=keys).any()
    empty = table.isna().any(axis=1)
    if dataset.suppressed != "nothing" and empty.any():
        remedy = 'Leave a measure out, or let these rows fall away: suppressed = "nothing".'
        raise _refused(dataset, "absent-cell", f"{int(empty.sum())} rows lack one of the measures.", remedy)
    if empty.all():
        raise _refused(dataset, "no-figures", "Nothing is left of what is selected.",
                       "Look at the codes under [only] and [values].")  # fmt: skip
    return table[~empty].reset_index().rename_axis(columns=None)


def _named(
    cells: pd.DataFrame, dataset: Dataset, contents: Contents, selection: Selection
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Cells under the columns of the figures, and the codes that were not used."""
    measures = {name: column for column, name in selection.measures.items()}
    named = pd.DataFrame({"measure": cells["Measure"].map(measures), "Value": cells["Value"],
                          "mark": cells["ValueAttribute"]})  # fmt: skip
    left_out = {}
    for column, name in selection.columns.items():
        meanings = _meanings(column, name, cells[name], dataset, contents, selection)
        named[column] = cells[name].map(meanings)
        unused = [code for code in dict.fromkeys(cells[name]) if code not in meanings]
        if unused:
            left_out[column] = [contents.dimensions[name].codes.get(code, code) for code in unused]
    return named.dropna(subset=["measure", *selection.columns]), left_out


def _meanings(
    column: str, name: str, cells: pd.Series[str], dataset: Dataset, contents: Contents, selection: Selection
) -> dict[str, Any]:
    """What each code of a dimension becomes; one that is absent is left out."""
    if column in selection.meanings:
        return dict(selection.meanings[column])
    codes = list(dict.fromkeys(cells))
    if column == "municipality":
        return _municipalities(codes, dataset)
    titles = contents.dimensions[name].codes
    if column == "year":
        return {code: int(code[:4]) for code in codes if code[:4].isdecimal()}
    return {code: titles.get(code, code) for code in codes}


def _municipalities(codes: Sequence[str], dataset: Dataset) -> dict[str, str]:
    """Municipal codes, and of an export names in the division of the year that is stated."""
    found = {code: code for code in codes if code[:2] == "GM" and code[2:].isdigit()}
    if found or dataset.codes is None:
        return found
    meant: dict[str, str] = {}
    for code in codes:
        meant |= codes_meant([code], dataset.codes)[0]
    return meant


def _belonging(named: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Cells of municipalities of the stated division; one of another division has no number."""
    if dataset.codes is None:
        return named
    other = ~named["municipality"].isin(names_of(dataset.codes))
    wrong = named[other & named["Value"].notna()]["municipality"].unique()
    if len(wrong):
        _, problems = codes_meant(wrong, dataset.codes)
        raise FiguresError(f"The codes of {dataset.table} are not those of {dataset.codes}.", problems)
    return named[~other]


def _told(named: pd.DataFrame, dataset: Dataset) -> tuple[pd.DataFrame, int]:
    """Cells with what stands for those without a number, and how many these are."""
    empty, chosen = named["Value"].isna(), dataset.suppressed
    count = int(empty.sum())
    if chosen == "refuse" and count:
        raise _suppressed(named[empty], dataset, count)
    value = chosen.estimate if isinstance(chosen, Stands) else 0.0
    stands = empty & (chosen != "nothing")
    return named.assign(Value=named["Value"].mask(stands, value), stands=stands), count


def _refuse_twice(named: pd.DataFrame, keys: list[str], dataset: Dataset) -> None:
    """Two cells about the same would make one figure of two."""
    alike = named[named.duplicated(keys)]
    if len(alike):
        what = "; ".join(", ".join(map(str, row)) for row in alike[keys].head(_SHOWN).itertuples(index=False))
        remedy = "Under [values] name only one of the codes that become the same, such as one date of a year."
        raise _refused(
            dataset, "duplicate-key", f"{len(alike)} cells are about the same as another: {what}.", remedy
        )


def _constant(table: pd.DataFrame, name: str, values: dict[str, Any], dataset: Dataset) -> pd.Series[Any]:
    absent = sorted(set(table.get("group", pd.Series(["no group"])).astype(str)) - set(values))
    if absent:
        raise _refused(dataset, "missing-constant", f"{name} has no value for {', '.join(absent)}.",
                       f"Add it under [constants.{name}].")  # fmt: skip
    return table["group"].map(values)


def _source(dataset: Dataset, contents: Contents, *, stood: bool = False) -> str:
    title = ", ".join(filter(None, (contents.title, contents.modified)))
    parts = [f"CBS {dataset.table}" + (f" ({title})" if title else ""), contents.read, dataset.note]
    if stood:
        value = dataset.suppressed.estimate if isinstance(dataset.suppressed, Stands) else 0
        parts.append(f"no number at CBS: {value:g}")
    return "; ".join(filter(None, parts))


def _suppressed(empty: pd.DataFrame, dataset: Dataset, count: int) -> FiguresError:
    keys = [name for name in empty if name not in ("Value", "mark")]
    shown = "; ".join(", ".join(map(str, row)) for row in empty[keys].head(_SHOWN).itertuples(index=False))
    marks = ", ".join(sorted(set(empty["mark"].astype(str)) - {""})) or "none"
    return _refused(dataset, "suppressed", f"{count} cells have no number (mark: {marks}): {shown}.",
                    'Say what they mean: suppressed = "nothing", "zero" or {estimate = 2}.')  # fmt: skip


def _refused(dataset: Dataset, code: str, what: str, remedy: str) -> FiguresError:
    why = "A figure that is unclear is not guessed."
    return FiguresError(f"{dataset.table} cannot be used.", [Problem(code, what, why, remedy)])
