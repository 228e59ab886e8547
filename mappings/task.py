"""Readiness and duties as Tasks, because R4 search can count Tasks and can neither negate nor do date arithmetic.

``restriction.period`` is the deadline as one instant, so that ``due=lt<now>`` finds exactly what is overdue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from hub.contract import Party, Resource
from mappings.documents import Entered
from mappings.documents.said import Answer, Can
from mappings.documents.stating import Version
from mappings.entries import newest
from mappings.facts import remarks
from mappings.identifiers import H
from mappings.making import Making
from mappings.resources import code, extension, moment, period, reference, resource
from mappings.rules.occasion import Owed
from mappings.rules.payment import Pay
from mappings.rules.readiness import End, Readiness
from mappings.rules.texts import words
from mappings.series import TEXTS, Entry, Standing

PROCESS: Final = f"{H}/CodeSystem/discharge-process"
READINESS: Final = f"{H}/CodeSystem/readiness"
VERDICT: Final = f"{H}/CodeSystem/verdict"
OUTPUT: Final = f"{H}/CodeSystem/task-output"
DOCUMENTED: Final = f"{H}/CodeSystem/documented"
STAY: Final = f"{H}/sid/stay"

NAMES: Final = {
    "utskrivningsklar": "Meldt utskrivningsklar",
    "tidlig-varsel": "Tidlig varsel",
    "oppdatert-varsel": "Oppdatert varsel",
    "utskrivningsdokumentasjon": "Dokumentasjon ved utskrivning",
    "klarmelding": "Melding om utskrivningsklar pasient",
    "innleggelsesrapport": "Innleggelsesrapport",
    "kommune-beslutning": "Kommunens svar",
    "motta-pasient": "Motta pasient",
    "transport": "Transport",
    "utskrivningsrapport": "Utskrivningsrapport",
    "epikrise": "Epikrise",
    "koordinator-vurdering": "Vurdering av koordinator",
    "koordinator-navn": "Navngi koordinator",
    "tverrfaglig-mote": "Tverrfaglig møte",
    "individuell-plan": "Spørsmål om individuell plan",
    "kvittering": "Kvittering mangler",
    "avslutning": "Opphold uten avslutning",
    "avklaring": "Avklaring",
    "sjekkpunkt": "Sjekkpunkt",
    "sjekkliste": "Sjekkliste",
}
READINESS_TEXT: Final = {
    "utskrivningsklar": "Meldt utskrivningsklar",
    "avmeldt": "Avmeldt",
    "kan-ta-imot": "Kan ta imot",
    "kan-ikke-ta-imot": "Kan ikke ta imot",
    "svar-i-fritekst": "Svar i fritekst",
    "overfort": "Overført",
    "dod": "Død",
    "venter-svar": "Venter på svar",
}
_VERDICT_TEXT: Final = {
    "pending": "Venter",
    "met": "Oppfylt",
    "late": "For sent",
    "missing": "Mangler",
    "not-applicable": "Ikke aktuell",
    "unknown": "Ukjent",
}
_DOCUMENTED: Final = {
    "present": "Dokumentasjon funnet",
    "absent": "Dokumentasjon ikke funnet",
    "not-assessable": "Kan ikke vurderes ut fra meldinger",
}
_ENDS: Final[dict[End | None, tuple[str, str]]] = {
    None: ("requested", "utskrivningsklar"),
    "withdrawn": ("cancelled", "avmeldt"),
    "left": ("completed", "overfort"),
    "dead": ("cancelled", "dod"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is behind a Task: the message that caused it, others that changed it, and entries that count for it."""

    cause: Entry
    others: tuple[Entry | None, ...] = ()
    entered: tuple[Entered, ...] = ()

    @property
    def newest(self) -> datetime:
        """When the Task last changed: the newest message or entry behind it, never when it was computed."""
        messages = [entry.message.head.generated for entry in (self.cause, *self.others) if entry]
        return max([*messages, *(entry.head.generated for entry in self.entered)], key=datetime.timestamp)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the Tasks of one stay have in common."""

    making: Making
    encounter: str
    tags: list[dict[str, str]]
    on_hold: bool
    is_dead: bool
    written: Mapping[str, list[Version]] = field(default_factory=dict)
    """What people wrote of resources through FHIR, by ``Type/id``."""

    def id(self, name: str, number: int) -> str:
        """The id of a Task of the stay."""
        return self.making.ids("Task", self.encounter.partition("/")[2], name, str(number))

    def task(self, kind: str, name: str) -> str:
        """The reference of a Task of the stay that goes by a name."""
        return f"Task/{self.making.ids('Task', self.encounter.partition('/')[2], kind, name)}"


def readiness_task(readiness: Readiness, decision: Owed, pay: Pay, setting: Setting) -> Resource:
    """The master: open from ready to left, owner the municipality, requester the hospital; with what it costs."""
    end: End | None = "dead" if setting.is_dead and readiness.end is None else readiness.end
    status, state = _ENDS[end]
    if status == "requested" and decision.is_done:
        status = "in-progress"
    head = readiness.notice.message.head
    told = Told(readiness.notice, (readiness.ended_by, decision.done_by), decision.entered)
    reason = remarks(readiness.ended_by.message) if readiness.ended_by and end == "withdrawn" else ()
    return stay_task(
        setting,
        "utskrivningsklar",
        readiness.number,
        parties=(head.sender, head.receiver),
        told=told,
        extension=[overliggerdogn(pay)],
        status=held(status, setting),
        statusReason={"text": reason[-1]} if reason else None,
        businessStatus=code(READINESS, state, READINESS_TEXT[state]),
        executionPeriod=_lasted(readiness),
    )


def _lasted(readiness: Readiness) -> dict[str, Any]:
    said = readiness.ready.leaf if readiness.ready else None
    return period(readiness.since, readiness.ended, said, readiness.ended_leaf)


def duty_task(owed: Owed, setting: Setting, *, part_of: str | None = None) -> Resource:
    """A duty with its deadline and verdict; done but late is ``completed``, the verdict tells."""
    return stay_task(
        setting,
        owed.duty,
        owed.number,
        parties=(owed.requester, owed.owner),
        told=Told(owed.cause, (owed.done_by,), owed.entered),
        partOf=[reference(part_of)] if part_of else [],
        extension=[_verdict(owed)],
        status=held(_duty_status(owed, setting), setting),
        businessStatus=_business_status(owed),
        restriction={"period": period(owed.verdict.due, owed.verdict.due)},
        output=[*_points(owed), *_answered(owed), *([_output(owed.done_by, setting)] if owed.done_by else [])],
    )


def clarification_task(entry: Entry, making: Making) -> Resource:
    """A message that a person must look at: a cancellation without its original, or one of another sender."""
    head = entry.message.head
    text = TEXTS["original-missing" if entry.standing is Standing.PARKED else "other-sender"]
    return on_hold_task(entry, making, "avklaring", (head.sender, head.receiver), statusReason={"text": text})


def on_hold_task(entry: Entry, making: Making, local: str, parties: tuple[Party, Party], **elements: Any) -> Resource:
    """Something about a message that a person must look at; ``parties`` are who says so and whose business it is.

    ``local`` tells such Tasks of one message apart; ``elements`` say why, and what is otherwise than usual.
    """
    head, (requester, owner) = entry.message.head, parties
    usual = {
        "status": "on-hold",
        "focus": reference(f"DocumentReference/{making.id('DocumentReference', entry)}"),
        "lastModified": moment(head.generated),
        "code": code(PROCESS, "avklaring", NAMES["avklaring"]),
        "description": NAMES["avklaring"],
    }
    return resource(
        "Task",
        making.id("Task", entry, local),
        meta=making.meta(entry),
        intent="order",
        encounter=making.reference(making.encounter_of(entry)),
        authoredOn=moment(head.generated),
        requester=making.reference(making.directory.organization(requester)),
        owner=making.reference(making.directory.organization(owner)),
        **{**usual, **elements, "for": reference(making.patient)},
    )


def stay_task(
    setting: Setting,
    name: str,
    number: int,
    *,
    parties: tuple[Party, Party],
    told: Told,
    **elements: Any,
) -> Resource:
    """A Task of a stay; ``parties`` are requester and owner, ``told`` what is behind it."""
    making, cause, (requester, owner) = setting.making, told.cause, parties
    return resource(
        "Task",
        setting.id(name, number),
        meta={"tag": setting.tags},
        groupIdentifier={"system": STAY, "value": setting.encounter.partition("/")[2]},
        intent="order",
        code=code(PROCESS, name, NAMES[name]),
        description=NAMES[name],
        focus=reference(f"DocumentReference/{making.id('DocumentReference', cause)}"),
        encounter=reference(setting.encounter),
        authoredOn=moment(cause.message.head.generated),
        lastModified=moment(told.newest),
        requester=making.reference(making.directory.organization(requester)),
        owner=making.reference(making.directory.organization(owner)),
        **{"for": reference(making.patient)},
        **elements,
    )


def held(status: str, setting: Setting) -> str:
    return "on-hold" if setting.on_hold and status in ("requested", "in-progress") else status


def _duty_status(owed: Owed, setting: Setting) -> str:
    if owed.is_done:
        waits = owed.duty == "kommune-beslutning" and not owed.is_over and _says(owed) != "kan-ta-imot"
        return "in-progress" if waits else "completed"
    if setting.is_dead or owed.verdict.word == "not-applicable":
        return "cancelled"
    if owed.verdict.word == "unknown":
        return "on-hold"  # a person must find out; it is not counted as overdue
    return "failed" if owed.is_over and owed.verdict.word != "pending" else "requested"


def _business_status(owed: Owed) -> dict[str, Any]:
    """Duties show their verdict where standard search finds it; the decision shows what the municipality said."""
    if owed.duty != "kommune-beslutning":
        return code(VERDICT, owed.verdict.word, _VERDICT_TEXT[owed.verdict.word])
    said = _says(owed)
    return code(READINESS, said, READINESS_TEXT[said])


_SAID: Final[dict[Can, str]] = {
    "can-receive": "kan-ta-imot",
    "offer-ready": "kan-ta-imot",
    "cannot-receive": "kan-ikke-ta-imot",
    "revoked": "kan-ikke-ta-imot",
}


def _says(owed: Owed) -> str:
    """What the municipality said last, by its coded answers; free text proves only that it answered."""
    found = newest(owed.entered, Answer)
    if found is not None:
        return _SAID[found[1].answer]
    return "svar-i-fritekst" if owed.is_done else "venter-svar"


def _verdict(owed: Owed) -> dict[str, Any]:
    verdict = owed.verdict
    parts: list[dict[str, Any]] = [
        {"url": "code", "valueCodeableConcept": code(VERDICT, verdict.word, _VERDICT_TEXT[verdict.word])},
        {"url": "rule", "valueCode": owed.rule},
        {"url": "reason", "valueString": verdict.reason},
        {"url": "text", "valueString": words(verdict.reason)},
        *({"url": "evidence", "valueUri": f"urn:uuid:{message_id}"} for message_id in verdict.evidence),
        *({"url": "policy", "valueString": policy} for policy in verdict.policy),
        *([{"url": "delivery", "valueCode": verdict.delivery}] if verdict.delivery else []),
        *([{"url": "minutes-late", "valueInteger": verdict.minutes_late}] if verdict.minutes_late else []),
        *({"url": "flag", "valueString": flag} for flag in verdict.flags),
    ]
    return extension("verdict", extension=parts)


def overliggerdogn(pay: Pay) -> dict[str, Any]:
    """What the waiting costs the municipality: an estimate, why, and by which policies. An unknown amount is absent."""
    amount = {"value": pay.amount, "currency": "NOK"} if pay.amount is not None else None
    parts: list[dict[str, Any]] = [
        {"url": "state", "valueCode": pay.state},
        {"url": "open", "valueBoolean": pay.runs},
        {"url": "days", "valueInteger": pay.days},
        *([{"url": "amount", "valueMoney": amount}] if amount else []),
        {"url": "potential-days", "valueInteger": len(pay.potential)},
        {"url": "hospital-delay-days", "valueInteger": pay.hospital_delay_days},
        {"url": "reason", "valueString": pay.reason},
        {"url": "text", "valueString": words(pay.reason)},
        *({"url": "day", "valueDate": charge.day.isoformat()} for charge in pay.charges),
        *({"url": "flag", "valueString": flag} for flag in pay.flags),
        *({"url": "evidence", "valueUri": f"urn:uuid:{message_id}"} for message_id in pay.evidence),
        *({"url": "policy", "valueString": policy} for policy in pay.policy),
    ]
    return extension("overliggerdogn", extension=parts)


def _points(owed: Owed) -> list[dict[str, Any]]:
    """The points of § 9, each with what the messages document of it."""
    return [
        {"type": code(OUTPUT, f"paragraf-9-{key}"), "valueCodeableConcept": code(DOCUMENTED, found, _DOCUMENTED[found])}
        for key, found in owed.points
    ]


def _answered(owed: Owed) -> list[dict[str, Any]]:
    """What the municipality said last, in parts that can be read without words."""
    found = newest(owed.entered, Answer)
    if owed.duty != "kommune-beslutning" or found is None:
        return []
    answer = found[1]
    parts: list[dict[str, Any]] = [{"type": code(OUTPUT, "kan-ta-imot"), "valueBoolean": _says(owed) == "kan-ta-imot"}]
    parts += [{"type": code(OUTPUT, "fra-dato"), "valueDate": answer.on.isoformat()}] if answer.on else []
    parts += [{"type": code(OUTPUT, "sted"), "valueString": answer.place}] if answer.place else []
    return parts + ([{"type": code(OUTPUT, "grunn"), "valueString": answer.reason}] if answer.reason else [])


def _output(entry: Entry, setting: Setting) -> dict[str, Any]:
    document = f"DocumentReference/{setting.making.id('DocumentReference', entry)}"
    return {"type": code(OUTPUT, "melding"), "valueReference": reference(document)}
