"""The hand-made plan as a point of the program that states it, so that rows can be read as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hand_made import ATTRIBUTION, BUILDS, PLACEMENTS, table
from verdeling.policy import Policy, read_policy
from verdeling.statement import state

if TYPE_CHECKING:
    from verdeling.formulation import Model
    from verdeling.goals import Aim
    from verdeling.instance import Instance

SERVED = """
    region,municipality,group,year,amount
    Twente,,status,2027,4
    Twente,GM1,status,2027,2
    Twente,GM2,status,2028,5
    Achterhoek,GM3,status,2027,2
    Twente,GM2,regular,2027,8
    Twente,GM2,regular,2028,1
    """
"""Whose households get the places: one regular household of Hengelo waits a year."""

WAITING = """
    region,municipality,group,year,amount
    Twente,GM2,regular,2027,1
    """

SUPPORT_BY_OFFER = """
    provider,offered,municipality,year,amount
    Aveleijn,GM1,GM1,2027,8
    Aveleijn,,GM1,2027,2
    Aveleijn,,GM2,2027,2
    Aveleijn,GM1,GM1,2028,10
    Aveleijn,,GM1,2028,1
    Aveleijn,,GM2,2028,5
    JP,GM3,GM3,2027,4
    JP,GM3,GM3,2028,2
    """

LOCAL = """
    municipality,group,year,amount
    GM1,status,2027,2
    GM2,status,2028,2
    GM3,status,2027,2
    GM2,regular,2027,7
    GM2,regular,2028,1
    """
"""Households housed where they looked: fewer than look there, and fewer than are placed there."""

FLOW = """
    municipality,host,group,year,amount
    GM1,2,status,2027,2
    GM2,1,status,2028,2
    GM2,2,status,2028,3
    GM3,0,status,2027,2
    GM2,1,regular,2027,7
    GM2,2,regular,2027,1
    GM2,1,regular,2028,1
    """
"""Who goes where; hosts by position: Aalten, Hengelo, Losser."""

PLAN = {
    "place": table(PLACEMENTS).rename(columns={"places": "amount"}),
    "build": table(BUILDS).rename(columns={"places": "amount"}),
    "supplied": table(ATTRIBUTION).rename(columns={"places": "amount"}),
    "served": table(SERVED),
    "waiting": table(WAITING),
    "support": table(SUPPORT_BY_OFFER),
    "local": table(LOCAL),
    "flow": table(FLOW),
    "open": pd.DataFrame({"project": ["park"], "amount": 1}),
    "load": pd.DataFrame({"municipality": ["GM1", "GM2", "GM3"], "amount": [8, 3, 2]}),
}
"""Amounts by kind of variable, in ids."""


EVERYTHING = ({"measure": "moves", "aggregate": "total"}, {"measure": "distance", "aggregate": "total"})
"""Goals that together ask for every family of rows."""


def policy(*goals: dict[str, str]) -> Policy:
    """Leximin with other goals."""
    stated = read_policy("leximin").model_dump()
    return Policy.model_validate(stated | {"goal": goals or stated["goal"]})


def stated(instance: Instance, *goals: dict[str, str]) -> tuple[Model, list[Aim]]:
    """The program of an instance, with the goals of leximin or others."""
    return state(instance, policy(*goals))


def point_of(model: Model, plan: dict[str, pd.DataFrame] | None = None) -> np.ndarray:
    """Value of each column of a program: those of a plan, and zero elsewhere."""
    point = np.zeros(model.program.column_count)
    for kind, amounts in (PLAN if plan is None else plan).items():
        columns = labelled(model, kind)
        if len(columns):
            keys = [name for name in amounts if name != "amount"]
            found = columns.merge(amounts, on=[name for name in keys if name in columns])
            point[found["column"]] = found["amount"]
    return point


def labelled(model: Model, kind: str) -> pd.DataFrame:
    """Columns of a kind, with ids."""
    terms = model.program.terms(kind).drop(columns="coefficient")
    if kind == "support" and len(terms):
        offers = model.data.offers.iloc[terms["offer"]]
        offered = np.append(model.data.ids["municipality"].to_numpy(object), "")[offers["municipality"]]
        terms = terms.assign(provider=offers["provider"].to_numpy(), offered=offered)
    return model.data.label(terms)


def rows(model: Model, family: str, point: np.ndarray) -> pd.DataFrame:
    """Rows of a family with ids, their use at a point, and their bounds."""
    program = model.program
    block = program.families()[family][0]
    part = slice(block.start, block.stop)
    use = program.matrix()[part] @ point[: program.column_count]
    limits = {"use": use, "lower": program.row_lower[part], "upper": program.row_upper[part]}
    return model.data.label(block.index).assign(**limits)


def violated(model: Model, point: np.ndarray) -> set[str]:
    """Families with a row that a point does not keep."""
    names = [name for name, blocks in model.program.families().items() if len(blocks[0].index)]
    tables = {name: rows(model, name, point) for name in names if not name.startswith("goal_")}
    return {
        name
        for name, kept in tables.items()
        if ((kept["use"] > kept["upper"] + 1e-9) | (kept["use"] < kept["lower"] - 1e-9)).any()
    }
