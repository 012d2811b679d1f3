"""Reports for a meeting."""
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "report.of_division": ("Rapport van een verdeling", "Report of a division"),
    "report.of_policies": ("Rapport van een vergelijking van verdeelprincipes", "Report of a comparison of policies"),
    "report.of_conflict": ("Rapport van een opgave die zo niet kan", "Report of a task that cannot be met as it is"),
    "report.conflict": ("Er is geen verdeling: niet alle afspraken kunnen samen worden nagekomen.",
                        "There is no division: not all agreements can be kept together."),
    "report.housed": ("Van de {needs} huishoudens die een plek zoeken krijgen er {served} een plek ({part}); eind {last} wachten er nog {waiting}.", "Of the {needs} households that look for a place {served} are given one ({part}); at the end of {last} {waiting} are still waiting."),
    "report.even": ("Elke gemeente draagt {highest} keer haar eerlijke aandeel.", "Every municipality carries {highest} times its fair share."),
    "report.loads": ("De zwaarste belasting, {highest} keer het eerlijk aandeel, is die van {most}; de lichtste, {lowest} keer, die van {least}.", "The heaviest load, {highest} times the fair share, is that of {most}; the lightest, {lowest} times, that of {least}."),
    "report.own": ("{name} draagt {load}, dat is {relative} keer het eerlijk aandeel van {share}.", "{name} carries {load}, which is {relative} times its fair share of {share}."),
    "own.free": ("{name} kan tussen {lowest} en {highest} dragen zonder dat een doel slechter wordt; in dit plan {value}.", "{name} can carry between {lowest} and {highest} without any goal getting worse; in this plan {value}."),
    "own.settled": ("De doelen leggen vast wat {name} draagt: {value}.", "The goals settle what {name} carries: {value}."),
    "own.unknown": ("Of {name} ook iets anders kan dragen dan {value}, is niet bewezen.", "Whether {name} can carry anything else than {value} is not proved."),
}
