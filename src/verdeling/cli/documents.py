"""The commands `papers` and `drafts`: a page for every municipality, and agreements that can be signed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from verdeling.cli.ending import OF_STATUS, refusing
from verdeling.cli.options import (
    Fractional,
    InstancePath,
    Lang,
    Overwrite,
    PolicyName,
    ScenarioName,
    TimeLimit,
)
from verdeling.cli.report import Asked, Compared, Dutch, Reasons, gathered
from verdeling.language import say
from verdeling.reporting.documents.writing import (
    check_drafts,
    check_papers,
    write_drafts,
    write_papers,
)

Folder = Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", help="A folder that is made.")]


def make_papers(
    path: InstancePath,
    output: Folder,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    compared: Compared = None,
    reasons: Reasons = None,
    fractional: Fractional = False,
    time_limit: TimeLimit = None,
    lang: Dutch = Lang.nl,
    overwrite: Overwrite = False,
) -> None:
    """Write a position paper for every municipality: one page, as .html and as .docx, and an index.

    Its own numbers, how it came from its fair share to them, what binds there, its room, and what each
    policy means for it: the same facts for everybody. Where the agreements contradict each other the
    papers are about the conflict.

    \b
    Examples:
      verdeling papers instances/enschede -o papers
      verdeling papers instances/enschede -o papers --fractional --compare leximin --compare utilitarian
    """  # noqa: D301
    with refusing():
        instance = path.read()
        check_papers(instance, output, lang=lang.language, overwrite=overwrite)
        asked = Asked(policy, scenario, compared, reasons, not fractional, time_limit, lang.language)
        solution, subjects = gathered(instance, asked)
        write_papers(subjects, output, lang=lang.language, overwrite=overwrite)
        typer.echo(say("screen.written", lang.language, path=output))
        raise typer.Exit(OF_STATUS.get(solution.status, 0))


def make_drafts(
    path: InstancePath,
    output: Folder,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    time_limit: TimeLimit = None,
    lang: Dutch = Lang.nl,
    overwrite: Overwrite = False,
) -> None:
    """Write drafts of agreements with every municipality, housing association and care provider (.docx).

    Places per group, place type and year, the support that goes with them, the agreements they are held
    to, why these numbers, and blanks to sign; always in whole places.

    \b
    Examples:
      verdeling drafts instances/enschede -o drafts
      verdeling drafts instances/enschede -o drafts --scenario high --policy proportional
    """  # noqa: D301
    with refusing():
        instance = path.read()
        check_drafts(instance, output, lang=lang.language, overwrite=overwrite)
        asked = Asked(policy, scenario, (), None, True, time_limit, lang.language)
        solution, subjects = gathered(instance, asked)
        write_drafts(subjects, output, lang=lang.language, overwrite=overwrite)
        typer.echo(say("screen.written", lang.language, path=output))
        raise typer.Exit(OF_STATUS.get(solution.status, 0))


COMMANDS = {"papers": make_papers, "drafts": make_drafts}
"""Commands by name."""
