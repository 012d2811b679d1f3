"""An urgency rule in an instance: who goes first, from where, and up to which share of the lettings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from verdeling.errors import InstanceError, Problem, nearest
from verdeling.instance import Instance, Tables
from verdeling.language import percent, say
from verdeling.scopes import split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STATUS = "~urgent"
"""End of the id of the part of a group that has a status in some municipalities."""

CAP = "urgency_cap"
"""Id of the agreement that caps the share of lettings."""


@dataclass(frozen=True)
class UrgencyRule:
    """A rule of a housing by-law on who goes first.

    Parameters
    ----------
    groups : tuple of str
        Groups with an urgency status; all others have none.
    municipalities : tuple of str
        Those from which households have the status; empty: all. Needs that are not of a
        municipality but of the whole region have no status where some are named.
    cap : float or None
        Largest share of the lettings of a municipality in a year that goes to who has the status.
        Lettings are places, of the supply and of what is built, of types that suit a group without
        burden, such as regular seekers; where there is no such group, places of all types.
    """

    groups: tuple[str, ...]
    municipalities: tuple[str, ...] = ()
    cap: float | None = None


def check_rules(instance: Instance, rules: Sequence[UrgencyRule]) -> None:
    """Refuse rules about what is not there.

    Raises
    ------
    InstanceError
        With every problem.
    """
    problems = [problem for rule in rules for problem in _problems(instance, rule)]
    if problems:
        raise InstanceError("The urgency rules cannot be studied.", list(dict.fromkeys(problems)))


def _problems(instance: Instance, rule: UrgencyRule) -> Iterator[Problem]:
    for table, column, named in (
        ("groups", "group", rule.groups),
        ("municipalities", "municipality", rule.municipalities),
    ):
        known = instance.tables[table][column].tolist()
        for name in named:
            if name not in known:
                yield Problem(
                    "unknown-id",
                    f"The {column} {name} of an urgency rule is not in the instance.",
                    "Nobody can be given a status there.",
                    nearest(name, known),
                    table=table,
                    column=column,
                    value=name,
                )
    if rule.cap is not None and not 0 <= rule.cap <= 1:
        yield Problem(
            "out-of-range",
            f"An urgency rule caps the share of lettings at {rule.cap:g}.",
            "A share is a part of what is let.",
            "Use a number from 0 to 1.",
            value=f"{rule.cap:g}",
        )


def under_rule(instance: Instance, rule: UrgencyRule) -> Instance:
    """An instance of one scenario under an urgency rule.

    Where the rule names municipalities, each group with the status is split in two that are alike in
    everything: who looks from these municipalities has the status, the others have not. Agreements
    about the group are about both parts together.
    """
    tables = dict(instance.tables)
    urgent = rule.groups
    if rule.municipalities:
        urgent = tuple(f"{group}{STATUS}" for group in rule.groups)
        tables |= _split(tables, rule)
    tables["groups"] = tables["groups"].assign(urgent=tables["groups"]["group"].isin(urgent))
    if rule.cap is not None and urgent:
        tables["agreements"] = pd.concat(
            [tables["agreements"], _cap(tables, urgent, rule.cap)], ignore_index=True
        )
    return Instance(instance.about, Tables(tables))


def whole_groups(column: pd.Series[str]) -> pd.Series[str]:
    """Ids of groups, parts of groups by the group that they are of."""
    return column.str.removesuffix(STATUS)


def _split(tables: dict[str, pd.DataFrame], rule: UrgencyRule) -> dict[str, pd.DataFrame]:
    """Tables in which the groups of a rule are split."""
    changed = {}
    for name in ("groups", "suitability"):
        frame = tables[name]
        part = frame[frame["group"].isin(rule.groups)]
        changed[name] = pd.concat([frame, part.assign(group=part["group"] + STATUS)], ignore_index=True)
    needs = tables["needs"]
    first = needs["group"].isin(rule.groups) & needs["municipality"].isin(rule.municipalities)
    changed["needs"] = needs.assign(group=needs["group"].where(~first, needs["group"] + STATUS))
    changed["agreements"] = _about_both(tables, rule)
    return changed


def _about_both(tables: dict[str, pd.DataFrame], rule: UrgencyRule) -> pd.DataFrame:
    """Agreements in which a group that is split is both its parts; one a group where there is a ``*``."""
    rows = []
    for row in tables["agreements"].to_dict("records"):
        scope = split(str(row["group"]))
        if scope == ("*",):
            rows += [
                {**row, "agreement": f"{row['agreement']} ({group})", "group": _both((group,), rule)}
                for group in tables["groups"]["group"]
            ]
        else:
            rows.append({**row, "group": _both(scope, rule)})
    return pd.DataFrame(rows, columns=tables["agreements"].columns).astype(tables["agreements"].dtypes)


def _both(scope: tuple[str, ...], rule: UrgencyRule) -> str:
    parts = [f"{group}{STATUS}" for group in scope if group in rule.groups]
    return ";".join(sorted([*scope, *parts]))


def _cap(tables: dict[str, pd.DataFrame], urgent: Sequence[str], cap: float) -> pd.DataFrame:
    """The agreement that caps the share of lettings, in each municipality and year."""
    groups, suitability = tables["groups"], tables["suitability"]
    weightless = groups.loc[groups["burden"] == 0, "group"]
    contested = suitability.loc[suitability["group"].isin(weightless), "place_type"]
    types = contested if len(contested) else suitability["place_type"]
    blank = dict.fromkeys(tables["agreements"].columns, "")
    return pd.DataFrame(
        [
            blank
            | {
                "agreement": CAP,
                "text": say("urgency.cap", "en", share=percent(cap, "en", 1)),
                "text_nl": say("urgency.cap", "nl", share=percent(cap, "nl", 1)),
                "municipality": "*",
                "group": ";".join(sorted(urgent)),
                "place_type": ";".join(sorted(set(types))),
                "year": "*",
                "measure": "share_of_supply",
                "sense": "<=",
                "value": cap,
                "strength": "hard",
            }
        ]
    )
