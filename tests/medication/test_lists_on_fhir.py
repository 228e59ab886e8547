"""Received lists on the FHIR server: a List, a statement for each line, a request where the source has an order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from adapters.kith.samples import Case, innlagt
from adapters.lists import envelope
from hub.contract import HPR, Document, Projection, Resource
from hub.doors import course, dump
from hub.identity import id_maker
from hub.judge import judge_now
from hub.plugins import installed
from mappings.norwegian_time import OSLO
from tests.medication.test_hl7_orders import MESSAGE
from tests.medication.test_list_files import AT_ADMISSION, NOW, ROWS, bundle, csv_file, home, hospital, order, raw

IDS = id_maker(b"the key of these tests")
WARD = "\r".join(MESSAGE)


def read(body: str, **headers: str) -> Document:
    found = judge_now(raw(body, **headers), installed(), dump, IDS).outcome
    assert isinstance(found, Document), found
    return found


def projected(*documents: Document, at: datetime = NOW) -> Projection:
    return course(documents, at, ids=IDS)


def of_type(projection: Projection, *types: str) -> list[Resource]:
    return [r for r in projection.resources if r["resourceType"] in types]


def by_name(projection: Projection, name: str, of: str = "MedicationStatement") -> Resource:
    return next(r for r in of_type(projection, of) if name in r["medicationCodeableConcept"]["text"])


def test_every_line_is_a_statement_and_every_list_a_list_of_them_in_order() -> None:
    made = projected(read(csv_file()))
    (listed,) = of_type(made, "List")
    assert (listed["mode"], listed["title"]) == ("snapshot", "Sykehusets liste under oppholdet")
    named = {f"MedicationStatement/{r['id']}": r for r in of_type(made, "MedicationStatement")}
    lines = [named[entry["item"]["reference"]] for entry in listed["entry"]]
    assert [one["medicationCodeableConcept"]["text"] for one in lines] == [
        "Metoprolol depottablett", "Eliquis", "Albyl-E", "Paracet",
    ]  # fmt: skip
    assert of_type(made, "MedicationRequest") == []


def test_an_order_is_a_request_that_its_statement_is_based_on() -> None:
    made = projected(read(hospital()))
    statement, order = by_name(made, "Eliquis"), by_name(made, "Eliquis", "MedicationRequest")
    assert statement["basedOn"] == [{"reference": f"MedicationRequest/{order['id']}"}]
    assert (order["intent"], order["status"], order["authoredOn"]) == ("order", "active", "2026-03-06T09:12:00+01:00")
    assert order["dosageInstruction"] == statement["dosage"]


def test_who_ordered_is_named_by_number_and_name() -> None:
    asked = {"requester": {"display": "Rita Lin", "identifier": {"system": HPR, "value": "9144900"}}}
    made = projected(read(bundle(order(1, "C07AB02", "Metoprolol", "1 tablett morgen", **asked))))
    who = {"type": "Practitioner", "identifier": {"system": HPR, "value": "9144900"}, "display": "Rita Lin"}
    assert by_name(made, "Metoprolol", "MedicationRequest")["requester"] == who
    assert by_name(made, "Metoprolol")["informationSource"] == who
    orders = WARD.replace("|||||||^Byttet", "|||9144900^Lin^Rita^^^^^^HPR||||^Byttet")
    assert by_name(projected(read(orders)), "Albyl-E", "MedicationRequest")["requester"] == who


def test_orders_as_changes_are_a_list_of_changes() -> None:
    (listed,) = of_type(projected(read(WARD)), "List")
    assert listed["mode"] == "changes"


def test_a_stop_says_when_and_why() -> None:
    stopped = by_name(projected(read(hospital())), "Albyl-E")
    assert (stopped["status"], stopped["effectivePeriod"]["end"]) == ("stopped", "2026-03-08T14:00:00+01:00")
    assert "Byttet til Eliquis" in [reason.get("text") for reason in stopped["statusReason"]]


def test_what_is_packed_as_multidose_is_visible_on_the_line() -> None:
    packed = by_name(projected(read(home(), **AT_ADMISSION)), "Albyl-E")
    (multidose,) = [e for e in packed["extension"] if e["url"].endswith("/multidose")]
    assert [(e["url"], str(e.get("valueBoolean"))) for e in multidose["extension"][:1]] == [("inMultidose", "true")]


def test_route_fest_and_pll_of_a_line_are_kept() -> None:
    line = by_name(projected(read(home(), **AT_ADMISSION)), "Metoprolol")
    assert line["identifier"][0]["type"] == {"text": "PLL"}
    assert any(c["code"].startswith("ID_") for c in line["medicationCodeableConcept"]["coding"])
    assert by_name(projected(read(WARD)), "Metoprolol")["dosage"][0]["route"] == {"text": "Per os"}


def test_each_leaf_of_a_line_remembers_where_it_stood() -> None:
    line = by_name(projected(read(csv_file())), "Eliquis")
    assert line["dosage"][0]["text"].path == "3/dosering"
    assert line["medicationCodeableConcept"]["text"].path == "3/navn"


def test_provenance_names_the_message_behind_each_line() -> None:
    made = projected(read(csv_file()))
    (provenance,) = of_type(made, "Provenance")
    targets = {target["reference"] for target in provenance["target"]}
    assert {f"MedicationStatement/{r['id']}" for r in of_type(made, "MedicationStatement")} < targets


def test_the_bytes_are_kept_as_what_they_are() -> None:
    made = projected(read(csv_file()), read(hospital()), read(WARD))
    assert {r["contentType"] for r in of_type(made, "Binary")} == {
        "text/csv", "application/fhir+json", "application/hl7-v2",
    }  # fmt: skip


def test_an_empty_whole_list_is_a_statement() -> None:
    import json

    whole = json.loads(hospital())
    whole["entry"][1:] = [
        {"resource": {"resourceType": "List", "status": "current", "mode": "snapshot", "code": {"text": "Liste"},
                      "subject": {"reference": "urn:uuid:p"}, "date": whole["timestamp"]}},
    ]  # fmt: skip
    (listed,) = of_type(projected(read(json.dumps(whole), **{envelope.TYPE: "gp"})), "List")
    assert "entry" not in listed
    assert listed["emptyReason"]["coding"][0]["code"] == "nilknown"


def test_the_order_of_arrival_does_not_matter() -> None:
    told = [read(csv_file()), read(hospital()), read(WARD), read(home(), **AT_ADMISSION)]
    forward, back = projected(*told), projected(*reversed(told), *told)
    assert forward == back


def admitted() -> tuple[Document, str]:
    """A patient in hospital, and the hospital's number."""
    case = Case(name="lists", start=datetime(2026, 3, 5, 10, 0, tzinfo=OSLO))
    message = read(innlagt(case).decode())
    return message, message.head.persons[0].value


def test_a_list_belongs_to_the_stay_of_its_hospital_and_does_not_rename_anybody() -> None:
    message, number = admitted()
    said = {envelope.ORGANISATION: message.head.sender.key, envelope.SYSTEM: "Meona"}
    body = csv_file(*(row.replace(row.split(";")[0], number) for row in ROWS))
    made = projected(message, read(body, **said), at=datetime(2026, 3, 11, tzinfo=UTC))
    (encounter,) = of_type(made, "Encounter")
    (listed,) = of_type(made, "List")
    assert listed["encounter"] == {"reference": f"Encounter/{encounter['id']}"}
    (patient,) = [r for r in of_type(made, "Patient") if r["active"]]
    assert patient["name"]
    newest: dict[str, Any] = {}
    for mention in sorted(made.mentions, key=lambda m: (m.at, m.message_id)):
        newest[mention.resource["id"]] = mention.resource.get("name")
    assert "Meona" not in newest.values()


def test_only_the_parties_of_a_list_may_see_it() -> None:
    said = {envelope.ORGANISATION: "urn:oid:2.16.578.1.12.4.1.4.101|100000008"}
    (listed,) = of_type(projected(read(csv_file(), **said)), "List")
    assert [tag["code"] for tag in listed["meta"]["tag"]] == ["100000008"]
