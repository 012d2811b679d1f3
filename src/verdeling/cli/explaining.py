"""The commands `why`, `room` and `alternatives`: how numbers came about, and what is still free."""

from __future__ import annotations

from typing import Annotated

import typer

from verdeling.cli.ending import refusing
from verdeling.cli.keeping import Answer, check_place
from verdeling.cli.naming import found
from verdeling.cli.options import (
    GroupName,
    InstancePath,
    Lang,
    LangOption,
    Output,
    Overwrite,
    PolicyName,
    ScenarioName,
    TimeLimit,
    Whole,
)
from verdeling.cli.progress import busy
from verdeling.cli.solving import settled, show_answer
from verdeling.explaining.freedom.room import room
from verdeling.explaining.freedom.variety import alternatives
from verdeling.explaining.freedom.words import alternative_sentences, room_sentences
from verdeling.explaining.tracing.trace import trace_paths

Municipality = Annotated[
    str | None, typer.Argument(metavar="[MUNICIPALITY]", help="Its id or name; by default all of them.")
]
OrderFree = Annotated[
    bool, typer.Option("--order-free", help="Effects that do not depend on the order of steps (Shapley).")
]
Groups = Annotated[bool, typer.Option("--groups", help="Also the places of every group.")]
OfGroups = Annotated[
    bool, typer.Option("--groups", help="Plans that differ by the places of groups, not by loads.")
]
Slack = Annotated[
    float,
    typer.Option("--slack", metavar="PART", min=0.0, max=1.0, help="How far the last goals may give way."),
]
Count = Annotated[int, typer.Option("--count", metavar="N", min=1, help="At most so many plans.")]


def show_paths(
    path: InstancePath,
    municipality: Municipality = None,
    group: GroupName = None,
    order_free: OrderFree = False,
    whole: Whole = False,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    time_limit: TimeLimit = None,
    lang: LangOption = Lang.en,
) -> None:
    """Say step by step how a municipality's number follows from its fair share.

    From the share under the key, through supply, projects, support, agreements and earlier goals, to
    the result; the steps add up.

    \b
    Examples:
      verdeling why instances/enschede Borne --lang nl
      verdeling why instances/three-towns --whole
    """  # noqa: D301
    with refusing():
        solution = settled(path, policy, scenario, lang.language, whole=whole)
        of = found(solution.instance, "group", [group])[0] if group else None
        town = found(solution.instance, "municipality", [municipality])[0] if municipality else None
        paths = trace_paths(solution, group=of, order_free=order_free, time_limit=time_limit)
        told = [paths.of(town).sentence(lang.language)] if town else paths.sentences(lang.language)
        show_answer(solution, told, lang.language)


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
        solution = settled(path, policy, scenario, lang.language, whole=whole)
        with busy(lang.language):
            free = room(solution, groups, slack, time_limit=time_limit)
        show_answer(solution, room_sentences(free, lang.language), lang.language)


def show_alternatives(
    path: InstancePath,
    count: Count = 3,
    groups: OfGroups = False,
    whole: Whole = False,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    time_limit: TimeLimit = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Show plans that are as good in every goal, and as different from each other as can be.

    \b
    Examples:
      verdeling alternatives instances/enschede --policy utilitarian --count 2 --lang nl
      verdeling alternatives instances/three-towns --groups --policy own-first -o alternatives.xlsx
    """  # noqa: D301
    with refusing():
        check_place(output, overwrite=overwrite)
        solution = settled(path, policy, scenario, lang.language, whole=whole)
        with busy(lang.language):
            others = alternatives(solution, count, groups, time_limit=time_limit)
        told = alternative_sentences(others, lang.language)
        show_answer(solution, told, lang.language)
        tables = {"differences": others.differences, "numbers": others.numbers.drop(columns="name")}
        asked = {"count": count, "groups": groups}
        answer = Answer(solution.instance, (solution.policy,), "title.alternatives", told, tables, asked)
        answer.keep(output, lang.language, overwrite=overwrite)


COMMANDS = {
    "why": show_paths,
    "room": show_room,
    "alternatives": show_alternatives,
}
