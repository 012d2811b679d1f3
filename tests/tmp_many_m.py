"""An instance that is written as messily as people do comes back the same, with the mapping that says how."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from strategies import instances
from verdeling.adapters.raw import plain
from verdeling.cells import columns
from verdeling.mapping.format import Mapping
from verdeling.mapping.reading import read_mapped

if TYPE_CHECKING:
    import random

    from verdeling.instance import Instance

AMOUNTS = {"needs": "households", "supply": "places", "support": "hours"}
NAMED = {"municipality": "municipalities", "group": "groups", "place_type": "place_types"}


@dataclass
class Manner:
    """How somebody writes: files, numbers, headers; `chance` decides column by column."""

    chance: random.Random
    workbook: bool
    dutch: bool
    encoding: str
    separator: str
    titles: int
    two_rows: bool
    wide: bool
    named: bool


manners = st.builds(
    Manner,
    chance=st.randoms(use_true_random=False),
    workbook=st.booleans(),
    dutch=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    separator=st.sampled_from([";", ",", "\t"]),
    titles=st.integers(0, 3),
    two_rows=st.booleans(),
    wide=st.booleans(),
    named=st.booleans(),
)


@settings(max_examples=400, phases=[Phase.generate])
@given(instance=instances(municipalities=3, groups=3, years=3, most=5000), manner=manners)
def test_messy_round_trip(instance: Instance, manner: Manner) -> None:
    """Whatever the notation, the order, the header, wide or long, by id or by name: it is the same."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / ("own.xlsx" if manner.workbook else "own")
        mapping = write(instance, source, manner)
        assert read_mapped(source, mapping).instance == instance


def write(instance: Instance, source: Path, manner: Manner) -> Mapping:
    """Write an instance in a manner, and say how."""
    blocks, sheets = [], {}
    for table, frame in plain(instance).items():
        block, lines = sheet(instance, table, frame, manner)
        where = {"sheet": f"blad {table}"} if manner.workbook else {"file": f"{table}*.csv"}
        blocks.append(block | where)
        sheets[table] = lines
    (write_workbook if manner.workbook else write_files)(source, sheets, manner)
    reading: dict[str, Any] = {"notation": "dutch" if manner.dutch else "english", "marks": {"-": "nothing"}}
    reading["marks"][""] = "nothing"
    if not manner.workbook:
        encoding = {} if manner.encoding.startswith("utf") else {"encoding": manner.encoding}
        reading |= {"separator": manner.separator, **encoding}
    about = instance.about.model_dump(exclude={"sources"}, mode="json")
    return Mapping.model_validate({"about": about, "reading": reading, "table": blocks})


def sheet(
    instance: Instance, table: str, frame: pd.DataFrame, manner: Manner
) -> tuple[dict[str, Any], list[Any]]:
    """What a mapping says of a table, and its lines."""
    block: dict[str, Any] = {"fills": table, "skip": ["Totaal*"]}
    frame = frame.rename(columns=str)
    if manner.named:
        frame = by_name(instance, table, frame)
    constants = [name for name in frame if constant(frame, name) and manner.chance.random() < 0.5]
    if len(constants) < len(frame.columns):
        block["constants"] = {name: frame[name].iloc[0] for name in constants}
        frame = frame.drop(columns=constants)
    headings = {name: f"kop {number}" for number, name in enumerate(frame)}
    if manner.wide and table in AMOUNTS and {"year", AMOUNTS[table]} <= set(frame):
        frame = pivoted(frame, AMOUNTS[table])
        block["wide"] = {"fills": AMOUNTS[table], "headings": "aantal in {year}"}
        headings |= {name: f"aantal in {name}" for name in frame if isinstance(name, int)}
    order = manner.chance.sample(list(frame), len(frame.columns))
    upper = [f"deel {manner.chance.randint(1, 2)}" for _ in order]
    lines: list[Any] = [[f"Titel {number}"] for number in range(manner.titles)]
    if manner.two_rows and "wide" not in block:
        lines.append([text if at == 0 or upper[at - 1] != text else None for at, text in enumerate(upper)])
        top = {name: f"{text} " for name, text in zip(order, upper, strict=True)}
        block["header"] = [manner.titles + 1, manner.titles + 2]
    else:
        top = dict.fromkeys(order, "")
        block["header"] = manner.titles + 1
    lines.append([headings[name] for name in order])
    block["columns"] = {name: top[name] + headings[name] for name in order if isinstance(name, str)}
    for row in frame[order].to_dict("records"):
        lines += [[]] if manner.chance.random() < 0.2 else []
        lines.append([written(table, name, cell, manner) for name, cell in row.items()])
    return block, [*lines, ["Totaal", *([1] * (len(order) - 1))]]


def constant(frame: pd.DataFrame, name: str) -> bool:
    """Whether a column holds one value, which is not blank."""
    return len(frame) > 0 and frame[name].notna().all() and len(set(map(repr, frame[name]))) == 1


def by_name(instance: Instance, table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Names in the place of ids that no two share."""
    for column, target in NAMED.items():
        names = instance[target].set_index(column)["name"]
        if column in frame and table not in ("agreements", target) and names.str.casefold().is_unique:
            clash = set(names) & set(names.index)
            called = [cell if cell is None or clash else names[cell] for cell in frame[column]]
            frame[column] = pd.Series(called, dtype=object, index=frame.index)
    return frame


def pivoted(frame: pd.DataFrame, amount: str) -> pd.DataFrame:
    """A column a year; years without a row are blank."""
    others = [name for name in frame if name not in ("year", amount)]
    held: dict[tuple[Any, ...], dict[Any, Any]] = {}
    for row in frame.to_dict("records"):
        key = tuple(repr(row[name]) for name in others)
        held.setdefault(key, {name: row[name] for name in others})[row["year"]] = row[amount]
    made = pd.DataFrame(list(held.values()), dtype=object)
    return made.astype(object).where(made.notna(), None)


def written(table: str, name: Any, cell: Any, manner: Manner) -> Any:
    """A cell as somebody writes it."""
    number = not isinstance(name, str) or name not in columns(table) or columns(table)[name].dtype != "str"
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if cell is None:
        return manner.chance.choice([None, "-"]) if number else None
    if isinstance(cell, str) or name == "year":
        return cell
    if manner.workbook and manner.chance.random() < 0.5:
        return cell
    text = f"{cell:,}" if manner.chance.random() < 0.5 else str(cell)
    return text.translate(str.maketrans(",.", ".,")) if manner.dutch else text


def write_files(source: Path, sheets: dict[str, list[Any]], manner: Manner) -> None:
    """A CSV file for each table."""
    source.mkdir()
    for table, lines in sheets.items():
        path = source / f"{table} 2026.csv"
        with path.open("w", encoding=manner.encoding, newline="") as file:
            csv.writer(file, delimiter=manner.separator).writerows(lines)


def write_workbook(source: Path, sheets: dict[str, list[Any]], manner: Manner) -> None:
    """A sheet for each table; texts stay texts."""
    book = Workbook()
    for table, lines in sheets.items():
        page = book.create_sheet(f"blad {table}")
        for row, line in enumerate(lines, start=1):
            for column, value in enumerate(line, start=1):
                if value is not None:
                    cell = page.cell(row, column, value)
                    cell.data_type = "s" if isinstance(value, str) else "n"
    book.save(source)
