"""What the transports over HTTP have in common: the address, the secret, and what an answer means."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from hub import http
from hub.errors import ConfigurationError, FatalError, RetriableError
from hub.settings import Settings

SECONDS = 30.0
PASSING = frozenset({408, 425, 429})
"""Beside 5xx: the same request may be answered otherwise later."""


def address(settings: Settings) -> str:
    """``HEIMVEG_TRANSPORT_URL``; over TLS, or on this machine."""
    url = settings.transport_url.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")):
        return url
    raise ConfigurationError(
        f"HEIMVEG_TRANSPORT={settings.transport}: set HEIMVEG_TRANSPORT_URL to an https address (http on this machine)"
    )


def authorization(settings: Settings) -> dict[str, str]:
    """The bearer token in ``HEIMVEG_TRANSPORT_TOKEN_FILE``, read anew each time so that it can be replaced."""
    if settings.transport_token_file is None:
        return {}
    return {"Authorization": f"Bearer {_read(settings.transport_token_file)}"}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        raise RetriableError("The file of HEIMVEG_TRANSPORT_TOKEN_FILE cannot be read") from None


async def ask(
    client: http.Client, method: str, url: str, headers: dict[str, str], content: bytes | None = None
) -> tuple[int, bytes]:
    """The answer; trouble on the way raises ``RetriableError``."""
    try:
        answer = await client.request(method, url, content=content, headers=headers)
    except http.RequestError as error:
        raise RetriableError(f"The other side cannot be reached ({type(error).__name__})") from None
    return answer.status_code, answer.content


def trouble(status: int) -> Exception:
    """What an answer that is no success means."""
    if status >= 500 or status in PASSING:
        return RetriableError(f"The other side answered {status}")
    return FatalError(f"The other side answered {status}")
