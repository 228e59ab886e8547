"""Warnings: infection, cave, needs in communication, special considerations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hub.contract import Resource
from mappings import tables
from mappings.clinical.chart import Chart, component_key
from mappings.clinical.codes import FLAGGED, FLAGS, flag_code, hl7
from mappings.clinical.people import Contained
from mappings.clinical.values import is_true, merknad, said, span, stamp
from mappings.documents.journalnotat import GenereltJournalnotat, Journaltekst
from mappings.documents.plo_stay import AssistertKommunikasjon
from mappings.documents.shape import Leaf
from mappings.moments import day_of
from mappings.norwegian_time import instant_or_date
from mappings.resources import coding, concept, extension, without_empty

SAFETY: Final = hl7("flag-category", "safety", "Safety")
CAVE: Final = "Cave/allergier"
INFECTION: Final = "9143"
ANAPHYLAXIS: Final = "5"


def flag(
    chart: Chart,
    key: str,
    kind: str,
    *,
    text: Leaf | None = None,
    code: dict[str, Any] | None = None,
    notes: list[dict[str, Any]] | None = None,
    **more: Any,
) -> Resource:
    """A warning of a kind of ours: what it says is its code's text. R4 Flags have no notes, so they are extensions."""
    own = {"coding": [coding(FLAGS, kind, FLAGGED[kind])]}
    remark = [extension("merknad", valueString=note["text"]) for note in notes or []]
    words = said(text)
    return chart.made(
        "Flag",
        key,
        **{
            "status": "active",
            "category": [SAFETY, own],
            "code": without_empty({**(code or own), "text": words or (code or {}).get("text")}),
            **chart.about(),
            **more,
            "extension": [*remark, *more.get("extension", ())],
        },
    )


def note_flags(chart: Chart, key: str, of: GenereltJournalnotat) -> Iterator[Resource]:
    """All notes of the category cave/allergies; those under a heading for infection are read wherever they stand."""
    if of.informasjonskategori != CAVE:
        return
    for number, note in enumerate(of.journaltekst, start=1):
        if not _is_infection(note):
            yield _note_flag(chart, f"{component_key(of.komponent_id, key)}#{number}", note)


def infection(chart: Chart, key: str, of: Journaltekst) -> Iterator[Resource]:
    """A note under a heading for infection, wherever it stands; the others are only remembered."""
    chart.notes.append(of)
    if _is_infection(of):
        yield _note_flag(chart, key, of)


def _note_flag(chart: Chart, key: str, note: Journaltekst) -> Resource:
    heading = note.overskriftskode
    kind = "smitte" if _is_infection(note) and heading and heading.v != ANAPHYLAXIS else "cave"
    remarks = [{"text": text}] if (text := said(note.merknad)) else []
    return flag(chart, key, kind, code=concept(heading) or None, text=note.notat, notes=remarks)


def _is_infection(note: Journaltekst) -> bool:
    heading = note.overskriftskode
    return bool(heading and heading.s and tables.list_number(heading.s) == INFECTION)


def communication_needs(chart: Chart, key: str, of: AssistertKommunikasjon) -> Iterator[Resource]:
    """Impaired hearing, impaired sight, an interpreter: one warning for each; only what is said to be so."""
    language = concept(of.behov_tolk_sprak, 3303)
    needs: list[tuple[str, Leaf | None]] = []
    needs += [("horselsvikt", of.horselsvikt)] if is_true(of.horselsvikt) else []
    needs += [("synsvikt", of.synsvikt)] if is_true(of.synsvikt) else []
    needs += [("tolkebehov", None)] if language or of.preferert_tolk or of.person_tolkebehov else []
    for kind, leaf in needs or [("assistert-kommunikasjon", None)]:
        yield _need(chart, f"{key}#{kind}", of, kind, leaf)


def _need(chart: Chart, key: str, of: AssistertKommunikasjon, kind: str, leaf: Leaf | None) -> Resource:
    people = Contained(chart)
    more = merknad(of.merknad)
    if kind == "tolkebehov":
        language = concept(of.behov_tolk_sprak, 3303)
        more += [extension("sprak", valueCodeableConcept=language)] if language else []
        for name, person in (("preferert-tolk", of.preferert_tolk), ("person-tolkebehov", of.person_tolkebehov)):
            if who := people.person(person):
                more.append(extension(name, valueReference=who))
    return flag(
        chart,
        key,
        kind,
        code=flag_code(kind, leaf or ""),
        status="inactive" if _is_over(chart, of) else "active",
        extension=more,
        contained=people.resources,
        period=span(None, stamp(of.behov_opphort_dato)),
    )


def _is_over(chart: Chart, of: AssistertKommunikasjon) -> bool:
    """Whether the need had ended when the message was written."""
    leaf = of.behov_opphort_dato.v if of.behov_opphort_dato else None
    ended = instant_or_date(leaf) if leaf else None
    return ended is not None and day_of(ended) < day_of(chart.message.head.generated)
