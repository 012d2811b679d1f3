"""Serving the page: on this machine alone, at a free port, for each browser a table of its own."""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nicegui import app, run, ui

from verdeling.errors import Problem, VerdelingError
from verdeling.language import say
from verdeling.meeting.log import Heading, Log
from verdeling.meeting.page.guard import LARGEST, Guard
from verdeling.meeting.page.room import Room
from verdeling.meeting.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.instance import Instance
    from verdeling.language import Language

HOST = "127.0.0.1"
_STYLE = Path(__file__).with_name("style.css")


@dataclass(frozen=True)
class Table:
    """What a table begins with, and where it writes.

    Parameters
    ----------
    instance : Instance
        As it was read.
    path : Path
        From where, for the log.
    policy : str
        The first policy.
    scenario : str or None
        The first scenario.
    lang : {"nl", "en"}
        Language of the page.
    folder : Path
        Where logs and what is exported are written.
    """

    instance: Instance
    path: Path
    policy: str
    scenario: str | None
    lang: Language
    folder: Path

    def session(self) -> Session:
        """A table of its own, with its log."""
        session = Session(self.instance, self.policy, self.scenario, self.lang)
        name = f"{datetime.now():%Y-%m-%d-%H%M%S}-{secrets.token_hex(2)}.jsonl"
        session.log = Log(self.folder / name, Heading.of(self.instance, self.path, session.course))
        return session


def serve(table: Table, port: int | None, *, show: bool, announce: Callable[[str], None]) -> None:
    """Serve the page until it is stopped.

    Parameters
    ----------
    table : Table
        What is served.
    port : int, optional
        Where to listen; by default a port that is free.
    show : bool
        Whether to open a browser.
    announce : callable
        Is told the address when the page can be asked for.

    Raises
    ------
    VerdelingError
        If the port is taken, or the first division cannot be made.
    """
    Session(table.instance, table.policy, table.scenario, table.lang)  # what is wrong is said before serving
    listening = free_port(port)
    app.add_middleware(Guard, port=listening)
    app.on_startup(lambda: announce(f"http://{HOST}:{listening}/"))

    async def page() -> None:
        ui.add_css(_STYLE)
        ui.colors(primary="#1d4f73", positive="#2f6f4f", warning="#8a5a00", negative="#a03123")
        waiting = ui.label(say("meeting.starting", table.lang)).classes("starting")
        await ui.context.client.connected()
        session = await run.io_bound(table.session)
        waiting.delete()
        if session is not None:  # None: the server is being stopped
            Room(session, table.folder).build()

    ui.run(
        page,
        host=HOST,
        port=listening,
        title=f"{table.instance.about.title} · Verdeling",
        language="nl" if table.lang == "nl" else "en-GB",
        favicon="⚖️",
        show=show,
        reload=False,
        show_welcome_message=False,
        fastapi_docs=False,
        reconnect_timeout=30.0,
        ws_max_size=LARGEST,
    )


def free_port(port: int | None) -> int:
    """A port that nobody listens at.

    Raises
    ------
    VerdelingError
        If the one that is asked for is taken.
    """
    with socket.socket() as trial:
        try:
            trial.bind((HOST, port or 0))
        except OSError as error:
            what = f"Port {port} cannot be used: {error.strerror}."
            remedy = "Leave out --port for one that is free, or stop what listens there."
            raise VerdelingError(
                "The table cannot be served.",
                [Problem("port-taken", what, "A page needs a port of its own.", remedy)],
            ) from error
        return int(trial.getsockname()[1])
