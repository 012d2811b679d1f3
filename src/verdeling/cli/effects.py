"""What differs between two divisions, and what stands in the way of a wish, as tables on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.cli.solving import show_table
from verdeling.comparing.words import signed
from verdeling.language import number, say
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

_SCOPES = ("municipality", "group", "place_type", "supplier", "provider", "project", "year")


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
    limits = [
        [_limit(row, words), number(row["price"], lang)] for row in wish.limits.head(_MOST).to_dict("records")
    ]
    show_table(screen, "title.in_the_way", ("limit", "places"), limits, lang)


def _limit(row: Mapping[Any, Any], words: Wording) -> str:
    """What a limit is and is about."""
    names = words.names
    about = [names.name(scope, str(row[scope])) for scope in _SCOPES if row[scope]]
    kind = say(f"family.{row['family']}", names.lang)
    return f"{kind}: {', '.join(about)}" if about else kind


def _numbers(row: Mapping[Any, Any], lang: Language, decimals: int) -> list[str]:
    before, after = (number(row[side], lang, decimals, fixed=True) for side in ("before", "after"))
    return [before, after, signed(row["change"], lang, decimals)]
