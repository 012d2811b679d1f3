from __future__ import annotations

import ast
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import verdeling.verification as package
from hand_made import ATTRIBUTION, BUILDS, PLACEMENTS, SHARES, SUPPORT, TABLES, agreement, more, small, table
from verdeling.errors import InstanceError
from verdeling.instance import Instance
from verdeling.verification import Verification, verify
from verdeling.verification.families import FAMILIES

SMALL = small()


def judged(instance: Instance = SMALL, **changed: object) -> Verification:
    """Judge the plan that just keeps every limit, with changes."""
    plan = {
        "placements": table(PLACEMENTS), "builds": table(BUILDS), "support": table(SUPPORT),
        "attribution": table(ATTRIBUTION), "shares": SHARES,
    } | changed  # fmt: skip
    return verify(instance, plan.pop("placements"), plan.pop("builds"), plan.pop("support"), **plan)


def found(verification: Verification, family: str) -> list[tuple[str, float]]:
    """Scope and excess of the violations of a family."""
    rows = verification.violations
    return [
        (scope, pytest.approx(excess, abs=1e-9))
        for scope, excess in rows.loc[rows["family"] == family, ["scope", "excess"]].itertuples(index=False)
    ]


def place(municipality: str, group: str, place_type: str, year: int, places: float = 1) -> pd.DataFrame:
    """Placements with places added at one combination."""
    return more(PLACEMENTS, places, municipality=municipality, group=group, place_type=place_type, year=year)


def test_a_plan_that_just_keeps_every_limit_has_no_violations() -> None:
    """Limits that are met exactly are kept, with and without the optional tables of a plan."""
    assert judged().ok
    assert judged(support=None, attribution=None, shares=None).ok
    assert judged().violations.columns.tolist() == ["family", "scope", "activity", "limit", "excess", "unit"]


def test_a_place_of_an_unsuitable_type_is_a_violation() -> None:
    """One place of a pair that suitability does not have is one too many."""
    placements = place("GM1", "regular", "cluster", 2027)
    assert found(judged(placements=placements), "suitability") == [("Losser, regular, cluster, 2027", 1)]


@pytest.mark.parametrize("part", [0.5, 1e-9])
def test_not_the_smallest_part_of_a_place_is_whole(part: float) -> None:
    """Whole places are exact whatever the tolerance; fractional plans are not asked to be whole."""
    changed = judged(placements=place("GM2", "regular", "social", 2028, -part), tolerance=1.0)
    assert found(changed, "whole") == [("Hengelo, regular, social, 2028", part)]
    changed = judged(builds=more(BUILDS, -part, project="late", year=2028))
    assert found(changed, "whole") == [("late, 2028", part)]
    changed = judged(attribution=more(ATTRIBUTION, -part, supplier="Welbions", municipality="GM1"))
    assert found(changed, "whole") == [("Welbions, Losser, status, social, 2027", part)]
    assert judged(placements=place("GM2", "regular", "social", 2028, -part), attribution=None, whole=False).ok


def test_one_place_more_than_come_free_is_a_violation_of_capacity() -> None:
    """Capacity is what comes free: one place more is one too many."""
    over = judged(placements=place("GM2", "regular", "social", 2027))
    assert found(over, "capacity") == [("Hengelo, social, 2027", 1)]


def test_built_places_come_free_again_by_turnover() -> None:
    """Two built places with a turnover of a half give one place in a later year and not two."""
    assert found(judged(placements=place("GM1", "status", "cluster", 2028)), "capacity") == [
        ("Losser, cluster, 2028", 1)
    ]
    fewer = more(BUILDS, -1, project="late", year=2028)
    assert found(judged(builds=fewer), "capacity") == [("Hengelo, social, 2028", 1)]


def test_turnover_is_not_misread_by_floating_point() -> None:
    """A limit that is 29 places in decimals and 28.999999999999996 in floating point is 29."""
    place_types = TABLES["place_types"].replace("0.5,20", "0.29,20")
    projects = TABLES["projects"].replace("6,2,1000", "100,2,1000")
    instance = small(place_types=place_types, projects=projects)
    builds = more(BUILDS, 98, project="park", year=2027)
    for extra, excess in ((28, []), (29, [("Losser, cluster, 2028", 1)])):
        placements = place("GM1", "status", "cluster", 2028, extra)
        assert found(judged(instance, placements=placements, builds=builds), "capacity") == excess


def test_without_builds_nothing_is_built_and_the_violation_says_so() -> None:
    """A plan that does not say what is built is judged on supply alone."""
    scopes = [scope for scope, _ in found(judged(builds=None), "capacity")]
    assert len(scopes) == 3
    assert all(scope.endswith("(the plan does not say what is built)") for scope in scopes)


def test_a_project_delivers_no_more_than_its_most() -> None:
    """Over the years one place above the maximum is one too many."""
    builds = more(BUILDS, 4, project="park", year=2028)
    assert found(judged(builds=builds), "project") == []
    builds = more(BUILDS, 5, project="park", year=2028)
    assert found(judged(builds=builds), "project") == [("park", 1)]


def test_a_project_delivers_nothing_before_its_first_year() -> None:
    """One place in a year before the project can deliver is a violation of project."""
    early = more(BUILDS, 1, project="late", year=2027)
    assert found(judged(builds=early), "project") == [("late, 2027 (before its first year)", 1)]


def test_a_project_that_is_built_delivers_its_minimum() -> None:
    """One place short of the minimum is a violation, no project at all is not, nor is a fractional plan."""
    fewer = more(BUILDS, -1, project="park", year=2027)
    assert found(judged(builds=fewer), "project_minimum") == [("park", 1)]
    assert found(judged(builds=fewer, whole=False), "project_minimum") == []
    assert found(judged(builds=more(BUILDS, -2, project="park", year=2027)), "project_minimum") == []


def test_nobody_is_housed_before_they_look() -> None:
    """One place for a group beyond those who look so far is one too many, though more look later."""
    assert found(judged(placements=place("GM3", "regular", "social", 2028)), "queue") == [
        ("Achterhoek, regular, 2028", 1)
    ]
    early = place("GM1", "status", "social", 2027)
    early = early[~((early["year"] == 2028) & (early["place_type"] == "cluster"))]
    assert found(judged(placements=early), "queue") == [("Twente, status, 2027", 1)]


def test_households_of_one_region_are_not_housed_in_another() -> None:
    """A household that waits in one region is no ground for a place in the other."""
    assert found(judged(placements=place("GM3", "status", "social", 2028)), "queue") == [
        ("Achterhoek, status, 2028", 1)
    ]


PEOPLE = pd.DataFrame(
    [
        ("status", "Twente", "GM1", 2027, 4.0, 3.0, 1.0),
        ("status", "Twente", "GM1", 2028, 0.0, 1.0, 0.0),
        ("status", "Twente", "", 2027, 2.0, 0.0, 2.0),
        ("status", "Twente", "", 2028, 0.0, 2.0, 0.0),
        ("status", "Achterhoek", "GM3", 2028, 1.0, 1.0, 0.0),
    ],
    columns=["group", "region", "municipality", "year", "needs", "served", "waiting"],
)
"""Who is served and who waits, of one group in two regions."""


def counted(waiting: pd.DataFrame) -> list[str]:
    """What is wrong with who waits, where one group alone is asked and placed as `PEOPLE` says."""
    needs = PEOPLE[PEOPLE["needs"] > 0].rename(columns={"needs": "households"})
    instance = small(needs=needs[["group", "region", "municipality", "year", "households"]], agreements=None)
    places = PEOPLE.assign(municipality=PEOPLE["municipality"].replace("", "GM2"), place_type="social")
    places = places[places["served"] > 0].rename(columns={"served": "places"})
    rows = verify(instance, places, waiting=waiting).violations
    ours = rows[rows["family"].isin(["queue", "pool"])]
    return [f"{row.family}: {row.scope}" for row in ours.itertuples(index=False)]


def test_who_waits_is_who_came_less_who_was_served() -> None:
    """Each number about people is checked: one more who waits or is served, anywhere, does not go unseen."""
    assert counted(PEOPLE) == []
    assert counted(PEOPLE.iloc[::-1]) == []
    for at in PEOPLE.index:
        for column in ("served", "waiting"):
            wrong = PEOPLE.copy()
            wrong.loc[at, column] += 1
            assert counted(wrong), (at, column)


def test_nobody_of_one_region_is_served_in_another() -> None:
    """Who is served in a region is who is given a place there, even where all queues add up."""
    swapped = PEOPLE.copy()
    swapped.loc[[1, 4], ["served", "waiting"]] = [[0.0, 1.0], [2.0, 0.0]]
    assert counted(swapped) == [
        "queue: Aalten, status, 2028, waiting and served",
        "pool: Achterhoek, status, 2028, served",
        "pool: Twente, status, 2028, served",
    ]


def test_who_waits_without_a_name_is_refused() -> None:
    """A row about a group or municipality that is not there cannot be counted."""
    with pytest.raises(InstanceError, match="GM9"):
        counted(PEOPLE.replace({"municipality": {"GM3": "GM9"}}))


def test_hours_in_use_are_hours_that_are_given_there() -> None:
    """An hour less in a municipality than its places use is a violation of support."""
    support = more(SUPPORT, -1, "hours", municipality="GM2", year=2027)
    assert found(judged(support=support), "support") == [("Hengelo, 2027", 1)]


def test_a_provider_gives_no_more_than_its_offers_cover() -> None:
    """An hour more than local and regional offers together is a violation of provider."""
    support = more(SUPPORT, 1, "hours", provider="Aveleijn", municipality="GM2", year=2028)
    assert found(judged(support=support), "provider") == [("Aveleijn, Twente, 2028", 1)]
    support = more(SUPPORT, 1, "hours", provider="JP", year=2027)
    assert found(judged(support=support), "provider") == [("JP, Aalten, 2027", 1)]


@pytest.mark.parametrize(
    ("offer", "scope"),
    [("Aveleijn,GM1,,2027,8", "Twente, 2027"), ("Aveleijn,,Twente,2028,6", "Twente, 2028"),
     ("JP,GM3,,2027,4", "Aalten, 2027")],
)  # fmt: skip
def test_without_given_hours_the_offers_should_be_able_to_cover_the_use(offer: str, scope: str) -> None:
    """An hour less in any offer is an hour short where that offer can serve."""
    assert offer in TABLES["support"]
    less = f"{offer.rsplit(',', 1)[0]},{int(offer.rsplit(',', 1)[1]) - 1}"
    instance = small(support=TABLES["support"].replace(offer, less))
    assert found(judged(instance, support=None), "support") == [(scope, 1)]


def test_without_offers_support_is_not_limited() -> None:
    """An instance without rows in the table support has no violations of support."""
    instance = small(support=table(TABLES["support"]).iloc[:0])
    assert judged(instance, support=None).ok


def test_a_supplier_gives_no_more_than_it_has() -> None:
    """One place more than a supplier has is one too many, and one less leaves one without supplier."""
    attribution = more(ATTRIBUTION, 1, supplier="Welbions", municipality="GM1")
    assert found(judged(attribution=attribution), "supplier") == [("Welbions, Losser, social, 2027", 1)]
    assert found(judged(attribution=attribution), "supplier_split") == [("Losser, status, social, 2027", 1)]
    attribution = more(ATTRIBUTION, -1, supplier="Welbions", municipality="GM1")
    assert found(judged(attribution=attribution), "supplier") == []
    assert found(judged(attribution=attribution), "supplier_split") == [("Losser, status, social, 2027", 1)]


MEASURES = [
    ("places", {"municipality": "GM1", "group": "status", "year": "2027"}, 5, 1, "places"),
    ("places", {"region": "Twente", "place_type": "social", "group": "status"}, 8, 1, "places"),
    ("places", {"group": "status", "supplier": "Domijn"}, 7, 1, "places"),
    ("places", {"supplier": "Domijn;Welbions"}, 20, 1, "places"),
    ("share_of_need", {"municipality": "GM1", "group": "status"}, 8, 2, "places"),
    ("share_of_need", {"region": "Twente", "group": "status"}, 11, 11, "places"),
    ("share_of_need", {"year": "2027"}, 16, 17, "places"),
    ("share_of_supply", {"municipality": "GM2", "group": "status", "supplier": "Welbions"}, 3, 11, "places"),
    ("share_of_supply", {"place_type": "cluster", "year": "2028"}, 1, 1, "places"),
    ("per_1000_inhabitants", {"municipality": "GM1;GM2", "group": "regular"}, 9, 10, "places"),
    ("share_of_fair_share", {"municipality": "GM1"}, 8, 0.2 * 11, "load"),
    ("share_of_fair_share", {"municipality": "GM1", "year": "2027"}, 5, 0.2 * 6, "load"),
    ("share_of_fair_share", {}, 13, 11 + 2, "load"),
    ("built", {"place_type": "cluster"}, 2, 1, "places"),
    ("built", {"supplier": "Welbions", "year": "2028"}, 1, 1, "places"),
    ("built", {"region": "Twente"}, 3, 1, "places"),
    ("share_of_built", {"place_type": "cluster"}, 2, 3, "places"),
    ("support_hours", {"municipality": "GM1", "year": "2028"}, 11, 1, "hours per week"),
    ("support_hours", {"place_type": "cluster"}, 4 + 2 + 2, 1, "hours per week"),
    ("support_hours", {"supplier": "Aveleijn", "year": "2027"}, 12, 1, "hours per week"),
    ("cost", {"municipality": "GM1"}, 2000 + 6 * 10 + 3 * 20, 1, "EUR"),
    ("cost", {"supplier": "Welbions"}, 500 + 12 * 10, 1, "EUR"),
]


@pytest.mark.parametrize(("measure", "scope", "activity", "base", "unit"), MEASURES)
def test_an_agreement_is_kept_to_the_unit(
    measure: str, scope: dict[str, str], activity: float, base: float, unit: str
) -> None:
    """Each measure is kept at the value counted by hand and missed by one when the bound moves by one."""
    bounds = [(sense, shift) for sense in ("<=", "=", ">=") for shift in (-1, 0, 1)]
    if measure in ("share_of_supply", "share_of_built"):
        bounds = [(sense, shift) for sense, shift in bounds if activity + shift <= base]
    rules = [agreement(measure, sense, (activity + shift) / base, **scope) for sense, shift in bounds]
    names = [f"{sense} {shift}" for sense, shift in bounds]
    violations = judged(small(agreements=pd.concat(rules).assign(agreement=names))).violations
    missed = {scope.split(":")[0] for scope in violations["scope"]}
    assert missed == {"<= -1", "= -1", "= 1", ">= 1"} & set(names)
    assert set(violations["family"]) == {"agreement"}
    assert set(violations["unit"]) == {unit}
    assert violations["activity"].to_numpy() == pytest.approx(activity)
    assert violations["excess"].to_numpy() == pytest.approx(1)


def test_a_star_is_a_row_for_each_and_names_are_taken_together() -> None:
    """Two at most for each municipality and group is missed where it is missed, in words."""
    rule = agreement("places", "<=", 2, municipality="*", group="*", place_type="social;cluster")
    assert found(judged(small(agreements=rule)), "agreement") == [
        ("A: Losser, status, cluster + social", 6),
        ("A: Hengelo, regular, cluster + social", 6),
        ("A: Hengelo, status, cluster + social", 1),
    ]


def test_regions_and_municipalities_of_a_scope_go_together() -> None:
    """A star on municipalities within one region reaches only the municipalities of that region."""
    rows = judged(small(agreements=agreement("places", "<=", 0, region="Twente", municipality="*", year="*")))
    assert found(rows, "agreement") == [
        ("A: Twente, Losser, 2027", 6), ("A: Twente, Losser, 2028", 3),
        ("A: Twente, Hengelo, 2027", 8), ("A: Twente, Hengelo, 2028", 3),
    ]  # fmt: skip
    rows = judged(small(agreements=agreement("places", "<=", 0, region="*")))
    assert found(rows, "agreement") == [("A: Achterhoek", 2), ("A: Twente", 20)]


def test_a_star_on_suppliers_is_a_row_for_each_that_has_a_name() -> None:
    """Nobody made an agreement with the supplier that is not known."""
    rows = judged(small(agreements=agreement("places", "<=", 0, supplier="*")))
    assert found(rows, "agreement") == [("A: Domijn", 8), ("A: Welbions", 12)]


def test_needs_of_a_region_as_a_whole_belong_to_no_municipality() -> None:
    """A share of need for each municipality counts only needs that look from there."""
    rows = judged(small(agreements=agreement("share_of_need", "<=", 1, municipality="*", group="status")))
    assert found(rows, "agreement") == [("A: Losser, status", 6)]


def test_a_missed_soft_agreement_is_a_shortfall_and_no_violation() -> None:
    """A soft agreement that is missed by two at a penalty of 1.5 costs 3."""
    rule = agreement("places", ">=", 10, municipality="GM1", group="status", strength=1.5)
    judgement = judged(small(agreements=rule))
    assert judgement.ok
    assert judgement.shortfalls.to_dict("records") == [
        {
            "agreement": "A",
            "scope": "Losser, status",
            "activity": 8.0,
            "limit": 10.0,
            "short": 2.0,
            "unit": "places",
            "penalty": 3.0,
        }
    ]
    assert "Soft agreements missed: 1" in str(judgement)


@pytest.mark.parametrize(
    ("rule", "argument"),
    [(agreement("places", "<=", 99, supplier="Domijn"), "attribution"),
     (agreement("support_hours", "<=", 99, supplier="JP"), "support"),
     (agreement("share_of_fair_share", "<=", 9), "shares")],
)  # fmt: skip
def test_an_agreement_is_not_judged_on_a_table_that_was_not_given(rule: pd.DataFrame, argument: str) -> None:
    """What an agreement needs and was not given is asked for by name."""
    assert judged(small(agreements=rule)).ok
    with pytest.raises(InstanceError, match=f"Pass {argument}="):
        judged(small(agreements=rule), **{argument: None})


@pytest.mark.parametrize("shares", [SHARES.drop("GM1"), SHARES * 2, SHARES.replace(0.2, np.nan)])
def test_fair_shares_are_complete_and_sum_to_one(shares: pd.Series[float]) -> None:
    """Shares that leave a municipality out or do not sum to 1 in a region are refused."""
    with pytest.raises(InstanceError, match="fair shares cannot be used"):
        judged(shares=shares)


def test_a_tolerance_is_for_fractions_and_hours_and_not_for_whole_places() -> None:
    """A tenth of a place or hour passes a tolerance of a tenth in a fractional plan, a whole place never."""
    tenth = place("GM2", "regular", "social", 2027, 0.1)
    more_needs = small(needs=TABLES["needs"].replace("GM2,,2027,9", "GM2,,2027,99"))
    assert judged(more_needs, placements=tenth, attribution=None, whole=False, tolerance=0.11).ok
    assert not judged(more_needs, placements=tenth, attribution=None, whole=False).ok
    over = place("GM2", "regular", "social", 2027)
    assert not judged(more_needs, placements=over, attribution=None, tolerance=10).ok
    assert judged(support=more(SUPPORT, 0.1, "hours", provider="JP", year=2027), tolerance=0.11).ok


def test_a_verification_reads_as_text_and_travels() -> None:
    """The text names the limit, what was done and by how much it is missed; the object can be pickled."""
    over = judged(placements=place("GM3", "status", "social", 2027), support=None, attribution=None)
    assert "- capacity: Aalten, social, 2027: 3 where the limit is 2 places (1 too many)" in str(over)
    assert "- supplier_split: Aalten, status, social, 2027: 2 where the limit is 3 places (1 too few)" in str(
        judged(placements=place("GM3", "status", "social", 2027))
    )
    assert str(judged()) == "The plan keeps every limit."
    assert pickle.loads(pickle.dumps(over)).violations.equals(over.violations)


def test_an_instance_with_scenarios_is_judged_in_the_one_that_holds() -> None:
    """Rows of other scenarios do not add up, and where no scenario was chosen that is asked for."""
    needs = TABLES["needs"].replace("households", "households,scenario").replace("2027,9", "2027,9,low")
    needs = needs + "    regular,GM2,,2027,99,high\n"
    instance = small(needs=needs)
    with pytest.raises(InstanceError, match="scenario"):
        judged(instance)
    over = place("GM2", "regular", "social", 2028)
    low, high = (judged(instance.in_scenario(name), placements=over) for name in ("low", "high"))
    assert found(low, "queue") == [("Twente, regular, 2028", 1)]
    assert found(high, "queue") == []


def test_the_order_of_rows_does_not_matter() -> None:
    """A plan whose rows are reversed gets the same verdict."""
    over = place("GM2", "regular", "social", 2027)
    forward, backward = judged(placements=over), judged(placements=over.iloc[::-1])
    assert forward.violations.equals(backward.violations)


def test_the_witness_does_not_know_the_formulation() -> None:
    """No module of the package imports code that states the limits to a solver."""
    allowed = {"errors", "instance", "plan", "attribution", "scopes", "verification"}
    for path in Path(package.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        plain = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
        modules += [name.name for node in plain for name in node.names]
        assert {module.split(".")[1] for module in modules if module.startswith("verdeling")} <= allowed


def feasible(coverage: list[tuple[list[int], float]], demand: list[float]) -> bool:
    """Whether offers (places they can serve, amount) cover a demand, by linear programming."""
    pairs = [(offer, at) for offer, (serves, _) in enumerate(coverage) for at in serves]
    limits = np.array([[float(offer == each) for offer, _ in pairs] for each in range(len(coverage))])
    needs = np.array([[-float(at == each) for _, at in pairs] for each in range(len(demand))])
    right = [amount for _, amount in coverage] + [-each for each in demand]
    answer = linprog(np.zeros(len(pairs)), A_ub=np.vstack([limits, needs]), b_ub=right)
    return bool(answer.status == 0)


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_support_that_can_be_divided_over_municipalities_is_recognised(hours: list[int]) -> None:
    """The verdict on offers without given hours agrees with linear programming on every table of offers."""
    offers = pd.DataFrame({"municipality": ["GM1", "GM2", "", ""], "hours": hours})
    offers = offers.assign(provider=["Aveleijn", "JP", "Aveleijn", "JP"], region="Twente", year=2027)
    instance = Instance(SMALL.about, SMALL.tables.replaced({"support": offers}))
    judgement = judged(instance, support=None, attribution=None)
    scopes = {scope for scope, _ in found(judgement, "support")}
    short = scopes & {"Twente, 2027", "Losser, 2027", "Hengelo, 2027"}
    assert (not short) == feasible(list(zip([[0], [1], [0, 1], [0, 1]], hours, strict=True)), [10, 2])


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_places_that_households_can_fill_in_order_are_recognised(numbers: list[int]) -> None:
    """The verdict on queues agrees with a division of places over origins by linear programming."""
    needs = pd.DataFrame({"municipality": ["GM1", "GM1", "GM2", "GM2"], "year": [2027, 2028, 2027, 2028]})
    needs = needs.assign(group="status", region="Twente", households=numbers[:4])
    instance = Instance(SMALL.about, SMALL.tables.replaced({"needs": needs}))
    placements = pd.DataFrame({"municipality": ["GM1", "GM2"], "year": [2027, 2028], "places": numbers[4:]})
    judgement = verify(instance, placements.assign(group="status", place_type="social"))
    from_year_on = [[0, 1], [1], [0, 1], [1]]
    possible = feasible(list(zip(from_year_on, numbers[:4], strict=True)), [*map(float, numbers[4:])])
    assert (not found(judgement, "queue")) == possible


def test_every_family_has_the_name_of_a_heading_in_the_formulation() -> None:
    """Families are called as in the formulation, besides the two that it states without rows."""
    text = (Path(__file__).parents[1] / "models" / "formulation.md").read_text(encoding="utf-8")
    headings = {line.removeprefix("### ").strip() for line in text.splitlines()}
    assert set(FAMILIES) - headings == {"whole", "suitability"}
