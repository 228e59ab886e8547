"""The stay in PLO payloads (poKomponent): events, where to, appointments, information given."""

from __future__ import annotations

from mappings.documents import felleskomponent as fk1
from mappings.documents.datatypes import CS, CV, TS
from mappings.documents.shape import (
    BOOLEAN,
    DATE,
    DATETIME,
    INTEGER,
    STRING,
    Leaf,
    Part,
    alternative,
    element,
    one,
    optional,
    some,
)


@element("po")
class OpplysningerTilSoknad(Part):
    egensoknad_sendt: Leaf = one("EgensoknadSendt", BOOLEAN)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class InformasjonGitt(Part):
    type_informasjon: CV | None = optional("TypeInformasjon", CV, codes=9502)
    beskrivelse_informasjon: Leaf | None = optional("BeskrivelseInformasjon", STRING)
    muntlig_informasjon: Leaf | None = optional("MuntligInformasjon", BOOLEAN, required_in="1.5")
    informasjon_gitt_til: fk1.Person = one("InformasjonGittTil", fk1.Person)
    informasjon_gitt_dato: Leaf = one("InformasjonGittDato", DATE)
    informasjon_gitt_av: fk1.HealthcareProfessional = one("InformasjonGittAv", fk1.HealthcareProfessional)


@element("po")
class InfoInformasjonGitt(Part):
    informasjon_gitt: tuple[InformasjonGitt, ...] = some("InformasjonGitt", InformasjonGitt)


@element("po")
class AssistertKommunikasjon(Part):
    person_tolkebehov: fk1.Person | None = optional("PersonTolkebehov", fk1.Person)
    horselsvikt: Leaf | None = optional("Horselsvikt", BOOLEAN)
    synsvikt: Leaf | None = optional("Synsvikt", BOOLEAN)
    behov_tolk_sprak: CS | None = optional("BehovTolkSprak", CS, codes=3303)
    preferert_tolk: fk1.Person | None = optional("PreferertTolk", fk1.Person)
    behov_opphort_dato: TS | None = optional("BehovOpphortDato", TS)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class InfoAssistertKommunikasjon(Part):
    assistert_kommunikasjon: AssistertKommunikasjon = one("AssistertKommunikasjon", AssistertKommunikasjon)


@element("po")
class StedForHendelse(Part):
    sted_hendelse: Leaf = one("StedHendelse", STRING)


@element("po")
class TidsfestetHendelse(Part):
    hendelsekode: CV | None = optional("Hendelsekode", CV, codes=9121)
    beskrivelse_av_hendelse: Leaf | None = optional("BeskrivelseAvHendelse", STRING)
    tidspunkt_for_hendelse: TS = one("TidspunktForHendelse", TS)
    anslag: Leaf = one("Anslag", BOOLEAN)
    merknad: Leaf | None = optional("Merknad", STRING)
    sted_for_hendelse: StedForHendelse | None = optional("StedForHendelse", StedForHendelse)


@element("po")
class UtskrevetTil(Part):
    uttilstand: CV | None = optional("Uttilstand", CV, codes=8431)
    ut_til: CV = one("UtTil", CV, codes=8408)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class FellesinfoKontaktepisode(Part):
    kontakttype: CV = one("Kontakttype", CV, codes=8432)
    konsultasjonsform: CV | None = optional("Konsultasjonsform", CV)
    kontakt_startet: TS = one("KontaktStartet", TS)
    kontakt_avsluttet: TS | None = optional("KontaktAvsluttet", TS)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class TilleggsinfoKontaktepisode(Part):
    sted_for_kontaktepisode: CV | None = optional("StedForKontaktepisode", CV, codes=8434)
    sted_for_kontakt: Leaf | None = optional("StedForKontakt", STRING)


@element("po")
class InfoKontaktepisode(Part):
    fellesinfo_kontaktepisode: FellesinfoKontaktepisode = one("FellesinfoKontaktepisode", FellesinfoKontaktepisode)
    tilleggsinfo_kontaktepisode: TilleggsinfoKontaktepisode | None = optional(
        "TilleggsinfoKontaktepisode", TilleggsinfoKontaktepisode
    )


@element("po")
class ReservasjonOnske(Part):
    gjelder: Leaf = one("Gjelder", STRING)
    framsatt_av: fk1.Person = one("FramsattAv", fk1.Person)
    framsatt_dato: Leaf = one("FramsattDato", DATE)
    trukket_tilbake_av: fk1.Person | None = optional("TrukketTilbakeAv", fk1.Person)
    trukket_tilbake_dato: Leaf | None = optional("TrukketTilbakeDato", DATE)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class InfoReservasjon(Part):
    reservasjon_onske: tuple[ReservasjonOnske, ...] = some("ReservasjonOnske", ReservasjonOnske)


@element("po")
class OpplysningOpphold(Part):
    tidsfestet_hendelse: TidsfestetHendelse = one("TidsfestetHendelse", TidsfestetHendelse)


@element("po")
class InformertOm(Part):
    pasient_informert: Leaf = one("PasientInformert", BOOLEAN)
    parorende_informert: Leaf = one("ParorendeInformert", BOOLEAN)


@element("po")
class InformasjonOmTime(Part):
    bestilt_kontrolltime: Leaf = one("BestiltKontrolltime", BOOLEAN)
    tidspunkt_time: Leaf | None = optional("TidspunktTime", DATETIME)
    varighet: Leaf | None = optional("Varighet", INTEGER)
    sted_time: Leaf | None = optional("StedTime", STRING)
    informert_om: InformertOm | None = optional("InformertOm", InformertOm)


@element("po")
class KontrolltimeBestill(Part):
    pasient_parorende_bestiller: Leaf = one("PasientParorendeBestiller", BOOLEAN)
    informert_om: InformertOm | None = optional("InformertOm", InformertOm)


@element("po")
class InformasjonOmTentativTime(Part):
    tentativt_tidspunkt_time: Leaf | None = optional("TentativtTidspunktTime", STRING)
    sted_time: Leaf | None = optional("StedTime", STRING)
    merknad: Leaf | None = optional("Merknad", STRING)
    informert_om: InformertOm | None = optional("InformertOm", InformertOm)


@element("po")
class InfoKontrolltime(Part):
    informasjon_om_time: InformasjonOmTime | None = alternative("InformasjonOmTime", InformasjonOmTime, choice="a")
    kontrolltime_bestill: KontrolltimeBestill | None = alternative(
        "KontrolltimeBestill", KontrolltimeBestill, choice="a"
    )
    informasjon_om_tentativ_time: InformasjonOmTentativTime | None = alternative(
        "InformasjonOmTentativTime", InformasjonOmTentativTime, choice="a", only="1.6"
    )


@element("po")
class InnholdKonsultasjon(Part):
    type_innhold_konsultasjon: CS = one("TypeInnholdKonsultasjon", CS, codes=9137)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class TypeInnholdIMelding(Part):
    type_innhold: CV = one("TypeInnhold", CV)
    merknad: Leaf | None = optional("Merknad", STRING)
