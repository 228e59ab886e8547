"""The medical side of a synthetic story in PLO and EPJ payloads: diagnoses, allergies, notes, medication."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.kith.samples.around import professional
from adapters.kith.samples.case import Case
from adapters.kith.samples.parties import Professional
from adapters.kith.samples.payload import notes
from adapters.kith.samples.story import Allergy, Drug
from mappings.documents import cave as epj1
from mappings.documents import journalnotat as epj2
from mappings.documents import legemiddel as epj3
from mappings.documents.datatypes import CS, CV, PQ, TS
from mappings.documents.plo_medical import (
    InfoMedisinskDiagnose,
    InfoTidligereSykdommer,
    MedisinskDiagnose,
    MedisinskfagligeOpplysninger,
    RegistrertBlodtype,
    TidligereSykdomFragment,
)
from mappings.documents.shape import Leaf, made
from mappings.enveloping import cs

ICD10, ICPC2, ATC = "7110", "7170", "7180"
DOCUMENT = "2.16.578.1.12.4.1.6.13"

Text = tuple[int, str, str]
"""A headed text: list, code, words."""


def code(number: str, value: str, text: str) -> CV:
    """A code of a list that we do not hold, with its text."""
    return made(CV, v=Leaf(value), s=Leaf(f"2.16.578.1.12.4.1.1.{number}"), dn=Leaf(text))


def diagnoses(case: Case) -> InfoMedisinskDiagnose:
    """The diagnoses of the stay by ICD-10, the main one first."""
    return InfoMedisinskDiagnose(
        medisinsk_diagnose=tuple(
            made(
                MedisinskDiagnose,
                hoveddiagnose=Leaf("false" if place else "true"),
                diagnosekode=code(ICD10, value, text),
                diagnose_beskrivelse=Leaf(text),
            )
            for place, (value, text) in enumerate(case.story.diagnoses)
        )
    )


def icpc_diagnosis(case: Case) -> InfoMedisinskDiagnose:
    """The diagnosis as general practice and municipality code it (ICPC-2)."""
    value, text = case.story.icpc
    known = made(MedisinskDiagnose, hoveddiagnose=Leaf("true"), diagnosekode=code(ICPC2, value, text))
    return InfoMedisinskDiagnose(medisinsk_diagnose=(known,))


def medical(case: Case, name: str, texts: Iterable[Text], *, history: bool = False) -> MedisinskfagligeOpplysninger:
    """Allergies and headed notes; with ``history`` the earlier diseases and the blood group."""
    return made(
        MedisinskfagligeOpplysninger,
        registrert_blodtype=made(RegistrertBlodtype, blodtype=cs(9160, "A"), rhesusgruppe=cs(9161, "RH+"))
        if history
        else None,
        info_tidligere_sykdommer=tuple(_earlier(case)) if history else (),
        cave=cave(case),
        generelt_journalnotat=(notes(case, name, *texts), *_infection(case)),
    )


def _earlier(case: Case) -> Iterable[InfoTidligereSykdommer]:
    for value, text in case.story.earlier:
        disease = TidligereSykdomFragment(
            funksjonshemming_kronisk_sykdom=Leaf("true"),
            tidligere_sykdom=Leaf(text),
            diagnosekode=code(ICD10, value, text),
        )
        yield made(InfoTidligereSykdommer, tidligere_sykdom_fragment=disease)


def _infection(case: Case) -> Iterable[epj2.GenereltJournalnotat]:
    """Infection stands as a note of the category cave/allergies (list 9143)."""
    if case.story.infection:
        yield notes(case, "note-infection", (9143, "3", case.story.infection), category="Cave/allergier")


def cave(case: Case) -> epj1.Cave:
    """Cave words and structured allergies."""
    return made(
        epj1.Cave,
        sakshode_cave=made(
            epj1.SakshodeCave,
            stikkord_cave=(made(epj1.StikkordCave, cave_stikkord=Leaf(case.story.caution)),),
            basiskomponenttype=Leaf("EPJ dokument"),
            komponenttype=Leaf(f"{DOCUMENT}.10028.0"),
            komponent_id=Leaf(case.message_id("cave-head")),
        ),
        allerginotat=tuple(_allergy(case, allergy) for allergy in case.story.allergies),
        basiskomponenttype=Leaf("EPJ sak"),
        komponenttype=Leaf("2.16.578.1.12.4.1.6.14.50001.0"),
        informasjonskategori=Leaf("Cave/allergier"),
        komponent_id=Leaf(case.message_id("cave")),
    )


def _allergy(case: Case, allergy: Allergy) -> epj1.Allerginotat:
    drug = code(ATC, allergy.atc, allergy.to) if allergy.atc else None
    return made(
        epj1.Allerginotat,
        allergi=made(
            epj1.Allergi,
            hensyn_ved_forskrivning=Leaf("true") if drug else None,
            kontaktallergi=None if drug else Leaf("true"),
            allergisk_mot=Leaf(allergy.to),
            virkestoff_legemiddel=drug,
            anafylaktiske_reaksjoner=cs(1103, allergy.anaphylaxis),
        ),
        basiskomponenttype=Leaf("EPJ dokument"),
        komponenttype=Leaf(f"{DOCUMENT}.11036.1"),
        komponent_id=Leaf(case.message_id(f"allergy-{allergy.to}")),
    )


def medication_before(case: Case) -> tuple[epj3.Legemiddelinfo, ...]:
    """What the patient used when admitted."""
    return tuple(_line(case, drug) for drug in (*case.story.usual, *case.story.stopped))


def medication_after(case: Case) -> tuple[epj3.Legemiddelinfo, ...]:
    """What the patient uses from now on, and what was stopped (list 9104: 2 Seponering)."""
    usual = [_line(case, drug) for drug in case.story.usual]
    started = [_line(case, drug, begins=4) for drug in case.story.started]
    stopped = [_line(case, drug, ends=4) for drug in case.story.stopped]
    return (*usual, *started, *stopped)


def _line(case: Case, drug: Drug, *, begins: int | None = None, ends: int | None = None) -> epj3.Legemiddelinfo:
    doctor = case.parties.fastlege.level2
    prescription = made(
        epj3.ForenkletForskrivning,
        status_til_forskrivningen=cs(9104, "1" if ends is None else "2"),
        inngaar_i_multidose=cs(9103, "1"),
        merknad=Leaf(drug.remark) if drug.remark else None,
        forskriver=professional(doctor) if isinstance(doctor, Professional) and begins is None else None,
        forskrivningsinfo=_prescribed(case, drug, begins, ends),
    )
    return made(
        epj3.Legemiddelinfo,
        forenklet_forskrivning=prescription,
        basiskomponenttype=Leaf("EPJ dokument"),
        komponenttype=Leaf(f"{DOCUMENT}.10301.0"),
        informasjonskategori=Leaf("Legemidler"),
        komponent_id=Leaf(case.message_id(f"drug-{drug.atc}-{drug.generic}")),
    )


def _prescribed(case: Case, drug: Drug, begins: int | None, ends: int | None) -> epj3.Forskrivningsinfo:
    course_ends = begins + 4 if begins is not None and drug.use == "2" else ends
    return made(
        epj3.Forskrivningsinfo,
        bruksomrade_tekst=Leaf(drug.purpose),
        dos_veiled_enkel=Leaf(drug.dose),
        navn=Leaf(drug.name),
        generisk_navn=Leaf(drug.generic),
        atc=CS(v=Leaf(drug.atc), dn=Leaf(drug.generic)),
        legemiddelform=cs(7448, drug.form),
        styrke=amount(*drug.strength),
        bruk=cs(9101, drug.use),
        dosering_starttidspunkt=TS(v=case.day(begins)) if begins is not None else None,
        dosering_sluttidspunkt=TS(v=case.day(course_ends)) if course_ends is not None else None,
    )


def amount(value: str, unit: str) -> PQ:
    """A number with its unit."""
    return PQ(v=Leaf(value), u=Leaf(unit))


def given_today(case: Case, nth_day: int) -> epj3.LegemidlerAdministrertVedOverforing:
    """The morning's dose given by a nurse, and doses for the journey handed to the patient."""
    first, *_ = case.story.usual
    new = case.story.started[0]
    morning = TS(v=case.moment(days=nth_day, hours=-1))
    return made(
        epj3.LegemidlerAdministrertVedOverforing,
        adm_av_helsepersonell=(
            made(
                epj3.AdmAvHelsepersonell,
                adm_start=morning,
                administrert_av=professional(case.parties.responsible),
                adm_status=cs(9083, "1"),
                administrert_legemiddel=made(epj3.AdministrertLegemiddel, kvantum=Leaf("1")),
                forskrivningsinfo=_prescribed(case, first, None, None),
            ),
        ),
        egenadministrering=(
            made(
                epj3.Egenadministrering,
                adm_enkeltdose=amount("1", "stk"),
                adm_start=morning,
                utlevert_legemiddel=(epj3.UtlevertLegemiddel(ant_enkeltdoser=Leaf("3")),),
                forskrivningsinfo=_prescribed(case, new, None, None),
            ),
        ),
        basiskomponenttype=Leaf("EPJ dokument"),
        komponenttype=Leaf(f"{DOCUMENT}.10302.0"),
        informasjonskategori=Leaf("Legemidler"),
        komponent_id=Leaf(case.message_id("given-today")),
    )
