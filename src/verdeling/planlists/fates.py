"""What becomes of each plan: a project, supply, or nothing, and why."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from verdeling.errors import Problem, nearest
from verdeling.mapping.heading import like
from verdeling.planlists.dates import NoDateError, year_of
from verdeling.planlists.diwi import DEMOLITION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verdeling.mapping.beside import Beside
    from verdeling.mapping.listing import Entry
    from verdeling.planlists.rules import Rules

Reason = Literal[
    "delivered", "stopped", "demolition", "outside", "no-homes", "no-place-type", "no-certainty",
    "no-date", "before", "after", "rate",
]  # fmt: skip
"""Why a plan is left out; a key ``left_out.<reason>`` of the texts."""


@dataclass(frozen=True)
class Fate:
    """What becomes of one row of a list.

    Parameters
    ----------
    entry : Entry
        The row.
    certainty : str
        Its class; empty where none is stated.
    place_type : str
        Empty where the rules state none.
    year : int, optional
        Of delivery.
    places : int
        What is counted on, of its homes.
    reason : str
        Why it is left out; empty where it is not.
    built : bool
        Whether nothing is left to decide: it is supply.
    """

    entry: Entry
    certainty: str = ""
    place_type: str = ""
    year: int | None = None
    places: int = 0
    reason: Reason | Literal[""] = ""
    built: bool = False

    @property
    def homes(self) -> int:
        """Homes of the plan."""
        return int(self.entry.cells["homes"])

    @property
    def plan(self) -> str:
        """Name of the plan."""
        return str(self.entry.cells["plan"])

    @property
    def municipality(self) -> str:
        """Where it is."""
        return str(self.entry.cells["municipality"])


def judge(entries: Iterable[Entry], rules: Rules, beside: Beside) -> tuple[list[Fate], list[Problem]]:
    """Say what becomes of every plan.

    Parameters
    ----------
    entries : iterable of Entry
        Rows of the list.
    rules : Rules
        What plans become.
    beside : Beside
        The instance that they are for.

    Returns
    -------
    list of Fate
        In the order of the list, places made whole.
    list of Problem
        What cannot be understood.
    """
    homes = set(beside.typed["municipalities"]["municipality"])
    fates, problems = [], []
    for entry in entries:
        found, wrong = _fate(entry, rules, homes, beside.years)
        fates.append(found)
        problems += wrong
    return ([] if problems else _counted_on(fates, rules)), problems


def _fate(entry: Entry, rules: Rules, known: set[str], years: Sequence[int]) -> tuple[Fate, list[Problem]]:
    cells, problems = entry.cells, []
    certainty = _class(cells["certainty"], rules)
    if certainty is None:
        problems.append(_unclear(entry, "certainty", "unknown-certainty", "is no class of certainty",
                                 "Say under [plans.classes] in the mapping which class it is. "
                                 + nearest(cells["certainty"], rules.all_classes)))  # fmt: skip
    try:
        year = year_of(cells["delivery"]) if cells["delivery"] else None
    except NoDateError:
        year = None
        remedy = "Write one year or one date; split a plan that is delivered in parts."
        problems.append(_unclear(entry, "delivery", "unclear-date", "names no year, or several", remedy))
    place_type = cells["place_type"] or _place_type(entry, rules)
    fate = Fate(entry, certainty or "", place_type, year)
    built = like(cells["phase"], rules.under_construction)
    return replace(fate, reason=_reason(fate, rules, known, years), built=built), problems


def _reason(fate: Fate, rules: Rules, known: set[str], years: Sequence[int]) -> Reason | Literal[""]:
    """The first reason, if any, to leave a plan out."""
    cells = fate.entry.cells
    year = fate.year if fate.year is not None else years[0]
    reasons: list[tuple[bool, Reason]] = [
        (like(cells["phase"], rules.delivered), "delivered"),
        (like(cells["phase"], rules.stopped), "stopped"),
        (cells["tenure"] == DEMOLITION, "demolition"),
        (fate.municipality not in known, "outside"),
        (fate.homes == 0, "no-homes"),
        (not fate.place_type, "no-place-type"),
        (not fate.certainty, "no-certainty"),
        (fate.year is None, "no-date"),
        (year < years[0], "before"),
        (year > years[-1], "after"),
    ]
    return next((reason for holds, reason in reasons if holds), "")


def _class(text: str, rules: Rules) -> str | None:
    """Class that a text means; empty for none, ``None`` where that is not known."""
    if not text:
        return ""
    return next((name for name in rules.all_classes if like(text, rules.texts(name))), None)


def _place_type(entry: Entry, rules: Rules) -> str:
    cells = entry.cells
    for each in rules.becomes:
        if all(like(cells[name], getattr(each, name)) for name in ("tenure", "form", "target_group")):
            return each.place_type
    return ""


def _counted_on(fates: Sequence[Fate], rules: Rules) -> list[Fate]:
    """Plans with what is counted on of them.

    Plans of a municipality, place type and class are made whole together: their sum is that of their
    homes × the rate to the nearest, and the largest remainders go up.
    """
    alike: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for at, fate in enumerate(fates):
        if not fate.reason:
            alike[fate.municipality, fate.place_type, fate.certainty].append(at)
    made = list(fates)
    for (_, _, name), rows in alike.items():
        rate = Fraction(str(rules.rate(name).rate))
        for at, places in zip(rows, _whole([fates[at] for at in rows], rate), strict=True):
            made[at] = replace(fates[at], places=places, reason="" if places else "rate")
    return made


def _whole(fates: Sequence[Fate], rate: Fraction) -> list[int]:
    exact = [fate.homes * rate for fate in fates]
    places = [math.floor(each) for each in exact]
    left = math.floor(sum(exact) + Fraction(1, 2)) - sum(places)
    order = sorted(
        range(len(fates)), key=lambda at: (places[at] - exact[at], fates[at].plan, fates[at].homes)
    )
    for at in order[: max(left, 0)]:
        places[at] += 1
    return places


def _unclear(entry: Entry, column: str, code: str, what: str, remedy: str) -> Problem:
    text = str(entry.cells[column])
    return Problem(code, f"{text} {what}.", "A plan counts as its certainty and its year say.", remedy,
                   "plans", entry.place, column, text)  # fmt: skip
