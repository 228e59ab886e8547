"""The messages as types, each described once, and one of the two doors of ``mappings`` for the hub: dump and load."""

from __future__ import annotations

from mappings.documents.message import Message
from mappings.documents.store import dump, load

__all__ = ["Message", "dump", "load"]
