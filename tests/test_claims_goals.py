"""Claims rules as goals: the textbook's where one total is short, and what they mean where more is.

The first programs here have no instance: awards as columns, with limits between them.
"""

from __future__ import annotations

from itertools import combinations, product
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hand_made import small
from points import policy
from test_examples import example
from verdeling.aggregates import AGGREGATES
from verdeling.claims import RULES, minimal_overlap, shapley
from verdeling.engine import solve
from verdeling.errors import PolicyError
from verdeling.goals import check_goals, pursue
from verdeling.instance import Instance
from verdeling.measures import Vector
from verdeling.policy import Goal, read_policy
from verdeling.program import NOTHING, Program
from verdeling.pursuit import Pursuit
from verdeling.solvers import find_solver
from verdeling.statement import state

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Limit = tuple[Sequence[float], float]
    Key = Callable[[np.ndarray], np.ndarray]

EVERY = pytest.mark.parametrize("rule", RULES)
some = settings(max_examples=30, derandomize=True)


class Claimants:
    """Claimants with an award each, limits on sums of awards, and what a rule gives them.

    Parameters
    ----------
    claims : sequence of float
        Awards are at most that.
    limits : pairs of coefficients and a bound
        Σ coefficient · award ≤ bound.
    """

    def __init__(self, claims: Sequence[float], *limits: Limit) -> None:
        self.claims, self.limits = np.array(claims, float), limits
        program, index = Program(), pd.DataFrame({"origin": np.arange(len(claims))})
        terms = program.add_columns("award", index, unit="households", upper=self.claims)
        for number, (coefficients, bound) in enumerate(limits):
            limit = pd.DataFrame({"limit": [number]})
            taken = terms.assign(coefficient=np.array(coefficients, float), limit=number)
            program.add_rows("limit", limit, [taken], unit="households", upper=bound)
        self.pursuit = Pursuit(SimpleNamespace(program=program), find_solver("HiGHS"), 1e-9)
        self.pursuit.minimise(NOTHING)
        self.terms, self.index = terms, index

    def settle(self, rule: str) -> tuple[np.ndarray, list[float]]:
        """Awards under a rule, and what its stages reached."""
        even = np.ones(len(self.index))
        region = np.zeros(len(self.index), np.int64)
        about = Vector(self.index, self.terms, "households", even, even, region, "higher", self.claims)
        goal = Goal(measure="housed", aggregate=rule)
        found = list(AGGREGATES[rule].settle(self.pursuit, about, goal))
        assert self.pursuit.point is not None
        return about.values(self.pursuit.point), [stage.value(self.pursuit.point) for stage in found]

    def keeps(self, points: np.ndarray) -> np.ndarray:
        """Whether points, one a row, are awards within all limits."""
        kept = ((points >= -1e-7) & (points <= self.claims + 1e-7)).all(axis=1)
        for coefficients, bound in self.limits:
            kept &= points @ np.array(coefficients, float) <= bound + 1e-6
        return kept

    def corners(self, least: Sequence[float] = ()) -> np.ndarray:
        """Corners of the set of awards: wherever as many limits meet as there are claimants."""
        size = len(self.claims)
        sides = np.vstack([np.eye(size), np.eye(size), *[[limit] for limit, _ in self.limits]])
        low = np.array(least) if len(least) else np.zeros(size)
        bounds = np.concatenate([low, self.claims, [bound for _, bound in self.limits]])
        found = [
            np.linalg.solve(sides[list(chosen)], bounds[list(chosen)])
            for chosen in combinations(range(len(sides)), size)
            if abs(np.linalg.det(sides[list(chosen)])) > 1e-9
        ]
        points = np.array(found)
        return points[self.keeps(points) & (points >= low - 1e-7).all(axis=1)]


def awards(rule: str, claims: Sequence[float], *limits: Limit) -> list[float]:
    """Awards under a rule."""
    return Claimants(claims, *limits).settle(rule)[0].tolist()


# One total: the rules of the literature


@EVERY
@some
@given(claims=st.lists(st.integers(0, 30), min_size=1, max_size=5), part=st.floats(0, 1))
def test_one_total_is_divided_as_in_the_textbook(rule: str, claims: list[int], part: float) -> None:
    """Where nothing but the estate is limited each goal is the rule of its name."""
    estate = part * sum(claims)
    found = awards(rule, claims, ([1.0] * len(claims), estate))
    assert found == pytest.approx(RULES[rule](claims, estate), abs=1e-6)


def test_a_remainder_is_told_as_a_part() -> None:
    """Of 24, claims of 10 and 20 have rights to 4 and 14; of the 6 more that each might get they get 3."""
    found, reached = Claimants([10, 20], ([1.0, 1.0], 24)).settle("adjusted_proportional")
    assert found == pytest.approx([7, 17])
    assert reached[-1] == pytest.approx(0.5)


FEW_HOMES = """
    municipality,place_type,year,supplier,places
    GM1,social,2027,Domijn,1
    GM2,social,2027,Welbions,6
    GM3,social,2027,,1
    """
"""Hand-made: 8 homes come free, 9 are planned and some come free again, for 22 households."""


def homes(claims: Sequence[int], estate: int) -> Instance:
    """As many towns as there are claims, each in need of that many of an estate of homes in the first."""
    towns = [f"T{number}" for number in range(len(claims))]
    return Instance.from_tables(
        {
            "municipalities": pd.DataFrame(
                {"municipality": towns, "name": towns, "region": "R", "population": 1000}
            ),
            "groups": pd.DataFrame(
                {"group": ["g"], "name": ["G"], "name_nl": ["G"], "priority": [1], "urgent": ["no"]}
            ),
            "place_types": pd.DataFrame({"place_type": ["rent"], "name": ["Rent"], "name_nl": ["Huur"]}),
            "suitability": pd.DataFrame({"group": ["g"], "place_type": ["rent"]}),
            "needs": pd.DataFrame(
                {"group": "g", "municipality": towns, "year": 2030, "households": list(claims)}
            ),
            "supply": pd.DataFrame(
                {"municipality": ["T0"], "place_type": ["rent"], "year": [2030], "places": [estate]}
            ),
        }
    )


def housed(instance: Instance, rule: str, **options: Any) -> tuple[list[float], pd.DataFrame]:
    """Households housed of each town under a rule, and the goals."""
    solution = solve(instance, policy({"measure": "housed", "over": "origin", "aggregate": rule}), **options)
    served = solution.waiting.groupby("municipality")["served"].sum()
    return served.sort_index().tolist(), solution.goals


@EVERY
def test_homes_are_divided_as_in_the_textbook(rule: str) -> None:
    """Three towns ask 10, 20 and 30 of 25 homes."""
    found, _ = housed(homes([10, 20, 30], 25), rule, whole=False)
    assert found == pytest.approx(RULES[rule]([10, 20, 30], 25), abs=1e-6)


@EVERY
@pytest.mark.parametrize(("claims", "estate"), [([10, 20, 30], 25), ([7, 7, 7, 2], 11), ([3, 9, 9], 17)])
def test_whole_homes_are_nearly_so(rule: str, claims: list[int], estate: int) -> None:
    """In whole homes all are given, nobody is further than one home off, and a gap is stated or none is."""
    found, goals = housed(homes(claims, estate), rule)
    assert sum(found) == estate
    assert np.abs(np.array(found) - RULES[rule](claims, estate)).max() < 1 + 1e-6
    assert set(goals["status"]) <= {"optimal", "near_optimal"}
    assert (goals["gap"] >= 0).all()


@pytest.mark.parametrize(
    ("rule", "worst"),
    [("equal_awards", lambda claims, x: -x), ("equal_losses", lambda claims, x: claims - x)],
)
@pytest.mark.parametrize(("claims", "estate"), [([5, 6, 9], 10), ([2, 4, 8], 11), ([4, 4, 4], 7)])
def test_whole_homes_by_enumeration(
    rule: str, worst: Callable[..., np.ndarray], claims: list[int], estate: int
) -> None:
    """Of all ways to give whole homes the one whose worst-off is best off, then the next, …."""
    ways = [np.array(way) for way in product(*(range(claim + 1) for claim in claims)) if sum(way) == estate]
    best = min(sorted(worst(claims, way), reverse=True) for way in ways)
    found, _ = housed(homes(claims, estate), rule, prove=True)
    assert sorted(worst(claims, np.array(found)), reverse=True) == pytest.approx(best)


@EVERY
def test_solvers_agree_in_whole_places(rule: str) -> None:
    """HiGHS and CBC reach the same, also where projects are decided and support is limited."""
    goal = policy({"measure": "years_housed", "over": "group", "aggregate": rule})
    found = [
        solve(small(supply=FEW_HOMES), goal, solver=solver).goals["value"].tolist()
        for solver in ("HiGHS", "PULP_CBC_CMD")
    ]
    assert found[0] == pytest.approx(found[1], abs=1e-5)


def test_proportional_is_leximin_of_coverage() -> None:
    """On a region with two groups, projects and support the same people are housed."""
    served = [
        solve(
            small(supply=FEW_HOMES),
            policy({"measure": measure, "over": "group-origin", "aggregate": aggregate}),
            whole=False,
        ).waiting.groupby(["group", "region", "municipality"])["served"].sum()
        for measure, aggregate in (("housed", "proportional"), ("coverage", "leximin"))
    ]  # fmt: skip
    assert served[0].sum() < 22
    assert served[0].to_dict() == pytest.approx(served[1].to_dict(), abs=1e-6)


# More limits than one: brute force


LIMITS = st.lists(
    st.tuples(st.lists(st.integers(0, 3), min_size=3, max_size=3), st.integers(3, 60)), min_size=1, max_size=3
)


def lower(values: np.ndarray) -> np.ndarray:
    """Rows sorted from small to large, negated: smaller is what leximin prefers."""
    return -np.sort(values, axis=1)


def upper(values: np.ndarray) -> np.ndarray:
    """Rows sorted from large to small: smaller is what leximax prefers."""
    return -np.sort(-values, axis=1)


def most(corners: np.ndarray, members: Sequence[int]) -> float:
    """Most that members get together at a corner."""
    return float(corners[:, list(members)].sum(axis=1).max())


def _rights(claimants: Claimants) -> np.ndarray:
    """Minimal rights, from the corners where the others get the most."""
    corners, rights = claimants.corners(), []
    for own in range(3):
        others = np.delete(corners, own, axis=1).sum(axis=1)
        rights.append(corners[others >= others.max() - 1e-7, own].max())
    return np.array(rights)


def _adjusted(claimants: Claimants) -> Key:
    rights = _rights(claimants)
    room = claimants.corners(rights).max(axis=0) - rights
    counted = room > 1e-6

    def key(points: np.ndarray) -> np.ndarray:
        missed = np.maximum(rights - points, 0.0).sum(axis=1, keepdims=True)
        return np.hstack([missed, lower(((points - rights) / np.where(counted, room, 1.0))[:, counted])])

    return key


def _arrival(claimants: Claimants) -> Key:
    corners = claimants.corners()
    members = [[member for member in range(3) if chosen >> member & 1] for chosen in range(8)]
    value = shapley([most(corners, each) for each in members])
    return lambda points: upper(value - points)


def _overlap(claimants: Claimants) -> Key:
    corners = claimants.corners()
    value = minimal_overlap(corners.max(axis=0), most(corners, range(3)))
    return lambda points: upper(value - points)


KEYS: dict[str, Callable[[Claimants], Key]] = {
    "proportional": lambda claimants: lambda points: lower(points / claimants.claims),
    "equal_awards": lambda claimants: lower,
    "equal_losses": lambda claimants: lambda points: upper(claimants.claims - points),
    "talmud": lambda claimants: (
        lambda points: np.hstack(
            [lower(np.minimum(points, claimants.claims / 2)), upper(claimants.claims - points)]
        )
    ),
    "adjusted_proportional": _adjusted,
    "minimal_overlap": _overlap,
    "random_arrival": _arrival,
}
"""What each rule makes lexicographically small, from corners and closed forms instead of programs."""


@EVERY
@some
@given(claims=st.lists(st.integers(1, 20), min_size=3, max_size=3), limits=LIMITS)
def test_no_other_awards_are_better(rule: str, claims: list[int], limits: list[Limit]) -> None:
    """Neither on a grid nor a little way from the awards found to any corner is anything better."""
    claimants = Claimants(claims, *limits)
    found, _ = claimants.settle(rule)
    corners = claimants.corners()
    grid = np.array(list(product(*(np.linspace(0, claim, 9) for claim in claims))))
    near = [found + step * (corners - found) for step in (0.003, 0.1, 1.0)]
    points = np.vstack([grid, *near])
    points = points[claimants.keeps(points)]
    key = KEYS[rule](claimants)
    assert claimants.keeps(found[None])[0]
    differences = key(points) - key(found[None])
    first = np.argmax(np.abs(differences) > 2e-6, axis=1)
    assert (np.take_along_axis(differences, first[:, None], axis=1) > -2e-6).all()


@some
@given(claims=st.lists(st.integers(1, 20), min_size=3, max_size=3), limits=LIMITS)
def test_minimal_rights_can_be_held_together(claims: list[int], limits: list[Limit]) -> None:
    """Nobody falls short of what the others leave in any case."""
    _, (missed, _) = Claimants(claims, *limits).settle("adjusted_proportional")
    assert missed == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("rule", ["proportional", "equal_awards", "equal_losses", "talmud"])
@some
@given(claims=st.lists(st.integers(1, 20), min_size=3, max_size=3), limits=LIMITS, more=st.integers(1, 9))
def test_who_claims_more_gets_no_less(rule: str, claims: list[int], limits: list[Limit], more: int) -> None:
    """Claims monotonicity, also under limits."""
    raised = [claims[0] + more, *claims[1:]]
    assert awards(rule, raised, *limits)[0] >= awards(rule, claims, *limits)[0] - 1e-6


SUITS = st.lists(st.sets(st.integers(0, 2), min_size=1), min_size=2, max_size=4)


@some
@given(suits=SUITS, claims=st.lists(st.integers(1, 9), min_size=4, max_size=4), data=st.data())
def test_where_homes_flow_random_arrival_is_within_reach(
    suits: list[set[int]], claims: list[int], data: st.DataObject
) -> None:
    """Homes of three kinds, each for some: who can get what together is a smallest cut (Shapley 1971).

    What a set S can get is the least, over the T whose own claims are the narrow part, of the claims
    of T and the homes that suit the others. As limits these are the awards that flows allow.
    """
    claims = claims[: len(suits)]
    kinds = data.draw(st.lists(st.integers(0, 9), min_size=3, max_size=3))
    size = len(suits)

    def offered(members: Sequence[int]) -> int:
        return sum(kinds[kind] for kind in set().union(*(suits[member] for member in members)))

    subsets = [[member for member in range(size) if chosen >> member & 1] for chosen in range(2**size)]
    worth = [
        min(sum(claims[each] for each in set(members) - set(part)) + offered(part) for part in subsets
            if set(part) <= set(members))
        for members in subsets
    ]  # fmt: skip
    limits = [([float(each in part) for each in range(size)], float(offered(part))) for part in subsets[1:]]
    found, (shortfall,) = Claimants(claims, *limits).settle("random_arrival")
    assert shortfall == pytest.approx(0, abs=1e-6)
    assert found == pytest.approx(shapley(worth), abs=1e-6)


# More limits than one: what is lost


TOGETHER: Limit = ([1, 1], 4)
FIRST_HAS_ONE: Limit = ([1, 0], 1)


@pytest.mark.parametrize("rule", ["equal_awards", "equal_losses", "talmud", "proportional"])
def test_equals_are_not_treated_alike_where_homes_do_not_suit_both(rule: str) -> None:
    """Of two claims of 4 the one that only one home suits gets that, the other the rest."""
    assert awards(rule, [4, 4], TOGETHER, FIRST_HAS_ONE) == pytest.approx([1, 3], abs=1e-6)


def test_what_cannot_be_had_is_not_claimed() -> None:
    """Three rules look at what each can get alone: half of the one home that suits the first."""
    for rule in ("adjusted_proportional", "minimal_overlap", "random_arrival"):
        assert awards(rule, [4, 4], TOGETHER, FIRST_HAS_ONE) == pytest.approx([0.5, 3.5], abs=1e-6)


@pytest.mark.parametrize(
    ("rule", "dual"),
    [("talmud", "talmud"), ("equal_awards", "equal_losses"), ("equal_losses", "equal_awards")],
)
def test_duality_needs_mirrored_limits(rule: str, dual: str) -> None:
    """What is lost of 8 is 4 too; it is divided by the dual if the first loses at least 3, and not else.

    Dietzenbacher, Estévez-Fernández, Borm & Hendrickx 2020, on duality between sets of awards.
    """
    lost = 4 - np.array(awards(rule, [4, 4], TOGETHER, FIRST_HAS_ONE))
    assert awards(dual, [4, 4], TOGETHER, FIRST_HAS_ONE) != pytest.approx(lost)
    assert awards(dual, [4, 4], TOGETHER, ([-1, 0], -3)) == pytest.approx(lost, abs=1e-6)


@pytest.mark.parametrize(
    ("rule", "rest"), [("proportional", [2 / 3, 4 / 3]), ("equal_awards", [1, 1]), ("equal_losses", [0, 2])]
)
def test_consistency_is_lost(rule: str, rest: list[float]) -> None:
    """Two homes suit the first only, two suit both: 2 and 2, the latter for the second.

    Without the homes of the first, which then asks 2 and not 4, the latter are divided otherwise,
    except by equal losses (Moulin & Sethuraman 2013: most rules cannot be extended consistently).
    """
    assert awards(rule, [4, 4], TOGETHER, ([0, 1], 2)) == pytest.approx([2, 2], abs=1e-6)
    assert awards(rule, [2, 4], ([1, 1], 2)) == pytest.approx(rest, abs=1e-6)


@pytest.mark.parametrize("rule", ["equal_awards", "equal_losses", "talmud", "proportional"])
def test_more_homes_may_leave_somebody_with_less(rule: str) -> None:
    """A second home suits the first, who takes it from what both share: 2 and 2, not 1 and 3."""
    assert awards(rule, [4, 4], TOGETHER, ([1, 0], 2)) == pytest.approx([2, 2], abs=1e-6)


def test_random_arrival_can_be_out_of_reach() -> None:
    """14 need two hours each, 26 one, and there are 34: by turns they get 9 and 21, which takes 39.

    v is 14, 26 and 30. Each gives up as much: 5 hours are 5 ÷ 3 of either.
    """
    found, (shortfall,) = Claimants([14, 26], ([2, 1], 34)).settle("random_arrival")
    assert found == pytest.approx([9 - 5 / 3, 21 - 5 / 3], abs=1e-6)
    assert shortfall == pytest.approx(5 / 3)


# Policies


@pytest.mark.parametrize(
    ("name", "groothuizen", "kleinhuizen"),
    [("equal-awards", 14, 6), ("equal-losses", 20, 0), ("talmud", 15, 5)],
)
@pytest.mark.parametrize("whole", [True, False])
def test_whose_people_are_housed(name: str, groothuizen: int, kleinhuizen: int, whole: bool) -> None:
    """The awards that the page of each policy works out."""
    served = solve(example(), name, whole=whole).waiting.groupby("municipality")["served"].sum()
    assert served.to_dict() == pytest.approx({"G": groothuizen, "K": kleinhuizen}, abs=1e-6)


@pytest.mark.parametrize("name", ["equal-awards", "equal-losses", "talmud"])
def test_policies_differ_from_leximin_by_one_goal(name: str) -> None:
    """Leximin with the rule before the loads."""
    goals, leximin = read_policy(name).goal, read_policy("leximin").goal
    place = [goal.measure for goal in goals].index("years_housed")
    assert (*goals[:place], *goals[place + 1 :]) == leximin
    assert goals[place + 1].measure == "relative_load"
    assert goals[place].aggregate == name.replace("-", "_")


def test_the_price_of_an_hour() -> None:
    """Half an hour more of support houses half a victim more, and both towns then lack a quarter less."""
    tables = dict(example().tables)
    before = solve(example(), "equal-losses", whole=False)
    tables["support"] = tables["support"].assign(hours=34.5)
    after = solve(Instance.from_tables(tables), "equal-losses", whole=False)
    lost = [solution.goals.set_index("measure").loc["years_housed", "value"] for solution in (before, after)]
    prices = before.table("prices")
    assert lost == pytest.approx([10, 9.75])
    assert prices.loc[prices["goal"] == 3, "price"].min() == pytest.approx(-0.5)


@EVERY
def test_only_three_rules_have_prices(rule: str) -> None:
    """What the others aim at moves with the limits, or is told in parts of claims."""
    goal = {"measure": "housed", "over": "origin", "aggregate": rule}
    model, goals = state(homes([10, 20, 30], 25).in_scenario(None), policy(goal))
    reached = pursue(Pursuit(model, find_solver("HiGHS"), 1e-9), goals)
    priced = rule in ("equal_awards", "equal_losses", "talmud")
    assert all((stage.duals is not None) == priced for stage in reached)


# What is refused


@EVERY
def test_nobody_claims_a_load(rule: str) -> None:
    """A rule asks what is claimed, and says which measure is."""
    with pytest.raises(PolicyError) as caught:
        check_goals(policy({"measure": "coverage", "aggregate": rule}))
    (problem,) = caught.value.problems
    assert problem.code == "goal-without-claims"
    assert "housed" in problem.remedy


def test_too_many_claimants_are_refused_before_anything_is_solved() -> None:
    """Random arrival takes twelve; the thirteenth is named when the program is stated."""
    goal = policy({"measure": "housed", "over": "origin", "aggregate": "random_arrival"})
    state(homes([1] * 12, 3).in_scenario(None), goal)
    with pytest.raises(PolicyError, match="13 claimants"):
        state(homes([1] * 13, 3).in_scenario(None), goal)
