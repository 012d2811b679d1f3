"""Figures of an older year on the map of a later one: what merged is added up, what was divided is split."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from verdeling.cbs.codes import codes_meant, destinations, known_year, names_of
from verdeling.errors import FiguresError, Problem
from verdeling.mapping.merging import shared
from verdeling.tables import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

_TELLS = ("source", "estimate")


class Split(BaseModel):
    """What part of a municipality that was divided is in each of the others since.

    Parameters
    ----------
    old : str
        Its code.
    into : dict of str to float
        Part by code of a municipality that it is in since; together 1.
    source : str
        Where the parts are from.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    old: str
    into: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(min_length=1)
    source: Words

    @property
    def parts(self) -> dict[str, Fraction]:
        """Part of each municipality, exactly as it is stated."""
        return {code: Fraction(str(part)) for code, part in self.into.items()}

    @model_validator(mode="after")
    def _complete(self) -> Split:
        if sum(self.parts.values()) != 1:
            raise ValueError("The parts of into must add up to 1")
        return self


@dataclass(frozen=True, eq=False)
class Carried:
    """Figures on the map of a later year, and what was done for it.

    Parameters
    ----------
    figures : DataFrame
        The same columns, with ``source`` and ``estimate``; one row for each municipality of the later year
        and key.
    moved : DataFrame
        Columns old, new, part and source: where the figures of municipalities that are no longer there
        went; the source is that of a split.
    """

    figures: pd.DataFrame
    moved: pd.DataFrame


def carry(
    figures: pd.DataFrame, amounts: Sequence[str], *, codes: int, onto: int, splits: Sequence[Split] = ()
) -> Carried:
    """Move figures from the division of one year to that of a later one.

    Parameters
    ----------
    figures : DataFrame
        With a column ``municipality`` (codes or names of the year `codes`), columns of amounts that can be
        added up, perhaps ``source`` and ``estimate``; the other columns and the municipality are the key.
    amounts : sequence of str
        Which columns are amounts.
    codes, onto : int
        The year of the codes, and the year of the map.
    splits : sequence of Split
        For each municipality among the figures that was divided since, the parts.

    Returns
    -------
    Carried
        Whole amounts stay whole. What rests on a split is marked as an estimate, with its source.

    Raises
    ------
    FiguresError
        If a year is not known, a municipality did not exist then or is there twice, one that was divided
        has no split, or a figure of one that merged is absent, so that a sum would be too small.
    """
    known_year(onto)
    if onto < codes:
        raise _refused([_backwards(codes, onto)])
    held = figures.reset_index(drop=True)
    meant, problems = codes_meant(held["municipality"].astype(str), codes)
    problems += _unusable(held, amounts)
    if problems:
        raise _refused(problems)
    held["municipality"] = held["municipality"].astype(str).map(meant)
    routes, problems = _routes(list(dict.fromkeys(held["municipality"])), codes, onto, splits)
    keys = [name for name in map(str, held) if name not in {*amounts, *_TELLS}]
    problems += _twice(held, keys)
    if problems:
        raise _refused(problems)
    moved = _moved(held, routes, amounts)
    problems = _incomplete(moved, keys, codes, onto)
    if problems:
        raise _refused(problems)
    gone = routes[routes["old"] != routes["new"]].reset_index(drop=True)
    return Carried(_summed(moved, keys, amounts)[_columns(held)], gone)


def _routes(
    old: Sequence[str], codes: int, onto: int, splits: Sequence[Split]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Where each municipality goes, in which part, on whose word."""
    stated = {split.old: split for split in splits}
    rows: list[tuple[str, str, Fraction, str]] = []
    problems: list[Problem] = []
    for code in old:
        targets = destinations(code, codes, onto)
        if len(targets) == 1:
            rows.append((code, targets[0], Fraction(1), ""))
        elif code in stated and set(stated[code].into) == set(targets):
            rows += [(code, new, part, stated[code].source) for new, part in stated[code].parts.items()]
        else:
            problems.append(_no_split(code, codes, targets, onto))
    return pd.DataFrame(rows, columns=["old", "new", "part", "source"]), problems


def _moved(held: pd.DataFrame, routes: pd.DataFrame, amounts: Sequence[str]) -> pd.DataFrame:
    """Rows under their new municipality, those of a split one in parts."""
    divided = routes.duplicated("old", keep=False)
    whole = routes[~divided].set_index("old")["new"]
    stays = held[held["municipality"].isin(whole.index)]
    parts = [stays.assign(old=stays["municipality"], municipality=stays["municipality"].map(whole))]
    for old, split in routes[divided].groupby("old"):
        rows = held[held["municipality"] == old]
        told = split["source"].iloc[0]
        halves = {
            name: [shared(value, list(split["part"])) for value in rows[name].tolist()] for name in amounts
        }
        for at, new in enumerate(split["new"]):
            share = rows.assign(old=old, municipality=new, estimate=True)
            for name in amounts:
                share[name] = [each[at] for each in halves[name]]
            share["source"] = _joined(rows.get("source", pd.Series("", index=rows.index)), told)
            parts.append(share)
    filled = [
        part.assign(**{name: part.get(name, blank) for name, blank in (("source", ""), ("estimate", False))})
        for part in parts
    ]
    return pd.concat([part for part in filled if len(part)], ignore_index=True)


def _joined(sources: pd.Series[str], told: str) -> list[str]:
    return ["; ".join(filter(None, (source, told))) for source in sources]


def _together(sources: pd.Series[str]) -> str:
    """Every source once, and none that another goes on from."""
    told = list(dict.fromkeys(filter(None, sources)))
    return "; ".join(each for each in told if not any(other.startswith(f"{each}; ") for other in told))


def _summed(moved: pd.DataFrame, keys: list[str], amounts: Sequence[str]) -> pd.DataFrame:
    """Rows that are alike now, added up."""
    how: dict[str, Any] = dict.fromkeys(amounts, "sum")
    how |= {"source": _together, "estimate": "any"}
    alike = moved.duplicated(keys, keep=False)
    several = moved[alike].groupby(keys, sort=False, dropna=False).agg(how).reset_index()
    return pd.concat([moved[~alike], several], ignore_index=True).sort_values(keys, ignore_index=True)


def _columns(held: pd.DataFrame) -> list[str]:
    return [*held, *(name for name in _TELLS if name not in held)]


def _incomplete(moved: pd.DataFrame, keys: list[str], codes: int, onto: int) -> list[Problem]:
    """Sums that would lack a part: of what is one municipality now, some figures are there and some not."""
    origins: dict[str, set[str]] = {}
    for code in names_of(codes):
        for new in destinations(code, codes, onto):
            origins.setdefault(new, set()).add(code)
    needed = {new: old for new, old in origins.items() if len(old) > 1}
    problems = []
    count = moved.groupby(keys, sort=False, dropna=False)["old"].transform("size")
    short = moved[count < moved["municipality"].map({new: len(old) for new, old in needed.items()})]
    for key, rows in short.groupby(keys, sort=False, dropna=False):
        new = rows["municipality"].iloc[0]
        absent = sorted(needed[new] - set(rows["old"]))
        problems.append(_lacking(new, absent, key, keys, codes, onto))
    return problems


def _unusable(held: pd.DataFrame, amounts: Sequence[str]) -> list[Problem]:
    why = "Amounts of municipalities that merged are added up."
    return [
        Problem(
            "not-an-amount",
            f"{name} has {count} cells that are no number.",
            why,
            "Fill them in, or leave their rows out.",
            column=name,
        )
        for name in amounts
        if (count := int(pd.to_numeric(held[name], errors="coerce").isna().sum()))
    ]


def _twice(held: pd.DataFrame, keys: list[str]) -> list[Problem]:
    alike = held[held.duplicated(keys)]
    return [
        Problem(
            "duplicate-key",
            f"{', '.join(map(str, key))} is there more than once.",
            "Its figures would be counted twice.",
            "Keep one row, or name the column that tells them apart.",
            row=str(label),
        )
        for label, key in zip(alike.index, alike[keys].itertuples(index=False, name=None), strict=True)
    ]


def _no_split(code: str, codes: int, targets: Sequence[str], onto: int) -> Problem:
    names = names_of(onto)
    listed = ", ".join(f"{each} ({names[each]})" for each in targets)
    example = ", ".join(f"{each} = …" for each in targets)
    return Problem(
        "no-split",
        f"{names_of(codes)[code]} ({code}) was divided over {listed}.",
        "Which part of its figures went where is not known here, and is not guessed.",
        f'State it with its source: [[split]] old = "{code}", into = {{{example}}}, source = "…".',
        column="municipality",
        value=code,
    )


def _lacking(new: str, absent: list[str], key: Any, keys: list[str], codes: int, onto: int) -> Problem:
    lacked = ", ".join(f"{names_of(codes)[each]} ({each})" for each in absent)
    about = ", ".join(str(value) for name, value in zip(keys, key, strict=True) if name != "municipality")
    return Problem(
        "incomplete-sum",
        f"{names_of(onto)[new]} ({new}) lacks {lacked}" + (f": {about}." if about else "."),
        "What is one municipality now would have figures of a part of it only.",
        "Add the figures; where a cell was suppressed, say what it stands for.",
        column="municipality",
        value=new,
    )


def _backwards(codes: int, onto: int) -> Problem:
    return Problem(
        "later-codes",
        f"The codes are of {codes} and the map is of {onto}.",
        "What has merged cannot be taken apart again.",
        "Use a map of the same year or a later one.",
    )


def _refused(problems: list[Problem]) -> FiguresError:
    return FiguresError("The figures cannot be moved to the other map.", problems)
