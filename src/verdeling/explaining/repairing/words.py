"""Repairs in words: which agreement asks what instead of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.amounts import asked, asked_number
from verdeling.language import counted, listed, percent, say
from verdeling.names import Names
from verdeling.scopes import SCOPE, split

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import pandas as pd

    from verdeling.explaining.repairing.repairs import Repairs
    from verdeling.language import Language


def repair_sentences(repairs: Repairs, lang: Language) -> list[str]:
    """What each way changes, the cheapest first; what is not proved, and what was not found."""
    names = Names.of(repairs.instance, lang)
    places = say("value.whole" if repairs.whole else "value.fractional", lang)
    told = []
    for way in repairs.ways.to_dict("records"):
        kinds = listed([say(f"repair.{kind}", lang) for kind in way["kind"].split(";")], lang)
        count = counted("unit.agreements", way["agreements"], lang)
        proofs = repairs.proofs[repairs.proofs["repair"] == way["repair"]]
        shown = {"number": way["repair"], "kinds": kinds, "count": count, "unproved": _unproved(proofs, lang)}
        told.append(say("repair.way", lang, places=places, **shown))
        own = repairs.concessions[repairs.concessions["repair"] == way["repair"]]
        told += [concession_sentence(names, row) for row in own.to_dict("records")]
    if repairs.missing:
        kinds = listed([say(f"repair.{kind}", lang) for kind in repairs.missing], lang)
        told.append(say("repair.missing", lang, kinds=kinds))
    return told or [_nothing(repairs, lang)]


def _nothing(repairs: Repairs, lang: Language) -> str:
    """Why there is no way to tell."""
    if repairs.stuck:
        names = Names.of(repairs.instance, lang)
        stuck = [names.name("agreement", agreement) for agreement in repairs.stuck]
        return say("repair.stuck", lang, names=listed(stuck, lang, most=len(stuck)))
    return say("repair.needless" if repairs.needless else "repair.nowhere", lang)


def _unproved(proofs: pd.DataFrame, lang: Language) -> str:
    """How much less the first of what is not proved could be, as a part of it."""
    if proofs["proved"].all():
        return ""
    first = proofs[~proofs["proved"]].iloc[0]
    gap = percent((first["value"] - first["bound"]) / first["value"], lang, 1)
    return say("repair.unproved", lang, kind=say(f"repair.{first['kind']}", lang), gap=gap)


def concession_sentence(names: Names, row: Mapping[Any, Any]) -> str:
    """What an agreement asks in the end, in the place of what it asked."""
    lang = names.lang
    return say(
        "repair.change",
        lang,
        agreement=names.name("agreement", row["agreement"]),
        scope=scope_words(names, row),
        sense=say(f"repair.sense.{row['sense']}", lang),
        to=asked(row["measure"], row["to"], lang),
        number=asked_number(row["measure"], row["from"], lang),
    )


def scope_words(names: Names, row: Mapping[Any, Any]) -> str:
    """What an agreement is about, by name; ``*`` is each."""
    parts = [scope_word(names, dimension, str(row[dimension])) for dimension in SCOPE]
    return ", ".join(filter(None, parts)) or say("repair.everything", names.lang)


def scope_word(names: Names, dimension: str, told: str) -> str:
    """One of the things that an agreement is about, by name; empty where it is about them all together."""
    keys = split(told)
    if keys == ("*",):
        return say(f"repair.each.{dimension}", names.lang)
    return listed([names.name(dimension, key) for key in keys], names.lang) if keys else ""
