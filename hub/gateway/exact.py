"""JSON that passes through unchanged: a decimal keeps its digits (FHIR R4 2.24.0.1: 72.50 is not 72.5)."""

from __future__ import annotations

import json
from typing import Any

import orjson


class Decimal:
    """A number with a point or an exponent, as it was written."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def loads(data: bytes) -> Any:
    """JSON with every decimal kept as its text."""
    return json.loads(data, parse_float=Decimal)


def dumps(value: Any) -> bytes:
    """The same as it came."""
    return orjson.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(value.text)
    raise TypeError(type(value).__name__)
