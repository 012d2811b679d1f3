"""What a plan becomes: the rules, and those that hold unless others are stated."""

from __future__ import annotations

import datetime  # noqa: TC003 (read by pydantic)
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from verdeling.mapping.format import Block, Mapping, Stated

RULE_OF_THUMB = (
    "assumption: 1 ÷ 1.3, after the national rule of thumb that plans be 130% of what must be built "
    "(omgevingsweb.nl, 1 February 2024)"
)
"""Where the rate of soft plans comes from unless another is stated."""


def _rate(value: object) -> object:
    return {"rate": value} if isinstance(value, int | float) else value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Patterns = Annotated[list[str], BeforeValidator(_listed)]


class Rate(Stated):
    """Part of the homes of a class that is expected to be built.

    Parameters
    ----------
    rate : float
        From 0 (plans of the class are left out) to 1 (they stand as they are).
    source : str
        Where it comes from.
    """

    rate: Annotated[float | int, Field(ge=0, le=1, allow_inf_nan=False)]
    source: str = ""


class Becomes(Stated):
    """Which homes are of a place type; what is not stated may be anything.

    Parameters
    ----------
    place_type : str
        A place type of the instance.
    tenure, form, target_group : list of str
        Texts of the list, with ``*`` for anything.
    """

    place_type: str
    tenure: Patterns = Field(default=["*"])
    form: Patterns = Field(default=["*"])
    target_group: Patterns = Field(default=["*"])


DEFAULT_RATES = {
    "hard": Rate(rate=1),
    "soft": Rate(rate=0.77, source=RULE_OF_THUMB),
    "potential": Rate(rate=0),
}
CLASSES = {
    "hard": ["harde plan*", "onherroepelijk*", "vastgesteld*", "1a*", "1b*", "1c*", "2a*", "2b*", "2c*"],
    "soft": ["zacht", "zachte plan*", "in voorbereiding*", "3 in voorbereiding", "3. in voorbereiding"],
    "potential": ["potentieel*", "potentiële*", "zoeklocatie*", "visie", "idee", "4a*", "4b*"],
}
"""Texts that say how certain a plan is, by class: those of DIWI, and those that lists often have."""

UNDER_CONSTRUCTION = ["realisatie", "6 realisatie", "5. realisatie", "in realisatie", "in aanbouw"]
DELIVERED = ["nazorg", "7 nazorg", "6. nazorg", "afgerond", "7. afgerond", "gerealiseerd", "opgeleverd"]
STOPPED = ["afgebroken", "vervallen", "gestopt"]
"""Phases and statuses by what they mean, unless others are stated."""


class Rules(Stated):
    """What plans become.

    Parameters
    ----------
    rates : dict of str to Rate
        By class of certainty; the default ones hold for classes that are not named.
    classes : dict of str to list of str
        Texts by class, before the usual ones.
    becomes : list of Becomes
        The first that fits says the place type, where the list does not.
    under_construction : list of str
        Phases in which nothing is left to decide: these homes become supply.
    delivered, stopped : list of str
        Phases and statuses of plans that are over.
    outside : list of str
        Names of municipalities that are known not to be in the instance.
    as_of : date, optional
        Day of which a DIWI export shows phase and status; by default the first of the first year.
    """

    rates: dict[str, Annotated[Rate, BeforeValidator(_rate)]] = Field(default={})
    classes: dict[str, Patterns] = Field(default={})
    becomes: list[Becomes] = Field(default=[])
    under_construction: Patterns = Field(default=UNDER_CONSTRUCTION)
    delivered: Patterns = Field(default=DELIVERED)
    stopped: Patterns = Field(default=STOPPED)
    outside: Patterns = Field(default=[])
    as_of: datetime.date | None = None

    @model_validator(mode="after")
    def _rated(self) -> Rules:
        bare = sorted(set(self.classes) - set(self.rates) - set(DEFAULT_RATES))
        if bare:
            raise ValueError(f"There is no rate for the class {', '.join(bare)}: add it under rates")
        return self

    def rate(self, name: str) -> Rate:
        """Rate of a class."""
        return self.rates.get(name) or DEFAULT_RATES[name]

    @property
    def all_classes(self) -> list[str]:
        """Every class that has a rate."""
        return list(dict.fromkeys([*DEFAULT_RATES, *self.rates]))

    def texts(self, name: str) -> list[str]:
        """Texts that mean a class."""
        return [name, *self.classes.get(name, []), *CLASSES.get(name, [])]


class PlanMapping(Mapping):
    """A mapping file of a plan list: what its columns are, and under ``plans`` what its plans become."""

    table: list[Block] = Field(default=[])
    plans: Rules = Rules()
