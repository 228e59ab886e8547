"""A dialog message that names what is missing, ready for a person to read, change and send. Nothing is sent from here.

*Forespørsel* (DIALOG_FORESPORSEL, lists 9152 and 9154) asks for it; *Tilbakemelding om feil* (DIALOG_AVVIK, list 8117
code 2) says that the message cannot be used as it is. Addressed back to whoever sent the message.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal

from mappings.documents import Message, msghead
from mappings.documents.dialogmelding import Dialogmelding, Foresporsel, Notat
from mappings.documents.shape import Leaf, Markup, Part, made
from mappings.enveloping import cv, enveloped, replying
from mappings.facts import TO_HOSPITAL
from mappings.rules.quality.scoring import Item, Quality
from mappings.rules.quality.texts import ASK, DEVIATION, ITEMS, KINDS, REQUEST

Kind = Literal["foresporsel", "avvik"]
VERSION: Final = "1.0"
"""Dialogmelding 1.0 is what PLO uses (HIS 80603)."""
TYPES: Final[dict[Kind, str]] = {"foresporsel": "DIALOG_FORESPORSEL", "avvik": "DIALOG_AVVIK"}
HEALTH_INFORMATION, MEDICATION = "1", "4"
INCOMPLETE: Final = "2"


def draft(message: Message, quality: Quality, kind: Kind, *, id: str, at: datetime) -> msghead.MsgHead | None:
    """The envelope with the dialog message, or None where nothing is missing or the message has no MsgHead."""
    root, cover = message.root, replying(message, TYPES[kind], id=id, at=at)
    if not quality.missing or not isinstance(root, msghead.MsgHead) or cover is None:
        return None
    payload = _request(message, quality) if kind == "foresporsel" else _deviation(quality)
    return enveloped(cover, root.msg_info, payload)


def _request(message: Message, quality: Quality) -> Part:
    """One request; for medication alone where that is all that is missing."""
    listed = 9154 if message.head.type in TO_HOSPITAL else 9152
    only_drugs = {item.key for item in quality.missing} == {"legemiddelliste"}
    asked = made(
        Foresporsel,
        type_foresp=cv(listed, MEDICATION if only_drugs else HEALTH_INFORMATION),
        sporsmal=Leaf("\n".join((*_named(REQUEST, quality), ASK))),
    )
    return made(Dialogmelding, foresporsel=(asked,))


def _deviation(quality: Quality) -> Part:
    note = made(
        Notat, tema_kodet=cv(8117, INCOMPLETE), tekst_notat_innhold=Markup("\n".join(_named(DEVIATION, quality)))
    )
    return made(Dialogmelding, notat=(note,))


def _named(text: str, quality: Quality) -> list[str]:
    return [text.format(kind=KINDS[quality.kind]), *_lines(quality.missing)]


def _lines(missing: Iterable[Item]) -> list[str]:
    return [f"- {ITEMS[item.key]}" for item in missing]
