"""Texts about figures of Statistics Netherlands (CBS)."""
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "cbs.counted": ("{count} gemeenten in de indeling van {year}.", "{count} municipalities in the division of {year}."),
    "cbs.merged": ("{new} heeft de cijfers van {old}.", "{new} has the figures of {old}."),
    "cbs.split": ("{old} is verdeeld: {parts} ({source}). Deze cijfers zijn schattingen.",
                  "{old} was divided: {parts} ({source}). These figures are estimates."),
    "cbs.written": ("{count} rijen in {path}.", "{count} rows in {path}."),
}
