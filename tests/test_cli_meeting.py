"""The commands `table` and `replay`: what they refuse before a page is there, and what a log gives."""

from __future__ import annotations

import http.client
import importlib.util
import socket
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest

import verdeling as vd
from commands import flat, refused, run, shown
from table_page import served
from verdeling.meeting.actions import ChoosePolicy, EditTables, Keep
from verdeling.meeting.log import Heading, Log
from verdeling.meeting.session import Session
from verdeling.meeting.state import SetCell
from verdeling.meeting.wishes import agreed

TOWNS = Path(__file__).parents[1] / "instances" / "three-towns"


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """The port of a table that is served."""
    pytest.importorskip("nicegui", reason="the page needs verdeling[table]")
    with served(str(TOWNS), "--folder", str(tmp_path_factory.mktemp("table"))) as address:
        port = int(address.rsplit(":", 1)[1].strip("/"))
        while True:  # the address is told just before it can be asked
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                break
        yield port


@pytest.fixture
def session(tmp_path):
    """A table with a log, at which something was done."""
    made = Session(vd.read_instance(TOWNS), "leximin", None, "nl")
    made.log = Log(tmp_path / "log.jsonl", Heading.of(made.reckoner.instance, TOWNS, made.course))
    made.do(ChoosePolicy(policy="maximin"))
    cell = SetCell(table="supply", row={"municipality": "A", "year": 2025}, column="places", value=12)
    made.do(EditTables(edits=(cell,)))
    made.do(Keep(name="Voorstel A"))
    return made


def test_replay(session, tmp_path):
    """The command does what the log says, tells it, and writes the division that the table ended with."""
    told = flat(shown("replay", session.log.path, "-o", tmp_path / "out"))
    assert "bewaard als “Voorstel A”" in told
    written = pd.read_csv(tmp_path / "out" / "loads.csv")
    expected = session.outcome.solution.loads
    assert written["load"].tolist() == pytest.approx(expected["load"].tolist(), abs=1e-9)


def test_replay_elsewhere(session, tmp_path):
    """The instance can lie elsewhere by now, but must be the same one."""
    moved = tmp_path / "moved.json"
    vd.write_instance(vd.read_instance(TOWNS), moved)
    shown("replay", session.log.path, "--instance", moved)
    other = TOWNS.parent / "two-towns-tied"
    assert "not as it was" in refused("replay", session.log.path, "--instance", other)


def test_replay_of_a_contradiction(session):
    """A log that ends with a contradiction ends with the exit code of one."""
    wish = agreed(session.outcome.instance, "places", ">=", 5_000, {"municipality": "C"})
    session.do(EditTables(edits=(wish,)))
    told = flat(shown("replay", session.log.path, "--lang", "nl", code=3))
    assert "Minstens 5.000 plekken" in told


def test_unreadable_instance(tmp_path):
    """What cannot be read is said before there is a page."""
    assert "is not there" in refused("table", tmp_path / "absent")


def test_without_the_extra(monkeypatch):
    """Without the extra the command says what to install."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        "verdeling.cli.meeting.find_spec", lambda name: None if name == "nicegui" else find(name)
    )
    assert "pip install 'verdeling[table]'" in refused("table", TOWNS)


def test_port_taken(tmp_path):
    """A port at which something listens is refused, with what to do."""
    pytest.importorskip("nicegui", reason="the page needs verdeling[table]")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = refused("table", TOWNS, "--port", port, "--no-open", "--folder", tmp_path / "out")
    assert "Leave out --port" in told
    assert not (tmp_path / "out").exists()


def test_port_out_of_range():
    """A port that cannot be is refused."""
    assert run("table", TOWNS, "--port", 70_000).exit_code == 2


@pytest.mark.parametrize(
    ("headers", "sent", "status"),
    [
        ({}, b"", 200),
        ({"Host": "evil.example"}, b"", 403),
        ({"Origin": "http://evil.example"}, b"", 403),
        ({}, b"x" * 1_000_001, 413),
        ({"Content-Length": "9" * 15}, b"", 413),
        ({"Transfer-Encoding": "chunked"}, b"5\r\nhello\r\n0\r\n\r\n", 413),
    ],
)
def test_what_a_table_takes(table: int, headers: dict[str, str], sent: bytes, status: int) -> None:
    """Any address of a table refuses what comes from elsewhere and what is an upload."""
    polled = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"
    for method, path in [("GET", "/")] if status == 200 else [("GET", "/"), ("POST", "/"), ("POST", polled)]:
        line = http.client.HTTPConnection("127.0.0.1", table, timeout=300)
        line.putrequest(method, path, skip_host="Host" in headers)
        size = {} if "Transfer-Encoding" in headers else {"Content-Length": str(len(sent))}
        given = size | headers
        for name, value in given.items():
            line.putheader(name, value)
        line.endheaders()
        with suppress(OSError):  # refused before all of it was sent
            line.send(sent)
        assert line.getresponse().status == status
        line.close()


def test_a_message_that_is_too_large(table: int) -> None:
    """A socket that says more than an action can be is closed."""
    from websockets.exceptions import ConnectionClosedError
    from websockets.sync.client import connect

    with connect(f"ws://127.0.0.1:{table}/_nicegui_ws/socket.io/?EIO=4&transport=websocket") as line:
        line.recv(timeout=300)
        line.send("4" + "x" * 1_000_000)
        with pytest.raises(ConnectionClosedError, match="1009"):
            line.recv(timeout=300)
