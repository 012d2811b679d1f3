"""The commands `one-more`, `what-if` and `tornado`: what would change, and by how much."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.cli.changes import read_changes
from verdeling.cli.display import Display
from verdeling.cli.effects import show_effect
from verdeling.cli.ending import INFEASIBLE, refusing
from verdeling.cli.keeping import Answer, check_place
from verdeling.cli.naming import found
from verdeling.cli.options import InstancePath, Lang, LangOption, Output, Overwrite, PolicyName, ScenarioName
from verdeling.cli.progress import busy, progress
from verdeling.cli.solving import settled, show_answer
from verdeling.errors import Problem, VerdelingError, nearest
from verdeling.explaining.asking.desk import Desk
from verdeling.explaining.asking.one_more import one_more
from verdeling.explaining.asking.swings import tornado
from verdeling.explaining.asking.what_if import what_if
from verdeling.language import number, say
from verdeling.limits import binding_limits, repeated
from verdeling.names import Names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verdeling.solution import Solution

Agreements = Annotated[
    list[str] | None, typer.Option("--agreement", metavar="ID", help="Only limits of it; may be repeated.")
]
Towns = Annotated[
    list[str] | None,
    typer.Option("--municipality", metavar="NAME", help="Only limits there, by id or name; may be repeated."),
]
Families = Annotated[
    list[str] | None,
    typer.Option("--family", metavar="KIND", help="Only limits of a kind, such as capacity or agreement."),
]
Most = Annotated[int, typer.Option("--most", metavar="N", min=1, help="At most so many limits.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="CHANGE", help="TABLE:ROW=VALUE or TABLE:ROW:COLUMN=VALUE; repeatable."),
]
Agrees = Annotated[
    list[str] | None,
    typer.Option("--agree", metavar="AGREEMENT", help="MEASURE SENSE VALUE: SCOPE; may be repeated."),
]
Changes = Annotated[
    Path | None, typer.Option("--changes", metavar="FILE", help="Changes in a .csv or .toml.")
]
Part = Annotated[float, typer.Option("--part", metavar="PART", help="How much higher and lower, of 1.")]


def show_one_more(
    path: InstancePath,
    agreement: Agreements = None,
    municipality: Towns = None,
    family: Families = None,
    most: Most = 10,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Say what one more, and one less, of a limit that binds would change.

    Found by solving again for each. Of every kind of limit the one that matters most comes first, then
    of every kind the next; a limit of money moves by EUR 100,000.

    \b
    Examples:
      verdeling one-more instances/three-towns --lang nl
      verdeling one-more instances/enschede --municipality Borne --family agreement
      verdeling one-more instances/enschede --agreement room_for_regular --most 20 -o margins.xlsx
    """  # noqa: D301
    with refusing():
        check_place(output, overwrite=overwrite)
        solution = settled(path, policy, scenario, lang.language)
        towns = found(solution.instance, "municipality", municipality or [])
        _refuse_unknown(solution, {"agreement": agreement or [], "family": family or []})
        desk = Desk.of(solution)
        wanted = {"agreement": agreement or [], "municipality": towns, "family": family or []}
        rows = _binding(desk.plan, wanted)
        with progress(lang.language) as listener:
            margins = one_more(solution, rows[:most], desk=desk, progress=listener)
        told = margins.sentences(lang.language)
        if not told:
            told = [say("ask.same" if rows else "ask.no_limits", lang.language)]
        if len(rows) > most:
            left = number(len(rows) - most, lang.language)
            told.append(say("ask.rest", lang.language, count=left))
        show_answer(solution, told, lang.language)
        tables = {name: getattr(margins, name) for name in ("limits", "steps", "goals", "loads")}
        answer = Answer(solution.instance, (solution.policy,), "title.one_more", told, tables, wanted)
        answer.keep(output, lang.language, overwrite=overwrite)


def show_what_if(
    path: InstancePath,
    put: Sets = None,
    agree: Agrees = None,
    changes: Changes = None,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Divide again with other numbers or a new agreement, and say what differs.

    ROW is what tells the row: ids, names and years, with commas between them. Without COLUMN the amount
    changes (households, places, hours, the number of an agreement); += -= and *= reckon from it, *= also
    for several rows at once. An agreement is a measure, a bound and, after a colon, whom it is about. A
    file has the columns table, row, column and value (.csv), or lists "set" and "agree" and rows in
    [[add]] (.toml).

    \b
    Examples:
      verdeling what-if instances/three-towns --set supply:Beedorp,2025=5
      verdeling what-if instances/enschede --set "needs:statushouders*=1.2" --lang nl
      verdeling what-if instances/enschede --set "support:Aveleijn,2026-=100"
      verdeling what-if instances/enschede --set agreements:room_for_regular=65%
      verdeling what-if instances/enschede --set agreements:ons_huis_youth_care:strength=2
      verdeling what-if instances/enschede --agree "places >= 30: Borne, statushouders, 2027"
      verdeling what-if instances/enschede --agree "share_of_need >= 80%: youth_care, municipality=*"
      verdeling what-if instances/enschede --changes ours.toml -o differences.xlsx
    """  # noqa: D301
    with refusing():
        check_place(output, overwrite=overwrite)
        solution = settled(path, policy, scenario, lang.language)
        asked = read_changes(solution.instance, put or [], agree or [], changes)
        with busy(lang.language):
            answered = what_if(solution, asked)
        told = answered.sentences(lang.language)
        screen = show_answer(solution, told, lang.language)
        tables = {"goals": answered.effect.goals, "loads": answered.effect.loads}
        if answered.possible:
            show_effect(screen, answered.effect, Names.of(solution.instance, lang.language))
            kinds = ("placements", "waiting", "builds", "support")
            tables |= {kind: answered.differences(kind) for kind in kinds}
        else:
            Display(screen, answered.after, lang.language).conflict()
        said = {"set": put or [], "agree": agree or [], "changes": str(changes or "")}
        answer = Answer(solution.instance, (solution.policy,), "title.what_if", told, tables, said)
        answer.keep(output, lang.language, overwrite=overwrite)
        raise typer.Exit(0 if answered.possible else INFEASIBLE)


def show_tornado(
    path: InstancePath,
    part: Part = 0.1,
    most: Annotated[int, typer.Option("--most", metavar="N", min=1, help="At most so many are shown.")] = 12,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Show which input moves the outcome most: each a part higher and a part lower.

    Inputs are the needs of a group, the supply of a place type, the hours of a provider and the
    number of an agreement. What makes the division impossible comes first, then what moves most load
    between municipalities.

    \b
    Examples:
      verdeling tornado instances/three-towns --lang nl
      verdeling tornado instances/enschede --part 0.2 -o tornado.xlsx
    """  # noqa: D301
    with refusing():
        check_place(output, overwrite=overwrite)
        solution = settled(path, policy, scenario, lang.language)
        with progress(lang.language) as listener:
            swings = tornado(solution, part, progress=listener)
        told = swings.sentences(lang.language) or [say("ask.same", lang.language)]
        shown = told[:most]
        if len(told) > most:
            left = number(len(told) - most, lang.language)
            shown.append(say("ask.rest", lang.language, count=left))
        show_answer(solution, shown, lang.language)
        tables = {"swings": swings.table}
        answer = Answer(solution.instance, (solution.policy,), "title.tornado", told, tables, {"part": part})
        answer.keep(output, lang.language, overwrite=overwrite)


def _binding(plan: Solution, wanted: Mapping[str, Sequence[str]]) -> list[int]:
    """Limits that bind and are asked about: of every kind the most important, then of every kind the next."""
    limits = binding_limits(plan)
    limits = limits[~repeated(limits, plan.instance)]
    limits = limits.sort_values(["rank", "price"], na_position="last", kind="stable").drop_duplicates("row")
    for column, ids in wanted.items():
        if ids:
            limits = limits[[not set(ids).isdisjoint(cell.split("; ")) for cell in limits[column]]]
    turn = limits.groupby(["family", "agreement", "provider"], sort=False).cumcount()
    limits = limits.loc[turn.sort_values(kind="stable").index]
    return limits["row"].astype(int).tolist()


def _refuse_unknown(solution: Solution, asked: Mapping[str, Sequence[str]]) -> None:
    """Refuse agreements and kinds of limits that are not there."""
    known = {
        "agreement": solution.instance.tables["agreements"]["agreement"].tolist(),
        "family": solution.rows["family"].unique().tolist(),
    }
    problems = [
        Problem(
            f"unknown-{kind}",
            f"There is no {kind} {name}.",
            "Only what limits the division can give way.",
            nearest(name, known[kind]),
            value=name,
        )
        for kind, names in asked.items()
        for name in names
        if name not in known[kind]
    ]
    if problems:
        raise VerdelingError("It is not clear what is asked about.", problems)


COMMANDS = {
    "one-more": show_one_more,
    "what-if": show_what_if,
    "tornado": show_tornado,
}
