"""What can be done at the table: each action, what it does to the sheet, its words and its line in a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, TypeAdapter

from verdeling.amounts import asked
from verdeling.errors import Problem, VerdelingError, nearest
from verdeling.keys.data import Component
from verdeling.keys.terms import Stated
from verdeling.language import listed, number, percent, said, say
from verdeling.meeting.state import AddRow, Cell, Course, Edit, Remove, SetCell, Sheet, Variant
from verdeling.phrases import titles
from verdeling.policy import read_policy

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.names import Names

Label = Annotated[str, Field(min_length=1, max_length=80)]


class Action(Stated):
    """Something that is done; what it does to the steps so far, and how it is told."""

    def on(self, course: Course) -> Course:
        """The steps with this one made."""
        return course.moved(self.change(course.sheet))

    def change(self, sheet: Sheet) -> Sheet:
        """The sheet after it."""
        return sheet

    def words(self, names: Names) -> str:
        """What is done, in a few words."""
        raise NotImplementedError


class ChooseScenario(Action):
    """Another scenario."""

    act: Literal["scenario"] = "scenario"
    scenario: str

    def change(self, sheet: Sheet) -> Sheet:  # noqa: D102
        return sheet.with_variant(sheet.variant.choosing(scenario=self.scenario))

    def words(self, names: Names) -> str:  # noqa: D102
        return say("act.scenario", names.lang, scenario=self.scenario)


class ChoosePolicy(Action):
    """Another policy; a key that was chosen stays."""

    act: Literal["policy"] = "policy"
    policy: str

    def change(self, sheet: Sheet) -> Sheet:  # noqa: D102
        return sheet.with_variant(sheet.variant.choosing(policy=self.policy))

    def words(self, names: Names) -> str:  # noqa: D102
        return say("act.policy", names.lang, policy=titles(read_policy(self.policy), names.lang)[0])


class ChooseKey(Action):
    """Another key, or the terms of the key with other weights."""

    act: Literal["key"] = "key"
    key: str = ""
    components: tuple[Component, ...] = ()

    def change(self, sheet: Sheet) -> Sheet:  # noqa: D102
        return sheet.with_variant(sheet.variant.weighing(self.key, self.components))

    def words(self, names: Names) -> str:  # noqa: D102
        if not self.components:
            if not self.key:
                return say("act.own_key", names.lang)
            return say("act.key", names.lang, name=said(f"key.{self.key}", names.lang, self.key))
        total = sum(weight_of(each) for each in self.components)
        told = [
            say(
                "act.term",
                names.lang,
                term=term(each, names.lang),
                part=percent(weight_of(each) / total, names.lang),
            )
            for each in self.components
        ]
        return say("act.weights", names.lang, terms=listed(told, names.lang, most=len(told)))


class EditTables(Action):
    """Changes to the tables, made together: a cell, an agreement more or less, or a repair."""

    act: Literal["edit"] = "edit"
    edits: Annotated[tuple[Annotated[Edit, Field(discriminator="kind")], ...], Field(min_length=1)]
    repair: bool = False

    def change(self, sheet: Sheet) -> Sheet:  # noqa: D102
        return sheet.with_variant(sheet.variant.editing(*self.edits))

    def words(self, names: Names) -> str:  # noqa: D102
        told = [_edit(each, names) for each in self.edits if not _retold(each)]
        key = "act.repair" if self.repair else "act.edit"
        return say(key, names.lang, changes=listed(told, names.lang, most=6))


class Keep(Action):
    """The variant is kept under a name; what was kept under it before gives way."""

    act: Literal["keep"] = "keep"
    name: Label

    def change(self, sheet: Sheet) -> Sheet:  # noqa: D102
        return Sheet(sheet.variant, {**sheet.kept, self.name: sheet.variant})

    def words(self, names: Names) -> str:  # noqa: D102
        return say("act.keep", names.lang, name=self.name)


class Open(Action):
    """A variant that was kept lies on the table again."""

    act: Literal["open"] = "open"
    name: Label

    def change(self, sheet: Sheet) -> Sheet:  # noqa: D102
        return sheet.with_variant(_kept(sheet, self.name))

    def words(self, names: Names) -> str:  # noqa: D102
        return say("act.open", names.lang, name=self.name)


class Drop(Action):
    """A variant is no longer kept."""

    act: Literal["drop"] = "drop"
    name: Label

    def change(self, sheet: Sheet) -> Sheet:  # noqa: D102
        _kept(sheet, self.name)
        kept = {name: variant for name, variant in sheet.kept.items() if name != self.name}
        return Sheet(sheet.variant, kept)

    def words(self, names: Names) -> str:  # noqa: D102
        return say("act.drop", names.lang, name=self.name)


class MakeWhole(Action):
    """The division is made in whole places."""

    act: Literal["whole"] = "whole"

    def change(self, sheet: Sheet) -> Sheet:  # noqa: D102
        return sheet.with_variant(sheet.variant.model_copy(update={"whole": True}))

    def words(self, names: Names) -> str:  # noqa: D102
        return say("act.whole", names.lang)


class Undo(Action):
    """The last step is taken back."""

    act: Literal["undo"] = "undo"

    def on(self, course: Course) -> Course:  # noqa: D102
        return course.undone()

    def words(self, names: Names) -> str:  # noqa: D102
        return say("act.undo", names.lang)


class Redo(Action):
    """The last step that was taken back is made again."""

    act: Literal["redo"] = "redo"

    def on(self, course: Course) -> Course:  # noqa: D102
        return course.redone()

    def words(self, names: Names) -> str:  # noqa: D102
        return say("act.redo", names.lang)


class Export(Action):
    """The variant was written; the sheet stays as it is."""

    act: Literal["export"] = "export"
    what: Literal["report", "solution", "instance"]
    file: str

    def words(self, names: Names) -> str:  # noqa: D102
        return say("act.export", names.lang, file=self.file)


AnyAction = Annotated[
    ChooseScenario
    | ChoosePolicy
    | ChooseKey
    | EditTables
    | Keep
    | Open
    | Drop
    | MakeWhole
    | Undo
    | Redo
    | Export,
    Field(discriminator="act"),
]
_READER: TypeAdapter[Action] = TypeAdapter(AnyAction)


def read_action(stated: object) -> Action:
    """An action from what a log says of it.

    Raises
    ------
    pydantic.ValidationError
        If it is none.
    """
    return _READER.validate_python(stated)


def begun(instance: Instance, policy: str = "leximin", scenario: str | None = None) -> Course:
    """The table as it is when nothing was done yet.

    Raises
    ------
    InstanceError
        If the scenario is not there.
    """
    chosen = instance.in_scenario(
        scenario or (instance.about.scenario or next(iter(instance.scenarios), None))
    )
    return Course(Sheet(Variant(scenario=chosen.about.scenario or "", policy=policy)))


def term(component: Component, lang: Language) -> str:
    """What a term of a key is called."""
    named = component.name_nl if lang == "nl" else component.name
    return named or said(f"attribute.{component.attribute}", lang, component.attribute)


def weight_of(component: Component) -> float:
    """What a term of a key weighs; 1 where that is no number."""
    return component.weight if isinstance(component.weight, float) else 1.0


def _edit(edit: Edit, names: Names) -> str:
    """An edit in words."""
    lang = names.lang
    if isinstance(edit, Remove):
        return say("edit.remove", lang, agreement=names.name("agreement", edit.agreement))
    if isinstance(edit, AddRow):
        if edit.table == "agreements":
            text = edit.cells.get("text_nl" if lang == "nl" else "text") or edit.cells.get("text", "")
            return say("edit.agreement", lang, text=text)
        about = _about({name: cell for name, cell in edit.cells.items() if isinstance(cell, str)}, names)
        return say("edit.row", lang, table=say(f"table.{edit.table}", lang), about=about)
    return say(
        "edit.cell",
        lang,
        table=say(f"table.{edit.table}", lang),
        about=_about(edit.row, names),
        value=_shown(edit, names),
    )


def _retold(edit: Edit) -> bool:
    """Whether it only puts in words what another edit changes."""
    return isinstance(edit, SetCell) and edit.column in ("text", "text_nl")


def _about(row: dict[str, Cell], names: Names) -> str:
    return ", ".join(names.name(column, str(cell)) for column, cell in row.items() if cell != "")


def _shown(edit: SetCell, names: Names) -> str:
    if isinstance(edit.value, str):
        return edit.value
    if edit.table == "agreements" and edit.column == "value":
        agreements = names.instance.tables["agreements"].set_index("agreement")["measure"]
        measure = agreements.get(str(edit.row.get("agreement", "")))
        if measure is not None:
            return asked(measure, float(edit.value), names.lang)
    return number(float(edit.value), names.lang)


def _kept(sheet: Sheet, name: str) -> Variant:
    """A variant that was kept.

    Raises
    ------
    VerdelingError
        If there is none of that name.
    """
    if name in sheet.kept:
        return sheet.kept[name]
    what, why = f"There is no variant {name}.", "Only what was kept can be laid on the table."
    problem = Problem("unknown-variant", what, why, nearest(name, sheet.kept), value=name)
    raise VerdelingError("The variant is not there.", [problem])
