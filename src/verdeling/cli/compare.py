"""The commands `compare`, `frontier` and `manipulation`: policies side by side, and what lies behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.adapters.places import name_of
from verdeling.cli.ending import refusing
from verdeling.cli.keeping import adding_runs
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
from verdeling.cli.progress import progress
from verdeling.cli.screen import Screen
from verdeling.comparing.comparison import MANY, compare
from verdeling.comparing.consensus import common_ground
from verdeling.comparing.display import ComparisonDisplay
from verdeling.comparing.incentives import manipulation
from verdeling.comparing.insights import show_common_ground, show_frontier, show_manipulation
from verdeling.comparing.sheets import check_place, write_comparison, write_frontier, write_manipulation
from verdeling.comparing.tradeoff import frontier
from verdeling.errors import PolicyError, Problem, nearest
from verdeling.language import say
from verdeling.measures import MEASURES
from verdeling.policy import Goal
from verdeling.running.cluster import hired

if TYPE_CHECKING:
    import pandas as pd

INFEASIBLE, NOTHING = 3, 2
"""Exit codes when no policy has a division: the limits contradict each other, or every policy fails."""

Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", metavar="NAME", help="Once for each policy; by default all there are."),
]
Scenarios = Annotated[
    list[str] | None,
    typer.Option("--scenario", metavar="NAME", help="Once for each scenario; by default the instance's own."),
]
Baseline = Annotated[
    str | None,
    typer.Option("--baseline", metavar="NAME", help="Count gains and losses from this policy; by default "
                 "from the key alone: everybody's fair share of what is housed."),
]  # fmt: skip
Whole = Annotated[bool, typer.Option("--whole", help="Compare in whole places; takes longer.")]
Room = Annotated[
    bool | None,
    typer.Option("--room/--no-room", show_default=False, help="Ask which numbers a policy leaves open: two "
                 f"questions for each municipality; by default of fewer than {MANY} municipalities."),
]  # fmt: skip
EachLimit = Annotated[
    float | None,
    typer.Option("--time-limit", metavar="SECONDS", min=0.001, help="For each policy, after which its best "
                 "plan so far is compared."),
]  # fmt: skip
All = Annotated[bool, typer.Option("--all", help="Every indicator.")]
Ground = Annotated[
    bool, typer.Option("--common-ground", help="Also what all policies agree on, and where they differ.")
]
Efficiency = Annotated[
    str,
    typer.Option("--efficiency", metavar="GOAL", help="MEASURE or MEASURE:AGGREGATE, of models/measures.md."),
]
Fairness = Annotated[str, typer.Option("--fairness", metavar="GOAL", help="Likewise.")]
Points = Annotated[int, typer.Option("--points", min=2, help="Most points.")]
Part = Annotated[float, typer.Option("--part", help="How much is misstated, as a part of 1.")]


def compare_policies(
    path: InstancePath,
    policy: Policies = None,
    scenario: Scenarios = None,
    baseline: Baseline = None,
    whole: Whole = False,
    room: Room = None,
    time_limit: EachLimit = None,
    ground: Ground = False,
    every: All = False,
    jobs: Jobs = None,
    dask: Dask = None,
    folder: Folder = None,
    lang: LangOption = Lang.en,
    output: AnswerPlace = None,
    overwrite: Overwrite = False,
) -> None:
    """Divide under several policies, and show them side by side.

    What each policy reaches, the load of each municipality, who gains and who loses, and which
    policies are better than others or the same. Numbers that a policy leaves open are marked: another
    plan that is as good may have others. At the fractional optimum unless --whole.

    \b
    Examples:
      verdeling compare instances/enschede --lang nl
      verdeling compare instances/enschede --policy leximin --policy utilitarian --common-ground
      verdeling compare instances/enschede --baseline proportional --all -o comparison.xlsx
      verdeling compare instances/enschede --whole --jobs 4 --folder kept
      verdeling compare instances/enschede -o runs.duckdb
    """  # noqa: D301
    with refusing(folder):
        keep = adding_runs(output, overwrite=overwrite)
        if output and keep is None:
            check_place(output, overwrite=overwrite)
        instance = path.read()
        with hired(jobs, dask) as executor, progress() as listener:
            found = compare(
                instance,
                policy or None,
                scenario or None,
                executor,
                whole=whole,
                room=room,
                time_limit=time_limit,
                baseline=baseline,
                progress=listener,
                folder=folder,
                keep=keep,
            )
        screen = Screen()
        ComparisonDisplay(screen, found, lang.language).show(every=every)
        agreed = common_ground(found) if ground and len(found.loads) else None
        if agreed:
            screen.line()
            show_common_ground(screen, agreed, found, lang.language)
        if output and keep is None:
            write_comparison(found, output, ground=agreed, lang=lang.language, overwrite=overwrite)
        if output:
            typer.echo(say("screen.written", lang.language, path=name_of(output)))
        raise typer.Exit(_code(found.status["status"], solved=bool(len(found.loads))))


def show_price(
    path: InstancePath,
    policy: PolicyName = "leximin",
    efficiency: Efficiency = "waiting:total",
    fairness: Fairness = "relative_load:largest_deviation",
    points: Points = 11,
    scenario: ScenarioName = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Show what fairness costs: the best of one goal for each value of another.

    What the policy puts before both goals is settled first. In fractional places.

    \b
    Examples:
      verdeling frontier instances/enschede
      verdeling frontier instances/enschede --efficiency cost --fairness relative_load:maximum
      verdeling frontier instances/three-towns --efficiency moves --fairness relative_load:maximum
    """  # noqa: D301
    with refusing():
        if output:
            check_place(output, overwrite=overwrite)
        with progress() as listener:
            found = frontier(
                path.read(),
                policy,
                _goal(efficiency),
                _goal(fairness),
                points,
                scenario=scenario,
                progress=listener,
            )
        show_frontier(Screen(), found, lang.language)
        if output:
            write_frontier(found, output, lang=lang.language, overwrite=overwrite)
            typer.echo(say("screen.written", lang.language, path=output))


def show_lies(
    path: InstancePath,
    policy: Policies = None,
    part: Part = 0.1,
    scenario: ScenarioName = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Show what municipalities gain by overstating needs or understating supply.

    Each municipality misstates alone, and all is divided anew under each policy; gains are counted
    in truth. Takes two divisions for each municipality and policy.

    \b
    Examples:
      verdeling manipulation instances/three-towns
      verdeling manipulation instances/enschede --policy leximin --part 0.2 -o gains
    """  # noqa: D301
    with refusing():
        if output:
            check_place(output, overwrite=overwrite)
        instance = path.read()
        with progress() as listener:
            found = manipulation(instance, policy or None, part, scenario=scenario, progress=listener)
        show_manipulation(Screen(), found, lang.language)
        if output:
            write_manipulation(found, output, lang=lang.language, overwrite=overwrite)
            typer.echo(say("screen.written", lang.language, path=output))
        raise typer.Exit(_code(found.gains["status"], solved=bool(len(found.summary))))


def _goal(text: str) -> Goal:
    """A goal from its measure and, after a colon, its aggregate; the total unless stated."""
    measure, _, aggregate = text.partition(":")
    if measure not in MEASURES:
        what, why = f"There is no measure {measure!r}.", "A frontier weighs two measures."
        problem = Problem("unknown-goal", what, why, nearest(measure, MEASURES), value=text)
        raise PolicyError("There is no frontier.", [problem])
    return Goal(measure=measure, aggregate=aggregate or "total")


def _code(status: pd.Series[str], *, solved: bool) -> int:
    """Exit code: without any division that of the reason."""
    if solved:
        return 0
    return INFEASIBLE if (status == "infeasible").any() else NOTHING


COMMANDS = {
    "compare": compare_policies,
    "frontier": show_price,
    "manipulation": show_lies,
}
