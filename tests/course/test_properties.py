"""What must always hold: order, repetition and subsets of a patient's messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.kith import KithAdapter
from adapters.kith.samples import Case, avmelding, dod, helseopplysninger, innlagt, utskrevet, utskrivningsklar
from hub.contract import Raw
from hub.delivery.content import canonical, ref_of
from hub.delivery.transaction import references
from hub.identity import id_maker
from mappings.course import DEFAULTS, Policies, by_policy, course
from mappings.documents import dump, load
from mappings.norwegian_time import OSLO

IDS = id_maker(b"a key for tests, nothing else")
CASE = Case(name="property", start=datetime(2026, 3, 2, 10, tzinfo=OSLO))
AGAIN = Case(name="property again", start=CASE.start + timedelta(days=9))


def _stay(case: Case) -> list[bytes]:
    return [
        innlagt(case),
        innlagt(case, series="C"),
        helseopplysninger(case),
        helseopplysninger(case, updated=True),
        helseopplysninger(case, series="C", message_id=case.message_id("h-c")),
        utskrivningsklar(case),
        utskrivningsklar(case, series="C"),
        avmelding(case),
        avmelding(case, series="C"),
        utskrivningsklar(case, ready=case.start + timedelta(days=5), message_id=case.message_id("again")),
        utskrevet(case),
        utskrevet(case, series="C"),
        dod(case),
        dod(case, series="C"),
    ]


DOCUMENTS = [KithAdapter().read(Raw(body=body, received=datetime.now(UTC))) for body in (*_stay(CASE), *_stay(AGAIN))]
SOME = st.lists(st.sampled_from(DOCUMENTS), min_size=1, max_size=14, unique_by=id)
NOW = st.integers(0, 45 * 24 * 60).map(lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes))


def told(documents, now):
    projection = course(documents, now, ids=IDS)
    return (
        [canonical(resource) for resource in projection.resources],
        [(canonical(m.resource), m.at, m.message_id) for m in projection.mentions],
        projection.issues,
        projection.review_at,
    )


@given(SOME, NOW, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_order_and_any_repetition_give_the_same_bytes(documents, now, random):
    expected = told(documents, now)
    shuffled = [*documents, *random.choices(documents, k=3)]
    random.shuffle(shuffled)
    assert told(shuffled, now) == expected


POLICIES = st.builds(
    Policies,
    same_day_resolution=st.booleans(),
    late_first_notice_charges=st.booleans(),
    clock_shift_assumed=st.booleans(),
    evening_grace_minutes=st.sampled_from((0, 60)),
    expected_date_days=st.integers(0, 2),
    reply_hours=st.sampled_from((1, 24)),
    admission_report_hours=st.sampled_from((4, 24)),
    epikrise_days=st.sampled_from((1, 7)),
)


@given(SOME, NOW, POLICIES)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_what_policies_have_a_say_in_is_all_that_another_policy_changes(documents, now, other):
    """But for Provenance, whose targets grow with the Tasks of a stay."""

    def made(door, policies):
        resources = door(documents, now, ids=IDS, policies=policies).resources
        return {ref_of(r): canonical(r) for r in resources if r["resourceType"] != "Provenance"}

    whole, another = made(course, DEFAULTS), made(course, other)
    part, other_part = made(by_policy, DEFAULTS), made(by_policy, other)
    assert part.items() <= whole.items() and other_part.items() <= another.items()
    assert whole.items() ^ another.items() == part.items() ^ other_part.items()


@given(SOME, NOW)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_subset_gives_one_resource_for_each_id_and_no_reference_into_nothing(documents, now):
    projection = course(documents, now, ids=IDS)
    refs = [ref_of(resource) for resource in projection.resources]
    assert len(refs) == len(set(refs))
    held = {*refs, *(ref_of(mention.resource) for mention in projection.mentions)}
    for resource in projection.resources:
        assert set(references(canonical(resource))) <= held


@given(SOME, NOW)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_nothing_changes_before_the_next_review(documents, now):
    """Silence changes the projection only at the instants it announces."""
    review = course(documents, now, ids=IDS).review_at
    until = review - timedelta(seconds=1) if review else now + timedelta(days=400)
    if until > now:
        assert told(documents, now)[0] == told(documents, until)[0]


@given(SOME, NOW)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_document_from_the_log_projects_like_the_one_that_was_read(documents, now):
    stored = [load(dump(document), document.original) for document in documents]
    assert told(stored, now) == told(documents, now)


@given(SOME, NOW)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_every_message_keeps_its_original_whatever_became_of_it(documents, now):
    projection = course(documents, now, ids=IDS)
    assert sum(r["resourceType"] == "Binary" for r in projection.resources) == len(documents)
