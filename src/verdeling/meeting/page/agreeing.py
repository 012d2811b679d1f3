"""The agreements on the table: their numbers, a new one, and one that goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from nicegui import ui

from verdeling.errors import VerdelingError
from verdeling.explaining.repairing.words import scope_words
from verdeling.language import number, say
from verdeling.meeting.actions import EditTables
from verdeling.meeting.page.labels import labelled
from verdeling.meeting.state import Remove
from verdeling.meeting.typed import typed_number
from verdeling.meeting.wishes import PARTS, Strength, agreed, renumbered
from verdeling.names import Names
from verdeling.tables import Measure

if TYPE_CHECKING:
    from verdeling.meeting.page.room import Room


class Agreements:
    """The part of the page about agreements.

    Parameters
    ----------
    room : Room
        The page.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        self.token: object = None
        with ui.expansion(room.text("meeting.new_agreement"), icon="add").classes("wide new"):
            self._form()
        self.list = ui.element("div").classes("agreements")

    def refresh(self) -> None:
        """Show the agreements as they are, those that contradict each other first."""
        outcome = self.room.session.outcome
        token = outcome.variant.token
        if token == self.token:
            return
        self.token = token
        conflict = outcome.solution.conflict
        inside = set(conflict.loc[conflict["in_conflict"].astype(bool), "agreement"])
        rows = outcome.instance.tables["agreements"].to_dict("records")
        names = Names.of(outcome.instance, self.room.lang)
        self.list.clear()
        with self.list:
            if not rows:
                ui.label(self.room.text("meeting.no_agreements")).classes("hint")
            for row in sorted(rows, key=lambda row: row["agreement"] not in inside):
                self._card(row, names, clashes=row["agreement"] in inside)

    def _card(self, row: dict[Any, Any], names: Names, *, clashes: bool) -> None:
        lang, agreement = self.room.lang, row["agreement"]
        text = (row["text_nl"] if lang == "nl" else "") or row["text"]
        with ui.element("article").classes("agreement clash" if clashes else "agreement"):
            ui.label(text).classes("text")
            ui.label(scope_words(names, row)).classes("hint")
            with ui.element("div").classes("line"):
                ui.label(say(f"repair.sense.{row['sense']}", lang))
                shown = row["value"] * (100 if row["measure"] in PARTS else 1)
                field = ui.input(value=number(shown, lang), suffix=_unit(row["measure"], lang))
                labelled(field.props("dense outlined").classes("amount"), text)
                field.on("change", lambda: self._renumber(row, str(field.value)))
                ui.label(say("value.hard" if row["strength"] == "hard" else "value.soft", lang)).classes(
                    "chip"
                )
                ui.space()
                off = ui.button(icon="close", on_click=lambda: self.room.do(_removal(agreement)))
                labelled(off.props("flat round dense"), self.room.text("meeting.take_off", agreement=text))

    def _form(self) -> None:
        lang, names = self.room.lang, self.room.session.names
        measures = {name: say(f"at_table.measure.{name}", lang) for name in get_args(Measure)}
        senses = {sense: say(f"repair.sense.{sense}", lang) for sense in (">=", "<=", "=")}
        strengths = {name: self.room.text(f"at_table.strength.{name}") for name in ("hard", "soft")}
        self.scope = {}
        with ui.element("div").classes("form"):
            self.sense = ui.select(senses, value=">=", label=self.room.text("meeting.sense")).props(
                "outlined dense"
            )
            self.value = ui.input(label=self.room.text("meeting.value")).props("outlined dense")
            self.measure = ui.select(measures, value="places", label=self.room.text("meeting.measure")).props(
                "outlined dense"
            )
            for name, known in self._options(names).items():
                label = self.room.text(f"at_table.scope.{name}")
                every = {"*": say(f"repair.each.{name}", lang)}
                self.scope[name] = ui.select(every | known, value=[], multiple=True, label=label).props(
                    "outlined dense"
                )
            self.strength = ui.select(
                strengths, value="hard", label=self.room.text("meeting.strength")
            ).props("outlined dense")
            self.penalty = ui.input(label=self.room.text("meeting.penalty")).props("outlined dense")
            self.penalty.bind_visibility_from(self.strength, "value", value="soft")
            ui.label(self.room.text("meeting.scope")).classes("hint across")
            ui.button(self.room.text("meeting.agree"), on_click=self._agree).props(
                "unelevated no-caps"
            ).classes("agree")

    def _options(self, names: Names) -> dict[str, dict[str, str]]:
        """What an agreement can be about, by dimension; regions where there are several."""
        instance = self.room.session.outcome.instance
        tables = instance.tables
        regions = sorted(set(tables["municipalities"]["region"]))
        suppliers = {*tables["supply"]["supplier"], *tables["projects"]["supplier"]}
        suppliers |= set(tables["support"]["provider"])
        return {
            **({"region": {name: name for name in regions}} if len(regions) > 1 else {}),
            **{name: dict(names.names[name]) for name in ("municipality", "group", "place_type")},
            **({"supplier": {name: name for name in sorted(suppliers - {""})}} if suppliers - {""} else {}),
            "year": {str(year): str(year) for year in instance.about.years},
        }

    async def _agree(self) -> None:
        measure = str(self.measure.value)
        scope = {name: _joined(chosen.value) for name, chosen in self.scope.items()}
        strength: Strength = "hard"
        try:
            value = self._read(measure, str(self.value.value or ""))
            if self.strength.value == "soft":
                strength = float(typed_number(self.penalty.value or "", self.room.lang))
        except VerdelingError as error:
            self.room.refuse(error)
            return
        instance = self.room.session.outcome.instance
        row = agreed(instance, measure, str(self.sense.value), value, scope, strength=strength)
        if await self.room.do(EditTables(edits=(row,))):
            self.value.set_value("")

    async def _renumber(self, row: dict[Any, Any], text: str) -> None:
        self.token = None
        try:
            value = self._read(row["measure"], text)
        except VerdelingError as error:
            self.room.refuse(error)
            self.refresh()
            return
        edits = renumbered(self.room.session.outcome.instance, row["agreement"], value)
        await self.room.do(EditTables(edits=edits))

    def _read(self, measure: str, text: str) -> float:
        value = float(typed_number(text.removesuffix("%"), self.room.lang))
        return round(value / 100, 12) if measure in PARTS else value


def _joined(names: list[str]) -> str:
    """A scope as the table has it: each, some together, or nothing for all."""
    return "*" if "*" in names else ";".join(names)


def _removal(agreement: str) -> EditTables:
    return EditTables(edits=(Remove(agreement=agreement),))


def _unit(measure: str, lang: Any) -> str:
    if measure in PARTS:
        return "%"
    return "€" if measure == "cost" else ""
