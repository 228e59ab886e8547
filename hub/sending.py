"""Post messages from files to a hub, as ``heimveg send`` does: one at a time, each with its answer."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.beside import CONTENT_TYPE, MEDIA_TYPES, is_side_car, media_type
from hub.errors import ConfigurationError, RetriableError
from hub.reading import deliveries
from hub.upload import Part, UploadError, with_side_cars

ENDINGS = (*MEDIA_TYPES, ".zip")
JSON, XML = "application/json", "application/xml"
SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One message to send, and where it was found."""

    name: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    """What is known beside the bytes: the media type, and what the side-car says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the hub said to one message."""

    name: str
    status: int
    answer: dict[str, Any]

    @property
    def well(self) -> bool:
        """Accepted now or before."""
        return self.status == 200 and all(one.well for one in self._several)

    @property
    def line(self) -> str:
        """File, answer, AppRec status, and each error with its place."""
        if several := self._several:
            return "\n".join(one.line for one in several)
        kind = self.answer.get("answer") or self.answer.get("title") or "refused"
        told = [f"{self.name}: {kind}", f"type {self.answer.get('type')}" if "answer" in self.answer else ""]
        told.append(self._receipt)
        lines = [", ".join(part for part in told if part)]
        for fault in self.answer.get("faults") or []:
            place = f" ({fault['path']})" if fault.get("path") else ""
            lines.append(f"    {fault['code']}: {fault['text']}{place}")
        for issue in self.answer.get("issues") or []:
            lines.append(f"    note {issue['code']}: {issue['text']}")
        if not self.well and not self.answer.get("faults") and self.answer.get("advice"):
            lines.append(f"    {self.answer['advice']}")
        return "\n".join(lines)

    @property
    def _several(self) -> list[Answered]:
        """The answers where one file held several messages."""
        found = self.answer.get("items") or []
        return [
            Answered(name=f"{self.name}#{one.get('item')}", status=int(one.get("status", 0)), answer=one)
            for one in found
        ]

    @property
    def _receipt(self) -> str:
        if "receipt" not in self.answer:
            return "no AppRec"
        well = self.answer.get("answer") == "accepted"
        if str(self.answer["receipt"]).lstrip().startswith("<"):
            return f"AppRec {'1 OK' if well else '2 Avvist'}"
        return f"{'positive' if well else 'negative'} receipt"


def items(paths: Iterable[Path]) -> Iterator[Item]:
    """Every message in the files, folders and zips named, in order of name."""
    for path in paths:
        if path.is_dir():
            found = (p for p in path.rglob("*") if p.suffix.lower() in ENDINGS and not is_side_car(p.name))
            yield from items(sorted(p for p in found if p.is_file()))
        elif not path.is_file():
            raise ConfigurationError(f"{path}: no such file or folder")
        elif path.suffix.lower() == ".zip":
            yield from _unzipped(path)
        else:
            yield from _messages(path)


def _messages(path: Path) -> Iterator[Item]:
    """The messages of a file: a register file is sent person by person, since no request could hold it."""
    for place, raw in enumerate(deliveries(path, datetime.now(UTC)), start=1):
        yield Item(name=f"{path}#{place}" if place > 1 else str(path), body=raw.body, headers=raw.headers)


def _unzipped(path: Path) -> Iterator[Item]:
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            files = [entry for entry in archive.infolist() if not entry.is_dir()]
            for part in with_side_cars(Part(name=e.filename, body=archive.read(e)) for e in files):
                said = {CONTENT_TYPE: media_type(part.name), **part.beside}
                yield Item(name=f"{path}/{part.name}", body=part.body, headers=said)
    except UploadError as error:
        raise ConfigurationError(f"{path}: {error}") from None
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise ConfigurationError(f"{path}: cannot be read as a zip without password ({type(error).__name__})") from None


def send(item: Item, url: str) -> Answered:
    """Post one message; whatever the hub answers is a value."""
    request = urllib.request.Request(  # noqa: S310  the operator names the hub
        f"{url.rstrip('/')}/messages",
        data=item.body,
        headers={**item.headers, CONTENT_TYPE: item.headers.get(CONTENT_TYPE) or XML, "Accept": JSON},
        method="POST",
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy must not see patients
    try:
        with opener.open(request, timeout=SECONDS) as response:
            return Answered(name=item.name, status=response.status, answer=_parsed(response.read()))
    except urllib.error.HTTPError as error:
        return Answered(name=item.name, status=error.code, answer=_parsed(error.read()))
    except (urllib.error.URLError, OSError) as error:
        reason = type(getattr(error, "reason", error)).__name__
        raise RetriableError(
            f"The hub at {url} cannot be reached ({reason}). Start it with `heimveg up --detach`, or give --url."
        ) from None


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
