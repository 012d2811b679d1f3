"""Building plans: what becomes of each, by which rule, and what is refused."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

import verdeling as vd
from commands import TOWNS, refused, shown
from diwi_export import BLOCKS, write_export
from verdeling.errors import InstanceError, VerdelingError
from verdeling.lists import LISTS
from verdeling.mapping.beside import beside
from verdeling.mapping.listing import Entry
from verdeling.planlists.fates import Fate, judge
from verdeling.planlists.joining import names
from verdeling.planlists.plans import BuildingPlans, build_plans
from verdeling.planlists.rules import DEFAULT_RATES, PlanMapping, Rules
from verdeling.planlists.words import plan_sentences

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "plan,municipality,homes,place_type,tenure,certainty,phase,delivery,supplier,cost_per_place"
THREE_TOWNS = beside(TOWNS)
SOCIAL = {"becomes": [{"place_type": "social_rent", "tenure": ["*corporatie*", "social"]}]}


def built(
    tmp_path: Path, *rows: str, rules: Any = None, into: Any = TOWNS, header: str = HEADER, lang: str = "en"
) -> BuildingPlans:
    """What becomes of rows of a list beside the three towns."""
    file = tmp_path / "plans.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    mapping = None if rules is None else PlanMapping(plans=Rules.model_validate(rules))
    return build_plans(file, into, mapping, lang=lang)


def problems(error: VerdelingError) -> dict[str, str]:
    """Place by code of everything that is wrong."""
    return {each.code: each.place for each in error.problems}


def test_hard_plans_stay_as_they_are(tmp_path: Path) -> None:
    """Of hard plans every number stands in the table as in the list, and is no estimate."""
    made = built(tmp_path, "Plein,Astad,40,social_rent,,hard,,2025,De Drie Daken,210000",
                 "Dijk,C,7,social_rent,,Vastgesteld,,30-6-2026,,")  # fmt: skip
    table = made.instance["projects"]
    columns = [
        "project",
        "municipality",
        "year",
        "max_places",
        "cost_per_place",
        "supplier",
        "certainty",
        "estimate",
    ]
    assert table[columns].to_numpy().tolist() == [
        ["Dijk", "C", 2026, 7, 0, "", "hard", False],
        ["Plein", "A", 2025, 40, 210000, "De Drie Daken", "hard", False],
    ]
    assert made.report["became"].tolist() == ["project", "project"]


def test_soft_plans_by_a_rate(tmp_path: Path) -> None:
    """11 and 11 homes at 0.7 are 15.4: 15 together, the larger remainder first, each with its rule."""
    rules = {"rates": {"soft": {"rate": 0.7, "source": "regional agreement"}}}
    made = built(
        tmp_path, "Eik,A,11,social_rent,,zacht,,2025,,", "Beuk,A,11,social_rent,,soft,,2026,,", rules=rules
    )
    assert dict(zip(made.projects["project"], made.projects["max_places"], strict=True)) == {
        "Eik": 7,
        "Beuk": 8,
    }
    assert made.projects["estimate"].all()
    assert (made.projects["certainty"] == "soft").all()
    assert made.projects["source"][0] == (
        "plan Eik: 11 homes (plans.csv!2) × 0.7 for the class soft = 7.7; 7, made whole together with the "
        "other plans of municipality, place type and class. Rate: regional agreement"
    )


def test_default_rates_are_told(tmp_path: Path) -> None:
    """A rate that nobody stated is told as such with its source; plans without any are not counted on."""
    made = built(tmp_path, "Eik,A,100,social_rent,,zacht,,2025,,", "Es,A,50,social_rent,,4A. Visie,,2026,,")
    assert made.projects["max_places"].tolist() == [77]
    told = " ".join(plan_sentences(made, "en"))
    assert "Class soft: × 0.77, because nothing else is stated (assumption: 1 ÷ 1.3" in told
    assert "50 homes are left out: the rate leaves nothing (Es)." in told


def test_why_plans_are_left_out(tmp_path: Path) -> None:
    """Every plan that does not count says why, and homes of the list are those of the report."""
    rules = SOCIAL | {"outside": ["Zwolle"]}
    rows = {
        "a,A,5,,koop,hard,,2025,,": "no-place-type", "b,A,5,,social,hard,,,,": "no-date",
        "c,A,5,,social,hard,,2024,,": "before", "d,A,5,,social,hard,,2027,,": "after",
        "e,A,5,,social,,,2025,,": "no-certainty", "f,Zwolle,5,,social,hard,,2025,,": "outside",
        "g,A,5,,social,hard,Vervallen,2025,,": "stopped", "h,A,5,,social,hard,7 Nazorg,2025,,": "delivered",
        "i,A,0,,social,hard,,2025,,": "no-homes", "j,A,5,,social,potential,,2025,,": "rate",
        "k,A,5,,Huur woningcorporatie,hard,,Q3 2025,,": "",
    }  # fmt: skip
    made = built(tmp_path, *rows, rules=rules)
    assert made.report["reason"].tolist() == list(rows.values())
    assert made.report["homes"].sum() == 50
    assert made.report["places"].sum() == made.projects["max_places"].sum() == 5
    assert (
        made.report["told"][0] == "5 homes are left out: no place type of the instance, such as owned homes"
    )


def test_under_construction_is_supply(tmp_path: Path) -> None:
    """12 homes of 2025 come free again at a turnover of 0.25: 3 in 2026, beside what comes free anyway."""
    towns = vd.read_instance(TOWNS)
    into = towns.replace(place_types=towns["place_types"].assign(turnover=0.25))
    made = built(tmp_path, "Molen,B,12,social_rent,,hard,In aanbouw,2025,,", into=into)
    assert made.projects.empty
    assert made.supply[["year", "places", "estimate"]].to_numpy().tolist() == [
        [2025, 12, False],
        [2026, 3, True],
    ]
    before, after = (
        each["supply"].groupby(["municipality", "year"])["places"].sum() for each in (into, made.instance)
    )
    assert (after - before).loc["B"].tolist() == [12, 3]
    assert (after - before).sum() == 15


def test_it_counts_as_the_project_would(tmp_path: Path) -> None:
    """Supply of what is under construction is the capacity that the same project gives when it is built."""
    towns = vd.read_instance(TOWNS)
    into = towns.replace(place_types=towns["place_types"].assign(turnover=0.25))
    row = "Molen,B,12,social_rent,,hard,{},2025,,"
    certain, planned = (
        built(tmp_path, row.format(phase), into=into).instance for phase in ("Realisatie", "Ontwerp")
    )
    waiting = [vd.solve(each, "leximin", whole=False).waiting["waiting"].sum() for each in (certain, planned)]
    assert waiting[0] == pytest.approx(waiting[1])


def test_supply_by_scenario(tmp_path: Path) -> None:
    """Where the same supply stands by scenario, what is under construction is added to each."""
    towns = vd.read_instance(TOWNS)
    supply = pd.concat([towns["supply"].assign(scenario=name) for name in ("low", "high")])
    into = towns.replace(supply=supply, about=towns.about.model_copy(update={"scenario": "low"}))
    made = built(tmp_path, "Molen,B,12,social_rent,,hard,In aanbouw,2025,,", into=into)
    for name in ("low", "high"):
        places = made.instance.in_scenario(name)["supply"]
        assert places.loc[(places["municipality"] == "B") & (places["year"] == 2025), "places"].tolist() == [
            13
        ]


def test_projects_that_are_there_stay(tmp_path: Path) -> None:
    """New projects join those of the instance; one that is there already is refused, with its row."""
    first = built(tmp_path, "Plein,A,40,social_rent,,hard,,2025,,").instance
    both = built(tmp_path, "Dijk,C,7,social_rent,,hard,,2026,,", into=first)
    assert both.instance["projects"]["project"].tolist() == ["Dijk", "Plein"]
    with pytest.raises(InstanceError) as caught:
        built(tmp_path, "Plein,A,40,social_rent,,hard,,2025,,", into=first)
    assert problems(caught.value) == {"project-there": "table plans, row plans.csv!2, column plan"}


def test_everything_wrong_at_once(tmp_path: Path) -> None:
    """What cannot be understood is told together, each with its cell; nothing is made of the rest."""
    rows = [f"a,A,5,social_rent,,{each},," for each in ("half,,2025", "hard,,2025-2027", "hard,,soon")]
    with pytest.raises(InstanceError) as caught:
        built(tmp_path, *rows, rules={"becomes": [{"place_type": "flex"}]})
    assert [each.code for each in caught.value.problems] == [
        "unknown-certainty", "unclear-date", "unclear-date", "unknown-id"
    ]  # fmt: skip
    assert problems(caught.value)["unknown-certainty"] == "table plans, row plans.csv!2, column certainty"
    assert all(each.what and each.why and each.remedy for each in caught.value.problems)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("a,Astat,5,social_rent,,hard,,2025,,", "unknown-name", "municipality"),
        ("a,A,-5,social_rent,,hard,,2025,,", "out-of-range", "homes"),
        ("a,A,5.5,social_rent,,hard,,2025,,", "not-whole", "homes"),
        ("a,A,1.234,social_rent,,hard,,2025,,", "ambiguous-number", "homes"),
        ("a,A,,social_rent,,hard,,2025,,", "empty-cell", "homes"),
        ("a,A,5,koop,,hard,,2025,,", "unknown-name", "place_type"),
    ],
)
def test_refused(tmp_path: Path, row: str, code: str, column: str) -> None:
    """A wrong cell is refused at its place."""
    with pytest.raises(InstanceError) as caught:
        built(tmp_path, row)
    assert problems(caught.value)[code].startswith("table plans, row plans.csv!")
    assert problems(caught.value)[code].endswith(f"2, column {column}")


def test_a_rule_that_cannot_be(tmp_path: Path) -> None:
    """A rate above one, and a class without any, are refused with where they stand in the file."""
    mapping = tmp_path / "plans.toml"
    mapping.write_text('[plans]\nclasses = {wish = "wens"}\n[plans.rates]\nsoft = 1.2\n', encoding="utf-8")
    with pytest.raises(InstanceError, match=r"plans\.rates\.soft\.rate"):
        build_plans(tmp_path / "plans.csv", TOWNS, mapping)
    mapping.write_text('[plans]\nclasses = {wish = "wens"}\n', encoding="utf-8")
    with pytest.raises(InstanceError, match="no rate for the class wish"):
        build_plans(tmp_path / "plans.csv", TOWNS, mapping)


def entry(plan: str, homes: int, certainty: str, town: str = "A", year: int = 2025) -> Entry:
    """A plan of social rent."""
    stated = {"plan": plan, "municipality": town, "homes": homes, "place_type": "social_rent"}
    cells = dict.fromkeys(LISTS["plans"].columns, "") | stated
    cells |= {"certainty": certainty, "delivery": str(year)}
    return Entry(cells, "2")


listings = some.lists(
    some.tuples(some.integers(1, 60), some.sampled_from(["hard", "soft", "wish"]), some.sampled_from("AB")),
    min_size=1, max_size=12,
)  # fmt: skip


@given(listings, some.integers(0, 100), some.integers(0, 100))
def test_totals_add_up(listed: list[tuple[int, str, str]], soft: int, wish: int) -> None:
    """Of a municipality and class as many places are counted on as its homes × the rate, to the nearest."""
    rates = {"hard": 1, "soft": soft / 100, "wish": wish / 100}
    rules = Rules.model_validate({"rates": rates})
    rows = [entry(f"p{at}", homes, name, town) for at, (homes, name, town) in enumerate(listed)]
    fates, wrong = judge(rows, rules, THREE_TOWNS)
    assert not wrong
    for name, rate in (("hard", 100), ("soft", soft), ("wish", wish)):
        for town in "AB":
            alike = [fate for fate in fates if (fate.certainty, fate.municipality) == (name, town)]
            exact = sum(fate.homes for fate in alike) * Fraction(rate, 100)
            assert sum(fate.places for fate in alike) == math.floor(exact + Fraction(1, 2))
            assert all(abs(fate.places - fate.homes * Fraction(rate, 100)) < 1 for fate in alike)
    assert all(fate.places == fate.homes for fate in fates if fate.certainty == "hard")


rows_of_plans = some.tuples(
    some.sampled_from(["Plein", "Dijk"]), some.sampled_from("AB"), some.integers(2025, 2026)
)


@given(some.lists(rows_of_plans, max_size=8))
def test_projects_have_names_of_their_own(listed: list[tuple[str, str, int]]) -> None:
    """No two projects have the same id, and a plan of one row keeps its name."""
    fates = [Fate(entry(plan, 5, "hard", town), "hard", "social_rent", year) for plan, town, year in listed]
    made = names(fates)
    assert len(set(made)) == len(made)
    plans = [plan for plan, _, _ in listed]
    assert all(name == plan for name, plan in zip(made, plans, strict=True) if plans.count(plan) == 1)


def test_an_export_of_diwi(tmp_path: Path) -> None:
    """Blocks become plans by tenure and day, with the phase and status that hold when the horizon begins."""
    file = tmp_path / "diwi.xlsx"
    write_export(file)
    rules = Rules.model_validate({
        "becomes": [{"place_type": "social_rent", "tenure": "Huur woningcorporatie"}], "rates": {"soft": 0.5}
    })  # fmt: skip
    made = build_plans(file, TOWNS, PlanMapping(plans=rules))
    columns = [
        "row",
        "plan",
        "municipality",
        "homes",
        "tenure",
        "certainty",
        "phase",
        "delivery",
        "became",
        "reason",
        "places",
    ]
    owned, rented = "Koopwoning", "Huur woningcorporatie"
    plein = ("hard", "4 Ontwerp", "2025-06-30")
    assert made.report[columns].to_numpy().tolist() == [
        ["Data!6", "Stationsplein", "A", 60, owned, *plein, "nothing", "no-place-type", 0],
        ["Data!6", "Stationsplein", "A", 40, rented, *plein, "project", "", 40],
        ["Data!7", "Dijkveld", "C", 10, rented, "soft", "2 Initiatief", "2025-06-30", "project", "", 5],
        ["Data!7", "Dijkveld", "C", 20, rented, "soft", "2 Initiatief", "2026-12-01", "project", "", 10],
        ["Data!8", "Molenweg", "B", 12, rented, "hard", "6 Realisatie", "2025-06-30", "supply", "", 12],
        ["Data!9", "Molenweg", "B", 8, "Sloop", "hard", "6 Realisatie", "", "nothing", "demolition", 0],
        ["Data!10", "Oud", "B", 9, rented, "potential", "Afgebroken", "2026-12-01", "nothing", "stopped", 0],
    ]
    assert made.instance["projects"]["project"].tolist() == [
        "Dijkveld · C · social_rent · 2025", "Dijkveld · C · social_rent · 2026", "Stationsplein"
    ]  # fmt: skip


def test_form_and_group_of_a_whole_block(tmp_path: Path) -> None:
    """A rule can look at form and target group where these are of the whole block, and not of a part."""
    file = tmp_path / "diwi.xlsx"
    write_export(file, [BLOCKS[0], BLOCKS[1], {**BLOCKS[1], "Naam": "Dijkveld 2", "Ouderen": 10}])
    rule = {"place_type": "social_rent", "form": "geclusterd", "target_group": "ouderen"}
    made = build_plans(file, TOWNS, PlanMapping(plans=Rules.model_validate({"becomes": [rule]})))
    fitting = made.report.loc[made.report["place_type"] == "social_rent", "plan"]
    assert fitting.tolist() == ["Dijkveld", "Dijkveld"]


def test_a_block_that_cannot_be_read(tmp_path: Path) -> None:
    """Parts that do not add up, splits both ways, and a name that is not there are told with their row."""
    file = tmp_path / "diwi.xlsx"
    day = [key for key in BLOCKS[1] if not isinstance(key, str)]
    write_export(file, [
        {**BLOCKS[0], "Koopwoning": 61}, {**BLOCKS[1], "Koopwoning": 5}, {**BLOCKS[2], "Gemeente": "Beedrop"},
        {**BLOCKS[0], "4 Ontwerp": "ooit", "1a Onherroepelijk": day[0]},
    ])  # fmt: skip
    with pytest.raises(InstanceError) as caught:
        build_plans(file, TOWNS)
    assert problems(caught.value) == {
        "counts-differ": "table plans, row Data!6, column homes",
        "two-splits": "table plans, row Data!7, column delivery",
        "unknown-name": "table plans, row Data!8, column municipality",
        "no-day": "table plans, row Data!9, column phase",
    }


def test_the_command(tmp_path: Path) -> None:
    """The template has every column; instance and report are written, and what became is told in Dutch."""
    file, folder, report = tmp_path / "plans.csv", tmp_path / "own", tmp_path / "report.csv"
    shown("plans", "--template", file)
    assert file.read_text("utf-8").strip().split(",") == LISTS["plans"].columns
    file.write_text(
        f"{HEADER}\nPlein,Astad,40,social_rent,,hard,,2025,,\nWei,A,9,,koop,zacht,,2026,,\n", "utf-8"
    )
    told = shown("plans", file, "--into", TOWNS, "-o", folder, "--report", report, "--lang", "nl")
    assert "1 rij met 40 woningen wordt 40 plekken als project." in told
    assert "9 woningen doen niet mee: geen woonvorm van dit model, zoals koop (Wei)." in told
    assert pd.read_csv(report)["became"].tolist() == ["project", "nothing"]
    assert vd.read_instance(folder)["projects"]["max_places"].tolist() == [40]
    assert "FILE or --into is not given" in refused("plans", file)


def test_default_rates() -> None:
    """Hard plans count in full; without a source plans are not counted on."""
    assert DEFAULT_RATES["hard"].rate == 1
    assert all(rate.source for rate in DEFAULT_RATES.values() if 0 < rate.rate < 1)


def test_a_list_is_no_table_of_an_instance(tmp_path: Path) -> None:
    """A mapping of an instance that fills a list is refused with the command that reads it."""
    file, mapping = tmp_path / "plans.csv", tmp_path / "m.toml"
    file.write_text("plan\nPlein\n", encoding="utf-8")
    mapping.write_text('[[table]]\nfills = "plans"\ncolumns.plan = "plan"\n', encoding="utf-8")
    with pytest.raises(InstanceError, match="verdeling plans"):
        vd.read_mapped(file, mapping)


def test_rows_that_are_alike(tmp_path: Path) -> None:
    """Rows that are alike both count, each under a name of its own, and that is told."""
    made = built(tmp_path, *["Plein,A,10,social_rent,,hard,,2025,,"] * 2)
    assert made.instance["projects"]["max_places"].tolist() == [10, 10]
    assert "1 row is like another and counts as well" in " ".join(plan_sentences(made, "en"))


def test_own_classes_and_phases(tmp_path: Path) -> None:
    """Texts and rates of the user go before those that are known."""
    rules = {"rates": {"wish": 0.5, "hard": 0.9}, "classes": {"wish": "wens*"}, "stopped": "on hold"}
    made = built(
        tmp_path, "a,A,10,social_rent,,Wenslijst,,2025,,", "b,A,10,social_rent,,hard,,2025,,",
        "c,A,10,social_rent,,hard,On hold,2025,,", rules=rules,
    )  # fmt: skip
    assert made.report["places"].tolist() == [5, 9, 0]
    assert made.projects[["certainty", "estimate"]].to_numpy().tolist() == [["soft", True], ["hard", True]]


def test_a_project_without_homes(tmp_path: Path) -> None:
    """A project of a DIWI export without any block stands in the report; a row without a name is refused."""
    file = tmp_path / "diwi.xlsx"
    idea = {"Identificatie nr": 9, "Naam": "Idee", "Gemeente": "Astad"}
    write_export(file, [idea, {}, BLOCKS[0]])
    made = build_plans(file, TOWNS)
    assert made.report[["plan", "homes", "reason"]].to_numpy().tolist()[0] == ["Idee", 0, "no-homes"]
    assert len(made.report) == 3
    write_export(file, [{"Gemeente": "Astad", "Bouw": 5, "Huur woningcorporatie": 5}, BLOCKS[0]])
    with pytest.raises(InstanceError) as caught:
        build_plans(file, TOWNS)
    assert problems(caught.value) == {"empty-cell": "table plans, row Data!6, column plan"}
