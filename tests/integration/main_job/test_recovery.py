"""After anything dies in the middle, the FHIR server holds exactly what the log says: no more, no less."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.kith.samples import avmelding, helseopplysninger, innlagt, utskrevet, utskrivningsklar

pytestmark = pytest.mark.integration

ALL_WELL = "0 missing, 0 different"


@pytest.fixture
def stays(new_case) -> list[bytes]:
    """The messages of twelve stays, shuffled, some of them twice."""
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=7)
    cases = [new_case(start + timedelta(hours=n)) for n in range(12)]
    bodies = [
        body
        for case in cases
        for body in (
            innlagt(case), helseopplysninger(case), helseopplysninger(case, updated=True), utskrivningsklar(case),
            avmelding(case), avmelding(case, series="C"), utskrevet(case),
        )
    ]  # fmt: skip
    bodies += bodies[::9]
    random.Random(7).shuffle(bodies)
    return bodies


def deliver(hub: Any, bodies: Iterator[bytes], number: int, wait_until: Any) -> None:
    """Post so many; whoever sends keeps sending what was not taken, as a message service handler does."""
    for _, body in zip(range(number), bodies, strict=False):
        wait_until(lambda body=body: _posted(hub, body), "the hub to take a message")


def _posted(hub: Any, body: bytes) -> bool:
    try:
        return hub.post(body)[0] == 200
    except OSError:
        return False


def test_killing_each_part_in_the_middle_loses_and_doubles_nothing(
    hub, stays, fhir, postgres_server, wait_until
) -> None:
    bodies = iter(stays)
    deliver(hub, bodies, 20, wait_until)

    hub.kill("worker")
    deliver(hub, bodies, 10, wait_until)
    hub.start("worker")
    deliver(hub, bodies, 10, wait_until)

    fhir.kill()
    deliver(hub, bodies, 15, wait_until)
    fhir.start()
    deliver(hub, bodies, 10, wait_until)

    postgres_server.kill()
    postgres_server.start()
    deliver(hub, bodies, 15, wait_until)

    hub.kill("serve")
    hub.start("serve")
    deliver(hub, bodies, 100, wait_until)
    wait_until(hub.settled, "the worker to have done everything")

    checked = hub.run("verify")
    assert ALL_WELL in checked.stdout + checked.stderr
    compared = hub.run("rebuild", "--diff")
    assert "would send 0" in compared.stdout + compared.stderr
    assert not hub.get("/messages?state=parked")["messages"]


def test_what_is_lost_or_changed_on_the_server_is_found_and_repaired(hub, query, new_case) -> None:
    case = new_case(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=30))
    hub.take(innlagt(case), helseopplysninger(case))
    tag = f"urn:oid:2.16.578.1.12.4.1.1.3402|{case.patient.municipality}"
    (encounter,) = hub.search(query("Encounter", _tag=tag))
    changed = {**encounter, "status": "cancelled"}
    hub.put(changed)
    found = hub.run("verify")
    assert found.returncode == 1
    assert f"Encounter/{encounter['id']}" in found.stdout + found.stderr
    hub.run("verify", "--repair")
    assert ALL_WELL in (checked := hub.run("verify")).stdout + checked.stderr
    assert hub.search(query("Encounter", _tag=tag))[0]["status"] == "in-progress"


def test_a_duty_that_falls_due_in_silence_changes_without_a_message(hub, query, new_case, wait_until) -> None:
    """Admitted a little less than a day ago: the deadlines pass while nobody sends anything."""
    case = new_case(datetime.now(UTC) - timedelta(hours=24) + timedelta(seconds=8))
    hub.take(innlagt(case))
    tag = f"urn:oid:2.16.578.1.12.4.1.1.3402|{case.patient.municipality}"

    def judged(word: str) -> list[dict[str, Any]]:
        criteria = {"business-status": f"https://heimveg.dev/fhir/CodeSystem/verdict|{word}", "_tag": tag}
        return [t for t in hub.search(query("Task", **criteria)) if t["code"]["coding"][0]["code"] == "tidlig-varsel"]

    assert judged("pending")
    wait_until(lambda: judged("missing"), "the review")
