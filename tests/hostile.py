"""Bad inputs, each made from a good one by one change, as the command that is given them.

`python hostile.py > golden/hostile.txt` writes down what is said of each.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
import tempfile
import zipfile
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook, load_workbook

from commands import run
from hand_made import PLACEMENTS, small
from hand_made import table as tidy
from verdeling.adapters import write_instance
from verdeling.engine import solve
from verdeling.meeting.actions import Undo, begun
from verdeling.meeting.log import Heading, Log
from verdeling.output import write_solution
from verdeling.policy import models_folder

if TYPE_CHECKING:
    from collections.abc import Callable

Made = list[object]
"""Arguments of the command line."""

GOLDEN = Path(__file__).with_name("golden") / "hostile.txt"
CASES: dict[str, Callable[[Path], Made]] = {}
"""By name, what makes the input in an empty folder."""

DEEP, MANY = "[" * 100_000, "9" * 5_000
OUTSIDE = b"municipality,name,region,population\nGM1,Losser,Twente,2000\n"


@cache
def good() -> Path:
    """A folder with a good input of every kind."""
    folder, region = Path(tempfile.mkdtemp()), small()
    write_instance(region, folder / "region")
    write_instance(region, folder / "region.json")
    write_instance(region, folder / "region.xlsx")
    write_solution(solve(region, whole=False), folder / "result")
    (folder / "plan.csv").write_text(tidy(PLACEMENTS).to_csv(index=False))
    shutil.copy(models_folder() / "leximin.toml", folder / "policy.toml")
    shutil.copy(models_folder() / "keys" / "population.toml", folder / "key.toml")
    (folder / "changes.toml").write_text('set = ["supply:GM3,social,2027=4"]\n')
    (folder / "changes.csv").write_text('table,row,column,value\nsupply,"GM3,social,2027",places,4\n')
    (folder / "provinces.csv").write_text("municipality,province\nGM1,O\nGM2,O\nGM3,G\n")
    (folder / "own.csv").write_text("Gemeente;Aantal\nLosser;3\n")
    (folder / "mapping.toml").write_text(MAPPING)
    log = Log(folder / "log.jsonl", Heading.of(region, Path("region"), begun(region, "leximin", None)))
    log.add(Undo(), "undone")
    log.add(Undo(), "undone")
    return folder


MAPPING = """[about]
years = [2027]
[reading]
notation = "dutch"
[[table]]
fills = "municipalities"
sheet = "own.csv"
columns = { municipality = "Gemeente", population = "Aantal" }
constants = { region = "R" }
"""

COMMANDS: dict[str, tuple[object, ...]] = {
    "region": ("check", "region"),
    "region.json": ("check", "region.json"),
    "region.xlsx": ("check", "region.xlsx"),
    "result": ("rollup", "result"),
    "plan.csv": ("judge", "region", "plan.csv"),
    "policy.toml": ("solve", "region", "--policy", "policy.toml"),
    "key.toml": ("divide", "region", "--key", "key.toml", "--total", "10"),
    "changes.toml": ("what-if", "region", "--changes", "changes.toml"),
    "changes.csv": ("what-if", "region", "--changes", "changes.csv"),
    "provinces.csv": ("rollup", "result", "--provinces", "provinces.csv"),
    "mapping.toml": ("map", "own.csv", "--mapping", "mapping.toml"),
    "own.csv": ("map", "own.csv", "--mapping", "mapping.toml"),
    "log.jsonl": ("replay", "log.jsonl", "--instance", "region"),
}
"""What takes each kind of input."""


def copied(folder: Path) -> None:
    """Every good input, in a folder."""
    shutil.copytree(good(), folder, dirs_exist_ok=True)


def command(file: str, folder: Path) -> Made:
    """The command that takes a file, with paths in a folder."""
    words = COMMANDS[file.partition("/")[0]]
    return [words[0], *(folder / str(each) if (folder / str(each)).exists() or "." in str(each) else each
                        for each in words[1:])]  # fmt: skip


def spoiled(file: str, spoil: Callable[[Path], object], folder: Path) -> Made:
    """Good inputs, of which one file was spoiled."""
    copied(folder)
    made = command(file, folder)
    spoil(folder / file)
    return made


def case(name: str, file: str, spoil: Callable[[Path], object]) -> None:
    """Note a case: a file, and what is done to it."""
    assert name not in CASES, name
    CASES[name] = partial(spoiled, file, spoil)


def swap(old: str, new: str) -> Callable[[Path], object]:
    """Write another text in the place of the first one of its kind."""

    def spoil(path: Path) -> None:
        text = path.read_text("utf-8")
        assert old in text, (path.name, old)
        path.write_text(text.replace(old, new, 1), "utf-8")

    return spoil


def whole(content: str | bytes) -> Callable[[Path], object]:
    """Write something else altogether."""
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


def more(text: str) -> Callable[[Path], object]:
    """Add something at the end."""
    return lambda path: path.write_text(path.read_text("utf-8") + text, "utf-8")


def gone(path: Path) -> None:
    """Take the file away."""
    path.unlink()


def folder_there(path: Path) -> None:
    """A folder in the place of the file."""
    path.unlink()
    path.mkdir()


def pipe(path: Path) -> None:
    """A pipe in the place of the file, to which nobody writes."""
    path.unlink()
    os.mkfifo(path)


def link(to: str) -> Callable[[Path], object]:
    """A link in the place of the file."""
    return lambda path: (path.unlink(), path.symlink_to(to))


def link_out(path: Path) -> None:
    """A link to a file that is not in the folder."""
    path.unlink()
    other = path.parent.parent / "elsewhere.csv"
    other.write_bytes(OUTSIDE)
    path.symlink_to(other)


def recoded(how: str) -> Callable[[Path], object]:
    """The same text in another encoding."""
    return lambda path: path.write_bytes(path.read_text("utf-8").encode(how, errors="replace"))


def large(path: Path) -> None:
    """A file of more bytes than are read, most of them on no disk."""
    os.truncate(path, 65 * 2**20)


for name, spoil in {
    "a pipe": pipe,
    "a device without end": link("/dev/zero"),
    "a link to itself": lambda path: (path.unlink(), path.symlink_to(path.name)),
    "a folder": folder_there,
    "UTF-16": recoded("utf-16"),
    "too large": large,
    "NUL bytes": whole(b"\0" * 64),
}.items():
    for file in (
        "region/needs.csv", "region/datapackage.json", "region.json", "region.xlsx", "policy.toml",
        "key.toml", "changes.toml", "mapping.toml", "plan.csv", "log.jsonl", "provinces.csv", "own.csv",
    ):  # fmt: skip
        if (file, name) not in {
            ("region.xlsx", "UTF-16"),
            ("own.csv", "UTF-16"),
            ("region.json", "a folder"),
        }:
            case(f"{file}: {name}", file, spoil)

NEEDS = "region/needs.csv"
for name, number in {
    "larger than a number": "1e400",
    "negative": "-9",
    "not a number": "NaN",
    "infinite": "inf",
    "thousands of digits": MANY,
    "a decimal comma": "'9,5'",
    "a space between thousands": "1 000",
    "digits of another script": "٩",
    "hexadecimal": "0x10",
    "a formula": "=1+1",
    "a command of a spreadsheet": "=cmd|'/c calc'!A0",
    "a part": "9.5",
    "blank": "",
    "a word": "nine",
    "a script": "<script>alert(1)</script>",
    "an underscore": "1_000",
}.items():
    case(f"households: {name}", NEEDS, swap("2027,9", f'2027,"{number}"'))

for name, (file, old, new) in {
    "blank": ("municipalities.csv", "GM3", ""),
    "twice": ("municipalities.csv", "GM3", "GM1"),
    "with a newline": ("municipalities.csv", "GM3", '"GM\n3"'),
    "with a null": ("municipalities.csv", "GM3", "GM\0003"),
    "with an escape sequence": ("municipalities.csv", "Aalten", "\x1b[31mAalten"),
    "turned from right to left": ("municipalities.csv", "Aalten", "Aal\u202eten"),
    "with a character of no width": ("municipalities.csv", "GM3", "GM\u200b3"),
    "of ten thousand characters": ("municipalities.csv", "GM3", "G" * 10_000),
    "unknown in needs": ("needs.csv", "GM3", "GM9"),
    "with a space in front in needs": ("needs.csv", "GM3", "GM 3"),
}.items():
    case(f"id: {name}", f"region/{file}", swap(old, new))

for name, (file, spoil) in {
    "empty": (NEEDS, whole("")),
    "no rows": ("region/municipalities.csv", whole("municipality,name,region,population\n")),
    "semicolons": (NEEDS, lambda path: path.write_text(path.read_text().replace(",", ";"))),
    "an open quote": (NEEDS, swap("2027,9", '2027,"9')),
    "a quoted field without end": (NEEDS, swap("2027,9", '2027,"' + "9" * 200_000)),
    "a cell too many": (NEEDS, swap("2027,9", "2027,9,9")),
    "a cell too few": (NEEDS, swap("2027,9", "2027")),
    "Latin-1": (
        "region/municipalities.csv",
        lambda path: path.write_bytes(b"municipality,name\nGM1,Caf\xe9\n"),
    ),
    "a column twice": (NEEDS, swap("year,", "year,year,")),
    "an unknown column": (NEEDS, swap("households", "houshold")),
    "a column without a name": (NEEDS, swap("year", "")),
    "a thousand columns": (NEEDS, swap("year,", "year," + "x," * 1000)),
    "a million columns": (NEEDS, whole("x," * 10**6 + "\n" + "1\n" * 12)),
    "absent": (NEEDS, gone),
    "a link out of the folder": ("region/municipalities.csv", link_out),
    "a link to nothing": (NEEDS, link("nothing.csv")),
}.items():
    case(f"table: {name}", file, spoil)

DESCRIPTOR = "region/datapackage.json"
for name, spoil in {
    "absent": gone,
    "empty": whole(""),
    "a list": whole("[]"),
    "deeply nested": whole(DEEP),
    "broken off": whole('{"name": "x'),
    "a path out of the folder": swap('"needs.csv"', '"../needs.csv"'),
    "an absolute path": swap('"needs.csv"', '"/etc/passwd"'),
    "a path with a null": swap('"needs.csv"', '"needs\\u0000.csv"'),
    "a table twice": swap('"name": "needs"', '"name": "supply"'),
    "an unknown table": swap('"name": "needs"', '"name": "wants"'),
    "a year larger than a number": swap("2028", "1e400"),
    "a year of thousands of digits": swap("2028", MANY),
    "a year of hundreds of digits": swap("2028", "9" * 400),
    "years that are not consecutive": swap("2028", "2031"),
    "NaN as a year": swap("2028", "NaN"),
    "no years": swap("2028", '"soon"'),
    "a field twice": swap('"name":', '"title": "x", "name":'),
    "a name with a path": swap('"name": "untitled"', '"name": "../../x"'),
}.items():
    case(f"descriptor: {name}", DESCRIPTOR, spoil)

for name, text in {
    "empty": "",
    "no object": "[]",
    "deeply nested": DEEP,
    "deeply nested objects": '{"a":' * 100_000,
    "no tables": "{}",
    "tables of numbers": '{"tables": {"needs": [1]}}',
    "a table twice": '{"tables": {"needs": [], "needs": []}}',
    "an infinite cell": '{"tables": {"needs": [{"households": Infinity}]}}',
    "a cell larger than a number": '{"tables": {"needs": [{"households": 1e400}]}}',
    "a cell of thousands of digits": '{"tables": {"needs": [{"households": ' + MANY + "}]}}",
    "a cell with a list": '{"tables": {"municipalities": [{"municipality": ["A"], "region": {"a": 1}}]}}',
    "half a character": '{"tables": {"municipalities": [{"municipality": "\\ud800", "region": "R"}]}}',
    "a field for every row": json.dumps({"tables": {"needs": [{f"x{n}": 1} for n in range(3_200)]}}),
    "something else": '{"tables": {}, "macro": 1}',
}.items():
    case(f"JSON: {name}", "region.json", whole(text))


def book(**parts: str | bytes) -> Callable[[Path], object]:
    """A workbook with other parts; two underscores in a name stand for a slash."""
    named = {part.replace("__", "/") + ".xml": content for part, content in parts.items()}

    def spoil(path: Path) -> None:
        old = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for part in old.namelist():
                new.writestr(part, named.pop(part, old.read(part)))
            for part, content in named.items():
                new.writestr(part, content)

    return spoil


def filled(sheet: str, cell: str, value: object) -> Callable[[Path], object]:
    """A workbook with another cell."""

    def spoil(path: Path) -> None:
        made = load_workbook(path)
        made[sheet][cell] = value
        made.save(path)

    return spoil


def other_book(path: Path) -> None:
    """A workbook of something else."""
    made = Workbook()
    made.active.append(["a", "b"])
    made.save(path)


SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = f'<worksheet xmlns="{SPREADSHEET}"><sheetData>{{}}</sheetData></worksheet>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
for name, spoil in {
    "no zip": whole("Not a workbook"),
    "a zip of something else": book(**{"[Content_Types]": "<x/>"}),
    "broken off": lambda path: path.write_bytes(path.read_bytes()[:2000]),
    "entities of entities": book(xl__workbook=f"<!DOCTYPE x [{LAUGHS}]><x>&l11;</x>"),
    "entities of entities in a sheet": book(
        xl__worksheets__sheet2=f"<!DOCTYPE x [{LAUGHS}]>" + SHEET.format("<row><c><v>&l11;</v></c></row>")
    ),
    "an entity that is a file": book(
        xl__sharedStrings='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><sst><si><t>&e;</t></si></sst>'
    ),
    "a document type in UTF-16": book(xl__workbook="<!DOCTYPE x []><x/>".encode("utf-16")),
    "unpacks to gigabytes": book(xl__media__bomb=b"\0" * 2**28),
    "row ten thousand million": book(
        xl__worksheets__sheet2=SHEET.format('<row r="10000000000"><c r="A1"><v>1</v></c></row>')
    ),
    "rows as wide as can be": book(
        xl__worksheets__sheet2=SHEET.format(
            "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 700))
        )
    ),
    "deeply nested": book(xl__worksheets__sheet2="<a>" * 100_000),
    "a formula": filled("needs", "E2", "=1+1"),
    "an error": filled("needs", "E2", "#REF!"),
    "a date as a number": filled("needs", "E2", date(2027, 1, 1)),
    "a truth as a number": filled("needs", "E2", True),
    "no tables": other_book,
}.items():
    case(f"workbook: {name}", "region.xlsx", spoil)

for kind, file in {
    "policy": "policy.toml",
    "key": "key.toml",
    "mapping": "mapping.toml",
    "changes": "changes.toml",
}.items():
    for name, spoil in {
        "absent": gone,
        "empty": whole(""),
        "no TOML": whole("goal: leximin"),
        "deeply nested": whole("a = " + DEEP),
        "a deep path": whole(".".join("a" * 400_000) + " = 1"),
        "thousands of digits": more(f"\nx = {MANY}\n"),
        "thousands of hexadecimal digits": more(f"\nx = 0x{MANY}\n"),
        "a day that is none": more("\nx = 2027-02-31\n"),
        "something else": more("\nmacro = 1\n"),
    }.items():
        case(f"{kind}: {name}", file, spoil)

for name, (old, new) in {
    "an unknown measure": ("waiting", "wating"),
    "an unknown aggregate": ('"priority"', '"prioritise"'),
    "an aggregate of other people": ('over = "group"', 'over = "province"'),
    "a measure with a path": ('"waiting"', '"../waiting"'),
    "an unknown attribute": ('"population"', '"income"'),
    "a weight larger than a number": ("weight = 1.0", "weight = 1e400"),
    "a weight that is no number": ("weight = 1.0", "weight = nan"),
    "a weight below zero": ("weight = 1.0", "weight = -1.0"),
    "no weight at all": ("weight = 1.0", "weight = 0.0"),
    "an infinite threshold": ('aggregate = "priority"', 'aggregate = "priority"\nthreshold = inf'),
    "a part above one": ('aggregate = "priority"', 'aggregate = "priority"\npart = 2'),
    "a tolerance of one": ('title = "Leximin"', 'title = "Leximin"\ntolerance = 1.0'),
    "a tolerance of nothing": ('title = "Leximin"', 'title = "Leximin"\ntolerance = 0'),
    "a title that is a number": ('title = "Leximin"', "title = 1"),
    "a table where a list belongs": ("[[goal]]", "[goal]"),
}.items():
    case(f"policy: {name}", "policy.toml", swap(old, new))

for name, (old, new) in {
    "an unknown attribute": ('"population"\nname', '"income"\nname'),
    "an unknown rounding": ("largest_remainder", "highest"),
    "a total below zero": ('title = "Population"', 'title = "Population"\ntotal = -1'),
    "an infinite weight": ('name = "population"', 'name = "population"\nweight = inf'),
    "no component": (
        '[[component]]\nattribute = "population"\nname = "population"\nname_nl = "inwoners"',
        "",
    ),
}.items():
    case(f"key: {name}", "key.toml", swap(old, new))

for name, text in {
    "no change": "set = []",
    "a sentence": 'set = ["more homes please"]',
    "an unknown table": 'set = ["homes:GM3=4"]',
    "an unknown row": 'set = ["supply:GM9,social,2027=4"]',
    "a word for a number": 'set = ["supply:GM3,social,2027=four"]',
    "larger than a number": f'set = ["supply:GM3,social,2027={MANY}"]',
    "below zero": 'set = ["supply:GM3,social,2027=-4"]',
    "an unknown measure": 'agree = ["homes >= 4: GM3"]',
    "a number for a list": "set = 1",
    "a list of numbers": "set = [1]",
    "rows of numbers": "add = [1]",
    "a text for rows": 'add = "row"',
    "a row of no table": "[[add]]\nx = 1",
    "a row of a list": '[[add]]\ntable = "supply"\nmunicipality = ["GM1"]',
}.items():
    case(f"changes: {name}", "changes.toml", whole(text))
for name, text in {
    "other columns": "a,b\n1,2\n",
    "empty": "",
    "an open quote": 'table,row,column,value\n"supply',
}.items():
    case(f"changes in CSV: {name}", "changes.csv", whole(text))

for name, spoil in {
    "empty": whole(""),
    "other columns": whole("a,b\n1,2\n"),
    "an unknown municipality": swap("GM1", "GM9"),
    "places below zero": swap("2027,3", "2027,-3"),
    "places that are no number": swap("2027,3", "2027,NaN"),
    "infinite places": swap("2027,3", "2027,inf"),
    "places larger than a number": swap("2027,3", "2027,1e400"),
    "thousands of digits": swap("2027,3", f"2027,{MANY}"),
    "a row twice": swap("GM1,status,social,2027,3", "GM1,status,social,2027,3\nGM1,status,social,2027,3"),
    "a column twice": swap("year,places", "year,places,places"),
    "an open quote": swap("2027,3", '2027,"3'),
    "another year": swap("2027,3", "2031,3"),
    "absent": gone,
}.items():
    case(f"plan: {name}", "plan.csv", spoil)


def outlines(**geometry: object) -> str:
    """Outlines of one municipality with a geometry."""
    feature = {"type": "Feature", "properties": {"municipality": "GM1"}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def drawn(text: str) -> Callable[[Path], object]:
    """A region with a file of outlines."""
    return lambda path: (path / "boundaries.geojson").write_text(text)


SQUARE = outlines(type="Polygon", coordinates=[[[5, 52], [6, 52], [6, 53], [5, 52]]])
for name, text in {
    "empty": "",
    "no object": "1",
    "deeply nested": DEEP,
    "no features": '{"type": "FeatureCollection"}',
    "a feature that is a number": '{"type": "FeatureCollection", "features": [1]}',
    "a corner larger than a number": SQUARE.replace("[5,", "[1e400,"),
    "a corner of hundreds of digits": SQUARE.replace("[5,", f"[5{'0' * 400},"),
    "a kind that is a list": outlines(type=[], coordinates=[]),
    "a ring of texts": outlines(type="Polygon", coordinates=["ring"]),
    "in metres": outlines(type="Polygon", coordinates=[[[250_000, 480_000]] * 4]),
}.items():
    case(f"outlines: {name}", "region", drawn(text))

RESULT = "result/datapackage.json"
for name, (file, spoil) in {
    "a number changed": ("result/placements.csv", swap("GM1", "GM2")),
    "a file gone": ("result/placements.csv", gone),
    "no descriptor": (RESULT, gone),
    "deeply nested": (RESULT, whole(DEEP)),
    "a path out of the folder": (RESULT, swap('"placements.csv"', '"../placements.csv"')),
    "a path with a null": (RESULT, swap('"placements.csv"', '"placements\\u0000.csv"')),
    "another form": (RESULT, swap('"format": 1', '"format": 2')),
    "another status": (RESULT, swap('"status": "optimal"', '"status": "perfect"')),
    "a table less": (RESULT, swap('"name": "goals"', '"name": "aims"')),
}.items():
    case(f"result: {name}", file, spoil)

for name, spoil in {
    "absent": gone,
    "empty": whole(""),
    "of another instance": swap('"digest":"', '"digest":"0'),
    "of another policy": swap('"policy":"leximin"', '"policy":"../leximin"'),
    "an unknown act": swap('"act": "undo"', '"act": "fly"'),
    "a line of a list": swap('{"at"', '[{"at"'),
    "a deeply nested line": more(DEEP + "\n"),
    "a field more": swap('"act": "undo"', '"act": "undo", "run": "rm"'),
}.items():
    case(f"log: {name}", "log.jsonl", spoil)

for name, (file, text) in {
    "no columns": ("provinces.csv", "a,b\n"),
    "a municipality in two": ("provinces.csv", "municipality,province\nGM1,O\nGM1,G\n"),
    "ragged": ("provinces.csv", "municipality,province\nGM1\nGM2,O\nGM3,O\n"),
}.items():
    case(f"provinces: {name}", file, whole(text))


def asked(words: tuple[object, ...], folder: Path) -> Made:
    """A command in a folder with good inputs."""
    copied(folder)
    there = {each.name for each in folder.iterdir()}
    return [folder / str(each) if str(each) in there else each for each in words]


for name, words in {
    "an unknown policy": ("solve", "region", "--policy", "lexmin"),
    "a policy by a path": ("solve", "region", "--policy", "../leximin"),
    "a policy with a null": ("solve", "region", "--policy", "a\0b"),
    "an unknown scenario": ("solve", "region", "--scenario", "worst"),
    "an unknown solver": ("solve", "region", "--solver", "os.system"),
    "an unknown key": ("divide", "region", "--key", "nobody", "--total", "10"),
    "a total below zero": ("divide", "region", "--key", "population", "--total=-10"),
    "a total of thousands of digits": ("divide", "region", "--key", "population", "--total", MANY),
    "a total that is a word": ("divide", "region", "--key", "population", "--total", "ten"),
    "nothing there": ("check", "nowhere"),
    "a name that is too long": ("check", "x" * 5_000),
    "a plan with a name that is too long": ("judge", "region", "x" * 5_000),
    "a workbook with a name that is too long": ("map", "x" * 5_000 + ".csv"),
    "a policy with a name that is too long": ("solve", "region", "--policy", "x" * 5_000),
    "a key with a name that is too long": ("divide", "region", "--key", "x" * 5_000, "--total", "1"),
    "an output with a name that is too long": ("solve", "region", "--fractional", "-o", "x" * 5_000),
    "a total that is a superscript": ("divide", "region", "--key", "population", "--total", "²"),
    "a name with a null": ("check", "re\0gion"),
    "an unknown format": ("check", "policy.toml"),
    "an output with another ending": ("solve", "region", "-o", "out.pdf"),
    "an output in a folder that is not there": ("solve", "region", "-o", "nowhere/out"),
    "an output that is there": ("solve", "region", "-o", "result"),
    "an output that is something else": ("solve", "region", "-o", "region", "--overwrite"),
    "an unknown municipality": ("why", "region", "Atlantis"),
    "a change that is none": ("what-if", "region", "--set", "more"),
    "a change of thousands of digits": ("what-if", "region", "--set", f"supply:GM3,social,2027={MANY}"),
    "a schema of no table": ("schema", "wants"),
    "a workbook that is none": ("map", "policy.toml"),
    "no samples": ("study", "region", "--samples", "0"),
    "no time": ("solve", "region", "--time-limit", "-1"),
    "time that is no number": ("solve", "region", "--time-limit", "nan"),
    "a spread that is no number": ("study", "region", "--needs", "nan", "--samples", "1"),
    "an unknown language": ("solve", "region", "--lang", "fr"),
}.items():
    CASES[f"command: {name}"] = partial(asked, words)


def message(name: str, folder: Path) -> tuple[int, str, BaseException | None]:
    """Exit code, what is said of a bad input, and the exception that came out of the program."""
    result = run(*CASES[name](folder))
    told = result.stderr.replace(str(folder.resolve()), "…").replace(str(folder), "…")
    told = re.sub(r"Neither .* nor .* holds", "Neither … nor … holds", told)
    unforeseen = None if isinstance(result.exception, SystemExit | None) else result.exception
    return result.exit_code, "\n".join(line.rstrip() for line in told.strip().splitlines()), unforeseen


def main() -> None:
    """Show what is said of each bad input, as the goldens have it."""
    for name in CASES:
        with tempfile.TemporaryDirectory() as made:
            code, told, error = message(name, Path(made))
        print(f"### {name}: {code}\n{told}\n")
        if error is not None or code != 2:
            print(f"{name}: {code} {error!r}", file=sys.stderr)


if __name__ == "__main__":
    main()
