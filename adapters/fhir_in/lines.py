"""MedicationStatement and MedicationRequest as neutral lines (dossier 3.1 to 3.3, 4.2, 6.2 read backwards).

What no table here names stands with its line in words, by its FHIR path: nothing that a source says of a line is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from adapters.fhir_in.resolving import Bundled, Json, coded, extension, value_of, words
from adapters.lists.cells import issue
from adapters.lists.leftover import leaves, leftover
from hub.contract import HPR, Issue
from mappings.documents.medication_list import Allergy, FestLevel, GivenDose, LineStatus, MedicationLine, Strength
from mappings.moments import day_of
from mappings.norwegian_time import instant_or_date

ATC: Final = ("http://www.whocc.no/atc", "urn:oid:2.16.578.1.12.4.1.1.7180")
_ENDINGS: Final[dict[str, FestLevel]] = {
    "Dose": "dose", "Merkevare": "brand", "Pakning": "pack", "Virkestoff": "substance",
}  # fmt: skip
LEVEL_SYSTEMS: Final[dict[str, FestLevel]] = {
    f"{space}/NamingSystem/festLegemiddel{said}": level
    for space in ("http://dmp.no/fhir", "http://hl7.no/fhir")
    for ending, level in _ENDINGS.items()
    for said in (ending, ending.lower())
}
"""The register's systems, and those of an earlier draft: each holds ids of one level (dossier 3.3)."""
FEST: Final = ("http://ehelse.no/fhir/CodeSystem/FEST", *LEVEL_SYSTEMS)
REGISTERED: Final[dict[str, FestLevel]] = {"1": "substance", "2": "brand", "3": "pack"}
"""sfm-festregistrationtype."""
USE: Final = ("urn:oid:2.16.578.1.12.4.1.1.9101",)
PRESCRIPTION_GROUP: Final = ("urn:oid:2.16.578.1.12.4.1.1.7421",)
SUPPLEMENT: Final = "5"
THERAPY: Final = {"continuous": "1", "acute": "2"}
STATUSES: Final[dict[str, LineStatus]] = {
    "active": "active", "completed": "completed", "intended": "planned", "stopped": "stopped", "on-hold": "on-hold",
    "unknown": "unknown", "not-taken": "stopped", "cancelled": "stopped", "draft": "planned",
}  # fmt: skip
TEXTS: Final = {
    "entered-in-error": "Linjen er merket som feil av avsender og er ikke med.",
    "no-name": "Linjen har verken navn eller kode for legemidlet.",
}
_DOSES: Final = ("dosage", "dosageInstruction")
READ: Final = frozenset(
    {
        "resourceType", "id", "meta", "text", "contained", "status", "intent", "subject", "basedOn", "identifier",
        "medicationReference", "medicationCodeableConcept.coding.system", "medicationCodeableConcept.coding.code",
        "medicationCodeableConcept.coding.display", "medicationCodeableConcept.text", "effectivePeriod",
        "effectiveDateTime", "dateAsserted", "authoredOn", "reasonCode.text", "note.text", "statusReason.text",
        "courseOfTherapyType", "substitution.allowedBoolean", "sfm-discontinuation", "sfm-administration.mddispensed",
        "sfm-reseptamendment.lastchanged", "sfm-reseptamendment.expirationdate", "sfm-reseptamendment.note",
        "sfm-reseptamendment.ereseptdosing.starttime", "sfm-reseptamendment.ereseptdosing.endtime",
        "sfm-generic-substitution.genericSubstitutionAccepted", "requester.display",
        *(f"{dose}.{part}" for dose in _DOSES for part in (
            "sequence", "text", "sfm-use", "sfm-application-area", "route.text", "asNeededBoolean",
            "doseAndRate.doseQuantity.value", "doseAndRate.doseQuantity.unit", "doseAndRate.doseRange",
            "timing.repeat.boundsPeriod", "timing.repeat.frequency", "timing.repeat.period", "timing.repeat.periodUnit",
        )),
    }
)  # fmt: skip
STRUCTURED: Final = frozenset(path for path in READ if ".doseAndRate." in path or ".timing.repeat." in path)
"""Of one dose alone these are read; of several, which are which only their words tell."""
SETTINGS: Final = frozenset({"inpatient", "outpatient", "community", "discharge"})
READ_OF_DRUG: Final = frozenset(
    {
        "resourceType", "id", "meta", "text", "code.coding.system", "code.coding.code", "code.coding.display",
        "code.text", "form", "no-basis-prescriptiongroup", "ingredient.strength",
    }
)  # fmt: skip


UNREAD: Final = frozenset({"ingredient.strength"})


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
        issues += _odd(resource, line, path, bundle)
    return lines, issues


def _odd(resource: Json, line: MedicationLine, path: str, bundle: Bundled) -> Iterator[Issue]:
    if not line.name:
        yield Issue(code="no-name", text=TEXTS["no-name"], path=path)
    if _lacks_unit(_drug(resource, bundle)[0]):
        yield issue("strength-without-unit", path)


def _lacks_unit(drug: Json) -> bool:
    above = [(one.get("strength") or {}).get("numerator") or {} for one in drug.get("ingredient") or []]
    return any("value" in one and not _unit(one) for one in above)


def _line(resource: Json, path: str, bundle: Bundled, time: datetime) -> MedicationLine:
    drug, code = _drug(resource, bundle)
    doses = resource.get("dosage") or resource.get("dosageInstruction") or []
    start, end = _period(resource, doses)
    stop = _moment(_part(extension(resource, "sfm-discontinuation"), "timedate"))
    status = _status(resource, end, stop, time)
    amended = extension(resource, "sfm-reseptamendment")
    fest, level = _fest(drug, code)
    ids = _identifiers(resource)
    expires = _moment(_part(amended, "expirationdate"))
    return MedicationLine(
        id=ids["id"] or str(resource.get("id") or path),
        pll_id=ids["PLL"],
        resept_id=ids["ReseptId"],
        path=path,
        name=words(code),
        generic=next((str(c.get("display") or "") for c in code.get("coding", []) if c.get("system") in ATC), ""),
        atc=coded(code, *ATC),
        varenr=fest if _is_number(fest) else "",
        fest_id="" if _is_number(fest) else fest,
        fest_level="" if _is_number(fest) else level,
        form=words(drug.get("form")),
        strengths=tuple(_strengths(drug)),
        status=status,
        route=next((words(d.get("route")) for d in doses if d.get("route")), ""),
        use=_use(resource, doses) or _supplement(drug),
        dose_text=_text(doses),
        given=_given(doses),
        start=start,
        end=None if status == "stopped" else end,
        stopped=stop or (end if status == "stopped" else None),
        stop_cause=words(_part(extension(resource, "sfm-discontinuation"), "reason")),
        reason=_reason(resource),
        changed=_changed(resource, time),
        indication="; ".join(_indications(resource, doses)),
        prescriber=str((resource.get("requester") or {}).get("display") or ""),
        prescriber_hpr=_hpr(resource),
        notes=tuple(_notes(resource, amended)),
        in_multidose=_part(extension(resource, "sfm-administration"), "mddispensed"),
        is_order=resource.get("resourceType") == "MedicationRequest",
        substitution_refused=_refuses(resource),
        prescription_expires=day_of(expires) if expires else None,
        other=(
            *_other_codes(code),
            *leftover(leaves(resource), _read_of(resource, doses)),
            *leftover(leaves(drug), READ_OF_DRUG - UNREAD if _lacks_unit(drug) else READ_OF_DRUG, "Medication."),
        ),
    )


def _drug(resource: Json, bundle: Bundled) -> tuple[Json, Json]:
    """The Medication, where there is one, and what codes and names the drug."""
    reference = (resource.get("medicationReference") or {}).get("reference")
    found = bundle.find(str(reference), resource) if reference else None
    return (found, found.get("code") or {}) if found else ({}, resource.get("medicationCodeableConcept") or {})


def _fest(drug: Json, code: Json) -> tuple[str, FestLevel]:
    """The id or varenummer, and the level by its system, else by what SFM says of the registration (dossier 3.3)."""
    codings = [c for c in code.get("coding") or [] if c.get("system") in FEST]
    levelled = next((c for c in codings if c.get("system") in LEVEL_SYSTEMS), None)
    one: Json = levelled or next(iter(codings), {})
    said = _part(extension(drug, "sfm-medicationdetails"), "registreringstype")
    level = LEVEL_SYSTEMS.get(str(one.get("system"))) or REGISTERED.get(_first_code(said), "")
    return str(one.get("code") or "").removeprefix("ID_").upper(), level


def _read_of(resource: Json, doses: list[Json]) -> frozenset[str]:
    """What of this resource has been read: where an order is given tells the kind of list, in the codes of FHIR."""
    given = {str(c.get("code")) for one in _listed(resource.get("category")) for c in one.get("coding") or []}
    read = READ if len(doses) == 1 else READ - STRUCTURED
    read |= {"requester.identifier"} if _hpr(resource) else set()
    return read | {"category.coding"} if given <= SETTINGS else read


def _listed(value: Any) -> list[Json]:
    return value if isinstance(value, list) else [value] if value else []


def _other_codes(code: Json) -> Iterator[tuple[str, str]]:
    """Codes of other systems, such as a chart's own catalogue, and names that no other field has."""
    shown = {words(code), *(str(c.get("display")) for c in code.get("coding") or [] if c.get("system") in ATC)}
    for one in code.get("coding") or []:
        name = str(one.get("display") or "")
        known = one.get("system") in (*ATC, *FEST)
        told = [] if known else [str(one.get("code") or "")]
        told += [name] if name and name not in shown else []
        if any(told):
            yield str(one.get("system") or "kode"), " ".join(told).strip()


def _first_code(concept: Any) -> str:
    codings = (concept or {}).get("coding") if isinstance(concept, dict) else None
    return str(codings[0].get("code", "")) if codings else ""


def _is_number(fest: str) -> bool:
    return fest.isdecimal() and len(fest) == 6


def _status(resource: Json, end: datetime | date | None, stop: datetime | date | None, time: datetime) -> LineStatus:
    """As the source has it; what is "stopped" because its last day has passed is a course that has ended."""
    status = STATUSES.get(str(resource.get("status")), "unknown")
    ended = end is not None and day_of(end) < day_of(time)
    is_sfm = any("sfm-MedicationStatement" in str(p) for p in (resource.get("meta") or {}).get("profile", []))
    if status == "stopped" and is_sfm and stop is None and not resource.get("statusReason") and ended:
        return "completed"
    return status


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
        if "value" in above and _unit(above):
            per = _unit(below) if _unit(below).lower() in ("ml", "dose") else ""
            yield Strength(value=Decimal(str(above["value"])), unit=_unit(above), per=per)


def _unit(quantity: Json) -> str:
    return str(quantity.get("unit") or quantity.get("code") or "")


def _use(resource: Json, doses: list[Json]) -> str:
    """Bruk (9101) by the national extension, else by the course of therapy, else as needed where a dose says so."""
    told = [coded(extension(d, "sfm-use").get("valueCodeableConcept"), *USE) for d in doses]
    if found := next((code for code in told if code), ""):
        return found
    if any(d.get("asNeededBoolean") or d.get("asNeededCodeableConcept") for d in doses):
        return "3"
    codings = (resource.get("courseOfTherapyType") or {}).get("coding") or []
    return next((THERAPY[str(c.get("code"))] for c in codings if str(c.get("code")) in THERAPY), "")


def _supplement(drug: Json) -> str:
    """Dietary supplements have the prescription group K."""
    group = extension(drug, "no-basis-prescriptiongroup").get("valueCodeableConcept")
    return SUPPLEMENT if coded(group, *PRESCRIPTION_GROUP) == "K" else ""


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
    """From when to when: the statement's own period, the national extensions, else the bounds of its dosing."""
    bounds = [(d.get("timing") or {}).get("repeat", {}).get("boundsPeriod") or {} for d in doses]
    dosing = extension(extension(resource, "sfm-reseptamendment"), "ereseptdosing")
    national = {"start": _part(dosing, "starttime") or value_of(extension(resource, "effectiveDateTime")),
                "end": _part(dosing, "endtime")}  # fmt: skip
    own = resource.get("effectivePeriod") or {"start": resource.get("effectiveDateTime")}
    periods = [own, national, *bounds]
    start = next((p["start"] for p in periods if p.get("start")), None)
    end = next((p["end"] for p in periods if p.get("end")), None)
    return _moment(start), _moment(end)


def _reason(resource: Json) -> str:
    return "; ".join(words(one) for one in _listed(resource.get("statusReason")))


def _indications(resource: Json, doses: list[Json]) -> Iterator[str]:
    """What it is for: coded or in words, and what the label says (sfm-application-area)."""
    yield from (text for c in resource.get("reasonCode", []) if (text := words(c)))
    for dose in doses:
        area = _part(extension(dose, "sfm-application-area"), "text")
        if area:
            yield str(words(area) if isinstance(area, dict) else area)


def _notes(resource: Json, amended: Json) -> Iterator[str]:
    yield from (str(note["text"]) for note in resource.get("note", []) if note.get("text"))
    if note := _part(amended, "note"):
        yield str(note)


def _hpr(resource: Json) -> str:
    """The orderer's number in HPR, where the reference has it."""
    number = (resource.get("requester") or {}).get("identifier") or {}
    return str(number.get("value") or "") if number.get("system") == HPR else ""


def _refuses(resource: Json) -> bool:
    accepted = _part(extension(resource, "sfm-generic-substitution"), "genericSubstitutionAccepted")
    return accepted is False or (resource.get("substitution") or {}).get("allowedBoolean") is False


def _changed(resource: Json, time: datetime) -> datetime | date | None:
    """The line's own time: last changed or ordered; an assertion at the list's time is the list's."""
    amended = _moment(_part(extension(resource, "sfm-reseptamendment"), "lastchanged"))
    asserted = _moment(resource.get("dateAsserted"))
    own = asserted if asserted is not None and asserted != time else None
    return amended or _moment(resource.get("authoredOn")) or own


def _part(of: Json, name: str) -> Any:
    """The value of a part of a complex extension, whatever its type."""
    return value_of(extension(of, name))


def _moment(text: Any) -> datetime | date | None:
    return instant_or_date(str(text)) if text else None


def allergies(bundle: Bundled) -> Iterator[Allergy]:
    """What the patient must not have; an allergy that was refuted or entered in error is none."""
    for path, resource in bundle.resources("AllergyIntolerance"):
        verified = {str(c.get("code")) for c in (resource.get("verificationStatus") or {}).get("coding", [])}
        if not verified & {"refuted", "entered-in-error"}:
            criticality = resource.get("criticality")
            yield Allergy(
                text=words(resource.get("code")),
                atc=coded(resource.get("code"), *ATC),
                path=path,
                severity=criticality if criticality in ("high", "low") else "",
                notes=tuple(_allergy_notes(resource)),
            )


def _allergy_notes(resource: Json) -> Iterator[str]:
    """Reactions, and what was noted, in words."""
    for reaction in resource.get("reaction") or []:
        yield from filter(None, (words(one) for one in reaction.get("manifestation") or []))
    yield from (str(note["text"]) for note in resource.get("note") or [] if note.get("text"))
