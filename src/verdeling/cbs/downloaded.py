"""A table of CBS from files that were downloaded: the CSV files of its data portal, or one of StatLine."""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

import pandas as pd

from verdeling.cbs.contents import Contents, Dimension
from verdeling.errors import FiguresError, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from verdeling.cbs.contents import Selection, Source

OBSERVATIONS = "Observations.csv"
_OWN = ["Id", "Measure", "ValueAttribute", "Value", "StringValue"]
_NEEDED = ["Measure", "Value"]
_BLANK = {"Id", "ValueAttribute", "Value", "StringValue"}
"""Columns of observations that may have nothing."""

_ROWS = 250_000
"""Observations that are held at once."""

MOST_BYTES = 2**33
"""A zip that unpacks to more is not unpacked."""

_NO_NUMBER = {"", ".", "x", "-"}
"""What StatLine writes for a cell without a number."""


def open_download(table: str, path: Path) -> Source:
    """A table from what was downloaded.

    Parameters
    ----------
    table : str
        Its code.
    path : Path
        A folder or ``.zip`` with Observations.csv and the files of codes, or one CSV file: Observations.csv,
        or an export of StatLine.

    Raises
    ------
    FiguresError
        If it is not there or is neither.
    """
    if path.is_dir() or path.suffix.lower() == ".zip":
        return Portal(table, path)
    if not path.is_file():
        raise _refused(path, "unreadable-file", f"{path} is not there.", "Correct the path.")
    return Portal(table, path) if set(_NEEDED) <= set(_heading(path)) else Export(table, path)


class Portal:
    """The CSV files of the data portal: semicolons, one observation a row, a file of codes a dimension.

    Parameters
    ----------
    table : str
        Code of the table.
    path : Path
        The folder, zip or file.
    """

    def __init__(self, table: str, path: Path) -> None:
        self.table, self.path = table, path
        self._names = {name.rpartition("/")[2]: name for name in _listed(path)}
        if OBSERVATIONS not in self._names:
            what = f"There is no {OBSERVATIONS}; there is: {', '.join(sorted(self._names)[:8]) or 'nothing'}."
            raise _refused(path, "unreadable-file", what, "Download the table as CSV with its codes.")

    def contents(self) -> Contents:
        """What is in the files."""
        heading = list(map(str, self._frame(OBSERVATIONS, nrows=0)))
        if absent := [name for name in _NEEDED if name not in heading]:
            raise _columns(self.path, absent, heading)
        named = self._titles("Dimensions.csv")
        dimensions = {
            name: Dimension(named.get(name, name), self._titles(f"{name}Codes.csv"))
            for name in heading if name not in _OWN
        }  # fmt: skip
        if (
            not all(dimension.codes for dimension in dimensions.values())
            or "MeasureCodes.csv" not in self._names
        ):
            dimensions, measures = self._as_they_stand(dimensions)
        else:
            measures = self._titles("MeasureCodes.csv")
        properties = self._properties()
        return Contents(self.table, properties.get("Title", ""), properties.get("Modified", "")[:10],
                        measures, dimensions, _read(self.path))  # fmt: skip

    def observations(self, selection: Selection) -> pd.DataFrame:
        """The cells that are selected; of a large file so many rows at once."""
        only = selection.only
        measures = set(selection.measures.values())
        wanted = selection.columns_asked()
        parts = []
        for rows in self._chunks(OBSERVATIONS):
            rows = rows.assign(ValueAttribute=rows.get("ValueAttribute", ""))[wanted]
            held = rows["Measure"].isin(measures)
            for name, code in only.items():
                held &= rows[name] == code
            parts.append(rows[held])
        frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=wanted, dtype="str")
        return frame.assign(Value=_numbers(frame["Value"], self.path))

    def keep(self) -> None:
        """Nothing: the files are there."""

    def close(self) -> None:
        """Nothing is open."""

    def _as_they_stand(self, dimensions: dict[str, Dimension]) -> tuple[dict[str, Dimension], dict[str, str]]:
        """Codes as they occur, where files of codes are absent."""
        found: dict[str, set[str]] = {name: set() for name in ["Measure", *dimensions]}
        for rows in self._chunks(OBSERVATIONS):
            for name, codes in found.items():
                codes |= set(rows[name])
        shown = {name: {code: code for code in sorted(codes)} for name, codes in found.items()}
        known = {
            name: Dimension(each.title, dict(each.codes) or shown[name]) for name, each in dimensions.items()
        }
        return known, self._titles("MeasureCodes.csv") or shown["Measure"]

    def _titles(self, name: str) -> dict[str, str]:
        if name not in self._names:
            return {}
        frame = self._frame(name)
        if absent := [each for each in ("Identifier", "Title") if each not in frame]:
            raise _columns(self.path, absent, list(frame))
        titles = (" ".join(title.split()) for title in frame["Title"])
        return dict(zip(frame["Identifier"], titles, strict=True))

    def _properties(self) -> dict[str, str]:
        if "Properties.csv" not in self._names:
            return {}
        frame = self._frame("Properties.csv")
        return (
            {str(name): " ".join(str(cell).split()) for name, cell in frame.iloc[0].items()}
            if len(frame)
            else {}
        )

    def _frame(self, name: str, nrows: int | None = None) -> pd.DataFrame:
        with self._opened(name) as file:
            rows = pd.read_csv(file, sep=";", dtype=str, keep_default_na=False, nrows=nrows)
            return _sound(rows, ("Identifier", "Title") if name.endswith("Codes.csv") else ())

    def _chunks(self, name: str) -> Iterator[pd.DataFrame]:
        with (
            self._opened(name) as file,
            pd.read_csv(file, sep=";", dtype=str, keep_default_na=False, chunksize=_ROWS) as chunks,
        ):
            for rows in chunks:
                yield _sound(rows, set(map(str, rows)) - _BLANK)

    @contextmanager
    def _opened(self, name: str) -> Iterator[IO[str]]:
        """A file as text."""
        try:
            if self.path.suffix.lower() == ".zip" and self.path.is_file():
                with zipfile.ZipFile(self.path) as archive, archive.open(self._names[name]) as raw:
                    yield io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
            else:
                whole = self.path / self._names[name] if self.path.is_dir() else self.path
                with whole.open(encoding="utf-8-sig", newline="") as file:
                    yield file
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            remedy = "Download it again, as CSV in UTF-8 with semicolons."
            raise _refused(self.path, "unreadable-file", f"{name}: {error}.", remedy) from error


class Export:
    """A CSV file as StatLine exports it: dimensions and measures beside each other, under their titles.

    Parameters
    ----------
    table : str
        Code of the table.
    path : Path
        The file.
    """

    def __init__(self, table: str, path: Path) -> None:
        self.table, self.path = table, path
        lines = _lines(path)
        width = max((len(line) for line in lines), default=0)
        start = next((at for at, line in enumerate(lines) if len(line) == width), 0)
        self.title = lines[0][0] if start else ""
        self.heading = lines[start] if width > 1 else []
        if not self.heading:
            raise _refused(path, "unreadable-file", "It has no columns between semicolons.",
                           "Export it from StatLine as CSV, with titles in the first row.")  # fmt: skip
        self.rows = [line for line in lines[start + 1 :] if len(line) == width]

    def contents(self) -> Contents:
        """What is in the file."""
        columns = {
            name: Dimension(name, {row[at]: row[at] for row in self.rows})
            for at, name in enumerate(self.heading)
        }
        headings = {name: name for name in self.heading}
        return Contents(self.table, self.title, "", headings, columns, _read(self.path), complete=False)

    def observations(self, selection: Selection) -> pd.DataFrame:
        """The cells of the columns that are selected, below each other."""
        frame = pd.DataFrame(self.rows, columns=self.heading, dtype="str")
        named = [*selection.columns.values(), *selection.only]
        for name, code in selection.only.items():
            frame = frame[frame[name] == code]
        parts = [
            frame[named].assign(Measure=measure, ValueAttribute=frame[measure], Value=frame[measure])
            for measure in dict.fromkeys(selection.measures.values())
        ]
        cells = pd.concat(parts, ignore_index=True)
        bare = cells["Value"].str.rstrip("*")
        cells["Value"] = _numbers(bare.where(~bare.isin(_NO_NUMBER), "").mask(bare == "-", "0"), self.path)
        return cells

    def keep(self) -> None:
        """Nothing: the file is there."""

    def close(self) -> None:
        """Nothing is open."""


def _sound(rows: pd.DataFrame, needed: Collection[str]) -> pd.DataFrame:
    """Cells without the spaces around them, where every row has as many as the heading.

    Raises
    ------
    ValueError
        If one has more, or has nothing where CBS always has something.
    """
    if not isinstance(rows.index, pd.RangeIndex):
        raise ValueError("a row has more cells than the heading")
    bare = rows.fillna("").map(str.strip)
    if (bare[[name for name in bare if name in needed]] == "").to_numpy().any():
        raise ValueError("a row is cut off, or has nothing where a code or title stands")
    return bare


def _numbers(cells: pd.Series[str], path: Path) -> pd.Series[float]:
    """Numbers with a comma or a point before decimals; NaN where the cell is empty."""
    plain = cells.where(~cells.isin(["", "."]), None)
    numbers = pd.to_numeric(plain.str.replace(",", ".", regex=False), errors="coerce").astype("float64")
    wrong = plain[numbers.isna() & plain.notna()]
    if len(wrong):
        shown = ", ".join(repr(each) for each in wrong[:3])
        raise _refused(path, "not-a-number", f"{len(wrong)} cells are no number: {shown}.",
                       "Export it again without separators of thousands.")  # fmt: skip
    return numbers


def _lines(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return [
            [cell.strip() for cell in line] for line in csv.reader(io.StringIO(text), delimiter=";") if line
        ]
    except (OSError, ValueError, csv.Error) as error:
        remedy = "Export it again as CSV in UTF-8 with semicolons."
        raise _refused(path, "unreadable-file", f"{error}.", remedy) from error


def _heading(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return next(csv.reader([file.readline()], delimiter=";"), [])


def _listed(path: Path) -> list[str]:
    """Names of the files."""
    if path.is_file() and path.suffix.lower() != ".zip":
        return [OBSERVATIONS]
    if path.is_dir():
        return [file.name for file in sorted(path.iterdir()) if file.suffix.lower() == ".csv"]
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (OSError, zipfile.BadZipFile) as error:
        raise _refused(path, "unreadable-file", f"{error}.", "Download it again.") from error
    if (size := sum(part.file_size for part in parts)) > MOST_BYTES:
        what = f"It would unpack to {size / 2**20:,.0f} MB."
        raise _refused(path, "too-large", what, "Download a part of the table.")
    return [part.filename for part in parts]


def _read(path: Path) -> str:
    """Where it was read, and the day of the file."""
    return f"{path.name}, {datetime.fromtimestamp(path.stat().st_mtime, UTC).date()}"


def _columns(path: Path, absent: list[str], there: list[Any]) -> FiguresError:
    what = f"There is no column {', '.join(absent)}; there is: {', '.join(map(str, there))}."
    return _refused(
        path, "changed-column", what, "Download the table as CSV with its codes, semicolons between."
    )


def _refused(path: Path, code: str, what: str, remedy: str) -> FiguresError:
    why = "Figures are used whole or not at all."
    return FiguresError(f"{path.name} cannot be read.", [Problem(code, what, why, remedy)])
