"""READY9: what the messages document of the conditions in § 9. Says what was found and what was not, never more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from mappings.documents import Message
from mappings.documents.said import PhvTsbConditions
from mappings.documents.shape import leaves
from mappings.entries import newest
from mappings.remembering import remembered
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
    yield "d", _found(any(_has_plan(m) for m in summed)) if summed else "not-assessable"
    told = [entry.message for entry in documents]
    yield "e", _found(any(_tells_function(m) for m in told)) if told else "not-assessable"
    if at.care is not None and at.care.care in EXTRA:
        entered = newest(at.entered, PhvTsbConditions)
        said = entered[1] if entered else PhvTsbConditions()
        yield "phv-meeting-invited", _told(said.meeting_invited)
        yield "phv-own-follow-up-clarified", _told(said.own_follow_up_clarified)


def mentions_control(message: Message) -> bool:
    """Whether a text speaks of a control after the stay."""
    return _documented(message)[2]


def has_control(message: Message) -> bool:
    """Whether an appointment for a control stands in it (InfoKontrolltime)."""
    return _documented(message)[3]


def _found(found: bool) -> Point:
    return "present" if found else "absent"


def _told(said: bool | None) -> Point:
    return "not-assessable" if said is None else _found(said)


def _has_plan(message: Message) -> bool:
    """A diagnosis and plans for follow-up."""
    return _documented(message)[0]


def _tells_function(message: Message) -> bool:
    return _documented(message)[1]


def _documented(message: Message) -> tuple[bool, ...]:
    return remembered(message, "documented", None, lambda: _looked_for(message))


def _looked_for(message: Message) -> tuple[bool, ...]:
    """Diagnosis and plan, description of function, a control that is spoken of, an appointment for one."""
    filled = list(_filled(message))
    headings = {value for path, value in filled if path.endswith("/Heading/@V")}
    has_diagnosis = any("/Diagnosis" in path for path, _ in filled)
    described = any(element in path for path, _ in filled for element in ASSESSED)
    speaks_of_control = any("kontroll" in value.casefold() and " " in value for _, value in filled)
    has_appointment = any("/InfoKontrolltime" in path for path, _ in filled)
    return has_diagnosis and PLAN in headings, described or FUNCTION in headings, speaks_of_control, has_appointment


def _filled(message: Message) -> Iterator[tuple[str, str]]:
    """Path and value of everything that stands in the payload."""
    return ((leaf.path, str(leaf)) for _, _, leaf in leaves(message.payload) if leaf.strip())
