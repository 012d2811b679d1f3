"""Needs, supply, projects and support as grids to type in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nicegui import ui

from verdeling.errors import VerdelingError
from verdeling.language import say
from verdeling.meeting.actions import EditTables
from verdeling.meeting.grids import GRIDS, Line, columns, edit_of, lines, shown, whole
from verdeling.meeting.typed import typed_number
from verdeling.names import Names

if TYPE_CHECKING:
    from nicegui.events import GenericEventArguments

    from verdeling.language import Language
    from verdeling.meeting.page.room import Room

_ABOUT = {
    "needs": ("group",),
    "supply": ("place_type", "supplier"),
    "projects": ("place_type", "supplier"),
    "support": ("provider",),
}
"""What a row is about, beside the municipality."""


class Figures:
    """The part of the page with the tables that can be edited.

    Parameters
    ----------
    room : Room
        The page.
    """

    def __init__(self, room: Room) -> None:
        tables = [name for name in GRIDS if len(room.session.outcome.instance.tables[name])]
        with ui.tabs().props("dense no-caps align=left").classes("inner") as tabs:
            made = {name: ui.tab(name, label=room.text(f"at_table.tab.{name}")) for name in tables}
        with ui.tab_panels(tabs, value=made[tables[0]], animated=False, keep_alive=True).classes("panels"):
            self.grids = []
            for name, tab in made.items():
                with ui.tab_panel(tab).classes("inner-panel"):
                    self.grids.append(Grid(room, name))

    def refresh(self) -> None:
        """Show the tables as they are."""
        for grid in self.grids:
            grid.refresh()


class Grid:
    """The part of the page where a table is edited.

    Parameters
    ----------
    room : Room
        The page.
    table : str
        One of `verdeling.meeting.grids.GRIDS`.
    """

    def __init__(self, room: Room, table: str) -> None:
        self.room, self.table = room, table
        self.digest = ""
        self.lines: list[Line] = []
        names = room.session.names.names["municipality"]
        known = {line.key["municipality"] for line in lines(room.session.outcome.instance, table)}
        options = {key: name for key, name in names.items() if key in known}
        options |= {"": room.text("meeting.whole_region")} if "" in known else {}
        self.where = (
            ui.select(
                options,
                value=next(iter(options), None),
                label=room.text("at_table.scope.municipality"),
                on_change=self._look,
            )
            .props("outlined dense")
            .classes("where")
        )
        ui.label(room.text(f"at_table.hint.{table}")).classes("hint")
        self.grid = ui.aggrid(self._options(), theme="quartz", auto_size_columns=False).classes("grid")
        self.grid.on("cellValueChanged", self._changed)

    def refresh(self) -> None:
        """Show the table as it is."""
        instance = self.room.session.outcome.instance
        digest = instance.tables.digest(self.table)
        if digest != self.digest:
            self.digest, self.lines = digest, lines(instance, self.table)
            self.grid.options["rowData"] = self._rows()
            self.grid.update()

    def _look(self) -> None:
        """Show another municipality."""
        self.digest = ""
        self.refresh()

    def _options(self) -> dict[str, Any]:
        lang, fields = self.room.lang, GRIDS[self.table].fields
        about = [
            {
                "field": name,
                "headerName": say(f"heading.{name}", lang),
                "flex": 5,
                "minWidth": 84 if fields else 120,
                "filter": False,
                "tooltipField": name,
            }
            for name in _ABOUT[self.table]
        ]
        numbers = [
            {
                "field": str(column),
                "headerName": str(column) if column not in fields else say(f"at_table.field.{column}", lang),
                "editable": True,
                "cellDataType": "text",
                "type": "rightAligned",
                "sortable": False,
                "resizable": False,
                "flex": 1,
                "minWidth": 84 if column in fields[1:] else 58 if fields else 50,
            }
            for column in columns(self.room.session.outcome.instance, self.table)
        ]
        return {
            "columnDefs": [*about, *numbers],
            "rowData": [],
            "singleClickEdit": True,
            "stopEditingWhenCellsLoseFocus": True,
            "localeText": {"noRowsToShow": self.room.text("meeting.grid_empty")},
        }

    def _rows(self) -> list[dict[str, str]]:
        names = Names.of(self.room.session.outcome.instance, self.room.lang)
        numbers = columns(self.room.session.outcome.instance, self.table)
        return [
            {name: names.name(name, line.key[name]) or "–" for name in _ABOUT[self.table]}
            | {str(column): shown(line, column, self.room.lang) for column in numbers}
            | {"id": str(position)}
            for position, line in enumerate(self.lines)
            if line.key["municipality"] == self.where.value
        ]

    async def _changed(self, event: GenericEventArguments) -> None:
        line, name = self.lines[int(event.args["data"]["id"])], str(event.args["colId"])
        column = int(name) if GRIDS[self.table].amount else name
        only_whole = whole(self.table, column)
        self.digest = ""
        try:
            value = _typed(event.args.get("newValue") or "", column, self.room.lang, whole=only_whole)
        except VerdelingError as error:
            self.room.refuse(error)
            self.refresh()
            return
        if value == line.amounts.get(column):
            self.refresh()
            return
        await self.room.do(EditTables(edits=(edit_of(line, self.table, column, value),)))


def _typed(text: object, column: int | str, lang: Language, *, whole: bool) -> float:
    """A number as it was typed; a year as it is written everywhere."""
    if column == "year" and re.fullmatch(r"\s*[0-9]{4}\s*", str(text)):
        return int(str(text))
    return typed_number(text, lang, whole=whole)
