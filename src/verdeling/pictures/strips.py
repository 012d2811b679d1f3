"""Lines with all municipalities on each: where they are, and who is at both ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verdeling.language import apart, say
from verdeling.pictures.labels import records, short
from verdeling.pictures.picture import charts, held
from verdeling.pictures.theme import ABOVE, BELOW, INK, NEUTRAL, SMALL, USUAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from verdeling.language import Language

_HEIGHT = 18
_NAME = 24


def sides() -> Any:
    """Colours of above, below and at the fair share."""
    return charts().Scale(domain=["above", "below", "at"], range=[ABOVE, BELOW, NEUTRAL])


def side(relative: float) -> str:
    """On which side of the fair share a relative load is, to a thousandth.

    Examples
    --------
    >>> side(1.03), side(0.54), side(1.0004)
    ('above', 'below', 'at')
    """
    if abs(relative - 1) < 0.0005:
        return "at"
    return "above" if relative > 1 else "below"


def strips(table: pd.DataFrame, order: Sequence[str], lang: Language) -> Any:
    """A line for each row, a tick for each municipality, and the names at both ends.

    Parameters
    ----------
    table : DataFrame
        row, name, relative, told (the same in words), side.
    order : sequence of str
        The rows, from top to bottom.
    lang : {"nl", "en"}
        Language.
    """
    alt = charts()
    tooltip = [
        alt.Tooltip("name:N", title=say("heading.municipality", lang)),
        alt.Tooltip("told:N", title=say("heading.relative_load", lang)),
    ]
    axis = alt.Axis(format="%", tickCount=4, labelOverlap="greedy", labelSeparation=4)
    x = alt.X("relative:Q", title=say("heading.relative_load", lang), scale=alt.Scale(zero=False), axis=axis)
    data = held(records(table[["row", "name", "relative", "told", "side"]]))
    ticks = alt.Chart(data).mark_tick(thickness=2, height={"band": 0.8}, opacity=0.75)
    ticks = ticks.encode(
        x=x,
        y=alt.Y("row:N", sort=list(order), title=None),
        tooltip=tooltip,
        color=alt.Color("side:N", scale=sides(), legend=None),
    )
    strip = alt.layer(share_line(), ticks).properties(width=250, height=alt.Step(_HEIGHT))
    exact = table.assign(relative=table["relative"].round(6))
    ranked = exact.sort_values(["relative", "name"], ascending=[False, True])
    ends = {"lowest": ranked.groupby("row").last(), "highest": ranked.groupby("row").first()}
    columns = [_column(end, order, say(f"picture.{key}", lang)) for key, end in ends.items()]
    return alt.hconcat(strip, *columns, spacing=8)


def share_line() -> Any:
    """A line where a load is exactly the fair share."""
    alt = charts()
    return alt.Chart(held([{"share": 1.0}])).mark_rule(color=INK).encode(x="share:Q")


def _column(ends: pd.DataFrame, order: Sequence[str], heading: str) -> Any:
    """Names beside the rows of a chart."""
    told = [f"{apart(short(name, _NAME))} {relative}" for name, relative in ends[["name", "told"]].to_numpy()]
    return column(ends.assign(written=told).reset_index(), "written", order, heading)


def column(table: pd.DataFrame, field: str, order: Sequence[str], heading: str, width: int = 165) -> Any:
    """A column of text beside the rows of a chart.

    Parameters
    ----------
    table : DataFrame
        row, and the field.
    field : str
        What is written.
    order : sequence of str
        The rows, from top to bottom.
    heading : str
        What stands above it.
    width : int
        Pixels.
    """
    alt = charts()
    text = alt.Chart(held(records(table[["row", field]]))).mark_text(align="left", fontSize=SMALL)
    title = alt.TitleParams(heading, fontSize=USUAL, anchor="start", fontWeight="normal", offset=4)
    y = alt.Y("row:N", scale=alt.Scale(domain=list(order)), axis=None)
    encoded = text.encode(x=alt.XValue(2), y=y, text=f"{field}:N")
    return encoded.properties(width=width, height=alt.Step(_HEIGHT), title=title)
