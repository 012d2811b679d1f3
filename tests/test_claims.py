"""Claims rules on numbers: published tables, other definitions of each rule, and its properties."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from verdeling.claims import (
    MOST_ARRIVING,
    RULES,
    ClaimsError,
    adjusted_proportional,
    constrained_equal_awards,
    constrained_equal_losses,
    minimal_overlap,
    proportional,
    random_arrival,
    shapley,
    talmud,
)

EVERY = pytest.mark.parametrize("name", RULES)
CLAIMS = st.lists(st.integers(0, 30), min_size=1, max_size=6)
PARTS = st.floats(0, 1)
PROBLEMS = st.tuples(CLAIMS, PARTS).map(lambda drawn: (drawn[0], drawn[1] * sum(drawn[0])))
some = settings(max_examples=60, derandomize=True)


def same(awards: object) -> object:
    """Equal up to rounding."""
    return pytest.approx(awards, abs=1e-9, rel=1e-9)


# Published tables


@pytest.mark.parametrize(
    ("estate", "awards"),
    [(100, [100 / 3] * 3), (200, [50, 75, 75]), (300, [50, 100, 150]), (400, [50, 125, 225])],
)
def test_the_marriage_contracts(estate: float, awards: list[float]) -> None:
    """The Mishna's three widows with 100, 200 and 300; for 400 the same rule gives 50, 125 and 225."""
    assert talmud([100, 200, 300], estate) == same(awards)


def test_the_contested_garment() -> None:
    """One claims all of a garment and one half of it: three quarters and a quarter."""
    for rule in (talmud, adjusted_proportional, minimal_overlap, random_arrival):
        assert rule([2, 1], 2) == same([1.5, 0.5])


def test_the_inheritance_of_ibn_ezra() -> None:
    """Sons with deeds to a quarter, a third, a half and all of 120 (O'Neill 1982)."""
    sons = [30, 40, 60, 120]
    assert minimal_overlap(sons, 120) == same([7.5, 7.5 + 10 / 3, 7.5 + 10 / 3 + 10, 7.5 + 10 / 3 + 70])
    assert proportional(sons, 120) == same([14.4, 19.2, 28.8, 57.6])
    assert constrained_equal_awards(sons, 120) == same([30, 30, 30, 30])
    assert constrained_equal_losses(sons, 120) == same([0, 20 / 3, 80 / 3, 260 / 3])
    assert talmud(sons, 120) == same([15, 20, 30, 55])


# Other definitions


@some
@given(PROBLEMS)
def test_equal_awards_are_equal_or_whole_claims(problem: tuple[list[int], float]) -> None:
    """Whoever gets less than its claim gets as much as anybody gets."""
    claims, estate = problem
    awards = constrained_equal_awards(claims, estate)
    short = awards < np.array(claims) - 1e-9
    assert awards[short] == same(np.full(short.sum(), awards.max()))


@some
@given(PROBLEMS)
def test_equal_losses_are_equal_or_whole_claims(problem: tuple[list[int], float]) -> None:
    """Whoever gets anything loses as much as anybody loses."""
    claims, estate = problem
    losses = np.array(claims) - constrained_equal_losses(claims, estate)
    served = losses < np.array(claims) - 1e-9
    assert losses[served] == same(np.full(served.sum(), losses.max()))


@some
@given(PROBLEMS)
def test_talmud_is_the_contested_garment_of_each_pair(problem: tuple[list[int], float]) -> None:
    """Each two claimants concede to each other what they do not claim, and halve the rest."""
    claims, estate = problem
    awards = talmud(claims, estate)
    for one, other in combinations(range(len(claims)), 2):
        both = awards[one] + awards[other]
        conceded = [max(both - claims[other], 0.0), max(both - claims[one], 0.0)]
        assert awards[[one, other]] == same([each + (both - sum(conceded)) / 2 for each in conceded])


@some
@given(PROBLEMS)
def test_adjusted_proportional_is_the_tau_value(problem: tuple[list[int], float]) -> None:
    """It lies between minimal rights and truncated claims, at the same part of the way for all."""
    claims, estate = np.array(problem[0], float), problem[1]
    rights = np.maximum(estate - (claims.sum() - claims), 0.0)
    way = np.minimum(claims, estate) - rights
    part = (estate - rights.sum()) / way.sum() if way.sum() > 1e-9 else 0.0
    assert adjusted_proportional(claims, estate) == pytest.approx(rights + part * way, abs=1e-7)


@some
@given(PROBLEMS)
def test_random_arrival_is_the_mean_of_all_orders(problem: tuple[list[int], float]) -> None:
    """Each order of arrival, one by one, until nothing is left."""
    claims, estate = problem
    orders = list(permutations(range(len(claims))))
    awards = np.zeros(len(claims))
    for order in orders:
        left = estate
        for claimant in order:
            taken = min(claims[claimant], left)
            awards[claimant] += taken / len(orders)
            left -= taken
    assert random_arrival(claims, estate) == same(awards)


@pytest.mark.parametrize(
    ("claims", "estate"),
    [([1, 2, 4], 4), ([2, 3, 3], 4), ([2, 2, 4], 6), ([3, 3, 4], 6), ([2, 2, 6], 8), ([2, 4, 6], 6)],
)
def test_minimal_overlap_overlaps_least(claims: list[int], estate: int) -> None:
    """All ways to lay claims on units: first as many units as can be claimed once, then twice, …."""

    def overlap(laid: tuple[tuple[int, ...], ...]) -> list[int]:
        counts = [sum(unit in parts for parts in laid) for unit in range(estate)]
        return [-counts.count(0), *(counts.count(times) for times in range(1, len(claims)))]

    ways = [list(combinations(range(estate), claim)) for claim in claims]
    best = max(product(*ways), key=overlap)
    sharing = [sum(unit in parts for parts in best) for unit in range(estate)]
    awards = [sum(1 / sharing[unit] for unit in parts) for parts in best]
    assert minimal_overlap(claims, estate) == same(awards)


@some
@given(PROBLEMS)
def test_two_claimants_make_no_difference(problem: tuple[list[int], float]) -> None:
    """Four rules of the literature divide between two claimants alike: concede and divide."""
    claims, estate = problem
    assume(len(claims) > 1)
    two, estate = claims[:2], estate * sum(claims[:2]) / max(sum(claims), 1)
    for rule in (adjusted_proportional, minimal_overlap, random_arrival):
        assert rule(two, estate) == same(talmud(two, estate))


def test_shapley_of_a_game_by_hand() -> None:
    """A left glove and two right ones: the left one is worth two thirds (Shapley's own example)."""
    gloves = [0, 0, 0, 1, 0, 1, 0, 1]
    assert shapley(gloves) == same([2 / 3, 1 / 6, 1 / 6])


# Properties


@EVERY
@some
@given(problem=PROBLEMS)
def test_awards_lie_between_nothing_and_the_claim(name: str, problem: tuple[list[int], float]) -> None:
    """They sum to the estate, and nobody gets less than nothing or more than its claim."""
    claims, estate = problem
    awards = RULES[name](claims, estate)
    assert awards.sum() == same(estate)
    assert (awards >= -1e-9).all()
    assert (awards <= np.array(claims) + 1e-9).all()


@EVERY
@some
@given(problem=PROBLEMS)
def test_a_larger_claim_gets_and_loses_no_less(name: str, problem: tuple[list[int], float]) -> None:
    """Order preservation: of awards and of losses; equal claims are treated alike."""
    claims, estate = np.sort(problem[0]), problem[1]
    awards = RULES[name](claims, estate)
    for gains in (awards, claims - awards):
        assert all(later >= earlier - 1e-9 for earlier, later in pairwise(gains))


@EVERY
@some
@given(problem=PROBLEMS, more=st.integers(1, 9))
def test_who_claims_more_gets_no_less(name: str, problem: tuple[list[int], float], more: int) -> None:
    """Claims monotonicity."""
    claims, estate = problem
    raised = [claims[0] + more, *claims[1:]]
    assert RULES[name](raised, estate)[0] >= RULES[name](claims, estate)[0] - 1e-9


@EVERY
@some
@given(claims=CLAIMS, parts=st.tuples(PARTS, PARTS))
def test_of_more_nobody_gets_less(name: str, claims: list[int], parts: tuple[float, float]) -> None:
    """Resource monotonicity."""
    less, more = sorted(part * sum(claims) for part in parts)
    assert (RULES[name](claims, more) >= RULES[name](claims, less) - 1e-9).all()


DUALS = {name: name for name in RULES if name != "minimal_overlap"}
DUALS |= {"equal_awards": "equal_losses", "equal_losses": "equal_awards"}


@pytest.mark.parametrize("name", DUALS)
@some
@given(problem=PROBLEMS)
def test_what_is_lost_is_divided_by_the_dual(name: str, problem: tuple[list[int], float]) -> None:
    """Equal awards and equal losses are each other's dual; four other rules are their own."""
    claims, estate = problem
    losses = RULES[DUALS[name]](claims, max(sum(claims) - estate, 0.0))
    assert RULES[name](claims, estate) == same(np.array(claims) - losses)


def test_minimal_overlap_is_not_its_own_dual() -> None:
    """Of 4 for claims of 1, 2 and 4, and of the 3 that are lost (Thomson 2003)."""
    claims = np.array([1, 2, 4])
    assert minimal_overlap(claims, 4) != same(claims - minimal_overlap(claims, 3))


CONSISTENT = ["proportional", "equal_awards", "equal_losses", "talmud"]


@pytest.mark.parametrize("name", CONSISTENT)
@some
@given(problem=PROBLEMS)
def test_who_stays_gets_the_same(name: str, problem: tuple[list[int], float]) -> None:
    """Consistency: when one leaves with its award, the others divide the rest as before."""
    claims, estate = problem
    awards = RULES[name](claims, estate)
    assert RULES[name](claims[1:], awards[1:].sum()) == same(awards[1:])


@pytest.mark.parametrize(
    ("name", "claims", "estate"),
    [
        ("adjusted_proportional", [1, 2, 3], 3.5),
        ("minimal_overlap", [1, 2, 4], 4),
        ("random_arrival", [1, 2, 3], 3.5),
    ],
)
def test_rules_that_are_not_consistent(name: str, claims: list[int], estate: float) -> None:
    """With three claimants two of them divide otherwise than they do alone (Thomson 2003)."""
    awards = RULES[name](claims, estate)
    assert RULES[name](claims[1:], awards[1:].sum()) != same(awards[1:])


# What is refused


def test_every_mistake_is_named() -> None:
    """Claims below zero or unknown and an estate above the claims, all at once."""
    with pytest.raises(ClaimsError) as caught:
        proportional([-1, float("nan"), 3], 1)
    assert [problem.value for problem in caught.value.problems][:2] == ["-1", "nan"]
    with pytest.raises(ClaimsError, match=r"6\.5"):
        talmud([1, 2, 3], 6.5)


def test_too_many_to_arrive() -> None:
    """Random arrival says how many claimants it takes."""
    claims = [1.0] * (MOST_ARRIVING + 1)
    with pytest.raises(ClaimsError, match=str(MOST_ARRIVING)):
        random_arrival(claims, 3)
    assert random_arrival(claims[:12], 3) == same([0.25] * 12)


@EVERY
def test_nothing_to_divide(name: str) -> None:
    """Without claimants, claims or estate the awards are nothing; with everything they are the claims."""
    rule = RULES[name]
    assert rule([], 0).tolist() == []
    assert rule([0, 0], 0) == same([0, 0])
    assert rule([1, 2], 0) == same([0, 0])
    assert rule([0.1, 0.2, 0.7], 0.1 + 0.2 + 0.7) == same([0.1, 0.2, 0.7])
