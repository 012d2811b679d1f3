"""A service on this machine that answers as CBS documents its OData v4 service, and fails as it is told.

The table is made up: it has the form of one about groups of people, not the codes of a real one.
"""

from __future__ import annotations

import csv
import itertools
import json
import re
import threading
from collections import defaultdict, deque
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLE = "99999NED"
REGIONS = {"NL01": "Nederland", "PV23": "Overijssel (PV)", "GM0147": "Borne", "GM0153": "Enschede",
           "GM0168": "Losser", "GM0788": "Haaren"}  # fmt: skip
GROUPS = {"A01": "Statushouders", "A02": "Dak- en thuislozen", "T001": "Totaal"}
PERIODS = {"2021JJ00": "2021", "2022JJ00": "2022"}
KINDS = {"K1": "Huishoudens totaal", "K2": "Alleenstaand"}
MEASURES = {"M1": "Huishoudens", "M2": "Personen"}
SUPPRESSED = ("A02", "GM0147", "2022JJ00")
"""Group, region and period of the cells without a number; Haaren, which is no longer there, has none."""


def value(measure: str, group: str, kind: str, region: str, period: str) -> float | None:
    """The number of a cell; a pure function of what it is about."""
    if (group, region, period) == SUPPRESSED or region == "GM0788":
        return None
    about = ((MEASURES, measure), (GROUPS, group), (KINDS, kind), (REGIONS, region), (PERIODS, period))
    places = [1 + sorted(codes).index(code) for codes, code in about]
    return float(5 * sum(place * weight for place, weight in zip(places, (100, 20, 7, 3, 1), strict=True)))


def observations() -> list[dict[str, Any]]:
    """Every cell, with codes as wide as CBS makes them."""
    found = []
    for at, (measure, group, kind, region, period) in enumerate(
        itertools.product(MEASURES, GROUPS, KINDS, REGIONS, PERIODS)
    ):
        number = value(measure, group, kind, region, period)
        found.append({
            "Id": at, "Measure": measure, "ValueAttribute": "None" if number is not None else "Confidential",
            "Value": number, "StringValue": None, "Groep": group.ljust(6), "Kenmerk": kind,
            "RegioS": region.ljust(8), "Perioden": period,
        })  # fmt: skip
    return found


def _codes(titles: dict[str, str]) -> list[dict[str, Any]]:
    return [{"Identifier": code.ljust(6), "Index": at, "Title": title} for at, (code, title) in
            enumerate(titles.items())]  # fmt: skip


SETS: dict[str, list[dict[str, Any]]] = {
    "Dimensions": [{"Identifier": name, "Title": title, "Kind": kind} for name, title, kind in (
        ("Groep", "Aandachtsgroep", "Dimension"), ("Kenmerk", "Kenmerk van het huishouden", "Dimension"),
        ("RegioS", "Regio's", "GeoDimension"), ("Perioden", "Perioden", "TimeDimension"))],
    "MeasureCodes": [{**each, "Unit": "aantal", "Decimals": 0} for each in _codes(MEASURES)],
    "GroepCodes": _codes(GROUPS),
    "KenmerkCodes": _codes(KINDS),
    "RegioSCodes": _codes(REGIONS),
    "PeriodenCodes": _codes(PERIODS),
    "Observations": observations(),
}  # fmt: skip
PROPERTIES = {"Identifier": TABLE, "Title": "Groepen; regio", "Modified": "2024-05-06T02:00:00+02:00"}


class Statline:
    """What the service answers, and what it was asked.

    Parameters
    ----------
    page : int
        Rows of one page.
    """

    def __init__(self, page: int = 50) -> None:
        self.page = page
        self.sets = {name: [dict(row) for row in rows] for name, rows in SETS.items()}
        self.asked: list[str] = []
        self.turns: dict[str, deque[Any]] = defaultdict(deque)
        self.address = ""

    def instead(self, name: str, *turns: Any) -> None:
        """What happens in place of the next answers about a set."""
        self.turns[name].extend(turns)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        parts = urlsplit(handler.path)
        name = unquote(parts.path).rpartition("/")[2]
        self.asked.append(unquote(handler.path))
        if self.turns[name]:
            self.turns[name].popleft()(handler)
        elif f"/{TABLE}/" not in parts.path or name not in {*self.sets, "Properties"}:
            send(handler, {"error": "not found"}, 404)
        elif name == "Properties":
            send(handler, PROPERTIES)
        else:
            send(handler, self._page(name, {key: texts[0] for key, texts in parse_qs(parts.query).items()}))

    def _page(self, name: str, query: dict[str, str]) -> dict[str, Any]:
        rows = [row for row in self.sets[name] if passes(row, query.get("$filter", ""))]
        start = int(query.get("$skip", 0))
        shown = rows[start : start + self.page]
        if "$select" in query:
            shown = [{key: row[key] for key in query["$select"].split(",") if key in row} for row in shown]
        body: dict[str, Any] = {"@odata.context": f"{self.address}/$metadata#{name}", "value": shown}
        if start + self.page < len(rows):
            kept = "&".join(f"{key}={text}" for key, text in query.items() if key != "$skip")
            body["@odata.nextLink"] = (
                f"{self.address}/{TABLE}/{name}?{kept}&$skip={start + self.page}".replace(" ", "%20")
            )
        return body


def passes(row: dict[str, Any], stated: str) -> bool:
    """Whether a row passes a filter: alternatives of equality joined by `and`, and `contains`."""
    return all(
        any(_true(row, alternative) for alternative in clause.strip("()").split(" or "))
        if not clause.startswith("contains")
        else _true(row, clause)
        for clause in filter(None, stated.split(" and "))
    )


def _true(row: dict[str, Any], clause: str) -> bool:
    if part := re.fullmatch(r"contains\((\w+),'(.*)'\)", clause):
        return part[2] in row[part[1]]
    name, code = re.fullmatch(r"(\w+) eq '(.*)'", clause).groups()  # type: ignore[union-attr]
    return bool(row[name].strip() == code)


def send(handler: BaseHTTPRequestHandler, body: Any, status: int = 200, **headers: str) -> None:
    """Send an answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(content)))
    for name, text in headers.items():
        handler.send_header(name.replace("_", "-"), text)
    handler.end_headers()
    handler.wfile.write(content)


def status(code: int, **headers: str) -> Any:
    """A turn: an answer with a status."""
    return lambda handler: send(handler, {"error": "busy"}, code, **headers)


def body(content: bytes) -> Any:
    """A turn: an answer that is not what it should be."""
    return lambda handler: send(handler, content)


def half(handler: BaseHTTPRequestHandler) -> None:
    """A turn: the connection ends in the middle of an answer."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"value": [')
    handler.close_connection = True


def endless(handler: BaseHTTPRequestHandler) -> None:
    """A turn: an answer that does not end."""
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    try:
        for _ in range(10_000):
            handler.wfile.write(b" " * 2**16)
    except OSError:
        pass


@contextmanager
def serving(service: Statline) -> Iterator[Statline]:
    """The service at an address of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 2**16

        def do_GET(self) -> None:
            service.answer(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    service.address = f"http://127.0.0.1:{server.server_port}/odata/v1/CBS"
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def write_download(folder: Path) -> Path:
    """The same table as CSV files of the data portal."""
    folder.mkdir()
    for name, rows in {**SETS, "Properties": [PROPERTIES]}.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            lines = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
            lines.writerow(rows[0])
            lines.writerows(["" if cell is None else cell for cell in row.values()] for row in rows)
    return folder


def write_export(path: Path) -> Path:
    """The households of the table as StatLine exports it, of all households."""
    lines = ['"Groepen; regio"', '"Aandachtsgroep";"Kenmerk";"Regio\'s";"Perioden";"Huishoudens"']
    for group, region, period in itertools.product(GROUPS, REGIONS, PERIODS):
        number = value("M1", group, "K1", region, period)
        cell = "." if number is None else f"{number:.0f}" + ("*" if period == "2022JJ00" else "")
        about = [GROUPS[group], KINDS["K1"], REGIONS[region], PERIODS[period], cell]
        lines.append(";".join(f'"{each}"' for each in about))
    lines.append('"Bron: CBS"')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path
