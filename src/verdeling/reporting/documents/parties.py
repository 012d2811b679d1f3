"""Who agreements are made with, and the bounds that each is held to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from verdeling.amounts import asked
from verdeling.language import counted, listed, say, sentence
from verdeling.limits import UNIT_OF_MEASURE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.names import Names
    from verdeling.reporting.content import Content

Kind = Literal["municipality", "supplier", "provider"]

_OF_SUPPLIERS = ("places", "share_of_supply", "built", "share_of_built")
"""Measures of agreements that bind who lets or builds where they hold, also where nobody is named."""

_NAMING = ("supplier", "provider")
"""Columns of agreements that name who lets, builds or supports."""

_SHORT = 0.005
"""Less than this is missed by nothing that two decimals show."""


@dataclass(frozen=True)
class Party:
    """Somebody who signs: a municipality, a housing association (supplier) or a care provider."""

    kind: Kind
    key: str
    name: str


@dataclass(frozen=True)
class Bound:
    """An agreement as it holds for somebody.

    Parameters
    ----------
    agreement : str
        Id.
    text, source : str
        As it is known, and where it was made.
    about : str
        Whom it names.
    strength : str
        hard or soft, in words.
    asked, outcome : str
        The bound, and what comes of it.
    """

    agreement: str
    text: str
    source: str
    about: str
    strength: str
    asked: str
    outcome: str


def parties(names: Names) -> list[Party]:
    """Everybody to make agreements with: municipalities, who lets or builds, who supports."""
    tables = names.instance.tables
    named = set(tables["supply"]["supplier"]) | set(tables["projects"]["supplier"])
    found = [Party("municipality", key, name) for key, name in names.names["municipality"].items()]
    found += [Party("supplier", name, name) for name in sorted(named - {""}, key=str.casefold)]
    providers = sorted(set(tables["support"]["provider"]), key=str.casefold)
    return found + [Party("provider", name, name) for name in providers]


def towns(content: Content, party: Party) -> list[str]:
    """Ids of the municipalities where somebody lets, builds or supports, in the order of reports."""
    if party.kind == "municipality":
        return [party.key]
    plan = content.plan
    frames = [plan.suppliers, plan.builds] if party.kind == "supplier" else [plan.support]
    found = {key for frame in frames for key in frame.loc[frame[party.kind] == party.key, "municipality"]}
    return [key for key in content.municipalities if key in found]


def bounds(content: Content, party: Party | None = None) -> list[Bound]:
    """The agreements that somebody is held to, or all of them, each with what comes of it.

    A municipality is held to those that name it or its region, or nobody; who lets or builds to those
    that name it, and to those about places and building where it does; a provider to those about hours
    of support that name it or nobody.
    """
    agreements = content.instance.tables["agreements"].set_index("agreement")
    limits, missed = content.plan.rows, content.plan.shortfalls
    limits = limits[limits["family"] == "agreement"]
    if party is not None:
        limits = limits[_held(limits, content, party, agreements)]
        missed = missed[_held(missed, content, party, agreements)]
    told: dict[Any, dict[Any, Any]] = agreements.to_dict("index")
    short = missed.groupby("agreement")["short"].sum()
    return [
        _bound(content, told[key], str(key), rows, float(short.get(key, 0.0)))
        for key, rows in limits.groupby("agreement", sort=True)
    ]


def _held(frame: pd.DataFrame, content: Content, party: Party, agreements: pd.DataFrame) -> pd.Series[bool]:
    """Which rows of agreements somebody is held to."""
    where = towns(content, party)
    region = content.instance.tables["municipalities"].set_index("municipality")["region"]
    regions = set(region.reindex(where))
    held = []
    for row in frame.to_dict("records"):
        measure = agreements.loc[row["agreement"], "measure"]
        here = _meets(row["municipality"], set(where)) and _meets(row["region"], regions)
        if party.kind == "municipality":
            held.append(here)
            continue
        named = [name for column in _NAMING for name in row[column].split("; ") if name]
        usual = (measure == "support_hours") == (party.kind == "provider")
        open_to_all = measure in _OF_SUPPLIERS or party.kind == "provider"
        held.append(usual and (party.key in named or (not named and here and open_to_all)))
    return pd.Series(held, index=frame.index, dtype=bool)


def _meets(scope: str, keys: set[str]) -> bool:
    """Whether a scope names one of these, or nobody."""
    return not scope or bool(keys.intersection(scope.split("; ")))


def _bound(
    content: Content, agreement: Mapping[Any, Any], key: str, rows: pd.DataFrame, short: float
) -> Bound:
    lang, unit = content.lang, UNIT_OF_MEASURE[agreement["measure"]]
    unit = content.load_unit if unit == "load" else unit
    amount = asked(agreement["measure"], float(agreement["value"]), lang)
    outcome = say("bound.kept", lang)
    if short > _SHORT:
        outcome = say("bound.missed", lang, amount=counted(f"unit.{unit}", short, lang))
    elif rows["tight"].any():
        outcome = say("bound.tight", lang)
    return Bound(
        key,
        sentence((agreement["text_nl"] if lang == "nl" else "") or agreement["text"]),
        agreement["source"],
        _about(content, rows),
        say("value.hard" if agreement["strength"] == "hard" else "value.soft", lang),
        say(f"bound.{_SENSES[agreement['sense']]}", lang, amount=amount),
        outcome,
    )


_SENSES = {"<=": "most", ">=": "least", "=": "exactly"}


def _about(content: Content, rows: pd.DataFrame) -> str:
    """Whom agreements name, most precisely."""
    for column in (*_NAMING, "municipality", "region"):
        keys = sorted({key for scope in rows[column] for key in str(scope).split("; ") if key})
        if column == "municipality" and len(keys) == len(content.municipalities) > 1:
            return say("bound.each", content.lang)
        if keys and not (column == "region" and content.names.regions == 1):
            return listed([content.names.name(column, key) for key in keys], content.lang)
    return say("bound.everybody", content.lang)
