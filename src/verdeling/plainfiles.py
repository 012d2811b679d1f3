"""Plain files that any program can read: a table as CSV, a mapping as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, truths as yes and no."""
    truths = {str(column): _yes_no(frame[column]) for column in frame.select_dtypes("bool")}
    frame.assign(**truths).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def write_json(content: dict[str, Any], path: Path) -> None:
    """Write a mapping as JSON that people can read."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _yes_no(column: pd.Series[bool]) -> pd.Series[str]:
    return column.map({True: "yes", False: "no"})
