"""Every text that a reader of results sees, once, in Dutch and English."""

from __future__ import annotations

from verdeling.texts import (
    cbs,
    certifying,
    comparing,
    dividing,
    documents,
    estimating,
    explaining,
    limits,
    mapping,
    meeting,
    page,
    pictures,
    planlists,
    refusals,
    reporting,
    results,
    rollup,
    showing,
    tables,
    workbook,
)

ROOMS = (
    tables,
    limits,
    results,
    dividing,
    comparing,
    explaining,
    pictures,
    reporting,
    page,
    rollup,
    mapping,
    estimating,
    cbs,
    planlists,
    workbook,
    meeting,
    refusals,
    showing,
    documents,
    certifying,
)
"""Where the texts stand, by what they are about."""

TEXTS: dict[str, tuple[str, str]] = {key: text for room in ROOMS for key, text in room.TEXTS.items()}
"""Dutch and English, by key."""
