"""What adapters, mappings and the hub agree on. Imports nothing of ours.

A message travels as ``Raw`` (bytes), is read by an ``Adapter`` into a ``Document`` or a ``Rejection``, and the
documents of one patient become a ``Projection``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

Resource = dict[str, Any]
"""A finished FHIR R4 resource as plain JSON values (leaves may be ``str`` subclasses that know their origin)."""


class Kept(dict[str, Any]):
    """A resource that will not change any more: its bytes and their digest may be held once they have been made."""

    __slots__ = ("body", "digest")
    body: bytes
    digest: bytes


Ids = Callable[..., str]
"""``ids(kind, *business_key) -> uuid``: keyed, deterministic, not reversible (``hub.identity``)."""

Series = Literal["N", "M", "C", "A"]
"""Forsendelsesstatus (code list 7309): Ny, Endring (also ``O``), Kansellering, Tillegg."""

ORGANISASJONSNUMMER = "urn:oid:2.16.578.1.12.4.1.4.101"
HER_ID = "urn:oid:2.16.578.1.12.4.1.2"
ACCESS = "https://heimveg.dev/fhir/CodeSystem/organisation-access"
"""System of the tag that says which organisation a resource is open to (architecture 5)."""
BLOCKED = "sperret:"
"""Before an organisation's number in an access tag, and wherever else such numbers are: it would have access, but the
patient has blocked it. Who has only the number does not match; emergency access asks for both."""
ENDED = "utlopt:"
"""The same, where access has ended with time."""
DENIED = "nektet:"
"""Before the keyed hash of a person or unit: closed to them, whichever organisation they act for (``denied``)."""
AUDITED = frozenset({"restricted", "restricted-kept"})
"""Codes of issues that the access log is told of: by a rule of confidentiality something was kept out, or let in."""
HPR = "urn:oid:2.16.578.1.12.4.1.4.4"

Severity = Literal["information", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One message as it came in: the bytes and what the transport said about them."""

    body: bytes
    received: datetime
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Something odd that is carried and flagged, never a reason to refuse: what, and where in the message."""

    code: str
    text: str
    path: str = ""
    severity: Severity = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One reason to refuse a message: an AppRec error code (list 8221), the detail, and where it is."""

    code: str
    text: str
    path: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """An identifier with its system, as the FHIR ``Identifier.system`` URI; the value is normalised for matching."""

    system: str
    value: str


def denied(ids: Ids, of: Identifier) -> str:
    """The word for a person or unit that something is closed to; whoever reads it cannot tell who that is."""
    return f"{DENIED}{ids('denied', of.system, of.value)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who sent or shall receive a message: level 1 (virksomhet) and level 2 (kommunikasjonspart) of the address."""

    name: str
    identifiers: tuple[Identifier, ...]
    unit_name: str = ""
    unit_identifiers: tuple[Identifier, ...] = ()

    @property
    def key(self) -> str:
        """Level 1 as ``system|value``: organisation number before HER-id before any other; "" when unknown."""
        ranked = sorted(self.identifiers, key=lambda i: (i.system != ORGANISASJONSNUMMER, i.system != HER_ID))
        return f"{ranked[0].system}|{ranked[0].value}" if ranked else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a receipt (AppRec) says of the message that it answers, by that message's id (or document id, Epikrise).

    ``status`` is list 8258: "1" OK, "2" refused, "3" OK with errors in a part. ``errors`` are as its sender put them.
    """

    message_id: str
    status: str
    errors: tuple[Fault, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the receiver has not taken the message over; an unknown status is no promise."""
        return self.status not in ("1", "3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the hub needs to know of any message, whatever its format.

    ``message_id`` and the references are lower-case UUIDs (or the sender's text, stripped, where a setting accepts
    others); "" in a format that gives its messages no id, and then the hub makes one of the content. ``persons`` are
    the patient's identifiers, strongest first; H-numbers carry their issuer in the system. A patient known only by name
    has one pseudo-identifier of the message series; a message about nobody (AppRec) none.
    """

    message_id: str
    type: str
    version: str
    series: Series
    sender: Party
    receiver: Party
    persons: tuple[Identifier, ...]
    generated: datetime
    copies: tuple[Party, ...] = ()
    parent: str | None = None
    conversation: str | None = None
    issued: datetime | date | None = None
    test: bool = False
    answers: Answered | None = None
    """What a receipt says of another message; None for every other message."""
    awaits: bool = False
    """Whether the receiver's receipt is still to come: one of our own sent it, and somebody else answers."""


@runtime_checkable
class Document(Protocol):
    """A read message or entry: frozen, one class per document type in ``mappings.documents``."""

    @property
    def head(self) -> Head: ...
    @property
    def issues(self) -> tuple[Issue, ...]: ...
    @property
    def original(self) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """The sender's mistake as a value. ``faults`` is never empty; ``head`` is what could be read of the address.

    Without ``answerable`` no AppRec may be sent (nobody to send it to, or the message is not for us).
    """

    faults: tuple[Fault, ...]
    message_id: str | None = None
    type: str | None = None
    version: str | None = None
    head: Head | None = None
    answerable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message of ours that tells a partner what was entered here, read back by the reader of its own format."""

    document: Document
    body: bytes
    content_type: str = "application/xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that somebody asks for: its type, a message of the stay it is about, and who answers for it."""

    type: str
    about: str
    by: Party
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """Why a report cannot be made: ``no-receiver`` or ``nothing-known``."""

    reason: str


class Adapter(Protocol):
    """One source format. Found through the entry-point group ``heimveg.adapters``.

    What an adapter may say beside (``hub.plugins.Plugin`` has each with its default): ``content_types`` and
    ``receipt_type`` are media types, ``parts`` takes a delivery of several messages apart, ``answers_again`` tells that
    a repetition is owed the first answer once more, ``same`` compares content, ``configure`` hears of the deployment,
    ``outgoing`` and ``report`` make messages of what was entered here.
    """

    name: str

    def accepts(self, raw: Raw) -> bool:
        """Whether this adapter knows the format; cheap, looks at the root element or the content type only."""
        ...

    def read(self, raw: Raw) -> Document | Rejection:
        """Parse, check the schema and the profile rules. Never raises for what the sender did."""
        ...

    def receipt(self, raw: Raw, outcome: Document | Rejection, *, id: str, at: datetime) -> bytes | None:
        """The answer the standard asks for (an AppRec), or nothing. ``id`` and ``at`` are those of the receipt."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One entry of a drug register. ``number`` is varenummer or LMR number, ``of`` the brand that a pack or dose is of,
    ``text`` names form and strength.

    ``gone`` marks what is no longer marketed; its id is still met in old lists.
    """

    kind: str
    key: str
    number: str = ""
    atc: str = ""
    name: str = ""
    text: str = ""
    substance: str = ""
    form: str = ""
    of: str = ""
    exchange: str = ""
    gone: bool = False


class TermReader(Protocol):
    """A drug register in a file. Found through the entry-point group ``heimveg.terminology``."""

    name: str

    def terms(self, path: Path) -> Iterator[Term] | Rejection:
        """The entries, one after the other, or why the file is none. ``ValueError`` where it breaks off."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A shared resource (Organization, Practitioner, PractitionerRole) as one message describes it.

    The newest mention by (``at``, ``message_id``) is what the FHIR server holds.
    """

    resource: Resource
    at: datetime
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StayRow:
    """One stay as it can be listed and counted without FHIR: columns to find it by, and facts that the hub only keeps.

    ``id`` is the Encounter's. ``organisations`` are the numbers of everybody who took part. ``due`` is the earliest
    deadline still open; ``urgency`` orders a list, least first. ``resources`` are the references of what was made of
    the stay. ``facts`` are plain JSON values; ``mappings.overview`` says what they mean.
    """

    id: str
    municipality: str = ""
    hospital: str = ""
    ward: str = ""
    organisations: tuple[str, ...] = ()
    began: datetime | None = None
    ended: datetime | None = None
    is_open: bool = True
    due: datetime | None = None
    urgency: int = 0
    resources: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """What the FHIR server should hold for one patient. ``resources`` are in delivery order: targets first.

    ``review_at`` is the next instant at which silence alone changes the result, or None. ``stays`` are the same stays
    as rows, for lists and indicators. ``delivery`` is, by message id, what the receivers said of messages (or that
    they said nothing in time); a message of which nothing is known is not in it. ``closed`` is, by message id, the
    numbers of those of its parties that it is closed to, after the word why (``BLOCKED``, ``ENDED``); by ``""``, the
    numbers of those that everything is closed to. Persons and units (``DENIED``) stand beside them.
    """

    resources: tuple[Resource, ...]
    mentions: tuple[Mention, ...] = ()
    issues: tuple[Issue, ...] = ()
    review_at: datetime | None = None
    stays: tuple[StayRow, ...] = ()
    delivery: Mapping[str, str] = field(default_factory=dict)
    closed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Course(Protocol):
    """The door ``mappings.course.course``: all documents of one patient, in any order, to resources; pure."""

    def __call__(self, documents: Iterable[Document], now: datetime, *, ids: Ids) -> Projection: ...
