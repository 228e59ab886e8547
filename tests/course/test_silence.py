"""What did not arrive: receipts after their limit, and stays that nobody has ended."""

from __future__ import annotations

from datetime import timedelta

from adapters.kith.samples import apprec, messages

HOUR = timedelta(hours=1)


def head(read, body):
    return read(body).head


def test_a_receipt_that_does_not_come_is_a_task_for_the_sender_after_96_hours(told, read, case) -> None:
    first, second = messages.innlagt(case), messages.helseopplysninger(case)
    answered = apprec(case, head(read, first).message_id, type="LOG_INNLAGT", generated=case.start + HOUR)
    due = head(read, second).generated + timedelta(hours=96)
    assert told(first, second, answered, as_of=due).tasks("kvittering") == []
    late = told(first, second, answered, as_of=due + timedelta(minutes=1))
    task = late.task("kvittering")
    assert (task["status"], task["restriction"]["period"]["end"][:16]) == ("requested", due.isoformat()[:16])
    assert (
        task["owner"] == next(t for t in late.of("Task") if t["code"]["coding"][0]["code"] == "tidlig-varsel")["owner"]
    )


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


def test_the_row_lists_everything_that_should_still_come_with_who_must_act(told, case, at) -> None:
    (row,) = told(messages.innlagt(case), as_of=at(2, 12)).projection.stays
    kinds = [(wait["kind"], wait["owner"]["number"]) for wait in row.facts["awaited"]]
    hospital = case.parties.hospital.virksomhet.number
    assert ("tidlig-varsel", hospital) in kinds
    assert kinds[-1] == ("avslutning", hospital)
    assert [wait["due"] for wait in row.facts["awaited"]] == sorted(wait["due"] for wait in row.facts["awaited"])
