"""The commands `why`, `room` and `repair`: how numbers came about, what is still free, and ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.adapters import read_instance
from verdeling.cli.options import InstancePath, Lang, LangOption, PolicyName, ScenarioName, TimeLimit
from verdeling.cli.progress import progress
from verdeling.cli.screen import Screen
from verdeling.comparing.display import show_headline
from verdeling.engine import solve
from verdeling.explaining.freedom.room import room
from verdeling.explaining.freedom.words import room_sentences
from verdeling.explaining.repairing.repairs import repair
from verdeling.explaining.tracing.trace import trace_paths, why

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from verdeling.solution import Solution

    Refusing = Callable[[], AbstractContextManager[None]]

Municipality = Annotated[
    str | None, typer.Argument(metavar="[MUNICIPALITY]", help="Its id; by default all of them.")
]
Group = Annotated[
    str | None, typer.Option("--group", metavar="ID", help="The places of one group, in place of the load.")
]
OrderFree = Annotated[
    bool, typer.Option("--order-free", help="Effects that do not depend on the order of steps (Shapley).")
]
Groups = Annotated[bool, typer.Option("--groups", help="Also the places of every group.")]
Whole = Annotated[bool, typer.Option("--whole", help="Of the division in whole places; takes longer.")]
Slack = Annotated[
    float,
    typer.Option("--slack", metavar="PART", min=0.0, max=1.0, help="How far the last goals may give way."),
]


def register_explaining(app: typer.Typer, refusing: Refusing, epilog: str = "") -> None:
    """Add the commands to a command line.

    Parameters
    ----------
    app : Typer
        The command line.
    refusing : callable
        Gives a context in which what is refused is shown, and the program ends with its exit code.
    epilog : str
        Below the help of each command.
    """
    _register_why(app, refusing, epilog)
    _register_room(app, refusing, epilog)
    _register_repair(app, refusing, epilog)


def _register_why(app: typer.Typer, refusing: Refusing, epilog: str) -> None:
    @app.command(name="why", epilog=epilog)
    def show_paths(
        path: InstancePath,
        municipality: Municipality = None,
        group: Group = None,
        order_free: OrderFree = False,
        whole: Whole = False,
        policy: PolicyName = "leximin",
        scenario: ScenarioName = None,
        lang: LangOption = Lang.en,
    ) -> None:
        """Say step by step how a municipality's number follows from its fair share.

        From the share under the key, through supply, projects, support, agreements and earlier goals, to
        the result; the steps add up.

        \b
        Examples:
          verdeling why instances/enschede GM0147 --lang nl
          verdeling why instances/three-towns --whole
        """  # noqa: D301
        with refusing():
            solution = _solved(path, policy, scenario, whole=whole)
            if municipality is None:
                told = trace_paths(solution, group=group, order_free=order_free).sentences(lang.language)
            else:
                found = why(solution, municipality, group=group, order_free=order_free)
                told = [found.sentence(lang.language)]
            _show(solution, told, lang)


def _register_room(app: typer.Typer, refusing: Refusing, epilog: str) -> None:
    @app.command(name="room", epilog=epilog)
    def show_room(
        path: InstancePath,
        groups: Groups = False,
        slack: Slack = 0.01,
        whole: Whole = False,
        policy: PolicyName = "leximin",
        scenario: ScenarioName = None,
        time_limit: TimeLimit = None,
        lang: LangOption = Lang.en,
    ) -> None:
        """Show what is still free: what each municipality can carry with every goal still met.

        \b
        Examples:
          verdeling room instances/enschede --policy proportional --lang nl
          verdeling room instances/three-towns --groups
        """  # noqa: D301
        with refusing():
            solution = _solved(path, policy, scenario, whole=whole)
            found = room(solution, groups, slack, time_limit=time_limit)
            _show(solution, room_sentences(found, lang.language), lang)


def _register_repair(app: typer.Typer, refusing: Refusing, epilog: str) -> None:
    @app.command(name="repair", epilog=epilog)
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
            instance = read_instance(path).in_scenario(scenario)
            found = repair(instance, policy, whole=whole, time_limit=time_limit)
            screen = Screen()
            show_headline(screen, instance, instance.about.scenario, lang.language)
            screen.line()
            screen.bullets(found.sentences(lang.language))


def _solved(path: Path, policy: str, scenario: str | None, *, whole: bool) -> Solution:
    with progress() as listener:
        return solve(read_instance(path), policy, scenario=scenario, whole=whole, progress=listener)


def _show(solution: Solution, told: list[str], lang: Lang) -> None:
    screen = Screen()
    show_headline(screen, solution.instance, solution.instance.about.scenario, lang.language)
    screen.line()
    screen.bullets(told)
