"""What can be said of a solution at once: true, in the words of the reader, the most important first."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from hand_made import agreement, small, table
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import NoSolutionError
from verdeling.limits import together
from verdeling.names import Names
from verdeling.phrases import Wording
from verdeling.policy import Policy
from verdeling.solution import Solution
from verdeling.statements import Statements

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.language import Language

GOLDEN = Path(__file__).parent / "golden"
INSTANCES = Path(__file__).parents[1] / "instances"


@cache
def solved(name: str) -> Solution:
    return solve(read_instance(INSTANCES / name))


def policy(*measures: str) -> Policy:
    """Totals of these measures, in this order."""
    goals = [{"measure": measure, "aggregate": "total"} for measure in measures]
    return Policy.model_validate(
        {
            "name": "totals",
            "title": "Totals",
            "key": {"component": [{"attribute": "population"}]},
            "goal": goals,
        }
    )


def roomy() -> Instance:
    """A place for everybody, and more than anybody needs of everything."""
    return small(
        supply="""
        municipality,place_type,year,places
        GM1,social,2027,90
        GM2,social,2028,90
        GM2,social,2027,90
        GM3,social,2027,90
        """,
        projects=None,
        support=None,
    )


# What is said


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("name", ["three-towns", "impossible-agreements"])
def test_golden_sentences(name: str, lang: Language) -> None:
    """The sentences about two instances that are worked out by hand in their README."""
    expected = (GOLDEN / f"{name}.{lang}.txt").read_text("utf-8").splitlines()
    assert Statements.of(solved(name)).sentences(lang) == expected


def test_names_not_ids() -> None:
    """Sentences and tables call municipalities, groups and place types by their name in the language."""
    solution = solve(
        small(agreements=agreement("places", "<=", 1, municipality="GM1", group="status")), whole=False
    )
    statements = Statements.of(solution)
    dutch, english = (" ".join(statements.sentences(lang)) for lang in ("nl", "en"))
    assert "Losser" in dutch
    assert "Sociale huur" in dutch
    assert "Social rent" in english
    for ids in ("GM1", "GM2", "(social)", "cluster "):
        assert ids not in dutch + english
    words = statements.in_words("nl")
    assert {"Losser", "Hengelo"} <= set(words["municipality"])
    assert not words["municipality"].str.contains("GM").any()


def test_two_municipalities_of_one_name() -> None:
    """An id in brackets tells two of the same name apart."""
    instance = small(
        municipalities="""
        municipality,name,region,population
        GM1,Bergen,Twente,2000
        GM2,Bergen,Twente,8000
        GM3,Aalten,Achterhoek,3000
        """
    )
    names = Names.of(instance, "nl")
    assert names.name("municipality", "GM1") == "Bergen (GM1)"
    assert names.name("municipality", "GM3; GM2") == "Aalten; Bergen (GM2)"


def test_most_important_first() -> None:
    """Prices of an earlier goal come before those of a later one, the largest first, and no price last."""
    statements = Statements.of(solve(small(), whole=False))
    ranks = statements.in_words("en")[["goal", "priced", "price"]]
    assert ranks["goal"].fillna(99).is_monotonic_increasing
    first = statements.limits[statements.limits["rank"] == statements.limits["rank"].min()]
    assert statements.in_words("en")["price"].iloc[0] == first["price"].min()


def test_a_soft_agreement_that_is_missed() -> None:
    """Its sentence says what is missing, and its use leaves that out."""
    building = agreement("built", ">=", 100, strength=1.0, text="A hundred homes.")
    statements = Statements.of(solve(small(agreements=building), whole=False))
    told = statements.in_words("en").query("family == 'agreement'")
    assert set(told["unit"]) == {"places"}
    assert told["use"].to_numpy() == pytest.approx(9)
    assert told["short"].to_numpy() == pytest.approx(91)
    assert any("“A hundred homes” is missed, 91 places short" in each for each in statements.sentences("en"))
    assert any(
        "“A hundred homes” wordt niet gehaald, 91 plekken te kort" in each
        for each in statements.sentences("nl")
    )


def test_a_soft_agreement_that_is_exceeded() -> None:
    """At most, and yet more, reads as too many."""
    lettings = agreement("places", "<=", 0, strength=0.001, year="2027", group="status")
    told = " ".join(Statements.of(solve(small(agreements=lettings), whole=False)).sentences("nl"))
    assert "niet gehaald" in told
    assert "te veel" in told


def test_a_limit_in_money() -> None:
    """Room in a budget is priced by a hundred thousand euros."""
    budget = agreement("cost", "<=", 2000.0, text="A budget")
    told = " ".join(
        Statements.of(solve(small(agreements=budget), policy("waiting"), whole=False)).sentences("en")
    )
    assert "“A budget” binds; giving way by EUR 100,000 would" in told


def test_nothing_binds() -> None:
    """Where there is enough of everything, that is what is said."""
    statements = Statements.of(solve(roomy(), policy("waiting"), whole=False))
    assert statements.in_words("en").empty
    assert statements.sentences("en")[0] == "No limit binds: there is enough of everything."
    assert statements.statements("nl") == []


def test_projects_support_and_suppliers() -> None:
    """Projects, providers and suppliers are called by their own names."""
    hours = table(
        """
        provider,municipality,region,year,hours
        Aveleijn,,Twente,2027,1
        Aveleijn,,Twente,2028,1
        JP,GM3,,2027,4
        """
    )
    named = agreement("places", ">=", 1, supplier="Domijn", group="regular", year="2027")
    statements = Statements.of(
        solve(small(support=hours, agreements=named), policy("waiting", "cost"), whole=False)
    )
    every = " ".join(each.text for each in statements.statements("nl", each=True))
    assert "begeleiding van Aveleijn in regio Twente is in 2027 in gebruik (1 uur per week)" in every
    assert "van de andere verhuurders" in every
    assert "Het plan “Geclusterd in Losser vanaf 2027”: precies het minimum wordt gebouwd" in every
    alike = " ".join(each.text for each in statements.statements("nl"))
    assert "Aalten krijgt in 2028 geen begeleiding; één uur per week meer" in alike
    assert "begeleiding die in Losser" not in alike


def test_what_is_estimated() -> None:
    """Counts of rows that are marked, of needs first, and of the others where there are any."""
    assert "Nothing in the needs is marked as an estimate." in Statements.of(solve(small())).notes("en")
    marked = solved("three-towns").instance
    assert "Alle 12 getallen over de opgave zijn schattingen." in Statements.of(solve(marked)).notes("nl")


def test_what_hangs_on_soft_plans() -> None:
    """How much of the building, and of what comes free, is not certain."""
    soft = {table: small().tables[table].assign(certainty="soft") for table in ("projects", "supply")}
    notes = Statements.of(solve(small().replace(**soft))).notes("en")
    assert any("places that are built (100%) come from soft plans" in note for note in notes)
    assert any("(100%) are an intention" in note for note in notes)
    assert not any("soft" in note for note in Statements.of(solve(small())).notes("en"))


# Prices


def test_a_price_is_true() -> None:
    """One more home in Astad in 2025 saves what its price says: two household-years."""
    instance = solved("three-towns").instance
    (price,) = (
        Statements.of(solve(instance, whole=False))
        .in_words("en")
        .query("municipality == 'Astad' and year == '2025' and goal == 1")["price"]
    )
    supply = instance.tables["supply"]
    supply.loc[(supply["municipality"] == "A") & (supply["year"] == 2025), "places"] += 1
    more = solve(instance.replace(supply=supply), whole=False)
    before = solve(instance, whole=False)
    change = more.goals["value"].iloc[1] - before.goals["value"].iloc[1]
    assert price == pytest.approx(change, abs=1e-6)


def test_tight_is_not_priced() -> None:
    """A limit can be tight without a price, and the table has a column for each."""
    binding = Statements.of(solved("two-towns-tied")).in_words("en")
    assert binding["tight"].all()
    assert not binding["priced"].any()
    assert binding["price"].isna().all()
    assert (
        "Of no limit would one more change anything by itself."
        in Statements.of(solved("two-towns-tied")).sentences()
    )


def test_prices_say_of_what() -> None:
    """Each price names its goal and its unit, and is never above zero; the row leads back to the limit."""
    solution = solved("three-towns")
    binding = Statements.of(solution).in_words("en")
    assert list(binding.loc[0, ["price_of", "price_unit"]]) == [
        "waiting, priority 2",
        "household-years per place",
    ]
    assert (binding["price"] <= 0).all()
    joined = binding.merge(solution.rows, on="row", suffixes=("", "_id"))
    assert (joined["limit"] == joined["limit_id"]).all()


def test_very_small_prices() -> None:
    """What does not show in two decimals is said to be less than that."""
    words = Wording(Names.of(solved("three-towns").instance, "nl"))
    limit = {"measure": "moves", "price": -0.001, "unit": "places", "aggregate": "total", "stage": ""}
    assert words.effect(limit) == "minder dan 0,01 verhuizingen schelen"
    limit |= {"measure": "relative_load", "price": -0.0123, "aggregate": "largest_deviation"}
    assert words.effect(limit) == "de grootste afwijking in relatieve belasting met 1,23 procentpunt verlagen"


# Putting together


def limits(*scopes: tuple[str, str], **cells: object) -> pd.DataFrame:
    """Limits of the family capacity in these municipalities and years."""
    row = dict.fromkeys(
        ("group", "provider", "supplier", "project", "region", "agreement", "stage", "text"), ""
    )
    row |= {"family": "capacity", "place_type": "k", "use": 1.0, "limit": 1.0, "short": 0.0, "sense": "<="}
    row |= {"unit": "places", "reached": True, "tight": True, "goal": 1.0, "rank": 0.0, "price": -1.0}
    row |= {"measure": "waiting", "aggregate": "total"} | cells
    rows = [
        row | {"row": number, "municipality": town, "year": year}
        for number, (town, year) in enumerate(scopes)
    ]
    return pd.DataFrame(rows)


def test_only_full_combinations_are_put_together() -> None:
    """Three of four combinations are not told as four."""
    square = limits(("A", "2027"), ("A", "2028"), ("B", "2027"), ("B", "2028"))
    (merged,) = together(square).to_dict("records")
    assert (merged["municipality"], merged["year"]) == (("A", "B"), ("2027", "2028"))
    assert (merged["use"], merged["limits"]) == (4.0, 4)
    corner = together(square.head(3))
    claimed = sum(len(row["municipality"]) * len(row["year"]) for row in corner.to_dict("records"))
    assert claimed == 3


def test_the_most_important_price_of_each_limit() -> None:
    """A limit with several prices is told once, under its first goal; other prices are other sentences."""
    first, second = limits(("A", "2027")), limits(("A", "2027"), rank=1.0, goal=2.0, price=-9.0)
    other = limits(("B", "2027"), price=-3.0).assign(row=7)
    merged = together(pd.concat([second, first, other], ignore_index=True))
    assert merged[["goal", "price"]].to_numpy().tolist() == [[1, -3], [1, -1]]


def test_highlights_are_few() -> None:
    """To begin with: what one sentence about each family and agreement says, by goal."""
    statements = Statements.of(solve(read_instance(INSTANCES / "enschede"), scenario="high", whole=False))
    shown, every = statements.highlights("nl"), statements.statements("nl")
    assert len(shown) < 20 < len(every)
    assert shown[0] == every[0]
    assert {each.text for each in shown} <= {each.text for each in every}


# Without a plan


def test_infeasible_explains_the_conflict() -> None:
    """The table of limits is empty, with all its columns, and the sentences are about the agreements."""
    statements = Statements.of(solved("impossible-agreements"))
    assert list(statements.in_words("en")) == list(Statements.of(solved("three-towns")).in_words("en"))
    assert statements.in_words("en").empty
    assert statements.statements("nl") == []
    assert statements.sentences("en") == statements.conflict("en")


@pytest.mark.parametrize(
    ("kept", "beginning"), [(1, "This agreement cannot be kept"), (0, "Even without hard")]
)
def test_small_conflicts(kept: int, beginning: str) -> None:
    """One agreement that cannot be kept by itself, or none that is to blame."""
    solution = solved("impossible-agreements")
    conflict = solution.conflict.assign(in_conflict=[place < kept for place in range(len(solution.conflict))])
    assert Statements.of(replace(solution, conflict=conflict)).sentences("en")[0].startswith(beginning)


def test_whole_places_only() -> None:
    """A conflict in whole places alone says so."""
    solution = replace(solved("impossible-agreements"), whole=True)
    assert (
        "kunnen niet samen worden nagekomen in gehele plekken" in Statements.of(solution).sentences("nl")[0]
    )


def test_no_conflict_without_infeasibility() -> None:
    """A solution has no conflict to tell."""
    assert Statements.of(solved("three-towns")).conflict("nl") == []


def test_unsolved_cannot_be_explained() -> None:
    """Without numbers there is nothing to explain, and the error says what to do."""
    done = solved("three-towns")
    unsolved = Solution(
        done.instance, done.policy, "unsolved", True, done.goals, done.conflict, done.provenance
    )
    with pytest.raises(NoSolutionError) as caught:
        Statements.of(unsolved)
    assert all([caught.value.problems[0].why, caught.value.problems[0].remedy])
