"""What comes of regions together, in sentences, and what to know before using the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.amounts import estimated_needs
from verdeling.language import listed, number, percent, say, say_counted, sentence
from verdeling.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verdeling.language import Language
    from verdeling.rolling.rollup import Rollup

_NAMED = 12
"""So many regions are named one by one."""


def rollup_sentences(found: Rollup, lang: Language) -> list[str]:
    """Sentences about regions together.

    Parameters
    ----------
    found : Rollup
        Regions added up.
    lang : {"nl", "en"}
        Language.

    Returns
    -------
    list of str
        What comes of them, how sure each is, what is not in the numbers, and what is estimated.
    """
    return [
        _headline(found, lang),
        *_statuses(found, lang),
        *_missing(found, lang),
        *_mixed(found, lang),
        *_groups(found, lang),
        *_provinces(found, lang),
        _estimates(found, lang),
    ]


def _headline(found: Rollup, lang: Language) -> str:
    total = found.tables["areas"].iloc[0]
    regions = len(found.tables["results"]) - len(found.missing)
    years = found.instance.about.years
    return say_counted(
        "rollup.total",
        regions,
        lang,
        municipalities=number(total["municipalities"], lang),
        needs=number(total["needs"], lang, 0),
        served=number(total["served"], lang, 0),
        part=percent(total["served"] / total["needs"] if total["needs"] else 1.0, lang, 1),
        waiting=number(total["waiting"], lang, 0),
        year=years[-1],
    )


def _statuses(found: Rollup, lang: Language) -> Iterator[str]:
    """How sure the division of each region is; those that are not proved are named."""
    results = found.tables["results"]
    solved = results[~results["region"].isin(list(found.missing))]
    for status, several in solved.groupby("status", sort=True):
        if status == "optimal" and len(several) == len(solved):
            yield say("rollup.all_optimal", lang)
        elif status != "optimal":
            named = listed(sorted(several["region"]), lang, _NAMED)
            yield say_counted("rollup.status", len(several), lang, regions=named,
                              status=say(f"status.{status}", lang))  # fmt: skip


def _missing(found: Rollup, lang: Language) -> Iterator[str]:
    if found.missing:
        needs = number(sum(found.missing.values()), lang, 0)
        named = listed(sorted(found.missing), lang, _NAMED)
        yield say_counted("rollup.missing", len(found.missing), lang, regions=named, needs=needs)


def _mixed(found: Rollup, lang: Language) -> Iterator[str]:
    """What differs between the regions, so that their numbers do not mean quite the same."""
    results = found.tables["results"]
    for column in ("policy", "scenario"):
        kinds = results.groupby(column)["region"].apply(list)
        if len(kinds) > 1:
            named = {name or say("rollup.no_scenario", lang): of for name, of in kinds.items()}
            parts = [f"{name} ({_few(of, lang)})" for name, of in named.items()]
            yield say(f"rollup.other_{column}", lang, parts=listed(parts, lang, len(parts)))
    solved = results[~results["region"].isin(list(found.missing))]
    parted = solved.loc[~solved["whole_places"], "region"]
    if 0 < len(parted) < len(solved):
        yield say("rollup.fractional", lang, regions=_few(list(parted), lang))


def _few(regions: list[str], lang: Language) -> str:
    return listed(sorted(regions), lang, _NAMED)


def _groups(found: Rollup, lang: Language) -> Iterator[str]:
    """Groups that some regions know and others do not."""
    needs = found.instance["needs"]
    names = Names.of(found.instance, lang)
    everywhere = needs["region"].nunique()
    some = {
        names.name("group", str(group)): sorted(set(regions))
        for group, regions in needs.groupby("group")["region"]
        if regions.nunique() < everywhere
    }
    if some:
        parts = [f"{name} ({_few(regions, lang)})" for name, regions in some.items()]
        yield say("rollup.some_groups", lang, parts=listed(parts, lang, len(parts)))


def _provinces(found: Rollup, lang: Language) -> Iterator[str]:
    """Regions that are counted beside the provinces."""
    if found.apart:
        yield say_counted("rollup.apart", len(found.apart), lang, regions=_few(list(found.apart), lang))
    results = found.tables["results"]
    unknown = results.loc[results["province"] == "", "region"]
    if len(unknown):
        all_of_them = len(unknown) == len(results)
        key = "rollup.no_provinces" if all_of_them else "rollup.no_province"
        yield say(key, lang, regions=_few(list(unknown), lang))


def _estimates(found: Rollup, lang: Language) -> str:
    total = found.tables["areas"].iloc[0]
    return sentence(estimated_needs(int(total["estimates"]), int(total["rows"]), lang))
