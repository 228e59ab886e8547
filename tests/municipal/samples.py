"""A synthetic person of an invented municipality, in each format that a municipality's record system may export."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

from hub.contract import Document, Projection, Raw, Rejection, Resource
from hub.doors import course, dump, load
from hub.identity import id_maker
from hub.judge import judge_now
from hub.plugins import installed, parts_of
from mappings.documents import Message

IDS = id_maker(b"the key of the municipal tests")
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PERSON = "15833830284"
OTHER = "02914121097"
KOMMUNE = "9811"
OWN = "314000013"
HOME, SHORT = "314000021", "314000048"

CASE: dict[str, Any] = {
    "schema": "municipal-case/1",
    "source": {"system": "PRØVE-EPJ", "version": "2.4", "municipality": KOMMUNE, "organization": OWN},
    "exportId": "uttrekk-7",
    "exportedAt": "2026-11-19T07:10:00+01:00",
    "patient": {
        "localId": "4711",
        "nationalId": {"type": "FNR", "value": PERSON},
        "name": {"family": "Prøvesen", "given": "Oline"},
        "gender": "female",
        "birthDate": "1938-03-15",
        "address": {"municipality": KOMMUNE, "district": "00"},
        "livesAlone": True,
    },
    "services": [
        {
            "id": "T-1",
            "type": {"volven9151": "15", "localCode": "2.2.3", "localDisplay": "Medisinering i hjemmet"},
            "decision": {
                "id": "V-1", "sequence": 1, "applied": "2023-03-20", "decided": "2023-04-01", "outcome": "granted",
            },
            "hoursPerWeek": 7.5,
            "performer": {"organization": HOME, "name": "Hjemmetjenesten nord", "phone": "99999010"},
            "status": "onhold",
            "start": "2023-04-01",
            "pauses": [{"id": "P-1", "from": "2026-11-19", "reason": "hospital"}],
        },
        {
            "id": "T-2",
            "type": {"volven9151": "20"},
            "decision": {"id": "V-2", "sequence": 1, "applied": "2026-11-19", "decided": None, "outcome": "pending"},
            "requestedFrom": "2026-11-24",
            "status": "planned",
        },
    ],
    "function": [
        {"variable": "5", "score": "2", "assessed": "2026-03-01"},
        {"variable": "5", "score": "4", "assessed": "2026-11-20"},
        {"variable": "7", "score": "3", "assessed": "2026-11-20"},
        {"variable": "15", "score": "9", "assessed": "2026-11-20"},
    ],
    "frailty": {"instrument": "CFS", "score": 6, "assessed": "2026-10-02", "assessor": "Sykepleier i hjemmetjenesten"},
    "news2": {"instrument": "NEWS2", "score": 3, "assessed": "2026-11-18T19:00:00+01:00"},
    "goals": [
        {"id": "G-1", "question": "Hva er viktig for deg?", "answer": "Å gå turen til butikken selv.",
         "recorded": "2026-10-02"},
        {"id": "G-2", "answer": "At mor er trygg om natten.", "toldBy": "next-of-kin"},
    ],
    "plans": [
        {
            "id": "PL-1",
            "kind": "tiltaksplan",
            "status": "active",
            "title": "Ernæring og fall",
            "updated": "2026-11-10",
            "measures": [
                {"id": "M-1", "text": "Ukentlig vekt", "status": "in-progress"},
                {"id": "M-2", "text": "Gåtrening to ganger daglig", "status": "on-hold"},
            ],
        }
    ],
    "individualPlan": {"status": "active", "from": "2024-05-01"},
    "coordinator": {"name": "Koordinator Kari Prøve", "role": "koordinator", "hpr": "9999990", "phone": "99999011"},
    "primaryContact": {"name": "Ola Prøve", "role": "tjenesteansvarlig", "phone": "99999012"},
    "generalPractitioner": {"name": "Lege Prøve"},
    "nextOfKin": [{"id": "N-1", "name": "Per Prøvesen", "relationship": "child", "phone": "99999013", "primary": True}],
    "minorDependants": [{"id": "B-1", "birthYear": "2015", "needsInformation": True}],
    "conditions": [{"id": "D-1", "system": "ICPC-2", "code": "K77", "text": "Hjertesvikt", "from": "2023-04-01"}],
    "aids": [{"text": "Rullator", "fixed": True}],
}  # fmt: skip

HEADER = "localId;fnr;tjenesteId;kode9151;lokalKode;vedtakId;fra;til;timerUke;orgnr;status"
ROWS = (
    f"4711;{PERSON};T-1;15;2.2.3;V-1;2023-04-01;;7,5;{HOME};active",
    f"4711;{PERSON};T-3;1;;;01.02.2024;30.06.2024;2;{HOME};finished",
)
SAID = {"heimveg-municipality": KOMMUNE, "heimveg-export-time": "2026-11-20T06:00:00+01:00"}


def case(**changes: Any) -> dict[str, Any]:
    """The case with members exchanged; ``None`` stands as null."""
    return {**copy.deepcopy(CASE), **changes}


def without(*names: str, **changes: Any) -> dict[str, Any]:
    """The case without some members."""
    return {name: value for name, value in case(**changes).items() if name not in names}


def raw(body: object, **headers: str) -> Raw:
    """A delivery, as the transport hands it over."""
    told = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Raw(body=told, received=NOW, headers={name.replace("_", "-"): value for name, value in headers.items()})


def outcomes(body: object, **headers: str) -> list[Document | Rejection]:
    """What the hub would make of a delivery, a message at a time."""
    plugins = installed()
    found = []
    for one in parts_of(raw(body, **headers), plugins):
        outcome = judge_now(one, plugins, dump, IDS).outcome
        assert isinstance(outcome, Document | Rejection), outcome
        found.append(outcome)
    return found


def read(body: object, **headers: str) -> Message:
    """The one message of a delivery, as it comes out of the log."""
    (outcome,) = outcomes(body, **headers)
    assert isinstance(outcome, Message), outcome
    loaded = load(dump(outcome), outcome.original)
    assert isinstance(loaded, Message)
    return loaded


def refused(body: object, **headers: str) -> list[tuple[str, str]]:
    """Why a delivery is refused: code and path of each fault."""
    (outcome,) = outcomes(body, **headers)
    assert isinstance(outcome, Rejection), outcome
    return [(fault.code, fault.path) for fault in outcome.faults]


def table(*rows: str, header: str = HEADER) -> str:
    """A table of services."""
    return "\n".join((header, *(rows or ROWS))) + "\n"


def projected(*documents: Document, at: datetime = NOW) -> Projection:
    """Everything that the documents make together."""
    return course(documents, at, ids=IDS)


def of_type(projection: Projection, *types: str) -> list[Resource]:
    """The resources of these types."""
    return [r for r in projection.resources if r["resourceType"] in types]


def by_number(projection: Projection, number: str, *types: str) -> Resource:
    """The one resource that carries an identifier of this value."""
    (found,) = (
        r for r in of_type(projection, *types) if number in [str(i.get("value")) for i in r.get("identifier", ())]
    )
    return found


GUID = "0b6d3c1e-5f0a-4d0e-9a35-2f6b0c9e9"
FIRST = "00000000-0000-0000-0000-000000000000"


def notification(
    number: int,
    event: str,
    *,
    day: str,
    status: str = "N",
    ref: int | None = None,
    person: str = PERSON,
    service: str = "T-640",
    user: str = "4711",
    more: str = "",
) -> str:
    """A notification of the chain: number 41 is the first, each names the one before it."""
    before = f"{GUID}{number - 1:03}" if number > 41 else FIRST
    refers = f' notifikasjonRef="{GUID}{ref:03}"' if ref else ""
    pause = ' midlertidigStoppID="MS-1"' if event.startswith("Midlertidig") else ""
    told = (
        f'<npr:{event} tjenesteType="20" hendelseRegTid="{day}T08:14:10" hendelseDato="{day}" '
        f'tjenesteOrgNr="{SHORT}" tjenesteID="{service}" hendelseGUID="7a1e7f52-0c57-4a0b-8a4a-5b7f1c2d9{number:03}"'
        f'{pause}><npr:Bruker pasientGUID="c4b8b0a2-8c0b-4a87-9f2e-1d2e3f4a9001" brukerNr="{user}" bydel="00" '
        f'fid="{person}" typeID="1"/></npr:{event}>'
    )
    return (
        f'<npr:Notifikasjon statusNotifikasjon="{status}" notifikasjonTid="2026-11-{number - 24}T08:15:00" '
        f'notifikasjonLopeNr="{number}" notifikasjonGUID="{GUID}{number:03}" '
        f'notifikasjonForrigeGUID="{before}"{refers}>{told}{more}</npr:Notifikasjon>'
    )


def events(*notifications: str, batch: str = "1") -> str:
    """An event message with these notifications."""
    return (
        '<npr:Melding xmlns:npr="http://www.npr.no/xmlstds/56_0_0_ipl" versjon="56.0.0" meldingstype="K" '
        f'leverandor="Prøve AS" navnEPJ="PRØVE-EPJ" versjonEPJ="2.4" versjonUt="1.0" lokalident="{batch}">'
        f"{''.join(notifications)}"
        '<npr:Kontaktperson kontPerson="Prøve Kontakt" meldEpost1="kontakt@example.org" typeKontaktperson="16"/>'
        f'<npr:Kommune kommuneNr="{KOMMUNE}"/></npr:Melding>'
    )


START = notification(41, "TjenesteStart", day="2026-11-16")
PAUSE = notification(42, "MidlertidigStoppFra", day="2026-11-18")
LATER = notification(43, "MidlertidigStoppFra", day="2026-11-19", status="M", ref=42)
CHAIN = (START, PAUSE, LATER)
"""A start, a pause, and the pause corrected."""


def person_record(number: str = "1001", *, more: str = "", services: str | None = None) -> str:
    """One person of the yearly file."""
    child = f'fnPeID="{number}"'
    default = (
        f'<i:TJENESTE tjPeID="{number}" tjTjID="1" tjVeID="501" tjVeNrID="1"><i:tjTjenType>15</i:tjTjenType>'
        "<i:tjSoknadDato>20230320</i:tjSoknadDato><i:tjVedtDato>20230401</i:tjVedtDato><i:tjVedtak>1</i:tjVedtak>"
        f"<i:tjTimerUke>7.50</i:tjTimerUke><i:tjInstOrgnr>{HOME}</i:tjInstOrgnr><i:tjFraDato>20230401</i:tjFraDato>"
        f'</i:TJENESTE><i:TJENESTE tjPeID="{number}" tjTjID="2" tjVeID="640" tjVeNrID="1">'
        "<i:tjTjenType>20</i:tjTjenType>"
        "<i:tjVedtDato>20251118</i:tjVedtDato><i:tjVedtak>1</i:tjVedtak><i:tjRullerende>2</i:tjRullerende>"
        f"<i:tjInstOrgnr>{SHORT}</i:tjInstOrgnr><i:tjFraDato>20251120</i:tjFraDato><i:tjTilDato>20251218</i:tjTilDato>"
        "</i:TJENESTE>"
    )
    return (
        f'<i:PERSON pePeID="{number}"><i:peAlder>87</i:peAlder><i:peKjonn>K</i:peKjonn><i:peKomnr>{KOMMUNE}</i:peKomnr>'
        "<i:peBydelsnr>00</i:peBydelsnr><i:peFraDato>20230401</i:peFraDato><i:peEndrDato>20251120</i:peEndrDato>"
        f'<i:PERSONOPPL poPeID="{number}" poPoID="1"><i:poHusstand>1</i:poHusstand><i:poVurdLege>202503</i:poVurdLege>'
        "<i:poIndPlan>1</i:poIndPlan><i:poHarKoordinator>1</i:poHarKoordinator><i:poErnKartlagt>1</i:poErnKartlagt>"
        "<i:poErnKartlagtDato>20251015</i:poErnKartlagtDato><i:poFraDato>20251015</i:poFraDato></i:PERSONOPPL>"
        + "".join(
            f'<i:FUNKSJON {child} fnFnID="{place}"><i:fnFunkType>{variable}</i:fnFunkType><i:fnFunkVerdi>{score}'
            f"</i:fnFunkVerdi><i:fnFraDato>{since}</i:fnFraDato><i:fnTilDato>{until}</i:fnTilDato></i:FUNKSJON>"
            for place, (variable, score, since, until) in enumerate(
                (("5", "2", "20240301", "20251119"), ("5", "4", "20251120", "99991231"),
                 ("7", "3", "20251120", "99991231"), ("15", "9", "20251120", "99991231")), start=1)
        )
        + (default if services is None else services)
        + f'<i:DIAGNOSE diPeID="{number}" diDiID="1"><i:diKodeVersjon>ICPC-2</i:diKodeVersjon><i:diDiagKode>K77'
        "</i:diDiagKode><i:diFraDato>20230401</i:diFraDato><i:diTilDato>99991231</i:diTilDato></i:DIAGNOSE>"
        f'<i:DOGNTILBUD dgPeID="{number}" dgDgID="1"><i:dgInstOrgnr>{SHORT}</i:dgInstOrgnr>'
        f"<i:dgFraDato>20251120</i:dgFraDato><i:dgTilDato>20251218</i:dgTilDato></i:DOGNTILBUD>{more}</i:PERSON>"
    )  # fmt: skip


def yearly(*persons: str, number: str = "2026-0001", made: str = "20260105") -> str:
    """A yearly file of these persons."""
    contact = "".join(
        f"<i:iiKontakt><i:Type>{kind}</i:Type><i:Navn>Prøve Kontakt</i:Navn><i:Telefon>99999001</i:Telefon>"
        "<i:Epost>kontakt@example.org</i:Epost></i:iiKontakt>"
        for kind in (1, 2)
    )
    return (
        '<i:IPLOS xmlns:i="http://www.npr.no/xmlstds/iplos/2018" versjon="3.5"><i:INNHINFO><i:iiInnhType>P'
        f"</i:iiInnhType><i:iiKomnr>{KOMMUNE}</i:iiKomnr><i:iiBydelsnr>00</i:iiBydelsnr>{contact}"
        f"<i:iiFraDato>20250101</i:iiFraDato><i:iiTilDato>20251231</i:iiTilDato><i:iiLagetDato>{made}</i:iiLagetDato>"
        "<i:iiSysID>PRØVE-EPJ</i:iiSysID><i:iiSysVersjon>2.4</i:iiSysVersjon>"
        f"<i:iiLopenr>{number}</i:iiLopenr></i:INNHINFO>{''.join(persons or (person_record(),))}</i:IPLOS>"
    )


def identities(*numbers: tuple[str, str], file: str = "2026-0001") -> str:
    """The ident file of a yearly file: pseudonym and national number of each person."""
    told = "".join(
        f'<n:PasientIdent pid="{pid}" fid="{fid}" typeID="1"/>' for pid, fid in numbers or (("1001", PERSON),)
    )
    return (
        '<n:Melding xmlns:n="http://www.npr.no/xmlstds/53_1_2_ide" versjon="53.1.2" meldingstype="B" '
        'fraDatoPeriode="2025-01-01" tilDatoPeriode="2025-12-31" uttakDato="2026-01-05" leverandor="Prøve AS" '
        f'navnEPJ="PRØVE-EPJ" versjonEPJ="2.4" versjonUt="1.0" lopenr="{file}">'
        '<n:Kontaktperson kontPerson="Prøve Kontakt" meldEpost1="kontakt@example.org" typeKontaktperson="16"/>'
        f'<n:Institusjon institusjonID="{KOMMUNE}">{told}</n:Institusjon></n:Melding>'
    )


def _subject(number: str) -> dict[str, Any]:
    return {"reference": f"https://epj.example.org/fhir/Patient/{number}"}


def bundle(*more: dict[str, Any], without_types: tuple[str, ...] = (), **changes: Any) -> dict[str, Any]:
    """A Bundle in the shape of VKP, with these resources besides."""
    patient = {
        "resourceType": "Patient", "id": "4711",
        "identifier": [
            {"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": PERSON},
            {"system": "https://epj.example.org/lopenummer", "value": "4711"},
        ],
        "name": [{"family": "Prøvesen", "given": ["Oline"]}], "gender": "female", "birthDate": "1938-03-15",
    }  # fmt: skip
    episode = {
        "resourceType": "EpisodeOfCare", "id": "T-501",
        "identifier": [{"system": "https://epj.example.org/tjeneste", "value": "T-501"}],
        "status": "onhold",
        "statusHistory": [
            {"status": "active", "period": {"start": "2023-04-01", "end": "2026-11-19"}},
            {"status": "onhold", "period": {"start": "2026-11-19"}},
        ],
        "type": [{"coding": [
            {"system": "https://epj.example.org/kode", "code": "2.2.3", "display": "Medisinering i hjemmet"},
            {"system": "urn:oid:2.16.578.1.12.4.1.1.9151", "code": "15"},
        ]}],
        "patient": _subject("4711"),
        "managingOrganization": {
            "identifier": {"system": "urn:oid:2.16.578.1.12.4.1.4.101", "value": HOME}, "display": "Sone nord",
        },
        "period": {"start": "2023-04-01"},
    }  # fmt: skip
    visits = [
        {"detail": {"kind": "Appointment", "status": status, "description": "Medisinering, morgen", **reason,
                    "scheduledPeriod": {
                        "start": f"2026-11-{day}T08:00:00+01:00", "end": f"2026-11-{day}T08:20:00+01:00",
                    }}}
        for day, status, reason in (
            (18, "completed", {}), (19, "cancelled", {"statusReason": {"text": "Innlagt sykehus"}}),
        )
    ]  # fmt: skip
    plan = {
        "resourceType": "CarePlan", "id": "BP-1", "status": "active", "intent": "plan",
        "identifier": [{"system": "https://epj.example.org/besoksplan", "value": "BP-1"}],
        "category": [{"text": "besøksplan"}], "title": "Besøksplan uke 47", "subject": _subject("4711"),
        "activity": visits,
    }  # fmt: skip
    condition = {
        "resourceType": "Condition", "identifier": [{"system": "https://epj.example.org/diagnose", "value": "D-1"}],
        "clinicalStatus": {"coding": [
            {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"},
        ]},
        "code": {"coding": [{"system": "urn:oid:2.16.578.1.12.4.1.1.7170", "code": "K77"}], "text": "Hjertesvikt"},
        "subject": _subject("4711"), "onsetDateTime": "2023-04-01",
    }  # fmt: skip
    allergy = {
        "resourceType": "AllergyIntolerance", "criticality": "high",
        "identifier": [{"system": "https://epj.example.org/allergi", "value": "A-1"}],
        "clinicalStatus": {"coding": [
            {"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"},
        ]},
        "code": {"text": "Penicillin"}, "patient": _subject("4711"),
    }  # fmt: skip
    document = {
        "resourceType": "Composition", "status": "final", "type": {"text": "Oppfølging hjemme"}, "date": "2026-11-17",
        "title": "Målinger", "subject": _subject("4711"), "author": [{"display": "Responssenter"}],
        "section": [{"title": "Samtale", "text": {
            "status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Tungpustet i går.</div>',
        }}],
    }  # fmt: skip
    held = [
        one
        for one in (patient, episode, plan, condition, allergy, document)
        if one["resourceType"] not in without_types
    ]
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "identifier": {"system": f"urn:hub:municipal-export:{KOMMUNE}", "value": "2026-11-19T06:00:00Z/7"},
        "timestamp": "2026-11-19T06:00:00Z",
        "entry": [
            {"fullUrl": f"https://epj.example.org/fhir/{one['resourceType']}/{one.get('id', place)}", "resource": one}
            for place, one in enumerate((*held, *more))
        ],
        **changes,
    }


MEDICINE = {
    "resourceType": "MedicationStatement", "id": "M-1", "status": "active",
    "identifier": [{"system": "https://epj.example.org/legemiddel", "value": "M-1"}],
    "medicationCodeableConcept": {"text": "Metoprolol depottablett 50 mg"},
    "subject": {"reference": "https://epj.example.org/fhir/Patient/4711"}, "dosage": [{"text": "1 tablett morgen"}],
}  # fmt: skip
