"""A document that a record system sends (Composition): one of the municipality's own, section by section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from hub.contract import Resource
from mappings import narrative
from mappings.clinical.values import date_time, said
from mappings.documents.municipal_fhir import FhirComposition, FhirSection
from mappings.identifiers import H
from mappings.municipal.fhir_values import concept, identifiers
from mappings.municipal.setting import Setting
from mappings.municipal.stated import Statement
from mappings.narrative.xhtml import sanitised
from mappings.resources import coding, derived, moment, reference

SECTIONS: Final = f"{H}/CodeSystem/document-section"
OTHER: Final = "annet"
"""The heading of a section whose kind nobody has told."""
UNTITLED: Final = "Dokument fra kommunen"
DOCUMENT_STATUS: Final = ("preliminary", "final", "amended", "entered-in-error")


def document(of: Statement, told: FhirComposition, setting: Setting, tellers: Sequence[Statement]) -> Resource:
    """A document of the municipality's own, section by section, beside the one that shows the whole export."""
    status, kind = str(told.status or ""), concept(told.type) or {"text": UNTITLED}
    return setting.made(
        "Composition",
        of.key,
        tellers,
        identifier=next(iter(identifiers((told.identifier,) if told.identifier else ())), None),
        status=told.status if status in DOCUMENT_STATUS else derived("final", told.status or ""),
        type=kind,
        category=[concept(one) for one in told.category],
        subject=reference(setting.making.patient),
        date=date_time(told.date) or moment(of.entry.message.head.generated),
        author=[{"display": by.display} for by in told.author if by.display] or [setting.municipality(of)],
        title=said(told.title) or UNTITLED,
        custodian=setting.municipality(of),
        section=[_section(one) for one in told.section] or [_section(FhirSection(title=None, code=None, text=None))],
    )


def _section(of: FhirSection) -> dict[str, Any]:
    """Its words with harmless formatting; the heading that every document has beside its own."""
    words = sanitised(str(of.text.div)) if of.text and of.text.div else ""
    text = narrative.div(words if words else f"<p>{narrative.title_of(OTHER)}</p>")
    own, ours = concept(of.code), coding(SECTIONS, OTHER, narrative.title_of(OTHER))
    return {
        "title": said(of.title) or narrative.title_of(OTHER),
        "code": {**own, "coding": [*own.get("coding", ()), ours]},
        "text": {"status": "additional", "div": str(text)},
    }
