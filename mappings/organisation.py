"""Organizations on two levels, and the people who work there: shared resources, as one message describes them.

A virksomhet is known by its strongest number, a service below it by its own HER-id (HIS 1153-2). A HER-id on the
virksomhet stays there, because the messages address it so, though the base profile wants it on services only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from hub.contract import HER_ID, ORGANISASJONSNUMMER, Identifier, Ids, Mention, Party, Resource
from mappings import epikrise_envelope, municipal_envelope
from mappings.contact import address, human_name, identifiers, telecom
from mappings.documents import Listed, Message, msghead
from mappings.documents import felleskomponent as fk1
from mappings.facts import head_of_payload
from mappings.identifiers import FNR, HPR, RESH_ID, H, identifier, issuer_key
from mappings.parties import parties_of
from mappings.resources import concept, reference, resource
from mappings.resources import identifier as fhir_identifier
from mappings.scope import access

_STRENGTH = (ORGANISASJONSNUMMER, HER_ID, RESH_ID)
_PERSON_STRENGTH = (HPR, HER_ID, FNR)
EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""A list knows its parties by number, and calls them what it likes: any message knows them better, however old."""
NAMED = f"{H}/sid/name"
"""The system of an organisation that has only a name; used in keys, never shown."""


@dataclass(frozen=True, slots=True)
class Directory:
    """Makes ids of organisations and people."""

    ids: Ids

    def organization(self, party: Party) -> str | None:
        """``Organization/<id>`` of the virksomhet, or None when it has neither number nor name."""
        known = _strongest(party.identifiers) or (Identifier(NAMED, party.name.casefold()) if party.name else None)
        return f"Organization/{self.ids('Organization', known.system, known.value)}" if known else None

    def unit(self, party: Party) -> str | None:
        """``Organization/<id>`` of the service below it; by name within the virksomhet when it has no number."""
        known, parent = _strongest(party.unit_identifiers), self.organization(party)
        if known:
            return f"Organization/{self.ids('Organization', known.system, known.value)}"
        if not party.unit_name or parent is None:
            return None
        return f"Organization/{self.ids('Organization', parent, party.unit_name.casefold())}"

    def best(self, party: Party) -> str | None:
        """The service where there is one, otherwise the virksomhet."""
        return self.unit(party) or self.organization(party)

    def practitioner(self, person: fk1.HealthcareProfessional, message: Message, place: str) -> str:
        """``Practitioner/<id>`` by HPR number or HER-id; without one, this message's alone: names never link."""
        known = _strongest(_idents(person, message.head.sender), _PERSON_STRENGTH)
        key = (known.system, known.value) if known else (message.head.message_id, place)
        return f"Practitioner/{self.ids('Practitioner', *key)}"

    def role(self, practitioner: str, organization: str) -> str:
        """``PractitionerRole/<id>`` of a person at an organisation."""
        return f"PractitionerRole/{self.ids('PractitionerRole', practitioner, organization)}"


def mentions(message: Message, directory: Directory) -> Iterator[Mention]:
    """Every organisation and professional that a message describes."""
    made = [*_organizations(message, directory), *_people(message, directory)]
    for found in {f"{r['resourceType']}/{r['id']}": r for r in made}.values():
        by_number = isinstance(message, Listed) or municipal_envelope.is_municipal(message)
        at = EVER if by_number else message.head.generated
        yield Mention(resource=found, at=at, message_id=message.head.message_id)


def responsible(message: Message, directory: Directory) -> list[str]:
    """``PractitionerRole/<id>`` of those who answer for a PLO message (AnsvarForRapport), in order."""
    return [role for _, _, role in _responsible(message, directory)]


def _organizations(message: Message, directory: Directory) -> Iterator[Resource]:
    typed = _typed(message)
    for party in parties_of(message):
        top = directory.organization(party)
        if top is None:
            continue
        described = typed.get(party)
        yield _organization(top, party.name, party.identifiers, described, party=party)
        below = directory.unit(party)
        if below is not None and below != top:
            inner = (described.organisation or described.healthcare_professional) if described else None
            name, numbers = party.unit_name or party.name, party.unit_identifiers
            yield _organization(below, name, numbers, inner, party=party, part_of=top)
    yield from _contact_units(message, directory)


def _typed(message: Message) -> dict[Party, msghead.Organisation]:
    """What the envelope, or an epikrise, says of its parties; other messages say nothing more than the head has."""
    report = epikrise_envelope.report(message)
    if report is not None:
        head = message.head
        named = dict(zip((head.sender, head.receiver, *head.copies), epikrise_envelope.parties(report), strict=False))
        return {**named, head.sender: epikrise_envelope.organisation(report.serv_provider.hcp)}
    if not isinstance(message.root, msghead.MsgHead):
        return {}
    info = message.root.msg_info
    others = [o.organisation for o in info.other_receiver if o.organisation]
    copies = dict(zip(message.head.copies, others, strict=False)) if len(others) == len(message.head.copies) else {}
    return {**copies, message.head.receiver: info.receiver.organisation, message.head.sender: info.sender.organisation}


def _organization(
    to: str,
    name: str,
    numbers: tuple[Identifier, ...],
    described: msghead.Organisation | msghead.HealthcareProfessional | fk1.Organisation | None,
    *,
    party: Party,
    part_of: str | None = None,
) -> Resource:
    tags = [{"system": s, "code": c} for s, c in sorted(access([party]))]
    return resource(
        "Organization",
        to.partition("/")[2],
        meta={"tag": tags} if tags else {},  # a municipality may be known by its own number alone
        identifier=identifiers(described.ident, party)
        if described
        else [fhir_identifier(number) for number in sorted(numbers)],
        active=True,
        type=_type(described),
        name=_name(described) or name,
        contact=_contact(described),
        telecom=telecom(described.tele_com, home=False) if described else [],
        address=[address(described.address, home=False)] if described else [],
        partOf=reference(part_of) if part_of else None,
    )


Described = msghead.Organisation | msghead.HealthcareProfessional | fk1.Organisation


def _type(described: Described | None) -> list[dict[str, Any]]:
    """What kind of party it is; a person with an address of their own by their profession (HIS 1153-2)."""
    if described is None:
        return []
    if isinstance(described, msghead.HealthcareProfessional):
        return [concept(described.type_healthcare_professional, 9060), concept(described.role_to_patient, 9034)]
    return [concept(described.type_organisation, 9040)]


def _name(described: Described | None) -> str | None:
    return described.organisation_name if isinstance(described, msghead.Organisation | fk1.Organisation) else None


def _contact(described: Described | None) -> list[dict[str, Any]]:
    """The person behind an address that is a person's."""
    return [{"name": human_name(described)}] if isinstance(described, msghead.HealthcareProfessional) else []


def _contact_units(message: Message, directory: Directory) -> Iterator[Resource]:
    """Wards and offices that a PLO payload gives as contact (TilknyttetEnhet), where they have a number."""
    sender = message.head.sender
    top, payload = directory.organization(sender), head_of_payload(message)
    for unit in payload.tilknyttet_enhet if payload else ():
        described = unit.kontaktenhet
        numbers = tuple(_idents(described, sender))
        known = _strongest(numbers)
        if known is None or top is None:
            continue
        to = f"Organization/{directory.ids('Organization', known.system, known.value)}"
        if to not in (top, directory.unit(sender)):
            name = str(described.organisation_name or "")
            yield _organization(to, name, numbers, described, party=sender, part_of=top)


def _people(message: Message, directory: Directory) -> Iterator[Resource]:
    organization = directory.best(message.head.sender)
    for person, practitioner, role in _responsible(message, directory):
        tags = {"tag": [{"system": s, "code": c} for s, c in sorted(access([message.head.sender]))]}
        yield resource(
            "Practitioner",
            practitioner.partition("/")[2],
            meta=tags,
            identifier=identifiers(person.ident, message.head.sender),
            active=True,
            name=[human_name(person)],
            qualification=[{"code": concept(person.type_healthcare_professional, 9060)}]
            if person.type_healthcare_professional
            else [],
        )
        yield resource(
            "PractitionerRole",
            role.partition("/")[2],
            meta=tags,
            active=True,
            practitioner=reference(practitioner),
            organization=reference(organization) if organization else None,
            telecom=telecom(person.tele_com, home=False),
        )


def _responsible(message: Message, directory: Directory) -> Iterator[tuple[fk1.HealthcareProfessional, str, str]]:
    payload, organization = head_of_payload(message), directory.best(message.head.sender)
    for number, responsible in enumerate(payload.ansvar_for_rapport if payload else (), start=1):
        practitioner = directory.practitioner(responsible.ansvarlig_rapport, message, f"AnsvarForRapport[{number}]")
        yield responsible.ansvarlig_rapport, practitioner, directory.role(practitioner, organization or "")


def _idents(of: fk1.HealthcareProfessional | fk1.Organisation, issuer: Party) -> Iterator[Identifier]:
    for ident in of.ident:
        found = identifier(str(ident.type_id.v or ""), ident.id, issuer=issuer_key(issuer))
        if found is not None:
            yield found


def _strongest(
    numbers: tuple[Identifier, ...] | Iterator[Identifier], order: tuple[str, ...] = _STRENGTH
) -> Identifier | None:
    return min(numbers, key=lambda i: (order.index(i.system) if i.system in order else len(order), i), default=None)
