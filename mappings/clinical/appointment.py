"""Control appointments (InfoKontrolltime): a time as Appointment, one still to be ordered as ServiceRequest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.chart import Chart
from mappings.clinical.measures import request
from mappings.clinical.values import boolean, compound, flagged, is_true, piece, said, whole, worded
from mappings.documents.plo_stay import (
    InfoKontrolltime,
    InformasjonOmTentativTime,
    InformasjonOmTime,
    InformertOm,
    KontrolltimeBestill,
)
from mappings.norwegian_time import instant
from mappings.resources import code, derived, moment, reference

CONTROL: Final = code(
    "http://terminology.hl7.org/CodeSystem/v2-0276", "FOLLOWUP", "A follow up visit from a previous appointment"
)
LONGEST: Final = 60 * 24 * 365
"""Minutes; what is longer is no appointment and stays text."""


def control(chart: Chart, key: str, of: InfoKontrolltime) -> Iterator[Resource]:
    """The one alternative that stands."""
    if of.informasjon_om_time is not None:
        yield _time(chart, key, of.informasjon_om_time)
    elif of.informasjon_om_tentativ_time is not None:
        yield _tentative(chart, key, of.informasjon_om_tentativ_time)
    elif of.kontrolltime_bestill is not None:
        yield _to_be_ordered(chart, key, of.kontrolltime_bestill)


def _time(chart: Chart, key: str, of: InformasjonOmTime) -> Resource:
    """R4 lets only a proposal be without an end (app-3): a time without duration is one, though it may be booked."""
    start = instant(of.tidspunkt_time) if of.tidspunkt_time else None
    minutes = whole(of.varighet, least=1)
    lasts = int(minutes.json) if minutes and int(minutes.json) <= LONGEST else None
    at = derived(moment(start) or "", of.tidspunkt_time or "") if start else None
    ends = derived(moment(start + timedelta(minutes=lasts)) or "", of.tidspunkt_time or "") if start and lasts else None
    booked = is_true(of.bestilt_kontrolltime)
    return _appointment(
        chart,
        key,
        of.informert_om,
        extension=[*flagged("bestilt-kontrolltime", of.bestilt_kontrolltime), *worded("sted", of.sted_time)],
        status="booked" if booked and ends else "proposed",
        start=at if ends else None,
        end=ends,
        minutesDuration=minutes if lasts else None,
        requestedPeriod=[{"start": at}] if at and not ends else [],
    )


def _tentative(chart: Chart, key: str, of: InformasjonOmTentativTime) -> Resource:
    """A time in words."""
    return _appointment(
        chart,
        key,
        of.informert_om,
        extension=[*worded("tentativt-tidspunkt", of.tentativt_tidspunkt_time), *worded("sted", of.sted_time)],
        status="proposed",
        comment=said(of.merknad),
    )


def _appointment(chart: Chart, key: str, told: InformertOm | None, **elements: Any) -> Resource:
    extensions = [*elements.pop("extension"), *_informed(told)]
    return chart.made(
        "Appointment",
        key,
        extension=extensions,
        appointmentType=CONTROL,
        created=moment(chart.message.head.generated),
        participant=[{"actor": reference(chart.making.patient), "status": "needs-action"}],
        **elements,
    )


def _to_be_ordered(chart: Chart, key: str, of: KontrolltimeBestill) -> Resource:
    """Somebody must order it: the patient or next of kin, where it says so."""
    return request(
        chart,
        key,
        "proposal",
        extension=[
            *flagged("pasient-parorende-bestiller", of.pasient_parorende_bestiller),
            *_informed(of.informert_om),
        ],
        code={"text": "Kontrolltime skal bestilles"},
        performer=[reference(chart.making.patient)] if is_true(of.pasient_parorende_bestiller) else [],
    )


def _informed(of: InformertOm | None) -> list[dict[str, Any]]:
    if of is None:
        return []
    return compound(
        "informert-om",
        piece("patient", valueBoolean=boolean(of.pasient_informert)),
        piece("nextOfKin", valueBoolean=boolean(of.parorende_informert)),
    )
