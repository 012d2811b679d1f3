"""Where each policy stands on each indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.comparing.dominance import ranked
from verdeling.comparing.words import OPEN, measured
from verdeling.language import say, sentence
from verdeling.pictures.cells import grid
from verdeling.pictures.labels import short_names
from verdeling.pictures.picture import charts, framed
from verdeling.pictures.standing import Standing
from verdeling.pictures.theme import STRENGTH

if TYPE_CHECKING:
    from verdeling.comparing.comparison import Comparison
    from verdeling.language import Language
    from verdeling.pictures.picture import Picture


def indicators(comparison: Comparison, lang: Language = "nl", scenario: str | None = None) -> Picture:
    """The rank of each policy on each indicator that is better when it is lower or higher.

    Parameters
    ----------
    comparison : Comparison
        Of which some policy has a plan.
    lang : {"nl", "en"}
        Language.
    scenario : str, optional
        By default the first.

    Returns
    -------
    Picture

    Raises
    ------
    VerdelingError
        If there is no such language or scenario, no policy has a plan, or what draws pictures is not
        installed.
    """
    shown = Standing.of(comparison, lang, scenario)
    table = rank_table(shown)
    names = list(_shades(shown.lang))
    table["shade"] = [names[_shade(rank, last)] for rank, last in table[["rank", "last"]].to_numpy()]
    alt = charts()
    tooltip = [
        alt.Tooltip("policy_name:N", title=say("fact.policy", lang)),
        alt.Tooltip("column:N", title=say("heading.indicator", lang)),
        alt.Tooltip("measured:N", title=say("heading.number", lang)),
    ]
    chart = grid(table, _shades(shown.lang), say("picture.indicators.legend", lang), tooltip)
    return framed(chart, say("picture.indicators", lang), _told(table, shown.lang), shown.lang,
                  explained=say("picture.indicators.read", lang), notes=shown.notes)  # fmt: skip


def rank_table(shown: Standing) -> pd.DataFrame:
    """What the picture shows.

    Returns
    -------
    DataFrame
        row, policy_name, column (the indicator), rank (1 is best; policies that differ by nothing share
        one), last (the highest rank), told (the rank, marked where the value is not settled), measured (the
        value in words); the policy with the lowest mean rank first.
    """
    found = shown.comparison.indicators
    found = found[(found["scenario"] == shown.scenario) & (found["better"] != "neither")]
    found = found[np.isfinite(found["value"].astype(float))].reset_index(drop=True)
    signed: pd.Series[float] = found["value"].astype(float) * np.where(found["better"] == "higher", -1.0, 1.0)
    rank: pd.Series[float] = signed.groupby(found["indicator"]).transform(_ranked)
    called = {each: say(f"indicator.{each}", shown.lang) for each in found["indicator"].unique()}
    marks = [OPEN if freedom == "free" else "" for freedom in found["freedom"]]
    values = zip(found["value"], found["unit"], strict=True)
    table = pd.DataFrame(
        {
            "row": found["policy"].map(shown.labels),
            "policy_name": found["policy"].map(shown.words.labels),
            "column": found["indicator"].map(short_names(called, 40)),
            "rank": rank.astype(int),
            "last": rank.groupby(found["indicator"]).transform("max").astype(int),
            "measured": [measured(value, unit, shown.lang) for value, unit in values],
        }
    )
    table["told"] = [f"{mark}{each}" for mark, each in zip(marks, table["rank"], strict=True)]
    mean = table.groupby("row")["rank"].transform("mean").round(6)
    order = table.assign(mean=mean).sort_values(["mean", "row"], kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _ranked(values: pd.Series[float]) -> pd.Series[float]:
    """Ranks from 1, of the smallest value."""
    return pd.Series(ranked(np.asarray(values, dtype=np.float64)) + 1, values.index)


def _shade(rank: int, last: int) -> int:
    """Best, then in three equal parts from good to bad, then worst."""
    if rank == 1:
        return 0
    return 4 if rank == last else 1 + int(3 * (rank - 2) / (last - 2))


def _shades(lang: Language) -> dict[str, str]:
    names = [say(f"picture.rank.{each}", lang) for each in ("best", "good", "middle", "poor", "worst")]
    return dict(zip(names, reversed(STRENGTH), strict=True))


def _told(table: pd.DataFrame, lang: Language) -> str:
    """Of each indicator who is best, and with what."""
    told = []
    for name, part in table.groupby("column", sort=False):
        best = part[part["rank"] == 1]
        others = "" if len(best) == 1 else say("picture.indicators.others", lang, count=len(best) - 1)
        shown = {"policy": best["policy_name"].iloc[0], "value": best["measured"].iloc[0]}
        told.append(
            say("picture.indicators.one", lang, indicator=sentence(str(name)), others=others, **shown)
        )
    return " ".join(told)
