"""What a subscriber is sent: nothing but that something changed, or the ids of it, in the shape of HL7's Subscriptions
R5 Backport for R4: a history Bundle that begins with the status of the subscription as Parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson

from hub.feeds.resource import CONTENT, FHIR_JSON, ID_ONLY
from hub.feeds.tables import Subscription

BACKPORT: Final = CONTENT.rpartition("/")[0]
TOPIC: Final = "https://heimveg.dev/fhir/SubscriptionTopic/changed"
"""R4 has criteria and no topics; the shape wants one."""

Items = Sequence[Sequence[str]]
"""``[type, id, when it changed]``."""


def body(row: Subscription, items: Items, base: str) -> bytes:
    """The content of a notification; empty where no payload was asked for."""
    return orjson.dumps(bundle(row, items, base)) if row.payload == ID_ONLY else b""


def headers(row: Subscription, items: Items) -> dict[str, str]:
    """What every notification tells: which subscription, and how many events in all when this one is counted."""
    told = {"heimveg-subscription": str(row.id), "heimveg-events": str(row.sent + len(items))}
    return {**told, "Content-Type": FHIR_JSON} if row.payload else told


def bundle(row: Subscription, items: Items, base: str) -> dict[str, Any]:
    """The notification; its numbers follow on those of the one before."""
    numbered = list(enumerate(items, row.sent + 1))
    parameters = [
        {"name": "subscription", "valueReference": {"reference": f"{base}/Subscription/{row.id}"}},
        {"name": "topic", "valueCanonical": TOPIC},
        {"name": "status", "valueCode": row.status},
        {"name": "type", "valueCode": "event-notification" if items else "handshake"},
        {"name": "events-since-subscription-start", "valueString": str(row.sent + len(items))},
        *(_event(number, item, base) for number, item in numbered),
    ]
    status = {
        "resourceType": "Parameters",
        "id": str(row.id),
        "meta": {"profile": [f"{BACKPORT}/backport-subscription-status-r4"]},
        "parameter": parameters,
    }
    whole = {
        "fullUrl": f"urn:uuid:{row.id}",
        "resource": status,
        "request": {"method": "GET", "url": f"{base}/Subscription/{row.id}/$status"},
        "response": {"status": "200"},
    }
    entries = [_entry(type_, id_, base) for type_, id_ in dict.fromkeys((i[0], i[1]) for i in items)]
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [f"{BACKPORT}/backport-subscription-notification-r4"]},
        "type": "history",
        "entry": [whole, *entries],
    }


def _event(number: int, item: Sequence[str], base: str) -> dict[str, Any]:
    type_, id_, at = item
    part = [
        {"name": "event-number", "valueString": str(number)},
        {"name": "timestamp", "valueInstant": at},
        {"name": "focus", "valueReference": {"reference": f"{base}/{type_}/{id_}"}},
    ]
    return {"name": "notification-event", "part": part}


def _entry(type_: str, id_: str, base: str) -> dict[str, Any]:
    request = {"method": "PUT", "url": f"{type_}/{id_}"}
    return {"fullUrl": f"{base}/{type_}/{id_}", "request": request, "response": {"status": "200"}}
