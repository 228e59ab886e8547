"""The outside of an epikrise, which has no envelope, in the shapes of one: one mapping serves both."""

from __future__ import annotations

from collections.abc import Iterator

from mappings.documents import Message, msghead
from mappings.documents import epikrise as dis
from mappings.documents.datatypes import CS, CV
from mappings.documents.shape import Leaf, made

Numbered = dis.Inst | dis.Dept | dis.HCPerson | dis.HCProf


def report(message: Message) -> dis.ServRprt | None:
    """The report of an epikrise; None for any other message."""
    return message.root.serv_rprt if isinstance(message.root, dis.Message) else None


def parties(of: dis.ServRprt) -> list[msghead.Organisation]:
    """Sender, receiver and those who get a copy, in the order of the head."""
    return [organisation(hcp) for hcp in (of.serv_provider.hcp, of.requester.hcp, *(c.hcp for c in of.copy_dest))]


def organisation(of: dis.HCP) -> msghead.Organisation:
    """An institution with the department or the professional below it, or a professional alone."""
    top = of.inst or of.hc_prof
    urls = of.address.tele_address if of.address else ()
    below: dis.Dept | dis.HCPerson | None = None
    if of.inst is not None:
        below = (*of.inst.dept, *of.inst.hc_person, None)[0]
    return made(
        msghead.Organisation,
        organisation_name=top.name if top else None,
        ident=idents(top) if top else (),
        address=address(of.address),
        tele_com=tuple(made(msghead.TeleCom, tele_address=url) for url in urls),
        organisation=made(msghead.Organisation, organisation_name=below.name, ident=idents(below)) if below else None,
    )


def address(of: dis.Address | None) -> msghead.Address | None:
    """An address; the district of a city has no place in the envelope's."""
    if of is None:
        return None
    return made(
        msghead.Address,
        type=of.type,
        street_adr=of.street_adr,
        postal_code=of.postal_code,
        city=of.city,
        county=of.county,
        country=of.country,
    )


def idents(of: Numbered | dis.Patient) -> tuple[msghead.Ident, ...]:
    """Every number with what kind it is."""
    return tuple(_idents(of))


def _idents(of: Numbered | dis.Patient) -> Iterator[msghead.Ident]:
    first, kind = (of.off_id, of.type_off_id) if isinstance(of, dis.Patient) else (of.id, of.type_id)
    for number, said in ((first, kind), *((more.id, more.type) for more in of.additional_id)):
        if number:
            yield msghead.Ident(id=number, type_id=_typed(said))


def _typed(kind: CS | None) -> CV:
    none: Leaf | None = None
    return CV(v=kind.v if kind else none, s=none, dn=kind.dn if kind else none, ot=none)
