"""What the REST interface tells people, in bokmål: a title, and what to do now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A problem's HTTP status, title and advice."""

    status: int
    title: str
    advice: str


TEXTS: dict[str, Text] = {
    "empty": Text(400, "Forespørselen har ikke noe innhold", "Send meldingen som innhold i forespørselen."),
    "malformed-upload": Text(
        400, "Opplastingen kan ikke leses", "Kontroller at zip-filen eller multipart-innholdet er helt og uten passord."
    ),
    "bad-request": Text(400, "Forespørselen er ikke gyldig", "Rett det som er nevnt, se /docs."),
    "unanswerable": Text(
        400,
        "Meldingen er avvist uten applikasjonskvittering",
        "Rett feilene og send meldingen på nytt med ny meldings-ID. Meldingen er lagret slik den kom.",
    ),
    "rejected": Text(
        422,
        "Meldingen er avvist",
        "Rett feilene og send meldingen på nytt med ny meldings-ID. Kvitteringen er endelig.",
    ),
    "not-readable": Text(
        422,
        "Innholdet er avvist",
        "Rett det som er nevnt i faults, med linje og kolonne, og send på nytt. Innholdet er lagret slik det kom.",
    ),
    "duplicate-of-rejected": Text(
        422,
        "Meldingen er mottatt og avvist tidligere",
        "Les den første kvitteringen. En rettet melding må ha ny meldings-ID.",
    ),
    "quarantined": Text(
        409,
        "Meldings-ID-en er brukt før, med et annet innhold",
        "Meldingen er satt i karantene. Send den på nytt med egen meldings-ID, eller ta kontakt med mottakeren.",
    ),
    "parked": Text(
        500,
        "Meldingen er lagret, men kunne ikke behandles",
        "Feilen er vår. Meldingen er ikke kvittert; den behandles når feilen er rettet. Du kan også sende den på nytt.",
    ),
    "told-through-fhir": Text(
        409,
        "Det er sagt ved å endre Task-en",
        "Det kan ikke tas tilbake her. Si det som gjelder nå med PUT, eller endre Task-en i /fhir på nytt.",
    ),
    "no-indicator": Text(404, "Indikatoren finnes ikke", "Se listen på /indicators."),
    "wrong-grouping": Text(
        400, "Grupperingen er ikke gyldig", "Grupper etter høyst to av feltene som listen på /indicators nevner."
    ),
    "not-that-way": Text(
        409, "Meldingen er ikke i en tilstand der dette kan gjøres", "Les meldingen på nytt; se state og history."
    ),
    "maybe-sent": Text(
        409,
        "Meldingen kan alt ha nådd mottakeren",
        "Den kan ikke trekkes. Registrer det riktige på nytt; da lages en melding som erstatter den.",
    ),
    "draft-too-old": Text(
        409,
        "Utkastet er eldre enn 96 timer",
        "En melding må kvitteres innen 96 timer etter at den ble laget. Avbryt utkastet og registrer på nytt.",
    ),
    "refused-by-receiver": Text(
        409,
        "Mottakeren har avvist meldingen",
        "Rett feilen og registrer på nytt. En rettet melding må ha ny meldings-ID.",
    ),
    "nothing-to-tell": Text(
        409,
        "Rapporten kan ikke lages",
        "Loggen har ingen tjenester eller opplysninger fra kommunen, eller ingen kjent mottaker. Se detail.",
    ),
    "too-large": Text(
        413, "Meldingen er for stor", "Send en mindre melding, eller be driftsansvarlig om å heve grensen."
    ),
    "unsupported-type": Text(
        415,
        "Innholdstypen støttes ikke",
        "Send application/xml (KITH), application/fhir+json (legemiddelliste), application/hl7-v2 eller text/csv, "
        "eller flere i multipart/form-data eller application/zip.",
    ),
    "not-found": Text(404, "Finnes ikke", "Kontroller adressen. Meldinger finnes med /messages?message_id=<MsgId>."),
    "method-not-allowed": Text(405, "Metoden er ikke tillatt her", "Se /docs for hva adressen tilbyr."),
    "no-original": Text(404, "Meldingens innhold er ikke lagret lenger", "Oppbevaringstiden for innholdet er utløpt."),
    "no-receipt": Text(
        404,
        "Meldingen har ingen kvittering",
        "Se acknowledgement i meldingens tilstand for hvorfor det ikke finnes noen.",
    ),
    "not-replayable": Text(
        409,
        "Meldingen kan ikke behandles på nytt",
        "Bare mottatte, behandlede, ventende og parkerte meldinger kan det.",
    ),
    "invalid-value": Text(422, "En verdi er ikke gyldig", "Rett verdien som er nevnt. Ingenting er lagret."),
    "impossible-time": Text(
        422, "Tidspunktet er ikke mulig", "Rett tidspunktet som er nevnt, med tidssone. Ingenting er lagret."
    ),
    "key-used-before": Text(
        422,
        "Idempotency-Key er brukt før, med et annet innhold",
        "Bruk en ny nøkkel for hver ny registrering, og den samme bare når samme forespørsel sendes på nytt.",
    ),
    "not-declared-ready": Text(
        409, "Pasienten er ikke meldt utskrivningsklar", "Vent til sykehuset har meldt pasienten utskrivningsklar."
    ),
    "readiness-withdrawn": Text(
        409,
        "Meldingen om utskrivningsklar pasient er trukket tilbake",
        "Det er ingenting å svare på nå. Vent på en ny melding fra sykehuset.",
    ),
    "readiness-over": Text(
        409,
        "Perioden som meldt utskrivningsklar er avsluttet",
        "Et svar som ble gitt før avreisen, kan føres i ettertid med tidspunktet i feltet given.",
    ),
    "stay-cancelled": Text(409, "Oppholdet er kansellert", "Ingen melding om oppholdet gjelder lenger."),
    "wrong-municipality": Text(
        403,
        "Virksomheten er ikke den som meldingen om utskrivningsklar pasient er sendt til",
        "Bare mottakeren av meldingen kan svare, eller sykehuset som skriver ned svaret.",
    ),
    "not-your-organisation": Text(
        403, "Virksomheten er ikke din, eller er ikke part i oppholdet", "Oppgi en av partene i oppholdet."
    ),
    "not-yours": Text(
        403,
        "Registreringen er gjort av en annen virksomhet",
        "Bare den som har registrert noe, kan trekke det tilbake.",
    ),
    "precondition-required": Text(
        428,
        "Det finnes en registrering fra før",
        "Les den, og send If-Match med ETag for den som skal erstattes eller trekkes tilbake.",
    ),
    "stale": Text(
        412,
        "Registreringen er endret siden den ble lest",
        "Se current for det som gjelder nå, og send på nytt med ny If-Match om det fortsatt skal endres.",
    ),
    "no-discrepancy": Text(
        404, "Avviket finnes ikke", "Les /patients/{id}/medication på nytt; listene kan ha blitt endret."
    ),
    "not-settled": Text(
        409, "Listen kan ikke signeres ennå", "Avgjør avvikene med høy alvorlighet først, og vent til de er behandlet."
    ),
    "not-prescriber": Text(
        403,
        "Bare en forskriver kan signere",
        "Bruk et token som har HPR-nummeret til den som signerer, og en godkjenning i HPR med rekvisisjonsrett.",
    ),
    "no-organisation": Text(
        400,
        "Virksomheten er ikke oppgitt",
        "Oppgi virksomheten som svarer for dette, som system|nummer; tokenet må gjelde for den.",
    ),
    "no-token": Text(
        401, "Tokenet mangler eller gjelder ikke", "Hent et nytt token hos utstederen; WWW-Authenticate sier hvorfor."
    ),
    "not-allowed": Text(403, "Tokenet gir ikke rett til dette", "Be om det scopet som er nevnt."),
    "no-reason": Text(
        400,
        "Nødrett krever en begrunnelse",
        "Hodet Heimveg-Emergency skal ha begrunnelsen, 10 til 500 tegn, prosentkodet og uten fødselsnummer.",
    ),
    "not-party": Text(
        403,
        "Virksomheten er verken avsender, mottaker eller kopimottaker av meldingen",
        "Send meldingen med et token for en av partene. Meldingen er ikke lagret.",
    ),
    "too-slow": Text(408, "Forespørselen tok for lang tid", "Prøv igjen, med mindre innhold eller et smalere søk."),
    "events-gone": Text(
        410,
        "Hendelsene etter dette nummeret finnes ikke lenger",
        "Les det du følger på nytt fra /fhir, og følg så /events fra starten eller fra last i svaret.",
    ),
    "too-many-streams": Text(429, "For mange åpne strømmer", "Lukk en av dem, eller bruk GET /events."),
    "too-many": Text(429, "For mange forespørsler", "Vent så lenge som Retry-After sier."),
    "access-log-away": Text(503, "Innsynsloggen kan ikke skrives", "Uten logg gis ingenting ut. Prøv igjen om litt."),
    "issuer-away": Text(503, "Utstederen av token kan ikke nås", "Prøv igjen om litt."),
    "store-unavailable": Text(
        503, "Meldingsloggen kan ikke nås", "Meldingen er ikke lagret. Send den på nytt om litt."
    ),
    "wrong-host": Text(
        421, "Ukjent vertsnavn", "Bruk 127.0.0.1 eller localhost, eller før opp navnet i HEIMVEG_ALLOWED_HOSTS."
    ),
    "cross-site": Text(
        403, "Forespørselen kommer fra en annen nettside", "Kall tjenesten fra et program, ikke en side."
    ),
    "internal": Text(
        500, "Uventet feil hos oss", "Prøv igjen. Oppgi tidspunktet til driftsansvarlig om det gjentar seg."
    ),
}
