"""Synthetic messages in any number, made before the clock starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.kith import KithAdapter
from adapters.kith.samples import (
    Case,
    epikrise,
    helseopplysninger,
    innlagt,
    innleggelsesrapport,
    person,
    utskrevet,
    utskrivningsklar,
    utskrivningsrapport,
)
from adapters.kith.write import write
from hub.contract import Raw
from mappings.documents import Message
from mappings.documents.msghead import MsgHead
from mappings.documents.plo import TverrfagligEpikrise

LOGISTICS = ("LOG_INNLAGT", "HELSEOPPL_SOKNAD", "LOG_UTSKRIVNINGSKLAR", "LOG_UTSKREVET")


def stays(count: int, *, run: str = "bench", now: datetime | None = None) -> Iterator[tuple[Case, list[bytes]]]:
    """So many patients, each with the four messages of one stay; ``run`` makes the message ids of another run new."""
    start = (now or datetime.now(UTC)).replace(minute=0, second=0, microsecond=0) - timedelta(days=7)
    for n in range(count):
        case = Case(name=f"{run}-{n}", start=start, patient=person(n))
        yield case, [innlagt(case), helseopplysninger(case), utskrivningsklar(case), utskrevet(case)]


def reports(count: int) -> dict[str, list[bytes]]:
    """So many clinical messages of each kind, as rich as the samples make them."""
    cases = [case for case, _ in stays(count, run="reports")]
    return {
        "INNLEGGELSESRAPPORT": [innleggelsesrapport(case) for case in cases],
        "UTSKRIVNINGSRAPPORT": [utskrivningsrapport(case) for case in cases],
        "EPIKRISE": [epikrise(case) for case in cases],
    }


def grown(times: int) -> bytes:
    """An utskrivningsrapport in which whatever may be repeated stands so many times as often."""
    ((case, _),) = stays(1, run="grown")
    message = KithAdapter().read(Raw(body=utskrivningsrapport(case), received=case.start))
    assert isinstance(message, Message)
    root, payload = message.root, message.payload
    assert isinstance(root, MsgHead)
    assert isinstance(payload, TverrfagligEpikrise)
    repeated = {
        slot.field: getattr(payload, slot.field) * times
        for slot in payload.shape.slots
        if slot.most is None and slot.field != "medisinskfaglige_opplysninger"
    }
    document = root.document[0]
    assert document.ref_doc.content
    content = replace(document.ref_doc.content, any=(replace(payload, **repeated),))
    held = replace(document, ref_doc=replace(document.ref_doc, content=content))
    return write(replace(root, document=(held, *root.document[1:])), message.version)
