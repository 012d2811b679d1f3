"""A division by a key alone."""
# fmt: off

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # A division by a key alone
    "step.cap": ("bovengrens", "cap"),
    "step.component": ("verdeling", "division"),
    "step.correction": ("correctie", "correction"),
    "step.floor": ("ondergrens", "floor"),
    "step.phase_in": ("ingroei", "phase-in"),
    "step.round": ("afronding onderweg", "rounding on the way"),
    "step.rounding": ("afronding", "rounding"),
    "step.shift": ("verschuiving tussen klassen", "shift between classes"),
    "step.trade": ("ruil", "exchange"),
    "division.gives": ("{amount} door {step}", "{step} gives {amount}"),
    "division.adds": ("{amount} erbij door {step}", "{step} adds {amount}"),
    "division.takes": ("{amount} eraf door {step}", "{step} takes {amount}"),
    "division.whose": ("{municipality}, {class_}", "{municipality}, {class_}"),
    "division.sentence": ("{whose}: {effects}: {places}.", "{whose}: {effects}: {places}."),
    "division.nothing": ("{whose}: {places}.", "{whose}: {places}."),
    "division.for": (" voor {class_}", " for {class_}"),
    "division.corrected": ("Door correcties gaat het totaal{whom} van {total} naar {divided}.",
                           "Corrections take the total{whom} from {total} to {divided}."),
    "division.fraction": ("Na correcties is het totaal{whom} {total}; verdeeld wordt {divided}.",
                          "After corrections the total{whom} is {total}; what is divided is {divided}."),
    "division.above": ("Afronden {rule} verdeelt {divided}{whom}: {by} meer dan het totaal van {total}.",
                       "Rounding {rule} divides {divided}{whom}: {by} above the total of {total}."),
    "division.below": ("Afronden {rule} verdeelt {divided}{whom}: {by} minder dan het totaal van {total}.",
                       "Rounding {rule} divides {divided}{whom}: {by} below the total of {total}."),
    "rule.down": ("naar beneden", "down"),
    "rule.nearest": ("naar het dichtstbijzijnde gehele getal", "to the nearest"),
    "rule.up": ("naar boven", "up"),
}
