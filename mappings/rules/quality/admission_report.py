"""Innleggelsesrapport: the five regional points, and the mandatory list of version 1.6 (HIS 1143)."""

from __future__ import annotations

import re
from itertools import chain
from typing import Final

from mappings.documents import Message
from mappings.documents.legemiddel import Legemiddelinfo
from mappings.documents.plo import Innleggelsesrapport
from mappings.documents.plo_nursing import OpplysningerRelevantOppfolging
from mappings.documents.plo_services import KartlagtFunksjon, OpplysningerOmHjelpemidler
from mappings.documents.shape import Leaf, below
from mappings.narrative import notes
from mappings.rules.quality import common
from mappings.rules.quality.scoring import Item, Quality, absent, flagged, headed, not_asked, place, text, there

REASON, SUMMARY, PRACTICAL = (9142, "AAI"), (9141, "8"), (9141, "14")
_PLAN: Final = re.compile(r"individuell(e)? plan|\bIP\b")


def admission_report(message: Message) -> Quality:
    """The content of INNLEGGELSESRAPPORT."""
    payload = message.payload
    assert isinstance(payload, Innleggelsesrapport)  # noqa: S101  the kind of a message is that of its payload
    return Quality(
        message_id=message.head.message_id,
        kind="innleggelsesrapport",
        items=(
            text("for-innleggelse", headed(message, REASON, SUMMARY), place(*REASON)),
            medication(payload.legemiddelinfo),
            function_in_words(message),
            aids(message, payload.opplysninger_om_hjelpemidler),
            _individual_plan(message),
        ),
        extended=(
            text("arsak", headed(message, REASON, (9142, "PROB")), place(*REASON)),
            common.diagnoses(message),
            common.critical(message),
            help_with_medication(message),
            given_today(message),
            common.nursing_summary(message),
            _mapped_function(payload),
            there("tjenester", next(iter(payload.eksisterende_tjeneste), None), "//EksisterendeTjeneste"),
            common.practical(message),
            common.field("bor-alene", payload.tilleggsopplysning_pasient, "bor_alene", "//BorAlene"),
            common.plans(message),
            common.unit_with_telephone(message),
            common.next_of_kin(message),
            common.minors(message),
        ),
    )


def medication(listed: tuple[Legemiddelinfo, ...]) -> Item:
    """At least one drug as structure; whether multidose is stated shows beside it."""
    item = there("legemiddelliste", next(iter(listed), None), "//Legemiddelinfo")
    stated = any(drug.forenklet_forskrivning.inngaar_i_multidose for drug in listed)
    return item if stated or not listed else flagged(item, "multidose-not-stated")


def function_in_words(message: Message) -> Item:
    """The nursing summary in words; IPLOS numbers alone are not what was agreed."""
    item = text("funksjon-med-ord", headed(message, SUMMARY, (9142, "HJ")), place(*SUMMARY))
    numbers = next(below(message.payload, KartlagtFunksjon), None)
    if item.word != "absent" or numbers is None:
        return item
    return flagged(Item(key=item.key, word="weak", xpath=there(item.key, numbers, "").xpath), "numbers-only")


def aids(message: Message, listed: OpplysningerOmHjelpemidler | None) -> Item:
    """A list of aids, or the practical information in words."""
    structured = there("hjelpemidler", listed, "//OpplysningerOmHjelpemidler")
    return structured if listed else text("hjelpemidler", headed(message, PRACTICAL), place(*PRACTICAL))


def help_with_medication(message: Message) -> Item:
    """Whether the patient needs help with medicines, yes or no."""
    told = next(below(message.payload, OpplysningerRelevantOppfolging), None)
    return common.field("legemiddelbistand", told, "hjelp_legemiddeladm", "//HjelpLegemiddeladm")


def given_today(message: Message) -> Item:
    """What was given before the transfer."""
    nursing = getattr(message.payload, "sykepleierdokumentasjon", None)
    where = "//LegemidlerAdministrertVedOverforing"
    return common.field("legemidler-gitt", nursing, "legemidler_administrert_ved_overforing", where)


def _mapped_function(payload: Innleggelsesrapport) -> Item:
    """Function as variables; a variable twice, or no day of assessment in the remark, is told."""
    mapped = payload.info_kartlegging_funksjonsniva
    if mapped is None:
        return absent("funksjonskartlegging", "//KartlagtFunksjon")
    item = there("funksjonskartlegging", mapped.kartlagt_funksjon[0], "//KartlagtFunksjon")
    variables = [f.funksjonsvariabel.v for f in mapped.kartlagt_funksjon if f.funksjonsvariabel]
    whole = mapped.samlet_vurdering_funksjonsniva
    repeated = ("variable-repeated",) if len(set(variables)) < len(variables) else ()
    undated = () if whole and whole.merknad and re.search(r"\d", whole.merknad) else ("assessment-undated",)
    return flagged(item, *repeated, *undated)


def _individual_plan(message: Message) -> Item:
    """Only asked for where the message itself tells of one."""
    written = (leaf for note in notes(message.payload) for leaf in (note.notat, note.merknad) if leaf)
    attached = (d.opplysning.dn for d in getattr(message.payload, "sendt_dokument", ()) if d.opplysning.dn)
    told: Leaf | None = next((leaf for leaf in chain(written, attached) if _PLAN.search(leaf)), None)
    where = "//Journaltekst/Notat | //SendtDokument/Opplysning"
    return there("individuell-plan", told, where) if told else not_asked("individuell-plan", where)
