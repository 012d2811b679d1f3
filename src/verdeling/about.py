"""What an instance is about: its title, its years and where it comes from."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
)

from verdeling.cells import text, tidy
from verdeling.errors import Problem, complaint
from verdeling.tables import Reference, Text, Words, Year

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=100)]
Licence = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.+-]*$", max_length=100)]
OneLine = BeforeValidator(lambda value: text(tidy(value) or ""))


class Source(BaseModel):
    """Where data comes from.

    Parameters
    ----------
    title : str
        What it is called.
    path : str
        Its address; may be empty.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    title: Annotated[Words, OneLine]
    path: Annotated[Text, OneLine] = ""


class About(BaseModel):
    """What an instance is about.

    Parameters
    ----------
    name : str
        Short name for files: small letters, digits, ``.``, ``_`` and ``-``.
    title : str
        Name for people.
    years : tuple of int
        The horizon: consecutive years, ascending.
    scenario : str
        Scenario that holds unless another is asked for; may be empty.
    description, licence : str
        May be empty. A licence is an SPDX identifier such as ``CC-BY-4.0``.
    sources : tuple of Source
        Where the data comes from; a plain text is the title of a source.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    name: Annotated[Slug, OneLine] = "untitled"
    title: Annotated[Words, OneLine] = "Untitled"
    years: tuple[Year, ...] = Field(min_length=1)
    scenario: Annotated[Reference, OneLine] = ""
    description: Annotated[Text, OneLine] = ""
    licence: Annotated[Licence, OneLine] = ""
    sources: tuple[Source, ...] = ()

    @field_validator("sources", mode="before")
    @classmethod
    def _titles(cls, sources: object) -> object:
        if isinstance(sources, list | tuple):
            return tuple({"title": each} if isinstance(each, str) else each for each in sources)
        return sources

    @field_validator("years")
    @classmethod
    def _consecutive(cls, years: tuple[int, ...]) -> tuple[int, ...]:
        if years != tuple(range(years[0], years[0] + len(years))):
            raise ValueError(f"{', '.join(map(str, years))} are not consecutive years in ascending order")
        return years


def state(
    about: About | Mapping[str, Any] | None, years: Sequence[int]
) -> tuple[About | None, list[Problem]]:
    """Read what an instance is about.

    Parameters
    ----------
    about : About or mapping, optional
        Fields of `About`.
    years : sequence of int
        The years where it states none.

    Returns
    -------
    About or None
        What was read; ``None`` where that is not possible.
    list of Problem
        Everything that is wrong with it. No years at all is left to the tables.
    """
    if isinstance(about, About):
        return about, []
    stated = dict(about or {})
    if not stated.setdefault("years", tuple(years)):
        return None, []
    try:
        return About.model_validate(stated), []
    except ValidationError as error:
        return None, [
            Problem(
                "invalid-about",
                f"{complaint(each['msg'])}.",
                "It says what the instance is about and which years it covers.",
                "Mend or remove it in about.",
                "about",
                column=".".join(map(str, each["loc"])),
                value=str(each["input"])[:100],
            )
            for each in error.errors()
        ]
