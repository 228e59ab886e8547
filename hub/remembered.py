"""Documents that a worker has read back from the log before, so that only what is new is fetched, parsed and mapped.

A document that stays carries what the mapping made of it (``mappings.remembering``). It counts by its row and by the
stamp of what is stored, which a replay changes; nothing here is the truth about anything.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from uuid import UUID

from hub.contract import Document

MOST_BYTES = 16 * 1024 * 1024
"""Of messages as stored; in memory, with all that is made of them, some fifteen times that."""
LARGEST = MOST_BYTES // 64


class Remembered:
    """The documents used last, up to a size. Safe to share between threads."""

    def __init__(self, most_bytes: int = MOST_BYTES, largest: int = LARGEST) -> None:
        self._most, self._largest = most_bytes, largest
        self._held: OrderedDict[UUID, tuple[str, Document, int]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def recall(self, row: UUID, stamp: str) -> Document | None:
        """The document, if it is here and what is stored has not been replaced since."""
        with self._lock:
            found = self._held.get(row)
            if found is None or found[0] != stamp:
                return None
            self._held.move_to_end(row)
            return found[1]

    def keep(self, row: UUID, stamp: str, document: Document, size: int) -> None:
        """Keep a document of that size; very large ones are not worth the room."""
        if size > self._largest:
            return
        with self._lock:
            self._drop(row)
            self._held[row] = stamp, document, size
            self._size += size
            while self._size > self._most:
                self._drop(next(iter(self._held)))

    def _drop(self, row: UUID) -> None:
        found = self._held.pop(row, None)
        self._size -= found[2] if found else 0
