"""From the stored messages of a person to their projection, whatever one of them does to the mapping. Pure.

A message that cannot be read back or mapped must not keep the others from the FHIR server: it is left out, with the
reason, and parked for a person to look at.
"""

from __future__ import annotations

import contextlib
import traceback
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from hub.contract import Course, Document, Ids, Projection
from hub.person import Effective
from hub.remembered import Remembered

Load = Callable[[bytes, bytes], Document]
"""The door ``mappings.documents.load``."""

NOTHING = Projection(resources=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The projection, and the rows of the messages that it had to do without."""

    projection: Projection
    left_out: Mapping[UUID, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """The two doors, the deployment's ids, and the documents that were read before."""

    load: Load
    course: Course
    ids: Ids
    remembered: Remembered = field(default_factory=Remembered)

    def make(self, messages: Sequence[Effective], now: datetime) -> Made:
        """The projection of all of these that can be read and mapped."""
        left_out: dict[UUID, str] = {}
        documents: dict[UUID, Document] = {}
        for message in messages:
            try:
                documents[message.row] = self._read(message)
            except Exception as error:  # noqa: BLE001  stored by another version of the code; told in the attempt
                left_out[message.row] = f"The stored document cannot be read: {reason(error)}"
        try:
            projection = self.course(list(documents.values()), now, ids=self.ids)
        except Exception:  # noqa: BLE001  one of them breaks the mapping; which one is found out below
            projection = self._without_culprits(documents, now, left_out)
        return Made(projection=projection, left_out=left_out)

    def readable(self, messages: Iterable[Effective]) -> dict[UUID, Document]:
        """Those of the stored documents that can be read back, by row and in order."""
        documents = {}
        for message in messages:
            with contextlib.suppress(Exception):  # the projection parks it and tells why
                documents[message.row] = self._read(message)
        return documents

    def _read(self, message: Effective) -> Document:
        if message.document is not None:
            return message.document
        original = zlib.decompress(message.original) if message.original is not None else b""
        dumped = zlib.decompress(message.dumped)
        document = self.load(dumped, original)
        self.remembered.keep(message.row, message.stamp, document, len(original) + len(dumped))
        return document

    def _without_culprits(
        self, documents: Mapping[UUID, Document], now: datetime, left_out: dict[UUID, str]
    ) -> Projection:
        """Add one document at a time, oldest first, and keep out whatever breaks the mapping."""
        kept: list[Document] = []
        projection = NOTHING
        for row, document in sorted(documents.items(), key=lambda item: _age(item[1])):
            try:
                projection = self.course([*kept, document], now, ids=self.ids)
            except Exception as error:  # noqa: BLE001  told in the attempt
                left_out[row] = f"The mapping failed: {reason(error)}. Report it; replay after an update"
            else:
                kept.append(document)
        return projection


def _age(document: Document) -> tuple[str, str]:
    return document.head.generated.isoformat(), document.head.message_id


def reason(error: BaseException) -> str:
    """An error by its type and place: its text could quote a message."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
