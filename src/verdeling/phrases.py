"""A limit in words: what it is about, whether it is reached, and what one more would change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from verdeling.aggregates import AGGREGATES
from verdeling.amounts import from_to
from verdeling.language import (
    counted,
    listed,
    number,
    say,
    sentence,
    things,
)
from verdeling.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from verdeling.language import Language
    from verdeling.names import Names
    from verdeling.policy import Policy

    Limit = Mapping[Any, Any]

UNIT_OF_GOAL = {
    "waiting": "unit.household-years",
    "unhoused": "unit.households",
    "housed": "unit.households",
    "years_housed": "unit.household-years",
    "coverage": "unit.percentage points",
    "shortfall": "unit.penalty",
    "relative_load": "unit.percentage points",
    "relative_built": "unit.percentage points",
    "relative_support": "unit.percentage points",
    "preference": "unit.steps",
    "moves": "unit.moves",
    "at_home": "unit.households",
    "distance": "unit.minutes",
    "lettings": "unit.percentage points",
    "cost": "unit.EUR",
}
"""What a price of each measure is counted in."""

_CELLS = {
    "family": "family",
    "measure": "measure",
    "aggregate": "aggregate",
    "over": "value",
    "certainty": "value",
    "status": "value",
    "one_more": "value",
    "one_less": "value",
}
"""Columns that hold codes, and what the keys of their texts begin with."""

_PERCENT = "unit.percentage points"
_UNIT_OF_AGGREGATE = {"kalai_smorodinsky": _PERCENT}
"""What a price is counted in where the aggregate says so, whatever the measure: in parts of an ideal."""

_EXTREME = {"maximum": "highest", "leximax": "highest", "minimum": "lowest", "leximin": "lowest"}
_NAMED = 3
"""So many groups of one priority are called by their names."""

_OF_PLACES = ("capacity", "project", "supplier", "supplier_rest", "supplier_split")
"""Families of rows that count places that are there."""

_EUROS = 100_000.0
"""Room in a limit of money is priced by this many euros."""


@dataclass(frozen=True)
class Wording:
    """Puts limits and prices in words.

    Parameters
    ----------
    names : Names
        What people call things, in the language of the words.
    """

    names: Names

    @property
    def lang(self) -> Language:
        """The language."""
        return self.names.lang

    def limit(self, limit: Limit) -> str:
        """Sentence about a limit.

        Parameters
        ----------
        limit : mapping
            A row of `verdeling.limits.together`.

        Returns
        -------
        str
            What is reached, and what one more unit would change at the margin.
        """
        state = self._state(limit)
        if limit["price"] != limit["price"]:
            return sentence(say("price.none", self.lang, state=state))
        agreed = limit["family"] == "agreement"
        key = "price.agreement" if agreed else "price.limit"
        return sentence(say(key, self.lang, state=state, step=self._step(limit), effect=self.effect(limit)))

    def effect(self, limit: Limit) -> str:
        """What a step of room in a limit changes in a goal, as the end of a sentence."""
        measure, aggregate, stage = limit["measure"], limit["aggregate"], limit["stage"]
        spread = AGGREGATES[aggregate].spread
        if not spread and _unit_of_price(measure, aggregate) != _PERCENT:
            whom = self._kind("whom", aggregate, stage)
            return say(f"effect.{measure}", self.lang, amount=self.price(limit), whom=whom)
        better = "lower" if spread else MEASURES[measure].better
        which = self._kind("which", aggregate, stage, measure=say(f"measure.{measure}", self.lang))
        return say(f"effect.{better}", self.lang, amount=self.price(limit), which=which)

    def state(self, limit: Limit) -> str:
        """Sentence about what a limit is and whether it is reached; a row as of `limit`."""
        return sentence(self._state(limit)) + "."

    def change(self, stage: Limit) -> str:
        """How a goal would change, as the end of a sentence; empty where two decimals do not show it.

        Parameters
        ----------
        stage : mapping
            measure, aggregate, stage and unit of the goal, with its value before and after.
        """
        measure, aggregate = stage["measure"], stage["aggregate"]
        way = "rises" if stage["after"] > stage["before"] else "falls"
        unit = _unit_of_price(measure, aggregate)
        if AGGREGATES[aggregate].spread or unit == _PERCENT:
            name = say(f"measure.{measure}", self.lang)
            which = self._kind("which", aggregate, stage["stage"], measure=name)
            sides = from_to(stage["before"], stage["after"], stage["unit"], self.lang)
            return say(f"effect.{way}", self.lang, which=which, **sides) if sides else ""
        change = abs(stage["after"] - stage["before"])
        size, amount = number(change, self.lang), counted(unit, change, self.lang)
        whom = self._kind("whom", aggregate, stage["stage"])
        told = say(f"effect.{way}.{measure}", self.lang, amount=amount, size=size, whom=whom)
        return told if size != "0" else ""

    def price(self, limit: Limit) -> str:
        """Size of a price, with its unit, for a step of room."""
        unit = _unit_of_price(limit["measure"], limit["aggregate"])
        factor = 100.0 if unit == _PERCENT else 1.0
        amount = -limit["price"] * factor * (_EUROS if limit["unit"] == "EUR" else 1.0)
        smallest = 1.0 if unit == "unit.EUR" else 0.01
        if 0 < amount < smallest / 2:
            return say("effect.less", self.lang, amount=counted(unit, smallest, self.lang))
        return counted(unit, amount, self.lang)

    def goal(self, measure: str, aggregate: str, stage: str) -> str:
        """Name of a goal, or of a stage of it."""
        name = say(f"measure.{measure}", self.lang)
        if aggregate == "total":
            return name
        part = self.stage(stage) or say(f"aggregate.{aggregate}", self.lang)
        return f"{name}, {part}"

    def stage(self, stage: str) -> str:
        """Name of a stage."""
        kind, _, rank = stage.partition(" ")
        return say(f"stage.{kind}", self.lang, rank=rank) if kind else ""

    def table(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table of a solution with names in the place of ids and words in the place of codes."""
        words: dict[str, Callable[[str], str]] = {
            column: partial(self._cell, kind) for column, kind in _CELLS.items()
        }
        words |= {"unit": self.unit, "stage": self.stage}
        words |= {"whom": partial(self.names.name, "municipality")}
        told = {column: frame[column].map(word) for column, word in words.items() if column in frame}
        return self.names.in_words(frame).assign(**told)

    def heading(self, column: str) -> str:
        """What a column of a table holds."""
        return say(f"heading.{column}", self.lang)

    def _cell(self, kind: str, code: str) -> str:
        return say(f"{kind}.{code}", self.lang) if code else ""

    def unit(self, unit: str) -> str:
        """Name of a unit, for several."""
        return things(f"unit.{unit}", self.lang)

    def price_unit(self, measure: str, aggregate: str, unit: str) -> str:
        """Unit of a price: that of the goal, per unit of the limit; empty where there is no price."""
        if measure != measure:
            return ""
        of = UNIT_OF_GOAL[measure].removeprefix("unit.")
        if aggregate in _UNIT_OF_AGGREGATE:
            of = "× ideal"
        elif UNIT_OF_GOAL[measure] == _PERCENT:
            of = "× fair share" if measure.startswith("relative_") else "share"
        return say("per", self.lang, of=self.unit(of), unit=things(f"unit.{unit}", self.lang, one=True))

    def _kind(self, text: str, aggregate: str, stage: str, **values: str) -> str:
        kind, _, rank = stage.partition(" ")
        key = f"{text}.{kind or _EXTREME.get(aggregate, aggregate)}"
        if kind == "priority":
            values["groups"] = self._groups(rank)
        return say(key, self.lang, **values)

    def _groups(self, rank: str) -> str:
        """The groups of a priority: by name where they are few."""
        named = [self.names.name("group", key) for key in self.names.ranked(int(rank))]
        if not 0 < len(named) <= _NAMED:
            return say("groups.ranked", self.lang, rank=rank)
        return say("groups.named", self.lang, names=listed(named, self.lang), rank=rank)

    def _state(self, limit: Limit) -> str:
        family = limit["family"]
        values = {
            "where": self._where(limit),
            "places": self._several("municipality", limit["municipality"]),
            "when": self._when("in.year", limit["year"]),
            "what": self._several("place_type", limit["place_type"]),
            "used": number(limit["use"], self.lang),
            "use": self._amount(limit, limit["use"]),
            "limit": self._amount(limit, limit["limit"]),
            "amount": self._hours(limit),
            "providers": listed(limit["provider"], self.lang),
            "supplier": self._suppliers(limit),
            "group": self._several("group", limit["group"]),
            "projects": self._projects(limit["project"]),
            "about": self._planned(limit),
            "text": limit["text_nl" if self.lang == "nl" else "text"].rstrip(" ."),
            "short": self._amount(limit, limit["short"]),
        }
        kind = "supplier" if family == "supplier_rest" else family
        return say(f"{kind}.{_condition(limit)}", self.lang, **values)

    def _amount(self, limit: Limit, value: float) -> str:
        return counted(f"unit.{limit['unit']}", value, self.lang)

    def _hours(self, limit: Limit) -> str:
        """Hours in brackets; hours per week of several years are no sum of anything."""
        if len(limit["year"]) > 1:
            return ""
        return say("of.amount", self.lang, amount=self._amount(limit, limit["use"]))

    def _step(self, limit: Limit) -> str:
        unit = f"unit.{limit['unit']}"
        if limit["unit"] == "EUR":
            return counted(unit, _EUROS, self.lang)
        if limit["family"] == "capacity":
            return say("one.more" if len(limit["municipality"]) == 1 else "one.more.anywhere", self.lang)
        key = {"agreement": "one.of", "project_minimum": "one.less.of"}.get(limit["family"], "one.more.of")
        return say(key, self.lang, unit=things(unit, self.lang, one=True))

    def _where(self, limit: Limit) -> str:
        if any(limit["municipality"]):
            return say("in.place", self.lang, names=self._several("municipality", limit["municipality"]))
        if any(limit["region"]) and self.names.regions > 1:
            return say("in.region", self.lang, names=listed(limit["region"], self.lang))
        return ""

    def _when(self, key: str, years: Sequence[str]) -> str:
        known = sorted(int(year) for several in years for year in several.split("; ") if year)
        if not known:
            return ""
        shown = listed([str(year) for year in known], self.lang, most=len(known))
        if len(known) > 2 and known[-1] - known[0] == len(known) - 1:
            if key == "in.year":
                return say("in.years", self.lang, first=known[0], last=known[-1])
            shown = say("span", self.lang, first=known[0], last=known[-1])
        return say(key, self.lang, years=shown)

    def _several(self, dimension: str, keys: Sequence[str]) -> str:
        every = self.names.names.get(dimension, {})
        if len(keys) > 2 and len(keys) == len(every):
            noun = {"municipality": "municipalities", "place_type": "place_types", "group": "groups"}[
                dimension
            ]
            return say("all", self.lang, count=len(keys), things=things(noun, self.lang))
        ordered = [key for key in every if key in keys] or list(keys)
        return listed([self.names.name(dimension, key) for key in ordered], self.lang)

    def _suppliers(self, limit: Limit) -> str:
        if limit["family"] == "supplier_rest":
            return say("landlords.other", self.lang)
        return listed(limit["supplier"], self.lang)

    def _projects(self, projects: Sequence[str]) -> str:
        if len(projects) == 1:
            return say("projects.one", self.lang, project=self.names.name("project", projects[0]))
        return say("projects.many", self.lang, count=number(len(projects), self.lang))

    def _planned(self, limit: Limit) -> str:
        """What several projects build, where and from when; the name of one says that already."""
        if len(limit["project"]) == 1:
            return ""
        return say(
            "projects.about",
            self.lang,
            what=self._several("place_type", limit["place_type"]),
            where=self._where(limit),
            since=self._when("first.year", limit["year"]),
        )


def _unit_of_price(measure: str, aggregate: str) -> str:
    return _UNIT_OF_AGGREGATE.get(aggregate, UNIT_OF_GOAL[measure])


def _condition(limit: Limit) -> str:
    """Whether a limit is reached, as the last part of the key of a text."""
    family = limit["family"]
    if limit["short"] > 0:
        return "exceeded" if limit["sense"] == "<=" else "missed"
    if family in ("capacity", "project", "support") and limit["limit"] == 0:
        return "none"
    if family in _OF_PLACES and limit["reached"] and limit["use"] == 1:
        return "only"
    return "tight" if limit["reached"] or family == "project_minimum" else "slack"


def titles(policy: Policy, lang: Language) -> tuple[str, str]:
    """Title and question of a policy."""
    if lang == "nl":
        return policy.title_nl or policy.title, policy.question_nl or policy.question
    return policy.title, policy.question
