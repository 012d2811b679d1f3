"""The pictures of what can be shown, as the property ``plot`` of it gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verdeling.pictures.people import groups, years
from verdeling.pictures.shares import loads

if TYPE_CHECKING:
    from verdeling.language import Language
    from verdeling.pictures.picture import Picture
    from verdeling.solution import Solution


@dataclass(frozen=True)
class SolutionPlots:
    """Pictures of a solution.

    Parameters
    ----------
    solution : Solution
        With a plan.
    """

    solution: Solution

    def loads(self, lang: Language = "nl", region: str | None = None) -> Picture:
        """See `verdeling.pictures.shares.loads`."""
        return loads(self.solution, lang, region)

    def groups(self, lang: Language = "nl", region: str | None = None) -> Picture:
        """See `verdeling.pictures.people.groups`."""
        return groups(self.solution, lang, region)

    def years(self, lang: Language = "nl", region: str | None = None) -> Picture:
        """See `verdeling.pictures.people.years`."""
        return years(self.solution, lang, region)
