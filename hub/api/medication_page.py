"""A patient's medication lists as a page to print: by treatment, in each list's own words, with what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

Json = Mapping[str, Any]
SAFE: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
UNSAID: Final = "ikke oppgitt"
SEVERITIES: Final = {"high": "Høy", "medium": "Middels", "low": "Lav", "info": "Til opplysning"}
STYLE: Final = (
    "body{font:11pt sans-serif;margin:1.5cm}table{border-collapse:collapse;width:100%;margin:1em 0}"
    "th,td{border:1px solid #777;padding:.3em;text-align:left;vertical-align:top}thead{display:table-header-group}"
    "tr{break-inside:avoid}.high{font-weight:bold}small{color:#444}"
)


def page(told: Json) -> str:
    """The comparison as HTML without scripts; everything that somebody wrote is escaped."""
    parts = [
        _multidose(told["multidose"]),
        _allergies(told["allergies"]),
        _lists(told["lists"]),
        _treatments(told),
        _findings(told),
        _signed(told["signed"]),
        f"<p><small>{escape(told['terminology']['text'])}</small></p>",
    ]
    head = f'<head><meta charset="utf-8"><title>Legemiddellister</title><style>{STYLE}</style></head>'
    title = f"<h1>Legemiddellister per {_time(told['at'])}</h1>"
    return f'<!doctype html><html lang="nb">{head}<body>{title}{"".join(parts)}</body></html>'


def _multidose(bags: Iterable[Json]) -> str:
    """First of all: what lies in bags cannot be changed by whoever reads this, and not before the next roll."""
    rows = [
        (one["name"], one["doctor"] or UNSAID, one["pharmacy"] or UNSAID, _roll(one), _day(one["order_deadline"]))
        for one in bags
    ]
    heads = ("Multidose ifølge", "Multidoselege", "Apotek", "Rull i huset", "Frist for endring")
    return _table(heads, (map(escape, row) for row in rows)) if rows else ""


def _roll(one: Json) -> str:
    return f"{one['roll_from'] or '?'} til {one['roll_to']}" if one["roll_to"] else UNSAID


def _day(text: str | None) -> str:
    return text[:16].replace("T", " ") if text else UNSAID


def _allergies(known: Iterable[Json]) -> str:
    words = dict.fromkeys(f"{one['text']}{' (' + one['atc'] + ')' if one['atc'] else ''}" for one in known)
    return f"<p><strong>Allergier:</strong> {escape(', '.join(words))}</p>" if words else ""


def _lists(lists: Iterable[Json]) -> str:
    rows = [
        (one["name"], _time(one["time"]), "hele listen" if one["complete"] else "bare endringer", str(one["lines"]))
        for one in lists
    ]
    return _table(("Liste", "Tidspunkt", "Omfang", "Linjer"), (map(escape, row) for row in rows))


def _treatments(told: Json) -> str:
    lists = list(told["lists"])
    heads = ("Behandling", *(one["name"] for one in lists))
    rows = [
        (escape(group["name"]), *(_cell(line for line in group["lines"] if line["list"] == one["id"]) for one in lists))
        for group in told["treatments"]
    ]
    return _table(heads, rows)


def _cell(lines: Iterable[Json]) -> str:
    """A list's own words; nothing where it says nothing."""
    return "<br>".join(_line(line) for line in lines) or "&ndash;"


def _line(line: Json) -> str:
    state = "" if line["state"] == "active" else f" ({escape(line['state_text'])})"
    until = f" til {line['packed_to']}" if line["packed_to"] else ""
    bags = f" [multidose{escape(until)}]" if line["multidose"] else ""
    notes = "".join(f"<br><small>{escape(note)}</small>" for note in line["notes"])
    return f"{escape(line['name'])}: {escape(line['dose'] or 'ingen dosering')}{state}{bags}{notes}"


def _findings(told: Json) -> str:
    rows = [
        (f'<span class="{one["severity"]}">{SEVERITIES[one["severity"]]}</span>', escape(one["display"]),
         escape(one["text"]), _decisions(one["discrepancy"], told["decisions"]))
        for one in told["findings"]
    ]  # fmt: skip
    return _table(("Alvorlighet", "Avvik", "Hva", "Avgjort"), rows)


def _decisions(discrepancy: str, decisions: Iterable[Json]) -> str:
    own = [one for one in decisions if one["discrepancy"] == discrepancy]
    return "<br>".join(f"{escape(one['decision'])} <small>{_by(one)}</small>" for one in own)


def _signed(signed: Iterable[Json]) -> str:
    return "".join(f"<p>Signert: {_by(one)}</p>" for one in signed)


def _by(one: Json) -> str:
    return escape(f"{one['by']}, {one['organisation']}, {_time(one['at'])}")


def _time(text: str) -> str:
    return escape(text[:16].replace("T", " "))


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    top = "".join(f"<th>{escape(head)}</th>" for head in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
