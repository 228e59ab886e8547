"""What municipalities send to the register (KPR) as adapters: the yearly IPLOS file, its ident file, and events.

A file is one message for each person, number or notification in it; each is judged alone, so that one that is wrong
does not stop the others.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from lxml import etree

from adapters.kith.parse import parse, root_tag
from adapters.kith.read import read
from adapters.kith.schema_faults import schema_faults
from adapters.municipal.adapter import MunicipalAdapter
from adapters.municipal.case import SCORES, service_issues
from adapters.municipal.excerpts import FORMATS, IDE, IPL, IPLOS, dropped, excerpts
from adapters.municipal.restricted import RESTRICTED
from adapters.municipal.sending import NUMBER_TYPES, USER, Sent, head, known, message_id, national, unused
from adapters.municipal.texts import fault, issue
from hub.contract import Document, Fault, Identifier, Issue, Raw, Rejection, Series
from mappings import tables
from mappings.documents import Message, kpr
from mappings.documents.kpr import EVENTS, Hendelse, HendelseMelding, IdentMelding, Notifikasjon
from mappings.documents.shape import Part
from mappings.municipal_envelope import IPLOS_PERSON
from mappings.norwegian_time import OSLO, instant

NEVER: Final = "00000000-0000-0000-0000-000000000000"
"""What the first notification of a municipality names as the one before it."""
SERIES: Final[dict[str, Series]] = {"N": "N", "M": "M", "T": "A", "C": "C"}
NAMES: Final = {
    "tjeneste_start": "TjenesteStart", "tjeneste_slutt": "TjenesteSlutt",
    "tjenesteutforer_endret": "TjenesteutforerEndret", "midlertidig_stopp_fra": "MidlertidigStoppFra",
    "midlertidig_stopp_til": "MidlertidigStoppTil",
}  # fmt: skip
NEEDS_PAUSE: Final = ("midlertidig_stopp_fra", "midlertidig_stopp_til")
CHILDREN: Final = ("personoppl", "funksjon", "tjeneste", "diagnose", "dogntilbud")


@dataclass(slots=True, kw_only=True)
class RegisterAdapter(MunicipalAdapter):
    """One of the three formats, by its root element."""

    root: str
    type: str
    content_types: ClassVar[frozenset[str]] = frozenset({"application/xml", "text/xml"})
    is_chained: bool = False
    """Whether each message names the one before it (HIS 1135)."""

    def accepts(self, raw: Raw) -> bool:
        """The root element tells."""
        return raw.body.lstrip()[:1] == b"<" and root_tag(raw.body) == self.root

    def parts(self, raw: Raw) -> Sequence[bytes]:
        """A message for each record; nothing for what cannot be read, which is then refused as a whole."""
        try:
            return list(self._excerpts(lambda: io.BytesIO(raw.body)))
        except etree.XMLSyntaxError:
            return ()

    def stream(self, path: Path) -> Iterator[bytes]:
        """The same of a file, one at a time. Raises ``ValueError`` where it is no whole file of this kind."""
        try:
            yield from self._excerpts(lambda: path.open("rb"))
        except etree.XMLSyntaxError as error:
            raise ValueError(f"not well-formed XML, line {error.lineno}") from None

    def _excerpts(self, opened: object) -> Iterator[bytes]:
        return excerpts(opened, FORMATS[self.root], keep_restricted=self.keep_restricted)  # type: ignore[arg-type]

    def same(self, first: Raw, second: Raw) -> bool:
        """Whether two deliveries hold the same record, whatever file each came in."""
        return _record(first.body) == _record(second.body) is not None

    def read(self, raw: Raw) -> Document | Rejection:
        """The message of one record, or why it is refused."""
        root = parse(raw.body)
        if isinstance(root, Fault):
            return Rejection(faults=(root,), type=self.type)
        early = _event_faults(root)
        faults = early or schema_faults(root)
        if faults:
            return Rejection(faults=tuple(faults), type=self.type, message_id=_guid(root))
        part, _ = read(root)
        return self._document(part, raw)

    def _document(self, root: Part, raw: Raw) -> Document | Rejection:
        if isinstance(root, kpr.IPLOS):
            return self._person(root, raw)
        if isinstance(root, IdentMelding):
            return self._ident(root, raw)
        assert isinstance(root, HendelseMelding)  # noqa: S101  there is no fourth
        return self._event(root, raw)

    def _person(self, root: kpr.IPLOS, raw: Raw) -> Document | Rejection:
        file, person = root.innhinfo, root.person[0]
        number = str(person.pe_id)
        of = Identifier(f"{IPLOS_PERSON}/{file.komnr}/{file.lopenr}", number)
        sent = Sent(
            type=self.type,
            version=str(root.versjon),
            message_id=message_id("iplos", file.komnr, file.bydelsnr, file.lopenr, number, file.laget_dato),
            municipality=str(file.komnr),
            generated=_midnight(str(file.laget_dato)) or raw.received,
        )
        wrong = list(_strangers(root))
        if len(root.person) > 1:
            wrong.append(fault("several"))
        if wrong:
            return Rejection(faults=tuple(wrong), type=self.type, message_id=sent.message_id)
        return Message(
            head=head(sent, (of,), raw), root=root, issues=tuple(_person_issues(root, raw)), original=raw.body
        )

    def _ident(self, root: IdentMelding, raw: Raw) -> Document | Rejection:
        where = root.institusjon[0]
        told = where.pasient_ident[0]
        own = message_id("ide", where.institusjon_id, root.lopenr, told.pid)
        kind = NUMBER_TYPES.get(str(told.type_id))
        strong = national(kind, told.fid, accept_synthetic=self.accept_synthetic) if kind else None
        if strong is None:
            path = "Melding/Institusjon/PasientIdent/@fid"
            return Rejection(
                faults=(fault("ident-number" if kind else "ident-type", path),), type=self.type, message_id=own
            )
        sent = Sent(
            type=self.type,
            version=str(root.versjon),
            message_id=own,
            municipality=str(where.institusjon_id),
            generated=instant(f"{root.uttak_dato}T00:00:00") or raw.received,
        )
        pseudonym = Identifier(f"{IPLOS_PERSON}/{where.institusjon_id}/{root.lopenr}", str(told.pid))
        return Message(head=head(sent, (strong, pseudonym), raw), root=root, issues=(), original=raw.body)

    def _event(self, root: HendelseMelding, raw: Raw) -> Document | Rejection:
        told, municipality = root.notifikasjon[0], str(root.kommune[0].kommune_nr)
        name, event = event_of(told)
        guid = str(told.notifikasjon_guid).strip().lower()
        if name in NEEDS_PAUSE and not event.midlertidig_stopp_id:
            missing = fault("required", f"Melding/Notifikasjon/{NAMES[name]}/@midlertidigStoppID")
            return Rejection(faults=(missing,), type=self.type, message_id=guid)
        kind, path = NUMBER_TYPES.get(str(event.bruker.type_id)), f"Melding/Notifikasjon/{NAMES[name]}/Bruker/@fid"
        strong = national(kind, event.bruker.fid, accept_synthetic=self.accept_synthetic) if kind else None
        own = Identifier(f"{USER}/{municipality}", str(event.bruker.bruker_nr))
        issues = [] if strong or not kind else [unused(path)]
        issues += service_issues(event.tjeneste_type, f"Melding/Notifikasjon/{NAMES[name]}/@tjenesteType")
        sent = Sent(
            type=self.type,
            version=str(root.versjon),
            message_id=guid,
            municipality=municipality,
            generated=instant(told.notifikasjon_tid) or raw.received,
            series=SERIES.get(str(told.status_notifikasjon), "N"),
            parent=str(told.notifikasjon_ref).strip().lower() if told.notifikasjon_ref else None,
            follows=str(told.notifikasjon_forrige_guid).strip().lower(),
        )
        persons = known((strong,)) or (own,)
        return Message(head=head(sent, persons, raw), root=root, issues=tuple(issues), original=raw.body)


def event_of(told: Notifikasjon) -> tuple[str, Hendelse]:
    """The one event of a notification that has passed its checks, and the name of its field."""
    return next((name, event) for name in EVENTS if (event := getattr(told, name)) is not None)


def _event_faults(root: etree._Element) -> list[Fault]:
    """Exactly one event: the official schema allows none and several (HIS 1135)."""
    if root.tag != f"{IPL}Melding":
        return []
    found = []
    for place, told in enumerate(root.iterchildren(f"{IPL}Notifikasjon"), start=1):
        held = [one for one in told if etree.QName(one).localname in NAMES.values()]
        if len(held) != 1:
            found.append(fault("several-events" if held else "no-event", f"Melding/Notifikasjon[{place}]"))
    return found


def _guid(root: etree._Element) -> str | None:
    """The id of a notification that is refused, so that its chain knows that it came."""
    told = root.find(f"{IPL}Notifikasjon")
    found = told.get("notifikasjonGUID", "").strip().lower() if told is not None else ""
    return found or None


def _record(body: bytes) -> bytes | None:
    """The record in a document, canonical; None where there is none."""
    root = parse(body)
    of = FORMATS.get(str(root.tag)) if isinstance(root, etree._Element) else None
    told = next(root.iter(of.record), None) if of and isinstance(root, etree._Element) else None
    if told is None:
        return None
    alone = deepcopy(told)
    alone.tail = None
    return etree.tostring(alone, method="c14n", exclusive=True)


def _strangers(root: kpr.IPLOS) -> Iterator[Fault]:
    """What says that it is another person's: that person is left out, since nobody can tell whose it is."""
    person = root.person[0]
    for field in CHILDREN:
        for child in getattr(person, field):
            if str(child.pe_id).strip() != str(person.pe_id).strip():
                yield fault("child-id", str(child.pe_id.path))


def _person_issues(root: kpr.IPLOS, raw: Raw) -> Iterator[Issue]:
    person = root.person[0]
    if count := dropped(raw.body):
        yield issue("restricted", "IPLOS/PERSON", count=count)
    if str(root.versjon) != "3.5":
        yield issue("version", "IPLOS/@versjon")
    for one in person.funksjon:
        if tables.text(9111, one.funk_type) is None:
            yield issue("variable", one.funk_type.path)
        if one.funk_verdi not in SCORES:
            yield issue("score", one.funk_verdi.path)
    for service in person.tjeneste:
        if service.tjen_type not in RESTRICTED or dropped(raw.body) == 0:
            yield from service_issues(service.tjen_type, service.tjen_type.path)
        if service.fra_dato and service.til_dato and service.fra_dato > service.til_dato:
            yield issue("period", service.fra_dato.path)


def _midnight(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=OSLO)
    except ValueError:
        return None


iplos_adapter = RegisterAdapter(name="iplos-year", root=f"{IPLOS}IPLOS", type="KPR-IPLOS")
ident_adapter = RegisterAdapter(name="iplos-ident", root=f"{IDE}Melding", type="KPR-IDENT")
event_adapter = RegisterAdapter(name="iplos-events", root=f"{IPL}Melding", type="KPR-EVENT", is_chained=True)
