"""The command `verify`: check a written result from its files alone, without a solver."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from verdeling.certifying.verifying import verify_result
from verdeling.certifying.words import Telling
from verdeling.cli.ending import UNEXPECTED, refusing
from verdeling.cli.options import InstancePath, Lang, LangOption
from verdeling.cli.screen import Screen
from verdeling.language import say
from verdeling.policy import read_policy

Result = Annotated[Path, typer.Argument(metavar="RESULT", help="A folder that `verdeling solve -o` wrote.")]
Stated = Annotated[
    str, typer.Argument(metavar="POLICY", help="One that `verdeling policies` lists, or a .toml file.")
]


def verify(result: Result, path: InstancePath, policy: Stated, lang: LangOption = Lang.en) -> None:
    """Verify a written result from its files, the instance and the policy, without a solver.

    Every file is as it was written; every limit holds, in whole places exactly; every table follows
    from the division; and the certificate proves what is claimed of each goal, or how much is not. Where
    there is no division, it proves that the agreements in conflict cannot hold together. It ends with
    exit code 1, and says where, if anything is wrong.

    \b
    Examples:
      verdeling solve instances/enschede --scenario high -o result
      verdeling verify result instances/enschede leximin --lang nl
    """  # noqa: D301
    with refusing():
        instance, stated = path.read(), read_policy(policy)
        found = verify_result(result, instance, stated)
        told, screen = Telling(found, instance, stated, lang.language), Screen()
        screen.line(say("certify.title", lang.language, title=result.name), "bold")
        for headings, rows in (told.limits(), told.goals()):
            if rows:
                screen.line()
                screen.table(headings, rows, total=False, unit=True)
        screen.line()
        screen.line(told.verdict(), "bold")
        screen.bullets(told.taken() if found.ok else told.faults())
        raise typer.Exit(0 if found.ok else UNEXPECTED)


COMMANDS = {"verify": verify}
