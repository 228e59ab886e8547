"""What a person's system attests of why they look (tillitsrammeverket, attestation model v1.1, 2024-04-30).

The token carries it in ``authorization_details`` (RFC 9396 9.1). Kept for the access log are the purpose, the decision
that it rests on and when that was attested; never whom it is about, which the log knows by id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

TYPE: Final = "tillitsrammeverk"
RELATION: Final = ("care_relation", "care_relationship")
LONGEST: Final = 200
_ELEVEN: Final = re.compile(r"(?<!\d)\d{6}[ .-]?\d{5}(?!\d)")
_MILLISECONDS: Final = 10**11


def attested(claims: Mapping[str, Any]) -> str:
    """The attestation of a token as canonical JSON; "" where it has none, or none that can be read."""
    told = claims.get("authorization_details")
    for one in told if isinstance(told, list) else ():
        if isinstance(one, Mapping) and TYPE in str(one.get("type")):
            kept = {name: value for name, value in _kept(one).items() if value not in ("", None)}
            return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode() if kept else ""
    return ""


def _kept(told: Mapping[str, Any]) -> dict[str, Any]:
    relation: Mapping[str, Any] = next((told[name] for name in RELATION if isinstance(told.get(name), Mapping)), {})
    decision = relation.get("decision_ref")
    decision = decision if isinstance(decision, Mapping) else {}
    chosen = decision.get("user_selected")
    return {
        "purpose": _coded(relation.get("purpose_of_use"), "code"),
        "details": _coded(relation.get("purpose_of_use_details"), "code"),
        "details_system": _coded(relation.get("purpose_of_use_details"), "system"),
        "decision": _text(decision.get("id")),
        "description": _text(decision.get("description")),
        "chosen": chosen if isinstance(chosen, bool) else None,
        "toa": _seconds(told.get("toa")),
    }


def _coded(value: object, part: str) -> str:
    return _text(value.get(part)) if isinstance(value, Mapping) else ""


def _text(value: object) -> str:
    """A text as it came, cut short; one that could hold somebody's number is not kept."""
    text = value[:LONGEST] if isinstance(value, str) else ""
    return "" if _ELEVEN.search(text) else text


def _seconds(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return None
    return int(value / 1000 if value > _MILLISECONDS else value)
