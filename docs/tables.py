"""Write the generated tables of these pages anew: ``python docs/tables.py``; ``tests/docs`` fails when one has drifted.

A table stands between ``<!-- table: NAME -->`` and ``<!-- end -->``; everything else in a page is written by hand.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from adapters.kith import texts
from adapters.kith.kinds import KINDS, LOGISTICS, Kind
from hub import judge, transport
from hub.api.problems import BASE
from hub.api.texts import TEXTS
from mappings import entries, findings, series, tables
from mappings.checklist_plans import who_and_when
from mappings.documents.said import KINDS as SAID
from mappings.rules.checklists import shipped_templates
from mappings.rules.policies import NAMES, Policies

DOCS = Path(__file__).resolve().parent
BUILT = DOCS.parent / "profiles" / "built"
BLOCK = re.compile(r"(?P<begin><!-- table: (?P<name>[\w-]+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL)
OURS = (
    "discharge-process", "readiness", "verdict", "stay-state", "finding", "documented", "task-output", "assessment",
    "assessment-value", "message-event", "care-plan-category", "observation-kind", "flag-kind", "med-list-type",
    "med-list-flag", "document-section",
)  # fmt: skip

Row = Iterable[str]


def table(columns: Row, rows: Iterable[Row]) -> str:
    """A Markdown table; a bar in a cell would end the cell."""
    lines = [tuple(columns), tuple("---" for _ in columns), *map(tuple, rows)]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def code(*words: str) -> str:
    """Words as code, in one cell."""
    return ", ".join(f"`{word}`" for word in words)


def types() -> str:
    """Every message type, from the table of payloads: one row each, with the AppRec that answers each version."""
    found: dict[str, list[tuple[str, Kind]]] = {}
    for tag, kind in KINDS.items():
        for name in LOGISTICS.values() if tag.endswith("}Pasientlogistikk") else kind.types:
            found.setdefault(name, []).append((tag.rpartition("}")[2], kind))
    columns = ("Type (8279)", "Name", "Payload", "Version → AppRec", "Status")
    return table(columns, (_type(name, kinds) for name, kinds in sorted(found.items())))


def _type(name: str, kinds: list[tuple[str, Kind]]) -> Row:
    child = next((f"/{child}" for child, found in LOGISTICS.items() if found == name), "")
    payloads = sorted({payload + child for payload, _ in kinds})
    answers = {kind.version: "none" if name == "APPREC" else kind.apprec for _, kind in kinds}
    told = ", ".join(f"{version} → {answer}" for version, answer in sorted(answers.items()))
    has_status = payloads[0] not in ("AppRec", "Dialogmelding", "Cave")
    status = ", ".join(kinds[0][1].series) if has_status else "N"
    return code(name), tables.text(8279, name) or "", code(*payloads), told, status


def faults() -> str:
    """Every reason to refuse a message."""
    rows = [(code(at), tables.text(8221, at) or "", text) for at, text in texts.FAULTS.values()]
    own = judge.UNKNOWN_FORMAT
    rows.append((code(own.code), "ours: no installed adapter knows the format", own.text))
    return table(("Code (8221)", "Name", "Text"), sorted(rows))


def issues() -> str:
    """Everything odd that is taken and flagged, by where it is found."""
    found = [(key, "read", severity, text) for key, (severity, text) in texts.ISSUES.items()]
    found += [(key, "transport", "warning", text) for key, text in transport.TEXTS.items()]
    found += [(key, "course", "warning", text) for key, text in _of_course().items()]
    return table(("Code", "Stage", "Severity", "Text"), ((code(key), *rest) for key, *rest in found))


def _of_course() -> dict[str, str]:
    """What is odd about messages and entries together."""
    found = {key: text.advice for key, text in findings.TEXTS.items()}
    return {**series.TEXTS, **entries.TEXTS, **found}


def policies() -> str:
    """Every named choice with its default."""
    return table(("Policy", "Default"), (row.split("=") for row in Policies().shown(*NAMES)))


def kinds() -> str:
    """Every kind of entry with its values and what it says."""
    rows = ((code(kind), code(*SAID[kind].__slots__), _first_line(SAID[kind].__doc__)) for kind in sorted(SAID))
    return table(("Kind", "Values", "Says"), rows)


def _first_line(text: str | None) -> str:
    return (text or "").partition("\n")[0]


def problems() -> str:
    """Every problem document of the REST interface."""
    rows = sorted((str(text.status), code(name), text.title, text.advice) for name, text in TEXTS.items())
    return table(("Status", f"Type ({BASE}...)", "Title", "Advice"), rows)


def codes() -> str:
    """Our own code systems."""
    rows = []
    for name in OURS:
        for concept in _built(f"CodeSystem-{name}")["concept"]:
            rows.append((code(name), code(concept["code"]), concept["display"], concept.get("definition", "")))
    return table(("CodeSystem", "Code", "Display", "Definition"), rows)


def searches() -> str:
    """Our own search parameters, with the canary's example of each."""
    rows = []
    for path in sorted(BUILT.glob("SearchParameter-*.json")):
        found = json.loads(path.read_bytes())
        where = re.sub(r"extension\.where\(url='([^']+)'\)(\.value\.ofType\(\w+\))?", _short, found["expression"])
        rows.append((code(found["base"][0]), code(found["code"]), found["type"], code(where)))
    return table(("Resource", "Parameter", "Type", "What it searches"), rows)


def _short(match: re.Match[str]) -> str:
    return f"extension({match[1].rpartition('/')[2]})"


def extensions() -> str:
    """The extensions that we define."""
    rows = []
    for path in sorted(BUILT.glob("StructureDefinition-*.json")):
        found = json.loads(path.read_bytes())
        if found["type"] == "Extension":
            where = code(*(context["expression"] for context in found["context"]))
            rows.append((code(found["url"]), where, found.get("description", "")))
    return table(("Extension", "On", "What it says"), rows)


def _built(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((BUILT / f"{name}.json").read_bytes())
    return loaded


def checklists() -> str:
    """The points of the shipped checklists: whose each is, and when it should be done."""
    rows = [
        (code(template.name), template.title, code(point.item), point.text, who_and_when(point))
        for template in shipped_templates()
        for point in template.points
    ]
    return table(("Checklist", "Title", "Point", "Text", "Whose, and when"), rows)


MAKERS: dict[str, Callable[[], str]] = {
    "types": types,
    "faults": faults,
    "issues": issues,
    "problems": problems,
    "codes": codes,
    "searches": searches,
    "extensions": extensions,
    "policies": policies,
    "entries": kinds,
    "checklists": checklists,
}


def renewed(page: str) -> str:
    """The page with every table as it should be."""
    return BLOCK.sub(lambda found: found["begin"] + MAKERS[found["name"]]() + found["end"], page)


def main() -> int:
    """Write what has drifted."""
    for path in sorted(DOCS.glob("*.md")):
        before = path.read_text(encoding="utf-8")
        after = renewed(before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{path.name} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
