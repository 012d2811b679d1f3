"""The commands `study` and `two-stage`: when it is not sure what needs and supply will be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from verdeling.adapters.places import name_of
from verdeling.cli.ending import INFEASIBLE, bad_command, refusing
from verdeling.cli.foreseeing import show_study, show_two_stage, study_sentences, two_stage_sentences
from verdeling.cli.keeping import Answer, adding_runs, check_place
from verdeling.cli.options import (
    AnswerPlace,
    Dask,
    Folder,
    InstancePath,
    Jobs,
    Lang,
    LangOption,
    Output,
    Overwrite,
    PolicyName,
    ScenarioName,
)
from verdeling.cli.progress import busy, progress
from verdeling.cli.screen import Screen
from verdeling.language import number, say
from verdeling.running.cluster import hired
from verdeling.uncertainty.sampling import sample
from verdeling.uncertainty.studies import study
from verdeling.uncertainty.two_stage import solve_two_stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.instance import Instance

SOME = ("leximin", "proportional", "priority", "utilitarian")
"""Policies that are studied unless others are named: far apart, and together not too many."""

Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", metavar="NAME", help=f"Once for each policy; by default {', '.join(SOME)}."),
]
Samples = Annotated[int, typer.Option("--samples", metavar="N", min=1, help="So many draws.")]
SomeSamples = Annotated[
    int | None,
    typer.Option("--samples", metavar="N", min=1, help="So many draws, in place of the named scenarios."),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same draws.")]
Needs = Annotated[
    float, typer.Option("--needs", metavar="V", help="Spread of needs: standard deviation ÷ mean.")
]
Supply = Annotated[float, typer.Option("--supply", metavar="V", help="Spread of supply, likewise.")]
Named = Annotated[
    bool, typer.Option("--scenarios", help="The named scenarios of the instance, in place of draws.")
]
Whole = Annotated[bool, typer.Option("--whole", help="In whole places; takes longer.")]
Criterion = Annotated[
    Literal["expected", "regret"], typer.Option("--criterion", help="On average, or the largest regret.")
]
Chances = Annotated[
    list[str] | None,
    typer.Option("--chance", metavar="NAME=PART", help="Of each scenario; by default all the same."),
]
Reference = Annotated[
    str | None,
    typer.Option("--reference", metavar="NAME", help="The scenario that somebody alone would plan for."),
]


def show_spread(
    path: InstancePath,
    policy: Policies = None,
    samples: Samples = 20,
    seed: Seed = 1,
    needs: Needs = 0.15,
    supply: Supply = 0.1,
    named: Named = False,
    whole: Whole = False,
    jobs: Jobs = None,
    dask: Dask = None,
    folder: Folder = None,
    scenario: ScenarioName = None,
    lang: LangOption = Lang.en,
    output: AnswerPlace = None,
    overwrite: Overwrite = False,
) -> None:
    """Study how sure a comparison is: policies when needs and supply turn out differently.

    The spread of what each policy reaches, its worst case, and its regret: how much worse it is than
    the best of these policies, in hindsight. One draw is one division for each policy.

    \b
    Examples:
      verdeling study instances/three-towns --samples 50 --lang nl
      verdeling study instances/enschede --scenarios --policy leximin --policy utilitarian
      verdeling study instances/enschede --samples 100 --needs 0.2 --jobs 4 --folder kept -o study.xlsx
      verdeling study instances/three-towns --samples 50 -o runs.duckdb
    """  # noqa: D301
    with refusing(folder):
        keep = adding_runs(output, overwrite=overwrite, seed=None if named else seed)
        place = Path(output) if output and keep is None else None
        check_place(place, overwrite=overwrite)
        instance = path.read()
        if named:
            _refuse_without_scenarios(instance)
            drawn = [instance.in_scenario(name) for name in instance.scenarios]
            asked: dict[str, Any] = {"scenarios": list(instance.scenarios)}
        else:
            drawn = sample(instance, samples, seed, needs=needs, supply=supply, scenario=scenario)
            asked = {
                "samples": samples,
                "seed": seed,
                "needs": needs,
                "supply": supply,
                "whole_places": whole,
            }
        with hired(jobs, dask) as executor, progress(lang.language) as listener:
            spread = study(
                drawn,
                policy or SOME,
                executor=executor,
                whole=whole,
                progress=listener,
                folder=folder,
                keep=keep,
            )
        about = drawn[0] if named else instance.in_scenario(scenario)
        how = "study.scenarios" if named else "study.drawn"
        count = number(len(drawn), lang.language)
        values = {"count": count, "seed": seed, "needs": number(needs, lang.language),
                  "supply": number(supply, lang.language)}  # fmt: skip
        told = [say(how, lang.language, **values), *study_sentences(spread, lang.language)]
        show_study(Screen(), spread, about, told, lang.language, named=named)
        answer = Answer(
            about, spread.policies, "title.study", told, spread.tables, asked | {"whole_places": whole}
        )
        answer.keep(place, lang.language, overwrite=overwrite)
        if output and keep is not None:
            typer.echo(say("screen.written", lang.language, path=name_of(output)))
        raise typer.Exit(0 if len(spread.indicators) else INFEASIBLE)


def show_building_plan(
    path: InstancePath,
    criterion: Criterion = "expected",
    chance: Chances = None,
    reference: Reference = None,
    samples: SomeSamples = None,
    seed: Seed = 1,
    needs: Needs = 0.15,
    supply: Supply = 0.1,
    whole: Whole = False,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Decide what to build before it is known which scenario comes true.

    One building plan for all scenarios, and people placed once it is known: on average as good as can
    be, or with the largest regret as small as can be. With what foresight is worth, and what it would
    be worth to know beforehand.

    \b
    Examples:
      verdeling two-stage instances/enschede --lang nl
      verdeling two-stage instances/enschede --criterion regret --reference middle
      verdeling two-stage instances/enschede --chance low=0.2 --chance middle=0.5 --chance high=0.3
      verdeling two-stage instances/enschede --samples 5 -o building.xlsx
    """  # noqa: D301
    with refusing():
        check_place(output, overwrite=overwrite)
        instance = path.read()
        names = instance.scenarios
        if samples is None:
            _refuse_without_scenarios(instance)
        chances = _chances(chance or [], names)
        drawn = None
        if samples is not None:
            drawn = sample(instance, samples, seed, needs=needs, supply=supply, scenario=scenario)
        with busy(lang.language):
            plan = solve_two_stage(
                drawn or instance,
                policy,
                probabilities=chances,
                criterion=criterion,
                reference=instance.in_scenario(scenario) if drawn else reference,
                whole=whole,
            )
        against = "" if drawn else reference or instance.about.scenario or names[0]
        about = instance.in_scenario(against or scenario)
        told = two_stage_sentences(plan, about, against, lang.language)
        show_two_stage(Screen(), plan, about, told, lang.language)
        tables = {name: getattr(plan, name) for name in ("scenarios", "builds", "parts", "goals", "outcomes")}
        asked = {"criterion": criterion, "samples": samples, "seed": seed, "whole_places": whole}
        answer = Answer(about, (plan.policy,), "title.two_stage", told, tables, asked)
        answer.keep(output, lang.language, overwrite=overwrite)


def _refuse_without_scenarios(instance: Instance) -> None:
    if len(instance.scenarios) < 2:
        count = len(instance.scenarios) or "no"
        raise bad_command("There is nothing to choose between.",
                          f"The instance has {count} named scenarios.",
                          "Of one future everything is sure.",
                          "Draw some with --samples 20, or add scenarios to the tables.")  # fmt: skip


def _chances(stated: Sequence[str], scenarios: Sequence[str]) -> list[float] | None:
    """The chances of scenarios, in their order."""
    if not stated:
        return None
    parts = [text.rpartition("=") for text in stated]
    try:
        chances = {name.strip(): float(value) for name, _, value in parts}
    except ValueError:
        chances = {}
    if set(chances) != set(scenarios) or len(chances) != len(stated):
        raise bad_command("The chances cannot be used.", f"They are {' and '.join(stated)}.",
                          "Every scenario has one chance, and together they are 1.",
                          f"Give --chance NAME=PART once for each of {', '.join(scenarios)}.")  # fmt: skip
    return [chances[name] for name in scenarios]


COMMANDS = {
    "study": show_spread,
    "two-stage": show_building_plan,
}
