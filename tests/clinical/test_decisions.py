"""Each decision about what a part of a message means, as a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from mappings.documents import felleskomponent as fk1
from mappings.documents import plo
from mappings.documents.datatypes import PQ, TS
from mappings.documents.legemiddel import ForenkletForskrivning, Forskrivningsinfo, Legemiddelinfo
from mappings.documents.plo_head import ParorendeForesatt, TilleggsopplysningPasient
from mappings.documents.plo_measures import (
    IverksatteTiltak,
    PlanlagtGjennomforingTiltak,
    Tiltaksbeskrivelse,
)
from mappings.documents.plo_medical import InfoMedisinskDiagnose, MedisinskDiagnose
from mappings.documents.plo_nursing import Sykepleierdokumentasjon
from mappings.documents.plo_services import (
    EksisterendeTjeneste,
    InfoKartleggingFunksjonsniva,
    KartlagtFunksjon,
    SamletVurderingFunksjonsniva,
    TjenesteBehov,
)
from mappings.documents.plo_stay import InfoKontrolltime, InformasjonOmTime, InnholdKonsultasjon, TypeInnholdIMelding
from mappings.documents.shape import Leaf, made
from tests.clinical.conftest import cs, cv

H = "https://heimveg.dev/fhir"
DISCHARGE = {"type_innhold_i_melding": made(TypeInnholdIMelding, type_innhold=cv(9139, "11"))}


def drug(name: str, number: int = 1, **more: Any) -> Legemiddelinfo:
    own = {key: more.pop(key) for key in ("status_til_forskrivningen", "resept_id") if key in more}
    info = made(Forskrivningsinfo, navn=Leaf(name), **more)
    return made(
        Legemiddelinfo,
        forenklet_forskrivning=made(ForenkletForskrivning, forskrivningsinfo=info, **own),
        basiskomponenttype=Leaf("EPJ dokument"),
        komponenttype=Leaf("2.16.578.1.12.4.1.6.13.10301.0"),
        komponent_id=Leaf(f"drug-{number}"),
    )


def service(kind: str, **more: Any) -> EksisterendeTjeneste:
    return made(EksisterendeTjeneste, iplos_tjenestetype=cv(9151, kind), privat_tjeneste=Leaf("false"), **more)


def appointment(told, **time: Any) -> Any:
    info = InfoKontrolltime(informasjon_om_time=made(InformasjonOmTime, **time))
    (found,) = told(plo.TverrfagligEpikrise, "Appointment", info_kontrolltime=(info,), **DISCHARGE)
    return found


def function(told, score: str, remark: str | None = None, number: int = 9111) -> dict[str, Any]:
    overall = made(SamletVurderingFunksjonsniva, merknad=Leaf(remark)) if remark else None
    info = made(
        InfoKartleggingFunksjonsniva,
        samlet_vurdering_funksjonsniva=overall,
        kartlagt_funksjon=(made(KartlagtFunksjon, funksjonsvariabel=cv(number, "1"), vurdering=Leaf(score)),),
    )
    found = told(plo.Innleggelsesrapport, "Observation", info_kartlegging_funksjonsniva=info)
    (panel,) = [o for o in found if "hasMember" in o]
    (variable,) = [o for o in found if "hasMember" not in o]
    assert panel["hasMember"] == [{"reference": f"Observation/{variable['id']}"}]
    return variable


def test_a_function_score_is_a_place_on_the_scale(told) -> None:
    assert function(told, "3")["valueInteger"] == 3


def test_an_iplos_score_of_nine_does_not_apply_and_is_no_value(told) -> None:
    found = function(told, "9")
    assert "valueInteger" not in found
    assert found["dataAbsentReason"]["coding"][0]["code"] == "not-applicable"


def test_a_gaf_score_of_nine_is_a_score(told) -> None:
    assert function(told, "9", number=9115)["valueInteger"] == 9


@pytest.mark.parametrize(
    ("remark", "day"),
    [("Vurdert 4.3.2026", "2026-03-04"), ("Kartlagt 04.03.26 hjemme", "2026-03-04"), ("Vurdert 31.2.2026", None),
     ("Mellom 1.3.2026 og 4.3.2026", None), ("Ikke kjent", None)],
)  # fmt: skip
def test_the_day_of_an_assessment_counts_where_just_one_day_stands_in_the_remark(told, remark, day) -> None:
    assert function(told, "2", remark).get("effectiveDateTime") == day


def test_a_booked_time_with_a_duration_is_a_booked_appointment(told) -> None:
    found = appointment(
        told, bestilt_kontrolltime=Leaf("true"), tidspunkt_time=Leaf("2026-04-20T09:30:00"), varighet=Leaf("30")
    )
    assert (found["status"], found["start"], found["end"]) == (
        "booked", "2026-04-20T09:30:00+02:00", "2026-04-20T10:00:00+02:00",
    )  # fmt: skip


def test_a_booked_time_without_a_duration_is_proposed_and_says_that_it_is_booked(told) -> None:
    found = appointment(told, bestilt_kontrolltime=Leaf("true"), tidspunkt_time=Leaf("2026-04-20T09:30:00"))
    assert found["status"] == "proposed"
    assert found["requestedPeriod"] == [{"start": "2026-04-20T09:30:00+02:00"}]
    assert {"url": f"{H}/StructureDefinition/bestilt-kontrolltime", "valueBoolean": True} in found["extension"]


def test_a_stopped_drug_is_stopped_and_marked_in_the_list(told) -> None:
    lines = (drug("Syntetistatin"), drug("Fiktivol", 2, status_til_forskrivningen=cs("2", "Seponering")))
    statements = told(plo.TverrfagligEpikrise, "MedicationStatement", legemiddelinfo=lines, **DISCHARGE)
    (held,) = told(plo.TverrfagligEpikrise, "List", legemiddelinfo=lines, **DISCHARGE)
    assert sorted(s["status"] for s in statements) == ["active", "stopped"]
    assert ["flag" in entry for entry in held["entry"]] == [False, True]
    assert held["code"]["coding"][0]["code"] == "hospital-discharge"


def test_a_treatment_is_active_on_its_last_day_and_completed_the_day_after(told) -> None:
    for end, status in (("2026-03-10", "active"), ("2026-03-09", "completed")):
        line = drug("Syntetisk kur", bruk=cs("2"), dosering_sluttidspunkt=TS(v=Leaf(end)))
        (found,) = told(plo.Innleggelsesrapport, "MedicationStatement", legemiddelinfo=(line,))
        assert found["status"] == status


def test_what_the_pharmacy_handed_out_belongs_to_the_line_of_the_same_prescription(told) -> None:
    lines = (
        drug("Syntetistatin", resept_id=Leaf("R1")),
        drug("Syntetistatin Annet Merke", 2, resept_id=Leaf("R1"), status_til_forskrivningen=cs("3")),
    )
    (line,) = told(plo.Innleggelsesrapport, "MedicationStatement", legemiddelinfo=lines)
    (handed,) = told(plo.Innleggelsesrapport, "MedicationDispense", legemiddelinfo=lines)
    assert handed["supportingInformation"] == [{"reference": f"MedicationStatement/{line['id']}"}]


def test_a_drug_that_was_only_handed_out_is_never_hidden(told) -> None:
    line = drug("Syntetistatin", status_til_forskrivningen=cs("3"))
    (found,) = told(plo.Innleggelsesrapport, "MedicationStatement", legemiddelinfo=(line,))
    assert found["status"] == "active"
    assert "utlevert, uten forskrivning i meldingen" in [note["text"] for note in found["note"]]


def test_no_lines_is_no_list(told) -> None:
    assert told(plo.Innleggelsesrapport, "List") == []


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [("2025-01-01", None, "active"), ("2025-01-01", "2026-03-09", "finished"), ("2026-03-11", None, "planned")],
)
def test_a_service_is_active_over_or_planned_as_of_the_message(told, start, end, status) -> None:
    more = {"sluttdato": Leaf(end)} if end else {}
    (found,) = told(
        plo.Innleggelsesrapport, "EpisodeOfCare", eksisterende_tjeneste=(service("15", startdato=Leaf(start), **more),)
    )
    assert found["status"] == status
    assert found["type"][0]["coding"][0]["code"] == "15"


def test_a_service_without_a_start_says_that_nobody_told(told) -> None:
    (found,) = told(plo.OrienteringOmTjenestetilbud, "EpisodeOfCare", eksisterende_tjeneste=(service("6"),))
    assert found["period"]["_start"]["extension"][0]["valueCode"] == "unknown"


def test_a_need_is_proposed_and_a_measure_in_place_is_ordered(told) -> None:
    need = made(TjenesteBehov, iplos_tjenestetype=cv(9151, "15"), antall_enheter_onsket=Leaf("3"), enhet=Leaf("besøk"))
    what = made(Tiltaksbeskrivelse, intervensjon_tiltak_beskrivelse=Leaf("Daglig mobilisering"))
    nursing = made(Sykepleierdokumentasjon, iverksatte_tiltak=(IverksatteTiltak(tiltaksbeskrivelse=what),))
    parts = {"tjeneste_behov": (need,), "sykepleierdokumentasjon": nursing, **DISCHARGE}
    found = told(plo.TverrfagligEpikrise, "ServiceRequest", **parts)
    assert {(r["intent"], r["code"].get("text")) for r in found} == {
        ("proposal", None),
        ("order", "Daglig mobilisering"),
    }
    (plan,) = told(plo.TverrfagligEpikrise, "CarePlan", **parts)
    assert {a["reference"]["reference"] for a in plan["activity"]} == {f"ServiceRequest/{r['id']}" for r in found}


def test_weekdays_count_for_each_week(told) -> None:
    planned = made(
        PlanlagtGjennomforingTiltak, planlagt_start=Leaf("2026-03-12"), faste_ukedager=(cs("1"), cs("4")),
        gjentagelse_intervall=PQ(v=Leaf("2"), u=Leaf("Døgn")),
    )  # fmt: skip
    what = made(Tiltaksbeskrivelse, planlagt_gjennomforing_tiltak=planned)
    nursing = made(Sykepleierdokumentasjon, iverksatte_tiltak=(IverksatteTiltak(tiltaksbeskrivelse=what),))
    (found,) = told(plo.Innleggelsesrapport, "ServiceRequest", sykepleierdokumentasjon=nursing)
    repeat = found["occurrenceTiming"]["repeat"]
    assert (repeat["frequency"], repeat["period"], repeat["periodUnit"], repeat["dayOfWeek"]) == (
        2,
        1,
        "wk",
        ["mon", "thu"],
    )


def test_a_wish_for_an_assessment_is_a_request_to_the_physician_and_a_report_is_not(told) -> None:
    for kind, asked in (("3", 1), ("2", 0)):
        content = made(InnholdKonsultasjon, type_innhold_konsultasjon=cs(kind))
        assert len(told(plo.Konsultasjon, "ServiceRequest", innhold_konsultasjon=content)) == asked


def test_no_is_as_good_an_answer_as_yes_and_silence_is_neither(told) -> None:
    for said, expected in (("false", [False]), ("1", [True]), (None, [])):
        about = made(TilleggsopplysningPasient, bor_alene=Leaf(said) if said else None)
        found = told(plo.Innleggelsesrapport, "Observation", tilleggsopplysning_pasient=about)
        assert [o["valueBoolean"] for o in found] == expected


def test_of_a_child_only_the_year_of_birth_is_told(told) -> None:
    child = made(
        ParorendeForesatt, slektskap=cs("DA"), fodselsar_mindrearig_parorende=Leaf("2015"),
        referanseperson=made(fk1.Person, given_name=Leaf("Eva")),
    )  # fmt: skip
    (found,) = told(plo.Innleggelsesrapport, "RelatedPerson", parorende_foresatt=(child,))
    assert found["birthDate"] == "2015"
    assert found["relationship"][0]["coding"][0]["code"] == "DA"


def test_an_unknown_code_keeps_its_list_and_its_text(told) -> None:
    code = made(type(cv(7110, "X")), v=Leaf("Q999"), s=Leaf("2.16.578.1.12.4.1.1.4321"), dn=Leaf("Noe nytt"))
    info = InfoMedisinskDiagnose(medisinsk_diagnose=(made(MedisinskDiagnose, diagnosekode=code),))
    (found,) = told(plo.Innleggelsesrapport, "Condition", info_medisinsk_diagnose=(info,))
    assert found["code"]["coding"] == [
        {"system": "urn:oid:2.16.578.1.12.4.1.1.4321", "code": "Q999", "display": "Noe nytt"}
    ]
