"""EPJ-EKSTRAKT of a synthetic stay (HIS 1150:2014): several documents in one message, tied together by a tree."""

from __future__ import annotations

from datetime import timedelta
from typing import Unpack

from adapters.kith.samples.case import Case
from adapters.kith.samples.envelope import message
from adapters.kith.samples.medical import cave, given_today, medication_after
from adapters.kith.samples.outside import Outside, cover_of
from adapters.kith.samples.payload import notes
from mappings.documents.epj_ekstrakt import Node
from mappings.documents.journalnotat import Notater
from mappings.documents.legemiddel import Legemidler
from mappings.documents.shape import Leaf, made

CASE_FOLDER = "2.16.578.1.12.4.1.6.14"


def epj_ekstrakt(case: Case, **outside: Unpack[Outside]) -> bytes:
    """EPJ-EKSTRAKT: the general practitioner sends the medication list in force, with cave and the reason."""
    told: Outside = {"sender": case.parties.fastlege, **outside}
    at = case.start + timedelta(days=23)
    cover = cover_of(case, "EPJ-EKSTRAKT", "ekstrakt", at, case.parties.sykepleietjeneste, told)
    known, texts, drugs = cave(case), _notes(case), _drugs(case)
    root = _node(
        Leaf(case.message_id("extract")),
        "901.0",
        "Legemidler",
        _node(known.komponent_id, "50001.0", "Cave/allergier"),
        _node(texts.komponent_id, "50301.0", "Andre notater"),
        _node(drugs.komponent_id, "50302.0", "Legemidler"),
    )
    return message(case, cover, root, known, texts, drugs)


def _node(component: Leaf, kind: str, category: str, *inner: Node) -> Node:
    return made(
        Node,
        node=inner,
        basiskomponenttype=Leaf("EPJ sak"),
        komponenttype=Leaf(f"{CASE_FOLDER}.{kind}"),
        informasjonskategori=Leaf(category),
        komponent_id=component,
    )


def _notes(case: Case) -> Notater:
    reason = "Oppdatert legemiddelliste etter kontroll. Dosen vanndrivende er satt ned."
    return made(
        Notater,
        generelt_journalnotat=(notes(case, "note-extract", (9142, "VU", reason)),),
        basiskomponenttype=Leaf("EPJ sak"),
        komponenttype=Leaf(f"{CASE_FOLDER}.50301.0"),
        informasjonskategori=Leaf("Andre notater"),
        komponent_id=Leaf(case.message_id("extract-notes")),
    )


def _drugs(case: Case) -> Legemidler:
    return made(
        Legemidler,
        legemiddelinfo=medication_after(case),
        legemidler_administrert_ved_overforing=(given_today(case, 23),),
        basiskomponenttype=Leaf("EPJ sak"),
        komponenttype=Leaf(f"{CASE_FOLDER}.50302.0"),
        informasjonskategori=Leaf("Legemidler"),
        komponent_id=Leaf(case.message_id("extract-drugs")),
    )
