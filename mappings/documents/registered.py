"""What the drug register said of a document's drugs when it was taken in: facts of that day, kept with the document.

So a projection needs no register, and is the same whatever register is loaded later.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from hub.contract import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """Which register (its name, and when it was retrieved), and the entries that the drugs of the document name."""

    name: str
    retrieved: str
    terms: tuple[Term, ...] = ()


def dump_registered(registered: Registered) -> Any:
    """Plain values for JSON, without what is empty."""
    terms = [{f.name: value for f in fields(one) if (value := getattr(one, f.name))} for one in registered.terms]
    return [registered.name, registered.retrieved, terms]


def load_registered(stored: Any) -> Registered:
    """What ``dump_registered`` stored."""
    name, retrieved, terms = stored
    return Registered(name=name, retrieved=retrieved, terms=tuple(Term(**term) for term in terms))
