"""Files to a transaction Bundle, without a database: what the FHIR server would get for these messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from hub import doors
from hub.contract import Course, Document, Ids, Issue, Mention, Resource
from hub.delivery.difference import difference
from hub.delivery.transaction import bundle, ordered
from hub.directory import newest
from hub.reading import by_person


def translate(
    documents: Iterable[Document], now: datetime, ids: Ids, course: Course = doors.course
) -> tuple[bytes, list[Issue]]:
    """One transaction of PUTs for all persons of these documents, targets of references first, and what was odd."""
    resources: list[Resource] = []
    mentions: list[Mention] = []
    issues: list[Issue] = []
    for own in by_person(d for d in documents if d.head.persons):
        projection = course(own, now, ids=ids)
        resources += projection.resources
        mentions += projection.mentions
        issues += projection.issues
    chosen = newest(mentions)
    shared = {(m.resource["resourceType"], m.resource["id"], m.at, m.message_id): m.resource for m in mentions}
    resources += [shared[ref.type, ref.id, *candidate.stamp] for ref, candidate in chosen.items()]
    return bundle(ordered(difference(resources, {}).changes)), issues
