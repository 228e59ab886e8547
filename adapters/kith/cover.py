"""The outside of a message: who wrote to whom, when, under which id, about whom. Read leniently, by local names.

A refused message must be answered too, so the outside is read from the parsed tree whether or not the schema holds:
what is missing is an empty ``Leaf`` that knows where it should have stood. MsgHead (HIS 80601), Epikrise ``Message``
and AppRec (HIS 80415) all come out as one ``Cover``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from mappings.documents.shape import Leaf

Root = Literal["MsgHead", "Message", "AppRec"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """``CS`` or ``CV``: the code, its list and its text, each possibly empty."""

    v: Leaf
    s: Leaf
    dn: Leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class Ident:
    """One identifier with its type."""

    value: Leaf
    type: Coded


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One level of an address: a virksomhet, a service or a person in it."""

    path: str
    name: Leaf
    idents: tuple[Ident, ...]

    @property
    def is_blank(self) -> bool:
        """Nothing that could name it."""
        return not self.name and not any(ident.value for ident in self.idents)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """A sender or receiver with its two levels (HIS 1153-2); ``person`` tells which kind level 2 is."""

    level1: Unit
    level2: Unit | None
    person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The patient as the envelope names them; ``path`` is where that stands."""

    path: str
    names: tuple[Leaf, ...]
    birth: Leaf
    sex: Leaf
    idents: tuple[Ident, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What stands on the outside of one message."""

    root: Root
    namespace: str
    message_id: Leaf
    type: Coded
    generated: Leaf
    status: Leaf
    sender: Correspondent
    receiver: Correspondent
    copies: tuple[Correspondent, ...] = ()
    parent: Leaf
    conversation: Leaf
    subject: Subject | None = None


class Spot:
    """A place in the tree: an element, or where it should have been. Its children are sorted by name when asked for."""

    __slots__ = ("_by_name", "element", "path")

    def __init__(self, element: etree._Element | None, path: str) -> None:
        self.element, self.path = element, path
        self._by_name: dict[str, list[etree._Element]] | None = None

    def at(self, *names: str) -> Spot:
        """The first child of that name, step by step; never fails."""
        spot = self
        for name in names:
            found = spot._children(name)
            spot = Spot(found[0] if found else None, f"{spot.path}/{name}")
        return spot

    def all(self, name: str) -> tuple[Spot, ...]:
        """Every child of that name, with its number in the path."""
        return tuple(Spot(child, f"{self.path}/{name}[{n}]") for n, child in enumerate(self._children(name), start=1))

    @property
    def text(self) -> Leaf:
        """The element's text without outer space."""
        found = self.element.text if self.element is not None else None
        return Leaf((found or "").strip(), self.path)

    def attribute(self, name: str) -> Leaf:
        """The attribute's value without outer space."""
        found = self.element.get(name) if self.element is not None else None
        return Leaf((found or "").strip(), f"{self.path}/@{name}")

    def coded(self) -> Coded:
        """The element as a code."""
        return Coded(v=self.attribute("V"), s=self.attribute("S"), dn=self.attribute("DN"))

    def _children(self, name: str) -> Sequence[etree._Element]:
        if self._by_name is None:
            self._by_name = {}
            for child in self.element if self.element is not None else ():
                self._by_name.setdefault(str(child.tag).rpartition("}")[2], []).append(child)
        return self._by_name.get(name, ())


def read_cover(root: etree._Element) -> Cover | None:
    """The outside of the message, or None when the root element is none of the three that have one."""
    name = etree.QName(root)
    spot = Spot(root, name.localname)
    if name.localname == "MsgHead":
        return _msghead(spot, name.namespace or "")
    if name.localname == "Message":
        return _epikrise(spot, name.namespace or "")
    if name.localname == "AppRec":
        return _apprec(spot, name.namespace or "")
    return None


def _msghead(spot: Spot, namespace: str) -> Cover:
    info = spot.at("MsgInfo")
    return Cover(
        root="MsgHead",
        namespace=namespace,
        message_id=info.at("MsgId").text,
        type=info.at("Type").coded(),
        generated=info.at("GenDate").text,
        status=info.at("ProcessingStatus").attribute("V"),
        sender=_organisation(info.at("Sender", "Organisation")),
        receiver=_organisation(info.at("Receiver", "Organisation")),
        copies=tuple(_other_receivers(info)),
        parent=info.at("ConversationRef", "RefToParent").text,
        conversation=info.at("ConversationRef", "RefToConversation").text,
        subject=_patient(info.at("Patient")),
    )


def _organisation(spot: Spot) -> Correspondent:
    service, person = spot.at("Organisation"), spot.at("HealthcareProfessional")
    if service.element is None and person.element is not None:
        return Correspondent(level1=_unit(spot), level2=_professional(person), person=True)
    return Correspondent(level1=_unit(spot), level2=None if service.element is None else _unit(service))


def _other_receivers(info: Spot) -> Iterator[Correspondent]:
    """Copy receivers that are organisations or professionals; a copy to the patient is not a party of ours."""
    for other in info.all("OtherReceiver"):
        organisation, professional = other.at("Organisation"), other.at("HealthcareProfessional")
        if organisation.element is not None:
            yield _organisation(organisation)
        elif professional.element is not None:
            yield Correspondent(level1=_professional(professional), level2=None, person=True)


def _unit(spot: Spot) -> Unit:
    return Unit(path=spot.path, name=spot.at("OrganisationName").text, idents=_idents(spot))


def _professional(spot: Spot) -> Unit:
    given, family = spot.at("GivenName").text, spot.at("FamilyName").text
    return Unit(path=spot.path, name=Leaf(f"{given} {family}".strip(), family.path), idents=_idents(spot))


def _idents(spot: Spot) -> tuple[Ident, ...]:
    return tuple(Ident(value=i.at("Id").text, type=i.at("TypeId").coded()) for i in spot.all("Ident"))


def _patient(spot: Spot) -> Subject:
    return Subject(
        path=spot.path,
        names=tuple(spot.at(name).text for name in ("GivenName", "MiddleName", "FamilyName")),
        birth=spot.at("DateOfBirth").text,
        sex=spot.at("Sex").attribute("V"),
        idents=_idents(spot),
    )


def _epikrise(spot: Spot, namespace: str) -> Cover:
    report = spot.at("ServRprt")
    replaces = next((d.at("Id").text for d in report.all("RefDoc") if d.at("MsgType").attribute("V") == "REF"), None)
    return Cover(
        root="Message",
        namespace=namespace,
        message_id=spot.at("MsgId").text,
        type=spot.at("Type").coded(),
        generated=spot.at("GenDate").attribute("V"),
        status=spot.at("Status").attribute("V"),
        sender=_hcp(report.at("ServProvider", "HCP")),
        receiver=_hcp(report.at("Requester", "HCP")),
        copies=tuple(_hcp(copy.at("HCP")) for copy in report.all("CopyDest")),
        parent=replaces if replaces is not None else Leaf("", f"{report.path}/RefDoc/Id"),
        conversation=report.at("ServProvId").text,
        subject=_epikrise_patient(report.at("Patient")),
    )


def _epikrise_patient(spot: Spot) -> Subject:
    first = Ident(value=spot.at("OffId").text, type=spot.at("TypeOffId").coded())
    return Subject(
        path=spot.path,
        names=(spot.at("Name").text,),
        birth=spot.at("DateOfBirth").attribute("V"),
        sex=spot.at("Sex").attribute("V"),
        idents=(*((first,) if first.value else ()), *_additional(spot)),
    )


def _apprec(spot: Spot, namespace: str) -> Cover:
    original = spot.at("OriginalMsgId", "Id").text
    return Cover(
        root="AppRec",
        namespace=namespace,
        message_id=spot.at("Id").text,
        type=spot.at("MsgType").coded(),
        generated=spot.at("GenDate").text,
        status=Leaf("", spot.path),
        sender=_hcp(spot.at("Sender", "HCP")),
        receiver=_hcp(spot.at("Receiver", "HCP")),
        parent=original,
        conversation=original,
    )


def _hcp(spot: Spot) -> Correspondent:
    """``HCP/Inst`` is level 1, its first ``Dept`` or ``HCPerson`` level 2; ``HCProf`` alone is a person as level 1."""
    institution, professional = spot.at("Inst"), spot.at("HCProf")
    if institution.element is None and professional.element is not None:
        return Correspondent(level1=_named(professional), level2=None, person=True)
    departments, persons = institution.all("Dept"), institution.all("HCPerson")
    second = (*departments, *persons)[:1]
    return Correspondent(
        level1=_named(institution),
        level2=_named(second[0]) if second else None,
        person=not departments and bool(persons),
    )


def _named(spot: Spot) -> Unit:
    first = Ident(value=spot.at("Id").text, type=spot.at("TypeId").coded())
    idents = (*((first,) if first.value else ()), *_additional(spot))
    return Unit(path=spot.path, name=spot.at("Name").text, idents=idents)


def _additional(spot: Spot) -> tuple[Ident, ...]:
    return tuple(Ident(value=i.at("Id").text, type=i.at("Type").coded()) for i in spot.all("AdditionalId"))
