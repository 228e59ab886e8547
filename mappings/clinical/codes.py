"""Codes that are not the message's own: FHIR's, LOINC's, and ours for what has no code anywhere."""

from __future__ import annotations

from typing import Any, Final

from mappings.identifiers import H
from mappings.resources import code, coding, derived

HL7: Final = "http://terminology.hl7.org/CodeSystem"
LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
ATC: Final = "http://www.whocc.no/atc"
FEST: Final = "http://ehelse.no/fhir/CodeSystem/FEST"
FEST_LEVELS: Final = {
    "dose": "http://dmp.no/fhir/NamingSystem/festLegemiddelDose",
    "brand": "http://dmp.no/fhir/NamingSystem/festLegemiddelMerkevare",
    "pack": "http://dmp.no/fhir/NamingSystem/festLegemiddelPakning",
    "substance": "http://dmp.no/fhir/NamingSystem/festLegemiddelVirkestoff",
}
"""The register's own systems: they carry the id of one kind of entry, never a varenummer."""
VARENUMMER: Final = f"{H}/CodeSystem/varenummer"

OBSERVATIONS: Final = f"{H}/CodeSystem/observation-kind"
OBSERVED: Final = {
    "bor-alene": "Bor alene",
    "samlet-funksjonsvurdering": "Samlet vurdering av funksjonsnivå",
    "pleietyngde": "Pleietyngde",
    "vurdering-pleietyngde": "Vurdering av pleietyngde",
    "bandasjemateriell": "Trenger bandasjemateriell eller engangsutstyr",
    "hjelp-legemiddeladministrering": "Trenger hjelp til legemiddeladministrering",
    "endring-funksjonsniva": "Endring i funksjonsnivå",
    "avtale-legemiddeladministrering": "Avtale om administrering av legemidler",
    "avtale-multidose": "Avtale om administrering av multidose",
    "utleveringsform": "Utleveringsform",
    "sarskilt-tiltak": "Særskilt tiltak",
    "egensoknad-sendt": "Egensøknad er sendt",
    "hjelpemiddel": "Hjelpemiddel",
    "hjelpemiddel-status": "Status for hjelpemiddel",
    "hjelpemiddel-sekvensnummer": "Sekvensnummer for hjelpemiddel",
    "faste-hjelpemidler": "Faste hjelpemidler",
    "briller": "Briller eller annet hjelpemiddel for syn",
    "hjelpemiddel-horsel": "Hjelpemiddel for hørsel",
    "pacemaker": "Pacemaker",
    "tidsfestet-hendelse": "Tidsfestet hendelse",
    "status-innleggelse": "Status ved innleggelse",
    "status-behandlingsstart": "Status ved behandlingsstart",
    "forventet-status-utskriving": "Forventet status ved utskriving",
    "sivilstatus": "Sivilstatus",
    "sprak": "Språk",
    "fravar": "Mottaker er fraværende",
    "svar-pa-foresporsel": "Svar på forespørsel",
    "type-innhold": "Type innhold i meldingen",
    "funksjonsvariabel": "Kartlagt funksjon",
    "vurdering": "Vurdering",
    "fagrapport": "Rapport fra annen faggruppe",
    "variabler-med-bistandsbehov": "Variabler med bistandsbehov (3 eller mer)",
    "variabler-med-stort-bistandsbehov": "Variabler med stort bistandsbehov (4 eller mer)",
    "variabler-forverret": "Variabler som er blitt dårligere",
    "individuell-plan": "Individuell plan",
    "koordinator": "Har koordinator",
    "personopplysning": "Opplysning fra IPLOS",
}
FLAGS: Final = f"{H}/CodeSystem/flag-kind"
FLAGGED: Final = {
    "cave": "Cave",
    "smitte": "Smitte",
    "horselsvikt": "Hørselsvikt",
    "synsvikt": "Synsvikt",
    "tolkebehov": "Behov for tolk",
    "assistert-kommunikasjon": "Trenger hjelp til kommunikasjon",
    "spesielle-hensyn": "Spesielle hensyn",
}


def observed(name: str) -> dict[str, Any]:
    """What an Observation of ours is about."""
    return code(OBSERVATIONS, name, OBSERVED[name])


def flag_code(name: str, source: str = "") -> dict[str, Any]:
    """What a Flag of ours is about; ``source`` is the leaf that said so."""
    return {"coding": [coding(FLAGS, derived(name, source), FLAGGED[name])]}


def hl7(system: str, value: str, display: str | None = None) -> dict[str, Any]:
    """A concept of HL7's own terminology."""
    return code(f"{HL7}/{system}", value, display)
