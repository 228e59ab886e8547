"""Readiness and duties as Tasks, because R4 search can count Tasks and can neither negate nor do date arithmetic.

``restriction.period`` is the deadline as one instant, so that ``due=lt<now>`` finds exactly what is overdue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hub.contract import Party, Resource
from mappings.facts import remarks
from mappings.identifiers import H
from mappings.making import Making
from mappings.resources import code, extension, moment, period, reference, resource, stamped
from mappings.rules.occasion import Owed
from mappings.rules.readiness import End, Readiness
from mappings.rules.verdict import Verdict
from mappings.series import TEXTS, Entry, Standing

PROCESS: Final = f"{H}/CodeSystem/discharge-process"
READINESS: Final = f"{H}/CodeSystem/readiness"
VERDICT: Final = f"{H}/CodeSystem/verdict"
STAY: Final = f"{H}/sid/stay"

NAMES: Final = {
    "utskrivningsklar": "Utskrivningsklar",
    "tidlig-varsel": "Tidlig varsel",
    "innleggelsesrapport": "Innleggelsesrapport",
    "kommune-beslutning": "Kommunens svar",
    "avklaring": "Avklaring",
}
_READINESS_TEXT: Final = {
    "utskrivningsklar": "Utskrivningsklar",
    "avmeldt": "Avmeldt",
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
_ENDS: Final[dict[End | None, tuple[str, str]]] = {
    None: ("requested", "utskrivningsklar"),
    "withdrawn": ("cancelled", "avmeldt"),
    "left": ("completed", "overfort"),
    "dead": ("cancelled", "dod"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the Tasks of one stay have in common."""

    making: Making
    encounter: str
    tags: list[dict[str, str]]
    on_hold: bool
    is_dead: bool

    def id(self, name: str, number: int) -> str:
        """The id of a Task of the stay."""
        return self.making.ids("Task", self.encounter.partition("/")[2], name, str(number))


def readiness_task(readiness: Readiness, decision: Owed, setting: Setting) -> Resource:
    """The master: open from ready to left, owner the municipality, requester the hospital."""
    end: End | None = "dead" if setting.is_dead and readiness.end is None else readiness.end
    status, state = _ENDS[end]
    if status == "requested" and decision.done_by is not None:
        status = "in-progress"
    head = readiness.notice.message.head
    told = [readiness.notice, *(e for e in (readiness.ended_by, decision.done_by) if e)]
    reason = remarks(readiness.ended_by.message) if readiness.ended_by and end == "withdrawn" else ()
    return _task(
        setting,
        "utskrivningsklar",
        readiness.number,
        parties=(head.sender, head.receiver),
        told=told,
        status=_held(status, setting),
        statusReason={"text": reason[-1]} if reason else None,
        businessStatus=code(READINESS, state, _READINESS_TEXT[state]),
        executionPeriod=_lasted(readiness),
    )


def _lasted(readiness: Readiness) -> dict[str, Any]:
    said = readiness.ready.leaf if readiness.ready else None
    return {"start": stamped(readiness.since, said), "end": stamped(readiness.ended, readiness.ended_leaf)}


def duty_task(owed: Owed, setting: Setting, *, part_of: str | None = None) -> Resource:
    """A duty with its deadline and verdict; done but late is ``completed``, the verdict tells."""
    status = _duty_status(owed, setting)
    told = [owed.cause, *([owed.done_by] if owed.done_by else [])]
    return _task(
        setting,
        owed.duty,
        owed.number,
        parties=(owed.requester, owed.owner),
        told=told,
        partOf=[reference(part_of)] if part_of else [],
        extension=[_verdict(owed.verdict)],
        status=_held(status, setting),
        businessStatus=_business_status(owed),
        restriction={"period": period(owed.verdict.due, owed.verdict.due)},
        output=[_output(owed.done_by, setting)] if owed.done_by else [],
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
    }
    return resource(
        "Task",
        making.id("Task", entry, local),
        meta=making.meta(entry),
        intent="order",
        code=code(PROCESS, "avklaring", NAMES["avklaring"]),
        description=NAMES["avklaring"],
        encounter=making.reference(making.encounter_of(entry)),
        authoredOn=moment(head.generated),
        requester=making.reference(making.directory.organization(requester)),
        owner=making.reference(making.directory.organization(owner)),
        **{**usual, **elements, "for": reference(making.patient)},
    )


def _task(
    setting: Setting,
    name: str,
    number: int,
    *,
    parties: tuple[Party, Party],
    told: list[Entry],
    **elements: Any,
) -> Resource:
    """A Task of a stay; ``parties`` are requester and owner, ``told`` the messages behind it, its cause first."""
    making, cause, (requester, owner) = setting.making, told[0], parties
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
        lastModified=moment(_newest(told)),
        requester=making.reference(making.directory.organization(requester)),
        owner=making.reference(making.directory.organization(owner)),
        **{"for": reference(making.patient)},
        **elements,
    )


def _newest(told: list[Entry]) -> datetime:
    """When the Task last changed: the newest message behind it, never when it was computed."""
    return max((entry.message.head.generated for entry in told), key=datetime.timestamp)


def _held(status: str, setting: Setting) -> str:
    return "on-hold" if setting.on_hold and status in ("requested", "in-progress") else status


def _duty_status(owed: Owed, setting: Setting) -> str:
    if owed.done_by is not None:
        return "in-progress" if owed.duty == "kommune-beslutning" and not owed.is_over else "completed"
    if setting.is_dead or owed.verdict.word == "not-applicable":
        return "cancelled"
    return "failed" if owed.is_over and owed.verdict.word != "pending" else "requested"


def _business_status(owed: Owed) -> dict[str, Any] | None:
    """Duties show their verdict where standard search finds it; the decision shows what the municipality said."""
    if owed.duty != "kommune-beslutning":
        return code(VERDICT, owed.verdict.word, _VERDICT_TEXT[owed.verdict.word])
    return code(READINESS, "venter-svar", _READINESS_TEXT["venter-svar"]) if owed.done_by is None else None


def _verdict(verdict: Verdict) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [
        {"url": "code", "valueCodeableConcept": code(VERDICT, verdict.word, _VERDICT_TEXT[verdict.word])},
        {"url": "reason", "valueString": verdict.reason},
        *({"url": "evidence", "valueUri": f"urn:uuid:{message_id}"} for message_id in verdict.evidence),
        *({"url": "policy", "valueString": policy} for policy in verdict.policy),
        *([{"url": "delivery", "valueCode": verdict.delivery}] if verdict.delivery else []),
    ]
    return extension("verdict", extension=parts)


def _output(entry: Entry, setting: Setting) -> dict[str, Any]:
    document = f"DocumentReference/{setting.making.id('DocumentReference', entry)}"
    return {"type": {"text": "Melding"}, "valueReference": reference(document)}
