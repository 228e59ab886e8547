"""Who calls: the client, the organisation it acts for, the person behind it, and what its scopes give."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from hub.access.scopes import EVERYTHING, Grants
from hub.contract import BLOCKED, DENIED


def is_open(to: Iterable[str], mine: frozenset[str] | None) -> bool:
    """Whether what is open to these numbers is open to who acts for ``mine``; None acts for everybody.

    A word for the person or unit itself (``DENIED``) that stands among them closes what an organisation's number opens.
    """
    if mine is None:
        return True
    met = mine.intersection(to)
    return bool(met) and not any(word.startswith(DENIED) for word in met)


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
    prescriber: bool = False
    """Whether the issuer tells of a right to prescribe (``hub.access.prescribing``)."""
    subject: str = ""
    """The person as the issuer names them (a pseudonym), never a fødselsnummer."""
    level: str = ""
    token: str = ""
    """``jti`` of the token, for the access log."""
    emergency: str = ""
    """Why the caller asks for what the patient has blocked; empty when it does not."""
    attested: str = ""
    """Why, as its system attests it (``hub.access.attestation``), for the access log."""
    grants: Grants = field(default_factory=Grants)
    demo: bool = False
    until: float = math.inf
    """When its token ends (seconds since 1970): what it follows ends then."""

    def in_emergency(self, reason: str) -> Caller:
        """The same caller, who also sees what the patient has blocked for its own organisation."""
        own = self.own
        shut = None if own is None else own | {f"{BLOCKED}{number}" for number in own}
        return replace(self, numbers=shut, emergency=reason)

    def known_as(self, words: Iterable[str]) -> Caller:
        """The same caller, whom what is closed to one of these words is closed to."""
        return self if self.numbers is None else replace(self, numbers=self.numbers | set(words))

    @property
    def own(self) -> frozenset[str] | None:
        """The organisation numbers and HER-ids alone."""
        return None if self.numbers is None else frozenset(n for n in self.numbers if ":" not in n)

    def sees(self, numbers: Iterable[str]) -> bool:
        """Whether what is open to these numbers is open to this caller."""
        return is_open(numbers, self.numbers)

    @property
    def key(self) -> str:
        """The same for every call with the same rights; paging links are bound to it."""
        seen = "*" if self.numbers is None else ",".join(sorted(self.numbers))
        scopes = ";".join(sorted(f"{s.type}.{s.may}?{s.only}" for s in self.grants.scopes))
        return hashlib.sha256("\n".join((self.client, seen, self.hpr, self.subject, scopes)).encode()).hexdigest()


DEMO = Caller(client="demo", name="Demobruker", numbers=None, grants=EVERYTHING, demo=True, prescriber=True)
"""Without an issuer the hub listens on this machine only, and whoever calls is this user."""
