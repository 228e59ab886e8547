"""A Bundle as a small world: its resources with their paths, and what a reference in it points to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


class Bundled:
    """A Bundle and an index of what stands in it."""

    def __init__(self, whole: Json) -> None:
        self.whole = whole
        self._entries: list[tuple[str, Json]] = []
        self._by_reference: dict[str, Json] = {}
        self._paths: dict[int, str] = {}
        for place, entry in enumerate(whole.get("entry") or []):
            resource = entry.get("resource") if isinstance(entry, dict) else None
            if isinstance(resource, dict):
                path = f"Bundle.entry[{place}].resource"
                self._entries.append((path, resource))
                self._paths[id(resource)] = path
                self._index(str(entry.get("fullUrl") or ""), resource)

    def _index(self, url: str, resource: Json) -> None:
        if url:
            self._by_reference[url] = resource
        if resource.get("id"):
            self._by_reference[f"{resource.get('resourceType')}/{resource['id']}"] = resource

    def resources(self, *types: str) -> Iterator[tuple[str, Json]]:
        """Resources of these types with their paths, in order; of all types when none is named."""
        for path, resource in self._entries:
            if not types or resource.get("resourceType") in types:
                yield path, resource

    def types(self) -> dict[str, str]:
        """The type of each resource by its full URL, and by every other way to refer to it."""
        return {to: str(resource.get("resourceType", "")) for to, resource in self._by_reference.items()}

    def find(self, reference: str, within: Json | None = None) -> Json | None:
        """What a reference points to: contained in ``within``, or in the Bundle by full URL or type and id."""
        if reference.startswith("#"):
            contained = (within or {}).get("contained") or []
            return next((r for r in contained if r.get("id") == reference[1:]), None)
        found = self._by_reference.get(reference)
        return found or self._by_reference.get("/".join(reference.split("/_history")[0].rsplit("/", 2)[-2:]))

    def path_of(self, reference: str) -> str:
        """Where that stands which a reference points to, or ""."""
        found = self.find(reference) if reference else None
        return self._paths.get(id(found), "") if found else ""

    def key_of(self, reference: Json) -> str:
        """What tells one subject from another."""
        identifier = reference.get("identifier") or {}
        found = self.find(str(reference.get("reference") or ""))
        named = f"{identifier.get('system', '')}|{identifier.get('value', '')}".strip("|")
        return str(id(found)) if found else named or str(reference.get("reference") or "")


def coded(concept: Json | None, *systems: str) -> str:
    """The code of a concept in one of these systems, or ""."""
    codings = (concept or {}).get("coding") or []
    return next((str(c.get("code", "")) for c in codings if c.get("system") in systems), "")


def words(concept: Json | None) -> str:
    """What a concept says to people: its text, else the first display, else the first code."""
    if not concept:
        return ""
    codings = concept.get("coding") or []
    told = [concept.get("text"), *(c.get("display") for c in codings), *(c.get("code") for c in codings)]
    return next((str(text).strip() for text in told if text), "")


def extensions(resource: Json, ending: str) -> list[Json]:
    """Every extension whose URL ends so."""
    return [e for e in resource.get("extension") or [] if str(e.get("url", "")).rsplit("/", 1)[-1] == ending]


def extension(resource: Json, ending: str) -> Json:
    """The first of them, or an empty one."""
    return next(iter(extensions(resource, ending)), {})


def value_of(extension: Json) -> Any:
    """The value of an extension, whatever its type."""
    return next((value for key, value in extension.items() if key.startswith("value")), None)
