"""What has been worked out of all documents of one patient, before anything is made of it. Pure, in any order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hub.contract import Document, Issue
from mappings import municipal_envelope
from mappings.documents import Entered, Listed, MedicationDocument, Message, as_message
from mappings.entries import Entries, entries_of
from mappings.moments import Moment
from mappings.municipal_replies import replies
from mappings.parties import Organisations
from mappings.person import Person, death, person
from mappings.receipts import Receipts, is_receipt, receipts_of
from mappings.rules.policies import Policies
from mappings.series import Entry, resolve
from mappings.stays import Stay, stays


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientLog:
    """Who it is about, every message with its standing, the stays, and what people entered."""

    who: Person
    died: Moment | None
    entries: tuple[Entry, ...]
    stays: tuple[Stay, ...]
    entered: Entries
    issues: tuple[Issue, ...]
    organisations: Organisations
    receipts: Receipts
    policies: Policies
    now: datetime


def patient_log(documents: Iterable[Document], now: datetime, policies: Policies) -> PatientLog | None:
    """What the documents tell as of ``now``; None when no message is about a patient.

    Receipts count for the messages they answer, entries for the stays they name; other documents about nobody are
    left out.
    """
    held = [as_message(d) if isinstance(d, MedicationDocument) else d for d in documents]
    messages = [d for d in held if isinstance(d, Message) and d.head.persons]
    if not messages:
        return None
    answers = [d for d in held if isinstance(d, Message) and is_receipt(d)]
    entered = [d for d in held if isinstance(d, Entered)]
    organisations = Organisations([*messages, *answers, *entered])
    resolved = resolve(messages, organisations)
    found = [stay for stay in stays(_of_stays(resolved.entries), organisations) if is_shown(stay)]
    entries = entries_of([*entered, *replies(resolved.entries, found)], found, organisations)
    return PatientLog(
        who=person(messages),
        died=death(resolved.entries, found),
        entries=resolved.entries,
        stays=tuple(found),
        entered=entries,
        issues=(*resolved.issues, *entries.issues),
        organisations=organisations,
        receipts=receipts_of(answers, [entry.message for entry in resolved.entries], organisations, now),
        policies=policies,
        now=now,
    )


def is_shown(stay: Stay) -> bool:
    """A stay that only cancelled messages tell of never was."""
    return any(entry.in_force for entry in stay.entries)


def _of_stays(entries: Iterable[Entry]) -> list[Entry]:
    """Those that tell of a stay; that a list was made somewhere does not, nor what a municipality gives."""
    return [e for e in entries if not isinstance(e.message, Listed) and not municipal_envelope.is_municipal(e.message)]
