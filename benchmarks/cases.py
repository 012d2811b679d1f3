"""Named, seeded cases that every benchmark uses."""

from __future__ import annotations

from verdeling import Instance, Size, generate

CASES = {
    "tiny": Size(regions=1, municipalities=3, groups=3, place_types=2, years=2),
    "region": Size(regions=1, municipalities=8, groups=11, place_types=6, years=6),
    "large-region": Size(regions=1, municipalities=14, groups=12, place_types=8, years=9),
    "five-regions": Size(regions=5, municipalities=10, groups=12, place_types=8, years=9),
    "country": Size(regions=38, municipalities=9, groups=15, place_types=8, years=10),
    "ten-countries": Size(regions=342, municipalities=10, groups=12, place_types=8, years=3),
    "hundred-thousand": Size(regions=10_000, municipalities=10, groups=12, place_types=8, years=3),
}
"""Sizes by the name of the case; `large-region` is the one that targets of solving are stated for.

`country` has as many municipalities as the Netherlands; the instance ``nl`` has the real ones.
"""


def case(name: str, seed: int = 1) -> Instance:
    """The instance of a case; the same seed gives the same instance."""
    return generate(CASES[name], seed=seed)
