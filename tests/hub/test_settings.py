"""What an operator may set in the environment, and what is said when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.contract import HER_ID, ORGANISASJONSNUMMER, Identifier
from hub.errors import ConfigurationError
from hub.plugins import installed
from hub.settings import load_settings


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OWN_PARTIES", "SYNTHETIC_PERSONS", "SCHEMAS"):
        monkeypatch.delenv(f"HEIMVEG_{name}", raising=False)


def test_by_default_every_receiver_is_ours_and_test_persons_are_welcome() -> None:
    settings = load_settings()
    assert settings.own_parties == ()
    assert settings.synthetic_persons == "accept"


def test_our_parties_are_named_by_her_id_or_organisation_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEIMVEG_OWN_PARTIES", "HER:99000201, enh: 100 000 024,")
    assert load_settings().own_parties == (
        Identifier(HER_ID, "99000201"),
        Identifier(ORGANISASJONSNUMMER, "100000024"),
    )


@pytest.mark.parametrize(
    ("name", "value"), [("OWN_PARTIES", "Fjellvik"), ("OWN_PARTIES", "HPR:1"), ("SYNTHETIC_PERSONS", "maybe")]
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"HEIMVEG_{name}", value)
    with pytest.raises(ConfigurationError, match=name):
        load_settings()


def test_the_adapters_are_told_what_the_deployment_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = next(plugin.adapter for plugin in installed() if plugin.adapter.name == "kith")
    before = adapter.settings  # type: ignore[attr-defined]
    monkeypatch.setenv("HEIMVEG_OWN_PARTIES", "HER:99000201")
    monkeypatch.setenv("HEIMVEG_SYNTHETIC_PERSONS", "refuse")
    installed.cache_clear()
    try:
        installed()
        assert adapter.settings.own_parties == (Identifier(HER_ID, "99000201"),)  # type: ignore[attr-defined]
        assert adapter.settings.accept_synthetic is False  # type: ignore[attr-defined]
    finally:
        adapter.settings = before  # type: ignore[attr-defined]
        installed.cache_clear()


def test_a_folder_of_schemas_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEIMVEG_SCHEMAS", str(tmp_path / "nowhere"))
    installed.cache_clear()
    with pytest.raises(ConfigurationError, match="HEIMVEG_SCHEMAS"):
        installed()
    installed.cache_clear()
