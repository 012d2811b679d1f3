"""Good inputs changed at random: `python fuzzing.py SECONDS SEED` says how many were tried.

Every adapter, and policies, keys, mappings, changes, plans, logs, results and kept jobs, are given what
was changed. They read it or refuse it; any other exception comes out and stops the run.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import hostile
from hand_made import small
from verdeling.adapters import read_instance
from verdeling.cli.changes import read_changes
from verdeling.cli.own_plans import read_own_plan
from verdeling.dividing.division import divide
from verdeling.dividing.key_files import read_key, read_municipalities
from verdeling.engine import solve
from verdeling.errors import VerdelingError
from verdeling.mapping.format import read_mapping
from verdeling.mapping.proposing import propose
from verdeling.mapping.reading import read_mapped
from verdeling.meeting.log import read_log
from verdeling.plan import known_ids, read_plan
from verdeling.policy import read_policy
from verdeling.reporting.reopening import read_result
from verdeling.rolling.provinces import read_provinces
from verdeling.running.archive import keep, recall, text_of
from verdeling.shared import Shared
from verdeling.solvers import find_solver

if TYPE_CHECKING:
    from collections.abc import Callable

REGION = small()
SOLVED = solve(REGION, whole=False)


def policy(folder: Path) -> None:
    """Read a policy, and state it."""
    Shared(REGION, find_solver("HiGHS")).start(read_policy(folder / "policy.toml"))


def key(folder: Path) -> None:
    """Read a key, and divide by it."""
    divide(10, REGION, read_key(folder / "key.toml"))


def plan(folder: Path) -> None:
    """Read a plan of one's own, and its numbers."""
    read_plan(known_ids(REGION.in_scenario()), read_own_plan(REGION, folder / "plan.csv"))


def log(folder: Path) -> None:
    """Read a log, and do again what it says."""
    read_log(folder / "log.jsonl").replayed(REGION)


def kept(folder: Path) -> None:
    """Recall what was kept of a job."""
    recall(folder, "job", REGION, [SOLVED.policy], None)


DOORS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "package": ("region/needs.csv", lambda folder: read_instance(folder / "region")),
    "descriptor": ("region/datapackage.json", lambda folder: read_instance(folder / "region")),
    "towns": (
        "region/municipalities.csv",
        lambda folder: read_instance(folder / "region"),
    ),
    "JSON": ("region.json", lambda folder: read_instance(folder / "region.json")),
    "workbook": ("region.xlsx", lambda folder: read_instance(folder / "region.xlsx")),
    "parts of a workbook": ("region.xlsx", lambda folder: read_instance(folder / "region.xlsx")),
    "policy": ("policy.toml", policy),
    "key": ("key.toml", key),
    "municipalities": ("plan.csv", lambda folder: read_municipalities(folder / "plan.csv")),
    "mapping": ("mapping.toml", lambda folder: read_mapping(folder / "mapping.toml")),
    "mapped": ("own.csv", lambda folder: read_mapped(folder / "own.csv", folder / "mapping.toml")),
    "proposed": ("own.csv", lambda folder: propose(folder / "own.csv")),
    "changes": ("changes.toml", lambda folder: read_changes(REGION, [], [], folder / "changes.toml")),
    "changes in CSV": ("changes.csv", lambda folder: read_changes(REGION, [], [], folder / "changes.csv")),
    "plan": ("plan.csv", plan),
    "log": ("log.jsonl", log),
    "kept": ("job.json", kept),
    "result": ("result/datapackage.json", lambda folder: read_result(folder / "result")),
    "provinces": ("provinces.csv", lambda folder: read_provinces(folder / "provinces.csv")),
    "outlines": ("region/boundaries.geojson", lambda folder: read_instance(folder / "region")),
}
"""The file that is changed, and who reads it."""

NUMBERS = (
    *("1e400", "-1e400", "1e308", "NaN", "nan", "inf", "-inf", "Infinity", "-1", "0", "-0", "1.5", "0x1F"),
    *("9" * 25, "9" * 400, "9" * 5000, "0x" + "f" * 5000, "2027-02-31", "2027-01-01T00:00:00Z", "٣", "²"),
)
MARKS = (
    *('"', "'", "'''", "\\", "\\u0000", "\\ud800", ",", ";", "\t", "\n", "\r", "\0", "\x85"),
    *("\u2028", "\ufeff", "", " ", " = ", ".", "[]", "{}", "[[", "}}", '""', "[goal]", "[[goal]]"),
    *("[" * 3000, "a." * 3000),
)
TEXTS = (
    *("../", "/etc/passwd", "=1+1", "<script>", "&amp;", "<!ENTITY", "é", "\U0001f600", "\u202e", "\x1b"),
    *("GM1", "GM9", "2027", "year", "goal", "name", "title", "null", "true"),
)
WORDS = (*NUMBERS, *MARKS, *TEXTS)


def changed(content: bytes, chance: random.Random) -> bytes:
    """Bytes with a few random changes: other bytes, pieces gone, doubled or swapped for words."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        start = chance.randrange(len(content) + 1)
        end = min(len(content), start + int(chance.expovariate(1 / 8)))
        piece = chance.choice(
            (
                chance.choice(WORDS).encode("utf-8", "surrogatepass"),
                bytes([chance.randrange(256)]),
                b"",
                content[start:end] * 2,
                content[chance.randrange(len(content) + 1) :][: end - start],
            )
        )
        content = content[:start] + piece + content[end:]
    return content


def token(content: bytes, chance: random.Random) -> bytes:
    """Bytes of which one word or number is another one."""
    spots = [spot.span() for spot in re.finditer(rb"[\w.-]+", content)]
    if not spots:
        return content
    start, end = chance.choice(spots)
    words = [content[slice(*chance.choice(spots))], chance.choice(WORDS).encode("utf-8", "surrogatepass")]
    return content[:start] + chance.choice(words) + content[end:]


def repacked(content: bytes, chance: random.Random) -> bytes:
    """A workbook of which one part was changed."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        chosen = chance.choice(old.namelist())
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, chance.choice((changed, token))(part, chance) if name == chosen else part)
    return made.getvalue()


def attack(door: str, folder: Path, chance: random.Random, count: int) -> None:
    """Change one kind of input as often as asked for, and have it read.

    Raises
    ------
    AssertionError
        At the first exception that is not a refusal; the input is left where it is.
    """
    hostile.copied(folder)
    keep(folder, "job", text_of("job", [SOLVED]))
    (folder / "region" / "boundaries.geojson").write_text(hostile.SQUARE)
    file, read = DOORS[door]
    good = (folder / file).read_bytes()
    ways = (repacked,) if door == "parts of a workbook" else (changed, token)
    for number in range(count):
        (folder / file).write_bytes(chance.choice(ways)(good, chance))
        try:
            read(folder)
        except VerdelingError as error:
            if not all(each.what and each.why and each.remedy for each in error.problems):
                raise AssertionError(f"{door}, attempt {number}: {error}") from error
        except Exception as error:
            raise AssertionError(f"{door}, attempt {number}: {error!r}") from error


def main(seconds: float, seed: int) -> None:
    """Attack every door in turn, for so many seconds, and count the attempts; crashes are kept."""
    tried, crashed, chance, end = dict.fromkeys(DOORS, 0), 0, random.Random(seed), time.monotonic() + seconds
    while time.monotonic() < end:
        for door in DOORS:
            folder = Path(tempfile.mkdtemp())
            try:
                attack(door, folder, chance, 50)
            except AssertionError as error:
                crashed += 1
                print(error, folder, flush=True)
                continue
            tried[door] += 50
            shutil.rmtree(folder)
    print(sum(tried.values()), "attempts,", crashed, "crashes:", tried)


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
