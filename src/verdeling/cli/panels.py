"""The commands in the order of the work, each part under a heading of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from verdeling.cli.ending import add

PANELS = {
    "Data": {
        "check": "data",
        "template": "data",
        "map": "mapping",
        "needs": "needs",
        "cbs": "cbs",
        "plans": "plans",
        "convert": "data",
        "generate": "data",
        "schema": "data",
    },
    "Solve": {"solve": "solve", "verify": "verifying", "divide": "divide", "policies": "data"},
    "Compare": {
        "compare": "compare",
        "frontier": "compare",
        "manipulation": "compare",
        "rollup": "rollup",
        "runs": "runs",
        "study": "uncertain",
        "two-stage": "uncertain",
    },
    "Explain": {
        "explain": "explain",
        "why": "explaining",
        "one-more": "asking",
        "what-if": "asking",
        "tornado": "asking",
        "room": "explaining",
        "alternatives": "explaining",
    },
    "Disagree": {
        "why-not": "wishing",
        "what-would-it-take": "wishing",
        "judge": "judging",
        "urgency": "judging",
        "repair": "ways_out",
        "reach": "ways_out",
        "conflicts": "ways_out",
        "enlarge": "ways_out",
    },
    "Meet": {
        "table": "meeting",
        "replay": "meeting",
        "report": "report",
        "papers": "report",
        "drafts": "report",
    },
}
"""Commands by heading, and the module of each."""

_LONG = 200
"""No first sentence of a help text is longer."""


def _alone(name: str, command: Any) -> typer.Typer:
    """A command as a command line of its own; a group of commands is one already."""
    if isinstance(command, typer.Typer):
        return command
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    add(alone, {name: command})
    return alone


class Commands(Mapping[str, Any]):
    """Every command by its name, loaded when it is first asked for: all of them take half a second."""

    def __init__(self) -> None:
        self._homes = {name: home for commands in PANELS.values() for name, home in commands.items()}
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            home = import_module(f"verdeling.cli.{self._homes[name]}")
            self._loaded[name] = get_command(_alone(name, home.COMMANDS[name]))
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)


class Panels(TyperGroup):
    """A group of commands that are listed under headings, as plain text that can be piped and searched."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = Commands()  # type: ignore[assignment]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write every heading with its commands."""
        width = max(map(len, self.commands))
        for heading, names in PANELS.items():
            with formatter.section(heading):
                formatter.write_dl(
                    [(name.ljust(width), self.commands[name].get_short_help_str(_LONG)) for name in names]
                )
