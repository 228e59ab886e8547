"""The national schemas, where a deployment has them: run beside ours, so that a disagreement is noticed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from mappings.documents.dialects import BY_NAMESPACE

_FILES = {
    ("epikrise", "1.1"): "Epikrise-v1.1.xsd",
    ("epikrise", "1.2"): "Epikrise-v1.2.xsd",
    ("apprec", "1.0"): "AppRec-v1-2004-11-21.xsd",
    ("apprec", "1.1"): "AppRec-v1.1.xsd",
}
MESSAGES = "all-msghead.xsd"
"""A driver that imports the envelope and every payload; the envelope's own schema refuses all content."""


class _Local(etree.Resolver):
    """Imports by file name from one folder, whatever address they give; nothing from the network."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:
        name = (system_url or "").rpartition("/")[2]
        if name.endswith(".dtd"):
            return self.resolve_string("", context)
        path = self._folder / name
        return self.resolve_filename(str(path), context) if path.exists() else None


@lru_cache(maxsize=8)
def national_schema(folder: Path, root_namespace: str) -> etree.XMLSchema | None:
    """The national schema for a root namespace, or None where the folder has none. Not for use from two threads."""
    family, version = BY_NAMESPACE[root_namespace]
    path = folder / _FILES.get((family, version), MESSAGES)
    if not path.is_file():
        return None
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    parser.resolvers.add(_Local(folder))
    return etree.XMLSchema(etree.parse(str(path), parser))
