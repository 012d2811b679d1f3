"""Why not: what stands in the way of a wish of a municipality, and what granting it costs whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.errors import Problem, VerdelingError, nearest
from verdeling.explaining.asking.changing import NewRow
from verdeling.explaining.asking.desk import Desk
from verdeling.explaining.asking.what_if import what_if
from verdeling.goals import settle_aim
from verdeling.language import counted, language, number, say, sentence
from verdeling.names import Names
from verdeling.phrases import Wording
from verdeling.program import Objective
from verdeling.reading import NEGLIGIBLE, ROW_COLUMNS, relaxation

if TYPE_CHECKING:
    from verdeling.explaining.asking.what_if import WhatIf
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.shared import Started
    from verdeling.solution import Solution

NEAR = 1e-6
"""A wish missed by less is met."""


@dataclass(frozen=True, eq=False, repr=False)
class WhyNot:
    """What stands in the way of a number of places in a municipality, and what granting it costs.

    Parameters
    ----------
    municipality : str
        Whose wish it is.
    places : float
        What it wishes, summed over groups and years.
    present : float
        What it has in the fractional optimum.
    chain : DataFrame
        What can still be reached with the hard limits alone, and with every goal in turn: goal (0: the
        hard limits alone), measure, aggregate, least, most (places), granted (whether the wish lies
        between them). Where it first does not, what stands in the way was added.
    limits : DataFrame
        What stands in the way there: the columns of ``solution.rows``, and price (places nearer to
        the wish per unit that the limit gives way, at the margin). Empty where nobody else looks for a
        place: then it is the needs that stand in the way.
    cost : WhatIf
        The plan if the wish were a hard agreement, with what that changes.
    """

    municipality: str
    places: float
    present: float
    chain: pd.DataFrame
    limits: pd.DataFrame
    cost: WhatIf

    def sentences(self, lang: Language = "en") -> list[str]:
        """What is wished, what stands in the way, and what granting it costs."""
        names = Names.of(self.cost.before.instance, language(lang))
        who = names.name("municipality", self.municipality)
        wish, present = counted("unit.places", self.places, lang), number(self.present, lang)
        told = [say("wish.places", lang, who=who, wish=wish, present=present), self._way(who, names)]
        condition = say("wish.granted", lang, who=who, places=counted("unit.places", self.places, lang))
        if self.cost.possible:
            return [*told, self.cost.effect.sentence(condition, names)]
        return [*told, sentence(say("if.impossible", lang, condition=condition))]

    def _way(self, who: str, names: Names) -> str:
        """What stands in the way."""
        lang = names.lang
        blocked = self.chain[~self.chain["granted"]]
        if blocked.empty:
            return say("wish.free", lang)
        first = blocked.iloc[0]
        least, most = (number(first[side], lang) for side in ("least", "most"))
        range_ = places = counted("unit.places", first["most"], lang)
        if least != most:
            range_ = say("wish.between", lang, least=least, most=places)
        if first["goal"] == 0:
            return say("wish.limits", lang, range=range_)
        about = Wording(names).goal(first["measure"], first["aggregate"], "")
        return say("wish.goal", lang, who=who, goal=about, range=range_)


def why_not(solution: Solution, municipality: str, places: float, desk: Desk | None = None) -> WhyNot:
    """Say why a municipality does not have a number of places, and what granting it would cost.

    Places are summed over groups, place types and years, at the fractional optimum.

    Parameters
    ----------
    solution : Solution
        One that is settled.
    municipality : str
        Its id.
    places : float
        What it wishes: more or less than it has.
    desk : Desk, optional
        The solution reopened, where it is open already.

    Returns
    -------
    WhyNot

    Raises
    ------
    VerdelingError
        If there is no such municipality, or the wish is below zero.
    NoSolutionError
        If the solution has no numbers, or was cut off by a time limit.
    """
    _refuse(solution.instance, municipality, places)
    desk = desk or Desk.of(solution)
    held = _hosting(desk.started, municipality)
    present = held.value(desk.answer.point)
    up = places >= present
    chain, limits = _chain(desk, municipality, places, up=up)
    wish = NewRow("agreements", _agreement(desk.instance, municipality, places, ">=" if up else "<="))
    return WhyNot(municipality, places, present, chain, limits, what_if(solution, [wish], desk))


def _refuse(instance: Instance, municipality: str, places: float) -> None:
    known = instance.tables["municipalities"]["municipality"].tolist()
    problems = []
    if municipality not in known:
        what, why = f"There is no municipality {municipality}.", "A wish is somebody's."
        problems.append(Problem("unknown-id", what, why, nearest(municipality, known), value=municipality))
    if not 0 <= places < np.inf:
        what, why = f"The wish is {places:g} places.", "Places are counted from zero."
        problems.append(Problem("bad-wish", what, why, "Give a number of places, such as 15."))
    if problems:
        raise VerdelingError("The wish cannot be judged.", problems)


def _agreement(instance: Instance, municipality: str, places: float, sense: str) -> dict[str, object]:
    taken = set(instance.tables["agreements"]["agreement"])
    name = next(each for each in ("wish", *(f"wish {n}" for n in range(2, 10**6))) if each not in taken)
    return {
        "agreement": name,
        "text": "Wish",
        "text_nl": "Wens",
        "municipality": municipality,
        "measure": "places",
        "sense": sense,
        "value": places,
        "strength": "hard",
    }


def _hosting(started: Started, municipality: str) -> Objective:
    """Places in a municipality."""
    terms = started.model.program.terms("place")
    position = started.model.data.ids["municipality"].get_loc(municipality)
    columns = terms.loc[terms["municipality"] == position, "column"].to_numpy()
    return Objective(columns, np.ones(len(columns)))


def _chain(desk: Desk, municipality: str, places: float, *, up: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What can be reached before the first goal and after each, and the limits where that falls short."""
    started = desk.state(desk.instance)
    held = _hosting(started, municipality)
    rows: list[dict[str, object]] = []
    limits: pd.DataFrame | None = None
    for aim in (None, *started.goals[: desk.goals]):
        if aim is not None:
            settle_aim(started.pursuit, aim)
        (least, below), (most, above) = (_extreme(started, held, sign) for sign in (1, -1))
        granted = most >= places - NEAR if up else least <= places + NEAR
        about = ("", "") if aim is None else (aim.goal.measure, aim.goal.aggregate)
        number_of = 0 if aim is None else aim.number
        rows.append(dict(zip(_CHAIN, (number_of, *about, least, most, granted), strict=True)))
        if not granted and limits is None:
            limits = _priced(desk, above if up else below)
    empty = desk.plan.rows.iloc[:0].assign(price=0.0)
    return pd.DataFrame(rows, columns=_CHAIN), empty if limits is None else limits


_CHAIN = ["goal", "measure", "aggregate", "least", "most", "granted"]


def _extreme(started: Started, held: Objective, sign: int) -> tuple[float, np.ndarray | None]:
    """Least (or with a minus most) of an expression with all that is held, and the duals there."""
    pursuit = started.pursuit
    if not len(held.columns):
        return 0.0, None
    standing = pursuit.stand()
    pursuit.duals = None
    outcome = pursuit.minimise(Objective(held.columns, sign * held.coefficients))
    duals = pursuit.duals
    pursuit.rewind(standing)
    return sign * outcome.value, duals


def _priced(desk: Desk, duals: np.ndarray | None) -> pd.DataFrame:
    """Limits with a price in what can be reached, the largest first."""
    rows = desk.plan.rows
    if duals is None:
        return rows.iloc[:0].assign(price=0.0)
    price = -relaxation(duals)[rows["row"].to_numpy()]
    found = rows.assign(price=price)
    found = found[found["price"] > NEGLIGIBLE].sort_values("price", ascending=False, kind="stable")
    return found[[*ROW_COLUMNS, "price"]].reset_index(drop=True)
