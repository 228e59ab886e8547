"""Diagnoses and earlier diseases: MedisinskDiagnose, TidsperiodeDiagnose, TidligereSykdomFragment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.chart import Chart, numbered
from mappings.clinical.codes import hl7
from mappings.clinical.observation import event
from mappings.clinical.values import absent, day, described, flagged, named, remarks
from mappings.documents.plo_medical import (
    InfoIPLOSrelevantInformasjon,
    InfoTidligereSykdommer,
    MedisinskDiagnose,
    TidsperiodeDiagnose,
)
from mappings.resources import derived

DIAGNOSIS: Final = hl7("condition-category", "encounter-diagnosis", "Encounter Diagnosis")
PROBLEM: Final = hl7("condition-category", "problem-list-item", "Problem List Item")


def diagnosis(chart: Chart, key: str, of: MedisinskDiagnose) -> Iterator[Resource]:
    """A diagnosis of this stay or contact. Whether it is the main one is kept here; the Encounter refers to nothing."""
    yield _diagnosis(chart, key, of)


def reported_to_iplos(chart: Chart, key: str, of: InfoIPLOSrelevantInformasjon) -> Iterator[Resource]:
    """What the municipality needs for its statistics: dated diagnoses, and an event."""
    for place, one in numbered("TidsperiodeDiagnose", of.tidsperiode_diagnose):
        yield from dated(chart, f"{key}/{place}", one)
    if of.tidsfestet_hendelse is not None:
        yield from event(chart, f"{key}/TidsfestetHendelse", of.tidsfestet_hendelse)


def dated(chart: Chart, key: str, of: TidsperiodeDiagnose) -> Iterator[Resource]:
    """A diagnosis with the time it held. R4 wants an ended one to say that it is not active (con-4)."""
    ended = day(of.sluttdato_diagnose)
    over = {"clinicalStatus": inactive(ended), "abatementDateTime": ended} if ended else {}
    onset = day(of.startdato_diagnose)
    yield _diagnosis(chart, key, of.medisinsk_diagnose, onsetDateTime=onset, **over)


def inactive(source: str) -> dict[str, Any]:
    """Over, without saying whether it was healed."""
    found = hl7("condition-clinical", "inactive", "Inactive")
    found["coding"][0]["code"] = derived("inactive", source)
    return found


def earlier(chart: Chart, key: str, of: InfoTidligereSykdommer) -> Iterator[Resource]:
    """An earlier disease, or one that is chronic. Nothing is said of whether it is over."""
    disease = of.tidligere_sykdom_fragment
    if disease is None:
        return
    code, notes = named(disease.diagnosekode, disease.tidligere_sykdom)
    yield chart.made(
        "Condition",
        key,
        extension=flagged("funksjonshemming-kronisk-sykdom", disease.funksjonshemming_kronisk_sykdom),
        category=[PROBLEM],
        code=code or absent(),
        note=[*notes, *(remarks([of.journaltekst]) if of.journaltekst else [])],
        **chart.about(),
    )


def _diagnosis(chart: Chart, key: str, of: MedisinskDiagnose, **times: Any) -> Resource:
    code, notes = described(of.diagnosekode, of.diagnose_beskrivelse)
    return chart.made(
        "Condition",
        key,
        extension=flagged("hoveddiagnose", of.hoveddiagnose),
        category=[DIAGNOSIS],
        code=code or absent(),
        note=notes,
        **chart.about(),
        **times,
    )
