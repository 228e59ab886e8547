"""Dialog messages (HIS 80603, HIS 1077): a Communication for each, a Task for each request and each deviation.

A note's words are never read as a yes or a no (dossier 3.2): they are carried, and the thread is kept together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hub.contract import Resource
from mappings import dialog_parts, tables
from mappings.documents import Message
from mappings.documents.datatypes import CS, CV
from mappings.documents.dialogmelding import Dialogmelding, Foresporsel
from mappings.documents.msghead import MsgHead
from mappings.documents.shape import Leaf
from mappings.identifiers import H
from mappings.making import Making
from mappings.moments import hours_after
from mappings.original import message_identifier, parent_leaf
from mappings.parties import Organisations
from mappings.plain_text import words
from mappings.receipts import Receipts
from mappings.refusal import delivered, receipt_tasks
from mappings.resources import code, concept, derived, moment, period, reference, resource, stamped
from mappings.series import Entry, Standing
from mappings.task import PROCESS, STAY, on_hold_task

THREAD: Final = f"{H}/sid/conversation"
"""Identifier of a thread: the id of the message that began it, whatever kind of message that was."""
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/communication-category"
REQUEST: Final = "foresporsel"
DUE_HOURS: Final = 72
"""Replies between municipality and general practitioner are due in three days; with a hospital they agree locally."""
REFUSALS: Final = frozenset({"2", "4"})
"""List 9069: refused without a reason; cannot be answered without the patient's consent."""
REPLIES: Final = frozenset({"DIALOG_SVAR", "DIALOG_HELSEFAGLIG"})
ANSWERS: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("9152", "1"): frozenset({"MEDISINSKE_OPPLYSNINGER"}),
    ("9152", "4"): frozenset({"EPJ-EKSTRAKT", "MEDISINSKE_OPPLYSNINGER"}),
    ("9152", "8"): frozenset({"HELSEOPPL_SOKNAD"}),
    ("9153", "3"): frozenset({"ORIENTERING_TJENESTETILBUD"}),
    ("9153", "5"): frozenset({"HELSEOPPLYSNINGER_LEGE"}),
    ("9154", "1"): frozenset({"INNLEGGELSESRAPPORT"}),
    ("9154", "4"): frozenset({"EPJ-EKSTRAKT", "INNLEGGELSESRAPPORT", "HELSEOPPLYSNINGER_LEGE"}),
}
"""List and code of a request -> the document types that answer it, besides a dialog message (dossier 3.1)."""
_PRIORITY: Final = {"1": "stat", "3": "urgent", "2": "routine"}


@dataclass(frozen=True, slots=True)
class Dialogs:
    """The dialogs of one patient, with what they refer to."""

    entries: Mapping[str, Entry]
    replies: Mapping[str, list[Entry]]
    """Message id -> messages in force that name it as parent or conversation, in the order in which they were made."""
    organisations: Organisations
    receipts: Receipts
    making: Making

    def of(self, entry: Entry) -> list[Resource]:
        """What a message gives as part of a dialog, and the Task that its refusal or silence on it calls for."""
        made = receipt_tasks(entry, self.receipts, self.entries.values(), self.making)
        payload = entry.message.payload
        if not isinstance(payload, Dialogmelding):
            return made
        made.append(self._communication(entry, payload))
        if entry.message.head.type == "DIALOG_AVVIK" and entry.in_force:
            made.append(self._deviation(entry))
        for number, asked in enumerate(payload.foresporsel, start=1):
            made.append(self._request(entry, asked, number))
        return made

    def _communication(self, entry: Entry, payload: Dialogmelding) -> Resource:
        making, message, head = self.making, entry.message, entry.message.head
        topics = [n.tema_kodet for n in payload.notat] + [f.type_foresp for f in payload.foresporsel]
        alert = head.type == "DIALOG_AVVIK"
        kind = code(CATEGORY, "alert", "Alert") if alert else code(CATEGORY, "notification", "Notification")
        thread = derived(head.conversation or head.message_id, _thread_leaf(message))
        encounter, people = making.encounter_of(entry), dialog_parts.people_of(entry, making)
        more = [*dialog_parts.roles(people, payload), *dialog_parts.dates(payload)]
        return resource(
            "Communication",
            making.id("Communication", entry),
            meta=making.meta(entry),
            contained=people.resources,
            extension=[*delivered(message, self.receipts), *more],
            identifier=[message_identifier(message), {"system": THREAD, "value": thread}, *_document_ids(payload)],
            inResponseTo=self._answered(entry),
            status=self._heard(entry),
            category=[kind, *(concept(topic) for topic in topics[1:])],
            priority=_priority(payload.foresporsel),
            subject=reference(making.patient),
            topic=concept(topics[0]) if topics else None,
            about=self._about(entry),
            encounter=reference(encounter) if encounter else None,
            sent=stamped(head.generated, message.made_leaf),
            recipient=[making.reference(making.directory.best(p)) for p in (head.receiver, *head.copies)],
            sender=making.reference(making.directory.best(head.sender)),
            reasonCode=[concept(asked.formal, 9068) for asked in payload.foresporsel],
            payload=[*({"contentString": text} for text in _texts(payload)), *dialog_parts.files(entry, making)],
        )

    def _heard(self, entry: Entry) -> str:
        """Whether what was said has reached its receiver, as far as receipts tell."""
        if entry.standing is Standing.CANCELLED:
            return "entered-in-error"
        word = self.receipts.shown(entry.message)
        if word == "unconfirmed":
            return "in-progress" if self.receipts.is_owed(entry.message) else "completed"
        return {"rejected": "not-done", "missing": "on-hold"}.get(word, "completed")

    def _answered(self, entry: Entry) -> list[dict[str, Any]]:
        """The dialog message that this one answers, when it is there and was made before (so nothing goes round)."""
        parent = self.entries.get(entry.message.head.parent or "")
        if parent is None or not isinstance(parent.message.payload, Dialogmelding) or _age(parent) >= _age(entry):
            return []
        return [self._to("Communication", parent, entry)]

    def _about(self, entry: Entry) -> list[dict[str, Any]]:
        """The document that the talk is about: what it answers, else what began the thread."""
        head = entry.message.head
        for said in (head.parent, head.conversation):
            other = self.entries.get(said or "")
            if other is None or other is entry:
                continue
            if head.type == "DIALOG_AVVIK" or not isinstance(other.message.payload, Dialogmelding):
                return [self._to("DocumentReference", other, entry)]
        return []

    def _to(self, resource_type: str, other: Entry, entry: Entry) -> dict[str, Any]:
        to, said = f"{resource_type}/{self.making.id(resource_type, other)}", parent_leaf(entry.message)
        return reference(derived(to, said) if said else to)

    def _deviation(self, entry: Entry) -> Resource:
        """For whoever sent what cannot be processed: which message, and why as list 8117 has it."""
        head, concerned = entry.message.head, self.entries.get(entry.message.head.parent or "")
        about = concerned or entry
        return on_hold_task(
            entry,
            self.making,
            "avvik",
            (head.sender, head.receiver),
            statusReason=_what_is_wrong(entry),
            focus=self._to("DocumentReference", about, entry),
        )

    def _request(self, entry: Entry, asked: Foresporsel, number: int) -> Resource:
        making, head = self.making, entry.message.head
        answer, deviation = self._answer(entry, asked), self._sent_back(entry)
        encounter, due = making.encounter_of(entry), _due(entry.message, asked)
        told = [entry, *(e for e in (answer or deviation,) if e)]
        question = next(_question(asked), None)
        return resource(
            "Task",
            making.id("Task", entry, REQUEST, str(number)),
            meta=making.meta(entry),
            groupIdentifier={"system": STAY, "value": encounter.partition("/")[2]} if encounter else None,
            status=self._status(entry, answer, deviation),
            statusReason=_why(answer, deviation),
            intent="order",
            priority=_priority((asked,)),
            code=_code(asked.type_foresp),
            description=question or "Forespørsel",
            focus=reference(f"Communication/{making.id('Communication', entry)}"),
            encounter=reference(encounter) if encounter else None,
            authoredOn=moment(head.generated),
            lastModified=moment(max((e.message.head.generated for e in told), key=datetime.timestamp)),
            requester=making.reference(making.directory.organization(head.sender)),
            owner=making.reference(making.directory.organization(head.receiver)),
            reasonCode=concept(asked.formal, 9068),
            restriction={"period": period(due, due)},
            output=[self._output(answer)] if answer else [],
            **{"for": reference(making.patient)},
        )

    def _status(self, entry: Entry, answer: Entry | None, deviation: Entry | None) -> str:
        if not entry.in_force:
            return "entered-in-error" if entry.standing is Standing.CANCELLED else "cancelled"
        if answer is not None:
            return "rejected" if _refusal(answer) else "completed"
        if deviation is not None:
            return "rejected"
        return "failed" if self.receipts.shown(entry.message) in ("rejected", "missing") else "requested"

    def _answer(self, entry: Entry, asked: Foresporsel) -> Entry | None:
        """The first message in force that refers to the request and is of a kind that answers it, by another party."""
        listed = tables.list_number(asked.type_foresp.s) if asked.type_foresp.s else None
        kinds = REPLIES | ANSWERS.get((listed or "", str(asked.type_foresp.v or "").strip()), frozenset())
        return next((e for e in self._replies(entry) if e.message.head.type in kinds), None)

    def _sent_back(self, entry: Entry) -> Entry | None:
        return next((e for e in self._replies(entry) if e.message.head.type == "DIALOG_AVVIK"), None)

    def _replies(self, entry: Entry) -> list[Entry]:
        asker = entry.message.head.sender
        found = self.receipts.given(self.replies.get(entry.message.head.message_id, ()))
        return [e for e in found if e is not entry and not self.organisations.same(e.message.head.sender, asker)]

    def _output(self, answer: Entry) -> dict[str, Any]:
        document = f"DocumentReference/{self.making.id('DocumentReference', answer)}"
        return {"type": {"text": "Svar"}, "valueReference": reference(document)}


def dialogs(entries: Iterable[Entry], organisations: Organisations, receipts: Receipts, making: Making) -> Dialogs:
    """The dialogs among a patient's messages."""
    held = sorted(entries, key=_age)
    replies: dict[str, list[Entry]] = defaultdict(list)
    for entry in held:
        head = entry.message.head
        if entry.in_force:
            for said in dict.fromkeys((head.parent, head.conversation)):
                replies[said or ""].append(entry)
    by_id = {entry.message.head.message_id: entry for entry in held}
    return Dialogs(by_id, replies, organisations, receipts, making)


def _age(entry: Entry) -> tuple[float, str]:
    return entry.message.head.generated.timestamp(), entry.message.head.message_id


def _thread_leaf(message: Message) -> Leaf:
    conversation = message.root.msg_info.conversation_ref if isinstance(message.root, MsgHead) else None
    return conversation.ref_to_conversation if conversation else message.id_leaf


def _document_ids(payload: Dialogmelding) -> Iterator[dict[str, Any]]:
    """The sender's own numbers of the notes and requests."""
    for leaf in (*(n.dok_id_notat for n in payload.notat), *(f.dok_id_foresp for f in payload.foresporsel)):
        if leaf:
            yield {"type": {"text": "Dokumentets id hos avsender"}, "value": leaf}


def _code(asked: CV) -> dict[str, Any]:
    """Our process code first, so that every request is found alike; what is asked for beside it."""
    said = concept(asked)
    return {**said, "coding": [*code(PROCESS, REQUEST, "Forespørsel")["coding"], *said.get("coding", ())]}


def _why(answer: Entry | None, deviation: Entry | None) -> dict[str, Any] | None:
    """Why a request has no answer: its receiver would not, or could not process it."""
    if answer is not None:
        theme = _refusal(answer)
        return concept(theme, 9069) if theme else None
    return _what_is_wrong(deviation) if deviation else None


def _refusal(answer: Entry) -> CV | None:
    """The theme of a reply that says no to the request itself (list 9069); a note's words are never read."""
    if answer.message.head.type != "DIALOG_SVAR":
        return None
    return next((theme for theme in _themes(answer) if str(theme.v or "").strip() in REFUSALS), None)


def _themes(entry: Entry) -> list[CV]:
    payload = entry.message.payload
    return [note.tema_kodet for note in payload.notat] if isinstance(payload, Dialogmelding) else []


def _what_is_wrong(deviation: Entry) -> dict[str, Any]:
    themes = _themes(deviation)
    return concept(themes[0], 8117) if themes else {"text": "Meldingen kunne ikke behandles"}


def _priority(asked: Iterable[Foresporsel]) -> str | None:
    """Hastegrad 9067; that of the first request that has one."""
    said: CS | None = next((f.hastegrad for f in asked if f.hastegrad), None)
    word = _PRIORITY.get(str(said.v or "")) if said else None
    return derived(word, said.v) if word and said and said.v else word


def _due(message: Message, asked: Foresporsel) -> datetime | None:
    """Three days from a request of a general practitioner (list 9153), or of the municipality (9152) to one."""
    listed = tables.list_number(asked.type_foresp.s) if asked.type_foresp.s else None
    to_person = isinstance(message.root, MsgHead) and bool(
        message.root.msg_info.receiver.organisation.healthcare_professional
    )
    between = listed == "9153" or (listed == "9152" and to_person)
    return hours_after(message.head.generated, DUE_HOURS) if between else None


def _texts(payload: Dialogmelding) -> Iterator[str]:
    """What was written, in order, as plain text."""
    for asked in payload.foresporsel:
        yield from _question(asked)
    for note in payload.notat:
        yield from words(note.tema, note.tekst_notat_innhold, note.merknad)


def _question(asked: Foresporsel) -> Iterator[str]:
    yield from words(asked.emne_sporsmal, asked.sporsmal, asked.sporsmal_innhold, asked.begrunnelse)
