"""Writing documents: a folder of papers or drafts, the regional document, and advice on urgency rules."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from verdeling.adapters.placing import placed
from verdeling.errors import Problem, VerdelingError
from verdeling.language import language, say
from verdeling.names import Names
from verdeling.output import check_file, check_folder, put_folder
from verdeling.reporting.content import Content
from verdeling.reporting.documents.drafts import draft, refuse_unsigned
from verdeling.reporting.documents.filenames import file_stems
from verdeling.reporting.documents.papers import paper
from verdeling.reporting.documents.parties import parties
from verdeling.reporting.documents.regional import regional
from verdeling.reporting.documents.sections import subtitle
from verdeling.reporting.documents.urgency import urgency_advice

if TYPE_CHECKING:
    import os

    from verdeling.explaining.urgency.study import UrgencyStudy
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.reporting.documents.parties import Party
    from verdeling.reporting.subjects import Subject

INDEX = "index.html"
_ENDINGS = (".html", ".docx")
_PACKAGES = {"page": "jinja2", "word": "python-docx"}


def _content(x: Subject | Sequence[Subject], lang: Language) -> Content:
    """What there is to tell of one thing, or of several together."""
    return Content.of(*(x if isinstance(x, Sequence) else [x]), lang=lang)


def _writer(name: Literal["page", "word"]) -> Any:
    """What writes pages or Word files, loaded when it is first needed.

    Raises
    ------
    VerdelingError
        If what it is made with is not installed.
    """
    try:
        return import_module(f"verdeling.reporting.documents.{name}")
    except ModuleNotFoundError as error:
        problem = Problem(
            "extra-missing",
            f"Documents are made with {_PACKAGES[name]}, and {error.name} is not installed.",
            "It is not needed to divide, and so it does not come along by itself.",
            "Install it: pip install 'verdeling[report]'",
            value=_PACKAGES[name],
        )
        raise VerdelingError("The documents cannot be written.", [problem]) from None


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
    check_papers(content.instance, target, lang=content.lang, overwrite=overwrite)
    named, stems = content.municipalities, _paper_stems(content.names)
    pages, files = _writer("page"), _writer("word")

    def write(made: Path) -> None:
        for key, stem in stems.items():
            document = paper(content, key)
            pages.write_page(document, made / f"{stem}.html")
            files.write_word(document, made / f"{stem}.docx")
        listed = [
            (named[key], [(f"{stem}{ending}", ending[1:]) for ending in _ENDINGS])
            for key, stem in stems.items()
        ]
        pages.write_index(
            subtitle(content), say("paper.index", content.lang), listed, made / INDEX, content.lang
        )

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
    check_drafts(content.instance, target, lang=content.lang, overwrite=overwrite)
    found = _draft_stems(content.names)
    pages, files = _writer("page"), _writer("word")

    def write(made: Path) -> None:
        for stem, party in found.items():
            files.write_word(draft(content, party), made / f"{stem}.docx")
        listed = [(_called(party, content.lang), [(f"{stem}.docx", "docx")]) for stem, party in found.items()]
        pages.write_index(
            subtitle(content), say("draft.index", content.lang), listed, made / INDEX, content.lang
        )

    put_folder(target, write)


def check_papers(
    instance: Instance, folder: str | os.PathLike[str], *, lang: Language = "nl", overwrite: bool = False
) -> None:
    """Refuse a folder to which papers cannot be written, before anything is computed.

    Raises
    ------
    OutputError
        As `write_papers`.
    """
    stems = _paper_stems(Names.of(instance, language(lang))).values()
    files = {INDEX, *(f"{stem}{ending}" for stem in stems for ending in _ENDINGS)}
    check_folder(folder, overwrite=overwrite, files=files)


def check_drafts(
    instance: Instance, folder: str | os.PathLike[str], *, lang: Language = "nl", overwrite: bool = False
) -> None:
    """Refuse a folder to which drafts cannot be written, before anything is computed.

    Raises
    ------
    OutputError
        As `write_drafts`.
    """
    stems = _draft_stems(Names.of(instance, language(lang)))
    check_folder(folder, overwrite=overwrite, files={INDEX, *(f"{stem}.docx" for stem in stems)})


def _paper_stems(names: Names) -> dict[str, str]:
    """Name of the files of each municipality, without an ending."""
    named = names.names["municipality"]
    return dict(zip(named, file_stems(named.values(), [Path(INDEX).stem]), strict=True))


def _draft_stems(names: Names) -> dict[str, Party]:
    """Who each file is for, by its name without an ending."""
    found = parties(names)
    stems = file_stems([_called(party, names.lang) for party in found], [Path(INDEX).stem])
    return dict(zip(stems, found, strict=True))


def _called(party: Party, lang: Language) -> str:
    """What somebody is, and is called."""
    return say(f"draft.file.{party.kind}", lang, name=party.name)


def write_regional(content: Content, path: Path) -> None:
    """Write the regional document (.docx), with the division as its annex; replaced if it is there.

    Parameters
    ----------
    content : Content
        What is told; of an impossible task the document is about the conflict.
    path : Path
        Where.
    """
    _writer("word").write_word(regional(content), path)


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
    files, document = _writer("word"), urgency_advice(study, language(lang))
    with placed(target, overwrite=overwrite) as made:
        files.write_word(document, made)
