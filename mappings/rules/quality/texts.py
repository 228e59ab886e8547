"""What people read about the content of messages. Bokmål; nothing from a message, nothing on how the patient is."""

from __future__ import annotations

from typing import Final

KINDS: Final = {
    "tidligmelding": "Helseopplysninger, varsel om innlagt pasient",
    "oppdatering": "Helseopplysninger, oppdaterte opplysninger",
    "innleggelsesrapport": "Innleggelsesrapport",
    "utskrivningsrapport": "Utskrivningsrapport",
    "epikrise": "Epikrise",
}

ITEMS: Final = {
    "overskrift": "Overskrift som sier at det er tidligmelding",
    "pasientens-status": "Pasientens status",
    "antatt-forlop": "Antatt forløp",
    "forventet-utskrivning": "Forventet utskrivningstidspunkt",
    "forventet-behandling": "Forventet behandling og forløp",
    "forventet-funksjon": "Forventet funksjonsnivå",
    "kritisk-informasjon": "Kritisk informasjon, eller at det ikke finnes",
    "ansvarlig-enhet": "Navn og telefon til ansvarlig enhet",
    "parorende": "Nærmeste pårørende",
    "barn-under-18": "Barn under 18 år",
    "hva-er-endret": "Hva som er endret siden forrige melding",
    "for-innleggelse": "Relevante opplysninger fra før innleggelsen",
    "legemiddelliste": "Oppdatert legemiddelliste",
    "funksjon-med-ord": "Funksjon beskrevet med ord",
    "hjelpemidler": "Oversikt over hjelpemidler",
    "individuell-plan": "Oppdatert individuell plan",
    "arsak": "Årsak til innleggelse",
    "diagnoser": "Diagnoser",
    "legemiddelbistand": "Bistand til legemiddelhåndtering",
    "legemidler-gitt": "Legemidler gitt i dag",
    "sykepleiesammenfatning": "Sykepleiesammenfatning",
    "funksjonskartlegging": "Funksjonskartlegging",
    "tjenester": "Kommunale tjenester",
    "praktiske-opplysninger": "Praktiske opplysninger",
    "bor-alene": "Om pasienten bor alene",
    "plan": "Planer for videre oppfølging",
    "funksjon": "Funksjonsbeskrivelse",
    "kontrolltime": "Kontrolltime med sted og tid",
    "informasjon-gitt": "Informasjon gitt til pasient og pårørende",
    "hva-er-viktig": "Hva som er viktig for pasienten",
    "funksjon-for": "Funksjon før innleggelsen",
    "funksjon-na": "Funksjon nå",
    "funksjon-forventet": "Forventet funksjon",
    "problemstilling": "Aktuell problemstilling",
    "seponert": "Seponerte legemidler",
    "sendt-med-eller-resept": "Legemidler sendt med, eller resept",
    "p9-a-innleggelsesarsak": "Problemstillingen ved innleggelse (§ 9 a)",
    "p9-b-ovrige-problemer": "Øvrige problemstillinger (§ 9 b)",
    "p9-c-uavklart-forklart": "Redegjørelse for det som ikke er avklart (§ 9 c)",
    "p9-d-diagnose-og-plan": "Diagnose og plan for videre oppfølging (§ 9 d)",
    "p9-e-funksjon-for": "Funksjon før innleggelsen (§ 9 e)",
    "p9-e-funksjon-forventet": "Forventet funksjon (§ 9 e)",
    "hvem-gjor-hva": "Hvem som gjør hva videre",
    "plan-mer-enn-kontroll": "Plan ut over kontroll ved poliklinikk",
    "mottakere-fastlege-og-kommune": "Både fastlege og kommune som mottakere",
    "sendt-utskrivningsdagen": "Sendt på utskrivningsdagen",
    "behandlingsbegrensning": "Behandlingsbegrensning eller kort forventet levetid",
    "orders-service-level": "Teksten kan leses som bestilling av kommunalt tjenestenivå",
}

WORDS: Final = {
    "present": "dokumentert",
    "weak": "mangelfullt",
    "absent": "ikke funnet",
    "n/a": "ikke aktuelt",
}

FLAGS: Final = {
    "reasoned-absence": "begrunnet at det ikke kan oppgis ennå",
    "numbers-only": "bare IPLOS-tall",
    "multidose-not-stated": "multidose er ikke oppgitt",
    "variable-repeated": "samme funksjonsvariabel flere ganger",
    "assessment-undated": "dato for vurderingen er ikke oppgitt",
    "place-or-time-missing": "sted eller tid mangler",
    "given-but-not-handed-out": "gitt, men ikke sendt med",
}

REQUEST: Final = "Vi har mottatt {kind}, og finner ikke disse opplysningene i meldingen:"
DEVIATION: Final = "{kind} er mottatt, men har mangelfulle opplysninger. Dette er ikke funnet i meldingen:"
ASK: Final = "Vi ber om at opplysningene sendes."
TOPIC: Final = "Manglende opplysninger i mottatt melding"
