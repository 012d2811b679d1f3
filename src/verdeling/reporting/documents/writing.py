"""Writing documents: a folder of papers or drafts, the regional document, and advice on urgency rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from verdeling.adapters.placing import placed
from verdeling.language import language, say
from verdeling.output import check_file, check_folder, put_folder
from verdeling.reporting.content import Content
from verdeling.reporting.documents.drafts import draft, refuse_unsigned
from verdeling.reporting.documents.filenames import file_stems
from verdeling.reporting.documents.page import write_index, write_page
from verdeling.reporting.documents.papers import paper
from verdeling.reporting.documents.parties import parties
from verdeling.reporting.documents.regional import regional
from verdeling.reporting.documents.sections import subtitle
from verdeling.reporting.documents.urgency import urgency_advice
from verdeling.reporting.documents.word import write_word

if TYPE_CHECKING:
    import os

    from verdeling.explaining.urgency.study import UrgencyStudy
    from verdeling.language import Language
    from verdeling.reporting.content import Subject

INDEX = "index.html"
_ENDINGS = (".html", ".docx")


def _content(x: Subject | Sequence[Subject], lang: Language) -> Content:
    """What there is to tell of one thing, or of several together."""
    return Content.of(*(x if isinstance(x, Sequence) else [x]), lang=lang)


def write_papers(
    x: Subject | Sequence[Subject],
    folder: str | os.PathLike[str],
    *,
    lang: Language = "nl",
    overwrite: bool = False,
) -> None:
    """Write a position paper for every municipality: one page, as .html and as .docx, and an index.

    Every municipality is told the same facts in the same order. Of an infeasible solution the papers are
    about the conflict.

    Parameters
    ----------
    x : Solution, Explanation or Comparison, or several of these
        A division; with an explanation the papers have paths and room, with a comparison what each policy
        means for the municipality.
    folder : path-like
        Where; it appears whole or not at all.
    lang : {"nl", "en"}
        Language.
    overwrite : bool
        Whether papers that are there already may be replaced. A folder that holds anything else is never
        touched.

    Raises
    ------
    VerdelingError
        If `x` is nothing to report of.
    NoSolutionError
        If the solution is unsolved, or policies are compared and no division is singled out.
    OutputError
        If the folder cannot be written, or something is there that may not be replaced.
    """
    content = _content(x, lang)
    if content.solution is None:
        _ = content.plan
    target = Path(folder)
    named = content.municipalities
    stems = dict(zip(named, file_stems(named.values(), [Path(INDEX).stem]), strict=True))
    files = {INDEX, *(f"{stem}{ending}" for stem in stems.values() for ending in _ENDINGS)}
    check_folder(target, overwrite=overwrite, files=files)

    def write(made: Path) -> None:
        for key, stem in stems.items():
            document = paper(content, key)
            write_page(document, made / f"{stem}.html")
            write_word(document, made / f"{stem}.docx")
        listed = [
            (named[key], [(f"{stem}{ending}", ending[1:]) for ending in _ENDINGS])
            for key, stem in stems.items()
        ]
        write_index(subtitle(content), say("paper.index", content.lang), listed, made / INDEX, content.lang)

    put_folder(target, write)


def write_drafts(
    x: Subject | Sequence[Subject],
    folder: str | os.PathLike[str],
    *,
    lang: Language = "nl",
    overwrite: bool = False,
) -> None:
    """Write drafts of agreements: a .docx for each municipality, housing association and provider.

    Parameters
    ----------
    x : Solution or Explanation, or several of these
        A division in whole places: nobody can sign for a part of one. With an explanation a draft says how
        its municipality came to its number.
    folder, lang, overwrite
        As for `write_papers`.

    Raises
    ------
    VerdelingError, OutputError
        As for `write_papers`.
    NoSolutionError
        If there is no division, or its places are not whole.
    """
    content = _content(x, lang)
    refuse_unsigned(content)
    target = Path(folder)
    everybody = parties(content)
    called = [say(f"draft.file.{party.kind}", content.lang, name=party.name) for party in everybody]
    stems = file_stems(called, [Path(INDEX).stem])
    check_folder(target, overwrite=overwrite, files={INDEX, *(f"{stem}.docx" for stem in stems)})

    def write(made: Path) -> None:
        for party, stem in zip(everybody, stems, strict=True):
            write_word(draft(content, party), made / f"{stem}.docx")
        listed = [(name, [(f"{stem}.docx", "docx")]) for name, stem in zip(called, stems, strict=True)]
        write_index(subtitle(content), say("draft.index", content.lang), listed, made / INDEX, content.lang)

    put_folder(target, write)


def write_regional(content: Content, path: Path) -> None:
    """Write the regional document (.docx), with the division as its annex; replaced if it is there.

    Parameters
    ----------
    content : Content
        What is told; of an impossible task the document is about the conflict.
    path : Path
        Where.
    """
    write_word(regional(content), path)


def write_urgency_advice(
    study: UrgencyStudy, path: str | os.PathLike[str], *, lang: Language = "nl", overwrite: bool = False
) -> None:
    """Write the advice on urgency rules with its evidence, as a Word file.

    Parameters
    ----------
    study : UrgencyStudy
        What rules do, from `verdeling.study_urgency`.
    path : path-like
        Ending in ``.docx``.
    lang : {"nl", "en"}
        Language.
    overwrite : bool
        Whether a file that is there already may be replaced.

    Raises
    ------
    OutputError
        If the ending is another, something is there that may not be replaced, or the path cannot be
        written.
    """
    target = Path(path)
    check_file(target, (".docx",), overwrite=overwrite)
    document = urgency_advice(study, language(lang))
    with placed(target, overwrite=overwrite) as made:
        write_word(document, made)
