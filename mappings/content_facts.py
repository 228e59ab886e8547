"""What the messages of a stay contain, as facts: scored, what is not found, and the diagnosis."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache, partial
from importlib import resources
from typing import Any, Final

from mappings.documents import Message
from mappings.documents.datatypes import CV
from mappings.documents.shape import below
from mappings.remembering import remembered
from mappings.rules.quality import Quality, quality
from mappings.rules.quality.texts import ITEMS
from mappings.seen import Seen
from mappings.tables import list_number

READMISSION: Final = "reinnleggelse-grupper.csv"
ICD_10: Final = "7110"
REPORTS: Final = ("UTSKRIVNINGSRAPPORT", "EPIKRISE")


def judged(seen: Seen) -> list[Quality]:
    """The content of every message in force of a kind that was agreed on, in the order in which they were made."""
    stay = seen.at.stay
    admission = stay.admission.when if stay.admission else None
    left = stay.left.when if stay.left else None
    found = (
        remembered(e.message, "quality", (admission, left), partial(quality, e.message, admission=admission, left=left))
        for e in stay.entries
        if e.in_force
    )
    return [one for one in found if one is not None]


def scored(found: Quality) -> dict[str, Any]:
    return {
        "message": found.message_id,
        "kind": found.kind,
        "present": found.present,
        "of": found.counted,
        "items": {item.key: item.word for item in found.items},
        "extended": {item.key: item.word for item in found.extended},
        "notes": [item.key for item in found.notes],
    }


def gaps(judged: Iterable[Quality]) -> list[dict[str, str]]:
    """What the newest message of each kind lacks, and what people call it."""
    newest = {found.kind: found for found in judged}
    return [
        {"kind": found.kind, "key": item.key, "text": ITEMS[item.key], "word": item.word}
        for found in newest.values()
        for item in found.missing
    ]


def diagnosed(seen: Seen) -> dict[str, Any]:
    """The first ICD-10 code of the newest report or letter, and its group for readmission."""
    reports = [e for e in seen.at.stay.entries if e.in_force and e.message.head.type in REPORTS]
    newest_one = max(
        reports, key=lambda e: (e.message.head.generated.timestamp(), e.message.head.message_id), default=None
    )
    found = next(_codes(newest_one.message), None) if newest_one else None
    return {"diagnosis": found, "readmission_group": readmission_group(found) if found else None}


def _codes(message: Message) -> Iterator[str]:
    for coded in below(message.payload, CV):
        if coded.s and coded.v and list_number(coded.s) == ICD_10:
            yield str(coded.v)


def readmission_group(code: str) -> str | None:
    """The group of the national readmission indicator that an ICD-10 code belongs to, by its longest prefix."""
    groups, plain = _groups(), code.replace(".", "").upper()
    return next((groups[plain[:n]] for n in range(len(plain), 1, -1) if plain[:n] in groups), None)


@cache
def _groups() -> dict[str, str]:
    table = (resources.files("mappings.rules") / READMISSION).read_text(encoding="utf-8")
    return {row["prefix"]: row["group"] for row in csv.DictReader(table.splitlines())}
