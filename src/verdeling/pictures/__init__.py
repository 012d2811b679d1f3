"""Pictures of solutions, explanations, comparisons and frontiers, in Dutch and English.

Each is a `Picture`: a chart of Altair that can be changed and saved, with a title, and a description for who
cannot see it. What draws them is the extra ``report``, and is loaded when the first picture is made.
"""

from __future__ import annotations

from verdeling.pictures.people import groups, years
from verdeling.pictures.picture import Picture
from verdeling.pictures.shares import loads

__all__ = ["Picture", "groups", "loads", "years"]
