"""Writing a report: a page, a workbook, a document, or a folder of tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from verdeling.adapters.placing import placed
from verdeling.language import language
from verdeling.output import check_file, check_target, put_folder
from verdeling.reporting.content import Content
from verdeling.reporting.documents.writing import write_regional
from verdeling.reporting.package import write_package
from verdeling.reporting.page.html import write_page
from verdeling.reporting.workbook import write_workbook_report

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from verdeling.language import Language
    from verdeling.reporting.subjects import Subject

_WRITERS: dict[str, Callable[[Content, Path], None]] = {
    ".docx": write_regional,
    ".html": write_page,
    ".xlsx": write_workbook_report,
}
"""Who writes a report, by the ending of its file."""


def write_report(
    subject: Subject | Sequence[Subject],
    path: str | os.PathLike[str],
    *,
    lang: Language = "nl",
    overwrite: bool = False,
) -> None:
    """Write a report for a meeting; it appears whole or not at all.

    Parameters
    ----------
    subject : Solution, Explanation, Comparison, or a sequence of these
        What it is about: at most one of each, of the same task. What an explanation was not asked yet
        is asked now, within its own time limit.
    path : path-like
        Ending in ``.html`` for one page that needs no network, in ``.xlsx`` for a workbook,
        in ``.docx`` for the regional document with the division as its annex, or without an ending
        for a folder: the data package that `verdeling.write_solution` writes.
    lang : {"nl", "en"}
        Language.
    overwrite : bool
        Whether what is there already may be replaced.

    Raises
    ------
    VerdelingError
        If there is no report of that, or what makes it is not installed.
    NoSolutionError
        If the solution is unsolved.
    OutputError
        If the ending is not known, something is there that may not be replaced, or the path cannot be
        written.
    """
    target = Path(path)
    check_report(target, overwrite=overwrite)
    subjects = subject if isinstance(subject, Sequence) else [subject]
    content = Content.of(*subjects, lang=language(lang))
    if not target.suffix:
        solution = content.solution or content.plan
        put_folder(target, lambda folder: write_package(solution, folder, content.lang))
        return
    with placed(target, overwrite=overwrite) as made:
        _WRITERS[target.suffix.lower()](content, made)


def check_report(path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Refuse a path to which a report cannot be written, before anything is computed.

    Parameters
    ----------
    path, overwrite
        As for `write_report`.

    Raises
    ------
    OutputError
        As `write_report`.
    """
    if Path(path).suffix:
        check_file(path, tuple(_WRITERS), overwrite=overwrite)
    else:
        check_target(path, overwrite=overwrite)
