"""Named, seeded cases that every benchmark uses."""

from __future__ import annotations

from pathlib import Path

from verdeling import Instance, Size, generate, write_instance

INSTANCES = Path(__file__).parents[1] / "instances"

CASES = {
    "tiny": Size(regions=1, municipalities=3, groups=3, place_types=2, years=2),
    "region": Size(regions=1, municipalities=8, groups=11, place_types=6, years=6),
    "large-region": Size(regions=1, municipalities=14, groups=12, place_types=8, years=9),
    "five-regions": Size(regions=5, municipalities=10, groups=12, place_types=8, years=9),
    "country": Size(regions=38, municipalities=9, groups=15, place_types=8, years=10),
    "regions-5": Size(regions=5, municipalities=10, groups=12, place_types=8, years=3),
    "regions-50": Size(regions=50, municipalities=10, groups=12, place_types=8, years=3),
    "regions-350": Size(regions=350, municipalities=10, groups=12, place_types=8, years=3),
    "regions-1000": Size(regions=1_000, municipalities=10, groups=12, place_types=8, years=3),
    "regions-10000": Size(regions=10_000, municipalities=10, groups=12, place_types=8, years=3),
}
"""Sizes by the name of the case; `large-region` is the one that targets of solving are stated for.

`country` has as many municipalities as the Netherlands; the instance ``nl`` has the real ones. Of those
named after their regions only the number of regions differs: the last has 100,000 municipalities.
"""

REAL = ("enschede", "nl")
"""Instances of the repository that are cases too."""


def case(name: str, seed: int = 1) -> Instance:
    """The instance of a case; the same seed gives the same instance."""
    return generate(CASES[name], seed=seed)


def folder_of(name: str, place: Path) -> Path:
    """The folder of a case: that of the repository, or one that is made in a place."""
    if name in REAL:
        return INSTANCES / name
    made = place / name
    write_instance(case(name), made)
    return made
