"""Needs from figures: stock and flow, scenarios, keys, and what is refused."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

import verdeling as vd
from commands import TOWNS, refused, shown
from verdeling.errors import InstanceError, PolicyError, VerdelingError
from verdeling.estimating.method import formula
from verdeling.estimating.needs import BuiltNeeds, build_needs
from verdeling.estimating.stock_flow import SCENARIOS, steps, whole
from verdeling.lists import LISTS
from verdeling.mapping.listing import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HEADER = "group,municipality,year,waiting,inflow,outflow,trend,persons_per_household,count,source"


def built(tmp_path: Path, *rows: str, header: str = HEADER, into: Any = TOWNS, **options: Any) -> BuiltNeeds:
    """What is made of rows of figures beside the three towns."""
    file = tmp_path / "figures.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return build_needs(file, into, **options)


def problems(error: VerdelingError) -> dict[str, str]:
    """Place by code of everything that is wrong."""
    return {each.code: each.place for each in error.problems}


def households(needs: pd.DataFrame, group: str, scenario: str = "") -> dict[tuple[str, int], int]:
    """Households of a group by municipality and year."""
    rows = needs[(needs["group"] == group) & (needs["scenario"] == scenario)]
    return dict(zip(zip(rows["municipality"], rows["year"], strict=True), rows["households"], strict=True))


def test_reckoned_by_hand(tmp_path: Path) -> None:
    """30 wait, 40 come and 5 go in 2025; 10% more come in 2026, and 5 go: 65 and 39 households."""
    needs = built(tmp_path, "regular,A,2025,30,40,5,0.1,,,registration").needs
    assert households(needs, "regular") == {("A", 2025): 65, ("A", 2026): 39}
    assert needs["source"].tolist() == [
        "waiting list 30 + inflow 40 − outflow 5 = 65 households. Figures: registration",
        "inflow 40 × 1.1^1 − outflow 5 = 39 households. Figures: registration",
    ]


def test_persons(tmp_path: Path) -> None:
    """Persons become households by the factor that is stated: 25 ÷ 2.5 is 10, and 2026 is 20 ÷ 2.5."""
    needs = built(tmp_path, "regular,A,2025,5,20,0,,2.5,,", lang="nl").needs
    assert households(needs, "regular") == {("A", 2025): 10, ("A", 2026): 8}
    assert needs["source"][0] == "(wachtlijst 5 + instroom 20) personen ÷ 2,5 = 10 huishoudens"


def test_only_counts_are_no_estimate(tmp_path: Path) -> None:
    """What is projected, converted, made whole or divided is an estimate, also where figures are counts."""
    needs = built(
        tmp_path,
        "regular,A,2025,30,40,5,,,yes,",
        "regular,B,2025,30,40,5,,,,",
        "regular,C,2025,30,40,5,,2,yes,",
        "statushouders,A,2025,0,2.5,0,,,yes,",
        "statushouders,B,2025,0,3,0,,,yes,",
        "statushouders,B,2026,0,4,0,,,yes,",
    ).needs
    certain = needs.loc[~needs["estimate"], ["group", "municipality", "year"]]
    assert [tuple(row) for row in certain.itertuples(index=False)] == [
        ("regular", "A", 2025), ("statushouders", "B", 2025), ("statushouders", "B", 2026)
    ]  # fmt: skip


def bookkeeping(waiting: int, flows: Mapping[int, tuple[int, int]], places: Mapping[int, int]) -> list[int]:
    """Who wait at the end of each year, by a list on which people come, go and are housed."""
    left = []
    for year, (inflow, outflow) in flows.items():
        waiting += inflow - outflow
        waiting -= min(waiting, places[year])
        left.append(waiting)
    return left


def test_the_engine_takes_it_for_what_it_is(tmp_path: Path) -> None:
    """Solving gives the waiting list that bookkeeping by hand gives: nobody is counted twice or lost."""
    made = built(
        tmp_path,
        "statushouders,A,2025,20,7,3,,,,", "statushouders,A,2026,,9,4,,,,",
        "statushouders,B,2025,11,5,0,,,,", "statushouders,B,2026,,8,1,,,,",
        "regular,A,2025,0,0,0,,,,",
    )  # fmt: skip
    supply = made.instance["supply"].groupby("year")["places"].sum().to_dict()
    waiting = vd.solve(made.instance, "leximin").waiting
    left = waiting[waiting["group"] == "statushouders"].groupby("year")["waiting"].sum()
    by_hand = bookkeeping(31, {2025: (12, 3), 2026: (17, 5)}, supply)
    assert left.tolist() == by_hand
    assert by_hand[0] > 0


def test_scenarios(tmp_path: Path) -> None:
    """Low values stand together, and so do high ones; what has one value holds in every scenario."""
    header = "group,municipality,year,inflow,inflow_low,inflow_high,persons_per_household," \
             "persons_per_household_low,persons_per_household_high"  # fmt: skip
    made = built(tmp_path, "regular,A,2025,12,10,15,2,2.5,1.5", "statushouders,B,2025,7,,,,,", header=header)
    assert [households(made.needs, "regular", name)["A", 2025] for name in SCENARIOS] == [4, 6, 10]
    assert households(made.needs, "statushouders") == {("B", 2025): 7, ("B", 2026): 7}
    assert made.instance.about.scenario == "middle"
    assert set(made.instance.scenarios) == set(SCENARIOS)


def test_a_key_divides_the_region(tmp_path: Path) -> None:
    """The number of the region is that of its municipalities, as the key alone divides it."""
    header = HEADER.replace("count", "key")
    made = built(tmp_path, "regular,,2025,6,7,0,0.5,,population,region", header=header)
    for year, total in ((2025, 13), (2026, 11)):
        needs = made.needs[made.needs["year"] == year]
        alone = vd.divide(total, pd.read_csv(TOWNS / "municipalities.csv"), "population").table["places"]
        assert needs["households"].tolist() == alone.tolist()
        assert needs["estimate"].all()
    assert made.missing.empty
    assert made.needs["source"][0].startswith("5 (5.2) of 13 in the region by the key Population. Region: ")


def test_they_take_the_place_of_the_same_groups(tmp_path: Path) -> None:
    """Needs of other groups stay as they are, and what is replaced is told."""
    made = built(tmp_path, "regular,A,2025,30,40,5,0.1,,,")
    before = vd.read_instance(TOWNS)["needs"]
    after = made.instance["needs"]
    assert made.replaced.to_numpy().tolist() == [["regular", 6, 40]]
    assert made.missing["place"].tolist() == ["B", "C"]
    kept = [frame[frame["group"] == "statushouders"].reset_index(drop=True) for frame in (before, after)]
    pd.testing.assert_frame_equal(*kept)
    assert after.loc[after["group"] == "regular", "households"].tolist() == [65, 39]


def test_an_instance_in_the_making(tmp_path: Path) -> None:
    """An instance without needs can have them made, with the years that are given."""
    begun = tmp_path / "begun.json"
    vd.write_instance(vd.read_instance(TOWNS), begun)
    content = json.loads(begun.read_text("utf-8"))
    del content["tables"]["needs"]
    content["about"].pop("years")
    begun.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InstanceError, match="--years"):
        built(tmp_path, "regular,A,2025,30,40,5,0.1,,,", into=begun)
    made = built(tmp_path, "regular,A,2025,30,40,5,0.1,,,", into=begun, years=(2025, 2026))
    assert households(made.instance["needs"], "regular") == {("A", 2025): 65, ("A", 2026): 39}
    assert made.replaced.empty


def test_everything_wrong_at_once(tmp_path: Path) -> None:
    """Names, years and signs that are wrong are told together, each with its row and column."""
    with pytest.raises(InstanceError) as caught:
        built(
            tmp_path,
            "regular,A,2025,0,5,9,,,,", "regular,Astad,2025,0,5,0,,,,", "regular,B,2026,0,5,0,,,,",
            "regular,C,2024,8,5,0,,,,",
        )  # fmt: skip
    assert problems(caught.value) == {
        "figures-twice": "table figures, row figures.csv!3, column year",
        "no-figures": "table figures, row figures.csv!4, column year",
        "waiting-when": "table figures, row figures.csv!5, column waiting",
    }
    assert all(each.what and each.why and each.remedy for each in caught.value.problems)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("regular,A,2025,3,5,9,,,,", "negative-need", "outflow"),
        ("regular,A,2025,9,5,9,-0.5,,,", "negative-need", "outflow"),
        ("regular,Aastad,2025,3,5,1,,,,", "unknown-name", "municipality"),
        ("regulier,A,2025,3,5,1,,,,", "unknown-name", "group"),
        ("regular,A,2025,3,-5,1,,,,", "out-of-range", "inflow"),
        ("regular,A,2025,3,1.234,1,,,,", "ambiguous-number", "inflow"),
        ("regular,A,2025,3,<5,1,,,,", "not-a-number", "inflow"),
        ("regular,A,,3,5,1,,,,", "empty-cell", "year"),
        ("regular,A,2025,3,5,1,,0,,", "out-of-range", "persons_per_household"),
    ],
)
def test_refused(tmp_path: Path, row: str, code: str, column: str) -> None:
    """A wrong cell is refused at its place; nothing comes below zero in silence."""
    with pytest.raises(InstanceError) as caught:
        built(tmp_path, row)
    assert column in problems(caught.value)[code]
    assert "2" in problems(caught.value)[code]


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        ("regular,,Drielan,2025,5,", "unknown-region", "There is no region Drielan."),
        ("regular,,,2025,5,", "whose-need", "There are 2 regions, and each divides its own task."),
        ("regular,C,Drieland,2025,5,", "other-region", "C lies in Elders, not in Drieland."),
        ("regular,,Drieland,2025,5,population\nregular,,Drieland,2026,5,", "keys-differ",
         "The key is empty, and in the row before it population."),
    ],
)  # fmt: skip
def test_whose_figures_they_are(tmp_path: Path, row: str, code: str, said: str) -> None:
    """Figures of no region, of one of several, of another one or by two keys are refused with what to do."""
    into, header = vd.read_instance(TOWNS), "group,municipality,region,year,inflow,key"
    towns = into["municipalities"].assign(region=["Drieland", "Drieland", "Elders"])
    needs = into["needs"].assign(region="")
    with pytest.raises(InstanceError) as caught:
        built(tmp_path, row, header=header, into=into.replace(municipalities=towns, needs=needs))
    (problem,) = caught.value.problems
    assert problem.code == code
    assert said in f"{problem.what} {problem.why}"
    assert problem.remedy


def test_scenarios_that_cross(tmp_path: Path) -> None:
    """Fewer persons per household are more households: as the low value that is refused."""
    header = HEADER.replace("count", "persons_per_household_low")
    with pytest.raises(InstanceError, match="persons per household the largest is low"):
        built(tmp_path, "regular,A,2025,0,20,0,,2.5,2.0,", header=header)


def test_a_key_that_does_not_fit(tmp_path: Path) -> None:
    """A key that is not there, or beside a municipality, is refused with the row that names it."""
    header = HEADER.replace("count", "key")
    with pytest.raises(PolicyError) as caught:
        built(tmp_path, "regular,,2025,6,7,0,,,inwoners,", header=header)
    assert problems(caught.value) == {"no-key": "table figures, row figures.csv!2, column key"}
    with pytest.raises(InstanceError) as wrong:
        built(
            tmp_path, "regular,A,2025,6,7,0,,,population,", "regular,,2025,6,7,0,,,population,", header=header
        )
    assert set(problems(wrong.value)) == {"key-of-one", "figures-overlap"}


def test_other_scenarios_are_not_mixed(tmp_path: Path) -> None:
    """Where an instance has scenarios with other names, a group would have no needs in these."""
    needs = pd.read_csv(TOWNS / "needs.csv")
    needs = pd.concat([needs.assign(scenario=name) for name in ("slow", "fast")])
    into = vd.read_instance(TOWNS).replace(needs=needs, about={"title": "x", "years": (2025, 2026),
                                                               "scenario": "slow"})  # fmt: skip
    header = HEADER.replace("count", "inflow_low")
    made = built(tmp_path, "regular,A,2025,6,7,0,,,6,", header=header, into=into)
    with pytest.raises(InstanceError, match="fast, slow"):
        _ = made.instance


numbers = some.integers(0, 400)
assumptions = some.fixed_dictionaries({
    "waiting": numbers, "inflow": some.integers(50, 400), "outflow": some.integers(0, 20),
    "low": some.integers(0, 30), "high": some.integers(0, 30), "trend": some.integers(-5, 9),
    "persons": some.sampled_from(["1", "1.7", "2.35", "3"]),
})  # fmt: skip


def entry(stated: Mapping[str, Any]) -> Entry:
    """Figures of one group with low and high values on either side."""
    trend = stated["trend"] / 100
    return Entry(
        {
            "year": 2026, "waiting": stated["waiting"], "inflow": stated["inflow"],
            "inflow_low": stated["inflow"] - stated["low"], "inflow_high": stated["inflow"] + stated["high"],
            "outflow": stated["outflow"], "trend": trend, "trend_low": trend - 0.02, "trend_high": None,
            "persons_per_household": float(stated["persons"]), "persons_per_household_low": None,
            "persons_per_household_high": None, "count": False, "source": "", "key": "",
        },
        "2",
    )  # fmt: skip


@given(assumptions)
def test_low_middle_high(stated: dict[str, Any]) -> None:
    """Added up from the first year on, low ≤ middle ≤ high, in whole numbers too."""
    series = [steps([entry(stated)], range(2026, 2032), name) for name in SCENARIOS]
    low, middle, high = (list(accumulate(whole([step.exact for step in each]))) for each in series)
    assert all(one <= two <= three for one, two, three in zip(low, middle, high, strict=True))


@given(some.lists(some.fractions(0, 50), max_size=12))
def test_whole_numbers_add_up(exact: list[Fraction]) -> None:
    """Whole numbers are never below zero, and their sums are within a half of the exact ones."""
    made = whole(exact)
    assert all(amount >= 0 for amount in made)
    sums = zip(accumulate(made), accumulate(exact), strict=True)
    assert all(abs(total - due) <= Fraction(1, 2) for total, due in sums)


@given(assumptions)
def test_a_method_can_be_checked_by_hand(stated: dict[str, Any]) -> None:
    """What stands in the source, reckoned as it stands there, is the number that it gives."""
    for step in steps([entry(stated)], range(2026, 2029), "middle"):
        left, _, right = formula(step, 0, "en").replace(",", "").partition(" = ")
        sum_of = re.sub(r"[a-z ]+", "", left).replace("÷", "/").replace("×", "*")
        reckoned = eval(sum_of.replace("−", "-").replace("^", "**"))
        assert reckoned == pytest.approx(float(right.split()[0].rstrip(";")), abs=0.006)


def test_the_command(tmp_path: Path) -> None:
    """The template has every column; the table and the instance are written, and can be read again."""
    template, table, folder = (tmp_path / name for name in ("figures.csv", "needs.csv", "own"))
    shown("needs", "--template", template)
    assert template.read_text("utf-8").strip().split(",") == LISTS["figures"].columns
    template.write_text(f"{HEADER}\nregular,Astad,2025,30,40,5,0.1,,,\n", encoding="utf-8")
    told = shown("needs", template, "--into", TOWNS, "-o", table, "--lang", "nl")
    assert "Reguliere woningzoekenden: 104 huishoudens in 2025 tot en met 2026." in told
    assert "In de plaats gekomen van 6 rijen" in told
    assert "geen opgave meer in Beedorp en Ceedijk, want daarvan zijn er geen cijfers." in told
    assert pd.read_csv(table)["households"].tolist() == [65, 39]
    shown("needs", template, "--into", TOWNS, "-o", folder)
    assert vd.read_instance(folder)["needs"]["households"].sum() == 104 + 20
    assert "FILE or --into is not given" in refused("needs", template)


SHEET = """Groep;Gemeente;Wachtlijst;Instroom 2025;Instroom 2026
Statushouders;Astad;1.004;10,5;12
Statushouders;Gem. Beedorp;2;7;<5
"""
MAPPING = """
[reading]
notation = "dutch"
[reading.marks]
"<5" = {estimate = 2}
[[table]]
fills = "figures"
ignore = "Instroom 2026"
columns = {group = "Groep", municipality = "Gemeente", waiting = "Wachtlijst", inflow = "Instroom 2025"}
constants.year = 2025
[[table]]
fills = "figures"
ignore = ["Wachtlijst", "Instroom 2025"]
columns = {group = "Groep", municipality = "Gemeente", inflow = "Instroom 2026"}
constants.year = 2026
[names.municipality]
"Gem. Beedorp" = "B"
"""


def test_a_sheet_of_ones_own(tmp_path: Path) -> None:
    """A Dutch sheet is read with a mapping, and what was repaired in it is told."""
    sheet, mapping = tmp_path / "wachtlijst.csv", tmp_path / "figures.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    made = build_needs(sheet, TOWNS, mapping)
    assert households(made.needs, "statushouders") == {
        ("A", 2025): 1015, ("A", 2026): 12, ("B", 2025): 9, ("B", 2026): 2
    }  # fmt: skip
    told = shown("needs", sheet, "--into", TOWNS, "--mapping", mapping)
    assert "1 × estimate that the mapping states: wachtlijst.csv!E3 “<5” → 2." in told


def test_figures_of_municipalities_that_merged_are_added_up(tmp_path: Path) -> None:
    """Two with the same inflow have twice that inflow together; what cannot be added up is refused."""
    sheet, mapping = tmp_path / "figures.csv", tmp_path / "figures.toml"
    mapping.write_text(
        '[[table]]\nfills = "figures"\nreading.marks."" = "zero"\n'
        'columns = {municipality = "m", inflow = "i", trend = "t"}\n'
        'constants = {group = "regular", year = 2025}\n[[merged]]\nold = ["Noord", "Zuid"]\ninto = "A"\n',
        encoding="utf-8",
    )
    sheet.write_text("m,i,t\nNoord,5,0\nZuid,5,0\n", encoding="utf-8")
    made = build_needs(sheet, TOWNS, mapping)
    assert households(made.needs, "regular") == {("A", 2025): 10, ("A", 2026): 10}
    sheet.write_text("m,i,t\nNoord,5,0.1\nZuid,5,0\n", encoding="utf-8")
    with pytest.raises(InstanceError, match="merged differ"):
        build_needs(sheet, TOWNS, mapping)


def test_other_tables_are_not_read(tmp_path: Path) -> None:
    """A mapping that fills a table of an instance is refused, with the command that reads it."""
    sheet, mapping = tmp_path / "wachtlijst.csv", tmp_path / "figures.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    mapping.write_text(MAPPING + '[[table]]\nfills = "groups"\nrows = [{group = "x"}]\n', encoding="utf-8")
    with pytest.raises(InstanceError, match="verdeling map"):
        build_needs(sheet, TOWNS, mapping)
