"""What somebody means by a name: ids of an instance, found by id or by name in either language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.errors import Problem, VerdelingError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verdeling.instance import Instance

NAMED = {"municipality": "municipalities", "group": "groups", "place_type": "place_types"}
"""What has names, and the table that has them."""

_WORDS = {"place_type": "place type"}


def meant(instance: Instance, dimension: str, said: str) -> tuple[str, ...]:
    """Every id that is called so: the one that is written so, or else all of that name.

    Parameters
    ----------
    instance : Instance
        Where the ids are.
    dimension : {"municipality", "group", "place_type"}
        What it is.
    said : str
        An id, or a name in English or Dutch; upper and lower case are the same.
    """
    table = instance.tables[NAMED[dimension]]
    ids = table[dimension].tolist()
    wanted = said.strip().casefold()
    for alike in (
        [each for each in ids if each == said],
        [each for each in ids if each.casefold() == wanted],
    ):
        if alike:
            return tuple(alike)
    columns = [table[name].str.casefold() for name in ("name", "name_nl") if name in table]
    named = [each for each, *names in zip(ids, *columns, strict=True) if wanted in names]
    return tuple(named)


def found(instance: Instance, dimension: str, said: Iterable[str]) -> list[str]:
    """Ids of what is called so.

    Parameters
    ----------
    instance, dimension
        As for `meant`.
    said : iterable of str
        Ids or names.

    Raises
    ------
    VerdelingError
        With everything that is not there, and what it may be meant for, or that is not one thing.
    """
    what = _WORDS.get(dimension, dimension)
    ids: list[str] = []
    problems = []
    for each in said:
        several = meant(instance, dimension, each)
        if len(several) == 1:
            ids.append(several[0])
        elif several:
            problems.append(
                Problem(
                    "ambiguous-name",
                    f"There are {len(several)} called {each}.",
                    f"It must be clear which {what} is meant.",
                    f"Give its id: {', '.join(several)}.",
                    value=each,
                )
            )
        else:
            why = "Only what is in the instance can be asked about."
            remedy = _nearest(instance, dimension, each)
            problems.append(Problem("unknown-id", f"There is no {what} {each}.", why, remedy, value=each))
    if problems:
        raise VerdelingError("It is not clear what is asked about.", problems)
    return ids


def _nearest(instance: Instance, dimension: str, said: str) -> str:
    """The name or, where none is like it, the id that may be meant; otherwise which names there are."""
    table = instance.tables[NAMED[dimension]]
    told = [nearest(said, table[column]) for column in ("name", dimension)]
    return next((each for each in told if each.startswith("Did")), told[0])
