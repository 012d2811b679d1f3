"""How a need was reckoned, with its numbers, in a line that can be checked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.language import number, say

if TYPE_CHECKING:
    from fractions import Fraction

    from verdeling.estimating.stock_flow import Step
    from verdeling.language import Language


def formula(step: Step, whole: int, lang: Language) -> str:
    """Say how the households of a year follow from the figures.

    Parameters
    ----------
    step : Step
        The year.
    whole : int
        What became of it in whole numbers.
    lang : {"nl", "en"}
        Language.

    Returns
    -------
    str
        Such as ``"waiting list 30 + inflow 80 × 1.02^2 − outflow 10 = 103.23 households; 103, made …"``.
    """
    terms = [say("method.waiting", lang, number=_shown(step.waiting, lang))] if step.waiting else []
    terms.append(_inflow(step, lang))
    total = " + ".join(terms)
    if step.outflow:
        total = f"{total} − {say('method.outflow', lang, number=_shown(step.outflow, lang))}"
    exact = number(float(step.exact), lang)
    if step.persons == 1:
        method = say("method.households", lang, sum=total, exact=exact)
    else:
        factor = _shown(step.persons, lang)
        method = say("method.persons", lang, sum=total, factor=factor, exact=exact)
    return (
        method
        if step.exact == whole
        else say("method.rounded", lang, method=method, whole=number(whole, lang))
    )


def sourced(method: str, step: Step, scenario: str, lang: Language) -> str:
    """A method with the values of its scenario and the source of its figures."""
    if scenario:
        method = say(f"method.values_{scenario}", lang, method=method)
    source = step.entry.cells["source"]
    return say("method.source", lang, method=method, source=source) if source else method


def _inflow(step: Step, lang: Language) -> str:
    inflow = _shown(step.inflow, lang)
    if not (step.trend and step.later):
        return say("method.inflow", lang, number=inflow)
    return say("method.grown", lang, number=inflow, factor=_shown(1 + step.trend, lang), years=step.later)


def _shown(value: Fraction, lang: Language) -> str:
    return number(float(value), lang, 6)
