"""The page: one for each browser, with a table of its own."""

from __future__ import annotations

import asyncio
from html import escape
from typing import TYPE_CHECKING

from nicegui import run, ui

from verdeling.errors import VerdelingError
from verdeling.language import number, say
from verdeling.meeting.actions import ChooseScenario, Redo, Undo
from verdeling.meeting.page.agreeing import Agreements
from verdeling.meeting.page.choosing import Choosing
from verdeling.meeting.page.editing import Figures
from verdeling.meeting.page.result import Result
from verdeling.meeting.page.variants import Variants
from verdeling.meeting.refusing import refusal
from verdeling.names import scenario_name

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal, TypeAlias

    from verdeling.language import Language
    from verdeling.meeting.actions import Action
    from verdeling.meeting.session import Session

    Kind: TypeAlias = Literal["positive", "warning"]

TABS = ("choose", "agreements", "figures", "variants")


class Room:
    """The page of one browser.

    Parameters
    ----------
    session : Session
        Its table.
    folder : Path
        Where it writes.
    """

    def __init__(self, session: Session, folder: Path) -> None:
        self.session, self.folder = session, folder
        self.lang: Language = session.lang
        self.turn = asyncio.Lock()
        self.client = ui.context.client

    def text(self, key: str, **values: object) -> str:
        """A text of the page."""
        return say(key, self.lang, **values)

    def build(self) -> None:
        """Lay out the page."""
        self._head()
        with ui.element("main").classes("room"):
            with ui.element("section").classes("work").props(f'aria-label="{self.text("meeting.work")}"'):
                self._tabs()
            with ui.element("section").classes("result").props(f'aria-label="{self.text("meeting.result")}"'):
                self.result = Result(self)
        self.refresh()

    async def do(self, action: Action) -> bool:
        """Do something off the event loop, and show what it gives; whether it could be done."""
        async with self.turn:
            self.busy.set_visibility(True)
            try:
                await run.io_bound(self.session.do, action)
            except VerdelingError as error:
                self.refuse(error)
                return False
            finally:
                self.busy.set_visibility(False)
                with self.client:
                    self.refresh()
            return True

    def refuse(self, error: VerdelingError) -> None:
        """Say what cannot be done, why, and what to do."""
        self.notice("\n".join(refusal(error, self.lang)), "warning")

    def notice(self, text: str, kind: Kind | None = None) -> None:
        """Show a text at the top for a while, or until it is closed; white stands out from every kind."""
        close = {"label": self.text("meeting.close"), "color": "white"}
        with self.client:
            ui.notify(text, type=kind, position="top", timeout=9000, multi_line=True, textColor="white",
                      actions=[close])  # fmt: skip

    def refresh(self) -> None:
        """Show the table as it is."""
        course = self.session.course
        self.undo.set_enabled(bool(course.past))
        self.redo.set_enabled(bool(course.future))
        if self.scenario is not None:
            self.scenario.set_value(self.session.sheet.variant.scenario)
        for part in (self.choosing, self.agreements, self.figures, self.variants, self.result):
            part.refresh()

    def _head(self) -> None:
        with ui.element("header").classes("head"):
            with ui.element("div").classes("name"):
                ui.html(self.session.reckoner.instance.about.title, sanitize=escape, tag="h1")
                ui.label(self.text("meeting.subtitle"))
            self._scenario()
            self.busy = ui.spinner(size="sm").props(f'aria-label="{self.text("meeting.busy")}"')
            self.busy.set_visibility(False)
            ui.space()
            self.undo = ui.button(
                self.text("meeting.undo"), icon="undo", on_click=lambda: self.do(Undo())
            ).props("flat no-caps")
            self.redo = ui.button(
                self.text("meeting.redo"), icon="redo", on_click=lambda: self.do(Redo())
            ).props("flat no-caps")

    def _scenario(self) -> None:
        scenarios = self.session.reckoner.instance.scenarios
        self.scenario = None
        if scenarios:
            variant = self.session.sheet.variant
            self.scenario = (
                ui.select(
                    {each: scenario_name(each, self.lang) for each in scenarios},
                    value=variant.scenario,
                    label=self.text("meeting.scenario"),
                    on_change=lambda event: self._choose_scenario(event.value),
                )
                .props("outlined dense")
                .classes("scenario")
            )

    async def _choose_scenario(self, scenario: str) -> None:
        if scenario != self.session.sheet.variant.scenario:
            await self.do(ChooseScenario(scenario=scenario))

    def _tabs(self) -> None:
        with ui.tabs().props("dense no-caps align=left inline-label").classes("tabs") as tabs:
            made = {name: ui.tab(name, label=self.text(f"at_table.tab.{name}")) for name in TABS}
        with ui.tab_panels(tabs, value=made["choose"], animated=False, keep_alive=True).classes("panels"):
            with ui.tab_panel(made["choose"]):
                self.choosing = Choosing(self)
            with ui.tab_panel(made["agreements"]):
                self.agreements = Agreements(self)
            with ui.tab_panel(made["figures"]):
                self.figures = Figures(self)
            with ui.tab_panel(made["variants"]):
                self.variants = Variants(self)

    def shown_number(self, value: float, decimals: int = 2) -> str:
        """A number in the notation of the page."""
        return number(value, self.lang, decimals)
