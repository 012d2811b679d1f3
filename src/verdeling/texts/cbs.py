"""Texts about figures of Statistics Netherlands (CBS)."""
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "cbs.counted": ("{count} gemeenten in de indeling van {year}.", "{count} municipalities in the division of {year}."),
    "cbs.merged": ("{new} heeft de cijfers van {old}.", "{new} has the figures of {old}."),
    "cbs.split": ("{old} is verdeeld: {parts} ({source}). Deze cijfers zijn schattingen.",
                  "{old} was divided: {parts} ({source}). These figures are estimates."),
    "cbs.table": ("{table}: {title}.", "{table}: {title}."),
    "cbs.read": ("Gelezen: {read}.", "Read: {read}."),
    "cbs.measures": ("Onderwerpen ({count}): {names}.", "Measures ({count}): {names}."),
    "cbs.dimension": ("{name}, {title}: {count} codes: {codes}.", "{name}, {title}: {count} codes: {codes}."),
    "cbs.head": ("Kies wat nodig is: haal de # weg, en laat weg wat niet gebruikt wordt.",
                 "Choose what is needed: take the # away, and leave out what is not used."),
    "cbs.codes": ("de gemeentelijke indeling van welk jaar", "the division into municipalities of which year"),
    "cbs.suppressed_means": ("cellen zonder getal: \"nothing\", \"zero\" of {{estimate = 2}}",
                             "cells without a number: \"nothing\", \"zero\" or {{estimate = 2}}"),
    "cbs.only": ("Van een dimensie die geen kolom is, één code:", "Of a dimension that is no column, one code:"),
    "cbs.left_out": ("Niet gebruikt ({column}): {names}.", "Not used ({column}): {names}."),
    "cbs.suppressed_nothing": ("Cellen zonder getal: {count}; hun rijen vervallen.", "Cells without a number: {count}; their rows fall away."),
    "cbs.suppressed_zero": ("Cellen zonder getal: {count}; hier nul, als schatting.", "Cells without a number: {count}; zero here, as an estimate."),
    "cbs.suppressed_estimate": ("Cellen zonder getal: {count}; hier {value}, als schatting.", "Cells without a number: {count}; {value} here, as an estimate."),
    "cbs.every_year": ("{source}; hier voor elk jaar hetzelfde", "{source}; here the same in every year"),
    "cbs.absent": ("Geen cijfers van {names}.", "No figures of {names}."),
    "cbs.filled_supply": ("Aanbod, alle jaren opgeteld: {places}, in de plaats van {replaced}.",
                          "Supply, all years added up: {places}, in the place of {replaced}."),
    "cbs.filled_municipalities": ("Van {count} gemeenten zijn dit nu de cijfers van CBS: {columns}.",
                                  "Of {count} municipalities these are the figures of CBS now: {columns}."),
    "cbs.written": ("{count} rijen in {path}.", "{count} rows in {path}."),
}
