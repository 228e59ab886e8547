"""What a message shall contain: what counts, what does not, by which place, and a draft that asks for the rest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.kith import KithAdapter
from adapters.kith.samples import Case, messages
from adapters.kith.samples.envelope import Cover, message
from adapters.kith.samples.payload import head, notes
from adapters.kith.write import write
from hub.contract import Raw
from mappings.documents import Message, plo
from mappings.documents import epikrise as ep
from mappings.documents.datatypes import TS
from mappings.documents.dialogmelding import Dialogmelding
from mappings.documents.plo_medical import MedisinskfagligeOpplysninger
from mappings.documents.plo_services import InfoKartleggingFunksjonsniva, KartlagtFunksjon
from mappings.documents.plo_stay import InfoKontrolltime, InformasjonOmTime, TypeInnholdIMelding
from mappings.documents.shape import Leaf, Markup, leaves, made
from mappings.enveloping import cs, cv
from mappings.norwegian_time import OSLO
from mappings.rules.quality import Quality, quality, told
from mappings.rules.quality.scoring import word_of
from mappings.rules.quality.texts import FLAGS, ITEMS, KINDS

CASE = Case(name="quality", start=datetime(2026, 3, 2, 10, tzinfo=OSLO))
STATUS, COURSE = (
    b"Innlagt etter fall i hjemmet.",
    b"Forventer behov for hjemmesykepleie og opptrening etter utskrivning.",
)
EXPECTED = b'<Hendelsekode V="3"'


def read(body: bytes) -> Message:
    outcome = KithAdapter().read(Raw(body=body, received=datetime.now(UTC)))
    assert isinstance(outcome, Message), outcome
    return outcome


def scored(body: bytes) -> Quality:
    found = quality(read(body))
    assert found is not None
    return found


def words(found: Quality) -> dict[str, str]:
    return {item.key: item.word for item in (*found.items, *found.extended)}


def notice(status: bytes = STATUS, course: bytes = COURSE, **told: object) -> bytes:
    body = messages.helseopplysninger(CASE, **told)  # type: ignore[arg-type]
    return body.replace(STATUS, status).replace(COURSE, course)


def report(payload: type, kind: str, sender: str, *texts: tuple[int, str, str], **parts: object) -> bytes:
    medical = made(MedisinskfagligeOpplysninger, generelt_journalnotat=(notes(CASE, "n", *texts),) if texts else ())
    cover = Cover(
        type=kind,
        name=kind,
        series="N",
        version="1.6",
        generated=CASE.start + timedelta(hours=2),
        sender=getattr(CASE.parties, sender),
        receiver=CASE.parties.hospital if sender != "hospital" else CASE.parties.sykepleietjeneste,
    )
    return message(
        CASE, cover, made(payload, **head(CASE.parties, "N"), medisinskfaglige_opplysninger=medical, **parts)
    )


def admission(*texts: tuple[int, str, str], **parts: object) -> bytes:
    return report(plo.Innleggelsesrapport, "INNLEGGELSESRAPPORT", "sykepleietjeneste", *texts, **parts)


def discharge(*texts: tuple[int, str, str], **parts: object) -> bytes:
    kind = made(TypeInnholdIMelding, type_innhold=cv(9139, "11"))
    return report(
        plo.TverrfagligEpikrise, "UTSKRIVNINGSRAPPORT", "hospital", *texts, type_innhold_i_melding=kind, **parts
    )


def test_a_whole_early_notice_has_four_of_four_each_by_its_place() -> None:
    found = scored(notice())
    assert (found.kind, found.present, found.counted) == ("tidligmelding", 4, 4)
    paths = {leaf.path for _, _, leaf in leaves(read(notice()).root)}
    assert {item.xpath for item in found.items} <= paths


@pytest.mark.parametrize("said", ["-", "ukjent", "se epikrise", "Kort", "Vises til vedlagt journalnotat."])
def test_a_placeholder_is_weak_and_counts_as_nothing(said: str) -> None:
    found = scored(notice(status=said.encode()))
    assert (words(found)["pasientens-status"], found.present, found.counted) == ("weak", 3, 4)


def test_a_date_before_the_admission_is_weak() -> None:
    body = notice(expected=date(2026, 3, 1))
    assert words(scored(body))["forventet-utskrivning"] == "present"
    found = quality(read(body), admission=CASE.start)
    assert found and words(found)["forventet-utskrivning"] == "weak"


def test_a_reason_why_no_date_can_be_given_counts_and_says_so() -> None:
    reason = "Det er for tidlig å anslå utskrivning fordi operasjonen ikke er gjort.".encode()
    body = notice(course=reason).replace(EXPECTED, b'<Hendelsekode V="1"')
    item = next(i for i in scored(body).items if i.key == "forventet-utskrivning")
    assert (item.word, item.flags) == ("present", ("reasoned-absence",))


def test_without_date_or_reason_the_place_looked_for_is_told() -> None:
    found = scored(notice().replace(EXPECTED, b'<Hendelsekode V="1"'))
    item = next(i for i in found.items if i.key == "forventet-utskrivning")
    assert (item.word, item.xpath.startswith("//OpplysningOpphold")) == ("absent", True)


def test_version_1_5_has_no_place_for_the_heading_and_gets_it() -> None:
    found = words(scored(notice(version="1.5")))
    assert (found["overskrift"], found["forventet-utskrivning"]) == ("present", "absent")


def test_an_update_has_no_heading_and_must_say_what_is_new() -> None:
    found = scored(messages.helseopplysninger(CASE, updated=True))
    assert (found.kind, found.counted) == ("oppdatering", 3)
    assert words(found)["hva-er-endret"] == "absent"
    said = messages.helseopplysninger(CASE, updated=True).replace(
        "Oppegående".encode(), "Endret siden sist: oppegående".encode()
    )
    assert words(scored(said))["hva-er-endret"] == "present"


def test_function_as_numbers_only_is_weak_in_an_admission_report() -> None:
    variable = made(KartlagtFunksjon, funksjonsvariabel=cv(9111, "1"), vurdering=Leaf("3"))
    mapped = made(InfoKartleggingFunksjonsniva, kartlagt_funksjon=(variable,))
    item = next(
        i for i in scored(admission(info_kartlegging_funksjonsniva=mapped)).items if i.key == "funksjon-med-ord"
    )
    assert (item.word, item.flags) == ("weak", ("numbers-only",))


def test_individual_plan_is_asked_for_only_where_the_report_tells_of_one() -> None:
    without = admission((9141, "8", "Går med rullator, trenger hjelp til stell."))
    told_of = admission((9141, "8", "Har individuell plan fra i fjor høst."))
    assert words(scored(without))["individuell-plan"] == "n/a"
    assert words(scored(told_of))["individuell-plan"] == "present"


def test_a_plan_that_speaks_of_a_control_needs_its_time_and_place() -> None:
    plan = (9142, "OP", "Kontroll ved ortopedisk poliklinikk om seks uker.")
    assert words(scored(discharge((9141, "8", "Oppegående i avdelingen."))))["kontrolltime"] == "n/a"
    assert words(scored(discharge(plan)))["kontrolltime"] == "absent"
    time = made(InformasjonOmTime, bestilt_kontrolltime=Leaf("true"), tidspunkt_time=Leaf("2026-04-20T10:00:00"))
    item = next(
        i
        for i in scored(discharge(plan, info_kontrolltime=(made(InfoKontrolltime, informasjon_om_time=time),))).items
        if i.key == "kontrolltime"
    )
    assert (item.word, item.flags) == ("present", ("place-or-time-missing",))


def test_no_medication_said_in_words_is_a_medication_list() -> None:
    assert words(scored(discharge((9142, "FO", "Bruker ingen faste legemidler."))))["legemiddelliste"] == "present"
    assert words(scored(discharge()))["legemiddelliste"] == "absent"


def test_a_text_that_orders_a_level_of_care_is_a_note_and_no_lack() -> None:
    ordered = scored(discharge((9142, "OP", "Det er søkt om sykehjemsplass for pasienten.")))
    assert [note.key for note in ordered.notes] == ["orders-service-level"]
    assert scored(discharge((9142, "OP", "Hun bor på sykehjem fra før."))).notes == ()


def test_an_epikrise_is_read_by_the_points_of_section_9(epikrise: bytes) -> None:
    found = words(scored(epikrise))
    assert (found["p9-a-innleggelsesarsak"], found["p9-e-funksjon-for"]) == ("present", "absent")
    assert found["plan-mer-enn-kontroll"] == "weak"
    assert found["hvem-gjor-hva"] == "present"


def test_a_cancellation_and_a_logistics_message_have_no_agreed_content() -> None:
    assert quality(read(messages.innlagt(CASE))) is None
    assert quality(read(messages.helseopplysninger(CASE, series="C"))) is None


@pytest.mark.parametrize(
    ("kind", "type_", "code"), [("foresporsel", "DIALOG_FORESPORSEL", "1"), ("avvik", "DIALOG_AVVIK", "2")]
)
def test_the_draft_names_what_is_missing_to_whoever_sent_it(kind: str, type_: str, code: str) -> None:
    original = read(notice(status=b"-"))
    drafted = KithAdapter().draft(original, kind, id=CASE.message_id("draft"), at=CASE.start)
    assert drafted is not None
    asked = read(drafted)
    assert (asked.head.type, asked.head.parent) == (type_, original.head.message_id)
    assert (asked.head.receiver, asked.head.sender) == (original.head.sender, original.head.receiver)
    assert asked.head.persons == original.head.persons
    payload = asked.payload
    assert isinstance(payload, Dialogmelding)
    coded = payload.foresporsel[0].type_foresp if payload.foresporsel else payload.notat[0].tema_kodet
    assert coded.v == code
    text = " ".join(leaf for _, _, leaf in leaves(payload))
    assert ITEMS["pasientens-status"] in text
    assert ITEMS["antatt-forlop"] not in text


def test_there_is_no_draft_when_nothing_is_missing() -> None:
    assert KithAdapter().draft(read(notice()), "foresporsel", id="x", at=CASE.start) is None


def test_only_a_missing_medication_list_is_asked_for_as_medication() -> None:
    texts = ((9142, "AAI", "Falt hjemme på badet i går."), (9141, "8", "Går med rullator, hjelp til stell."))
    practical = (9141, "14", "Har rullator og dusjkrakk hjemme.")
    drafted = KithAdapter().draft(
        read(admission(*texts, practical)), "foresporsel", id=CASE.message_id("d"), at=CASE.start
    )
    assert drafted is not None
    payload = read(drafted).payload
    assert isinstance(payload, Dialogmelding)
    asked = payload.foresporsel[0].type_foresp
    assert (asked.s, asked.v) == ("2.16.578.1.12.4.1.1.9154", "4")


def test_every_item_flag_and_kind_has_a_text(epikrise: bytes) -> None:
    bodies = [
        notice(),
        notice(version="1.5"),
        messages.helseopplysninger(CASE, updated=True),
        admission(),
        discharge(),
        epikrise,
    ]
    for body in bodies:
        found = scored(body)
        assert orjson.dumps(told(found))
        assert found.kind in KINDS
        assert {flag for item in found.items for flag in item.flags} <= FLAGS.keys()


@given(st.text(max_size=40))
def test_any_text_is_present_or_weak_and_short_ones_never_count(said: str) -> None:
    word = word_of(said)
    assert word in ("present", "weak")
    if len(" ".join(said.split())) < 12:
        assert word == "weak"


@pytest.fixture
def epikrise() -> bytes:
    def said(heading: str, text: str) -> ep.Comment:
        return made(ep.Comment, heading=cs(8311, heading), text_result_value=Markup(text))

    person = CASE.patient
    inst = made(ep.Inst, name=Leaf("Sykehus"), id=Leaf("1"), type_id=cs(9051, "HER"))
    hcp = made(ep.HCP, inst=inst)
    event = made(
        ep.Event,
        reported_event=made(
            ep.ReportedEvent, start_date_time=TS(v=Leaf("2026-03-02")), end_date_time=TS(v=Leaf("2026-03-06"))
        ),
        serv_type=cs(7309, "N"),
        service=made(ep.Service),
        comment=(
            said("AI", "Innlagt etter fall med smerter i hoften."),
            said("OP", "Kontroll poliklinikk"),
        ),
    )
    rprt = made(
        ep.ServRprt,
        serv_type=cs(7309, "N"),
        issue_date=TS(v=Leaf("2026-03-06T12:00:00")),
        status=cs(7306, "F"),
        msg_descr=Leaf("Epikrise"),
        event=(event,),
        patient=made(
            ep.Patient,
            name=Leaf(f"{person.family}, {person.given}"),
            off_id=Leaf(person.number),
            type_off_id=cs(8116, "FNR"),
        ),
        serv_provider=made(ep.ServProvider, hcp=hcp),
        requester=made(ep.Requester, hcp=hcp),
    )
    root = made(
        ep.Message,
        type=made(type(cs(8279, "EPIKRISE")), v=Leaf("EPIKRISE"), dn=Leaf("Epikrise")),
        mig_version=Leaf("v1.2"),
        gen_date=TS(v=Leaf("2026-03-06T12:00:00")),
        msg_id=Leaf(CASE.message_id("epikrise")),
        serv_rprt=rprt,
    )
    return write(root, "1.2")
