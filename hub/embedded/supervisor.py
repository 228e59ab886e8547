"""The parent of all parts: starts them in order, starts again what dies, stops them in reverse.

``python -m hub.embedded.supervisor`` is what ``heimveg up --detach`` starts; in the foreground ``heimveg up`` runs
the same here. It holds a lock on the data folder for as long as it lives, so there is never a second one.
"""

from __future__ import annotations

import fcntl
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO

from hub.embedded import state as states
from hub.embedded.databases import ensure_databases
from hub.embedded.parts import Kept, Part, command, rotate
from hub.embedded.plan import ALL_PARTS, FHIR_PART, HUB_PART, POSTGRES_PART, Plan, make_plan
from hub.embedded.process import end_process, stop, tail
from hub.errors import ConfigurationError, HubError, RetriableError
from hub.keyring import ensure_keys
from hub.settings import Settings, load_settings

TICK = 0.1
SAY_EVERY = 5.0
READY_WITHIN = 300.0

Say = Callable[[str], None]


class Told(Exception):  # noqa: N818  it is no error
    """We were asked to stop."""


class Supervisor:
    """One run of it, from the first child to the last."""

    def __init__(self, plan: Plan, say: Say) -> None:
        self.plan = plan
        self.kept: list[Kept] = []
        self.state = replace(
            states.of_this_process(),
            hub_url=plan.hub_url,
            fhir_url=plan.fhir_url,
            ports=plan.ports,
        )
        self._say = say
        self._began = time.monotonic()
        self._told = False

    def run(self) -> int:
        """Work until told to stop (0), or until something cannot be started (1)."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._hear)
        try:
            self._bring_up()
            while True:
                self._tick()
        except Told:
            self._end("stopped")
            return 0
        except HubError as trouble:
            self._end("failed", str(trouble))
            return 1
        except BaseException as trouble:
            self._end("failed", f"{type(trouble).__name__}; see {self.plan.log('supervisor')}")
            raise

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self._told = True

    def _bring_up(self) -> None:
        plan = self.plan
        for note in plan.notes:
            self._tell(note)
        if plan.runs(POSTGRES_PART):
            self._start_postgres()
        self._note(database_url=plan.database_url)
        fhir = self._launch(plan.hapi()) if plan.runs(FHIR_PART) else None
        if plan.runs(HUB_PART):
            ensure_keys(plan.settings)
            self._once("migrate", "the log's tables")  # while the FHIR server starts, which takes longer
        if fhir:
            self._until_ready(fhir)
        if plan.runs(HUB_PART):
            self._once("bootstrap", "our profiles, terminology and search parameters on the FHIR server")
            for kept in [self._launch(part) for part in plan.hub()]:
                self._until_ready(kept)
        self._note(phase="ready")

    def _start_postgres(self) -> None:
        postgres = self.plan.postgres()
        postgres.prepare()
        self._until_ready(self._launch(postgres))
        ensure_databases(postgres.url(), self.plan.home)

    def _launch(self, part: Part) -> Kept:
        kept = Kept(part)
        kept.launch()
        self.kept.append(kept)
        self._note_part(kept)
        return kept

    def _until_ready(self, kept: Kept) -> None:
        part, began = kept.part, time.monotonic()
        for _ in self._waiting(f"waiting for {part.title}"):
            if kept.has_ended() and kept.restarts + 1 >= part.attempts:
                raise RetriableError(f"{part.title} ended while it started; the end of {part.log}:\n{tail(part.log)}")
            if not kept.has_ended() and part.is_ready():
                break
            if time.monotonic() - began > READY_WITHIN:
                raise RetriableError(f"{part.title} is not ready; the end of {part.log}:\n{tail(part.log)}")
        self._tell(f"{part.title} {part.version} is ready" + (f" at {part.address}" if part.address else ""))

    def _once(self, name: str, what: str) -> None:
        """Run one of our commands to its end, tending the others meanwhile."""
        log = self.plan.log(name)
        rotate(log)
        process = command(name, env=self.plan.environment(), log=log)
        try:
            for _ in self._waiting(f"installing {what}"):
                if process.poll() is not None:
                    break
        finally:
            stop(process, (signal.SIGTERM, 10))
        if process.returncode:
            raise ConfigurationError(f"heimveg {name} failed; the end of {log}:\n{tail(log)}")
        self._tell(f"installed {what}")

    def _waiting(self, what: str) -> Iterator[None]:
        """Ticks, with a line now and then that says what we wait for."""
        began = said = time.monotonic()
        while True:
            yield
            self._tick()
            if time.monotonic() - said >= SAY_EVERY:
                said = time.monotonic()
                self._tell(f"{what}, {said - began:.0f} s")

    def _tick(self) -> None:
        """Start again what has died, then rest a moment."""
        for kept in self.kept:
            if kept.part.name != POSTGRES_PART and not self._database_serves():
                continue  # without it no other part could start
            if news := kept.tend():
                self._tell(news)
                self._note_part(kept)
        if self._told:
            raise Told
        time.sleep(TICK)

    def _database_serves(self) -> bool:
        return all(kept.part.is_ready() for kept in self.kept if kept.part.name == POSTGRES_PART)

    def _end(self, phase: states.Phase, error: str = "") -> None:
        """Stop everything, the last started first. Being told again changes nothing."""
        self._note(phase="stopping")
        for kept in reversed(self.kept):
            kept.part.stop()
            self._tell(f"{kept.part.title} stopped")
        self._note(phase=phase, error=error, parts=())
        if error:
            self._say(error)

    def _tell(self, text: str) -> None:
        line = f"{time.monotonic() - self._began:6.1f} s  {text}"
        self._say(line)
        self._note(progress=(*self.state.progress, line)[-200:])

    def _note_part(self, kept: Kept) -> None:
        self.state = states.with_part(self.state, kept.state())
        states.write(self.plan.home, self.state)

    def _note(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # names and types are State's
        states.write(self.plan.home, self.state)


@contextmanager
def sole_supervisor(home: Path) -> Iterator[None]:
    """Hold the data folder. Whoever comes second is told, and starts nothing."""
    states.make_home(home)
    lock: TextIO
    with (home / "supervisor.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(f"heimveg is already running in {home}; see `heimveg status`") from None
        yield


def end_leftovers(state: states.State | None) -> None:
    """End the children of a supervisor that was killed, where the kernel did not do so for us."""
    for part in reversed(state.parts if state else ()):
        first = signal.SIGINT if part.name == POSTGRES_PART else signal.SIGTERM
        if part.lives and not end_process(part.pid, part.born, first, 20):
            end_process(part.pid, part.born, signal.SIGKILL, 5)


def supervise(settings: Settings, say: Say, parts: tuple[str, ...] = ALL_PARTS) -> int:
    """Run everything in this process until told to stop."""
    home = settings.home.absolute()
    with sole_supervisor(home):
        last = states.read(home)
        end_leftovers(last)
        return Supervisor(make_plan(settings, parts, last.ports if last else {}), say).run()


def main() -> NoReturn:
    """The detached supervisor; what it says goes to its log."""
    parts = tuple(sys.argv[1:]) or ALL_PARTS
    try:
        sys.exit(supervise(load_settings(), lambda line: print(line, flush=True), parts))  # noqa: T201
    except HubError as trouble:
        sys.stderr.write(f"heimveg: {trouble}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
