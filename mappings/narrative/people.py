"""People, units, addresses and telephones, each as one line that reads like a letterhead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from mappings import tables
from mappings.documents import dialogmelding, epikrise, msghead
from mappings.documents import felleskomponent as fk1
from mappings.documents.datatypes import CS, CV, URL
from mappings.documents.shape import Leaf, Part, children
from mappings.narrative.readable import code, shown
from mappings.narrative.text import Told, hinted, lines
from mappings.texts import labels

Line = Callable[[Any, Told], str]


def has_line(part: Part) -> bool:
    """Whether a part is a person, a unit or how to reach one."""
    return type(part) in _LINES


def line_of(part: Part, told: Told) -> str:
    """The line for such a part."""
    return _LINES[type(part)](part, told)


def _text(leaf: Leaf | None, told: Told) -> str:
    told.tell(leaf)
    return lines(leaf) if leaf else ""


def _joined(parts: Iterable[str], by: str = ", ") -> str:
    return by.join(part for part in parts if part)


def _coded(of: CS | CV | None, codes: str, told: Told) -> str:
    return code(of, codes, told) if of is not None else ""


def _person(of: fk1.Person | msghead.Patient | fk1.HealthcareProfessional, told: Told) -> str:
    names = _joined((_text(leaf, told) for leaf in (of.given_name, of.middle_name, of.family_name)), " ")
    kind, role = getattr(of, "type_healthcare_professional", None), getattr(of, "role_to_patient", None)
    born = _field(of, "date_of_birth", told)
    return _joined(
        (
            names,
            _coded(kind, "9060", told),
            _coded(role, "9034", told),
            f"født {born}" if born else "",
            _coded(of.sex, "3101", told),
            _coded(of.nationality, "9043", told),
            *(_ident(ident, told) for ident in of.ident),
            _address(of.address, told) if of.address else "",
            *(_telecom(telecom, told) for telecom in of.tele_com),
        )
    )


def _unit(of: fk1.Organisation | msghead.Organisation, told: Told) -> str:
    professional = getattr(of, "healthcare_professional", None)
    own = _joined(
        (
            _text(of.organisation_name, told),
            _coded(of.type_organisation, "9040", told),
            *(_ident(ident, told) for ident in of.ident),
            _address(of.address, told) if of.address else "",
            *(_telecom(telecom, told) for telecom in of.tele_com),
        )
    )
    below = [_unit(of.organisation, told)] if of.organisation else []
    below += [_person(professional, told)] if professional else []
    return _joined((own, *below), " – ")


def _ident(of: fk1.Ident | msghead.Ident, told: Told) -> str:
    return _number(of.id, of.type_id, told)


def _number(number: Leaf | None, kind: CS | CV | None, told: Told) -> str:
    """A number behind what kind of number it is."""
    own = kind.s if isinstance(kind, CV) else None
    told.tell(number, *((kind.v, kind.dn, own) if kind else ()))
    if not number or kind is None:
        return lines(number) if number else ""
    said = str(kind.v or "")
    named = labels().get(f"number:{said}") or tables.text(8116, said) or tables.text(9051, said) or kind.dn or said
    hint = " ".join(part for part in (said, kind.dn, own) if part)
    return f"{hinted(lines(named), hint) if named else ''} {lines(number)}".strip()


def _address(of: fk1.Address | msghead.Address | epikrise.Address, told: Told) -> str:
    place = _joined((_text(of.postal_code, told), _text(of.city, told)), " ")
    box, district = getattr(of, "postbox", None), getattr(of, "city_distr", None)
    kind = _coded(of.type, "3401", told)
    words = _joined(
        (
            _text(of.street_adr, told),
            f"postboks {_text(box, told)}" if box else "",
            place,
            _coded(of.county, "3402", told),
            _coded(district, "3403", told),
            _coded(of.country, "9043", told),
            *(shown(slot, value, told) for slot, value in children(of) if isinstance(value, URL)),
        )
    )
    return f"{words} ({kind})" if kind and words else words or kind


def _telecom(of: fk1.TeleCom | msghead.TeleCom, told: Told) -> str:
    kind = _coded(of.type_telecom, "9061", told)
    number = _field(of, "tele_address", told)
    return f"{number} ({kind})" if kind and number else number or kind


def _field(of: Part, name: str, told: Told) -> str:
    value = getattr(of, name)
    slot = next(slot for slot in of.shape.slots if slot.field == name)
    return shown(slot, value, told) if value is not None else ""


def _hcp(of: epikrise.HCP, told: Told) -> str:
    who = of.inst or of.hc_prof
    return _joined(
        (
            _epikrise_party(who, told) if who else "",
            _coded(of.med_specialty, "", told),
            _text(of.party_id_by_requester, told),
            _text(of.party_id_by_serv_prov, told),
            _address(of.address, told) if of.address else "",
        )
    )


def _epikrise_party(of: epikrise.Inst | epikrise.HCProf | epikrise.Dept | epikrise.HCPerson | Part, told: Told) -> str:
    own = _joined(
        (
            _text(getattr(of, "name", None), told),
            _coded(getattr(of, "type", None), "", told),
            _coded(getattr(of, "position", None), "", told),
            *(_coded(skill, "", told) for skill in getattr(of, "qual", ())),
            _number(getattr(of, "id", None), getattr(of, "type_id", None), told),
            *(_number(more.id, more.type, told) for more in getattr(of, "additional_id", ())),
        )
    )
    return _joined((own, *(_epikrise_party(part, told) for part in _below(of))), " – ")


def _below(of: Part) -> Iterator[Part]:
    for name in ("dept", "hc_person"):
        yield from getattr(of, name, ())


def _additional(of: epikrise.AdditionalId, told: Told) -> str:
    return _number(of.id, of.type, told)


def _related(of: epikrise.RelServProvider | epikrise.RelHCProvider | epikrise.PatRelHCP, told: Told) -> str:
    """A professional by what they are to the patient or the report."""
    role = _coded(getattr(of, "role", None), "", told)
    behind = _joined((_coded(of.relation, "7319" if isinstance(of, epikrise.PatRelHCP) else "7318", told), role))
    return _joined((f"{behind}:" if behind else "", _hcp(of.hcp, told)), " ")


def _modifier(of: epikrise.Modifier, told: Told) -> str:
    values = _joined(code(value, "", told) for value in of.value)
    return _joined((f"{code(of.name, '7305', told)}:", values), " ")


_LINES: Final[dict[type[Part], Line]] = {
    **dict.fromkeys((fk1.Person, fk1.HealthcareProfessional, msghead.Person, msghead.HealthcareProfessional), _person),
    **dict.fromkeys((msghead.Patient, dialogmelding.Person, dialogmelding.HealthcareProfessional), _person),
    **dict.fromkeys((fk1.Organisation, msghead.Organisation), _unit),
    **dict.fromkeys((fk1.Ident, msghead.Ident), _ident),
    **dict.fromkeys((fk1.Address, msghead.Address, epikrise.Address), _address),
    **dict.fromkeys((fk1.TeleCom, msghead.TeleCom), _telecom),
    **dict.fromkeys((epikrise.Inst, epikrise.HCProf, epikrise.Dept, epikrise.HCPerson), _epikrise_party),
    epikrise.HCP: _hcp,
    epikrise.Modifier: _modifier,
    **dict.fromkeys((epikrise.RelServProvider, epikrise.RelHCProvider, epikrise.PatRelHCP), _related),
    epikrise.AdditionalId: _additional,
}
