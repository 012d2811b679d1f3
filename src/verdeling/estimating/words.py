"""What was made of figures, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.language import listed, number, say, span

if TYPE_CHECKING:
    from verdeling.estimating.needs import BuiltNeeds
    from verdeling.language import Language


def need_sentences(built: BuiltNeeds, lang: Language) -> list[str]:
    """Say what needs there are now, what they mean, and what they take the place of.

    Parameters
    ----------
    built : BuiltNeeds
        What was made.
    lang : {"nl", "en"}
        Language of the sentences.

    Returns
    -------
    list of str
        Of each group, in each scenario; then what holds for all.
    """
    needs, years = built.needs, built.beside.years
    groups = built.beside.typed["groups"].set_index("group")["name_nl" if lang == "nl" else "name"]
    told = []
    sums = needs.groupby(["group", "scenario"], as_index=False, sort=False)["households"].sum()
    for group, scenario, households in sums.itertuples(index=False):
        named = say("needs.in_scenario", lang, name=scenario) if scenario else ""
        told.append(say("needs.built", lang, group=groups[group], years=span(years, lang), scenario=named,
                        households=number(households, lang)))  # fmt: skip
    if needs["scenario"].any():
        told.append(say("needs.combined", lang))
    count = int((~needs["estimate"]).sum())
    told.append(say("needs.counts", lang, count=number(count, lang), rows=number(len(needs), lang)))
    told.append(say("needs.flow", lang, year=years[0]))
    for group, rows, households in built.replaced.itertuples(index=False):
        told.append(say("needs.replaced", lang, group=groups[group], rows=number(rows, lang),
                        households=number(households, lang)))  # fmt: skip
    towns = built.beside.typed["municipalities"].set_index("municipality")["name"]
    for group, places in built.missing.groupby("group")["place"]:
        names = listed([towns.get(place, place) for place in places], lang)
        told.append(say("needs.missing", lang, group=groups[group], places=names))
    return told
