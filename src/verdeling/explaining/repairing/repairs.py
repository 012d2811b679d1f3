"""The cheapest ways out of an impossible instance: which agreements give way, and by how much."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.errors import NoSolutionError, Problem
from verdeling.explaining.repairing.concessions import KINDS, Concessions
from verdeling.explaining.repairing.prices import PARTS, SHARES, check_prices
from verdeling.explaining.repairing.words import repair_sentences
from verdeling.language import language, say
from verdeling.limits import UNIT_OF_MEASURE
from verdeling.policy import Policy, read_policy
from verdeling.program import NOTHING
from verdeling.reading import read_tables
from verdeling.scopes import SCOPE
from verdeling.solvers import find_solver
from verdeling.statement import state_rules
from verdeling.verification import verify

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from verdeling.clauses import Clause
    from verdeling.explaining.repairing.concessions import Bent, Kind
    from verdeling.explaining.repairing.prices import Price
    from verdeling.instance import Instance
    from verdeling.language import Language

_WAY_COLUMNS = ["repair", "kind", "agreements", "cost", "largest", "proved"]
_CONCESSION_COLUMNS = ["repair", "agreement", "text", "text_nl", "measure", "sense", "from", "to", "unit"]
_CONCESSION_COLUMNS += [*SCOPE, "part", "cost"]


@dataclass(frozen=True, eq=False, repr=False)
class Repairs:
    """Ways to change the numbers of hard agreements so that all can be kept.

    Parameters
    ----------
    instance : Instance
        The impossible instance, of one scenario.
    whole : bool
        Whether each way leaves a plan in whole places, or in fractional ones only.
    ways : DataFrame
        repair (1 first), kind (see `verdeling.explaining.repairing.concessions.Kind`; several with
        ``;`` where they are the same), agreements (how many change), cost (by the price list), largest (the
        largest part of its own number that one gives up), proved (whether nothing of its kind is less).
    concessions : DataFrame
        repair, agreement, text, text_nl, measure, sense, from, to (numbers as in the table
        agreements), unit, the scope of the agreement, part (of its own number), cost.
    missing : tuple of str
        Kinds that were not found before time ran out.
    needless : bool
        Whether the instance has a plan as it is.
    """

    instance: Instance
    whole: bool
    ways: pd.DataFrame
    concessions: pd.DataFrame
    missing: tuple[Kind, ...]
    needless: bool

    def repaired(self, number: int) -> Instance:
        """The instance with one of the repairs made.

        Parameters
        ----------
        number : int
            Of the repair, 1 for the first.

        Raises
        ------
        NoSolutionError
            If there is no such repair.
        """
        if number not in self.ways["repair"].to_numpy():
            what = f"There is no repair {number}; there are {len(self.ways)}."
            problem = Problem(
                "unknown-repair", what, "Nothing would change.", "Choose one of the table ways."
            )
            raise NoSolutionError("The instance cannot be repaired like that.", [problem])
        own = self.concessions[self.concessions["repair"] == number]
        return _with_numbers(self.instance, dict(zip(own["agreement"], own["to"], strict=True)))

    def sentences(self, lang: Language = "en") -> list[str]:
        """What each repair changes, in words, the cheapest first."""
        if self.needless:
            return [say("repair.needless", language(lang))]
        if self.ways.empty and not self.missing:
            return [say("repair.nowhere", language(lang))]
        return repair_sentences(self.instance, self.ways, self.concessions, self.missing, lang)

    def __repr__(self) -> str:
        return f"<Repairs of {self.instance.about.name}: {len(self.ways)}>"


def repair(
    instance: Instance,
    policy: Policy | str | Path = "leximin",
    *,
    prices: Mapping[str, Price] | None = None,
    scenario: str | None = None,
    whole: bool = False,
    ways: int = 3,
    solver: str = "HiGHS",
    time_limit: float | None = None,
) -> Repairs:
    """The cheapest changes of hard agreements after which all of them can be kept.

    Each way is minimal: no number in it could move less with the others as they are. Numbers are
    loosened to what can be written: two decimals, and a hundredth of a percentage point; where only
    a number with more decimals works, as with *exactly*, the tables have it in full. Each way is
    proved by a plan of the changed instance that was found afresh and verified.

    Parameters
    ----------
    instance : Instance
        One without a plan; of one that has a plan there are no repairs.
    policy : Policy, str or Path
        Its key gives the fair shares that agreements may refer to.
    prices : mapping of str to Price, optional
        Price by agreement; by default each may bend, at the part of its own number that it moves.
    scenario : str, optional
        One of ``instance.scenarios``.
    whole : bool
        Whether the plan must be in whole places; that takes much longer.
    ways : int
        So many different sets of agreements are looked for at least; there may be fewer.
    solver : str
        As for `verdeling.engine.solve`.
    time_limit : float, optional
        Seconds after which what was found is given.

    Returns
    -------
    Repairs

    Raises
    ------
    InstanceError, PolicyError
        If the scenario or policy does not exist or does not fit the instance.
    VerdelingError
        If the price list does not fit the agreements.
    """
    deadline = math.inf if time_limit is None else time.perf_counter() + time_limit
    chosen = instance.in_scenario(scenario)
    check_prices(prices or {}, chosen.tables["agreements"])
    stated = policy if isinstance(policy, Policy) else read_policy(policy)
    search = _Search(chosen, stated, solver, whole, deadline, prices or {})
    needless = search.works({})
    if not needless:
        search.look_around(ways)
    return search.answer(needless=needless)


class _Search:
    """What was found so far."""

    def __init__(
        self,
        instance: Instance,
        policy: Policy,
        solver: str,
        whole: bool,
        deadline: float,
        prices: Mapping[str, Price],
    ) -> None:
        self.instance, self.policy = instance, policy
        self.solver, self.whole, self.deadline = solver, whole, deadline
        model = state_rules(instance, policy)
        self.clauses = model.clauses
        self.elastic = Concessions(model, prices, find_solver(solver), whole=whole, deadline=deadline)
        self.found: list[tuple[list[Kind], dict[int, float], bool]] = []
        self.missing: list[Kind] = []
        self.sets: list[frozenset[int]] = []
        self._known: dict[tuple[tuple[int, float], ...], bool] = {}

    def look(self, kind: Kind) -> bool:
        """Look for a way of a kind; whether it was found."""
        bent = self.elastic.least(kind, self.sets if kind == "another" else ())
        numbers = None if bent is None else self._proved(bent)
        if bent is None or numbers is None:
            if time.perf_counter() >= self.deadline or bent is not None:
                self.missing.append(kind)
            return False
        self._keep(kind, numbers, proved=bent.proved)
        return True

    def look_around(self, ways: int) -> None:
        """Look for a way of every kind, and for others until there are so many different sets."""
        for kind in KINDS[:-1]:
            self.look(kind)
        while len(self.sets) < ways and self.look("another"):
            pass

    def works(self, numbers: dict[int, float]) -> bool:
        """Whether the instance with these numbers has a plan, found afresh, that verifies."""
        asked = tuple(sorted(numbers.items()))
        if asked not in self._known:
            named = {self.clauses[position].agreement: number for position, number in numbers.items()}
            changed = _with_numbers(self.instance, named)
            self._known[asked] = plan_verifies(
                changed, self.policy, self.solver, self.deadline, whole=self.whole
            )
        return self._known[asked]

    def answer(self, *, needless: bool) -> Repairs:
        """What was found, the cheapest first."""
        ways, concessions = [], []
        ordered = sorted(self.found, key=lambda each: self._cost(each[1]))
        for number, (kinds, numbers, proved) in enumerate(ordered, 1):
            rows = [self._concession(number, position, to) for position, to in sorted(numbers.items())]
            concessions += rows
            largest = max(row["part"] for row in rows)
            ways.append((number, ";".join(kinds), len(rows), self._cost(numbers), largest, proved))
        return Repairs(
            self.instance,
            self.whole,
            pd.DataFrame(ways, columns=_WAY_COLUMNS),
            pd.DataFrame(concessions, columns=_CONCESSION_COLUMNS),
            tuple(dict.fromkeys(self.missing)),
            needless,
        )

    def _keep(self, kind: Kind, numbers: dict[int, float], *, proved: bool) -> None:
        for kinds, known, _ in self.found:
            if known == numbers:
                kinds.append(kind)
                return
        self.found.append(([kind], numbers, proved))
        self.sets = list(dict.fromkeys([*self.sets, frozenset(numbers)]))

    def _proved(self, bent: Bent) -> dict[int, float] | None:
        """The numbers as they can be written, or in full where only those work, as with *exactly*."""
        loose, looser = (
            {
                each: _loosened(self.clauses[each], to, more, self.elastic.prices[each].furthest)
                for each, to in bent.moves.items()
            }
            for more in (0, 1)
        )
        exact = {each: to for each, to in bent.moves.items() if self.clauses[each].sense == "="}
        tries = (loose, looser, looser | exact, bent.moves)
        return next((numbers for numbers in tries if self.works(numbers)), None)

    def _cost(self, numbers: dict[int, float]) -> float:
        return sum(self.elastic.cost(position, to) for position, to in numbers.items())

    def _concession(self, number: int, position: int, to: float) -> dict[str, Any]:
        clause = self.clauses[position]
        agreements = self.instance.tables["agreements"]
        (row,) = agreements[agreements["agreement"] == clause.agreement].to_dict("records")
        named = {name: row[name] for name in ("agreement", "text", "text_nl", "measure", "sense", *SCOPE)}
        return named | {
            "repair": number,
            "from": clause.value,
            "to": to,
            "unit": UNIT_OF_MEASURE[clause.measure],
            "part": self.elastic.part(position, to),
            "cost": self.elastic.cost(position, to),
        }


def plan_verifies(instance: Instance, policy: Policy, solver: str, deadline: float, *, whole: bool) -> bool:
    """Whether a plan of an instance is found afresh before a deadline, and verifies."""
    model = state_rules(instance, policy)
    left = deadline - time.perf_counter()
    if left <= 0:
        return False
    outcome = find_solver(solver).minimise(model.program, NOTHING, whole=whole, time_limit=left)
    if outcome.point is None:
        return False
    point = np.where(model.program.whole & whole, np.round(outcome.point), outcome.point)
    tables = read_tables(model, point, whole=whole)
    return verify(
        instance,
        tables["placements"],
        tables["builds"][["project", "year", "places"]],
        tables["support"],
        attribution=tables["suppliers"],
        shares=pd.Series(model.shares.load, index=model.data.ids["municipality"]),
        whole=whole,
    ).ok


def _loosened(clause: Clause, number: float, more: int, furthest: float | None) -> float:
    """A number of at most two decimals (of a percentage) that asks no more than the one given."""
    scale = 10.0 ** (4 if clause.measure in SHARES else 2)
    if number < clause.value:
        return max((math.floor(number * scale + 1e-6) - more) / scale, furthest or 0.0)
    most = math.inf if furthest is None else furthest
    if clause.measure in PARTS:
        most = min(most, 1.0)
    return min((math.ceil(number * scale - 1e-6) + more) / scale, most)


def _with_numbers(instance: Instance, numbers: dict[str, float]) -> Instance:
    agreements = instance.tables["agreements"]
    value = agreements["agreement"].map(numbers).fillna(agreements["value"])
    return instance.replace(agreements=agreements.assign(value=value))
