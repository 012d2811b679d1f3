"""Judging a plan: every limit that it breaks, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.errors import InstanceError, Problem
from verdeling.plan import Known, known_ids, people, read_plan
from verdeling.verification.agreements import agreement_rows
from verdeling.verification.facts import Facts, People, Plan, facts_of, use_per_place
from verdeling.verification.families import FAMILIES

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.plan import Entries
    from verdeling.verification.facts import Array

_VIOLATIONS = ["family", "scope", "activity", "limit", "excess", "unit"]
_SHORTFALLS = ["agreement", "scope", "activity", "limit", "short", "unit", "penalty"]
_SHOWN = 20


@dataclass(frozen=True)
class Verification:
    """What was found when a plan was checked.

    Parameters
    ----------
    violations : DataFrame
        family, scope (in words), activity, limit, excess (above zero: by how much the limit is
        missed), unit. A family is a heading of `models/formulation.md`, or ``whole`` or
        ``suitability``. Empty when the plan keeps every limit.
    shortfalls : DataFrame
        Agreements that are not hard and are missed: agreement, scope (in words), activity, limit, short
        (above zero), unit, penalty (short × penalty per unit).
    tolerance : float
        What was tolerated, relative to limits above 1; on whole places nothing was.
    """

    violations: pd.DataFrame
    shortfalls: pd.DataFrame
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether the plan keeps every limit and every hard agreement."""
        return self.violations.empty

    def __str__(self) -> str:
        soft = f"Soft agreements missed: {len(self.shortfalls)}." if len(self.shortfalls) else ""
        if self.ok:
            return f"The plan keeps every limit. {soft}".strip()
        lines = [
            f"- {row['family']}: {row['scope']}: {row['activity']:g} where the limit is {row['limit']:g}"
            f" {row['unit']} ({row['excess']:g} too {'many' if row['activity'] > row['limit'] else 'few'})"
            for row in self.violations.head(_SHOWN).to_dict("records")
        ]
        more = [f"- and {len(self.violations) - _SHOWN} more"] if len(self.violations) > _SHOWN else []
        headline = f"The plan breaks {len(self.violations)} limit{'s' if len(self.violations) > 1 else ''}:"
        return "\n".join([headline, *lines, *more, *([soft] if soft else [])])


def verify(
    instance: Instance,
    placements: pd.DataFrame,
    builds: pd.DataFrame | None = None,
    support: pd.DataFrame | None = None,
    *,
    attribution: pd.DataFrame | None = None,
    waiting: pd.DataFrame | None = None,
    shares: pd.Series[float] | None = None,
    whole: bool = True,
    tolerance: float = 1e-6,
) -> Verification:
    """Check a finished plan, also a hand-made one, against every limit of an instance.

    Parameters
    ----------
    instance : Instance
        In its default scenario, unless restricted to another with `Instance.in_scenario`.
    placements : DataFrame
        municipality, group, place_type, year, places; what has no row is zero.
    builds : DataFrame, optional
        project, year, places. Without it nothing is built: places beyond supply are violations of
        capacity that say so, and agreements about building see none.
    support : DataFrame, optional
        provider, municipality, year, hours (per week). Without it the offers of support are only
        asked whether together they could cover the hours in use.
    attribution : DataFrame, optional
        municipality, supplier, group, place_type, year, places: whose places they are, all of
        them; see `attribution.attribute`. Needed for agreements about the places of suppliers.
    waiting : DataFrame, optional
        group, region, municipality (of origin; blank for the needs of a region as a whole), year, served,
        waiting (households): who is housed and who waits, all of them. Without it only totals of regions
        are checked.
    shares : Series, optional
        Fair share for places, by municipality. Needed for agreements on share_of_fair_share.
    whole : bool
        Whether numbers of places are whole. Then not the smallest difference is allowed in them,
        and a limit in places is read to a millionth. Otherwise the plan is judged as the
        fractional optimum: without project_minimum.
    tolerance : float
        What is tolerated in hours, loads, euros and fractional places, relative to limits above 1.

    Returns
    -------
    Verification
        Violations of limits and hard agreements, and shortfalls of the other agreements.

    Raises
    ------
    InstanceError
        If a table of the plan cannot be read (columns, ids, numbers, keys), or an agreement needs a
        table that was not given; with all these problems at once.
    """
    instance = instance.in_scenario()
    known = known_ids(instance)
    frames = {"placements": placements, "builds": builds, "support": support, "attribution": attribution}
    read = read_plan(known, {**frames, **people(waiting)})
    plan_shares = _read_shares(shares, instance, known)
    agreements = instance.tables["agreements"]
    _refuse_missing(agreements, read, plan_shares)
    built = _total(read, "builds", "project", "year")
    stated = np.zeros((len(known["project"]), len(known["year"]))) if built is None else built
    facts = facts_of(instance, known, stated)
    plan = Plan(
        places=read["placements"].total("municipality", "group", "place_type", "year"),
        builds=stated,
        built=built is not None,
        support=_total(read, "support", "provider", "municipality", "year"),
        attribution=read.get("attribution"),
        shares=plan_shares,
        whole=whole,
        use=use_per_place(facts),
        people=_people(read) if waiting is not None else None,
    )
    return _judge(facts, plan, agreements, tolerance)


def _judge(facts: Facts, plan: Plan, agreements: pd.DataFrame, tolerance: float) -> Verification:
    violations = [
        (name, *missed)
        for name, check in FAMILIES.items()
        for rows in check(facts, plan)
        for missed in rows.missed(plan.whole, tolerance)
    ]
    shortfalls = []
    for _, agreement in agreements.iterrows():
        name, strength = agreement["agreement"], agreement["strength"]
        missed_rows = agreement_rows(agreement, facts, plan).missed(plan.whole, tolerance)
        if strength == "hard":
            violations += [("agreement", f"{name}: {row[0]}", *row[1:]) for row in missed_rows]
        else:
            shortfalls += [(name, *row, row[3] * strength) for row in missed_rows]
    return Verification(_frame(violations, _VIOLATIONS), _frame(shortfalls, _SHORTFALLS), tolerance)


def _frame(rows: list[Any], columns: list[str]) -> pd.DataFrame:
    words = {"family", "scope", "unit", "agreement"}
    cells = zip(*rows, strict=True) if rows else [()] * len(columns)
    return pd.DataFrame(
        {
            column: pd.Series(values, dtype="str" if column in words else "float64")
            for column, values in zip(columns, cells, strict=True)
        }
    )


def _people(read: dict[str, Entries]) -> People:
    axes = ("municipality", "group", "year"), ("region", "group", "year")
    return People(
        served=read["served"].total(*axes[0]),
        waiting=read["waiting"].total(*axes[0]),
        served_region=read["served of a region"].total(*axes[1]),
        waiting_region=read["waiting of a region"].total(*axes[1]),
    )


def _total(read: dict[str, Entries], table: str, *keys: str) -> Array | None:
    return read[table].total(*keys) if table in read else None


def _read_shares(shares: pd.Series[float] | None, instance: Instance, known: Known) -> Array | None:
    if shares is None:
        return None
    region = instance.tables["municipalities"]["region"].to_numpy()
    share = shares.reindex(known["municipality"])
    total = share.groupby(region).transform("sum")
    wrong = ~((share >= 0) & (np.abs(total - 1) <= 1e-6))
    if wrong.any():
        raise InstanceError(
            "The fair shares cannot be used.",
            [Problem("fair-share", f"{name} has {share[name]:g}; its region has {total[name]:g}.",
                     "Every municipality has a share, and those of a region sum to 1.",
                     "Give the shares of the policy's key, by municipality.", value=str(share[name]))
             for name in share.index[wrong]],
        )  # fmt: skip
    return np.asarray(share, dtype=np.float64)


def _refuse_missing(agreements: pd.DataFrame, read: dict[str, Entries], shares: Array | None) -> None:
    """Refuse to judge an agreement on a table that was not given."""
    named = agreements["supplier"] != ""
    by_provider = named & (agreements["measure"] == "support_hours")
    of_places = named & ~agreements["measure"].isin(["support_hours", "built", "share_of_built"])
    fair = agreements["measure"] == "share_of_fair_share"
    missing = [
        *((name, "attribution", "what each supplier gives", "attribution.attribute")
          for name in agreements.loc[of_places, "agreement"] if "attribution" not in read),
        *((name, "support", "what each provider gives", "the plan's support")
          for name in agreements.loc[by_provider, "agreement"] if "support" not in read),
        *((name, "shares", "the fair shares", "the policy's key")
          for name in agreements.loc[fair, "agreement"] if shares is None),
    ]  # fmt: skip
    if missing:
        raise InstanceError(
            "The plan cannot be judged on every agreement.",
            [Problem("not-given", f"Agreement {name} is about {what}.", f"{argument} was not given.",
                     f"Pass {argument}= (from {source}).", table="agreements", row=name)
             for name, argument, what, source in missing],
        )  # fmt: skip
