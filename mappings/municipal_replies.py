"""The municipality's answer to a notice of readiness, where its record system gives it in a case: an entry like others.

It is trusted as an answer from the record system is (``said.Answer``, source ``epj``), and shown where the rules show
answers. An export that repeats an answer is the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mappings.documents import Entered
from mappings.documents.municipal_case import CaseReply, MunicipalCase
from mappings.documents.said import Answer
from mappings.moments import same_moment
from mappings.norwegian_time import calendar_date, instant
from mappings.series import Entry
from mappings.stays import Stay

TRUE = "true"


def replies(entries: Iterable[Entry], stays: list[Stay]) -> Iterator[Entered]:
    """Every answer that a case in force gives, once; the first export that gives it counts."""
    given: set[tuple[str, ...]] = set()
    for entry in entries:
        root = entry.message.root
        if not entry.in_force or not isinstance(root, MunicipalCase) or root.admission_reply is None:
            continue
        reply = root.admission_reply
        key = (str(root.source.municipality), str(reply.replied_at), str(reply.can_receive), str(reply.since or ""))
        if key not in given:
            given.add(key)
            yield _entered(entry, root, reply, stays)


def _entered(entry: Entry, root: MunicipalCase, reply: CaseReply, stays: list[Stay]) -> Entered:
    head = entry.message.head
    return Entered(
        head=replace(head, type=Answer.kind, series="N", parent=None, conversation=None),
        said=Answer(
            answer="can-receive" if reply.can_receive == TRUE else "cannot-receive",
            on=calendar_date(reply.since) if reply.since else None,
            given=instant(reply.replied_at),
            place=str(reply.place or ""),
            reason=str(reply.reason or ""),
            source="epj",
        ),
        author=str(root.source.system),
        about=_about(reply, stays),
    )


def _about(reply: CaseReply, stays: list[Stay]) -> str | None:
    """A message of the stay that it names: by that message, or by when the patient was admitted."""
    named = reply.stay
    if named is None:
        return None
    if named.message:
        return str(named.message).strip().lower().removeprefix("urn:uuid:")
    at = instant(named.admitted_at) if named.admitted_at else None
    same = (stay for stay in stays if at is not None and same_moment(stay.begun, at))
    return next((stay.entries[0].message.head.message_id for stay in same), None)
