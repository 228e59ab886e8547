"""Observations: what a message says of the patient that is neither a diagnosis nor a warning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.chart import Chart
from mappings.clinical.codes import LOINC, hl7, observed
from mappings.clinical.people import Contained
from mappings.clinical.values import (
    as_notes,
    boolean,
    compound,
    day,
    described,
    flagged,
    piece,
    said,
    span,
    stamp,
    worded,
)
from mappings.documents.plo_head import (
    Foresporsel,
    Fraversassistent,
    InformasjonOmForsendelsen,
    TilleggsopplysningPasient,
)
from mappings.documents.plo_medical import RegistrertBlodtype
from mappings.documents.plo_stay import (
    OpplysningerTilSoknad,
    OpplysningOpphold,
    TidsfestetHendelse,
    TypeInnholdIMelding,
)
from mappings.resources import code, concept, extension, moment

SOCIAL: Final = hl7("observation-category", "social-history", "Social History")
SURVEY: Final = hl7("observation-category", "survey", "Survey")
LABORATORY: Final = hl7("observation-category", "laboratory", "Laboratory")
ABO: Final = code(LOINC, "883-9", "ABO group [Type] in Blood")
RHESUS: Final = code(LOINC, "10331-7", "Rh [Type] in Blood")


def observation(chart: Chart, key: str, kind: str, **elements: Any) -> Resource:
    """An Observation of a kind of ours, by the sending service, issued with the message; no time is invented."""
    usual: dict[str, Any] = {"code": observed(kind), "category": [SURVEY], "performer": [chart.organisation()]}
    return chart.made(
        "Observation",
        f"{key}#{kind}",
        **{
            "status": "final",
            "issued": moment(chart.message.head.generated),
            **chart.about(),
            **usual,
            **elements,
        },
    )


def component(kind: str, **value: Any) -> dict[str, Any] | None:
    """A part of an Observation, or None when it has no value."""
    return {"code": observed(kind), **value} if any(held not in (None, "", {}, []) for held in value.values()) else None


def social(chart: Chart, key: str, of: TilleggsopplysningPasient) -> Iterator[Resource]:
    """Living alone, civil status, language: as this message has them, for the newest one to be seen among others."""
    alone = boolean(of.bor_alene)
    if alone is not None:
        yield observation(chart, key, "bor-alene", category=[SOCIAL], valueBoolean=alone)
    if status := concept(of.sivil_status, 8724):
        yield observation(chart, key, "sivilstatus", category=[SOCIAL], valueCodeableConcept=status)
    if language := concept(of.sprak, 3303):
        yield observation(chart, key, "sprak", category=[SOCIAL], valueCodeableConcept=language)


def application(chart: Chart, key: str, of: OpplysningerTilSoknad) -> Iterator[Resource]:
    """Whether the patient has applied for services."""
    sent = boolean(of.egensoknad_sendt)
    yield observation(chart, key, "egensoknad-sendt", valueBoolean=sent, note=as_notes(of.merknad))


def event(chart: Chart, key: str, of: TidsfestetHendelse) -> Iterator[Resource]:
    """A timed event of a report (list 9121, or words alone). The times of a stay come from the logistics messages."""
    what, notes = described(of.hendelsekode, of.beskrivelse_av_hendelse, 9121)
    place = of.sted_for_hendelse
    yield observation(
        chart,
        key,
        "tidsfestet-hendelse",
        extension=[*flagged("anslag", of.anslag), *worded("sted", place.sted_hendelse if place else None)],
        valueCodeableConcept=what,
        effectiveDateTime=stamp(of.tidspunkt_for_hendelse),
        note=[*notes, *as_notes(of.merknad)],
    )


def stay_event(chart: Chart, key: str, of: OpplysningOpphold) -> Iterator[Resource]:
    """An event of the stay that a report tells of."""
    yield from event(chart, key, of.tidsfestet_hendelse)


def blood_type(chart: Chart, key: str, of: RegistrertBlodtype) -> Iterator[Resource]:
    """Blood group and rhesus as they are registered; when they were found is not said."""
    yield _blood(chart, f"{key}#abo", ABO, concept(of.blodtype, 9160), as_notes(of.merknad))
    if rhesus := concept(of.rhesusgruppe, 9161):
        yield _blood(chart, f"{key}#rh", RHESUS, rhesus, [])


def _blood(chart: Chart, key: str, what: dict[str, Any], found: dict[str, Any], notes: list[Any]) -> Resource:
    return chart.made(
        "Observation",
        key,
        status="final",
        category=[LABORATORY],
        code=what,
        valueCodeableConcept=found,
        dataAbsentReason=None if found else hl7("data-absent-reason", "unknown", "Unknown"),
        issued=moment(chart.message.head.generated),
        performer=[chart.organisation()],
        note=notes,
        **chart.about(),
    )


def absence(chart: Chart, key: str, of: Fraversassistent) -> Iterator[Resource]:
    """The receiver is away (FRAVARSMELDING, PLO 1.5): nothing about the patient, but their message is not read."""
    people = Contained(chart)
    forwarded = people.professional(of.videresendt_til)
    yield observation(
        chart,
        key,
        "fravar",
        contained=people.resources,
        extension=[
            *flagged("melding-videresendt", of.melding_videresendt),
            *([extension("videresendt-til", valueReference=forwarded)] if forwarded else []),
        ],
        valueBoolean=boolean(of.mottaker_fravarende),
        effectivePeriod=span(day(of.fravarende_fra_dato), day(of.fravarende_til_dato)),
        note=as_notes(of.merknad),
    )


def request(chart: Chart, key: str, of: InformasjonOmForsendelsen) -> Iterator[Resource]:
    """Whether the message is an answer, and the request as its sender repeats it."""
    asked = of.foresporsel
    if of.svar_paa_foresporsel is None and asked is None:
        return
    yield observation(
        chart,
        key,
        "svar-pa-foresporsel",
        extension=_asked(asked) if asked else [],
        valueBoolean=boolean(of.svar_paa_foresporsel),
        effectivePeriod=span(day(asked.fra_dato), day(asked.til_dato)) if asked else None,
        note=as_notes(asked.sporsmal, asked.begrunnelse) if asked else [],
    )


def _asked(of: Foresporsel) -> list[dict[str, Any]]:
    return compound(
        "foresporsel",
        piece("type", valueCodeableConcept=concept(of.type_foresp)),
        piece("purpose", valueCodeableConcept=concept(of.formal, 9068)),
        piece("urgency", valueCodeableConcept=concept(of.hastegrad, 9067)),
        piece("information", valueCodeableConcept=concept(of.type_journalinfo, 9066)),
        piece("document", valueString=said(of.ref_dok_id_foresp)),
    )


def content_kind(chart: Chart, key: str, of: TypeInnholdIMelding) -> Iterator[Resource]:
    """What kind of report it is (lists 9138, 9139, 9140)."""
    yield observation(
        chart, key, "type-innhold", valueCodeableConcept=concept(of.type_innhold), note=as_notes(of.merknad)
    )
