"""Needs and supply as grids to type in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nicegui import ui

from verdeling.errors import VerdelingError
from verdeling.language import say
from verdeling.meeting.actions import EditTables
from verdeling.meeting.grids import Line, edit_of, lines, shown
from verdeling.meeting.typed import typed_number
from verdeling.names import Names

if TYPE_CHECKING:
    from nicegui.events import GenericEventArguments

    from verdeling.meeting.page.room import Room

_ABOUT = {"needs": ("group",), "supply": ("place_type", "supplier")}
"""What a row is about, beside the municipality."""


class Grid:
    """The part of the page where a table is edited.

    Parameters
    ----------
    room : Room
        The page.
    table : {"needs", "supply"}
        Which.
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
        lang = self.room.lang
        about = [
            {
                "field": name,
                "headerName": say(f"heading.{name}", lang),
                "flex": 5,
                "minWidth": 120,
                "filter": False,
                "tooltipField": name,
            }
            for name in _ABOUT[self.table]
        ]
        years = [
            {
                "field": str(year),
                "headerName": str(year),
                "editable": True,
                "cellDataType": "text",
                "type": "rightAligned",
                "sortable": False,
                "resizable": False,
                "flex": 1,
                "minWidth": 50,
            }
            for year in self.room.session.outcome.instance.about.years
        ]
        return {
            "columnDefs": [*about, *years],
            "rowData": [],
            "singleClickEdit": True,
            "stopEditingWhenCellsLoseFocus": True,
            "localeText": {"noRowsToShow": self.room.text("meeting.grid_empty")},
        }

    def _rows(self) -> list[dict[str, str]]:
        names = Names.of(self.room.session.outcome.instance, self.room.lang)
        years = self.room.session.outcome.instance.about.years
        return [
            {name: names.name(name, line.key[name]) or "–" for name in _ABOUT[self.table]}
            | {str(year): shown(line, year, self.room.lang) for year in years}
            | {"id": str(position)}
            for position, line in enumerate(self.lines)
            if line.key["municipality"] == self.where.value
        ]

    async def _changed(self, event: GenericEventArguments) -> None:
        line, year = self.lines[int(event.args["data"]["id"])], int(event.args["colId"])
        self.digest = ""
        try:
            value = int(typed_number(event.args.get("newValue") or "", self.room.lang, whole=True))
        except VerdelingError as error:
            self.room.refuse(error)
            self.refresh()
            return
        if value == line.amounts.get(year):
            self.refresh()
            return
        await self.room.do(EditTables(edits=(edit_of(line, self.table, year, value),)))
