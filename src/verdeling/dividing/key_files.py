"""Keys in files (TOML, by name or path), and the municipalities to divide over."""

from __future__ import annotations

import tomllib
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from pydantic import ValidationError

from verdeling.adapters import read_instance
from verdeling.errors import PolicyError, Problem, complaint, nearest
from verdeling.incoming import read_text, read_toml, refuse_twice
from verdeling.keys.data import Key
from verdeling.policy import models_folder

if TYPE_CHECKING:
    from verdeling.instance import Instance


def key_names() -> list[str]:
    """Names of the keys that come with Verdeling, in alphabetical order."""
    return sorted(path.stem for path in (models_folder() / "keys").glob("*.toml"))


def read_key(source: Key | str | Path) -> Key:
    """Read a key.

    Parameters
    ----------
    source : Key, str or Path
        A key, which is returned as it is, a name in ``models/keys/``, such as ``"population"``, or
        the path of a ``.toml`` file.

    Returns
    -------
    Key

    Raises
    ------
    PolicyError
        If there is no such key, it is no TOML, or it says something a key cannot say.

    Examples
    --------
    >>> read_key("population").component[0].attribute
    'population'
    """
    if isinstance(source, Key):
        return source
    path = _key_path(source)
    try:
        stated = read_toml(path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why, remedy = "A key is a TOML file.", "Mend the file; models/keys/population.toml is an example."
        raise PolicyError(
            f"Key {path} cannot be read.", [Problem("no-toml", str(error), why, remedy)]
        ) from error
    try:
        return Key.model_validate(stated)
    except ValidationError as error:
        problems = [
            Problem(
                "bad-key",
                f"{_place(detail['loc'], stated)}: {complaint(detail['msg'])}.",
                "The key would mean something else than its author thinks.",
                "See models/keys/README.md for what a key can say.",
                value=str(detail["input"])[:80],
            )
            for detail in error.errors()
        ]
        raise PolicyError(f"Key {path} cannot be used.", problems) from error


def read_municipalities(path: str | Path) -> pd.DataFrame:
    """Read the municipalities that a key divides over.

    Parameters
    ----------
    path : str or Path
        A ``.csv`` with a column municipality and a column per attribute, or an instance.

    Returns
    -------
    DataFrame
        As it stands in the file; of an instance with the column fair_share where it has that table.

    Raises
    ------
    PolicyError, InstanceError
        If it cannot be read.
    """
    source = Path(path)
    if source.suffix.lower() != ".csv":
        return municipalities_of(read_instance(source))
    try:
        text = read_text(source)
        refuse_twice(text)
        return pd.read_csv(StringIO(text), dtype={"municipality": str, "name": str})
    except (OSError, ValueError) as error:
        why, remedy = "The municipalities stand in it.", "Correct the path or the file."
        raise PolicyError(
            f"{source.name} cannot be read.", [Problem("unreadable-file", str(error), why, remedy)]
        ) from error


def municipalities_of(source: pd.DataFrame | Instance) -> pd.DataFrame:
    """Municipalities as a key sees them.

    Parameters
    ----------
    source : DataFrame or Instance
        A table is returned as it is.

    Returns
    -------
    DataFrame
        Of an instance its municipalities, with its table ``fair_shares``, where there is one, as the
        attribute ``fair_share``.
    """
    if isinstance(source, pd.DataFrame):
        return source
    municipalities, published = source["municipalities"], source["fair_shares"]
    if not len(published):
        return municipalities
    shares = published.set_index("municipality")["share"]
    return municipalities.assign(fair_share=shares.reindex(municipalities["municipality"]).to_numpy())


def _key_path(source: str | Path) -> Path:
    path = Path(source)
    if path.suffix == ".toml":
        return path
    if str(source) in key_names():
        return models_folder() / "keys" / f"{source}.toml"
    problem = Problem(
        "no-key",
        f"models/keys/ holds no {source}.toml.",
        "A key is a name in models/keys/ or a path to a .toml.",
        nearest(str(source), key_names()),
        value=str(source),
    )
    raise PolicyError(f"There is no key {str(source)!r}.", [problem])


def _place(where: tuple[int | str, ...], stated: dict[str, object]) -> str:
    """Where a problem stands, with the name of the step that it is in."""
    place = ".".join(str(part) for part in where)
    entry: object = stated
    for part in where[:2]:
        try:
            entry = entry[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return place
    named = entry.get("name") or entry.get("attribute") if isinstance(entry, dict) else None
    return f"{place} ({named})" if named else place
