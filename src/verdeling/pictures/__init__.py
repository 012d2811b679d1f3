"""Pictures of solutions, explanations, comparisons and frontiers, in Dutch and English.

Each is a `Picture`: a chart of Altair that can be changed and saved, with a title, and a description for who
cannot see it. What draws them is the extra ``report``, and is loaded when the first picture is made.
"""

from __future__ import annotations

from verdeling.pictures.costs import frontier
from verdeling.pictures.freedom import room
from verdeling.pictures.maps import map_of
from verdeling.pictures.people import groups, years
from verdeling.pictures.picture import Picture
from verdeling.pictures.ranks import indicators
from verdeling.pictures.shares import loads
from verdeling.pictures.side_by_side import policies, winners
from verdeling.pictures.steps import path

__all__ = [
    "Picture",
    "frontier",
    "groups",
    "indicators",
    "loads",
    "map_of",
    "path",
    "policies",
    "room",
    "winners",
    "years",
]
