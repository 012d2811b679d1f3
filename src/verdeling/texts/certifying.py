"""Certificates, and what `verdeling verify` says."""
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "certify.about": ("Het certificaat: waarmee iedereen elk doel kan narekenen zonder oplosser (verdeling verify).", "The certificate: what lets anybody check each goal without a solver (verdeling verify)."),
    "certify.left_out": ("Zonder certificaat: dat wordt ongevraagd gemaakt tot {most} gemeenten (--certify vraagt erom).", "Without a certificate: unasked one is made up to {most} municipalities (--certify asks for it)."),
    "certify.title": ("Nagerekend, zonder oplosser: {title}", "Verified, without a solver: {title}"),
    "certify.limits": ("Grenzen", "Limits"),
    "certify.goals": ("Doelen", "Goals"),
    "certify.wrong": ("Wat niet klopt", "What is wrong"),
    "certify.taken": ("Wat is bewezen, en wat niet", "What is proved, and what is not"),
    # Headings
    "certify.compared": ("vergeleken", "compared"),
    "certify.how": ("hoe", "how"),
    "certify.most_missed": ("hoogstens gemist", "missed at most"),
    "certify.goal": ("doel", "goal"),
    "certify.value": ("bereikt", "reached"),
    "certify.bound": ("grens", "bound"),
    "certify.gap": ("verschil", "gap"),
    # How something is known
    "certify.exact": ("exact", "exactly"),
    "certify.near": ("op een miljoenste na", "to a millionth"),
    "certify.rounded": ("op een foutgrens na", "within an error bound"),
    "certify.solver": ("woord van de oplosser", "the solver's word"),
    "certify.exact_gap": ("exact; beter: woord van de oplosser", "exactly; closer: the solver's word"),
    "certify.rounded_gap": ("op een foutgrens na; beter: woord van de oplosser", "within an error bound; closer: the solver's word"),
    "certify.at_level": ("{goal}, trede {level}", "{goal}, level {level}"),
    # The verdict
    "certify.holds": ("De uitkomst klopt: elk bestand is zoals het is geschreven, elke grens houdt, en elke tabel volgt uit de verdeling.", "The result holds: every file is as it was written, every limit holds, and every table follows from the division."),
    "certify.fails": ("De uitkomst klopt niet: {count} fout.|De uitkomst klopt niet: {count} fouten.", "The result does not hold: {count} fault.|The result does not hold: {count} faults."),
    "certify.more": ("en nog {count}", "and {count} more"),
    "certify.all_exact": ("Plekken, huishoudens en alle andere grenzen hierboven zijn exact vergeleken, zonder enige speling, behalve waar een miljoenste staat.", "Places, households and all other limits above were compared exactly, without any tolerance, except where a millionth is named."),
    "certify.all_rounded": ("De verdeling is niet in hele plekken: grenzen zijn vergeleken tot op een miljoenste.", "The division is not in whole places: limits were compared to a millionth."),
    "certify.bounds": ("De grens van een doel geldt voor elke verdeling die de harde grenzen houdt en op de eerdere doelen niet slechter is dan deze. Zij volgt uit het certificaat, wie dat ook heeft gemaakt: een verkeerd certificaat geeft een zwakkere grens, nooit een verkeerde.", "The bound of a goal holds for every division that keeps the hard limits and is no worse than this one in the earlier goals. It follows from the certificate, whoever made that: a wrong certificate gives a weaker bound, never a wrong one."),
    "certify.stated": ("Getallen van de instantie zijn de decimalen die er staan; de coëfficiënten van het programma zijn daaruit berekend in dubbele precisie, en het bewijs gaat over het programma zoals het daarmee is gesteld.", "Numbers of the instance are the decimals that stand there; the coefficients of the program are worked out from them in double precision, and the proof is about the program as stated with these."),
    "certify.no_bound": ("Van dit doel is geen grens bewezen, alleen dat de verdeling kan: {goals}.|Van deze doelen is geen grens bewezen, alleen dat de verdeling kan: {goals}.", "No bound is proved of this goal, only that the division can be made: {goals}.|No bound is proved of these goals, only that the division can be made: {goals}."),
    "certify.searched": ("Dichter dan het verschil hierboven is het woord van de oplosser (branch and bound): {goals}.", "Closer than the gap above is the solver's word (branch and bound): {goals}."),
    "certify.no_certificate": ("Er is geen certificaat bij: van geen doel is een grens bewezen.", "There is no certificate: no bound is proved of any goal."),
    "certify.prices": ("Prijzen, marges en het fractionele optimum (de kolom optimum) zijn het woord van de oplosser; hun bestanden zijn zoals ze zijn geschreven.", "Prices, ranges and the fractional optimum (the column optimum) are the solver's word; their files are as they were written."),
    "certify.no_plan": ("Er is geen verdeling om na te rekenen; de bestanden zijn zoals ze zijn geschreven. Dat er geen verdeling is, is hier niet bewezen.", "There is no division to verify; the files are as they were written. That there is none is not proved here."),
    # Faults
    "fault.told": ("{what}", "{what}"),
    "fault.digest": ("gaat over een andere instantie of een ander verdeelprincipe", "is about another instance or another policy"),
    "fault.no_seal": ("heeft geen zegel", "has no seal"),
    "fault.no_table": ("ontbreekt", "is missing"),
    "fault.no_column": ("de kolom ontbreekt", "the column is missing"),
    "fault.rows": ("heeft {found} regels; uit de verdeling volgen er {expected}", "has {found} rows; the division gives {expected}"),
    "fault.cell": ("{found}, waar {expected} volgt", "{found}, where {expected} follows"),
    "fault.other_file": ("is niet wat van deze verdeling wordt geschreven", "is not what is written of this division"),
    "fault.limit": ("{family}, {scope}: {done} {unit}, waar de grens {limit} is", "{family}, {scope}: {done} {unit}, where the limit is {limit}"),
    "fault.certificate": ("het certificaat is niet te lezen: {why}", "the certificate cannot be read: {why}"),
    "fault.weaker": ("{goal}: het certificaat noemt de grens {expected} en bewijst {found}", "{goal}: the certificate names the bound {expected} and proves {found}"),
    "fault.beyond": ("{goal}: {found} is beter dan kan; de grens is {expected}", "{goal}: {found} is better than can be; the bound is {expected}"),
    "fault.not_proved": ("{goal}: {found} heet het beste, maar bewezen is alleen {expected}", "{goal}: {found} is called the best, but only {expected} is proved"),
    "fault.stray": ("{goal}: een bewijs van niets", "{goal}: a proof of nothing"),
    "fault.lacking": ("{goal}: het bewijs ontbreekt", "{goal}: the proof is missing"),
    "fault.row": ("regel {row}", "row {row}"),
    "fault.column": ("kolom {column}", "column {column}"),
    "family.pool": ("wie wordt gehuisvest, en waar", "who is housed, and where"),
}
