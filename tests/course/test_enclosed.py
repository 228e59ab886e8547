"""Files and parts that a message brings: each a DocumentReference of its own, its bytes whole (HIS 1036:2011)."""

from __future__ import annotations

import base64
import hashlib

import pytest

from adapters.kith.samples import Attachment, Elsewhere, epikrise, epj_ekstrakt, helsefaglig, jpeg, notat, pdf, png, xml
from mappings.documents import coverage

FILES = (pdf("Kurve"), jpeg("Foto"), png("Sår"), xml("Måleverdier"))


def own(projected, message="Helsefaglig dialog"):
    """The DocumentReference of the message itself."""
    (found,) = [d for d in projected.of("DocumentReference") if "relatesTo" not in d]
    return found


def others(projected):
    return [d for d in projected.of("DocumentReference") if "relatesTo" in d]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.mime)
def test_a_file_comes_through_whole_with_type_size_and_hash(told, case, file) -> None:
    projected = told(helsefaglig(case, attachments=(file,)))
    (document,) = others(projected)
    (attachment,) = [c["attachment"] for c in document["content"]]
    assert (attachment["contentType"], attachment["title"], attachment["size"]) == (
        file.mime,
        file.title,
        len(file.body),
    )
    assert base64.b64decode(attachment["hash"]) == hashlib.sha1(file.body, usedforsecurity=False).digest()
    (binary,) = [b for b in projected.of("Binary") if f"Binary/{b['id']}" == attachment["url"]]
    assert base64.b64decode(binary["data"]) == file.body
    assert binary["contentType"] == file.mime


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_document_that_an_epikrise_names_elsewhere_is_found_by_its_address(told, read, case, version) -> None:
    curve = Elsewhere("Kurve", "application/pdf", "https://journal.example.org/d/7")
    body = epikrise(case, version=version, elsewhere=[curve])
    projected = told(body)
    letter, (document,) = own(projected), others(projected)
    held = {"title": curve.title, "contentType": curve.mime, "url": curve.url}
    assert document["content"] == [{"attachment": held}]
    assert document["relatesTo"][0]["target"]["reference"] == f"DocumentReference/{letter['id']}"
    assert letter["description"] == "Sykehusepikrise"
    assert coverage(read(body), projected.everything).lost == ()


def test_files_add_to_the_document_of_the_message_and_are_found_beside_it(told, case) -> None:
    projected = told(helsefaglig(case, attachments=FILES))
    main = own(projected)
    assert len(main["content"]) == 1
    for document in others(projected):
        assert document["relatesTo"] == [
            {"code": "appends", "target": {"reference": f"DocumentReference/{main['id']}"}}
        ]
        assert document["type"] == main["type"]
        assert document["category"][0]["coding"][0]["display"] == "Vedlegg"
    assert len({d["masterIdentifier"]["value"] for d in projected.of("DocumentReference")}) == len(FILES) + 1


def test_a_file_of_a_kind_that_nobody_agreed_on_is_carried_and_flagged(told, read, case) -> None:
    body = helsefaglig(case, attachments=(Attachment(title="Film", mime="video/x-odd", body=b"film"),))
    assert [i.code for i in read(body).issues if i.code.startswith("attachment")] == ["attachment-type"]
    (document,) = others(told(body))
    assert document["content"][0]["attachment"]["contentType"] == "video/x-odd"


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.mime)
def test_the_kinds_of_files_that_are_agreed_on_are_not_flagged(read, case, file) -> None:
    assert [i for i in read(helsefaglig(case, attachments=(file,))).issues if i.code == "attachment-type"] == []


def test_every_part_of_an_extract_is_a_document_with_its_category(told, case) -> None:
    projected = told(epj_ekstrakt(case))
    assert {d["category"][0]["text"] for d in others(projected)} == {"Cave/allergier", "Andre notater", "Legemidler"}
    assert {len(d["identifier"]) for d in others(projected)} == {1}
    (composition,) = projected.of("Composition")
    assert {e["reference"].partition("/")[0] for s in composition["section"] for e in s.get("entry", ())} >= {
        "MedicationStatement",
        "AllergyIntolerance",
    }


def test_a_message_of_one_document_has_one_reference(told, case) -> None:
    assert len(told(notat(case, None)).of("DocumentReference")) == 1


def test_the_provenance_of_a_message_tells_of_its_files(told, case) -> None:
    projected = told(helsefaglig(case, attachments=(pdf(),)))
    (document,) = others(projected)
    targets = {t["reference"] for p in projected.of("Provenance") for t in p["target"]}
    assert f"DocumentReference/{document['id']}" in targets


def test_a_dialog_points_at_the_files_that_came_with_it_and_names_who_it_is_from(told, case) -> None:
    projected = told(helsefaglig(case, attachments=(pdf(),)))
    communication = projected.one("Communication")
    (document,) = others(projected)
    assert communication["payload"][-1] == {"contentReference": {"reference": f"DocumentReference/{document['id']}"}}
    (role,) = [e for e in communication["extension"] if e["url"].endswith("rolle-notat")]
    (who,) = [part["valueReference"] for part in role["extension"] if part["url"] == "who"]
    assert who["reference"] == f"#{communication['contained'][0]['id']}"


@pytest.mark.parametrize("body", [helsefaglig, notat, epj_ekstrakt], ids=lambda f: f.__name__)
def test_most_of_a_dialog_or_an_extract_is_structured(told, read, case, body) -> None:
    message = body(case, None) if body is notat else body(case)
    found = coverage(read(message), told(message).everything)
    assert found.lost == ()
    assert found.share > 0.85
