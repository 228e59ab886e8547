"""What all formats make together: every reference leads somewhere, and what is referred to is delivered first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from hub.delivery.content import canonical
from hub.timeline import timeline
from hub.translate import changes_for
from tests.municipal.samples import (
    CHAIN,
    IDS,
    KOMMUNE,
    NOW,
    PERSON,
    bundle,
    case,
    events,
    identities,
    outcomes,
    read,
    yearly,
)


def everything() -> list[Any]:
    """All formats about one person, in the order in which they are delivered."""
    told = [read(case()), read(bundle()), read(yearly()), read(identities()), *outcomes(events(*CHAIN))]
    changes, _ = changes_for(told, NOW, IDS)  # type: ignore[arg-type]
    return [change.resource for change in changes]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield str(value["reference"])
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_reference_leads_to_what_was_delivered_before() -> None:
    seen: set[str] = set()
    for resource in everything():
        wanted = {ref for ref in references(resource) if not ref.startswith("#")}
        assert wanted <= seen, (resource["resourceType"], wanted - seen)
        seen.add(f"{resource['resourceType']}/{resource['id']}")


def test_all_of_it_is_on_the_timeline_with_a_time_and_its_source() -> None:
    resources = everything()
    found = timeline(resources, lambda _: True)
    patients_own = {"EpisodeOfCare", "ServiceRequest", "Observation", "Goal", "CareTeam", "RelatedPerson", "Condition"}
    patients_own |= {"CarePlan", "Appointment", "AllergyIntolerance", "Composition"}
    shown = {one.reference for one in found}
    assert {f"{r['resourceType']}/{r['id']}" for r in resources if r["resourceType"] in patients_own} <= shown
    assert patients_own <= {reference.partition("/")[0] for reference in shown}
    assert all(one.time and one.sources for one in found)


def test_every_resource_is_valid_by_the_published_models() -> None:
    for resource in everything():
        get_fhir_model_class(resource["resourceType"]).model_validate_json(canonical(resource))


def test_no_id_or_address_tells_the_national_number() -> None:
    for resource in everything():
        assert PERSON not in resource["id"]
        assert not any(PERSON in reference for reference in references(resource))


def test_everything_is_tagged_for_the_municipality() -> None:
    shared = ("Organization", "Practitioner", "PractitionerRole")
    for resource in everything():
        if resource["resourceType"] not in shared:
            assert KOMMUNE in [tag["code"] for tag in resource["meta"]["tag"]], resource["resourceType"]
