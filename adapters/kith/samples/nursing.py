"""The nursing side of a synthetic story in PLO payloads: function, services, measures, goals, aids, appointments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.kith.samples.around import professional
from adapters.kith.samples.case import Case
from adapters.kith.samples.envelope import Version
from adapters.kith.samples.medical import amount, code, given_today
from mappings.documents import journalnotat as epj2
from mappings.documents.plo_measures import (
    AnbefaltVidereTiltak,
    Enkeltvurdering,
    InfoMaalForventetRes,
    InfoVurderinger,
    InnholdMaaldokument,
    InnholdVurdering,
    IverksatteTiltak,
    PlanlagtGjennomforingTiltak,
    Tiltaksbeskrivelse,
)
from mappings.documents.plo_medical import AndreFagrapporter, OpplysningerAndreFaggrupper
from mappings.documents.plo_nursing import (
    AdmInstrukser,
    AvtaleOmAdmLegemidler,
    InfoAvtaleOmLegemiddeladm,
    InfoFraSykepleier,
    OpplysningerRelevantOppfolging,
    Sykepleierdokumentasjon,
)
from mappings.documents.plo_services import (
    Ansvarlig,
    EksisterendeTjeneste,
    FasteHjelpemidler,
    Hjelpemiddelbeskrivelse,
    InfoKartleggingFunksjonsniva,
    KartlagtFunksjon,
    OpplysningerOmHjelpemidler,
    SamletVurderingFunksjonsniva,
    StatusHjelpemiddel,
    TjenesteBehov,
)
from mappings.documents.plo_stay import (
    InfoKontrolltime,
    InformasjonOmTentativTime,
    InformasjonOmTime,
    InformertOm,
    KontrolltimeBestill,
)
from mappings.documents.shape import Leaf, made
from mappings.enveloping import cs, cv


def text(code_list: int, heading: str, words: str) -> epj2.Journaltekst:
    """A headed text of its own."""
    return made(epj2.Journaltekst, overskriftskode=cv(code_list, heading), notat=Leaf(words))


def nursing(case: Case, version: Version, summary: str, *, plan: bool = False) -> Sykepleierdokumentasjon:
    """The nursing summary and practical matters; with ``plan`` what is given today, measures and goals."""
    follow: dict[str, Any] = {
        "bandasjemateriell_engangsutstyr": Leaf("true"),
        "hjelp_legemiddeladm": Leaf("true"),
        "endring_funksjonsnivaa": Leaf("Trenger mer hjelp enn før innleggelsen."),
    }
    if version == "1.6":
        follow["merknad_til_legemiddeladministrering"] = Leaf("Dosett legges av hjemmesykepleien hver tirsdag.")
    return made(
        Sykepleierdokumentasjon,
        info_fra_sykepleier=made(
            InfoFraSykepleier,
            opplysninger_relevant_oppfolging=made(OpplysningerRelevantOppfolging, **follow),
            journaltekst=(text(9141, "8", summary), text(9141, "14", case.story.practical)),
        ),
        **(_plan(case) if plan else {}),
    )


def _plan(case: Case) -> dict[str, Any]:
    return {
        "legemidler_administrert_ved_overforing": given_today(case, 6),
        "info_avtale_om_legemiddeladm": InfoAvtaleOmLegemiddeladm(avtale_om_adm_legemidler=_agreement()),
        "info_vurderinger": (_assessment(case),),
        "iverksatte_tiltak": (IverksatteTiltak(tiltaksbeskrivelse=_measure(case, "Startet under oppholdet.")),),
        "anbefalt_videre_tiltak": (AnbefaltVidereTiltak(tiltaksbeskrivelse=_planned(case)),),
        "info_maal_forventet_res": (made(InfoMaalForventetRes, innhold_maaldokument=_goal(case)),),
        "ansvarlig": (_answerable(case, "3"),),
    }


def _agreement() -> AvtaleOmAdmLegemidler:
    instructions = made(AdmInstrukser, utleveringsform=cs(9135, "2"))
    return made(
        AvtaleOmAdmLegemidler,
        avtale_adm_legemidler=Leaf("true"),
        avtale_adm_multidose=Leaf("false"),
        merknad=Leaf("Hjemmesykepleien har ansvaret fra første dag hjemme."),
        adm_instrukser=instructions,
    )


def _assessment(case: Case) -> InfoVurderinger:
    single = made(
        Enkeltvurdering,
        funksjonsomrade=cv(9536, "2"),
        vurdering_tekst=Leaf("Kan gå korte strekninger med hjelpemiddel."),
    )
    content = made(
        InnholdVurdering,
        vurderingen_gjelder=Leaf("Forflytning"),
        fra_dato=case.day(5),
        kategori_helsepersonell=cs(9060, "SP"),
        enkeltvurdering=(single,),
    )
    return made(InfoVurderinger, innhold_vurdering=content)


def _measure(case: Case, remark: str) -> Tiltaksbeskrivelse:
    return made(
        Tiltaksbeskrivelse,
        intervensjon_tiltak_beskrivelse=Leaf(case.story.measure),
        kategori_helsepersonell=cs(9060, "SP"),
        merknad=Leaf(remark),
    )


def _planned(case: Case) -> Tiltaksbeskrivelse:
    plan = made(
        PlanlagtGjennomforingTiltak,
        planlagt_start=case.day(7),
        planlagt_slutt=case.day(35),
        faste_ukedager=(cs(9082, "1"), cs(9082, "4")),
        gjentagelse_intervall=amount("1", "Døgn"),
    )
    return made(
        Tiltaksbeskrivelse,
        intervensjon_tiltak_beskrivelse=Leaf(case.story.measure),
        evaluering_tidspunkt=case.day(21),
        planlagt_gjennomforing_tiltak=plan,
    )


def _goal(case: Case) -> InnholdMaaldokument:
    return made(
        InnholdMaaldokument,
        beskrivelse=Leaf(case.story.goal),
        kategori_helsepersonell=cs(9060, "FT"),
        forventes_oppnaadd=case.day(35),
        fra_dato=case.day(6),
    )


def _answerable(case: Case, event: str) -> Ansvarlig:
    return made(
        Ansvarlig,
        type_hendelse=cv(9131, event),
        tidspunkt_for_hendelse=case.moment(days=5, hours=2),
        ekstern=Leaf("false"),
        ansvarlig_tjenesteyter=professional(case.parties.responsible),
    )


def function(case: Case, scores: Mapping[str, str], day: int) -> InfoKartleggingFunksjonsniva:
    """IPLOS scores (list 9111, 1 no problem to 5 full assistance); the day stands as text, there is no other place."""
    return made(
        InfoKartleggingFunksjonsniva,
        samlet_vurdering_funksjonsniva=made(
            SamletVurderingFunksjonsniva,
            pleietyngde=Leaf("3.5"),
            vurdering_pleietyngde=Leaf("Middels bistandsbehov"),
            merknad=Leaf(f"Vurdert {case.day(day)}"),
        ),
        kartlagt_funksjon=tuple(
            made(KartlagtFunksjon, funksjonsvariabel=cv(9111, variable), vurdering=Leaf(score))
            for variable, score in scores.items()
        ),
        ansvarlig=_answerable(case, "1"),
    )


def services(case: Case) -> tuple[EksisterendeTjeneste, ...]:
    """What the municipality and others give the patient."""
    return tuple(
        made(
            EksisterendeTjeneste,
            iplos_tjenestetype=cv(9151, service.code),
            privat_tjeneste=Leaf("true" if service.private else "false"),
            tjenesten_levert_av=Leaf(service.provider),
            antall_enheter=Leaf(service.amount),
            enhet=Leaf(service.unit),
            startdato=case.day(-200),
        )
        for service in case.story.services
    )


def needs(case: Case) -> tuple[TjenesteBehov, ...]:
    """What the hospital believes the patient will need."""
    return tuple(
        made(
            TjenesteBehov,
            iplos_tjenestetype=cv(9151, need.code),
            ved_institusjon=Leaf(need.provider) if need.provider else None,
            antall_enheter_onsket=Leaf(need.amount),
            enhet=Leaf(need.unit),
        )
        for need in case.story.needed
    )


def aids(case: Case) -> OpplysningerOmHjelpemidler:
    """Glasses, hearing aid, and what is on its way."""
    number, name = case.story.aid
    ordered = made(
        Hjelpemiddelbeskrivelse,
        sekvensnummer=Leaf("1"),
        hjelpemiddelkode_rtv=code("8151", number, name),
        betegnelse_hjelpemiddel=Leaf(name),
    )
    return made(
        OpplysningerOmHjelpemidler,
        faste_hjelpemidler=(made(FasteHjelpemidler, briller=cs(9113, "1"), hjelpemiddel_horsel=cs(9114, "1")),),
        status_hjelpemiddel=(StatusHjelpemiddel(status=cs(8230, "2"), hjelpemiddelbeskrivelse=ordered),),
    )


def physiotherapist(case: Case) -> OpplysningerAndreFaggrupper:
    """A report by another profession."""
    report = made(
        AndreFagrapporter,
        behandling_start=case.day(1),
        status_innleggelse=Leaf("Sengeliggende, trengte hjelp av to."),
        forventet_status_utskriving=Leaf("Går med hjelpemiddel innendørs."),
        journaltekst=(made(epj2.Journaltekst, notat=Leaf("Har trent gange og trapp daglig. God innsats.")),),
    )
    return made(
        OpplysningerAndreFaggrupper,
        andre_fagrapporter=report,
        anbefalt_videre_tiltak=(AnbefaltVidereTiltak(tiltaksbeskrivelse=_measure(case, "Fortsetter hjemme.")),),
    )


def appointments(case: Case, version: Version) -> tuple[InfoKontrolltime, ...]:
    """One that is booked, one that the patient books; in 1.6 one whose time is not settled."""
    told = InformertOm(pasient_informert=Leaf("true"), parorende_informert=Leaf("false"))
    booked = made(
        InformasjonOmTime,
        bestilt_kontrolltime=Leaf("true"),
        tidspunkt_time=case.moment(days=90),
        varighet=Leaf("30"),
        sted_time=Leaf("Medisinsk poliklinikk, inngang B"),
        informert_om=told,
    )
    own = made(KontrolltimeBestill, pasient_parorende_bestiller=Leaf("true"), informert_om=told)
    found = [made(InfoKontrolltime, informasjon_om_time=booked), made(InfoKontrolltime, kontrolltime_bestill=own)]
    if version == "1.6":
        open_time = made(
            InformasjonOmTentativTime,
            tentativt_tidspunkt_time=Leaf("Om tre måneder"),
            sted_time=Leaf("Hørselssentralen"),
        )
        found.append(made(InfoKontrolltime, informasjon_om_tentativ_time=open_time))
    return tuple(found)
