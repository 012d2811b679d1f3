"""An independent witness of the best division: `models/formulation.md` in plain loops, on scipy.

Nothing here is fast or clever, and nothing comes from the code that it judges: it reads an
instance's tables row by row, writes every sum as a dict, solves goal after goal with `linprog` (or
`milp` where places are whole), and finds the leximax by the textbook loop.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import coo_array

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from verdeling.instance import Instance

Sum = dict[int, float]
"""A linear expression: column to coefficient."""

SLACK = 1e-9
"""How far a later goal may worsen an earlier one, relative to values above 1."""

WHOLE_SLACK = 1e-5
"""The same in whole places: more than `milp` tolerates, less than the step between two values."""


class NoDivisionError(Exception):
    """The hard limits contradict each other."""


def plus(*sums: Sum) -> Sum:
    """Sum of sums."""
    total: Sum = defaultdict(float)
    for each in sums:
        for column, coefficient in each.items():
            total[column] += coefficient
    return dict(total)


def times(factor: float, each: Sum) -> Sum:
    """A multiple of a sum."""
    return {column: factor * coefficient for column, coefficient in each.items()}


@dataclass
class Lines:
    """A linear program as lists: what is whole, upper bounds, and rows with two limits."""

    whole: list[bool] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    rows: list[tuple[Sum, float, float]] = field(default_factory=list)

    def column(self, *, whole: bool = True, upper: float = np.inf) -> Sum:
        """A new column that is at least zero."""
        self.whole.append(whole)
        self.upper.append(upper)
        return {len(self.whole) - 1: 1.0}

    def add(self, each: Sum, lower: float = -np.inf, upper: float = np.inf) -> None:
        """Keep a sum between limits."""
        self.rows.append((each, lower, upper))

    def minimise(self, goal: Sum, *, whole: bool = False) -> tuple[float, np.ndarray]:
        """Least value of a sum, and a point that has it."""
        cost = np.zeros(len(self.whole))
        cost[list(goal)] = list(goal.values())
        point = self._milp(cost) if whole else self._linprog(cost)
        return float(cost @ point), point

    def _entries(self, chosen: list[int]) -> coo_array:
        entries = [
            (row, column, coefficient)
            for row, position in enumerate(chosen)
            for column, coefficient in self.rows[position][0].items()
        ]
        row, column, coefficient = zip(*entries, strict=True) if entries else ((), (), ())
        return coo_array((coefficient, (row, column)), shape=(len(chosen), len(self.whole)), dtype=float)

    def _linprog(self, cost: np.ndarray) -> np.ndarray:
        lower, upper = np.array([limits for _, *limits in self.rows]).T
        equal = np.flatnonzero(lower == upper)
        below = np.flatnonzero(np.isfinite(upper) & (lower != upper))
        above = np.flatnonzero(np.isfinite(lower) & (lower != upper))
        one_sided = self._entries([*below, *above]).tocsr()
        one_sided.data[one_sided.indptr[len(below)] :] *= -1
        answer = linprog(
            cost,
            A_ub=one_sided,
            b_ub=[*upper[below], *-lower[above]],
            A_eq=self._entries([*equal]),
            b_eq=upper[equal],
            bounds=[(0, bound) for bound in self.upper],
            method="highs-ds",
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )
        return _point(answer)

    def _milp(self, cost: np.ndarray) -> np.ndarray:
        lower, upper = np.array([limits for _, *limits in self.rows]).T
        limits = LinearConstraint(self._entries([*range(len(self.rows))]).tocsr(), lower, upper)
        bounds = (np.zeros(len(self.upper)), self.upper)
        whole = np.array(self.whole, int)
        for presolve in (True, False):  # HiGHS #3258: presolve may call a feasible program infeasible
            options = {"mip_rel_gap": 0.0, "presolve": presolve}
            answer = milp(cost, integrality=whole, bounds=bounds, constraints=limits, options=options)
            if answer.status != 2:
                break
        return _point(answer)


def _point(answer: Any) -> np.ndarray:
    if answer.status == 2:
        raise NoDivisionError
    assert answer.status == 0, answer.message
    return np.asarray(answer.x)


class Facts:
    """The tables of an instance of one scenario, row by row."""

    def __init__(self, instance: Instance) -> None:
        self.tables = {name: instance[name].to_dict("records") for name in instance.tables}
        self.years = list(instance.about.years)
        self.region_of = {row["municipality"]: row["region"] for row in self.tables["municipalities"]}
        self.people = {row["municipality"]: row["population"] for row in self.tables["municipalities"]}
        self.towns = list(self.region_of)
        self.groups = {row["group"]: row for row in self.tables["groups"]}
        self.kinds = {row["place_type"]: row for row in self.tables["place_types"]}
        suited = self.tables["suitability"]
        self.liking = {(row["group"], row["place_type"]): row["preference"] for row in suited}
        self.needs = [row for row in self.tables["needs"] if row["households"]]
        self.projects = {row["project"]: row for row in self.tables["projects"]}

    def share(self, town: str) -> float:
        """Fair share by inhabitants."""
        ours = [each for each in self.towns if self.region_of[each] == self.region_of[town]]
        return self.people[town] / sum(self.people[each] for each in ours)

    def task(self, region: str) -> float:
        """Needs of a region, weighted by burden."""
        ours = [row for row in self.needs if row["region"] == region]
        return sum(row["households"] * self.groups[row["group"]]["burden"] for row in ours)

    def plans(self, region: str) -> float:
        """Places that the projects of a region can deliver."""
        return sum(
            row["max_places"]
            for row in self.projects.values()
            if self.region_of[row["municipality"]] == region
        )

    def support_weight(self, group: str, age: int) -> float:
        """Hours per week that a household uses, this many years after it was housed."""
        row = self.groups[group]
        return row["support_hours"] * min(1.0, max(0.0, row["support_years"] - age))

    def names(self, dimension: str, measure: str) -> list[Any]:
        """What a ``*`` stands for."""
        if dimension == "supplier":
            if measure == "support_hours":
                return sorted({row["provider"] for row in self.tables["support"]})
            rows = [*self.tables["supply"], *self.tables["projects"]]
            return sorted({row["supplier"] for row in rows} - {""})
        return {
            "region": sorted(set(self.region_of.values())),
            "municipality": self.towns,
            "group": list(self.groups),
            "place_type": list(self.kinds),
            "year": self.years,
        }[dimension]


Scope = dict[str, set[Any] | None]
"""Names that count by dimension; None: all of them."""

SCOPE = ("region", "municipality", "group", "place_type", "supplier", "year")


def scopes(agreement: dict[str, Any], facts: Facts) -> Iterator[Scope]:
    """Each combination that the ``*`` of an agreement stand for, as far as region and municipality meet."""
    choices: list[list[set[Any] | None]] = []
    for dimension in SCOPE:
        cell = agreement[dimension]
        if cell == "*":
            choices.append([{name} for name in facts.names(dimension, agreement["measure"])])
        elif cell:
            names = {name.strip() for name in cell.split(";")}
            choices.append([{int(name) for name in names} if dimension == "year" else names])
        else:
            choices.append([None])
    for choice in product(*choices):
        scope = dict(zip(SCOPE, choice, strict=True))
        if any(inside(scope, municipality=town, region=facts.region_of[town]) for town in facts.towns):
            yield scope


def inside(scope: Scope, **cells: Any) -> bool:
    """Whether something belongs to a scope."""
    return all(scope[dimension] is None or cell in scope[dimension] for dimension, cell in cells.items())


PLACE = ("group", "municipality", "place_type", "year")


class Division:
    """The formulation of an instance, stated once; goals are added by `solve`."""

    def __init__(self, instance: Instance) -> None:
        self.facts = Facts(instance.in_scenario())
        self.lines = Lines()
        self.place: dict[tuple[Any, ...], Sum] = {}
        self.build: dict[tuple[str, int], Sum] = {}
        self.served: dict[tuple[Any, ...], Sum] = {}
        self.waiting: dict[tuple[Any, ...], Sum] = {}
        self.hours: dict[tuple[int, str], Sum] = {}
        self.given: dict[tuple[Any, ...], Sum] = {}
        self.missed: list[Sum] = []
        self._builds()
        self._places()
        self._queues()
        self._support()
        self._suppliers()
        self._agreements()

    # Families

    def _builds(self) -> None:
        for name, row in self.facts.projects.items():
            years = [year for year in self.facts.years if year >= row["year"]]
            for year in years:
                self.build[name, year] = self.lines.column()
            built = plus(*(self.build[name, year] for year in years))
            self.lines.add(built, upper=row["max_places"])
            if row["min_places"]:
                opened = self.lines.column(upper=1.0)
                self.lines.add(plus(built, times(-row["max_places"], opened)), upper=0.0)
                self.lines.add(plus(built, times(-row["min_places"], opened)), lower=0.0)

    def offered(
        self, town: str, kind: str, year: int, suppliers: set[str] | None = None
    ) -> tuple[float, Sum]:
        """Places that come free, and those that projects deliver, now and as turnover later."""

        def here(row: dict[str, Any]) -> bool:
            ours = suppliers is None or row["supplier"] in suppliers
            return ours and (row["municipality"], row["place_type"]) == (town, kind)

        free = sum(row["places"] for row in self.facts.tables["supply"] if here(row) and row["year"] == year)
        turnover = self.facts.kinds[kind]["turnover"]
        delivered = plus(
            *(
                times(1.0 if built == year else turnover, each)
                for (name, built), each in self.build.items()
                if built <= year and here(self.facts.projects[name])
            )
        )
        return free, delivered

    def _places(self) -> None:
        facts = self.facts
        for town, kind, year in product(facts.towns, facts.kinds, facts.years):
            free, delivered = self.offered(town, kind, year)
            if not (free or delivered):
                continue
            groups = [group for group in facts.groups if (group, kind) in facts.liking]
            for group in groups:
                self.place[group, town, kind, year] = self.lines.column()
            used = plus(*(self.place[group, town, kind, year] for group in groups))
            self.lines.add(plus(used, times(-1, delivered)), upper=free)

    def _queues(self) -> None:
        facts = self.facts
        origins = {(row["group"], row["region"], row["municipality"]) for row in facts.needs}
        for group, region, town in sorted(origins):
            before: Sum = {}
            for year in facts.years:
                key = group, region, town, year
                self.served[key], self.waiting[key] = self.lines.column(), self.lines.column()
                coming = sum(
                    row["households"]
                    for row in facts.needs
                    if (row["group"], row["region"], row["municipality"], row["year"]) == key
                )
                left = plus(self.waiting[key], times(-1, before), self.served[key])
                self.lines.add(left, coming, coming)
                before = self.waiting[key]
        for region, group, year in product(set(facts.region_of.values()), facts.groups, facts.years):
            here = group, region, year
            served = [each for (g, r, _, t), each in self.served.items() if (g, r, t) == here]
            placed = self.places(lambda g, j, k, t, here=here: (g, facts.region_of[j], t) == here)
            self.lines.add(plus(*served, times(-1, placed)), 0.0, 0.0)

    def places(self, counts: Callable[..., bool], weigh: Callable[..., float] = lambda *_: 1.0) -> Sum:
        """Weighted sum of the places that count."""
        return plus(*(times(weigh(*key), each) for key, each in self.place.items() if counts(*key)))

    def in_use(self, town: str, year: int, counts: Callable[..., bool] = lambda *_: True) -> Sum:
        """Hours of support in use in a municipality in a year, by the places that count."""
        return self.places(
            lambda g, j, k, t: j == town and t <= year and counts(g, j, k),
            lambda g, j, k, t: self.facts.support_weight(g, year - t),
        )

    def _support(self) -> None:
        facts = self.facts
        for offer, row in enumerate(facts.tables["support"]):
            reach = [row["municipality"]] if row["municipality"] else facts.towns
            for town in reach:
                if facts.region_of[town] == row["region"]:
                    self.hours[offer, town] = self.lines.column(whole=False)
            given = [each for (other, _), each in self.hours.items() if other == offer]
            self.lines.add(plus(*given), upper=row["hours"])
        if facts.tables["support"]:
            for town, year in product(facts.towns, facts.years):
                given = [
                    each
                    for (offer, host), each in self.hours.items()
                    if (host, facts.tables["support"][offer]["year"]) == (town, year)
                ]
                self.lines.add(plus(self.in_use(town, year), times(-1, plus(*given))), upper=0.0)

    def _suppliers(self) -> None:
        """Who lets each place: one of the suppliers that agreements name, or somebody else."""
        facts = self.facts
        everybody = {row["supplier"] for row in [*facts.tables["supply"], *facts.tables["projects"]]}
        named = {
            name
            for agreement in facts.tables["agreements"]
            if agreement["measure"] not in ("support_hours", "built", "share_of_built")
            for scope in scopes(agreement, facts)
            for name in scope["supplier"] or ()
        }
        if not named:
            return
        for key, place in self.place.items():
            for name in named:
                self.given[*key, name] = self.lines.column()
            rest = plus(place, *(times(-1, self.given[*key, name]) for name in named))
            self.lines.add(rest, lower=0.0)
            self.given[*key, ""] = rest
        for town, kind, year in product(facts.towns, facts.kinds, facts.years):
            for name in [*named, ""]:
                free, delivered = self.offered(town, kind, year, {name} if name else everybody - named)
                given = [each for key, each in self.given.items() if key[1:] == (town, kind, year, name)]
                self.lines.add(plus(*given, times(-1, delivered)), upper=free)

    def _agreements(self) -> None:
        for agreement in self.facts.tables["agreements"]:
            for scope in scopes(agreement, self.facts):
                left, right = MEASURES[agreement["measure"]](self, scope, agreement["value"])
                if agreement["strength"] != "hard":
                    missing = self.lines.column(whole=False) if agreement["sense"] != "<=" else {}
                    beyond = self.lines.column(whole=False) if agreement["sense"] != ">=" else {}
                    left = plus(left, missing, times(-1, beyond))
                    self.missed.append(times(agreement["strength"], plus(missing, beyond)))
                lower = right if agreement["sense"] != "<=" else -np.inf
                upper = right if agreement["sense"] != ">=" else np.inf
                self.lines.add(left, lower, upper)

    # Goals

    def wait(self, rank: int) -> Sum:
        """Household-years that groups of one priority wait."""
        ours = {name for name, row in self.facts.groups.items() if row["priority"] == rank}
        return plus(*(each for key, each in self.waiting.items() if key[0] in ours))

    def load(self, town: str) -> Sum:
        """Places of a municipality, weighted by burden."""
        return self.places(lambda g, j, k, t: j == town, lambda g, *_: self.facts.groups[g]["burden"])

    def relative_load(self, town: str) -> Sum:
        """Load relative to the fair share of the region's task."""
        task = self.facts.task(self.facts.region_of[town])
        return times(1 / (self.facts.share(town) * task), self.load(town)) if task else {}

    def relative_built(self, town: str) -> Sum:
        """Places built relative to the fair share of what the region's projects can deliver."""
        plans = self.facts.plans(self.facts.region_of[town])
        ours = {name for name, row in self.facts.projects.items() if row["municipality"] == town}
        built = plus(*(each for (name, _), each in self.build.items() if name in ours))
        return times(1 / (self.facts.share(town) * plans), built) if plans else {}

    def relative_support(self, town: str) -> Sum:
        """Hours in use relative to the fair share of what all needs would use if housed at once."""
        facts, last = self.facts, self.facts.years[-1]
        asked = sum(
            row["households"] * facts.support_weight(row["group"], age)
            for row in facts.needs
            if row["region"] == facts.region_of[town]
            for age in range(last - row["year"] + 1)
        )
        used = plus(*(self.in_use(town, year) for year in facts.years))
        return times(1 / (facts.share(town) * asked), used) if asked else {}

    def from_mean(self, town: str) -> Sum:
        """Relative load of a municipality minus the mean of its region, weighted by fair shares."""
        region = self.facts.region_of[town]
        ours = [each for each in self.facts.towns if self.facts.region_of[each] == region]
        mean = plus(*(times(self.facts.share(each), self.relative_load(each)) for each in ours))
        return plus(self.relative_load(town), times(-1, mean))

    def moves(self) -> Sum:
        """Households with an origin that are housed elsewhere; adds the rows that say so."""
        counted = []
        for (group, _, town, year), served in list(self.served.items()):
            if town:
                local, spot = self.lines.column(), (group, town, year)
                here = self.places(lambda g, j, k, t, spot=spot: (g, j, t) == spot)
                self.lines.add(plus(local, times(-1, served)), upper=0.0)
                self.lines.add(plus(local, times(-1, here)), upper=0.0)
                counted.append(plus(served, times(-1, local)))
        return plus(*counted)

    def steps(self) -> Sum:
        """Steps away from the place type that suits best."""
        return self.places(lambda *_: True, lambda g, j, k, t: self.facts.liking[g, k] - 1)

    def costs(self, scope: Scope) -> Sum:
        """Cost of building and of giving places, in EUR."""
        building = _builds_in(self, scope, lambda row: row["cost_per_place"])
        return plus(building, _given(self, scope, lambda g, j, k, t: self.facts.kinds[k]["annual_cost"]))


EVERYTHING: Scope = dict.fromkeys(SCOPE)


# What an agreement is about: left and right side


def _given(division: Division, scope: Scope, weigh: Callable[..., float] = lambda *_: 1.0) -> Sum:
    facts = division.facts
    if scope["supplier"] is None:
        entries = [(key, each) for key, each in division.place.items()]
    else:
        entries = [(key[:4], each) for key, each in division.given.items() if key[4] in scope["supplier"]]
    return plus(
        *(
            times(weigh(*key), each)
            for key, each in entries
            if inside(scope, **dict(zip(PLACE, key, strict=True)), region=facts.region_of[key[1]])
        )
    )


def _builds_in(
    division: Division, scope: Scope, weigh: Callable[[dict[str, Any]], float] = lambda row: 1.0
) -> Sum:
    facts = division.facts
    found = []
    for (name, year), each in division.build.items():
        row = facts.projects[name]
        cells = {key: row[key] for key in ("municipality", "place_type", "supplier")}
        if inside(scope, **cells, region=facts.region_of[row["municipality"]], year=year):
            found.append(times(weigh(row), each))
    return plus(*found)


def _places(division: Division, scope: Scope, value: float) -> tuple[Sum, float]:
    return _given(division, scope), value


def _share_of_need(division: Division, scope: Scope, value: float) -> tuple[Sum, float]:
    dimensions = ("region", "municipality", "group", "year")
    asked = sum(
        row["households"]
        for row in division.facts.needs
        if inside(scope, **{key: row[key] for key in dimensions})
    )
    return _given(division, scope), value * asked


def _share_of_supply(division: Division, scope: Scope, value: float) -> tuple[Sum, float]:
    facts = division.facts
    free, delivered = 0.0, []
    for town, kind, year in product(facts.towns, facts.kinds, facts.years):
        if inside(scope, municipality=town, region=facts.region_of[town], place_type=kind, year=year):
            here, more = division.offered(town, kind, year, scope["supplier"])
            free += here
            delivered.append(more)
    return plus(_given(division, scope), times(-value, plus(*delivered))), value * free


def _towns(division: Division, scope: Scope) -> list[str]:
    regions = division.facts.region_of
    return [town for town in division.facts.towns if inside(scope, municipality=town, region=regions[town])]


def _per_1000_inhabitants(division: Division, scope: Scope, value: float) -> tuple[Sum, float]:
    people = sum(division.facts.people[town] for town in _towns(division, scope))
    return _given(division, scope), value * people / 1000


def _share_of_fair_share(division: Division, scope: Scope, value: float) -> tuple[Sum, float]:
    facts = division.facts
    fair = sum(
        facts.share(town) * row["households"] * facts.groups[row["group"]]["burden"]
        for town in _towns(division, scope)
        for row in facts.needs
        if row["region"] == facts.region_of[town] and inside(scope, group=row["group"], year=row["year"])
    )
    return _given(division, scope, lambda g, *_: facts.groups[g]["burden"]), value * fair


def _built(division: Division, scope: Scope, value: float) -> tuple[Sum, float]:
    return _builds_in(division, scope), value


def _share_of_built(division: Division, scope: Scope, value: float) -> tuple[Sum, float]:
    every = _builds_in(division, scope | {"place_type": None})
    return plus(_builds_in(division, scope), times(-value, every)), 0.0


def _support_hours(division: Division, scope: Scope, value: float) -> tuple[Sum, float]:
    facts = division.facts
    years = [year for year in facts.years if inside(scope, year=year)]
    if scope["supplier"] is None:
        return plus(
            *(
                division.in_use(town, year, lambda g, j, k: inside(scope, group=g, place_type=k))
                for town in _towns(division, scope)
                for year in years
            )
        ), value
    given = []
    for (offer, town), each in division.hours.items():
        row = facts.tables["support"][offer]
        if inside(scope, supplier=row["provider"], year=row["year"]) and town in _towns(division, scope):
            given.append(each)
    return plus(*given), value


def _cost(division: Division, scope: Scope, value: float) -> tuple[Sum, float]:
    return division.costs(scope), value


MEASURES: dict[str, Callable[[Division, Scope, float], tuple[Sum, float]]] = {
    "places": _places,
    "share_of_need": _share_of_need,
    "share_of_supply": _share_of_supply,
    "per_1000_inhabitants": _per_1000_inhabitants,
    "share_of_fair_share": _share_of_fair_share,
    "built": _built,
    "share_of_built": _share_of_built,
    "support_hours": _support_hours,
    "cost": _cost,
}


# Solving


@dataclass(frozen=True)
class Best:
    """What the policy leximin reaches.

    Parameters
    ----------
    goals : dict
        Measure, with the priority for waiting, to the value of the goal.
    loads, built : dict
        Municipality to relative load, and to relative built.
    """

    goals: dict[str, float]
    loads: dict[str, float]
    built: dict[str, float]


def leximin(instance: Instance, *, whole: bool = False, later: bool = True) -> Best:
    """Goals of the policy leximin, one after the other, with the key population.

    Parameters
    ----------
    instance : Instance
        In its default scenario.
    whole : bool
        In whole places, by `milp`; otherwise the fractional optimum, by `linprog`.
    later : bool
        Whether to pursue the goals after relative_load too.

    Raises
    ------
    NoDivisionError
        If the hard limits contradict each other.
    """
    division = Division(instance)
    lines, towns = division.lines, division.facts.towns
    goals = {}
    for rank in sorted({row["priority"] for row in division.facts.groups.values()}):
        goals[f"waiting {rank}"] = settle(lines, division.wait(rank), whole=whole)
    goals["shortfall"] = settle(lines, plus(*division.missed), whole=whole)
    lower_all = lower_all_whole if whole else lower_all_fractional
    loads = dict(zip(towns, lower_all(lines, [division.relative_load(town) for town in towns]), strict=True))
    goals["relative_load"] = max(loads.values())
    if not later:
        return Best(goals, loads, {})
    built = dict(zip(towns, lower_all(lines, [division.relative_built(town) for town in towns]), strict=True))
    goals["relative_built"] = max(built.values())
    goals["preference"] = settle(lines, division.steps(), whole=whole)
    goals["moves"] = settle(lines, division.moves(), whole=whole)
    goals["cost"] = settle(lines, division.costs(EVERYTHING), whole=whole)
    return Best(goals, loads, built)


def least_largest(lines: Lines, values: list[Sum]) -> float:
    """Least that the largest of some values can be."""
    level = lines.column(whole=False)
    for value in values:
        lines.add(plus(value, times(-1, level)), upper=0.0)
    return settle(lines, level)


def settle(lines: Lines, goal: Sum, *, whole: bool = False) -> float:
    """Minimise a sum and hold it there."""
    value, _ = lines.minimise(goal, whole=whole)
    if goal:
        lines.add(goal, upper=value + (WHOLE_SLACK if whole else SLACK) * max(1.0, abs(value)))
    return value


def lower_all_fractional(lines: Lines, values: list[Sum]) -> list[float]:
    """The textbook loop: lower the largest of those that are left, fix each that cannot go lower."""
    level = lines.column(whole=False)
    fixed: dict[int, float] = {}
    start = len(lines.rows)
    while len(fixed) < len(values):
        left = [element for element in range(len(values)) if element not in fixed]
        del lines.rows[start:]
        _cap(lines, values, fixed)
        for element in left:
            lines.add(plus(values[element], times(-1, level)), upper=0.0)
        largest, _ = lines.minimise(level)
        lines.add(level, upper=largest + SLACK * max(1.0, largest))
        lowest = {element: lines.minimise(values[element])[0] for element in left}
        stuck = [element for element in left if lowest[element] > largest - 1e-7 * max(1.0, largest)]
        assert stuck, "The largest can be lowered, which contradicts that it is least."
        fixed |= dict.fromkeys(stuck, largest)
    del lines.rows[start:]
    _cap(lines, values, fixed)
    return [fixed[element] for element in range(len(values))]


def _cap(lines: Lines, values: list[Sum], fixed: dict[int, float]) -> None:
    for element, value in fixed.items():
        lines.add(values[element], upper=value + SLACK * max(1.0, value))


def lower_all_whole(lines: Lines, values: list[Sum]) -> list[float]:
    """Lower the largest, then the sum of the two largest, …: what orders divisions that are not convex too.

    The sum of the ``k`` largest of ``v`` is the least of ``k t + Σ max(0, v − t)`` over ``t``
    (Ogryczak & Śliwiński 2006).
    """
    point = np.empty(0)
    for count in range(1, len(values) + 1):
        threshold = lines.column(whole=False)
        beyond = [lines.column(whole=False) for _ in values]
        for value, more in zip(values, beyond, strict=True):
            lines.add(plus(value, times(-1, threshold), times(-1, more)), upper=0.0)
        goal = plus(times(count, threshold), *beyond)
        value, point = lines.minimise(goal, whole=True)
        lines.add(goal, upper=value + WHOLE_SLACK * max(1.0, value))
    return [
        sum(coefficient * float(point[column]) for column, coefficient in each.items()) for each in values
    ]
