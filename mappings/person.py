"""The Patient: one person as all messages know them, and the lesser records that a link has made superfluous."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from hub.contract import Identifier, Ids, Resource
from mappings import epikrise_envelope, municipal_envelope
from mappings.contact import GENDER, address, human_name, human_name_of, identifiers, telecom
from mappings.documents import Message, epikrise, msghead
from mappings.documents.datatypes import URL
from mappings.documents.shape import Leaf, made
from mappings.facts import DEAD, event, left_dead
from mappings.identifiers import DNR, FHN, FNR, H
from mappings.moments import Moment, day_of
from mappings.norwegian_time import calendar_date
from mappings.resources import derived, moment, reference, resource
from mappings.resources import identifier as fhir_identifier
from mappings.series import Entry
from mappings.stays import Stay

_STRENGTH = (FNR, DNR, FHN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who the messages are about: the strongest identifier gives the id."""

    strongest: Identifier
    others: tuple[Identifier, ...]
    lesser: tuple[Identifier, ...]
    """Identifiers under which some message alone would have made a Patient of its own."""


def person(messages: Iterable[Message]) -> Person:
    """The person of these messages, which must name at least one."""
    held = list(messages)
    every = sorted({i for m in held for i in m.head.persons}, key=_rank)
    leading = {m.head.persons[0] for m in held if m.head.persons}
    strongest, *others = every
    lesser = tuple(i for i in others if i in leading)
    return Person(strongest=strongest, others=tuple(others), lesser=lesser)


def birth_date(messages: Iterable[Message]) -> date | None:
    """The day of birth in the newest message that has one."""
    ordered = sorted(messages, key=lambda m: (m.head.generated.timestamp(), m.head.message_id))
    for message in reversed(ordered):
        born = _demographics(message).get("birthDate")
        if born:
            return date.fromisoformat(born)
    return None


def patient_id(ids: Ids, number: Identifier) -> str:
    """The id of the Patient known by a number."""
    return ids("Patient", number.system, number.value)


def patients(
    who: Person, entries: Iterable[Entry], stays: Iterable[Stay], tags: list[dict[str, str]], ids: Ids
) -> list[Resource]:
    """The Patient, and an inactive one for every lesser record, linked to it."""
    main = _patient(who, list(entries), list(stays), tags, ids)
    return [main, *(_lesser(number, main, tags, ids) for number in who.lesser)]


def _patient(who: Person, entries: list[Entry], stays: list[Stay], tags: list[dict[str, str]], ids: Ids) -> Resource:
    newest = max(entries, key=lambda e: (e.message.head.generated.timestamp(), e.message.head.message_id)).message
    return resource(
        "Patient",
        patient_id(ids, who.strongest),
        meta={"tag": [*tags, *_pseudonymous(who)]},
        identifier=[_told(number, newest) for number in (who.strongest, *who.others)],
        active=True,
        **_demographics(newest),
        **_deceased(entries, stays),
    )


def _pseudonymous(who: Person) -> list[dict[str, str]]:
    """That nobody knows yet who it is: only a yearly file of a municipality has told of the person."""
    known = any(not n.system.startswith(municipal_envelope.IPLOS_PERSON) for n in (who.strongest, *who.others))
    return [] if known else [{"system": f"{H}/CodeSystem/identity", "code": "pseudonym"}]


def _identifier(number: Identifier) -> dict[str, Any]:
    scoped = number.system.startswith(f"{H}/sid/hnr/")
    kind = {"type": {"coding": [{"system": "urn:oid:2.16.578.1.12.4.1.1.8116", "code": "HNR"}]}} if scoped else {}
    return {**kind, **fhir_identifier(number)}


def _told(number: Identifier, newest: Message) -> dict[str, Any]:
    """The identifier, as the newest message wrote it where it did."""
    root = newest.root
    patient = root.msg_info.patient if isinstance(root, msghead.MsgHead) else None
    report = epikrise_envelope.report(newest)
    idents = patient.ident if patient else epikrise_envelope.idents(report.patient) if report else ()
    said = identifiers(idents, newest.head.sender)
    written = next((s for s in said if (s["system"], s["value"]) == (number.system, number.value)), {})
    return {**_identifier(number), **written}


def _lesser(number: Identifier, main: Resource, tags: list[dict[str, str]], ids: Ids) -> Resource:
    return resource(
        "Patient",
        patient_id(ids, number),
        meta={"tag": tags},
        identifier=[_identifier(number)],
        active=False,
        link=[{"other": reference(main), "type": "replaced-by"}],
    )


def _demographics(message: Message) -> dict[str, Any]:
    """Name, birth, gender, address from the newest message; never mixed with an older one's."""
    root = message.root
    if isinstance(root, msghead.MsgHead) and root.msg_info.patient is not None:
        return _from_envelope(root.msg_info.patient)
    if isinstance(root, epikrise.Message):
        return _from_epikrise(root.serv_rprt.patient)
    return municipal_envelope.demographics(message)


def _from_envelope(patient: msghead.Patient) -> dict[str, Any]:
    return {
        "name": [human_name(patient)],
        "telecom": telecom(patient.tele_com),
        "gender": _gender(patient.sex.v if patient.sex else None),
        "birthDate": _birth(patient.date_of_birth),
        "address": [address(patient.address)],
    }


def _from_epikrise(patient: epikrise.Patient) -> dict[str, Any]:
    """Epikrise has the whole name in one text, "Family, Given" or "Given Family"."""
    said = patient.name or Leaf("")
    family, comma, given = said.partition(",")
    if not comma:
        given, _, family = said.rpartition(" ")
    name = human_name_of(_part(family, said), _part(given, said))
    born = patient.date_of_birth.v if patient.date_of_birth else None
    gender = _gender(patient.sex.v if patient.sex else None)
    return {
        "name": [{"text": said, **name}],
        "telecom": telecom(made(msghead.TeleCom, tele_address=url) for url in _urls(patient)),
        "gender": gender,
        "birthDate": _birth(born),
        "address": [address(epikrise_envelope.address(patient.address))],
    }


def _urls(patient: epikrise.Patient) -> tuple[URL, ...]:
    return patient.address.tele_address if patient.address else ()


def _part(text: str, of: Leaf) -> Leaf:
    return Leaf(text.strip(), of.path)


def _gender(sex: Leaf | None) -> str | None:
    known = GENDER.get(sex) if sex else None
    return derived(known, sex) if known and sex else None


def _birth(born: Leaf | None) -> str | None:
    day = calendar_date(born[:10]) if born else None
    return derived(day.isoformat(), born) if day and born else None


def _deceased(entries: list[Entry], stays: list[Stay]) -> dict[str, Any]:
    died = death(entries, stays)
    if died is None:
        return {}
    return {"deceasedDateTime": moment(died)}


def death(entries: Iterable[Entry], stays: Iterable[Stay]) -> Moment | None:
    """When the patient died: event 13 (LOG_DOD) before the day of leaving the hospital dead (LOG_UTSKREVET)."""
    notices = [e for e in entries if e.in_force and e.message.head.type == "LOG_DOD"]
    stated = [found.when for e in notices if (found := event(e.message, DEAD))]
    if stated:
        return stated[-1]
    dead = [s for s in stays if s.left and any(left_dead(e.message) for e in s.of("LOG_UTSKREVET"))]
    return day_of(dead[-1].left.when) if dead and dead[-1].left else None


def _rank(number: Identifier) -> tuple[int, str, str]:
    place = _STRENGTH.index(number.system) if number.system in _STRENGTH else len(_STRENGTH)
    return place, number.system, number.value
