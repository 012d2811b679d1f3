"""Pictures: titles, how to read them, and what they say to who cannot see them."""
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # The division
    "picture.loads": ("De verdeling: wat elke gemeente draagt", "The division: what each municipality carries"),
    "picture.loads.of": ("De verdeling in {region}: wat elke gemeente draagt", "The division in {region}: what each municipality carries"),
    "picture.loads.bars": ("Links: balk is wat de gemeente draagt, streepje is haar eerlijk aandeel in de hele opgave. Rechts: het één gedeeld door het ander; 100% is precies het eerlijk aandeel. Driehoek naar rechts: meer, naar links: minder.",
                           "Left: the bar is what the municipality carries, the tick its fair share of the whole task. Right: the one divided by the other; 100% is exactly the fair share. Triangle to the right: more, to the left: less."),
    "picture.loads.ends": ("Getoond zijn de {ends} hoogste en de {ends} laagste; de {left} andere liggen ertussen.",
                           "Shown are the {ends} highest and the {ends} lowest; the {left} others lie in between."),
    "picture.loads.strips": ("Elk streepje is een gemeente: wat zij draagt, gedeeld door haar eerlijk aandeel in de opgave van haar regio. 100% (de lijn) is precies het eerlijk aandeel.",
                             "Each tick is a municipality: what it carries, divided by its fair share of the task of its region. 100% (the line) is exactly the fair share."),
    "picture.loads.described": ("{count} gemeenten dragen samen {load}; de hele opgave is {task}. {above} Het meest draagt {highest} ({most} van het eerlijk aandeel), het minst {lowest} ({least}).",
                                "{count} municipalities carry {load} together; the whole task is {task}. {above} Most is carried by {highest} ({most} of the fair share), least by {lowest} ({least})."),
    "picture.loads.even": ("{count} gemeenten dragen samen {load}; de hele opgave is {task}. {above} Alle dragen even veel van hun eerlijk aandeel: {most}.",
                           "{count} municipalities carry {load} together; the whole task is {task}. {above} All carry as much of their fair share: {most}."),
    "picture.above": ("1 gemeente draagt meer dan haar eerlijk aandeel.|{count} gemeenten dragen meer dan hun eerlijk aandeel.",
                      "1 municipality carries more than its fair share.|{count} municipalities carry more than their fair share."),
    "picture.loads.one": ("{name}: {load}, eerlijk aandeel {share}, dus {told}.", "{name}: {load}, fair share {share}, so {told}."),
    "picture.highest": ("hoogste", "highest"),
    "picture.lowest": ("laagste", "lowest"),
    # Groups and years
    "picture.groups.regions": ("Plekken per aandachtsgroep en regio", "Places by group and region"),
    "picture.groups.municipality": ("Het getal is het aantal plekken. De kleur vergelijkt dat met het eerlijk aandeel van de gemeente in alle plekken die de regio aan deze groep geeft.",
                                    "The number is that of the places. The colour compares it with the municipality's fair share of all places that the region gives to this group."),
    "picture.groups.region": ("Het getal is het aantal plekken. De kleur vergelijkt dat met het deel van de inwoners dat in deze regio woont.",
                              "The number is that of the places. The colour compares it with the part of the inhabitants who live in this region."),
    "picture.even.municipality": ("ten opzichte van het eerlijk aandeel", "relative to the fair share"),
    "picture.even.region": ("ten opzichte van de inwoners", "relative to the inhabitants"),
    "picture.groups.none": ("{group}: geen plekken.", "{group}: no places."),
    "picture.groups.one": ("{group}: {places}, de meeste in {where} ({most}).", "{group}: {places}, most of them in {where} ({most})."),
    "picture.years": ("Opgave, gehuisvest en wachtend, {span}", "Needs, housed and waiting, {span}"),
    "picture.years.read": ("In huishoudens. Streepje: wie dat jaar gaat zoeken. Balk: wie dat jaar een plek krijgt. Lijn: wie aan het eind van het jaar nog wacht. Elke groep heeft een eigen schaal.",
                           "In households. Tick: who begins to look that year. Bar: who gets a place that year. Line: who still waits at the end of the year. Each group has a scale of its own."),
    "picture.years.one": ("{group}: opgave {needs}, gehuisvest {served} ({share}), wachtend eind {year}: {waiting}.",
                          "{group}: needs {needs}, housed {served} ({share}), waiting at the end of {year}: {waiting}."),
    "picture.people.needs": ("opgave", "needs"),
    "picture.people.served": ("gehuisvest", "housed"),
    "picture.people.waiting": ("wachtend", "waiting"),
}
