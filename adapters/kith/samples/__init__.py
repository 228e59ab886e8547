"""Synthetic KITH messages for demonstrations and tests: persons, organisations and numbers that do not exist."""

from __future__ import annotations

from adapters.kith.samples.case import Case
from adapters.kith.samples.demo import demo_case
from adapters.kith.samples.dialogs import apprec, avvik, foresporsel, notat, svar
from adapters.kith.samples.messages import avmelding, dod, helseopplysninger, innlagt, utskrevet, utskrivningsklar
from adapters.kith.samples.parties import PARTIES, Address, Parties, Professional, Service, Virksomhet, Ward
from adapters.kith.samples.people import Person, person, synthetic_number

__all__ = [
    "PARTIES",
    "Address",
    "Case",
    "Parties",
    "Person",
    "Professional",
    "Service",
    "Virksomhet",
    "Ward",
    "apprec",
    "avmelding",
    "avvik",
    "demo_case",
    "dod",
    "foresporsel",
    "helseopplysninger",
    "innlagt",
    "notat",
    "person",
    "svar",
    "synthetic_number",
    "utskrevet",
    "utskrivningsklar",
]
