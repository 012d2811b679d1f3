"""How a municipality came from its fair share to its result, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.comparing.words import signed
from verdeling.language import language, number, rounded, say, sentence, things
from verdeling.names import Names
from verdeling.pictures.labels import plain, records, short
from verdeling.pictures.picture import charts, framed, held
from verdeling.pictures.theme import ABOVE, BELOW, INK, NEUTRAL
from verdeling.statements import estimates

if TYPE_CHECKING:
    from verdeling.explaining.explanation import Explanation
    from verdeling.explaining.tracing.paths import Path
    from verdeling.language import Language
    from verdeling.pictures.picture import Picture
    from verdeling.program import Floats


def path(explanation: Explanation, municipality: str, lang: Language = "nl") -> Picture:
    """What each family of limits and goals adds to a municipality's fair share, or takes off.

    Parameters
    ----------
    explanation : Explanation
        Of a solution with a plan.
    municipality : str
        Id.
    lang : {"nl", "en"}
        Language.

    Returns
    -------
    Picture
        Without the steps that change nothing that two decimals show.

    Raises
    ------
    InstanceError
        If there is no such municipality.
    VerdelingError
        If there is no such language, or what draws pictures is not installed.
    """
    found = explanation.paths.of(municipality)
    name = Names.of(found.instance, language(lang)).name("municipality", municipality)
    table = step_table(found, lang)
    title = say("picture.path", lang, name=short(name, 60))
    unknown = [say("picture.path.unknown", lang)] if found.unknown else []
    notes = [*unknown, *estimates(found.instance, lang)]
    explained = say("picture.path.read", lang)
    said = plain(found.sentence(lang))
    return framed(_waterfall(table, found.unit, lang), title, said, lang, explained=explained, notes=notes)


def step_table(found: Path, lang: Language) -> pd.DataFrame:
    """What the picture shows, from the fair share to the result.

    Returns
    -------
    DataFrame
        step (as of `Path`, and ``result``), label, start, end (totals before and after the step, rounded
        as they are shown; the same for the fair share and the result), kind (``total``, ``more``
        or ``less``), told.
    """
    steps = found.steps[found.steps["total"].notna()]
    total = steps["total"].astype(float).map(rounded).tolist()
    rows = [("key", say("step.key", lang), total[0], total[0], "total", number(total[0], lang))]
    for step, start, end in zip(steps["step"].tolist()[1:], total, total[1:], strict=False):
        change = end - start
        told = signed(change, lang, 2)
        if told != "0":
            rows.append((step, say(f"step.{step}", lang), start, end, "more" if change > 0 else "less", told))
    end = total[-1]
    rows.append(("result", say("picture.path.result", lang), end, end, "total", number(end, lang)))
    table = pd.DataFrame(rows, columns=["step", "label", "start", "end", "kind", "told"])
    return table.assign(label=table["label"].map(sentence))


def _waterfall(table: pd.DataFrame, unit: str, lang: Language) -> Any:
    """Bars that begin where the one before ends; only totals stand by themselves."""
    alt = charts()
    ends = table[["start", "end"]]
    table = table.assign(
        lower=ends.min(axis=1), upper=ends.max(axis=1), following=[*table["label"].tolist()[1:], ""]
    )
    y = alt.Y("label:N", sort=table["label"].tolist(), title=None)
    scale = alt.Scale(domain=_domain(ends.to_numpy(np.float64)), zero=False, nice=False)
    x = alt.X("upper:Q", title=things(f"unit.{unit}", lang), axis=alt.Axis(tickCount=6), scale=scale)
    colours = alt.Scale(domain=["more", "less", "total"], range=[ABOVE, BELOW, INK])
    colour = alt.Color("kind:N", legend=None, scale=colours)
    tooltip = [
        alt.Tooltip("label:N", title=say("heading.step", lang)),
        alt.Tooltip("told:N", title=say("heading.amount", lang)),
    ]
    base = alt.Chart(held(records(table)), width=460, height=alt.Step(30)).encode(y=y, tooltip=tooltip)
    part = alt.datum.kind != "total"
    bars = base.transform_filter(part).mark_bar(height={"band": 0.55})
    totals = base.transform_filter(~part).mark_tick(thickness=4, height={"band": 0.75}, opacity=1)
    links = base.transform_filter(alt.datum.following != "").mark_rule(color=NEUTRAL, strokeDash=[2, 2])
    return alt.layer(
        links.encode(x="end:Q", y2="following:N"),
        bars.encode(x=x, x2="lower:Q", color=colour),
        totals.encode(x=x, color=colour),
        base.mark_text(align="left", dx=7).encode(x=x, text="told:N"),
    )


def _domain(ends: Floats) -> list[float]:
    """What the scale runs over: all totals, and room for what is written beside them."""
    low, high = float(ends.min()), float(ends.max())
    room = max((high - low) * 0.18, 0.02 * abs(high), 0.5)
    return [max(low - room, min(low, 0.0)), high + room]
