"""The synthetic messages themselves: valid, fitting together, the same each time, and of nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib.metadata import entry_points

import pytest

from adapters.kith.samples import (
    PARTIES,
    STORIES,
    Case,
    avmelding,
    demo_case,
    dod,
    epikrise,
    epj_ekstrakt,
    fravarsmelding,
    helsefaglig,
    helseopplysninger,
    helseopplysninger_til_lege,
    innlagt,
    innleggelsesrapport,
    jpeg,
    medisinske_opplysninger,
    orientering_om_tjenestetilbud,
    pdf,
    person,
    png,
    status_henvisning,
    synthetic_number,
    utskrevet,
    utskrivningsklar,
    utskrivningsrapport,
    xml,
)
from adapters.kith.samples.parties import organisation_number
from mappings.national_number import is_organisation_number, is_synthetic, kind
from tests.adapters.conftest import issues, taken

NOW = datetime(2026, 3, 4, 9, 15, tzinfo=UTC)
CASE = Case(start=NOW)
MAKERS = (
    innlagt, helseopplysninger, utskrivningsklar, avmelding, utskrevet, dod, innleggelsesrapport, utskrivningsrapport,
    helseopplysninger_til_lege, medisinske_opplysninger, orientering_om_tjenestetilbud,
)  # fmt: skip


@pytest.mark.parametrize("version", ["1.5", "1.6"])
@pytest.mark.parametrize("series", ["N", "C"])
@pytest.mark.parametrize("make", MAKERS)
def test_every_sample_is_taken_without_a_remark(make, series, version) -> None:
    assert issues(make(CASE, series=series, version=version)) == {}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.icpc[1])
@pytest.mark.parametrize("version", ["1.5", "1.6"])
def test_the_whole_of_every_story_is_taken_without_a_remark(story, version) -> None:
    case = Case(start=NOW, story=story)
    reports = [make(case, version=version) for make in MAKERS[6:]]
    letters = [epikrise(case, version=v, series=s) for v in ("1.1", "1.2") for s in ("N", "M", "C")]
    others = [epj_ekstrakt(case), fravarsmelding(case), helseopplysninger(case, version=version, full=True)]
    for body in (*reports, *letters, *others):
        assert issues(body) == {}


def test_dialogs_may_bring_files() -> None:
    files = (pdf(), jpeg(), png(), xml())
    for body in (helsefaglig(CASE, attachments=files), utskrivningsrapport(CASE, attachments=files)):
        assert issues(body) == {}
        assert body.count(b"Base64Container") == 2 * len(files)
    assert issues(status_henvisning(CASE)) == {}


@pytest.mark.parametrize("make", MAKERS)
def test_a_cancellation_refers_to_the_message_it_cancels(make) -> None:
    new, cancelled = taken(make(CASE)).head, taken(make(CASE, series="C")).head
    assert cancelled.parent == cancelled.conversation == new.message_id
    assert cancelled.message_id != new.message_id
    assert cancelled.generated > new.generated


def test_updated_information_is_a_change_of_the_early_warning() -> None:
    assert taken(helseopplysninger(CASE, updated=True)).head.series == "M"
    assert taken(helseopplysninger(CASE, updated=True)).head.parent == taken(helseopplysninger(CASE)).head.message_id


def test_what_is_said_of_the_outside_is_used() -> None:
    told = {"message_id": "a" * 8 + "-0000-4000-8000-000000000000", "parent": "p", "conversation": "c"}
    head = taken(innlagt(CASE, generated=NOW + timedelta(days=1), **told)).head
    assert (head.message_id, head.parent, head.conversation) == tuple(told.values())
    assert head.generated == NOW + timedelta(days=1)


def test_the_hour_that_autumn_repeats_is_written_with_its_offset() -> None:
    second_passage = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert b"2026-10-25T02:30:00+01:00" in innlagt(Case(start=second_passage))
    assert issues(innlagt(Case(start=second_passage))) == {}


def test_the_demonstration_is_the_same_for_the_same_moment() -> None:
    assert demo_case(NOW) == demo_case(NOW)
    assert {body for _, body in demo_case(NOW)}.isdisjoint(body for _, body in demo_case(NOW + timedelta(days=1)))


def test_the_demonstration_shows_three_patients_and_one_answer_that_is_overdue() -> None:
    heads = [taken(body).head for _, body in demo_case(NOW)]
    assert len({head.persons for head in heads}) == 3
    assert all(head.generated <= NOW for head in heads)
    ready = sorted(head.generated for head in heads if head.type == "LOG_UTSKRIVNINGSKLAR")
    assert ready[0] < NOW - timedelta(days=2)
    assert ready[1] > NOW - timedelta(hours=2)


def test_the_demonstration_names_its_files_in_the_order_they_were_sent() -> None:
    names = [name for name, _ in demo_case(NOW)]
    assert names == sorted(names, key=lambda name: name[0])
    assert len(set(names)) == len(names)
    assert "3-utskrivningsklar.xml" in names


def test_the_demonstration_is_found_by_its_entry_point() -> None:
    (point,) = entry_points(group="heimveg.samples", name="kith")
    assert point.load() is demo_case


@pytest.mark.parametrize("n", range(60))
def test_persons_are_valid_synthetic_and_distinct(n: int) -> None:
    someone = person(n)
    assert kind(someone.number) == "FNR"
    assert is_synthetic(someone.number)
    assert int(someone.number[8]) % 2 == int(someone.sex) % 2
    assert someone.number[:2] == f"{someone.birth.day:02}"
    assert someone.number not in {person(other).number for other in range(60) if other != n}


def test_persons_of_this_century_have_numbers_too() -> None:
    assert kind(synthetic_number(date(2011, 5, 17), "1", 3)) == "FNR"


def test_organisation_numbers_hold_and_are_of_no_series_that_is_given_out() -> None:
    numbers = [organisation_number(n) for n in range(50)]
    assert all(is_organisation_number(number) and number.startswith("1") for number in numbers)
    assert len(set(numbers)) == 50


def test_both_levels_have_a_her_id_and_level_1_an_organisation_number() -> None:
    head = taken(innlagt(CASE)).head
    assert head.sender.key.endswith(f"|{PARTIES.hospital.virksomhet.number}")
    assert len(head.sender.identifiers) == 2
    assert [i.value for i in head.receiver.unit_identifiers] == [PARTIES.sykepleietjeneste.level2.her_id]
