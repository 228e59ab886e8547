"""READY9: what the messages document of the conditions in § 9. Says what was found and what was not, never more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from mappings.documents import Message
from mappings.documents.said import PhvTsbConditions
from mappings.documents.shape import leaves
from mappings.entries import newest
from mappings.rules.occasion import Occasion, Owed
from mappings.rules.readiness import Readiness
from mappings.rules.verdict import Verdict
from mappings.series import Entry

Point = Literal["present", "absent", "not-assessable"]
DOCUMENTS: Final = ("EPIKRISE", "UTSKRIVNINGSRAPPORT", "HELSEOPPL_SOKNAD")
PLAN: Final = "OP"
FUNCTION: Final = "HJ"
"""List 8311: plans for follow-up; level of function and measures."""
ASSESSED: Final = ("/SamletVurderingFunksjonsniva/", "/KartlagtFunksjon", "/EndringFunksjonsnivaa")
"""Elements of PLO that describe function."""
EXTRA: Final = frozenset({"psykisk-helsevern", "tsb"})


def documentation(at: Occasion, readiness: Readiness) -> Owed:
    """``utskrivningsdokumentasjon``: points a to e of § 9, each found, not found, or beyond what a message can show."""
    documents = [e for e in at.given(*DOCUMENTS) if e.in_force]
    points = tuple(_points(at, documents))
    words = [point for _, point in points]
    assessed = {word for word in words if word != "not-assessable"}
    head = readiness.notice.message.head
    evidence = tuple(entry.message.head.message_id for entry in documents)
    if not documents or not assessed:
        verdict = Verdict(word="unknown", reason="nothing-to-assess", evidence=evidence)
    elif "absent" in words:
        verdict = Verdict(word="missing", reason="documentation-not-found", evidence=evidence)
    else:
        verdict = Verdict(word="met", reason="documentation-found", evidence=evidence)
    return Owed(
        duty="utskrivningsdokumentasjon",
        number=readiness.number,
        owner=head.sender,
        requester=head.receiver,
        cause=readiness.notice,
        done_by=documents[-1] if verdict.word == "met" else None,
        is_over=at.is_over,
        verdict=verdict,
        points=points,
    )


def _points(at: Occasion, documents: list[Entry]) -> Iterator[tuple[str, Point]]:
    """A message can show the presence of a plan, a diagnosis and a description of function, and no more (A.3)."""
    summed = [e.message for e in documents if e.message.head.type == "EPIKRISE"]
    for key in ("a", "b", "c"):
        yield key, "not-assessable"
    yield "d", _found(any(_has_diagnosis(m) and _has_heading(m, PLAN) for m in summed)) if summed else "not-assessable"
    told = [entry.message for entry in documents]
    yield "e", _found(any(_tells_function(m) for m in told)) if told else "not-assessable"
    if at.care is not None and at.care.care in EXTRA:
        entered = newest(at.entered, PhvTsbConditions)
        said = entered[1] if entered else PhvTsbConditions()
        yield "phv-meeting-invited", _told(said.meeting_invited)
        yield "phv-own-follow-up-clarified", _told(said.own_follow_up_clarified)


def _found(found: bool) -> Point:
    return "present" if found else "absent"


def _told(said: bool | None) -> Point:
    return "not-assessable" if said is None else _found(said)


def _has_diagnosis(message: Message) -> bool:
    return any("/Diagnosis" in path for path, _ in _filled(message))


def _has_heading(message: Message, heading: str) -> bool:
    return any(path.endswith("/Heading/@V") and value == heading for path, value in _filled(message))


def _tells_function(message: Message) -> bool:
    described = any(element in path for path, _ in _filled(message) for element in ASSESSED)
    return described or _has_heading(message, FUNCTION)


def _filled(message: Message) -> Iterator[tuple[str, str]]:
    """Path and value of everything that stands in the payload."""
    return ((leaf.path, str(leaf)) for _, _, leaf in leaves(message.payload) if leaf.strip())
