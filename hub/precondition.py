"""Whether who changes a resource has seen what they change (RFC 9110 13.1.1, RFC 6585 3). Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

ANY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a resource stands: the newest entry that people wrote of it, and what the FHIR server shows."""

    newest: str | None
    """The id of that entry; None where messages alone have made the resource."""
    shown_from: str | None = None
    """The message or entry that what was last delivered comes from."""
    version: str | None = None
    """The FHIR server's version of what was last delivered."""

    @property
    def seen(self) -> str | None:
        """The version that shows everything; None while the newest entry is on its way there."""
        return self.version if self.newest is None or self.shown_from == self.newest else None


def unmet(match: Collection[str] | None, made_from: str | None, now: Standing) -> str:
    """Why a change is refused: ``precondition-required`` or ``stale``; "" when it may be made.

    ``match`` are the versions of ``If-Match``, ``made_from`` is the ``meta.source`` of the body: a body that says which
    version it was made from is held to it, whatever the header says.
    """
    if match is None:
        return "precondition-required"
    is_other = now.newest is not None and made_from is not None and made_from != f"urn:uuid:{now.newest}"
    fits = ANY in match or (now.seen is not None and now.seen in match)
    return "stale" if is_other or not fits else ""
