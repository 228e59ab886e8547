"""Who stands around a synthetic patient: next of kin, general practitioner, whoever informed whom."""

from __future__ import annotations

from typing import Any

from adapters.kith.samples.case import Case
from adapters.kith.samples.envelope import Version
from adapters.kith.samples.parties import Address, Professional
from adapters.kith.samples.payload import head
from hub.contract import Series
from mappings.documents import felleskomponent as fk1
from mappings.documents.datatypes import URL
from mappings.documents.plo_head import (
    KontaktpersonHelsepersonell,
    ParorendeForesatt,
    SendtDokument,
    TilleggsopplysningPasient,
)
from mappings.documents.plo_stay import (
    AssistertKommunikasjon,
    InfoAssistertKommunikasjon,
    InfoInformasjonGitt,
    InfoReservasjon,
    InformasjonGitt,
    ReservasjonOnske,
)
from mappings.documents.shape import Leaf, made
from mappings.enveloping import cs, cv

CHILD_BORN = "2012"


def full_head(case: Case, series: Series, version: Version, sender: Address) -> dict[str, Any]:
    """The common head with everything that a careful sender fills in."""
    return {
        **head(case.parties, series, sender),
        "tilleggsopplysning_pasient": made(
            TilleggsopplysningPasient, sivil_status=cs(8724, "6"), bor_alene=Leaf("true"), sprak=cs(3303, "NO")
        ),
        "parorende_foresatt": (_daughter(case), *([_grandchild(case)] if version == "1.6" else [])),
        "kontaktperson_helsepersonell": _contacts(case),
    }


def _daughter(case: Case) -> ParorendeForesatt:
    return made(
        ParorendeForesatt,
        slektskap=cs(9033, "DA"),
        omsorgsfunksjon=cs(9050, "6"),
        referanseperson=made(
            fk1.Person,
            family_name=Leaf(case.patient.family),
            given_name=Leaf("Oppdiktet"),
            sex=cs(3101, "2"),
            address=made(
                fk1.Address,
                type=cs(3401, "H"),
                street_adr=Leaf("Liksomstien 4"),
                postal_code=Leaf(case.patient.postal_code),
                city=Leaf(case.patient.city),
            ),
            tele_com=(phone("MC", "tel:10000105"), phone("WC", "mailto:parorende@example.org")),
        ),
        merknad=Leaf("Nærmeste pårørende. Ønsker å bli ringt før hjemreise."),
    )


def _grandchild(case: Case) -> ParorendeForesatt:
    """A child in the patient's care: one instance for each, with the year of birth (1.6 only)."""
    return made(
        ParorendeForesatt,
        slektskap=cs(9033, "BB"),
        fodselsar_mindrearig_parorende=Leaf(CHILD_BORN),
        referanseperson=made(fk1.Person, family_name=Leaf(case.patient.family), given_name=Leaf("Påfunnet")),
        merknad=Leaf("Er hos pasienten annenhver helg."),
    )


def _contacts(case: Case) -> tuple[KontaktpersonHelsepersonell, ...]:
    doctor = case.parties.fastlege.level2
    assert isinstance(doctor, Professional)  # noqa: S101  a general practitioner is addressed in person
    return (made(KontaktpersonHelsepersonell, kontaktperson=professional(doctor)),)


def professional(who: Professional) -> fk1.HealthcareProfessional:
    """A health professional as PLO payloads write one."""
    return made(
        fk1.HealthcareProfessional,
        type_healthcare_professional=cs(9060, who.profession),
        role_to_patient=cv(9034, who.role),
        family_name=Leaf(who.family),
        given_name=Leaf(who.given),
        ident=(fk1.Ident(id=Leaf(who.hpr), type_id=cv(8116, "HPR")),),
        tele_com=(phone("WP", "tel:10000106"),),
    )


def phone(kind: str, number: str) -> fk1.TeleCom:
    """A telephone number or address of list 9061."""
    return made(fk1.TeleCom, type_telecom=cs(9061, kind), tele_address=URL(v=Leaf(number)))


def informed(case: Case, text: str, nth_day: int) -> tuple[InfoInformasjonGitt, ...]:
    """What the patient and the daughter were told."""
    given = made(
        InformasjonGitt,
        type_informasjon=cv(9502, "A"),
        beskrivelse_informasjon=Leaf(text),
        muntlig_informasjon=Leaf("true"),
        informasjon_gitt_til=made(fk1.Person, family_name=Leaf(case.patient.family), given_name=Leaf("Oppdiktet")),
        informasjon_gitt_dato=case.day(nth_day),
        informasjon_gitt_av=professional(case.parties.responsible),
    )
    return (InfoInformasjonGitt(informasjon_gitt=(given,)),)


def hard_of_hearing() -> tuple[InfoAssistertKommunikasjon, ...]:
    """A need in communication."""
    need = made(AssistertKommunikasjon, horselsvikt=Leaf("true"), merknad=Leaf("Bruker høreapparat på høyre øre."))
    return (InfoAssistertKommunikasjon(assistert_kommunikasjon=need),)


def reserved(case: Case) -> tuple[InfoReservasjon, ...]:
    """A wish of the patient's about treatment."""
    patient = made(fk1.Person, family_name=Leaf(case.patient.family), given_name=Leaf(case.patient.given))
    wish = made(
        ReservasjonOnske,
        gjelder=Leaf("Ønsker ikke hjerte-lunge-redning ved hjertestans."),
        framsatt_av=patient,
        framsatt_dato=case.day(1),
        merknad=Leaf("Drøftet med pasient og datter."),
    )
    return (InfoReservasjon(reservasjon_onske=(wish,)),)


def application_sent(case: Case) -> tuple[SendtDokument, ...]:
    """The patient's own application for services (list 8329)."""
    sent = made(SendtDokument, opplysning=cv(8329, "1"), ja_nei=Leaf("true"), dato_sendt=case.day(2))
    return (sent,)
