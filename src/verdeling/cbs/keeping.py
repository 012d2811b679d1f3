"""Answers of CBS kept on disk, so that they are asked for once: each whole and with its digest."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verdeling.adapters.placing import placed

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Answer:
    """An answer that was complete.

    Parameters
    ----------
    rows : list of dict
        Its rows.
    read : str
        The day it was given, YYYY-MM-DD.
    """

    rows: list[dict[str, Any]]
    read: str


def cache_folder() -> Path:
    """Where answers are kept unless another folder is named: in the user's folder for such things."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "verdeling" / "cbs"


def kept(folder: Path, question: str) -> Answer | None:
    """The answer that was kept to a question; none where there is none that is whole."""
    try:
        with gzip.open(_file(folder, question), "rt", encoding="utf-8") as file:
            stored = json.load(file)
        rows, read = stored["rows"], stored["read"]
        if stored["question"] != question or stored["sha256"] != _digest(rows):
            return None
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return None
    return Answer(rows, read)


def keep(folder: Path, answers: Mapping[str, Answer]) -> None:
    """Keep answers by their questions.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    for question, answer in answers.items():
        stored = {
            "question": question,
            "read": answer.read,
            "sha256": _digest(answer.rows),
            "rows": answer.rows,
        }
        content = gzip.compress(json.dumps(stored, ensure_ascii=False).encode(), compresslevel=1, mtime=0)
        folder.mkdir(parents=True, exist_ok=True)
        with placed(_file(folder, question), overwrite=True) as made:
            made.write_bytes(content)


def _file(folder: Path, question: str) -> Path:
    return folder / f"{hashlib.sha256(question.encode()).hexdigest()[:24]}.json.gz"


def _digest(rows: list[dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
