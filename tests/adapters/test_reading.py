from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from adapters.kith.parse import parse
from adapters.kith.samples import Case, helseopplysninger, utskrivningsklar
from mappings.documents import Message, plo
from mappings.documents.dialogmelding import Dialogmelding
from mappings.documents.msghead import MsgHead
from mappings.documents.shape import Leaf, leaves
from tests.adapters.conftest import at, epikrise, event, logistics, msghead, note, taken

CASE = Case(start=datetime(2026, 3, 4, 8, 30, tzinfo=UTC))
READY = utskrivningsklar(CASE)


def events(message: Message) -> tuple[plo.TidsfestetHendelse, ...]:
    assert isinstance(message.payload, plo.Pasientlogistikk)
    told = message.payload.melding_utskrivningsklar_pasient
    assert told is not None
    return told.tidsfestet_hendelse


@pytest.mark.parametrize("body", [READY, helseopplysninger(CASE), msghead(), epikrise()], ids=len)
def test_every_leaf_stands_where_its_path_says(body: bytes) -> None:
    tree = parse(body)
    assert isinstance(tree, etree._Element)
    for _, slot, leaf in leaves(taken(body).root):
        (found,) = at(tree, leaf.path)
        text = found if isinstance(found, str) else getattr(found, "text", "")
        assert (text or "").strip() == leaf.strip(), (slot.name, leaf.path)


def test_paths_number_only_what_may_be_repeated() -> None:
    first, second = events(taken(READY))
    begins = "MsgHead/Document[1]/RefDoc/Content/Pasientlogistikk/MeldingUtskrivningsklarPasient"
    assert first.anslag.path == f"{begins}/TidsfestetHendelse[1]/Anslag"
    assert second.tidspunkt_for_hendelse.v is not None
    assert second.tidspunkt_for_hendelse.v.path == f"{begins}/TidsfestetHendelse[2]/TidspunktForHendelse/@V"


def test_comments_and_processing_instructions_are_as_if_not_there() -> None:
    spoken = READY.replace(b"<GenDate>", b"<!-- a --><GenDate><?pi?>").replace(b"<Anslag>", b"<Anslag><!--b-->")
    assert taken(spoken).root == taken(READY).root


def test_cdata_is_text_like_any_other() -> None:
    body = helseopplysninger(CASE)
    word = b"Innlagt etter fall i hjemmet."
    assert word in body
    assert taken(body.replace(word, b"<![CDATA[" + word + b"]]>")).root == taken(body).root


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_declared_encodings_give_the_same_message(encoding: str) -> None:
    text = READY.decode().replace(
        "<?xml version='1.0' encoding='UTF-8'?>", f'<?xml version="1.0" encoding="{encoding}"?>'
    )
    assert taken(text.encode(encoding)).root == taken(READY).root


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b" ", b"\r\n\t "], ids=["BOM", "space", "lines"])
def test_what_stands_before_the_declaration_is_tolerated(before: bytes) -> None:
    assert taken(before + READY).root == taken(READY).root


def test_a_bom_after_white_space_is_tolerated() -> None:
    assert taken(b"\n\xef\xbb\xbf" + READY).root == taken(READY).root


def test_no_declaration_means_utf_8() -> None:
    assert taken(READY.partition(b"?>")[2]).root == taken(READY).root


def test_prefixes_mean_nothing() -> None:
    tree = etree.fromstring(READY)
    plain = etree.tostring(tree, encoding="unicode")
    space = "http://www.kith.no/xmlstds/po/Pasientlogistikk/2012-04-01"
    renamed = plain.replace("pasientlogistikk:", "epj1:").replace(
        f'xmlns:pasientlogistikk="{space}"', f'xmlns:epj1="{space}"'
    )
    assert renamed != plain
    assert taken(renamed.encode()).root == taken(READY).root


def test_white_space_around_a_code_or_a_time_does_not_count() -> None:
    assert b'T09:30:00"' in READY
    spaced = READY.replace(b'V="3" S=', b'V=" 3\n" S=').replace(b'T09:30:00"', b'T09:30:00\n"')
    assert taken(spaced).root == taken(READY).root
    assert not taken(spaced).issues


def test_white_space_in_text_is_kept() -> None:
    padded = msghead(payload=note().replace("Kan ta imot", "\tKan\n\nta imot  "))
    payload = taken(padded).payload
    assert isinstance(payload, Dialogmelding)
    assert payload.notat[0].tekst_notat_innhold == "\tKan\n\nta imot  "


def test_markup_is_kept_as_text_and_as_markup() -> None:
    markup = '<div xmlns="http://www.w3.org/1999/xhtml">Kan <b>ta</b> imot</div>'
    payload = taken(msghead(payload=note().replace("Kan ta imot", markup))).payload
    assert isinstance(payload, Dialogmelding)
    text = payload.notat[0].tekst_notat_innhold
    assert text == "Kan ta imot"
    assert "<b>ta</b>" in text.xml


def test_an_empty_organisation_is_read_as_one_without_a_name() -> None:
    root = taken(msghead(receiver="<Organisation/>")).root
    assert isinstance(root, MsgHead)
    assert root.msg_info.receiver.organisation.organisation_name is None


def test_the_head_tells_who_wrote_to_whom_when_and_about_whom() -> None:
    head = taken(msghead(reference=_reference("AAAA0000-0000-4000-8000-000000000001"))).head
    assert (head.message_id, head.type, head.version) == (
        "6f9d1b52-2c1b-4e0e-8f5a-0d5a6f6a9e10",
        "LOG_UTSKRIVNINGSKLAR",
        "1.6",
    )
    assert (head.sender.name, head.sender.unit_name) == ("Fjellheimen sykehus HF", "Indremedisin")
    assert head.receiver.key.endswith("|100001")
    assert head.generated.isoformat() == "2026-03-04T09:14:40+01:00"
    assert head.parent == head.conversation == "aaaa0000-0000-4000-8000-000000000001"
    assert [person.value for person in head.persons] == ["12824110253"]


def _reference(id: str) -> str:
    return (
        f"<ConversationRef><RefToParent>{id}</RefToParent><RefToConversation> {id} </RefToConversation>"
        "</ConversationRef>"
    )


def test_training_messages_are_known_as_such() -> None:
    assert taken(msghead(status='<ProcessingStatus V="T"/>')).head.test
    assert not taken(msghead(status='<ProcessingStatus V="P"/>')).head.test


def test_a_date_stays_a_date_and_a_missing_time_is_absent() -> None:
    told = events(taken(msghead(payload=logistics(events=event("3", "2026-03-04")))))
    assert told[0].tidspunkt_for_hendelse.v == Leaf("2026-03-04")
    assert told[0].merknad is None
