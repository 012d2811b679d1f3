"""Reading files as they are: what is repaired is told, what is unclear is refused with its address."""

from __future__ import annotations

import struct
import zipfile
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from pydantic import ValidationError

from messy import by_hand
from verdeling.errors import InstanceError, Problem
from verdeling.language import say
from verdeling.mapping.format import Mapping, read_mapping
from verdeling.mapping.merging import shared
from verdeling.mapping.notation import NoNumberError, written
from verdeling.mapping.reading import Mapped, read_mapped
from verdeling.mapping.resolving import closest, distance
from verdeling.mapping.words import notice_sentences, repair_sentences

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.instance import Instance

RENT = "social_rent"
STATED: list[dict[str, Any]] = [
    {"fills": "municipalities", "rows": [
        {"municipality": "GM1", "name": "Astad", "region": "Drieland", "population": 10},
        {"municipality": "GM2", "name": "Hof van Beedorp", "region": "Drieland", "population": 20}]},
    {"fills": "groups", "rows": [
        {"group": "g", "name": "Group", "name_nl": "Groep", "priority": 1},
        {"group": "h", "name": "Other", "name_nl": "Ander", "priority": 2}]},
    {"fills": "place_types", "rows": [{"place_type": RENT, "name": "Rent", "name_nl": "Huur"}]},
    {"fills": "suitability", "rows": [
        {"group": "g", "place_type": RENT}, {"group": "h", "place_type": RENT}]},
    {"fills": "supply", "rows": [{"municipality": "GM1", "place_type": RENT, "year": 2025, "places": 9}]},
]  # fmt: skip
"""Tables that the mapping states itself, so that a test is about needs."""
NEEDS: dict[str, Any] = {
    "fills": "needs",
    "columns": {"municipality": "Gemeente", "households": "Aantal"},
    "constants": {"group": "g", "year": 2025},
}


def mapping(**needs: Any) -> Mapping:
    """A mapping for a file with needs: fields of its block, and `reading`, `names` and `merged`."""
    whole = {name: needs.pop(name) for name in ("reading", "names", "merged", "division") if name in needs}
    return Mapping.model_validate({"table": [*STATED, NEEDS | needs], **whole})


def text_file(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    """A CSV file with semicolons under the header that `NEEDS` asks for."""
    path = folder / "opgave.csv"
    path.write_bytes("\r\n".join(["Gemeente;Aantal", *lines, ""]).encode(encoding))
    return path


def book_file(path: Path, *rows: list[Any]) -> Path:
    """A workbook with one sheet."""
    book = Workbook()
    assert book.active is not None
    book.active.title = "Opgave"
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def needs(mapped: Mapped) -> dict[tuple[str, int], int]:
    """Households by municipality and year."""
    frame = mapped.instance["needs"]
    spots = zip(frame["municipality"], frame["year"], strict=True)
    return dict(zip(spots, frame["households"].tolist(), strict=True))


def refused(path: Path, stated: Mapping) -> list[Problem]:
    """What is wrong with a file that must be refused."""
    with pytest.raises(InstanceError) as caught:
        read_mapped(path, stated)
    return list(caught.value.problems)


def repaired(mapped: Mapped) -> list[tuple[str, ...]]:
    """Cell, what stood there, what it became, and why."""
    return list(mapped.repairs[["cell", "stood", "became", "why"]].itertuples(index=False, name=None))


# Numbers


@pytest.mark.parametrize(
    ("text", "dutch", "english"),
    [
        ("12", "12", "12"), ("1.234", "1234", "1.234"), ("1,234", "1.234", "1234"), ("-3", "-3", "-3"),
        ("1.234,5", "1234.5", None), ("1,234.5", None, "1234.5"), ("1 234", "1234", "1234"),
        ("12,5", "12.5", None), ("12.5", None, "12.5"), ("1.23", None, "1.23"), ("0,123", "0.123", None),
        ("1.234.567", "1234567", None), ("€ 1.200", "1200", "1.2"), ("€ 1.200,-", "1200", "1.2"),
        ("6%", "0.06", "0.06"), ("7,5 %", "0.075", None), ("<5", None, None), ("-", None, None),
        ("", None, None), ("1-5", None, None), ("12a", None, None), ("1.2.3", None, None),
        ("٣", None, None), ("1e3", None, None), ("%", None, None), ("12,", None, None),
    ],
)  # fmt: skip
def test_a_number_has_one_reading_or_is_refused(text: str, dutch: str | None, english: str | None) -> None:
    """In a stated notation it is that or nothing; in none it is read where only one value is possible."""
    either = {Fraction(each) for each in (dutch, english) if each is not None}
    for notation, expected in (("dutch", dutch), ("english", english)):
        if expected is None:
            with pytest.raises(NoNumberError):
                written(text, notation)  # type: ignore[arg-type]
        else:
            assert written(text, notation).value == Fraction(expected)  # type: ignore[arg-type]
    if len(either) == 1:
        assert written(text).value in either
    else:
        with pytest.raises(NoNumberError):
            written(text)


@pytest.mark.parametrize("text", ["9" * 5000, "9" * 101, "1." * 5000 + "5"])
def test_what_is_longer_than_any_number_is_none(text: str) -> None:
    """Thousands of digits are refused like a word, before they are read."""
    with pytest.raises(NoNumberError):
        written(text)
    assert written("9" * 100).value == 10**100 - 1


@given(whole=st.integers(0, 10**9), cents=st.integers(0, 99))
def test_any_number_in_either_notation(whole: int, cents: int) -> None:
    """A number that Python writes with separators is read back exactly, in both notations."""
    english = f"{whole:,}.{cents:02}"
    dutch = english.translate(str.maketrans(",.", ".,"))
    value = Fraction(100 * whole + cents, 100)
    assert written(english, "english").value == written(dutch, "dutch").value == value


def test_an_ambiguous_number_is_refused_with_its_address(tmp_path: Path) -> None:
    """1.234 is a thousand or one and a bit: it is refused until the mapping states the notation."""
    path = text_file(tmp_path, "Astad;1.234", "Hof van Beedorp;2")
    (problem,) = refused(path, mapping())
    assert (problem.code, problem.row, problem.value) == ("ambiguous-number", "opgave.csv!B2", "1.234")
    mapped = read_mapped(path, mapping(reading={"notation": "dutch"}))
    assert needs(mapped) == {("GM1", 2025): 1234, ("GM2", 2025): 2}
    assert repaired(mapped) == [("B2", "1.234", "1234", "thousands")]


def test_marks_mean_what_the_mapping_states(tmp_path: Path) -> None:
    """A mark is nothing, zero, an estimate, or refused; one that is not stated is refused."""
    path = text_file(tmp_path, "Astad;<5", "Hof van Beedorp;-", "GM1;x")
    stated = mapping(reading={"marks": {"<5": {"estimate": 3}, "-": "zero", "X": "nothing"}})
    mapped = read_mapped(path, stated)
    assert needs(mapped) == {("GM1", 2025): 3, ("GM2", 2025): 0}
    assert mapped.instance["needs"]["estimate"].tolist() == [True, False]
    assert [why for *_, why in repaired(mapped)] == ["estimate", "zero", "nothing"]
    unread = {each.code: each.row for each in refused(path, mapping(reading={"marks": {"x": "refuse"}}))}
    assert unread["unclear-cell"] == "opgave.csv!B4"
    assert unread["not-a-number"] == "opgave.csv!B3"


def test_totals_are_a_witness(tmp_path: Path) -> None:
    """A total that its rows do not add up to is told; a subtotal and one of estimates are not."""
    rows = ["Astad;2", "Subtotaal;2", "Hof van Beedorp;3", "Subtotaal;3", "Totaal;{}", "Bron: telling"]
    told = []
    for total, first in ((5, "Astad;2"), (6, "Astad;2"), (6, "Astad;<5")):
        lines = [first, *rows[1:4], rows[4].format(total), rows[5]]
        stated = mapping(skip=["*totaal", "Bron*"], reading={"marks": {"<5": {"estimate": 2}}})
        told.append(read_mapped(text_file(tmp_path, *lines), stated).notices)
    assert told == [[], [("total", "opgave.csv!B6", "6 ≠ 5")], []]


def test_an_empty_amount_is_refused_unless_stated(tmp_path: Path) -> None:
    """An empty cell where a number should be means nothing by itself."""
    path = text_file(tmp_path, "Astad;4", "Hof van Beedorp;")
    (problem,) = refused(path, mapping())
    assert (problem.code, problem.row) == ("empty-cell", "opgave.csv!B3")
    assert needs(read_mapped(path, mapping(reading={"marks": {"": "nothing"}}))) == {("GM1", 2025): 4}


def test_units_are_converted_as_stated(tmp_path: Path) -> None:
    """Persons become households by a factor; what is not whole then is refused unless rounding is stated."""
    path = text_file(tmp_path, "Astad;21", "Hof van Beedorp;20")
    column = {"column": "Aantal", "divided_by": 2.1}
    (problem,) = refused(path, mapping(columns=NEEDS["columns"] | {"households": column}))
    assert (problem.code, problem.row, problem.column) == ("not-whole", "opgave.csv!B3", "households")
    for rounding, expected in (("nearest", 10), ("down", 9), ("up", 10)):
        stated = mapping(columns=NEEDS["columns"] | {"households": column | {"round": rounding}})
        assert needs(read_mapped(path, stated)) == {("GM1", 2025): 10, ("GM2", 2025): expected}
    of_others = column | {"divided_by": {"h": 2.1}}
    assert {
        each.code for each in refused(path, mapping(columns=NEEDS["columns"] | {"households": of_others}))
    } == {"no-factor"}


# Names


def test_a_misspelt_name_is_refused_with_what_it_may_mean(tmp_path: Path) -> None:
    """Hof v. Beedorp is nobody, and perhaps Hof van Beedorp; the mapping may say so, and that is told."""
    path = text_file(tmp_path, "Astad;1", "Hof v. Beedorp;2")
    (problem,) = refused(path, mapping())
    assert (problem.code, problem.row) == ("unknown-name", "opgave.csv!A3")
    assert "Hof van Beedorp (2 different)" in problem.what
    assert '"Hof v. Beedorp" = "GM2"' in problem.remedy
    mapped = read_mapped(path, mapping(names={"municipality": {"Hof v. Beedorp": "GM2"}}))
    assert needs(mapped) == {("GM1", 2025): 1, ("GM2", 2025): 2}
    assert repaired(mapped) == [("A3", "Hof v. Beedorp", "GM2", "named")]


def test_one_municipality_under_two_names_is_refused(tmp_path: Path) -> None:
    """The same municipality by name and by id is twice the same need, and both cells are named."""
    (problem,) = refused(text_file(tmp_path, "Astad;1", "GM1;2"), mapping())
    assert (problem.code, problem.table) == ("duplicate-key", "needs")
    assert "opgave.csv!" in problem.row
    assert "opgave.csv!" in problem.what


@given(one=st.text("abc", max_size=5), other=st.text("abc", max_size=5))
def test_distance_is_the_least_number_of_changes(one: str, other: str) -> None:
    """The distance is that of the definition, word for word."""

    def defined(left: str, right: str) -> int:
        if not left or not right:
            return len(left) + len(right)
        same = defined(left[1:], right[1:]) + (left[0] != right[0])
        return min(same, 1 + defined(left[1:], right), 1 + defined(left, right[1:]))

    assert distance(one, other) == defined(one, other)
    assert closest(one, [one]) == [(0, one)] * bool(one)


# Mergers


@given(amount=st.integers(0, 10**6), parts=st.lists(st.integers(1, 50), min_size=1, max_size=5))
def test_split_amounts_add_up(amount: int, parts: list[int]) -> None:
    """A whole amount in parts is whole, adds up, and is nowhere one or more away from the exact part."""
    exact = [Fraction(part, sum(parts)) for part in parts]
    found = shared(amount, exact)
    assert sum(found) == amount
    assert all(abs(each - amount * part) < 1 for each, part in zip(found, exact, strict=True))


def test_merged_municipalities_are_added_up_or_split(tmp_path: Path) -> None:
    """Rows of an old municipality go to the new ones; what is split is an estimate, and both are told."""
    path = text_file(tmp_path, "Astad;10", "Oudstad;5", "Ouddorp;3")
    merged = [{"old": "Oudstad", "into": "GM1"}, {"old": "Ouddorp", "into": {"GM1": 0.25, "GM2": 0.75}}]
    mapped = read_mapped(path, mapping(merged=merged))
    assert needs(mapped) == {("GM1", 2025): 16, ("GM2", 2025): 2}
    assert mapped.instance["needs"]["estimate"].tolist() == [True, True]
    assert [each for each in repaired(mapped) if each[3] != "merged"] == [
        ("4", "3", "1 GM1, 2 GM2", "split"), ("2", "10 + 5 + 1", "16", "summed"),
    ]  # fmt: skip


def test_what_is_summed_or_renamed_is_no_estimate(tmp_path: Path) -> None:
    """A municipality that went over as a whole took its counts along; nothing of them is split."""
    path = text_file(tmp_path, "Astad;10", "Oudstad;5")
    mapped = read_mapped(path, mapping(merged=[{"old": "Oudstad", "into": "GM2"}]))
    assert needs(mapped) == {("GM1", 2025): 10, ("GM2", 2025): 5}
    assert not mapped.instance["needs"]["estimate"].any()
    assert "split" not in [why for *_, why in repaired(mapped)]


def test_old_municipalities_in_the_table_itself(tmp_path: Path) -> None:
    """Where the table still lists the old ones their inhabitants are added up under the new name."""
    rows = [
        {"municipality": old, "name": old, "region": "Drieland", "population": people}
        for old, people in (("Uden", 40), ("Landerd", 15))
    ]
    whole = mapping(merged=[{"old": ["Uden", "Landerd"], "into": "GM3", "name": "Maashorst"}]).model_dump()
    whole["table"].append({"fills": "municipalities", "rows": rows})
    instance = read_mapped(text_file(tmp_path, "Uden;1", "Landerd;2", "Maashorst;0"), trimmed(whole)).instance
    made = instance["municipalities"].set_index("municipality").loc["GM3"]
    assert (made["name"], made["population"]) == ("Maashorst", 55)
    assert needs_of(instance, "GM3") == 3


def test_mergers_that_follow_from_the_division(tmp_path: Path) -> None:
    """With the years of cells and map whole mergers need not be stated; what was divided must be."""
    named = {"GM1991": "Maashorst", "GM0855": "Tilburg", "GM0824": "Oisterwijk"}
    home = {"region": "Drieland", "population": 9}
    rows = [{"municipality": code, "name": name, **home} for code, name in named.items()]
    rest = [row for row in STATED if row["fills"] not in ("municipalities", "supply")]
    supply = {**STATED[-1], "rows": [{**STATED[-1]["rows"][0], "municipality": "GM0855"}]}
    table = [{"fills": "municipalities", "rows": rows}, *rest, supply, NEEDS]
    whole = {"table": table, "division": {"codes": 2020, "map": 2024}}
    path = text_file(tmp_path, "Uden;1", "GM1685;2", "Tilburg;4", "Oisterwijk;5", "Haaren;8")
    (problem,) = refused(path, Mapping.model_validate(whole))
    assert problem.value == "Haaren"
    split = [{"old": "Haaren", "into": {"GM0855": 0.25, "GM0824": 0.75}}]
    mapped = read_mapped(path, Mapping.model_validate({**whole, "merged": split}))
    assert needs(mapped) == {("GM1991", 2025): 3, ("GM0855", 2025): 6, ("GM0824", 2025): 11}
    path = text_file(tmp_path, "Uden;1", "Tilburg;4", "Haaren;8")
    assert [each.what for each in refused(path, Mapping.model_validate({**whole, "merged": split}))] == [
        "GM1991 lacks Landerd: g, 2025.", "GM0824 lacks Oisterwijk: g, 2025."
    ]  # fmt: skip


NOORD_AND_ZUID = [{"old": ["Noord", ["Zuid", "C.-Zuid"]], "into": "GM2"}]


def test_names_of_one_municipality_are_no_parts(tmp_path: Path) -> None:
    """One of two names of an old municipality is enough; of two that merged both are needed."""
    path = text_file(tmp_path, "Noord;5", "C.-Zuid;3")
    assert needs(read_mapped(path, mapping(merged=NOORD_AND_ZUID))) == {("GM2", 2025): 8}
    (problem,) = refused(text_file(tmp_path, "Astad;1", "C.-Zuid;3"), mapping(merged=NOORD_AND_ZUID))
    assert (problem.code, problem.row) == ("incomplete-sum", "opgave.csv!3")
    assert problem.what == "GM2 lacks Noord: g, 2025."


def test_a_part_that_a_mark_made_fall_away_is_no_zero(tmp_path: Path) -> None:
    """A cell that tells nothing is not added up as if nobody were there, unless the mapping says so."""
    path = text_file(tmp_path, "Noord;.", "Zuid;3")
    marks = {"reading": {"marks": {".": "nothing"}}}
    (problem,) = refused(path, mapping(merged=NOORD_AND_ZUID, **marks))
    assert problem.what == "GM2 lacks Noord: g, 2025."
    stated = [{**NOORD_AND_ZUID[0], "absent": "zero"}]
    assert needs(read_mapped(path, mapping(merged=stated, **marks))) == {("GM2", 2025): 3}


def test_a_municipality_that_stayed_needs_its_own_figure(tmp_path: Path) -> None:
    """Where one went into another that was there already, neither stands for both in any year."""
    columns = {"municipality": "Gemeente", "households": "Aantal", "year": "Jaar"}
    stated = mapping(columns=columns, constants={"group": "g"}, merged=[{"old": "Oud", "into": "GM1"}])
    path = tmp_path / "opgave.csv"
    rows = ["Astad;1;2025", "Oud;2;2025", "Astad;4;2026", "Oud;8;2027", "Hof van Beedorp;16;2027"]
    path.write_text("\n".join(["Gemeente;Aantal;Jaar", *rows]), "utf-8")
    assert [each.what for each in refused(path, stated)] == [
        "GM1 lacks Oud: g, 2026.",
        "GM1 lacks GM1: g, 2027.",
    ]
    path.write_text("\n".join(["Gemeente;Aantal;Jaar", *rows, "Oud;0;2026", "Astad;0;2027"]), "utf-8")
    assert needs(read_mapped(path, stated)) == {
        ("GM1", 2025): 3, ("GM1", 2026): 4, ("GM1", 2027): 8, ("GM2", 2027): 16
    }  # fmt: skip


def test_suppliers_need_not_let_homes_everywhere(tmp_path: Path) -> None:
    """An association that lets homes in one of two municipalities that merged makes no sum incomplete."""
    path = tmp_path / "aanbod.csv"
    path.write_text("Gemeente;Corporatie;Aantal\nNoord;N;5\nZuid;Z;3\nZuid;N;1\n", "utf-8")
    supply = {"fills": "supply", "columns": {"municipality": "Gemeente", "supplier": "Corporatie",
              "places": "Aantal"}, "constants": {"place_type": RENT, "year": 2025}}  # fmt: skip
    row = {"group": "g", "municipality": "GM1", "year": 2025, "households": 1}
    table = [*STATED[:-1], supply, {"fills": "needs", "rows": [row]}]
    made = read_mapped(path, Mapping.model_validate({"table": table, "merged": NOORD_AND_ZUID})).instance
    assert dict(zip(made["supply"]["supplier"], made["supply"]["places"], strict=True)) == {"N": 6, "Z": 3}


@pytest.mark.parametrize(("codes", "onto"), [(2012, 2024), (2024, 2031), (2024, 2021)])
def test_a_division_that_is_not_known(codes: int, onto: int) -> None:
    """A year that is not known, or a map before the cells, is refused where it is stated."""
    with pytest.raises(ValidationError, match=r"2018 to 2026|cannot be taken apart"):
        mapping(division={"codes": codes, "map": onto})


def trimmed(whole: dict[str, Any]) -> Mapping:
    """A mapping of what was dumped, without what is not stated."""
    return Mapping.model_validate({**whole, "table": [*STATED, NEEDS, whole["table"][-1]]})


def needs_of(instance: Instance, home: str) -> int:
    """Households of a municipality."""
    frame = instance["needs"]
    return int(frame.loc[frame["municipality"] == home, "households"].sum())


# Headers


def test_headers_of_two_rows_and_wide_columns(tmp_path: Path) -> None:
    """A group above years is joined with them; each cell below is a row with its own address."""
    header = [["Gemeente", "g", None, "h", None], [None, 2025, 2026, 2025, 2026]]
    rows: list[list[Any]] = [["Astad", 1, 2, 3, 4], [], ["Totaal", 1, 2, 3, "fout"]]
    path = book_file(tmp_path / "own.xlsx", *header, *rows)
    wide = {"fills": "households", "headings": "{group} {year}"}
    block = {"header": [1, 2], "columns": {"municipality": "Gemeente"}, "wide": wide, "constants": {}}
    mapped = read_mapped(path, mapping(**block, skip="totaal"))
    frame = mapped.instance["needs"]
    assert frame[["group", "year", "households"]].to_numpy().tolist() == [
        ["g", 2025, 1], ["g", 2026, 2], ["h", 2025, 3], ["h", 2026, 4],
    ]  # fmt: skip
    assert {each.row for each in refused(path, mapping(**block))} == {"Opgave!A5", "Opgave!E5"}


def test_next_year_the_same_mapping(tmp_path: Path) -> None:
    """A sheet with another year in its name and its headings is read with the mapping of last year."""
    stated = mapping(sheet="Opgave *", columns={"municipality": "Gemeente"}, constants={"group": "g"},
                     wide={"fills": "households", "headings": "Aantal {year}"})  # fmt: skip
    stated = stated.model_copy(update={"about": {"years": [2025, 2026]}})
    for year in (2025, 2026):
        book = Workbook()
        assert book.active is not None
        book.active.title = f"Opgave {year}"
        for row in (["Gemeente", f"Aantal {year}"], ["Astad", year]):
            book.active.append(row)
        book.save(tmp_path / f"{year}.xlsx")
        assert needs(read_mapped(tmp_path / f"{year}.xlsx", stated)) == {("GM1", year): year}


def test_a_matrix_of_crosses(tmp_path: Path) -> None:
    """What suits whom stands in a matrix: a cross is a preference, an empty cell no pair at all."""
    path = book_file(
        tmp_path / "own.xlsx", ["Groep", "Huur", "Groep wonen"], ["g", "x", None], ["Ander", 2, "x"]
    )
    needs_rows = [{"group": "g", "year": 2025, "municipality": "GM1", "households": 1}]
    kinds = [{"place_type": RENT, "name": "Rent", "name_nl": "Huur"},
             {"place_type": "shared", "name": "Shared", "name_nl": "Groep wonen"}]  # fmt: skip
    matrix = {"fills": "suitability", "columns": {"group": "Groep"},
              "wide": {"fills": "preference", "headings": "{place_type}"}}  # fmt: skip
    tables = [*STATED[:2], {"fills": "place_types", "rows": kinds}, matrix, STATED[4],
              {"fills": "needs", "rows": needs_rows}]  # fmt: skip
    whole = Mapping.model_validate({"reading": {"marks": {"x": 1, "": "nothing"}}, "table": tables})
    pairs = read_mapped(path, whole).instance["suitability"]
    assert pairs[["group", "place_type", "preference"]].to_numpy().tolist() == [
        ["g", "social_rent", 1], ["h", "shared", 1], ["h", "social_rent", 2],
    ]  # fmt: skip


def test_a_column_that_nobody_speaks_of_is_refused(tmp_path: Path) -> None:
    """A new column in next year's file is not left out in silence, with a heading or without."""
    path = book_file(tmp_path / "own.xlsx", ["Gemeente", "Aantal", "Bijzonder"], ["Astad", 1, 5, 7])
    assert [(each.code, each.row) for each in refused(path, mapping())] == [
        ("unmapped-column", "Opgave!C1"), ("unmapped-column", "Opgave!D1"),
    ]  # fmt: skip
    assert needs(read_mapped(path, mapping(ignore=["bijz*", ""]))) == {("GM1", 2025): 1}


def test_absent_and_double_headings_are_refused(tmp_path: Path) -> None:
    """A heading that is not there is named with one that is like it; one that is there twice is too."""
    path = book_file(tmp_path / "own.xlsx", ["Gemeenten", "Aantal", "Aantal"], ["Astad", 1, 2])
    problems = {each.code: each for each in refused(path, mapping())}
    assert set(problems) == {"missing-heading", "duplicate-heading", "unmapped-column"}
    assert "Did you mean Gemeenten" in problems["missing-heading"].remedy


def test_a_table_that_cannot_be_read_hides_no_other_problem(tmp_path: Path) -> None:
    """Where the municipalities cannot be read, not every name is said to be unknown."""
    path = text_file(tmp_path, "Astad;1", "Hof van Beedorp;veel")
    columns = {"municipality": "Code", "name": "Gemeente", "region": "Aantal", "population": "Aantal"}
    block = {"fills": "municipalities", "columns": columns}
    stated = Mapping.model_validate({"table": [block, *STATED[1:], NEEDS]})
    assert {(each.code, each.row) for each in refused(path, stated)} == {
        ("missing-heading", "opgave.csv!1"),
        ("not-a-number", "opgave.csv!B3"),
    }


# Files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """UTF-8 and UTF-16 are known by themselves; an older encoding must be stated, and is told."""
    path = text_file(tmp_path, "Súdwest;3", encoding=encoding)
    names = {"municipality": {"Súdwest": "GM1"}}
    if encoding == "cp1252":
        (problem,) = refused(path, mapping(names=names))
        assert (problem.code, "cp1252" in problem.remedy) == ("wrong-encoding", True)
        mapped = read_mapped(path, mapping(names=names, reading={"encoding": "cp1252"}))
        assert mapped.notices == [("encoding", "opgave.csv", "cp1252")]
    else:
        mapped = read_mapped(path, mapping(names=names))
    assert needs(mapped) == {("GM1", 2025): 3}


@pytest.mark.parametrize("name", ["own.xls", "own.ods", "own.pdf", "absent.xlsx"])
def test_files_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    """An old format, an unknown one and a file that is not there are refused with what to do."""
    if not name.startswith("absent"):
        (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    (problem,) = refused(tmp_path / name, mapping())
    assert problem.code == ("old-format" if name[-4:] in (".xls", ".ods") else "unreadable-file")


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    """A file that is only called .xlsx is refused."""
    path = tmp_path / "own.xlsx"
    path.write_bytes(b"PK\x03\x04 no")
    assert [each.code for each in refused(path, mapping())] == ["unreadable-file"]


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    """What a part says it unpacks to is looked at first."""
    path = book_file(tmp_path / "own.xlsx", ["Gemeente", "Aantal"], ["Astad", 1])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", bytes(1_234_567))
    small, large = struct.pack("<I", 1_234_567), struct.pack("<I", 3 * 2**30)
    assert small in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(small, large))
    (problem,) = refused(path, mapping())
    assert (problem.code, "3,072 MB" in problem.what) == ("too-large", True)


def test_macros_and_links_are_left_alone_and_told(tmp_path: Path) -> None:
    """Of a workbook with macros and links to other workbooks the values are read, and that is said."""
    path = book_file(tmp_path / "own.xlsm", ["Gemeente", "Aantal"], ["Astad", 1])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    mapped = read_mapped(path, mapping())
    assert needs(mapped) == {("GM1", 2025): 1}
    assert mapped.notices == [("macros", "own.xlsm", ""), ("links", "own.xlsm", "")]
    assert all("own.xlsm" in each for each in notice_sentences(mapped.notices, "nl"))


def test_formulas_give_their_saved_value_or_none(tmp_path: Path) -> None:
    """The value last saved is taken and told; one never computed is refused, as an error is."""
    path = book_file(tmp_path / "own.xlsx", ["Gemeente", "Aantal"], ["Astad", "=1+1"], ["Hof van Beedorp", 7])
    assert [(each.code, each.row) for each in refused(path, mapping())] == [("error-in-cell", "Opgave!B2")]
    saved = tmp_path / "saved.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(saved, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part, content.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>"))
    mapped = read_mapped(saved, mapping())
    assert needs(mapped) == {("GM1", 2025): 2, ("GM2", 2025): 7}
    assert repaired(mapped) == [("B2", "=", "2", "formula")]
    wrong = book_file(tmp_path / "wrong.xlsx", ["Gemeente", "Aantal"], ["Astad", "#REF!"])
    assert [(each.code, each.row) for each in refused(wrong, mapping())] == [("error-in-cell", "Opgave!B2")]


def test_a_date_is_no_number(tmp_path: Path) -> None:
    """What a spreadsheet made a date of is refused with its address."""
    path = book_file(tmp_path / "own.xlsx", ["Gemeente", "Aantal"], ["Astad", datetime(2025, 5, 1)])
    assert [(each.code, each.row) for each in refused(path, mapping())] == [("not-a-number", "Opgave!B2")]


def test_a_folder_of_workbooks_with_sheets_of_one_name(tmp_path: Path) -> None:
    """Sheets of the same name in two files are told apart by their file."""
    book_file(tmp_path / "a.xlsx", ["Gemeente", "Aantal"], ["Astad", "?"])
    book_file(tmp_path / "b.xlsx", ["Gemeente", "Aantal"], ["Astad", 4])
    assert [each.code for each in refused(tmp_path, mapping())] == ["several-sheets"]
    assert needs(read_mapped(tmp_path, mapping(file="b*"))) == {("GM1", 2025): 4}
    (problem,) = refused(tmp_path, mapping(file="a*"))
    assert problem.row == "a.xlsx:Opgave!B2"


# The mapping


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[table", "Expected"),
        ("", "Field required"),
        ('[[table]]\nfills = "nood"', "There is no table nood"),
        ('[[table]]\nfills = "needs"', "It says of no column where it is"),
        ('[[table]]\nfills = "needs"\ncolumns.year = "J"\nconstants.year = 1', "year would be filled twice"),
        (
            '[[table]]\nfills = "needs"\nconstants.year = 1\nwide = {fills = "places", headings = "{year}"}',
            "twice",
        ),
        (
            '[[table]]\nfills = "needs"\nwide = {fills = "places", headings = "{year} {year}"}',
            "year would be",
        ),
        ('[[table]]\nfills = "needs"\ncolumns.year = {column = "J", factor = 2}', "table 1 (needs)"),
        ('[[table]]\nfills = "needs"\ncolumns.a = "b"\n[[merged]]\nold = "x"\ninto = {a = 0.5}', "up to 1"),
        (
            '[[table]]\nfills = "needs"\ncolumns.a = "b"\n[[merged]]\nold = ["x", "X"]\ninto = "a"',
            "more than once",
        ),
    ],
)
def test_a_mapping_that_says_something_else_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """A mapping that is no TOML, or says what a mapping cannot say, is refused with the place."""
    path = tmp_path / "mapping.toml"
    path.write_text(text)
    with pytest.raises(InstanceError) as caught:
        read_mapping(path)
    assert said in str(caught.value)


def test_all_problems_at_once(tmp_path: Path) -> None:
    """Names, numbers and tables that do not fit are told together."""
    path = text_file(tmp_path, "Nergens;1", "Astad;veel", "GM2;-3")
    assert {(each.code, each.row) for each in refused(path, mapping())} == {
        ("unknown-name", "opgave.csv!A2"),
        ("not-a-number", "opgave.csv!B3"),
        ("out-of-range", "opgave.csv!B4"),
    }


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_repairs_are_told_in_words(tmp_path: Path, lang: str) -> None:
    """A kind of repair is one sentence with how many cells and the first of them."""
    path = text_file(tmp_path, "Astad;1.234", "GM2;€ 5.000")
    told = repair_sentences(read_mapped(path, mapping(reading={"notation": "dutch"})), lang)  # type: ignore[arg-type]
    assert told[0].startswith("2 × ")
    assert "opgave.csv!B2 “1.234” → 1234" in told[0]
    assert say("mended.euro", lang) in told[1]  # type: ignore[arg-type]


def test_made_by_hand_is_divided() -> None:
    """The instance that stands beside the workbook is one that can be used."""
    assert by_hand().about.years == (2025, 2026)
