"""Aids, dressings and help with medicines: what the patient has, needs and has agreed with the service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.chart import Chart, numbered
from mappings.clinical.codes import observed
from mappings.clinical.measures import measure
from mappings.clinical.observation import component, observation
from mappings.clinical.values import as_notes, boolean, described, said, whole
from mappings.documents.plo_nursing import AvtaleOmAdmLegemidler, OpplysningerRelevantOppfolging
from mappings.documents.plo_services import FasteHjelpemidler, StatusHjelpemiddel
from mappings.documents.shape import Leaf
from mappings.resources import concept

ORDER: Final = "order"


def worn(chart: Chart, key: str, of: FasteHjelpemidler) -> Iterator[Resource]:
    """Aids that the patient always has: glasses, hearing aid, pacemaker."""
    yield observation(
        chart,
        key,
        "faste-hjelpemidler",
        component=[
            component("briller", valueCodeableConcept=concept(of.briller, 9113)),
            component("hjelpemiddel-horsel", valueCodeableConcept=concept(of.hjelpemiddel_horsel, 9114)),
            component("pacemaker", valueBoolean=boolean(of.pacemaker)),
        ],
        note=as_notes(of.merknad),
    )


def aid(chart: Chart, key: str, of: StatusHjelpemiddel) -> Iterator[Resource]:
    """An aid and whether it is proposed, ordered or in use (8230)."""
    what = of.hjelpemiddelbeskrivelse
    name, notes = described(what.hjelpemiddelkode_rtv, what.betegnelse_hjelpemiddel, 8151)
    yield observation(
        chart,
        key,
        "hjelpemiddel",
        valueCodeableConcept=name,
        component=[
            component("hjelpemiddel-status", valueCodeableConcept=concept(of.status, 8230)),
            component("hjelpemiddel-sekvensnummer", valueInteger=whole(what.sekvensnummer)),
        ],
        note=notes,
    )


def follow_up(chart: Chart, key: str, of: OpplysningerRelevantOppfolging) -> Iterator[Resource]:
    """What the nurse says that the next service must be ready for; no is as good an answer as yes."""
    needs: tuple[tuple[str, Leaf | None, Leaf | None], ...] = (
        ("bandasjemateriell", of.bandasjemateriell_engangsutstyr, of.merknad_til_bandasjemateriell),
        ("hjelp-legemiddeladministrering", of.hjelp_legemiddeladm, of.merknad_til_legemiddeladministrering),
    )
    for kind, leaf, remark in needs:
        if leaf is not None or said(remark):
            yield observation(chart, key, kind, valueBoolean=boolean(leaf), note=as_notes(remark))
    if change := said(of.endring_funksjonsnivaa):
        yield observation(chart, key, "endring-funksjonsniva", valueString=change)


def agreement(chart: Chart, key: str, of: AvtaleOmAdmLegemidler) -> Iterator[Resource]:
    """What is agreed on giving medicines, and the measures that follow; multidose is said for the whole patient."""
    told = of.adm_instrukser
    parts: list[dict[str, Any] | None] = [
        component("avtale-multidose", valueBoolean=boolean(of.avtale_adm_multidose)),
        component("utleveringsform", valueCodeableConcept=concept(told.utleveringsform, 9135) if told else None),
    ]
    special = [concept(one, 9136) for one in told.sarskilte_tiltak] if told else []
    yield observation(
        chart,
        key,
        "avtale-legemiddeladministrering",
        valueBoolean=boolean(of.avtale_adm_legemidler),
        component=[
            *parts,
            *({"code": observed("sarskilt-tiltak"), "valueCodeableConcept": one} for one in special if one),
        ],
        note=as_notes(of.merknad),
    )
    for place, one in numbered("Tiltaksbeskrivelse", of.tiltaksbeskrivelse):
        yield measure(chart, f"{key}/{place}", one, ORDER)
