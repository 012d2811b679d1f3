"""Lists that are no table of an instance, and from which tables are made: building plans and figures.

They are read as tables are: one pydantic model a list, one field a column.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from verdeling.tables import TABLES, Amount, Id, Positive, Reference, Row, TableKind, Text, Whole, Year

Change = Annotated[float, Field(gt=-1, le=10, allow_inf_nan=False)]


class Plan(Row):
    """Homes of one kind in a building plan."""

    plan: Id = Field(description="Name or number of the plan.")
    municipality: Id = Field(description="A municipality of the instance.")
    homes: Whole = Field(description="Homes that the plan adds.")
    place_type: Reference = Field("", description="A place type of the instance; empty: as the rules say.")
    tenure: Reference = Field("", description="Who owns or lets the homes, in the words of the list.")
    form: Reference = Field("", description="Physical form of the homes, in the words of the list.")
    target_group: Reference = Field("", description="Whom the homes are for, in the words of the list.")
    certainty: Reference = Field("", description="How certain the plan is: hard, soft, potential …")
    phase: Reference = Field("", description="Phase of the plan, in the words of the list.")
    delivery: Reference = Field("", description="Expected delivery: a year, or a date.")
    supplier: Reference = Field("", description="Who builds and lets the homes.")
    cost_per_place: Amount = Field(0.0, description="Cost of building one home, in EUR.")
    source: Text = Field("", description="Where the number comes from.")


class Figure(Row):
    """Figures of one group from which its needs are reckoned."""

    group: Id = Field(description="A group of the instance.")
    municipality: Reference = Field("", description="Where they look from; empty: the region's.")
    region: Reference = Field(
        "", description="Region of a row without municipality, where there are several."
    )
    year: Year = Field(description="Year of the inflow and the outflow.")
    waiting: Amount = Field(0.0, description="Who waits at the beginning of the year.")
    inflow: Amount = Field(0.0, description="Who begin to look in the year.")
    inflow_low: Amount | None = Field(None, description="The same in the scenario low.")
    inflow_high: Amount | None = Field(None, description="The same in the scenario high.")
    outflow: Amount = Field(0.0, description="Who stop looking in the year without a place that is divided.")
    trend: Change = Field(0.0, description="Change of the inflow in each later year; 0.02 is 2% more.")
    trend_low: Change | None = Field(None, description="The same in the scenario low.")
    trend_high: Change | None = Field(None, description="The same in the scenario high.")
    persons_per_household: Positive = Field(
        1.0, description="Persons in a household, where the figures are persons; 1: they are households."
    )
    persons_per_household_low: Positive | None = Field(
        None, description="The same in the scenario low, which has the largest number."
    )
    persons_per_household_high: Positive | None = Field(
        None, description="The same in the scenario high, which has the smallest number."
    )
    key: Reference = Field(
        "", description="Key by which the needs of a region are divided over its municipalities."
    )
    count: bool = Field(False, description="yes when the figures are counts or decisions.")
    source: Text = Field("", description="Where the figures come from.")


LISTS: dict[str, TableKind] = {
    "plans": TableKind(
        Plan,
        ("plan", "municipality", "place_type", "tenure", "form", "target_group", "certainty", "delivery"),
        {"municipality": "municipalities", "place_type": "place_types"},
        required=False,
    ),
    "figures": TableKind(
        Figure,
        ("group", "municipality", "region", "year"),
        {"group": "groups", "municipality": "municipalities"},
        required=False,
    ),
}
"""Lists by name."""

KINDS: dict[str, TableKind] = TABLES | LISTS
"""Everything that is read as rows."""
