"""Whether the person behind a token may prescribe, as the issuer tells it from Helsepersonellregisteret (HPR).

HelseID's claim ``hpr_details`` has the person's approvals: profession (list 9060), authorisation, and the right to
prescribe (rekvisisjonsrett). An HPR number alone tells that somebody is a health professional: a nurse has one too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

DETAILS: Final = "helseid://claims/hpr/hpr_details"
HPR_DIGITS: Final = range(7, 10)
"""An HPR number has seven digits today; two more leave room."""


def may_prescribe(claims: Mapping[str, Any], hpr: str) -> bool:
    """An HPR number, and an approval in force that gives a right to prescribe. Whatever cannot be read gives none."""
    if not hpr.isdecimal() or len(hpr) not in HPR_DIGITS:
        return False
    return any(_gives_right(approval) for approval in _approvals(claims.get(DETAILS)))


def _approvals(said: Any) -> Iterator[Mapping[str, Any]]:
    """The approvals of a claim that is an object, or an object as text."""
    if isinstance(said, str):
        try:
            said = json.loads(said)
        except ValueError:
            return
    found = said.get("approvals") if isinstance(said, dict) else None
    yield from (one for one in found or () if isinstance(one, dict)) if isinstance(found, list) else ()


def _gives_right(approval: Mapping[str, Any]) -> bool:
    """Authorised or licensed in it, with a right to prescribe that is named."""
    authorised, rights = approval.get("authorization"), approval.get("requisition_rights")
    return _is_told(authorised) and isinstance(rights, list) and any(map(_is_told, rights))


def _is_told(coded: Any) -> bool:
    return isinstance(coded, dict) and bool(str(coded.get("value") or "").strip())
