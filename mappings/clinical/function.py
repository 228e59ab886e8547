"""Function and assessments: IPLOS variables (9111), GAF (9115), other assessments and their statuses, who made them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.chart import Chart, numbered
from mappings.clinical.codes import hl7, observed
from mappings.clinical.observation import component, observation
from mappings.clinical.people import Contained
from mappings.clinical.values import (
    absent,
    amount,
    as_notes,
    coded,
    date_time,
    day,
    decimal,
    described,
    flagged,
    keywords,
    remarks,
    said,
    span,
    whole,
)
from mappings.documents.plo_measures import Enkeltvurdering, InfoVurderinger
from mappings.documents.plo_medical import AndreFagrapporter
from mappings.documents.plo_services import (
    Ansvarlig,
    InfoKartleggingFunksjonsniva,
    KartlagtFunksjon,
    SamletVurderingFunksjonsniva,
)
from mappings.documents.shape import Leaf
from mappings.resources import concept, derived, extension, reference, without_empty

NOT_RELEVANT: Final = "9"
"""The IPLOS score for a variable that does not apply to the patient: it is no place on the scale."""
_DAY: Final = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?![\d.])", re.ASCII)


def function(chart: Chart, key: str, of: InfoKartleggingFunksjonsniva) -> Iterator[Resource]:
    """Each assessed variable, then the panel that holds them together with the overall assessment."""
    overall, who = of.samlet_vurdering_funksjonsniva, of.ansvarlig
    when = date_time(who.tidspunkt_for_hendelse) if who else None
    when = when or _assessed_on(overall.merknad if overall else None)
    variables = numbered("KartlagtFunksjon", of.kartlagt_funksjon)
    members = [_variable(chart, f"{key}/{place}", variable, when) for place, variable in variables]
    yield from members
    yield observation(
        chart,
        key,
        "samlet-funksjonsvurdering",
        effectiveDateTime=when,
        hasMember=[reference(member) for member in members],
        component=_overall(overall) if overall else [],
        note=as_notes(overall.merknad) if overall else [],
    )
    if who is not None:
        yield from responsible(chart, f"{key}/Ansvarlig", who)


def _overall(of: SamletVurderingFunksjonsniva) -> list[Any]:
    return [
        component("pleietyngde", valueQuantity=amount(decimal(of.pleietyngde), None)),
        component("vurdering-pleietyngde", valueString=said(of.vurdering_pleietyngde)),
    ]


def _variable(chart: Chart, key: str, of: KartlagtFunksjon, when: str | None) -> Resource:
    score = whole(of.vurdering)
    absent_for = None
    if said(of.vurdering) == NOT_RELEVANT and not _is_other_scale(of):
        score, absent_for = None, _not_applicable(of.vurdering)
    return observation(
        chart,
        key,
        "funksjonsvariabel",
        code=concept(of.funksjonsvariabel) or observed("funksjonsvariabel"),
        effectiveDateTime=when,
        valueInteger=score,
        dataAbsentReason=absent_for,
        note=as_notes(of.merknad),
    )


def _is_other_scale(of: KartlagtFunksjon) -> bool:
    """GAF and CGAS (9115) share small integers with IPLOS: there 9 is a score like any other."""
    own = of.funksjonsvariabel.s if of.funksjonsvariabel else None
    return bool(own) and not str(own).endswith(".9111")


def _not_applicable(leaf: Leaf | None) -> dict[str, Any]:
    found = hl7("data-absent-reason", "not-applicable", "Not Applicable")
    found["coding"][0]["code"] = derived("not-applicable", leaf or "")
    return found


def _assessed_on(remark: Leaf | None) -> str | None:
    """The profile wants the day of the assessment written into the remark; it counts where there is just one."""
    found = _DAY.findall(remark or "")
    if remark is None or len(found) != 1:
        return None
    day_, month, year = (int(number) for number in found[0])
    try:
        return derived(date(year + 2000 if year < 100 else year, month, day_).isoformat(), remark)
    except ValueError:
        return None


def assessment(chart: Chart, key: str, of: InfoVurderinger) -> Iterator[Resource]:
    """An assessment in words and codes, an area at a time (9536)."""
    about = of.innhold_vurdering
    yield observation(
        chart,
        key,
        "vurdering",
        extension=[*coded("kategori-helsepersonell", about.kategori_helsepersonell, 9060), *keywords(about.stikkord)],
        code={**observed("vurdering"), "text": said(about.vurderingen_gjelder)},
        effectivePeriod=span(day(about.fra_dato), day(about.til_dato)),
        component=[made for one in about.enkeltvurdering if (made := _single(one))],
        note=remarks(of.journaltekst),
    )


def _single(of: Enkeltvurdering) -> dict[str, Any]:
    value, notes = described(of.kodet_vurdering, of.vurdering_tekst)
    rest = [extension("merknad", valueString=note["text"]) for note in notes]
    area = concept(of.funksjonsomrade, 9536)
    if not (value or rest or area):
        return {}
    return without_empty({"extension": rest, "code": area or observed("vurdering"), "valueCodeableConcept": value})


def other_profession(chart: Chart, key: str, of: AndreFagrapporter) -> Iterator[Resource]:
    """The report of another profession: the patient's status at three times, since when it treats."""
    people = Contained(chart)
    who = people.professional(of.ansvarlig_rapport)
    started = day(of.behandling_start)
    statuses = {
        "status-innleggelse": of.status_innleggelse,
        "status-behandlingsstart": of.status_behandlingsstart,
        "forventet-status-utskriving": of.forventet_status_utskriving,
    }
    parts = [component(kind, valueString=said(text)) for kind, text in statuses.items()]
    if not (who or started or any(parts) or of.journaltekst):
        return
    yield observation(
        chart,
        key,
        "fagrapport",
        contained=people.resources,
        effectivePeriod=span(started, None),
        performer=[who or chart.organisation()],
        component=parts,
        note=remarks(of.journaltekst),
    )


def responsible(chart: Chart, key: str, of: Ansvarlig) -> Iterator[Resource]:
    """Who assessed, prescribed or summed up (9131), and when."""
    people = Contained(chart)
    person, unit = people.professional(of.ansvarlig_tjenesteyter), people.units(of.virksomhet)
    actors = [{"actor": person, "onBehalfOf": unit[-1] if unit else None}] if person else []
    yield chart.made(
        "Procedure",
        key,
        contained=people.resources,
        extension=flagged("ekstern", of.ekstern),
        status="completed",
        code=concept(of.type_hendelse, 9131) or absent(),
        performedDateTime=date_time(of.tidspunkt_for_hendelse),
        performer=actors or [{"actor": one} for one in unit[-1:]],
        note=as_notes(of.merknad),
        **chart.about(),
    )
