"""Agreements: names that are known, scopes that have a meaning, something that is bounded."""

from __future__ import annotations

from typing import Any

import pytest

from small import added, edited, only, small, tables
from verdeling.scopes import join, split

AGREEMENT = {"agreement": "new", "text": "New", "sense": "<="}


def new(measure: str, value: str = "0.5", **scope: str) -> dict[str, Any]:
    """The tables with one agreement more."""
    return added("agreements", **AGREEMENT, measure=measure, value=value, **scope)


@pytest.mark.parametrize(("cell", "names"), [("", ()), ("*", ("*",)), (" b ; a;b", ("a", "b")), (";", ())])
def test_split(cell: str, names: tuple[str, ...]) -> None:
    """A scope is a set of names."""
    assert split(cell) == names


def test_one_way_of_writing() -> None:
    """Order and spaces in a scope are not content."""
    agreements = small()["agreements"]
    swapped = agreements.assign(municipality=["*", " GM2; GM1"])
    assert small(agreements=swapped)["agreements"]["municipality"].tolist() == ["*", "GM1;GM2"]
    assert join(None) is None


@pytest.mark.parametrize(
    ("column", "value", "meant"),
    [
        ("region", "Twentte", "Twente"),
        ("municipality", "GM1;GM02", "GM2"),
        ("group", "statuss", "status"),
        ("place_type", "socail", "social"),
        ("supplier", "Domein", "Domijn"),
        ("year", "2207", "2027"),
    ],
)
def test_unknown_name(column: str, value: str, meant: str) -> None:
    """A name in a scope that no table knows is refused with the names that look like it."""
    changed = edited("agreements", 2, column, value)
    problem = only(changed)
    assert (problem.code, problem.row, problem.column) == ("unknown-id", "2", column)
    assert meant in problem.remedy


def test_suppliers_of_support_are_providers() -> None:
    """For hours of support the supplier is who gives it, and not who lets homes."""
    small(agreements=new("support_hours", supplier="care")["agreements"])
    assert only(new("support_hours", supplier="Domijn")).code == "unknown-id"


@pytest.mark.parametrize("scope", ["*;GM1", ";", " ; "])
def test_unclear_scope(scope: str) -> None:
    """Each and some together, or names that are not there, are no scope."""
    assert only(edited("agreements", 2, "municipality", scope)).code == "unclear-scope"


@pytest.mark.parametrize(
    "changed",
    [
        new("places", place_type="cluster", municipality="GM1"),
        new("places", place_type="cluster", municipality="GM2", year="2027"),
        new("places", group="regular", place_type="cluster", municipality="GM2"),
        new("places", supplier="Domijn", municipality="GM3"),
        new("per_1000_inhabitants", municipality="GM3", year="2028"),
        new("share_of_need", group="regular", municipality="GM1"),
        new("share_of_need", group="status", municipality="GM3"),
        new("share_of_fair_share", group="regular"),
        new("built", municipality="GM1"),
        new("built", year="2027"),
        new("share_of_built", place_type="social"),
        new("support_hours", group="regular"),
        new("support_hours", supplier="home", municipality="GM1"),
        new("support_hours", supplier="care", region="Achterhoek"),
        new("cost", place_type="cluster", year="2027"),
    ],
)
def test_about_nothing(changed: dict[str, Any]) -> None:
    """An agreement whose scope holds nothing that it could bound is refused."""
    assert only(changed).code == "about-nothing"


@pytest.mark.parametrize(
    "changed",
    [
        new("places", place_type="cluster", municipality="*"),
        new("places", place_type="cluster", municipality="GM2", year="2028"),
        new("places", supplier="Domijn", municipality="GM2", year="2028"),
        new("share_of_need", municipality="*", group="status"),
        new("share_of_fair_share", place_type="social", group="*"),
        new("built", year="2028", supplier="Domijn"),
        new("share_of_built", place_type="cluster"),
        new("support_hours", municipality="GM1"),
        new("support_hours", supplier="care", municipality="GM1"),
        new("cost", municipality="GM1"),
        new("cost", supplier="*", value="1000000"),
    ],
)
def test_about_something(changed: dict[str, Any]) -> None:
    """An agreement that bounds at least something in its scope is accepted."""
    assert len(small(agreements=changed["agreements"])["agreements"]) == 3


def test_needs_of_a_region_have_no_municipality() -> None:
    """A share of the need of each municipality is about nothing where only the region has a need."""
    needs = "group,region,year,households\nstatus,Twente,2027,4"
    changed = new("share_of_need", municipality="*") | {"needs": tables(needs=needs)["needs"]}
    assert "nobody of the groups starts looking" in only(changed).what


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        (new("built", group="status"), "group"),
        (new("cost", group="*"), "group"),
        (new("share_of_built"), "place_type"),
        (new("support_hours", supplier="care", group="status"), "supplier"),
        (new("support_hours", supplier="care", place_type="social"), "supplier"),
    ],
)
def test_meaningless_scope(changed: dict[str, Any], column: str) -> None:
    """A scope that the measure cannot be split by is refused."""
    problem = only(changed)
    assert (problem.code, problem.column) == ("meaningless-scope", column)


@pytest.mark.parametrize("measure", ["share_of_supply", "share_of_built"])
def test_share_above_one(measure: str) -> None:
    """25 for 25 percent is refused."""
    assert only(new(measure, value="25", place_type="*")).code == "share-above-one"


def test_an_agreement_may_be_about_another_scenario() -> None:
    """An agreement about a project or supplier of one scenario does not spoil the others."""
    changed = edited("projects", 2, "scenario", "high")
    changed["projects"].loc[2, "supplier"] = "Builder"
    changed["agreements"] = edited("agreements", 3, "supplier", "Builder")["agreements"]
    low = small(**changed).in_scenario("low")
    assert low.replace() == low
    assert len(low["projects"]) == 0
    assert len(low["agreements"]) == 2
