"""The medication list of one message: what the sender holds the patient to use, at the time of writing (List)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.chart import Chart
from mappings.clinical.codes import LOINC
from mappings.documents.shape import Part
from mappings.identifiers import H
from mappings.organisation import responsible
from mappings.resources import code, coding, moment, reference

LIST_TYPES: Final = f"{H}/CodeSystem/med-list-type"
KINDS: Final = {
    "INNLEGGELSESRAPPORT": ("municipality", "Kommunens liste"),
    "UTSKRIVNINGSRAPPORT": ("hospital-discharge", "Sykehusets liste ved utskrivning"),
    "HELSEOPPLYSNINGER_LEGE": ("municipality", "Kommunens liste"),
    "MEDISINSKE_OPPLYSNINGER": ("gp", "Fastlegens liste"),
}
"""Which list a message carries; of other messages only that it is a list of medicines."""
WHOLE: Final = ("UTSKRIVNINGSRAPPORT", "EPJ-EKSTRAKT")
"""Messages that name everything in use; what others do not name they do not deny (dossier 4.2)."""
HISTORY: Final = ("10160-0", "History of Medication use Narrative")
DISCHARGE: Final = ("10183-2", "Hospital discharge medications Narrative")
STOPPED: Final = code(f"{H}/CodeSystem/med-list-flag", "seponert", "Seponert")
SID: Final = f"{H}/sid/medlist"


def medicine_list(
    chart: Chart, payload: Part, made: Mapping[str, Resource]
) -> Iterator[tuple[Resource, Iterable[Part]]]:
    """The lines that the message has, as a whole list or as changes. No lines is no list: nobody has said "none"."""
    lines = {ref: line for ref, line in chart.lines.items() if ref in made}
    if not lines:
        return
    entries = [_entry(ref, made[ref]) for ref in lines]
    kind = chart.message.head.type
    mode = "snapshot" if kind in WHOLE else "changes"
    yield list_of(chart, KINDS.get(kind), entries, mode), tuple(lines.values())


def list_of(
    chart: Chart, kind: tuple[str, str] | None, entries: list[dict[str, Any]], mode: str = "snapshot", **elements: Any
) -> Resource:
    """The List of a message: whose it is (code and name) where that is known, as of when the message was made."""
    head = chart.message.head
    loinc = DISCHARGE if kind and kind[0] == "hospital-discharge" else HISTORY
    codings = [coding(LIST_TYPES, *kind)] if kind else []
    return chart.made(
        "List",
        "Legemiddelliste",
        identifier=[{"system": SID, "value": head.message_id}],
        status="current",
        mode=mode,
        title=kind[1] if kind else "Legemiddelliste",
        code={"coding": [*codings, coding(LOINC, *loinc)]},
        date=moment(head.generated),
        source=_source(chart),
        entry=entries,
        **chart.about(),
        **elements,
    )


def _source(chart: Chart) -> dict[str, str] | None:
    """Who answers for the message; R4 lets no organisation be the source of a list."""
    names = responsible(chart.message, chart.making.directory)
    return reference(names[0]) if names else None


def _entry(ref: str, line: Resource) -> dict[str, Any]:
    flag = STOPPED if line["status"] == "stopped" else None
    return {"flag": flag, "item": {"reference": ref}}
