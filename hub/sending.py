"""Post messages from files to a hub, as ``heimveg send`` does: one at a time, each with its answer."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.errors import ConfigurationError, RetriableError

ENDINGS = (".xml", ".zip")
JSON = "application/json"
SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One message to send, and where it was found."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the hub said to one message."""

    name: str
    status: int
    answer: dict[str, Any]

    @property
    def well(self) -> bool:
        """Accepted now or before."""
        return self.status == 200

    @property
    def line(self) -> str:
        """File, answer, AppRec status, and each error with its place."""
        kind = self.answer.get("answer") or self.answer.get("title") or "refused"
        told = [f"{self.name}: {kind}", f"type {self.answer.get('type')}" if "answer" in self.answer else ""]
        told.append(f"AppRec {apprec}" if (apprec := self._apprec) else "no AppRec")
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
    def _apprec(self) -> str:
        if "receipt" not in self.answer:
            return ""
        return "1 OK" if self.answer.get("answer") == "accepted" else "2 Avvist"


def items(paths: Iterable[Path]) -> Iterator[Item]:
    """Every ``.xml`` in the files, folders and zips named, in order of name."""
    for path in paths:
        if path.is_dir():
            yield from items(sorted(p for p in path.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file()))
        elif not path.is_file():
            raise ConfigurationError(f"{path}: no such file or folder")
        elif path.suffix.lower() == ".zip":
            yield from _unzipped(path)
        else:
            yield Item(name=str(path), body=path.read_bytes())


def _unzipped(path: Path) -> Iterator[Item]:
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    yield Item(name=f"{path}/{entry.filename}", body=archive.read(entry))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise ConfigurationError(f"{path}: cannot be read as a zip without password ({type(error).__name__})") from None


def send(item: Item, url: str) -> Answered:
    """Post one message; whatever the hub answers is a value."""
    request = urllib.request.Request(  # noqa: S310  the operator names the hub
        f"{url.rstrip('/')}/messages",
        data=item.body,
        headers={"Content-Type": "application/xml", "Accept": JSON},
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
