"""A subscription as R4 ``Subscription``: what of one we take, checked against the closed list, and how it is shown.

Only rest-hook, with no content but ids: the payload is nothing at all, or the ``id-only`` of HL7's Subscriptions R5
Backport. An element that we would not honour is refused, never left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

from hub.access.caller import Caller
from hub.contract import Resource
from hub.feeds.endpoint import fault
from hub.feeds.tables import Subscription
from hub.gateway import query as queries
from hub.gateway.allowed import SHARED, Allowed
from hub.gateway.outcome import OutcomeError, Trouble, WriteError
from hub.gateway.query import Pairs

CONTENT: Final = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content"
ID_ONLY, FHIR_JSON = "id-only", "application/fhir+json"
TAKEN: Final = frozenset(
    {"resourceType", "id", "meta", "status", "contact", "end", "reason", "criteria", "error", "channel"}
)
TAKEN_OF_CHANNEL: Final = frozenset({"type", "endpoint", "payload", "_payload", "header"})
HIDDEN: Final = "***"
MOST_HEADERS, LONGEST_HEADER, LONGEST_TEXT = 8, 1000, 500
_HEADER: Final = re.compile(r"([A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}):[ \t]*([\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?)")
OURS: Final = (
    "host",
    "connection",
    "content-",
    "transfer-",
    "te",
    "upgrade",
    "webhook-",
    "heimveg-",
    "proxy-",
    "expect",
)
"""Headers that are ours, or the protocol's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a subscriber asks for, read and found fit. ``headers`` may be ``Name: ***``: as it was."""

    status: str
    criteria: str
    endpoint: str
    payload: str
    reason: str
    contact: list[Any]
    ends: datetime
    headers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is offered to whom: the closed list, the caller, how long at most, and (for development) where to."""

    allowed: Allowed
    caller: Caller
    now: datetime
    longest: timedelta
    anywhere: bool = False


def read(resource: Resource, terms: Terms, was: Subscription | None = None) -> Asked:
    """What is asked for, by a valid R4 resource; every trouble with it otherwise. ``was`` is what stood there."""
    channel = resource["channel"]
    troubles = [*_foreign(resource), *_status(resource, was), *_channel(channel, terms), *_texts(resource)]
    ends = datetime.fromisoformat(resource["end"]) if "end" in resource else terms.now + terms.longest
    if not terms.now < ends <= terms.now + terms.longest:
        troubles.append(_trouble("end", f"Slutten må være i fremtiden, og innen {terms.longest.days} dager."))
    try:
        criteria(resource["criteria"], terms.allowed, terms.caller)
    except OutcomeError as error:
        raise OutcomeError(error.code, "Subscription.criteria") from None
    if troubles:
        raise WriteError("rule", troubles)
    return Asked(
        status=resource["status"],
        criteria=resource["criteria"],
        endpoint=channel["endpoint"],
        payload=ID_ONLY if "payload" in channel else "",
        reason=resource["reason"],
        contact=resource.get("contact", []),
        ends=ends,
        headers=tuple(channel.get("header", ())),
    )


def criteria(text: str, allowed: Allowed, caller: Caller) -> tuple[str, Pairs]:
    """The type and the criteria of a search that is on the closed list and within the caller's scopes."""
    type_, _, query = text.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    found = queries.read(type_, pairs, allowed, in_address=[value for _, value in pairs])
    if type_ in SHARED or found.chains or found.includes or found.results:
        raise OutcomeError("value")
    for letter in "rs":
        if not caller.grants.of(type_, letter):
            raise OutcomeError("scope")
    return type_, found.criteria


def shown(row: Subscription, headers: tuple[str, ...] = ()) -> Resource:
    """As its owner sees it; what the headers say is theirs and stays with us."""
    channel: dict[str, Any] = {"type": "rest-hook", "endpoint": row.endpoint}
    if row.payload:
        extension = {"url": CONTENT, "valueCode": row.payload}
        channel |= {"payload": FHIR_JSON, "_payload": {"extension": [extension]}}
    if headers:
        channel["header"] = [f"{one.partition(':')[0]}: {HIDDEN}" for one in headers]
    told = {
        "resourceType": "Subscription",
        "id": str(row.id),
        "meta": {"versionId": str(row.revision), "lastUpdated": row.changed.isoformat()},
        "status": row.status,
        "contact": row.contact,
        "end": row.ends.isoformat(),
        "reason": row.reason,
        "criteria": row.criteria,
        "error": row.error,
        "channel": channel,
    }
    return {name: value for name, value in told.items() if value}


def kept(headers: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, ...]:
    """Headers as they are now, where some are told to stay as they were."""
    known = {one.partition(":")[0].lower(): one for one in before}
    return tuple(known.get(_name(one), one) if one.partition(":")[2].strip() == HIDDEN else one for one in headers)


def _foreign(resource: Resource) -> Iterator[Trouble]:
    for name in sorted(resource.keys() - TAKEN):
        yield _trouble(name if name.isidentifier() else "", "Elementet tas ikke imot her.")
    for name in sorted(resource["channel"].keys() - TAKEN_OF_CHANNEL):
        yield _trouble(f"channel.{name}" if name.isidentifier() else "channel", "Elementet tas ikke imot her.")


def _status(resource: Resource, was: Subscription | None) -> Iterator[Trouble]:
    may = {"requested", "off"} | ({was.status} if was else set())
    if resource["status"] not in may:
        yield _trouble("status", "Status skal være requested eller off; resten bestemmer vi.")


def _channel(channel: Mapping[str, Any], terms: Terms) -> Iterator[Trouble]:
    if channel["type"] != "rest-hook":
        yield _trouble("channel.type", "Bare rest-hook tilbys.")
    if wrong := fault(str(channel.get("endpoint", "")), anywhere=terms.anywhere):
        yield _trouble("channel.endpoint", wrong)
    elif queries.names_person(str(channel["endpoint"])):
        yield _trouble("channel.endpoint", "Et fødselsnummer skal ikke stå i en adresse.")
    told = {e.get("url"): e.get("valueCode") for e in channel.get("_payload", {}).get("extension", ())}
    if "payload" in channel and (channel["payload"], told) != (FHIR_JSON, {CONTENT: ID_ONLY}):
        yield _trouble("channel.payload", f"Bare id-er sendes: ingen payload, eller {FHIR_JSON} med {ID_ONLY}.")
    headers = channel.get("header", ())
    fit = all(len(h) <= LONGEST_HEADER and _HEADER.fullmatch(h) and not _name(h).startswith(OURS) for h in headers)
    if not fit or len(headers) > MOST_HEADERS:
        yield _trouble("channel.header", "Hodet kan ikke sendes: Navn: verdi, og ikke ett av våre.")


def _texts(resource: Resource) -> Iterator[Trouble]:
    told = f"{resource['reason']} {resource.get('contact', '')}"
    if len(told) > LONGEST_TEXT or queries.names_person(told):
        yield _trouble("reason", "Begrunnelse og kontakt skal være korte, og uten fødselsnummer.")


def _name(header: str) -> str:
    return header.partition(":")[0].strip().lower()


def _trouble(path: str, text: str) -> Trouble:
    return Trouble("rule", f"Subscription.{path}" if path else "Subscription", text)
