"""Checklist items, deviations and what people have seen, as the FHIR server shows them."""

from __future__ import annotations

from adapters.kith.samples import messages
from mappings.documents.said import ChecklistItem, Deviation, MessageAcknowledged, MessageRead


def tasks(found, code):
    coded = (r for r in found.projection.resources if r["resourceType"] == "Task")
    return [task for task in coded if task["code"]["coding"][0]["code"] == code]


def provenance(found, entry):
    (one,) = [r for r in found.projection.resources if r.get("meta", {}).get("source", "").endswith(entry)]
    return {target["reference"] for target in one["target"]}


def test_an_item_of_a_checklist_is_one_task_that_shows_what_was_told_last(told, case, entry, at) -> None:
    item = {"item": "epikrise-gitt", "text": "Epikrisen er gitt til pasienten"}
    begun = [messages.innlagt(case), entry(ChecklistItem(**item, done=False), at(2, 12))]
    other = entry(ChecklistItem(item="transport", done=False), at(2, 14))
    (waiting,) = tasks(told(*begun), "sjekkpunkt")
    done, second = tasks(told(*begun, other, entry(ChecklistItem(**item, done=True), at(3, 12))), "sjekkpunkt")
    if done["status"] != "completed":
        done, second = second, done
    assert (waiting["status"], done["status"], second["status"]) == ("requested", "completed", "requested")
    assert waiting["id"] == done["id"] != second["id"]
    assert (done["description"], second["description"]) == (item["text"], "transport")
    assert done["authoredOn"] == waiting["authoredOn"] != done["lastModified"]


def test_a_deviation_is_a_task_for_who_sent_the_message(told, case, entry, at) -> None:
    concerned = case.message_id("innlagt-N")
    said = Deviation(message=concerned, reason="incomplete", text="Funksjonsvurderingen mangler")
    found = told(messages.innlagt(case), entry(said, at(2, 12)))
    (task,) = [t for t in tasks(found, "avklaring") if t["status"] == "on-hold"]
    (document,) = [r for r in found.projection.resources if r["resourceType"] == "DocumentReference"]
    assert task["focus"]["reference"] == f"DocumentReference/{document['id']}"
    assert task["statusReason"]["coding"][0]["code"] == "2"
    assert task["statusReason"]["text"] == said.text
    own = next(t for t in tasks(found, "tidlig-varsel"))
    assert task["owner"] == own["owner"], "the hospital, which owes the early notice too"
    assert task["requester"] == own["requester"]


def test_who_has_seen_a_message_stands_as_provenance_on_its_document(told, case, entry, at) -> None:
    concerned = case.message_id("innlagt-N")
    for said in (MessageRead(message=concerned), MessageAcknowledged(message=concerned)):
        one = entry(said, at(2, 12))
        found = told(messages.innlagt(case), one)
        (document,) = [r for r in found.projection.resources if r["resourceType"] == "DocumentReference"]
        assert f"DocumentReference/{document['id']}" in provenance(found, one.head.message_id)
