"""What the supervisor keeps running: a part can be launched, asked whether it is ready, and stopped."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from hub.embedded.process import answers, birth, spawn, stop
from hub.embedded.state import PartState

FIRST_DELAY, LONGEST_DELAY = 0.2, 30.0
LONG_LIFE = 60.0
"""A part that lived this long starts again at once when it dies; one that keeps dying waits longer each time."""


class Part(Protocol):
    """A server that is one child process."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def probe(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def attempts(self) -> int:
        """How often it may die before it was ever ready."""
        ...

    @property
    def log(self) -> Path: ...
    @property
    def process(self) -> subprocess.Popen[bytes] | None: ...
    def launch(self) -> None: ...
    def is_ready(self) -> bool: ...
    def stop(self) -> None: ...


class HubCommand:
    """A long-running command of the hub, ``heimveg serve`` or ``heimveg worker``."""

    attempts = 2

    def __init__(self, name: str, title: str, *, env: Mapping[str, str], log: Path, url: str = "") -> None:
        self.name, self.title, self.env, self.log, self.address = name, title, env, log, url
        self.probe = f"{url}/ready" if url else ""
        self.version = version("heimveg")
        self.process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Start it and return at once."""
        self.process = command(self.name, env=self.env, log=self.log)

    def is_ready(self) -> bool:
        """Whether it serves; a worker, which serves nobody, is ready when it lives."""
        return not self.probe or answers(self.probe)

    def stop(self) -> None:
        """Let it finish what it is doing, and end it."""
        if self.process is not None:
            stop(self.process, (signal.SIGTERM, 20))


def command(name: str, *, env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Run one of our own commands as a child, in this folder, so that relative settings mean the same."""
    # SIGKILL if we die: nothing is acknowledged before it is durable, and the next start finds the port free.
    arguments = [sys.executable, "-m", "hub.cli", name]
    return spawn(arguments, log=log, env=env, orphaned=signal.SIGKILL, cwd=Path.cwd())


class Kept:
    """A part with its restarts: whenever it has ended, it is launched again, after a delay that grows."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.restarts = 0
        self._delay = FIRST_DELAY
        self._launched = self._due = 0.0
        self._born: str | None = None

    def launch(self) -> None:
        """Start it now."""
        rotate(self.part.log)
        self.part.launch()
        self._launched, self._due = time.monotonic(), 0.0
        self._born = birth(self.pid)

    @property
    def pid(self) -> int:
        """Of the newest process."""
        return self.part.process.pid if self.part.process else 0

    def has_ended(self) -> bool:
        """Whether the process is gone, however it went."""
        return self.part.process is not None and self.part.process.poll() is not None

    def tend(self) -> str:
        """Launch it again if it has ended and its delay is over; says what happened, or nothing."""
        if not self.has_ended():
            return ""
        now = time.monotonic()
        if not self._due:
            self._delay = FIRST_DELAY if now - self._launched > LONG_LIFE else min(self._delay * 2, LONGEST_DELAY)
            self._due = now + self._delay
            return f"{self.part.title} ended ({_how(self.part.process)}); starting it again in {self._delay:.1f} s"
        if now < self._due:
            return ""
        self.launch()
        self.restarts += 1
        return f"{self.part.title} started again"

    def state(self) -> PartState:
        """For the state file."""
        part = self.part
        return PartState(
            name=part.name,
            title=part.title,
            pid=self.pid,
            born=self._born,
            version=part.version,
            address=part.address,
            probe=part.probe,
            log=str(part.log),
            restarts=self.restarts,
        )


def _how(process: subprocess.Popen[bytes] | None) -> str:
    code = process.returncode if process else None
    return signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"


def rotate(log: Path, limit: int = 20 * 1024 * 1024) -> None:
    """Set a large log aside, keeping one older, before something new is started into it."""
    if log.exists() and log.stat().st_size > limit:
        log.replace(log.with_suffix(".log.1"))
