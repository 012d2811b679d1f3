"""The command `divide`: a total over municipalities by a key alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.adapters.placing import placed
from verdeling.division import divide
from verdeling.errors import PolicyError, Problem
from verdeling.key_files import read_municipalities
from verdeling.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    import pandas as pd

    from verdeling.division import Division

Table = Annotated[
    Path, typer.Argument(metavar="TABLE", help="A .csv with the municipalities, or an instance.")
]
Total = Annotated[
    list[str] | None,
    typer.Option("--total", metavar="N", help="Places; CLASS=N, once per class, where there are classes."),
]
KeyName = Annotated[
    str, typer.Option("--key", metavar="KEY", help="A name in models/keys, or the path of a .toml.")
]
Year = Annotated[int | None, typer.Option("--year", metavar="N", help="Year of a phase-in; 0 is today.")]
Steps = Annotated[bool, typer.Option("--steps", help="What each step of the key does to each municipality.")]
Result = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write as .csv.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the file.")]


def register(
    app: typer.Typer, refusing: Callable[[], AbstractContextManager[None]], epilog: str = ""
) -> None:
    """Add the command to a command line.

    Parameters
    ----------
    app : Typer
        The command line.
    refusing : callable
        Gives a context in which what is refused is shown, and the program ends with its exit code.
    epilog : str
        Below the help of the command.
    """

    @app.command(name="divide", epilog=epilog)
    def divide_table(
        table: Table,
        key: KeyName,
        total: Total = None,
        year: Year = None,
        steps: Steps = False,
        output: Result = None,
        overwrite: Overwrite = False,
    ) -> None:
        """Divide a total over municipalities by a key alone: whole places that add up.

        \b
        Examples:
          verdeling divide municipalities.csv --total 13500 --key statutory-refugee-target
          verdeling divide instances/enschede --total 400 --key ours.toml --steps -o targets.csv
        """  # noqa: D301
        with refusing():
            division = divide(_totals(total or []), read_municipalities(table), key, year=year)
            shown = division.steps if steps else division.table
            _show(Screen(), shown, division)
            if output:
                with placed(output, overwrite=overwrite) as made:
                    shown.to_csv(made, index=False)


def _totals(stated: Sequence[str]) -> int | dict[str, int] | None:
    """A number, or a number by class; nothing where the key states it."""
    parts = [text.rpartition("=") for text in stated]
    wrong = [text for text, part in zip(stated, parts, strict=True) if not part[2].strip().isdigit()]
    if wrong or (len(parts) > 1 and not all(part[0] for part in parts)):
        what = f"The total is {' and '.join(wrong or stated)}."
        remedy = "Write --total 400, or --total CLASS=400 once per class."
        why = "Whole places are divided."
        raise PolicyError("The task cannot be divided.", [Problem("bad-total", what, why, remedy)])
    if parts and parts[0][0]:
        return {name.strip(): int(number) for name, _, number in parts}
    return int(parts[0][2]) if parts else None


def _show(screen: Screen, shown: pd.DataFrame, division: Division) -> None:
    words = [name for name in ("municipality", "class", "step") if name in shown]
    numbers = [name for name in shown if name not in words]
    labels = shown[words].agg(" · ".join, axis=1)
    whole = shown[numbers].map(lambda value: f"{value:,.2f}".removesuffix(".00"))
    rows = [[label, *cells] for label, cells in zip(labels, whole.to_numpy().tolist(), strict=True)]
    if list(numbers) == ["places"]:
        rows.append(["total", f"{shown['places'].sum():,}"])
    screen.table([" · ".join(words), *map(str, numbers)], rows, total=list(numbers) == ["places"])
    screen.bullets(division.notes)
