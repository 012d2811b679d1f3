"""What somebody states in a TOML file about figures: read, or every problem at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from verdeling.cbs.carrying import Split
from verdeling.errors import FiguresError, Problem, complaint
from verdeling.incoming import read_toml

if TYPE_CHECKING:
    import os

_Stated = TypeVar("_Stated", bound=BaseModel)


class Splits(BaseModel):
    """A file of splits.

    Parameters
    ----------
    split : list of Split
        Municipalities that were divided.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    split: list[Split] = Field(min_length=1)


def read_stated(path: str | os.PathLike[str], kind: type[_Stated]) -> _Stated:
    """Read a TOML file as something that is stated.

    Parameters
    ----------
    path : path-like
        The file.
    kind : type
        A pydantic model, such as `Splits`.

    Raises
    ------
    FiguresError
        If it is no TOML, or says something that cannot be said; with every problem.
    """
    file = Path(path)
    try:
        stated = read_toml(file)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = Problem("no-toml", f"{error}.", "It is a TOML file.", "Correct the path, or mend the file.")
        raise FiguresError(f"{file.name} cannot be read.", [problem]) from error
    try:
        return kind.model_validate(stated)
    except ValidationError as error:
        problems = [
            Problem(
                "bad-statement",
                f"{'.'.join(map(str, each['loc'])) or 'the file'}: {complaint(each['msg'])}.",
                "It would mean something else than its author thinks.",
                "See instances/README.md, Figures of CBS.",
                value=str(each["input"])[:80],
            )
            for each in error.errors()
        ]
        raise FiguresError(f"{file.name} cannot be used.", problems) from error
