"""Needs that are reckoned from figures."""
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # How a number was reckoned
    "method.waiting": ("wachtlijst {number}", "waiting list {number}"),
    "method.inflow": ("instroom {number}", "inflow {number}"),
    "method.grown": ("instroom {number} × {factor}^{years}", "inflow {number} × {factor}^{years}"),
    "method.outflow": ("uitstroom {number}", "outflow {number}"),
    "method.households": ("{sum} = {exact} huishoudens", "{sum} = {exact} households"),
    "method.persons": ("({sum}) personen ÷ {factor} = {exact} huishoudens", "({sum}) persons ÷ {factor} = {exact} households"),
    "method.rounded": ("{method}; {whole}, heel gemaakt zodat de jaren samen kloppen", "{method}; {whole}, made whole so that the years add up"),
    "method.share": ("{whole} ({exact}) van {total} in de regio volgens de sleutel {rule}. Regio: {method}",
                     "{whole} ({exact}) of {total} in the region by the key {rule}. Region: {method}"),
    "method.values_low": ("{method}. Lage waarden van alle aannames samen", "{method}. Low values of all assumptions together"),
    "method.values_middle": ("{method}. Middenwaarden van alle aannames samen", "{method}. Middle values of all assumptions together"),
    "method.values_high": ("{method}. Hoge waarden van alle aannames samen", "{method}. High values of all assumptions together"),
    "method.source": ("{method}. Cijfers: {source}", "{method}. Figures: {source}"),
    # What is shown
    "needs.built": ("{group}: {households} huishoudens in {years}{scenario}.", "{group}: {households} households in {years}{scenario}."),
    "needs.in_scenario": (", scenario {name}", ", scenario {name}"),
    "needs.counts": ("Alleen uit tellingen of besluiten gemaakt: {count} van {rows} getallen; de andere zijn als schatting gemerkt.",
                     "Made of counts or decisions alone: {count} of {rows} numbers; the others are marked as estimates."),
    "needs.combined": ("In het scenario low hebben alle aannames hun lage waarde, in high hun hoge; mengvormen zijn niet berekend.",
                       "In the scenario low all assumptions have their low value, in high their high one; mixtures are not reckoned."),
    "needs.flow": ("Een opgave is wie in een jaar begint te zoeken; wie bij het begin wacht, telt mee in {year}. Wie geen plek krijgt, wacht vanzelf door.",
                   "A need is who starts looking in a year; whoever waits at the beginning counts in {year}. Those without a place wait on by themselves."),
    "needs.missing": ("{group}: geen opgave meer in {places}, want daarvan zijn er geen cijfers.", "{group}: no needs any more in {places}, of which there are no figures."),
    "needs.replaced": ("In de plaats gekomen van {rows} rijen over {group} ({households} huishoudens, alle scenario's opgeteld).",
                       "They take the place of {rows} rows about {group} ({households} households, all scenarios added up)."),
}
