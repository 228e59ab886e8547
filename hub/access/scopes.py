"""Scopes: SMART App Launch 2.2 for FHIR, and rights of our own for everything else.

``system/Task.rs?code=a|b`` means: read and search Tasks, of that code only. A scope of the identity provider
(HelseID: ``heimveg:api/epj``) stands for several of these; ``scopes.csv`` has the table.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl

TABLE = Path(__file__).with_name("scopes.csv")
_SMART = re.compile(
    r"(?P<level>patient|user|system)/(?P<type>[A-Z][A-Za-z]+|\*)\.(?P<may>c?r?u?d?s?)(?:\?(?P<only>.+))?"
)


class Role(StrEnum):
    """What kind of caller a token is for; what it may do follows from its scopes alone."""

    EPJ = "epj"
    DASHBOARD = "dashboard"
    CLINICIAN = "clinician"
    TESTER = "tester"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Scope:
    """A SMART scope: which type (``*`` for all), which of ``cruds``, and the query that limits it, if any."""

    type: str
    may: str
    only: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Grants:
    """Everything that the scopes of one token give."""

    scopes: tuple[Scope, ...] = ()
    rights: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()

    def of(self, resource_type: str, letter: str) -> list[Scope]:
        """The scopes that allow this on a type, those without a limit first; none means: not allowed."""
        found = [s for s in self.scopes if s.type in ("*", resource_type) and letter in s.may]
        return sorted(found, key=lambda s: len(s.only))

    def whole(self, letter: str) -> frozenset[str] | None:
        """The types that are allowed without a query that limits them; None means all."""
        found = frozenset(s.type for s in self.scopes if letter in s.may and not s.only)
        return None if "*" in found else found


def grants(
    scopes: Iterable[str],
    table: Mapping[str, tuple[Role, tuple[str, ...]]] | None = None,
    *,
    refused: Collection[Role] = (),
) -> Grants:
    """What these scopes of a token give: nothing, where nobody knows a scope or its role is refused here."""
    known = _table() if table is None else table
    words: list[str] = []
    roles: set[Role] = set()
    for said in scopes:
        role, stands_for = known.get(said, (None, (said,)))
        if role in refused:
            continue
        words += stands_for
        roles |= {role} if role else set()
    smart = [found for word in words if (found := parse(word))]
    rights = frozenset(word for word in words if word in RIGHTS)
    return Grants(tuple(dict.fromkeys(smart)), rights, frozenset(roles))


def parse(text: str) -> Scope | None:
    """A SMART v2 scope, or None for any other. ``launch`` and ``patient/`` scopes are not ours to honour."""
    found = _SMART.fullmatch(text)
    if found is None or not found["may"] or found["level"] == "patient":
        return None
    return Scope(found["type"], found["may"], tuple(parse_qsl(found["only"] or "", keep_blank_values=True)))


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[Role, tuple[str, ...]]]:
    with TABLE.open(encoding="utf-8", newline="") as rows:
        return {row["scope"]: (Role(row["role"]), tuple(row["grants"].split())) for row in csv.DictReader(rows)}


class Right(StrEnum):
    """What a route outside ``/fhir`` asks of its caller. ``ANYONE`` is open: it tells nothing about anybody."""

    ANYONE = "anyone"
    SEND = "messages:send"
    READ = "messages:read"
    REPLAY = "messages:replay"
    FOLLOW = "events:read"
    OPERATE = "operation:read"
    BOARDS = "boards:read"
    INDICATORS = "indicators:read"
    SEE_STAYS = "stays:read"
    TELL = "stays:write"
    FHIR = "fhir"
    """Any caller; what it may see is decided by its SMART scopes."""
    ACCESS_LOG = "access-log:read"
    EMERGENCY = "emergency"
    """Beside another right: to see what the patient has blocked, with a reason that is written down."""
    DECIDE = "medication:decide"
    BLOCK = "blocks:write"
    """To write down, see and lift what the caller's organisation was told that a patient blocks."""
    SEE_OUTBOX = "outbox:read"
    APPROVE = "outbox:write"
    """To decide what leaves in the name of the caller's organisation."""


RIGHTS = frozenset(right.value for right in Right) - {Right.ANYONE.value, Right.FHIR.value}
EVERYTHING = Grants((Scope("*", "cruds"),), RIGHTS, frozenset(Role))
"""What the marked demo user may do on this machine, when no issuer is configured."""
