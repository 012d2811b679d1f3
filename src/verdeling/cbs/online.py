"""A table of CBS through its OData v4 service, answered from what was kept where it was asked before."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.cbs.asking import Patience, Service
from verdeling.cbs.contents import Contents, Dimension
from verdeling.cbs.keeping import Answer, keep, kept
from verdeling.errors import FiguresError, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.cbs.contents import Selection

ADDRESS = "https://datasets.cbs.nl/odata/v1/CBS"
"""Where CBS gives its tables."""


class Online:
    """A table at the service of CBS.

    Parameters
    ----------
    table : str
        Its code.
    cache : Path
        Folder in which answers are kept.
    address : str
        Of the catalogue that it is in.
    fresh : bool
        Whether everything is asked again.
    patience : Patience, optional
        How long the service is waited for.
    """

    def __init__(
        self, table: str, cache: Path, *, address: str = ADDRESS, fresh: bool = False,
        patience: Patience | None = None,
    ) -> None:  # fmt: skip
        self.table, self.cache, self.fresh = table, cache, fresh
        self.address = f"{address.rstrip('/')}/{table}"
        self._service = Service(patience or Patience())
        self.asked: dict[str, Answer] = {}
        self.days: set[str] = set()

    def contents(self) -> Contents:
        """What is in the table."""
        properties = self._rows("Properties", one=True)[0]
        measures = _titles(self._rows("MeasureCodes"), f"{self.table}/MeasureCodes")
        named = _titles(self._rows("Dimensions"), f"{self.table}/Dimensions")
        dimensions = {
            name: Dimension(title, _titles(self._rows(f"{name}Codes"), f"{self.table}/{name}Codes"))
            for name, title in named.items()
        }
        title, modified = (
            " ".join(str(properties.get(name) or "").split()) for name in ("Title", "Modified")
        )
        read = f"{self.address}, {min(self.days)}"
        return Contents(self.table, title, modified[:10], measures, dimensions, read)

    def observations(self, selection: Selection) -> pd.DataFrame:
        """The cells that are selected."""
        columns = selection.columns_asked()
        query = {"$filter": selection.filter(), "$select": ",".join(columns)}
        rows = self._rows("Observations", query)
        frame = pd.DataFrame(rows, columns=None if rows else columns)
        if absent := [name for name in columns if name not in frame]:
            raise _changed(f"{self.table}/Observations", absent, list(frame))
        frame = frame[columns]
        for name in columns:
            if name != "Value":
                frame[name] = frame[name].astype("str").str.strip()
        frame["Value"] = _numbers(frame["Value"], self.table)
        return frame

    def keep(self) -> None:
        """Keep the answers, now that all of them were sound."""
        keep(self.cache, self.asked)

    def close(self) -> None:
        """Leave the service."""
        self._service.close()

    def _rows(
        self, name: str, query: dict[str, str] | None = None, *, one: bool = False
    ) -> list[dict[str, Any]]:
        address = f"{self.address}/{name}"
        question = f"{address} {sorted((query or {}).items())}"
        answer = None if self.fresh else kept(self.cache, question)
        if answer is None:
            answer = self.asked[question] = Answer(self._ask(address, query, one=one), str(date.today()))
        self.days.add(answer.read)
        return answer.rows

    def _ask(self, address: str, query: dict[str, str] | None, *, one: bool) -> list[dict[str, Any]]:
        return [self._service.one(address)] if one else self._service.rows(address, query)


def _titles(rows: list[dict[str, Any]], where: str) -> dict[str, str]:
    """Title by identifier."""
    for row in rows:
        if absent := [name for name in ("Identifier", "Title") if not isinstance(row.get(name), str)]:
            raise _changed(where, absent, list(row))
    return {row["Identifier"].strip(): " ".join(row["Title"].split()) for row in rows}


def _numbers(values: pd.Series[Any], table: str) -> pd.Series[float]:
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    wrong = values[numbers.isna() & values.notna()]
    if len(wrong):
        raise _changed(f"{table}/Observations", ["number"], [repr(each) for each in wrong[:3]])
    return numbers


def _changed(where: str, absent: list[str], there: list[Any]) -> FiguresError:
    problem = Problem(
        "changed-column",
        f"{where} has no {', '.join(absent)}; there is: {', '.join(map(str, there)) or 'nothing'}.",
        "The columns are not those that CBS documents, and what they mean is not guessed.",
        "Look at the table at CBS. A download of it can be read with --from.",
        column=absent[0],
    )
    return FiguresError("The figures cannot be read.", [problem])
