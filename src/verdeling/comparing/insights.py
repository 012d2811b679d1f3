"""What the screen shows beside a comparison: common ground, the price of fairness, the gain of a lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.comparing.display import show_headline, show_notes
from verdeling.comparing.incentives import LIES, OUTCOMES
from verdeling.comparing.side_by_side import NEAR
from verdeling.comparing.words import OPEN, ComparisonWords, failures, goal_headings, policy_labels
from verdeling.language import number, percent, say
from verdeling.names import Names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from verdeling.cli.screen import Screen
    from verdeling.comparing.comparison import Comparison
    from verdeling.comparing.consensus import CommonGround
    from verdeling.comparing.incentives import Manipulation
    from verdeling.comparing.tradeoff import Frontier
    from verdeling.language import Language

_DISCUSSED = 10
"""Differences that are shown of a common ground."""

_PLACE = ("municipality", "group", "place_type", "year")


def show_common_ground(screen: Screen, ground: CommonGround, comparison: Comparison, lang: Language) -> None:
    """Show what policies agree on by municipality, and where they differ most."""
    names, several = Names.of(comparison.instance, lang), len(comparison.scenarios) > 1
    screen.line(say("title.agreed", lang), "bold")
    everywhere = say("compare.everywhere", lang) if several else ""
    screen.line(say("compare.agreed", lang, share=percent(ground.share, lang), everywhere=everywhere))
    words = ComparisonWords(comparison, lang)
    moving = [OPEN if moves else "" for moves in words.open(ground.totals["freedom"])]
    rows = [
        [
            row["municipality"],
            *(f"{mark}{number(row[column], lang, 0)}" for column in ("agreed", "least", "most")),
            f"{mark}{percent(row['share'], lang)}",
        ]
        for row, mark in zip(names.in_words(ground.totals).to_dict("records"), moving, strict=True)
    ]
    columns = ("municipality", "agreed", "least", "most", "share")
    screen.table([_heading(column, lang) for column in columns], rows, total=False)
    screen.line(say("compare.at_least", lang), "dim")
    if ground.discuss.empty:
        return
    screen.line()
    screen.line(say("title.discuss", lang), "bold")
    differences = names.in_words(ground.discuss.head(_DISCUSSED)).to_dict("records")
    rows = [
        [
            " · ".join(str(row[column]) for column in _PLACE),
            *(number(row[column], lang, 0) for column in ("least", "most")),
        ]
        for row in differences
    ]
    headings = [" · ".join(_heading(column, lang) for column in _PLACE)]
    screen.table([*headings, _heading("least", lang), _heading("most", lang)], rows, total=False)


def show_frontier(screen: Screen, found: Frontier, lang: Language) -> None:
    """Show the points of a frontier."""
    show_headline(screen, found.instance, found.instance.about.scenario, lang)
    screen.line()
    screen.line(say("title.frontier", lang), "bold")
    columns = [_apart(found.points[column].to_numpy(), lang) for column in ("efficiency", "fairness")]
    points = [str(point) for point in found.points["point"]]
    rows = [list(row) for row in zip(points, *columns, strict=True)]
    screen.table([_heading("point", lang), *goal_headings(found, lang)], rows, total=False)
    if len(rows) == 1:
        screen.line(say("compare.one_point", lang))
    show_notes(screen, found.instance, lang)


def _apart(values: np.ndarray, lang: Language) -> list[str]:
    """Numbers with as many decimals as tell them apart."""
    steps = np.abs(np.diff(values))
    least = steps[steps > 0].min() if steps.any() else 1.0
    decimals = int(np.clip(2 - np.floor(np.log10(least) + NEAR), 0, 6))
    return [number(value, lang, decimals, fixed=True) for value in values]


def show_manipulation(screen: Screen, found: Manipulation, lang: Language) -> None:
    """Show, for each policy and lie, how many municipalities gain and who gains most."""
    labels = policy_labels(found.policies, lang)
    show_headline(screen, found.instance, found.instance.about.scenario, lang)
    screen.line()
    screen.line(say("title.gains", lang, part=percent(found.part, lang)), "bold")
    told = {
        (row["policy"], row["lie"], row["outcome"]): _gain(row, lang)
        for row in found.summary.to_dict("records")
    }
    problems = failures(found.gains, labels, Names.of(found.instance, lang))
    if problems:
        screen.bullets(problems)
    for lie in LIES:
        screen.line()
        screen.line(say(f"value.{lie}", lang), "italic")
        rows = [
            [label, *(told.get((name, lie, outcome), "") for outcome in OUTCOMES)]
            for name, label in labels.items()
        ]
        headings = [_heading(column, lang) for column in ("policy", *(f"gain_{each}" for each in OUTCOMES))]
        screen.table(headings, rows, total=False)
    show_notes(screen, found.instance, lang, say("compare.lies", lang), say("compare.counted", lang))


def _gain(row: Mapping[Any, Any], lang: Language) -> str:
    if not row["gaining"]:
        return "-"
    most = number(row["most"], lang, 1)
    return say("compare.most", lang, count=row["gaining"], name=row["name"], most=most)


def _heading(column: str, lang: Language) -> str:
    return say(f"heading.{column}", lang)
