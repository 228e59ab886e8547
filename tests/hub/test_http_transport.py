"""The HTTP way out against a partner on real sockets: what each of its answers means for the message."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hub import http
from hub.errors import ConfigurationError, FatalError, RetriableError
from hub.outbox.transport import Parcel
from hub.outbox.transports.post import HttpTransport
from hub.outbox.transports.web import address
from hub.settings import Settings
from tests.hub.loopback import Partner, listening

PARCEL = Parcel(
    message_id="m-1",
    type="DIALOG_NOTAT",
    body=b"<MsgHead/>",
    content_type="application/xml",
    sender="81001",
    receiver="81002",
)


def send(partner: Partner, settings: Settings | None = None, *, patience: float = 5.0) -> bytes | None:
    async def run() -> bytes | None:
        client = http.client(timeout=patience, connections=1, accept="application/xml")
        transport = HttpTransport(partner.url, settings or Settings(), client)
        try:
            return await transport.send(PARCEL)
        finally:
            await transport.close()

    return asyncio.run(run())


def test_what_is_sent_is_the_message_with_its_id_its_address_and_the_secret_of_now(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("hemmelig\n")
    with listening() as partner:
        assert send(partner, Settings(transport_token_file=secret)) is None
        assert partner.got == [PARCEL.body]
        (told,) = partner.headers
        assert (told["idempotency-key"], told["authorization"]) == ("m-1", "Bearer hemmelig")
        assert (told["heimveg-from-her-id"], told["heimveg-to-her-id"]) == ("81001", "81002")


def test_a_receipt_in_the_answer_is_handed_on() -> None:
    with listening(b"<AppRec/>") as partner:
        assert send(partner) == b"<AppRec/>"


@pytest.mark.parametrize("does", [408, 425, 429, 500, 503, "hangs up", "is slow"])
def test_what_may_go_well_another_time_is_tried_again(does: int | str) -> None:
    with listening(does) as partner:
        with pytest.raises(RetriableError):
            send(partner, patience=0.2 if does == "is slow" else 5.0)
        assert partner.got == [PARCEL.body], "it may have been taken: the next try has the same id"
        assert send(partner) is None


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 413, 422])
def test_what_a_person_must_look_at_is_not_tried_again(status: int) -> None:
    with listening(status) as partner, pytest.raises(FatalError, match=str(status)):
        send(partner)


def test_nobody_there_is_no_end() -> None:
    with listening() as partner:
        pass
    with pytest.raises(RetriableError):
        send(partner)


@pytest.mark.parametrize("url", ["http://partner.example.org/messages", "ftp://127.0.0.1/", ""])
def test_a_message_goes_over_tls_or_stays_on_this_machine(url: str) -> None:
    with pytest.raises(ConfigurationError):
        address(Settings(transport="http", transport_url=url))
