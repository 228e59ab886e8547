"""Messages of our own making, one part at a time: every person, number and organisation here is synthetic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from textwrap import dedent
from typing import Any

from lxml import etree

from adapters.kith import KithAdapter, Settings, samples
from adapters.kith.settings import DEFAULT
from hub.contract import Document, Raw, Rejection
from mappings.documents import Message

RECEIVED = datetime(2026, 3, 4, 9, 15, tzinfo=UTC)
OIDS = "2.16.578.1.12.4.1.1"
PO = "http://www.kith.no/xmlstds/po"
FNR = "12824110253"
"""Tenor style: born 12.02.1941, month + 80."""

SHARED = Path(__file__).parents[2].parent / "shared" / "kith"
"""National schemas and examples, which are not ours to ship; tests that need them say so and skip without."""


def taken(body: bytes, *, settings: Settings = DEFAULT, **headers: str) -> Message:
    """The message, which must have been accepted."""
    outcome = outcome_of(body, settings=settings, **headers)
    assert isinstance(outcome, Message), outcome
    return outcome


def refused(body: bytes, *, settings: Settings = DEFAULT) -> Rejection:
    """The rejection, which there must be."""
    outcome = outcome_of(body, settings=settings)
    assert isinstance(outcome, Rejection), "was accepted"
    return outcome


def outcome_of(body: bytes, *, settings: Settings = DEFAULT, **headers: str) -> Document | Rejection:
    return KithAdapter(settings).read(raw(body, **headers))


def raw(body: bytes, **headers: str) -> Raw:
    return Raw(body=body, received=RECEIVED, headers={n.replace("_", "-"): v for n, v in headers.items()})


def codes(outcome: Rejection) -> list[str]:
    return [fault.code for fault in outcome.faults]


def issues(body: bytes, *, settings: Settings = DEFAULT) -> dict[str, list[str]]:
    """Issue code -> where."""
    found: dict[str, list[str]] = {}
    for issue in taken(body, settings=settings).issues:
        found.setdefault(issue.code, []).append(issue.path)
    return found


def at(root: etree._Element, path: str) -> list[object]:
    """What stands at one of our paths: local names, numbered where they repeat, ``@`` for attributes."""
    steps = []
    for step in path.split("/"):
        name, bracket, number = step.lstrip("@").partition("[")
        steps.append(f"{'@' if step.startswith('@') else ''}*[local-name()='{name}']{bracket}{number}")
    found = root.xpath("/" + "/".join(steps))
    assert isinstance(found, list)
    return found


def every_sample(case: samples.Case) -> Iterator[bytes]:
    """Every kind of synthetic message in every version and status that it may have."""
    plo = (
        "innlagt", "utskrivningsklar", "avmelding", "utskrevet", "dod", "innleggelsesrapport", "utskrivningsrapport",
        "helseopplysninger", "helseopplysninger_til_lege", "medisinske_opplysninger", "orientering_om_tjenestetilbud",
    )  # fmt: skip
    version: Any
    series: Any
    for name, version, series in product(plo, ("1.5", "1.6"), "NMC"):
        yield getattr(samples, name)(case, version=version, series=series)
    for version, full in product(("1.5", "1.6"), (True, False)):
        yield samples.helseopplysninger(case, version=version, full=full, updated=full)
    for version, series in product(("1.1", "1.2"), "NMC"):
        yield samples.epikrise(case, version=version, series=series)
    files = (samples.pdf(), samples.jpeg(), samples.png(), samples.xml())
    yield from (samples.epj_ekstrakt(case), samples.fravarsmelding(case), samples.status_henvisning(case))
    yield samples.helsefaglig(case, attachments=files)
    for version in ("1.0", "1.1"):
        yield from (samples.notat(case, "x", version=version), samples.svar(case, "x", version=version))
        yield from (samples.avvik(case, "x", version=version), samples.foresporsel(case, version=version))
        yield samples.apprec(case, "x", version=version, errors=[("X99", "detalj")])


def organisation(name: str, idents: str, inner: str = "") -> str:
    return f"<Organisation><OrganisationName>{name}</OrganisationName>{idents}{inner}</Organisation>"


def ident(value: str, kind: str, code_list: int = 9051) -> str:
    return f'<Ident><Id>{value}</Id><TypeId V="{kind}" S="{OIDS}.{code_list}" DN="{kind}"/></Ident>'


HOSPITAL = organisation(
    "Fjellheimen sykehus HF",
    ident("200001", "HER") + ident("310000019", "ENH"),
    organisation("Indremedisin", ident("200002", "HER")),
)
MUNICIPALITY = organisation(
    "Fjellheimen kommune", ident("100001", "HER"), organisation("Saksbehandling", ident("100002", "HER"))
)
PATIENT = dedent(f"""
    <FamilyName>Testperson</FamilyName><GivenName>Syntetisk</GivenName>
    <DateOfBirth>1941-02-12</DateOfBirth><Sex V="2" DN="Kvinne"/>{ident(FNR, "FNR", 8116)}
""")


def logistics(
    choice: str = "MeldingUtskrivningsklarPasient",
    *,
    version: str = "1.6",
    status: str = "N",
    events: str = "",
    namespace: str = "",
) -> str:
    """A ``Pasientlogistikk`` payload."""
    day = {"1.5": "2009-06-30", "1.6": "2012-04-01"}[version]
    happened = events or event("1", "2026-03-01T10:00:00") + event("3", "2026-03-04")
    return dedent(f"""
        <p:Pasientlogistikk xmlns:p="{namespace or f"{PO}/Pasientlogistikk/{day}"}" xmlns="{PO}/poKomponent/{day}">
        <InformasjonOmForsendelsen><Forsendelsesstatus V="{status}"/></InformasjonOmForsendelsen>
        <p:{choice}>{happened}</p:{choice}></p:Pasientlogistikk>
    """)


def event(code: str, when: str, *, code_list: int = 9121) -> str:
    return (
        f'<TidsfestetHendelse><Hendelsekode V="{code}" S="{OIDS}.{code_list}"/>'
        f'<TidspunktForHendelse V="{when}"/><Anslag>false</Anslag></TidsfestetHendelse>'
    )


DIALOG = {"1.0": "http://www.kith.no/xmlstds/dialog/2006-10-11", "1.1": "http://www.kith.no/xmlstds/dialog/2013-01-23"}


def note(*, version: str = "1.0", code: str = "1", code_list: int = 9155) -> str:
    """A ``Dialogmelding`` payload with one note."""
    return dedent(f"""
        <Dialogmelding xmlns="{DIALOG[version]}"><Notat><TemaKodet V="{code}" S="{OIDS}.{code_list}"/>
        <TekstNotatInnhold>Kan ta imot</TekstNotatInnhold></Notat></Dialogmelding>
    """)


def msghead(
    *,
    payload: str | None = None,
    type: str = '<Type V="LOG_UTSKRIVNINGSKLAR" DN="Melding om utskrivningsklar pasient"/>',
    message_id: str = "6F9D1B52-2c1b-4e0e-8f5a-0d5a6f6a9e10",
    generated: str = "2026-03-04T09:14:40",
    sender: str = HOSPITAL,
    receiver: str = MUNICIPALITY,
    others: str = "",
    status: str = "",
    reference: str = "",
    patient: str | None = PATIENT,
    documents: str = "",
) -> bytes:
    """A whole message; every part can be replaced."""
    subject = "" if patient is None else f"<Patient>{patient}</Patient>"
    return (
        dedent(f"""\
        <?xml version="1.0" encoding="UTF-8"?>
        <MsgHead xmlns="http://www.kith.no/xmlstds/msghead/2006-05-24"><MsgInfo>{type}
        <MIGversion>v1.2 2006-05-24</MIGversion><GenDate>{generated}</GenDate><MsgId>{message_id}</MsgId>
        {status}{reference}<Sender>{sender}</Sender><Receiver>{receiver}</Receiver>{others}
        {subject}</MsgInfo>
        <Document><RefDoc><IssueDate V="2026-03-04T09:14:00"/><MsgType V="XML" DN="XML-instans"/>
        <Content>{logistics() if payload is None else payload}</Content></RefDoc></Document>{documents}
        </MsgHead>
    """)
        .lstrip()
        .encode()
    )


EPIKRISE = {
    "1.1": "http://www.kith.no/xmlstds/epikrise/2006-09-23",
    "1.2": "http://www.kith.no/xmlstds/epikrise/2012-02-15",
}


def epikrise(
    *, version: str = "1.2", status: str = "N", generated: str = "2026-03-05T12:00:00", more: str = ""
) -> bytes:
    """A short discharge summary, sent outside MsgHead."""
    return (
        dedent(f"""\
        <?xml version="1.0" encoding="ISO-8859-1"?>
        <Message xmlns="{EPIKRISE[version]}"><Type V="EPIKRISE" DN="Epikrise"/>
        <MIGversion>v{version}</MIGversion><GenDate V="{generated}"/><MsgId>0b1f6f0e-7a0e-4d55-9f5c-6f0a4a1f2c22</MsgId>
        <ServRprt><ServType V="{status}"/><IssueDate V="2026-03-05T11:00:00"/><Status V="F" DN="Endelig rapport"/>
        <MsgDescr>Sykehusepikrise på norsk</MsgDescr><ServProvId>B9270660-4567-11e7-9598-0800200c9a66</ServProvId>
        <Patient><Sex V="2"/><DateOfBirth V="1941-02-12"/><Name>Testperson, Syntetisk</Name><OffId>{FNR}</OffId>
        <TypeOffId V="FNR"/></Patient>
        <ServProvider><HCP><Inst><Name>Fjellheimen sykehus HF</Name><Id>200001</Id><TypeId V="HER"/>
        <Dept><Name>Indremedisin</Name><Id>200002</Id><TypeId V="HER"/></Dept>
        <AdditionalId><Id>310000019</Id><Type V="ENH"/></AdditionalId></Inst></HCP></ServProvider>
        <Requester><HCP><Inst><Name>Fjellheimen legesenter</Name><Id>300001</Id><TypeId V="HER"/>
        <HCPerson><Name>Fast Lege</Name><Id>300002</Id><TypeId V="HER"/></HCPerson></Inst></HCP></Requester>{more}
        </ServRprt></Message>
    """)
        .lstrip()
        .encode("iso-8859-1")
    )
