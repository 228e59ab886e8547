"""``municipal-case/1`` as an adapter: one person's case in JSON, to a message or every fault by its path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapters.municipal.adapter import MunicipalAdapter
from adapters.municipal.json_parts import MOST, NotJsonError, Reading, loads
from adapters.municipal.restricted import EXPIRED, MARK, RESTRICTED, without_restricted
from adapters.municipal.schema import json_schema
from adapters.municipal.sending import LOCAL, Sent, head, known, message_id, national, unused
from adapters.municipal.texts import fault, issue
from hub.contract import Document, Fault, Identifier, Issue, Raw, Rejection
from mappings import tables
from mappings.documents import Message
from mappings.documents.municipal_case import SCHEMA, MunicipalCase, Unknown
from mappings.documents.shape import Leaf, made
from mappings.national_number import is_organisation_number
from mappings.norwegian_time import instant

TYPE: Final = "MUNICIPAL-CASE"
CONTENT_TYPE: Final = "application/vnd.hub.municipal-case+json"
LARGEST_CFS: Final = 9
SCORES: Final = frozenset("123459")


@dataclass(slots=True, kw_only=True)
class CaseAdapter(MunicipalAdapter):
    """One person's case."""

    name: str = "municipal-case"
    content_types: frozenset[str] = frozenset({CONTENT_TYPE, "application/json"})

    @property
    def json_schemas(self) -> dict[str, dict[str, Any]]:
        """The JSON Schema of the format, by the name under which it is served."""
        return {"municipal-case-1": json_schema()}

    def accepts(self, raw: Raw) -> bool:
        """An object that names the schema, or is sent as one."""
        if raw.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
            return False
        told = raw.headers.get("content-type", "").partition(";")[0].strip().lower()
        return told == CONTENT_TYPE or b'"municipal-case/' in raw.body

    def parts(self, raw: Raw) -> Sequence[bytes]:
        """The case without what must not be kept, where there is any of that."""
        if self.keep_restricted or not any(f'"{code}"'.encode() in raw.body for code in RESTRICTED):
            return ()
        try:
            kept = without_restricted(loads(raw.body))
        except NotJsonError:
            return ()
        return (json.dumps(kept, ensure_ascii=False, default=float).encode(),) if kept else ()

    def read(self, raw: Raw) -> Document | Rejection:
        """The case, or every fault at its root."""
        try:
            whole = loads(raw.body)
        except NotJsonError as error:
            return Rejection(faults=(error.fault,), type=TYPE)
        if whole.get("schema") != SCHEMA:
            return Rejection(faults=(fault("schema", "$.schema"),), type=TYPE)
        reading = Reading()
        found = reading.root(MunicipalCase, whole)
        if not isinstance(found, MunicipalCase):
            return Rejection(faults=tuple(reading.faults), type=TYPE, message_id=_told_id(whole))
        return self._document(found, whole, reading, raw)

    def _document(self, of: MunicipalCase, whole: dict[str, Any], reading: Reading, raw: Raw) -> Document | Rejection:
        case = _with_rest(of, reading)
        persons, unusable = self._persons(case)
        if not persons:
            return Rejection(faults=(fault("patient", "$.patient"), *unusable), type=TYPE)
        source, at = case.source, instant(case.exported_at)
        assert at is not None  # noqa: S101  the reading has checked it
        sent = Sent(
            type=TYPE,
            version=SCHEMA.rpartition("/")[2],
            message_id=message_id("case", source.municipality, case.export_id),
            municipality=source.municipality,
            organisation=source.organization or "",
            generated=at,
        )
        dropped = whole.get(MARK)
        issues = [*_told(reading), *(unused(one.path) for one in unusable), *_odd(case)]
        issues += [issue("restricted", "$.services", count=dropped)] if isinstance(dropped, int) else []
        return Message(head=head(sent, persons, raw), root=case, issues=tuple(issues), original=raw.body)

    def _persons(self, case: MunicipalCase) -> tuple[tuple[Identifier, ...], tuple[Fault, ...]]:
        number, local = case.patient.national_id, case.patient.local_id
        strong = national(number.type, number.value, accept_synthetic=self.accept_synthetic) if number else None
        own = Identifier(f"{LOCAL}/{case.source.municipality}", local) if local else None
        bad = (fault("patient-number-unused", "$.patient.nationalId.value"),) if number and strong is None else ()
        return known((strong, _plain(own))), bad


def _plain(of: Identifier | None) -> Identifier | None:
    return Identifier(of.system, str(of.value)) if of else None


def _told_id(whole: dict[str, Any]) -> str | None:
    source, export = whole.get("source"), whole.get("exportId")
    number = source.get("municipality") if isinstance(source, dict) else None
    return message_id("case", str(number), str(export)) if isinstance(export, str) and number else None


def _with_rest(case: MunicipalCase, reading: Reading) -> MunicipalCase:
    """With what no shape knows, and what was told to be none."""
    values = {slot.field: getattr(case, slot.field) for slot in case.shape.slots}
    values["unknown"] = tuple(
        made(
            Unknown,
            name=Leaf(name, f"municipal-case/other[{place}]/name"),
            value=Leaf(value, f"municipal-case/other[{place}]/value"),
        )
        for place, (name, value) in enumerate(reading.unknown, start=1)
    )
    values["emptied"] = tuple(
        Leaf(name, f"municipal-case/none[{place}]") for place, name in enumerate(reading.emptied, start=1)
    )
    return made(MunicipalCase, **values)


def _told(reading: Reading) -> list[Issue]:
    return list(dict.fromkeys(reading.issues))[: MOST * 5]


def _odd(case: MunicipalCase) -> Iterator[Issue]:
    """What is outside its scale or list, and kept."""
    for place, service in enumerate(case.services):
        yield from service_issues(service.type.volven9151, f"$.services[{place}].type.volven9151")
        number = service.performer.organization if service.performer else None
        if number and not is_organisation_number(number):
            yield issue("organisation-number", f"$.services[{place}].performer.organization")
    for place, one in enumerate(case.function):
        if tables.text(9111, one.variable) is None:
            yield issue("variable", f"$.function[{place}].variable")
        if one.score not in SCORES:
            yield issue("score", f"$.function[{place}].score")
    if case.frailty and not (case.frailty.score.isdecimal() and 1 <= int(case.frailty.score) <= LARGEST_CFS):
        yield issue("cfs", "$.frailty.score")


def service_issues(code: Leaf | None, path: str) -> Iterator[Issue]:
    """What is odd about a code of kodeverk 9151."""
    if not code:
        return
    if code in RESTRICTED:
        yield issue("restricted-kept", path)
    elif code in EXPIRED:
        yield issue("expired-code", path)
    elif tables.text(9151, code) is None:
        yield issue("service-code", path)
