"""Whether a resource that a caller sends is FHIR R4, in the words of an OperationOutcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hub import doors
from hub.contract import Resource
from hub.gateway.outcome import Trouble


def troubles(resource: Resource, known_as: Mapping[str, str], path: str = "") -> Iterator[Trouble]:
    """What R4 does not allow, by FHIRPath from ``path``. ``known_as``: the types behind each ``urn:uuid``."""
    for fault in doors.troubles(resource, known_as, path):
        yield Trouble(fault.code, fault.path, fault.text)
