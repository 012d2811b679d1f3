"""What policies agree on: places that all of them give, and places about which they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from verdeling.comparing.openness import together
from verdeling.comparing.side_by_side import NEAR, PLACE
from verdeling.errors import NoSolutionError, PolicyError, Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.comparing.comparison import Comparison


@dataclass(frozen=True, eq=False, repr=False)
class CommonGround:
    """What can be agreed now, and what is to be discussed.

    Parameters
    ----------
    plans : tuple of str
        The plans that were laid beside each other: names of policies; with the scenario in brackets
        where there are several.
    agreed : DataFrame
        municipality, group, place_type, year, places: what every plan gives there.
    discuss : DataFrame
        municipality, group, place_type, year, least, most, spread (most − least), and a column of
        places for each plan; the largest spread first.
    totals : DataFrame
        municipality, name, agreed, least and most (places of the municipality in any plan), share
        (agreed ÷ most; NaN where no plan gives any), freedom (of its load, in all plans together: where it
        is ``free``, another plan that is as good may give other places, and more may be agreed).
    share : float
        Places agreed on ÷ places of the plan that gives most: of no plan is a smaller part agreed.
    """

    plans: tuple[str, ...]
    agreed: pd.DataFrame
    discuss: pd.DataFrame
    totals: pd.DataFrame
    share: float

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, as copies."""
        return {"agreed": self.agreed.copy(), "discuss": self.discuss.copy(), "totals": self.totals.copy()}

    def __repr__(self) -> str:
        return f"<CommonGround of {', '.join(self.plans)}: {self.share:.0%} agreed>"


def common_ground(comparison: Comparison, policies: Sequence[str] | None = None) -> CommonGround:
    """Find the places that policies agree on in every scenario that was compared.

    The places agreed on are the smallest number that any plan gives to a group in a place type of a
    municipality in a year. They keep every limit on how much is given, as each plan does; what must
    at least be given needs the rest. A policy that leaves open where somebody is housed gives one
    of its plans, so that policies may agree on more than is found, and never on less.

    Parameters
    ----------
    comparison : Comparison
        Of policies that have a plan.
    policies : sequence of str, optional
        Names of some of these; by default all that have a plan.

    Returns
    -------
    CommonGround
        What is agreed and what is not.

    Raises
    ------
    PolicyError
        If a policy is not in the comparison.
    NoSolutionError
        If no policy has a plan, or one that was asked for has none.

    Examples
    --------
    >>> from verdeling.adapters import read_instance
    >>> from verdeling.comparing.comparison import compare
    >>> towns = read_instance("instances/three-towns")
    >>> ground = common_ground(compare(towns, ["leximin", "utilitarian"]))
    >>> round(float(ground.agreed["places"].sum()), 6), round(ground.share, 4)
    (48.0, 0.9412)
    """
    chosen = _chosen(comparison, policies)
    wide = _side_by_side(comparison, chosen)
    plans = list(map(str, wide))
    table = wide.assign(least=wide.min(axis=1), most=wide.max(axis=1)).reset_index()
    table["spread"] = table["most"] - table["least"]
    agreed = table.loc[table["least"] > NEAR, [*PLACE, "least"]].rename(columns={"least": "places"})
    discuss = table[table["spread"] > NEAR * table["most"].clip(lower=1.0)]
    discuss = discuss.sort_values(["spread", *PLACE], ascending=[False, *[True] * len(PLACE)], kind="stable")
    most = wide.sum().max()
    return CommonGround(
        tuple(plans),
        agreed.reset_index(drop=True),
        discuss[[*PLACE, "least", "most", "spread", *plans]].reset_index(drop=True),
        _totals(comparison, chosen, wide, agreed),
        float(agreed["places"].sum() / most),
    )


def _chosen(comparison: Comparison, policies: Sequence[str] | None) -> list[str]:
    compared = [policy.name for policy in comparison.policies]
    solved = set(comparison.loads["policy"])
    asked = (
        [name for name in compared if name in solved] if policies is None else list(dict.fromkeys(policies))
    )
    unknown = [name for name in asked if name not in compared]
    if unknown:
        why = "Only plans that are there can be laid beside each other."
        raise PolicyError(
            "There is no common ground to find.",
            [
                Problem("no-policy", f"{name} was not compared.", why, nearest(name, compared), value=name)
                for name in unknown
            ],
        )
    without = [name for name in asked if name not in solved]
    if without or not asked:
        what = f"{', '.join(without or compared)} has no plan."
        remedy = "Read comparison.status for the reason, and leave these out."
        problem = Problem("no-numbers", what, "Where there is no plan there is nothing to agree on.", remedy)
        raise NoSolutionError("There is no common ground to find.", [problem])
    return asked


def _side_by_side(comparison: Comparison, policies: list[str]) -> pd.DataFrame:
    """Places by municipality, group, place type and year: a column for each plan."""
    given = comparison.placements[comparison.placements["policy"].isin(policies)]
    plans = comparison.loads[["policy", "scenario"]].drop_duplicates()
    several = len(comparison.scenarios) > 1
    columns = {
        f"{policy} ({scenario})" if several else policy: given[
            (given["policy"] == policy) & (given["scenario"] == scenario)
        ].set_index(PLACE)["places"]
        for policy, scenario in plans.itertuples(index=False)
        if policy in policies
    }
    wide: pd.DataFrame = pd.concat(columns, axis=1).fillna(0.0)
    return wide.sort_index().rename_axis(PLACE)


def _totals(
    comparison: Comparison, policies: list[str], wide: pd.DataFrame, agreed: pd.DataFrame
) -> pd.DataFrame:
    """What is agreed in each municipality, beside what its plans give there."""
    municipalities = comparison.instance.tables["municipalities"][["municipality", "name"]]
    totals = wide.groupby("municipality").sum().reindex(municipalities["municipality"], fill_value=0.0)
    common = agreed.groupby("municipality")["places"].sum().reindex(totals.index, fill_value=0.0)
    table = pd.DataFrame({"agreed": common, "least": totals.min(axis=1), "most": totals.max(axis=1)})
    table["share"] = table["agreed"] / table["most"].where(table["most"] > 0)
    loads = comparison.loads[comparison.loads["policy"].isin(policies)]
    table["freedom"] = loads.groupby("municipality")["freedom"].agg(together)
    return municipalities.merge(table.reset_index(), on="municipality")
