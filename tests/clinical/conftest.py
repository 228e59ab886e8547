"""Clinical messages made of parts, and what they become: written out, read by the real reader, projected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import orjson
import pytest
from lxml import etree

from adapters.kith.read import read as read_tree
from adapters.kith.samples.arbitrary import arbitrary_message, chance
from adapters.kith.write import write
from hub.contract import HER_ID, Head, Identifier, Party, Resource, Series
from hub.delivery.content import canonical
from hub.identity import id_maker
from mappings.course import course
from mappings.documents import Message, plo
from mappings.documents.datatypes import CS, CV
from mappings.documents.plo_head import InformasjonOmForsendelsen
from mappings.documents.shape import Leaf, Part, made

IDS = id_maker(b"a key for tests, nothing else")
NOW = datetime(2026, 3, 20, tzinfo=UTC)
WRITTEN = datetime(2026, 3, 10, 12, tzinfo=UTC)
PARSER = etree.XMLParser(remove_comments=True, remove_pis=True)
TYPES: dict[type[Part], str] = {
    plo.Pasientlogistikk: "LOG_INNLAGT",
    plo.HelseopplysningerVedSoknad: "HELSEOPPL_SOKNAD",
    plo.Innleggelsesrapport: "INNLEGGELSESRAPPORT",
    plo.TverrfagligEpikrise: "UTSKRIVNINGSRAPPORT",
    plo.Konsultasjon: "HELSEOPPLYSNINGER_LEGE",
    plo.OverforingMedisinskeOpplysninger: "MEDISINSKE_OPPLYSNINGER",
    plo.OrienteringOmTjenestetilbud: "ORIENTERING_TJENESTETILBUD",
    plo.MeldingFravar: "FRAVARSMELDING",
}
KINDS = [(cls, version) for cls in TYPES for version in ("1.5", "1.6") if (cls, version) != (plo.MeldingFravar, "1.6")]


def head(type: str, version: str, **more: Any) -> Head:
    usual: dict[str, Any] = {
        "message_id": "0b1f6f0e-7a0e-4d55-9f5c-6f0a4a1f2c11",
        "type": type,
        "version": version,
        "series": "N",
        "sender": Party(name="Syntetisk sykehus", identifiers=(Identifier(HER_ID, "1"),)),
        "receiver": Party(name="Syntetisk kommune", identifiers=(Identifier(HER_ID, "2"),)),
        "persons": (Identifier("urn:oid:2.16.578.1.12.4.1.4.1", "123"),),
        "generated": WRITTEN,
    }
    return Head(**{**usual, **more})


def as_message(root: Part, version: str, type: str, **more: Any) -> Message:
    """The root written as XML and read again, so that every leaf knows where it stands."""
    body = write(root, version)
    found, _ = read_tree(etree.fromstring(body, PARSER))
    return Message(head=head(type, version, **more), root=found, issues=(), original=body)


def generated(cls: type[Part], version: str, seed: int, **more: Any) -> Message:
    """Any valid message of a kind, about a patient who is identified."""
    return as_message(arbitrary_message(cls, version, chance(seed)), version, TYPES[cls], **more)


def projected(*messages: Message) -> list[Resource]:
    projection = course(messages, NOW, ids=IDS)
    return [*projection.resources, *(mention.resource for mention in projection.mentions)]


def plain(resource: Resource) -> Any:
    """As it goes to the server."""
    return orjson.loads(canonical(resource))


def validated(resource: Resource) -> None:
    """By the published R4B models, contained resources too."""
    kind, body = resource["resourceType"], plain(resource)
    if "_effectiveDateTime" in body:  # a reason why it is absent is a value in FHIR; the models ask for a date as well
        body.setdefault("effectiveDateTime", "2026-03-04")
    getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind).model_validate(body)


def cs(code: str, text: str | None = None) -> CS:
    return CS(v=Leaf(code), dn=Leaf(text) if text else None)


def cv(number: int, code: str, text: str | None = None) -> CV:
    return made(CV, v=Leaf(code), s=Leaf(f"2.16.578.1.12.4.1.1.{number}"), dn=Leaf(text) if text else None)


@pytest.fixture
def told() -> Callable[..., list[Any]]:
    """``told(plo.Innleggelsesrapport, "Condition", **parts)``: what a payload of these parts gives of a type."""

    def telling(
        cls: type[Part], resource_type: str, *, series: Series = "N", version: str = "1.6", **parts: Any
    ) -> list[Any]:
        status = made(InformasjonOmForsendelsen, forsendelsesstatus=cs(series))
        payload = made(cls, informasjon_om_forsendelsen=status, **parts)
        message = as_message(payload, version, TYPES[cls], series=series)
        return [plain(r) for r in projected(message) if r["resourceType"] == resource_type]

    return telling
