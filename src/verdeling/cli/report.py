"""The commands `report`, `papers` and `drafts`: what people read before a meeting, and what they can sign."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from verdeling.cli.ending import refusing
from verdeling.cli.gathering import Asked, Compared, Dutch, Reasons, write_asked
from verdeling.cli.options import (
    Fractional,
    InstancePath,
    Lang,
    Overwrite,
    PolicyName,
    ScenarioName,
    TimeLimit,
)
from verdeling.reporting.documents.writing import (
    check_drafts,
    check_papers,
    write_drafts,
    write_papers,
)
from verdeling.reporting.writing import check_report, write_report

Where = Annotated[
    Path,
    typer.Option(
        "-o",
        "--output",
        metavar="PATH",
        help="A page (.html), a workbook (.xlsx), a document (.docx), or a folder (no ending) of CSV files.",
    ),
]
Folder = Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", help="A folder that is made.")]


def make_report(
    path: InstancePath,
    output: Where,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    compared: Compared = None,
    reasons: Reasons = None,
    fractional: Fractional = False,
    time_limit: TimeLimit = None,
    lang: Dutch = Lang.nl,
    overwrite: Overwrite = False,
) -> None:
    """Write a report for a meeting: the division, why it is so, and other policies beside it.

    Solves, explains and compares, and writes what came of it, in Dutch unless asked otherwise.
    Where the agreements contradict each other the report is about the conflict and the ways out.

    \b
    Examples:
      verdeling report instances/enschede -o report.html
      verdeling report instances/enschede -o report.html --scenario high --fractional --lang en
      verdeling report instances/enschede -o report.html --compare leximin --compare utilitarian
      verdeling report instances/impossible-agreements -o conflict.html
    """  # noqa: D301
    with refusing():
        check_report(output, overwrite=overwrite)
        asked = Asked(policy, scenario, compared, reasons, not fractional, time_limit, lang.language)
        write_asked(path.read(), asked, output, write_report, overwrite=overwrite)


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
        write_asked(instance, asked, output, write_papers, overwrite=overwrite)


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
        write_asked(instance, asked, output, write_drafts, overwrite=overwrite)


COMMANDS = {"report": make_report, "papers": make_papers, "drafts": make_drafts}
"""Commands by name."""
