"""A medication list as CSV with declared columns (dossier 4.2, M-C): one row a line, one list a patient.

An unknown column is kept with its line and reported; a missing mandatory one refuses the file with a column report; a
row that cannot be read is reported, and the list is then a delta: what it does not name may have stood in that row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from adapters.lists.cells import Cells
from adapters.lists.envelope import Envelope, document, envelope, fault_of, person_identifier, whose
from hub.contract import Document, Fault, Issue, Raw, Rejection
from mappings.documents.medication_list import (
    GivenDose,
    LineStatus,
    MedicationLine,
    MedicationList,
    Source,
)
from mappings.norwegian_time import instant

MANDATORY: Final = (
    "pasient_id", "liste_tid", "ordre_id", "status", "navn", "form", "styrke", "styrke_enhet", "bruk", "dose_tekst",
)  # fmt: skip
SLOTS: Final = ("morgen", "formiddag", "kveld", "natt")
OPTIONAL: Final = (
    "atc", "varenr", "fest_id", "generisk", "vei", *SLOTS, "dose_enhet", "maks_dogn", "start", "slutt", "indikasjon",
    "forskriver_hpr", "kommentar",
)  # fmt: skip
KEPT_BESIDE: Final = ("maks_dogn",)
STATUSES: Final[dict[str, LineStatus]] = {
    "aktiv": "active", "planlagt": "planned", "pause": "on-hold", "seponert": "stopped", "avsluttet": "completed",
}  # fmt: skip
USES: Final = {"fast": "1", "kur": "2", "behov": "3", "engang": ""}
TEXTS: Final = {
    "not-text": "Filen er verken UTF-8 eller Windows-1252.",
    "encoding": "Filen er lest som Windows-1252; send UTF-8.",
    "structure": "Filen er ikke en CSV-fil.",
    "empty": "Filen har ingen rader.",
    "delimiter": "Kolonnene skal skilles med semikolon.",
    "columns": "Mangler: {missing}. Ukjente: {unknown}. {near}",
    "unknown-column": "Ukjent kolonne {name}; verdien er beholdt på linjen.",
    "row": "Raden kan ikke leses ({why}). Listen er derfor ikke regnet som fullstendig.",
    "list-times": "Radene til en pasient har ulikt liste_tid.",
}
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbered:
    """A row and its line in the file."""

    place: int
    cells: Row
    is_cut: bool = False
    """With fewer cells than the header: the row, and perhaps the file, ends too early."""


class MeonaCsv:
    """Reads the export; several patients in one file are several lists."""

    name = "meona-csv"

    def accepts(self, raw: Raw) -> bool:
        """The header row names the patient column."""
        first = raw.body[:2000].partition(b"\n")[0].lower()
        return b"pasient_id" in first and b"liste_tid" in first

    def read(self, raw: Raw) -> tuple[Document, ...] | Rejection:
        """One document for each patient, or why the file is refused."""
        said = envelope(raw)
        if isinstance(said, Rejection):
            return said
        text, issues = _text(raw.body)
        if text is None:
            return _refused("not-text", "")
        try:
            rows = _rows(text)
        except csv.Error:
            return _refused("structure", "")
        if isinstance(rows, Rejection):
            return rows
        issues += _unknown_columns(rows)
        return _documents(rows, issues, said, raw)


def patients_apart(raw: Raw) -> Sequence[bytes]:
    """The file of each patient where there are several: the header, their rows, and every row that names nobody.

    The rows of others are empty lines, so that a row is told by the line in which it stood in the file that was sent.
    """
    text, _ = _text(raw.body)
    try:
        rows = _rows(text) if text else Rejection(faults=())
    except csv.Error:
        return ()
    if isinstance(rows, Rejection):
        return ()
    patients = dict.fromkeys(row.cells["pasient_id"].strip() for row in rows)
    patients.pop("", None)
    lines = raw.body.splitlines(keepends=True)
    return [b"".join(_lines_of(patient, rows, lines)) for patient in patients] if len(patients) > 1 else ()


def _lines_of(patient: str, rows: list[_Numbered], lines: list[bytes]) -> Iterator[bytes]:
    """Each line of the file, those of other patients as empty ones."""
    yield lines[0]
    place = 1
    for row in rows:
        own = row.cells["pasient_id"].strip() in (patient, "")
        yield from (line if own else b"\n" for line in lines[place : row.place])
        place = row.place


def _refused(code: str, path: str, **told: str) -> Rejection:
    return Rejection(faults=(Fault(code=code, text=TEXTS[code].format(**told), path=path),))


def _text(body: bytes) -> tuple[str | None, list[Issue]]:
    if b"\x00" in body:
        return None, []
    try:
        return body.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        return body.decode("cp1252"), [Issue(code="encoding", text=TEXTS["encoding"])]
    except UnicodeDecodeError:
        return None, []


def _rows(text: str) -> list[_Numbered] | Rejection:
    lines = text.splitlines()
    header = next(csv.reader(lines[:1], delimiter=";"), [])
    if len(header) < 2:
        return _refused("delimiter", "1")
    columns = [name.strip().lower() for name in header]
    missing = [name for name in MANDATORY if name not in columns]
    if missing:
        return _column_report(columns, missing)
    reader = csv.reader(lines, delimiter=";")
    next(reader)
    rows = [
        _Numbered(
            place=reader.line_num,
            cells=dict(zip(columns, [*cells, *[""] * len(columns)], strict=False)),
            is_cut=len(cells) < len(columns),
        )
        for cells in reader
        if any(cell.strip() for cell in cells)
    ]
    return rows or _refused("empty", "1")


def _column_report(columns: list[str], missing: list[str]) -> Rejection:
    unknown = [name for name in columns if name not in (*MANDATORY, *OPTIONAL)]
    near = [(name, get_close_matches(name, unknown, n=1)) for name in missing]
    said = "; ".join(f"mente du {name} med {found[0]}?" for name, found in near if found)
    return _refused("columns", "1", missing=", ".join(missing), unknown=", ".join(unknown) or "ingen", near=said)


def _unknown_columns(rows: list[_Numbered]) -> list[Issue]:
    names = [name for name in rows[0].cells if name not in (*MANDATORY, *OPTIONAL)]
    return [Issue(code="unknown-column", text=TEXTS["unknown-column"].format(name=n), path="1") for n in names]


def _documents(
    rows: list[_Numbered], issues: list[Issue], said: Envelope, raw: Raw
) -> tuple[Document, ...] | Rejection:
    by_patient: dict[str, list[_Numbered]] = {}
    unread = [row for row in rows if why_unreadable(row)]
    for row in rows:
        if row.cells["pasient_id"].strip():
            by_patient.setdefault(row.cells["pasient_id"].strip(), []).append(row)
    found: list[Document] = []
    for patient, own in by_patient.items():
        made = _document(patient, own, [*issues, *map(_row_issue, unread)], said, raw)
        if isinstance(made, Rejection):
            return made
        found.append(made)
    return tuple(found) or Rejection(faults=tuple(_row_fault(row) for row in unread))


def why_unreadable(row: _Numbered) -> str:
    """Which cells a row must have and has not; "" for a row that can be read."""
    if row.is_cut:
        return "raden slutter før den siste kolonnen"
    lacking = [name for name in ("pasient_id", "navn", "status") if not row.cells[name].strip()]
    return f"mangler {', '.join(lacking)}" if lacking else ""


def _row_issue(row: _Numbered) -> Issue:
    return Issue(code="row", text=TEXTS["row"].format(why=why_unreadable(row)), path=str(row.place))


def _row_fault(row: _Numbered) -> Fault:
    return Fault(code="row", text=TEXTS["row"].format(why=why_unreadable(row)), path=str(row.place))


def _document(
    patient: str, rows: list[_Numbered], issues: list[Issue], said: Envelope, raw: Raw
) -> Document | Rejection:
    times = {row.cells["liste_tid"].strip() for row in rows}
    time = said.time or (instant(next(iter(times))) if len(times) == 1 else None)
    if time is None:
        code = "list-times" if len(times) > 1 else "list-time"
        text = TEXTS[code] if code in TEXTS else fault_of(code, "").text
        return Rejection(faults=(Fault(code=code, text=text, path=f"{rows[0].place}/liste_tid"),))
    persons = whose(said, (person_identifier("", patient),), f"{rows[0].place}/pasient_id")
    if isinstance(persons, Fault):
        return Rejection(faults=(persons,))
    readable = [row for row in rows if not why_unreadable(row)]
    read = [_line(row) for row in readable]
    whole = not any(issue.code == "row" for issue in issues)
    source = Source(
        system=said.system or "MEONA",
        list_type=said.list_type or "hospital-inpatient",
        time=time,
        completeness=said.completeness or ("snapshot" if whole else "delta"),
        organisation=said.organisation,
    )
    listing = MedicationList(
        id=f"meona-csv-{time.isoformat()}",
        source=source,
        lines=tuple(line for line, _ in read),
        issues=(*issues, *(issue for _, found in read for issue in found)),
    )
    return document(listing, persons, raw, said)


def _line(row: _Numbered) -> tuple[MedicationLine, list[Issue]]:
    cells = _Cells(row)
    strengths = cells.strengths("styrke", "styrke_enhet")
    status = cells.status("status", STATUSES)
    end = cells.moment("slutt")
    line = MedicationLine(
        id=cells["ordre_id"] or str(row.place),
        path=str(row.place),
        name=cells["navn"],
        generic=cells["generisk"],
        status=status,
        atc=cells["atc"],
        varenr=cells["varenr"],
        fest_id=cells["fest_id"],
        form=cells["form"],
        strengths=strengths,
        route=cells["vei"],
        use=cells.use("bruk", USES),
        dose_text=cells["dose_tekst"],
        slots=tuple(cells[name].replace(",", ".") for name in SLOTS) if any(cells[name] for name in SLOTS) else (),
        given=cells.unit(),
        start=cells.moment("start"),
        end=None if status == "stopped" else end,
        stopped=end if status == "stopped" else None,
        reason=cells["kommentar"] if status == "stopped" else "",
        indication=cells["indikasjon"],
        prescriber_hpr=cells["forskriver_hpr"],
        notes=(cells["kommentar"],) if cells["kommentar"] else (),
        other=tuple(cells.beside()),
    )
    return line, cells.issues


class _Cells(Cells):
    """The cells of a row, and what could not be read in them."""

    def __init__(self, row: _Numbered) -> None:
        super().__init__(str(row.place))
        self._row = row

    def __getitem__(self, name: str) -> str:
        return self._row.cells.get(name, "").strip()

    def unit(self) -> GivenDose | None:
        """The unit of the slot columns."""
        amounts = [value for name in SLOTS if (value := self.number(name)) is not None]
        if not self["dose_enhet"] or not amounts:
            return None
        return GivenDose(low=max(amounts), high=max(amounts), unit=self["dose_enhet"])

    def beside(self) -> Iterator[tuple[str, str]]:
        known = {*MANDATORY, *OPTIONAL} - {*KEPT_BESIDE}
        yield from dict.fromkeys(self.unread)
        yield from ((name, self[name]) for name in self._names() if name not in known and self[name])

    def _names(self) -> Iterable[str]:
        return self._row.cells
