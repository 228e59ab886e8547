"""MedicationStatement and MedicationRequest as neutral lines (dossier 3.1 to 3.3, 4.2, 6.2 read backwards)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from adapters.fhir_in.resolving import Bundled, Json, coded, extension, words
from hub.contract import Issue
from mappings.documents.medication_list import Allergy, GivenDose, LineStatus, MedicationLine, Strength
from mappings.norwegian_time import instant_or_date

ATC: Final = ("http://www.whocc.no/atc", "urn:oid:2.16.578.1.12.4.1.1.7180")
FEST: Final = (
    "http://ehelse.no/fhir/CodeSystem/FEST", "http://dmp.no/fhir/NamingSystem/festLegemiddelDose",
    "http://dmp.no/fhir/NamingSystem/festLegemiddelMerkevare", "http://dmp.no/fhir/NamingSystem/festLegemiddelPakning",
    "http://dmp.no/fhir/NamingSystem/festLegemiddelVirkestoff",
)  # fmt: skip
USE: Final = ("urn:oid:2.16.578.1.12.4.1.1.9101",)
THERAPY: Final = {"continuous": "1", "acute": "2"}
STATUSES: Final[dict[str, LineStatus]] = {
    "active": "active", "completed": "completed", "intended": "planned", "stopped": "stopped", "on-hold": "on-hold",
    "unknown": "unknown", "not-taken": "stopped", "cancelled": "stopped", "draft": "planned",
}  # fmt: skip
TEXTS: Final = {
    "entered-in-error": "Linjen er merket som feil av avsender og er ikke med.",
    "no-name": "Linjen har verken navn eller kode for legemidlet.",
}


def list_lines(bundle: Bundled, time: datetime) -> tuple[list[MedicationLine], list[Issue]]:
    """The lines in the order of the Bundle; an order that a statement is based on is the same line."""
    lines: list[MedicationLine] = []
    issues: list[Issue] = []
    based_on = {
        str(r.get("reference"))
        for _, statement in bundle.resources("MedicationStatement")
        for r in statement.get("basedOn", [])
    }
    shown = {id(found) for reference in based_on if (found := bundle.find(reference))}
    for path, resource in bundle.resources("MedicationStatement", "MedicationRequest"):
        if id(resource) in shown:
            continue
        if resource.get("status") == "entered-in-error":
            issues.append(Issue(code="entered-in-error", text=TEXTS["entered-in-error"], path=path))
            continue
        line = _line(resource, path, bundle, time)
        lines.append(line)
        if not line.name:
            issues.append(Issue(code="no-name", text=TEXTS["no-name"], path=path))
    return lines, issues


def _line(resource: Json, path: str, bundle: Bundled, time: datetime) -> MedicationLine:
    drug, code = _drug(resource, bundle)
    doses = resource.get("dosage") or resource.get("dosageInstruction") or []
    status = STATUSES.get(str(resource.get("status")), "unknown")
    start, end = _period(resource, doses)
    stop = _moment(_part(extension(resource, "sfm-discontinuation"), "timedate"))
    administration = extension(resource, "sfm-administration")
    fest = coded(code, *FEST).removeprefix("ID_").upper()
    ids = _identifiers(resource)
    return MedicationLine(
        id=ids["id"] or str(resource.get("id") or path),
        pll_id=ids["PLL"],
        resept_id=ids["ReseptId"],
        path=path,
        name=words(code),
        generic=next((str(c.get("display") or "") for c in code.get("coding", []) if c.get("system") in ATC), ""),
        atc=coded(code, *ATC),
        varenr=fest if fest.isdecimal() and len(fest) == 6 else "",
        fest_id=fest if not fest.isdecimal() else "",
        form=words(drug.get("form")),
        strengths=tuple(_strengths(drug)),
        status=status,
        route=next((words(d.get("route")) for d in doses if d.get("route")), ""),
        use=_use(resource, doses),
        dose_text=_text(doses),
        given=_given(doses),
        start=start,
        end=None if status == "stopped" else end,
        stopped=stop or (end if status == "stopped" else None),
        stop_cause=words(_part(extension(resource, "sfm-discontinuation"), "reason")),
        reason=_reason(resource),
        changed=_changed(resource, time),
        indication="; ".join(text for c in resource.get("reasonCode", []) if (text := words(c))),
        notes=tuple(str(note["text"]) for note in resource.get("note", []) if note.get("text")),
        in_multidose=_part(administration, "mddispensed"),
        is_order=resource.get("resourceType") == "MedicationRequest",
        substitution_refused=(resource.get("substitution") or {}).get("allowedBoolean") is False,
    )


def _drug(resource: Json, bundle: Bundled) -> tuple[Json, Json]:
    """The Medication, where there is one, and what codes and names the drug."""
    reference = (resource.get("medicationReference") or {}).get("reference")
    found = bundle.find(str(reference), resource) if reference else None
    return (found, found.get("code") or {}) if found else ({}, resource.get("medicationCodeableConcept") or {})


def _identifiers(resource: Json) -> dict[str, str]:
    """The PLL id, the prescription's id, and the source's own."""
    found = {"PLL": "", "ReseptId": "", "id": ""}
    for identifier in resource.get("identifier") or []:
        kind = words(identifier.get("type"))
        name = kind if kind in found else "id"
        found[name] = found[name] or str(identifier.get("value") or "")
    found["id"] = found["id"] or found["PLL"] or found["ReseptId"]
    return found


def _strengths(drug: Json) -> Iterator[Strength]:
    for ingredient in drug.get("ingredient") or []:
        ratio = ingredient.get("strength") or {}
        above, below = ratio.get("numerator") or {}, ratio.get("denominator") or {}
        if "value" in above and above.get("unit"):
            per = str(below.get("unit") or "") if str(below.get("unit") or "").lower() in ("ml", "dose") else ""
            yield Strength(value=Decimal(str(above["value"])), unit=str(above["unit"]), per=per)


def _use(resource: Json, doses: list[Json]) -> str:
    """Bruk (9101) by the national extension, else by the course of therapy, else as needed where a dose says so."""
    told = [coded(extension(d, "sfm-use").get("valueCodeableConcept"), *USE) for d in doses]
    if found := next((code for code in told if code), ""):
        return found
    if any(d.get("asNeededBoolean") or d.get("asNeededCodeableConcept") for d in doses):
        return "3"
    codings = (resource.get("courseOfTherapyType") or {}).get("coding") or []
    return next((THERAPY[str(c.get("code"))] for c in codings if str(c.get("code")) in THERAPY), "")


def _text(doses: list[Json]) -> str:
    """The dose in the source's words; parts of one dose carry the same words."""
    return "\n".join(dict.fromkeys(str(d["text"]).strip() for d in doses if d.get("text")))


def _given(doses: list[Json]) -> GivenDose | None:
    """An amount that came as structure; how often, only where it is plainly so many times a day."""
    if len(doses) != 1:
        return None
    rate: Json = next(iter(doses[0].get("doseAndRate") or []), {})
    low = high = rate.get("doseQuantity") or {}
    if "doseRange" in rate:
        low, high = rate["doseRange"].get("low") or {}, rate["doseRange"].get("high") or {}
    if "value" not in low or "value" not in high:
        return None
    unit = str(high.get("unit") or "")
    return GivenDose(
        low=Decimal(str(low["value"])), high=Decimal(str(high["value"])), unit=unit, times_a_day=_times(doses[0])
    )


def _times(dose: Json) -> int | None:
    repeat: Json = (dose.get("timing") or {}).get("repeat") or {}
    daily = repeat.get("period") == 1 and repeat.get("periodUnit") == "d"
    plain = not {"frequencyMax", "dayOfWeek", "count", "boundsDuration"} & set(repeat)
    return repeat.get("frequency") if daily and plain else None


def _period(resource: Json, doses: list[Json]) -> tuple[datetime | date | None, datetime | date | None]:
    """From when to when: the statement's own period, else the bounds of its dosing."""
    bounds = [(d.get("timing") or {}).get("repeat", {}).get("boundsPeriod") or {} for d in doses]
    own = resource.get("effectivePeriod") or {"start": resource.get("effectiveDateTime")}
    periods = [own, *bounds]
    start = next((p["start"] for p in periods if p.get("start")), None)
    end = next((p["end"] for p in periods if p.get("end")), None)
    return _moment(start), _moment(end)


def _reason(resource: Json) -> str:
    told = resource.get("statusReason") or []
    return "; ".join(words(one) for one in (told if isinstance(told, list) else [told]))


def _changed(resource: Json, time: datetime) -> datetime | date | None:
    """The line's own time: last changed or ordered; an assertion at the list's time is the list's."""
    amended = _moment(_part(extension(resource, "sfm-reseptamendment"), "lastchanged"))
    asserted = _moment(resource.get("dateAsserted"))
    own = asserted if asserted is not None and asserted != time else None
    return amended or _moment(resource.get("authoredOn")) or own


def _part(of: Json, name: str) -> Any:
    """The value of a part of a complex extension, whatever its type."""
    found = extension(of, name)
    return next((value for key, value in found.items() if key.startswith("value")), None)


def _moment(text: Any) -> datetime | date | None:
    return instant_or_date(str(text)) if text else None


def allergies(bundle: Bundled) -> Iterator[Allergy]:
    """What the patient must not have; an allergy that was refuted or entered in error is none."""
    for _, resource in bundle.resources("AllergyIntolerance"):
        verified = {str(c.get("code")) for c in (resource.get("verificationStatus") or {}).get("coding", [])}
        if not verified & {"refuted", "entered-in-error"}:
            yield Allergy(text=words(resource.get("code")), atc=coded(resource.get("code"), *ATC))
