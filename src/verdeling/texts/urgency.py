"""Urgency rules: what each does, and to whom."""
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "advice.ask": ("niet zonder juridisch advies", "not without legal advice"),
    "advice.cannot": ("kan niet", "cannot be done"),
    "advice.harms": ("niet doen: zo wacht wie de status heeft zelf langer", "do not: so those with the status wait longer themselves"),
    "advice.late": ("nog niet te zeggen", "nothing to say yet"),
    "advice.name": ("opnemen, voor zover de wet of het wetsvoorstel deze groepen noemt", "name in the by-law, as far as the law or the bill names these groups"),
    "advice.needless": ("niet nodig: een status verandert hier niets aan het wachten", "not needed: a status does not change the waiting here"),
    "advice.weigh": ("afwegen: een eigen keuze, die anderen laat wachten zoals hier staat",
                     "weigh: a choice of one's own, that lets others wait as stated here"),
    "law.care": ("Huisvestingswet 2014, artikel 12, derde lid (tekst van mei 2017), noemt mantelzorg; "
                 "het wetsvoorstel versterking regie volkshuisvesting (Kamerstukken 36 512) ook.",
                 "The Huisvestingswet 2014, article 12(3) (text of May 2017), names informal care; "
                 "so does the bill on public housing (Parliamentary Papers 36 512)."),
    "law.leaving": ("Het wetsvoorstel versterking regie volkshuisvesting (Kamerstukken 36 512) noemt wie opvang, beschermd wonen, "
                    "ggz, jeugdhulp, detentie of sekswerk verlaat.",
                    "The bill on public housing (Parliamentary Papers 36 512) names who leaves shelter, sheltered housing, "
                    "mental health care, youth care, detention or sex work."),
    "law.medical": ("Het wetsvoorstel versterking regie volkshuisvesting (Kamerstukken 36 512) noemt ernstig zieken; "
                    "andere medische of sociale urgentie noemt het niet.",
                    "The bill on public housing (Parliamentary Papers 36 512) names the seriously ill; "
                    "other medical or social urgency it does not name."),
    "law.none": ("Een wettelijke categorie is niet bekend.", "No statutory category is known."),
    "law.permit": ("Huisvestingswet 2014, artikel 12, derde lid (tekst van mei 2017), noemde vergunninghouders; dat is later gewijzigd, "
                   "en het kabinet wilde hun voorrang verbieden (januari 2025).",
                   "The Huisvestingswet 2014, article 12(3) (text of May 2017), named permit holders; that was changed later, "
                   "and the government wanted to forbid their priority (January 2025)."),
    "law.violence": ("Huisvestingswet 2014, artikel 12, derde lid (tekst van mei 2017), noemt wie een blijf-van-mijn-lijfhuis verlaat; "
                     "het wetsvoorstel versterking regie volkshuisvesting (Kamerstukken 36 512) noemt slachtoffers van huiselijk geweld en mensenhandel.",
                     "The Huisvestingswet 2014, article 12(3) (text of May 2017), names who leaves a women's shelter; "
                     "the bill on public housing (Parliamentary Papers 36 512) names victims of domestic violence and human trafficking."),
    "urgency.cap": ("Hoogstens {share} van wat per gemeente en jaar vrijkomt gaat naar urgente groepen.",
                    "At most {share} of what is let in a municipality in a year goes to urgent groups."),
    "urgency.capped": ("hoogstens {share} van wat vrijkomt", "at most {share} of the lettings"),
    "urgency.change": ("{who} ({amount})", "{who} ({amount})"),
    "urgency.dated": ("Wat hier over de wet staat is van december 2025, toen het wetsvoorstel nog aanhangig was: laat het nagaan.",
                      "What is said here about the law is of December 2025, when the bill was still pending: have it checked."),
    "urgency.elsewhere": (" van elders", " from elsewhere"),
    "urgency.estimates": ("{part} over hun opgave is een schatting.|{part} over hun opgave zijn schattingen.",
                          "{part} about their needs is an estimate.|{part} about their needs are estimates."),
    "urgency.everywhere": ("alle gemeenten", "all municipalities"),
    "urgency.from": ("Per gemeente van herkomst: {who}.", "By municipality of origin: {who}."),
    "urgency.gain": ("Dekking {coverage}, wachten {waiting}.", "Coverage {coverage}, waiting {waiting}."),
    "urgency.late": ("De tijd was op voordat deze regel was doorgerekend.", "Time ran out before this rule was studied."),
    "urgency.line": ("Urgentiestatus voor {group}; {where}; {cap}. {advice}. {evidence} {law} {estimates}",
                     "Urgency status for {group}; {where}; {cap}. {advice}. {evidence} {law} {estimates}"),
    "urgency.longer": ("Langer wachten: {who}.", "Who wait longer: {who}."),
    "urgency.measured": ("In hun opgave is niets als schatting aangemerkt.", "Nothing in their needs is marked as an estimate."),
    "urgency.moves": ("van {before} naar {after}", "from {before} to {after}"),
    "urgency.no_cap": ("geen bovengrens", "no cap"),
    "urgency.no_plan": ("Met deze bovengrens spreken de harde grenzen elkaar tegen.", "With this cap the hard limits contradict each other."),
    "urgency.nobody": ("Geen andere groep wacht daardoor langer.", "No other group waits longer for it."),
    "urgency.opening": ("Wat een urgentiestatus doet, vergeleken met niemand urgent, bij “{policy}” en in deelbare plekken.",
                        "What an urgency status does, compared with nobody urgent, under “{policy}” and in fractional places."),
    "urgency.shorter": ("Korter wachten: {who}.", "Who wait shorter: {who}."),
    "urgency.stays": ("blijft {after}", "stays {after}"),
    "summary.agreements": ("afspraken", "agreements"),
    "summary.groups": ("aandachtsgroepen", "groups"),
    "summary.municipalities": ("gemeenten", "municipalities"),
    "summary.needs": ("huishoudens in de opgave", "households in need"),
    "summary.place_types": ("woonvormen", "place types"),
    "summary.regions": ("regio's", "regions"),
    "summary.scenarios": ("scenario's (* geldt tenzij anders gevraagd)", "scenarios (* holds unless another is asked for)"),
    "summary.sound": ("Er is niets mis gevonden.", "Nothing wrong was found."),
    "summary.years": ("jaren", "years"),
    "status.infeasible": ("onmogelijk, de harde grenzen spreken elkaar tegen", "impossible, the hard limits contradict each other"),
    "status.known": ("bekend", "known"),
    "status.near_optimal": ("bijna optimaal, elk doel ligt binnen zijn marge van het beste",
                            "near optimal, every goal is within its stated gap of the best"),
    "status.optimal": ("optimaal", "optimal"),
    "status.time_limit": ("de tijd was op, dit is het beste antwoord tot nu toe",
                          "out of time, this is the best answer so far"),
    "status.unsolved": ("onopgelost, de tijd was op", "unsolved, out of time"),
}
