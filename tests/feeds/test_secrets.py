"""The secrets of subscriptions: sealed by the newest key, opened by any that is left, and what they sign."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from datetime import UTC, datetime

from hub.feeds.secrets import Seal, Secrets, new_secret, signature

OLD, NEW = b"o" * 32, b"n" * 32
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_what_is_sealed_shows_nothing_and_opens_with_its_key_only() -> None:
    told = Secrets("whsec_abc", ("Authorization: Bearer x",))
    sealed = Seal((OLD,)).close(told)
    assert "abc" not in sealed
    assert "Bearer" not in sealed
    assert Seal((OLD,)).open(sealed) == told
    assert Seal((NEW,)).open(sealed) is None


def test_a_key_is_changed_by_sealing_again_with_the_newer_one() -> None:
    sealed = Seal((OLD,)).close(Secrets("whsec_abc"))
    both = Seal((NEW, OLD))
    assert (both.open(sealed), both.is_newest(sealed)) == (Secrets("whsec_abc"), False)
    again = both.close(Secrets("whsec_abc"))
    assert both.is_newest(again)
    assert Seal((NEW,)).open(again) == Secrets("whsec_abc")


def test_the_signature_is_that_of_standard_webhooks() -> None:
    secret = new_secret()
    told = signature(secret, "msg_1", AT, b'{"a":1}')
    mac = hmac.new(b64decode(secret[6:]), b'msg_1.1772445600.{"a":1}', hashlib.sha256).digest()
    assert told == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1772445600",
        "webhook-signature": f"v1,{b64encode(mac).decode()}",
    }


def test_no_two_secrets_are_alike() -> None:
    assert len({new_secret() for _ in range(100)}) == 100
    assert len(b64decode(new_secret()[6:])) == 32
