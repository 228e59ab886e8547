"""Everything that rules and entries make is valid to the server's own validator, with our profiles."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.kith import KithAdapter
from adapters.kith.samples import (
    helseopplysninger,
    innlagt,
    innleggelsesrapport,
    utskrevet,
    utskrivningsklar,
    utskrivningsrapport,
)
from hub.contract import ORGANISASJONSNUMMER, Document, Head, Identifier, Party, Raw
from mappings.course import course, policies
from mappings.documents import entry
from mappings.norwegian_time import OSLO

pytestmark = pytest.mark.integration

START = datetime(2026, 10, 5, 10, tzinfo=OSLO)
READY = START + timedelta(days=4)
PILOT = (
    "programme,title,kind,cfs_from,cfs_to,needs_referral,signs,starts,hours,wards\n72-timer,72 timer,window,,,no,,"
    "2026-01-26,72,Medisin\n"
)
NOTICE = "utskrivningsklar-N"
TOLD: list[tuple[str, dict[str, Any]]] = [
    ("kommune-svar", {"answer": "cannot-receive", "reason": "Ingen ledig plass"}),
    ("kommune-svar", {"answer": "can-receive", "on": "2026-10-12", "place": "Korttidsplass"}),
    ("tilbud-avslatt", {"on": "2026-10-11"}),
    ("behov", {"changed": True}),
    ("oppholdstype", {"care": "somatikk", "acute": True, "ward": "Medisin"}),
    ("cfs", {"score": 6, "assessed": "2026-10-06"}),
    ("malgruppe", {"group": "flere-kroniske-lidelser", "member": True, "reason": "Vurdert"}),
    ("forlop", {"pathway": "C"}),
    ("koordinator", {"place": "hospital", "name": "Fiktiv Koordinator", "phone": "10000199"}),
    ("individuell-plan", {"state": "in-preparation"}),
    ("tverrfaglig-mote", {"at": "2026-10-08", "note": "Sykehus og kommune"}),
    ("hva-er-viktig", {"text": "Å komme hjem"}),
    ("legemiddel-avgjorelse", {"discrepancy": "omission/C03CA01/", "decision": "Skal fortsatt brukes"}),
    ("legemiddelliste-signert", {}),
    ("program", {"programme": "iht", "step": "referral", "on": "2026-10-06"}),
    ("program", {"programme": "72-timer", "step": "contact", "on": "2026-10-14"}),
    ("vilkar-phv-tsb", {"meeting_invited": True}),
    ("transport", {"planned": "2026-10-12T13:00:00+02:00", "mode": "ambulanse", "note": "Båre"}),
    ("pasient-mottatt", {"at": "2026-10-13", "place": "Korttidsplass"}),
    ("sjekkliste", {"checklist": "utskrivning", "version": 1}),
    ("sjekkpunkt", {"item": "nokler", "done": False}),
    ("sjekkpunkt", {"item": "transport", "done": True, "text": "Transport er bestilt"}),
    ("avvik", {"message": NOTICE, "reason": "incomplete", "text": "Funksjon mangler"}),
    ("melding-lest", {"message": NOTICE}),
    ("melding-bekreftet", {"message": NOTICE}),
]
CHECKED = (
    "Task",
    "Encounter",
    "DetectedIssue",
    "Observation",
    "Flag",
    "CareTeam",
    "Goal",
    "Provenance",
    "Communication",
)


def documents(case: Any) -> list[Document]:
    """A stay with an impossible date, and one of nearly every kind of entry."""
    bodies = [
        innlagt(case), helseopplysninger(case), innleggelsesrapport(case), utskrivningsklar(case),
        utskrivningsklar(case, ready=START - timedelta(days=9), message_id=case.message_id("odd"),
                         generated=READY + timedelta(days=2)),
        utskrivningsrapport(case), utskrevet(case, left=READY + timedelta(days=4)),
    ]  # fmt: skip
    read = [KithAdapter().read(Raw(body=body, received=datetime.now(UTC))) for body in bodies]
    return [*(d for d in read if isinstance(d, Document)), *(told(case, n, *said) for n, said in enumerate(TOLD))]


def told(case: Any, number: int, kind: str, values: dict[str, Any]) -> Document:
    kommune = case.parties.saksbehandling.virksomhet
    head = Head(
        message_id=case.message_id(f"entry-{number}"),
        type=kind,
        version="1",
        series="N",
        sender=Party(name=kommune.name, identifiers=(Identifier(ORGANISASJONSNUMMER, kommune.number),)),
        receiver=Party(name="", identifiers=()),
        persons=(),
        generated=READY + timedelta(hours=number + 1),
    )
    notice = case.message_id(NOTICE)
    named = {name: notice if value == NOTICE else value for name, value in values.items()}
    return entry(head, named, author="Fiktiv Saksbehandler", about=notice)


def test_the_servers_validator_finds_no_error_in_what_rules_and_entries_make(open_real_hub, strangers) -> None:
    async def go() -> None:
        async with open_real_hub() as hub:
            made = course(
                documents(strangers(START)),
                READY + timedelta(days=5),
                ids=hub.projector.maker.ids,
                policies=policies({}, programmes=PILOT),
            ).resources
            assert {r["resourceType"] for r in made} >= {*CHECKED}
            for resource in made:
                if resource["resourceType"] in CHECKED:
                    assert await errors(hub, resource) == []

    asyncio.run(go())


async def errors(hub: Any, resource: dict[str, Any]) -> list[str]:
    outcome = await hub.client.post(f"{resource['resourceType']}/$validate", resource)
    wrong = [issue for issue in outcome["issue"] if issue["severity"] in ("error", "fatal")]
    return [f"{issue.get('diagnostics')} at {issue.get('location')}" for issue in wrong]
