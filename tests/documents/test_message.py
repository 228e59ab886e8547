"""A message as the mappings see it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from adapters.kith import adapter
from adapters.kith.samples import Case, helseopplysninger, utskrivningsklar
from hub.contract import Document, Raw
from mappings.documents import Message, dump, load, plo
from mappings.documents.message import inline

CASE = Case(start=datetime(2026, 3, 4, 8, 30, tzinfo=UTC))


def read(body: bytes) -> Message:
    outcome = adapter.read(Raw(body=body, received=CASE.start))
    assert isinstance(outcome, Message)
    return outcome


def test_a_message_is_a_document_of_the_contract() -> None:
    assert isinstance(read(utskrivningsklar(CASE)), Document)


def test_the_payload_is_the_clinical_message_in_the_envelope() -> None:
    message = read(utskrivningsklar(CASE))
    assert isinstance(message.payload, plo.Pasientlogistikk)
    assert message.payload is inline(message.enclosed[0])[0]


def test_the_time_of_issue_is_that_of_the_document() -> None:
    assert read(utskrivningsklar(CASE)).issued == "2026-03-08T09:40:00"


def test_an_expected_day_is_read_where_the_version_has_a_place_for_it() -> None:
    expected = date(2026, 3, 9)
    newer = read(helseopplysninger(CASE, expected=expected)).payload
    older = read(helseopplysninger(CASE, expected=expected, version="1.5")).payload
    assert isinstance(newer, plo.HelseopplysningerVedSoknad)
    assert isinstance(older, plo.HelseopplysningerVedSoknad)
    assert newer.opplysning_opphold[0].tidsfestet_hendelse.tidspunkt_for_hendelse.v == "2026-03-09"
    assert older.opplysning_opphold == ()
    assert older.type_innhold_i_melding is None


def test_the_log_keeps_everything_but_the_bytes() -> None:
    message = read(utskrivningsklar(CASE))
    assert message.original not in dump(message)
    assert load(dump(message), message.original) == message
    assert dump(load(dump(message), message.original)) == dump(message)
