"""Questions to an OData service: asked again where an answer fails, and refused where it is not sound."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from verdeling.errors import FiguresError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

_AGAIN = {429, 500, 502, 503, 504}
_WHY = "Figures are used whole or not at all; nothing was kept."
_SHOWN = 200


@dataclass(frozen=True)
class Patience:
    """How long an answer is waited for, and how large it may be.

    Parameters
    ----------
    attempts : int
        How often a question is asked.
    first, longest : float
        Seconds before the second attempt (twice as long before each next one), and the longest pause, also
        where the service asks for a longer one.
    timeout : float
        Seconds in which something of an answer must come.
    most_bytes, most_in_all : int
        Of one answer, unpacked, and of all pages together.
    pause : callable
        Waits for so many seconds.
    """

    attempts: int = 5
    first: float = 1.0
    longest: float = 60.0
    timeout: float = 60.0
    most_bytes: int = 2**28
    most_in_all: int = 2**31
    pause: Callable[[float], None] = time.sleep


class _Failed(Exception):
    """An answer that may come when it is asked for again, and how long the service asks to wait."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        super().__init__(what)
        self.what, self.wait = what, wait


class Service:
    """An OData service.

    Parameters
    ----------
    patience : Patience
        How long it is waited for.

    """

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self.bytes = 0
        self._client: httpx.Client | None = None

    def rows(self, address: str, query: dict[str, str] | None = None) -> list[dict[str, Any]]:
        """Every row of a set, page by page.

        Parameters
        ----------
        address : str
            Of the set.
        query : dict, optional
            Options such as ``$filter``.

        Raises
        ------
        FiguresError
            If there is no answer, or one that is no set of rows.
        """
        found: list[dict[str, Any]] = []
        link, seen = f"{address}?{urlencode(query, safe='$,')}" if query else address, set()
        while link:
            seen.add(link)
            answer = self.one(link)
            rows = answer.get("value")
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise _changed(link, "value", sorted(answer))
            found += rows
            link = answer.get("@odata.nextLink") or ""
            if link and (link in seen or _origin(link) != _origin(address)):
                raise _refused(
                    "strange-page",
                    f"The next page is said to be {link}.",
                    "Look at the address; a service leads to pages of its own, each once.",
                )
        return found

    def one(self, address: str) -> dict[str, Any]:
        """One answer.

        Raises
        ------
        FiguresError
            If there is none, or it is too large.
        """
        wait = self.patience.first
        for attempt in range(self.patience.attempts):
            try:
                return self._answer(address)
            except _Failed as failure:
                last, asked = failure.what, failure.wait
            if attempt + 1 < self.patience.attempts:
                self.patience.pause(min(wait if asked is None else asked, self.patience.longest))
                wait *= 2
        raise _refused(
            "no-answer",
            f"{address} gave no answer in {self.patience.attempts} attempts. {last}",
            "Look at the network and try again later, or download the table and use --from.",
        )

    def close(self) -> None:
        """Leave the service."""
        if self._client is not None:
            self._client.close()

    def _opened(self) -> httpx.Client:
        """What speaks to the service, opened when something is first asked."""
        if self._client is None:
            headers = {"Accept": "application/json"}
            timeout = self.patience.timeout
            self._client = _httpx().Client(timeout=timeout, headers=headers, verify=_certificates())
        return self._client

    def _answer(self, address: str) -> dict[str, Any]:
        client = self._opened()
        try:
            with client.stream("GET", address) as response:
                if response.status_code in _AGAIN:
                    raise _Failed(f"It answered {response.status_code}.", _retry_after(response))
                body = self._body(response, address)
        except _httpx().TransportError as error:
            raise _Failed(f"{type(error).__name__}: {error}.") from error
        if response.status_code != 200:
            raise _no(response, body, address)
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise _Failed(f"The answer is no whole JSON: {error}.") from error
        if not isinstance(answer, dict):
            raise _changed(address, "an object", [type(answer).__name__])
        return answer

    def _body(self, response: httpx.Response, address: str) -> bytes:
        body = bytearray()
        most = min(self.patience.most_bytes, self.patience.most_in_all - self.bytes)
        for piece in response.iter_bytes():
            body += piece
            if len(body) > most:
                raise _refused(
                    "too-large",
                    f"{address} answers with more than {most / 2**20:,.0f} MB.",
                    "Select less: fewer groups, years or measures.",
                )
        self.bytes += len(body)
        return bytes(body)


@cache
def _certificates() -> Any:
    """What tells whether a service is who it says: loaded once, which takes 0.1 s."""
    return _httpx().create_ssl_context()


def _httpx() -> Any:
    """The module httpx: it takes 0.1 s to load, and may be absent."""
    try:
        return import_module("httpx")
    except ImportError as error:
        raise _refused("no-httpx", "Asking CBS needs httpx.", "pip install 'verdeling[cbs]'") from error


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that the service asks to wait: stated as such, or as a date (RFC 9110, 10.2.3)."""
    stated = response.headers.get("Retry-After", "")
    if stated.isdecimal():
        return float(stated)
    try:
        return max(0.0, (parsedate_to_datetime(stated) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _no(response: httpx.Response, body: bytes, address: str) -> FiguresError:
    """Why an answer is no."""
    code = response.status_code
    if code == 404:
        return _refused(
            "unknown-table",
            f"{address} is not there (404).",
            "Correct the code of the table, such as 85980NED; capitals count.",
        )
    if 300 <= code < 400:
        return _refused(
            "moved-service",
            f"{address} leads to {response.headers.get('Location', '?')} ({code}).",
            "If that is where CBS is now, state it with --address.",
        )
    said = " ".join(body[: 4 * _SHOWN].decode("utf-8", "replace").split())[:_SHOWN]
    return _refused(
        "refused-question",
        f"{address} answered {code}: {said or 'nothing'}.",
        "Look at the names in the dataset; they may have changed.",
    )


def _changed(address: str, wanted: str, there: list[str]) -> FiguresError:
    return _refused(
        "changed-answer",
        f"{address} has no {wanted}; there is: {', '.join(there) or 'nothing'}.",
        "The service has changed. Download the table and use --from.",
    )


def _refused(code: str, what: str, remedy: str) -> FiguresError:
    return FiguresError("The figures cannot be had.", [Problem(code, what, _WHY, remedy)])


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
