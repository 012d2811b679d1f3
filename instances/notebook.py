"""Execute the notebook of enschede afresh and keep what its cells show.

    python instances/notebook.py

The cells are read from ``enschede/from-numbers-to-meeting.ipynb`` (format 4 of Jupyter notebooks, which is
JSON), carried out one after another in its folder, and written back with their outputs. Nothing of Jupyter
is needed; a cell that fails stops it, and leaves the file as it was.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parent / "enschede" / "from-numbers-to-meeting.ipynb"
_KINDS = (("text/html", "_repr_html_"), ("image/svg+xml", "_repr_svg_"))


def read(path: Path = NOTEBOOK) -> dict[str, Any]:
    """The notebook as it stands."""
    notebook: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return notebook


def sources(notebook: dict[str, Any]) -> list[str]:
    """The code of its cells, in order."""
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def executed(notebook: dict[str, Any], folder: Path = NOTEBOOK.parent) -> dict[str, Any]:
    """The notebook with the outputs of a fresh run.

    Parameters
    ----------
    notebook : dict
        As `read` gives it.
    folder : Path
        Where its cells are carried out.

    Returns
    -------
    dict
        The same cells with counts and outputs.
    """
    names: dict[str, Any] = {"__name__": "__notebook__"}
    done, cells = 0, []
    with contextlib.chdir(folder):
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                done += 1
                shown = _shown("".join(cell["source"]), names, done)
                cell = cell | {"execution_count": done, "outputs": shown}
            cells.append(cell)
    return notebook | {"cells": cells}


def _shown(source: str, names: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """What a cell shows: what it prints, and its last expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, f"<cell {count}>", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), f"<cell {count}>", "eval"), names)
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": _lines(printed.getvalue())})
    if value is not None:
        outputs.append(
            {"data": _data(value), "execution_count": count, "metadata": {}, "output_type": "execute_result"}
        )
    return outputs


def _data(value: Any) -> dict[str, Any]:
    """A value in every form in which a notebook can show it."""
    shown = {kind: _lines(getattr(value, method)()) for kind, method in _KINDS if hasattr(value, method)}
    return shown | {"text/plain": _lines(repr(value))}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def write(notebook: dict[str, Any], path: Path = NOTEBOOK) -> None:
    """Write the notebook."""
    text = json.dumps(notebook, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(executed(read()))
