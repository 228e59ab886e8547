"""Epikrise 1.1 and 1.2 of a synthetic stay (HIS 80226): a message of its own, not in an envelope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, TypedDict, Unpack

from adapters.kith.samples.case import Case, wall_time
from adapters.kith.samples.medical import ATC, ICD10, ICPC2, amount, code
from adapters.kith.samples.parties import Address, Professional
from adapters.kith.samples.story import Drug
from adapters.kith.write import write
from hub.contract import Series
from mappings.documents import epikrise as dis
from mappings.documents.datatypes import CS, CV, TS
from mappings.documents.shape import Leaf, Markup, Part, made
from mappings.enveloping import cs, cv

EpikriseVersion = Literal["1.1", "1.2"]
_MIG = {"1.1": "v1.1 2006-09-23", "1.2": "v1.2 2012-02-15"}
XHTML = "http://www.w3.org/1999/xhtml"


class Elsewhere(NamedTuple):
    """A document that the letter names by its address: its schema lets no file stand inside."""

    title: str
    mime: str
    url: str


class Said(TypedDict, total=False):
    """What an epikrise may be told; all of it has defaults."""

    version: EpikriseVersion
    series: Series
    status: str
    generated: datetime
    message_id: str
    sender: Address
    receiver: Address
    elsewhere: Sequence[Elsewhere]


def epikrise(case: Case, **said: Unpack[Said]) -> bytes:
    """EPIKRISE from the hospital to the general practitioner; the document id is the same over N, M and C.

    ``status`` is of list 7306 (F final, P preliminary, A addition). A cancellation has no event.
    """
    version, series = said.get("version", "1.2"), said.get("series", "N")
    delay = timedelta(days=7) if series == "N" else timedelta(days=7, hours=1)
    generated = said.get("generated", case.start + delay)
    report = made(
        dis.ServRprt,
        serv_type=cs(7309, series),
        issue_date=TS(v=case.moment(days=7)),
        appr_date=TS(v=Leaf(wall_time(generated))),
        status=cs(7306, said.get("status", "F")),
        msg_descr=Leaf("Sykehusepikrise"),
        serv_prov_id=Leaf(case.message_id("epikrise-document")),
        serv_req=(_referral(case, version),),
        event=() if series == "C" else (_event(case, version),),
        patient=_patient(case),
        serv_provider=made(dis.ServProvider, hcp=hcp(said.get("sender", case.parties.hospital))),
        copy_dest=tuple(_copy(address) for address in case.parties.copies),
        requester=made(dis.Requester, hcp=hcp(said.get("receiver", case.parties.fastlege))),
        ref_doc=tuple(map(_elsewhere, said.get("elsewhere", ()))),
    )
    letter = made(
        dis.Message,
        type=cs(8279, "EPIKRISE"),
        mig_version=Leaf(_MIG[version]),
        gen_date=TS(v=Leaf(wall_time(generated))),
        msg_id=Leaf(said.get("message_id") or case.message_id(f"epikrise-{series}")),
        status=cs(8323, "TEST") if version == "1.2" else None,
        serv_rprt=report,
    )
    return write(letter, version)


def _elsewhere(document: Elsewhere) -> dis.RefDoc:
    return made(
        dis.RefDoc,
        msg_type=cs(8114, "A"),
        mime_type=Leaf(document.mime),
        description=Leaf(document.title),
        file_reference=Leaf(document.url),
    )


def _copy(address: Address) -> dis.CopyDest:
    return made(dis.CopyDest, hcp=hcp(address))


def _referral(case: Case, version: EpikriseVersion) -> dis.ServReq:
    value, text = case.story.icpc
    described: dict[str, Any] = (
        {"msg_descr": Leaf("Utredning/behandling")}
        if version == "1.1"
        else {"msg_descr_kode": CS(v=Leaf("10"), dn=Leaf("Utredning/behandling"))}
    )
    return made(
        dis.ServReq,
        serv_type=cs(7309, "N"),
        issue_date=TS(v=case.moment(hours=-4)),
        id=Leaf(case.message_id("referral")),
        reason_as_text=(made(dis.ReasonAsText, heading=cs(8311, "AI"), text_result_value=Markup(case.story.reason)),),
        diagnosis=(made(dis.Diagnosis, concept=code(ICPC2, value, text)),),
        **described,
    )


def _event(case: Case, version: EpikriseVersion) -> dis.Event:
    return made(
        dis.Event,
        reported_event=made(
            dis.ReportedEvent, start_date_time=TS(v=case.moment()), end_date_time=TS(v=case.moment(days=6))
        ),
        serv_type=cs(7309, "N"),
        adm_outcome=CS(v=Leaf("1"), dn=Leaf("Ut til hjemmet")),
        id=Leaf("1") if version == "1.1" else None,
        service=made(dis.Service, adm_cat=cs(8240, "1")),
        rel_serv_provider=(_doctor(case),),
        inf_item=tuple(_items(case)),
        comment=tuple(_comments(case)),
    )


def _doctor(case: Case) -> dis.RelServProvider:
    who = case.parties.responsible
    person = made(dis.HCProf, name=Leaf(f"{who.given} {who.family}"), id=Leaf(who.hpr), type_id=cs(8116, "HPR"))
    return made(dis.RelServProvider, relation=cs(7318, "ULE"), hcp=made(dis.HCP, hc_prof=person))


def _items(case: Case) -> Iterator[dis.InfItem]:
    story = case.story
    for place, (value, text) in enumerate(story.diagnoses):
        described = made(dis.CodedDescr, concept=code(ICD10, value, text))
        yield _item("B" if place else "H", observation=made(dis.Observation, coded_descr=described))
    words = [("FUNN", story.findings), ("CAVE", story.caution)]
    words += [("CAVE", f"Allergi mot {allergy.to}") for allergy in story.allergies]
    for kind, text in words:
        yield _item(kind, observation=made(dis.Observation, description=Markup(text)))
    yield _weight(case)
    for status, drugs in (("6", story.usual), ("2", story.started), ("4", story.stopped)):
        yield from (_item("MEDB", medication=_medication(drug, status)) for drug in drugs)


def _item(kind: str, **content: Part) -> dis.InfItem:
    return made(dis.InfItem, type=cs(8233, kind), **content)


def _weight(case: Case) -> dis.InfItem:
    """A number with its unit."""
    number = made(dis.NumResult, num_result_value=amount("71.4", "kg"))
    found = made(
        dis.ResultItem,
        num_result=number,
        inv_date=TS(v=case.moment(days=6)),
        clin_inv=made(dis.ClinInv, id=CV(v=None, s=None, dn=None, ot=Leaf("Kroppsvekt"))),
    )
    return _item("FUNN", result_item=found)


def _medication(drug: Drug, status: str) -> dis.Medication:
    """ATC as some systems write it, with a space; the strength stands in the unit dose (official examples)."""
    return made(
        dis.Medication,
        drug_id=code(ATC, f"{drug.atc[:4]} {drug.atc[4:]}", drug.name),
        comment=Leaf(drug.remark) if drug.remark else None,
        status=cs(7307, status),
        form=cv(7448, drug.form),
        unit_dose=amount(*drug.strength),
        dosage_text=Leaf(drug.dose),
    )


def _comments(case: Case) -> Iterator[dis.Comment]:
    story = case.story
    for heading, text in (("FO", story.course), ("VU", story.assessment), ("HJ", story.nursing_after)):
        yield made(dis.Comment, heading=cs(8311, heading), text_result_value=Markup(text))
    lines = "".join(f"<li>{line.strip()}</li>" for line in story.plan.split(". ") if line)
    plan = f'<div xmlns="{XHTML}"><p>Planer:</p><ul>{lines}</ul></div>'
    yield made(dis.Comment, heading=cs(8311, "OP"), text_result_value=Markup(story.plan, xml=plan))


def _patient(case: Case) -> dis.Patient:
    person = case.patient
    doctor = made(dis.PatRelHCP, relation=cs(7319, "FLE"), hcp=hcp(case.parties.fastlege))
    return made(
        dis.Patient,
        sex=cs(3101, person.sex),
        date_of_birth=TS(v=Leaf(person.birth.isoformat())),
        name=Leaf(f"{person.family}, {person.given}"),
        off_id=Leaf(person.number),
        type_off_id=cs(8116, "FNR"),
        pat_rel_hcp=(doctor,),
        address=made(
            dis.Address,
            type=cs(3401, "H"),
            street_adr=Leaf(person.street),
            postal_code=Leaf(person.postal_code),
            city=Leaf(person.city),
            county=CS(v=Leaf(person.municipality), dn=Leaf(person.municipality_name)),
        ),
    )


def hcp(address: Address) -> dis.HCP:
    """Both levels of an address; the organisation number as an additional identifier."""
    level1, level2 = address.virksomhet, address.level2
    her = cs(9051, "HER")
    below: dict[str, Any] = {}
    if isinstance(level2, Professional):
        number = dis.AdditionalId(id=Leaf(level2.hpr), type=cs(8116, "HPR"))
        name = Leaf(f"{level2.given} {level2.family}")
        person = made(dis.HCPerson, name=name, id=Leaf(level2.her_id), type_id=her, additional_id=(number,))
        below["hc_person"] = (person,)
    else:
        below["dept"] = (made(dis.Dept, name=Leaf(level2.name), id=Leaf(level2.her_id), type_id=her),)
    inst = made(
        dis.Inst,
        name=Leaf(level1.name),
        id=Leaf(level1.her_id),
        type_id=her,
        additional_id=(dis.AdditionalId(id=Leaf(level1.number), type=cs(9051, "ENH")),),
        **below,
    )
    return made(dis.HCP, inst=inst)
