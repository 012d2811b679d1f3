"""Results of regions added up: as if solved at once, refused where they do not go together."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import pandas as pd
import pytest
from openpyxl import load_workbook

from commands import INSTANCES, refused, run, shown
from regions import of_region
from test_result_package import false_claims
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import OutputError, RunError
from verdeling.fairness import INDICATORS, indicators
from verdeling.generation import Size, generate
from verdeling.language import Language
from verdeling.output import write_solution
from verdeling.reporting.result_tables import FIELDS
from verdeling.rolling.provinces import read_provinces
from verdeling.rolling.rollup import Rollup, rollup
from verdeling.rolling.written import ROLLUP_TABLES, write_rollup
from verdeling.texts import TEXTS

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.instance import Instance
    from verdeling.solution import Solution

REGIONS = [f"Region {number}" for number in range(1, 6)]


@pytest.fixture(scope="module")
def country() -> Instance:
    return generate(Size(5, 3, 2, 2, 2), seed=1)


@pytest.fixture(scope="module")
def apart(country: Instance) -> dict[str, Solution]:
    """Every region solved by itself, in whole places."""
    return {region: solve(of_region(country, region)) for region in REGIONS}


@pytest.fixture(scope="module")
def folders(apart: dict[str, Solution], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every region as a written result."""
    home = tmp_path_factory.mktemp("regions")
    for region, solution in apart.items():
        write_solution(solution, home / region)
    return [home / region for region in REGIONS]


@pytest.fixture(scope="module")
def provinces(country: Instance) -> dict[str, str]:
    """Regions 1 and 2 are east, 3 and 4 west; region 5 lies in both."""
    towns = country["municipalities"]
    fifth = {"Region 5": ["east", "west", "west"]}
    names = dict(zip(REGIONS, ["east", "east", "west", "west"], strict=False))
    nth = towns.groupby("region").cumcount()
    return {
        town: names.get(region) or fifth[region][number]
        for town, region, number in zip(towns["municipality"], towns["region"], nth, strict=True)
    }


def measured(solution: Solution) -> dict[str, float]:
    """Indicators of a solution by itself, those that have a value."""
    shares = solution.loads.set_index("municipality")["fair_share"]
    found = indicators(solution.instance, solution.placements, shares, builds=solution.builds)
    return dict(found.dropna(subset="value").set_index("indicator")["value"])


def of_area(found: Rollup, level: str, area: str = "") -> dict[str, float]:
    """Indicators of an area."""
    table = found["indicators"]
    table = table[(table["level"] == level) & (table["area"] == area)]
    return dict(table.set_index("indicator")["value"])


def altered(solution: Solution, **tables: pd.DataFrame) -> Solution:
    """A solution of which the instance has other tables."""
    return replace(solution, instance=solution.instance.replace(**tables))


def codes(*results: Any, provinces: Any = None) -> list[str]:
    """Why results cannot be added up, each in three parts."""
    with pytest.raises(RunError) as caught:
        rollup(results, provinces=provinces)
    assert all(problem.what and problem.why and problem.remedy for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


# As if solved at once


def one_region(solution: Solution, region: str) -> Solution:
    """What a solution of a country says of a region, as a solution."""
    instance = of_region(solution.instance, region)
    towns = set(instance["municipalities"]["municipality"])
    tables = {
        name: solution.table(name)[lambda frame: frame["municipality"].isin(towns)].reset_index(drop=True)
        for name in ("placements", "loads", "builds", "support", "suppliers")
    }
    waiting = solution.waiting[solution.waiting["region"] == region].reset_index(drop=True)
    others = {name: solution.table(name).iloc[:0] for name in ("rows", "prices", "shortfalls")}
    provenance = {**solution.provenance, "instance_digest": instance.digest}
    return replace(
        solution, instance=instance, tables={**tables, **others, "waiting": waiting}, provenance=provenance
    )


def test_as_divided_at_once(country: Instance, tmp_path: Path) -> None:
    """A country divided in whole places and written region by region has exactly its own indicators again."""
    whole = solve(country)
    for region in REGIONS:
        write_solution(one_region(whole, region), tmp_path / region)
    found = rollup([tmp_path / region for region in REGIONS])
    assert of_area(found, "total") == pytest.approx(measured(whole), rel=1e-12)
    assert set(of_area(found, "total")) == set(INDICATORS) - {"price_of_fairness", "price_in_years"}
    assert found["placements"]["places"].sum() == whole.placements["places"].sum()


def test_as_solved_at_once(country: Instance) -> None:
    """Five regions solved apart and added up have the indicators of one solve, as exactly as a solver is.

    At the fractional optimum; in whole places equally good plans can differ in who has which load.
    """
    apart = [solve(of_region(country, region), whole=False) for region in REGIONS]
    once = measured(solve(country, whole=False))
    assert of_area(rollup(apart), "total") == pytest.approx(once, rel=1e-6, abs=1e-6)


def test_a_region_keeps_its_own_numbers(apart: dict[str, Solution], folders: list[Path]) -> None:
    """Each region has the indicators that it had by itself."""
    found = rollup(folders)
    for region, solution in apart.items():
        assert of_area(found, "region", region) == pytest.approx(measured(solution), rel=1e-12)


def test_the_order_of_folders_does_not_matter(folders: list[Path]) -> None:
    """Folders in another order give the same tables."""
    one, other = rollup(folders), rollup(folders[::-1])
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other[name])


def test_sums(country: Instance, apart: dict[str, Solution], provinces: dict[str, str]) -> None:
    """Sums of a province and of all are those of plain Python over the regions' own tables."""
    found = rollup(list(apart.values()), provinces=provinces)
    areas = found["areas"].set_index(["level", "area"])
    for level, area, regions in (
        ("province", "east", REGIONS[:2]),
        ("province", "east / west", REGIONS[4:]),
        ("total", "", REGIONS),
    ):
        row, several = areas.loc[level, area], [apart[region] for region in regions]
        assert row["needs"] == sum(sum(one.instance["needs"]["households"]) for one in several)
        assert row["places"] == sum(sum(one.placements["places"]) for one in several)
        assert row["built"] == sum(sum(one.builds["places"]) for one in several)
        assert row["cost"] == pytest.approx(sum(sum(one.builds["cost"]) for one in several))
        assert row["municipalities"] == 3 * len(regions)
        last = country.about.years[-1]
        assert row["waiting"] == sum(
            sum(one.waiting[one.waiting["year"] == last]["waiting"]) for one in several
        )
    places, waiting = found["by_place_type"], found["by_group"]
    assert len(set(places.groupby("level")["places"].sum())) == 1
    assert len(set(waiting.groupby("level")["needs"].sum())) == 1


def test_a_province_is_no_average(apart: dict[str, Solution], provinces: dict[str, str]) -> None:
    """The coverage of a province is its housed over its needs, not the mean of its regions."""
    found = rollup(list(apart.values()), provinces=provinces)
    several = [apart[region] for region in REGIONS[:2]]
    housed = sum(sum(one.placements["places"]) for one in several)
    needs = sum(sum(one.instance["needs"]["households"]) for one in several)
    east = of_area(found, "province", "east")["coverage"]
    assert east == pytest.approx(housed / needs)
    mean = sum(of_area(found, "region", region)["coverage"] for region in REGIONS[:2]) / 2
    assert abs(east - mean) > 1e-3


def test_projects_of_the_same_name(apart: dict[str, Solution]) -> None:
    """Two regions may call projects alike: each keeps its own costs."""
    solutions = []
    built = [solution for solution in apart.values() if len(solution.builds)][:2]
    for solution in built:
        names = {each: f"P{nth}" for nth, each in enumerate(sorted(solution.instance["projects"]["project"]))}
        renamed = solution.instance["projects"].replace({"project": names})
        builds = solution.builds.assign(project=solution.builds["project"].map(names))
        solutions.append(
            replace(altered(solution, projects=renamed), tables={**solution.tables, "builds": builds})
        )
    plain = rollup(built)
    assert len(set(plain["builds"]["region"])) == 2
    assert of_area(rollup(solutions), "total") == pytest.approx(of_area(plain, "total"))


# What is stated


def test_statuses_stay_visible(apart: dict[str, Solution]) -> None:
    """A region that is not proved, and one without a division, are named, and its needs are said."""
    impossible = solve(read_instance(INSTANCES / "impossible-agreements"))
    one, two, *others = apart.values()
    one, two = replace(one, status="near_optimal"), replace(two, status="time_limit")
    years = others[0].instance.about.years
    about = impossible.instance.about.model_copy(update={"years": years})
    needs = impossible.instance["needs"]
    with pytest.raises(RunError, match="different years"):
        rollup([one, two, *others, impossible])
    impossible = replace(impossible, instance=_moved(impossible.instance, about, years[0]))
    found = rollup([one, two, *others, impossible])
    told = " ".join(found.sentences("nl"))
    assert "Region 1 (bijna optimaal" in told
    assert "Region 2 (de tijd was op" in told
    (region,) = found.missing
    assert f"elkaar tegenspreken: {region}." in told
    assert f"De {needs['households'].sum()} huishoudens" in told
    statuses = found["results"].set_index("region")["status"]
    assert (statuses[region], statuses["Region 1"]) == ("infeasible", "near_optimal")
    assert region not in set(found["areas"]["area"])


def _moved(instance: Instance, about: Any, year: int) -> Instance:
    """An instance of one year in another one, with groups of its own."""
    dated = {name: instance[name].assign(year=year) for name in ("needs", "supply")}
    groups = instance["groups"].assign(name=lambda frame: frame["name"] + " there")
    codes = {group: f"x-{group}" for group in groups["group"]}
    types = instance["place_types"].assign(name=lambda frame: frame["name"] + " there")
    homes = {kind: f"x-{kind}" for kind in types["place_type"]}
    tables = {**instance.tables, **dated, "groups": groups, "place_types": types}
    tables["agreements"] = instance["agreements"].iloc[:0]
    renamed = {
        name: frame.replace({"group": codes} if "group" in frame else {}).replace(
            {"place_type": homes} if "place_type" in frame else {}
        )
        for name, frame in tables.items()
    }
    return type(instance).from_tables(renamed, about)


def test_what_differs_is_said(apart: dict[str, Solution]) -> None:
    """Other policies, scenarios and fractional places are said, with the regions."""
    one, two, *others = apart.values()
    two = replace(solve(two.instance, "proportional", whole=False))
    about = one.instance.about.model_copy(update={"scenario": "high"})
    one = replace(one, instance=one.instance.replace(about=about))
    told = " ".join(rollup([one, two, *others]).sentences("en"))
    assert "proportional (Region 2)" in told
    assert "high (Region 1)" in told
    assert "Divided in fractional places: Region 2" in told


def test_groups_of_some_regions_are_said(apart: dict[str, Solution]) -> None:
    """A group that only some regions know is named with them."""
    one, *others = apart.values()
    needs = one.instance["needs"]
    without = needs[needs["group"] != needs["group"].iloc[0]]
    told = " ".join(rollup([altered(one, needs=without), *others]).sentences("en"))
    assert "Not every region has these groups" in told
    assert "(Region 2, Region 3, Region 4 and Region 5)" in told


def test_estimates_stay_marked(apart: dict[str, Solution]) -> None:
    """A sum rests on an estimate as soon as a part of it does."""
    one, two, *_ = apart.values()
    sure = altered(one, needs=one.instance["needs"].assign(estimate=False))
    found = rollup([sure, two])
    rows = found["areas"].set_index("area")
    assert rows.loc["Region 1", "estimates"] == 0
    assert rows.loc["", "estimates"] == rows.loc["Region 2", "estimates"] > 0
    by_area = found["by_group"].groupby("area")["estimate"]
    assert not by_area.any()["Region 1"]
    assert by_area.all()[""]

    assert f"{rows.loc['', 'estimates']:.0f} van de {rows.loc['', 'rows']:.0f}" in found.sentences("nl")[-1]


def test_provinces(folders: list[Path], provinces: dict[str, str], tmp_path: Path) -> None:
    """Provinces come from a file or a mapping; a region in two of them is counted beside them, and named."""
    file = tmp_path / "provinces.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([("province", "municipality"), *((b, a) for a, b in provinces.items())])
    found = rollup(folders, provinces=file)
    assert read_provinces(file) == provinces
    names = found["areas"].query("level == 'province'")["area"].tolist()
    assert names == ["east", "east / west", "west"]
    assert found.apart == ("Region 5",)
    assert any("Region 5" in told for told in found.sentences("nl"))
    assert set(found["municipalities"]["province"]) == {"east", "west"}


def test_provinces_in_the_instance(apart: dict[str, Solution]) -> None:
    """A number in the column province of municipalities is its province; one that lacks it is named."""
    one, two, *_ = apart.values()
    numbered = altered(one, municipalities=one.instance["municipalities"].assign(province=4.0))
    found = rollup([numbered, two])
    assert found["areas"].query("level == 'province'")["area"].tolist() == ["4"]
    assert any("Of Region 2 the province is not known" in told for told in found.sentences("en"))


# What is refused


def test_everything_wrong_at_once(apart: dict[str, Solution], folders: list[Path], tmp_path: Path) -> None:
    """A folder twice, one that is no result, other years and other meanings are refused together."""
    third = apart["Region 3"].instance
    groups = third["groups"]
    heavier = altered(apart["Region 3"], groups=groups.assign(burden=groups["burden"] + 1))
    other = solve(generate(Size(1, 2, 2, 2, 3), seed=1), whole=False)
    found = codes(folders[0], folders[0], heavier, folders[3], tmp_path / "nowhere", other)
    assert {"no-result", "duplicate-municipality", "duplicate-region", "other-years", "other-meaning"} <= set(
        found
    )


def test_a_changed_result_is_named(folders: list[Path], apart: dict[str, Solution], tmp_path: Path) -> None:
    """A number that was changed after solving is refused, with the folder and the file."""
    write_solution(apart["Region 1"], tmp_path / "mine")
    file = tmp_path / "mine" / "loads.csv"
    file.write_text(file.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(RunError) as caught:
        rollup([tmp_path / "mine", *folders[1:]])
    (problem,) = caught.value.problems
    assert problem.what == "mine: loads.csv is not as it was written."


def test_one_thing_under_two_ids(apart: dict[str, Solution]) -> None:
    """A group or a place type that goes by another id elsewhere is refused."""
    one, two, *_ = apart.values()
    groups = two.instance["groups"]
    first = groups["group"].iloc[0]
    renamed = {
        name: two.instance[name].replace({"group": {first: "another"}})
        for name in ("groups", "needs", "suitability")
    }
    renamed["agreements"] = two.instance["agreements"].iloc[:0]
    assert codes(one, altered(two, **renamed)) == ["other-id"]
    types = two.instance["place_types"]
    dearer = altered(two, place_types=types.assign(annual_cost=types["annual_cost"] + 1))
    assert set(codes(one, dearer)) == {"other-meaning"}


def test_nothing_to_add(apart: dict[str, Solution]) -> None:
    """Without a result, or with only one that has no plan, nothing can be added."""
    assert codes() == ["no-results"]
    impossible = solve(read_instance(INSTANCES / "impossible-agreements"))
    assert codes(impossible) == ["no-results"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("town,province\nA,east\n", "missing-column"),
        ("municipality;province\nA;east\n", "missing-column"),
        ("municipality,province\nA,east\nA,west\n,north\nB,\n", "unclear-province"),
        (b"\xff\xfe", "unreadable-file"),
        ("municipality,province\nA,east\n", "no-province"),
        ("", "missing-column"),
    ],
)
def test_bad_provinces(text: str | bytes, code: str, apart: dict[str, Solution], tmp_path: Path) -> None:
    """A file of provinces without its columns, unclear, unreadable or incomplete is refused."""
    file = tmp_path / "provinces.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    assert set(codes(apart["Region 1"], provinces=file)) == {code}
    assert codes(apart["Region 1"], provinces=tmp_path / "none.csv") == ["unreadable-file"]


# Written


@pytest.mark.parametrize("lang", get_args(Language))
def test_a_package(folders: list[Path], provinces: dict[str, str], lang: Language, tmp_path: Path) -> None:
    """The folder is a data package of which every claim is true, with the tables as they were."""
    found = rollup(folders, provinces=provinces)
    write_rollup(found, tmp_path / "country", lang=lang)
    assert list(false_claims(tmp_path / "country")) == []
    package = json.loads((tmp_path / "country" / "datapackage.json").read_text("utf-8"))
    assert {each["name"] for each in package["resources"]} == set(ROLLUP_TABLES) == set(found.tables)
    assert package["verdeling"]["kind"] == "rollup"
    written = pd.read_csv(tmp_path / "country" / "areas.csv", keep_default_na=False)
    assert written["needs"].tolist() == found["areas"]["needs"].tolist()


def test_never_over_something_else(folders: list[Path], tmp_path: Path) -> None:
    """A result is never replaced by a sum, nor a sum unasked."""
    found = rollup(folders)
    with pytest.raises(OutputError):
        write_rollup(found, folders[0], overwrite=True)
    write_rollup(found, tmp_path / "sum")
    with pytest.raises(OutputError):
        write_rollup(found, tmp_path / "sum")
    write_rollup(found, tmp_path / "sum", overwrite=True)


@pytest.mark.parametrize("lang", get_args(Language))
def test_a_workbook(apart: dict[str, Solution], lang: Language, tmp_path: Path) -> None:
    """A sheet a table in the language, names for ids, numbers as numbers, and no text that is a formula."""
    one = apart["Region 1"]
    towns = one.instance["municipalities"]
    nasty = altered(one, municipalities=towns.assign(name=["=1+1", "<script>", '"@x"']))
    write_rollup(rollup([nasty, *list(apart.values())[1:]]), tmp_path / "sum.xlsx", lang=lang)
    book = load_workbook(tmp_path / "sum.xlsx")
    assert book.sheetnames[:2] == (["overzicht", "sommen"] if lang == "nl" else ["about", "sums"])
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    assert {"=1+1", "<script>"} <= {cell.value for cell in cells}
    first = {cell.value: cell.column for cell in book.worksheets[1][1]}
    needs = book.worksheets[1].cell(2, first[TEXTS["heading.needs"][lang == "en"]]).value
    assert needs == sum(sum(each.instance["needs"]["households"]) for each in apart.values())
    book.close()


def test_every_column_has_words() -> None:
    """Every column of regions together has a type, a heading and a description, and every table too."""
    columns = {column for table in ROLLUP_TABLES.values() for column in table.columns}
    assert columns <= set(FIELDS)
    assert {f"holds.{name}" for name in ROLLUP_TABLES} <= set(TEXTS)
    assert {f"level.{level}" for level in ("total", "province", "region")} <= set(TEXTS)


# On the command line


@pytest.mark.parametrize(
    ("lang", "words"),
    [("nl", ["Wat optelt", "alles samen", "dekking"]), ("en", ["What adds up", "total", "coverage"])],
)
def test_the_command(lang: str, words: list[str], folders: list[Path], tmp_path: Path) -> None:
    """Sums, indicators and sentences are shown, and written where that is asked for."""
    told = shown("rollup", *folders, "--lang", lang, "-o", tmp_path / "sum")
    assert all(word in told for word in words)
    assert " ".join(rollup(folders).sentences("nl" if lang == "nl" else "en")[0].split()) in told
    assert (tmp_path / "sum" / "areas.csv").exists()
    assert "there already" in refused("rollup", *folders, "-o", tmp_path / "sum")
    assert "does not describe a result" in refused("rollup", tmp_path)


def test_a_region_without_a_division_shows_in_the_exit_code(
    apart: dict[str, Solution], folders: list[Path], tmp_path: Path
) -> None:
    """What is there is added up and written; the exit code and the last line say that it is not all."""
    one = apart["Region 1"]
    write_solution(replace(one, status="time_limit"), tmp_path / "late")
    two = apart["Region 2"].instance
    asked = {"agreement": "much", "text": "A great deal of places.", "measure": "places", "sense": ">="}
    wish = pd.DataFrame([asked | {"value": 1e6, "strength": "hard", "region": "Region 2"}])
    write_solution(solve(type(two).from_tables({**two.tables, "agreements": wish}, two.about)),
                   tmp_path / "none")  # fmt: skip
    for late, others, code in ((["late"], folders[1:], 4), (["late", "none"], folders[2:], 3)):
        result = run("rollup", *(tmp_path / name for name in late), *others, "-o", tmp_path / str(code))
        assert (result.exit_code, f"exit code {code}." in result.stderr) == (code, True)
        assert (tmp_path / str(code) / "areas.csv").exists()


def test_a_value_is_called_a_value(apart: dict[str, Solution], tmp_path: Path) -> None:
    """The sheet of indicators has values; only goals have what is reached."""
    write_rollup(rollup(list(apart.values())), tmp_path / "sum.xlsx", lang="nl")
    sheet = load_workbook(tmp_path / "sum.xlsx")["indicatoren"]
    headings = [cell.value for cell in sheet[1]]
    assert "waarde" in headings
    assert "bereikt" not in headings
