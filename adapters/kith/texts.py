"""Every text that a sender or an operator sees from this adapter: what is wrong, and what to do now. Bokmål.

No text carries a value from the message, only codes, element names and places: these end in logs and lists.
"""

from __future__ import annotations

import re
from typing import Final

from hub.contract import Fault, Issue, Severity
from mappings.documents.shape import Leaf

SUPPORTED: Final = (
    "PLO-meldinger 1.5 og 1.6, Dialogmelding 1.0 og 1.1, Epikrise 1.1 og 1.2, EPJ-innhold (EPJ-EKSTRAKT) "
    "og applikasjonskvittering 1.0 og 1.1"
)

FAULTS: Final[dict[str, tuple[str, str]]] = {
    "not-well-formed": (
        "T01",
        "Innholdet er ikke velformet XML (linje {line}, kolonne {column}). Rett filen, kontroller at tegnsettet er det "
        "som er oppgitt, og send den på nytt.",
    ),
    "doctype": (
        "T01",
        "Meldingen har en DOCTYPE. Av sikkerhetsgrunner tas den ikke imot; fjern den (og eventuelle entiteter) og "
        "send på nytt.",
    ),
    "excessive": (
        "X99",
        "Meldingen har flere enn {elements} elementer, eller flere enn {children} i ett element, og leses ikke. Del "
        "innholdet på flere meldinger.",
    ),
    "unknown-root": (
        "T10",
        f"Rotelementet {{name}} i navnerommet «{{namespace}}» støttes ikke. Støttet er {SUPPORTED}. "
        "Send meldingen i et av disse formatene.",
    ),
    "unknown-payload": (
        "T10",
        f"Fagmeldingen {{name}} i navnerommet «{{namespace}}» støttes ikke. Støttet er {SUPPORTED}. "
        "Send meldingen i et av disse formatene.",
    ),
    "no-payload": (
        "T10",
        f"Hodemeldingen har ingen fagmelding i Document/RefDoc/Content. Støttet er {SUPPORTED}. "
        "Legg fagmeldingen inn som XML og send på nytt.",
    ),
    "patient-report": (
        "T10",
        "PatientReport brukes bare mot registre og støttes ikke. Send fagmeldingen i Document.",
    ),
    "schema": ("T02", "{what} Rett meldingen etter skjemaet og send den på nytt med ny meldings-id."),
    "schema-more": ("T02", "Meldingen har {count} skjemafeil til. Valider mot XML-skjemaet før den sendes på nytt."),
    "message-id-missing": ("E10", "Meldings-id mangler. Lag en UUID for hver melding og send på nytt."),
    "message-id-not-uuid": (
        "E10",
        "Meldings-id er ikke en UUID (8-4-4-4-12 heksadesimale tegn). Lag en UUID for hver melding og send på nytt.",
    ),
    "patient-missing": (
        "E36",
        "Pasienten mangler. Oppgi navn og fødselsnummer, D-nummer eller felles hjelpenummer, eller navn, fødselsdato "
        "og kjønn, og send på nytt.",
    ),
    "patient-nameless": (
        "E36",
        "Pasientens navn mangler. Oppgi navn i tillegg til fødselsnummer, D-nummer eller felles hjelpenummer, "
        "og send på nytt.",
    ),
    "patient-insufficient": (
        "E36",
        "Pasienten har navn, men verken gyldig fødselsnummer, D-nummer eller felles hjelpenummer, eller både "
        "fødselsdato og kjønn. Fyll ut og send på nytt.",
    ),
    "patient-number-invalid": (
        "E36",
        "Pasientens nummer ({type}) er tomt eller består ikke kontrollsifrene, og fødselsdato og kjønn er ikke "
        "oppgitt. Rett nummeret og send på nytt.",
    ),
    "sender-missing": (
        "X99",
        "Avsender mangler navn og identifikator, så meldingen kan ikke besvares. Oppgi virksomhetens HER-id eller "
        "organisasjonsnummer og send på nytt.",
    ),
    "not-for-us": (
        "E21",
        "Meldingen er adressert til en annen virksomhet enn de denne tjenesten mottar for. Slå opp mottakerens HER-id "
        "i Adresseregisteret og send den dit.",
    ),
    "attachment-outside": (
        "X99",
        "Vedlegget ligger utenfor meldingen (FileReference) og kan ikke hentes. Legg det inn som Base64Container og "
        "send på nytt.",
    ),
}

ISSUES: Final[dict[str, tuple[Severity, str]]] = {
    "type-missing": ("warning", "Meldingstype mangler; innholdet er lest som {found}. Be avsender fylle ut Type/@V."),
    "type-payload-mismatch": (
        "warning",
        "Meldingstypen er {said}, men innholdet er {found}. Innholdet er brukt; be avsender rette Type/@V.",
    ),
    "attachment-type": (
        "warning",
        "Vedlegget er av en filtype som ikke er avtalt for meldinger ({type}). Filen er beholdt slik den kom.",
    ),
    "unknown-code": ("warning", "Ukjent kode {code} i kodeverk {list} {name}. Koden er beholdt slik den kom."),
    "unreadable-code": ("warning", "Ukjent kode i kodeverk {list} {name}. Koden er beholdt slik den kom."),
    "ambiguous-local-time": (
        "warning",
        "Klokkeslettet finnes to ganger den natten klokken stilles tilbake, og har ingen tidssone. Det første er "
        "brukt; be avsender oppgi tidssone.",
    ),
    "level2-missing": (
        "warning",
        "{who} mangler nivå 2 (kommunikasjonspart). Nivå 1 er brukt; be avsender adressere med to nivåer.",
    ),
    "level2-without-her-id": (
        "warning",
        "{who} mangler HER-id på nivå 2. Nivå 1 er brukt; be avsender oppgi HER-id fra Adresseregisteret.",
    ),
    "receiver-missing": (
        "warning",
        "Mottaker mangler navn og identifikator. Meldingen er tatt imot; be avsender adressere med HER-id.",
    ),
    "identifier-punctuation": (
        "warning",
        "{type} er skrevet med punktum, mellomrom eller bindestrek. Sifrene er brukt; be avsender skrive bare sifre.",
    ),
    "organisation-number-invalid": (
        "warning",
        "Organisasjonsnummeret består ikke kontrollsifferet. Det er beholdt slik det kom; sjekk det i "
        "Enhetsregisteret.",
    ),
    "h-number-only": (
        "warning",
        "H-nummer er eneste nummer. Det gjelder bare hos avsender, og pasienten kobles ikke på tvers av virksomheter.",
    ),
    "no-number": (
        "warning",
        "Pasienten er kjent med navn, fødselsdato og kjønn, uten gyldig nasjonalt nummer, og kobles ikke til andre "
        "meldinger enn denne seriens.",
    ),
    "number-invalid": (
        "warning",
        "Nummeret ({type}) består ikke kontrollsifrene og er ikke brukt til å kjenne igjen pasienten. Sjekk nummeret.",
    ),
    "number-kind-mismatch": (
        "warning",
        "Nummeret er merket {said}, men er et {found}. Det er brukt som {found}; be avsender rette typen.",
    ),
    "message-id-not-uuid": ("warning", "Meldings-id er ikke en UUID. Den er godtatt etter innstilling."),
    "series-unclear": (
        "warning",
        "Forsendelsesstatus {said} brukes ikke i denne meldingen. Meldingen er lest som ny (N).",
    ),
    "series-obsolete": (
        "information",
        "Forsendelsesstatus {said} skal ikke brukes etter 2018. Den er lest som {found}.",
    ),
    "series-not-allowed": (
        "warning",
        "Forsendelsesstatus {said} er ikke tillatt for {found}. En feil rettes med kansellering og ny melding.",
    ),
    "reference-missing": (
        "warning",
        "{said} mangler referanse til meldingen den gjelder. Den kobles bare når nøyaktig én melding passer.",
    ),
    "schema-disagreement": (
        "warning",
        "Meldingen består vårt skjema, men ikke det nasjonale skjemaet i HEIMVEG_SCHEMAS ({count} feil). Meld fra til "
        "utviklerne av heimveg.",
    ),
    "generated-unreadable": (
        "warning",
        "Tidspunktet meldingen ble laget er ikke lesbart; mottakstidspunktet er brukt.",
    ),
}


_NUMBER = re.compile(r"\d{6}")
_LONGEST_SHOWN: Final = 100


def shown(word: str, *, instead: str = "ukjent") -> str:
    """A name or code from the message as a text may carry it: not when it is long or could hold a person's number."""
    return instead if len(word) > _LONGEST_SHOWN or _NUMBER.search(word) else word


def fault(key: str, leaf: Leaf | None = None, *, path: str = "", **values: object) -> Fault:
    """The fault of that name, at a leaf's place or a path."""
    code, text = FAULTS[key]
    return Fault(code=code, text=text.format(**values), path=leaf.path if leaf is not None else path)


def issue(key: str, leaf: Leaf | None = None, *, path: str = "", **values: object) -> Issue:
    """The issue of that name, at a leaf's place or a path."""
    severity, text = ISSUES[key]
    return Issue(code=key, text=text.format(**values), path=leaf.path if leaf is not None else path, severity=severity)
