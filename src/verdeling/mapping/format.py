"""What a mapping file can say, and reading one."""

from __future__ import annotations

import re
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, overload

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from verdeling.cbs.codes import destinations, known_year, names_of
from verdeling.errors import FiguresError, InstanceError, Problem, complaint, nearest
from verdeling.incoming import read_toml
from verdeling.lists import KINDS
from verdeling.mapping.notation import Notation

if TYPE_CHECKING:
    import os

Rounding = Literal["up", "down", "nearest"]
Value = str | bool | int | float


class Stated(BaseModel):
    """Something that a file states: nothing else than its fields, each of exactly its type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Estimate(Stated):
    """A number that stands for a cell which does not tell it; its row is marked as an estimate."""

    estimate: Annotated[float | int, Field(ge=0, allow_inf_nan=False)]


Mark = Literal["nothing", "zero", "refuse"] | Annotated[float | int, Field(allow_inf_nan=False)] | Estimate


class Reading(Stated):
    """How cells are written.

    Parameters
    ----------
    notation : {"dutch", "english"}, optional
        What the comma and the point in a number mean; by default a text with two readings is refused.
    encoding, separator : str, optional
        Of CSV files; for the whole mapping, not for one table.
    marks : dict
        What a cell in a column of numbers means that holds exactly this text: ``"nothing"`` (there is no
        such number, and the row falls away), ``"zero"``, ``"refuse"``, a number, or ``{estimate = 2}``.
        The key ``""`` is for empty cells.
    """

    notation: Notation | None = None
    encoding: str | None = None
    separator: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    marks: dict[str, Mark] = {}

    def then(self, other: Reading) -> Reading:
        """What another states, and for the rest what is stated here."""
        stated = {name: getattr(other, name) for name in other.model_fields_set}
        return self.model_copy(update=stated | {"marks": self.marks | other.marks})


Factor = Annotated[float | int, Field(gt=0, allow_inf_nan=False)]
Factors = Factor | dict[str, Factor]


class Amount(Stated):
    """How the numbers of a column are converted.

    Parameters
    ----------
    times, divided_by : number or dict
        A factor, or one for each group (by its id).
    round : {"up", "down", "nearest"}, optional
        How a number that is not whole becomes whole (a half goes up); by default it is refused.
    """

    times: Factors = 1
    divided_by: Factors = 1
    round: Rounding | None = None

    @property
    def converts(self) -> bool:
        """Whether numbers are in another unit."""
        return self.times != 1 or self.divided_by != 1


class From(Amount):
    """The column of a sheet that fills a column of a table.

    Parameters
    ----------
    column : str
        Its heading; of several header rows their texts joined by a space.
    values : dict
        What a text in it becomes.
    code : bool
        Whether digits are a municipality's code of the CBS: 153 becomes GM0153.
    fill_down : bool
        Whether an empty cell repeats the cell above it.
    """

    column: str
    values: dict[str, Value] = {}
    code: bool = False
    fill_down: bool = False


class Wide(Amount):
    """Columns of a sheet that hold one amount each for, say, a year or a group.

    Parameters
    ----------
    fills : str
        The column of the table that their cells fill.
    headings : str or dict
        How their headings are made: a pattern such as ``"{group} {year}"``, or for each heading what it
        is about: ``{"Status. 2025" = {group = "statushouders", year = 2025}}``.
    """

    fills: str
    headings: str | dict[str, dict[str, Value]]

    @property
    def across(self) -> list[str]:
        """Columns of the table that headings speak of."""
        if isinstance(self.headings, str):
            return re.findall(r"\{(\w+)\}", self.headings)
        return list(dict.fromkeys(name for about in self.headings.values() for name in about))


def _listed(value: object) -> object:
    return [value] if isinstance(value, int | str) else value


Absent = Literal["refuse", "zero"]
Names = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]


def _shorthand(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class Block(Stated):
    """A part of a table: the rows of a sheet, or rows that the mapping states itself.

    Parameters
    ----------
    fills : str
        Name of the table.
    file, sheet : str
        Names of the file and the sheet, with ``*`` for anything; by default the only one.
    header : list of int
        Rows of the header, counted from 1.
    columns : dict of str to From
        Column of the table to what fills it.
    wide : Wide, optional
        For a sheet with a column a year or a group.
    constants : dict
        Columns of the table with the same value in every row.
    skip : list of str
        Rows whose first filled cell is like this are no data: totals, notes.
    ignore : list of str
        Headings of columns that are not used.
    reading : Reading
        Where this sheet is written otherwise.
    rows : list of dict
        Rows of the table itself, in place of a sheet.
    """

    fills: str
    file: str = "*"
    sheet: str = "*"
    header: Annotated[list[Annotated[int, Field(ge=1)]], BeforeValidator(_listed)] = [1]
    columns: dict[str, Annotated[From, BeforeValidator(_shorthand)]] = {}
    wide: Wide | None = None
    constants: dict[str, Value] = {}
    skip: Annotated[list[str], BeforeValidator(_listed)] = []
    ignore: Annotated[list[str], BeforeValidator(_listed)] = []
    reading: Reading = Reading()
    rows: list[dict[str, Value]] = []

    @model_validator(mode="after")
    def _coherent(self) -> Block:
        if self.fills not in KINDS:
            raise ValueError(f"There is no table {self.fills}. {nearest(self.fills, KINDS)}")
        if self.rows and (self.columns or self.wide):
            raise ValueError("Give rows, or say where they are with columns; not both")
        if not (self.rows or self.columns or self.wide):
            raise ValueError("It says of no column where it is: add [table.columns] or rows")
        filled = [
            *self.columns,
            *self.constants,
            *([self.wide.fills, *self.wide.across] if self.wide else []),
        ]
        twice = sorted({name for name in filled if filled.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} would be filled twice")
        if self.reading.encoding or self.reading.separator:
            raise ValueError("Encoding and separator belong under [reading]")
        return self


class Merged(Stated):
    """Municipalities that are no longer there.

    Parameters
    ----------
    old : list of list of str
        Each of them by its names and codes, as they stand in cells; in the file one name may stand for a
        list of one.
    into : str or dict of str to float
        The municipality that they are part of now, by its id; or the part of each, together 1.
    name : str
        Name of the new municipality, where the table municipalities still has the old ones.
    absent : {"refuse", "zero"}
        What it means that there is no figure of one of them where there is one of another.
    """

    old: Annotated[list[Names], BeforeValidator(_listed), Field(min_length=1)]
    into: str | dict[str, Factor]
    name: str = ""
    absent: Absent = "refuse"

    @property
    def parts(self) -> dict[str, Fraction]:
        """Part of each new municipality."""
        stated = {self.into: 1} if isinstance(self.into, str) else self.into
        return {name: Fraction(str(part)) for name, part in stated.items()}

    @model_validator(mode="after")
    def _complete(self) -> Merged:
        called = [name.casefold() for names in self.old for name in names]
        if twice := sorted({name for name in called if called.count(name) > 1}):
            raise ValueError(f"{', '.join(twice)} stands in old more than once")
        if sum(self.parts.values()) != 1:
            raise ValueError("The parts of into must add up to 1")
        return self


class Division(Stated):
    """Years of the division into municipalities, where it follows from them who merged since.

    Parameters
    ----------
    codes : int
        That of the cells, on 1 January.
    map : int
        That of the instance, whose municipalities have the codes of Statistics Netherlands as ids.
    absent : {"refuse", "zero"}
        As of `Merged`.
    """

    codes: int
    map: int
    absent: Absent = "refuse"

    @property
    def merged(self) -> list[Merged]:
        """Every municipality that is whole in another; one that was divided is left to be stated."""
        now = names_of(self.map)
        found = {old: destinations(old, self.codes, self.map) for old in names_of(self.codes)}
        return [
            Merged(
                old=[[old, name, old[2:]]], into=found[old][0], name=now[found[old][0]], absent=self.absent
            )
            for old, name in names_of(self.codes).items()
            if len(found[old]) == 1 and found[old][0] != old
        ]

    @model_validator(mode="after")
    def _known(self) -> Division:
        try:
            known_year(self.codes)
            known_year(self.map)
        except FiguresError as error:
            raise ValueError(error.problems[0].what + " " + error.problems[0].remedy) from error
        if self.map < self.codes:
            raise ValueError("map is a year before that of codes; what merged cannot be taken apart")
        return self


class Mapping(Stated):
    """How somebody's own files become the tables of an instance.

    Parameters
    ----------
    about : dict
        Fields of `About`.
    reading : Reading
        How cells are written.
    table : list of Block
        Where the rows of tables are; several may fill the same table.
    names : dict
        By ``municipality``, ``group`` or ``place_type``: the id that is meant by a text.
    merged : list of Merged
        Municipalities that merged since.
    division : Division, optional
        Years from which it follows who merged since.
    """

    about: dict[str, Any] = {}
    reading: Reading = Reading()
    table: list[Block] = Field(min_length=1)
    names: dict[Literal["municipality", "group", "place_type"], dict[str, str]] = {}
    merged: list[Merged] = []
    division: Division | None = None

    @property
    def mergers(self) -> list[Merged]:
        """Who merged since: what is stated, and what follows from the division."""
        return [*self.merged, *(self.division.merged if self.division else [])]


Kind = TypeVar("Kind", bound=Mapping)


@overload
def read_mapping(source: Mapping | str | os.PathLike[str]) -> Mapping: ...
@overload
def read_mapping(source: Mapping | str | os.PathLike[str], kind: type[Kind]) -> Kind: ...
def read_mapping(source: Mapping | str | os.PathLike[str], kind: type[Mapping] = Mapping) -> Mapping:
    """Read a mapping file.

    Parameters
    ----------
    source : Mapping or path-like
        A mapping, which is returned as it is, or the path of a ``.toml`` file.
    kind : type of Mapping
        What the file may say; by default what a mapping says.

    Returns
    -------
    Mapping
        Of that kind.

    Raises
    ------
    InstanceError
        If it is no TOML, or says something that a mapping cannot say; with every problem.
    """
    if isinstance(source, kind):
        return source
    path = Path(source)  # type: ignore[arg-type]
    try:
        stated = read_toml(path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = Problem("no-toml", str(error), "A mapping is a TOML file.",
                          "Mend it, or let `verdeling map FILE -o mapping.toml` propose one.")  # fmt: skip
        raise InstanceError(f"{path.name} cannot be read.", [problem]) from error
    try:
        return kind.model_validate(stated)
    except ValidationError as error:
        problems = [
            Problem("bad-mapping", f"{_place(each['loc'], stated)}: {complaint(each['msg'])}.",
                    "The mapping would mean something else than its author thinks.",
                    "See instances/README.md for what a mapping can say.", value=str(each["input"])[:80])
            for each in error.errors()
        ]  # fmt: skip
        raise InstanceError(f"{path.name} cannot be used.", problems) from error


def _place(where: tuple[int | str, ...], stated: dict[str, Any]) -> str:
    """Where a problem stands: of a table with its number and what it fills."""
    if len(where) > 1 and where[0] == "table" and isinstance(where[1], int):
        fills = stated["table"][where[1]].get("fills", "?")
        return ".".join([f"table {where[1] + 1} ({fills})", *map(str, where[2:])])
    return ".".join(map(str, where)) or "the file"
