"""Messages dropped in a folder, taken in as if they were posted.

``<folder>/*.xml``, ``*.json``, ``*.csv``, ``*.hl7`` and ``*.zip`` in, perhaps with ``<file>.envelope.json`` beside it;
out go ``done/`` and ``refused/`` (the file, with its name) and ``receipts/`` (the AppRec or other receipt, or the
outcome as JSON, named after the file). A file is taken when its size and time have stood still between two looks, so
write to another name and rename (the side-car first): names that begin with a dot, and other endings, are left alone.
A crash between the commit and the move takes the file again: the log knows it as a duplicate.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import orjson
import structlog

from hub.access.ledger import LedgerAwayError
from hub.beside import CONTENT_TYPE, MEDIA_TYPES, SIDE_CAR, file_headers, is_side_car, media_type
from hub.contract import Raw
from hub.errors import ConfigurationError, StoreUnavailableError
from hub.intake import Answer, Intake, Outcome, Unfit
from hub.settings import Settings
from hub.upload import Limits, UploadError, zip_parts

ENDINGS = frozenset({".zip", *MEDIA_TYPES})
DONE, REFUSED, RECEIPTS = "done", "refused", "receipts"
WELL = frozenset({Answer.ACCEPTED, Answer.DUPLICATE})
LONGEST_PAUSE = 30.0
RECEIPT_ENDINGS = {
    "application/xml": ".apprec.xml",
    "application/fhir+json": ".outcome.json",
    "application/hl7-v2": ".ack.hl7",
}

Stamp = tuple[int, int]

log = structlog.get_logger()


async def watch(intake: Intake, settings: Settings, stop: asyncio.Event) -> None:
    """Look at the folder until told to stop; nothing to do where none is set."""
    if settings.folder is None:
        return
    folder = Folder(intake, settings, settings.folder)
    pause = settings.folder_seconds
    while not stop.is_set():
        try:
            await folder.look()
            pause = settings.folder_seconds
        except (StoreUnavailableError, LedgerAwayError, OSError) as error:
            pause = min(pause * 2, LONGEST_PAUSE)
            log.warning("folder waits", error=type(error).__name__, seconds=pause)
        try:
            await asyncio.wait_for(stop.wait(), pause)
        except TimeoutError:
            continue


class Folder:
    """One watched folder and how its files looked the last time."""

    def __init__(self, intake: Intake, settings: Settings, path: Path) -> None:
        self.intake, self.path, self.settings = intake, path, settings
        self.seen: dict[Path, Stamp] = {}
        self.limits = Limits(
            messages=settings.max_upload_messages,
            message_bytes=settings.max_message_bytes,
            total_bytes=settings.max_upload_bytes,
        )
        for name in (DONE, REFUSED, RECEIPTS):
            (path / name).mkdir(parents=True, exist_ok=True)

    async def look(self) -> int:
        """Take in every file that has stood still since the last look; how many that was."""
        now = self._files()
        still = sorted(path for path, stamp in now.items() if self.seen.get(path) == stamp)
        self.seen = now
        for path in still:
            await self.take(path)
            self.seen.pop(path, None)
        return len(still)

    def _files(self) -> dict[Path, Stamp]:
        found = {}
        for path in self.path.iterdir():
            if path.suffix.lower() in ENDINGS and not _is_beside(path.name) and path.is_file():
                stat = path.stat()
                found[path] = (stat.st_size, stat.st_mtime_ns)
        return found

    async def take(self, path: Path) -> None:
        """One file: in, answered, moved. Raises when the log is away, with the file where it was."""
        try:
            raws = [one for raw in self._raws(path) for one in self.intake.parts(raw)]
        except (UploadError, ConfigurationError) as error:
            detail = str(error) if isinstance(error, UploadError) else f"{SIDE_CAR} cannot be read"
            self._answer(path, ".json", orjson.dumps({"answer": "refused", "detail": detail}))
            self._move(path, REFUSED)
            return
        outcomes = [await self.intake.take(raw) for raw in raws]
        for place, outcome in enumerate(outcomes, start=1):
            self._tell(path, outcome, f".{place}" if len(outcomes) > 1 else "")
        well = all(isinstance(outcome, Outcome) and outcome.answer in WELL for outcome in outcomes)
        self._move(path, DONE if well else REFUSED)

    def _raws(self, path: Path) -> list[Raw]:
        now = datetime.now(UTC)
        if path.suffix.lower() == ".zip":
            parts = zip_parts(path.read_bytes(), self.limits)
            told = [(part.body, {CONTENT_TYPE: media_type(part.name), **part.beside}) for part in parts]
            return [Raw(body=body, received=now, headers=said) for body, said in told]
        with path.open("rb") as file:
            body = file.read(self.settings.max_message_bytes + 1)
        return [Raw(body=body, received=now, headers=file_headers(path))]

    def _tell(self, path: Path, outcome: Outcome | Unfit, place: str) -> None:
        if isinstance(outcome, Outcome) and outcome.receipt is not None:
            self._answer(path, f"{place}{RECEIPT_ENDINGS.get(outcome.receipt_type, '.receipt')}", outcome.receipt)
            return
        told = {"answer": "refused", "reason": outcome.value} if isinstance(outcome, Unfit) else _told(outcome)
        self._answer(path, f"{place}.json", orjson.dumps(told))

    def _answer(self, path: Path, ending: str, content: bytes) -> None:
        target = _free(self.path / RECEIPTS / f"{path.stem}{ending}")
        draft = target.with_name(f".{target.name}")
        draft.write_bytes(content)
        draft.rename(target)

    def _move(self, path: Path, where: str) -> None:
        """The file first: what is left of a crash between the two speaks of nothing, and changes no reading."""
        target, side_car = _free(self.path / where / path.name), path.with_name(path.name + SIDE_CAR)
        path.rename(target)
        if side_car.is_file():
            side_car.rename(target.with_name(target.name + SIDE_CAR))


def _is_beside(name: str) -> bool:
    """What is being written, and what only speaks of another file."""
    return name.startswith(".") or is_side_car(name)


def _told(outcome: Outcome) -> dict[str, object]:
    faults = [{"code": f.code, "text": f.text, "path": f.path} for f in outcome.faults]
    first = str(outcome.first) if outcome.first else None
    return {"answer": outcome.answer.value, "id": str(outcome.id), "first": first, "faults": faults}


def _free(path: Path) -> Path:
    """The path, or the first with a number that nobody has taken: nothing is overwritten."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
