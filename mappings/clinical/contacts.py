"""Next of kin, and the professionals and units that the receiver may ask: RelatedPerson and CareTeam."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hub.contract import Resource
from mappings.clinical.chart import Chart
from mappings.clinical.people import Contained, personal
from mappings.clinical.values import date_time, dated, merknad
from mappings.documents.plo import PloPayload
from mappings.documents.plo_head import (
    AnsvarForRapport,
    KontaktpersonHelsepersonell,
    ParorendeForesatt,
    TilknyttetEnhet,
)
from mappings.documents.shape import Part
from mappings.resources import concept, extension, reference

NAME = "Kontakter i meldingen"


def next_of_kin(chart: Chart, key: str, of: ParorendeForesatt) -> Iterator[Resource]:
    """Next of kin or guardian, by kinship (9033) and duty (9050); of a child only the year of birth is told."""
    about = personal(of.referanseperson, chart)
    year = date_time(of.fodselsar_mindrearig_parorende)
    born = [extension("fodselsar", valueDate=year)] if year and about["birthDate"] else []
    yield chart.made(
        "RelatedPerson",
        key,
        **{
            **about,
            "extension": [*about["extension"], *born, *merknad(of.merknad)],
            "active": True,
            "patient": reference(chart.making.patient),
            "relationship": [concept(of.slektskap, 9033), concept(of.omsorgsfunksjon, 9050)],
            "birthDate": about["birthDate"] or year,
        },
    )


def contacts(chart: Chart, payload: Part, made: Mapping[str, Resource]) -> Iterator[tuple[Resource, Iterable[Part]]]:
    """Everybody that a PLO payload gives as contact, as they are called there; the next of kin among them."""
    if not isinstance(payload, PloPayload):
        return
    named = (*payload.tilknyttet_enhet, *payload.kontaktperson_helsepersonell, *payload.ansvar_for_rapport)
    if not named:
        return
    people = Contained(chart)
    kin = [{"member": {"reference": ref}} for ref, r in made.items() if r["resourceType"] == "RelatedPerson"]
    participants = [
        *(_unit(people, unit) for unit in payload.tilknyttet_enhet),
        *(_contact(people, contact) for contact in payload.kontaktperson_helsepersonell),
        *(_responsible(people, one) for one in payload.ansvar_for_rapport),
        *kin,
    ]
    team = chart.made(
        "CareTeam",
        "Kontakter",
        contained=people.resources,
        status="active",
        name=NAME,
        participant=participants,
        managingOrganization=[chart.organisation()],
        **chart.about(),
    )
    yield team, named


def _unit(people: Contained, of: TilknyttetEnhet) -> dict[str, Any]:
    units = people.units(of.kontaktenhet)
    return {"extension": merknad(of.merknad), "member": units[-1] if units else None}


def _contact(people: Contained, of: KontaktpersonHelsepersonell) -> dict[str, Any]:
    who = of.kontaktperson
    role = concept(who.role_to_patient, 9034)
    return {"extension": merknad(of.merknad), "role": [role], "member": people.professional(who)}


def _responsible(people: Contained, of: AnsvarForRapport) -> dict[str, Any]:
    who = of.ansvarlig_rapport
    return {
        "extension": [*dated("godkjent-dato", of.godkjent_dato), *merknad(of.merknad)],
        "role": [concept(of.type_relasjon, 8254), concept(who.role_to_patient, 9034)],
        "member": people.professional(who),
    }
