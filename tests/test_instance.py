"""An instance: equal by content, safe from change, of one scenario when asked."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small import ABOUT, only, problems, small, tables
from strategies import instances, scrambled, sources
from verdeling.errors import InstanceError
from verdeling.instance import About, Instance
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

ORDERS = st.lists(st.integers(0, 99), min_size=1, max_size=20)


@given(source=sources(), order=ORDERS)
def test_order_is_not_content(
    source: tuple[dict[str, pd.DataFrame], dict[str, Any]], order: list[int]
) -> None:
    """Rows and columns in another order give the same instance, table by table."""
    drawn, about = source
    one = Instance.from_tables(drawn, about)
    other = Instance.from_tables({name: scrambled(frame, order) for name, frame in drawn.items()}, about)
    assert one == other
    assert one.digest == other.digest
    assert hash(one) == hash(other)
    for name in TABLES:
        pd.testing.assert_frame_equal(one[name], other[name])


@given(source=sources(scenarios=False), data=st.data())
def test_every_value_is_content(
    source: tuple[dict[str, pd.DataFrame], dict[str, Any]], data: st.DataObject
) -> None:
    """Another number in any row gives another instance."""
    drawn, about = source
    table, column = data.draw(
        st.sampled_from([("needs", "households"), ("supply", "places"), ("municipalities", "population")])
    )
    row = data.draw(st.integers(0, len(drawn[table]) - 1))
    frame = drawn[table].copy()
    frame.loc[row, column] += 1
    one, other = Instance.from_tables(drawn, about), Instance.from_tables(drawn | {table: frame}, about)
    assert one != other
    assert one.digest != other.digest


@given(instances())
def test_reading_again_changes_nothing(instance: Instance) -> None:
    """The tables of an instance, read again, are that instance."""
    assert Instance.from_tables(instance.tables, instance.about) == instance
    assert instance.replace() == instance


@given(instances())
def test_no_cell_is_missing(instance: Instance) -> None:
    """Nothing is NaN but a longitude or latitude that is not known."""
    for frame in instance.tables.values():
        assert not frame.drop(columns=["longitude", "latitude"], errors="ignore").isna().any(axis=None)


@given(instances())
def test_one_scenario(instance: Instance) -> None:
    """A scenario has its own rows and those of every scenario, and asking again changes nothing."""
    for name in instance.scenarios:
        chosen = instance.in_scenario(name)
        assert chosen.scenarios == ()
        assert chosen.about.scenario == name
        assert chosen.in_scenario() == chosen.in_scenario(name) == chosen
        assert Instance.from_tables(chosen.tables, chosen.about) == chosen
        for table, frame in instance.tables.items():
            kept = frame[frame["scenario"].isin(["", name])] if "scenario" in frame else frame
            assert len(chosen[table]) == len(kept)
    if not instance.scenarios:
        assert instance.in_scenario() is instance


def test_choosing_a_scenario() -> None:
    """The scenario is the one named, that of about, or the only one there is."""
    assert small().in_scenario("low")["needs"]["households"].sum() == 20
    assert small().in_scenario("high")["needs"]["households"].sum() == 21
    default = Instance.from_tables(tables(), ABOUT | {"scenario": "high"})
    assert default.in_scenario() == small().in_scenario("high")
    needs = small()["needs"]
    assert small(needs=needs[needs["scenario"] != "low"]).in_scenario().about.scenario == "high"


@pytest.mark.parametrize("name", [None, "hgih"])
def test_no_such_scenario(name: str | None) -> None:
    """With several scenarios one is named, and rightly."""
    with pytest.raises(InstanceError, match="high") as caught:
        small().in_scenario(name)
    assert caught.value.problems[0].code == "unknown-scenario"


def test_no_scenario_at_all() -> None:
    """A scenario of an instance that has none is refused."""
    with pytest.raises(InstanceError, match="No row names a scenario"):
        small(needs="group,municipality,year,households\nstatus,GM1,2027,1").in_scenario("high")


def test_tables_cannot_be_changed() -> None:
    """What is done to a table that was handed out, or handed in, does not reach the instance."""
    source = tables()
    instance = Instance.from_tables(source, ABOUT)
    before = instance.digest
    for frame in (instance["needs"], instance.tables["needs"], source["needs"]):
        frame["households"] = 99
    assert Instance(instance.about, instance.tables).digest == before
    with pytest.raises(TypeError):
        instance.tables["needs"] = source["needs"]  # type: ignore[index]


def test_replace() -> None:
    """Other tables or another about give another instance, checked anew."""
    instance = small()
    fewer = instance.replace(distances=None, about=instance.about.model_copy(update={"title": "Other"}))
    assert (len(fewer["distances"]), fewer.about.title) == (0, "Other")
    assert len(instance["distances"]) == 1
    with pytest.raises(InstanceError):
        instance.replace(groups=None)


@settings(max_examples=10)
@given(instance=instances(), other=instances())
def test_replacing_is_reading_anew(instance: Instance, other: Instance) -> None:
    """A table in the place of another gives what reading all tables gives: the same instance, or problems."""
    for table, frame in other.tables.items():
        replaced = _outcome(lambda table=table, frame=frame: instance.replace(about=None, **{table: frame}))
        tables = {**instance.tables, table: frame}
        assert replaced == _outcome(lambda tables=tables: Instance.from_tables(tables, instance.about))


def _outcome(make: Callable[[], Instance]) -> Instance | str:
    try:
        return make()
    except InstanceError as error:
        return str(error)


@given(instances())
def test_pickle(instance: Instance) -> None:
    """An instance can be sent to another process."""
    assert pickle.loads(pickle.dumps(instance)) == instance


def test_summary() -> None:
    """An instance shows its title, years, sizes and scenarios."""
    assert repr(small()) == (
        "<Instance 'Two towns and a village', 2027-2028: 3 municipalities, 2 groups, 2 place types, "
        "3 suitability, 5 needs, 4 supply, 1 projects, 2 support, 2 agreements, 3 fair shares, 1 distances, "
        "scenarios high, low>"
    )
    assert small() != "small"


def test_years_follow_from_needs() -> None:
    """Without an about the horizon is the years in which somebody looks."""
    instance = Instance.from_tables(tables(), None)
    assert (instance.about.title, instance.about.years) == ("Untitled", (2027, 2028))


@pytest.mark.parametrize(
    ("about", "column"),
    [
        ({"years": [2027, 2029]}, "years"),
        ({"years": [2028, 2027]}, "years"),
        ({"years": [2027, "soon"]}, "years.1"),
        ({"name": "Small Region"}, "name"),
        ({"licence": "free for all"}, "licence"),
        ({"author": "somebody"}, "author"),
        ({"sources": [{"path": "x"}]}, "sources.0.title"),
        ({"sources": "CBS"}, "sources"),
        ({"title": "zero\u200bwidth"}, "title"),
    ],
)
def test_invalid_about(about: dict[str, Any], column: str) -> None:
    """What an instance is about is checked like its tables."""
    found = [problem for problem in problems(tables(), ABOUT | about) if problem.code == "invalid-about"]
    assert [problem.column for problem in found] == [column]


def test_years_with_a_gap() -> None:
    """A gap in the years that follow from needs is refused, for a typing error looks the same."""
    problem = only(
        tables(needs="group,municipality,year,households\nstatus,GM1,2027,1\nstatus,GM1,2072,1"), None
    )
    assert (problem.code, problem.column) == ("invalid-about", "years")


def test_sources() -> None:
    """A source is a title, or a title with its address."""
    about = About(years=(2027,), sources=("CBS ", {"title": "Region", "path": "https://example.org"}))  # type: ignore[arg-type]
    assert [source.title for source in about.sources] == ["CBS", "Region"]
