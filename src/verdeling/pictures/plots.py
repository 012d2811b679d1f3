"""The pictures of what can be shown, as the property ``plot`` of it gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verdeling.comparing.tradeoff import frontier as sweep
from verdeling.pictures.costs import frontier
from verdeling.pictures.freedom import room
from verdeling.pictures.maps import map_of
from verdeling.pictures.people import groups, years
from verdeling.pictures.ranks import indicators
from verdeling.pictures.shares import loads
from verdeling.pictures.side_by_side import policies, winners
from verdeling.pictures.steps import path

if TYPE_CHECKING:
    from verdeling.comparing.comparison import Comparison
    from verdeling.comparing.tradeoff import Frontier
    from verdeling.explaining.explanation import Explanation
    from verdeling.instance import Instance
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

    def map(self, lang: Language = "nl", region: str | None = None) -> Picture:
        """See `verdeling.pictures.maps.map_of`."""
        return map_of(self.solution, lang, region)


@dataclass(frozen=True)
class ExplanationPlots:
    """Pictures of an explanation.

    Parameters
    ----------
    explanation : Explanation
        Of a solution with a plan.
    """

    explanation: Explanation

    def path(self, municipality: str, lang: Language = "nl") -> Picture:
        """See `verdeling.pictures.steps.path`."""
        return path(self.explanation, municipality, lang)

    def room(self, lang: Language = "nl") -> Picture:
        """See `verdeling.pictures.freedom.room`."""
        return room(self.explanation, lang)


@dataclass(frozen=True)
class ComparisonPlots:
    """Pictures of a comparison.

    Parameters
    ----------
    comparison : Comparison
        Of which some policy has a plan.
    """

    comparison: Comparison

    def policies(self, lang: Language = "nl", scenario: str | None = None) -> Picture:
        """See `verdeling.pictures.side_by_side.policies`."""
        return policies(self.comparison, lang, scenario)

    def winners(self, lang: Language = "nl", scenario: str | None = None) -> Picture:
        """See `verdeling.pictures.side_by_side.winners`."""
        return winners(self.comparison, lang, scenario)

    def indicators(self, lang: Language = "nl", scenario: str | None = None) -> Picture:
        """See `verdeling.pictures.ranks.indicators`."""
        return indicators(self.comparison, lang, scenario)

    def frontier(self, lang: Language = "nl", scenario: str | None = None) -> Picture:
        """What fairness costs in the instance, by the key of the comparison; found when it is asked for.

        See `verdeling.pictures.costs.frontier`.
        """
        compared = self.comparison
        yardstick = next(each for each in compared.policies if each.name == compared.yardstick)
        chosen = scenario or compared.scenarios[0] or None
        return frontier(sweep(compared.instance, yardstick, scenario=chosen), lang)


@dataclass(frozen=True)
class FrontierPlots:
    """The picture of a frontier.

    Parameters
    ----------
    found : Frontier
        As `verdeling.frontier` gives it.
    """

    found: Frontier

    def frontier(self, lang: Language = "nl") -> Picture:
        """See `verdeling.pictures.costs.frontier`."""
        return frontier(self.found, lang)


@dataclass(frozen=True)
class InstancePlots:
    """Pictures of an instance.

    Parameters
    ----------
    instance : Instance
        Any instance with outlines, or with longitudes and latitudes.
    """

    instance: Instance

    def map(self, lang: Language = "nl") -> Picture:
        """See `verdeling.pictures.maps.map_of`."""
        return map_of(self.instance, lang)
