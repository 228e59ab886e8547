"""Messages and entries as types; for the hub one of the two doors of ``mappings``: dump, load, lineage, entry."""

from __future__ import annotations

from mappings.documents.entered import Entered, entry
from mappings.documents.explaining import Element, explained
from mappings.documents.lineage import Coverage, Origin, coverage, origins
from mappings.documents.listed import Listed, as_message
from mappings.documents.medication_list import MedicationDocument
from mappings.documents.message import Message
from mappings.documents.plan_rules import among
from mappings.documents.r4 import troubles
from mappings.documents.stating import faults, history, references, subject_of
from mappings.documents.store import dump, load

__all__ = [
    "Coverage",
    "Element",
    "Entered",
    "Listed",
    "MedicationDocument",
    "Message",
    "Origin",
    "among",
    "as_message",
    "coverage",
    "dump",
    "entry",
    "explained",
    "faults",
    "history",
    "load",
    "origins",
    "references",
    "subject_of",
    "troubles",
]
