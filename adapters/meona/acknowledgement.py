"""The acknowledgement of an HL7 v2.5 message: ACK with MSA and an ERR for each fault (HL7 v2.5, chapters 2.9 and 2.15).

Original mode (MSH-15 and MSH-16 both empty) is always answered, by AA, AE or AR. In enhanced mode MSH-16 asks for the
same; where it does not, MSH-15 asks whether the message was taken over: CA, CE or CR.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from adapters.meona.hl7_orders import Segment, segments_of
from hub.contract import Document, Fault, Raw, Rejection
from mappings.norwegian_time import OSLO

REJECTING: Final = frozenset({"separators", "not-utf8", "type", "time"})
"""What is wrong with the message as a message: rejected (AR, CR), not an error in what it says (AE, CE)."""
CONDITIONS: Final = {"": False, "AL": True, "NE": False, "ER": None, "SU": None}
CODES: Final = {  # table 0357
    "type": ("200", "Unsupported message type"),
    "no-order": ("100", "Segment sequence error"),
    "no-drug": ("101", "Required field missing"),
    "patient-missing": ("101", "Required field missing"),
    "order-control": ("103", "Table value not found"),
    "time": ("102", "Data type error"),
}
ESCAPED: Final = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"}
OTHERWISE: Final = ("207", "Application internal error")


def acknowledgement(raw: Raw, outcome: Document | Rejection, *, id: str, at: datetime) -> bytes | None:
    """The ACK as bytes, segments ended by CR; None where the sender wants none, or cannot be read."""
    segments = segments_of(raw.body)
    if isinstance(segments, Fault):
        return None
    head, faults = segments[0], outcome.faults if isinstance(outcome, Rejection) else ()
    code = _code(head, faults)
    if code is None:
        return None
    lines = [_header(head, id, at), f"MSA|{code}|{_said(head.field(10))}", *map(_error, faults)]
    return ("\r".join(lines) + "\r").encode()


def _code(head: Segment, faults: tuple[Fault, ...]) -> str | None:
    accept, application = head.field(15).upper(), head.field(16).upper()
    is_enhanced = bool(accept or application)
    if not is_enhanced or _wants(application, faults):
        return "A" + _verdict(faults)
    return "C" + _verdict(faults) if _wants(accept, faults) else None


def _verdict(faults: tuple[Fault, ...]) -> str:
    if not faults:
        return "A"
    return "R" if any(fault.code in REJECTING for fault in faults) else "E"


def _wants(condition: str, faults: tuple[Fault, ...]) -> bool:
    """Table 0155: always, never, on error, on success; an unknown word asks for an answer rather than for none."""
    said = CONDITIONS.get(condition, True)
    return said if said is not None else bool(faults) == (condition == "ER")


def _header(head: Segment, id: str, at: datetime) -> str:
    """The message's own addresses, the other way round; MSH-10 is the receipt's id, at most 20 signs of it."""
    addresses = [_said(head.field(n)) for n in (5, 6, 3, 4)]
    made = at.astimezone(OSLO).strftime("%Y%m%d%H%M%S%z")
    kind, mode = f"ACK^{_said(head.field(9, 2) or 'O11')}^ACK", _said(head.field(11)) or "P"
    fields = [
        *addresses,
        made,
        "",
        kind,
        id.replace("-", "")[:20],
        mode,
        "2.5",
        "",
        "",
        "NE",
        "NE",
        "",
        "UNICODE UTF-8",
    ]
    return "|".join(["MSH", "^~\\&", *fields])


def _error(fault: Fault) -> str:
    code, text = CODES.get(fault.code, OTHERWISE)
    return f"ERR||{_location(fault.path)}|{code}^{text}^HL70357|E||||{_said(fault.text)}"


def _location(path: str) -> str:
    """Segment, its number and field (ERR-2) of a path such as ``ORC[2]/RXE-2``; a header of the envelope has none."""
    return "^".join(map(_said, _steps(path))) if path[:3].isupper() else ""


def _steps(path: str) -> Iterator[str]:
    group, _, last = path.rpartition("/")
    name, _, field = (last or path).partition("-")
    segment, _, number = name.partition("[")
    yield segment
    yield (number or group.partition("[")[2]).rstrip("]") or "1"
    if field:
        yield field


def _said(text: str) -> str:
    """A value with our separators escaped and without control signs."""
    return "".join(ESCAPED.get(sign, sign if sign.isprintable() else " ") for sign in text)
