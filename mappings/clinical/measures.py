"""Measures, goals and needs for services: what is done, recommended, aimed at and asked for.

R4 has them as ServiceRequest and Goal; a CarePlan refers to them (``activity.reference``, never ``detail``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from hub.contract import Resource
from mappings.clinical.chart import Chart
from mappings.clinical.observation import observation
from mappings.clinical.values import (
    absent,
    amount,
    as_notes,
    boolean,
    coded,
    compound,
    dated,
    day,
    decimal,
    described,
    keywords,
    piece,
    quantity,
    remarks,
    said,
    span,
    value_of,
    worded,
)
from mappings.documents.datatypes import PQ
from mappings.documents.plo_measures import (
    AnbefaltVidereTiltak,
    GjennomforingAvTiltak,
    InfoMaalForventetRes,
    IverksatteTiltak,
    PlanlagtGjennomforingTiltak,
    Tiltaksbeskrivelse,
)
from mappings.documents.plo_services import TjenesteBehov
from mappings.documents.plo_stay import InnholdKonsultasjon
from mappings.resources import concept, derived, extension, moment, reference, without_empty

Intent = Literal["order", "proposal"]
WEEKDAYS: Final = {"1": "mon", "2": "tue", "3": "wed", "4": "thu", "5": "fri", "6": "sat", "7": "sun"}
UNITS: Final = {"Sekund": "s", "Minutt": "min", "Time": "h", "Døgn": "d", "Måned": "mo", "År": "a"}
"""Units of time 9088 as FHIR has them."""
ASSESSMENT_WANTED: Final = "3"
"""9137: the sender wants a physician's assessment."""


def begun(chart: Chart, key: str, of: IverksatteTiltak) -> Iterator[Resource]:
    """A measure that has been put in place."""
    yield measure(chart, key, of.tiltaksbeskrivelse, "order")


def recommended(chart: Chart, key: str, of: AnbefaltVidereTiltak) -> Iterator[Resource]:
    """A measure that the next service is advised to take."""
    yield measure(chart, key, of.tiltaksbeskrivelse, "proposal")


def measure(chart: Chart, key: str, of: Tiltaksbeskrivelse, intent: Intent) -> Resource:
    """One measure. Several codes say the same in several lists, so they are codings of one concept."""
    found = [concept(one) for one in of.intervensjon_tiltak_kode]
    text, planned = said(of.intervensjon_tiltak_beskrivelse), of.planlagt_gjennomforing_tiltak
    codings = [coding for one in found for coding in one.get("coding", ())]
    others = [{"text": one["text"]} for one in found if one.get("text")]
    return request(
        chart,
        key,
        intent,
        extension=[
            *keywords(of.stikkord),
            *dated("evaluering", of.evaluering_tidspunkt),
            *(part for done in of.gjennomforing_av_tiltak for part in _done(done)),
        ],
        code=without_empty({"coding": codings, "text": text}) or absent(),
        performerType=concept(of.kategori_helsepersonell, 9060),
        occurrenceTiming=_timing(planned) if planned else None,
        asNeededBoolean=boolean(planned.etter_behov) if planned else None,
        note=[*others, *as_notes(of.merknad)],
    )


def request(chart: Chart, key: str, intent: Intent, **elements: Any) -> Resource:
    """Something that is asked for or has been ordered by the sending service."""
    return chart.made(
        "ServiceRequest",
        key,
        status="active",
        intent=intent,
        authoredOn=moment(chart.message.head.generated),
        requester=chart.organisation(),
        **chart.about(),
        **elements,
    )


def _done(of: GjennomforingAvTiltak) -> list[dict[str, Any]]:
    return compound(
        "gjennomforing",
        piece("performed", valueDate=day(of.utfort_tidspunkt)),
        piece("canEnd", valueBoolean=boolean(of.tiltak_kan_termineres)),
        piece("note", valueString=said(of.merknad)),
    )


def _timing(of: PlanlagtGjennomforingTiltak) -> dict[str, Any]:
    """When it is planned. Weekdays are counted for each week, so that who ignores them still sees a weekly measure."""
    days = [derived(WEEKDAYS[leaf], leaf) for one in of.faste_ukedager if (leaf := one.v) and leaf in WEEKDAYS]
    other = [part for one in of.faste_ukedager if value_of(one) not in WEEKDAYS for part in coded("ukedag", one, 9082)]
    every = _interval(of.gjentagelse_intervall) if not days else {}
    weekly = {"frequency": len(days), "period": 1, "periodUnit": "wk"} if days else {}
    unread = [] if every or of.gjentagelse_intervall is None else _as_quantity(of.gjentagelse_intervall)
    bounds = span(day(of.planlagt_start), day(of.planlagt_slutt))
    return {"extension": [*other, *unread], "repeat": {"boundsPeriod": bounds, **weekly, **every, "dayOfWeek": days}}


def _interval(of: PQ | None) -> dict[str, Any]:
    """Once every so often (tim-5: never less than nothing)."""
    unit, number = (of.u, decimal(of.v)) if of else (None, None)
    if number is None or unit not in UNITS or number.json.startswith("-"):
        return {}
    return {"frequency": 1, "period": number, "periodUnit": derived(UNITS[unit], unit)}


def _as_quantity(of: PQ) -> list[dict[str, Any]]:
    """An interval beside weekdays, or in a unit that FHIR has no code for."""
    held = quantity(of, 9088)
    return [extension("gjentagelse", valueQuantity=held)] if held else []


def goal(chart: Chart, key: str, of: InfoMaalForventetRes) -> Iterator[Resource]:
    """A goal and when it is expected to be reached; nothing is said of how far it has come."""
    what = of.innhold_maaldokument
    described_as, notes = described(what.maal_forventet_resultat, what.beskrivelse)
    due, ends = day(what.forventes_oppnaadd), dated("til-dato", what.til_dato)
    yield chart.made(
        "Goal",
        key,
        extension=[
            *coded("kategori-helsepersonell", what.kategori_helsepersonell, 9060),
            *coded("forventet-grad", what.forventet_grad_maaloppnaaelse),
            *keywords(what.stikkord),
            *ends,
        ],
        lifecycleStatus="active",
        description=described_as or {"text": "Mål uten beskrivelse"},
        subject=reference(chart.making.patient),
        startDate=day(what.fra_dato),
        target=[{"dueDate": due}] if due else [],
        note=[*notes, *remarks(of.journaltekst)],
    )


def need(chart: Chart, key: str, of: TjenesteBehov) -> Iterator[Resource]:
    """A service that the patient needs (9151): a proposal, since the municipality decides."""
    what, notes = described(of.iplos_tjenestetype, of.betegnelse_tjeneste, 9151)
    place = said(of.ved_institusjon)
    yield request(
        chart,
        key,
        "proposal",
        code=what or absent(),
        quantityQuantity=amount(decimal(of.antall_enheter_onsket), of.enhet),
        extension=worded("enhet", of.enhet) if decimal(of.antall_enheter_onsket) is None else [],
        locationCode=[{"text": place}] if place else [],
        note=[*notes, *as_notes(of.beskrivelse_av_tjeneste)],
    )


def consultation(chart: Chart, key: str, of: InnholdKonsultasjon) -> Iterator[Resource]:
    """What the municipality wants of the physician (9137): an assessment is asked for, a report only tells."""
    what, notes = concept(of.type_innhold_konsultasjon, 9137), as_notes(of.merknad)
    if value_of(of.type_innhold_konsultasjon) == ASSESSMENT_WANTED:
        yield request(chart, key, "proposal", code=what, performer=[chart.receiver()], note=notes)
    else:
        yield observation(chart, key, "type-innhold", valueCodeableConcept=what, note=notes)
