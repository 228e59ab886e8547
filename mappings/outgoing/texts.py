"""What messages of ours say in words, in bokmål."""

from __future__ import annotations

from typing import Final

from mappings.documents.said import Can, PlanState

ANSWERS: Final[dict[Can, str]] = {
    "can-receive": "Kommunen kan ta imot pasienten.",
    "cannot-receive": "Kommunen kan ikke ta imot pasienten ennå.",
    "offer-ready": "Kommunen har et tilbud klart for pasienten.",
    "revoked": "Kommunen kan likevel ikke ta imot pasienten.",
}
FROM: Final = "Gjelder fra: {}"
PLACE: Final = "Sted: {}"
REASON: Final = "Begrunnelse: {}"
GIVEN: Final = "Svaret ble gitt: {}"
REPLACES: Final = "Dette erstatter vår forrige tilbakemelding."
TAKEN_BACK: Final = "Vår forrige tilbakemelding om mottak av pasienten trekkes tilbake."

MATTERS: Final = {
    "patient": "Hva er viktig for deg? Pasienten har svart:",
    "next-of-kin": "Hva er viktig for deg? Pårørende har svart:",
}
COORDINATOR: Final = "Koordinator i kommunen: {}"
FRAILTY: Final = "Klinisk skrøpelighetsskala (CFS): {score}, vurdert {on}"
RESTS: Final = "Tjenesten har et opphold."
RESTS_SINCE: Final = "Tjenesten har et opphold fra {}."
ASSESSED: Final = "Vurdert {}"
SCORED: Final = "Skår {score}, vurdert {on}"
INDIVIDUAL_PLAN: Final = "Individuell plan: {}"
PLAN_STATES: Final[dict[PlanState, str]] = {
    "active": "finnes og er i bruk",
    "in-preparation": "er under arbeid",
    "declined": "pasienten ønsker ikke individuell plan",
    "not-relevant": "ikke aktuelt",
    "unknown": "ikke kjent",
}
