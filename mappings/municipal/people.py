"""Who a municipality has around the patient: next of kin and children as RelatedPerson, helpers as CareTeam."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.codes import hl7
from mappings.clinical.values import boolean, flagged, merknad, said, whole
from mappings.documents.municipal_case import CaseContact, CaseMinor, CaseRelative, MunicipalCase
from mappings.documents.shape import Leaf
from mappings.identifiers import HPR, H
from mappings.municipal.setting import Setting
from mappings.municipal.stated import Statement, by_key
from mappings.resources import code, derived, extension, reference
from mappings.series import Entry

ROLES: Final = f"{H}/CodeSystem/care-team-role"
KINDS: Final = {
    "coordinator": ("koordinator", "Koordinator"),
    "primary_contact": ("tjenesteansvarlig", "Tjenesteansvarlig eller primærkontakt"),
    "contact_doctor": ("kontaktlege", "Kontaktlege"),
    "general_practitioner": ("fastlege", "Fastlege"),
}
MEMBERS: Final = {
    "coordinator": "coordinator", "primary_contact": "primaryContact", "contact_doctor": "contactDoctor",
    "general_practitioner": "generalPractitioner",
}  # fmt: skip
"""Fields of a case and the members that they are read from."""
TEAM: Final = "Kommunens team"
KINSHIP: Final = {
    "child": ("CHILD", "child"), "spouse": ("SPS", "spouse"), "partner": ("DOMPART", "domestic partner"),
    "parent": ("PRN", "parent"), "sibling": ("SIB", "sibling"), "grandchild": ("GRNDCHILD", "grandchild"),
    "grandparent": ("GRPRN", "grandparent"), "friend": ("FRND", "unrelated friend"), "neighbour": ("NBOR", "neighbor"),
    "guardian": ("GUARD", "guardian"),
}  # fmt: skip
MINOR: Final = ("barn", "Mindreårig som pasienten har omsorg for")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Statement):
    """Who has a role around the patient; nobody where the role was emptied."""

    role: str
    told: CaseContact | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative(Statement):
    """Next of kin, or a child."""

    told: CaseRelative | CaseMinor


def contacts(entry: Entry) -> Iterator[Contact]:
    """Every role that a case fills or empties."""
    root = entry.message.root
    if not isinstance(root, MunicipalCase):
        return
    municipality = str(root.source.municipality)
    for role, member in MEMBERS.items():
        told: CaseContact | None = getattr(root, role)
        if told is not None or member in root.emptied:
            key = ("contact", municipality, role)
            yield Contact(entry=entry, part=told or root, key=key, role=role, told=told)


def relatives(entry: Entry) -> Iterator[Relative]:
    """Everybody whom a case names as next of kin, and the children in it."""
    root = entry.message.root
    if isinstance(root, MunicipalCase):
        for name, told in (
            *(("nextOfKin", one) for one in root.next_of_kin),
            *(("minorDependants", one) for one in root.minor_dependants),
        ):
            assert isinstance(told, CaseRelative | CaseMinor)  # noqa: S101  for the type checker
            key = (name, str(root.source.municipality), str(told.id))
            yield Relative(entry=entry, part=told, key=key, told=told)


def holding(stated: Iterable[Contact]) -> dict[str, list[Contact]]:
    """By municipality, those who hold a role now, in the order of the roles."""
    found: dict[str, list[Contact]] = {}
    for same in by_key(stated).values():
        if same[-1].told is not None:
            found.setdefault(same[-1].key[1], []).append(same[-1])
    return {of: sorted(them, key=lambda one: list(KINDS).index(one.role)) for of, them in found.items()}


def team_of(setting: Setting, municipality: str) -> str:
    """The id of a municipality's team."""
    return setting.id_of("CareTeam", ("team", municipality))


def team(stated: Iterable[Contact], setting: Setting) -> Iterator[tuple[Resource, list[Contact]]]:
    """One team for each municipality, of those who hold a role now."""
    for municipality, ordered in sorted(holding(stated).items()):
        yield (
            setting.made(
                "CareTeam",
                ("team", municipality),
                ordered,
                contained=[_professional(one) for one in ordered],
                status="active",
                name=TEAM,
                subject=reference(setting.making.patient),
                participant=[_participant(one, setting) for one in ordered],
                managingOrganization=[setting.municipality(ordered[-1])],
            ),
            ordered,
        )


def _professional(of: Contact) -> dict[str, Any]:
    told = of.told
    assert told is not None  # noqa: S101  only those who hold a role are asked
    number = [{"system": HPR, "value": told.hpr}] if told.hpr else []
    made = {
        "resourceType": "Practitioner",
        "id": of.role.replace("_", "-"),
        "identifier": number,
        "name": [{"text": told.name}],
    }
    return {**made, "telecom": _phone(told.phone)}


def _participant(of: Contact, setting: Setting) -> dict[str, Any]:
    role, told = code(ROLES, *KINDS[of.role]), of.told
    text = said(told.role) if told else None
    return {
        "role": [{**role, "text": text}],
        "member": {"reference": f"#{of.role.replace('_', '-')}"},
        "onBehalfOf": setting.municipality(of),
    }


def _phone(leaf: Leaf | None) -> list[dict[str, Any]]:
    return [{"system": "phone", "value": leaf}] if said(leaf) else []


def related(
    stated: Iterable[Relative], setting: Setting, over: frozenset[str]
) -> Iterator[tuple[Resource, list[Relative]]]:
    """Next of kin and children, each as told last. ``over``: message ids after which a municipality has none."""
    for _, same in sorted(by_key(stated).items()):
        of = same[-1]
        active = f"{of.key[0]} {of.entry.message.head.message_id}" not in over
        about = _relative(of.told) if isinstance(of.told, CaseRelative) else _minor(of.told)
        yield (
            setting.made(
                "RelatedPerson", of.key, same, active=active, patient=reference(setting.making.patient), **about
            ),
            same,
        )


def _identifier(of: CaseRelative | CaseMinor) -> list[dict[str, Any]]:
    return [{"system": f"{H}/sid/kommune-parorende", "value": of.id}]


def _relative(of: CaseRelative) -> dict[str, Any]:
    return {
        "extension": flagged("hovedparorende", of.primary),
        "identifier": _identifier(of),
        "relationship": [_kinship(of.relationship)],
        "name": [{"text": of.name}],
        "telecom": _phone(of.phone),
    }


def _kinship(leaf: Leaf | None) -> dict[str, Any]:
    """FHIR's role codes for the words that the format names; another word stays text."""
    known = KINSHIP.get(str(leaf or ""))
    if not leaf:
        return {}
    if known is None:
        return {"text": leaf}
    found = hl7("v3-RoleCode", known[0], known[1])
    found["coding"][0]["code"] = derived(known[0], leaf)
    return found


def _minor(of: CaseMinor) -> dict[str, Any]:
    """Of a child only the year of birth, and whether somebody must inform it; never who it is."""
    needs = boolean(of.needs_information)
    year = of.birth_year if whole(of.birth_year) else None
    return {
        "extension": [*([extension("informasjonsbehov", valueBoolean=needs)] if needs else []), *merknad(of.note)],
        "identifier": _identifier(of),
        "relationship": [code(ROLES, *MINOR)],
        "birthDate": year,
    }
