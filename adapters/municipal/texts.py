"""Every text that a sender of municipal data may read, by its code."""

from __future__ import annotations

from typing import Final

from hub.contract import Fault, Issue

TEXTS: Final = {
    "json": "Innholdet er ikke gyldig JSON.",
    "not-object": "Innholdet skal være ett JSON-objekt.",
    "not-text": "Filen er ikke {charset}; den første byten som ikke kan leses, er nummer {offset}.",
    "charset": "Ukjent tegnsett i Content-Type.",
    "required": "Feltet mangler.",
    "type": "Feltet skal være {wanted}.",
    "format": "Verdien følger ikke formatet: {wanted}.",
    "schema": "Ukjent skjema. Send municipal-case/1.",
    "item-left-out": "Elementet er utelatt: {why}",
    "unknown-value": "Verdien er ikke blant de kjente, og er beholdt som den er.",
    "unknown-member": "Feltet er ikke i skjemaet, og er beholdt som tekst.",
    "service-code": "Tjenestekoden er ikke i kodeverk 9151, og er beholdt som den er.",
    "expired-code": "Tjenestekoden er utgått i kodeverk 9151 (se kodeverk 9346), og er beholdt.",
    "score": "Skåren er utenfor skalaen (1-5 eller 9), og er beholdt som tekst uten tallverdi.",
    "variable": "Funksjonsvariabelen er ikke i kodeverk 9111, og er beholdt som den er.",
    "cfs": "Skåren er utenfor Clinical Frailty Scale (1-9), og er beholdt som tekst uten tallverdi.",
    "organisation-number": "Organisasjonsnummeret består ikke kontrollsifferet, og er beholdt som det er.",
    "patient": "Pasienten er ikke identifisert: oppgi nationalId eller localId.",
    "patient-number-unused": "Nummeret for pasienten består ikke kontrollsifrene, og er ikke brukt.",
    "restricted": "Tjenester med begrensede koder (14, 23, 24) er ikke tatt inn: {count}.",
    "restricted-kept": "Tjenesten har en begrenset kode (14, 23 eller 24).",
    "columns": "Mangler: {missing}. Ukjente: {unknown}. {near}",
    "unknown-column": "Ukjent kolonne {name}; verdien er beholdt på raden.",
    "delimiter": "Kolonnene skal skilles med semikolon.",
    "empty": "Filen har ingen rader.",
    "row-left-out": "Raden er utelatt: {why}",
    "several": "Innholdet gjelder flere personer; det er tatt inn person for person.",
    "municipality-missing": "Kommunen er ikke oppgitt. Oppgi den i konvolutten (municipality).",
    "time-assumed": "Eksporttidspunktet er ikke oppgitt; mottakstidspunktet er brukt.",
    "date": "Datoen kan ikke leses. Skriv 2026-03-04 eller 04.03.2026.",
    "number": "Tallet kan ikke leses.",
    "version": "Uttrekket sier en annen versjon enn 3.5, og er lest som 3.5.",
    "period": "Tjenesten slutter før den begynner; begge datoene er beholdt.",
    "child-id": "En del av personens opplysninger har en annen persons id; personen er utelatt.",
    "ident-number": "Nummeret består ikke kontrollsifrene.",
    "ident-type": "Identtypen (9032) peker ikke på noen person i folkeregisteret.",
    "not-bundle": "Innholdet er ikke en FHIR Bundle.",
    "two-patients": "Denne Bundle gjelder mer enn én pasient.",
    "no-patient": "Denne Bundle gjelder ingen pasient med et nummer som kan brukes.",
    "several-events": "Notifikasjonen har flere hendelser; den skal ha nøyaktig én.",
    "no-event": "Notifikasjonen har ingen hendelse; den skal ha nøyaktig én.",
}


def fault(code: str, path: str = "", **told: object) -> Fault:
    """One reason to refuse, in words."""
    return Fault(code=code, text=TEXTS[code].format(**told), path=path)


def issue(code: str, path: str = "", **told: object) -> Issue:
    """Something odd that is kept and told of."""
    return Issue(code=code, text=TEXTS[code].format(**told), path=path)
