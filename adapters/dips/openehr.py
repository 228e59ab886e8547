"""An openEHR composition of a medication list as flat JSON (dossier 4.2, D-B), read by the path map of its template.

The payload names no patient: the envelope must. A path that the map does not name is kept with its line and reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from adapters.dips.templates import Templates, lines_of, names, ours, read, together
from adapters.lists.cells import Cells, issue
from adapters.lists.envelope import Envelope, document, envelope, fault_of, whose
from hub.contract import Document, Fault, Issue, Raw, Rejection
from mappings.documents.medication_list import (
    GivenDose,
    LineStatus,
    MedicationLine,
    MedicationList,
    Source,
)
from mappings.norwegian_time import instant

TEMPLATE: Final = "_template"
TIME: Final = "ctx/time"
CONTEXT: Final = frozenset({"ctx/language", "ctx/territory", "ctx/time", "ctx/composer_name", TEMPLATE})
STATUSES: Final[dict[str, LineStatus]] = {
    "aktiv": "active", "active": "active", "planlagt": "planned", "planned": "planned", "pause": "on-hold",
    "satt på vent": "on-hold", "suspended": "on-hold", "seponert": "stopped", "stoppet": "stopped",
    "avbrutt": "stopped", "aborted": "stopped", "avsluttet": "completed", "fullført": "completed",
    "completed": "completed",
}  # fmt: skip
USES: Final = {"fast": "1", "kur": "2", "behov": "3", "ved behov": "3", "vaksine": "4", "kosttilskudd": "5"}
SEVERAL: Final = frozenset({"indication", "note"})
ATC, FEST, VARENUMMER = ("atc",), ("fest",), ("varenummer", "varenr")
YES: Final = {"true": True, "ja": True, "false": False, "nei": False}
TEXTS: Final = {
    "json": "Innholdet er ikke gyldig JSON.",
    "not-flat": "Innholdet er ikke flat openEHR-JSON: et objekt med stier som navn.",
    "template-missing": "Malen er ikke oppgitt (_template).",
    "template-unknown": "Malen har ikke noe stikart. Kjente maler: {known}.",
    "no-name": "Linjen har ikke noe legemiddel.",
}
_PLACE: Final = re.compile(r":\d+")


class OpenEhrLists:
    """Reads compositions of the templates that it has a map for."""

    name = "dips-openehr"

    def __init__(self, templates: Templates | None = None) -> None:
        self.templates = templates if templates is not None else ours()

    def configure(self, *, openehr_templates: Path | None = None, **_: object) -> None:
        """The deployment's own path maps. Raises ``ValueError`` or ``OSError`` where they cannot be read."""
        if openehr_templates is not None:
            self.templates = together(read(openehr_templates.read_text(encoding="utf-8")), ours())

    def accepts(self, raw: Raw) -> bool:
        """JSON with the context of a flat composition."""
        return raw.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and b'"ctx/' in raw.body

    def read(self, raw: Raw) -> tuple[Document, ...] | Rejection:
        """One document, or what is wrong by its path."""
        said = envelope(raw)
        if isinstance(said, Rejection):
            return said
        found = _flat(raw.body)
        if isinstance(found, Fault):
            return Rejection(faults=(found,))
        template = str(found.get(TEMPLATE, ""))
        paths = self.templates.get(template)
        if paths is None:
            return Rejection(faults=(_no_template(template, self.templates),))
        return _document(found, paths, said, raw)


def _flat(body: bytes) -> dict[str, Any] | Fault:
    try:
        found = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        return _fault("json", f"line {error.lineno}")
    if not isinstance(found, dict):
        return _fault("not-flat", "")
    nested = next((path for path, value in found.items() if isinstance(value, dict | list)), None)
    return _fault("not-flat", nested) if nested is not None else found


def _fault(code: str, path: str, **told: str) -> Fault:
    return Fault(code=code, text=TEXTS[code].format(**told), path=path)


def _no_template(template: str, known: Templates) -> Fault:
    code = "template-unknown" if template else "template-missing"
    return _fault(code, TEMPLATE, **({"known": names(known)} if template else {}))


def _document(
    found: Mapping[str, Any], paths: Mapping[str, str], said: Envelope, raw: Raw
) -> tuple[Document, ...] | Rejection:
    persons = whose(said, (), "")
    time = said.time or instant(str(found.get(TIME, "")))
    faults = [persons] if isinstance(persons, Fault) else []
    faults += [] if said.list_type else [fault_of("list-type-missing", "")]
    faults += [] if time else [fault_of("list-time-missing", TIME)]
    lines, beside = _apart(found, lines_of(paths))
    read = [_Line(path, cells, paths).read() for path, cells in lines.items()]
    faults += [_fault("no-name", one.path) for one, _ in read if not one.name]
    if faults or isinstance(persons, Fault) or time is None or said.list_type is None:
        return Rejection(faults=tuple(faults))
    other = tuple((path, str(value)) for path, value in beside.items() if path not in CONTEXT)
    composer = str(found.get("ctx/composer_name", "")).strip()
    listing = MedicationList(
        id=f"openehr-{time.isoformat()}",
        source=Source(
            system=said.system or "DIPS",
            list_type=said.list_type,
            time=time,
            completeness=said.completeness or "snapshot",
            organisation=said.organisation,
        ),
        lines=tuple(line for line, _ in read),
        other=((("Ført av", composer),) if composer else ()) + other,
        issues=(*(issue("unknown-path", path) for path, _ in other), *(i for _, odd in read for i in odd)),
    )
    return (document(listing, persons, raw, said),)


def _apart(found: Mapping[str, Any], lines: str) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """The values of each line by their path below it, in the order of the lines; and those of no line."""
    own: dict[str, dict[str, Any]] = {}
    beside: dict[str, Any] = {}
    for path, value in found.items():
        steps = path.split("/")
        depth = lines.count("/") + 1
        line = "/".join(steps[:depth])
        if _PLACE.sub("", line) == lines and len(steps) > depth:
            own.setdefault(line, {})["/".join(steps[depth:])] = value
        elif value is not None and str(value).strip():
            beside[path] = value
    return own, beside


class _Line(Cells):
    """One line while it is read: its values by field, and what could not be used."""

    def __init__(self, path: str, cells: Mapping[str, Any], paths: Mapping[str, str]) -> None:
        super().__init__(path)
        self.cells, self.paths = cells, paths
        self._by_field: dict[str, list[tuple[str, str]]] = {}

    def read(self) -> tuple[MedicationLine, list[Issue]]:
        """The line, and what was odd."""
        other = list(self._sorted())
        kind, code = self["terminology"].casefold(), self["code"]
        status = self.status("status", STATUSES, "active")
        end = self.moment("end")
        return MedicationLine(
            id=self["id"] or self.path,
            path=self.path,
            name=self["name"],
            generic=self["generic"],
            status=status,
            atc=code if kind in ATC else "",
            fest_id=code.removeprefix("ID_").upper() if kind in FEST else "",
            varenr=code if kind in VARENUMMER else self["varenr"],
            form=self["form"],
            strengths=self.strengths("strength", "strength_unit"),
            route=self["route"],
            use=self.use("use", USES),
            dose_text=self["dose_text"],
            given=self.given(),
            start=self.moment("start"),
            end=None if status == "stopped" else end,
            stopped=end if status == "stopped" else None,
            reason=self["reason"],
            changed=self.moment("changed"),
            indication="; ".join(self.all("indication")),
            notes=tuple(self.all("note")),
            in_multidose=YES.get(self["multidose"].casefold()),
            other=(*self._uncoded(kind, code), *other, *self.unread),
        ), self.issues

    def _sorted(self) -> Iterator[tuple[str, str]]:
        """Each value to its field; what has none is kept by its path."""
        for path, value in self.cells.items():
            text = "" if value is None else str(value).strip()
            name = self.paths.get(_PLACE.sub("", path))
            if text and name is not None:
                self._by_field.setdefault(name, []).append((path, text))
            elif text:
                self.issues.append(issue("unknown-path", f"{self.path}/{path}"))
                yield path, text

    def _uncoded(self, kind: str, code: str) -> Iterator[tuple[str, str]]:
        """A code of a terminology that we cannot use is kept with its name; so is what stands twice."""
        if code and kind not in (*ATC, *FEST, *VARENUMMER):
            yield self["terminology"] or "kode", code
        for name in sorted(self._by_field.keys() - SEVERAL):
            yield from self._by_field[name][1:]

    def __getitem__(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every value of a field, in order."""
        return [text for _, text in self._by_field.get(name, ())]

    def place(self, name: str) -> str:
        """The path that the template has for a field."""
        return next((path for path, _ in self._by_field.get(name, ())), name)

    def given(self) -> GivenDose | None:
        """The amount of a dose; several amounts say nothing without their times, which the text has."""
        amounts = self.all("dose")
        value = self.number("dose") if len(amounts) == 1 else None
        return GivenDose(low=value, high=value, unit=self["dose_unit"]) if value is not None else None
