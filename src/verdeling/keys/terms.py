"""What statements of a key are made of: names, weights, and numbers that may differ by class."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
)

Name = Annotated[str, Field(min_length=1, max_length=200)]
Weight = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Size = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Units = Annotated[int, Field(ge=0, le=10**12)]
Simple = Literal["up", "nearest", "down"]
Rule = Literal["up", "nearest", "down", "largest_remainder", "webster", "dhondt", "residue"]


def _kind(value: object) -> str:
    return "each" if isinstance(value, dict) else "all"


WeightPerClass = Annotated[
    Annotated[Weight, Tag("all")] | Annotated[dict[Name, Weight], Field(min_length=1), Tag("each")],
    Discriminator(_kind),
]
SizePerClass = Annotated[
    Annotated[Size, Tag("all")] | Annotated[dict[Name, Size], Field(min_length=1), Tag("each")],
    Discriminator(_kind),
]
NamePerClass = Annotated[
    Annotated[Name, Tag("all")] | Annotated[dict[Name, Name], Field(min_length=1), Tag("each")],
    Discriminator(_kind),
]


class Stated(BaseModel):
    """A part of a policy or key; what is not a field is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
