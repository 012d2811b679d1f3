"""The notebook of enschede: every cell works today, and what is kept of it is what cells show."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

INSTANCES = Path(__file__).parents[1] / "instances"


@pytest.fixture(scope="module")
def notebook() -> ModuleType:
    """The program that executes it."""
    spec = importlib.util.spec_from_file_location("notebook", INSTANCES / "notebook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shown(cells: dict[str, Any]) -> list[list[list[str]]]:
    """In which forms each cell shows something, and what that is in one line."""
    return [
        [
            [*output.get("data", {"stream": ""}), *output.get("data", {}).get("text/plain", [])]
            for output in cell["outputs"]
        ]
        for cell in cells["cells"]
        if cell["cell_type"] == "code"
    ]


def test_every_cell_works(notebook: ModuleType) -> None:
    """Executed afresh no cell fails, and each shows the same kind of thing as what is kept."""
    kept = notebook.read()
    assert shown(notebook.executed(kept)) == shown(kept)


def test_what_is_kept(notebook: ModuleType) -> None:
    """The notebook is small, in the format of Jupyter, executed in order, and names no folder."""
    kept = notebook.read()
    assert (kept["nbformat"], len({cell["id"] for cell in kept["cells"]})) == (4, len(kept["cells"]))
    counts = [cell["execution_count"] for cell in kept["cells"] if cell["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert notebook.NOTEBOOK.stat().st_size < 200_000
    text = json.dumps(kept)
    assert not re.search(r"/(home|root|tmp)\b|Traceback", text)


def test_a_cell_that_fails_is_seen(notebook: ModuleType) -> None:
    """The check can fail: a cell with an error stops it."""
    broken = {"cells": [{"cell_type": "code", "source": ["1 + 1\n", "nothing_of_this_name"]}]}
    with pytest.raises(NameError):
        notebook.executed(broken)
    (cell,) = notebook.executed({"cells": [{"cell_type": "code", "source": ["print(1)\n", "2"]}]})["cells"]
    assert [each["output_type"] for each in cell["outputs"]] == ["stream", "execute_result"]
