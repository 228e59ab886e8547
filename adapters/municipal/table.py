"""A table of services (CSV): one row a service, one message a person; for municipalities whose system writes no JSON.

UTF-8 unless a charset is declared; semicolon; a decimal comma will do; dates as 2026-03-04 or 04.03.2026.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Final

from adapters.municipal.adapter import MunicipalAdapter
from adapters.municipal.case import service_issues
from adapters.municipal.restricted import RESTRICTED
from adapters.municipal.sending import EXPORT_ID, EXPORT_TIME, LOCAL, MUNICIPALITY, Sent, head, known, national, unused
from adapters.municipal.texts import fault, issue
from hub.contract import Document, Fault, Identifier, Issue, Raw, Rejection
from mappings.documents import Message
from mappings.documents.municipal_case import ServiceRow, ServiceTable, Unknown
from mappings.documents.shape import DATE, DECIMAL, Leaf, Slot, made
from mappings.norwegian_time import calendar_date, instant

TYPE: Final = "MUNICIPAL-SERVICES"
MANDATORY: Final = ("localid", "fnr", "tjenesteid", "kode9151", "fra", "status")
WHO: Final = ("localid", "fnr")
MARK: Final = "heimveg-restricted"
"""A last column of the parts that are kept, which tells how many rows were taken out."""
ROOT: Final = "municipal-services"
COLUMNS: Final = {slot.name.casefold(): slot for slot in ServiceRow.shape.slots if slot.field != "unknown"}
Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The rows by column name (folded), and the header as written."""

    header: list[str]
    rows: list[list[str]]

    def cells(self, row: list[str]) -> Row:
        """A row by its columns; a short row has empty cells."""
        padded = [*row, *[""] * len(self.header)]
        return {name.strip().casefold(): cell.strip() for name, cell in zip(self.header, padded, strict=False)}


@dataclass(slots=True, kw_only=True)
class TableAdapter(MunicipalAdapter):
    """A table, person by person."""

    name: str = "municipal-table"
    content_types: frozenset[str] = frozenset({"text/csv"})

    def accepts(self, raw: Raw) -> bool:
        """The header row names the service column, in any of the encodings that begin like ASCII."""
        first = raw.body[:2000].partition(b"\n")[0].lower()
        return b"tjenesteid" in first and (b"kode9151" in first or b"localid" in first)

    def parts(self, raw: Raw) -> Sequence[bytes]:
        """The rows of each person as UTF-8, without those that must not be kept; nothing for what cannot be read."""
        found = _table(raw)
        if not isinstance(found, _Table):
            return ()
        persons: dict[tuple[str, ...], list[list[str]]] = {}
        for row in found.rows:
            cells = found.cells(row)
            persons.setdefault(tuple(cells.get(name, "") for name in WHO), []).append(row)
        marked = any(cell.strip().casefold() == MARK for cell in found.header)
        if marked or (len(persons) == 1 and not self._holds_restricted(found)):
            return ()
        return [self._part(found, rows) for rows in persons.values()]

    def _holds_restricted(self, of: _Table) -> bool:
        return not self.keep_restricted and any(of.cells(row).get("kode9151") in RESTRICTED for row in of.rows)

    def _part(self, of: _Table, rows: list[list[str]]) -> bytes:
        kept = [row for row in rows if self.keep_restricted or of.cells(row).get("kode9151") not in RESTRICTED]
        dropped = len(rows) - len(kept)
        written = io.StringIO()
        writer = csv.writer(written, delimiter=";", lineterminator="\n")
        writer.writerow([*of.header, MARK] if dropped else of.header)
        for row in kept or [_only_who(of, rows[0])]:
            writer.writerow([*row, *[""] * (len(of.header) - len(row)), str(dropped)] if dropped else row)
        return written.getvalue().encode()

    def read(self, raw: Raw) -> Document | Rejection:
        """The services of one person, or why the file is refused."""
        found = _table(raw)
        if isinstance(found, Fault):
            return Rejection(faults=(found,), type=TYPE)
        said = {name.lower(): value.strip() for name, value in raw.headers.items() if value.strip()}
        municipality = said.get(MUNICIPALITY, "")
        if not (municipality.isdecimal() and len(municipality) == 4):
            return Rejection(faults=(fault("municipality-missing", MUNICIPALITY),), type=TYPE)
        rows = [found.cells(row) for row in found.rows]
        persons, unusable = self._persons(rows[0], municipality)
        if not persons:
            return Rejection(faults=(fault("patient", "2/fnr"), *unusable), type=TYPE)
        return self._document(found, rows, persons, raw, said)

    def _persons(self, row: Row, municipality: str) -> tuple[tuple[Identifier, ...], tuple[Fault, ...]]:
        number, local = row.get("fnr", ""), row.get("localid", "")
        strong = national("FNR", number, accept_synthetic=self.accept_synthetic) if number else None
        own = Identifier(f"{LOCAL}/{municipality}", local) if local else None
        bad = (fault("patient-number-unused", "2/fnr"),) if number and strong is None else ()
        return known((strong, own)), bad

    def _document(
        self, table: _Table, rows: list[Row], persons: tuple[Identifier, ...], raw: Raw, said: Row
    ) -> Message:
        issues = [
            *_column_issues(table),
            *([] if rows[0].get("fnr") in ("", *(p.value for p in persons)) else [unused("2/fnr")]),
        ]
        at = instant(said.get(EXPORT_TIME, ""))
        issues += [] if at else [issue("time-assumed", EXPORT_TIME)]
        services: list[ServiceRow] = []
        for place, row in enumerate(rows, start=1):
            read = _service(row, len(services) + 1, f"{place + 1}")
            if isinstance(read, Fault):
                issues.append(issue("row-left-out", read.path, why=read.text))
                continue
            services.append(read)
            issues += service_issues(read.kode9151, f"{place + 1}/kode9151")
        dropped = next((int(row[MARK]) for row in rows if row.get(MARK, "").isdecimal()), 0)
        issues += [issue("restricted", count=dropped)] if dropped else []
        root = made(
            ServiceTable,
            municipality=Leaf(said[MUNICIPALITY], f"{ROOT}/municipality"),
            export_id=Leaf(said.get(EXPORT_ID, ""), f"{ROOT}/exportId"),
            local_id=_leaf(rows[0].get("localid", ""), f"{ROOT}/localId"),
            fnr=_leaf(rows[0].get("fnr", ""), f"{ROOT}/fnr"),
            row=tuple(services),
        )
        sent = Sent(
            type=TYPE, version="1", message_id="", municipality=said[MUNICIPALITY], generated=at or raw.received
        )
        return Message(head=head(sent, persons, raw), root=root, issues=tuple(issues), original=raw.body)


def _only_who(of: _Table, row: list[str]) -> list[str]:
    """A row that names the person and nothing else."""
    return [cell if name.strip().casefold() in WHO else "" for name, cell in zip(of.header, row, strict=False)]


def _table(raw: Raw) -> _Table | Fault:
    charset = next(
        (p.partition("=")[2].strip(' "') for p in raw.headers.get("content-type", "").split(";")[1:] if "charset" in p),
        "",
    )
    try:
        text = raw.body.decode(charset if charset and charset.lower() not in ("utf-8", "utf8") else "utf-8-sig")
    except LookupError:
        return fault("charset", "Content-Type")
    except UnicodeDecodeError as error:
        return fault("not-text", charset=charset or "UTF-8", offset=error.start)
    lines = list(csv.reader(text.splitlines(), delimiter=";"))
    header = lines[0] if lines else []
    if len(header) < 2:
        return fault("delimiter", "1")
    columns = [name.strip().casefold() for name in header]
    missing = [name for name in MANDATORY if name not in columns and not (name in WHO and set(WHO) & set(columns))]
    if missing:
        return _report(columns, missing)
    rows = [row for row in lines[1:] if any(cell.strip() for cell in row)]
    return _Table(header=header, rows=rows) if rows else fault("empty", "1")


def _report(columns: list[str], missing: list[str]) -> Fault:
    """Which columns are missing, which are unknown, and which of these may be meant."""
    names = {name: slot.name for name, slot in COLUMNS.items()} | {"localid": "localId"}
    unknown = [name for name in columns if name not in COLUMNS and name not in WHO]
    near = [(name, get_close_matches(name, unknown, n=1)) for name in missing]
    told = "; ".join(f"mente du {names.get(name, name)} med {found[0]}?" for name, found in near if found)
    absent = ", ".join(names.get(name, name) for name in missing)
    return fault("columns", "1", missing=absent, unknown=", ".join(unknown) or "ingen", near=told)


def _column_issues(table: _Table) -> Iterator[Issue]:
    for name in table.header:
        if (folded := name.strip().casefold()) not in COLUMNS and folded not in (*WHO, MARK, ""):
            yield issue("unknown-column", "1", name=name.strip()[:40])


def _service(row: Row, place: int, line: str) -> ServiceRow | Fault:
    path = f"{ROOT}/row[{place}]"
    values: dict[str, Any] = {}
    for name, slot in COLUMNS.items():
        cell = row.get(name, "")
        if not cell:
            if slot.least:
                return fault("required", f"{line}/{slot.name}")
            continue
        read = _value(slot, cell)
        if read is None:
            return fault("date" if slot.type is DATE else "number", f"{line}/{slot.name}")
        values[slot.field] = Leaf(read, f"{path}/{slot.name}")
    strangers = [(n, v) for n, v in row.items() if n and v and n not in COLUMNS and n not in (*WHO, MARK)]
    values["unknown"] = tuple(
        made(Unknown, name=Leaf(n, f"{path}/other[{i}]/name"), value=Leaf(v, f"{path}/other[{i}]/value"))
        for i, (n, v) in enumerate(strangers, start=1)
    )
    return made(ServiceRow, **values)


def _value(slot: Slot, cell: str) -> str | None:
    """A date as FHIR writes it, a number with a point; None for what is neither."""
    if slot.type is DATE:
        return _date(cell)
    if slot.type is DECIMAL:
        number = cell.replace(",", ".")
        return number if number.replace(".", "", 1).isdecimal() else None
    return cell


def _date(cell: str) -> str | None:
    if calendar_date(cell) and len(cell) == len("2026-03-04"):
        return cell
    try:
        day, month, year = (int(part) for part in cell.split("."))
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _leaf(text: str, path: str) -> Leaf | None:
    return Leaf(text, path) if text else None
