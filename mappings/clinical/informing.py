"""Information given to the patient or others, documents sent, and what the patient has reserved against."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.chart import Chart
from mappings.clinical.codes import HL7, LOINC, hl7
from mappings.clinical.people import Contained
from mappings.clinical.values import Literal, as_notes, boolean, coded, dated, day, described, is_true, merknad, said
from mappings.documents.plo_head import SendtDokument
from mappings.documents.plo_stay import InformasjonGitt, ReservasjonOnske
from mappings.resources import code, concept, derived, extension, reference

ORAL: Final = {"coding": [{"system": f"{HL7}/v3-ParticipationMode", "code": "VERBAL", "display": "verbal"}]}
CONSENT: Final = code(LOINC, "59284-0", "Consent Document")
TREATMENT: Final = hl7("consentscope", "treatment", "Treatment")


def information_given(chart: Chart, key: str, of: InformasjonGitt) -> Iterator[Resource]:
    """What somebody was told (9502), by whom and when."""
    people = Contained(chart)
    recipient, sender = people.person(of.informasjon_gitt_til), people.professional(of.informasjon_gitt_av)
    text = said(of.beskrivelse_informasjon)
    yield chart.made(
        "Communication",
        key,
        contained=people.resources,
        extension=_oral(of),
        status="completed",
        category=[hl7("communication-category", "notification", "Notification")],
        medium=[ORAL] if is_true(of.muntlig_informasjon) else [],
        topic=concept(of.type_informasjon, 9502),
        sent=day(of.informasjon_gitt_dato),
        recipient=[recipient],
        sender=sender,
        payload=[{"contentString": text}] if text else [],
        **chart.about(),
    )


def _oral(of: InformasjonGitt) -> list[dict[str, Any]]:
    said_so: Literal | None = boolean(of.muntlig_informasjon)
    return [extension("muntlig-informasjon", valueBoolean=said_so)] if said_so is not None else []


def document_sent(chart: Chart, key: str, of: SendtDokument) -> Iterator[Resource]:
    """Whether another document has been sent (8329), to whom (8330) and when."""
    people = Contained(chart)
    name = said(of.navn_mottaker)
    receiver = people.other("Organization", name=name) if name else None
    what, notes = described(of.opplysning, None, 8329)
    sent = is_true(of.ja_nei)
    yield chart.made(
        "Communication",
        key,
        contained=people.resources,
        extension=coded("type-mottaker", of.type_mottaker, 8330),
        status=derived("completed" if sent else "not-done", of.ja_nei),
        category=[hl7("communication-category", "notification", "Notification")],
        topic=what,
        sent=day(of.dato_sendt),
        recipient=[receiver],
        sender=chart.organisation(),
        note=[*notes, *as_notes(of.merknad)],
        **chart.about(),
    )


def reservation(chart: Chart, key: str, of: ReservasjonOnske) -> Iterator[Resource]:
    """What the patient does not want. Its words are the rule; withdrawn, it is kept as no longer in force."""
    people = Contained(chart)
    by, withdrawn_by = people.person(of.framsatt_av), people.person(of.trukket_tilbake_av)
    when = day(of.trukket_tilbake_dato)
    over = when is not None or withdrawn_by is not None
    yield chart.made(
        "Consent",
        key,
        contained=people.resources,
        extension=[
            *dated("trukket-tilbake", of.trukket_tilbake_dato),
            *([extension("trukket-tilbake-av", valueReference=withdrawn_by)] if withdrawn_by else []),
            *merknad(of.merknad),
        ],
        status=derived("inactive" if over else "active", when or ""),
        scope=TREATMENT,
        category=[CONSENT],
        patient=reference(chart.making.patient),
        dateTime=day(of.framsatt_dato),
        performer=[by],
        policyRule={"text": said(of.gjelder) or "Uten ord"},
        provision={"type": "deny"},
    )
