"""The commands `why-not` and `what-would-it-take`: what stands in the way of a wish, and what grants it."""

from __future__ import annotations

from typing import Annotated

import typer

from verdeling.cli.effects import show_effect, show_way
from verdeling.cli.ending import refusing
from verdeling.cli.keeping import Answer, check_place
from verdeling.cli.naming import found
from verdeling.cli.options import (
    InstancePath,
    Lang,
    LangOption,
    MunicipalityName,
    Output,
    Overwrite,
    PolicyName,
    ScenarioName,
)
from verdeling.cli.progress import busy
from verdeling.cli.solving import settled, show_answer
from verdeling.explaining.asking.taking import what_would_it_take
from verdeling.explaining.asking.wishes import why_not
from verdeling.names import Names

Places = Annotated[float, typer.Option("--places", metavar="N", help="The wish, over all groups and years.")]
Coverage = Annotated[
    float, typer.Option("--coverage", metavar="PART", help="Of its own households, housed by the end.")
]


def show_why_not(
    path: InstancePath,
    municipality: MunicipalityName,
    places: Places,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Say why a municipality does not have the places that it wishes, and what granting it costs.

    \b
    Examples:
      verdeling why-not instances/three-towns Astad --places 20 --lang nl
      verdeling why-not instances/enschede GM0147 --places 1400
    """  # noqa: D301
    with refusing():
        check_place(output, overwrite=overwrite)
        solution = settled(path, policy, scenario, lang.language)
        (town,) = found(solution.instance, "municipality", [municipality])
        with busy(lang.language):
            wish = why_not(solution, town, places)
        told = wish.sentences(lang.language)
        screen = show_answer(solution, told, lang.language)
        names = Names.of(solution.instance, lang.language)
        show_way(screen, wish, names)
        if wish.cost.possible:
            show_effect(screen, wish.cost.effect, names)
        effect = wish.cost.effect
        tables = {"chain": wish.chain, "limits": wish.limits, "goals": effect.goals, "loads": effect.loads}
        asked = {"municipality": town, "places": places}
        answer = Answer(solution.instance, (solution.policy,), "title.why_not", told, tables, asked)
        answer.keep(output, lang.language, overwrite=overwrite)


def show_what_it_takes(
    path: InstancePath,
    municipality: MunicipalityName,
    coverage: Coverage,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Say what would have to change for a part of a municipality's own households to be housed.

    The smallest changes of limits: with supply alone, with support alone, with agreements alone, with
    projects alone, and with all of them.

    \b
    Examples:
      verdeling what-would-it-take instances/three-towns Beedorp --coverage 1 --lang nl
      verdeling what-would-it-take instances/enschede GM0168 --coverage 1 --scenario high
    """  # noqa: D301
    with refusing():
        check_place(output, overwrite=overwrite)
        solution = settled(path, policy, scenario, lang.language)
        (town,) = found(solution.instance, "municipality", [municipality])
        with busy(lang.language):
            demands = what_would_it_take(solution, town, coverage)
        told = demands.sentences(lang.language)
        show_answer(solution, told, lang.language)
        tables = {"ways": demands.ways, "moves": demands.moves}
        asked = {"municipality": town, "coverage": coverage}
        answer = Answer(solution.instance, (solution.policy,), "title.take", told, tables, asked)
        answer.keep(output, lang.language, overwrite=overwrite)


COMMANDS = {"why-not": show_why_not, "what-would-it-take": show_what_it_takes}
