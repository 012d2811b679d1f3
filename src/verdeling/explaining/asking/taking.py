"""What would it take: the smallest changes of limits with which a municipality's people can be housed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.errors import Problem, VerdelingError, nearest
from verdeling.explaining.asking.conditions import by
from verdeling.explaining.asking.desk import Desk
from verdeling.goals import settle_aim
from verdeling.language import language, listed, percent, say
from verdeling.limits import UNIT_OF_MEASURE
from verdeling.names import Names
from verdeling.program import Objective
from verdeling.pursuit import Infeasible

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.program import Block
    from verdeling.shared import Started
    from verdeling.solution import Solution

WAYS = {
    "supply": ("capacity", "supplier", "supplier_rest"),
    "hours": ("provider", "support"),
    "agreements": ("agreement",),
    "projects": ("project",),
}
"""Kinds of limits of which one gives way at a time, and their families."""

PEOPLE = ("waiting", "unhoused", "housed", "years_housed", "coverage", "shortfall")
"""Measures of goals that are held: those about who is housed and what was agreed."""

EUROS = 100_000.0
"""So many euros count as one place or hour."""

NEAR = 1e-6
"""Smaller changes are rounding."""

MOVE_COLUMNS = ["way", "family", "owner", "agreement", "municipality", "place_type", "supplier", "year"]
MOVE_COLUMNS += ["provider", "project", "limit", "change", "unit"]


@dataclass(frozen=True, eq=False, repr=False)
class Demands:
    """The smallest changes with which a coverage can be reached, one way a kind of limit.

    Parameters
    ----------
    instance : Instance
        As it is.
    municipality : str
        Whose people are to be housed.
    coverage : float
        The wished part of the households from there that is housed by the end.
    ways : DataFrame
        way (see `WAYS`, and ``together`` for all at once), possible, total (places, hours per week and
        `EUROS` added up; NaN where it is not possible, 0 where no limit has to change).
    moves : DataFrame
        way, family, owner (who can change it), the scope of the limit in ids, limit (as it is), change
        (added to it) and unit.
    """

    instance: Instance
    municipality: str
    coverage: float
    ways: pd.DataFrame
    moves: pd.DataFrame

    def sentences(self, lang: Language = "en") -> list[str]:
        """What is wished, and a sentence for each way."""
        names = Names.of(self.instance, language(lang))
        who = names.name("municipality", self.municipality)
        told = [say("take.wish", lang, who=who, part=percent(self.coverage, lang))]
        if (self.ways["total"] <= NEAR).all():
            return [*told, say("take.nothing", lang)]
        for way, possible in self.ways[["way", "possible"]].itertuples(index=False):
            about = say(f"take.{way}", lang)
            moves = self.moves[self.moves["way"] == way].to_dict("records")
            if possible:
                said = listed([_said(move, names) for move in moves], lang)
                told.append(say("take.moves", lang, way=about, moves=said))
            else:
                told.append(say("take.impossible", lang, way=about))
        return told


def what_would_it_take(
    solution: Solution, municipality: str, coverage: float, desk: Desk | None = None
) -> Demands:
    """Find the smallest changes of limits with which a part of a municipality's households can be housed.

    A change is the smallest in places, hours per week and `EUROS` together. With it there is a plan
    that reaches the coverage and in which no goal of the policy about people or agreements (`PEOPLE`)
    is worse than now; goals about loads, building, moves and cost are left free, as more places are
    somebody's load. Where the policy leaves open whose people are housed it may still choose others.
    Changes are fractional.

    Parameters
    ----------
    solution : Solution
        One that is settled.
    municipality : str
        Where the households look from; the needs of the whole region do not count.
    coverage : float
        From 0 to 1: households housed by the end ÷ households that look.
    desk : Desk, optional
        The solution reopened, where it is open already.

    Returns
    -------
    Demands

    Raises
    ------
    VerdelingError
        If there is no such municipality, nobody looks from there, or the coverage is not a part.
    NoSolutionError
        If the solution has no numbers, or was cut off by a time limit.
    """
    _refuse(solution.instance, municipality, coverage)
    desk = desk or Desk.of(solution)
    ways = {**WAYS, "together": tuple(family for families in WAYS.values() for family in families)}
    rows, moves = [], [pd.DataFrame(columns=MOVE_COLUMNS)]
    for way, families in ways.items():
        found = _smallest(desk, municipality, coverage, families)
        rows.append((way, found is not None, np.nan if found is None else found[0]))
        if found is not None and len(found[1]):
            moves.append(found[1].assign(way=way)[MOVE_COLUMNS])
    table = pd.DataFrame(rows, columns=["way", "possible", "total"])
    stacked = pd.concat(moves[1:], ignore_index=True) if len(moves) > 1 else moves[0]
    return Demands(desk.instance, municipality, coverage, table, stacked)


def _refuse(instance: Instance, municipality: str, coverage: float) -> None:
    known = instance.tables["municipalities"]["municipality"].tolist()
    needs = instance.tables["needs"]
    problems = []
    if municipality not in known:
        what, why = f"There is no municipality {municipality}.", "A wish is somebody's."
        problems.append(Problem("unknown-id", what, why, nearest(municipality, known), value=municipality))
    elif not needs.loc[needs["municipality"] == municipality, "households"].sum():
        what, why = f"No needs are stated for {municipality}.", "Coverage is a part of its own households."
        remedy = "Give its needs in the table needs, or ask about another municipality."
        problems.append(Problem("no-needs", what, why, remedy, value=municipality))
    if not 0 <= coverage <= 1:
        what, why = f"The coverage is {coverage:g}.", "It is a part of the households."
        problems.append(Problem("bad-coverage", what, why, "Give a number from 0 to 1, such as 0.9."))
    if problems:
        raise VerdelingError("The wish cannot be judged.", problems)


def _smallest(
    desk: Desk, municipality: str, coverage: float, families: tuple[str, ...]
) -> tuple[float, pd.DataFrame] | None:
    """Least total change of the limits of some families, and the changes; None if they do not suffice."""
    started = desk.state(desk.instance)
    for aim in started.goals[: desk.goals]:
        if aim.goal.measure in PEOPLE:
            settle_aim(started.pursuit, aim)
    _demand(started, municipality, coverage)
    blocks = [block for block in started.model.program.row_blocks if block.name in families]
    opened = [_open(started, block) for block in blocks if len(block.index)]
    columns = np.concatenate([np.empty(0, dtype=np.int64), *(room["column"] for room in opened)])
    weights = np.concatenate([np.empty(0), *(room["weight"] for room in opened)])
    started.pursuit.point = None
    try:
        outcome = started.pursuit.minimise(Objective(columns, weights))
    except Infeasible:
        return None
    assert outcome.point is not None
    if not opened:
        return 0.0, pd.DataFrame(columns=MOVE_COLUMNS)
    room = pd.concat(opened, ignore_index=True)
    room["change"] = room["sign"] * outcome.point[room["column"].to_numpy()]
    return outcome.value, _labelled(desk, room.groupby("row")["change"].sum().reset_index())


def _demand(started: Started, municipality: str, coverage: float) -> None:
    """Ask that a part of the households is housed."""
    data, program = started.model.data, started.model.program
    position = data.ids["municipality"].get_loc(municipality)
    served = program.terms("served")
    served = served[served["origin"] == position].assign(goal=0)
    needs = data.needs.loc[data.needs["origin"] == position, "households"].sum()
    terms = [served[["goal", "column", "coefficient"]]]
    index = pd.DataFrame({"goal": [0]})
    program.add_rows("goal_wish", index, terms, unit="households", lower=coverage * needs)


def _open(started: Started, block: Block) -> pd.DataFrame:
    """Let rows of the rules give way, up and down, by columns of their own; row, column, sign, weight."""
    program, model = started.model.program, started.model
    size = len(block.index)
    entries = program.matrix(block.start)[:size].tocoo()
    rows, columns = entries.coords
    terms = pd.DataFrame({"limit": rows, "column": columns, "coefficient": entries.data})
    index = pd.DataFrame({"limit": np.arange(size)})
    up, down = (
        program.add_columns(f"goal_{way}_{block.name}", index, unit=block.unit) for way in ("up", "down")
    )
    here = slice(block.start, block.stop)
    lower, upper = program.row_lower[here].copy(), program.row_upper[here].copy()
    terms_of = [terms, up.assign(coefficient=-1.0), down]
    program.add_rows(f"goal_{block.name}", index, terms_of, unit=block.unit, lower=lower, upper=upper)
    program.row_lower[here], program.row_upper[here] = -np.inf, np.inf
    weight = np.ones(size)
    if block.name == "agreement":
        measures = np.repeat([c.measure for c in model.clauses], [len(c.index) for c in model.clauses])
        weight = np.where(measures == "cost", 1 / EUROS, 1.0)
    sides = [(up, 1.0), (down, -1.0)]
    return pd.concat(
        [
            pd.DataFrame(
                {"row": block.positions, "column": side["column"].to_numpy(), "sign": sign, "weight": weight}
            )
            for side, sign in sides
        ],
        ignore_index=True,
    )


def _labelled(desk: Desk, moves: pd.DataFrame) -> pd.DataFrame:
    """Changes of limits with what they are about and who can make them, the largest first."""
    instance = desk.instance
    found = moves[moves["change"].abs() > NEAR].merge(desk.plan.rows, on="row")
    measures = instance.tables["agreements"].set_index("agreement")["measure"].map(UNIT_OF_MEASURE).to_dict()
    found["unit"] = [
        measures.get(agreement, unit)
        for agreement, unit in zip(found["agreement"], found["unit"], strict=True)
    ]
    found["owner"] = [_owner(instance, row) for row in found.to_dict("records")]
    order = found["change"].abs().round(6).sort_values(ascending=False, kind="stable").index
    return found.loc[order].reset_index(drop=True)


def _owner(instance: Instance, row: dict[Any, Any]) -> str:
    """Who can change a limit: landlord, provider, or the source of an agreement; empty where unknown."""
    if row["family"] == "agreement":
        sources = instance.tables["agreements"].set_index("agreement")["source"]
        return str(sources[row["agreement"]])
    if row["family"] == "project":
        projects = instance.tables["projects"].set_index("project")["supplier"]
        return str(projects[row["project"]])
    if row["family"] != "capacity":
        return str(row["provider"] or row["supplier"])
    supply = instance.tables["supply"]
    here = np.ones(len(supply), dtype=bool)
    for column in ("municipality", "place_type", "year"):
        here &= (supply[column].astype(str) == row[column]).to_numpy()
    return "; ".join(sorted(set(supply.loc[here, "supplier"]) - {""}))


def _said(move: dict[Any, Any], names: Names) -> str:
    """A change of a limit, with where it is and who can make it."""
    said = [move["provider"] or names.name("project", move["project"])]
    if move["agreement"]:
        said = [names.name("agreement", move["agreement"])]
    for scope in ("municipality", "place_type", "year"):
        said.append(names.name(scope, str(move[scope])))
    about = ", ".join(each for each in dict.fromkeys([*said, move["owner"]]) if each)
    return f"{by(move['change'], move['unit'], names, held=True)} ({about})"
