"""The adapter: a KITH message as bytes to a ``Message`` or a ``Rejection``, and the AppRec that answers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from adapters.kith.checks import issues_of
from adapters.kith.cover import Correspondent, Cover, read_cover
from adapters.kith.envelope import NEW, Contents, address_issues, answered, head_of, is_uuid, normalised_id, party
from adapters.kith.identification import Identification, identify
from adapters.kith.kinds import AppRecVersion, Kind, kind_of, type_of
from adapters.kith.national import national_schema
from adapters.kith.parse import parse, root_tag
from adapters.kith.read import read
from adapters.kith.receipt import Stamp, app_rec
from adapters.kith.schema_faults import path_of, schema_faults
from adapters.kith.settings import DEFAULT, Settings
from adapters.kith.texts import fault, issue, shown
from adapters.kith.write import write
from hub.contract import Document, Fault, Identifier, Issue, Outgoing, Party, Raw, Rejection, Report, Untold
from mappings import outgoing
from mappings.documents import Entered, Message
from mappings.documents.dialects import NAMESPACES
from mappings.documents.shape import Leaf
from mappings.identifiers import issuer_key, normalised
from mappings.outgoing import Draft
from mappings.rules import quality

TO_HER_ID = "heimveg-to-her-id"
"""The transport's word for which receiver this delivery is meant."""

ROOTS = frozenset(
    f"{{{space}}}{name}"
    for family, name in (("msghead", "MsgHead"), ("epikrise", "Message"), ("apprec", "AppRec"))
    for space in NAMESPACES[family].values()
)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A parsed message whose outside could be read."""

    root: etree._Element
    cover: Cover
    payload: etree._Element | None
    kind: Kind | None

    @property
    def contents(self) -> Contents:
        """What the payload says of itself; the envelope's words where there is no payload that we know."""
        said = str(self.cover.type.v)
        if self.payload is None or self.kind is None:
            return Contents(type=said, version="")
        issued = self.root.find("{*}Document/{*}RefDoc/{*}IssueDate")
        return Contents(
            type=type_of(self.payload, said),
            version=self.kind.version,
            series=_series(self.payload),
            issued=issued.get("V", "") if issued is not None else "",
        )


class KithAdapter:
    """Reads MsgHead with PLO, dialog and EPJ content, Epikrise and AppRec. Safe to use from several threads."""

    name = "kith"
    reads_foreign = False
    """Whether payloads that have no shape here are read (by who builds on this one)."""
    tells_of: Mapping[str, bool] = outgoing.TELLS_OF

    def __init__(self, settings: Settings = DEFAULT) -> None:
        self.settings = settings
        self.schemas: Path | None = None

    def configure(
        self,
        *,
        schemas: Path | None = None,
        own_parties: Iterable[Identifier] | None = None,
        accept_synthetic: bool | None = None,
        **_: object,
    ) -> None:
        """What the deployment says: a folder with the national schemas to run beside ours, and ``Settings``."""
        self.schemas = schemas
        if own_parties is not None:
            self.settings = replace(self.settings, own_parties=tuple(own_parties))
        if accept_synthetic is not None:
            self.settings = replace(self.settings, accept_synthetic=accept_synthetic)

    def accepts(self, raw: Raw) -> bool:
        """Any XML is ours to judge: what is not a KITH message gets a reason instead of silence."""
        return raw.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or root_tag(raw.body) is not None

    def read(self, raw: Raw) -> Document | Rejection:
        """Safe parsing, schema, profile rules (HIS 80415, HIS 80601)."""
        root = parse(raw.body)
        if isinstance(root, Fault):
            return Rejection(faults=(root,))
        opened = _open(root)
        if opened is None:
            name = etree.QName(root)
            return Rejection(faults=(_unknown_root(name),))
        who = self._identified(opened)
        faults = tuple(self._faults(opened, who))
        if faults:
            return self._rejection(opened, who, faults, raw)
        return self._message(opened, who, raw)

    def receipt(self, raw: Raw, outcome: Document | Rejection, *, id: str, at: datetime) -> bytes | None:
        """The AppRec in the version that the payload asks for; none for an AppRec, or when it may not be sent."""
        faults = outcome.faults if isinstance(outcome, Rejection) else ()
        if isinstance(outcome, Rejection) and not outcome.answerable:
            return None
        root = parse(raw.body)
        opened = None if isinstance(root, Fault) else _open(root)
        if opened is None or opened.cover.root == "AppRec" or not self._for_us(opened.cover):
            return None
        version: AppRecVersion = opened.kind.apprec if opened.kind else "1.1"
        answers_for = _addressed(opened.cover, raw)
        stamp = Stamp(id=id, at=at, settings=self.settings)
        return app_rec(opened.cover, faults, answers_for, version=version, stamp=stamp)

    def draft(self, document: Document, kind: str, *, id: str, at: datetime) -> bytes | None:
        """A dialog message to whoever sent the document that names what it lacks, for a person to send; None when
        nothing is missing. ``kind`` is ``foresporsel`` or ``avvik``."""
        found = quality.quality(document)
        if found is None or not isinstance(document, Message):
            return None
        drafted = quality.draft(document, found, "avvik" if kind == "avvik" else "foresporsel", id=id, at=at)
        return write(drafted, quality.DIALOG_VERSION) if drafted else None

    def outgoing(
        self, entry: Document, documents: Iterable[Document], *, ids: Sequence[str], before: str | None
    ) -> Iterator[Outgoing]:
        """The messages that tell a partner of an entry, each checked and read back; of strangers' entries none."""
        held = outgoing.known(documents, entry.head.generated)
        if not isinstance(entry, Entered) or held is None:
            return
        for place, message_id in enumerate(ids):
            making = outgoing.Making(id=message_id, at=entry.head.generated, before=before)
            drafts = outgoing.drafts(entry, held, making)
            if place < len(drafts) and (told := self._told(drafts[place])):
                yield told

    def report(
        self, wanted: Report, documents: Iterable[Document], *, id: str, at: datetime
    ) -> Outgoing | Untold | None:
        """INNLEGGELSESRAPPORT or ORIENTERING_TJENESTETILBUD of what the log holds from whoever asks for it."""
        if wanted.type not in outgoing.REPORTS:
            return None
        held = outgoing.known(documents, at)
        if held is None:
            return Untold(reason="nothing-known")
        try:
            making = outgoing.Making(id=id, at=at)
            draft = outgoing.report(wanted.type, wanted.about, wanted.by, wanted.author, held, making)
        except outgoing.NothingToTellError as error:
            return Untold(reason=str(error))
        return self._told(draft) or Untold(reason="no-receiver")

    def _told(self, draft: Draft) -> Outgoing | None:
        """A draft as bytes, read back. Only our own speak, and to others: who asks here is told here."""
        body = write(draft.root, draft.version)
        read = self.read(Raw(body=body, received=datetime.now(UTC)))
        head = read.head
        if head and self.settings.own_parties and (not self._is_ours(head.sender) or self._is_ours(head.receiver)):
            return None
        if isinstance(read, Rejection):
            faults = ", ".join(sorted(f"{f.code} {f.path}" for f in read.faults))
            raise ValueError(f"a {draft.type} of ours is refused: {faults}")
        return Outgoing(document=read, body=body)

    def _is_ours(self, party: Party) -> bool:
        return not {*self.settings.own_parties}.isdisjoint((*party.identifiers, *party.unit_identifiers))

    def same(self, first: Raw, second: Raw) -> bool:
        """Whether two bodies differ only in line endings, quotes, prefixes' order and the like (canonical XML)."""
        one, other = parse(first.body), parse(second.body)
        if isinstance(one, Fault) or isinstance(other, Fault):
            return False
        return etree.tostring(one, method="c14n") == etree.tostring(other, method="c14n")

    def _identified(self, opened: _Opened) -> Identification:
        if opened.cover.subject is None:
            return Identification()
        issuer = issuer_key(party(opened.cover.sender))
        return identify(opened.cover.subject, issuer=issuer, settings=self.settings)

    def _faults(self, opened: _Opened, who: Identification) -> Iterator[Fault]:
        cover = opened.cover
        yield from _message_id_faults(cover, self.settings)
        known = tuple(_payload_faults(opened, foreign=self.reads_foreign))
        yield from known
        if not known:
            yield from schema_faults(_checked_by_schema(opened))
            yield from self._content_faults(opened.payload)
        yield from who.faults
        yield from _attachment_faults(opened.root)
        if _is_nobody(cover.sender):
            yield fault("sender-missing", path=cover.sender.level1.path)
        if not self._for_us(cover) and not self._by_us(cover):
            yield fault("not-for-us", path=cover.receiver.level1.path)

    def _content_faults(self, payload: etree._Element | None) -> Iterator[Fault]:
        """What is wrong inside a payload that no schema of ours describes."""
        yield from ()

    def _for_us(self, cover: Cover) -> bool:
        """Whether we answer for a receiver of it: for every receiver where no parties are set."""
        return not self.settings.own_parties or any(map(self._is_own, (cover.receiver, *cover.copies)))

    def _by_us(self, cover: Cover) -> bool:
        return self._is_own(cover.sender)

    def _is_own(self, correspondent: Correspondent) -> bool:
        return self._is_ours(party(correspondent))

    def _rejection(self, opened: _Opened, who: Identification, faults: tuple[Fault, ...], raw: Raw) -> Rejection:
        contents = opened.contents
        can_answer = not _is_nobody(opened.cover.sender) and self._for_us(opened.cover)
        return Rejection(
            faults=faults,
            message_id=normalised_id(opened.cover.message_id) or None,
            type=contents.type or None,
            version=contents.version or None,
            head=head_of(opened.cover, contents, who.persons, raw.received) if opened.cover.message_id else None,
            answerable=can_answer and opened.cover.root != "AppRec",
        )

    def _message(self, opened: _Opened, who: Identification, raw: Raw) -> Message:
        root, _ = read(opened.root)
        assert opened.kind is not None  # noqa: S101  a message without faults has a kind
        contents = opened.contents
        issues = (
            *issues_of(opened.cover, opened.kind, contents, root),
            *address_issues(opened.cover),
            *who.issues,
            *self._disagreement(opened.root),
        )
        head = head_of(opened.cover, contents, who.persons, raw.received, answers=answered(root))
        head = replace(head, awaits=opened.cover.root != "AppRec" and not self._for_us(opened.cover))
        return Message(head=head, root=root, issues=issues, original=raw.body)

    def _disagreement(self, root: etree._Element) -> Iterator[Issue]:
        schema = national_schema(self.schemas, str(etree.QName(root).namespace)) if self.schemas else None
        if schema is not None and not schema.validate(root):
            yield issue("schema-disagreement", path=etree.QName(root).localname, count=len(schema.error_log))


def _open(root: etree._Element) -> _Opened | None:
    if str(root.tag) not in ROOTS:
        return None
    cover = read_cover(root)
    if cover is None:
        return None
    payload = payload_of(root) if cover.root == "MsgHead" else root
    return _Opened(root, cover, payload, kind_of(payload) if payload is not None else None)


def payload_of(root: etree._Element) -> etree._Element | None:
    """The first inline XML that is no attachment; where all are, none."""
    for document in root.iterchildren("{*}Document"):
        kind = document.find("{*}RefDoc/{*}MsgType")
        content = document.find("{*}RefDoc/{*}Content")
        if content is not None and len(content) and (kind is None or kind.get("V", "").strip() != "A"):
            return content[0]
    return None


def _series(payload: etree._Element) -> Leaf:
    """Forsendelsesstatus of PLO, ServType of Epikrise; a message without either is new."""
    for path in ("{*}InformasjonOmForsendelsen/{*}Forsendelsesstatus", "{*}ServRprt/{*}ServType"):
        found = payload.find(path)
        if found is not None:
            return Leaf(found.get("V", ""), f"{path_of(found)}/@V")
    return NEW


def _unknown_root(name: etree.QName) -> Fault:
    path = shown(name.localname, instead="*")
    return fault("unknown-root", path=path, name=shown(name.localname), namespace=shown(name.namespace or ""))


def _message_id_faults(cover: Cover, settings: Settings) -> Iterator[Fault]:
    if cover.root == "AppRec":
        return  # an answer is not answered; a poor id of its own is no reason to lose it
    if not cover.message_id:
        yield fault("message-id-missing", cover.message_id)
    elif not is_uuid(cover.message_id) and not settings.accept_non_uuid:
        yield fault("message-id-not-uuid", cover.message_id)


def _checked_by_schema(opened: _Opened) -> etree._Element:
    """The message; with an empty place where a foreign payload stands, which our schema knows nothing of."""
    if opened.kind is None or not opened.kind.foreign:
        return opened.root
    root = deepcopy(opened.root)
    payload = payload_of(root)
    if payload is not None and (content := payload.getparent()) is not None:
        content.remove(payload)
    return root


def _payload_faults(opened: _Opened, *, foreign: bool) -> Iterator[Fault]:
    if opened.root.find("{*}PatientReport") is not None:
        yield fault("patient-report", path=f"{opened.cover.root}/PatientReport")
    elif opened.payload is None:
        yield fault("no-payload", path=f"{opened.cover.root}/Document")
    elif opened.kind is None or (opened.kind.foreign and not foreign):
        name = etree.QName(opened.payload)
        path = f"{opened.cover.root}/Document/RefDoc/Content/{shown(name.localname, instead='*')}"
        yield fault("unknown-payload", path=path, name=shown(name.localname), namespace=shown(name.namespace or ""))


def _attachment_faults(root: etree._Element) -> Iterator[Fault]:
    """An attachment that cannot be handled refuses the whole message (HIS 1036:2011)."""
    for number, document in enumerate(root.iterchildren("{*}Document"), start=1):
        outside = document.find("{*}RefDoc/{*}FileReference")
        if outside is not None and (outside.text or "").strip():
            yield fault("attachment-outside", path=f"MsgHead/Document[{number}]/RefDoc/FileReference")


def _is_nobody(correspondent: Correspondent) -> bool:
    return correspondent.level1.is_blank and (correspondent.level2 is None or correspondent.level2.is_blank)


def _addressed(cover: Cover, raw: Raw) -> Correspondent:
    """The receiver that the transport names among the copies, otherwise the primary one."""
    said = {name.lower(): value for name, value in raw.headers.items()}.get(TO_HER_ID, "")
    her_id = normalised("HER", said)
    for copy in cover.copies if her_id else ():
        named: Party = party(copy)
        if her_id in {i.value for i in (*named.identifiers, *named.unit_identifiers)}:
            return copy
    return cover.receiver
