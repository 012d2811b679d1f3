"""What a municipality gains under a policy by stating more need or less supply than it has."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from verdeling.comparing.choices import choose
from verdeling.comparing.side_by_side import status_row
from verdeling.errors import PolicyError, Problem
from verdeling.instance import Instance
from verdeling.policy import Goal, Policy
from verdeling.running.runs import Job, carry_out
from verdeling.solution import Solution

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from verdeling.engine import Progress
    from verdeling.errors import VerdelingError

LIES = {"needs": ("needs", "households", 1), "supply": ("supply", "places", -1)}
"""Table and column that are misstated, and whether up or down."""

TIES = (
    Goal(measure="relative_load", over="municipality", aggregate="leximax"),
    Goal(measure="coverage", over="group-origin", aggregate="leximin"),
    Goal(measure="waiting", over="group-origin", aggregate="leximax"),
)
"""Last goals, that settle what a policy leaves open about loads and about whose people are housed."""

NEAR = 1e-3
"""Gains of less than a thousandth of a place or household are rounding."""

OUTCOMES = ("load", "housed", "waiting")
"""What may be gained: a lighter load, more of its people housed, less waiting."""


@dataclass(frozen=True, eq=False, repr=False)
class Manipulation:
    """What misstating would change for each municipality, against the truth.

    Parameters
    ----------
    instance : Instance
        The truth, restricted to its scenario.
    policies : tuple of Policy
        As they were given.
    part : float
        How much is misstated, as a part of the truth.
    gains : DataFrame
        policy, lie (``needs`` or ``supply``), municipality, name, status (of the plan after the lie, or in
        truth where that has none; ``failed`` where there is an error), message (why there are no
        numbers), and for each of `OUTCOMES` what it is in truth (``load``:
        what it hosts; ``housed`` and ``waiting``: households and household-years of its own people),
        after the lie (``load_lying``, …), and the gain (``gain_load``, …), above zero where lying pays.
    """

    instance: Instance
    policies: tuple[Policy, ...]
    part: float
    gains: pd.DataFrame

    @property
    def summary(self) -> pd.DataFrame:
        """For each policy, lie and outcome: who gains, who loses, and by how much.

        Returns
        -------
        DataFrame
            policy, lie, outcome, gaining and losing (numbers of municipalities), most (the largest gain,
            0 where nobody gains), municipality and name (whose that is; empty where nobody gains).
        """
        rows = []
        solved = self.gains[self.gains["gain_load"].notna()]
        for (policy, lie), part in solved.groupby(["policy", "lie"], sort=False):
            for outcome in OUTCOMES:
                gain = part[f"gain_{outcome}"].round(6).to_numpy()  # equal gains are equal
                most = max(float(gain.max()), 0.0)
                who = part[["municipality", "name"]].iloc[int(gain.argmax())] if most else ("", "")
                rows.append((policy, lie, outcome, int((gain > 0).sum()), int((gain < 0).sum()), most, *who))
        columns = ["policy", "lie", "outcome", "gaining", "losing", "most", "municipality", "name"]
        return pd.DataFrame(rows, columns=columns)

    def __repr__(self) -> str:
        names = ", ".join(policy.name for policy in self.policies)
        return f"<Manipulation of {self.instance.about.name} by {self.part:.0%} under {names}>"


def manipulation(
    instance: Instance,
    policies: Sequence[Policy | str | Path] | None = None,
    part: float = 0.10,
    *,
    scenario: str | None = None,
    executor: Executor | int | None = None,
    progress: Progress = lambda phase, done, total: None,
    folder: str | os.PathLike[str] | None = None,
) -> Manipulation:
    """Let each municipality overstate its needs, and understate its supply, alone, and divide anew.

    What it gains is counted in truth. *Load*: what it hosts under the plan, which it has to give
    whether the needs were real or not. *Housed* and *waiting*: of its own real people. Places that
    the plan has for its people go to those who are there; what was asked for people who are not
    stays empty, and hidden places are given to nobody.

    Plans are fractional, so that every row of needs or supply is misstated by exactly the same part.
    Where a policy finds several plans equally good, `TIES` choose: so a gain comes from the lie and
    not from the choice of a solver.

    Parameters
    ----------
    instance : Instance
        The truth.
    policies : sequence of Policy, str or Path, optional
        As for `verdeling.comparison.compare`.
    part : float
        How much is misstated, above 0 and up to 1.
    scenario : str, optional
        One of ``instance.scenarios``; by default the instance's own.
    executor, progress, folder
        As for `verdeling.running.runs.carry_out`. There is a job for the truth and one for each lie: all
        needs of a municipality, or all its rows of supply. Its plans for building stay as they are.

    Returns
    -------
    Manipulation
        Gains by policy, lie and municipality. Who has no needs, or no supply, has no row for that lie.

    Raises
    ------
    PolicyError, InstanceError
        As `verdeling.comparison.compare`, or if `part` is not above 0 and up to 1.
    """
    if not 0 < part <= 1:
        what, why = f"The part is {part:g}.", "Needs go up, and supply down, by this part."
        problem = Problem("bad-part", what, why, "Give a part above 0 and up to 1, such as 0.1.")
        raise PolicyError("Nothing can be misstated.", [problem])
    choice = choose(instance, policies, None if scenario is None else [scenario])
    truth = instance.in_scenario(scenario)
    settled = tuple(policy.model_copy(update={"goal": policy.goal + TIES}) for policy in choice.policies)
    lies = _lies(truth, part)
    jobs = [Job(one, settled, whole=False) for one in [truth, *(lie.instance for lie in lies)]]
    found = {
        each.number: each.results
        for each in carry_out(jobs, executor=executor, progress=progress, folder=folder)
    }
    rows = [
        _row(policy.name, lie, truth, found[0][at], found[number][at])
        for at, policy in enumerate(choice.policies)
        for number, lie in enumerate(lies, 1)
    ]
    return Manipulation(truth, choice.policies, part, pd.DataFrame(rows, columns=_COLUMNS))


class _Lie(NamedTuple):
    """What a municipality misstates, and the instance that others then see."""

    kind: str
    municipality: str
    name: str
    instance: Instance


def _lies(truth: Instance, part: float) -> list[_Lie]:
    """Every lie of every municipality that has something to misstate."""
    found = []
    towns = truth.tables["municipalities"][["municipality", "name"]]
    for kind, (municipality, name) in product(LIES, towns.itertuples(index=False, name=None)):
        table, column, sign = LIES[kind]
        frame = truth.tables[table]
        own = frame["municipality"] == municipality
        if frame.loc[own, column].sum():
            stated = frame[column].mask(own, frame[column] * (1 + sign * part))
            tables = truth.tables.replaced({table: frame.assign(**{column: stated})})
            found.append(_Lie(kind, municipality, name, Instance(truth.about, tables)))
    return found


def _row(
    policy: str,
    lie: _Lie,
    truth: Instance,
    honest: Solution | VerdelingError,
    lying: Solution | VerdelingError,
) -> dict[str, Any]:
    """What a lie changes for the municipality that tells it."""
    before, after = (_outcome(truth, lie.municipality, each) for each in (honest, lying))
    _, _, status, message = status_row((policy, ""), honest if np.isnan(before["load"]) else lying)
    row: dict[str, Any] = {
        "policy": policy,
        "lie": lie.kind,
        "municipality": lie.municipality,
        "name": lie.name,
    }
    row |= {"status": status, "message": message}
    for outcome in OUTCOMES:
        gain = (after[outcome] - before[outcome]) * (1 if outcome == "housed" else -1)
        near = 0.0 if abs(gain) < NEAR else gain
        row |= {outcome: before[outcome], f"{outcome}_lying": after[outcome], f"gain_{outcome}": near}
    return row


_COLUMNS = ["policy", "lie", "municipality", "name", "status", "message"]
_COLUMNS += [name for each in OUTCOMES for name in (each, f"{each}_lying", f"gain_{each}")]


def _outcome(truth: Instance, municipality: str, answer: Solution | VerdelingError) -> dict[str, float]:
    """Load of a municipality under a plan, and how its real people fare; NaN without a plan."""
    if not isinstance(answer, Solution) or not answer.has_numbers:
        return dict.fromkeys(OUTCOMES, np.nan)
    load = answer.loads.set_index("municipality")["load"]
    needs = truth.tables["needs"]
    asked = _by_year(needs[needs["municipality"] == municipality], "households", truth)
    waiting = answer.waiting
    given = _by_year(waiting[waiting["municipality"] == municipality], "served", truth)
    housed = _really_housed(asked, given.reindex(asked.index, fill_value=0.0))
    late = np.cumsum(asked.to_numpy() - housed, axis=1).sum()
    return {"load": float(load[municipality]), "housed": float(housed.sum()), "waiting": float(late)}


def _by_year(table: pd.DataFrame, amount: str, truth: Instance) -> pd.DataFrame:
    """Amounts by group and year, every year of the horizon a column."""
    wide = table.pivot_table(index="group", columns="year", values=amount, aggfunc="sum", fill_value=0.0)
    return wide.reindex(columns=list(truth.about.years), fill_value=0.0).astype(float)


def _really_housed(asked: pd.DataFrame, given: pd.DataFrame) -> np.ndarray:
    """Real people housed each year: what is given, as far as there are people who still look."""
    housed = np.zeros(asked.shape)
    looking = np.zeros(len(asked))
    for year in range(asked.shape[1]):
        looking += asked.iloc[:, year].to_numpy()
        housed[:, year] = np.minimum(given.iloc[:, year].to_numpy(), looking)
        looking -= housed[:, year]
    return housed
