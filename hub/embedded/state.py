"""What runs where, as the supervisor writes it to ``state.json`` in the data folder (mode 0600, it has a password).

A state is believed only while its supervisor lives: the process with that number *and* that time of birth.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

from hub.embedded.process import answers, birth, is_alive

Phase = Literal["starting", "ready", "stopping", "stopped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """One child process."""

    name: str
    title: str
    pid: int
    born: str | None
    version: str
    address: str
    probe: str = ""  # what answers 200 when it is ready; a part without one is ready when it lives
    log: str
    restarts: int = 0

    @property
    def lives(self) -> bool:
        """Whether it does, now."""
        return is_alive(self.pid, self.born)

    def asked(self) -> Literal["ready", "starting", "down"]:
        """How it is, by asking it."""
        if not self.lives:
            return "down"
        return "starting" if self.probe and not answers(self.probe) else "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All of it."""

    pid: int
    born: str | None
    phase: Phase
    hub_url: str = ""
    fhir_url: str = ""
    database_url: str = ""
    ports: dict[str, int] = field(default_factory=dict)
    parts: tuple[PartState, ...] = ()
    progress: tuple[str, ...] = ()
    error: str = ""

    @property
    def lives(self) -> bool:
        """Whether the supervisor that wrote this is still there."""
        return is_alive(self.pid, self.born)

    def to_json(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """As it was kept; unknown keys are those of another version and are ignored."""
        data: dict[str, Any] = json.loads(text)
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        parts = tuple(PartState(**part) for part in known.pop("parts", ()))
        return cls(**known | {"parts": parts, "progress": tuple(known.get("progress", ()))})


def of_this_process(phase: Phase = "starting") -> State:
    """A state to begin with."""
    return State(pid=os.getpid(), born=birth(os.getpid()), phase=phase)


def state_file(home: Path) -> Path:
    """Where it is kept."""
    return home / "state.json"


def make_home(home: Path) -> None:
    """The data folder, closed to others; under root others may pass through, as PostgreSQL's user must."""
    if not home.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)


def write(home: Path, state: State) -> None:
    """Replace the file in one step: a reader sees the old or the new, never a half."""
    make_home(home)
    draft = home / f".state.json.{os.getpid()}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(state.to_json())
    draft.replace(state_file(home))


def read(home: Path) -> State | None:
    """What was last written, whether or not it still is so; none if there is nothing that can be read."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        return State.from_json(state_file(home).read_text(encoding="utf-8"))
    return None


def running(home: Path) -> State | None:
    """The state, if its supervisor lives."""
    state = read(home)
    return state if state is not None and state.lives else None


def with_part(state: State, part: PartState) -> State:
    """The state with this part's entry replaced or added."""
    if part in state.parts:
        return state
    others = [known if known.name != part.name else part for known in state.parts]
    if not any(known.name == part.name for known in state.parts):
        others.append(part)
    return replace(state, parts=tuple(others))
