"""What a case (``municipal-case/1``) or a table of services states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mappings.clinical.values import day
from mappings.documents.municipal_case import CaseDecision, CaseService, MunicipalCase, ServiceRow, ServiceTable
from mappings.documents.shape import Leaf
from mappings.identifiers import H
from mappings.municipal.stated import ConditionStatement, Decision, FunctionStatement, Pause, ServiceStatement
from mappings.resources import derived
from mappings.series import Entry

SERVICE: Final = f"{H}/sid/kommune-tjeneste"
CONDITION: Final = f"{H}/sid/kommune-diagnose"
LOCAL_CODES: Final = f"{H}/sid/kommune-tjenestekode"


def services(entry: Entry) -> Iterator[ServiceStatement]:
    """Every service that the case or table names."""
    root = entry.message.root
    if isinstance(root, MunicipalCase):
        for service in root.services:
            yield _service(entry, str(root.source.municipality), service)
    elif isinstance(root, ServiceTable):
        for row in root.row:
            yield _row(entry, str(root.municipality), row)


def _service(entry: Entry, municipality: str, of: CaseService) -> ServiceStatement:
    by = of.performer
    return ServiceStatement(
        entry=entry,
        part=of,
        key=("service", municipality, str(of.id)),
        municipality=municipality,
        number_of=((f"{SERVICE}/{municipality}", of.id),),
        kind=of.type.volven9151,
        local_code=of.type.local_code,
        local_system=f"{LOCAL_CODES}/{municipality}" if of.type.local_code else None,
        local_text=of.type.local_display,
        start=_day(of.start),
        end=_day(of.end),
        wanted=_day(of.requested_from),
        organisation=by.organization if by else None,
        unit=by.name if by else None,
        phone=by.phone if by else None,
        hours=of.hours_per_week,
        status=of.status,
        pauses=_pauses(of),
        decision=_decision(of.decision) if of.decision else None,
    )


def _pauses(of: CaseService) -> tuple[Pause, ...] | None:
    """Not stated where there are none and nothing says that it rests; an open one needs no end."""
    if not of.pauses and of.status is None:
        return None
    return tuple(Pause(id=one.id, since=_day(one.since) or "", to=_day(one.to), reason=one.reason) for one in of.pauses)


def _decision(of: CaseDecision) -> Decision:
    return Decision(
        id=of.id, sequence=of.sequence, applied=_day(of.applied), decided=_day(of.decided), outcome=of.outcome
    )


def _day(leaf: Leaf | None) -> str | None:
    """A date; an empty leaf stays one, which tells that it was cleared."""
    return leaf if leaf is None or leaf == "" else day(leaf)


def _row(entry: Entry, municipality: str, of: ServiceRow) -> ServiceStatement:
    return ServiceStatement(
        entry=entry,
        part=of,
        key=("service", municipality, str(of.tjeneste_id)),
        municipality=municipality,
        number_of=((f"{SERVICE}/{municipality}", of.tjeneste_id),),
        kind=of.kode9151,
        local_code=of.lokal_kode,
        local_system=f"{LOCAL_CODES}/{municipality}" if of.lokal_kode else None,
        start=_day(of.fra),
        end=_day(of.til),
        organisation=of.orgnr,
        hours=of.timer_uke,
        status=of.status,
        decision=Decision(id=of.vedtak_id, outcome=derived("granted", of.vedtak_id))
        if of.vedtak_id and of.fra
        else None,
        notes=tuple((str(one.name), one.value) for one in of.unknown),
    )


def function(entry: Entry) -> Iterator[FunctionStatement]:
    """Every score that the case states; of each variable and day one."""
    root = entry.message.root
    if isinstance(root, MunicipalCase):
        for one in root.function:
            assessed = _day(one.assessed) or ""
            yield FunctionStatement(
                entry=entry,
                part=one,
                key=("function", str(one.variable), str(assessed)),
                municipality=str(root.source.municipality),
                variable=one.variable,
                score=one.score,
                since=assessed,
                assessor=one.assessor,
            )


def conditions(entry: Entry) -> Iterator[ConditionStatement]:
    """Every diagnosis that the case states."""
    root = entry.message.root
    if isinstance(root, MunicipalCase):
        municipality = str(root.source.municipality)
        for one in root.conditions:
            yield ConditionStatement(
                entry=entry,
                part=one,
                key=("condition", municipality, str(one.id)),
                municipality=municipality,
                number_of=((f"{CONDITION}/{municipality}", one.id),),
                system=one.system,
                code=one.code,
                text=one.text,
                since=_day(one.since),
                to=_day(one.to),
            )
