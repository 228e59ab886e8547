"""What becomes of clinical content when it is changed, cancelled or told again."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from adapters.kith.samples import Case, innleggelsesrapport, orientering_om_tjenestetilbud, utskrivningsrapport
from hub.delivery.content import canonical
from mappings.norwegian_time import OSLO
from tests.clinical.conftest import plain, projected
from tests.clinical.sampling import read

STAY = Case(name="versions", start=datetime(2026, 3, 2, 10, tzinfo=OSLO))


def of(resource_type: str, *bodies: bytes) -> list[Any]:
    return [plain(r) for r in projected(*map(read, bodies)) if r["resourceType"] == resource_type]


def test_a_change_has_the_ids_of_what_it_changes() -> None:
    new = utskrivningsrapport(STAY)
    change = utskrivningsrapport(STAY, series="M", message_id=STAY.message_id("changed"))
    before, after = of("MedicationStatement", new), of("MedicationStatement", new, change)
    assert {r["id"] for r in before} == {r["id"] for r in after}
    assert {r["meta"]["source"] for r in after} == {f"urn:uuid:{STAY.message_id('changed')}"}


def test_a_cancelled_report_leaves_its_content_as_an_error() -> None:
    new = utskrivningsrapport(STAY)
    cancelled = utskrivningsrapport(STAY, series="C", message_id=STAY.message_id("cancelled"))
    for kind in ("MedicationStatement", "Observation", "List", "ServiceRequest", "CareTeam"):
        assert {r["status"] for r in of(kind, new, cancelled)} == {"entered-in-error"}
    assert {r["verificationStatus"]["coding"][0]["code"] for r in of("Condition", new, cancelled)} == {
        "entered-in-error"
    }


def test_a_cancellation_alone_says_nothing_of_the_patient() -> None:
    assert of("Condition", utskrivningsrapport(STAY, series="C")) == []
    assert of("MedicationStatement", utskrivningsrapport(STAY, series="C")) == []


def test_a_service_that_two_messages_mention_is_one() -> None:
    report, orientation = innleggelsesrapport(STAY), orientering_om_tjenestetilbud(STAY)
    told = {ref["id"] for body in (report, orientation) for ref in of("EpisodeOfCare", body)}
    assert {r["id"] for r in of("EpisodeOfCare", report, orientation)} == told


def test_a_service_that_a_newer_list_lacks_is_finished_without_an_end() -> None:
    first = orientering_om_tjenestetilbud(STAY)
    begins, ends = first.index(b"<EksisterendeTjeneste"), first.index(b"</EksisterendeTjeneste>")
    dropped = first[begins : ends + len(b"</EksisterendeTjeneste>")]
    again = STAY.message_id("orientation again")
    newer = orientering_om_tjenestetilbud(STAY, message_id=again, generated=STAY.start + timedelta(days=20))
    assert newer.count(b"<EksisterendeTjeneste") > 1
    found = of("EpisodeOfCare", first, newer.replace(dropped, b"", 1))
    (over,) = [r for r in found if r["status"] == "finished"]
    assert "end" not in over["period"]
    assert {r["status"] for r in found if r is not over} == {"active"}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_arrival_changes_nothing(order) -> None:
    bodies = [
        innleggelsesrapport(STAY),
        utskrivningsrapport(STAY),
        utskrivningsrapport(STAY, series="M", message_id=STAY.message_id("changed")),
    ]
    expected = [canonical(r) for r in projected(*map(read, bodies))]
    assert [canonical(r) for r in projected(*(read(bodies[n]) for n in order))] == expected
