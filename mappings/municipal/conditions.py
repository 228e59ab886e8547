"""Diagnoses that a municipality has registered, as Condition: as it codes them, from when, until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.codes import hl7
from mappings.clinical.values import said
from mappings.municipal.setting import Setting, numbers
from mappings.municipal.stated import ConditionStatement, by_key, newest
from mappings.resources import coding, derived, moment, reference

SYSTEMS: Final = {
    "ICPC-2": "urn:oid:2.16.578.1.12.4.1.1.7170",
    "ICD-10": "urn:oid:2.16.578.1.12.4.1.1.7110",
}
LIST: Final = "problem-list-item", "Problem List Item"


def conditions(
    statements: Iterable[ConditionStatement], setting: Setting, over: frozenset[str]
) -> Iterator[tuple[Resource, list[ConditionStatement]]]:
    """Each diagnosis with what tells of it. ``over`` are message ids after which a municipality has none."""
    for _, same in sorted(by_key(statements).items()):
        yield _condition(same, setting, is_over=same[-1].entry.message.head.message_id in over), same


def _condition(same: Sequence[ConditionStatement], setting: Setting, *, is_over: bool) -> Resource:
    of, to = same[-1], newest(same, "to")
    status = derived("inactive", to) if to else "inactive" if is_over else "active"
    return setting.made(
        "Condition",
        of.key,
        same,
        identifier=numbers(number for one in same for number in one.number_of),
        clinicalStatus=hl7("condition-clinical", status, "Inactive" if status == "inactive" else "Active"),
        category=[hl7("condition-category", *LIST)],
        code=_code(same),
        subject=reference(setting.making.patient),
        onsetDateTime=newest(same, "since"),
        abatementDateTime=to,
        recordedDate=moment(of.entry.message.head.generated),
        recorder=None,
        asserter=None,
    )


def _code(same: Sequence[ConditionStatement]) -> dict[str, Any]:
    value, text, system = newest(same, "code"), said(newest(same, "text")), newest(same, "system")
    if not value:
        return {"text": text or "Uten navn"}
    known = SYSTEMS.get(str(system).strip())
    made = coding(derived(known, system), value) if known and system else {"code": value, "display": system}
    return {"coding": [made], "text": text}
