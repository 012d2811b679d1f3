"""Agreements that are asked for at the table, and the edits by which they come, change, give way or go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from verdeling.amounts import asked
from verdeling.explaining.repairing.words import scope_words
from verdeling.language import Language, say, sentence
from verdeling.meeting.state import AddRow, SetCell
from verdeling.names import Names
from verdeling.scopes import SCOPE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.explaining.repairing.repairs import Repairs
    from verdeling.instance import Instance
    from verdeling.meeting.state import Cell

Strength = Literal["hard"] | float

PARTS = ("share_of_need", "share_of_supply", "share_of_fair_share", "share_of_built")
"""Measures whose number is typed as a percentage."""


def agreed(
    instance: Instance,
    measure: str,
    sense: str,
    value: float,
    scope: Mapping[str, str],
    source: str = "",
    strength: Strength = "hard",
) -> AddRow:
    """A new agreement, with its text in both languages.

    Parameters
    ----------
    instance : Instance
        Of one scenario; its agreements say which ids are taken.
    measure, sense : str
        See `verdeling.tables.Agreement`.
    value : float
        As it is kept: a share is a part of 1.
    scope : mapping of str to str
        Some of `verdeling.scopes.SCOPE`, in ids; ``*`` is each, and ``;`` stands between several.
    source : str
        Who asked for it.
    strength : "hard" or float
        Hard, or the penalty for each unit that it is missed by.
    """
    cells: dict[str, Cell] = {name: cell for name, cell in scope.items() if cell}
    cells |= {"agreement": _new_id(instance), "measure": measure, "sense": sense, "value": value}
    cells |= {"source": source} if source else {}
    cells |= {} if strength == "hard" else {"strength": strength}
    return AddRow(table="agreements", cells=cells | _texts(instance, cells, value))


def renumbered(instance: Instance, agreement: str, value: float) -> tuple[SetCell, ...]:
    """Another number in an agreement; a text that was made of its number follows it."""
    table = instance.tables["agreements"]
    (row,) = table[table["agreement"] == agreement].to_dict("records")
    cells: dict[str, Cell] = {"value": value}
    if all(row[name] == text for name, text in _texts(instance, row, row["value"]).items()):
        cells |= _texts(instance, row, value)
    return tuple(
        SetCell(table="agreements", row={"agreement": agreement}, column=column, value=cell)
        for column, cell in cells.items()
    )


def taking(repairs: Repairs, number: int) -> tuple[SetCell, ...]:
    """The edits that make one of the repairs."""
    own = repairs.concessions[repairs.concessions["repair"] == number]
    rows = own[["agreement", "to"]].drop_duplicates("agreement").itertuples(index=False)
    return tuple(edit for name, to in rows for edit in renumbered(repairs.instance, str(name), float(to)))


def _texts(instance: Instance, cells: Mapping[Any, Any], value: float) -> dict[str, Cell]:
    """An agreement in words, in each language."""
    told: dict[str, Cell] = {}
    for lang, column in zip(get_args(Language), ("text_nl", "text"), strict=True):
        sense = sentence(say(f"repair.sense.{cells['sense']}", lang))
        about = scope_words(Names.of(instance, lang), dict.fromkeys(SCOPE, "") | dict(cells))
        told[column] = f"{sense} {asked(str(cells['measure']), value, lang)} ({about})"
    return told


def _new_id(instance: Instance) -> str:
    taken = set(instance.tables["agreements"]["agreement"])
    return next(name for name in (f"table_{number}" for number in range(1, 10_000)) if name not in taken)
