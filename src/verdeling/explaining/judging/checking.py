"""Checking a plan against every limit, told with names in Dutch and English."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from verdeling.attribution import attribute
from verdeling.clauses import WITHOUT_PLACES
from verdeling.errors import InstanceError
from verdeling.instance import Instance, Tables
from verdeling.language import Language, say
from verdeling.names import Names
from verdeling.scopes import split
from verdeling.verification import verify

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from verdeling.verification import Verification

_NAMED = ("group", "place_type", "project")
"""Dimensions that a verdict names by their ids; municipalities go by their names already."""


def check_plan(
    instance: Instance, frames: Mapping[str, pd.DataFrame], shares: pd.Series[float], *, whole: bool
) -> tuple[Verification, tuple[str, ...]]:
    """Check a complete plan against every limit of an instance of one scenario.

    Parameters
    ----------
    instance : Instance
        Of one scenario.
    frames : mapping of str to DataFrame
        placements, builds and support; and ``named``, what suppliers give that agreements name.
    shares : Series
        Fair share for places, by municipality.
    whole : bool
        Whether places should be whole.

    Returns
    -------
    Verification
        With what each row is about in English, ``scope``, and in Dutch, ``scope_nl``; agreements go
        by their texts.
    tuple of str
        Agreements about the places of suppliers that could not be judged, because the plan gives
        more places than there are: then nobody can say whose they are.
    """
    agreements = instance.tables["agreements"]
    about = (agreements["supplier"] != "") & ~agreements["measure"].isin(WITHOUT_PLACES)
    attribution: pd.DataFrame | None = None
    unjudged: tuple[str, ...] = ()
    if about.any():
        attribution = _attribution(instance, frames, whole=whole)
    if about.any() and attribution is None:
        unjudged = tuple(agreements.loc[about, "agreement"])
        left = agreements[~about].reset_index(drop=True)
        instance = Instance(instance.about, instance.tables.replaced({"agreements": left}))
    english, dutch = (
        _verified(_Told(Names.of(instance, lang)), instance, frames, attribution, shares, whole=whole)
        for lang in get_args(Language)[::-1]
    )
    violations = english.violations.assign(scope_nl=dutch.violations["scope"])
    told = {f"{column}_nl": dutch.shortfalls[column] for column in ("agreement", "scope")}
    shortfalls = english.shortfalls.assign(**told)
    return replace(english, violations=violations, shortfalls=shortfalls), unjudged


def _verified(
    told: _Told,
    instance: Instance,
    frames: Mapping[str, pd.DataFrame],
    attribution: pd.DataFrame | None,
    shares: pd.Series[float],
    *,
    whole: bool,
) -> Verification:
    """The verdict in one language."""
    found = verify(
        told.instance(instance),
        told.frame(frames["placements"]),
        told.frame(frames["builds"]),
        frames["support"],
        attribution=None if attribution is None else told.frame(attribution),
        shares=shares,
        whole=whole,
    )
    violations = found.violations.assign(scope=told.scope(found.violations["scope"]))
    shortfalls = found.shortfalls.assign(scope=told.scope(found.shortfalls["scope"]))
    return replace(found, violations=violations, shortfalls=shortfalls)


def _attribution(
    instance: Instance, frames: Mapping[str, pd.DataFrame], *, whole: bool
) -> pd.DataFrame | None:
    """Whose places they are; None where there are more than anybody has."""
    try:
        return attribute(
            instance, frames["placements"], frames["builds"], named=frames.get("named"), whole=whole
        )
    except InstanceError:
        return None


class _Told:
    """Tables with names in the place of ids, so that a verdict on them speaks in names.

    Parameters
    ----------
    names : Names
        In the language of the verdict.
    """

    def __init__(self, names: Names) -> None:
        self.names = names

    def instance(self, instance: Instance) -> Instance:
        """The instance, with names for ids and the texts of agreements for theirs."""
        tables = {name: self.frame(frame) for name, frame in instance.tables.items()}
        agreements = tables["agreements"]
        tables["agreements"] = agreements.assign(agreement=agreements["agreement"].map(self.names.agreements))
        return Instance(instance.about, Tables(tables))

    def frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table with names for the ids of groups and place types, also in scopes."""
        told = {
            name: frame[name].map(lambda cell, name=name: self._cell(name, cell))
            for name in _NAMED
            if name in frame
        }
        return frame.assign(**told)

    def scope(self, scope: pd.Series[str]) -> pd.Series[str]:
        """What a verdict is about, in the language."""
        for key in ("judge.in_total", "judge.too_early"):
            scope = scope.str.replace(say(key, "en"), say(key, self.names.lang), regex=False)
        return scope

    def _cell(self, dimension: str, cell: object) -> str:
        each = split(str(cell))
        return ";".join(self.names.name(dimension, name).replace(";", ",") for name in each)
