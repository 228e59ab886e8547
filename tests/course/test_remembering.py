"""What a worker remembers of messages changes nothing but the time it takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.kith import KithAdapter
from adapters.kith.samples import (
    Case,
    apprec,
    avmelding,
    avvik,
    dod,
    epikrise,
    foresporsel,
    helseopplysninger,
    innlagt,
    innleggelsesrapport,
    notat,
    svar,
    utskrevet,
    utskrivningsklar,
    utskrivningsrapport,
)
from hub.contract import Raw
from hub.delivery.content import canonical
from hub.identity import id_maker
from mappings.course import course
from mappings.documents import dump, load
from mappings.norwegian_time import OSLO
from mappings.remembering import remembered

IDS = id_maker(b"a key for tests, nothing else")
CASE = Case(name="remembered", start=datetime(2026, 3, 2, 10, tzinfo=OSLO))
ASKED = CASE.message_id("asked")
BODIES = [
    innlagt(CASE),
    innlagt(CASE, series="C"),
    helseopplysninger(CASE),
    helseopplysninger(CASE, updated=True),
    utskrivningsklar(CASE),
    utskrivningsklar(CASE, series="C"),
    avmelding(CASE),
    utskrivningsklar(CASE, ready=CASE.start + timedelta(days=5), message_id=CASE.message_id("again")),
    utskrevet(CASE),
    dod(CASE),
    foresporsel(CASE, message_id=ASKED),
    svar(CASE, ASKED),
    avvik(CASE, ASKED),
    notat(CASE, CASE.message_id("utskrivningsklar")),
    apprec(CASE, CASE.message_id("utskrivningsklar"), status="2", errors=[("E10", "")]),
    apprec(CASE, ASKED),
    innleggelsesrapport(CASE),
    utskrivningsrapport(CASE),
    utskrivningsrapport(CASE, series="M"),
    utskrivningsrapport(CASE, series="C"),
    epikrise(CASE),
]
HELD = [KithAdapter().read(Raw(body=body, received=datetime.now(UTC))) for body in BODIES]
STORED = [(dump(document), document.original) for document in HELD]
SOME = st.lists(st.integers(0, len(BODIES) - 1), min_size=1, max_size=len(BODIES), unique=True)
NOW = st.integers(0, 30 * 24 * 60).map(lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes))


def told(documents, now):
    projection = course(documents, now, ids=IDS)
    return (
        [canonical(resource) for resource in projection.resources],
        [(canonical(m.resource), m.at, m.message_id) for m in projection.mentions],
        projection.issues,
        projection.review_at,
        projection.stays,
    )


@given(st.lists(st.tuples(SOME, NOW), min_size=2, max_size=4))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_documents_that_stay_in_memory_project_byte_for_byte_like_documents_just_read(turns):
    """Whatever was projected of them before, with whichever others, as of whenever."""
    for chosen, now in turns:
        assert told([HELD[n] for n in chosen], now) == told([load(*STORED[n]) for n in chosen], now)


def test_a_message_that_has_not_changed_is_not_mapped_again() -> None:
    now = datetime(2026, 3, 20, tzinfo=UTC)
    documents = [load(*stored) for stored in STORED[:5]]
    first = {r["id"]: r for r in course(documents, now, ids=IDS).resources if "source" in r.get("meta", {})}
    more = course([*documents, load(*STORED[8])], now, ids=IDS).resources
    again = [r for r in more if r["id"] in first and r["resourceType"] in ("Binary", "Composition")]
    assert len(again) > 5
    assert all(resource is first[resource["id"]] for resource in again)


def test_a_result_is_made_anew_when_what_was_asked_is_another() -> None:
    message, made = load(*STORED[0]), []
    for asked in ("a", "a", "b", "a"):
        remembered(message, "name", asked, lambda: made.append("x"))
    assert len(made) == 3
