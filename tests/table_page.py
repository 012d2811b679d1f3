"""A table that is served, and a browser that looks at it: for tests of the page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import verdeling

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(verdeling.__file__).parents[1]


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """The address of ``verdeling table`` with these arguments, until the end."""
    command = [sys.executable, "-c", "from verdeling.cli.entry import main; main()", "table", "--no-open"]
    paths = os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")])
    hidden = {name for name in os.environ if name.startswith(("PYTEST", "NICEGUI"))}
    env = {name: value for name, value in os.environ.items() if name not in hidden} | {"PYTHONPATH": paths}
    with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, env=env, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\n", line), line
            yield line.strip()
        finally:
            process.terminate()


def chromium() -> str | None:
    """Where a Chromium is."""
    return shutil.which("chromium") or shutil.which("chromium-browser")
