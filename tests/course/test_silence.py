"""What did not arrive: receipts after their limit, and stays that nobody has ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.kith.samples import apprec, innleggelsesrapport, messages

HOUR = timedelta(hours=1)


def head(read, body):
    return read(body).head


def test_a_receipt_that_does_not_come_is_a_task_for_the_sender_after_96_hours(told, read, case) -> None:
    first, second = messages.innlagt(case), messages.helseopplysninger(case)
    answered = apprec(case, head(read, first).message_id, type="LOG_INNLAGT", generated=case.start + HOUR)
    due = head(read, second).generated + timedelta(hours=96)
    assert told(first, second, answered, as_of=due - timedelta(minutes=1)).tasks("kvittering") == []
    late = told(first, second, answered, as_of=due)
    task = late.task("kvittering")
    assert (task["status"], task["restriction"]["period"]["end"][:16]) == ("requested", due.isoformat()[:16])
    assert (
        task["owner"] == next(t for t in late.of("Task") if t["code"]["coding"][0]["code"] == "tidlig-varsel")["owner"]
    )


def test_silence_of_a_receiver_that_the_log_never_hears_is_not_told(told, read, case, at) -> None:
    first = messages.innlagt(case)
    answered = apprec(case, head(read, first).message_id, type="LOG_INNLAGT", generated=case.start + HOUR)
    report = innleggelsesrapport(case)
    (row,) = told(first, report, answered, as_of=at(20)).projection.stays
    assert "kvittering" not in {wait["kind"] for wait in row.facts["awaited"]}


def test_what_is_told_of_a_message_agrees_everywhere(told, read, case) -> None:
    """The document, the log's word for the delivery, the Task and the list of what did not arrive."""
    first, second = messages.innlagt(case), messages.helseopplysninger(case)
    answered = apprec(case, head(read, first).message_id, type="LOG_INNLAGT", generated=case.start + HOUR)
    for hours, silent in ((95, False), (96, True)):
        after = told(first, second, answered, as_of=head(read, second).generated + timedelta(hours=hours))
        (row,) = after.projection.stays
        words = [e["extension"] for d in after.of("DocumentReference") for e in d.get("extension", ())]
        shown = [p["valueCodeableConcept"]["coding"][0]["code"] for parts in words for p in parts if p["url"] == "code"]
        assert (sorted(shown) == ["confirmed", "missing"]) is silent
        assert (after.projection.delivery.get(head(read, second).message_id) == "missing") is silent
        waits = [wait for wait in row.facts["awaited"] if wait["kind"] == "kvittering"]
        assert [wait["task"] for wait in waits if silent] == [f"Task/{t['id']}" for t in after.tasks("kvittering")]
        assert len(waits) == 1
        assert ("receipt-missing" in {issue.code for issue in after.issues}) is silent


def test_silence_is_not_told_where_no_receipt_is_ever_seen(told, case, at) -> None:
    assert told(messages.innlagt(case), as_of=at(20)).tasks("kvittering") == []


def test_a_receipt_that_comes_late_completes_the_task(told, read, case, at) -> None:
    first = messages.innlagt(case)
    late = apprec(case, head(read, first).message_id, type="LOG_INNLAGT", generated=at(9))
    assert told(first, late).task("kvittering")["status"] == "completed"
    in_time = apprec(case, head(read, first).message_id, type="LOG_INNLAGT", generated=at(4))
    assert told(first, in_time).tasks("kvittering") == []


def test_a_stay_of_which_nothing_is_heard_for_thirty_days_must_be_ended_or_confirmed(told, case, at) -> None:
    first = messages.innlagt(case)
    silent = at(2, 10, 10) + timedelta(days=30)
    assert told(first, as_of=silent).tasks("avslutning") == []
    assert told(first, as_of=silent + timedelta(minutes=1)).task("avslutning")["status"] == "requested"
    note = messages.helseopplysninger(case, generated=at(25))
    assert told(first, note, as_of=silent + timedelta(minutes=1)).tasks("avslutning") == []
    left = messages.utskrevet(case, left=(silent + timedelta(days=9)).date())
    assert told(first, left, as_of=silent + timedelta(days=20)).task("avslutning")["status"] == "completed"


def test_a_report_that_never_came_is_looked_for_as_long_as_it_would_still_be_of_the_stay(told, case, at) -> None:
    sent = (messages.innlagt(case), messages.helseopplysninger(case), messages.utskrevet(case))

    def waited_for(days: int) -> set[str]:
        (row,) = told(*sent, as_of=at(8, 0) + timedelta(days=days)).projection.stays
        return {wait["kind"] for wait in row.facts["awaited"]}

    assert waited_for(2) == waited_for(20) == {"utskrivningsrapport", "epikrise"}
    assert waited_for(31) == {"epikrise"}
    assert waited_for(91) == set()
    after = told(*sent, as_of=at(8, 0) + timedelta(days=31))
    assert (after.task("utskrivningsrapport")["status"], after.task("epikrise")["status"]) == ("failed", "requested")


def test_the_row_lists_everything_that_should_still_come_with_who_must_act(told, case, at) -> None:
    (row,) = told(messages.innlagt(case), as_of=at(2, 12)).projection.stays
    kinds = [(wait["kind"], wait["owner"]["number"]) for wait in row.facts["awaited"]]
    hospital = case.parties.hospital.virksomhet.number
    assert ("tidlig-varsel", hospital) in kinds
    assert kinds[-1] == ("avslutning", hospital)
    assert [wait["due"] for wait in row.facts["awaited"]] == sorted(wait["due"] for wait in row.facts["awaited"])


@pytest.mark.parametrize(
    ("kind", "sent", "days", "who"),
    [
        ("tidlig-varsel", ["innlagt"], 2, "hospital"),
        ("innleggelsesrapport", ["innlagt"], 2, "municipality"),
        ("kommune-beslutning", ["innlagt", "helseopplysninger", "utskrivningsklar"], 6, "municipality"),
        ("utskrivningsrapport", ["innlagt", "helseopplysninger", "utskrevet"], 8, "hospital"),
        ("epikrise", ["innlagt", "helseopplysninger", "utskrevet"], 14, "hospital"),
        ("avslutning", ["innlagt", "helseopplysninger"], 40, "hospital"),
    ],
)
def test_each_absence_is_overdue_in_one_list_with_who_must_act(told, case, at, kind, sent, days, who) -> None:
    now = at(2) + timedelta(days=days)
    (row,) = told(*(getattr(messages, name)(case) for name in sent), as_of=now).projection.stays
    (wait,) = [wait for wait in row.facts["awaited"] if wait["kind"] == kind]
    parties = {"hospital": case.parties.hospital, "municipality": case.parties.saksbehandling}
    assert wait["due"] < now
    assert wait["owner"]["number"] == parties[who].virksomhet.number
    assert kind == "avslutning" or (wait["verdict"] in ("missing", "pending") and wait["why"])
    assert row.due is not None and row.due <= wait["due"], "so that /attention finds it"
