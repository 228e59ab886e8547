"""One entry to the messages that tell of it: an answer, a deviation, readiness, and what takes them back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mappings.documents import Entered, Message
from mappings.documents.dialogmelding import Dialogmelding, HealthcareProfessional, Notat, RollerRelatertNotat
from mappings.documents.said import Answer, Deviation, ReadinessDecided
from mappings.documents.shape import Leaf, Markup, Part, made
from mappings.entered_tasks import REASONS
from mappings.entries import told
from mappings.enveloping import cv, enveloped, replying
from mappings.outgoing import logistics, texts
from mappings.outgoing.knowing import Draft, Known, Making, info

DIALOG = "1.0"
"""Dialogmelding 1.0 is what PLO uses (HIS 80603)."""
NOTE, DEVIATION = "DIALOG_NOTAT", "DIALOG_AVVIK"
TELLS_OF = {Answer.kind: True, ReadinessDecided.kind: True, Deviation.kind: False}
"""The kinds of entries that a message can tell of, and whether a later one takes the place of the one before."""
AUTHOR = "1"
"""List 9057: who has written it."""


def drafts(entry: Entered, held: Known, making: Making) -> tuple[Draft, ...]:
    """What to send of an entry; nothing where nobody needs to be told, or a message has told it already."""
    if isinstance(entry.said, Answer):
        return tuple(_answer(entry, entry.said, held, making))
    if isinstance(entry.said, Deviation):
        return tuple(_deviation(entry, entry.said, held, making))
    if isinstance(entry.said, ReadinessDecided):
        return tuple(logistics.readiness(entry, entry.said, held, making))
    return ()


def _answer(entry: Entered, said: Answer, held: Known, making: Making) -> Iterator[Draft]:
    """DIALOG_NOTAT 9155/1 in the thread of the notice of readiness (HIS 80706, dossier 3.2)."""
    notice = held.entry(entry.about)
    if notice is None or not held.is_receiver(entry.head.sender, notice.message):
        return  # the hospital has written down what it was told
    is_back = entry.head.series == "C"
    if (is_back and making.before is None) or _came_as_message(entry, said, held):
        return
    lines = [texts.TAKEN_BACK] if is_back else list(_lines(said, making))
    yield from _dialog(notice.message, NOTE, _note(entry, (9155, "1"), lines), making)


def _came_as_message(entry: Entered, said: Answer, held: Known) -> bool:
    """Whether the answer only codes a note that the municipality's own system has sent: one newer than what was told
    before. ``codes`` says so outright."""
    if said.codes is not None:
        return True
    mine = held.sent_by(entry.head.sender, NOTE, "DIALOG_HELSEFAGLIG", "DIALOG_SVAR")
    notes = [e for e in mine if entry.about in (e.message.head.parent, e.message.head.conversation)]
    this = entry.head.message_id
    before = [
        e.head.generated
        for e, _ in told(held.log.entered.every, Answer)
        if e.about == entry.about and e.head.message_id not in (this, entry.head.parent)
    ]
    newest = max((n.message.head.generated for n in notes), default=None)
    if newest is None or entry.head.series != "N":
        return False
    return newest <= entry.head.generated and all(newest > told_at for told_at in before)


def _lines(said: Answer, making: Making) -> Iterator[str]:
    if making.before is not None:
        yield texts.REPLACES
    yield texts.ANSWERS[said.answer]
    if said.on:
        yield texts.FROM.format(said.on.isoformat())
    if said.place:
        yield texts.PLACE.format(said.place)
    if said.reason:
        yield texts.REASON.format(said.reason)
    if said.given:
        yield texts.GIVEN.format(said.given.isoformat())


def _deviation(entry: Entered, said: Deviation, held: Known, making: Making) -> Iterator[Draft]:
    """DIALOG_AVVIK (list 8117) to whoever sent the message, by a receiver of it (dossier 3.3)."""
    concerned = held.entry(said.message)
    if concerned is None or entry.head.series == "C" or concerned.message.head.type == DEVIATION:
        return
    if not held.is_receiver(entry.head.sender, concerned.message):
        return
    note = _note(entry, (8117, REASONS[said.reason]), [said.text])
    yield from _dialog(concerned.message, DEVIATION, note, making)


def _note(entry: Entered, theme: tuple[int, str], lines: list[str]) -> Part:
    writer = made(
        RollerRelatertNotat,
        rolle_notat=cv(9057, AUTHOR),
        healthcare_professional=made(HealthcareProfessional, family_name=Leaf(entry.author)),
    )
    note = made(
        Notat,
        tema_kodet=cv(*theme),
        tekst_notat_innhold=Markup("\n".join(lines)),
        roller_relatert_notat=(writer,),
    )
    return made(Dialogmelding, notat=(note,))


def _dialog(about: Message, type: str, payload: Part, making: Making) -> Iterator[Draft]:
    cover, envelope = replying(about, type, id=making.id, at=making.at), info(about)
    if cover is None or envelope is None:
        return
    if making.before is not None:
        cover = replace(cover, parent=making.before)
    yield Draft(type=type, root=enveloped(cover, envelope, payload), version=DIALOG)
