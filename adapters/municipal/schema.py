"""The JSON Schema of ``municipal-case/1``, made from the shapes that the adapter reads by (draft 2020-12)."""

from __future__ import annotations

from typing import Any, Final

from adapters.municipal.json_parts import APART
from mappings.documents.municipal_case import MunicipalCase
from mappings.documents.shape import BOOLEAN, DATE, DATETIME, DECIMAL, INTEGER, Part, Simple, Slot, part_type
from mappings.identifiers import H

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Final[dict[str, dict[str, Any]]] = {
    BOOLEAN.name: {"type": "boolean"},
    DATE.name: {"type": "string", "format": "date"},
    DATETIME.name: {"type": "string", "format": "date-time"},
    INTEGER.name: {"type": "integer"},
    DECIMAL.name: {"type": "number"},
}
NOTES: Final = {
    "services": "Alle lister: [] betyr at det ikke er noen (lenger); en liste som mangler, er ikke eksportert.",
    "function": "IPLOS-variabel (kodeverk 9111) og skår 1-5, eller 9 for ikke relevant.",
    "goals": "Svaret på «Hva er viktig for deg?», ordrett.",
    "exportId": "Kjennetegner eksporten i kommunen; samme id med annet innhold settes i karantene.",
}
"""What a reader of the schema should know of members at the root."""


def json_schema() -> dict[str, Any]:
    """The schema; everything that is not required may also be ``null``, and unknown members are allowed."""
    return {
        "$schema": DIALECT,
        "$id": f"{H}/schemas/municipal-case-1",
        "title": "municipal-case/1",
        **_object(MunicipalCase),
    }


def _object(cls: type[Part]) -> dict[str, Any]:
    slots = [slot for slot in cls.shape.slots if slot.field not in APART]
    needed = [slot.name for slot in slots if slot.least and not slot.repeats]
    made: dict[str, Any] = {"type": "object", "properties": {slot.name: _property(cls, slot) for slot in slots}}
    if needed:
        made["required"] = needed
    if cls.shape.name == "CasePatient":
        made["anyOf"] = [{"required": ["nationalId"]}, {"required": ["localId"]}]
    return made


def _property(cls: type[Part], slot: Slot) -> dict[str, Any]:
    inner = part_type(cls, slot)
    if inner is not None:
        value = _object(inner)
    else:
        assert isinstance(slot.type, Simple)  # noqa: S101  a slot is either
        value = _simple(slot.type)
    if slot.repeats:
        value = {"type": "array", "items": value}
    elif not slot.least:
        value = {"anyOf": [value, {"type": "null"}]}
    note = NOTES.get(slot.name) if cls is MunicipalCase else None
    return {"description": note, **value} if note else value


def _simple(kind: Simple) -> dict[str, Any]:
    if kind.union:
        return {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
    if len(kind.values) == 1:
        return {"const": kind.values[0]}
    made = dict(_TYPES.get(kind.name, {"type": "string", "minLength": 1}))
    if kind.values:
        made["enum"] = list(kind.values)
    if kind.pattern:
        made["pattern"] = f"^{kind.pattern}$"
    return made
