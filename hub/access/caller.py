"""Who calls: the client, the organisation it acts for, the person behind it, and what its scopes give."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from hub.access.scopes import EVERYTHING, Grants
from hub.contract import BLOCKED


def is_open(to: Iterable[str], mine: frozenset[str] | None) -> bool:
    """Whether what is open to these numbers is open to who acts for ``mine``; None acts for everybody."""
    return mine is None or not mine.isdisjoint(to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One authenticated caller.

    ``numbers`` are the organisation numbers and HER-ids it acts for: it sees what carries an access tag of one of
    them. None means everything, which only the demo user of a deployment without an issuer has.
    """

    client: str
    name: str = ""
    numbers: frozenset[str] | None = frozenset()
    parent: str = ""
    child: str = ""
    hpr: str = ""
    """HPR number of the person (list 9060's register), where a person is behind the call."""
    subject: str = ""
    """The person as the issuer names them (a pseudonym), never a fødselsnummer."""
    level: str = ""
    token: str = ""
    """``jti`` of the token, for the access log."""
    emergency: str = ""
    """Why the caller asks for what the patient has blocked; empty when it does not."""
    grants: Grants = field(default_factory=Grants)
    demo: bool = False

    def in_emergency(self, reason: str) -> Caller:
        """The same caller, who also sees what the patient has blocked for its own organisation."""
        own = self.numbers
        shut = None if own is None else own | {f"{BLOCKED}{number}" for number in own}
        return replace(self, numbers=shut, emergency=reason)

    def sees(self, numbers: Iterable[str]) -> bool:
        """Whether what is open to these numbers is open to this caller."""
        return is_open(numbers, self.numbers)

    @property
    def key(self) -> str:
        """The same for every call with the same rights; paging links are bound to it."""
        seen = "*" if self.numbers is None else ",".join(sorted(self.numbers))
        scopes = ";".join(sorted(f"{s.type}.{s.may}?{s.only}" for s in self.grants.scopes))
        return hashlib.sha256("\n".join((self.client, seen, self.hpr, self.subject, scopes)).encode()).hexdigest()


DEMO = Caller(client="demo", name="Demobruker", numbers=None, grants=EVERYTHING, demo=True)
"""Without an issuer the hub listens on this machine only, and whoever calls is this user."""
