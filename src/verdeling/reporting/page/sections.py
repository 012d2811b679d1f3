"""The sections of a page, in the order in which they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.pictures.maps import located
from verdeling.reporting.page import division, method, policies, reasons

if TYPE_CHECKING:
    from verdeling.reporting.content import Content
    from verdeling.reporting.page.parts import Section


def sections(content: Content) -> list[Section]:
    """Everything there is to tell: the division first, where the numbers come from last.

    Parameters
    ----------
    content : Content
        What the report tells.

    Returns
    -------
    list of Section
        Without those about which nobody asked.
    """
    found = [division.summary(content)]
    if content.changes:
        found.append(division.changes(content))
    if content.possible:
        found.append(division.division(content))
        if located(content.instance):
            found.append(division.on_the_map(content))
        found += [division.groups(content), reasons.places_of_their_own(content), reasons.limits(content)]
    if content.conflict:
        found.append(reasons.conflict(content))
    if content.repairs:
        found.append(reasons.repairs(content))
    if content.comparison is not None:
        found.append(policies.policies(content))
    if len(content.ranges):
        found.append(reasons.room(content))
    return [*found, method.estimates(content), method.method(content)]
