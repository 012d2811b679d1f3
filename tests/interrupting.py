"""Commands in processes of their own, to which the interrupt key is pressed, and what is left of them."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import verdeling

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = Path(verdeling.__file__).parents[1]
PATIENCE = 300.0
"""Seconds after which a command that was interrupted, and every process of it, is taken to go on."""

PROGRAM = """
import os, sys

def tell(event, arguments):
    if event == "import" and arguments[0] == "verdeling.cli.app":
        os.write({ready}, b"ready")

sys.addaudithook(tell)
from verdeling.cli.entry import main
main()
"""
"""The command line, which says when it begins: the tenth of a second before is Python's own."""

UNSEEMLY = ("Traceback", "KeyboardInterrupt", "Exception ignored", "resource_tracker", "leaked")


@dataclass
class Ended:
    """How a command ended.

    Parameters
    ----------
    code : int
        Its exit code.
    said : str
        What it wrote on the terminal.
    left : list of str
        Processes of the command that were still there after `PATIENCE`.
    """

    code: int
    said: str
    left: list[str] = field(default_factory=list)

    @property
    def told(self) -> int:
        """How often it said that it was interrupted."""
        return self.said.count("Interrupted")


class Command:
    """A command that runs on a terminal of its own.

    Parameters
    ----------
    arguments : sequence of str
        Of ``verdeling``.
    folder : Path
        Where it runs.
    program : str
        What runs; the command line unless stated.
    """

    def __init__(self, *arguments: object, folder: Path, program: str = PROGRAM) -> None:
        self._terminal, theirs = pty.openpty()
        ready, told = os.pipe()
        hidden = {name for name in os.environ if name.startswith(("PYTEST", "NICEGUI"))}
        env = {name: value for name, value in os.environ.items() if name not in hidden}
        env |= {"PYTHONPATH": str(SOURCE), "TERM": "xterm", "COLUMNS": "200"}
        asked = [sys.executable, "-c", program.format(ready=told), *map(str, arguments)]
        with open(os.devnull) as nothing:
            self.process = subprocess.Popen(
                asked, stdin=nothing, stdout=theirs, stderr=theirs, cwd=folder, env=env,
                start_new_session=True, pass_fds=(told,),
            )  # fmt: skip
        os.close(theirs)
        os.close(told)
        self._said, self._news = bytearray(), Event()
        self._reader = Thread(target=self._listen, daemon=True)
        self._reader.start()
        os.read(ready, 1)
        os.close(ready)
        self.began = time.monotonic()

    @property
    def said(self) -> str:
        """What it wrote so far, without the codes that move a cursor."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self._said.decode("utf-8", "replace"))

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def wait_until(self, there: Callable[[Command], bool]) -> bool:
        """Wait until something is there, or the command has ended; say whether it runs."""
        while self.running and not there(self):
            time.sleep(0.002)
        return self.running

    def wait(self, seconds: float) -> bool:
        """Let it run for some time; say whether it still does."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, self.began + seconds - time.monotonic()))
        return self.running

    def end(self, sign: int = signal.SIGINT, *, group: bool = True) -> Ended:
        """Send a signal, to the command alone or, as a terminal does, to its whole group; see what comes."""
        with suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(self.process.pid, sign)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        ended, left = time.monotonic(), self.others()
        while left and time.monotonic() < ended + PATIENCE:
            time.sleep(0.02)
            left = self.others()
        for each in left:
            with suppress(ProcessLookupError):
                os.kill(int(each.split()[0]), signal.SIGKILL)
        self._reader.join(PATIENCE)
        os.close(self._terminal)
        return Ended(self.process.returncode, self.said, left)

    def others(self) -> list[str]:
        """Processes that this command started, with what started them, but for those that ended."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                words = stat.read_text().rpartition(")")[2].split()
                if int(words[3]) == self.process.pid and words[0] not in "ZX":
                    line = stat.with_name("cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found.append(f"{stat.parent.name} {line}")
        return [each for each in found if int(each.split()[0]) != self.process.pid]

    def _listen(self) -> None:
        with suppress(OSError):  # the last process that could write has ended
            while part := os.read(self._terminal, 65536):
                self._said += part
