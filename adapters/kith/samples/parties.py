"""Synthetic senders and receivers, addressed on two levels (HIS 1153-2): the virksomhet and a service or person in it.

Organisation numbers pass mod 11 and begin with 1: Enhetsregisteret gives out numbers that begin with 8 and 9, and its
test population has 2 and 3. HER-ids and HPR numbers have more figures than any given out; no telephone number is a
subscriber's that begins with 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

_WEIGHTS: Final = (3, 2, 7, 6, 5, 4, 3, 2)


@cache
def organisation_number(nth: int) -> str:
    """The ``nth`` organisation number of the series beginning with 1 whose control digit holds."""
    place, left, right = -1, _weighed(_WEIGHTS[:4]), _weighed(_WEIGHTS[4:])
    for first in range(10_000_000 + nth, 20_000_000):
        control = -(left[first // 10_000] + right[first % 10_000]) % 11
        place += control < 10
        if place == nth:
            return f"{first}{control}"
    raise ValueError("the series has no more numbers")


@cache
def _weighed(weights: tuple[int, ...]) -> list[int]:
    """The weighed sum of every group of four figures."""
    return [sum(int(f) * w for f, w in zip(f"{group:04}", weights, strict=True)) for group in range(10_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Virksomhet:
    """Level 1: the legal entity."""

    name: str
    her_id: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Level 2: a communication party inside a virksomhet."""

    name: str
    her_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Professional:
    """A health professional; with a HER-id they are a communication party themselves."""

    given: str
    family: str
    hpr: str
    profession: str = "SP"
    role: str = "9"
    her_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """Where the patient lies: in the payload, not in the address (HITS 1174)."""

    name: str
    local_id: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a message comes from or goes to."""

    virksomhet: Virksomhet
    level2: Service | Professional


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who takes part in one stay. ``copies`` get every message as copy receivers."""

    hospital: Address
    sykepleietjeneste: Address
    saksbehandling: Address
    fastlege: Address
    ward: Ward
    responsible: Professional
    home_care: Ward = Ward(name="Hjemmesykepleien sone nord", local_id="SONENORD", phone="tel:10000102")
    home_nurse: Professional = Professional(given="Tenkt", family="Hjemmesykepleier", hpr="999000002")
    practice: Ward = Ward(name="Fjellvik legesenter", local_id="LEGESENTER", phone="tel:10000103")
    copies: tuple[Address, ...] = ()

    def contact(self, sender: Address) -> tuple[Ward, Professional]:
        """The unit and the person to ask about a message from that sender."""
        doctor = self.fastlege.level2
        if sender == self.fastlege and isinstance(doctor, Professional):
            return self.practice, doctor
        municipal = sender.virksomhet == self.saksbehandling.virksomhet
        return (self.home_care, self.home_nurse) if municipal else (self.ward, self.responsible)


_HOSPITAL = Virksomhet(name="Fjellvik sykehus HF", her_id="99000100", number=organisation_number(0))
_MUNICIPALITY = Virksomhet(name="Fjellvik kommune", her_id="99000200", number=organisation_number(1))
_GP_OFFICE = Virksomhet(name="Fjellvik legesenter", her_id="99000300", number=organisation_number(2))

PARTIES: Final = Parties(
    hospital=Address(virksomhet=_HOSPITAL, level2=Service(name="Indremedisin", her_id="99000101")),
    sykepleietjeneste=Address(virksomhet=_MUNICIPALITY, level2=Service(name="Sykepleietjeneste", her_id="99000202")),
    saksbehandling=Address(virksomhet=_MUNICIPALITY, level2=Service(name="Saksbehandling", her_id="99000201")),
    fastlege=Address(
        virksomhet=_GP_OFFICE,
        level2=Professional(
            given="Fiktiv", family="Fastlege", hpr="999000003", profession="LE", role="6", her_id="99000301"
        ),
    ),
    ward=Ward(name="Medisinsk sengepost 2", local_id="MEDPØ2", phone="tel:10000101"),
    responsible=Professional(given="Fiktiv", family="Sykepleier", hpr="999000001"),
)
"""One hospital, one municipality with two services, one general practice."""
