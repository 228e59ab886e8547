"""Each key of a deployment has one purpose; a new one may take its place without losing what was made before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.access.caller import Caller
from hub.access.issuer import Wanted
from hub.errors import ConfigurationError
from hub.gateway.outcome import OutcomeError
from hub.gateway.pages import Pages
from hub.keyring import LEDGER, ensure_keys, ledger_ring, ring, ring_path, session_ring, turned
from hub.settings import Settings, ensure_id_key, load_settings

OLD, NEW, NEXT = "a" * 32, "b" * 32, "c" * 32
NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("ID_KEY", "LEDGER_KEY", "SESSION_KEY"):
        monkeypatch.delenv(f"HEIMVEG_{name}", raising=False)
        monkeypatch.delenv(f"HEIMVEG_{name}_FILE", raising=False)
    return load_settings(home=tmp_path / "home")


def test_a_new_deployment_has_three_keys_that_only_its_owner_reads_and_none_tells_another(settings: Settings) -> None:
    key = ensure_keys(settings)
    files = {path.name: path.read_text().strip() for path in settings.home.iterdir()}
    assert set(files) == {"id.key", "ledger.key", "session.key"}
    assert len(set(files.values())) == 3
    assert {path.stat().st_mode & 0o077 for path in settings.home.iterdir()} == {0}
    assert ensure_keys(settings) == key
    assert files == {path.name: path.read_text().strip() for path in settings.home.iterdir()}


def test_a_deployment_from_before_keeps_the_key_that_its_access_log_was_sealed_with(settings: Settings) -> None:
    import hmac

    key = ensure_id_key(settings)
    ensure_keys(settings)
    assert ledger_ring(settings).at(1) == hmac.digest(key, b"access-log", "sha256")


def test_a_key_holds_from_its_entry_on() -> None:
    found = ring(turned(turned(OLD, NEW, 11), NEXT, 21), "here")
    assert [found.at(n) for n in (1, 10, 11, 20, 21, 99)] == [k.encode() for k in (OLD, OLD, NEW, NEW, NEXT, NEXT)]


@pytest.mark.parametrize("text", ["", "short", f"5:{OLD}", f"{OLD} x:{NEW}", f"{OLD} 20:{NEW} 10:{NEXT}"])
def test_a_ring_that_cannot_be_meant_stops_the_start_and_is_not_quoted(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ring(text, "HEIMVEG_LEDGER_KEY")
    assert "HEIMVEG_LEDGER_KEY" in str(caught.value)
    assert OLD not in str(caught.value)


def test_a_key_that_is_missing_says_how_to_make_it(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match="heimveg keys make"):
        session_ring(settings)
    assert ring_path(settings, LEDGER).name == "ledger.key"


def test_a_ring_may_come_from_the_environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEIMVEG_SESSION_KEY", f"{OLD} {NEW}")
    assert len(session_ring(load_settings(home=settings.home)).newest_first(b"x")) == 2


def test_page_links_outlive_their_key_until_it_is_taken_out_of_the_ring() -> None:
    caller = Caller(client="a")
    before, both, after = (ring(text, "s").newest_first(b"page") for text in (OLD, turned(OLD, NEW), NEW))
    token = Pages(keys=before).seal("http://h/fhir?_getpages=x", "Task", caller, NOW)
    assert Pages(keys=both).open(token, caller, NOW)[0] == "Task"
    newest = Pages(keys=both).seal("http://h/fhir?_getpages=x", "Task", caller, NOW)
    assert Pages(keys=after).open(newest, caller, NOW + timedelta(minutes=1))[0] == "Task"
    with pytest.raises(OutcomeError):
        Pages(keys=after).open(token, caller, NOW)


def test_a_nonce_outlives_its_key(make_gate) -> None:
    first = make_gate(nonce_key=b"old")
    nonce = first.refusal(first.with_token()).headers["DPoP-Nonce"]
    turned_ = make_gate(nonce_key=b"new", former=(b"old",), issuer=first.issuer)
    assert turned_.call(turned_.with_token(Wanted(orgnr_parent="100000024"), nonce=nonce)).numbers == {"100000024"}
    later = make_gate(nonce_key=b"new", issuer=first.issuer)
    assert later.refusal(later.with_token(nonce=nonce)).word == "use_dpop_nonce"


def test_a_change_of_id_key_reaches_every_column_that_holds_a_key_of_a_person() -> None:
    from sqlmodel import SQLModel

    import hub.log.tables  # the metadata has the tables once both are imported
    import hub.outbox.tables  # noqa: F401
    from hub.rekeying import CHANGE

    names = {"identifier_key", "person_key", "lane"}
    held = {
        (table.name, c.name) for table in SQLModel.metadata.tables.values() for c in table.columns if c.name in names
    }
    assert held == set(CHANGE.items())
