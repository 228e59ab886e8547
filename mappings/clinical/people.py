"""People and units that a message names in passing, as contained resources: they are said to be so by this message."""

from __future__ import annotations

from typing import Any

from hub.contract import Party, Resource
from mappings.clinical.chart import Chart
from mappings.clinical.values import coded, day, said
from mappings.contact import GENDER, address, human_name, identifiers, telecom
from mappings.documents import felleskomponent as fk1
from mappings.documents.datatypes import CS
from mappings.documents.shape import Leaf
from mappings.resources import concept, derived, reference, without_empty


class Contained:
    """The contained resources of one resource; each is there once and has a local id."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self.resources: list[Resource] = []

    def professional(self, of: fk1.HealthcareProfessional | None) -> dict[str, str] | None:
        """A reference to a professional with name, numbers and telephone."""
        if of is None:
            return None
        return self._held(
            "Practitioner",
            identifier=identifiers(of.ident, self._chart.sender),
            name=[human_name(of)],
            telecom=telecom(of.tele_com),
            address=[address(of.address)],
            gender=gender(of.sex),
            birthDate=day(of.date_of_birth),
            extension=[*_citizenship(of.nationality), *_sex(of.sex), *coded("rolle", of.role_to_patient, 9034)],
            qualification=[{"code": concept(of.type_healthcare_professional, 9060)}],
        )

    def person(self, of: fk1.Person | None) -> dict[str, str] | None:
        """A reference to someone who is not a professional; the patient where the numbers say so."""
        if of is None:
            return None
        numbers = identifiers(of.ident, self._chart.sender)
        known = {(i.system, i.value) for i in self._chart.message.head.persons}
        if any((i["system"], i["value"]) in known for i in numbers):
            return reference(self._chart.making.patient)
        return self._held("RelatedPerson", patient=reference(self._chart.making.patient), **personal(of, self._chart))

    def unit(self, of: fk1.Organisation | None, part_of: dict[str, str] | None = None) -> dict[str, str] | None:
        """A reference to a unit; what is above it is contained too. FHIR has none without name and number (org-1)."""
        held = unit(of, self._chart.sender) if of is not None else {}
        if not (held.get("name") or held.get("identifier")):
            return None
        return self._held("Organization", partOf=part_of, **held)

    def units(self, of: fk1.Organisation | None) -> list[dict[str, str]]:
        """A unit and the units below it, from the top."""
        found: list[dict[str, str]] = []
        while of is not None:
            held = self.unit(of, found[-1] if found else None)
            found += [held] if held else []
            of = of.organisation
        return found

    def other(self, resource_type: str, **elements: Any) -> dict[str, str] | None:
        """A reference to anything else that is described in place."""
        return self._held(resource_type, **elements)

    def _held(self, resource_type: str, **elements: Any) -> dict[str, str] | None:
        made = without_empty(elements)
        if not made or set(made) == {"patient"}:
            return None
        local = f"{resource_type.lower()}-{len(self.resources) + 1}"
        self.resources.append({"resourceType": resource_type, "id": local, **made})
        return reference(f"#{local}")


def personal(of: fk1.Person, chart: Chart) -> dict[str, Any]:
    """Name, numbers and addresses of someone who is not a professional."""
    return {
        "extension": [*_citizenship(of.nationality), *_sex(of.sex)],
        "identifier": identifiers(of.ident, chart.sender),
        "name": [human_name(of)],
        "telecom": telecom(of.tele_com),
        "gender": gender(of.sex),
        "birthDate": day(of.date_of_birth),
        "address": [address(of.address)],
    }


def unit(of: fk1.Organisation, issuer: Party) -> dict[str, Any]:
    """A unit as the message describes it."""
    return {
        "identifier": identifiers(of.ident, issuer),
        "type": [concept(of.type_organisation, 9040)],
        "name": said(of.organisation_name),
        "telecom": telecom(of.tele_com, home=False),
        "address": [address(of.address, home=False)],
    }


def gender(sex: CS | None) -> str | None:
    """Kjønn 3101 as administrative gender."""
    leaf = sex.v if sex else None
    return derived(GENDER[leaf], leaf) if leaf and leaf in GENDER else None


def _sex(sex: CS | None) -> list[dict[str, Any]]:
    """A code that list 3101 lacks."""
    return coded("kjonn", sex, 3101) if sex and sex.v not in GENDER else []


def _citizenship(nationality: CS | None) -> list[dict[str, Any]]:
    """HL7's own extension may stand on a Patient only."""
    return coded("statsborgerskap", nationality, 9043)


def named(text: Leaf | None) -> dict[str, Any] | None:
    """A reference that has only a name."""
    name = said(text)
    return {"display": name} if name else None
