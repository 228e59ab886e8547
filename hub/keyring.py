"""The deployment's secrets, each for one purpose, and how each is changed.

===========  =================================================================================================
``id``       under every resource id and identifier key; changing it is the business of ``hub.rekeying``
``ledger``   seals the access log. A ring: each key holds from an entry on, so what was sealed before stays proven
``session``  page links (an hour) and DPoP nonces (minutes). A ring: the last one makes, those before it still open
===========  =================================================================================================

A ring is text: keys with white space between them, oldest first, each after ``<number>:`` where it holds from an entry
on. Keys come from the environment, else from a file.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from hub.errors import ConfigurationError
from hub.settings import SHORTEST_KEY, Settings, ensure_id_key

LEDGER, SESSION = "ledger", "session"
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Ring:
    """Keys and the entry from which each holds, oldest first."""

    keys: tuple[tuple[int, bytes], ...]

    def at(self, sequence: int) -> bytes:
        """The key that holds for an entry."""
        return [key for start, key in self.keys if start <= sequence][-1]

    def newest_first(self, purpose: bytes) -> tuple[bytes, ...]:
        """A key for one purpose made from each of these."""
        return tuple(hmac.digest(key, purpose, "sha256") for _, key in reversed(self.keys))


def ring(text: str, source: str) -> Ring:
    """The ring that a text tells; the first key holds from the beginning."""
    keys: list[tuple[int, bytes]] = []
    for token in text.split():
        start, separator, key = token.rpartition(":")
        if len(key) < SHORTEST_KEY or (separator and not start.isdecimal()):
            raise ConfigurationError(
                f"{source}: keys of {SHORTEST_KEY} characters or more, each perhaps after <number>:"
            )
        keys.append((int(start or 0), bytes.fromhex(key) if _HEX.fullmatch(key) else key.encode()))
    if not keys or keys[0][0] or keys != sorted(keys, key=lambda one: one[0]):
        raise ConfigurationError(f"{source}: the first key without a number, the others by rising numbers")
    return Ring(tuple(keys))


def ledger_ring(settings: Settings) -> Ring:
    """The keys of the access log."""
    return _ring(settings, LEDGER)


def session_ring(settings: Settings) -> Ring:
    """The keys of page links and nonces."""
    return _ring(settings, SESSION)


def ring_path(settings: Settings, name: str) -> Path:
    """The file of a ring that is not in the environment."""
    own = settings.ledger_key_file if name == LEDGER else settings.session_key_file
    return own or settings.home / f"{name}.key"


def _ring(settings: Settings, name: str) -> Ring:
    variable = f"HEIMVEG_{name.upper()}_KEY"
    given = settings.ledger_key if name == LEDGER else settings.session_key
    if given is not None:
        return ring(given.get_secret_value(), variable)
    path = ring_path(settings, name)
    try:
        return ring(path.read_text(encoding="ascii"), str(path))
    except FileNotFoundError:
        raise ConfigurationError(
            f"No {name} key: set {variable} or {variable}_FILE (`openssl rand -hex 32`), or run `heimveg keys make`"
        ) from None


def ensure_keys(settings: Settings) -> bytes:
    """Every key that is missing, made; the id key. Readable by their owner only.

    A deployment whose access log was sealed before this key was one of its own keeps the key that it was sealed with.
    """
    is_old = settings.key_path.exists()
    key = ensure_id_key(settings)
    if settings.ledger_key is None:
        _make(ring_path(settings, LEDGER), hmac.digest(key, b"access-log", "sha256").hex() if is_old else new_key())
    if settings.session_key is None:
        _make(ring_path(settings, SESSION), new_key())
    return key


def new_key() -> str:
    """A key as ``openssl rand -hex 32`` makes it."""
    return secrets.token_hex(32)


def turned(text: str, key: str, start: int | None = None) -> str:
    """The text of a ring with one more key, that holds from an entry on (None: from now)."""
    return f"{text.rstrip()}\n{'' if start is None else f'{start}:'}{key}\n"


def replace_key(path: Path, text: str) -> None:
    """Write a file of keys: whole, or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


def _make(path: Path, key: str) -> None:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_key(path, key + "\n")
