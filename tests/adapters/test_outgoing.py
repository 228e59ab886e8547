"""What somebody enters reaches a partner who reads messages only: as what was entered, and never as an echo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.kith import KithAdapter
from adapters.kith.national import national_schema
from adapters.kith.parse import parse
from adapters.kith.samples import (
    Case,
    avmelding,
    helseopplysninger,
    innlagt,
    innleggelsesrapport,
    notat,
    orientering_om_tjenestetilbud,
    utskrivningsklar,
)
from adapters.kith.schema import schema_for
from hub.contract import ORGANISASJONSNUMMER, Document, Head, Outgoing, Party, Raw, Report, Untold
from hub.plugins import installed
from mappings.documents import Entered, Message, entry
from mappings.documents.dialogmelding import Dialogmelding
from mappings.documents.plo import Innleggelsesrapport, OrienteringOmTjenestetilbud
from mappings.documents.plo_services import EksisterendeTjeneste, KartlagtFunksjon
from mappings.documents.shape import below
from mappings.facts import event
from mappings.norwegian_time import OSLO
from mappings.outgoing.texts import ANSWERS, FROM, PLACE, REASON
from mappings.patient_log import patient_log
from mappings.rules.policies import Policies
from tests.adapters.test_oracle import SCHEMAS
from tests.municipal.samples import CASE as CASES
from tests.municipal.samples import case
from tests.municipal.samples import read as municipal_read

CASE = Case(name="outgoing", start=datetime(2026, 3, 2, 10, tzinfo=OSLO))
READY = CASE.start + timedelta(days=4)
TOLD = READY + timedelta(hours=2)
IDS = ("0b6f2f7e-0000-8000-8000-000000000001", "0b6f2f7e-0000-8000-8000-000000000002")
HAS_NATIONAL = (SCHEMAS / "all-msghead.xsd").is_file()
words = st.text(st.characters(codec="latin-1", categories=("L", "N")), min_size=1, max_size=12)
phrases = st.lists(words, min_size=1, max_size=6).map(" ".join)


def read(body: bytes, adapter: KithAdapter | None = None) -> Message:
    outcome = (adapter or KithAdapter()).read(Raw(body=body, received=datetime.now(UTC)))
    assert isinstance(outcome, Message), outcome
    return outcome


LOG = [innlagt(CASE), helseopplysninger(CASE), utskrivningsklar(CASE)]
NOTICE = read(LOG[2]).head
MUNICIPALITY, HOSPITAL = NOTICE.receiver, NOTICE.sender


def told(
    kind: str,
    values: dict[str, Any],
    *,
    by: Party = MUNICIPALITY,
    at: datetime = TOLD,
    about: str = NOTICE.message_id,
    series: Any = "N",
    parent: str | None = None,
) -> Entered:
    head = Head(
        message_id=str(uuid5(NAMESPACE_URL, f"{kind}{at}{series}")),
        type=kind,
        version="1",
        series=series,
        sender=by,
        receiver=Party(name="", identifiers=()),
        persons=NOTICE.persons,
        generated=at,
        parent=parent,
    )
    return entry(head, values, author="Fiktiv Forfatter", about=about)


def sent(
    entered: Entered, *more: Document, log: Sequence[bytes] = LOG, before: str | None = None, **own: Any
) -> tuple[Outgoing, ...]:
    adapter = KithAdapter()
    adapter.configure(**own)
    documents = [*map(read, log), *more, entered]
    return tuple(adapter.outgoing(entered, documents, ids=IDS, before=before))


def one(found: tuple[Outgoing, ...]) -> Message:
    """The only message, valid by our schema and, where it is at hand, by the national one."""
    (only,) = found
    return valid(only.body)


def valid(body: bytes) -> Message:
    root = parse(body)
    assert isinstance(root, etree._Element)
    space = str(etree.QName(root).namespace)
    assert schema_for(space).validate(root), schema_for(space).error_log
    national = national_schema(SCHEMAS, space) if HAS_NATIONAL else None
    assert national is None or national.validate(root), national.error_log
    return read(body)


def note(message: Message) -> Any:
    assert isinstance(message.payload, Dialogmelding)
    return message.payload.notat[0]


answers = st.fixed_dictionaries(
    {"answer": st.sampled_from(list(ANSWERS))},
    optional={
        "on": st.dates(date(2026, 3, 6), date(2026, 6, 1)).map(date.isoformat),
        "place": phrases,
        "reason": phrases,
    },
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(answers)
def test_an_answer_is_read_back_from_its_note_as_it_was_entered(values: dict[str, str]) -> None:
    message = one(sent(told("kommune-svar", values)))
    lines = str(note(message).tekst_notat_innhold).split("\n")
    by_text = {text: code for code, text in ANSWERS.items()}
    found = {"answer": by_text[lines[0]]}
    for name, label in (("on", FROM), ("place", PLACE), ("reason", REASON)):
        start = label.format("")
        found.update((name, line.removeprefix(start)) for line in lines[1:] if line.startswith(start))
    assert found == values


def test_an_answer_goes_back_to_the_ward_that_asked_in_the_thread_of_its_notice() -> None:
    message = one(sent(told("kommune-svar", {"answer": "can-receive"})))
    head, theme = message.head, note(message).tema_kodet
    assert (head.type, head.version, head.message_id, head.series) == ("DIALOG_NOTAT", "1.0", IDS[0], "N")
    assert (head.parent, head.conversation) == (NOTICE.message_id, NOTICE.message_id)
    assert (head.sender, head.receiver, head.persons) == (MUNICIPALITY, HOSPITAL, NOTICE.persons)
    assert (theme.v, theme.s.rpartition(".")[2], head.generated) == ("1", "9155", TOLD)
    assert note(message).roller_relatert_notat[0].healthcare_professional.family_name == "Fiktiv Forfatter"


def test_the_same_entry_gives_the_same_bytes_whatever_the_order_of_the_log() -> None:
    entered = told("kommune-svar", {"answer": "cannot-receive", "reason": "Fullt"})
    assert sent(entered)[0].body == sent(entered, log=LOG[::-1])[0].body


def test_a_changed_answer_says_that_it_replaces_the_note_that_was_sent() -> None:
    first = told("kommune-svar", {"answer": "cannot-receive"})
    note_of_first = one(sent(first))
    changed = told(
        "kommune-svar",
        {"answer": "can-receive"},
        at=TOLD + timedelta(hours=3),
        series="M",
        parent=first.head.message_id,
    )
    again = one(sent(changed, first, note_of_first, before=IDS[0]))
    assert str(note(again).tekst_notat_innhold).startswith("Dette erstatter vår forrige tilbakemelding.\n")
    assert (again.head.parent, again.head.conversation) == (IDS[0], NOTICE.message_id)
    back = told("kommune-svar", {"answer": "can-receive"}, series="C", parent=first.head.message_id)
    assert "trekkes tilbake" in str(note(one(sent(back, first, note_of_first, before=IDS[0]))).tekst_notat_innhold)
    assert sent(back, first) == (), "what was never sent need not be taken back"


@pytest.mark.parametrize(
    ("values", "own"),
    [
        ({"answer": "can-receive", "codes": CASE.message_id("a-note")}, {}),
        ({"answer": "can-receive"}, {"by": HOSPITAL}),
        ({"answer": "can-receive"}, {"about": CASE.message_id("unknown")}),
    ],
    ids=["it codes a note that came", "the hospital has written it down", "about a message that nobody has"],
)
def test_nobody_is_told_what_came_as_a_message_or_is_not_the_tellers_to_say(values: Any, own: Any) -> None:
    assert sent(told("kommune-svar", values, **own)) == ()


def test_an_answer_that_only_codes_the_note_of_the_municipalitys_own_system_is_not_sent_again() -> None:
    came = notat(CASE, NOTICE.message_id, generated=TOLD - timedelta(minutes=5))
    first = told("kommune-svar", {"answer": "cannot-receive"})
    assert sent(first, log=[*LOG, came]) == ()
    later = told("kommune-svar", {"answer": "offer-ready"}, at=TOLD + timedelta(days=1))
    assert len(sent(later, first, log=[*LOG, came])) == 1, "of the later answer no note has told"


@pytest.mark.parametrize(
    ("own", "count"),
    [
        ((), 1),
        (MUNICIPALITY.identifiers, 1),
        (HOSPITAL.identifiers, 0),
        (MUNICIPALITY.identifiers + HOSPITAL.identifiers, 0),
    ],
    ids=["nobody is set", "the municipality is ours", "only the hospital is ours", "both are ours and read here"],
)
def test_only_our_own_speak_and_only_to_others(own: Any, count: int) -> None:
    assert len(sent(told("kommune-svar", {"answer": "can-receive"}), own_parties=own)) == count


@pytest.mark.parametrize(("reason", "code"), [("wrong-addressee", "1"), ("incomplete", "2"), ("other", "9")])
def test_a_deviation_tells_the_sender_of_the_message_what_is_wrong_with_it(reason: str, code: str) -> None:
    admitted = read(LOG[0]).head
    values = {"message": admitted.message_id, "reason": reason, "text": "Funksjonsvurderingen mangler"}
    message = one(sent(told("avvik", values, about=admitted.message_id)))
    assert (message.head.type, message.head.parent) == ("DIALOG_AVVIK", admitted.message_id)
    assert (message.head.sender, message.head.receiver) == (admitted.receiver, admitted.sender)
    assert (note(message).tema_kodet.v, note(message).tekst_notat_innhold) == (code, "Funksjonsvurderingen mangler")
    assert sent(told("avvik", values, about=admitted.message_id, by=HOSPITAL)) == (), "its own sender tells nobody"


DECIDED = {"at": (READY - timedelta(days=1)).isoformat()}


def test_readiness_that_the_hospital_decides_becomes_the_notice_to_the_municipality() -> None:
    early = LOG[:2]
    about = read(LOG[0]).head.message_id
    entered = told("beslutning-utskrivningsklar", DECIDED, by=HOSPITAL, about=about, at=READY - timedelta(hours=23))
    message = one(sent(entered, log=early))
    ready, admitted = event(message, "3"), event(message, "1")
    assert message.head.type == "LOG_UTSKRIVNINGSKLAR"
    assert message.head.receiver == read(LOG[1]).head.receiver, "to whoever got the early notice"
    assert ready is not None and admitted is not None
    assert (ready.when, admitted.when) == (READY - timedelta(days=1), CASE.start)
    log = patient_log([*map(read, early), message], READY, Policies())
    assert log is not None and len(log.stays) == 1
    assert sent(told("beslutning-utskrivningsklar", DECIDED, about=about), log=early) == (), "by the hospital only"


def test_readiness_that_is_taken_back_or_moved_is_withdrawn_or_cancelled_where_it_was_sent() -> None:
    early, about = LOG[:2], read(LOG[0]).head.message_id
    decided_at = READY - timedelta(hours=23)
    first = told("beslutning-utskrivningsklar", DECIDED, by=HOSPITAL, about=about, at=decided_at)
    notice = one(sent(first, log=early))
    parent = {"by": HOSPITAL, "about": about, "parent": first.head.message_id, "at": decided_at + timedelta(hours=1)}
    gone = told("beslutning-utskrivningsklar", DECIDED, series="C", **parent)
    withdrawal = one(sent(gone, first, notice, log=early, before=IDS[0]))
    assert withdrawal.head.type == "LOG_AVMELDING"
    assert event(withdrawal, "4") is not None
    moved = told("beslutning-utskrivningsklar", {"at": READY.isoformat()}, series="M", **parent)
    cancelled, anew = (valid(o.body) for o in sent(moved, first, notice, log=early, before=IDS[0]))
    assert (cancelled.head.series, cancelled.head.parent, anew.head.series) == ("C", IDS[0], "N")
    found = event(anew, "3")
    assert found is not None and found.when == READY


def test_readiness_of_which_the_hospitals_own_system_has_sent_notice_is_not_sent_again() -> None:
    entered = told("beslutning-utskrivningsklar", DECIDED, by=HOSPITAL)
    assert sent(entered) == ()
    again = told("beslutning-utskrivningsklar", {"at": (READY + timedelta(days=2)).isoformat()}, by=HOSPITAL,
                 at=READY + timedelta(days=2))  # fmt: skip
    assert len(sent(again, log=[*LOG, avmelding(CASE)])) == 1


def test_of_each_kind_of_entry_one_adapter_alone_tells() -> None:
    kinds = [kind for plugin in installed() for kind in plugin.tells_of]
    assert sorted(kinds) == sorted(set(kinds)) != []


def reported(type: str, log: Sequence[bytes], *more: Document) -> Message | str:
    wanted = Report(type=type, about=read(LOG[0]).head.message_id, by=MUNICIPALITY, author="Fiktiv Forfatter")
    found = KithAdapter().report(wanted, [*map(read, log), *more], id=IDS[0], at=TOLD)
    return valid(found.body) if isinstance(found, Outgoing) else found.reason if isinstance(found, Untold) else ""


def test_what_the_municipality_gives_and_has_entered_becomes_a_report_to_the_hospital() -> None:
    matters = told("hva-er-viktig", {"text": "Komme hjem til katten"}, at=TOLD - timedelta(days=1))
    message = reported("INNLEGGELSESRAPPORT", [*LOG, orientering_om_tjenestetilbud(CASE)], matters)
    assert isinstance(message, Message) and isinstance(message.payload, Innleggelsesrapport)
    given = [s.betegnelse_tjeneste or s.iplos_tjenestetype for s in below(message.payload, EksisterendeTjeneste)]
    ours = read(orientering_om_tjenestetilbud(CASE)).payload
    assert given == [s.betegnelse_tjeneste or s.iplos_tjenestetype for s in below(ours, EksisterendeTjeneste)] != []
    assert b"Komme hjem til katten" in message.original
    assert (message.head.receiver, message.head.parent) == (HOSPITAL, read(LOG[0]).head.message_id)


def exported(at: datetime) -> Message:
    """What the municipality's record system tells of the patient."""
    number = next(i.value for i in MUNICIPALITY.identifiers if i.system == ORGANISASJONSNUMMER)
    person = CASE.patient.number
    source = {**CASES["source"], "organization": number}
    patient = {**CASES["patient"], "nationalId": {"type": "FNR", "value": person}}
    return municipal_read(case(source=source, patient=patient, exportedAt=at.isoformat()))


def test_what_the_record_system_exports_becomes_a_report_too_and_the_newest_word_counts() -> None:
    older = orientering_om_tjenestetilbud(CASE)
    written = read(older).head.generated
    earlier = reported("INNLEGGELSESRAPPORT", [*LOG, older], exported(written - timedelta(days=1)))
    assert isinstance(earlier, Message) and b"7.5" not in earlier.original, "the message is newer than the export"
    message = reported("INNLEGGELSESRAPPORT", [*LOG, older], exported(written + timedelta(minutes=1)))
    assert isinstance(message, Message) and isinstance(message.payload, Innleggelsesrapport)
    (service,) = below(message.payload, EksisterendeTjeneste)
    assert (service.iplos_tjenestetype and service.iplos_tjenestetype.v, service.antall_enheter) == ("15", "7.5")
    assert "opphold" in str(service.merknad)
    scores = {str(f.funksjonsvariabel.v): str(f.vurdering) for f in below(message.payload, KartlagtFunksjon)}  # type: ignore[union-attr]
    assert scores == {"5": "4", "7": "3", "15": "9"}
    for words in ("Å gå turen til butikken selv.", "Koordinator Kari Prøve", "CFS): 6"):
        assert words.encode() in message.original


def test_the_services_go_to_the_doctor_that_the_municipality_has_written_to() -> None:
    before = orientering_om_tjenestetilbud(CASE)
    message = reported("ORIENTERING_TJENESTETILBUD", [*LOG, before])
    assert isinstance(message, Message) and isinstance(message.payload, OrienteringOmTjenestetilbud)
    assert message.head.receiver == read(before).head.receiver


def test_no_report_is_made_of_nothing_or_to_nobody() -> None:
    assert reported("INNLEGGELSESRAPPORT", LOG) == "nothing-known"
    assert reported("ORIENTERING_TJENESTETILBUD", [*LOG, innleggelsesrapport(CASE)]) == "no-receiver"
    assert reported("LOG_INNLAGT", LOG) == "", "no report of ours"
