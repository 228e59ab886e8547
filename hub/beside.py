"""What a payload does not say of itself, told beside it: whose list it is, what kind, from when, for whom.

Over HTTP it stands in headers, for a file in ``<file>.envelope.json`` beside it. Kept with the message, so that it is
read the same when it is read again; values are never logged, since the patient may be one of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any, Final

from hub.errors import ConfigurationError

SIDE_CAR: Final = ".envelope.json"
PATIENT: Final = "heimveg-patient"
HEADERS: Final = {
    "sourceSystem": "heimveg-source-system",
    "sourceOrg": "heimveg-source-org",
    "receivers": "heimveg-receivers",
    "listType": "heimveg-list-type",
    "listTime": "heimveg-list-time",
    "completeness": "heimveg-completeness",
    "patient": PATIENT,
    "municipality": "heimveg-municipality",
    "exportId": "heimveg-export-id",
    "exportTime": "heimveg-export-time",
}
"""The words of a side-car, and the header that each is."""
MEDIA_TYPES: Final = {
    ".xml": "application/xml",
    ".json": "application/json",
    ".csv": "text/csv",
    ".hl7": "application/hl7-v2",
}
"""What a file of this ending is sent as."""
CONTENT_TYPE: Final = "content-type"
LONGEST: Final = 256


def is_side_car(name: str) -> bool:
    """Whether a file only speaks of another one."""
    return name.endswith(SIDE_CAR)


def media_type(name: str) -> str:
    """The media type of a file by its ending; "" for an ending that tells nothing."""
    return MEDIA_TYPES.get(PurePath(name).suffix.lower(), "")


def headers(side_car: bytes) -> dict[str, str]:
    """A side-car as headers. Raises ``ValueError`` that names what is wrong, never a value."""
    try:
        said = json.loads(side_car)
    except ValueError:
        raise ValueError("no JSON") from None
    if not isinstance(said, dict) or set(said) - set(HEADERS):
        raise ValueError(f"write an object with any of {', '.join(HEADERS)}, and nothing else")
    told = {HEADERS[name]: _text(value) for name, value in said.items()}
    if long := next((name for name, value in told.items() if len(value) > LONGEST or not value.isprintable()), None):
        raise ValueError(f"{long}: at most {LONGEST} signs of plain text")
    return told


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value.get('system', '')}|{value.get('value', '')}"
    return ", ".join(map(_text, value)) if isinstance(value, list) else str(value)


def file_headers(path: Path) -> dict[str, str]:
    """What is known of a file beside its bytes: its media type, and the side-car where there is one."""
    side_car = path.with_name(path.name + SIDE_CAR)
    kind = media_type(path.name)
    known = {CONTENT_TYPE: kind} if kind else {}
    if not side_car.is_file():
        return known
    try:
        return {**known, **headers(side_car.read_bytes())}
    except ValueError as error:
        raise ConfigurationError(f"{side_car}: {error}") from None


def envelope(said: Mapping[str, str]) -> list[str]:
    """What the headers say of the payload, in a fixed order; the same payload under another envelope is another one."""
    names = sorted({*HEADERS.values()} & said.keys())
    return [f"{name}={said[name]}" for name in names]
