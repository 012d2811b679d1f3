"""From a point of the program back to tables with ids, names of limits and units."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.attribution import attribute
from verdeling.clauses import Clause, bound_scopes
from verdeling.measures import MEASURES, TASKS
from verdeling.program import Block
from verdeling.scopes import SCOPE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verdeling.entries import Entries
    from verdeling.formulation import Model
    from verdeling.goals import Reached
    from verdeling.measures import Vector
    from verdeling.program import Floats

NEGLIGIBLE = 1e-7
"""Amounts below this are rounding of the solver, not a plan."""

SLIP = 1e-6
"""A line of people that is longer or shorter than nothing by this part of all who came is rounding too: that
of everybody who was served, added up. Verification tolerates as much."""

SCOPES = ["agreement", *SCOPE, "provider", "project"]
ROW_COLUMNS = ["row", "family", *SCOPES, "use", "sense", "limit", "unit"]

_NO_ROWS = np.empty(0, dtype=np.int64)

DEFINITIONS = ("queue", "pool", "load", "local_origin", "local_host", "flow_origin", "flow_host")
"""Families that say what a number is and limit nothing."""


def read_tables(
    model: Model, point: Floats, *, whole: bool, limits: Limits | None = None
) -> dict[str, pd.DataFrame]:
    """Tables of a plan from a point of the program.

    Parameters
    ----------
    model : Model
        The stated program.
    point : array
        A value for each column; whole where the plan is whole.
    whole : bool
        Whether places are whole numbers.
    limits : Limits, optional
        Of this program, where they are known from an earlier plan.

    Returns
    -------
    dict of str to DataFrame
        See `verdeling.solution.TABLES_OF_A_SOLUTION`; without ``prices``.
    """
    limits = limits or Limits(model)
    placements = _amounts(model, "place", point, "places", whole=whole)
    builds = _builds(model, point, whole=whole)
    return {
        "placements": placements[["municipality", "group", "place_type", "year", "places"]],
        "loads": _loads(model, limits.tasks, point, placements, builds),
        "waiting": _waiting(limits.queue, point, whole=whole),
        "builds": builds,
        "support": _support(model, point),
        "suppliers": attribute(
            model.data.instance,
            placements[["municipality", "group", "place_type", "year", "places"]],
            builds,
            named=_named(model, point, whole=whole),
            whole=whole,
        ),
        "rows": limits.table(point),
        "shortfalls": _shortfalls(model, limits.bounds, point),
    }


def read_prices(model: Model, reached: Sequence[Reached]) -> pd.DataFrame:
    """Prices of the rows for every stage of every goal, where they are not zero.

    Returns
    -------
    DataFrame
        row, goal, stage, price: the change of the goal per unit that the row is relaxed, at the
        fractional optimum; never above zero for a limit.
    """
    limits = [block.positions for block in model.program.row_blocks if _is_limit(block.name)]
    rows = np.concatenate([np.empty(0, dtype=np.int64), *limits])
    found = []
    for stage in reached:
        if stage.duals is None:
            continue
        known = rows[rows < len(stage.duals)]
        price = relaxation(stage.duals)[known]
        kept = np.abs(price) > NEGLIGIBLE
        found.append(
            pd.DataFrame(
                {"row": known[kept], "goal": stage.aim.number, "stage": stage.stage, "price": price[kept]}
            )
        )
    columns = ["row", "goal", "stage", "price"]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def relaxation(duals: Floats) -> Floats:
    """Change of a minimised goal per unit that a row gives way: an upper bound up, a lower bound down.

    A dual is the change per unit that the bound goes up. At an upper bound it is never above zero,
    and is the price; at a lower bound it is never below zero, and the price is its opposite.
    """
    return -np.abs(duals)


def _amounts(model: Model, kind: str, point: Floats, unit: str, *, whole: bool) -> pd.DataFrame:
    """A kind of column with ids for positions and its amounts, where they are not zero."""
    terms = model.program.terms(kind)
    values = point[terms["column"].to_numpy()]
    amounts = np.round(values).astype(np.int64) if whole else np.where(values > NEGLIGIBLE, values, 0.0)
    table = terms.drop(columns=["column", "coefficient"]).assign(**{unit: amounts})
    return model.data.label(table[table[unit] > 0]).reset_index(drop=True)


def _builds(model: Model, point: Floats, *, whole: bool) -> pd.DataFrame:
    projects = model.data.instance.tables["projects"]
    columns = ["project", "municipality", "place_type", "year", "places", "cost", "supplier", "certainty"]
    if projects.empty:
        return pd.DataFrame(columns=columns)
    built = _amounts(model, "build", point, "places", whole=whole)
    rows = pd.Index(projects["project"]).get_indexer(pd.Index(built["project"]))
    about = projects[["municipality", "place_type", "cost_per_place", "supplier", "certainty"]].iloc[rows]
    built = pd.concat([built, about.reset_index(drop=True)], axis=1)
    table: pd.DataFrame = built.assign(cost=built["places"] * built["cost_per_place"])[columns]
    return table


def _support(model: Model, point: Floats) -> pd.DataFrame:
    given = model.program.terms("support")
    given = given.assign(
        provider=model.data.offers["provider"].to_numpy()[given["offer"]],
        hours=point[given["column"].to_numpy()],
    )
    given = given[given["hours"] > NEGLIGIBLE]
    hours = given.groupby(["provider", "municipality", "year"])["hours"].sum()
    return model.data.label(hours.reset_index())


def _waiting(queue: pd.DataFrame, point: Floats, *, whole: bool) -> pd.DataFrame:
    """Who is served and who waits at the end of a year: everybody who came by then less who was served."""
    served = np.where(queue["served"] >= 0, point[queue["served"]], 0.0)  # years in which no place exists
    table = queue.assign(served=np.where(served > NEGLIGIBLE, served, 0.0))
    if whole:
        table[["needs", "served"]] = table[["needs", "served"]].round().astype(np.int64)
    came, went = (table.groupby("line")[column].cumsum() for column in ("needs", "served"))
    slips = (came - went).abs() <= SLIP * came.clip(lower=1.0)
    table["waiting"] = came - went if whole else (came - went).mask(slips, 0.0)
    return table[["group", "region", "municipality", "year", "needs", "served", "waiting"]]


def _queue(model: Model) -> pd.DataFrame:
    """Who waits where and when: the needs, the columns of who is served, and which years are of one line."""
    dimensions = ["group", "origin", "year"]
    served = model.program.terms("served")[[*dimensions, "column"]].rename(columns={"column": "served"})
    needs = model.data.needs.rename(columns={"households": "needs"})[[*dimensions, "needs"]]
    table = model.program.terms("waiting")[dimensions].sort_values(dimensions, ignore_index=True)
    table["line"] = table.groupby(["group", "origin"], sort=False).ngroup()
    table = table.merge(served, how="left", on=dimensions).merge(needs, how="left", on=dimensions)
    filled = table.fillna({"served": -1, "needs": 0.0})  # years in which nobody comes, or no place exists
    return model.data.label(filled.astype({"served": np.int64, "needs": np.float64}))


def _loads(
    model: Model, tasks: dict[str, Vector], point: Floats, placements: pd.DataFrame, builds: pd.DataFrame
) -> pd.DataFrame:
    data = model.data
    ids = data.ids["municipality"]
    table = pd.DataFrame({"municipality": ids, "name": data.municipalities["name"]})
    table["region"] = data.ids["region"].to_numpy()[data.municipalities["region"]]
    for task, shares, amounts in (
        ("load", model.shares.load, placements.groupby("municipality")["places"].sum().rename("places")),
        ("built", model.shares.built, builds.groupby("municipality")["places"].sum().rename("built")),
        ("support", model.shares.support, None),
    ):
        vector = tasks[task]
        relative = vector.values(point)
        if amounts is not None:
            table[amounts.name] = amounts.reindex(ids, fill_value=0).to_numpy()
        if task != "built":
            table["load" if task == "load" else "support_hours"] = relative * vector.scale
        table["fair_share" if task == "load" else f"fair_share_{task}"] = shares
        table[f"relative_{task}"] = relative
    return table


def _named(model: Model, point: Floats, *, whole: bool) -> pd.DataFrame | None:
    """What suppliers give that agreements name; a zero says that they give nothing there."""
    if "supplied" not in model.program.column_blocks:
        return None
    supplied = model.program.terms("supplied")
    places = np.maximum(point[supplied.pop("column").to_numpy()], 0.0)
    return model.data.label(
        supplied.drop(columns="coefficient").assign(places=np.round(places) if whole else places)
    )


def _is_limit(family: str) -> bool:
    return not family.startswith("goal_") and family not in DEFINITIONS


class Limits:
    """The limits and tasks of a program: what does not depend on the plan is worked out once, for all.

    Parameters
    ----------
    model : Model
        Its rows and bounds count as they are now; both may move later.
    vectors : mapping, optional
        Vectors of this program that are known, by measure and what it is over.
    earlier : Limits, optional
        Of a program from which this one was stated again: what they have in common is taken over.
    """

    def __init__(
        self,
        model: Model,
        vectors: Mapping[tuple[str, str], Vector] | None = None,
        earlier: Limits | None = None,
    ) -> None:
        self.model, program = model, model.program
        self._vectors, self._earlier = vectors or {}, earlier
        self.blocks = [block for block in program.row_blocks if _is_limit(block.name) and len(block.index)]
        self.columns = [*program.column_blocks.values()]
        self._rows = np.concatenate([_NO_ROWS, *(block.positions for block in self.blocks)])
        self._lower, self._upper = program.row_lower[self._rows], program.row_upper[self._rows]

    @cached_property
    def tasks(self) -> dict[str, Vector]:
        """What each municipality carries of each task, relative to its fair share."""
        return {
            task: self._vectors.get((measure, "municipality"))
            or MEASURES[measure].vector(self.model, "municipality")
            for task, measure in ((task, f"relative_{task}") for task in TASKS)
        }

    @cached_property
    def queue(self) -> pd.DataFrame:
        """Who waits where and when: the needs, and the columns of who is served and who waits."""
        earlier = self._earlier
        if earlier is not None and earlier.model.data.needs is self.model.data.needs and self.named_alike:
            return earlier.queue
        return _queue(self.model)

    @cached_property
    def bounds(self) -> pd.DataFrame:
        """What each bound of the agreements is about, as ids in text."""
        if self._earlier is not None and self.named_alike:
            return self._earlier.bounds
        return bound_scopes(self.model.clauses, self.model.data)

    @cached_property
    def _entries(self) -> Entries:
        """What columns ask of the limits, and below zero what they offer."""
        return self.model.program.entries_from().of(self._rows)

    @cached_property
    def about(self) -> pd.DataFrame:
        """Family, unit and scope of each limit."""
        if self._earlier is not None and self.named_alike:
            return self._earlier.about
        families = [
            (self.bounds if "bound" in block.index else _scope(self.model, block.index)).assign(
                family=block.name, unit=block.unit
            )
            for block in self.blocks
        ]
        empty = pd.DataFrame(columns=[*SCOPES, "family", "unit"], dtype="str")
        return pd.concat([empty, *families], ignore_index=True).fillna("").assign(row=self._rows)

    @cached_property
    def named_alike(self) -> bool:
        """Whether columns, limits and agreements are about the same as those of the earlier program."""
        assert self._earlier is not None
        one, other = self.model, self._earlier.model
        blocks = (self.columns, self._earlier.columns), (self.blocks, self._earlier.blocks)
        return (
            all(len(mine) == len(others) and all(map(Block.same, mine, others)) for mine, others in blocks)
            and all(ids.equals(other.data.ids[name]) for name, ids in one.data.ids.items())
            and _offered_alike(one.data.offers, other.data.offers)
            and len(one.clauses) == len(other.clauses)
            and all(map(Clause.about_the_same, one.clauses, other.clauses))
        )

    def table(self, point: Floats) -> pd.DataFrame:
        """Limits with their use: what is asked on one side, what is offered on the other."""
        entries, lower, upper = self._entries, self._lower, self._upper
        terms = entries.coefficients * point[entries.columns]
        asks = entries.coefficients > 0
        asked = np.bincount(entries.rows, np.where(asks, terms, 0.0), len(entries))
        offered = np.bincount(entries.rows, np.where(asks, 0.0, -terms), len(entries))
        at_most = np.isfinite(upper) & (lower != upper)
        limit = np.where(at_most, upper + offered, lower)
        use = np.where(at_most, asked, asked - offered)
        table = self.about.assign(
            use=use, sense=np.where(lower == upper, "=", np.where(at_most, "<=", ">=")), limit=limit
        )[ROW_COLUMNS]
        return table.assign(tight=np.abs(limit - use) <= 1e-6 * np.maximum(np.abs(limit), 1.0))


def _offered_alike(offers: pd.DataFrame, others: pd.DataFrame) -> bool:
    """Whether offers of support are the same, but perhaps for their hours."""
    return offers is others or offers.drop(columns="hours").equals(others.drop(columns="hours"))


def _scope(model: Model, index: pd.DataFrame) -> pd.DataFrame:
    """What a row is about, as ids in text; empty where it does not restrict."""
    if "offer" in index:
        offers = model.data.offers.iloc[index["offer"]].reset_index(drop=True)
        somewhere = offers["municipality"] >= 0
        places = model.data.ids["municipality"].to_numpy(object)[offers["municipality"]]
        labelled = model.data.label(offers[["provider", "region", "year"]])
        return labelled.assign(municipality=np.where(somewhere, places, "")).astype("str")
    return model.data.label(index).astype("str")


def _shortfalls(model: Model, bounds: pd.DataFrame, point: Floats) -> pd.DataFrame:
    """Soft agreements that are missed."""
    missed = np.zeros(len(model.penalties))
    for kind in ("short", "over"):
        terms = model.program.terms(kind)
        if len(terms):
            missed[terms["bound"]] += point[terms["column"]]
    soft = np.isfinite(model.penalties)
    penalties = np.where(soft, model.penalties, 0.0)
    table = bounds.assign(short=missed, penalty=missed * penalties)
    return table[soft & (missed > 1e-6)].reset_index(drop=True)
