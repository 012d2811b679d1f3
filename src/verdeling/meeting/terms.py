"""The terms that a key can be made of at the table: those that it has, and every attribute there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.dividing.key_files import key_names, read_key
from verdeling.errors import VerdelingError
from verdeling.keys import fair_shares
from verdeling.keys.data import Component
from verdeling.meeting.actions import weight_of
from verdeling.meeting.reckoning import policy_of
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.instance import Instance
    from verdeling.meeting.state import Variant

POINTS = 100
"""Weights at the table are points, of which a key has so many to begin with."""


def offered(instance: Instance, variant: Variant) -> dict[Component, float]:
    """Terms and their points: first those of the key, then attributes that it does not use, at zero.

    An attribute that is a rate, such as income per person or a share of the homes, counts times the
    inhabitants: otherwise a village would weigh as much as a city.
    """
    whole_key = policy_of(variant.model_copy(update={"components": ()})).key.component
    own = variant.components or whole_key
    scale = 1.0 if variant.components else POINTS / sum(map(weight_of, own))
    known = (*whole_key, *own, *map(attribute_term, attributes(instance)))
    used = {(each.attribute, each.base) for each in (*whole_key, *own)}
    points = dict.fromkeys(
        [
            _bare(each)
            for each in known
            if each in (*whole_key, *own) or (each.attribute, each.base) not in used
        ],
        0.0,
    )
    return points | {_bare(each): weight_of(each) * scale for each in own}


def weighed(points: Mapping[Component, float]) -> tuple[Component, ...]:
    """Terms with their points as weights; those without any are left out."""
    return tuple(
        each.model_copy(update={"weight": float(weight)}) for each, weight in points.items() if weight > 0
    )


def attributes(instance: Instance) -> list[str]:
    """What a key can use of the municipalities."""
    known = set(TABLES["municipalities"].row.model_fields) - {"population"}
    frame = instance.tables["municipalities"]
    return [
        str(name) for name in frame if name not in known and (frame[name] >= 0).all() and frame[name].any()
    ]


def attribute_term(name: str) -> Component:
    """An attribute as a term of a key."""
    rate = name.startswith("share_") or name.endswith("_share") or "_per_" in name
    return Component(attribute=name, base="population" if rate else None)


def fitting_keys(instance: Instance) -> list[str]:
    """Keys of ``models/keys/`` that the municipalities have the attributes for."""
    return [name for name in key_names() if _fits(instance, name)]


def _fits(instance: Instance, name: str) -> bool:
    key = read_key(name)
    if key.classes:
        return False
    try:
        fair_shares(instance.tables["municipalities"], key)
    except VerdelingError:
        return False
    return True


def _bare(component: Component) -> Component:
    """A term without its weight."""
    return component.model_copy(update={"weight": 1.0})
