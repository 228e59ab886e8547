"""The FHIR server as it is exposed: what of it is offered, and the gateway for one caller."""

from __future__ import annotations

from dataclasses import dataclass

from hub.access.caller import Caller
from hub.conformance.resources import Conformance
from hub.contract import Resource
from hub.delivery.client import FhirClient
from hub.gateway.allowed import Allowed, allowed
from hub.gateway.interactions import Gateway
from hub.gateway.pages import Pages
from hub.gateway.server import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """What all callers have in common; made once per process."""

    server: Server
    promised: Resource
    allowed: Allowed
    pages: Pages

    def to(self, caller: Caller, base: str) -> Gateway:
        """The gateway for one call of one caller."""
        return Gateway(server=self.server, allowed=self.allowed, pages=self.pages, base=base, caller=caller)


def exposed(client: FhirClient, conformance: Conformance, *keys: bytes) -> Exposed:
    """What the conformance set promises of this server, and nothing else. ``keys`` seal page links; newest first."""
    (promised,) = conformance.of_type("CapabilityStatement")
    return Exposed(
        server=Server(client=client),
        promised=promised,
        allowed=allowed(promised, conformance.of_type("SearchParameter")),
        pages=Pages(keys=keys),
    )
