"""What the payloads of a synthetic stay share: the common head, timed events, notes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from adapters.kith.samples.case import Case, wall_time
from adapters.kith.samples.parties import Address, Parties, Professional, Ward
from hub.contract import Series
from mappings.documents import felleskomponent as fk1
from mappings.documents import journalnotat as epj2
from mappings.documents.datatypes import TS, URL
from mappings.documents.plo_head import AnsvarForRapport, InformasjonOmForsendelsen, TilknyttetEnhet
from mappings.documents.plo_stay import TidsfestetHendelse
from mappings.documents.shape import Leaf, made
from mappings.enveloping import cs, cv


def head(parties: Parties, series: Series, sender: Address | None = None) -> dict[str, Any]:
    """The fields that every PLO payload begins with: status, unit with telephone, who answers for it (HITS 1174)."""
    unit, responsible = parties.contact(sender or parties.hospital)
    return {
        "informasjon_om_forsendelsen": made(InformasjonOmForsendelsen, forsendelsesstatus=cs(7309, series)),
        "tilknyttet_enhet": (_unit(unit),),
        "ansvar_for_rapport": (_responsible(responsible),),
    }


def _unit(ward: Ward) -> TilknyttetEnhet:
    phone = made(fk1.TeleCom, type_telecom=cs(9061, "HP"), tele_address=URL(v=Leaf(ward.phone)))
    ident = fk1.Ident(id=Leaf(ward.local_id), type_id=cv(9051, "LAV"))
    return made(
        TilknyttetEnhet,
        kontaktenhet=made(fk1.Organisation, organisation_name=Leaf(ward.name), ident=(ident,), tele_com=(phone,)),
    )


def _responsible(who: Professional) -> AnsvarForRapport:
    return made(
        AnsvarForRapport,
        ansvarlig_rapport=made(
            fk1.HealthcareProfessional,
            type_healthcare_professional=cs(9060, who.profession),
            role_to_patient=cv(9034, who.role),
            family_name=Leaf(who.family),
            given_name=Leaf(who.given),
            ident=(fk1.Ident(id=Leaf(who.hpr), type_id=cv(8116, "HPR")),),
        ),
    )


def event(code: str, at: datetime | date, *, estimate: bool = False, remark: str = "") -> TidsfestetHendelse:
    """A timed event (list 9121); a date stays a date."""
    when = wall_time(at) if isinstance(at, datetime) else at.isoformat()
    return made(
        TidsfestetHendelse,
        hendelsekode=cv(9121, code),
        tidspunkt_for_hendelse=TS(v=Leaf(when)),
        anslag=Leaf("true" if estimate else "false"),
        merknad=Leaf(remark) if remark else None,
    )


def notes(
    case: Case, name: str, *texts: tuple[int, str, str], category: str = "Andre notater"
) -> epj2.GenereltJournalnotat:
    """A note of several headed texts, each given as (list, code, text)."""
    return made(
        epj2.GenereltJournalnotat,
        journaltekst=tuple(
            made(epj2.Journaltekst, overskriftskode=cv(number, code), notat=Leaf(text)) for number, code, text in texts
        ),
        basiskomponenttype=Leaf("EPJ dokument"),
        komponenttype=Leaf("2.16.578.1.12.4.1.6.13.11009.0"),
        informasjonskategori=Leaf(category),
        komponent_id=Leaf(case.message_id(name)),
    )
