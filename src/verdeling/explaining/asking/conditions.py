"""A limit that moves, as the first half of a sentence: "if Borne had 10 places more in 2027 …"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verdeling.language import counted, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.names import Names

_HELD = ("capacity", "supplier", "supplier_rest", "support", "provider")
"""Families of which somebody has more or less; of the others a limit is higher or lower."""


def condition(limit: Mapping[Any, Any], step: float, names: Names) -> str:
    """That a limit moves by a step, as a condition.

    Parameters
    ----------
    limit : mapping
        A row of ``Margins.limits``.
    step : float
        What is added to the limit, in its unit.
    names : Names
        What people call things, in the language of the sentence.
    """
    lang = names.lang
    held, planned = limit["family"] in _HELD, limit["family"] == "project"
    return say(
        f"if.{limit['family']}",
        lang,
        by=_grown(step, limit, names) if planned else by(step, limit["unit"], names, held=held),
        who=names.name("municipality", limit["municipality"]),
        where=_part("in.place", "names", names.name("municipality", limit["municipality"]), names),
        when=_part("in.year", "years", limit["year"], names),
        what=names.name("place_type", limit["place_type"]),
        supplier=limit["supplier"],
        provider=limit["provider"],
        project=names.name("project", limit["project"]),
        text=limit["text_nl" if lang == "nl" else "text"].rstrip(" ."),
    )


def by(step: float, unit: str, names: Names, *, held: bool) -> str:
    """How much more or less, or higher or lower."""
    if held:
        fewer = "by.fewer" if unit in ("places", "households") else "by.less"
        key = "by.more" if step > 0 else fewer
    else:
        key = "by.higher" if step > 0 else "by.lower"
    return say(key, names.lang, amount=counted(f"unit.{unit}", abs(step), names.lang))


def _grown(step: float, limit: Mapping[Any, Any], names: Names) -> str:
    """How much larger or smaller a project is."""
    key = "by.larger" if step > 0 else "by.smaller"
    return say(key, names.lang, amount=counted(f"unit.{limit['unit']}", abs(step), names.lang))


def _part(key: str, parameter: str, value: str, names: Names) -> str:
    return say(key, names.lang, **{parameter: value}) if value else ""
