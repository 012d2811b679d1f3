"""Fair shares: what part of its region's task a key gives each municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from verdeling.errors import PolicyError, Problem

if TYPE_CHECKING:
    from verdeling.policy import Component, Key


def fair_shares(municipalities: pd.DataFrame, key: Key) -> pd.Series:
    """Fair share of each municipality in its region's task.

    Parameters
    ----------
    municipalities : DataFrame
        municipality, region and a numeric column for each attribute.
    key : Key
        Weighted attributes.

    Returns
    -------
    Series
        In the order of the table; above zero, sums to 1 in each region.

    Raises
    ------
    PolicyError
        If an attribute is not there, is negative, or leaves a municipality with no share at all.
    """
    region = municipalities["region"]
    weights = sum(component.weight for component in key.component)
    shares = pd.Series(0.0, index=municipalities.index)
    for component in key.component:
        attribute = _attribute(municipalities, component)
        total = attribute.groupby(region).transform("sum")
        shares += component.weight / weights * attribute / total.where(total > 0, 1.0)
    _refuse_zero_shares(municipalities["municipality"][~(shares > 0)], key)
    return shares / shares.groupby(region).transform("sum")


def _attribute(municipalities: pd.DataFrame, component: Component) -> pd.Series:
    numeric = [str(name) for name in municipalities if pd.api.types.is_numeric_dtype(municipalities[name])]
    if component.attribute not in numeric:
        raise PolicyError(
            "The key cannot be used with this instance.",
            [
                Problem(
                    "no-attribute",
                    f"The key asks for the attribute {component.attribute!r}.",
                    "The table municipalities has no such numeric column.",
                    f"Add the column, or use one of: {', '.join(numeric)}.",
                    table="municipalities",
                    column=component.attribute,
                )
            ],
        )
    attribute = municipalities[component.attribute].astype(float)
    bad = ~(attribute >= 0)
    if bad.any():
        raise PolicyError(
            "The key cannot be used with this instance.",
            [
                Problem(
                    "bad-attribute",
                    f"{component.attribute} of {name} is {value:g}.",
                    "A share cannot follow from a negative or missing number.",
                    "Mend the number or use another attribute.",
                    table="municipalities",
                    column=component.attribute,
                    value=f"{value:g}",
                )
                for name, value in zip(municipalities["municipality"][bad], attribute[bad], strict=True)
            ],
        )
    return attribute


def _refuse_zero_shares(nothing: pd.Series, key: Key) -> None:
    if len(nothing):
        attributes = ", ".join(component.attribute for component in key.component)
        raise PolicyError(
            "The key leaves municipalities without a share.",
            [
                Problem(
                    "no-share",
                    f"The key gives {name} a share of zero.",
                    f"{attributes} are zero there, and load relative to no share has no meaning.",
                    "Add a component that is above zero there, such as population.",
                    table="municipalities",
                    value=str(name),
                )
                for name in nothing
            ],
        )
