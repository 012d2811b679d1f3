"""How far each municipality can come with what an agreement asks, with everything else kept or let go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.amounts import asked, asked_number
from verdeling.clauses import bound_scopes
from verdeling.errors import Problem, VerdelingError, nearest
from verdeling.explaining.repairing.demands import Demands
from verdeling.explaining.repairing.narrowing import Enough
from verdeling.explaining.repairing.timed import Timed
from verdeling.explaining.repairing.words import scope_words
from verdeling.language import counted, language, number, say
from verdeling.names import Names
from verdeling.policy import Policy, read_policy
from verdeling.program import Objective
from verdeling.scopes import SCOPE
from verdeling.solvers import find_solver
from verdeling.statement import state_rules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from verdeling.engine import Progress
    from verdeling.formulation import Model
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.program import Floats
    from verdeling.solvers.protocol import Solver

_SHOWN = 0.005
"""Smaller differences do not show in two decimals."""

_STEPS = 50
"""Of the search for the largest share of what is decided; it needs a handful."""

_COLUMNS = [
    "agreement",
    *SCOPE,
    "provider",
    "measure",
    "sense",
    "asked",
    "together",
    "alone",
    "free",
    "short",
    "status",
]


@dataclass(frozen=True, eq=False, repr=False)
class Reach:
    """How far each bound of some agreements can come.

    Parameters
    ----------
    instance : Instance
        Of one scenario.
    bounds : DataFrame
        agreement, the scope of the bound in ids, measure, sense, asked (the number agreed), and the
        number nearest to what is asked, or beyond it, that can be reached: together (every other
        bound kept), alone (the other bounds of the same agreement dropped), free (all hard agreements
        dropped, so with every plan); NaN where the others cannot be kept, or nothing is counted. short:
        what is missing even when free, zero where it can be reached. status: ``known``, or ``time_limit``
        where time ran out before all of these were, and those that are not are NaN.
    """

    instance: Instance
    bounds: pd.DataFrame

    @property
    def unreachable(self) -> pd.DataFrame:
        """The bounds that no plan reaches, whatever else is dropped; the furthest off first."""
        bounds = self.bounds
        return bounds[bounds["short"] > 0].sort_values("short", ascending=False, kind="stable")

    def sentences(self, lang: Language = "en") -> list[str]:
        """Of each agreement how many bounds can be reached, and how far the others come."""
        names, told = Names.of(self.instance, language(lang)), []
        for agreement, bounds in self.bounds.groupby("agreement", sort=False):
            short = bounds[bounds["short"] > 0]
            reached = int((bounds["short"] == 0).sum())
            key = "reach.agreement" if reached < len(bounds) else "reach.all"
            told.append(
                say(
                    "reach.one" if len(bounds) == reached == 1 else key,
                    lang,
                    agreement=names.name("agreement", str(agreement)),
                    count=number(reached, lang),
                    rows=counted("unit.bounds", len(bounds), lang),
                )
            )
            told += [_told(names, row, "free", "reach.never") for row in short.to_dict("records")]
            others = bounds[(bounds["short"] == 0) & _falls_short(bounds["together"], bounds)]
            told += [_told(names, row, "together", "reach.crowded_out") for row in others.to_dict("records")]
            late = int((bounds["status"] != "known").sum())
            told += [say("reach.late", lang, rows=counted("unit.bounds", late, lang))] if late else []
        return told

    def __repr__(self) -> str:
        return f"<Reach in {self.instance.about.name}: {len(self.bounds)} bounds>"


def reach(
    instance: Instance,
    agreement: str | None = None,
    policy: Policy | str | Path = "leximin",
    *,
    scenario: str | None = None,
    whole: bool = False,
    solver: str = "HiGHS",
    time_limit: float | None = None,
    progress: Progress = lambda phase, done, total: None,
) -> Reach:
    """How far each bound of an agreement can come, for instance each municipality with its 30% social homes.

    Of shares of what is built the largest over all plans that build anything is meant. What cannot be
    reached in fractional places cannot be reached in whole ones either.

    Parameters
    ----------
    instance : Instance
        With or without a plan.
    agreement : str, optional
        Its id; by default every agreement with a ``*`` in its scope.
    policy : Policy, str or Path
        Its key gives the fair shares that agreements may refer to.
    scenario : str, optional
        One of ``instance.scenarios``.
    whole : bool
        Whether places must be whole.
    solver : str
        As for `verdeling.engine.solve`.
    time_limit : float, optional
        Seconds after which what was found is given, and what is not known is said.
    progress : callable, optional
        Called with a phase (``ask``), what is done and out of how many.

    Returns
    -------
    Reach

    Raises
    ------
    InstanceError, PolicyError
        If the scenario or policy does not exist or does not fit the instance.
    VerdelingError
        If there is no such agreement.
    """
    chosen = instance.in_scenario(scenario)
    agreements = chosen.tables["agreements"]
    if agreement is not None and agreement not in set(agreements["agreement"]):
        remedy = nearest(agreement, agreements["agreement"])
        why = "Nothing can be said about it."
        problem = Problem(
            "unknown-agreement", f"There is no agreement {agreement}.", why, remedy, value=agreement
        )
        raise VerdelingError("It cannot be said how far anybody can come.", [problem])
    stated = policy if isinstance(policy, Policy) else read_policy(policy)
    model = state_rules(chosen, stated)
    limits = _Reachable(model, Timed(find_solver(solver), time_limit), whole=whole)
    scopes = bound_scopes(model.clauses, model.data)
    rows = []
    for position, clause in enumerate(model.clauses):
        progress("ask", position, len(model.clauses))
        starred = len(clause.index.columns) > 1
        if clause.agreement == agreement or (agreement is None and starred):
            for bound in np.flatnonzero(limits.demands.of(position)):
                rows.append(scopes.iloc[bound].to_dict() | limits.row(position, int(bound)))
    found = pd.DataFrame(rows, columns=_COLUMNS)
    return Reach(chosen, found)


class _Reachable:
    """A program without its agreements, in which they are kept one by one."""

    def __init__(self, model: Model, solver: Solver, *, whole: bool) -> None:
        self.program, self.solver, self.whole = model.program, solver, whole
        self.demands = Demands.taken_out_of(model)
        (block,) = self.program.families()["agreement"]
        self.rows = block.positions
        missed = [self.program.column_blocks[name].positions for name in ("short", "over")]
        self.counted = np.ones(self.program.column_count, dtype=bool)
        self.counted[np.concatenate(missed)] = False

    def row(self, position: int, bound: int) -> dict[str, object]:
        """How far a bound can come."""
        clause, others = self.demands.clauses[position], np.arange(len(self.rows)) != bound
        kept = {"together": others, "alone": ~self.demands.of(position), "free": ~self.demands.hard & others}
        asks = {"measure": clause.measure, "sense": clause.sense, "asked": clause.value}
        reached = dict.fromkeys(kept, np.nan)
        try:
            for name, each in kept.items():
                reached[name] = self._nearest(position, bound, each)
        except Enough:
            return asks | reached | {"short": np.nan, "status": "time_limit"}
        gap = float(np.nan_to_num(reached["free"] - clause.value))
        short = {">=": max(-gap, 0.0), "<=": max(gap, 0.0), "=": abs(gap)}[clause.sense]
        worth = _SHOWN * (0.01 if clause.measure.startswith("share") else 1.0)
        return asks | reached | {"short": short if short > worth else 0.0, "status": "known"}

    def _nearest(self, position: int, bound: int, kept: np.ndarray) -> float:
        """The number nearest to the one asked, or beyond it, with other bounds kept."""
        demands, clause = self.demands, self.demands.clauses[position]
        self.program.row_lower[self.rows] = np.where(kept, demands.lower, -np.inf)
        self.program.row_upper[self.rows] = np.where(kept, demands.upper, np.inf)
        if clause.sense != "=":
            return self._end(position, bound, 1.0 if clause.sense == ">=" else -1.0)
        highest = self._end(position, bound, 1.0)
        if not highest >= clause.value:
            return highest
        return max(self._end(position, bound, -1.0), clause.value)

    def _end(self, position: int, bound: int, sign: float) -> float:
        """The largest number (the least where ``sign`` is −1), by Dinkelbach's method for a ratio.

        W. Dinkelbach (1967), https://doi.org/10.1287/mnsc.13.7.492
        """
        given = self.demands.given[bound]
        counts = self.demands.decided[[bound]].toarray().ravel()
        amounts = self.demands.left[[bound]].toarray().ravel() * self.counted
        amounts += self.demands.clauses[position].value * counts
        point = self._best(counts)
        if point is None or given + counts @ point < 1e-9:
            return np.nan
        ratio = float(amounts @ point / (given + counts @ point))
        for _ in range(_STEPS):
            point = self._best(sign * (amounts - ratio * counts))
            whole = np.nan if point is None else float(given + counts @ point)
            better = ratio if point is None or whole < 1e-9 else float(amounts @ point) / whole
            if sign * (better - ratio) <= 1e-9:
                break
            ratio = better
        return ratio

    def _best(self, weights: Floats) -> Floats | None:
        """A plan that makes a sum as large as possible; None where there is no plan."""
        columns = np.flatnonzero(weights).astype(np.int64)
        objective = Objective(columns, -weights[columns])
        outcome = self.solver.minimise(self.program, objective, whole=self.whole)
        if outcome.status == "time_limit":
            raise Enough
        return outcome.point


def _falls_short(reached: pd.Series[float], bounds: pd.DataFrame) -> pd.Series[bool]:
    """Where a number that can be reached is not what is asked."""
    gap = (reached - bounds["asked"]).fillna(0.0)
    worth = np.where(bounds["measure"].str.startswith("share"), _SHOWN / 100, _SHOWN)
    less, more = gap < -worth, gap > worth
    return (less & (bounds["sense"] != "<=")) | (more & (bounds["sense"] != ">="))


def _told(names: Names, row: Mapping[Any, Any], column: str, key: str) -> str:
    lang, measure = names.lang, row["measure"]
    reached, wanted = row[column], row["asked"]
    return say(
        key,
        lang,
        scope=scope_words(names, row),
        sense=say("repair.sense.>=" if reached > wanted else "repair.sense.<=", lang),
        reached=asked(measure, reached, lang),
        asked=asked_number(measure, wanted, lang),
    )
