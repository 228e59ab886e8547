"""What an adapter makes of a message, whatever the adapter does; and how adapters are found."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from hub import plugins
from hub.contract import Document, Fault, Raw, Rejection
from hub.errors import AdapterFailedError, ConfigurationError
from hub.identity import id_maker
from hub.judge import INLINE_BYTES, judge, judge_now
from hub.plugins import Plugin

IDS = id_maker(b"a key for tests only")
NOW = datetime(2026, 3, 4, tzinfo=UTC)


class Adapter:
    name = "test"

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome

    def accepts(self, raw: Raw) -> bool:
        return raw.body.startswith(b"<")

    def read(self, raw: Raw) -> Document | Rejection:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def receipt(self, raw: Raw, outcome: Any, *, id: str, at: datetime) -> bytes | None:
        return f"{id} {at.isoformat()}".encode()


def raw(body: bytes = b"<x/>") -> Raw:
    return Raw(body=body, received=NOW)


def judged(outcome: Any, body: bytes = b"<x/>") -> Any:
    return judge_now(raw(body), [Plugin(adapter=Adapter(outcome), version="1")], lambda _: b"dumped", IDS)


REJECTION = Rejection(faults=(Fault(code="E10", text="Feil"),))


def test_a_rejection_is_answered_and_has_nothing_to_project() -> None:
    verdict = judged(REJECTION)
    assert (verdict.outcome, verdict.dumped) == (REJECTION, None)
    assert verdict.receipt == f"{verdict.receipt_id} {NOW.isoformat()}".encode()


def test_a_format_that_nobody_knows_is_a_rejection_without_an_answer() -> None:
    verdict = judged(REJECTION, b"MSH|")
    assert [fault.code for fault in verdict.outcome.faults] == ["UKJENT_FORMAT"]
    assert verdict.receipt is None


def test_an_adapter_that_fails_is_our_trouble_and_is_told_without_the_text() -> None:
    verdict = judged(KeyError("Kari Nordmann"))
    assert isinstance(verdict.outcome, AdapterFailedError)
    assert str(verdict.outcome) == "adapter test failed with KeyError"
    assert verdict.receipt is None


def test_a_large_message_is_judged_the_same_way() -> None:
    large = raw(b"<" + b" " * INLINE_BYTES)
    plugin = Plugin(adapter=Adapter(REJECTION), version="1")
    assert asyncio.run(judge(large, [plugin], lambda _: b"", IDS)).outcome == REJECTION


def test_an_adapter_that_says_nothing_takes_xml_and_knows_no_likeness() -> None:
    plugin = Plugin(adapter=Adapter(REJECTION), version="2")
    assert plugin.content_types == {"application/xml", "text/xml"}
    assert (plugin.parser, plugin.same_content(raw(), raw())) == ("test 2", False)


def found(monkeypatch: pytest.MonkeyPatch, *points: EntryPoint) -> None:
    monkeypatch.setattr(plugins, "entry_points", lambda group: points)
    plugins.installed.cache_clear()


@pytest.fixture(autouse=True)
def _forget_what_was_found():
    yield
    plugins.installed.cache_clear()


def test_installed_adapters_are_found_by_their_entry_point() -> None:
    plugins.installed.cache_clear()
    assert "kith" in [plugin.adapter.name for plugin in plugins.installed()]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("no.such.module:adapter", "cannot be loaded"),
        ("hub.plugins:nothing", "cannot be loaded"),
        ("json:loads", "lacks"),
    ],
)
def test_an_adapter_that_cannot_be_used_stops_the_start_with_its_name(monkeypatch, value, said) -> None:
    found(monkeypatch, EntryPoint(name="broken", value=value, group=plugins.GROUP))
    with pytest.raises(ConfigurationError, match=f"broken.*{said}"):
        plugins.installed()


def test_a_hub_without_adapters_does_not_start(monkeypatch) -> None:
    found(monkeypatch)
    with pytest.raises(ConfigurationError, match="reinstall"):
        plugins.installed()
