"""Figures of an older year on a later map: nothing is lost, made up or counted twice."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from verdeling.cbs.carrying import Split, carry
from verdeling.cbs.codes import FIRST, LAST, changes, destinations, names_of
from verdeling.cbs.words import moved_sentences
from verdeling.errors import FiguresError

if TYPE_CHECKING:
    from collections.abc import Sequence

HAAREN = Split(
    old="GM0788",
    into={"GM0757": 0.15, "GM0824": 0.4, "GM0855": 0.1, "GM0865": 0.35},
    source="by the villages",
)
WINSUM = Split(old="GM0053", into={"GM1966": 0.9, "GM1969": 0.1}, source="by addresses")
CUIJK = ["GM0756", "GM1684", "GM0786", "GM0815", "GM1702"]


def table(figures: dict[str, float], **columns: object) -> pd.DataFrame:
    """Households by municipality."""
    return pd.DataFrame({"municipality": list(figures), "households": list(figures.values()), **columns})


def refused(figures: pd.DataFrame, codes: int, onto: int, splits: Sequence[Split] = ()) -> FiguresError:
    """What is said of figures that cannot be moved."""
    with pytest.raises(FiguresError) as error:
        carry(figures, ["households"], codes=codes, onto=onto, splits=splits)
    return error.value


def test_what_merged_is_added_up() -> None:
    """Five municipalities become one, with the sum of their figures, and the others stay as they were."""
    figures = table({**{code: 10 + at for at, code in enumerate(CUIJK)}, "GM0153": 7}, year=2021)
    carried = carry(figures, ["households"], codes=2021, onto=2024)
    assert carried.figures.to_dict("list") == {
        "municipality": ["GM0153", "GM1982"],
        "households": [7, 60],
        "year": [2021, 2021],
        "source": ["", ""],
        "estimate": [False, False],
    }
    assert set(carried.moved["old"]) == set(CUIJK)


def test_what_was_divided_is_an_estimate_with_its_source() -> None:
    """Whole numbers are split in whole numbers; what rests on it is marked, the rest is not."""
    held = {"GM0788": 101, "GM0757": 5, "GM0824": 6, "GM0855": 7, "GM0865": 8, "GM0153": 9}
    carried = carry(table(held, source="CBS"), ["households"], codes=2020, onto=2021, splits=[HAAREN])
    rows = carried.figures.set_index("municipality")
    assert rows["households"].to_dict() == {
        "GM0153": 9, "GM0757": 5 + 15, "GM0824": 6 + 41, "GM0855": 7 + 10, "GM0865": 8 + 35,
    }  # fmt: skip
    assert rows["estimate"].to_dict() == {code: code != "GM0153" for code in rows.index}
    assert rows.loc["GM0824", "source"] == "CBS; by the villages"
    assert moved_sentences(carried.moved, 2020, 2021, "nl") == [
        "Haaren is verdeeld: Boxtel 15%, Oisterwijk 40%, Tilburg 10% en Vught 35% (by the villages). "
        "Deze cijfers zijn schattingen."
    ]


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_every_figure_is_where_it_belongs(data: st.DataObject) -> None:
    """Of any year onto any later one the country keeps its sum, and each municipality has what it should."""
    codes = data.draw(st.integers(FIRST, LAST))
    onto = data.draw(st.integers(codes, LAST))
    amounts = data.draw(st.lists(st.integers(0, 10**6), min_size=380, max_size=380))
    held = dict(zip(names_of(codes), amounts, strict=False))
    carried = carry(table(held), ["households"], codes=codes, onto=onto, splits=[HAAREN, WINSUM])
    parts = {split.old: split.parts for split in (HAAREN, WINSUM)}
    exact = dict.fromkeys(names_of(onto), Fraction(0))
    for code, amount in held.items():
        targets = destinations(code, codes, onto)
        for new in targets:
            exact[new] += amount * (parts[code][new] if len(targets) > 1 else 1)
    found = carried.figures.set_index("municipality")["households"]
    assert found.sum() == sum(held.values())
    assert set(found.index) == set(exact)
    assert all(abs(found[code] - exact[code]) < 2 for code in exact)
    divided = {new for code in held for new in destinations(code, codes, onto)
               if len(destinations(code, codes, onto)) > 1}  # fmt: skip
    estimates = carried.figures.set_index("municipality")["estimate"]
    assert {code for code in exact if estimates[code]} == divided


def test_a_table_of_the_same_year_stays_as_it_is() -> None:
    """Nothing happens to figures that are on the map already."""
    figures = table({code: at for at, code in enumerate(names_of(2024))}, estimate=False, source="CBS")
    carried = carry(figures, ["households"], codes=2024, onto=2026)
    assert carried.figures.equals(figures)
    assert carried.moved.empty


def test_names_in_place_of_codes() -> None:
    """Names of the year are taken for their codes."""
    carried = carry(table({"Beemster": 3, "Purmerend": 4}), ["households"], codes=2021, onto=2024)
    assert carried.figures[["municipality", "households"]].to_numpy().tolist() == [["GM0439", 7]]


def test_a_sum_that_would_lack_a_part() -> None:
    """Where figures of a part are not there, for one year among several, there is no sum."""
    figures = pd.concat([
        table(dict.fromkeys(CUIJK, 1), year=2020), table(dict.fromkeys(CUIJK[1:], 1), year=2021),
    ])  # fmt: skip
    (problem,) = refused(figures, 2021, 2024).problems
    assert problem.code == "incomplete-sum"
    assert problem.what == "Land van Cuijk (GM1982) lacks Boxmeer (GM0756): 2021."


def test_a_municipality_that_was_divided_needs_its_parts() -> None:
    """Without a split, or with one over others, the figures are refused, and it is said what to state."""
    other = Split(old="GM0788", into={"GM0855": 1}, source="x")
    for splits in ([], [other]):
        (problem,) = refused(table({"Haaren": 3}), 2020, 2021, splits).problems
        assert problem.code == "no-split"
        assert '[[split]] old = "GM0788"' in problem.remedy


@pytest.mark.parametrize(
    ("figures", "codes", "code"),
    [
        (table({"GM1982": 1}), 2021, "unknown-code"),
        (table({"Beemster": 1, "GM0370": 2}), 2021, "same-municipality"),
        (table({"GM0153": float("nan")}), 2021, "not-an-amount"),
        (pd.concat([table({"GM0153": 1})] * 2), 2021, "duplicate-key"),
        (table({"GM0153": 1}), 2026, "later-codes"),
        (table({"GM0153": 1}), 2012, "unknown-year"),
    ],
)
def test_figures_that_cannot_be_moved(figures: pd.DataFrame, codes: int, code: str) -> None:
    """A code of another year, a municipality twice, no number, a year before: each is refused by its name."""
    assert {problem.code for problem in refused(figures, codes, 2024).problems} == {code}


def test_parts_that_do_not_add_up() -> None:
    """A split gives away the whole of a municipality, exactly."""
    with pytest.raises(ValidationError, match="add up to 1"):
        Split(old="GM0788", into={"GM0855": 0.5, "GM0865": 0.4}, source="x")


def test_two_were_divided() -> None:
    """The municipalities for which a split must be stated are those that the documents name."""
    olds = [change.old for change in changes()]
    assert {old for old in olds if olds.count(old) > 1} == {HAAREN.old, WINSUM.old}
