"""Settings of a command that is to work with what ``heimveg up`` runs."""

from __future__ import annotations

from pydantic import SecretStr

from hub.embedded.state import running
from hub.settings import Settings


def attached(settings: Settings) -> Settings:
    """The settings, with the addresses of the running parts where the environment names none."""
    state = running(settings.home)
    if state is None:
        return settings
    found: dict[str, object] = {}
    if settings.database_url is None and state.database_url:
        found["database_url"] = SecretStr(state.database_url)
    if not settings.fhir_url and state.fhir_url:
        found["fhir_url"] = state.fhir_url
    if "hub" in state.ports:
        found["port"] = state.ports["hub"]
    return settings.model_copy(update=found)
