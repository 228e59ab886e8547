"""Messages dropped in a folder, taken in as if they were posted.

``<folder>/*.xml`` and ``*.zip`` in; out go ``done/`` and ``refused/`` (the file, with its name) and ``receipts/``
(the AppRec, or the outcome as JSON, named after the file). A file is taken when its size and time have stood still
between two looks, so write to another name and rename: names that begin with a dot, and other endings, are left alone.
A crash between the commit and the move takes the file again: the log knows it as a duplicate.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import orjson
import structlog

from hub.contract import Raw
from hub.errors import StoreUnavailableError
from hub.intake import Answer, Intake, Outcome, Unfit
from hub.settings import Settings
from hub.upload import Limits, UploadError, zip_parts

ENDINGS = frozenset({".xml", ".zip"})
DONE, REFUSED, RECEIPTS = "done", "refused", "receipts"
WELL = frozenset({Answer.ACCEPTED, Answer.DUPLICATE})
LONGEST_PAUSE = 30.0

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
        except (StoreUnavailableError, OSError) as error:
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
            if path.suffix.lower() in ENDINGS and not path.name.startswith(".") and path.is_file():
                stat = path.stat()
                found[path] = (stat.st_size, stat.st_mtime_ns)
        return found

    async def take(self, path: Path) -> None:
        """One file: in, answered, moved. Raises when the log is away, with the file where it was."""
        try:
            bodies = self._bodies(path)
        except UploadError as error:
            self._answer(path, ".json", orjson.dumps({"answer": "refused", "detail": str(error)}))
            self._move(path, REFUSED)
            return
        outcomes = [await self.intake.take(Raw(body=body, received=datetime.now(UTC))) for body in bodies]
        for place, outcome in enumerate(outcomes, start=1):
            self._tell(path, outcome, f".{place}" if len(outcomes) > 1 else "")
        well = all(isinstance(outcome, Outcome) and outcome.answer in WELL for outcome in outcomes)
        self._move(path, DONE if well else REFUSED)

    def _bodies(self, path: Path) -> list[bytes]:
        if path.suffix.lower() == ".zip":
            return [part.body for part in zip_parts(path.read_bytes(), self.limits)]
        with path.open("rb") as file:
            return [file.read(self.settings.max_message_bytes + 1)]

    def _tell(self, path: Path, outcome: Outcome | Unfit, place: str) -> None:
        if isinstance(outcome, Outcome) and outcome.receipt is not None:
            self._answer(path, f"{place}.apprec.xml", outcome.receipt)
            return
        told = {"answer": "refused", "reason": outcome.value} if isinstance(outcome, Unfit) else _told(outcome)
        self._answer(path, f"{place}.json", orjson.dumps(told))

    def _answer(self, path: Path, ending: str, content: bytes) -> None:
        target = _free(self.path / RECEIPTS / f"{path.stem}{ending}")
        draft = target.with_name(f".{target.name}")
        draft.write_bytes(content)
        draft.rename(target)

    def _move(self, path: Path, where: str) -> None:
        path.rename(_free(self.path / where / path.name))


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
