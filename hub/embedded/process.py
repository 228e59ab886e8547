"""Child processes that never outlive their parent, free ports, and whether a process is still the one we started."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

LOOPBACK = "127.0.0.1"
ROOT_FOLDER = Path("/")
SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Whom a child runs as; PostgreSQL refuses to be root."""

    uid: int
    gid: int
    name: str


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str],
    orphaned: signal.Signals = signal.SIGTERM,
    user: User | None = None,
    cwd: Path = ROOT_FOLDER,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, its output appended to ``log``. Call from the main thread.

    On Linux the kernel sends it ``orphaned`` when we die, also by ``kill -9``; it does so when the *thread* that
    started it ends, hence the main thread. The own session keeps Ctrl-C for us, who stop the children in order.
    """
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_dying_with_parent(orphaned),  # runs after the change of user, which would clear it
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )


def _dying_with_parent(orphaned: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    parent, prctl = os.getpid(), _libc.prctl

    def ask_the_kernel() -> None:
        prctl(SET_PARENT_DEATH_SIGNAL, int(orphaned))
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask_the_kernel


def stop(process: subprocess.Popen[bytes], *signals: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn until the process has ended, waiting that many seconds; at last kill it."""
    for number, seconds in signals:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        process.kill()
        process.wait(10)


def port_is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do, so TIME_WAIT is no obstacle
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port(*preferred: int) -> int:
    """The first preferred port that is free, else one the system picks."""
    for port in preferred:
        if port and port_is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def birth(pid: int) -> str | None:
    """When process ``pid`` was started, as text to compare; none if there is no such process (or only its corpse).

    Pids are used again: a process is the one we wrote down only if its birth is the same too.
    """
    if sys.platform == "linux":
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except OSError:
            return None
        return None if fields[0] in "ZX" else f"{boot}/{fields[19]}"
    said = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, started = said.stdout.strip().partition(" ")
    return None if not started or state.startswith("Z") else started.strip()


def is_alive(pid: int, born: str | None) -> bool:
    """Whether ``pid`` still is the process that was born then."""
    return born is not None and birth(pid) == born


def end_process(pid: int, born: str | None, number: signal.Signals, seconds: float) -> bool:
    """Send a signal to a process that is not our child, and wait that long for its end; true if it has ended."""
    if is_alive(pid, born):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    until = time.monotonic() + seconds
    while is_alive(pid, born) and time.monotonic() < until:
        time.sleep(0.05)
    return not is_alive(pid, born)


def answers(url: str) -> bool:
    """Whether a server on this machine answers 200 there."""
    try:
        with _direct.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, HTTPException):
        return False


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log file, for the one who must find out what went wrong."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 16_384))
            return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-lines:])
    except OSError:
        return ""
