"""The AppRec that answers a message (HIS 80415:2012): made from the message's outside, addressing mirrored.

Made as the same shapes as every message and written by the same writer, so it is valid by construction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.kith.cover import Coded, Correspondent, Cover, Unit
from adapters.kith.kinds import AppRecVersion
from adapters.kith.settings import Settings
from adapters.kith.write import write
from hub.contract import Fault
from mappings import tables
from mappings.documents import apprec
from mappings.documents.datatypes import CS, CV
from mappings.documents.shape import Leaf, made
from mappings.identifiers import normalised
from mappings.norwegian_time import OSLO, instant

MIG_VERSION = {"1.0": "1.0 2004-11-21", "1.1": "v1.1 2012-02-15"}
ERRORS = "2.16.578.1.12.4.1.1.8221"
_ROLES = {
    "1.0": {"sender": ("REQ", "Rekvirent"), "copy": ("COP", "Kopimottaker"), "receiver": ("SPR", "Tjenesteyter")},
    "1.1": {"sender": ("PRIM", "Primærmottaker"), "copy": ("COP", "Kopimottaker"), "receiver": ("AVS", "Avsender")},
}
LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Whose receipt it is, and when: its own id, the time, and the software that gives it."""

    id: str
    at: datetime
    settings: Settings


def app_rec(
    cover: Cover,
    faults: Iterable[Fault],
    answers_for: Correspondent,
    *,
    version: AppRecVersion,
    stamp: Stamp,
) -> bytes:
    """The AppRec as bytes: positive without faults, else status 2 with one error for each.

    ``answers_for`` is the receiver on whose behalf it is given: the primary one, or one of the copies.
    """
    errors = tuple(_error(fault) for fault in faults)
    status = "2" if errors else "1"
    role = "sender" if answers_for is cover.receiver else "copy"
    answer = made(
        apprec.AppRec,
        msg_type=_cs("APPREC", "Applikasjonskvittering"),
        mig_version=Leaf(MIG_VERSION[version]),
        software_name=Leaf(stamp.settings.software) if stamp.settings.software else None,
        software_version=Leaf(stamp.settings.software_version) if stamp.settings.software_version else None,
        gen_date=Leaf(_local(stamp.at)),
        id=Leaf(stamp.id),
        sender=apprec.Sender(role=_cs(*_ROLES[version][role]), hcp=_hcp(answers_for)),
        receiver=apprec.Receiver(role=_cs(*_ROLES[version]["receiver"]), hcp=_hcp(cover.sender)),
        status=_cs(status, tables.text(8258, status)),
        error=errors,
        original_msg_id=_original(cover, stamp.at),
    )
    return write(answer, version)


def _original(cover: Cover, at: datetime) -> apprec.OriginalMsgId:
    """The message as it named itself; its GenDate as it stands where it is a time (errata to HIS 80415)."""
    said = str(cover.generated)
    with_clock = said if instant(said) else f"{said}T00:00:00" if instant(f"{said}T00:00:00") else _local(at)
    return apprec.OriginalMsgId(
        msg_type=_cs(str(cover.type.v), str(cover.type.dn) or None),
        issue_date=Leaf(with_clock),
        id=Leaf(str(cover.message_id)),
    )


def _local(at: datetime) -> str:
    return at.astimezone(OSLO).strftime("%Y-%m-%dT%H:%M:%S")


def _cs(code: str, text: str | None) -> CS:
    return CS(v=Leaf(code), dn=Leaf(text) if text else None)


def _error(fault: Fault) -> CV:
    code = fault.code if tables.text(8221, fault.code) else "X99"
    detail = f"{fault.text} ({fault.path})" if fault.path else fault.text
    return CV(v=Leaf(code), s=Leaf(ERRORS), dn=Leaf(tables.text(8221, code) or ""), ot=Leaf(detail[:LONGEST]))


def _hcp(party: Correspondent) -> apprec.HCP:
    """``Organisation`` becomes ``Inst``, a service below it ``Dept``, a person below it ``HCPerson``."""
    if party.person and party.level2 is None:
        return made(apprec.HCP, hc_prof=made(apprec.HCProf, **_named(party.level1)))
    second = [made(apprec.HCPerson if party.person else apprec.Dept, **_named(party.level2))] if party.level2 else []
    below = {"hc_person" if party.person else "dept": tuple(second)}
    return made(apprec.HCP, inst=made(apprec.Inst, **_named(party.level1), **below))


def _named(unit: Unit) -> dict[str, Any]:
    """Name and identifiers: HER-id first, as the answer is addressed by it, the rest as additional ones."""
    found = [(normalised(i.type.v, i.value), i.type) for i in unit.idents if i.value]
    found.sort(key=lambda pair: pair[1].v.upper() != "HER")
    values: dict[str, Any] = {"name": Leaf(str(unit.name)) if unit.name else None}
    if found:
        (value, first), *rest = found
        values |= {"id": Leaf(value), "type_id": _type(first)}
        values["additional_id"] = tuple(apprec.AdditionalId(id=Leaf(v), type=_type(t)) for v, t in rest)
    return values


def _type(coded: Coded) -> CS:
    return _cs(str(coded.v), str(coded.dn) or None)
