"""What is to be started for these settings: which parts, on which ports, with which addresses between them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from hub.embedded.build import fingerprint, jar
from hub.embedded.databases import FHIR, HUB, address, ensure_fhir_database_beside
from hub.embedded.hapi import Datasource, Hapi
from hub.embedded.parts import HubCommand
from hub.embedded.postgres import PostgreSQL
from hub.embedded.process import free_port
from hub.settings import Settings, loopback_only

POSTGRES_PART, FHIR_PART, HUB_PART = "postgres", "fhir", "hub"
ALL_PARTS = (POSTGRES_PART, FHIR_PART, HUB_PART)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Decided before anything starts. An empty port means that this part runs elsewhere, or not at all."""

    settings: Settings
    home: Path
    ports: dict[str, int]
    notes: tuple[str, ...] = ()

    @property
    def database_url(self) -> str:
        """Where the log and the queue are."""
        if POSTGRES_PART in self.ports and self.settings.database_url is None:
            return address(self.home, HUB, self.ports[POSTGRES_PART])
        return "" if self.settings.database_url is None else self.settings.conninfo

    @property
    def fhir_url(self) -> str:
        """The FHIR server's base."""
        return self.settings.fhir_url or (
            f"http://127.0.0.1:{self.ports[FHIR_PART]}/fhir" if self.runs(FHIR_PART) else ""
        )

    @property
    def hub_url(self) -> str:
        """Where the hub listens."""
        host = loopback_only(self.settings.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.ports[HUB_PART]}" if self.runs(HUB_PART) else ""

    def runs(self, part: str) -> bool:
        """Whether this part is ours to run."""
        return part in self.ports

    def log(self, name: str) -> Path:
        """The log file of a part."""
        return self.home / "logs" / f"{name}.log"

    def postgres(self) -> PostgreSQL:
        """The database server."""
        return PostgreSQL(self.home, port=self.ports[POSTGRES_PART], log=self.log("postgresql"))

    def hapi(self) -> Hapi:
        """The FHIR server, its database beside the hub's."""
        if self.runs(POSTGRES_PART):
            beside = address(self.home, FHIR, self.ports[POSTGRES_PART])
        else:
            beside = ensure_fhir_database_beside(self.settings.conninfo)
        return Hapi(
            jar=jar(fingerprint()), port=self.ports[FHIR_PART], log=self.log("hapi"), datasource=Datasource.of(beside)
        )

    def hub(self) -> tuple[HubCommand, ...]:
        """The hub and its worker."""
        env = self.environment()
        return (
            HubCommand("serve", "the hub", env=env, log=self.log("hub"), url=self.hub_url),
            HubCommand("worker", "the worker", env=env, log=self.log("worker")),
        )

    def environment(self) -> dict[str, str]:
        """What our own commands are told."""
        told = {
            "DATABASE_URL": self.database_url,
            "HEIMVEG_FHIR_URL": self.fhir_url,
            "HEIMVEG_HOME": str(self.home),
            "HEIMVEG_PORT": str(self.ports.get(HUB_PART, "")),
        }
        return dict(os.environ) | told


def make_plan(settings: Settings, parts: tuple[str, ...], last_ports: dict[str, int]) -> Plan:
    """Leave out what runs elsewhere, and find ports: the last ones where they still are free, so that links hold."""
    ours = {
        POSTGRES_PART: settings.database_url is None,
        FHIR_PART: not settings.fhir_url,
        HUB_PART: True,
    }
    ports: dict[str, int] = {}
    notes: tuple[str, ...] = ()
    for part in (part for part in ALL_PARTS if part in parts and ours[part]):
        wanted = (settings.port,) if part == HUB_PART else ()
        ports[part] = free_port(*wanted, last_ports.get(part, 0))
    if HUB_PART in ports and settings.port and ports[HUB_PART] != settings.port:
        notes = (f"port {settings.port} is taken by another program; the hub is on {ports[HUB_PART]}",)
    return Plan(settings=settings, home=settings.home.absolute(), ports=ports, notes=notes)
