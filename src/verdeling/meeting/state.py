"""What lies on the table: a variant, those that were kept, and the way back. Nothing here is solved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from verdeling.errors import Problem, VerdelingError
from verdeling.keys.data import Component
from verdeling.keys.terms import Stated

if TYPE_CHECKING:
    from collections.abc import Mapping

Cell = str | int | float
"""What a cell of a table can hold in a log."""


class SetCell(Stated):
    """Another value in a cell; `row` finds it, such as ``{"agreement": "A1"}``."""

    kind: Literal["cell"] = "cell"
    table: str
    row: dict[str, Cell]
    column: str
    value: Cell


class AddRow(Stated):
    """A row that is added, such as an agreement."""

    kind: Literal["row"] = "row"
    table: str
    cells: dict[str, Cell]


class Remove(Stated):
    """An agreement that is taken off the table."""

    kind: Literal["removal"] = "removal"
    agreement: str


Edit = SetCell | AddRow | Remove


class Variant(Stated):
    """Everything that was chosen: from the same instance it always gives the same division.

    Parameters
    ----------
    scenario : str
        One of the instance's; empty where it has none.
    policy : str
        A name in ``models/``, or the path of a policy.
    key : str
        A name in ``models/keys/``; empty: the key of the policy.
    components : tuple of Component
        The terms of the key with their weights; empty: as the key has them.
    edits : tuple of Edit
        Changes to the tables, in the order in which they were made.
    settled : int
        How many of the edits were there when policy or scenario were last chosen: the division is
        reckoned from there, under the key of the policy.
    whole : bool
        In whole places; otherwise the fractional optimum.
    """

    scenario: str = ""
    policy: str = "leximin"
    key: str = ""
    components: tuple[Component, ...] = ()
    edits: tuple[Edit, ...] = ()
    settled: int = 0
    whole: bool = False

    def choosing(self, **chosen: object) -> Variant:
        """With another policy or scenario: the division is reckoned anew."""
        return self.model_copy(update={"whole": False, "settled": len(self.edits), **chosen})

    def weighing(self, key: str, components: tuple[Component, ...]) -> Variant:
        """Under another key, or with its terms weighed otherwise."""
        return self.model_copy(update={"whole": False, "key": key, "components": components})

    def editing(self, *edits: Edit) -> Variant:
        """With further edits."""
        return self.model_copy(update={"whole": False, "edits": (*self.edits, *edits)})

    @property
    def token(self) -> str:
        """The same text for the same choices, and no other."""
        return self.model_dump_json()


@dataclass(frozen=True)
class Sheet:
    """The variant on the table and those that were kept under a name, in the order in which they were.

    Parameters
    ----------
    variant : Variant
        What is being talked about.
    kept : mapping of str to Variant
        By name.
    """

    variant: Variant
    kept: Mapping[str, Variant] = field(default_factory=dict)

    def with_variant(self, variant: Variant) -> Sheet:
        """With another variant on the table."""
        return replace(self, variant=variant)


@dataclass(frozen=True)
class Course:
    """A sheet, those before it, and those that were taken back.

    Parameters
    ----------
    sheet : Sheet
        As it is now.
    past, future : tuple of Sheet
        The latest last.
    """

    sheet: Sheet
    past: tuple[Sheet, ...] = ()
    future: tuple[Sheet, ...] = ()

    def moved(self, sheet: Sheet) -> Course:
        """A step further; nothing where nothing changes. What was taken back is then gone."""
        if sheet == self.sheet:
            return self
        return Course(sheet, (*self.past, self.sheet))

    def undone(self) -> Course:
        """The last step taken back.

        Raises
        ------
        VerdelingError
            If there is none.
        """
        if not self.past:
            raise _no_step("There is nothing to undo.")
        return Course(self.past[-1], self.past[:-1], (*self.future, self.sheet))

    def redone(self) -> Course:
        """The last step that was taken back, made again.

        Raises
        ------
        VerdelingError
            If there is none.
        """
        if not self.future:
            raise _no_step("There is nothing to do again.")
        return Course(self.future[-1], (*self.past, self.sheet), self.future[:-1])


def _no_step(what: str) -> VerdelingError:
    why = "The table is at that end of its steps."
    return VerdelingError("The step cannot be made.", [Problem("no-step", what, why, "Make another step.")])
