"""Content quality of a message: what it shall have and what was found, each by the place that decided (dossier B).

One of the doors of ``mappings`` for the hub. It tells what is documented; it never says how the patient is.
"""

from __future__ import annotations

from typing import Any

from hub.contract import Document
from mappings.documents import Message
from mappings.documents.epikrise import Message as Epikrise
from mappings.documents.plo import HelseopplysningerVedSoknad, Innleggelsesrapport, TverrfagligEpikrise
from mappings.moments import Moment
from mappings.rules.quality.admission_report import admission_report
from mappings.rules.quality.discharge_report import discharge_report
from mappings.rules.quality.draft import VERSION as DIALOG_VERSION
from mappings.rules.quality.draft import draft
from mappings.rules.quality.early_notice import early_notice
from mappings.rules.quality.epikrise import discharge_letter
from mappings.rules.quality.scoring import Item, Quality
from mappings.rules.quality.texts import FLAGS, ITEMS, KINDS, WORDS

__all__ = ["DIALOG_VERSION", "Item", "Quality", "draft", "quality", "told"]


def quality(document: Document, *, admission: Moment | None = None, left: Moment | None = None) -> Quality | None:
    """The quality of a message of a kind that was agreed on, else None; the stay's times where they are known."""
    if not isinstance(document, Message) or document.head.series == "C":
        return None
    match document.payload:  # what a sender calls the message may differ from what it is
        case HelseopplysningerVedSoknad():
            return early_notice(document, admission)
        case Innleggelsesrapport():
            return admission_report(document)
        case TverrfagligEpikrise():
            return discharge_report(document)
        case Epikrise():
            return discharge_letter(document, left)
    return None


def told(found: Quality) -> dict[str, Any]:
    """The same as plain JSON values with texts for people."""
    return {
        "message": found.message_id,
        "kind": found.kind,
        "name": KINDS[found.kind],
        "present": found.present,
        "of": found.counted,
        "items": [_item(item) for item in found.items],
        "extended": [_item(item) for item in found.extended],
        "notes": [_item(item) for item in found.notes],
    }


def _item(item: Item) -> dict[str, Any]:
    said = {"key": item.key, "text": ITEMS[item.key], "word": item.word, "said": WORDS[item.word], "xpath": item.xpath}
    return {**said, "flags": list(item.flags), "remarks": [FLAGS[flag] for flag in item.flags if flag in FLAGS]}
