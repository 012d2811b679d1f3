"""Variants that were kept, side by side; writing one, and the log."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from nicegui import run, ui

from verdeling.errors import VerdelingError
from verdeling.meeting.actions import Drop, Keep, Open
from verdeling.meeting.page.labels import labelled
from verdeling.meeting.page.pictures import beside

if TYPE_CHECKING:
    from verdeling.meeting.page.room import Room


class Variants:
    """The part of the page about variants.

    Parameters
    ----------
    room : Room
        The page.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        with ui.element("div").classes("line"):
            self.name = (
                ui.input(label=room.text("meeting.name")).props("outlined dense maxlength=80").classes("grow")
            )
            self.name.on("keydown.enter", self._keep)
            ui.button(room.text("meeting.keep"), icon="bookmark_add", on_click=self._keep).props(
                "unelevated no-caps"
            )
        self.kept = ui.element("div").classes("kept")
        self.table = ui.element("div").classes("beside-box")
        with ui.element("div").classes("part line"):
            ui.label(room.text("meeting.write"))
            for what in room.session.writers:
                ui.button(
                    room.text(f"at_table.write.{what}"), on_click=lambda what=what: self._write(what)
                ).props("outline no-caps dense").classes("write")
        with ui.expansion(room.text("meeting.log"), icon="history").props("dense").classes("wide"):
            ui.label(
                room.text("meeting.log_hint", file=room.session.log.path if room.session.log else "")
            ).classes("hint")
            self.told = ui.element("ol").classes("told")

    def refresh(self) -> None:
        """Show what is kept now, and what was done."""
        kept = self.room.session.sheet.kept
        self.kept.clear()
        with self.kept:
            if not kept:
                ui.label(self.room.text("meeting.nothing_kept")).classes("hint")
            for name in kept:
                self._line(name)
        self.table.clear()
        self._side_by_side()
        self.told.clear()
        with self.told:
            for each in self.room.session.told:
                ui.html(each, sanitize=escape, tag="li")

    def _line(self, name: str) -> None:
        with ui.element("div").classes("line variant"):
            ui.label(name).classes("grow")
            ui.button(self.room.text("meeting.open"), on_click=lambda: self.room.do(Open(name=name))).props(
                "flat no-caps dense"
            )
            bin_ = ui.button(icon="delete", on_click=lambda: self.room.do(Drop(name=name)))
            labelled(bin_.props("flat round dense"), self.room.text("meeting.drop", name=name))

    def _side_by_side(self) -> None:
        """The variant on the table beside those that are kept."""
        session = self.room.session
        if not session.sheet.kept:
            return
        named = {self.room.text("meeting.now"): session.outcome, **session.kept}
        with self.table:
            ui.html(beside(named, self.room.lang), sanitize=False)

    async def _keep(self) -> None:
        name = str(self.name.value or "").strip()
        if not name:
            self.room.notice(self.room.text("meeting.no_name"), "warning")
            return
        if await self.room.do(Keep(name=name[:80])):
            self.name.set_value("")

    async def _write(self, what: str) -> None:
        session = self.room.session
        try:
            async with self.room.turn:
                path = await run.io_bound(session.export, what, self.room.folder)
        except VerdelingError as error:
            self.room.refuse(error)
            return
        self.room.notice(self.room.text("meeting.written", path=path), "positive")
        self.refresh()
