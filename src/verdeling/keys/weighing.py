"""Shares by one attribute: as it is, inverse, stretched to a range, or as a factor on a base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.errors import PolicyError, Problem

if TYPE_CHECKING:
    import numpy.typing as npt

    from verdeling.keys.attributes import Members
    from verdeling.keys.data import Component, Key


def weight_of(component: Component, name: str) -> float:
    """Weight of a component in a class; zero where it has none."""
    weight = component.weight
    return weight.get(name, 0.0) if isinstance(weight, dict) else weight


def weigh(members: Members, component: Component) -> npt.NDArray[np.float64]:
    """Shares by one component.

    Parameters
    ----------
    members : Members
        Whose shares.
    component : Component
        Attribute, scale and base.

    Returns
    -------
    array
        By municipality; sums to 1, or all zero where there is nothing to share by.
    """
    values = members[component.attribute]
    base = members[component.base] if component.base else np.ones(len(values))
    scaled = base * _scaled(values, base, component)
    total = scaled.sum()
    return np.asarray(scaled / total if total > 0 else np.zeros(len(values)))


def _scaled(
    values: npt.NDArray[np.float64], base: npt.NDArray[np.float64], component: Component
) -> npt.NDArray[np.float64]:
    low, high = component.bounds or (0.0, np.inf)
    if component.scale == "inverse":
        return 1.0 / values
    if component.scale == "range":
        least, most = values.min(), values.max()
        if least == most:
            return np.full(len(values), high)
        return np.asarray((values - least) / (most - least) * (high - low) + low)
    if component.scale == "factor":
        mean = (base * values).sum() / (base.sum() or 1.0)
        return np.clip(values / (mean or 1.0), low, high)
    return values


def weighed(
    members: Members, key: Key, classes: list[str]
) -> list[tuple[Component, npt.NDArray[np.float64]]]:
    """Part of each class that each component gives each municipality.

    Parameters
    ----------
    members : Members
        Whose shares.
    key : Key
        Its components.
    classes : list of str
        Names of the classes; one empty name where there are none.

    Returns
    -------
    list of (Component, array)
        The array is by municipality and class; over all components and municipalities it sums to 1
        for each class.

    Raises
    ------
    PolicyError
        If a component is zero everywhere.
    """
    shares = [weigh(members, component) for component in key.component]
    nothing = [
        component.label for component, share in zip(key.component, shares, strict=True) if not share.any()
    ]
    if nothing:
        raise PolicyError(
            "The key cannot be used with these municipalities.",
            [
                Problem(
                    "zero-attribute",
                    f"The component {label!r} is zero for every municipality.",
                    "Nothing can be shared in proportion to zeros.",
                    "Mend the numbers, or take the component out of the key.",
                    table="municipalities",
                    column=label,
                )
                for label in nothing
            ],
        )
    weights = np.array([[weight_of(component, name) for name in classes] for component in key.component])
    weights = weights / weights.sum(axis=0)
    return [
        (component, share[:, None] * weight[None, :])
        for component, share, weight in zip(key.component, shares, weights, strict=True)
    ]
