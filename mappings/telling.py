"""What a party needs to see of a stay before it tells something about it: who takes part, and what was told before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hub.contract import Party
from mappings.checklists import checklists, through_fhir
from mappings.documents.entered import Entered, stored
from mappings.documents.said import Sperring
from mappings.documents.stating import POINT
from mappings.parties import Organisations, parties_of
from mappings.seen import Seen
from mappings.series import Entry


def parties(entries: Iterable[Entry], organisations: Organisations) -> list[dict[str, Any]]:
    """The organisations of a stay's messages, each once: a key for comparing, a name and all of its identifiers."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        for party in parties_of(entry.message):
            if key := organisations.key(party):
                found.setdefault(key, {"key": key, "name": str(party.name), "identifiers": {}})
                found[key]["identifiers"] |= {(str(i.system), str(i.value)): None for i in party.identifiers}
    return [{**found[key], "identifiers": _listed(found[key]["identifiers"])} for key in sorted(found)]


def _listed(identifiers: Mapping[tuple[str, str], None]) -> list[dict[str, str]]:
    return [{"system": system, "value": value} for system, value in sorted(identifiers)]


def told(seen: Seen) -> list[dict[str, Any]]:
    """Every entry in force about a stay, oldest first. What the patient has blocked is nobody's to read here.

    A point of a checklist that was ticked off by changing its Task is told as any other, ``through`` FHIR.
    """
    organisations = seen.at.organisations
    entries = (entry for entry in seen.at.entered if not isinstance(entry.said, Sperring))
    found = [_told(entry, entry.head.type, stored(entry.said), organisations) for entry in entries]
    for entry, values in through_fhir(checklists(seen.at, seen.setting).points):
        found.append({**_told(entry, POINT, values, organisations), "through": "fhir"})
    return sorted(found, key=lambda one: (one["told"].timestamp(), one["id"]))


def _told(entry: Entered, kind: str, values: dict[str, Any], organisations: Organisations) -> dict[str, Any]:
    return {
        "id": entry.head.message_id,
        "kind": kind,
        "told": entry.head.generated,
        "by": _by(entry.head.sender, organisations),
        "author": str(entry.author),
        "about": entry.about,
        "values": values,
    }


def _by(party: Party, organisations: Organisations) -> dict[str, str]:
    return {"key": organisations.key(party), "name": str(party.name)}
