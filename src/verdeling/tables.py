"""The tables of an instance: one pydantic model a table, one field a column.

Every other description of a table (validation, table schemas, the template workbook) is
generated from these models.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Reference = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Year = Annotated[int, Field(ge=1900, le=2200)]
Whole = Annotated[int, Field(ge=0, le=10**9)]
Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Attribute = Annotated[float, Field(allow_inf_nan=False, description="An attribute that a key can use.")]
Certainty = Literal["hard", "soft"]
Sense = Literal["<=", ">=", "="]
Measure = Literal[
    "places",
    "share_of_need",
    "share_of_supply",
    "per_1000_inhabitants",
    "share_of_fair_share",
    "built",
    "share_of_built",
    "support_hours",
    "cost",
]


class Row(BaseModel):
    """A row of a table; columns that are not fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Sourced(Row):
    """A row whose numbers say where they come from and whether they were estimated."""

    source: Text = Field("", description="Where the number comes from, or the method of the estimate.")
    estimate: bool = Field(
        False, description="yes when the number is an estimate and not a count or a decision."
    )


class Scenario(Sourced):
    """A sourced row that can belong to one scenario."""

    scenario: Reference = Field("", description="Scenario the row belongs to; empty: every scenario.")


class Municipality(Row):
    """A municipality divides the task; it hosts places and is the origin of needs."""

    model_config = ConfigDict(extra="allow", frozen=True, coerce_numbers_to_str=True)

    municipality: Id = Field(description="Identifier, for instance the CBS code GM0153.")
    name: Id = Field(description="Name as people say it.")
    region: Id = Field(description="Region whose municipalities divide a task among themselves.")
    population: Annotated[int, Field(gt=0, le=10**9)] = Field(description="Inhabitants.")
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = Field(
        None, description="Degrees east (WGS 84)."
    )
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = Field(
        None, description="Degrees north (WGS 84)."
    )


class Group(Row):
    """A group of people with the same kind of need (aandachtsgroep)."""

    group: Id = Field(description="Identifier.")
    name: Id = Field(description="Name in English.")
    name_nl: Id = Field(description="Name in Dutch.")
    priority: Annotated[int, Field(ge=1, le=99)] = Field(description="Order of priority; 1 comes first.")
    urgent: bool = Field(False, description="yes when the group has an urgency status.")
    persons_per_household: Positive = Field(1.0, description="Persons in an average household.")
    support_hours: Amount = Field(0.0, description="Support a household needs, in hours per week.")
    support_years: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = Field(
        1.0, description="Years during which a household needs the support."
    )
    burden: Amount = Field(1.0, description="Weight of one place for this group in a load.")


class PlaceType(Row):
    """A kind of place (woonvorm)."""

    place_type: Id = Field(description="Identifier.")
    name: Id = Field(description="Name in English.")
    name_nl: Id = Field(description="Name in Dutch.")
    turnover: Fraction = Field(
        0.0, description="Share of built places that comes free again in each later year."
    )
    annual_cost: Amount = Field(0.0, description="Cost of a place in the year it is given, in EUR.")


class Suitability(Row):
    """A place type that suits a group; a pair that is absent is not allowed."""

    group: Id = Field(description="A group of the table groups.")
    place_type: Id = Field(description="A place type of the table place_types.")
    preference: Annotated[int, Field(ge=1, le=99)] = Field(1, description="Order of preference; 1 is best.")


class Need(Scenario):
    """Households of a group that start looking in a year."""

    group: Id = Field(description="A group of the table groups.")
    municipality: Reference = Field("", description="Municipality where they look from; empty: the region's.")
    region: Reference = Field(
        "", description="Region of a need without municipality; only where there are several."
    )
    year: Year = Field(description="A year of the horizon.")
    households: Whole = Field(description="Households that start looking in the year.")


class Supply(Scenario):
    """Places that come free in a year, without new building."""

    municipality: Id = Field(description="A municipality of the table municipalities.")
    place_type: Id = Field(description="A place type of the table place_types.")
    year: Year = Field(description="A year of the horizon.")
    supplier: Reference = Field("", description="Who lets the places, for instance a housing association.")
    places: Whole = Field(description="Places that come free in the year.")
    certainty: Certainty = Field("hard", description="hard: certain; soft: an intention.")


class Project(Scenario):
    """Places that can be built."""

    project: Id = Field(description="Identifier.")
    municipality: Id = Field(description="A municipality of the table municipalities.")
    place_type: Id = Field(description="A place type of the table place_types.")
    year: Year = Field(description="First year of the horizon in which places can be delivered.")
    max_places: Annotated[int, Field(gt=0, le=10**9)] = Field(
        description="Most places it can deliver over the years."
    )
    min_places: Whole = Field(
        0, description="Fewest places if it is built at all; max_places: all or nothing."
    )
    cost_per_place: Amount = Field(0.0, description="Cost of building one place, in EUR.")
    supplier: Reference = Field("", description="Who builds and lets the places.")
    certainty: Certainty = Field("hard", description="hard: decided; soft: an intention.")


class Support(Scenario):
    """Hours of support that a provider can give in a year."""

    provider: Id = Field(description="Who gives the support.")
    municipality: Reference = Field("", description="Where it can be given; empty: everywhere in the region.")
    region: Reference = Field(
        "", description="Region of a row without municipality; only where there are several."
    )
    year: Year = Field(description="A year of the horizon.")
    hours: Amount = Field(description="Hours per week.")


class Agreement(Row):
    """A bound that somebody agreed to or demands.

    The scope columns say what it is about: empty is everything summed, ``*`` is one bound for
    each, ``a;b`` is these together.
    """

    agreement: Id = Field(description="Identifier.")
    text: Words = Field(description="The agreement in words, as people know it.")
    text_nl: Text = Field("", description="The same in Dutch; empty: the text is as it is in every language.")
    region: Reference = Field("", description="Scope: empty, *, or regions separated by ;")
    municipality: Reference = Field("", description="Scope: empty, *, or municipalities separated by ;")
    group: Reference = Field("", description="Scope: empty, *, or groups separated by ;")
    place_type: Reference = Field("", description="Scope: empty, *, or place types separated by ;")
    supplier: Reference = Field(
        "", description="Scope: empty, *, or suppliers (support_hours: providers) separated by ;"
    )
    year: Reference = Field("", description="Scope: empty, *, or years separated by ;")
    measure: Measure = Field(description="What is bounded.")
    sense: Sense = Field(description="<= at most, >= at least, = exactly.")
    value: Amount = Field(description="The bound, in the unit of the measure; a share is a fraction of 1.")
    strength: Literal["hard"] | Positive = Field(
        "hard", description="hard, or the penalty per unit short of the bound."
    )
    source: Text = Field("", description="Where it was agreed.")


class FairShare(Row):
    """A published or agreed share, usable by a key as the attribute ``fair_share``."""

    municipality: Id = Field(description="A municipality of the table municipalities.")
    share: Positive = Field(description="Weight; shares are scaled to sum to 1 per region.")


class Distance(Row):
    """Travel time between two municipalities."""

    origin: Id = Field(description="A municipality of the table municipalities.")
    host: Id = Field(description="A municipality of the table municipalities.")
    minutes: Amount = Field(description="Travel time in minutes.")


@dataclass(frozen=True)
class TableKind:
    """What a table is: its row model, its key, what its columns refer to, whether it may be empty.

    Parameters
    ----------
    row : type of Row
        The model of a row.
    key : tuple of str
        Columns that together identify a row.
    references : dict of str to str
        Column to the table whose key it must occur in. Empty cells refer to nothing.
    required : bool
        Whether the table must be there with at least one row.
    """

    row: type[Row]
    key: tuple[str, ...]
    references: dict[str, str]
    required: bool = True

    @property
    def columns(self) -> list[str]:
        """Names of the columns, key columns first, then as the model declares them."""
        fields = list(self.row.model_fields)
        inherited = [
            name for name in ("source", "estimate", "scenario") if name in fields and name not in self.key
        ]
        own = [name for name in fields if name not in self.key and name not in inherited]
        return [*self.key, *own, *inherited]

    @property
    def attributes(self) -> bool:
        """Whether the table may have further columns, each with a number in every row."""
        return self.row.model_config.get("extra") == "allow"

    @property
    def required_columns(self) -> list[str]:
        """Columns that must be there; the others have a default."""
        fields = self.row.model_fields
        return [name for name in self.columns if fields[name].is_required()]


_PLACE = {"municipality": "municipalities", "place_type": "place_types"}

TABLES: dict[str, TableKind] = {
    "municipalities": TableKind(Municipality, ("municipality",), {}),
    "groups": TableKind(Group, ("group",), {}),
    "place_types": TableKind(PlaceType, ("place_type",), {}),
    "suitability": TableKind(
        Suitability, ("group", "place_type"), {"group": "groups", "place_type": "place_types"}
    ),
    "needs": TableKind(
        Need,
        ("group", "municipality", "region", "year", "scenario"),
        {"group": "groups", "municipality": "municipalities"},
    ),
    "supply": TableKind(
        Supply, ("municipality", "place_type", "year", "supplier", "certainty", "scenario"), _PLACE
    ),
    "projects": TableKind(Project, ("project", "scenario"), _PLACE, required=False),
    "support": TableKind(
        Support,
        ("provider", "municipality", "region", "year", "scenario"),
        {"municipality": "municipalities"},
        required=False,
    ),
    "agreements": TableKind(Agreement, ("agreement",), {}, required=False),
    "fair_shares": TableKind(
        FairShare, ("municipality",), {"municipality": "municipalities"}, required=False
    ),
    "distances": TableKind(
        Distance, ("origin", "host"), {"origin": "municipalities", "host": "municipalities"}, required=False
    ),
}
"""The tables of an instance by name, in the order in which they are read and written."""
