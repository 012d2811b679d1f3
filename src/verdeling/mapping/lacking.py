"""Sums that lack a part: of municipalities that merged since, figures of some are there and of others not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from verdeling.cbs.codes import codes_meant, destinations, names_of
from verdeling.errors import Problem
from verdeling.lists import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from verdeling.mapping.format import Mapping as StatedMapping
    from verdeling.mapping.lifted import Row

_SUMMED = ("municipalities", "needs", "supply", "support", "fair_shares", "figures")
_WHO = {"municipality", "supplier", "provider", "certainty"}
"""Columns that do not say what a sum is about: not every association lets homes everywhere."""


@dataclass(frozen=True)
class Origin:
    """What a municipality is made of.

    Parameters
    ----------
    parts : dict of str to str
        Names of those that merged, by what they are known as.
    known_as : dict of str to str
        The same for texts that a mapping states.
    complete : bool
        Whether it is known if the municipality was there itself.
    """

    parts: dict[str, str] = field(default_factory=dict)
    known_as: dict[str, str] = field(default_factory=dict)
    complete: bool = False


Origins = dict[str, Origin]


def origins_of(mapping: StatedMapping) -> Origins:
    """What each municipality is made of, by its id, where figures of each part must be there.

    Parameters
    ----------
    mapping : Mapping
        States who merged, and perhaps the years of cells and map.
    """
    found: Origins = defaultdict(Origin)
    passed = {new for each in mapping.mergers if each.absent == "zero" for new in each.parts}
    if mapping.division is not None:
        codes, onto = mapping.division.codes, mapping.division.map
        for code, name in names_of(codes).items():
            for new in destinations(code, codes, onto):
                found[new].parts[code] = name
        found = {new: Origin(each.parts, complete=True) for new, each in found.items() if len(each.parts) > 1}
    for each in mapping.merged:
        for first in (names[0] for names in each.old):
            for new in each.parts:
                _add(found.setdefault(new, Origin()), first, mapping)
    return {new: each for new, each in found.items() if new not in passed}


def _add(origin: Origin, first: str, mapping: StatedMapping) -> None:
    """Add a municipality that a mapping states; one that the division knows is there already."""
    meant = codes_meant([first], mapping.division.codes)[0] if mapping.division else {}
    code = meant.get(first, first)
    origin.known_as[first] = code
    origin.parts.setdefault(code, first)


def incomplete(table: str, rows: Sequence[Row], origins: Origins) -> Iterator[Problem]:
    """Tell which sums would lack a part.

    A sheet in which a municipality stands that is no longer there is of before the mergers: there every
    sum has each part.

    Parameters
    ----------
    table : str
        Whose rows.
    rows : sequence of Row
        Under their new municipalities.
    origins : dict of str to Origin
        What these are made of.
    """
    if table not in _SUMMED or not any(row.origin for row in rows):
        return
    old_sheets = {row.sheet.label for row in rows if row.origin and row.sheet}
    sums: dict[str, dict[tuple[Any, ...], list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.origin or (row.sheet and row.sheet.label in old_sheets):
            sums[str(row.cells.get("municipality"))][_about(table, row)].append(row)
    for new, groups in sums.items():
        if new in origins:
            yield from _lacking(table, new, groups, origins[new])


def _about(table: str, row: Row) -> tuple[Any, ...]:
    return tuple(row.cells.get(name) for name in KINDS[table].key if name not in _WHO)


def _lacking(
    table: str, new: str, groups: Mapping[tuple[Any, ...], Sequence[Row]], origin: Origin
) -> Iterator[Problem]:
    """A problem for each set of parts that sums about a municipality lack."""
    there = {about: {origin.known_as.get(row.origin, row.origin) or new for row in rows}
             for about, rows in groups.items()}  # fmt: skip
    needed = dict(origin.parts)
    if not origin.complete and any(new in parts for parts in there.values()):
        needed[new] = new
    short: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for about, parts in there.items():
        if absent := tuple(name for key, name in needed.items() if key not in parts):
            short[absent].append(about)
    for absent, abouts in short.items():
        shown = ", ".join(str(each) for each in abouts[0] if each is not None)
        more = f" (and {len(abouts) - 1} more sums)" if len(abouts) > 1 else ""
        yield Problem("incomplete-sum", f"{new} lacks {', '.join(absent)}"
                      + (f": {shown}{more}." if shown else "."),
                      "What is one municipality now would have figures of a part of it only.",
                      "Add the row; where a mark made it fall away, say under marks what it stands for; or "
                      'state absent = "zero" beside old, if what is absent is none.',
                      table, groups[abouts[0]][0].label, "municipality", new)  # fmt: skip
