"""What differs between two divisions, and what stands in the way of a wish, as tables on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.cli.solving import show_table
from verdeling.comparing.words import signed
from verdeling.language import listed, number, say, span
from verdeling.phrases import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from verdeling.cli.screen import Screen
    from verdeling.explaining.asking.effects import Effect
    from verdeling.explaining.asking.wishes import WhyNot
    from verdeling.language import Language
    from verdeling.names import Names

_MOST = 8
"""Limits that are shown of what stands in the way."""

_SCOPES = ["municipality", "group", "place_type", "supplier", "provider", "project"]


def show_effect(screen: Screen, effect: Effect, names: Names) -> None:
    """Show the goals and the relative loads that differ: before, after and the change.

    Parameters
    ----------
    screen : Screen
        Where it is shown.
    effect : Effect
        What differs.
    names : Names
        What people call things.
    """
    words, lang = Wording(names), names.lang
    goals = [
        [
            f"{row['goal']}. {words.goal(row['measure'], row['aggregate'], row['stage'])}",
            *_numbers(row, lang, 0 if row["unit"] == "EUR" else 2),
            words.unit(row["unit"]),
        ]
        for row in effect.goals.to_dict("records")
    ]
    goals = [row for row in goals if row[1] != row[2]]
    columns = ("before", "after", "change")
    show_table(screen, "title.goals_differ", ("goal", *columns, "unit"), goals, lang, unit=True)
    loads = [
        [names.name("municipality", row["municipality"]), *_numbers(row, lang, 2)]
        for row in effect.loads.to_dict("records")
    ]
    show_table(
        screen,
        "title.loads_differ",
        ("municipality", *columns),
        [row for row in loads if row[1] != row[2]],
        lang,
    )


def show_way(screen: Screen, wish: WhyNot, names: Names) -> None:
    """Show what can be reached after each goal until a wish is out of reach, and what stands in the way.

    Parameters
    ----------
    screen : Screen
        Where it is shown.
    wish : WhyNot
        Of a municipality.
    names : Names
        What people call things.
    """
    words, lang = Wording(names), names.lang
    fits = wish.chain["granted"].astype(bool)
    chain = wish.chain[fits.shift(fill_value=True).cummin()]
    rows = [
        [
            f"{row['goal']}. {words.goal(row['measure'], row['aggregate'], '')}"
            if row["goal"]
            else say("wish.hard", lang),
            *(number(row[side], lang, 0) for side in ("least", "most")),
            say(f"value.{bool(row['granted'])}", lang),
        ]
        for row in chain.to_dict("records")
    ]
    show_table(screen, "title.chain", ("held", "least", "most", "granted"), rows, lang)
    limits = [[text, number(price, lang)] for text, price in _limits(wish, words)[:_MOST]]
    show_table(screen, "title.in_the_way", ("limit", "places"), limits, lang)


def _limits(wish: WhyNot, words: Wording) -> list[tuple[str, float]]:
    """What limits are and are about, those that differ by their year alone as one; with their prices."""
    limits = wish.limits.assign(price=wish.limits["price"].round(2))
    alike = limits.groupby(["price", "family", "agreement", *_SCOPES], sort=False)
    rows = alike["year"].agg(list).reset_index()
    return [(_limit(row, words), row["price"]) for row in rows.to_dict("records")]


def _limit(row: Mapping[Any, Any], words: Wording) -> str:
    """What a limit is and is about; an agreement with its text."""
    names = words.names
    kind = say(f"family.{row['family']}", names.lang)
    about = [names.name(scope, str(row[scope])) for scope in ["agreement", *_SCOPES] if row[scope]]
    years = sorted({int(year) for each in row["year"] for year in each.split("; ") if year})
    if years and years[-1] - years[0] == len(years) - 1:
        about.append(span(years, names.lang))
    elif years:
        about.append(listed([str(year) for year in years], names.lang, most=len(years)))
    return f"{kind}: {', '.join(about)}" if about else kind


def _numbers(row: Mapping[Any, Any], lang: Language, decimals: int) -> list[str]:
    before, after = (number(row[side], lang, decimals, fixed=True) for side in ("before", "after"))
    return [before, after, signed(row["change"], lang, decimals)]
