"""What only some formats need, and an installation may not have."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from verdeling.errors import InstanceError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def needed(extra: str, what: str) -> Iterator[None]:
    """Say what to install where something cannot be imported.

    Parameters
    ----------
    extra : str
        The extra that brings it.
    what : str
        What it is for, in the plural.

    Raises
    ------
    InstanceError
        If an import fails.
    """
    try:
        yield
    except ImportError as error:
        problem = Problem(
            "missing-package",
            f"{error.name or error} is not installed.",
            f"It reads and writes {what}.",
            f"Install it: pip install 'verdeling[{extra}]'.",
        )
        raise InstanceError(f"There is nothing here for {what}.", [problem]) from error
