"""The cheapest ways out of an impossible instance: which agreements give way, and by how much."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.errors import NoSolutionError, Problem
from verdeling.explaining.repairing.concessions import Concessions, Unsettled
from verdeling.explaining.repairing.kinds import KINDS
from verdeling.explaining.repairing.narrowing import Enough
from verdeling.explaining.repairing.prices import check_prices
from verdeling.explaining.repairing.proving import plan_verifies, stuck_on_exactly, with_numbers, written
from verdeling.explaining.repairing.timed import Timed
from verdeling.explaining.repairing.words import repair_sentences
from verdeling.language import language
from verdeling.limits import UNIT_OF_MEASURE
from verdeling.policy import Policy, read_policy
from verdeling.scopes import SCOPE
from verdeling.shown import Shown
from verdeling.solvers import find_solver
from verdeling.statement import state_rules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from verdeling.explaining.repairing.concessions import Bent, Proof
    from verdeling.explaining.repairing.kinds import Kind
    from verdeling.explaining.repairing.prices import Price
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.program import Floats

_ALIKE = 1e-5
"""Numbers that differ by a smaller part of their size are the same."""

_WAY_COLUMNS = ["repair", "kind", "agreements", "cost", "largest", "proved"]
_PROOF_COLUMNS = ["repair", "kind", "of", "value", "bound", "proved"]
_CONCESSION_COLUMNS = ["repair", "agreement", "text", "text_nl", "measure", "sense", "from", "to", "unit"]
_CONCESSION_COLUMNS += [*SCOPE, "part", "cost"]


@dataclass(frozen=True, eq=False, repr=False)
class Repairs(Shown):
    """Ways to change the numbers of hard agreements so that all can be kept.

    Parameters
    ----------
    instance : Instance
        The impossible instance, of one scenario.
    whole : bool
        Whether each way leaves a plan in whole places, or in fractional ones only.
    ways : DataFrame
        repair (1 first), kind (see `verdeling.explaining.repairing.kinds.Kind`; several with
        ``;`` where they are the same), agreements (how many change), cost (by the price list), largest (the
        largest part of its own number that one gives up), proved (whether nothing of its kinds is less).
    proofs : DataFrame
        repair, kind, of (what is least in the order of the kind: agreements, largest, largest together,
        cost), value, bound (nothing of the kind is less, given what comes before), proved. Values are
        those before numbers were loosened to what can be written.
    concessions : DataFrame
        repair, agreement, text, text_nl, measure, sense, from, to (numbers as in the table
        agreements), unit, the scope of the agreement, part (of its own number), cost.
    missing : tuple of str
        Kinds of which nothing was found before time, or the limited search, ran out.
    stuck : tuple of str
        Where no numbers help: agreements on *exactly* a number, without which all others can be kept.
    needless : bool
        Whether the instance has a plan as it is.
    """

    instance: Instance
    whole: bool
    ways: pd.DataFrame
    proofs: pd.DataFrame
    concessions: pd.DataFrame
    missing: tuple[Kind, ...]
    stuck: tuple[str, ...]
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
        return with_numbers(self.instance, dict(zip(own["agreement"], own["to"], strict=True)))

    def sentences(self, lang: Language = "en") -> list[str]:
        """What each repair changes, in words, the cheapest first."""
        return repair_sentences(self, language(lang))

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

    Each kind of way is proved to be the least of its kind, or the bound is stated that was proved. In
    whole places the search is limited, in branch-and-bound nodes and not in seconds; time only ends it.
    In a way that is proved no number can move less with the others as they are. Each agreement counts
    as one who concedes, with all its bounds; it keeps its sense: one on *exactly* a number asks
    exactly another one.

    Numbers are loosened to what can be written: two decimals, and a hundredth of a percentage point;
    where only a number with more decimals works, as with *exactly*, the tables have it in full. Each way
    is proved to work by a plan of the changed instance that was found afresh and verified.

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
        Whether the plan must be in whole places; that takes longer.
    ways : int
        So many different sets of agreements are looked for at least; there may be fewer.
    solver : str
        As for `verdeling.engine.solve`.
    time_limit : float, optional
        Seconds after which what was found is given, with what is proved of it and what is missing.

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
    chosen = instance.in_scenario(scenario)
    check_prices(prices or {}, chosen.tables["agreements"])
    stated = policy if isinstance(policy, Policy) else read_policy(policy)
    search = _Search(chosen, stated, Timed(find_solver(solver), time_limit), whole)
    if search.works({}):
        return search.answer(needless=True)
    search.look_around(prices or {}, ways)
    return search.answer(needless=False)


@dataclass
class _Way:
    """Numbers that work, of which kinds they are the least, and what is proved of that."""

    numbers: dict[int, float]
    kinds: list[Kind] = field(default_factory=list)
    proofs: list[tuple[Kind, Proof]] = field(default_factory=list)


class _Search:
    """What was found so far."""

    def __init__(self, instance: Instance, policy: Policy, solver: Timed, whole: bool) -> None:
        self.instance, self.policy, self.solver, self.whole = instance, policy, solver, whole
        self.found: list[_Way] = []
        self.missing: list[Kind] = []
        self.stuck: tuple[str, ...] = ()

    def look_around(self, prices: Mapping[str, Price], ways: int) -> None:
        """Look for a way of every kind, and for others until there are so many different sets."""
        model = state_rules(self.instance, self.policy)
        try:
            self.elastic = Concessions(model, prices, self.solver, whole=self.whole)
        except Enough:
            self.missing += KINDS
            return
        self.clauses, self.bending = self.elastic.bending.model.clauses, self.elastic.bending
        for kind in KINDS[:-1]:
            self.look(kind)
        while len(self._sets) < ways and self.look("another"):
            pass
        if not self.found and not self.missing:
            self.stuck = stuck_on_exactly(self.instance, self.policy, self.solver, whole=self.whole)

    def look(self, kind: Kind) -> bool:
        """Look for a way of a kind; whether it was found."""
        try:
            bent = self.elastic.least(kind, self._sets if kind == "another" else ())
        except Unsettled:
            self.missing.append(kind)
            return False
        numbers = None if bent is None else self._proved(bent)
        if bent is None or numbers is None:
            self.missing += [] if bent is None else [kind]
            return False
        self._keep(kind, numbers, bent.proofs)
        return True

    @property
    def _sets(self) -> list[frozenset[int]]:
        """Sets of clauses that a way was found for."""
        return list(dict.fromkeys(frozenset(way.numbers) for way in self.found))

    def works(self, numbers: Mapping[int, float], plan: Floats | None = None) -> bool:
        """Whether the instance with these numbers has a plan, found afresh, that verifies."""
        named = {self.clauses[position].agreement: number for position, number in numbers.items()}
        changed = with_numbers(self.instance, named)
        return bool(plan_verifies(changed, self.policy, self.solver, whole=self.whole, plan=plan))

    def answer(self, *, needless: bool) -> Repairs:
        """What was found, the cheapest first."""
        ways, proofs, concessions = [], [], []
        ordered = sorted(self.found, key=lambda each: self._cost(each.numbers))
        for number, way in enumerate(ordered, 1):
            rows = [self._concession(number, *move) for move in sorted(way.numbers.items())]
            concessions += rows
            largest, cost = max(row["part"] for row in rows), self._cost(way.numbers)
            proved = all(proof.proved for _, proof in way.proofs)
            ways.append((number, ";".join(way.kinds), len(rows), cost, largest, proved))
            proofs += [
                (number, kind, proof.of, proof.value, proof.bound, proof.proved) for kind, proof in way.proofs
            ]
        return Repairs(
            instance=self.instance,
            whole=self.whole,
            ways=pd.DataFrame(ways, columns=_WAY_COLUMNS),
            proofs=pd.DataFrame(proofs, columns=_PROOF_COLUMNS),
            concessions=pd.DataFrame(concessions, columns=_CONCESSION_COLUMNS),
            missing=tuple(dict.fromkeys(self.missing)),
            stuck=self.stuck,
            needless=needless,
        )

    def _keep(self, kind: Kind, numbers: dict[int, float], proofs: tuple[Proof, ...]) -> None:
        same = next((way for way in self.found if self._same(way.numbers, numbers)), None)
        if same is None:
            same = _Way(numbers)
            self.found.append(same)
        same.kinds.append(kind)
        same.proofs += [(kind, proof) for proof in proofs]

    def _same(self, one: Mapping[int, float], other: Mapping[int, float]) -> bool:
        """Whether the same agreements move to the same numbers, but for rounding."""
        sizes = self.bending.sizes
        return one.keys() == other.keys() and all(
            abs(one[each] - other[each]) <= _ALIKE * sizes[each] for each in one
        )

    def _proved(self, bent: Bent) -> dict[int, float] | None:
        """The numbers as they can be written, or in full where only those work, as with *exactly*."""
        loose, looser = (
            {
                each: written(self.clauses[each], to, more, self.bending.prices[each].furthest)
                for each, to in bent.moves.items()
            }
            for more in (0, 1)
        )
        exact = {each: to for each, to in bent.moves.items() if self.clauses[each].sense == "="}
        tries = (loose, looser, looser | exact, bent.moves)
        return next((numbers for numbers in tries if self.works(numbers, bent.plan)), None)

    def _cost(self, numbers: dict[int, float]) -> float:
        return sum(self.bending.cost(position, to) for position, to in numbers.items())

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
            "part": self.bending.part(position, to),
            "cost": self.bending.cost(position, to),
        }
