"""Where a stay is in its course (dossier A.9), as a table of transitions: what can follow what, and why.

The state is recomputed from all messages in force, so a late or corrected message moves it back as easily as forward.
``docs/course-of-a-stay.md`` draws the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from mappings.moments import Moment
from mappings.rules.notice import NOTICE
from mappings.rules.occasion import Occasion
from mappings.rules.reply import replies

State = Literal[
    "none", "admitted", "notified", "updated", "ready", "answered-can", "answered-cannot", "offered", "left", "died",
    "void",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One transition, with the message or entry that makes it."""

    since: State
    to: State
    by: str


OPEN: Final[tuple[State, ...]] = (
    "admitted", "notified", "updated", "ready", "answered-can", "answered-cannot", "offered",
)  # fmt: skip
ENDS: Final[tuple[tuple[State, str], ...]] = (
    ("left", "LOG_UTSKREVET"),
    ("died", "LOG_UTSKREVET, LOG_DOD"),
    ("void", "LOG_INNLAGT, kansellert"),
)
STEPS: Final = (
    Step(since="none", to="admitted", by="LOG_INNLAGT"),
    Step(since="none", to="notified", by="HELSEOPPL_SOKNAD"),
    Step(since="none", to="ready", by="LOG_UTSKRIVNINGSKLAR"),
    Step(since="none", to="left", by="LOG_UTSKREVET"),
    Step(since="admitted", to="notified", by="HELSEOPPL_SOKNAD"),
    Step(since="admitted", to="ready", by="LOG_UTSKRIVNINGSKLAR"),
    Step(since="notified", to="updated", by="HELSEOPPL_SOKNAD, oppdatering"),
    Step(since="notified", to="ready", by="LOG_UTSKRIVNINGSKLAR"),
    Step(since="updated", to="ready", by="LOG_UTSKRIVNINGSKLAR"),
    Step(since="ready", to="admitted", by="LOG_AVMELDING"),
    Step(since="ready", to="notified", by="LOG_AVMELDING"),
    Step(since="ready", to="updated", by="LOG_AVMELDING"),
    Step(since="ready", to="answered-can", by="kommune-svar can-receive"),
    Step(since="ready", to="answered-cannot", by="kommune-svar cannot-receive"),
    Step(since="ready", to="offered", by="kommune-svar offer-ready"),
    Step(since="answered-cannot", to="answered-can", by="kommune-svar can-receive"),
    Step(since="answered-cannot", to="offered", by="kommune-svar offer-ready"),
    Step(since="answered-can", to="answered-cannot", by="kommune-svar revoked"),
    Step(since="answered-can", to="offered", by="kommune-svar offer-ready"),
    Step(since="offered", to="answered-cannot", by="kommune-svar revoked"),
    Step(since="answered-can", to="notified", by="LOG_AVMELDING"),
    Step(since="answered-cannot", to="notified", by="LOG_AVMELDING"),
    Step(since="offered", to="notified", by="LOG_AVMELDING"),
    *(Step(since=state, to=end, by=by) for state in OPEN for end, by in ENDS),
)
"""Every transition that messages and entries make; withdrawing a message makes the opposite one."""


def state_of(at: Occasion) -> tuple[State, Moment | None]:
    """Where the stay is, and since when."""
    ended = _ended(at)
    if ended is not None:
        return ended
    current = at.ready.current
    if current is None or current.end is not None:
        return _before_readiness(at)
    said = replies(at, current)
    if not said.coded:
        return "ready", current.since
    since = said.told[-1].given
    names: dict[str, State] = {"can-receive": "answered-can", "cannot-receive": "answered-cannot"}
    return names.get(said.state, "offered"), since


def _ended(at: Occasion) -> tuple[State, Moment | None] | None:
    left = at.stay.left
    if at.is_dead:
        return "died", at.died or (left.when if left else None)
    if left is not None:
        return "left", left.when
    cancelled = [e for e in at.stay.entries if e.message.head.type == "LOG_INNLAGT" and not e.in_force]
    telling = at.stay.of("LOG_UTSKRIVNINGSKLAR", NOTICE, "LOG_INNLAGT")
    if cancelled and not telling:
        return "void", cancelled[-1].message.head.generated
    return None


def _before_readiness(at: Occasion) -> tuple[State, Moment | None]:
    notices = at.given(NOTICE)
    if notices:
        newest = notices[-1]
        changed = len(notices) > 1 or newest.message is not newest.first
        return ("updated" if changed else "notified"), newest.message.head.generated
    return ("admitted", at.stay.begun) if at.stay.admission or at.stay.of("LOG_INNLAGT") else ("none", at.stay.begun)


def diagram() -> str:
    """The table as a Mermaid state diagram; transitions between the same states share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for step in STEPS:
        arrows.setdefault((step.since, step.to), []).append(step.by)
    lines = ["stateDiagram-v2", "    [*] --> none"]
    lines += [f"    {_id(a)} --> {_id(b)}: {', '.join(dict.fromkeys(by))}" for (a, b), by in arrows.items()]
    lines += [f"    {_id(end)} --> [*]" for end in ("left", "died", "void")]
    return "\n".join(lines) + "\n"


def _id(state: str) -> str:
    return state.replace("-", "_")


if __name__ == "__main__":
    print(diagram(), end="")  # noqa: T201  for docs/course-of-a-stay.md
