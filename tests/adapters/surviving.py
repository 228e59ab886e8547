"""What must hold of any bytes whatever: an answer, and no more than two seconds of work."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from types import FrameType
from typing import Final

from adapters.kith import KithAdapter
from adapters.kith.samples import Case, epikrise, utskrivningsklar
from hub.contract import Raw, Rejection
from hub.identity import id_maker
from hub.translate import translate
from mappings.documents import Message, dump, load
from mappings.documents.epikrise import Message as Epikrise
from mappings.documents.msghead import MsgHead
from mappings.documents.shape import Part

LIMIT: Final = 2.0
"""Seconds of processor time for one message; more is a hang."""
NOW: Final = datetime(2026, 3, 5, 12, tzinfo=UTC)
IDS: Final = id_maker(b"a key for tests, nothing else")
ADAPTER: Final = KithAdapter()
CASE: Final = Case(start=datetime(2026, 3, 1, 9, tzinfo=UTC))


class HangError(BaseException):
    """It took too long. No ``Exception``, so that nothing on the way catches it."""


@contextmanager
def limited(seconds: float = LIMIT) -> Iterator[None]:
    """Raises ``HangError`` when more processor time is used: waiting for others does not count."""

    def too_long(_number: int, _frame: FrameType | None) -> None:
        raise HangError(f"more than {seconds} s of processor time")

    before = signal.signal(signal.SIGVTALRM, too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def addressed(message: Part) -> Part:
    """The same content with sender, receiver and patient as they should be, so that it is mapped and not refused."""
    if isinstance(message, MsgHead):
        good = _good(utskrivningsklar(CASE))
        assert isinstance(good, MsgHead)
        return replace(good, document=message.document)
    if isinstance(message, Epikrise):
        letter = _good(epikrise(CASE, version="1.1" if message.status is None else "1.2"))
        assert isinstance(letter, Epikrise)
        whose = {name: getattr(letter.serv_rprt, name) for name in ("patient", "serv_provider", "requester")}
        return replace(message, msg_id=letter.msg_id, serv_rprt=replace(message.serv_rprt, **whose))
    return message


def _good(body: bytes) -> Part:
    outcome = ADAPTER.read(Raw(body=body, received=NOW))
    assert isinstance(outcome, Message)
    return outcome.root


def survive(body: bytes) -> str:
    """Read, answer, store and translate. Returns ``refused`` or ``taken``; raises for whatever must not happen."""
    raw = Raw(body=body, received=NOW)
    with limited():
        ADAPTER.accepts(raw)
        outcome = ADAPTER.read(raw)
        receipt = ADAPTER.receipt(raw, outcome, id="00000000-0000-4000-8000-000000000000", at=NOW)
        if isinstance(outcome, Rejection):
            assert outcome.faults, "a refusal without a reason"
            assert not outcome.answerable or receipt, "a refusal that could be answered was not"
            return "refused"
        assert isinstance(outcome, Message)
        assert load(dump(outcome), body) == outcome, "what is stored is not what was read"
        translate([outcome], NOW, IDS)
        return "taken"
