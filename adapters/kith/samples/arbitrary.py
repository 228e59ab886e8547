"""Schema-valid messages of every kind, made from the shapes alone: any optional part may stand, any value may be odd.

They mean nothing. They show that reader, schema, writer and store agree on whatever the standards allow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain, groupby
from random import Random
from typing import Any, Final, TypeVar

from lxml import etree

from adapters.kith.read import read
from adapters.kith.write import write
from hub.contract import HER_ID, Head, Identifier, Party
from mappings.documents import Message, apprec, cave, epikrise, msghead, plo
from mappings.documents.base64container import Base64Container
from mappings.documents.dialects import NAMESPACES
from mappings.documents.dialogmelding import Dialogmelding
from mappings.documents.epj_ekstrakt import Node, TilleggsinfoEpjKomponent
from mappings.documents.journalnotat import Notater
from mappings.documents.legemiddel import Legemidler
from mappings.documents.shape import Leaf, Markup, Part, Simple, Slot, part_type

P = TypeVar("P", bound=Part)

TEXTS: Final = (
    "", "Syntetisk tekst", "Blåbær på Ørland é ü ß", "<br/> & 'hermetegn' \"dobbel\"", "  rom foran og bak  ",
    "linje én\nlinje to\n\n", "\tinnrykk\tog tabulator", "vogn\r\nretur", "\U0001f9ed", "0", "]]>", "{navn} %s",
)  # fmt: skip
"""Values of ``xs:string``: all of them must come out as they went in."""

VALUES: Final[dict[str, tuple[str, ...]]] = {
    "token": ("1", "HER", "æ-ø", "RH+", "a b", ""),
    "boolean": ("true", "false", "1", "0"),
    "date": ("2026-03-04", "1999-12-31Z", "2024-02-29+01:00", "0001-01-01"),
    "dateTime": ("2026-03-04T10:15:00", "2026-10-25T02:30:00", "2026-03-04T10:15:00.123Z", "2026-03-04T24:00:00"),
    "gYear": ("2010", "1999Z"),
    "gYearMonth": ("2026-03",),
    "time": ("10:15:00", "10:15:00.5+02:00"),
    "integer": ("0", "-3", "+7", "00012", "123456789012345678901234567890"),
    "decimal": ("1.50", "-.5", "+3", "7."),
    "double": ("2.5", "1E3", "-0", "INF", "NaN"),
    "anyURI": ("tel:10000101", "mailto:syntetisk@example.org", "", "../vedlegg/1.pdf"),
    "base64Binary": ("", "SGVpbXZlZw==", "SGVp\nbXZlZw=="),
}
OIDS: Final = ("2.16.578.1.12.4.1.1.9121", "1", "2.16.578.1.12.4.1.1.9999")
MARKUP: Final = (
    ("Bare tekst", ""),
    ("", ""),
    ("Fet og vanlig.", '<h:b xmlns:h="http://www.w3.org/1999/xhtml">Fet</h:b> og vanlig.'),
    ("foran inni etter", 'foran <p xmlns="http://www.w3.org/1999/xhtml">inni</p> etter'),
)
"""Text and inner markup of an element of any type."""

_DIGESTED: Final = '<Reference><DigestMethod Algorithm="urn:x-none"/><DigestValue>AAAA</DigestValue></Reference>'
SIGNATURE: Final = (
    '<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><CanonicalizationMethod Algorithm="urn:x-none"/>'
    f'<SignatureMethod Algorithm="urn:x-none"/>{_DIGESTED}</SignedInfo>'
    '<SignatureValue xmlns="http://www.w3.org/2000/09/xmldsig#">AAAA</SignatureValue>'
)
"""The least that XML signatures consist of; it signs nothing."""


_PAYLOADS: Final = {
    "po": (
        plo.Pasientlogistikk, plo.Innleggelsesrapport, plo.HelseopplysningerVedSoknad, plo.TverrfagligEpikrise,
        plo.Konsultasjon, plo.OverforingMedisinskeOpplysninger, plo.OrienteringOmTjenestetilbud, plo.MeldingFravar,
    ),
    "dialog": (Dialogmelding,),
    "epj": (Node, TilleggsinfoEpjKomponent, cave.Cave, Notater, Legemidler, Base64Container),
}  # fmt: skip


_TYPES: Final[dict[type[Part], str]] = {
    plo.Pasientlogistikk: "LOG_INNLAGT",
    plo.Innleggelsesrapport: "INNLEGGELSESRAPPORT",
    plo.HelseopplysningerVedSoknad: "HELSEOPPL_SOKNAD",
    plo.TverrfagligEpikrise: "UTSKRIVNINGSRAPPORT",
    plo.Konsultasjon: "HELSEOPPLYSNINGER_LEGE",
    plo.OverforingMedisinskeOpplysninger: "MEDISINSKE_OPPLYSNINGER",
    plo.OrienteringOmTjenestetilbud: "ORIENTERING_TJENESTETILBUD",
    plo.MeldingFravar: "FRAVARSMELDING",
    epikrise.Message: "EPIKRISE",
    **dict.fromkeys((Node, TilleggsinfoEpjKomponent, cave.Cave, Notater, Legemidler), "EPJ-EKSTRAKT"),
}
_PARSER: Final = etree.XMLParser(remove_comments=True, remove_pis=True)


def chance(seed: int) -> Random:
    """A source of choices that makes the same ones each time."""
    return Random(seed)  # noqa: S311  nothing here is secret


def message_kinds() -> Iterator[tuple[type[Part], str]]:
    """Every root of a message or a payload with every version it exists in ("" where it never changed)."""
    for cls in (*chain(*_PAYLOADS.values()), epikrise.Message, apprec.AppRec):
        yield from ((cls, version) for version in NAMESPACES[cls.shape.family])


def arbitrary_message(cls: type[Part], version: str, random: Random, *, full: bool = False) -> Part:
    """A whole message of that kind: in its envelope where it has one. ``full``: every optional part stands, once."""
    richness = 1.0 if full else random.choice((0.0, 0.3, 0.6, 0.9, 0.99))
    payload = Maker(random, version, richness, budget=10_000 if full else 200, held=(epikrise.HCP,)).part(cls)
    if cls in (epikrise.Message, apprec.AppRec):
        return payload
    maker = Maker(random, version, richness, budget=10_000 if full else 60, held=(Base64Container,))
    envelope, document = maker.part(msghead.MsgHead), maker.part(msghead.Document)
    inside = replace(document.ref_doc, content=msghead.Content(any=(payload,)), file_reference=None)
    documents = (replace(document, ref_doc=inside), *envelope.document)
    return replace(envelope, document=documents, patient_report=())


def arbitrary_document(cls: type[Part], version: str, seed: int, *, full: bool = False) -> Message:
    """The same as it is read, about a patient who is identified."""
    body = write(arbitrary_message(cls, version, chance(seed), full=full), version)
    root, _ = read(etree.fromstring(body, _PARSER))
    head = Head(
        message_id="0b1f6f0e-7a0e-4d55-9f5c-6f0a4a1f2c11",
        type=_TYPES.get(cls, "DIALOG_NOTAT"),
        version=version,
        series="N",
        sender=Party(name="Sykehus", identifiers=(Identifier(HER_ID, "1"),)),
        receiver=Party(name="Kommune", identifiers=(Identifier(HER_ID, "2"),)),
        persons=(Identifier("urn:oid:2.16.578.1.12.4.1.4.1", "123"),),
        generated=datetime(2026, 3, 20, tzinfo=UTC),
    )
    return Message(head=head, root=root, issues=(), original=body)


@dataclass(slots=True)
class Maker:
    """Makes parts by drawing from ``random``.

    ``richness`` is how likely an optional part stands (at 1 all of them do, once), ``budget`` how many parts there may
    be before only what must stand does; ``held`` are the shapes that a wildcard may hold.
    """

    random: Random
    version: str
    richness: float = 0.5
    budget: int = 200
    held: tuple[type[Part], ...] = ()
    inside: list[type[Part]] = field(default_factory=list)

    def part(self, cls: type[P]) -> P:
        """Any valid part of that shape."""
        self.budget -= 1
        self.inside.append(cls)
        slots = [slot for slot in cls.shape.slots if slot.exists_in(self.version)]
        if cls.shape.optional and not self._wanted():
            slots = [slot for slot in slots if slot.kind == "attribute"]
        values: dict[str, Any] = {}
        for choice, group in groupby(slots, key=lambda slot: slot.choice):
            for slot in self._chosen(choice, list(group)):
                self._fill(cls, slot, values)
        self.inside.pop()
        absent = {slot.field: () if slot.repeats else None for slot in cls.shape.slots}
        return cls(**{**absent, **values})

    def _chosen(self, choice: str, group: list[Slot]) -> list[Slot]:
        """Of alternatives one; none where that is allowed; where any sequence may stand, some of them."""
        if not choice:
            return group
        _, mark, only = choice.partition("?")
        if mark and only in ("", self.version) and not self._wanted():
            return []
        if choice.endswith("*"):
            return self.random.sample(group, self.random.randint(1, len(group)))
        return [self.random.choice(group)]

    def _fill(self, cls: type[Part], slot: Slot, values: dict[str, Any]) -> None:
        least, most = slot.least_in(self.version), slot.most_in(self.version)
        count = max(least, self._count(most))
        if slot.repeats:
            values[slot.field] = tuple(self._value(cls, slot) for _ in range(count))
        elif count:
            values[slot.field] = self._value(cls, slot)

    def _count(self, most: int | None) -> int:
        if not self._wanted():
            return 0
        return self.random.choice((1, 1, 2, 3)) if most is None and self.richness < 1 else 1

    def _wanted(self) -> bool:
        is_within_itself = self.richness == 1 and self.inside.count(self.inside[-1]) > 2
        return self.budget > 0 and not is_within_itself and self.random.random() < self.richness

    def _value(self, cls: type[Part], slot: Slot) -> Part | Leaf:
        if slot.kind == "wildcard":
            return self.part(self.random.choice(self.held))
        inner = part_type(cls, slot)
        if inner is not None:
            return self.part(inner)
        assert isinstance(slot.type, Simple)  # noqa: S101  a slot holds a part or a simple value
        if slot.fixed:
            return Leaf(slot.fixed)
        if slot.family == "ds":
            return Markup("AAAAAAAA", xml=SIGNATURE)
        return self._leaf(slot.type)

    def _leaf(self, type: Simple) -> Leaf:
        if type.name == "anyType":
            text, xml = self.random.choice(MARKUP)
            return Markup(text, xml=xml)
        if type.values:
            return Leaf(self.random.choice(type.values))
        if type.pattern:
            return Leaf(self.random.choice(OIDS if type.name == "token" else ("true", "false")))
        name = self.random.choice(type.union) if type.union else type.name
        return Leaf(self.random.choice(TEXTS if name == "string" else VALUES[name]))
