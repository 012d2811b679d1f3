"""Building plans that become projects and supply."""
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # Sources of numbers
    "plans.stated": ("plan {plan}: {homes} woningen ({place})", "plan {plan}: {homes} homes ({place})"),
    "plans.rated": ("{plan} × {rate} voor de klasse {certainty} = {exact}; {places}, heel gemaakt samen met de andere plannen van gemeente, woonvorm en klasse. Realisatiegraad: {source}",
                    "{plan} × {rate} for the class {certainty} = {exact}; {places}, made whole together with the other plans of municipality, place type and class. Rate: {source}"),
    "plans.own_rate": ("opgegeven door de gebruiker", "stated by the user"),
    "plans.no_source": ("geen bron bekend; geef zelf een realisatiegraad op om deze plannen mee te tellen", "no source is known; state a rate to count on these plans"),
    "plans.decided": ("besloten plannen tellen helemaal mee", "decided plans count in full"),
    "plans.turnover": ("{places} nieuwe woningen van plan {plan} × mutatiegraad {share} per jaar, heel gemaakt zodat de jaren samen kloppen",
                       "{places} new homes of plan {plan} × turnover {share} per year, made whole so that the years add up"),
    # What became of a plan
    "plans.became": ("{homes} woningen ({certainty}, × {rate}) worden {places} plekken als {kind}, vanaf {year}", "{homes} homes ({certainty}, × {rate}) become {places} places as {kind}, from {year} on"),
    "plans.left_out": ("{homes} woningen doen niet mee: {why}", "{homes} homes are left out: {why}"),
    "became.project": ("project", "a project"),
    "became.supply": ("aanbod, want in aanbouw", "supply, being under construction"),
    "left_out.delivered": ("al opgeleverd", "delivered already"),
    "left_out.stopped": ("gestopt", "stopped"),
    "left_out.demolition": ("sloop; trek zelf van het aanbod af wat daarvan zou vrijkomen",
                            "demolition; take off the supply yourself what of it would have come free"),
    "left_out.outside": ("buiten de regio", "outside the region"),
    "left_out.no-homes": ("geen woningen", "no homes"),
    "left_out.no-place-type": ("geen woonvorm van dit model, zoals koop", "no place type of the instance, such as owned homes"),
    "left_out.no-certainty": ("geen planstatus", "no certainty stated"),
    "left_out.no-date": ("geen oplevering genoemd", "no delivery stated"),
    "left_out.before": ("oplevering vóór het eerste jaar", "delivery before the first year"),
    "left_out.after": ("oplevering na het laatste jaar", "delivery after the last year"),
    "left_out.rate": ("er blijft niets over van de realisatiegraad", "the rate leaves nothing"),
    # What is shown
    "plans.sum": ("{count} rij met {homes} woningen wordt {places} plekken als {kind}.|{count} rijen met {homes} woningen worden {places} plekken als {kind}.",
                  "{count} row with {homes} homes becomes {places} places as {kind}.|{count} rows with {homes} homes become {places} places as {kind}."),
    "plans.rule": ("Klasse {certainty}: × {rate} ({source}).", "Class {certainty}: × {rate} ({source})."),
    "plans.default_rule": ("Klasse {certainty}: × {rate}, omdat niets anders is opgegeven ({source}).", "Class {certainty}: × {rate}, because nothing else is stated ({source})."),
    "plans.without": ("{homes} woningen doen niet mee: {why} ({plans}).", "{homes} homes are left out: {why} ({plans})."),
    "plans.alike": ("{count} rij is gelijk aan een andere en telt ook mee: kijk na of zij dubbel is ({plans}).|{count} rijen zijn gelijk aan een andere en tellen ook mee: kijk na of zij dubbel zijn ({plans}).",
                    "{count} row is like another and counts as well: look whether it stands there twice ({plans}).|{count} rows are like another and count as well: look whether they stand there twice ({plans})."),
    "plans.there": ("De {count} projecten die er al waren, blijven staan.", "The {count} projects that were there stay."),
}
