"""The commands `repair`, `reach`, `conflicts` and `enlarge`: agreements that cannot hold, and ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.cli.ending import refusing
from verdeling.cli.keeping import Answer, check_place
from verdeling.cli.options import (
    InstancePath,
    Lang,
    LangOption,
    Output,
    Overwrite,
    PolicyName,
    ScenarioName,
    TimeLimit,
)
from verdeling.cli.progress import busy, progress
from verdeling.cli.screen import Screen
from verdeling.comparing.display import show_headline
from verdeling.explaining.repairing.conflicts import conflicts_apart
from verdeling.explaining.repairing.enlarging import enlarge
from verdeling.explaining.repairing.reaching import reach
from verdeling.explaining.repairing.repairs import repair
from verdeling.language import say
from verdeling.policy import read_policy

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.language import Language

Whole = Annotated[bool, typer.Option("--whole", help="In whole places; takes longer.")]
Fractional = Annotated[bool, typer.Option("--fractional", help="Only what cannot hold in fractions either.")]
Agreement = Annotated[
    str | None,
    typer.Option("--agreement", metavar="ID", help="By default all that hold for each of several."),
]


def show_ways_out(
    path: InstancePath,
    whole: Whole = False,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    time_limit: TimeLimit = None,
    lang: LangOption = Lang.en,
) -> None:
    """Show the cheapest ways out where agreements cannot hold together.

    \b
    Examples:
      verdeling repair instances/impossible-agreements --lang nl
    """  # noqa: D301
    with refusing():
        instance = path.read().in_scenario(scenario)
        with busy(lang.language):
            ways = repair(instance, policy, whole=whole, time_limit=time_limit)
        _show(instance, ways.sentences(lang.language), lang.language)


def show_reach(
    path: InstancePath,
    agreement: Agreement = None,
    whole: Whole = False,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    time_limit: TimeLimit = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Show how far each municipality can come with what an agreement asks of it.

    With all other agreements kept, and with every other agreement let go; for each municipality,
    group or year that the agreement is about.

    \b
    Examples:
      verdeling reach instances/enschede --agreement everybody_contributes --lang nl
      verdeling reach instances/twente -o reach.xlsx
    """  # noqa: D301
    with refusing():
        check_place(output, overwrite=overwrite)
        instance = path.read().in_scenario(scenario)
        with progress(lang.language) as listener:
            come = reach(instance, agreement, policy, whole=whole, time_limit=time_limit, progress=listener)
        told = come.sentences(lang.language) or [say("reach.none", lang.language)]
        _show(instance, told, lang.language)
        asked = {"agreement": agreement, "whole_places": whole}
        policies = (read_policy(policy),)
        answer = Answer(instance, policies, "title.reach", told, {"bounds": come.bounds}, asked)
        answer.keep(output, lang.language, overwrite=overwrite)


def show_conflicts(
    path: InstancePath,
    fractional: Fractional = False,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    time_limit: TimeLimit = None,
    lang: LangOption = Lang.en,
) -> None:
    """Show every separate reason why agreements cannot hold together.

    Smallest conflicts that share no agreement: solving one of them leaves the others.

    \b
    Examples:
      verdeling conflicts instances/impossible-agreements --lang nl
    """  # noqa: D301
    with refusing():
        instance = path.read().in_scenario(scenario)
        with busy(lang.language):
            reasons = conflicts_apart(instance, policy, whole=not fractional, time_limit=time_limit)
        _show(instance, reasons.sentences(lang.language), lang.language)


def show_growth(
    path: InstancePath,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    time_limit: TimeLimit = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Show the least extra places and support with which every agreement can stay as it is.

    \b
    Examples:
      verdeling enlarge instances/impossible-agreements --lang nl
      verdeling enlarge instances/impossible-agreements -o growth.xlsx
    """  # noqa: D301
    with refusing():
        check_place(output, overwrite=overwrite)
        instance = path.read().in_scenario(scenario)
        with busy(lang.language):
            growth = enlarge(instance, policy, time_limit=time_limit)
        told = growth.sentences(lang.language)
        _show(instance, told, lang.language)
        policies = (read_policy(policy),)
        answer = Answer(instance, policies, "title.enlarge", told, {"changes": growth.changes}, {})
        answer.keep(output, lang.language, overwrite=overwrite)


def _show(instance: Instance, told: list[str], lang: Language) -> None:
    screen = Screen()
    show_headline(screen, instance, instance.about.scenario, lang)
    screen.line()
    screen.bullets(told)


COMMANDS = {
    "repair": show_ways_out,
    "reach": show_reach,
    "conflicts": show_conflicts,
    "enlarge": show_growth,
}
