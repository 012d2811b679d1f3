"""What the choices give: the division against the fair share, the map, what changed, or the conflict."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from nicegui import run, ui

from verdeling.errors import VerdelingError
from verdeling.language import say
from verdeling.meeting import telling
from verdeling.meeting.actions import EditTables, Undo
from verdeling.meeting.page.pictures import bars, map_of
from verdeling.meeting.session import Cancelled
from verdeling.meeting.wishes import taking

if TYPE_CHECKING:
    from verdeling.explaining.repairing.repairs import Repairs
    from verdeling.meeting.page.room import Room
    from verdeling.meeting.state import Variant

_MANY = 12
"""Bars of more municipalities than this would hide what changed, which then stands above them."""


class Result:
    """The part of the page that shows the division.

    Parameters
    ----------
    room : Room
        The page.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        self.steps = (0, 0)
        self.phase = ""
        self.clash = ui.element("div").classes("clash-box").props('role="alert"')
        self.body = ui.element("div").classes("division").props('aria-live="polite"')
        with ui.element("div").classes("whole-line"):
            self.whole = ui.button(room.text("meeting.make_whole"), icon="apps", on_click=self._make_whole)
            self.whole.props("outline no-caps")
            self.bar = ui.linear_progress(value=0, show_value=False).props("rounded").classes("bar")
            self.step = ui.label().classes("hint")
            self.stop = ui.button(room.text("meeting.cancel"), icon="close", on_click=self._cancel)
            self.stop.props("flat no-caps dense")
        self.ticking = ui.timer(0.4, self._tick, active=False)
        self._idle()

    def refresh(self) -> None:
        """Show what there is."""
        outcome = self.room.session.outcome
        self.clash.clear()
        self.clash.set_visibility(not outcome.possible)
        if not outcome.possible:
            self._conflict()
        self.body.clear()
        with self.body:
            self._division()
        self.whole.set_enabled(outcome.possible and not outcome.variant.whole and not self.ticking.active)

    def _division(self) -> None:
        session, lang = self.room.session, self.room.lang
        shown, before = session.shown, session.before
        if shown is None or before is None:
            ui.label(self.room.text("meeting.no_division")).classes("hint")
            return
        stale = not session.outcome.possible
        kind = "stale" if stale else "whole" if shown.solution.whole else "fractional"
        ui.label(self.room.text(f"at_table.kind.{kind}")).classes(f"kind {kind}")
        with ui.element("div").classes("stale" if stale else ""):
            for sentence in shown.content(lang).headlines:
                ui.label(sentence).classes("headline")
            moved = before is not shown and not stale
            first = moved and len(shown.content(lang).loads) > _MANY
            if first:
                self._changes(telling.changes(before, shown, lang))
            with ui.element("div").classes("pictures"):
                ui.html(bars(before, shown, lang), sanitize=False).classes("bars-box")
                drawn = map_of(shown, lang)
                if drawn:
                    ui.html(drawn + _legend(self.room), sanitize=False).classes("map-box")
            if moved and not first:
                self._changes(telling.changes(before, shown, lang))

    def _changes(self, told: list[str]) -> None:
        with ui.element("section").classes("changes"):
            ui.html(self.room.text("meeting.changed"), sanitize=escape, tag="h2")
            items = "".join(f"<li>{escape(each)}</li>" for each in told)
            ui.html(items, sanitize=False, tag="ul")

    def _conflict(self) -> None:
        outcome, lang = self.room.session.outcome, self.room.lang
        told = telling.conflict(outcome, lang)
        with self.clash:
            ui.html(self.room.text("meeting.clash"), sanitize=escape, tag="h2")
            ui.label(told[0]).classes("headline")
            items = "".join(
                f"<li>{escape(each.removeprefix('- '))}</li>" for each in told[1:] if each.startswith("- ")
            )
            ui.html(items, sanitize=False, tag="ul")
            self.ways = ui.element("div").classes("ways")
            with self.ways:
                ui.label(self.room.text("meeting.searching")).classes("hint")
                ui.spinner("dots", size="md")
            back = ui.button(
                self.room.text("meeting.undo"), icon="undo", on_click=lambda: self.room.do(Undo())
            )
            back.props("flat no-caps").set_enabled(bool(self.room.session.course.past))
        ui.timer(0.05, lambda: self._find_ways(outcome.variant), once=True)

    async def _find_ways(self, variant: Variant) -> None:
        """Look for the ways out, and show them if the conflict is still on the table."""
        try:
            repairs = await run.io_bound(self.room.session.reckoner.repairs, variant)
        except VerdelingError as error:
            self.room.refuse(error)
            return
        if repairs is not None and self.room.session.sheet.variant == variant:
            self.ways.clear()
            with self.ways:
                self._show_ways(repairs)

    def _show_ways(self, repairs: Repairs) -> None:
        told = repairs.sentences(self.room.lang)
        if repairs.ways.empty:
            for each in told:
                ui.label(each)
            return
        numbers = repairs.ways["repair"].tolist()
        parts: list[list[str]] = []
        for each in told:
            if each.startswith("- ") and parts:
                parts[-1].append(each.removeprefix("- "))
            elif len(parts) < len(numbers):
                parts.append([])
        for number, lines in zip(numbers, parts, strict=True):
            with ui.element("div").classes("way"):
                ui.html("".join(f"<li>{escape(each)}</li>" for each in lines), sanitize=False, tag="ul")
                take = EditTables(edits=taking(repairs, int(number)), repair=True)
                label = self.room.text("meeting.take", number=number)
                ui.button(label, on_click=lambda take=take: self.room.do(take)).props("unelevated no-caps")

    async def _make_whole(self) -> None:
        """Make whole places in the background; the page goes on."""
        self.steps, self.phase = (0, 1), "state"
        self.whole.set_enabled(False)
        self.bar.set_visibility(True)
        self.stop.set_visibility(True)
        self.stop.set_enabled(True)
        self.ticking.activate()
        try:
            still = await run.io_bound(self.room.session.make_whole, self._hear)
            if not still:
                self.room.notice(self.room.text("meeting.moved_on"))
        except Cancelled:
            self.room.notice(self.room.text("meeting.cancelled"))
        except VerdelingError as error:
            self.room.refuse(error)
        finally:
            self._idle()
            self.room.refresh()

    def _cancel(self) -> None:
        self.stop.set_enabled(False)
        self.room.session.cancel()

    def _hear(self, phase: str, done: int, total: int) -> None:
        self.phase, self.steps = phase, (done, total)

    def _tick(self) -> None:
        done, total = self.steps
        self.bar.set_value(done / max(total, 1))
        self.step.set_text(say(f"progress.{self.phase}", self.room.lang))

    def _idle(self) -> None:
        self.ticking.deactivate()
        self.bar.set_visibility(False)
        self.stop.set_visibility(False)
        self.step.set_text("")


def _legend(room: Room) -> str:
    """What the colours of the map mean."""
    names = ("far-below", "below", "near", "above", "far-above")
    items = "".join(
        f'<li class="{name}">{escape(room.text(f"at_table.shade.{name}"))}</li>' for name in names
    )
    return f'<ul class="legend">{items}</ul>'
