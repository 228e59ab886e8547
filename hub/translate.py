"""Files to a transaction Bundle, without a database: what the FHIR server would get for these messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from hub import doors
from hub.contract import Course, Document, Ids, Issue, Mention, Resource
from hub.delivery.difference import Change, difference
from hub.delivery.mentions import newest
from hub.delivery.transaction import bundle, ordered
from hub.reading import by_person


def translate(
    documents: Iterable[Document], now: datetime, ids: Ids, course: Course = doors.course
) -> tuple[bytes, list[Issue]]:
    """One transaction of PUTs for all persons of these documents, targets of references first, and what was odd."""
    changes, issues = changes_for(documents, now, ids, course)
    return bundle(changes), issues


def changes_for(
    documents: Iterable[Document], now: datetime, ids: Ids, course: Course = doors.course
) -> tuple[list[Change], list[Issue]]:
    """The same as changes, which a caller may write one by one."""
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
    return ordered(difference(resources, {}).changes), issues
