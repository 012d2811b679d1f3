"""The commands in the order of the work, each part under a heading of its own."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

PANELS = {
    "Data": ("check", "template", "generate", "schema"),
    "Solve": ("solve", "divide", "policies"),
    "Compare": ("compare", "frontier", "manipulation", "study", "two-stage"),
    "Explain": (*("explain", "why", "one-more", "what-if", "tornado", "room", "alternatives"),),
    "Disagree": (
        *("why-not", "what-would-it-take", "judge", "urgency", "repair", "reach", "conflicts", "enlarge"),
    ),
}
"""Commands by heading."""

_LONG = 200
"""No first sentence of a help text is longer."""


class Panels(TyperGroup):
    """A group of commands that are listed under headings, as plain text that can be piped and searched."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write every heading with its commands."""
        width = max(map(len, self.commands))
        for heading, names in PANELS.items():
            with formatter.section(heading):
                formatter.write_dl(
                    [(name.ljust(width), self.commands[name].get_short_help_str(_LONG)) for name in names]
                )
