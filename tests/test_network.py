"""Nothing is asked of a network, and nothing is listened to, unless a command is for that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

THREE_TOWNS = Path(__file__).parents[1] / "instances" / "three-towns"

WATCHED = """
import sys

CALLS = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")

def watch(event, arguments):
    if event in CALLS and getattr(arguments[0], "family", None) != 1:  # 1: between processes of one machine
        print("ASKED", event, arguments[1:], file=sys.stderr, flush=True)

sys.addaudithook(watch)
"""

COMMANDS = """
from verdeling.cli.entry import main

for command in {commands!r}:
    sys.argv = ["verdeling", *command]
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, (command, ended.code)
"""


def _asked(program: str, folder: Path) -> list[str]:
    """What a program, with its own process, asked of a network."""
    answer = subprocess.run(
        [sys.executable, "-c", WATCHED + program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr[-2000:]
    return [line for line in answer.stderr.splitlines() if line.startswith("ASKED")]


def test_no_network(tmp_path: Path) -> None:
    """Reading, solving, explaining, comparing and writing reports ask nothing of a network."""
    pytest.importorskip("altair")
    towns = str(THREE_TOWNS)
    commands = [
        ["check", towns],
        ["solve", towns, "-o", "answer"],
        ["explain", towns],
        ["compare", towns, "--policy", "leximin", "--policy", "maximin", "--jobs", "1"],
        ["report", towns, "-o", "report.html"],
    ]
    assert _asked(COMMANDS.format(commands=commands), tmp_path) == []


def test_the_watch_sees(tmp_path: Path) -> None:
    """Whoever does ask is seen: the test above can fail."""
    program = """
import socket

with socket.socket() as line:
    line.connect_ex(("127.0.0.1", 9))
"""
    assert len(_asked(program, tmp_path)) == 1
