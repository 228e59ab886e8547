"""M25 (LegemidlerIBruk) as a neutral list: each EnkeltoppforingLIB with the prescription (M1) that it holds.

There is no status on an entry: it follows from Seponering and DatoOppstart (dossier 2.2). What is not read stands with
its line in words, by its path; base64 that is not read (pictures, dispensings) stays in the bytes that are kept.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from lxml import etree

from adapters.kith.cover import Spot
from adapters.kith.parse import parse
from adapters.kith.texts import fault
from adapters.lists.envelope import Envelope
from adapters.lists.leftover import leftover
from hub.contract import Fault, Head
from mappings.documents.medication_list import (
    Allergy,
    FestLevel,
    LineStatus,
    ListType,
    MedicationLine,
    MedicationList,
    Source,
)
from mappings.moments import day_of, first_instant
from mappings.norwegian_time import calendar_date, instant, instant_or_date

ROOT: Final = "LegemidlerIBruk"
LIST_TYPES: Final[dict[str, ListType]] = {"ERM251": "pll", "ERM253": "multidose-packed"}
YES: Final = {"1": True, "2": False}
"""List 1101."""
COURSE, SUPPLEMENT = "2", "5"
ENDED: Final = ("", "A")
"""Why a course is stopped when it has simply come to its end: no cause, or that the treatment is over (7494)."""
LEVELS: Final[dict[str, FestLevel]] = {
    "LegemiddelMerkevare": "brand", "Legemiddelpakning": "pack", "LegemiddelVirkestoff": "substance",
    "Legemiddeldose": "dose",
    "Legemiddelblanding": "",
}  # fmt: skip
DOCTOR, PHARMACY, PRESCRIBER = "M", "A", "R"
READ: Final = frozenset(
    {
        "Id", "ReseptId", "UtlopsdatoResept", "SistEndret", "DatoOppstart", "InngarMultidose", "ReseptDokLegemiddelB64",
        "Seponering.Tidspunkt", "Seponering.Arsak", "Seponering.Merknad", "SisteUtlevering.DatoForsteDose",
        "SisteUtlevering.DatoSisteDose", "SisteUtlevering.UtleveringB64",
    }
)  # fmt: skip
READ_OF_PRESCRIPTION: Final = frozenset(
    {
        "Merknad", "BytteresRekvirent", "ByttesRekvirent", "Forskrivning.Bruksomrade", "Forskrivning.DosVeiledEnkel",
        "Forskrivning.Bruk", *(f"Forskrivning.{kind}.{name}" for kind in LEVELS
                               for name in ("Id", "Varenr", "Atc", "NavnFormStyrke", "LegemiddelformKort")),
    }
)  # fmt: skip
READ_OF_LIST: Final = frozenset({"EnkeltoppforingLIB", "Pakkeinfo", "Allergi", "Rolle"})


def content_faults(payload: etree._Element) -> Iterator[Fault]:
    """What cannot be a list: entries without their id, or without a prescription that can be opened (T02)."""
    for entry in Spot(payload, ROOT).all("EnkeltoppforingLIB"):
        if not entry.at("Id").text:
            yield fault("schema", path=f"{entry.path}/Id", what="Elementet Id mangler eller er tomt.")
        if _prescription(entry) is None:
            what = "ReseptDokLegemiddelB64 er ikke base64 av velformet XML."
            yield fault("schema", path=f"{entry.path}/ReseptDokLegemiddelB64", what=what)


def medication_list(payload: etree._Element, head: Head, said: Envelope) -> MedicationList:
    """The list; its time is that of the message."""
    spot = Spot(payload, ROOT)
    list_type = said.list_type or LIST_TYPES[head.type]
    roles = [(one.at("Rolle").coded(), _named(one)) for one in spot.all("Rolle")]
    doctor = next((name for role, name in roles if role.v == DOCTOR), "")
    pharmacy = next((name for role, name in roles if role.v == PHARMACY), "")
    packed = spot.at("Pakkeinfo")
    return MedicationList(
        id=head.message_id,
        source=Source(
            system=said.system or head.sender.key or head.sender.name,
            list_type=list_type,
            time=head.generated,
            completeness=said.completeness or "snapshot",
            organisation=head.sender.identifiers[0] if head.sender.identifiers else None,
        ),
        lines=tuple(_line(one, packed, head.generated) for one in spot.all("EnkeltoppforingLIB")),
        allergies=tuple(_allergy(one) for one in spot.all("Allergi")),
        in_multidose=True if doctor or pharmacy or head.type == "ERM253" else None,
        multidose_doctor=doctor,
        multidose_pharmacy=pharmacy,
        order_deadline=instant_or_date(packed.at("Bestillingsfrist").text),
        other=(
            *((str(role.dn or role.v), name) for role, name in roles if role.v not in (DOCTOR, PHARMACY)),
            *leftover(_leaves(payload), READ_OF_LIST),
        ),
    )


def _line(entry: Spot, packed: Spot, at: datetime) -> MedicationLine:
    prescription = _prescription(entry)
    script = Spot(prescription, f"{entry.path}/ReseptDokLegemiddel")
    drug = script.at("Forskrivning")
    product, level = _product(drug)
    use = str(drug.at("Bruk").attribute("V"))
    start = calendar_date(entry.at("DatoOppstart").text)
    status, stopped, end = _standing(entry, use, at, start)
    dose, beside = _dose(drug)
    number = str(product.at("Varenr").text)
    atc = product.at("Atc").coded()
    rolls = entry.all("SisteUtlevering")
    ordered = next((r for r in entry.all("Rolle") if r.at("Rolle").attribute("V") == PRESCRIBER), None)
    supplement = SUPPLEMENT if product.at("Reseptgruppe").attribute("V") == "K" else ""
    return MedicationLine(
        id=str(entry.at("Id").text),
        path=entry.path,
        pll_id=str(entry.at("Id").text),
        resept_id=str(entry.at("ReseptId").text),
        name=str(product.at("NavnFormStyrke").text or product.at("Navn").text or atc.dn),
        generic="" if atc.dn == "ATC" else str(atc.dn),
        atc=str(atc.v).replace(" ", ""),
        varenr=number,
        fest_id=str(product.at("Id").text).removeprefix("ID_").upper(),
        fest_level=level if product.at("Id").text else "",
        form=str(product.at("LegemiddelformKort").attribute("DN")),
        status=status,
        use=use or supplement,
        dose_text=dose,
        start=start,
        end=end,
        stopped=stopped,
        stop_cause=_words(entry.at("Seponering", "Arsak")),
        reason=str(entry.at("Seponering", "Merknad").text),
        changed=instant(entry.at("SistEndret").text),
        indication=_words(drug.at("Bruksomrade")),
        prescriber=_name(ordered) if ordered else "",
        prescriber_hpr=str(ordered.at("Helseperson", "HprId").text) if ordered else "",
        notes=tuple(str(note) for note in (script.at("Merknad").text,) if note),
        in_multidose=YES.get(entry.at("InngarMultidose").attribute("V"), True if rolls else None),
        packed_from=min(_days(rolls, "DatoForsteDose"), default=calendar_date(packed.at("ForsteDoseringsdato").text)),
        packed_to=max(_days(rolls, "DatoSisteDose"), default=calendar_date(packed.at("SisteDoseringsdato").text)),
        substitution_refused=_refuses(script),
        prescription_expires=calendar_date(entry.at("UtlopsdatoResept").text),
        other=(
            *beside,
            *((_words(one.at("Rolle")), _named(one)) for one in entry.all("Rolle") if _is_told(one)),
            *leftover(_leaves(entry.element), READ | {"Rolle"}),
            *leftover(_leaves(prescription), READ_OF_PRESCRIPTION),
        ),
    )


def _is_told(role: Spot) -> bool:
    """Whether a role has no place of its own on the line."""
    return role.at("Rolle").attribute("V") != PRESCRIBER


def _prescription(entry: Spot) -> etree._Element | None:
    """The M1 inside an entry, as safely parsed as a message."""
    try:
        body = base64.b64decode("".join(entry.at("ReseptDokLegemiddelB64").text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    root = parse(body) if body else None
    return root if isinstance(root, etree._Element) else None


def _product(drug: Spot) -> tuple[Spot, FestLevel]:
    found = next((name for name in LEVELS if drug.at(name).element is not None), "Legemiddelblanding")
    return drug.at(found), LEVELS[found]


def _standing(
    entry: Spot, use: str, at: datetime, start: date | None
) -> tuple[LineStatus, datetime | date | None, datetime | date | None]:
    """Status, stop and end. A course that is stopped for no other cause than that it is over has come to its end."""
    stop = instant_or_date(entry.at("Seponering", "Tidspunkt").text)
    over = use == COURSE and entry.at("Seponering", "Arsak").attribute("V") in ENDED
    is_past = stop is not None and first_instant(stop) <= at
    if stop is not None and over:
        return ("completed" if day_of(stop) < day_of(at) else "active"), None, stop
    if is_past:
        return "stopped", stop, None
    return ("planned" if start is not None and start > day_of(at) else "active"), stop, None


def _dose(drug: Spot) -> tuple[str, list[tuple[str, str]]]:
    """The dose in words, and what else was said of it. The full text of a coded short dose decides (dossier 5.2)."""
    text, short = str(drug.at("DosVeiledEnkel").text), drug.at("Kortdose")
    full, brief = str(short.attribute("OT")), str(short.attribute("DN"))
    found = full or text or brief or ", ".join(_scheduled(drug))
    beside = [("Dosering", one) for one in (text,) if one and one != found]
    return found, beside


def _scheduled(drug: Spot) -> Iterator[str]:
    """Structured doses in the words that a dose text has, where each has an amount and one time of day."""
    for dosing in drug.all("Dosering"):
        for one in dosing.all("DoseFastTidspunkt"):
            amount = one.at("Mengde")
            at = str(one.at("Klokkeslett").text)[:5]
            when = f"kl {at}" if at else str(one.at("Tidsomrade").attribute("DN")).lower()
            yield f"{amount.attribute('V')} {amount.attribute('U')} {when}".strip()


def _refuses(script: Spot) -> bool:
    """The prescriber has reserved against exchange of the product; both spellings are in use."""
    return "1" in (script.at("BytteresRekvirent").attribute("V"), script.at("ByttesRekvirent").attribute("V"))


def _days(rolls: tuple[Spot, ...], name: str) -> list[date]:
    return [day for roll in rolls if (day := calendar_date(roll.at(name).text))]


def _name(role: Spot) -> str:
    """What a person or an organisation is called."""
    person, service = role.at("Helseperson"), role.at("Organisasjon")
    names = [str(person.at(part).text) for part in ("Fornavn", "Mellomnavn", "Etternavn")]
    units = [str(service.at(part).text) for part in ("Inst", "Dept")]
    return " ".join(part for part in names if part) or ", ".join(part for part in units if part)


def _named(role: Spot) -> str:
    """Whoever has a role: a person with HPR number, or an organisation."""
    person, service, name = role.at("Helseperson"), role.at("Organisasjon"), _name(role)
    number = str(person.at("HprId").text)
    her = str(service.at("HerId").text)
    told = f"HPR {number}" if number else f"HER-id {her}" if her else ""
    return f"{name} ({told})" if name and told else name or told


def _words(of: Spot) -> str:
    return str(of.attribute("DN") or of.attribute("OT") or of.attribute("V") or of.text)


def _allergy(of: Spot) -> Allergy:
    """Critical information by local names: the substance by ATC where it has one, and everything else in words."""
    found = [] if of.element is None else list(_leaves(of.element))
    codes = [one for one in (of.element.iter() if of.element is not None else ()) if _is_atc(one)]
    atc = (codes[0].get("V") or "").replace(" ", "") if codes else ""
    name = (codes[0].get("DN") or "").strip() if codes else ""
    words = name or next((value for _, value in found), "") or atc
    return Allergy(text=words, atc=atc, path=of.path, notes=tuple(f"{path}: {value}" for path, value in found))


def _is_atc(element: etree._Element) -> bool:
    return (element.get("S") or "").endswith(".7180")


def _leaves(element: etree._Element | None, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value below an element by its path of local names; a code by its words and itself."""
    for child in element if element is not None else ():
        if not isinstance(child.tag, str):
            continue
        below = f"{path}.{etree.QName(child).localname}".lstrip(".")
        if (told := _value(child)) and not len(child):
            yield below, told
        yield from _leaves(child, below)


def _value(element: etree._Element) -> str:
    code, unit = (element.get("V") or "").strip(), (element.get("U") or "").strip()
    words = (element.get("DN") or element.get("OT") or "").strip()
    if words and code:
        return f"{words} ({code})"
    return f"{code} {unit}".strip() or words or (element.text or "").strip()
