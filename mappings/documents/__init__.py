"""The messages as types, each described once; for the hub one of the two doors of ``mappings``: dump, load, lineage."""

from __future__ import annotations

from mappings.documents.explaining import Element, explained
from mappings.documents.lineage import Coverage, Origin, coverage, origins
from mappings.documents.message import Message
from mappings.documents.store import dump, load

__all__ = ["Coverage", "Element", "Message", "Origin", "coverage", "dump", "explained", "load", "origins"]
