"""The dose of a line: the words as sent, and beside them as structure what they surely say.

Every value of the structure remembers the text that it was read from. A text that is not wholly understood, or that
contradicts Bruk, has no structure: nothing is guessed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from mappings.clinical.values import Literal
from mappings.documents.shape import Leaf
from mappings.medication.dosage import Reading, dosages, parse, with_use
from mappings.resources import derived


@lru_cache(maxsize=8192)
def _read(text: str) -> Reading:
    """The same few texts come again and again."""
    return parse(text)


def structured(text: Leaf | None, use: str) -> list[dict[str, Any]]:
    """One Dosage without its text for each amount and timing; none where the text is not wholly understood."""
    if text is None:
        return []
    reading = with_use(_read(str(text)), use or None)
    if not reading.is_full:
        return []
    found = [_remembering(one, text) for one in dosages(reading)]
    return [{name: value for name, value in one.items() if name != "text"} for one in found]


def with_bounds(dose: dict[str, Any], bounds: dict[str, Any] | None) -> dict[str, Any]:
    """The dose in a stated period, which says more than a length that the text gives."""
    if not bounds:
        return dose
    repeat = {**dose.get("timing", {}).get("repeat", {}), "boundsPeriod": bounds}
    return {**dose, "timing": {"repeat": {name: value for name, value in repeat.items() if name != "boundsDuration"}}}


def _remembering(value: Any, text: Leaf) -> Any:
    """The same value, each leaf of which knows where the text stood."""
    if isinstance(value, dict):
        return {name: _remembering(inner, text) for name, inner in value.items()}
    if isinstance(value, list):
        return [_remembering(inner, text) for inner in value]
    if isinstance(value, bool):
        return Literal("true" if value else "false", text.path)
    return derived(value, text) if isinstance(value, str) else Literal(str(value), text.path)
