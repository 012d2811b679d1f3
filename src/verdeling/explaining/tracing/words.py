"""Paths in words: where a municipality begins, what each step takes off or adds, and where it ends.

Totals are rounded as they are shown, and a step is said to add the difference of two of them: whoever
adds up what is read comes out right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.explaining.tracing.coalitions import PARTS
from verdeling.language import counted, listed, number, percent, rounded, say, sentence, things
from verdeling.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verdeling.explaining.tracing.paths import Difference, Path
    from verdeling.language import Language
    from verdeling.program import Floats

_SINGULAR = ("key", "support", "dividing", "open", "rest")
"""Steps that are called by a word for one thing."""


def path_sentence(path: Path, lang: Language) -> str:
    """A path, from the share to the result."""
    shown = _shown(path, 2)
    known = np.isfinite(shown)
    totals = shown[known]
    effects = _effects(path.steps["step"][known][1:], np.diff(totals), lang)
    about = {"whose": _name(path, lang), "task": _task(path, lang), "share": _amount(path, totals[0], lang)}
    told = say("path.straight", lang, **about)
    if effects:
        result = _amount(path, totals[-1], lang)
        told = say("path.through", lang, **about, effects=sentence(effects), result=result)
        families_known = not {*PARTS}.intersection(path.unknown)
        told += say("path.order_free", lang) if path.order_free and families_known else ""
    return told + _cut_off(path, lang)


def _cut_off(path: Path, lang: Language) -> str:
    """Which steps time left unknown."""
    if not path.unknown:
        return ""
    named = [say(f"step.{step}", lang) for step in path.unknown]
    return say("path.cut_off", lang, steps=listed(named, lang, most=len(named)))


def difference_sentence(difference: Difference, lang: Language) -> str:
    """Where the difference of two paths comes from."""
    one, other = difference.one, difference.other
    named = _name if difference.relative else _title
    shown = {"one": named(one, lang), "other": named(other, lang), "task": _task(one, lang)}
    if difference.relative:
        totals = [_shown(path, 1, 100 / path.share) for path in (one, other)]
        results = [percent(each[-1] / 100, lang, 1) for each in totals]
        told = say("path.between", lang, **shown, result=results[0], other_result=results[1])
    else:
        totals = [_shown(path, 2) for path in (one, other)]
        results = [_amount(one, each[-1], lang) for each in totals]
        whose = _name(one, lang)
        told = say("path.policies", lang, **shown, whose=whose, result=results[0], other_result=results[1])
    apart = totals[0] - totals[1]
    effects = _effects(one.steps["step"], np.diff(apart, prepend=0.0), lang)
    if not effects:
        return told
    unit = "percentage points" if difference.relative else one.unit
    by = _by(apart[-1], unit, lang)
    return told + say("path.compared", lang, other=shown["other"], effects=effects, by=by)


def _shown(path: Path, decimals: int, scale: float = 1.0) -> Floats:
    """Totals as they are shown."""
    return np.array([rounded(total * scale, decimals) for total in path.steps["total"]])


def _effects(steps: Iterable[str], amounts: Floats, lang: Language) -> str:
    """What each step takes off or adds, without those that show as nothing."""
    told = []
    for step, amount in zip(steps, amounts, strict=True):
        size = number(abs(amount), lang)
        if size != "0":
            text = things("path.takes" if amount < 0 else "path.adds", lang, one=step in _SINGULAR)
            told.append(text.format(step=say(f"step.{step}", lang), amount=size))
    return ", ".join(told)


def _by(amount: float, unit: str, lang: Language) -> str:
    """How much more or less."""
    if number(amount, lang) == "0":
        return say("path.equal", lang)
    key = "path.less" if amount < 0 else "path.more"
    return say(key, lang, amount=counted(f"unit.{unit}", abs(amount), lang))


def _amount(path: Path, amount: float, lang: Language) -> str:
    return counted(f"unit.{path.unit}", amount, lang)


def _name(path: Path, lang: Language) -> str:
    return Names.of(path.instance, lang).name("municipality", path.municipality)


def _title(path: Path, lang: Language) -> str:
    return (path.policy.title_nl if lang == "nl" else "") or path.policy.title


def _task(path: Path, lang: Language) -> str:
    if not path.group:
        return say("path.task", lang)
    return say("path.task_of", lang, group=Names.of(path.instance, lang).name("group", path.group))
