"""What a variant gives in words: what changed since another, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.language import counted, number, say, sentence

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.language import Language
    from verdeling.meeting.reckoning import Outcome

_SHOWS = 0.005
"""A relative load that moves by less looks the same."""

_PLACE = 0.5
"""Places and households that differ by less look the same."""

_MOST = 6


def moved(before: Outcome, after: Outcome, lang: Language) -> pd.DataFrame:
    """Loads before and after.

    Returns
    -------
    DataFrame
        municipality, name, places_before, places, relative_before, relative, change (× fair share), in
        the order of names; empty where one of the two is impossible.
    """
    now, then = after.content(lang).loads, before.content(lang).loads.set_index("municipality")
    table = now[["municipality", "name", "places"]].assign(
        relative=now["relative_load"],
        places_before=now["municipality"].map(then["places"]),
        relative_before=now["municipality"].map(then["relative_load"]),
    )
    return table.assign(change=table["relative"] - table["relative_before"])


def changes(before: Outcome, after: Outcome, lang: Language) -> list[str]:
    """Who carries more or less, and who waits more or less, the largest change first."""
    if not (before.possible and after.possible):
        return []
    told = _carried(before, after, lang) + _waiting(before, after, lang)
    return told or [say("meeting.same", lang)]


def _carried(before: Outcome, after: Outcome, lang: Language) -> list[str]:
    table = moved(before, after, lang)
    table = table[table["change"].abs() >= _SHOWS]
    order = table["change"].abs().round(6).sort_values(ascending=False, kind="stable").index
    told = []
    for row in table.loc[order].head(_MOST).to_dict("records"):
        key = "meeting.more" if row["change"] > 0 else "meeting.less"
        shown = {
            name: number(row[column], lang, fixed=True)
            for name, column in {"before": "relative_before", "after": "relative"}.items()
        }
        told.append(say(key, lang, who=row["name"], **shown))
    if len(table) > _MOST:
        told.append(say("meeting.others", lang, count=number(len(table) - _MOST, lang)))
    return told


def _waiting(before: Outcome, after: Outcome, lang: Language) -> list[str]:
    now, then = after.content(lang).queue, before.content(lang).queue
    apart = now.set_index("group")["waiting"] - then.set_index("group")["waiting"]
    names = now.set_index("group")["name"]
    last = max(after.instance.about.years)
    told = []
    for group in apart.abs().round(6).sort_values(ascending=False, kind="stable").index:
        change = float(apart[group])
        if abs(change) >= _PLACE:
            key = "meeting.waits_more" if change > 0 else "meeting.waits_less"
            amount = counted("unit.households", round(abs(change)), lang)
            told.append(sentence(say(key, lang, group=names[group], amount=amount, year=last)))
    return told[:_MOST]


def conflict(outcome: Outcome, lang: Language) -> list[str]:
    """Which agreements contradict each other: a sentence, and each of them."""
    return outcome.content(lang).statements.conflict(lang)
