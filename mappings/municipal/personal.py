"""What a yearly record says of the person's life (PERSONOPPL), as coded there: one Observation, raw codes in parts.

The schema does not say what most values mean, so only those that follow the plain pattern of yes and no have words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.codes import observed
from mappings.clinical.observation import SOCIAL
from mappings.clinical.values import span
from mappings.documents.kpr import DAY, MONTH, PERSONOPPL
from mappings.documents.shape import Leaf, Slot
from mappings.identifiers import H
from mappings.municipal.from_register import NUMBERS, record
from mappings.municipal.setting import Setting
from mappings.municipal.stated import Statement, compact_day
from mappings.resources import coding, derived, moment, reference
from mappings.series import Entry

LISTS: Final = f"{H}/sid/iplos"
APART: Final = ("pe_id", "po_id", "fra_dato", "til_dato")
YES_NO: Final = {"1": "Ja", "2": "Nei", "9": "Ikke relevant eller ukjent"}
PLAIN: Final = frozenset({"poHarKoordinator", "poLegeMiddGj", "poErnKartlagt", "poErnRisiko", "poErnPlan"})
"""Where 1, 2 and 9 follow the pattern of the format."""
NAMED: Final = {"poIndPlan": "individuell-plan", "poHarKoordinator": "koordinator"}
"""What is searched for by a code of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal(Statement):
    """One PERSONOPPL of a file."""

    told: PERSONOPPL
    municipality: str
    file: str


def personal(entry: Entry) -> Iterator[Personal]:
    """Every PERSONOPPL of a yearly record; the same period told again is the same."""
    if (found := record(entry)) is not None:
        person, municipality, file = found
        for one in person.personoppl:
            key = ("personal", municipality, str(one.fra_dato or one.po_id))
            yield Personal(entry=entry, part=one, key=key, told=one, municipality=municipality, file=file)


def made_of(of: Personal, setting: Setting, tellers: list[Personal]) -> Resource:
    """The Observation: coordinator and individual plan by our codes, the rest by its element."""
    told = of.told
    return setting.made(
        "Observation",
        of.key,
        tellers,
        identifier=[{"system": f"{NUMBERS}/{of.municipality}/{of.file}/personoppl/{told.pe_id}", "value": told.po_id}],
        status="final",
        category=[SOCIAL],
        code=observed("personopplysning"),
        subject=reference(setting.making.patient),
        effectivePeriod=span(compact_day(told.fra_dato), compact_day(told.til_dato)),
        issued=moment(of.entry.message.head.generated),
        performer=[setting.municipality(of)],
        component=[
            _component(slot, leaf)
            for slot in told.shape.slots
            if slot.field not in APART and (leaf := getattr(told, slot.field)) is not None
        ],
    )


def _component(slot: Slot, leaf: Leaf) -> dict[str, Any]:
    own = NAMED.get(slot.name)
    what = observed(own) if own else {"text": slot.name}
    if slot.type in (DAY, MONTH):
        return {"code": what, "valueDateTime": _when(leaf)}
    value = {"coding": [coding(f"{LISTS}/{slot.name}", leaf)], "text": _words(slot, leaf)}
    return {"code": what, "valueCodeableConcept": value}


def _when(leaf: Leaf) -> str | None:
    """A day, or a month as a month."""
    return compact_day(leaf) or (derived(f"{leaf[:4]}-{leaf[4:6]}", leaf) if leaf[:6].isdecimal() else None)


def _words(slot: Slot, leaf: Leaf) -> str | None:
    known = YES_NO.get(str(leaf)) if slot.name in PLAIN else None
    return derived(known, leaf) if known else None
