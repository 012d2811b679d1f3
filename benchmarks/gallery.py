"""The pictures of README.md, made from `enschede`: run ``python benchmarks/gallery.py [FOLDER]``.

Written to ``instances/enschede/pictures`` unless a folder is given.
"""

from __future__ import annotations

import sys
from pathlib import Path

from verdeling import compare, explain, pictures, read_instance, solve

ROOT = Path(__file__).parents[1]
GALLERY = ROOT / "instances" / "enschede" / "pictures"


def main(folder: Path = GALLERY) -> None:
    """Draw the division, the path of a municipality, and policies side by side, in English."""
    instance = read_instance(ROOT / "instances" / "enschede")
    solution = solve(instance, "leximin", whole=False)
    compared = compare(instance, ["leximin", "proportional", "utilitarian"])
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {
        "loads": pictures.loads(solution, "en"),
        "path": pictures.path(explain(solution), "GM0153", "en"),
        "policies": pictures.policies(compared, "en"),
    }
    for name, picture in drawn.items():
        picture.save(folder / f"{name}.svg", overwrite=True)
        print(folder / f"{name}.svg")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
