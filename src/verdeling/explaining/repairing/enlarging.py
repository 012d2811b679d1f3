"""More places and more support: the least of both with which every agreement can be kept as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.explaining.repairing.proving import plan_verifies
from verdeling.explaining.repairing.timed import Timed
from verdeling.language import counted, language, number, say
from verdeling.names import Names
from verdeling.policy import Policy, read_policy
from verdeling.program import Objective, find
from verdeling.solvers import find_solver
from verdeling.statement import state_rules

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.formulation import Model
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.program import Floats

_KEYS = ["region", "municipality", "place_type", "supplier", "provider", "year"]
_COLUMNS = ["table", *_KEYS, "from", "to", "unit", "cost"]
_STILL = 1e-7
_AMOUNTS = {"supply": ("places", "places"), "support": ("hours", "hours per week")}


@dataclass(frozen=True, eq=False, repr=False)
class Enlargement:
    """The least that supply and support must grow for every hard agreement to be kept as it is.

    Parameters
    ----------
    instance : Instance
        Of one scenario.
    changes : DataFrame
        table (supply or support), region, municipality, place_type, supplier, provider, year, from, to, unit,
        cost (the part of its own number that it grows by; a number of zero counts as one). Places are
        whole, hours have two decimals.
    status : str
        ``found``, ``unproved`` (this is enough, but time ran out before it was proved to be the least),
        ``needless`` (the instance has a plan), ``none`` (it is proved that more places and hours do not
        help) or ``time_limit`` (nothing is known).
    """

    instance: Instance
    changes: pd.DataFrame
    status: str

    def enlarged(self) -> Instance:
        """The instance with these changes made; it was proved to have a plan in fractional places."""
        tables: dict[str, Any] = {}
        for name, (column, _) in _AMOUNTS.items():
            table = self.instance.tables[name]
            keys = [key for key in _KEYS if key in table]
            own = self.changes[self.changes["table"] == name]
            for change in own.to_dict("records"):
                same = np.logical_and.reduce([table[key].astype(str) == str(change[key]) for key in keys])
                table.loc[np.flatnonzero(same & (table[column] == change["from"]))[:1], column] = change["to"]
            tables[name] = table
        return self.instance.replace(**tables)

    def sentences(self, lang: Language = "en") -> list[str]:
        """What must grow, from what to what."""
        names = Names.of(self.instance, language(lang))
        told = [say(f"enlarge.{self.status}", lang)]
        for row in self.changes.to_dict("records"):
            shown = [names.name(key, row[key]) for key in ("municipality", "place_type") if row[key]]
            shown += [row[key] for key in ("supplier", "provider") if row[key]]
            to = counted(f"unit.{row['unit']}", row["to"], lang)
            scope = ", ".join([*shown, str(row["year"])])
            values = {"scope": scope, "to": to, "number": number(row["from"], lang)}
            told.append(say("enlarge.change", lang, **values))
        return told

    def __repr__(self) -> str:
        return f"<Enlargement of {self.instance.about.name}: {self.status}>"


def enlarge(
    instance: Instance,
    policy: Policy | str | Path = "leximin",
    *,
    scenario: str | None = None,
    solver: str = "HiGHS",
    time_limit: float | None = None,
) -> Enlargement:
    """The least growth of supply and support with which every hard agreement can be kept.

    For when agreements may not bend, or not far enough. Only rows that are there can grow. What is
    least is the sum of the parts of its own number that each row of supply and support grows by.
    Proved by a plan in fractional places.

    Parameters
    ----------
    instance : Instance
        One without a plan.
    policy : Policy, str or Path
        Its key gives the fair shares that agreements may refer to.
    scenario : str, optional
        One of ``instance.scenarios``.
    solver : str
        As for `verdeling.engine.solve`.
    time_limit : float, optional
        Seconds after which what was found is given.

    Returns
    -------
    Enlargement

    Raises
    ------
    InstanceError, PolicyError
        If the scenario or policy does not exist or does not fit the instance.
    """
    chosen = instance.in_scenario(scenario)
    stated = policy if isinstance(policy, Policy) else read_policy(policy)
    timed, nothing = Timed(find_solver(solver), time_limit), pd.DataFrame(columns=_COLUMNS)
    if plan_verifies(chosen, stated, timed, whole=False):
        return Enlargement(chosen, nothing, "needless")
    model = state_rules(chosen, stated)
    model.program.whole[:] = False
    columns, costs = _grow(model)
    outcome = timed.minimise(model.program, Objective(columns, costs), whole=True)
    if outcome.point is None:
        return Enlargement(chosen, nothing, "none" if outcome.status == "infeasible" else "time_limit")
    status = "found" if outcome.status == "optimal" else "unproved"
    found = Enlargement(chosen, _changes(model, outcome.point, costs), status)
    if plan_verifies(found.enlarged(), stated, Timed(find_solver(solver)), whole=False):
        return found
    return Enlargement(chosen, nothing, "time_limit")


def _grow(model: Model) -> tuple[np.ndarray, Floats]:
    """State how much each row of supply and support grows; the columns and what a unit costs."""
    program, supply, offers = model.program, model.data.supply, model.data.offers
    rows = supply.reset_index(drop=True)
    rows = rows.assign(row=np.arange(len(rows)), region=model.data.region_of_origin[rows["municipality"]])
    places = program.add_columns("more_places", rows[["row"]], unit="places", whole=True)
    hours = program.add_columns("more_hours", offers[["offer"]], unit="hours per week")
    more = rows.assign(column=places["column"].to_numpy(), coefficient=-1.0)
    (named,) = program.families()["supplier"]
    unnamed = more[find(more, named.index) < 0] if len(named.index) else more
    _restate(model, "capacity", more)
    _restate(model, "supplier", more)
    _restate(model, "supplier_rest", unnamed)
    _restate(model, "provider", hours.assign(coefficient=-1.0))
    everybody = ("region", "municipality", "place_type", "supplier", "year")
    asked = [
        clause.reach(more, everybody).assign(coefficient=-clause.value)
        for clause in model.clauses
        if clause.measure == "share_of_supply"
    ]
    _restate(model, "agreement", pd.concat([more.iloc[:0].assign(bound=0), *asked]))
    columns = np.concatenate([places["column"], hours["column"]]).astype(np.int64)
    amounts = np.concatenate([supply["places"], offers["hours"]]).astype(np.float64)
    return columns, 1 / np.where(amounts > 0, amounts, 1.0)


def _restate(model: Model, family: str, growth: pd.DataFrame) -> None:
    """Put growth into the rows of a family: the rows as they were no longer limit anything."""
    program = model.program
    (block,) = program.families()[family]
    rows = slice(block.start, block.stop)
    lower, upper = program.row_lower[rows].copy(), program.row_upper[rows].copy()
    program.row_lower[rows], program.row_upper[rows] = -np.inf, np.inf
    entries = program.matrix()[rows].tocoo()
    row, column = entries.coords
    terms = pd.DataFrame({"place": row, "column": column, "coefficient": entries.data})
    place = find(growth, block.index) if len(growth) else np.empty(0, dtype=np.int64)
    grown = growth.assign(place=place)
    index = pd.DataFrame({"place": np.arange(len(block.index))})
    program.add_rows(
        f"goal_{family}",
        index,
        [terms, grown[grown["place"] >= 0]],
        unit=block.unit,
        lower=lower,
        upper=upper,
    )


def _changes(model: Model, point: Floats, costs: Floats) -> pd.DataFrame:
    """The rows that grow, by id."""
    blocks, data = model.program.column_blocks, model.data
    found = []
    sources = (("supply", "more_places", data.supply), ("support", "more_hours", data.offers))
    for (table, block, rows), cost in zip(sources, np.split(costs, [len(data.supply)]), strict=True):
        amount, unit = _AMOUNTS[table]
        growth = point[blocks[block].positions]
        growth = np.round(growth) if table == "supply" else np.ceil(growth * 100 - 1e-6) / 100
        labelled = data.label(rows.drop(columns=[amount]))
        own = labelled["municipality"].where(rows["municipality"].to_numpy() >= 0, "")
        told = labelled.assign(table=table, unit=unit, cost=growth * cost, municipality=own)
        told["from"] = rows[amount].to_numpy(np.float64)
        told["to"] = told["from"] + growth
        found.append(told[growth > _STILL].reindex(columns=_COLUMNS, fill_value=""))
    return pd.concat(found, ignore_index=True)
