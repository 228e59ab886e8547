"""The plan that a message tells of: its measures, needs, goals and appointments as one CarePlan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from hub.contract import Resource
from mappings.care_plan import CUSTODIAN
from mappings.clinical.chart import Chart
from mappings.clinical.epikrise import follow_up
from mappings.documents.epikrise import Message as Epikrise
from mappings.documents.journalnotat import Journaltekst
from mappings.documents.shape import Leaf, Part
from mappings.identifiers import H
from mappings.resources import code, moment, reference

CATEGORIES: Final = f"{H}/CodeSystem/care-plan-category"
MUNICIPAL: Final = ("kommunal-oppfolgingsplan", "Kommunal oppfølgingsplan")
AFTER_STAY: Final = ("oppfolgingsplan", "Oppfølgingsplan")
FROM_MUNICIPALITY: Final = frozenset({"INNLEGGELSESRAPPORT", "HELSEOPPLYSNINGER_LEGE", "ORIENTERING_TJENESTETILBUD"})
HEADINGS: Final = "2.16.578.1.12.4.1.1.9142"
FOLLOW_UP: Final = "OP"
ACTIVITIES: Final = ("ServiceRequest", "Appointment")


def plan(chart: Chart, payload: Part, made: Mapping[str, Resource]) -> Iterator[tuple[Resource, Iterable[Part]]]:
    """The plan, where there is anything to put in it; "Planer for videre oppfølging" (9142, 8311 OP) is its text."""
    is_epikrise = isinstance(payload, Epikrise)  # its ServiceRequest is the referral, which is behind
    activities = [ref for ref, r in made.items() if r["resourceType"] in ACTIVITIES and not is_epikrise]
    goals = [ref for ref, r in made.items() if r["resourceType"] == "Goal"]
    note = next((n for n in chart.notes if _is_follow_up(n)), None)
    text = _text(note) or follow_up(payload)
    if not (activities or goals or text):
        return
    category = MUNICIPAL if chart.message.head.type in FROM_MUNICIPALITY else AFTER_STAY
    yield (
        chart.made(
            "CarePlan",
            "Oppfølgingsplan",
            extension=_custodian(chart),
            status="active",
            intent="plan",
            category=[code(CATEGORIES, *category)],
            title=category[1],
            description=text,
            created=moment(chart.message.head.generated),
            author=chart.organisation(),
            careTeam=[reference(ref) for ref, r in made.items() if r["resourceType"] == "CareTeam"],
            supportingInfo=[reference(f"Composition/{chart.making.id('Composition', chart.entry)}")],
            goal=[reference(ref) for ref in goals],
            activity=[{"reference": reference(ref)} for ref in activities],
            **chart.about(),
        ),
        (),
    )


def _is_follow_up(note: Journaltekst) -> bool:
    heading = note.overskriftskode
    return heading is not None and (heading.s, heading.v) == (HEADINGS, FOLLOW_UP)


def _text(note: Journaltekst | None) -> Leaf | None:
    return note.notat if note and note.notat.strip() else None


def _custodian(chart: Chart) -> list[dict[str, Any]]:
    responsible = chart.making.directory.organization(chart.sender)
    return [{"url": CUSTODIAN, "valueReference": reference(responsible)}] if responsible else []
