"""Every text that a reader of results sees, once, in Dutch and English."""

from __future__ import annotations

from verdeling.texts import (
    asking,
    cbs,
    certifying,
    comparing,
    dividing,
    documents,
    estimating,
    freedom,
    judging,
    limits,
    mapping,
    meeting,
    page,
    pictures,
    planlists,
    refusals,
    repairing,
    reporting,
    results,
    rollup,
    showing,
    tables,
    tracing,
    urgency,
    workbook,
)

ROOMS = (
    tables,
    limits,
    results,
    dividing,
    comparing,
    repairing,
    tracing,
    freedom,
    judging,
    urgency,
    asking,
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
