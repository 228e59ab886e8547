"""Synthetic M25 messages: a patient's list as it is sent by a doctor, and what a multidose pharmacy has packed.

Nobody in them exists; FEST ids and varenummer are invented (99xxxx).
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

M1 = "http://www.kith.no/xmlstds/eresept/m1/2013-10-08"
FORSKRIVNING = "http://www.kith.no/xmlstds/eresept/forskrivning/2013-10-08"
M25 = "http://www.kith.no/xmlstds/eresept/m25{}/2013-10-08"
HEAD = "http://www.kith.no/xmlstds/msghead/2006-05-24"
CODES = "2.16.578.1.12.4.1.1."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One treatment on the list: its product, dose, and what stands around the prescription (``extra``: XML)."""

    id: str
    atc: str
    substance: str
    product: str
    form: str
    dose: str
    use: tuple[str, str] = ("1", "Fast")
    varenr: str = ""
    extra: str = ""
    more: str = ""
    """Further elements of the prescription's Forskrivning."""

    @property
    def prescription(self) -> str:
        """The M1 of it."""
        number = f"<Varenr>{self.varenr}</Varenr>" if self.varenr else ""
        inside = (
            f'<Atc V="{self.atc}" S="{CODES}7180" DN={quoteattr(self.substance)}/>'
            f"<NavnFormStyrke>{escape(self.product)}</NavnFormStyrke>"
            f'<LegemiddelformKort V="53" S="{CODES}7448" DN={quoteattr(self.form)}/>{number}'
        )
        kind = "Legemiddelpakning" if self.varenr else "LegemiddelVirkestoff"
        return (
            f'<ReseptDokLegemiddel xmlns="{M1}"><Varegruppekode V="L" DN="Legemiddel"/>'
            f'<Forskrivning xmlns="{FORSKRIVNING}"><Bruksomrade DN="Mot høyt blodtrykk"/>'
            f"<DosVeiledEnkel>{escape(self.dose)}</DosVeiledEnkel>"
            f'<Bruk V="{self.use[0]}" DN="{self.use[1]}"/>{self.more}<{kind}>{inside}</{kind}></Forskrivning>'
            "</ReseptDokLegemiddel>"
        )

    @property
    def xml(self) -> str:
        """The entry."""
        return (
            f'<EnkeltoppforingLIB><Id>{self.id}</Id><Type V="E" DN="Eresept"/><ReseptId>resept-{self.id}</ReseptId>'
            "<UtlopsdatoResept>2027-01-31</UtlopsdatoResept><SistEndret>2026-03-02T09:30:00+01:00</SistEndret>"
            "<DatoOppstart>2024-05-02</DatoOppstart>"
            f"<ReseptDokLegemiddelB64>{b64encode(self.prescription.encode()).decode()}</ReseptDokLegemiddelB64>"
            f"{self.extra}</EnkeltoppforingLIB>"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The envelope: whose list it is, and when and by which message it was sent."""

    person: str
    at: datetime
    message_id: str


def m25(part: str, around: Around, *entries: Entry, beside: str = "") -> bytes:
    """M25.1, M25.2 or M25.3 (``part`` "1", "2", "3") in its MsgHead; ``beside`` is XML after the entries."""
    payload = f'<LegemidlerIBruk xmlns="{M25.format(part)}">{"".join(e.xml for e in entries)}{beside}</LegemidlerIBruk>'
    return (
        f'<MsgHead xmlns="{HEAD}"><MsgInfo><Type V="ERM25{part}" DN="M25.{part}"/><MIGversion>v1.2 2006-05-24'
        f"</MIGversion><GenDate>{around.at.isoformat()}</GenDate><MsgId>{around.message_id}</MsgId>"
        f"<Sender>{_organisation('Lia legekontor', '100001', 'Fastlege')}</Sender>"
        f"<Receiver>{_organisation('Åsen sykehus', '100002', 'Medisinsk avdeling')}</Receiver>"
        "<Patient><FamilyName>Prøve</FamilyName><GivenName>Per</GivenName>"
        f'<Ident><Id>{around.person}</Id><TypeId V="FNR" S="{CODES}8116" DN="Fødselsnummer"/></Ident></Patient>'
        f'</MsgInfo><Document><RefDoc><MsgType V="XML" DN="XML-instans"/><Content>{payload}</Content></RefDoc>'
        "</Document></MsgHead>"
    ).encode()


def _organisation(name: str, her_id: str, service: str) -> str:
    def ident(number: str) -> str:
        return f'<Ident><Id>{number}</Id><TypeId V="HER" S="{CODES}9051" DN="HER-id"/></Ident>'

    inside = f"<Organisation><OrganisationName>{service}</OrganisationName>{ident(her_id + '1')}</Organisation>"
    return f"<Organisation><OrganisationName>{name}</OrganisationName>{ident(her_id)}{inside}</Organisation>"
