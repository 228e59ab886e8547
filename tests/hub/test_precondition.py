"""Whoever writes, in whatever order, with the FHIR server behind or not: nobody's change is lost unseen."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hub.precondition import Standing, unmet

WRITERS = st.sampled_from(("hospital", "municipality", "doctor"))


@dataclass
class Read:
    """What a writer has in front of them: the notes in it, its ETag, and its ``meta.source``."""

    notes: frozenset[int]
    etag: str
    source: str | None


@dataclass
class Row:
    """The log and the FHIR server: the newest entry with its content, and what the server shows of it."""

    entries: list[frozenset[int]] = field(default_factory=list)
    shown: int = 0
    """How many entries the server shows."""
    version: int = 1
    notes: frozenset[int] = frozenset()
    """What the server shows."""

    @property
    def standing(self) -> Standing:
        newest = str(len(self.entries)) if self.entries else None
        return Standing(newest=newest, shown_from=str(self.shown) if self.shown else "m", version=str(self.version))


class ConcurrentWriters(RuleBasedStateMachine):
    """Three writers who each add a note to the same plan. A note that was accepted is never gone."""

    @initialize()
    def start(self) -> None:
        self.row, self.accepted, self.count = Row(), set[int](), 0
        self.held: dict[str, Read] = {}

    @rule(who=WRITERS)
    def reads(self, who: str) -> None:
        source = f"urn:uuid:{self.row.shown}" if self.row.shown else None
        self.held[who] = Read(self.row.notes, str(self.row.version), source)

    @rule(who=WRITERS, says_source=st.booleans(), names_any=st.booleans(), shown_at_once=st.booleans())
    def writes(self, who: str, says_source: bool, names_any: bool, shown_at_once: bool) -> None:
        """``If-Match: *`` overwrites on purpose, so only who also says what they made it from may use it here."""
        read = self.held.get(who)
        if read is None or (names_any and (not says_source or read.source is None)):
            return
        match = ("*",) if names_any else (read.etag,)
        if unmet(match, read.source if says_source else None, self.row.standing):
            return
        self.count += 1
        self.row.entries.append(read.notes | {self.count})
        self.accepted.add(self.count)
        if shown_at_once:
            self.server_catches_up()

    @rule()
    def server_catches_up(self) -> None:
        if self.row.shown < len(self.row.entries):
            self.row.shown, self.row.version = len(self.row.entries), self.row.version + 1
            self.row.notes = self.row.entries[-1]

    @rule()
    def a_message_changes_what_the_server_shows(self) -> None:
        self.row.version += 1

    @invariant()
    def nothing_is_lost(self) -> None:
        if self.row.entries:
            assert self.row.entries[-1] == self.accepted


TestConcurrentWriters = ConcurrentWriters.TestCase
TestConcurrentWriters.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_who_says_nothing_is_asked_which_version_they_have_seen() -> None:
    assert unmet(None, None, Standing(newest=None, version="1")) == "precondition-required"


def test_what_the_server_does_not_show_yet_nobody_has_seen() -> None:
    assert unmet(("1",), None, Standing(newest="e2", shown_from="e1", version="1")) == "stale"
