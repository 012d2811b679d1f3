"""Files from elsewhere: ordinary ones, of a size that is read, and TOML whose numbers can be reckoned with.

Opening a pipe waits for somebody to write, a device never ends, and a file of gigabytes takes several
times its size in memory: each is refused before it is read.
"""

from __future__ import annotations

import csv
import errno
import json
import os
import re
import stat
import tomllib
from io import StringIO
from pathlib import Path, PurePath
from typing import Any

LARGEST = 64 * 2**20
"""Bytes of a file with tables; all of the Netherlands takes a tenth of it."""

LARGEST_RESULT = 2**30
"""Bytes of a table of a written result, or of what was kept of a job."""

LARGEST_STATED = 2**20
"""Bytes of a policy, a key, a mapping or changes."""

MOST_CELLS = 10_000_000
"""Rows times columns of a table, empty cells too; all of the Netherlands takes a twentieth of it."""

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""Code of half of a character; two of them make one."""

_DEEPEST = 100
"""Parts of a dotted key of TOML, one within another: ten times as many take a hundred times as long."""

_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DEEP = re.compile(rf"(?<![\w.-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{_DEEPEST}}}")

_WHOLE = 2**63
"""Whole numbers of TOML are of 64 bits (https://toml.io/en/v1.0.0#integer)."""


def read_content(path: Path, most: int = LARGEST) -> bytes:
    """What is in a file.

    Parameters
    ----------
    path : Path
        The file.
    most : int
        Bytes that it may have.

    Raises
    ------
    OSError
        If it cannot be read, is a pipe or a device, or is larger.
    """
    if "\0" in str(path):
        raise OSError(errno.EINVAL, "Its name has a null in it", str(path))
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "It is a pipe or a device, not a file", str(path))
        found = file.read(most + 1)
    if len(found) > most:
        raise OSError(errno.EFBIG, f"It is larger than {most // 2**20} MB", str(path))
    return found


def read_text(path: Path, most: int = LARGEST) -> str:
    """What is in a file of text, without a byte order mark.

    Raises
    ------
    OSError
        As `read_content`.
    UnicodeDecodeError
        If it is not UTF-8.
    """
    return read_content(path, most).decode("utf-8-sig")


def parsed_json(said: str, **hooks: Any) -> Any:
    """What a text in JSON states.

    Parameters
    ----------
    said : str
        The text.
    **hooks : callable
        As for `json.loads`.

    Raises
    ------
    ValueError
        If it is no JSON, is nested deeply, or has half of a character, which no file can hold.
    """
    try:
        stated = json.loads(said, **hooks)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if _HALF.search(said):
        json.dumps(stated, ensure_ascii=False).encode()
    return stated


def read_toml(path: Path) -> dict[str, Any]:
    """What a TOML file states.

    Raises
    ------
    OSError, UnicodeDecodeError
        As `read_text`.
    TOMLDecodeError
        If it is no TOML, is nested deeply, or has a whole number of more than 64 bits.
    """
    said = read_text(path, LARGEST_STATED).replace("\r\n", "\n")
    if _DEEP.search(said):
        raise tomllib.TOMLDecodeError("It is nested too deeply")
    try:
        stated = tomllib.loads(said)
        _refuse_large(stated)
    except RecursionError:
        raise tomllib.TOMLDecodeError("It is nested too deeply") from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:
        raise tomllib.TOMLDecodeError(str(error)) from None
    return stated


def refuse_twice(said: str, separator: str = ",") -> None:
    """Refuse a table of text of which two columns have the same name.

    Raises
    ------
    ValueError
        If two have.
    """
    header = next(csv.reader(StringIO(said, newline=""), delimiter=separator), [])
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise ValueError(f"the column {twice[0]} is there twice")


def leads_out(folder: Path, stated: str) -> bool:
    """Whether a path that is stated in a folder leads out of it: by itself, by a link, or to a machine."""
    path = PurePath(stated)
    if "://" in stated or path.is_absolute() or ".." in path.parts:
        return True
    if "\0" in stated:
        return False  # it leads nowhere, which is told when it is read
    return not Path(os.path.realpath(folder / path)).is_relative_to(os.path.realpath(folder))


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _refuse_large(stated: object) -> None:
    """Refuse whole numbers that no other program takes, and that cannot be shown either."""
    if isinstance(stated, dict | list):
        for each in stated.values() if isinstance(stated, dict) else stated:
            _refuse_large(each)
    elif isinstance(stated, int) and abs(stated) > _WHOLE:
        raise ValueError("A whole number has more than 64 bits")
