"""The interrupt key: a command ends soon after it, wherever it was, and says so once."""

from __future__ import annotations

import os
import signal
import socket
import sys
from _thread import interrupt_main
from contextlib import contextmanager, suppress
from threading import Event, Thread, Timer
from time import sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import FrameType

INTERRUPTED, TERMINATED = 130, 143
"""Exit codes that a shell gives to the two signals."""

_CODES: dict[int, int] = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED}

GRACE = 1.0
"""Seconds after which a solver that does not let go is left behind."""

AGAIN = 0.01
"""Seconds after which the key is pressed again: what hears of it at once raises nothing either."""

_SHOW_CURSOR = "\r\x1b[?25h"


class InterruptKey:
    """What comes of the interrupt key, and of being told to end.

    Python hears of a signal when it next runs Python: while a solver searches that can take minutes.
    So a thread hears of it too, and ends the process where nothing else has come of it. In a solver
    nothing is half written, and workers end with the process that asked for their work.
    """

    def __init__(self) -> None:
        self._told = False
        self._code: int | None = None
        self._heard = Event()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch until the end; what comes after has nothing left to lose, and is ended by the system."""
        here, there = socket.socketpair()
        there.setblocking(False)
        signal.set_wakeup_fd(there.fileno(), warn_on_full_buffer=False)
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, self._hear)
        sys.unraisablehook = self._not_raised
        Thread(target=self._watch, args=(here,), daemon=True).start()
        try:
            yield
        except BaseException:  # what a library makes of the key: one that is loading cannot be found
            if self._code is None:
                raise
        finally:
            signal.set_wakeup_fd(-1)
            there.close()
            for sign in (signal.SIGINT, signal.SIGTERM):
                signal.signal(sign, signal.SIG_DFL)
        if self._code is not None:
            if self._code == INTERRUPTED and not self._told:
                self.tell()
            raise SystemExit(self._code)

    def tell(self, kept: Path | None = None) -> None:
        """Say on standard error what became of the command.

        Parameters
        ----------
        kept : Path, optional
            Where the command keeps results as it finds them.
        """
        self._told = True
        found = f" Results that were found are kept in {kept}: the same command goes on from there."
        told = f"Interrupted: the command was stopped, and no file is half written.{found if kept else ''}"
        with suppress(OSError):  # whoever listened may have been interrupted too
            print(told, file=sys.stderr, flush=True)

    def _hear(self, sign: int, frame: FrameType | None) -> None:
        """Unwind what the command was doing; what unwinds is not interrupted again."""
        if self._heard.is_set():
            return
        self._heard.set()
        self._code = _CODES[sign]
        raise KeyboardInterrupt if sign == signal.SIGINT else SystemExit(self._code)

    def _not_raised(self, unraisable: sys.UnraisableHookArgs) -> None:
        """Press the key again where it fell into something that raises nothing, such as a destructor.

        What else is not raised after it is of no use to anybody.
        """
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            self._heard.clear()
            again = Timer(AGAIN, interrupt_main)
            again.daemon = True
            again.start()
        elif self._code is None:
            sys.__unraisablehook__(unraisable)

    def _watch(self, line: socket.socket) -> None:
        """End the process some time after a signal of which Python did not hear, or a second one."""
        known = False
        with line:
            while heard := line.recv(1):
                sign = heard[0]
                if signal.getsignal(sign) != self._hear:
                    continue  # a server has its own way to end
                if not known and self._heard.wait(GRACE):
                    known = True
                    continue
                if known:
                    sleep(GRACE)
                if signal.getsignal(sign) == self._hear:  # it has not ended meanwhile
                    self._leave(sign)

    def _leave(self, sign: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(_SHOW_CURSOR)
        if sign == signal.SIGINT and not self._told:
            self.tell()
        sys.stdout.flush()
        os._exit(_CODES[sign])


KEY = InterruptKey()
"""The one that there is."""
