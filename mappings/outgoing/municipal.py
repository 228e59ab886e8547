"""What a municipality's own record system has exported, as parts of a report: its services, and the function it saw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from mappings import municipal_envelope, tables
from mappings.documents.datatypes import CV
from mappings.documents.municipal_case import MunicipalCase
from mappings.documents.plo_services import EksisterendeTjeneste, InfoKartleggingFunksjonsniva, KartlagtFunksjon
from mappings.documents.shape import Leaf, made
from mappings.enveloping import cv
from mappings.municipal.episodes import Service, pauses_of
from mappings.municipal.told import current_services, function_scores
from mappings.outgoing import texts
from mappings.series import Entry

RESTING: Final = "onhold"
GIVEN: Final = ("active", RESTING)
HOURS: Final = "timer per uke"
FUNCTION_SCORES: Final = frozenset("123459")


def services(own: Sequence[Entry], today: date) -> tuple[EksisterendeTjeneste, ...]:
    """Those that are given or rest, by the newest word on each."""
    given = ((service, str(status)) for service, status in current_services(own) if str(status) in GIVEN)
    return tuple(_service(service, status) for service, status in given if not _is_over(service, today))


def _is_over(of: Service, today: date) -> bool:
    end = of.told("end")
    return bool(end) and str(end) < today.isoformat()


def _service(of: Service, status: str) -> EksisterendeTjeneste:
    """The municipality answers for it: it is no private one, whoever gives it on the municipality's behalf."""
    kind, text = str(of.told("kind") or "").strip(), of.told("local_text")
    hours, unit = of.told("hours"), of.told("unit")
    return made(
        EksisterendeTjeneste,
        iplos_tjenestetype=cv(9151, kind) if kind else None,
        betegnelse_tjeneste=_leaf(text or (tables.text(9151, kind) if kind else None)),
        privat_tjeneste=Leaf("false"),
        tjenesten_levert_av=_leaf(unit),
        antall_enheter=_leaf(hours),
        enhet=Leaf(HOURS) if hours else None,
        startdato=_leaf(of.told("start")),
        sluttdato=_leaf(of.told("end")),
        merknad=_rests(of) if status == RESTING else None,
    )


def _rests(of: Service) -> Leaf:
    since = next((pause.since for pause in reversed(pauses_of(of)) if pause.to is None), None)
    return Leaf(texts.RESTS_SINCE.format(since) if since else texts.RESTS)


def function(own: Sequence[Entry]) -> InfoKartleggingFunksjonsniva | None:
    """The newest score of each variable; a score that is on no scale is told in words."""
    scores = list(function_scores(own))
    if not scores:
        return None
    told = tuple(_score(_variable(str(one.variable)), str(one.score), str(one.since)) for one in scores)
    return made(InfoKartleggingFunksjonsniva, kartlagt_funksjon=told)


def _variable(variable: str) -> CV:
    return cv(9111, variable.strip())


def _score(variable: CV, score: str, since: str) -> KartlagtFunksjon:
    fits = score in FUNCTION_SCORES
    words = texts.ASSESSED.format(since) if fits else texts.SCORED.format(score=score, on=since)
    return made(
        KartlagtFunksjon, funksjonsvariabel=variable, vurdering=Leaf(score) if fits else None, merknad=Leaf(words)
    )


def lines(own: Iterable[Entry]) -> Iterator[str]:
    """What the newest case tells beside services and function, in words."""
    case = next((e.message.root for e in own if isinstance(e.message.root, MunicipalCase)), None)
    if case is None:
        return
    for goal in case.goals:
        who = "next-of-kin" if str(goal.told_by or "") == "next-of-kin" else "patient"
        yield f"{texts.MATTERS[who]} {goal.answer}"
    if case.coordinator is not None:
        yield texts.COORDINATOR.format(", ".join(filter(None, (case.coordinator.name, case.coordinator.phone))))
    if case.frailty is not None:
        yield texts.FRAILTY.format(score=case.frailty.score, on=case.frailty.assessed)
    if case.individual_plan is not None and str(case.individual_plan.status) == "active":
        yield texts.INDIVIDUAL_PLAN.format(texts.PLAN_STATES["active"])


def is_export(entry: Entry) -> bool:
    """Whether it is of a record system, and no message."""
    return municipal_envelope.is_municipal(entry.message)


def _leaf(text: str | None) -> Leaf | None:
    return Leaf(str(text)) if text else None
