"""Dialog messages as Communications in conversation, requests as Tasks that answers complete (dossier 3)."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise, permutations

import orjson
import pytest

from adapters.kith.samples import (
    PARTIES,
    Case,
    Service,
    apprec,
    avvik,
    epj_ekstrakt,
    foresporsel,
    helsefaglig,
    innlagt,
    innleggelsesrapport,
    jpeg,
    medisinske_opplysninger,
    notat,
    pdf,
    png,
    status_henvisning,
    svar,
    utskrivningsklar,
    xml,
)
from adapters.kith.samples.parties import Address, Virksomhet, organisation_number
from tests.course.test_receipts import delivery, original

HOUR = timedelta(hours=1)
STRANGER = Address(
    virksomhet=Virksomhet(name="Annen kommune", her_id="99000900", number=organisation_number(9)),
    level2=Service(name="Saksbehandling", her_id="99000901"),
)


@pytest.fixture
def asked(case: Case) -> str:
    """The id of the request in most tests."""
    return case.message_id("asked")


@pytest.fixture
def question(case: Case, asked: str) -> bytes:
    return foresporsel(case, message_id=asked)


def later(case: Case, **more: float) -> dict[str, object]:
    return {"generated": case.start + timedelta(days=4, hours=5) + timedelta(**more)}


def spoken(told, text: str):
    """The Communication in which this was written."""
    (found,) = [c for c in told.of("Communication") if text in str(c["payload"])]
    return found


def test_a_note_is_a_communication_between_the_two_services_about_the_notice_it_answers(told, case):
    ready = case.message_id("utskrivningsklar-N")
    after = told(innlagt(case), utskrivningsklar(case), notat(case, ready, text="Vi kan ta imot fredag."))
    note = after.one("Communication")
    services = {o["id"]: o["name"] for o in after.of("Organization")}
    assert note["status"] == "completed"
    assert [services[r["reference"].partition("/")[2]] for r in (note["sender"], *note["recipient"])] == [
        "Saksbehandling",
        "Indremedisin",
    ]
    assert note["payload"] == [{"contentString": "Vi kan ta imot fredag."}]
    assert note["topic"]["coding"][0]["code"] == "1"
    assert note["about"] == [{"reference": f"DocumentReference/{original(after)['id']}"}]
    assert note["encounter"] == {"reference": f"Encounter/{after.one('Encounter')['id']}"}


def test_a_notes_words_are_never_read_as_yes_or_no(told, case):
    ready = case.message_id("utskrivningsklar-N")
    texts = ("Vi kan ta imot i dag.", "Vi kan ikke ta imot.")
    results = {
        str(told(innlagt(case), utskrivningsklar(case), notat(case, ready, text=text)).tasks("utskrivningsklar"))
        for text in texts
    }
    assert len(results) == 1


def test_marked_up_text_is_carried_as_plain_text_without_what_could_run(told, case):
    markup = (
        '<div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script><p onclick="x()">Kan <b>ta</b> imot</p>'
        '<img src="http://example.org/spor.png"/></div>'
    )
    note = told(notat(case, None, text="Kan ta imot", xhtml=markup))
    written = note.one("Communication")["payload"][0]["contentString"]
    assert "Kan ta imot" in written
    for resource in note.everything:
        if resource["resourceType"] != "Binary":
            assert not any(word in str(resource) for word in ("<script", "onclick", "spor.png"))


def test_a_request_waits_with_the_one_who_was_asked(told, case, question):
    after = told(question)
    task = after.task("foresporsel")
    names = {f"Organization/{o['id']}": o["name"] for o in after.of("Organization")}
    assert task["status"] == "requested"
    assert [c["code"] for c in task["code"]["coding"]] == ["foresporsel", "8"]
    assert (names[task["requester"]["reference"]], names[task["owner"]["reference"]]) == (
        "Fjellvik sykehus HF",
        "Fjellvik kommune",
    )
    assert task["description"] == "Når kan pasienten komme hjem?"
    assert task["focus"] == {"reference": f"Communication/{after.one('Communication')['id']}"}
    assert "restriction" not in task


def test_a_question_to_a_general_practitioner_is_due_in_three_days(told, case):
    body = foresporsel(
        case, code=(9152, "7"), text="Time?", sender=PARTIES.saksbehandling, receiver=PARTIES.fastlege, **later(case)
    )
    assert told(body).task("foresporsel")["restriction"]["period"]["end"] == "2026-03-09T15:00:00+01:00"


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_reply_completes_the_request_and_stands_in_its_conversation(told, case, asked, version):
    question = foresporsel(case, message_id=asked, version=version)
    after = told(question, svar(case, asked, text="I morgen.", version=version, **later(case)))
    task = after.task("foresporsel")
    asking, answering = spoken(after, "Når kan"), spoken(after, "I morgen.")
    assert task["status"] == "completed"
    assert task["output"][0]["valueReference"] == {"reference": f"DocumentReference/{original(after, 'svar')['id']}"}
    assert answering["inResponseTo"] == [{"reference": f"Communication/{asking['id']}"}]
    threads = [
        {i["value"] for i in c["identifier"] if i.get("system", "").endswith("/conversation")}
        for c in (asking, answering)
    ]
    assert threads == [{asked}, {asked}]


def test_a_long_thread_hangs_together_message_by_message(told, case, asked, question):
    ids = [asked, *(case.message_id(f"thread-{n}") for n in range(3))]
    sides = (PARTIES.saksbehandling, PARTIES.hospital)
    talk = [
        helsefaglig(
            case,
            ids[n],
            conversation=asked,
            text=f"Innlegg {n}",
            message_id=ids[n + 1],
            sender=sides[n % 2],
            receiver=sides[(n + 1) % 2],
            **later(case, hours=n),
        )
        for n in range(3)
    ]
    after = told(question, *talk)
    chain = [spoken(after, text) for text in ("Når kan", "Innlegg 0", "Innlegg 1", "Innlegg 2")]
    for before, answer in pairwise(chain):
        assert answer["inResponseTo"] == [{"reference": f"Communication/{before['id']}"}]
    assert len({str(c["identifier"][1]) for c in chain}) == 1


@pytest.mark.parametrize("theme", ["2", "4"])
def test_a_reply_that_says_no_to_the_request_itself_rejects_it(told, case, asked, question, theme):
    task = told(question, svar(case, asked, code=theme, text="", **later(case))).task("foresporsel")
    assert task["status"] == "rejected"
    assert task["statusReason"]["coding"][0]["code"] == theme


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (((9154, "1"), PARTIES.hospital, PARTIES.sykepleietjeneste), innleggelsesrapport),
        (((9152, "1"), PARTIES.saksbehandling, PARTIES.fastlege), medisinske_opplysninger),
        (((9152, "4"), PARTIES.sykepleietjeneste, PARTIES.fastlege), epj_ekstrakt),
    ],
    ids=["innleggelsesrapport", "medisinske opplysninger", "EPJ-ekstrakt"],
)
def test_a_clinical_message_answers_the_request_that_asks_for_it(told, case, asked, request_, answer):
    code, sender, receiver = request_
    body = foresporsel(case, code=code, message_id=asked, sender=sender, receiver=receiver, generated=case.start)
    assert told(body).task("foresporsel")["status"] == "requested"
    assert told(body, answer(case)).task("foresporsel")["status"] == "requested", "it does not refer to the request"
    answered = told(body, answer(case, parent=asked)).task("foresporsel")
    assert answered["status"] == "completed"
    assert answered["output"]


def test_a_clinical_message_of_another_kind_does_not_answer(told, case, asked, question):
    after = told(question, innleggelsesrapport(case, parent=asked))
    assert after.task("foresporsel")["status"] == "requested"


def test_a_withdrawn_answer_leaves_the_request_open(told, case, asked):
    body = foresporsel(case, code=(9154, "1"), message_id=asked, generated=case.start)
    report = innleggelsesrapport(case, parent=asked)
    after = told(body, report, innleggelsesrapport(case, series="C"))
    assert after.task("foresporsel")["status"] == "requested"


def test_an_answer_that_the_asker_refused_leaves_the_request_open(told, case, asked, question):
    reply = svar(case, asked, message_id=case.message_id("reply"), **later(case))
    refused = apprec(
        case,
        case.message_id("reply"),
        status="2",
        errors=[("X99", "")],
        type="DIALOG_SVAR",
        sender=PARTIES.hospital,
        receiver=PARTIES.saksbehandling,
    )
    assert told(question, reply, refused).task("foresporsel")["status"] == "requested"


def test_the_asker_does_not_answer_its_own_question(told, case, asked, question):
    reminder = helsefaglig(
        case, asked, text="Purring", sender=PARTIES.hospital, receiver=PARTIES.saksbehandling, **later(case)
    )
    assert told(question, reminder).task("foresporsel")["status"] == "requested"


def test_of_several_answers_the_first_counts(told, case, asked, question):
    first = svar(case, asked, text="Først", message_id=case.message_id("first"), **later(case))
    second = svar(case, asked, text="Siden", message_id=case.message_id("second"), **later(case, hours=1))
    results = {orjson.dumps(told(*order).projection.resources) for order in permutations((question, first, second))}
    assert len(results) == 1
    output = told(question, second, first).task("foresporsel")["output"]
    assert len(output) == 1


def test_a_deviation_sends_the_request_back(told, case, asked, question):
    task = told(question, avvik(case, asked, code="2", **later(case))).task("foresporsel")
    assert task["status"] == "rejected"
    assert task["statusReason"]["coding"][0]["code"] == "2"


def test_a_deviation_that_is_mended_by_an_answer_is_forgotten(told, case, asked, question):
    after = told(question, avvik(case, asked, code="2", **later(case)), svar(case, asked, **later(case, hours=2)))
    assert after.task("foresporsel")["status"] == "completed"


def test_a_wrong_addressee_marks_the_message_concerned_and_nothing_is_deleted(told, case):
    ready = case.message_id("utskrivningsklar-N")
    before = told(innlagt(case), utskrivningsklar(case))
    after = told(innlagt(case), utskrivningsklar(case), avvik(case, ready, code="1", **later(case)))
    assert len(before.tasks("utskrivningsklar")) == 1
    assert after.tasks("utskrivningsklar") == []
    assert delivery(original(after))["code"] == "rejected"
    assert original(after)["status"] == "current"
    task = after.task("avklaring")
    assert task["focus"] == {"reference": f"DocumentReference/{original(after)['id']}"}
    assert task["statusReason"]["coding"][0]["code"] == "1"
    assert [i.code for i in after.issues] == ["wrong-addressee"]
    assert after.one("Communication")["category"][0]["coding"][0]["code"] == "alert"


def test_a_deviation_for_another_reason_does_not_undo_the_message(told, case):
    ready = case.message_id("utskrivningsklar-N")
    after = told(innlagt(case), utskrivningsklar(case), avvik(case, ready, code="2", **later(case)))
    assert len(after.tasks("utskrivningsklar")) == 1
    assert delivery(original(after)) == {}
    assert after.task("avklaring")["status"] == "on-hold"


def test_a_deviation_reported_by_a_stranger_does_not_undo_the_message(told, case):
    ready = case.message_id("utskrivningsklar-N")
    stranger = avvik(case, ready, code="1", sender=STRANGER, **later(case))
    after = told(innlagt(case), utskrivningsklar(case), stranger)
    assert len(after.tasks("utskrivningsklar")) == 1
    assert delivery(original(after)) == {}


def test_a_deviation_about_a_message_that_is_not_here_is_shown_all_the_same(told, case):
    after = told(avvik(case, case.message_id("unknown"), code="1"))
    assert after.one("Communication")["status"] == "completed"
    (itself,) = after.of("DocumentReference")
    assert after.task("avklaring")["focus"] == {"reference": f"DocumentReference/{itself['id']}"}


def test_messages_that_answer_each_other_do_not_go_round(told, case):
    one, two = case.message_id("one"), case.message_id("two")
    after = told(
        helsefaglig(case, two, message_id=one, text="En", **later(case)),
        helsefaglig(case, one, message_id=two, text="To", **later(case, hours=1)),
    )
    assert "inResponseTo" not in spoken(after, "En")
    assert spoken(after, "To")["inResponseTo"] == [{"reference": f"Communication/{spoken(after, 'En')['id']}"}]


def test_files_of_a_dialog_are_kept_as_they_came(told, case):
    files = (pdf(), jpeg(), png(), xml())
    after = told(helsefaglig(case, attachments=files))
    kinds = sorted(b["contentType"] for b in after.of("Binary"))
    assert kinds == ["application/pdf", "application/xml", "image/jpeg", "image/png", "text/xml"]
    titles = {c["attachment"].get("title") for d in after.of("DocumentReference") for c in d["content"]}
    assert {f.title for f in files} <= titles


def test_the_state_of_a_referral_is_a_communication_of_no_request(told, case):
    after = told(status_henvisning(case))
    assert after.one("Communication")["topic"]["coding"][0]["display"] == "Innkalles til helsehjelp"
    assert after.tasks("foresporsel") == []


def test_a_thread_is_the_same_in_any_order(told, case, asked, question):
    messages = (
        utskrivningsklar(case),
        question,
        svar(case, asked, **later(case)),
        avvik(case, case.message_id("utskrivningsklar-N"), code="1", **later(case, hours=1)),
    )
    assert len({orjson.dumps(told(*order).projection.resources) for order in permutations(messages)}) == 1
