"""A few resources that together have every element that many have: each one chosen adds one that none had before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.kith import KithAdapter
from adapters.kith.samples import (
    STORIES,
    Case,
    avvik,
    epikrise,
    epj_ekstrakt,
    foresporsel,
    fravarsmelding,
    helsefaglig,
    helseopplysninger,
    helseopplysninger_til_lege,
    innlagt,
    innleggelsesrapport,
    jpeg,
    medisinske_opplysninger,
    notat,
    orientering_om_tjenestetilbud,
    pdf,
    png,
    status_henvisning,
    svar,
    utskrevet,
    utskrivningsrapport,
    xml,
)
from adapters.kith.samples.arbitrary import arbitrary_message, chance
from hub.contract import Raw
from mappings.documents import Message
from mappings.documents import epikrise as epikrise_shapes
from mappings.documents.cave import Cave
from mappings.documents.dialogmelding import Dialogmelding
from mappings.documents.epj_ekstrakt import Node, TilleggsinfoEpjKomponent
from mappings.documents.journalnotat import Notater
from mappings.documents.legemiddel import Legemidler
from mappings.norwegian_time import OSLO
from tests.clinical.conftest import KINDS, as_message, generated, plain, projected

REPORTS = (
    innlagt, helseopplysninger, innleggelsesrapport, utskrivningsrapport, helseopplysninger_til_lege,
    medisinske_opplysninger, orientering_om_tjenestetilbud, fravarsmelding, utskrevet,
)  # fmt: skip


LETTERS = (
    (epikrise_shapes.Message, "1.1", "EPIKRISE"), (epikrise_shapes.Message, "1.2", "EPIKRISE"),
    (Dialogmelding, "1.0", "DIALOG_FORESPORSEL"), (Dialogmelding, "1.1", "DIALOG_HELSEFAGLIG"),
    (Node, "", "EPJ-EKSTRAKT"), (Cave, "", "EPJ-EKSTRAKT"), (Notater, "", "EPJ-EKSTRAKT"),
    (Legemidler, "", "EPJ-EKSTRAKT"), (TilleggsinfoEpjKomponent, "", "EPJ-EKSTRAKT"),
)  # fmt: skip


def shapes(value: Any, path: str = "") -> Iterator[str]:
    """Every element path of a resource, with the url of each extension."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "div":
                below = f"{path}.{name}" if name != "extension" else f"{path}.extension"
                yield below
                yield from shapes(inner, below)
        if "url" in value:
            yield f"{path}={value['url']}"
    elif isinstance(value, list):
        for inner in value:
            yield from shapes(inner, path)


def telling(resources: Iterable[Any]) -> list[Any]:
    """Those that have an element that none before them had; the rich ones first, so that they are few."""
    seen: set[str] = set()
    chosen = []
    held = [(resource, {f"{resource['resourceType']}{s}" for s in shapes(resource)}) for resource in resources]
    for resource, own in sorted(held, key=lambda pair: (-len(pair[1]), pair[0]["resourceType"], pair[0]["id"])):
        if own - seen:
            seen |= own
            chosen.append(resource)
    return chosen


def of_any_messages(seeds: Iterable[int]) -> list[Any]:
    """Everything that generated messages of every type and version become."""
    return [plain(r) for cls, version in KINDS for seed in seeds for r in projected(generated(cls, version, seed))]


def of_letters(seeds: Iterable[int]) -> list[Any]:
    """Everything that epikriser, dialogs and extracts become, synthetic and generated, in each version."""
    case = Case(name="letters", start=datetime(2026, 3, 2, 10, tzinfo=OSLO))
    files = (pdf(), jpeg(), png(), xml())
    asked = foresporsel(case, message_id=case.message_id("asked"))
    bodies = [
        *(epikrise(case, version=version) for version in ("1.1", "1.2")), epikrise(case, series="M"),
        epj_ekstrakt(case), helsefaglig(case, attachments=files), status_henvisning(case), asked,
        svar(case, case.message_id("asked")), avvik(case, case.message_id("asked")),
        notat(case, None, xhtml='<p xmlns="http://www.w3.org/1999/xhtml">Vi <b>kan</b> ta imot.</p>'),
        utskrivningsrapport(case, attachments=files),
    ]  # fmt: skip
    made = [read(body) for body in bodies]
    made += [
        as_message(arbitrary_message(cls, version, chance(seed)), version, kind)
        for cls, version, kind in LETTERS
        for seed in seeds
    ]
    return [plain(r) for message in made for r in projected(message)]


def of_reports() -> list[Any]:
    """Everything that the synthetic reports become, in both versions and of every story."""
    found = []
    for number, story in enumerate(STORIES):
        for version in ("1.5", "1.6"):
            start = datetime(2026, 3, 2, 10, tzinfo=OSLO) + timedelta(days=number)
            case = Case(name=f"story {number} {version}", start=start, story=story)
            for report in REPORTS:
                if report is not fravarsmelding or version == "1.5":
                    found += [plain(r) for r in projected(read(_written(report, case, version)))]
    return found


def _written(report: Any, case: Case, version: str) -> bytes:
    body: bytes = report(case, version=version) if report is not fravarsmelding else report(case)
    return body


def read(body: bytes) -> Message:
    outcome = KithAdapter().read(Raw(body=body, received=datetime.now(UTC)))
    assert isinstance(outcome, Message), outcome
    return outcome
