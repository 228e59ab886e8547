"""What a deployment may decide, and when two bodies say the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.kith import KithAdapter, Settings
from adapters.kith.samples import Case, apprec, innlagt, utskrivningsklar
from hub.contract import HER_ID, Identifier
from mappings.documents import dump, load
from tests.adapters.conftest import MUNICIPALITY, codes, issues, msghead, raw, refused, taken

BODY = utskrivningsklar(Case(start=datetime(2026, 3, 4, 8, 30, tzinfo=UTC)))


def same(first: bytes, second: bytes) -> bool:
    return KithAdapter().same(raw(first), raw(second))


def test_message_ids_that_are_no_uuid_are_taken_where_that_is_set() -> None:
    lenient = Settings(accept_non_uuid=True)
    body = msghead(message_id="Melding-1")
    assert taken(body, settings=lenient).head.message_id == "melding-1"
    assert issues(body, settings=lenient) == {"message-id-not-uuid": ["MsgHead/MsgInfo/MsgId"]}


def test_a_missing_message_id_is_refused_even_so() -> None:
    assert codes(refused(msghead(message_id=""), settings=Settings(accept_non_uuid=True))) == ["E10"]


@pytest.mark.parametrize("her_id", ["100001", "100002"])
def test_a_message_to_one_of_our_parties_is_taken_on_either_level(her_id: str) -> None:
    assert taken(msghead(), settings=Settings(own_parties=(Identifier(HER_ID, her_id),)))


def test_a_message_of_which_we_only_get_a_copy_is_taken() -> None:
    copy = f'<OtherReceiver><RoleReceiver V="COP"/>{MUNICIPALITY.replace("10000", "50000")}</OtherReceiver>'
    ours = Settings(own_parties=(Identifier(HER_ID, "500002"),))
    assert taken(msghead(others=copy), settings=ours)
    assert codes(refused(msghead(), settings=ours)) == ["E21"]


def test_line_endings_do_not_make_another_message() -> None:
    body = msghead()
    assert same(body, body.replace(b"\n", b"\r\n"))


def test_quotes_order_of_attributes_and_declaration_do_not_make_another_message() -> None:
    body = msghead()
    other = body.replace(b'encoding="UTF-8"', b"encoding='UTF-8'").replace(
        b'V="LOG_UTSKRIVNINGSKLAR" DN="Melding om utskrivningsklar pasient"',
        b"DN='Melding om utskrivningsklar pasient'  V='LOG_UTSKRIVNINGSKLAR'",
    )
    assert other != body
    assert same(body, other)
    assert same(BODY, BODY.partition(b"?>")[2])


@pytest.mark.parametrize(
    ("old", "new"), [(b"09:30:00", b"09:31:00"), (b'V="3"', b'V="4"'), (b"Indremedisin", b"Kirurgi")]
)
def test_another_value_makes_another_message(old: bytes, new: bytes) -> None:
    assert old in BODY
    assert not same(BODY, BODY.replace(old, new))


def test_what_cannot_be_read_is_the_same_as_nothing() -> None:
    assert not same(b"<a", b"<a")
    assert not same(BODY, b"")


def test_another_message_of_the_same_stay_is_another_message() -> None:
    assert not same(BODY, innlagt(Case(start=datetime(2026, 3, 4, 8, 30, tzinfo=UTC))))


def test_what_one_of_our_parties_sends_to_others_is_taken_and_waits_for_their_receipt() -> None:
    ours = Settings(own_parties=(Identifier(HER_ID, "200001"),))
    message = taken(msghead(), settings=ours)
    assert message.head.awaits
    assert load(dump(message), message.original).head.awaits
    assert KithAdapter(ours).receipt(raw(msghead()), message, id="x", at=message.head.generated) is None


def test_between_two_of_our_parties_we_answer_ourselves() -> None:
    ours = Settings(own_parties=(Identifier(HER_ID, "200001"), Identifier(HER_ID, "100002")))
    message = taken(msghead(), settings=ours)
    assert not message.head.awaits
    assert KithAdapter(ours).receipt(raw(msghead()), message, id="x", at=message.head.generated)


def test_a_receipt_from_others_to_us_waits_for_nothing() -> None:
    case = Case(start=datetime(2026, 3, 4, 8, 30, tzinfo=UTC))
    ours = Settings(own_parties=(Identifier(HER_ID, case.parties.hospital.virksomhet.her_id),))
    assert not taken(apprec(case, case.message_id("utskrivningsklar-N")), settings=ours).head.awaits


def test_a_faulty_message_of_our_own_is_not_answered() -> None:
    ours = Settings(own_parties=(Identifier(HER_ID, "200001"),))
    assert not refused(msghead(message_id=""), settings=ours).answerable


@pytest.mark.parametrize("synthetic", [True, False])
def test_a_deployment_decides_about_its_parties_and_about_test_persons(synthetic: bool) -> None:
    adapter = KithAdapter()
    adapter.configure(own_parties=[Identifier(HER_ID, "200001")], accept_synthetic=synthetic)
    assert adapter.settings == Settings(own_parties=(Identifier(HER_ID, "200001"),), accept_synthetic=synthetic)
