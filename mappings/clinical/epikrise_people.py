"""People of an epikrise: next of kin, and who treats the patient and answers for the document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hub.contract import Resource
from mappings.clinical.chart import Chart
from mappings.clinical.people import Contained
from mappings.clinical.values import said, span, stamp, value_of
from mappings.documents import epikrise as dis
from mappings.documents.datatypes import CS
from mappings.documents.shape import Leaf, Part
from mappings.identifiers import identifier, issuer_key
from mappings.resources import concept, derived, reference


def relative(chart: Chart, key: str, of: dis.PatientRelParty) -> Iterator[Resource]:
    """Next of kin by name."""
    number = _numbers(chart, of.rel_party_off_id, CS(v=Leaf("FNR"), dn=None))
    yield chart.made(
        "RelatedPerson",
        key,
        identifier=number,
        active=True,
        patient=reference(chart.making.patient),
        relationship=[concept(of.relation)],
        name=[{"text": said(of.name)}],
    )


def team(chart: Chart, payload: Part, made: Mapping[str, Resource]) -> Iterator[tuple[Resource, Iterable[Part]]]:
    """Who treats the patient and who answers for the epikrise, as it names them (lists 7318 and 7319)."""
    if not isinstance(payload, dis.Message):
        return
    report = payload.serv_rprt
    named: list[tuple[dis.RelServProvider | dis.PatRelHCP, int]] = [(one, 7319) for one in report.patient.pat_rel_hcp]
    named += [(one, 7318) for one in (*report.rel_serv_provider, *_of_events(report.event))]
    people = Contained(chart)
    participants = [
        {"role": [role], "member": member, "onBehalfOf": _employer(chart, people, one.hcp), "period": _during(one)}
        for one, codes in named
        if (member := _professional(chart, people, one.hcp)) and (role := concept(one.relation, codes)) is not None
    ]
    if participants:
        yield (
            chart.made(
                "CareTeam",
                "Behandlere",
                contained=people.resources,
                status="active",
                name="Behandlere i epikrisen",
                participant=participants,
                managingOrganization=[chart.organisation()],
                **chart.about(),
            ),
            tuple(one for one, _ in named),
        )


def _of_events(events: Iterable[dis.Event]) -> Iterator[dis.RelServProvider]:
    for event in events:
        yield from event.rel_serv_provider
        yield from _of_events(event.event)


def _during(of: dis.RelServProvider | dis.PatRelHCP) -> dict[str, Any] | None:
    return span(stamp(of.start_date_time), stamp(of.end_date_time)) if isinstance(of, dis.PatRelHCP) else None


def _professional(chart: Chart, people: Contained, of: dis.HCP) -> dict[str, str] | None:
    """A professional where there is one, else the institution."""
    if of.hc_prof is not None:
        return people.other("Practitioner", **_named(chart, of.hc_prof))
    if of.inst is None:
        return None
    if of.inst.hc_person:
        return people.other("Practitioner", **_named(chart, of.inst.hc_person[0]))
    about = _named(chart, of.inst)
    return people.other("Organization", **{**about, "name": said(of.inst.name)})


def _employer(chart: Chart, people: Contained, of: dis.HCP) -> dict[str, str] | None:
    """The institution of a professional who is named in it."""
    if of.inst is None or not of.inst.hc_person:
        return None
    return people.other("Organization", **{**_named(chart, of.inst), "name": said(of.inst.name)})


def _named(chart: Chart, of: dis.HCProf | dis.HCPerson | dis.Inst) -> dict[str, Any]:
    numbers = [
        *_numbers(chart, of.id, of.type_id),
        *(n for m in of.additional_id for n in _numbers(chart, m.id, m.type)),
    ]
    return {"identifier": numbers, "name": [{"text": said(of.name)}]}


def _numbers(chart: Chart, number: Leaf | None, kind: CS | None) -> list[dict[str, str]]:
    found = identifier(value_of(kind), number or "", issuer=issuer_key(chart.sender))
    if found is None or number is None:
        return []
    system = derived(found.system, kind.v) if kind and kind.v else found.system
    return [{"system": system, "value": derived(found.value, number)}]
