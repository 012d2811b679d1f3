"""How a table of CBS becomes figures: which measures and dimensions are which columns. A TOML file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from verdeling.errors import FiguresError, Problem, nearest
from verdeling.lists import KINDS

Given = str | int | float | bool


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Stands(_Part):
    """A number that stands for a cell which CBS does not tell; its row is marked as an estimate."""

    estimate: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Dataset(_Part):
    """What is read of a table of CBS. Measures, dimensions and codes are named by identifier or title.

    Parameters
    ----------
    table : str
        Code of the table, such as ``"85980NED"``.
    measures : dict of str to str
        Column of the figures to the measure that fills it.
    columns : dict of str to str
        Column of the figures to a dimension: one is ``municipality``.
    only : dict of str to str
        The one code of each dimension that is no column.
    values : dict of dict
        By column, what a code becomes; its other codes are left out. By default a ``year`` is the first
        four digits of a code, a ``municipality`` its code, and anything else the title.
    constants : dict
        Columns with the same value in every row, or one for each value of ``group``.
    codes : int, optional
        The division that municipal codes and names are of; by default codes are taken as they are.
    suppressed : {"refuse", "nothing", "zero"} or Stands
        What a cell without a number means: ``"nothing"`` (the row falls away), ``"zero"``, or
        ``{estimate = 2}``.
    note : str
        What readers of the figures must know; it becomes part of their source.
    fills : {"figures", "supply", "municipalities"}, optional
        That the figures are those of `verdeling needs`, rows of the table supply, or columns of the table
        municipalities.
    every_year : bool
        Of supply: that its number holds for every year of the horizon, as an estimate.
    """

    table: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{5,20}$")]
    measures: dict[str, str] = Field(min_length=1)
    columns: dict[str, str] = Field(min_length=1)
    only: dict[str, str] = {}
    values: dict[str, dict[str, str | int]] = {}
    constants: dict[str, Given | dict[str, Given]] = {}
    codes: int | None = None
    suppressed: Literal["refuse", "nothing", "zero"] | Stands = "refuse"
    note: str = ""
    fills: Literal["figures", "supply", "municipalities"] | None = None
    every_year: bool = False

    @model_validator(mode="after")
    def _coherent(self) -> Dataset:
        made = [*self.measures, *self.columns, *self.constants]
        twice = sorted({name for name in made if made.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} would be filled twice")
        if {"source", "estimate"} & set(made):
            raise ValueError("source and estimate are filled by themselves; say what there is to say in note")
        if "municipality" not in self.columns:
            raise ValueError("No dimension fills the column municipality")
        if lost := sorted(set(self.values) - set(self.columns)):
            raise ValueError(f"values are given for {', '.join(lost)}, and no dimension fills it")
        if self.every_year and (self.fills != "supply" or "year" in made):
            raise ValueError("every_year is for supply whose columns do not have the year")
        if self.fills == "municipalities":
            self._about_municipalities()
        elif self.fills:
            self._known(made, KINDS[self.fills].columns)
        return self

    def _known(self, made: list[str], known: list[str]) -> None:
        for name in made:
            if name not in known or name == "count":
                raise ValueError(f"{self.fills} have no column {name} to fill. {nearest(name, known)}")

    def _about_municipalities(self) -> None:
        if len(self.columns) > 1 or self.constants:
            raise ValueError("of a municipality there is one number in a column: name the one code of every "
                             "other dimension under [only]")  # fmt: skip
        if words := sorted({"name", "region"} & set(self.measures)):
            raise ValueError(f"{', '.join(words)} are words, and measures are numbers")


def division(dataset: Dataset) -> int:
    """The division of municipalities that the codes are of.

    Raises
    ------
    FiguresError
        If the dataset does not state it.
    """
    if dataset.codes is None:
        problem = Problem("no-division", "The dataset does not say of which year its codes are.",
                          "A code means a municipality only in the division of its year.",
                          "State it: codes = 2021.", column="codes")  # fmt: skip
        raise FiguresError("The figures cannot be moved to another map.", [problem])
    return dataset.codes
