"""Ny, Endring, Kansellering in any order (HISD 1154:2018, dossier 2.3 and 8.1)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest

from adapters.kith.samples import (
    Case,
    Service,
    epikrise,
    foresporsel,
    helseopplysninger,
    innlagt,
    innleggelsesrapport,
    person,
    utskrivningsklar,
    utskrivningsrapport,
)
from adapters.kith.samples.parties import PARTIES, Address, Virksomhet, organisation_number
from hub.delivery.content import canonical

OTHER_HOSPITAL = Address(
    virksomhet=Virksomhet(name="Annet sykehus HF", her_id="99000900", number=organisation_number(9)),
    level2=Service(name="Kirurgi", her_id="99000901"),
)


def statuses(told, resource_type):
    return sorted(r["status"] for r in told.of(resource_type))


def test_a_new_message_is_current(told, case):
    assert statuses(told(innlagt(case)), "DocumentReference") == ["current"]


def test_a_cancelled_message_is_entered_in_error_and_its_stay_never_was(told, case):
    after = told(innlagt(case), innlagt(case, series="C"))
    assert statuses(after, "DocumentReference") == ["current", "entered-in-error"]
    assert statuses(after, "Composition") == ["entered-in-error", "entered-in-error"]
    assert after.of("Encounter") == []
    assert after.of("Task") == []


def test_a_cancellation_before_its_original_waits_and_is_listed_for_a_person(told, case):
    waiting = told(innlagt(case, series="C"))
    assert waiting.of("Encounter") == []
    assert waiting.task("avklaring")["status"] == "on-hold"
    assert [i.code for i in waiting.issues] == ["original-missing"]


def test_a_waiting_cancellation_is_applied_when_the_original_comes(told, case):
    after = told(innlagt(case, series="C"), innlagt(case))
    assert after.of("Encounter") == []
    assert after.tasks("avklaring") == []
    assert after.issues == ()


def test_a_changed_message_replaces_the_earlier_one(told, case):
    after = told(
        helseopplysninger(case, expected=date(2026, 3, 7)),
        helseopplysninger(case, updated=True, expected=date(2026, 3, 9)),
    )
    assert statuses(after, "DocumentReference") == ["current", "superseded"]
    (encounter,) = after.of("Encounter")
    assert encounter["extension"][0]["valueDateTime"] == "2026-03-09"
    newer = next(d for d in after.of("DocumentReference") if d["status"] == "current")
    older = next(d for d in after.of("DocumentReference") if d["status"] == "superseded")
    assert newer["relatesTo"] == [{"code": "replaces", "target": {"reference": f"DocumentReference/{older['id']}"}}]


def test_a_change_without_its_original_is_shown_and_flagged(told, case):
    after = told(helseopplysninger(case, updated=True, expected=date(2026, 3, 9)))
    assert [i.code for i in after.issues] == ["change-without-original"]
    assert statuses(after, "Composition") == ["final"]
    assert len(after.of("CarePlan")) == 1


def test_cancelling_a_change_cancels_the_original_too(told, case):
    change = case.message_id("helseopplysninger-M")
    messages = [
        helseopplysninger(case),
        helseopplysninger(case, updated=True, message_id=change),
        helseopplysninger(case, series="C", message_id=case.message_id("gone"), parent=change),
    ]
    for order in permutations(messages):
        after = told(*order)
        assert statuses(after, "DocumentReference") == ["current", "entered-in-error", "entered-in-error"]
        assert after.of("CarePlan") == []


def test_original_change_and_cancellation_with_one_gendate_are_ordered_by_reference(told, case):
    made = case.start + timedelta(hours=5)
    messages = [
        helseopplysninger(case, generated=made),
        helseopplysninger(case, updated=True, generated=made),
        helseopplysninger(case, series="C", generated=made, message_id=case.message_id("c")),
    ]
    results = {b"".join(map(canonical, told(*order).projection.resources)) for order in permutations(messages)}
    assert len(results) == 1
    assert statuses(told(*messages), "DocumentReference") == ["current", "entered-in-error", "entered-in-error"]


def test_another_organisation_cannot_cancel_a_message(told, case):
    after = told(innlagt(case), innlagt(case, series="C", sender=OTHER_HOSPITAL))
    assert [i.code for i in after.issues] == ["other-sender"]
    assert after.one("Encounter")["status"] == "in-progress"
    assert after.task("avklaring")["status"] == "on-hold"


def test_a_cancellation_without_reference_finds_the_one_message_that_fits(told, case, read):
    without = innlagt(case, series="C").replace(b"<ConversationRef>", b"<!--").replace(b"</ConversationRef>", b"-->")
    after = told(innlagt(case), without)
    assert after.of("Encounter") == []


def test_a_cancellation_without_reference_that_fits_two_messages_waits(told, case):
    without = innlagt(case, series="C").replace(b"<ConversationRef>", b"<!--").replace(b"</ConversationRef>", b"-->")
    after = told(innlagt(case), innlagt(case, message_id=case.message_id("again")), without)
    assert sorted(i.code for i in after.issues) == ["ambiguous-original", "original-missing"]
    assert len(after.of("Encounter")) == 1


def test_a_cancelled_notice_of_readiness_was_never_sent(told, case):
    after = told(innlagt(case), utskrivningsklar(case), utskrivningsklar(case, series="C"))
    assert after.tasks("utskrivningsklar") == []
    assert after.one("Encounter")["status"] == "in-progress"


@pytest.mark.parametrize("version", ["1.5", "1.6"])
def test_both_versions_correct_alike(told, case, version):
    after = told(innlagt(case, version=version), innlagt(case, version=version, series="C"))
    assert statuses(after, "DocumentReference") == ["current", "entered-in-error"]


def test_a_wrong_patient_leaves_the_queries_at_once(told, case):
    wrong = Case(name="wrong", start=case.start, patient=person(5))
    after = told(utskrivningsklar(wrong), utskrivningsklar(wrong, series="C"))
    assert after.of("Task") == []
    assert after.one("Patient")["active"] is True
    assert PARTIES is case.parties


def standing(told, *bodies):
    """What became of each document, the oldest first."""
    return [d["status"] for d in sorted(told(*bodies).of("DocumentReference"), key=lambda d: d["date"])]


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_an_epikrise_is_changed_and_cancelled_by_its_document_id_in_any_order(told, case, version):
    gone = case.start + timedelta(days=8)
    new, changed = epikrise(case, version=version), epikrise(case, version=version, series="M")
    cancelled = epikrise(case, version=version, series="C", generated=gone)
    assert standing(told, new, changed) == ["superseded", "current"]
    for order in permutations((new, changed, cancelled)):
        assert standing(told, *order) == ["entered-in-error", "entered-in-error", "current"]
    assert [i.code for i in told(cancelled).issues] == ["original-missing"]
    assert [i.code for i in told(changed).issues] == ["change-without-original"]


def test_an_epikrise_of_another_hospital_with_the_same_document_id_changes_nothing(told, case):
    after = told(epikrise(case), epikrise(case, series="C", sender=OTHER_HOSPITAL))
    assert [i.code for i in after.issues] == ["other-sender"]
    assert after.task("avklaring")["status"] == "on-hold"


def test_updated_information_of_the_old_code_replaces_what_came_before(told, case):
    """O Oppdatert og erstatter: not to be used since 2018, and still in old traffic; taken as M."""
    old = helseopplysninger(case, updated=True).replace(b'Forsendelsesstatus V="M"', b'Forsendelsesstatus V="O"')
    assert standing(told, helseopplysninger(case), old) == ["superseded", "current"]


def test_an_addition_stands_beside_what_it_adds_to(told, case):
    """A Tillegg is an additional version that replaces nothing."""
    more = utskrivningsrapport(case, series="M").replace(b'Forsendelsesstatus V="M"', b'Forsendelsesstatus V="A"')
    new = utskrivningsrapport(case)
    for order in permutations((new, more)):
        assert standing(told, *order) == ["current", "current"]
    cancelled = utskrivningsrapport(case, series="C", generated=case.start + timedelta(days=7))
    for order in permutations((new, more, cancelled)):
        assert standing(told, *order) == ["entered-in-error", "entered-in-error", "current"]
    assert [i.code for i in told(more).issues] == []


def test_a_change_after_a_lost_change_follows_the_first_message_of_the_conversation(told, case):
    """The parent never came; the conversation names the series all the same."""
    lost = case.message_id("lost")
    second = helseopplysninger(
        case, updated=True, message_id=case.message_id("second"), parent=lost,
        conversation=case.message_id("helseopplysninger-N"), generated=case.start + timedelta(days=3),
    )  # fmt: skip
    assert standing(told, helseopplysninger(case), second) == ["superseded", "current"]


def test_a_lost_change_that_comes_at_last_is_older_than_what_replaced_it(told, case):
    middle, newest = case.message_id("middle"), case.message_id("newest")
    first = helseopplysninger(case)
    second = helseopplysninger(case, updated=True, message_id=middle)
    third = helseopplysninger(
        case, updated=True, message_id=newest, parent=middle, conversation=case.message_id("helseopplysninger-N"),
        generated=case.start + timedelta(days=3),
    )  # fmt: skip
    for order in permutations((first, second, third)):
        assert standing(told, *order) == ["superseded", "superseded", "current"]


def test_what_is_sent_anew_after_a_cancellation_holds(told, case):
    """Logistics has no Endring: a wrong time is mended by Kansellering and a new message."""
    wrong, gone = utskrivningsklar(case), utskrivningsklar(case, series="C")
    right = utskrivningsklar(
        case, ready=case.start + timedelta(days=5), message_id=case.message_id("right"),
        generated=case.start + timedelta(days=5),
    )  # fmt: skip
    for order in permutations((innlagt(case), wrong, gone, right)):
        after = told(*order)
        assert len(after.tasks("utskrivningsklar")) == 1
        assert after.task("utskrivningsklar")["executionPeriod"]["start"].startswith("2026-03-07T10:00")


def test_a_reply_in_a_conversation_is_not_changed_by_another_reply_in_it(told, case):
    """A conversation may hold several messages of one type: only references to the message itself make a series."""
    asked = case.message_id("asked")
    question = foresporsel(case, message_id=asked, generated=case.start)
    one = innleggelsesrapport(case, message_id=case.message_id("one"), parent=asked)
    two = innleggelsesrapport(
        case, message_id=case.message_id("two"), parent=asked, generated=case.start + timedelta(days=2)
    )
    assert standing(told, question, one, two) == ["current", "current", "current"]
