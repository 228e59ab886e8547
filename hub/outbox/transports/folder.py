"""A folder that somebody else empties: each message a file of its own, there whole or not at all."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from hub.beside import MEDIA_TYPES
from hub.errors import ConfigurationError, RetriableError
from hub.outbox.transport import Parcel, Transport
from hub.settings import Settings

ENDINGS = {kind: ending for ending, kind in MEDIA_TYPES.items()}


def open_transport(settings: Settings) -> Transport:
    """``HEIMVEG_TRANSPORT_FOLDER`` names it."""
    if settings.transport_folder is None:
        raise ConfigurationError("HEIMVEG_TRANSPORT=folder: set HEIMVEG_TRANSPORT_FOLDER to the folder")
    return FolderTransport(settings.transport_folder)


@dataclass(slots=True)
class FolderTransport:
    """The file's name is the MsgId, so that the same message again is the same file again."""

    folder: Path
    name: str = "folder"

    async def send(self, parcel: Parcel) -> bytes | None:
        """On disk, and its name too, when this returns."""
        ending = ENDINGS.get(parcel.content_type, ".xml")
        try:
            await asyncio.to_thread(_placed, self.folder / f"{parcel.message_id}{ending}", parcel.body)
        except OSError as error:
            raise RetriableError(f"The folder cannot be written ({os.strerror(error.errno or 0)})") from None
        return None

    async def close(self) -> None:
        """Nothing is held open."""


def _placed(target: Path, body: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with draft.open("wb") as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
