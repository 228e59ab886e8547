"""Several messages in one upload: multipart parts and zip entries, within limits. Names are never kept."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from hub.beside import SIDE_CAR, headers, is_side_car

ZIP_TYPES = frozenset({"application/zip", "application/x-zip-compressed"})
ZIP_START = b"PK\x03\x04"
CHUNK = 64 * 1024


class UploadError(ValueError):
    """The upload as a whole cannot be read; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one upload may bring. A larger message is cut one byte past its limit, and so refused by the intake."""

    messages: int
    message_bytes: int
    total_bytes: int

    def less(self, taken: list[Part]) -> Limits:
        """What is left after these parts."""
        used = sum(len(part.body) for part in taken)
        return replace(self, messages=self.messages - len(taken), total_bytes=self.total_bytes - used)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of an upload: its place, the name the client gave it, and the bytes."""

    name: str
    body: bytes
    content_type: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)
    """What its side-car says, as headers."""


def zip_parts(body: bytes, limits: Limits) -> list[Part]:
    """The files in a zip. Sizes are what is really unpacked, not what the archive claims (zip bombs)."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return with_side_cars(_entries(archive, limits))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        # RuntimeError: encrypted; NotImplementedError: unknown compression
        raise UploadError(f"zip: {type(error).__name__}") from error


def _entries(archive: zipfile.ZipFile, limits: Limits) -> Iterator[Part]:
    files = [entry for entry in archive.infolist() if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")]
    if len(files) > limits.messages:
        raise UploadError(f"zip: {len(files)} > {limits.messages}")
    left = limits.total_bytes
    for entry in files:
        with archive.open(entry) as file:
            content = file.read(min(limits.message_bytes, left) + 1)
        left -= len(content)
        if left < 0:
            raise UploadError(f"zip: > {limits.total_bytes} byte")
        yield Part(name=entry.filename, body=content)


def with_side_cars(parts: Iterable[Part]) -> list[Part]:
    """The messages, each with what its side-car says; a side-car of nothing is a mistake."""
    held = list(parts)
    said = {part.name.removesuffix(SIDE_CAR): part for part in held if is_side_car(part.name)}
    if alone := [name for name in said if name not in {part.name for part in held}]:
        raise UploadError(f"{SIDE_CAR}: {len(alone)} without a file")
    try:
        told = {name: headers(part.body) for name, part in said.items()}
    except ValueError as error:
        raise UploadError(f"{SIDE_CAR}: {error}") from None
    return [replace(part, beside=told.get(part.name, part.beside)) for part in held if not is_side_car(part.name)]


async def multipart_parts(body: bytes, content_type: str, limits: Limits) -> list[Part]:
    """The parts of ``multipart/form-data``; a part that is a zip gives its files."""

    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, len(body), CHUNK):
            yield body[start : start + CHUNK]

    headers = Headers({"content-type": content_type})
    parser = MultiPartParser(
        headers,
        stream(),  # type: ignore[arg-type]  # any asynchronous iterator will do
        max_files=limits.messages,
        max_fields=limits.messages,
        max_part_size=limits.message_bytes + 1,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        detail = error.message if isinstance(error, MultiPartException) else "boundary"
        raise UploadError(f"multipart: {detail}") from error
    try:
        found: list[Part] = []
        for _, value in form.multi_items():
            found += await _parts(value, limits.less(found))
        return with_side_cars(found)
    finally:
        await form.close()


async def _parts(value: UploadFile | str, limits: Limits) -> list[Part]:
    if isinstance(value, str):
        # A plain field has been decoded to text on the way, so its bytes are no longer what the sender sent.
        raise UploadError("multipart: filename")
    content = await value.read()
    if (value.content_type or "") in ZIP_TYPES or content.startswith(ZIP_START):
        return zip_parts(content, limits)
    return [Part(name=value.filename or "", body=content, content_type=value.content_type or "")]
