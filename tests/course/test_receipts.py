"""AppRec from the receivers of a patient's messages: what they prove, and what silence means (HIS 80415:2012)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import orjson
import pytest

from adapters.kith import KithAdapter, Settings
from adapters.kith.samples import (
    PARTIES,
    Case,
    apprec,
    epikrise,
    foresporsel,
    innlagt,
    notat,
    utskrivningsklar,
)
from hub.contract import ORGANISASJONSNUMMER, Identifier, Raw, Resource
from mappings.course import course
from mappings.documents import Message, dump, load
from mappings.norwegian_time import OSLO
from tests.course.conftest import IDS, Told

ADMITTED = datetime(2026, 3, 2, 10, 0, tzinfo=OSLO)
CASE = Case(name="receipts", start=ADMITTED)
READY = utskrivningsklar(CASE)
READY_ID = CASE.message_id("utskrivningsklar-N")
SENT = ADMITTED + timedelta(days=4, minutes=10)
HOURS = timedelta(hours=1)
HOSPITAL = Settings(own_parties=(Identifier(ORGANISASJONSNUMMER, PARTIES.hospital.virksomhet.number),))
"""A hub that answers for the hospital alone: what the hospital sends waits for somebody else's receipt."""


def read(body: bytes, settings: Settings) -> Message:
    outcome = KithAdapter(settings).read(Raw(body=body, received=ADMITTED))
    assert isinstance(outcome, Message), outcome
    return load(dump(outcome), body)


def told(*bodies: bytes, as_of: datetime = ADMITTED + timedelta(days=5), settings: Settings | None = None) -> Told:
    return Told(course([read(body, settings or Settings()) for body in bodies], as_of, ids=IDS))


def sent_by_us(*bodies: bytes, after: timedelta) -> Told:
    """The course as the hospital's own hub sees it, so long after the notice of readiness was made."""
    return told(*bodies, as_of=SENT + after, settings=HOSPITAL)


def original(of: Told, kind: str = "melding om utskrivningsklar") -> Resource:
    (found,) = [d for d in of.of("DocumentReference") if kind in str(d["type"]).lower()]
    return found


def delivery(resource: Resource) -> dict[str, Any]:
    """The parts of the delivery extension by name; empty where there is none."""
    (parts,) = [e["extension"] for e in resource.get("extension", ()) if e["url"].endswith("/delivery")] or [[]]
    values = {part["url"]: next(v for k, v in part.items() if k.startswith("value")) for part in parts}
    return {**values, "code": values["code"]["coding"][0]["code"]} if values else {}


def codes(of: Told) -> list[str]:
    return sorted(issue.code for issue in of.issues)


def refusals(of: Told) -> list[Resource]:
    return [t for t in of.tasks("avklaring") if t["owner"] == _hospital(of)]


def _hospital(of: Told) -> dict[str, str]:
    found = {o["id"] for o in of.of("Organization") if o["name"] == PARTIES.hospital.virksomhet.name}
    return {"reference": f"Organization/{found.pop()}"}


def test_a_message_nobody_has_answered_says_nothing_of_delivery() -> None:
    assert delivery(original(told(READY))) == {}
    assert told(READY).projection.delivery == {}


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_positive_receipt_confirms_the_message(version: str) -> None:
    after = told(READY, apprec(CASE, READY_ID, version=version, generated=SENT + HOURS))
    assert delivery(original(after)) == {"code": "confirmed", "at": "2026-03-06T11:10:00+01:00", "late": False}
    assert after.projection.delivery == {READY_ID: "confirmed"}
    assert codes(after) == []
    assert refusals(after) == []


def test_a_refused_notice_was_never_given_and_is_for_its_sender_to_look_at() -> None:
    after = told(innlagt(CASE), READY, apprec(CASE, READY_ID, status="2", errors=[("E36", "Navn uten fødselsnummer")]))
    assert delivery(original(after))["code"] == "rejected"
    assert after.tasks("utskrivningsklar") == []
    (task,) = refusals(after)
    assert task["status"] == "on-hold"
    assert task["statusReason"]["coding"][0]["code"] == "E36"
    assert task["statusReason"]["text"] == "Navn uten fødselsnummer"
    assert codes(after) == ["receipt-missing", "receipt-negative"]  # the admission has had no receipt at all


def test_a_refused_message_that_was_sent_again_is_done_with() -> None:
    again = utskrivningsklar(CASE, message_id=CASE.message_id("again"), generated=SENT + 3 * HOURS)
    after = told(innlagt(CASE), READY, apprec(CASE, READY_ID, status="2", errors=[("X99", "feil")]), again)
    (task,) = refusals(after)
    assert task["status"] == "completed"
    assert len(after.tasks("utskrivningsklar")) == 1


def test_ok_with_errors_in_a_part_is_delivered_and_flagged() -> None:
    after = told(READY, apprec(CASE, READY_ID, status="3", errors=[("X99", "en del")]))
    assert delivery(original(after))["code"] == "confirmed"
    assert delivery(original(after))["error"]["text"] == "en del"
    assert codes(after) == ["receipt-errors"]


def test_an_unknown_status_is_no_promise() -> None:
    assert delivery(original(told(READY, apprec(CASE, READY_ID, status="7"))))["code"] == "rejected"


def test_of_receipts_that_contradict_each_other_the_first_counts_in_any_order() -> None:
    yes = apprec(CASE, READY_ID, generated=SENT + HOURS)
    no = apprec(CASE, READY_ID, status="2", errors=[("X99", "")], generated=SENT + 2 * HOURS)
    results = {orjson.dumps(told(*order).projection.resources) for order in permutations((READY, yes, no))}
    assert len(results) == 1
    assert delivery(original(told(READY, no, yes)))["code"] == "confirmed"
    assert codes(told(READY, no, yes)) == ["receipts-disagree"]


def test_a_receipt_of_a_stranger_is_not_used() -> None:
    after = told(READY, apprec(CASE, READY_ID, sender=PARTIES.fastlege))
    assert delivery(original(after)) == {}
    assert codes(after) == ["receipt-of-stranger"]


def test_a_copy_receivers_refusal_says_nothing_of_the_receiver() -> None:
    case = Case(name="copies", start=ADMITTED, parties=replace(PARTIES, copies=(PARTIES.fastlege,)))
    ready, ready_id = utskrivningsklar(case), case.message_id("utskrivningsklar-N")
    refused = apprec(case, ready_id, status="2", errors=[("X99", "")], sender=PARTIES.fastlege)
    assert delivery(original(told(ready, refused))) == {}
    assert codes(told(ready, refused)) == []


def test_a_receipt_of_a_letter_may_name_its_document_id() -> None:
    letter = epikrise(CASE)
    answer = apprec(
        CASE,
        CASE.message_id("epikrise-document"),
        type="EPIKRISE",
        sender=PARTIES.fastlege,
        issued=ADMITTED + timedelta(days=7),
    )
    assert delivery(original(told(letter, answer), "epikrise"))["code"] == "confirmed"


def test_what_we_answered_ourselves_never_waits_for_a_receipt() -> None:
    after = told(READY, as_of=SENT + timedelta(days=30))
    assert delivery(original(after)) == {}
    assert codes(after) == []


def test_a_message_of_our_own_is_looked_at_again_when_its_receipt_is_due() -> None:
    waiting = sent_by_us(foresporsel(CASE), after=-23 * HOURS)
    asked = CASE.start + timedelta(days=4, hours=3)
    assert waiting.projection.review_at == asked + 96 * HOURS
    assert waiting.one("Communication")["status"] == "in-progress"
    assert codes(waiting) == []


def test_silence_for_96_hours_is_for_a_person_to_look_at() -> None:
    before, after = (sent_by_us(READY, after=t) for t in (96 * HOURS - timedelta(seconds=1), 96 * HOURS))
    assert delivery(original(before)) == {}
    assert delivery(original(after)) == {"code": "missing"}
    assert after.projection.delivery == {READY_ID: "missing"}
    assert codes(after) == ["receipt-missing"]
    task = after.task("kvittering")
    assert (task["status"], task["statusReason"]["text"]) == (
        "requested",
        "Mottakeren har ikke kvittert innen 96 timer",
    )
    assert before.tasks("kvittering") == refusals(after) == []


def test_silence_alone_does_not_undo_the_notice() -> None:
    assert len(sent_by_us(innlagt(CASE), READY, after=97 * HOURS).tasks("utskrivningsklar")) == 1


def test_a_positive_receipt_that_comes_late_opens_the_matter_again_and_closes_the_task() -> None:
    late = apprec(CASE, READY_ID, generated=SENT + 100 * HOURS)
    after = sent_by_us(READY, late, after=101 * HOURS)
    assert delivery(original(after)) == {"code": "confirmed", "at": "2026-03-10T14:10:00+01:00", "late": True}
    assert after.task("kvittering")["status"] == "completed"
    assert codes(after) == ["receipt-late"]


def test_a_negative_receipt_that_comes_late_is_a_refusal() -> None:
    late = apprec(CASE, READY_ID, status="2", errors=[("T02", "")], generated=SENT + 100 * HOURS)
    after = sent_by_us(READY, late, after=101 * HOURS)
    assert delivery(original(after))["code"] == "rejected"
    assert [t["status"] for t in refusals(after)] == ["on-hold"]
    assert after.task("kvittering")["status"] == "completed"


def test_the_96_hours_are_elapsed_hours_over_the_night_summer_time_begins() -> None:
    case = Case(name="spring", start=datetime(2026, 3, 23, 10, 0, tzinfo=OSLO))  # ready on 27 March, sent 10:10
    due = datetime(2026, 3, 31, 11, 10, tzinfo=OSLO)
    body = utskrivningsklar(case)
    assert delivery(original(told(body, as_of=due - timedelta(minutes=1), settings=HOSPITAL))) == {}
    assert delivery(original(told(body, as_of=due, settings=HOSPITAL)))["code"] == "missing"


@pytest.mark.parametrize(
    ("receipts", "hours", "communication", "task"),
    [
        ((), 1, "in-progress", "requested"),
        ((("1", 1),), 2, "completed", "requested"),
        ((("2", 1),), 2, "not-done", "failed"),
        ((), 97, "on-hold", "failed"),
        ((("1", 99),), 100, "completed", "requested"),
    ],
    ids=["awaited", "confirmed", "refused", "missing", "late"],
)
def test_a_dialog_and_its_request_show_what_became_of_them(
    receipts: tuple[tuple[str, int], ...], hours: int, communication: str, task: str
) -> None:
    asked = SENT
    question = foresporsel(CASE, generated=asked, message_id=CASE.message_id("question"))
    answers = [
        apprec(
            CASE,
            CASE.message_id("question"),
            status=status,
            errors=[("X99", "")] if status == "2" else [],
            type="DIALOG_FORESPORSEL",
            generated=asked + after * HOURS,
        )
        for status, after in receipts
    ]
    after = told(question, *answers, as_of=asked + hours * HOURS, settings=HOSPITAL)
    assert after.one("Communication")["status"] == communication
    assert after.task("foresporsel")["status"] == task


def test_a_note_to_us_is_complete_as_soon_as_it_is_here() -> None:
    assert told(READY, notat(CASE, READY_ID)).one("Communication")["status"] == "completed"


def test_a_receipt_alone_makes_nothing() -> None:
    assert told(apprec(CASE, READY_ID)).projection.resources == ()
