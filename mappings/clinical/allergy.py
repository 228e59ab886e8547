"""Allergies (Allerginotat) and cave words (StikkordCave)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Protocol

from hub.contract import Resource
from mappings.clinical.chart import Chart, component_key
from mappings.clinical.codes import SNOMED, hl7
from mappings.clinical.flag import flag
from mappings.clinical.values import boolean, coded, compound, is_true, piece, remarks, said, value_of
from mappings.documents.cave import Allergi, Allerginotat, SakshodeCave
from mappings.documents.datatypes import CV
from mappings.documents.shape import Leaf
from mappings.resources import concept, derived, reference, without_empty

ACTIVE: Final = hl7("allergyintolerance-clinical", "active", "Active")
UNCONFIRMED: Final = hl7("allergyintolerance-verification", "unconfirmed", "Unconfirmed")
_CATEGORY: Final = (
    ("hensyn_ved_forskrivning", "medication"),
    ("hensyn_mat_drikke", "food"),
    ("kontaktallergi", "environment"),
    ("pollen_innsektstikk", "environment"),
)
_CRITICALITY: Final = {"1": "high", "2": "low"}


def allergy(chart: Chart, key: str, of: Allerginotat) -> Iterator[Resource]:
    """An allergy as it is reported: unconfirmed, since nobody has examined what it rests on."""
    what = of.allergi
    code, notes = _code(what)
    anaphylaxis = what.anafylaktiske_reaksjoner
    leaf = anaphylaxis.v if anaphylaxis else None
    yield chart.made(
        "AllergyIntolerance",
        component_key(of.komponent_id, key),
        extension=[*_flags(what), *coded("anafylaktiske-reaksjoner", anaphylaxis, 1103)],
        identifier=component_identifier(of),
        clinicalStatus=ACTIVE,
        verificationStatus=UNCONFIRMED,
        type="allergy",
        category=_categories(what),
        criticality=derived(_CRITICALITY[leaf], leaf) if leaf and leaf in _CRITICALITY else None,
        code=code,
        patient=reference(chart.making.patient),
        encounter=chart.encounter(),
        note=[*notes, *remarks(of.journaltekst)],
        reaction=[_anaphylaxis(leaf)] if leaf and value_of(anaphylaxis) == "1" else [],
    )


def component_identifier(of: Component) -> list[dict[str, Any]]:
    """A komponentID: unique only within its sender and series, so it is for people and never used to find."""
    value, more = said(of.komponent_id), said(of.referanse_viktig_tilleggsinfo)
    own = {"type": {"text": said(of.informasjonskategori)}, "system": COMPONENT, "value": value}
    other = {"type": {"text": MORE}, "system": COMPONENT, "value": more}
    return [without_empty(one) for one in (own, other) if one["value"]]


class Component(Protocol):
    """What every component of the EPJ content standard has."""

    @property
    def komponent_id(self) -> Leaf: ...
    @property
    def informasjonskategori(self) -> Leaf | None: ...
    @property
    def referanse_viktig_tilleggsinfo(self) -> Leaf | None: ...


MORE: Final = "Viktig tilleggsinformasjon"
COMPONENT: Final = "https://heimveg.dev/fhir/sid/epj-komponent"


def cave(chart: Chart, key: str, of: SakshodeCave) -> Iterator[Resource]:
    """Cave words are free text that may or may not name a substance, so they are shown as warnings."""
    for number, word in enumerate(of.stikkord_cave, start=1):
        place = f"{component_key(of.komponent_id, key)}#{number}"
        notes = remarks([word.journaltekst]) if word.journaltekst else []
        identifier = component_identifier(of)
        yield flag(chart, place, "cave", text=word.cave_stikkord, notes=notes, identifier=identifier)


def _code(what: Allergi) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    substances = [concept(_as_atc(what.virkestoff_legemiddel), 7180), concept(what.kode_annet_stoff)]
    name = said(what.allergisk_mot)
    others = [{"text": c["text"]} for c in substances if c.get("text") and c["text"] != name]
    codings = [coding for c in substances for coding in c.get("coding", ())]
    return without_empty({"coding": codings, "text": name}), others


def _as_atc(substance: CV | None) -> CV | None:
    """ATC codes are written with a space in some systems: ``C01A A`` is ``C01AA``."""
    if substance is None or not substance.v:
        return substance
    return CV(v=Leaf(substance.v.replace(" ", ""), substance.v.path), s=substance.s, dn=substance.dn, ot=substance.ot)


def _categories(what: Allergi) -> list[str]:
    found: dict[str, str] = {}
    for field, category in _CATEGORY:
        leaf = getattr(what, field)
        if is_true(leaf):
            found.setdefault(category, derived(category, leaf))
    return list(found.values())


def _flags(what: Allergi) -> list[dict[str, Any]]:
    """What the sender ticked, and what they ticked off: categories alone would not tell them apart."""
    return compound(
        "allergihensyn",
        *(
            piece(name, valueBoolean=boolean(leaf))
            for name, leaf in (
                ("forskrivning", what.hensyn_ved_forskrivning),
                ("matDrikke", what.hensyn_mat_drikke),
                ("kontakt", what.kontaktallergi),
                ("pollenInnsektstikk", what.pollen_innsektstikk),
            )
        ),
    )


def _anaphylaxis(leaf: Leaf) -> dict[str, Any]:
    coding = {"system": SNOMED, "code": derived("39579001", leaf), "display": "Anaphylaxis"}
    return {"manifestation": [{"coding": [coding], "text": "Anafylaktisk reaksjon"}]}
