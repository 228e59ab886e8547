"""The register's formats: yearly records that wait for their ident file, and events that correct each other."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.municipal.register import event_adapter, iplos_adapter
from hub.contract import Document, Rejection
from hub.errors import ConfigurationError
from hub.reading import messages_in
from mappings.documents import Message, coverage
from tests.municipal.samples import (
    CHAIN,
    GUID,
    HOME,
    KOMMUNE,
    LATER,
    OTHER,
    PAUSE,
    PERSON,
    SHORT,
    START,
    by_number,
    case,
    events,
    identities,
    notification,
    of_type,
    outcomes,
    person_record,
    projected,
    raw,
    read,
    refused,
    yearly,
)


def of(*notifications: str) -> list[Document]:
    """The messages of a delivery of events."""
    found = [one for one in outcomes(events(*notifications)) if isinstance(one, Document)]
    assert len(found) == len(notifications)
    return found


EXPECTED = [
    {"status": "active", "period": {"start": "2026-11-16", "end": "2026-11-19"}},
    {"status": "onhold", "period": {"start": "2026-11-19"}},
]


def test_a_corrected_pause_counts_and_the_first_one_does_not() -> None:
    episode = by_number(projected(*of(*CHAIN)), "T-640", "EpisodeOfCare")
    assert (episode["status"], episode["statusHistory"]) == ("onhold", EXPECTED)
    assert episode["managingOrganization"]["identifier"]["value"] == SHORT


def test_the_order_in_which_events_come_does_not_matter() -> None:
    expected = projected(*of(*CHAIN))
    for order in permutations(of(*CHAIN)):
        assert projected(*order, order[0]) == expected


def test_a_correction_holds_though_what_it_corrects_was_lost() -> None:
    assert by_number(projected(*of(START, LATER)), "T-640", "EpisodeOfCare")["statusHistory"] == EXPECTED


def test_a_pause_that_ends_is_over_and_the_service_goes_on() -> None:
    resumed = notification(44, "MidlertidigStoppTil", day="2026-11-23")
    episode = by_number(projected(*of(*CHAIN, resumed)), "T-640", "EpisodeOfCare")
    assert episode["status"] == "active"
    assert [one["status"] for one in episode["statusHistory"]] == ["active", "onhold", "active"]
    assert episode["statusHistory"][-1]["period"] == {"start": "2026-11-23"}


def test_a_cancelled_pause_never_was() -> None:
    cancelled = notification(44, "MidlertidigStoppFra", day="2026-11-19", status="C", ref=42)
    assert by_number(projected(*of(*CHAIN, cancelled)), "T-640", "EpisodeOfCare")["status"] == "active"


def test_an_end_finishes_the_service_and_another_performer_takes_it_over() -> None:
    moved = notification(44, "TjenesteutforerEndret", day="2026-11-20").replace(SHORT, HOME)
    ended = notification(45, "TjenesteSlutt", day="2026-11-19").replace(SHORT, HOME)
    episode = by_number(projected(*of(START, moved, ended)), "T-640", "EpisodeOfCare")
    assert (episode["status"], episode["period"]["end"]) == ("finished", "2026-11-19")
    assert episode["managingOrganization"]["identifier"]["value"] == HOME


def test_an_event_and_a_case_of_the_same_service_make_one_episode_with_both_numbers() -> None:
    same = {"id": "KORT-1", "type": {"volven9151": "20"}, "start": "2026-11-16", "performer": {"organization": SHORT}}
    made = projected(*of(*CHAIN), read(case(services=[same])))
    (episode,) = of_type(made, "EpisodeOfCare")
    assert {i["value"] for i in episode["identifier"]} == {"T-640", "KORT-1"}
    elsewhere = {**same, "performer": {"organization": HOME}}
    assert len(of_type(projected(*of(*CHAIN), read(case(services=[elsewhere]))), "EpisodeOfCare")) == 2


def test_a_notification_names_the_one_before_it_so_that_a_gap_is_seen() -> None:
    (document,) = of(PAUSE)
    assert (document.head.message_id, document.head.conversation) == (f"{GUID}042", f"{GUID}041")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (notification(42, "TjenesteStart", day="2026-11-18", more="<npr:TjenesteSlutt/>"), "several-events"),
        (PAUSE.replace("MidlertidigStoppFra", "Ukjent"), "no-event"),
    ],
)
def test_a_notification_with_none_or_two_events_is_refused_and_the_others_come_in(told: str, code: str) -> None:
    first, second = outcomes(events(START, told))
    assert isinstance(first, Message)
    assert isinstance(second, Rejection)
    assert [fault.code for fault in second.faults] == [code]
    assert second.message_id == f"{GUID}042"


def test_a_pause_without_its_id_is_refused() -> None:
    assert refused(events(PAUSE.replace(' midlertidigStoppID="MS-1"', ""))) == [
        ("required", "Melding/Notifikasjon/MidlertidigStoppFra/@midlertidigStoppID")
    ]


def test_the_same_notification_in_another_delivery_is_the_same_and_another_content_is_not() -> None:
    first, again = raw(events(START, batch="1")), raw(events(START, batch="2"))
    assert event_adapter.same(first, again)
    assert not event_adapter.same(first, raw(events(START.replace("T-640", "T-641"))))


def test_a_number_that_fails_its_control_digits_leaves_the_municipality_s_own() -> None:
    document = read(events(START.replace(PERSON, "15833830285")))
    assert [one.code for one in document.issues] == ["patient-number-unused"]
    assert [i.value for i in document.head.persons] == ["4711"]


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(5)), st.lists(st.integers(0, 4), max_size=4))
def test_any_order_and_any_repetition_of_all_sources_give_the_same(order: list[int], again: list[int]) -> None:
    told = [
        *of(*CHAIN),
        read(case()),
        read(yearly()),
    ]
    linked = read(identities())
    expected = projected(*told, linked)
    assert projected(*(told[place] for place in order), linked, *(told[place] for place in again)) == expected


def test_a_yearly_record_is_a_pseudonym_until_the_ident_file_comes() -> None:
    (patient,) = of_type(projected(read(yearly())), "Patient")
    assert {"system": "https://heimveg.dev/fhir/CodeSystem/identity", "code": "pseudonym"} in patient["meta"]["tag"]
    assert "name" not in patient
    assert PERSON not in str(patient)
    patients = of_type(projected(read(yearly()), read(identities())), "Patient")
    (known,), (before,) = [p for p in patients if p["active"]], [p for p in patients if not p["active"]]
    assert known["identifier"][0]["value"] == PERSON
    assert before["id"] == patient["id"]
    assert before["link"] == [{"other": {"reference": f"Patient/{known['id']}"}, "type": "replaced-by"}]
    assert "pseudonym" not in str(known["meta"])


def test_a_yearly_record_becomes_services_function_and_diagnoses() -> None:
    made = projected(read(yearly()), read(identities()))
    episodes = {r["type"][0]["coding"][0]["code"]: r for r in of_type(made, "EpisodeOfCare")}
    assert {code: (r["status"], r["period"]) for code, r in episodes.items()} == {
        "15": ("active", {"start": "2023-04-01"}),
        "20": ("finished", {"start": "2025-11-20", "end": "2025-12-18"}),
    }
    scores = [r for r in of_type(made, "Observation") if "9111" in str(r["code"])]
    assert len(scores) == 4
    changes = [part["valueInteger"] for r in scores for e in r.get("extension", ()) for part in e["extension"][1:2]]
    assert changes == [2]
    assert of_type(made, "Condition")[0]["code"]["coding"][0]["code"] == "K77"
    assert of_type(made, "CarePlan") == of_type(made, "CareTeam") == []


def test_nothing_of_the_register_s_formats_is_lost() -> None:
    for document in (read(yearly()), read(identities()), read(events(START))):
        made = projected(document)
        assert coverage(document, [*made.resources, *(m.resource for m in made.mentions)]).lost == ()


def test_a_service_that_a_newer_file_does_not_name_is_marked_and_not_ended() -> None:
    newer = yearly(person_record("77", services=""), number="2027-0001", made="20270105")
    both = [read(identities()), read(identities(("77", PERSON), file="2027-0001"))]
    made = projected(read(yearly()), read(newer), *both)
    episode = next(r for r in of_type(made, "EpisodeOfCare") if "Helsetjenester i hjemmet" in str(r["type"]))
    (stale,) = [e for e in episode["extension"] if e["url"].endswith("sist-rapportert")]
    assert (episode["status"], stale["valueDate"]) == ("active", "2026-01-05")


def test_the_same_service_in_two_yearly_files_is_one() -> None:
    again = yearly(person_record("77"), number="2027-0001", made="20270105")
    both = [read(identities()), read(identities(("77", PERSON), file="2027-0001"))]
    assert len(of_type(projected(read(yearly()), read(again), *both), "EpisodeOfCare")) == 2


def test_a_person_with_another_s_record_is_left_out_and_the_others_come_in() -> None:
    stranger = person_record("1002").replace('diPeID="1002"', 'diPeID="1001"')
    first, second = outcomes(yearly(person_record("1001"), stranger))
    assert isinstance(first, Message)
    assert isinstance(second, Rejection)
    assert [(fault.code, fault.path) for fault in second.faults] == [
        ("child-id", "IPLOS/PERSON[1]/DIAGNOSE[1]/@diPeID")
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (yearly()[:-20], "T01"),
        (yearly().replace("<i:peAlder>87</i:peAlder>", ""), "T02"),
        (identities(("1001", "15833830285")), "ident-number"),
        (identities().replace('typeID="1"', 'typeID="4"'), "ident-type"),
    ],
    ids=["not whole", "against the schema", "control digits", "a passport"],
)
def test_what_cannot_be_used_is_refused(body: str, code: str) -> None:
    assert [found for found, _ in refused(body)] == [code]


@pytest.mark.parametrize(("old", "new", "code"), [
    ("<i:fnFunkVerdi>3</i:fnFunkVerdi>", "<i:fnFunkVerdi>7</i:fnFunkVerdi>", "score"),
    ("<i:fnFunkType>7</i:fnFunkType>", "<i:fnFunkType>19</i:fnFunkType>", "variable"),
    ("<i:tjTilDato>20251218</i:tjTilDato>", "<i:tjTilDato>20251001</i:tjTilDato>", "period"),
])  # fmt: skip
def test_a_value_outside_its_scale_is_kept_with_a_remark(old: str, new: str, code: str) -> None:
    document = read(yearly(person_record().replace(old, new)))
    assert [one.code for one in document.issues] == [code]
    made = projected(document)
    assert coverage(document, [*made.resources, *(m.resource for m in made.mentions)]).lost == ()


def test_restricted_services_are_taken_out_of_the_file_before_anything_is_kept() -> None:
    restricted = person_record().replace("<i:tjTjenType>20<", "<i:tjTjenType>24<")
    document = read(yearly(restricted))
    assert [(one.code, one.text[-3:]) for one in document.issues] == [("restricted", " 1.")]
    assert b"<i:tjVeID" not in document.original and b'tjVeID="640"' not in document.original


def test_a_large_file_is_read_person_by_person_from_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "iplos.xml"
    path.write_text(yearly(*(person_record(str(number)) for number in range(1, 40))))
    found = list(messages_in(path))
    assert len({one.outcome.head.message_id for one in found if isinstance(one.outcome, Document)}) == 39
    path.write_text(yearly(*(person_record(str(number)) for number in range(1, 40)))[:-30])
    with pytest.raises(ConfigurationError, match="nothing of the file was taken in"):
        list(messages_in(path))


def test_each_person_of_a_file_has_only_their_own_bytes() -> None:
    parts = iplos_adapter.parts(raw(yearly(person_record("1001"), person_record("1002"))))
    assert [b'pePeID="1002"' in part for part in parts] == [False, True]
    assert all(f"<i:iiKomnr>{KOMMUNE}".encode() in part for part in parts)


def test_two_numbers_for_one_pseudonym_contradict_each_other() -> None:
    first, second = outcomes(identities()), outcomes(identities(("1001", OTHER)))
    ids = {one.head.message_id for one in (*first, *second) if isinstance(one, Document)}
    assert len(ids) == 1  # the intake puts the second one in quarantine


def test_a_file_that_declares_entities_is_refused_unread() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>' + yearly().replace(
        "<i:iiSysID>PRØVE-EPJ", "<i:iiSysID>&b;"
    )
    assert [code for code, _ in refused(bomb)] == ["T01"]
