"""A FHIR Bundle with a medication list: checked against R4, one patient, every reference there; faults by FHIR path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, cast

import orjson

from adapters.fhir_in.lines import allergies, list_lines
from adapters.fhir_in.pll_info import informed, pll_info
from adapters.fhir_in.resolving import Bundled, coded
from adapters.lists.envelope import Envelope, document, envelope, fault_of, whose, whose_list
from hub.contract import HER_ID, ORGANISASJONSNUMMER, Document, Fault, Identifier, Issue, Raw, Rejection
from mappings.documents import troubles
from mappings.documents.medication_list import Completeness, ListType, MedicationList, Source
from mappings.identifiers import FNR, H
from mappings.norwegian_time import instant

LIST_TYPES: Final = f"{H}/CodeSystem/med-list-type"
SNAPSHOTS: Final = ("collection", "document", "searchset")
PLL_PROFILES: Final = ("sfm-MedicationBundle", "sfm-MedicationStatement")
VKP: Final = "/epj/r4/MedicationStatement"
"""Where the municipalities' joint service is searched: the list of an EPJ."""
MODES: Final[dict[str, Completeness]] = {"snapshot": "snapshot", "changes": "delta", "working": "snapshot"}
MEDICATIONS: Final = ("MedicationStatement", "MedicationRequest")
TEXTS: Final = {
    "json": "Innholdet er ikke gyldig JSON.",
    "not-bundle": "Innholdet er ikke en FHIR Bundle.",
    "structure": "Elementet følger ikke FHIR R4: {why}",
    "dangling": "Referansen peker ikke på noe i denne Bundle: {what}",
    "resource-kept": "{what} er beholdt i originalen, men er ikke lest som del av legemiddellisten.",
    "two-patients": "Denne Bundle gjelder mer enn én pasient.",
}


class FhirLists:
    """Reads Bundles of MedicationStatement, MedicationRequest, Medication, List, Patient and AllergyIntolerance."""

    name = "fhir-lists"

    def accepts(self, raw: Raw) -> bool:
        """JSON that says it is a Bundle, or Parameters around one, and has a medication or a List in it."""
        if raw.body.lstrip()[:1] != b"{" or b'"Bundle"' not in raw.body:
            return False
        return any(f'"{name}"'.encode() in raw.body for name in (*MEDICATIONS, "List"))

    def read(self, raw: Raw) -> tuple[Document, ...] | Rejection:
        """One document, or every fault by its path."""
        said = envelope(raw)
        if isinstance(said, Rejection):
            return said
        found = _bundle(raw.body)
        if isinstance(found, Rejection):
            return found
        faults = [*_structure(found), *_dangling(found), *_patients(found)]
        return Rejection(faults=tuple(faults)) if faults else _document(found, said, raw)


def _refused(code: str, path: str, **told: str) -> Rejection:
    return Rejection(faults=(Fault(code=code, text=TEXTS[code].format(**told), path=path),))


def _bundle(body: bytes) -> Bundled | Rejection:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return _refused("json", f"line {error.lineno}")
    if isinstance(found, dict) and found.get("resourceType") == "Parameters":
        inner = [p.get("resource") for p in found.get("parameter", []) if isinstance(p, dict)]
        found = next((r for r in inner if isinstance(r, dict) and r.get("resourceType") == "Bundle"), found)
    if not isinstance(found, dict) or found.get("resourceType") != "Bundle":
        return _refused("not-bundle", "")
    return Bundled(found)


def _structure(bundle: Bundled) -> Iterator[Fault]:
    """What R4 does not allow."""
    for found in troubles(bundle.whole, bundle.types()):
        yield replace(found, text=TEXTS["structure"].format(why=found.text))


def _dangling(bundle: Bundled) -> Iterator[Fault]:
    """A line whose drug or patient is not in the Bundle cannot be read."""
    is_search = bundle.whole.get("type") == "searchset"
    for path, resource in bundle.resources(*MEDICATIONS):
        for name in ("medicationReference", "subject"):
            told = resource.get(name) or {}
            reference = told.get("reference")
            if is_search and name == "subject":
                continue  # a search answers with what it found; the patient stays on the server
            if reference and bundle.find(reference, resource) is None:
                text = TEXTS["dangling"].format(what=name)
                yield Fault(code="dangling", text=text, path=f"{path}.{name}.reference")


def _patients(bundle: Bundled) -> Iterator[Fault]:
    subjects = {bundle.key_of(resource.get("subject") or {}) for _, resource in bundle.resources(*MEDICATIONS)} - {""}
    patients = [path for path, _ in bundle.resources("Patient")]
    if len(subjects) > 1 or len(patients) > 1:
        yield Fault(code="two-patients", text=TEXTS["two-patients"], path=patients[-1] if patients else "Bundle")


def _document(bundle: Bundled, said: Envelope, raw: Raw) -> tuple[Document, ...] | Rejection:
    listed = next((resource for _, resource in bundle.resources("List")), {})
    list_type = said.list_type or _list_type(bundle, listed)
    time = said.time or _time(bundle, listed)
    persons = whose(said, _persons(bundle), "Bundle")
    organisation = whose_list(said, _organisation(bundle), "Bundle")
    faults = [found for found in (persons, organisation) if isinstance(found, Fault)]
    faults += [] if list_type else [fault_of("list-type-missing", "Bundle")]
    faults += [] if time else [fault_of("list-time-missing", "Bundle.timestamp")]
    if faults or list_type is None or time is None or isinstance(persons, Fault) or isinstance(organisation, Fault):
        return Rejection(faults=tuple(faults))
    lines, issues = list_lines(bundle, time)
    issues += _kept(bundle)
    own = bundle.whole.get("identifier") or {}
    identifier = own.get("value") or bundle.whole.get("id")
    info = pll_info(bundle)
    listing = MedicationList(
        id=str(identifier or f"{list_type}-{time.isoformat()}"),
        source=Source(
            system=said.system or "FHIR",
            list_type=list_type,
            time=time,
            completeness=said.completeness or _completeness(bundle, listed),
            organisation=organisation,
        ),
        lines=tuple(lines),
        allergies=tuple(allergies(bundle)),
        issues=tuple(issues),
    )
    own_id = _own_id(own)
    return (document(informed(listing, info), persons, raw, said, own_id),)


READ_TYPES: Final = frozenset(
    {
        *MEDICATIONS, "Medication", "Patient", "AllergyIntolerance", "List", "Basic", "Composition", "MessageHeader",
        "Practitioner", "PractitionerRole", "Organization", "Device", "Provenance", "OperationOutcome", "Encounter",
    }
)  # fmt: skip


def _kept(bundle: Bundled) -> Iterator[Issue]:
    """What else stands in the Bundle is in the bytes that are kept, and its sender is told that it is no line."""
    for path, resource in bundle.resources():
        kind = str(resource.get("resourceType"))
        if kind not in READ_TYPES:
            yield Issue(code="resource-kept", text=TEXTS["resource-kept"].format(what=kind), path=path,
                        severity="information")  # fmt: skip


def _own_id(identifier: dict[str, Any]) -> str:
    """The Bundle's identifier, which stays when the Bundle is copied; its logical id does not, and tells nothing."""
    value, system = str(identifier.get("value") or ""), str(identifier.get("system") or "")
    return value if value.startswith("urn:uuid:") or not value else f"{system}|{value}"


def _organisation(bundle: Bundled) -> Identifier | None:
    """Who answers for the whole, by organisation number or HER-id: the custodian of its document, or its sender."""
    said = [resource.get("custodian") for _, resource in bundle.resources("Composition")]
    said += [resource.get("sender") for _, resource in bundle.resources("MessageHeader")]
    for reference in filter(None, said):
        found = bundle.find(str(reference.get("reference") or "")) or {}
        for one in (reference.get("identifier") or {}, *found.get("identifier", ())):
            if one.get("system") in (ORGANISASJONSNUMMER, HER_ID) and one.get("value"):
                return Identifier(str(one["system"]), "".join(str(one["value"]).split()))
    return None


def _list_type(bundle: Bundled, listed: dict[str, Any]) -> ListType | None:
    """Our own code of the List; PLL by the national profile; the ward's list by the category of its orders."""
    own = coded(listed.get("code"), LIST_TYPES)
    if own:
        return cast("ListType", own)
    if any(VKP in str(link.get("url")) for link in bundle.whole.get("link", []) if link.get("relation") == "self"):
        return "municipality"
    profiles = [
        p for r in (bundle.whole, *(r for _, r in bundle.resources())) for p in (r.get("meta") or {}).get("profile", [])
    ]
    if any(name in str(p) for p in profiles for name in PLL_PROFILES):
        return "pll"
    categories = {
        str(coding.get("code"))
        for _, resource in bundle.resources("MedicationRequest")
        for category in resource.get("category", [])
        for coding in category.get("coding", [])
    }
    if "discharge" in categories:
        return "hospital-discharge"
    return "hospital-inpatient" if "inpatient" in categories else None


def _time(bundle: Bundled, listed: dict[str, Any]) -> Any:
    composition = next((resource for _, resource in bundle.resources("Composition")), {})
    updated = (bundle.whole.get("meta") or {}).get("lastUpdated")
    told = (listed.get("date"), bundle.whole.get("timestamp"), composition.get("date"), pll_info(bundle).dated, updated)
    return next((found for text in told if text and (found := instant(str(text)))), None)


def _completeness(bundle: Bundled, listed: dict[str, Any]) -> Completeness:
    """What the List says; else a Bundle that names everything by its nature, unless more pages follow."""
    mode = MODES.get(str(listed.get("mode")))
    if mode:
        return mode
    more = any(link.get("relation") == "next" for link in bundle.whole.get("link", []))
    return "snapshot" if bundle.whole.get("type") in SNAPSHOTS and not more else "delta"


def _persons(bundle: Bundled) -> tuple[Identifier, ...]:
    """The patient's identifiers, a fødselsnummer first."""
    found = [i for _, patient in bundle.resources("Patient") for i in patient.get("identifier", [])]
    found += [
        identifier
        for _, resource in bundle.resources(*MEDICATIONS)
        if (identifier := (resource.get("subject") or {}).get("identifier"))
    ]
    told = [i for i in found if i.get("system") and i.get("value")]
    made = {Identifier(str(i["system"]), "".join(str(i["value"]).split())) for i in told}
    return tuple(sorted(made, key=lambda i: (i.system != FNR, i)))
