"""FHIR R4 from a municipality's record system, in the shape of the national hub (VKP): a Bundle of one person.

Each entry is checked against R4 (R4B, which has the same elements); one that is wrong is left out and told of by its
path. Medication in the Bundle is taken apart from the rest and read as a medication list like every other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from adapters.fhir_in.outcome import outcome_of
from adapters.fhir_in.reader import LIST_TYPES
from adapters.municipal.adapter import MunicipalAdapter
from adapters.municipal.json_parts import MOST, NotJsonError, Reading, loads
from adapters.municipal.restricted import MARK, RESTRICTED
from adapters.municipal.sending import LOCAL, MUNICIPALITY, Sent, head, known, message_id, national, unused
from adapters.municipal.texts import fault, issue
from hub.contract import Document, Identifier, Issue, Raw, Rejection
from mappings import tables
from mappings.documents import Message, troubles
from mappings.documents.municipal_fhir import FhirUnknown, MunicipalBundle
from mappings.documents.shape import Leaf, made, part_type
from mappings.identifiers import DNR, FHN, FNR
from mappings.norwegian_time import instant

TYPE: Final = "MUNICIPAL-FHIR"
OWN: Final = ("EpisodeOfCare", "CarePlan")
"""What nobody else reads."""
SHARED: Final = ("Condition", "AllergyIntolerance", "Composition")
MEDICATION: Final = ("MedicationStatement", "MedicationRequest", "Medication", "List")
READ: Final = ("Patient", *OWN, *SHARED)
NATIONAL: Final = {FNR: "FNR", DNR: "DNR", FHN: "FHN"}
SLOTS: Final = {slot.name: slot for slot in MunicipalBundle.shape.slots if slot.name in READ}
EXPORT: Final = re.compile(r"urn:hub:municipal-export:(\d{4})")
NOT_SAID: Final = ("resourceType",)
ROOT: Final = "municipal-bundle"
Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class FhirAdapter(MunicipalAdapter):
    """A Bundle of one person."""

    name: str = "epj-fhir"
    content_types: frozenset[str] = frozenset({"application/fhir+json", "application/json"})
    receipt_type: str = "application/fhir+json"

    def accepts(self, raw: Raw) -> bool:
        """A Bundle with services or plans; with diagnoses or allergies only where it has no medication."""
        body = raw.body
        if body.lstrip()[:1] != b"{" or b'"Bundle"' not in body:
            return False
        if any(f'"{name}"'.encode() in body for name in OWN):
            return True
        lists = any(f'"{name}"'.encode() in body for name in MEDICATION)
        return not lists and any(f'"{name}"'.encode() in body for name in SHARED)

    def parts(self, raw: Raw) -> Sequence[bytes]:
        """The Bundle without its medication, which is a list of its own, and without what must not be kept."""
        try:
            whole = loads(raw.body)
        except NotJsonError:
            return ()
        entries = whole.get("entry")
        if not isinstance(entries, list):
            return ()
        medication = [one for one in entries if _type_of(one) in MEDICATION]
        others = [one for one in entries if _type_of(one) not in MEDICATION]
        kept = [one for one in others if self.keep_restricted or not _is_restricted(one)]
        dropped = len(others) - len(kept)
        if not medication and not dropped:
            return ()
        rest = {**whole, "entry": kept, **({MARK: dropped} if dropped else {})}
        return [_dumped(rest), *([_dumped(_list_of(whole, entries, medication))] if medication else [])]

    def read(self, raw: Raw) -> Document | Rejection:
        """What the Bundle says, or why it is refused."""
        try:
            whole = loads(raw.body)
        except NotJsonError as error:
            return Rejection(faults=(replace(error.fault, path="Bundle"),), type=TYPE)
        entries = whole.get("entry", [])
        if whole.get("resourceType") != "Bundle" or not isinstance(entries, list):
            return Rejection(faults=(fault("not-bundle", "Bundle"),), type=TYPE)
        reading = Reading(tells_unknown=False)
        bundle = _bundle(whole, _valid(entries, reading), reading, raw)
        return self._document(bundle, whole, reading, raw)

    def receipt(self, raw: Raw, outcome: Document | Rejection, *, id: str, at: datetime) -> bytes | None:
        """An OperationOutcome, as every FHIR server gives."""
        return outcome_of(raw, outcome, id=id, at=at)

    def _document(self, bundle: MunicipalBundle, whole: Json, reading: Reading, raw: Raw) -> Document | Rejection:
        municipality = str(bundle.municipality or "")
        if not re.fullmatch(r"\d{4}", municipality):
            return Rejection(faults=(fault("municipality-missing", "Bundle.identifier"),), type=TYPE)
        persons, issues = self._persons(bundle, municipality)
        if isinstance(persons, str):
            return Rejection(faults=(fault(persons, "Bundle"),), type=TYPE)
        own = bundle.identifier
        at = instant(bundle.timestamp) if bundle.timestamp else None
        number = message_id("fhir", municipality, str(own.system or ""), str(own.value)) if own and own.value else ""
        sent = Sent(
            type=TYPE, version="4.0.1", message_id=number, municipality=municipality, generated=at or raw.received
        )
        dropped = whole.get(MARK)
        issues += [issue("restricted", "Bundle", count=dropped)] if isinstance(dropped, int) else []
        issues += [] if at else [issue("time-assumed", "Bundle.timestamp")]
        told = tuple(dict.fromkeys((*reading.issues[: MOST * 5], *issues)))
        return Message(head=head(sent, persons, raw), root=bundle, issues=told, original=raw.body)

    def _persons(self, bundle: MunicipalBundle, municipality: str) -> tuple[tuple[Identifier, ...] | str, list[Issue]]:
        """Who it is about; a word for what is wrong where that is nobody, or not one."""
        numbers = [i for patient in bundle.patient for i in patient.identifier]
        numbers += [subject.identifier for subject in _subjects(bundle) if subject and subject.identifier]
        strong, local, issues = [], [], list[Issue]()
        for one in numbers:
            kind = NATIONAL.get(str(one.system or ""))
            if not kind:
                local.append(Identifier(f"{LOCAL}/{municipality}/fhir", str(one.value)))
            elif (found := national(kind, str(one.value), accept_synthetic=self.accept_synthetic)) is not None:
                strong.append(found)
            else:
                issues.append(unused("Bundle.entry"))
        persons = known(strong)
        if len(bundle.patient) > 1 or len(persons) > 1:
            return "two-patients", issues
        return (persons or known(local)[:1]) or "no-patient", issues


def _subjects(bundle: MunicipalBundle) -> Iterator[Any]:
    yield from (one.patient for one in bundle.episode)
    yield from (one.subject for one in bundle.plan)
    yield from (one.subject for one in bundle.condition)
    yield from (one.patient for one in bundle.allergy)
    yield from (one.subject for one in bundle.composition)


def _type_of(entry: Any) -> str:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    return str(resource.get("resourceType")) if isinstance(resource, dict) else ""


def _is_restricted(entry: Any) -> bool:
    """A service whose code in kodeverk 9151 tells of coercion."""
    if _type_of(entry) != "EpisodeOfCare":
        return False
    told = entry["resource"].get("type")
    kinds = [kind for kind in told if isinstance(kind, dict)] if isinstance(told, list) else []
    codings = [coding for kind in kinds for coding in kind.get("coding") or ()]
    own = str(tables.system_of(9151))
    return any(isinstance(c, dict) and c.get("system") == own and c.get("code") in RESTRICTED for c in codings)


def _list_of(whole: Json, entries: list[Any], medication: list[Any]) -> Json:
    """The medication as a Bundle of its own, with the patient, and a List that says whose it is."""
    patients = [one for one in entries if _type_of(one) == "Patient"]
    own = whole.get("identifier") or {}
    number = {"identifier": {**own, "value": f"{own.get('value')}/legemidler"}} if own.get("value") else {}
    said = {
        "resourceType": "List",
        "status": "current",
        "mode": "snapshot",
        "code": {"coding": [{"system": LIST_TYPES, "code": "municipality"}]},
        "date": whole.get("timestamp"),
    }
    lists = [] if any(_type_of(one) == "List" for one in medication) else [{"resource": said}]
    same: Json = {name: whole[name] for name in ("resourceType", "type", "timestamp", "link") if name in whole}
    return {**same, **number, "entry": [*patients, *lists, *medication]}


def _dumped(whole: Json) -> bytes:
    return json.dumps(whole, ensure_ascii=False, default=float).encode()


def _valid(entries: list[Any], reading: Reading) -> Iterator[tuple[str, Json]]:
    """Each resource that R4 allows, with its path; the others are left out and told of."""
    types = {str(one.get("fullUrl")): _type_of(one) for one in entries if isinstance(one, dict) and one.get("fullUrl")}
    for place, entry in enumerate(entries):
        path = f"Bundle.entry[{place}].resource"
        resource = entry.get("resource") if isinstance(entry, dict) else None
        whole = resource if isinstance(resource, dict) else {}
        first = next(iter(troubles(whole, types, path)), None)
        if first is None:
            yield path, whole
        else:
            reading.issues.append(issue("item-left-out", first.path, why=first.text))


def _bundle(whole: Json, valid: Iterator[tuple[str, Json]], reading: Reading, raw: Raw) -> MunicipalBundle:
    held: dict[str, list[Any]] = {}
    for path, resource in valid:
        slot = SLOTS.get(str(resource["resourceType"]))
        if slot is None:
            reading.unknown.append((path, json.dumps(resource, ensure_ascii=False, sort_keys=True, default=float)))
            reading.issues.append(issue("unknown-member", path))
            continue
        others = held.setdefault(slot.field, [])
        shape = part_type(MunicipalBundle, slot)
        assert shape is not None  # noqa: S101  every resource is a part
        said = {name: value for name, value in resource.items() if name not in NOT_SAID}
        if (read := reading.part(shape, said, path, f"{ROOT}/{slot.name}[{len(others) + 1}]")) is not None:
            others.append(read)
    own = whole.get("identifier")
    system = str(own.get("system") or "") if isinstance(own, dict) else ""
    stated = {name.lower(): value.strip() for name, value in raw.headers.items()}
    found = EXPORT.fullmatch(system)
    municipality = found[1] if found else stated.get(MUNICIPALITY, "")
    root = {name: whole[name] for name in ("identifier", "timestamp") if whole.get(name)}
    about = reading.part(MunicipalBundle, root, "Bundle", ROOT)
    values = {"identifier": getattr(about, "identifier", None), "timestamp": getattr(about, "timestamp", None)}
    return made(
        MunicipalBundle,
        municipality=Leaf(municipality, f"{ROOT}/municipality") if municipality else None,
        **values,
        **{field: tuple(parts) for field, parts in held.items()},
        unknown=tuple(_unknown(reading.unknown)),
    )


def _unknown(found: list[tuple[str, str]]) -> Iterator[FhirUnknown]:
    for place, (name, value) in enumerate(found, start=1):
        path = f"{ROOT}/other[{place}]"
        yield made(FhirUnknown, name=Leaf(name, f"{path}/name"), value=Leaf(value, f"{path}/value"))
