"""What a synthetic patient is in hospital for: diagnoses, drugs, function and words, all of our own invention.

Drugs go by their generic names. Codes are ICD-10, ATC and the national lists that the messages name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """One line of a medication list: form of list 7448, use of list 9101 (1 fast, 2 kur, 3 ved behov)."""

    name: str
    generic: str
    atc: str
    strength: tuple[str, str]
    dose: str
    purpose: str
    form: str = "53"
    use: str = "1"
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    """A known allergy; ``atc`` where it is to a drug, ``anaphylaxis`` as list 1103 has it."""

    to: str
    atc: str = ""
    anaphylaxis: str = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tjeneste:
    """A municipal service (list 9151), how much of it and who gives it."""

    code: str
    provider: str
    amount: str
    unit: str
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The clinical side of one stay. ``diagnoses`` are (ICD-10 code, text), the main one first."""

    reason: str
    problem: str
    earlier: tuple[tuple[str, str], ...]
    diagnoses: tuple[tuple[str, str], ...]
    icpc: tuple[str, str]
    course: str
    findings: str
    assessment: str
    plan: str
    allergies: tuple[Allergy, ...]
    caution: str
    usual: tuple[Drug, ...]
    started: tuple[Drug, ...]
    stopped: tuple[Drug, ...]
    function_before: Mapping[str, str]
    function_after: Mapping[str, str]
    services: tuple[Tjeneste, ...]
    needed: tuple[Tjeneste, ...]
    nursing_before: str
    nursing_after: str
    practical: str
    measure: str
    goal: str
    aid: tuple[str, str]
    infection: str = ""


_PARACETAMOL = Drug(
    name="Paracetamol tablett 500 mg", generic="Paracetamol", atc="N02BE01", strength=("500", "mg"),
    dose="1-2 tabletter inntil 4 ganger daglig", purpose="Mot smerter", use="3",
)  # fmt: skip
_ACE_HEMMER = Drug(
    name="Ramipril tablett 5 mg", generic="Ramipril", atc="C09AA05", strength=("5", "mg"), dose="1 tablett morgen",
    purpose="Mot hjertesvikt og høyt blodtrykk",
)  # fmt: skip

HJERTESVIKT: Final = Story(
    reason="Innlagt fra hjemmet med økende tung pust, væske i beina og dårlig nattesøvn siste uke.",
    problem="Forverring av kronisk hjertesvikt etter luftveisinfeksjon.",
    earlier=(("I10", "Høyt blodtrykk"), ("I252", "Hjerteinfarkt for åtte år siden")),
    diagnoses=(
        ("I500", "Kongestiv hjertesvikt"),
        ("I489", "Atrieflimmer, uspesifisert"),
        ("N183", "Kronisk nyresykdom, stadium 3"),
    ),
    icpc=("K77", "Hjertesvikt"),
    course=(
        "Behandlet med intravenøst furosemid i tre døgn, 4,2 kg vekttap. Overgang til tabletter dag 4.\n"
        "Mobilisert av fysioterapeut fra dag 2. Ett fall på rommet dag 3, uten skade."
    ),
    findings="Ved utskrivning: BT 128/74, puls 72 uregelmessig, SpO2 95 % uten oksygen. Vekt 71,4 kg. Kreatinin 118.",
    assessment="Hjertesvikten er i god kompensasjon. Nyrefunksjonen må følges etter økt diuretikadose.",
    plan=(
        "Daglig vekt, ved økning over 2 kg på tre dager: ring fastlegen. Kontroll av kreatinin og kalium hos fastlegen "
        "om en uke. Ekkokardiografi poliklinisk om tre måneder."
    ),
    allergies=(Allergy(to="Penicillin", atc="J01C", anaphylaxis="2"), Allergy(to="Plaster", anaphylaxis="9")),
    caution="Ikke gi NSAID-er: hjertesvikt og nyresykdom",
    usual=(
        _ACE_HEMMER,
        Drug(
            name="Metoprolol depottablett 50 mg", generic="Metoprolol", atc="C07AB02", strength=("50", "mg"),
            dose="1 tablett morgen", purpose="Mot hjertesvikt og rask puls", form="25", remark="Svelges hel.",
        ),
        Drug(
            name="Apiksaban tablett 2,5 mg", generic="Apiksaban", atc="B01AF02", strength=("2.5", "mg"),
            dose="1 tablett morgen og kveld", purpose="Forebygger hjerneslag ved atrieflimmer",
        ),
        _PARACETAMOL,
    ),
    started=(
        Drug(
            name="Furosemid tablett 40 mg", generic="Furosemid", atc="C03CA01", strength=("40", "mg"),
            dose="2 tabletter morgen, 1 tablett kl. 14", purpose="Vanndrivende, mot hjertesvikt", remark="Ny dose.",
        ),
        Drug(
            name="Doksysyklin tablett 100 mg", generic="Doksysyklin", atc="J01AA02", strength=("100", "mg"),
            dose="1 tablett daglig i 4 dager", purpose="Mot luftveisinfeksjon", use="2",
        ),
    ),
    stopped=(
        Drug(
            name="Bendroflumetiazid tablett 2,5 mg", generic="Bendroflumetiazid", atc="C03AA01", strength=("2.5", "mg"),
            dose="1 tablett morgen", purpose="Mot høyt blodtrykk", remark="Erstattet av furosemid.",
        ),
    ),
    function_before={"4": "3", "5": "2", "6": "4", "7": "2", "8": "2", "9": "3", "11": "1", "15": "1"},
    function_after={"4": "4", "5": "3", "6": "5", "7": "3", "8": "3", "9": "4", "11": "2", "15": "1"},
    services=(
        Tjeneste(code="15", provider="Hjemmesykepleien, sone nord", amount="2.5", unit="timer pr uke"),
        Tjeneste(code="6", provider="Trygghetspatruljen", amount="1", unit="alarm"),
        Tjeneste(code="1", provider="Oppdiktet Hjemmehjelp AS", amount="1", unit="time hver 14. dag", private=True),
    ),
    needed=(
        Tjeneste(code="15", provider="", amount="7", unit="timer pr uke"),
        Tjeneste(code="18", provider="Fjellvik helsehus", amount="14", unit="døgn"),
    ),
    nursing_before="Bor i egen leilighet i andre etasje. Klarer seg med rullator og hjelp til dusj en gang i uka.",
    nursing_after=(
        "Går med rullator inne, trenger en person ved forflytning i trapp. Hjelp til stell nedentil og støttestrømper. "
        "Spiser selv, god matlyst. Klar og orientert."
    ),
    practical="Nøkkelboks ved inngangsdøra. Katten er hos naboen. Har med egen rullator, briller og mobiltelefon.",
    measure="Veies hver morgen før frokost, vekten føres i hjertesviktdagboka.",
    goal="Kan gå trappa til leiligheten med støtte av én person.",
    aid=("222018", "Rullator"),
    infection="Dråpesmitte inntil 5 døgn etter symptomstart, er over ved utskrivning.",
)  # fmt: skip

HOFTEBRUDD: Final = Story(
    reason="Fall på badet hjemme, sterke smerter i høyre hofte.",
    problem="Lårhalsbrudd høyre side, operert.",
    earlier=(("E119", "Diabetes mellitus type 2"), ("M819", "Osteoporose")),
    diagnoses=(("S7200", "Brudd i lårhals, lukket"), ("E119", "Diabetes mellitus type 2"), ("F059", "Delirium")),
    icpc=("L75", "Brudd i lårhals"),
    course="Operert med hemiprotese samme dag. Forvirret de to første døgnene, klarnet opp. Urinkateter fjernet dag 3.",
    findings="Operasjonssåret er tørt, 22 agraffer. Hb 10,1. Blodsukker 7-11 på vanlig behandling.",
    assessment="Ukomplisert forløp etter hofteoperasjon. Delir i bedring, kognisjon vurderes på nytt om tre måneder.",
    plan="Agraffer fjernes dag 14. Full belastning. Tromboseprofylakse i 35 dager. Vurder bensspesifikk behandling.",
    allergies=(Allergy(to="Jod", anaphylaxis="9"), Allergy(to="Trimetoprim-sulfa", atc="J01EE01", anaphylaxis="1")),
    caution="Hofteprotese: luksasjonsfare de første seks ukene",
    usual=(
        Drug(
            name="Metformin tablett 500 mg", generic="Metformin", atc="A10BA02", strength=("500", "mg"),
            dose="1 tablett morgen og kveld", purpose="Mot diabetes",
        ),
        _ACE_HEMMER,
    ),
    started=(
        Drug(
            name="Dalteparin injeksjonsvæske 5000 IE", generic="Dalteparin", atc="B01AB04", strength=("5000", "IE"),
            dose="1 sprøyte daglig kl. 20", purpose="Forebygger blodpropp", form="101", use="2",
        ),
        _PARACETAMOL,
        Drug(
            name="Oksykodon kapsel 5 mg", generic="Oksykodon", atc="N02AA05", strength=("5", "mg"),
            dose="1 kapsel ved behov, høyst 4 daglig", purpose="Mot sterke smerter", form="32", use="3",
        ),
    ),
    stopped=(
        Drug(
            name="Zopiklon tablett 5 mg", generic="Zopiklon", atc="N05CF01", strength=("5", "mg"),
            dose="1 tablett kveld", purpose="Mot søvnvansker", remark="Stanset på grunn av fall og delir.",
        ),
    ),
    function_before={"5": "1", "6": "2", "7": "1", "8": "1", "9": "2", "15": "2"},
    function_after={"5": "4", "6": "5", "7": "3", "8": "4", "9": "5", "15": "3"},
    services=(Tjeneste(code="5", provider="Fjellvik kommune", amount="3", unit="middager pr uke"),),
    needed=(
        Tjeneste(code="19", provider="Fjellvik helsehus", amount="21", unit="døgn"),
        Tjeneste(code="16", provider="", amount="3", unit="ganger pr uke"),
    ),
    nursing_before="Har klart seg selv med middagslevering. Har blitt mer glemsk det siste året ifølge datteren.",
    nursing_after="Reiser seg med støtte av to, går noen skritt med gåbord. Trenger hjelp til stell og toalettbesøk.",
    practical="Datter har nøkkel og kommer med klær. Trenger dostolforhøyer før hjemkomst.",
    measure="Opptrening av gange med gåbord morgen og kveld.",
    goal="Går selvstendig med rullator innendørs.",
    aid=("121806", "Dostolforhøyer"),
)  # fmt: skip

KOLS: Final = Story(
    reason="Tung pust, gulgrønt oppspytt og feber i tre dager.",
    problem="Akutt forverring av kols med lungebetennelse.",
    earlier=(("J449", "Kronisk obstruktiv lungesykdom"), ("F329", "Depressiv episode")),
    diagnoses=(("J441", "Kols med akutt forverring"), ("J189", "Lungebetennelse"), ("R634", "Unormalt vekttap")),
    icpc=("R95", "Kronisk obstruktiv lungesykdom"),
    course="Behandlet med antibiotika, prednisolon og inhalasjoner. NIV-maske første natt. Ernæringsplan lagt.",
    findings="SpO2 90 % uten oksygen, respirasjonsfrekvens 20. CRP 18. Vekt 48 kg, BMI 17,9.",
    assessment="Langsom bedring, lav reservekapasitet. Behov for oksygen i hjemmet vurderes om fire uker.",
    plan="Trappe ned prednisolon over ti dager. Kontroll på lungepoliklinikk. Vaksinering mot influensa hos fastlegen.",
    allergies=(Allergy(to="Acetylsalisylsyre", atc="N02BA01", anaphylaxis="1"),),
    caution="Oksygen høyst 2 liter: holder på CO2",
    usual=(
        Drug(
            name="Tiotropium inhalasjonspulver 18 mikrogram", generic="Tiotropium", atc="R03BB04",
            strength=("18", "mikrog"), dose="1 inhalasjon morgen", purpose="Mot kols", form="99",
        ),
        Drug(
            name="Mirtazapin tablett 15 mg", generic="Mirtazapin", atc="N06AX11", strength=("15", "mg"),
            dose="1 tablett kveld", purpose="Mot depresjon",
        ),
    ),
    started=(
        Drug(
            name="Prednisolon tablett 5 mg", generic="Prednisolon", atc="H02AB06", strength=("5", "mg"),
            dose="4 tabletter daglig, trappes ned med 1 tablett hver tredje dag", purpose="Mot kols", use="2",
        ),
        Drug(
            name="Salbutamol inhalasjonspulver 0,1 mg", generic="Salbutamol", atc="R03AC02", strength=("0.1", "mg"),
            dose="1-2 inhalasjoner ved tung pust", purpose="Mot tung pust", form="99", use="3",
        ),
    ),
    stopped=(
        Drug(
            name="Diazepam tablett 2 mg", generic="Diazepam", atc="N05BA01", strength=("2", "mg"),
            dose="1 tablett ved uro", purpose="Mot uro", use="3", remark="Stanset: fare for åndedrettssvikt.",
        ),
    ),
    function_before={"2": "3", "5": "2", "6": "4", "7": "2", "9": "3", "12": "4"},
    function_after={"2": "4", "5": "2", "6": "5", "7": "3", "9": "4", "12": "5"},
    services=(
        Tjeneste(code="15", provider="Hjemmesykepleien, sone sør", amount="1", unit="time pr uke"),
        Tjeneste(code="5", provider="Fjellvik kommune", amount="5", unit="middager pr uke"),
    ),
    needed=(Tjeneste(code="15", provider="", amount="3.5", unit="timer pr uke"),),
    nursing_before="Sitter mest i stolen. Røyker fem sigaretter daglig. Spiser lite.",
    nursing_after="Klarer eget stell sittende. Trenger hjelp til handling og matlaging. Engstelig ved tung pust.",
    practical="Heis i bygget. Inhalator og ernæringsdrikker sendes med hjem.",
    measure="Ernæringsdrikk to ganger daglig, vekt hver mandag.",
    goal="Vektøkning på 2 kg til kontrollen.",
    aid=("040306", "Forstøverapparat"),
    infection="MRSA utelukket med prøver tatt ved innleggelse.",
)  # fmt: skip

STORIES: Final = (HJERTESVIKT, HOFTEBRUDD, KOLS)
