"""``heimveg demo``: a small synthetic case through everything, and what can then be asked of the FHIR server.

The case is written once into the data folder and sent from there, so a second run sends the same messages, which the
hub knows as duplicates: nothing changes.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from hub.contract import ORGANISASJONSNUMMER
from hub.delivery.client import FhirClient
from hub.errors import ConfigurationError, RetriableError
from hub.sending import Item, send

SAMPLES: Final = "heimveg.samples"
H: Final = "https://heimveg.dev/fhir"
KOMMUNE: Final = "urn:oid:2.16.578.1.12.4.1.1.3402"
PATIENCE_SECONDS: Final = 120
DONE: Final = frozenset({"projected", "duplicate", "parked", "quarantined", "rejected"})

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A FHIR query with its live answer, as rows of a table."""

    title: str
    url: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def case_files(home: Path, say: Say) -> list[Path]:
    """The case in the data folder; made on the first call, as of that moment."""
    folder = home / "demo"
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name, body in _case(datetime.now(UTC)):
            (folder / name).write_bytes(body)
        (folder / "complete").touch()
        say(f"a synthetic case was written to {folder}")
    return sorted(folder.glob("*.xml"))


def _case(now: datetime) -> list[tuple[str, bytes]]:
    found = sorted(entry_points(group=SAMPLES), key=lambda point: point.name)
    if not found:
        raise ConfigurationError(f"No samples are installed (entry-point group {SAMPLES}); reinstall heimveg")
    return [item for point in found for item in point.load()(now)]


def deliver(files: list[Path], hub_url: str, say: Say) -> str:
    """Send the case and wait until the FHIR server has it; the organisation number of the receiving municipality."""
    places = []
    for path in files:
        answered = send(Item(name=path.name, body=path.read_bytes()), hub_url)
        say(answered.line)
        places.append(hub_url.rstrip("/") + answered.answer.get("links", {}).get("self", ""))
    say(f"waiting until the worker has brought {len(places)} messages to the FHIR server")
    began = time.monotonic()
    details = [_wait_for(place, began) for place in places]
    parties = [detail.get("parties", {}).get("receiver", {}) for detail in details]
    numbers = {i["value"] for p in parties for i in p.get("identifiers", ()) if i["system"] == ORGANISASJONSNUMMER}
    return min(numbers, default="")


def _wait_for(place: str, began: float) -> dict[str, Any]:
    while True:
        with urllib.request.urlopen(place, timeout=30) as response:  # noqa: S310  the hub's own address
            detail: dict[str, Any] = json.load(response)
        if detail["processing"] in DONE:
            return detail
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise RetriableError(f"{place} is still {detail['processing']}; look at `heimveg status` and the logs")
        time.sleep(0.2)


async def ask(fhir_url: str, orgnr: str) -> list[Question]:
    """The three questions that everybody has, with the answers of this moment."""
    async with FhirClient(fhir_url) as client:
        ready = await _ready(client, fhir_url, orgnr)
        admitted = await _admitted(client, fhir_url)
        overdue = await _overdue(client, fhir_url)
    return [ready, admitted, overdue]


async def _ready(client: FhirClient, base: str, orgnr: str) -> Question:
    criteria = {
        "code": f"{H}/CodeSystem/discharge-process|utskrivningsklar",
        "status": "requested,received,accepted,in-progress",
        "owner:Organization.identifier": f"{ORGANISASJONSNUMMER}|{orgnr}",
        "_include": "Task:encounter",
    }
    found = await client.search("Task", criteria)
    stays = {f"Encounter/{e['id']}": e for e in _resources(found, "Encounter")}
    rows = []
    for task in _resources(found, "Task"):
        stay = stays.get(task["encounter"]["reference"], {})
        admitted = stay.get("period", {}).get("start", "unknown")
        rows.append((task["status"], _shown(task["executionPeriod"]["start"]), _shown(admitted), _short(stay)))
    columns = ("status", "declared ready", "admitted", "stay")
    return _question("Who is declared ready to leave, for this municipality?", base, "Task", criteria, columns, rows)


async def _admitted(client: FhirClient, base: str) -> Question:
    everybody = _resources(await client.search("Encounter", {"status": "in-progress"}), "Encounter")
    tags = {t["code"] for e in everybody for t in e["meta"].get("tag", ()) if t["system"] == KOMMUNE}
    criteria = {"status": "in-progress", "_tag": f"{KOMMUNE}|{min(tags, default='')}"}
    found = _resources(await client.search("Encounter", criteria), "Encounter")
    rows = [(_shown(e.get("period", {}).get("start", "")), *_times(e), _short(e)) for e in found]
    columns = ("admitted", "expected ready", "ready", "stay")
    return _question("Who from this municipality is in hospital?", base, "Encounter", criteria, columns, rows)


async def _overdue(client: FhirClient, base: str) -> Question:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    criteria = {"due": f"lt{now}", "status": "requested"}
    found = _resources(await client.search("Task", criteria), "Task")
    rows = [
        (task["code"]["coding"][0]["display"], _shown(task["restriction"]["period"]["end"]), _short(task))
        for task in found
    ]
    columns = ("duty", "was due", "task")
    return _question("Which duties are overdue?", base, "Task", criteria, columns, rows)


def _question(
    title: str, base: str, type_: str, criteria: Mapping[str, str], columns: tuple[str, ...], rows: list[Any]
) -> Question:
    url = f"{base.rstrip('/')}/{type_}?{urlencode(criteria, safe=':/|,')}"
    return Question(title=title, url=url, columns=columns, rows=tuple(sorted(rows)))


def _resources(bundle: dict[str, Any], type_: str) -> list[dict[str, Any]]:
    entries = (entry.get("resource", {}) for entry in bundle.get("entry", ()))
    return [resource for resource in entries if resource.get("resourceType") == type_]


def _times(encounter: dict[str, Any]) -> tuple[str, str]:
    found = {e["url"].rpartition("/")[2]: e.get("valueDateTime", "") for e in encounter.get("extension", ())}
    return _shown(found.get("expected-discharge", "")), _shown(found.get("discharge-ready", ""))


def _shown(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _short(resource: dict[str, Any]) -> str:
    return f"{resource['resourceType']}/{resource['id'][:8]}…" if resource else ""
