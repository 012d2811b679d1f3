"""What is asked in every run, and what only in long ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def in_long_runs(cases: Iterable[Any]) -> list[Any]:
    """Cases for ``parametrize`` that are left out unless ``-m long`` asks for them.

    Parameters
    ----------
    cases : iterable
        A tuple is a case of several parameters.

    Returns
    -------
    list
        A parameter set for each, marked `long`.
    """
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.long)
        for case in cases
    ]


def every(step: int, cases: Sequence[Any]) -> list[Any]:
    """Cases for ``parametrize`` of which only each so many are in every run, and the others in long ones."""
    return [case for at, case in enumerate(cases) if not at % step] + in_long_runs(
        case for at, case in enumerate(cases) if at % step
    )
