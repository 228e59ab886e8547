"""What SFM says of the list as a whole (Basic sfm-PLL-info): when it is from, who packs, which roll lies there.

One for each M25 message in version 3, one or none in 2.12. ``M9.12`` says that somebody answers for multidose though no
M25 is known: the paper patients (dossier 3.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from adapters.fhir_in.resolving import Bundled, Json, coded, extensions, value_of
from mappings.documents.medication_list import MedicationLine, MedicationList
from mappings.moments import day_of
from mappings.norwegian_time import instant_or_date

MESSAGES: Final = ("http://ehelse.no/fhir/CodeSystem/sfm-message-type",)
MULTIDOSE: Final = ("M25.3", "M9.12")
DOCTOR, PHARMACY = "M:Multidoseansvarlig lege", "A:Ansvarlig farmasøyt"
"""How the display of a related party ends."""


@dataclass(slots=True)
class PllInfo:
    """What was found: ``rolls`` by the path of the line that they are of, from and to."""

    kinds: list[str] = field(default_factory=list)
    dated: str = ""
    doctor: str = ""
    pharmacy: str = ""
    rolls: dict[str, list[tuple[date | None, date | None]]] = field(default_factory=dict)
    other: list[tuple[str, str]] = field(default_factory=list)


def pll_info(bundle: Bundled) -> PllInfo:
    """What all of them say together; nothing where there is none."""
    found = PllInfo()
    for _, resource in bundle.resources("Basic"):
        kind = coded(resource.get("code"), *MESSAGES)
        if not kind:
            continue
        found.kinds.append(kind)
        for said in extensions(resource, "sfm-pllInformation"):
            _read(said, kind, bundle, found)
    return found


def _read(said: Json, kind: str, bundle: Bundled, found: PllInfo) -> None:
    dated = next((str(value_of(one)) for one in extensions(said, "PLLdate")), "")
    found.dated = dated if kind == "M25.1" else found.dated or dated
    found.other += [(f"{kind} dato", dated)] if dated else []
    found.other += [(f"{kind} vikar", "ja") for one in extensions(said, "substitute") if value_of(one) is True]
    for one in extensions(said, "relatedparties"):
        name = str((value_of(one) or {}).get("display") or "").strip()
        if DOCTOR in name:
            found.doctor = found.doctor or _person(name, DOCTOR)
        elif PHARMACY in name:
            found.pharmacy = found.pharmacy or _person(name, PHARMACY)
        elif name:
            found.other.append(("Rolle", name))
    for one in extensions(said, "deliveryinformation"):
        _roll(one, bundle, found)


def _person(display: str, role: str) -> str:
    return display.replace(role, "").strip(" ,;:-")


def _roll(said: Json, bundle: Bundled, found: PllInfo) -> None:
    """The days of one dispensing, and the line that it is of."""
    told = {name: next((value_of(one) for one in extensions(said, name)), None) for name in _NAMES}
    reference = str((told["prescriptionId"] or {}).get("reference") or "")
    line = bundle.path_of(reference)
    if line:
        days = (_day(told["datefirstdose"]), _day(told["datelastdose"]))
        found.rolls.setdefault(line, []).append(days)


_NAMES: Final = ("prescriptionId", "datefirstdose", "datelastdose")


def _day(value: object) -> date | None:
    moment = instant_or_date(str(value)) if value else None
    return day_of(moment) if moment else None


def informed(listing: MedicationList, info: PllInfo) -> MedicationList:
    """The list with what was said of it."""
    if not info.kinds:
        return listing
    is_multidose = bool(info.doctor or info.pharmacy or {*info.kinds} & {*MULTIDOSE})
    return replace(
        listing,
        lines=tuple(_packed(line, info.rolls.get(line.path, ())) for line in listing.lines),
        in_multidose=True if is_multidose else listing.in_multidose,
        multidose_doctor=info.doctor,
        multidose_pharmacy=info.pharmacy,
        other=(*listing.other, ("Meldinger", ", ".join(info.kinds)), *info.other),
    )


def _packed(line: MedicationLine, rolls: Sequence[tuple[date | None, date | None]]) -> MedicationLine:
    """The roll that ends last is the one that lies there."""
    known = list(_whole(rolls))
    if not known:
        return line
    first, last = max(known, key=lambda roll: roll[1])
    packed = True if line.in_multidose is None else line.in_multidose
    return replace(line, packed_from=first, packed_to=last, in_multidose=packed)


def _whole(rolls: Sequence[tuple[date | None, date | None]]) -> Iterator[tuple[date | None, date]]:
    yield from ((first, last) for first, last in rolls if last is not None)
