"""Choosing the policy, and weighing the key."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from nicegui import ui

from verdeling.errors import VerdelingError
from verdeling.language import percent, say
from verdeling.meeting.actions import ChooseKey, ChoosePolicy, term
from verdeling.meeting.page.labels import labelled
from verdeling.meeting.terms import POINTS, fitting_keys, offered, weighed
from verdeling.meeting.typed import typed_number
from verdeling.phrases import titles
from verdeling.policy import policy_names, read_policy

if TYPE_CHECKING:
    from verdeling.keys.data import Component
    from verdeling.meeting.page.room import Room

_FEW = 4
"""So many terms are seen at once."""

_STILL = 0.15
"""Seconds after which somebody is not moving a slider any more."""

_WEIGHED = "weighed here"
"""Stands among the keys for terms that were weighed at the table."""


class Choosing:
    """The part of the page where policy and key are chosen.

    Parameters
    ----------
    room : Room
        The page.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        lang = room.lang
        self.policies = {name: read_policy(name) for name in policy_names()}
        chosen = room.session.sheet.variant
        if chosen.policy not in self.policies:
            self.policies = {chosen.policy: read_policy(chosen.policy), **self.policies}
        with ui.element("div").classes("part"):
            self.policy = (
                ui.select(
                    {name: titles(each, lang)[0] for name, each in self.policies.items()},
                    value=chosen.policy,
                    label=room.text("meeting.policy"),
                    on_change=lambda event: self._choose(event.value),
                )
                .props("outlined")
                .classes("wide")
            )
            self.question = ui.label().classes("question")
        with ui.element("div").classes("part"):
            self.keys = {"": room.text("meeting.own_key")} | {
                name: say(f"key.{name}", lang) for name in fitting_keys(room.session.outcome.instance)
            }
            self.key = (
                ui.select(
                    self.keys,
                    value=chosen.key,
                    label=room.text("meeting.key"),
                    on_change=lambda event: self._choose_key(event.value),
                )
                .props("outlined")
                .classes("wide")
            )
            ui.label(room.text("meeting.weights")).classes("hint")
            self.terms = ui.element("div").classes("terms")
        self.points: dict[Component, float] = {}
        self.fields: dict[Component, tuple[ui.element, ui.input, ui.label]] = {}
        self.asked = 0

    def refresh(self) -> None:
        """Show what is chosen now."""
        variant = self.room.session.sheet.variant
        self.policy.set_value(variant.policy)
        weighed_here = {_WEIGHED: self.room.text("meeting.weighed_key")} if variant.components else {}
        self.key.set_options(weighed_here | self.keys, value=_WEIGHED if variant.components else variant.key)
        self.question.set_text(titles(self.policies[variant.policy], self.room.lang)[1])
        self.points = offered(self.room.session.outcome.instance, variant)
        if set(self.points) != set(self.fields):
            self._lay()
        self._show()

    def _lay(self) -> None:
        """Lay out a slider for every term: first those that count."""
        self.fields = {}
        self.terms.clear()
        ordered = sorted(self.points, key=lambda each: self.points[each] == 0)
        first = max(_FEW, sum(weight > 0 for weight in self.points.values()))
        with self.terms:
            for each in ordered[:first]:
                self._slider(each)
            if ordered[first:]:
                with ui.expansion(self.room.text("meeting.more_terms")).props("dense").classes("wide more"):
                    for each in ordered[first:]:
                        self._slider(each)

    def _slider(self, each: Component) -> None:
        name = term(each, self.room.lang)
        with ui.element("div").classes("term"):
            ui.label(name).classes("label")
            slider = labelled(ui.element("input").props(f"type=range min=0 max={POINTS} step=5"), name)
            slider.on(
                "change",
                lambda event: self._weigh(each, float(event.args)),
                js_handler="(event) => emit(event.target.value)",
            )
            typed = ui.input().classes("points")
            labelled(typed.props("dense outlined"), self.room.text("meeting.points_of", term=name))
            typed.on("change", lambda: self._typed(each, str(typed.value)))
            self.fields[each] = slider, typed, ui.label().classes("share")

    def _show(self) -> None:
        """Show the points, and what part of the key each term is."""
        total = sum(self.points.values())
        for each, (slider, typed, share) in self.fields.items():
            slider.props["value"] = self.points[each]
            slider.update()
            typed.set_value(self.room.shown_number(self.points[each]))
            share.set_text(percent(self.points[each] / total, self.room.lang))

    async def _typed(self, each: Component, text: str) -> None:
        try:
            value = typed_number(text, self.room.lang)
        except VerdelingError as error:
            self.room.refuse(error)
            self._show()
            return
        await self._weigh(each, value)

    async def _weigh(self, each: Component, value: float) -> None:
        """Weigh a term; while somebody goes on moving, only the last weights are reckoned."""
        points = {**self.points, each: float(value)}
        if not any(points.values()):
            self.room.notice(self.room.text("meeting.no_weight"), "warning")
            self._show()
            return
        self.points = points
        self._show()
        self.asked += 1
        mine = self.asked
        await asyncio.sleep(_STILL)
        if mine == self.asked:
            key = self.room.session.sheet.variant.key
            await self.room.do(ChooseKey(key=key, components=weighed(points)))

    async def _choose(self, policy: str) -> None:
        if policy != self.room.session.sheet.variant.policy:
            await self.room.do(ChoosePolicy(policy=policy))

    async def _choose_key(self, key: str) -> None:
        variant = self.room.session.sheet.variant
        if key not in (_WEIGHED, None) and (variant.components or key != variant.key):
            await self.room.do(ChooseKey(key=key))
