"""Synthetic KITH messages for demonstrations and tests: persons, organisations and numbers that do not exist."""

from __future__ import annotations

from adapters.kith.samples.attachments import jpeg, pdf, png, xml
from adapters.kith.samples.case import Case
from adapters.kith.samples.demo import demo_case
from adapters.kith.samples.dialogs import apprec, avvik, foresporsel, helsefaglig, notat, status_henvisning, svar
from adapters.kith.samples.envelope import Attachment
from adapters.kith.samples.epikrise import Elsewhere, epikrise
from adapters.kith.samples.extract import epj_ekstrakt
from adapters.kith.samples.messages import avmelding, dod, helseopplysninger, innlagt, utskrevet, utskrivningsklar
from adapters.kith.samples.parties import PARTIES, Address, Parties, Professional, Service, Virksomhet, Ward
from adapters.kith.samples.people import Person, person, synthetic_number
from adapters.kith.samples.reports import (
    fravarsmelding,
    helseopplysninger_til_lege,
    innleggelsesrapport,
    medisinske_opplysninger,
    orientering_om_tjenestetilbud,
    utskrivningsrapport,
)
from adapters.kith.samples.story import HJERTESVIKT, HOFTEBRUDD, KOLS, STORIES, Story
from adapters.kith.samples.synth import courses

__all__ = [
    "HJERTESVIKT",
    "HOFTEBRUDD",
    "KOLS",
    "PARTIES",
    "STORIES",
    "Address",
    "Attachment",
    "Case",
    "Elsewhere",
    "Parties",
    "Person",
    "Professional",
    "Service",
    "Story",
    "Virksomhet",
    "Ward",
    "apprec",
    "avmelding",
    "avvik",
    "courses",
    "demo_case",
    "dod",
    "epikrise",
    "epj_ekstrakt",
    "foresporsel",
    "fravarsmelding",
    "helsefaglig",
    "helseopplysninger",
    "helseopplysninger_til_lege",
    "innlagt",
    "innleggelsesrapport",
    "jpeg",
    "medisinske_opplysninger",
    "notat",
    "orientering_om_tjenestetilbud",
    "pdf",
    "person",
    "png",
    "status_henvisning",
    "svar",
    "synthetic_number",
    "utskrevet",
    "utskrivningsklar",
    "utskrivningsrapport",
    "xml",
]
