"""Cards in a notebook and a terminal."""
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "show.more": ("En nog {count} rijen.", "And {count} more rows."),
    "show.more_said": ("En nog {count} zinnen.", "And {count} more sentences."),
    "show.next": ("Verder", "Next"),
    "show.scenarios": ("Scenario's", "Scenarios"),
    "show.side_by_side": ("Wat elk verdeelprincipe bereikt", "What each policy reaches"),
    "show.frontier": ("Wat eerlijkheid kost", "What fairness costs"),
    "show.point": ("punt", "point"),
    "show.yardstick": ("Eerlijke aandelen volgens de sleutel van: {policy}.", "Fair shares by the key of: {policy}."),
    "show.settled": ("ligt vast", "settled"),
    "show.free": ("vrij", "free"),
    "show.unknown": ("niet bewezen", "not proved"),
    # What the next calls give
    "show.solve": ("verdeelt", "divides"),
    "show.compare": ("legt verdeelprincipes naast elkaar", "lays policies side by side"),
    "show.explain": ("zegt waarom", "says why"),
    "show.plot": ("een plaatje", "a picture"),
    "show.report": ("schrijft een rapport", "writes a report"),
    "show.repair": ("zoekt uitwegen", "finds ways out"),
    "show.conflict": ("zegt wat niet samen kan", "says what cannot hold together"),
    "show.sentences": ("alles in zinnen", "everything in sentences"),
    "show.paths": ("van eerlijk aandeel naar uitkomst", "from fair share to result"),
    "show.room": ("wat nog vrij is", "what is still free"),
    "show.winners": ("wie erop vooruit en achteruit gaat", "who gains and who loses"),
    "show.ground": ("waar alle verdeelprincipes het over eens zijn", "what all policies agree on"),
    "show.loads": ("wie wat draagt in elk punt", "who carries what at each point"),
    "show.trades": ("wie met wie kan ruilen", "who can trade with whom"),
    "show.indicators": ("alle indicatoren", "all indicators"),
    "show.written": ("schrijft het weg", "writes it"),
}
