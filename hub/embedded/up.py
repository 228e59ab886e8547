"""Start everything in the background and wait for it; stop it; both say what they wait for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from hub.embedded import state as states
from hub.embedded.build import ensure_built
from hub.embedded.process import birth, end_process, is_alive, tail
from hub.embedded.supervisor import end_leftovers
from hub.errors import RetriableError
from hub.settings import Settings

TICK = 0.1
STOP_WITHIN = 90.0

Say = Callable[[str], None]


def prepare(settings: Settings, parts: tuple[str, ...], say: Say) -> None:
    """Build the FHIR server if it is ours to run and its sources have changed."""
    if "fhir" in parts and not settings.fhir_url:
        ensure_built(say)


def detach(settings: Settings, parts: tuple[str, ...], say: Say) -> states.State:
    """Start the supervisor in a session of its own and return when all is ready.

    Where one is starting already, waits with it instead. Raises with the last log lines when something failed.
    """
    home = settings.home.absolute()
    began = None
    found = _settled(home)
    if found is None:
        prepare(settings, parts, say)
        began = _start(home, parts)
    state = _follow(home, began, say)
    if state.phase != "ready":
        raise RetriableError(f"heimveg did not start.\n{state.error or tail(_log(home))}")
    return state


def _settled(home: Path) -> states.State | None:
    """The running supervisor's state; one that is just stopping is waited for, as it no longer counts."""
    while (state := states.running(home)) and state.phase in ("stopping", "failed", "stopped"):
        time.sleep(TICK)
    return state


def _log(home: Path) -> Path:
    return home / "logs" / "supervisor.log"


def _start(home: Path, parts: tuple[str, ...]) -> subprocess.Popen[bytes]:
    log = _log(home)
    states.make_home(home)
    log.parent.mkdir(mode=0o700, exist_ok=True)
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "hub.embedded.supervisor", *parts],
            env=os.environ | {"HEIMVEG_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _follow(home: Path, started: subprocess.Popen[bytes] | None, say: Say) -> states.State:
    """Say what the supervisor says, until it is ready or gone."""
    said = 0
    for state in _states(home, started):
        for line in state.progress[said:]:
            say(line)
        said = len(state.progress)
        if state.phase in ("ready", "failed", "stopped"):
            return state
    raise RetriableError(f"heimveg did not start; the end of {_log(home)}:\n{tail(_log(home))}")


def _states(home: Path, started: subprocess.Popen[bytes] | None) -> Iterator[states.State]:
    """What is written by the supervisor we started, or by the one that already ran."""
    last = states.read(home)
    watched = started.pid if started else last.pid if last else 0
    born = birth(watched)
    while True:
        lives = started.poll() is None if started else is_alive(watched, born)
        state = states.read(home)
        if state and state.pid == watched and state.born == born:
            yield state
        elif state and state.lives:  # another `up` was quicker by a moment: wait with it
            watched, born, started, lives = state.pid, state.born, None, True
        if not lives:
            return
        time.sleep(TICK)


def down(settings: Settings, say: Say) -> bool:
    """Stop everything; false if nothing ran."""
    home = settings.home.absolute()
    state = states.running(home)
    if state is None:
        end_leftovers(states.read(home))
        return False
    os.kill(state.pid, signal.SIGTERM)
    began = said = time.monotonic()
    while is_alive(state.pid, state.born):
        if time.monotonic() - said > 5:
            said = time.monotonic()
            say(f"waiting for everything to stop, {said - began:.0f} s")
        if said - began > STOP_WITHIN:
            end_process(state.pid, state.born, signal.SIGKILL, 5)
            end_leftovers(states.read(home))
        time.sleep(TICK)
    return True
