"""HL7 v2 over MLLP, taken in as if it were posted: the same log, and an answer only when the message is safe in it.

A frame is ``<VT> message <FS><CR>`` (HL7 v2.5, appendix C; MLLP release 1). One connection carries any number of
messages, each answered before the next is read. A frame that breaks off is no message: nothing is stored and nothing
answered, so its sender sends it again. MLLP has no login: the listener stands on this machine alone unless callers show
a certificate.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, cast

import structlog

from hub.beside import CONTENT_TYPE, headers
from hub.contract import Raw
from hub.errors import ConfigurationError, StoreUnavailableError
from hub.intake import Answer, Intake, Outcome, Unfit
from hub.settings import Settings, is_loopback

START, END = b"\x0b", b"\x1c\r"
MEDIA_TYPE: Final = "application/hl7-v2"
FRAME_SECONDS: Final = 60.0
"""A frame that has begun is whole within this time, or the connection is closed."""
STOP_SECONDS: Final = 10.0
LINGER_SECONDS: Final = 2.0
MOST_CONNECTIONS: Final = 64
BETWEEN: Final = b"\r\n \t"
"""What senders write between frames and means nothing."""

log = structlog.get_logger()


class BrokenFrameError(Exception):
    """What came is no frame: the connection has lost its place."""


class TooLargeError(Exception):
    """A frame is longer than any message may be; ``start`` is how it begins."""

    def __init__(self, start: bytes) -> None:
        super().__init__()
        self.start = start


async def frame(reader: asyncio.StreamReader, limit: int) -> bytes | None:
    """The next message of a connection; None at its end. ``reader`` must hold ``limit`` bytes and a frame's marks."""
    try:
        first = await reader.readexactly(1)
        while first in BETWEEN:
            first = await reader.readexactly(1)
    except asyncio.IncompleteReadError:
        return None
    if first != START:
        raise BrokenFrameError
    try:
        async with asyncio.timeout(FRAME_SECONDS):
            found = await reader.readuntil(END)
    except asyncio.LimitOverrunError as error:
        raise TooLargeError(await reader.readexactly(min(error.consumed, limit, 4096))) from None
    except (asyncio.IncompleteReadError, TimeoutError):
        raise BrokenFrameError from None
    if len(found) - len(END) > limit:
        raise TooLargeError(found[:4096])
    return found[: -len(END)]


@dataclass(slots=True, kw_only=True)
class Listener:
    """The connections of one listener. ``beside`` is the envelope of everything that comes this way."""

    intake: Intake
    beside: dict[str, str]
    _open: set[asyncio.Task[None]] = field(default_factory=set)
    _waiting: set[asyncio.Task[None]] = field(default_factory=set)
    _stopping: bool = False

    async def stop(self) -> None:
        """Who waits for a message is let go at once; a message that is being taken in is answered first."""
        self._stopping = True
        for task in self._waiting:
            task.cancel()
        if self._open:
            _, late = await asyncio.wait({*self._open}, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until its end or until it loses its place."""
        task = cast("asyncio.Task[None]", asyncio.current_task())
        if len(self._open) >= MOST_CONNECTIONS:
            log.warning("mllp connection refused", open=len(self._open))
            writer.close()
            return
        self._open.add(task)
        try:
            await self._messages(reader, writer)
        except (ConnectionError, ssl.SSLError):
            log.info("mllp connection lost")
        except BrokenFrameError:
            log.warning("mllp frame broken off; nothing of it was taken in")
            await _linger(reader, writer)
        finally:
            self._open.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async def _messages(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not self._stopping:
            try:
                message = await self._next(reader)
            except TooLargeError as large:
                await _send(writer, refusal(large.start, "R", "Meldingen er for stor."))
                await _linger(reader, writer)
                return  # where the next frame begins nobody can tell
            if message is None:
                return
            if message.strip(BETWEEN) and (answer := await self.answer(message)) is not None:
                await _send(writer, answer)

    async def _next(self, reader: asyncio.StreamReader) -> bytes | None:
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._waiting.add(task)
        try:
            return await frame(reader, self.intake.max_bytes)
        finally:
            self._waiting.discard(task)

    async def answer(self, message: bytes) -> bytes | None:
        """Take a message in; what its sender is told of it, None where nothing is wanted."""
        raw = Raw(body=message, received=datetime.now(UTC), headers={CONTENT_TYPE: MEDIA_TYPE, **self.beside})
        try:
            outcome = await self.intake.take(raw)
        except StoreUnavailableError:
            return refusal(message, "R", "Meldingen er ikke lagret. Send den på nytt senere.")
        if isinstance(outcome, Unfit):
            return refusal(message, "R", "Meldingen kan ikke tas imot.")
        return outcome.receipt if outcome.receipt is not None else _without_receipt(outcome, message)


def _without_receipt(outcome: Outcome, message: bytes) -> bytes | None:
    """The format has no answer of its own: the sender wants none, or is told that the message must be looked at."""
    if outcome.answer in (Answer.ACCEPTED, Answer.DUPLICATE):
        return None
    if outcome.answer is Answer.REJECTED and _Header(message).is_readable:
        return None
    code = "R" if outcome.answer is Answer.REJECTED else "E"
    return refusal(message, code, TEXTS[outcome.answer])


TEXTS: Final = {
    Answer.REJECTED: "Meldingen kan ikke leses. Den er beholdt, men ikke tatt i bruk.",
    Answer.QUARANTINED: "En annen melding har samme meldings-id. Meldingen er holdt tilbake og må ses på.",
    Answer.PARKED: "Meldingen er lagret, men kunne ikke behandles. Den blir sett på.",
}


class _Header:
    """The fields of a message's first segment that an answer repeats."""

    def __init__(self, message: bytes) -> None:
        line = message.lstrip(BETWEEN + START).partition(b"\r")[0].decode("utf-8", errors="replace")
        mark = line[3:4]
        self.is_readable = line.startswith("MSH") and len(set(line[3:8])) == 5
        self._fields = [line[:3], mark, *line[4:].split(mark)] if self.is_readable else []

    def __getitem__(self, number: int) -> str:
        """A field as the standard counts them; only letters, digits and plain signs of it are repeated."""
        found = self._fields[number] if number < len(self._fields) else ""
        return "".join(sign for sign in found if sign.isalnum() or sign in " .-_")[:199]


def refusal(message: bytes, code: str, text: str) -> bytes:
    """A negative acknowledgement by transport: ``R`` not taken over, ``E`` kept and to be looked at.

    In the mode that the sender uses: C where only the acceptance is asked for (MSH-15 and not MSH-16), else A.
    """
    head = _Header(message)
    mode = "C" if head[15] and head[16] in ("", "NE") else "A"
    at = datetime.now(UTC)
    stamp = at.strftime("%Y%m%d%H%M%S")
    addresses = [head[5], head[6], head[3], head[4]]
    fields = ["MSH", "^~\\&", *addresses, f"{stamp}+0000", "", "ACK", f"{stamp}{at:%f}", head[11] or "P", "2.5"]
    fields += ["", "", "NE", "NE", "", "UNICODE UTF-8"]
    where = "|" if head.is_readable else "MSH^1^2|100^Segment sequence error^HL70357"
    error = f"ERR||{where}|E||||{text}"
    lines = ["|".join(fields), f"MSA|{mode}{code}|{head[10]}", error]
    return ("\r".join(lines) + "\r").encode()


async def _send(writer: asyncio.StreamWriter, answer: bytes) -> None:
    writer.write(START + answer + END)
    await writer.drain()


async def _linger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say that no more is coming, and read on for a moment: closing over unread bytes would take the answers back."""
    with contextlib.suppress(TimeoutError, OSError):
        if writer.can_write_eof():
            writer.write_eof()
        async with asyncio.timeout(LINGER_SECONDS):
            while await reader.read(65536):
                pass


@contextlib.asynccontextmanager
async def listening(intake: Intake, settings: Settings) -> AsyncIterator[int | None]:
    """Listen where the settings say, until left; the port, or None where none is set."""
    if settings.mllp_port is None:
        yield None
        return
    context = _tls(settings)
    if context is None and not is_loopback(settings.mllp_host):
        raise ConfigurationError(
            f"HEIMVEG_MLLP_HOST={settings.mllp_host} is not a loopback address, and MLLP has no login. Set "
            "HEIMVEG_MLLP_CERTIFICATE, HEIMVEG_MLLP_KEY and HEIMVEG_MLLP_CALLERS, or use 127.0.0.1."
        )
    listener = Listener(intake=intake, beside=_beside(settings))
    limit = intake.max_bytes + len(START) + len(END)
    host = settings.mllp_host.strip("[]")
    server = await asyncio.start_server(listener.serve, host, settings.mllp_port, limit=limit, ssl=context)
    port = int(server.sockets[0].getsockname()[1])
    log.info("mllp listening", address=f"{host}:{port}", callers="certificate" if context else "this machine only")
    try:
        yield port
    finally:
        server.close()
        await listener.stop()


def _tls(settings: Settings) -> ssl.SSLContext | None:
    """TLS in both directions where it is set; half of it stops the start."""
    files = (settings.mllp_certificate, settings.mllp_key, settings.mllp_callers)
    if not any(files):
        return None
    certificate, key, callers = files
    if certificate is None or key is None or callers is None:
        raise ConfigurationError("HEIMVEG_MLLP_CERTIFICATE, HEIMVEG_MLLP_KEY and HEIMVEG_MLLP_CALLERS belong together")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(callers)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(f"HEIMVEG_MLLP_CERTIFICATE, _KEY or _CALLERS: {type(error).__name__}") from None
    return context


def _beside(settings: Settings) -> dict[str, str]:
    """The envelope of what comes over MLLP: a side-car file for all of it."""
    if settings.mllp_envelope is None:
        return {}
    try:
        return headers(settings.mllp_envelope.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"HEIMVEG_MLLP_ENVELOPE={settings.mllp_envelope}: {error}") from None
