"""The card of each kind of thing; none computes what takes time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verdeling.comparing.words import goal_headings, measured
from verdeling.language import language, number, percent, say, span
from verdeling.phrases import titles
from verdeling.reporting.content import Content
from verdeling.showing.card import MOST, Card
from verdeling.statements import Statements, estimates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from verdeling.about import About
    from verdeling.comparing.comparison import Comparison
    from verdeling.comparing.tradeoff import Frontier
    from verdeling.explaining.explanation import Explanation
    from verdeling.explaining.freedom.room import Room
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.rolling.rollup import Rollup
    from verdeling.shown import Shown
    from verdeling.solution import Solution

_SUMMED = ("municipalities", "groups", "place_types", "agreements")
_INDICATORS = ("coverage", "waiting", "heaviest", "lightest", "gini")
_FEW = 5
"""So many sentences of an answer; all are a call away."""


def card_of(thing: Shown, lang: Language) -> Card:
    """The card of a thing.

    Parameters
    ----------
    thing : Shown
        One of the kinds below.
    lang : {"nl", "en"}
        Language of the card.

    Raises
    ------
    VerdelingError
        If there is no such language.
    """
    return _CARDS[type(thing).__name__](thing, language(lang))


def _title(about: About, lang: Language) -> str:
    """What an instance is about, with its years and scenario."""
    known = str(about.years[0]) in about.title
    years = "" if known else say("screen.years", lang, years=span(about.years, lang))
    scenario = say("screen.scenario", lang, scenario=about.scenario) if about.scenario else ""
    return say("screen.headline", lang, title=about.title, years=years, scenario=scenario)


def _first(rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    """The first rows, and how many there are besides."""
    return {"rows": rows[:MOST], "hidden": max(len(rows) - MOST, 0)}


def _instance(thing: Instance, lang: Language) -> Card:
    """What an instance holds, and its municipalities."""
    tables, about = thing.tables, thing.about
    counts = [f"{number(len(tables[name]), lang)} {say(f'summary.{name}', lang)}" for name in _SUMMED]
    towns, needs = tables["municipalities"], tables["needs"]
    asked = needs[needs["scenario"].isin(["", about.scenario])]
    counts.append(f"{number(asked['households'].sum(), lang)} {say('summary.needs', lang)}")
    scenarios = [", ".join(thing.scenarios)] if thing.scenarios else []
    lines = [", ".join(counts) + "."]
    lines += [f"{say('show.scenarios', lang)}: {each}." for each in scenarios]
    rows = [
        (str(name), str(region), number(population, lang))
        for name, region, population in towns[["name", "region", "population"]].itertuples(index=False)
    ]
    return Card(
        lang,
        _title(about, lang),
        [*lines, *estimates(thing, lang)],
        say("table.municipalities", lang),
        [say(f"heading.{column}", lang) for column in ("municipality", "region", "population")],
        words=2,
        calls=[("vd.solve(instance)", "solve"), ("vd.compare(instance)", "compare")],
        **_first(rows),
    )


def _solution(thing: Solution, lang: Language) -> Card:
    """The status, who is housed, and who carries what, the heaviest first."""
    if not thing.has_numbers:
        return _without_numbers(thing, lang)
    content = Content.of(thing, lang=lang)
    loads = content.loads.sort_values(["relative_load", "name"], ascending=[False, True])
    kept = ["name", "places", "load", "fair_load", "relative_load"]
    rows = [
        (
            str(name),
            number(places, lang, 1, fixed=not thing.whole),
            *(number(value, lang, 1, fixed=True) for value in (load, fair)),
            number(relative, lang, fixed=True),
        )
        for name, places, load, fair, relative in loads[kept].itertuples(index=False)
    ]
    columns = ("municipality", "places", "load", "fair_load", "relative_load")
    return Card(
        lang,
        _title(thing.instance.about, lang),
        [*_status(thing, lang), *content.headlines, *estimates(thing.instance, lang)],
        say("title.loads", lang),
        [say(f"heading.{column}", lang) for column in columns],
        calls=[
            ("vd.explain(solution)", "explain"),
            ("solution.plot.loads()", "plot"),
            ('vd.write_report(solution, "report.html")', "report"),
        ],
        **_first(rows),
    )


def _status(thing: Solution, lang: Language) -> list[str]:
    """Under which policy, how sure, and in which kind of places."""
    title, question = titles(thing.policy, lang)
    places = say("value.whole" if thing.whole else "value.fractional", lang)
    status = say("screen.places", lang, status=say(f"status.{thing.status}", lang), places=places)
    return [
        say("screen.policy", lang, policy=title, question=question).strip(),
        say("screen.status", lang, status=status),
    ]


def _without_numbers(thing: Solution, lang: Language) -> Card:
    """Why there is no plan."""
    status = say("screen.status", lang, status=say(f"status.{thing.status}", lang))
    if thing.status == "unsolved":
        return Card(lang, _title(thing.instance.about, lang), [status, say("screen.unsolved", lang)])
    told = [line.removeprefix("- ") for line in Statements.of(thing).sentences(lang)]
    calls = [("vd.repair(instance)", "repair"), ("vd.explain(solution)", "conflict")]
    return Card(lang, _title(thing.instance.about, lang), [status, *told], calls=calls)


def _explanation(thing: Explanation, lang: Language) -> Card:
    """What binds, from prices that are known; what takes time is only named."""
    if not thing.solution.has_numbers:
        return _without_numbers(thing.solution, lang)
    statements = thing.statements
    told = [statement.text for statement in statements.highlights(lang)]
    rest = len(told) - _FEW
    more = [say("show.more_said", lang, count=number(rest, lang))] if rest > 0 else []
    return Card(
        lang,
        _title(thing.solution.instance.about, lang),
        [*_status(thing.solution, lang), *told[:_FEW], *more, *statements.notes(lang)],
        calls=[
            ("explanation.sentences()", "sentences"),
            ("explanation.paths", "paths"),
            ("explanation.room", "room"),
            ("explanation.plot.room()", "plot"),
        ],
    )


def _comparison(thing: Comparison, lang: Language) -> Card:
    """What each policy reaches in a few indicators."""
    table = thing.indicators
    names = [name for name in _INDICATORS if name in set(table["indicator"])]
    rows = []
    for policy, scenario, status in thing.status[["policy", "scenario", "status"]].itertuples(index=False):
        own = table[(table["policy"] == policy) & (table["scenario"] == scenario)].set_index("indicator")
        cells = [
            measured(own.loc[name, "value"], own.loc[name, "unit"], lang) if name in own.index else ""
            for name in names
        ]
        rows.append(
            (_named(thing, policy, scenario, lang), say(f"status.{status}", lang).split(",")[0], *cells)
        )
    headings = [say("heading.policy", lang), say("heading.status", lang)]
    return Card(
        lang,
        _title(thing.instance.about, lang),
        [say("show.yardstick", lang, policy=_named(thing, thing.yardstick, "", lang)),
         *estimates(thing.instance, lang)],
        say("show.side_by_side", lang),
        [*headings, *(say(f"indicator.{name}", lang) for name in names)],
        words=2,
        calls=[
            ("comparison.winners", "winners"),
            ("comparison.plot.policies()", "plot"),
            ("vd.common_ground(comparison)", "ground"),
        ],
        **_first(rows),
    )  # fmt: skip


def _named(thing: Comparison, policy: str, scenario: str, lang: Language) -> str:
    """Title of a policy, with the scenario where there are several."""
    known = {each.name: titles(each, lang)[0] for each in thing.policies}
    name = known.get(policy, policy)
    return f"{name} ({scenario})" if scenario and len(thing.scenarios) > 1 else name


def _frontier(thing: Frontier, lang: Language) -> Card:
    """The values of both goals at every point."""
    rows = [
        (number(point, lang), number(efficiency, lang), number(fairness, lang))
        for point, efficiency, fairness in thing.points[["point", "efficiency", "fairness"]].itertuples(
            index=False
        )
    ]
    return Card(
        lang,
        _title(thing.instance.about, lang),
        estimates(thing.instance, lang),
        say("show.frontier", lang),
        [say("show.point", lang), *goal_headings(thing, lang)],
        calls=[("frontier.plot.frontier()", "plot"), ("frontier.loads", "loads")],
        **_first(rows),
    )


def _room(thing: Room, lang: Language) -> Card:
    """How far each load can move."""
    exact = thing.ranges[~thing.ranges["loosened"].astype(bool) & (thing.ranges["group"] == "")]
    rows = [
        (str(name), *(number(value, lang, 1, fixed=True) for value in values), say(f"show.{freedom}", lang))
        for name, *values, freedom in exact[["name", "lowest", "value", "highest", "freedom"]].itertuples(
            index=False
        )
    ]
    columns = ("lowest", "load", "highest", "freedom")
    return Card(
        lang,
        _title(thing.solution.instance.about, lang),
        [],
        say("title.room", lang),
        [say("heading.municipality", lang), *(say(f"heading.{column}", lang) for column in columns)],
        calls=[("vd.room_sentences(room)", "sentences"), ("room.trades", "trades")],
        **_first(rows),
    )


def _said(title: str, call: str) -> Callable[[Any, Language], Card]:
    """A card of an answer in sentences: the first of them, and how to have all."""

    def make(thing: Any, lang: Language) -> Card:
        told = thing.sentences(lang)
        rest = [say("show.more_said", lang, count=number(len(told) - _FEW, lang))] if len(told) > _FEW else []
        lines = [line.removeprefix("- ") for line in told[:_FEW]]
        heading = f"{_title(thing.instance.about, lang)}: {say(title, lang)}"
        return Card(lang, heading, [*lines, *rest], calls=[(call, "sentences")])

    return make


def _rollup(thing: Rollup, lang: Language) -> Card:
    """Sums and coverage of every area, the total first."""
    indicators = thing["indicators"].query("indicator == 'coverage'").set_index(["level", "area"])["value"]
    rows = [
        (
            row["area"] or say("level.total", lang),
            number(row["needs"], lang, 0),
            number(row["served"], lang, 0),
            percent(indicators[row["level"], row["area"]], lang, 1),
            number(row["waiting"], lang, 0),
        )
        for row in thing["areas"].to_dict("records")
    ]
    headings = [say(f"brief.{name}", lang) for name in ("needs", "served", "coverage", "waiting")]
    return Card(
        lang,
        say("rollup.title", lang),
        thing.sentences(lang),
        say("rollup.sums", lang),
        [say("heading.area", lang), *headings],
        calls=[('rollup["indicators"]', "indicators"), ('vd.write_rollup(rollup, "country")', "written")],
        **_first(rows),
    )


_CARDS: dict[str, Callable[[Any, Language], Card]] = {
    "Instance": _instance,
    "Solution": _solution,
    "Explanation": _explanation,
    "Comparison": _comparison,
    "Frontier": _frontier,
    "Room": _room,
    "Paths": _said("title.paths", "paths.sentences()"),
    "Repairs": _said("title.repairs", "repairs.sentences()"),
    "Rollup": _rollup,
}
