"""A synthetic helsefellesskap: two hospitals and six municipalities, with their services and general practitioners."""

from __future__ import annotations

from typing import Final

from adapters.kith.samples.parties import (
    Address,
    Parties,
    Professional,
    Service,
    Virksomhet,
    Ward,
    organisation_number,
)

HOSPITALS: Final = (("Storfjell sykehus HF", "Medisinsk sengepost 3"), ("Ytre kyst sykehus HF", "Ortopedisk sengepost"))
MUNICIPALITIES: Final = ("Fjellvik", "Nesøya", "Dalsbygd", "Langfjord", "Skogheim", "Vesterholm")
_FIRST: Final = 20
"""Numbers below are those of the single hospital and municipality of the other samples."""


def municipality_number(nth: int) -> str:
    """Four figures that no municipality has."""
    return str(9901 + nth)


def parties(hospital: int, municipality: int) -> Parties:
    """Who takes part in a stay at that hospital of somebody from that municipality."""
    (name, ward), place = HOSPITALS[hospital], MUNICIPALITIES[municipality]
    sykehus = _virksomhet(name, _FIRST + hospital)
    kommune = _virksomhet(f"{place} kommune", _FIRST + 10 + municipality)
    kontor = _virksomhet(f"{place} legesenter", _FIRST + 20 + municipality)
    doctor = Professional(
        given="Fiktiv",
        family=f"Fastlege {place}",
        hpr=f"9990001{municipality:02}",
        profession="LE",
        role="6",
        her_id=f"990{_FIRST + 20 + municipality:02}301",
    )
    return Parties(
        hospital=Address(virksomhet=sykehus, level2=_service("Somatikk", sykehus, 1)),
        sykepleietjeneste=Address(virksomhet=kommune, level2=_service("Sykepleietjeneste", kommune, 2)),
        saksbehandling=Address(virksomhet=kommune, level2=_service("Saksbehandling", kommune, 3)),
        fastlege=Address(virksomhet=kontor, level2=doctor),
        ward=Ward(name=ward, local_id=f"POST{hospital}", phone="tel:10000101"),
        responsible=Professional(given="Fiktiv", family="Sykepleier", hpr=f"9990002{hospital:02}"),
        home_care=Ward(name=f"Hjemmesykepleien {place}", local_id=f"HSPL{municipality}", phone="tel:10000102"),
        home_nurse=Professional(given="Tenkt", family="Hjemmesykepleier", hpr=f"9990003{municipality:02}"),
        practice=Ward(name=kontor.name, local_id=f"LEGE{municipality}", phone="tel:10000103"),
    )


def _virksomhet(name: str, number: int) -> Virksomhet:
    return Virksomhet(name=name, her_id=f"990{number:02}100", number=organisation_number(number))


def _service(name: str, of: Virksomhet, nth: int) -> Service:
    return Service(name=name, her_id=f"{of.her_id[:-1]}{nth}")
