"""Random passwords of a data folder, one file each, readable by its owner only."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def secret_in(file: Path) -> str:
    """The secret in ``file``, made when there is none; the first of two makers wins."""
    if not file.exists():
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        write_secret(draft, secrets.token_urlsafe(24))
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text(encoding="ascii").strip()


def write_secret(file: Path, text: str) -> None:
    """A new file with mode 0600 from its first byte on."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        out.write(text + "\n")
