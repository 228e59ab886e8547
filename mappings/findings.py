"""What a person must look at in a stay: what was sent contradicts itself, or went astray. Issue and DetectedIssue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hub.contract import Issue, Resource
from mappings.documents.said import Answer
from mappings.entries import told
from mappings.facts import EXPECTED, READY, event
from mappings.identifiers import H
from mappings.moments import day_of, is_before
from mappings.resources import code, moment, reference, resource
from mappings.rules.documentation import has_control, mentions_control
from mappings.rules.judged import JudgedStay
from mappings.rules.notice import NOTICE, strays
from mappings.series import Entry
from mappings.stays import is_unresolved
from mappings.task import Setting

FINDING: Final = f"{H}/CodeSystem/finding"


@dataclass(frozen=True, slots=True)
class Text:
    """The short name of a kind of finding, and what a person should do."""

    name: str
    advice: str


TEXTS: Final = {
    "stay-unresolved": Text(
        "Uavklart opphold", "Innleggelsen er kansellert, men andre meldinger om oppholdet står. Avklar med sykehuset."
    ),
    "dead-but-open": Text(
        "Meldt død, opphold åpent", "Pasienten er meldt død, men oppholdet er ikke avsluttet av sykehuset."
    ),
    "ready-before-admission": Text(
        "Meldt klar før innleggelse",
        "Datoen i meldingen om utskrivningsklar pasient er før innleggelsen. Avklar med sykehuset.",
    ),
    "ready-after-left": Text(
        "Meldt klar etter utskrivning",
        "Pasienten er meldt utskrivningsklar etter meldt utskrivning, uten ny innleggelse. Avklar med sykehuset.",
    ),
    "ended-before-ready": Text(
        "Avmeldt før meldt klar",
        "Tidspunktet i avmeldingen er før pasienten er meldt utskrivningsklar. Avklar med sykehuset.",
    ),
    "left-before-admission": Text(
        "Utskrevet før innleggelse", "Tidspunktet for utskrivning er før innleggelsen. Avklar med sykehuset."
    ),
    "wrong-municipality-first": Text(
        "Varsel til annen kommune",
        "Tidlig varsel gikk til en annen kommune enn den som er bedt om å ta imot pasienten.",
    ),
    "expected-dates-differ": Text(
        "To ulike forventede datoer", "Meldingen oppgir to ulike forventede datoer. Datoen med kode 5 er brukt."
    ),
    "control-appointment-missing": Text(
        "Kontroll uten time", "Dokumentene omtaler kontroll, men ingen kontrolltime er meldt. Avklar med sykehuset."
    ),
    "coordinator-decision-missing": Text(
        "Koordinator ikke vurdert",
        "Sammensatt forløp uten registrert vurdering av koordinator eller individuell plan.",
    ),
    "answer-of-other": Text(
        "Svar fra annen kommune", "En annen kommune enn den som er spurt, har svart. Svaret er ikke brukt."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at, and the message in which it shows."""

    code: str
    entry: Entry


def findings(stay: JudgedStay) -> tuple[Finding, ...]:
    """Everything to look at in a stay, one of a kind for each message."""
    found = {(one.code, one.entry.message.head.message_id): one for one in _findings(stay)}
    return tuple(found.values())


def _findings(stay: JudgedStay) -> Iterator[Finding]:
    at, newest = stay.at, max(stay.at.stay.entries, key=_age)
    if is_unresolved(at.stay):
        yield Finding(code="stay-unresolved", entry=newest)
    if at.died is not None and at.stay.left is None:
        yield Finding(code="dead-but-open", entry=newest)
    for readiness in at.ready.past:
        if readiness.is_contradictory:
            yield Finding(code=readiness.oddity, entry=readiness.notice)
    admission, left = at.stay.admission, at.stay.left
    if admission is not None and left is not None and is_before(left.when, admission.when):
        yield Finding(code="left-before-admission", entry=at.stay.of("LOG_UTSKREVET")[-1])
    yield from (Finding(code="wrong-municipality-first", entry=entry) for entry in strays(at))
    yield from (Finding(code="expected-dates-differ", entry=e) for e in at.stay.of(NOTICE) if _has_two_dates(e))
    yield from _unasked_answers(stay)
    coordinating = [
        owed for owed in stay.owed if owed.duty == "koordinator-vurdering" and owed.verdict.word == "missing"
    ]
    yield from (Finding(code="coordinator-decision-missing", entry=owed.cause) for owed in coordinating)
    reports = stay.at.given("UTSKRIVNINGSRAPPORT")
    if reports and mentions_control(reports[-1].message) and not any(has_control(e.message) for e in reports):
        yield Finding(code="control-appointment-missing", entry=reports[-1])


def _has_two_dates(entry: Entry) -> bool:
    first, second = event(entry.message, EXPECTED), event(entry.message, READY)
    return first is not None and second is not None and day_of(first.when) != day_of(second.when)


def _unasked_answers(stay: JudgedStay) -> Iterator[Finding]:
    """Answers that were entered by somebody who was not asked, shown on the newest notice of readiness."""
    used = {entry.head.message_id for owed in stay.owed for entry in owed.entered}
    notices = [readiness.notice for readiness in stay.at.ready.past]
    if notices and any(entry.head.message_id not in used for entry, _ in told(stay.at.entered, Answer)):
        yield Finding(code="answer-of-other", entry=notices[-1])


def issue(found: Finding) -> Issue:
    """The finding as the message's issue."""
    path = f"{found.entry.message.head.message_id}#{found.entry.message.root.shape.name}"
    return Issue(code=found.code, text=TEXTS[found.code].advice, path=path)


def detected_issue(found: Finding, setting: Setting) -> Resource:
    """The finding where people look: about the patient and the stay, with the document that shows it."""
    making, head = setting.making, found.entry.message.head
    document = f"DocumentReference/{making.id('DocumentReference', found.entry)}"
    return resource(
        "DetectedIssue",
        making.ids("DetectedIssue", setting.encounter.partition("/")[2], found.code, head.message_id),
        meta={"tag": setting.tags},
        status="final",
        code=code(FINDING, found.code, TEXTS[found.code].name),
        patient=reference(making.patient),
        identifiedDateTime=moment(head.generated),
        implicated=[reference(setting.encounter), reference(document)],
        detail=TEXTS[found.code].advice,
    )


def _age(entry: Entry) -> tuple[float, str]:
    return entry.message.head.generated.timestamp(), entry.message.head.message_id
