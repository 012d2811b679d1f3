"""Repairs in words: which agreement asks what instead of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.explaining.repairing.prices import SHARES
from verdeling.language import counted, listed, money, number, percent, say, sentence
from verdeling.names import Names
from verdeling.scopes import SCOPE, split

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import pandas as pd

    from verdeling.explaining.repairing.repairs import Repairs
    from verdeling.language import Language

_COUNTED = {"places": "unit.places", "support_hours": "unit.hours per week"}


def repair_sentences(repairs: Repairs, lang: Language) -> list[str]:
    """What each way changes, the cheapest first; what is not proved, and what was not found."""
    names = Names.of(repairs.instance, lang)
    told = []
    for way in repairs.ways.to_dict("records"):
        kinds = listed([say(f"repair.{kind}", lang) for kind in way["kind"].split(";")], lang)
        count = counted("unit.agreements", way["agreements"], lang)
        proofs = repairs.proofs[repairs.proofs["repair"] == way["repair"]]
        shown = {"number": way["repair"], "kinds": kinds, "count": count, "unproved": _unproved(proofs, lang)}
        told.append(say("repair.way", lang, **shown))
        own = repairs.concessions[repairs.concessions["repair"] == way["repair"]]
        told += [concession_sentence(names, row) for row in own.to_dict("records")]
    if repairs.missing:
        kinds = listed([say(f"repair.{kind}", lang) for kind in repairs.missing], lang)
        told.append(say("repair.missing", lang, kinds=kinds))
    return told or [_nothing(repairs, lang)]


def _nothing(repairs: Repairs, lang: Language) -> str:
    """Why there is no way to tell."""
    if repairs.stuck:
        return say("repair.stuck", lang, names=listed(repairs.stuck, lang, most=len(repairs.stuck)))
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
    text = (row["text_nl"] if lang == "nl" else "") or row["text"]
    return sentence(
        say(
            "repair.change",
            lang,
            scope=scope_words(names, row),
            sense=say(f"repair.sense.{row['sense']}", lang),
            to=asked(row["measure"], row["to"], lang),
            number=asked_number(row["measure"], row["from"], lang),
            text=text.rstrip(" ."),
            agreement=row["agreement"],
        )
    )


def scope_words(names: Names, row: Mapping[Any, Any]) -> str:
    """What an agreement is about, by name; ``*`` is each."""
    parts = []
    for dimension in SCOPE:
        keys = split(str(row[dimension]))
        if keys == ("*",):
            parts.append(say(f"repair.each.{dimension}", names.lang))
        elif keys:
            parts.append(listed([names.name(dimension, key) for key in keys], names.lang))
    return ", ".join(parts) or say("repair.everything", names.lang)


def asked(measure: str, value: float, lang: Language) -> str:
    """The number of an agreement, with what it is a number of."""
    if measure in _COUNTED:
        return counted(_COUNTED[measure], value, lang)
    if measure == "cost":
        return money(value, lang)
    return say(f"repair.asked.{measure}", lang, number=asked_number(measure, value, lang))


def asked_number(measure: str, value: float, lang: Language) -> str:
    """The number of an agreement alone."""
    if measure in SHARES:
        return f"{number(100 * value, lang)}%"
    return money(value, lang) if measure == "cost" else number(value, lang)
