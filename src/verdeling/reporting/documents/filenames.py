"""Names of files, made from what people call things, that every system can keep."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)")
_LONGEST = 60
"""Letters; a letter takes four bytes at most, and a file name can have 255."""


def file_stems(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Names of files without an ending, each once on systems that see no difference between A and a.

    Parameters
    ----------
    names : iterable of str
        What people call things.
    taken : iterable of str
        Names that none of them may have.

    Returns
    -------
    list of str
        Letters, digits and hyphens only, in the order of the names.

    Examples
    --------
    >>> file_stems(["'s-Gravenhage", "Bergen (NH.)", "bergen nh", "../..", "Con"])
    ['s-gravenhage', 'bergen-nh', 'bergen-nh-2', 'x', 'con-x']
    """
    used = {*taken}
    found = []
    for name in names:
        stem = _stem(name)
        number, free = 1, stem
        while free in used:
            number += 1
            free = f"{stem}-{number}"
        used.add(free)
        found.append(free)
    return found


def _stem(name: str) -> str:
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
    stem = re.sub(r"[\W_]+", "-", folded).strip("-")[:_LONGEST].strip("-") or "x"
    return f"{stem}-x" if _RESERVED.fullmatch(stem) else stem
