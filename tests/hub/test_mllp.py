"""HL7 v2 over MLLP: frames, answers in the sender's mode, and nothing acknowledged that is not safe in the log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest

from adapters.kith.samples import synthetic_number
from adapters.lists import envelope
from hub.contract import Rejection
from hub.errors import AdapterFailedError, ConfigurationError, StoreUnavailableError
from hub.identity import id_maker
from hub.intake import Answer, Intake, Outcome, Unfit
from hub.intake_mllp import END, START, Listener, listening
from hub.judge import judge_now
from hub.plugins import installed
from hub.settings import Settings

IDS = id_maker(b"the key of these tests")
PERSON = synthetic_number(date(1969, 11, 13), 1)
HEAD = "MSH|^~\\&|MEONA|WARD|HUB|HUB|20260310112000+0100||RDE^O11^RDE_O11|{}|P|2.5|||{}|{}||UNICODE UTF-8"
BODY = (
    f"PID|1||{PERSON}^^^FNR&2.16.578.1.12.4.1.4.1&ISO^NNNOR",
    "ORC|NW|4711001^MEONA||||||||",
    "RXE|1^QD|C07AB02^Metoprolol^ATC^^Metoprolol depottablett 50 mg^L|1||tablett|^Depottablett^L|^1+0+0+0",
)


def orders(number: str = "A1", *, accept: str = "", application: str = "AL") -> bytes:
    return "\r".join([HEAD.format(number, accept, application), *BODY]).encode() + b"\r"


def framed(*messages: bytes) -> bytes:
    return b"".join(START + message + END for message in messages)


class Log:
    """An intake that reads as the hub does and keeps in memory; ``answers`` are of the answers instead of the usual."""

    def __init__(self, max_bytes: int = 4000, trouble: Callable[[], Outcome | Unfit] | None = None) -> None:
        self.max_bytes, self.trouble = max_bytes, trouble
        self.kept: list[bytes] = []
        self.headers: list[dict[str, str]] = []

    async def take(self, raw: Any, numbers: object = None) -> Outcome | Unfit:
        if self.trouble is not None:
            return self.trouble()
        verdict = judge_now(raw, installed(), lambda _: b"", IDS)
        self.kept.append(raw.body)
        self.headers.append(dict(raw.headers))
        assert not isinstance(verdict.outcome, AdapterFailedError)
        answer = Answer.REJECTED if isinstance(verdict.outcome, Rejection) else Answer.ACCEPTED
        return told(answer, verdict.receipt)


def told(answer: Answer, receipt: bytes | None = None) -> Outcome:
    return Outcome(answer=answer, id=uuid4(), message_id=None, type=None, version=None, receipt=receipt)


def conversation(log: Log, sent: bytes, *, ends: bool = True) -> list[bytes]:
    """What is answered to these bytes on one connection."""

    async def run() -> bytes:
        listener = Listener(intake=cast(Intake, log), beside={})
        server = await asyncio.start_server(listener.serve, "127.0.0.1", 0, limit=log.max_bytes + 3)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        writer.write(sent)
        if ends:
            writer.write_eof()
        answered = await reader.read()
        writer.close()
        await writer.wait_closed()
        server.close()
        await listener.stop()
        return answered

    answered = asyncio.run(run())
    return [part.removeprefix(START) for part in answered.split(END) if part]


def codes(answers: list[bytes]) -> list[str]:
    """MSA-1 and MSA-2 of each answer."""
    lines = [line.split("|") for one in answers for line in one.decode().split("\r") if line.startswith("MSA")]
    return [f"{line[1]} {line[2]}".strip() for line in lines]


def test_many_messages_of_one_connection_are_answered_each_in_their_order() -> None:
    log = Log()
    assert codes(conversation(log, framed(orders("A1"), orders("A2"), orders("A3")))) == ["AA A1", "AA A2", "AA A3"]
    assert [len(body) for body in log.kept] == [len(orders("A1"))] * 3


def test_line_ends_between_frames_mean_nothing() -> None:
    assert codes(conversation(Log(), framed(orders("A1")) + b"\r\n" + framed(orders("A2")))) == ["AA A1", "AA A2"]


@pytest.mark.parametrize(
    ("accept", "application", "answer"),
    [("", "", ["AA A1"]), ("AL", "AL", ["AA A1"]), ("AL", "NE", ["CA A1"]), ("NE", "NE", []), ("ER", "NE", [])],
)
def test_an_order_is_acknowledged_in_the_mode_that_its_sender_asks_for(
    accept: str, application: str, answer: list[str]
) -> None:
    log = Log()
    assert codes(conversation(log, framed(orders(accept=accept, application=application)))) == answer
    assert len(log.kept) == 1


def test_what_is_wrong_in_the_message_is_an_error_and_what_is_no_order_is_rejected() -> None:
    wrong = orders().replace(b"ORC|NW", b"ORC|ZZ")
    other = orders().replace(b"RDE^O11^RDE_O11", b"ADT^A01^ADT_A01")
    assert codes(conversation(Log(), framed(wrong, other))) == ["AE A1", "AR A1"]


def test_a_message_with_wrong_separators_is_kept_and_rejected_so_that_nobody_waits() -> None:
    log = Log()
    assert codes(conversation(log, framed(orders().replace(b"^~\\&", b"^^^^")))) == ["AR"]
    assert len(log.kept) == 1


@pytest.mark.parametrize("sent", [START + orders(), START + orders() + b"\x1c", framed(orders("A1")) + START + b"MSH|"])
def test_a_frame_that_breaks_off_is_neither_kept_nor_answered(sent: bytes) -> None:
    log = Log()
    whole = sent.count(END)
    assert len(conversation(log, sent)) == len(log.kept) == whole


def test_what_stands_outside_a_frame_ends_the_connection() -> None:
    log = Log()
    assert conversation(log, framed(orders("A1")) + b"GET / HTTP/1.1\r\n\r\n" + framed(orders("A2"))) != []
    assert len(log.kept) == 1


@pytest.mark.parametrize("length", [4001, 20_000, 400_000])
def test_a_message_beyond_the_limit_is_rejected_and_ends_the_connection(length: int) -> None:
    log = Log()
    long = orders("A1") + b"NTE|1||" + b"x" * (length - len(orders("A1")) - 7)
    assert codes(conversation(log, framed(long, orders("A2")), ends=False)) == ["AR A1"]
    assert log.kept == []


def test_a_log_that_is_away_acknowledges_nothing() -> None:
    def away() -> Outcome:
        raise StoreUnavailableError("the log is away")

    assert codes(conversation(Log(trouble=away), framed(orders("A1")))) == ["AR A1"]
    accepting = framed(orders("A2", accept="AL", application="NE"))
    assert codes(conversation(Log(trouble=away), accepting)) == ["CR A2"]


@pytest.mark.parametrize("answer", [Answer.QUARANTINED, Answer.PARKED])
def test_what_a_person_must_look_at_is_never_acknowledged_as_well(answer: Answer) -> None:
    assert codes(conversation(Log(trouble=lambda: told(answer)), framed(orders("A1")))) == ["AE A1"]


def test_a_repetition_gets_the_first_answer_again() -> None:
    again = Log(trouble=lambda: told(Answer.DUPLICATE, b"MSH|^~\\&\rMSA|AA|A1\r"))
    assert codes(conversation(again, framed(orders("A1")))) == ["AA A1"]


def test_an_empty_frame_is_passed_over() -> None:
    assert codes(conversation(Log(), framed(b"\r", orders("A2")))) == ["AA A2"]


def test_nothing_of_the_sender_but_addresses_and_id_is_repeated_in_a_refusal() -> None:
    (answer,) = conversation(Log(trouble=lambda: told(Answer.PARKED)), framed(orders("A1\x0b")))
    assert PERSON.encode() not in answer
    assert answer.startswith(b"MSH|^~\\&|HUB|HUB|MEONA|WARD|")


def listen(log: Log, **settings: Any) -> int | None:
    async def run() -> int | None:
        async with listening(cast(Intake, log), Settings(**settings)) as port:
            if port:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(framed(orders("A1")))
                await reader.readuntil(END)
                writer.close()
        return port

    return asyncio.run(run())


def test_it_listens_only_where_a_port_is_set_and_says_what_stands_beside_the_messages(tmp_path: Path) -> None:
    log = Log()
    assert listen(log) is None
    beside = tmp_path / "meona.json"
    beside.write_text('{"sourceOrg": "urn:oid:2.16.578.1.12.4.1.4.101|983974724"}', encoding="utf-8")
    assert listen(log, mllp_port=0, mllp_envelope=beside)
    assert log.headers[0][envelope.ORGANISATION] == "urn:oid:2.16.578.1.12.4.1.4.101|983974724"


def test_it_is_heard_beyond_this_machine_only_by_callers_with_a_certificate(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="HEIMVEG_MLLP_HOST"):
        listen(Log(), mllp_port=0, mllp_host="0.0.0.0")  # noqa: S104
    with pytest.raises(ConfigurationError, match="belong together"):
        listen(Log(), mllp_port=0, mllp_certificate=tmp_path / "a.pem")


def test_a_message_that_is_being_taken_in_is_answered_before_the_hub_stops() -> None:
    async def run() -> bytes:
        log, reached, go_on = Log(), asyncio.Event(), asyncio.Event()
        usual = log.take

        async def slow(raw: Any, numbers: object = None) -> Outcome | Unfit:
            reached.set()
            await go_on.wait()
            return await usual(raw, numbers)

        log.take = slow  # type: ignore[method-assign]
        async with listening(cast(Intake, log), Settings(mllp_port=0)) as port:
            assert port is not None
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(framed(orders("A1")))
            await reached.wait()
            asyncio.get_running_loop().call_soon(go_on.set)
        answered = await reader.readuntil(END)
        writer.close()
        return answered

    assert codes([asyncio.run(run())]) == ["AA A1"]
