"""Policies side by side: what each municipality carries under each, and who gains."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from verdeling.comparing.words import signed
from verdeling.language import apart, listed, say, say_counted, things
from verdeling.pictures.cells import grid
from verdeling.pictures.labels import records, short, spoken
from verdeling.pictures.picture import charts, framed, held
from verdeling.pictures.standing import Standing
from verdeling.pictures.strips import column, share_line, sides, strips
from verdeling.pictures.theme import ABOVE, BELOW, GRID, NEUTRAL, PAPER, SCALE, SMALL, WIDTH

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.comparing.comparison import Comparison
    from verdeling.language import Language
    from verdeling.pictures.picture import Picture

_COLUMNS = ["row", "policy_name", "label", "name", "relative", "low", "high", "open", "told"]

_CHANGES = (-0.25, -0.1, -0.02, 0.02, 0.1, 0.25)
"""Where one class of changes ends and the next begins, in fair shares."""

_BETWEEN = 9
"""Pixels between columns."""

_NARROW = 150
"""In columns of fewer pixels than this, three percentages do not fit beside each other."""

VERDICTS = ("gains", "same", "open", "loses")


def policies(comparison: Comparison, lang: Language = "nl", scenario: str | None = None) -> Picture:
    """What each municipality carries under each policy, and where a policy leaves that open.

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
        A column for each municipality; with more of them than a page holds, a line for each policy with
        all municipalities on it.

    Raises
    ------
    VerdelingError
        If there is no such language or scenario, no policy has a plan, or what draws pictures is not
        installed.
    """
    shown = Standing.of(comparison, lang, scenario)
    if shown.few:
        chart, key = _dots(shown), "picture.policies.dots"
    else:
        chart, key = strips(shown.loads, shown.rows, lang), "picture.policies.strips"
    return framed(chart, say("picture.policies", lang), _policies_told(shown.loads, lang), lang,
                  explained=say(key, lang), notes=shown.notes)  # fmt: skip


def winners(comparison: Comparison, lang: Language = "nl", scenario: str | None = None) -> Picture:
    """Who carries less and who carries more under each policy than under the baseline.

    Parameters
    ----------
    comparison, lang, scenario
        As of `policies`.

    Returns
    -------
    Picture
        A column for each municipality; with more of them than a page holds, how many gain and lose under
        each policy, and who most.

    Raises
    ------
    VerdelingError
        As of `policies`.
    """
    shown = Standing.of(comparison, lang, scenario)
    if shown.few:
        chart, key = _cells(shown), "picture.winners.cells"
    else:
        chart, key = _counts(shown), "picture.winners.counts"
    return framed(chart, say("picture.winners", lang), _winners_told(shown, lang), lang,
                  explained=say(key, lang, baseline=shown.words.baseline), notes=shown.notes)  # fmt: skip


def _width(shown: Standing) -> float:
    """Of a column, in pixels."""
    beside = WIDTH - 6.6 * max(map(len, shown.rows))
    return max(62.0, min(220.0, beside / len(shown.columns) - _BETWEEN))


def _panels(table: pd.DataFrame, shown: Standing, layers: Any) -> Any:
    """A column for each municipality, a row for each policy."""
    alt = charts()
    count, width = len(shown.columns), _width(shown)
    broken = {name: "\n".join(wrap(name, int((width + _BETWEEN) / 6))) for name in shown.columns}
    header = alt.Header(labelPadding=4, labelFontSize=SMALL, labelExpr="split(datum.label, '\\n')")
    facet = alt.Facet("label:N", sort=list(broken.values()), title=None, header=header)
    whole = layers.properties(width=width, height=alt.Step(20))
    data = held(records(table.assign(label=table["label"].map(broken))))
    return whole.facet(facet, data=data, columns=count, spacing=_BETWEEN)


def _base(shown: Standing, told: str) -> Any:
    """A row for each policy, and what is told under the pointer."""
    alt = charts()
    axis = alt.Axis(grid=True, labelLimit=220)
    tooltip = [
        alt.Tooltip("policy_name:N", title=say("fact.policy", shown.lang)),
        alt.Tooltip("name:N", title=say("heading.municipality", shown.lang)),
        alt.Tooltip("told:N", title=told),
    ]
    return alt.Chart().encode(y=alt.Y("row:N", sort=shown.rows, title=None, axis=axis), tooltip=tooltip)


def _x(shown: Standing) -> Any:
    """One scale for all columns, with the fair share on it; its numbers stand upright in narrow ones."""
    alt = charts()
    ends = shown.loads[["relative", "low", "high"]].to_numpy(np.float64)
    low, high = float(min(np.nanmin(ends), 1.0)), float(max(np.nanmax(ends), 1.0))
    room = max(0.08 * (high - low), 0.02)
    scale = alt.Scale(domain=[low - room, high + room], nice=False, zero=False)
    turned = {"labelAngle": -90} if _width(shown) < _NARROW else {"labelFlush": 16}
    axis = alt.Axis(format="%", tickCount=3, labelFontSize=SMALL - 1, **turned)
    return alt.X("relative:Q", title=None, scale=scale, axis=axis)


def _dots(shown: Standing) -> Any:
    """A point for each relative load; an open one is hollow and has its range."""
    alt = charts()
    base, x = _base(shown, say("heading.relative_load", shown.lang)), _x(shown)
    is_open = alt.datum.open
    colour = alt.Color("side:N", scale=sides(), legend=None)
    ranges = base.transform_filter(is_open).mark_rule(color=NEUTRAL, strokeWidth=3)
    points = base.transform_filter(~is_open).mark_point(filled=True, size=55, opacity=1)
    hollow = base.transform_filter(is_open).mark_point(size=50, opacity=1, fill=PAPER, strokeWidth=2)
    layers = alt.layer(
        share_line(),
        ranges.encode(x="low:Q", x2="high:Q"),
        points.encode(x=x, color=colour),
        hollow.encode(x=x, color=colour),
    )
    return _panels(shown.loads[[*_COLUMNS, "side"]], shown, layers)


def _cells(shown: Standing) -> Any:
    """The change of each load, coloured by how much of the fair share it is."""
    alt = charts()
    names = list(_shades(shown.lang))
    table = shown.changes.assign(column=shown.changes["label"])
    table["shade"] = [names[bisect_right(_CHANGES, round(value, 6))] for value in table["relative"]]
    table["part"] = [signed(100 * value, shown.lang, 1) + "%" for value in table["relative"]]
    table = table.sort_values(
        ["row", "column"], key=lambda each: each.map([*shown.rows, *shown.columns].index), kind="stable"
    )
    tooltip = [
        alt.Tooltip("policy_name:N", title=say("fact.policy", shown.lang)),
        alt.Tooltip("name:N", title=say("heading.municipality", shown.lang)),
        alt.Tooltip("told:N", title=say("heading.change", shown.lang)),
        alt.Tooltip("part:N", title=say("picture.even.municipality", shown.lang)),
    ]
    legend = say("picture.winners.legend", shown.lang)
    return grid(table[[*_COLUMNS, "column", "shade", "part"]], _shades(shown.lang), legend, tooltip)


def _shades(lang: Language) -> dict[str, str]:
    """Colours of changes, from much less to much more, by what they are called."""
    ends = [signed(100 * bound, lang) for bound in _CHANGES]
    names = [f"< {ends[0]}%", *(f"{low} / {high}%" for low, high in pairwise(ends)), f"> {ends[-1]}%"]
    return dict(zip(names, SCALE, strict=True))


def _counts(shown: Standing) -> Any:
    """How many gain, lose or neither under each policy, and who most."""
    alt = charts()
    lang, changes = shown.lang, shown.changes
    kinds = {each: say(f"picture.verdict.{each}", lang) for each in VERDICTS}
    counts = changes.groupby(["row", "verdict"]).size().rename("count").reset_index()
    counts = counts.assign(kind=counts["verdict"].map(kinds), rank=counts["verdict"].map(VERDICTS.index))
    scale = alt.Scale(domain=list(kinds.values()), range=[BELOW, GRID, NEUTRAL, ABOVE])
    bars = alt.Chart(held(records(counts))).mark_bar(height={"band": 0.7}, stroke=PAPER)
    bars = bars.encode(
        y=alt.Y("row:N", sort=shown.rows, title=None),
        x=alt.X("count:Q", title=things("unit.municipalities", lang), axis=alt.Axis(tickCount=5)),
        order="rank:Q",
        color=alt.Color("kind:N", scale=scale, title=None),
    )
    ends = [
        column(_foremost(changes, way), "most", shown.rows, say(f"picture.most.{way}", lang))
        for way in ("gains", "loses")
    ]
    return alt.hconcat(bars.properties(width=210, height=alt.Step(18)), *ends, spacing=8)


def _foremost(changes: pd.DataFrame, verdict: str) -> pd.DataFrame:
    """Of each policy who gains or loses most, in fair shares."""
    of = changes[changes["verdict"] == verdict]
    exact = of.assign(relative=of["relative"].round(6))
    ranked = exact.sort_values(["relative", "name"], ascending=[verdict == "gains", True])
    first = ranked.drop_duplicates("row")
    told = [
        f"{apart(short(name, 22))} {told}" for name, told in first[["name", "told"]].itertuples(index=False)
    ]
    return first.assign(most=told)


def _policies_told(table: pd.DataFrame, lang: Language) -> str:
    """Of each policy who carries most and who least, and how much it leaves open."""
    told = []
    for name, part in table.groupby("policy_name", sort=False):
        exact = part.assign(relative=part["relative"].round(6))
        ranked = exact.sort_values(["relative", "name"], ascending=[False, True])
        first, last = ranked.iloc[0], ranked.iloc[-1]
        left = int(part["open"].sum())
        told.append(
            say(
                "picture.policies.one",
                lang,
                policy=name,
                highest=spoken(first["name"]),
                most=first["told"],
                lowest=spoken(last["name"]),
                least=last["told"],
                left=say_counted("picture.policies.open", left, lang) if left else "",
            )
        )
    return " ".join(told)


def _winners_told(shown: Standing, lang: Language) -> str:
    """Of each policy how many gain and lose, and who most."""
    told = [say("picture.winners.baseline", lang, baseline=shown.words.baseline)]
    for name, part in shown.changes.groupby("policy_name", sort=False):
        count = part["verdict"].value_counts()
        ends = {way: _foremost(part, way)["most"].tolist() for way in ("gains", "loses")}
        who = [
            say(f"picture.winners.{way}", lang, count=int(count[way]), most=most[0])
            for way, most in ends.items()
            if most
        ]
        who += [say("picture.winners.open", lang, count=int(count["open"]))] if "open" in count else []
        rest = listed(who, lang) if who else say("picture.winners.none", lang)
        told.append(say("picture.winners.one", lang, policy=name, rest=rest))
    return " ".join(told)
