"""What the patient has blocked carries no access tag of whom it is blocked for, in whatever was made of it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from adapters.kith.samples import Case, helseopplysninger, innlagt, notat, utskrivningsklar
from hub.contract import ACCESS, BLOCKED, DENIED, HPR, ORGANISASJONSNUMMER, Identifier, Resource, denied
from mappings.consents import is_block
from mappings.documents.said import Sperring
from mappings.parties import parties_of
from mappings.scope import access

DAY = date(2026, 3, 5)
NORS = {"system": "urn:oid:2.16.578.1.12.4.1.1.9603", "code": "NORS", "display": "Sperret"}


def messages(case: Case) -> list[bytes]:
    return [
        innlagt(case),
        helseopplysninger(case),
        utskrivningsklar(case),
        notat(case, about=case.message_id("utskrivningsklar")),
    ]


def codes(resource: Resource) -> set[str]:
    return {tag["code"] for tag in resource["meta"]["tag"] if tag["system"] == ACCESS}


def bound(found: Any) -> list[Resource]:
    """What is about the patient, but for the blocks themselves."""
    return [r for r in found.projection.resources if not is_block(r)]


def kommune(case: Case) -> Identifier:
    return Identifier(ORGANISASJONSNUMMER, case.parties.saksbehandling.virksomhet.number)


def numbers_of_kommune(case: Case) -> set[str]:
    of = case.parties.saksbehandling.virksomhet
    return {of.number, of.her_id}


def test_a_block_for_one_organisation_shuts_everything_for_every_number_it_goes_by(told, case, entry, at) -> None:
    found = told(*messages(case), entry(Sperring(on=DAY, organisation=kommune(case)), at(5)))
    shut = numbers_of_kommune(case)
    for resource in bound(found):
        assert not codes(resource) & shut, resource["resourceType"]
        assert codes(resource) & {case.parties.hospital.virksomhet.number}
        assert resource["meta"]["security"] == [NORS]
    assert {n for row in found.projection.stays for n in row.organisations} & shut == set()
    assert {n for numbers in found.projection.closed.values() for n in numbers} == {f"{BLOCKED}{n}" for n in shut}


def test_a_block_for_everybody_leaves_nothing_open_and_tells_whose_it_was(told, case, entry, at, read) -> None:
    open_to = set().union(*map(codes, bound(told(*messages(case)))))
    found = told(*messages(case), entry(Sperring(on=DAY), at(5)))
    assert set().union(*map(codes, bound(found))) == {f"{BLOCKED}{number}" for number in open_to}
    assert set(found.projection.closed) == {"", *(read(body).head.message_id for body in messages(case))}


def test_a_block_of_one_message_shuts_what_it_alone_made(told, case, entry, at, read) -> None:
    message = read(messages(case)[-1]).head.message_id
    found = told(*messages(case), entry(Sperring(on=DAY, message=message.upper()), at(5)))
    shut = [r for r in bound(found) if r["meta"].get("source") == f"urn:uuid:{message}"]
    assert {"DocumentReference", "Binary", "Composition", "Provenance"} <= {r["resourceType"] for r in shut}
    assert all(code.startswith(BLOCKED) for r in shut for code in codes(r))
    others = [r for r in bound(found) if r not in shut]
    assert not any(code.startswith(BLOCKED) for r in others for code in codes(r))
    assert list(found.projection.closed) == [message]


def test_a_block_that_is_taken_back_never_was(told, case, entry, at) -> None:
    block = entry(Sperring(on=DAY), at(5))
    lifted = entry(Sperring(on=DAY), at(6), series="C", parent=block.head.message_id, message_id="lifted")
    found = told(*messages(case), block, lifted)
    assert found.projection.closed == {}
    assert not any(code.startswith(BLOCKED) for r in bound(found) for code in codes(r))


def test_another_organisation_cannot_lift_a_block(told, case, entry, at) -> None:
    block = entry(Sperring(on=DAY), at(5))
    by = case.parties.hospital
    lifted = entry(Sperring(on=DAY), at(6), by=by, series="C", parent=block.head.message_id, message_id="lifted")
    assert told(*messages(case), block, lifted).projection.closed


def test_a_block_of_a_message_that_nobody_knows_is_told(told, case, entry, at) -> None:
    found = told(*messages(case), entry(Sperring(on=DAY, message="no such message"), at(5)))
    assert "block-without-message" in {issue.code for issue in found.issues}
    assert found.projection.closed == {}


@pytest.mark.parametrize("later", [innlagt, utskrivningsklar])
def test_a_message_that_comes_after_the_block_is_shut_too(told, case, entry, at, later) -> None:
    found = told(helseopplysninger(case), entry(Sperring(on=DAY), at(5)), later(case))
    assert all(code.startswith(BLOCKED) for r in bound(found) for code in codes(r))


def denied_in(resource: Resource) -> set[str]:
    return {code for code in codes(resource) if code.startswith(DENIED)}


@pytest.mark.parametrize("of", ["person", "unit"])
def test_a_block_of_one_person_or_unit_leaves_the_organisations_as_they_were(told, case, entry, at, ids, of) -> None:
    named = Identifier(HPR, "9999999") if of == "person" else Identifier(ORGANISASJONSNUMMER, "100000008")
    said = Sperring(on=DAY, person=named.value) if of == "person" else Sperring(on=DAY, unit=named)
    before, found = told(*messages(case)), told(*messages(case), entry(said, at(5)))
    word = denied(ids, named)
    assert named.value not in word
    for resource in bound(found):
        assert denied_in(resource) == {word}
        assert resource["meta"]["security"] == [NORS]
    assert [codes(r) - {word} for r in bound(found)] == [codes(r) for r in bound(before)]
    assert all(word in row.organisations for row in found.projection.stays)
    assert set(found.projection.closed.values()) == {(word,)}


def test_a_block_of_one_person_may_be_of_one_message(told, case, entry, at, read, ids) -> None:
    message = read(messages(case)[-1]).head.message_id
    found = told(*messages(case), entry(Sperring(on=DAY, person="9999999", message=message), at(5)))
    shut = [r for r in bound(found) if denied_in(r)]
    assert {r["meta"]["source"] for r in shut} == {f"urn:uuid:{message}"}
    assert found.projection.closed == {message: (denied(ids, Identifier(HPR, "9999999")),)}


def test_a_block_is_a_consent_that_only_its_teller_sees_and_gone_when_taken_back(told, case, entry, at, read) -> None:
    message = read(messages(case)[-1]).head.message_id
    said = Sperring(on=DAY, organisation=kommune(case), message=message)
    block = entry(said, at(5), by=case.parties.hospital)
    (consent,) = [r for r in told(*messages(case), block).of("Consent") if is_block(r)]
    assert codes(consent) == {case.parties.hospital.virksomhet.number}
    assert (consent["status"], consent["dateTime"]) == ("active", "2026-03-05")
    assert consent["policyRule"]["coding"][0]["code"] == "PBRL5-3"
    (actor,), (data,) = consent["provision"]["actor"], consent["provision"]["data"]
    assert actor["reference"]["identifier"]["value"] == kommune(case).value
    assert data["reference"]["identifier"]["value"] == f"urn:uuid:{message}"
    lifted = entry(said, at(6), by=case.parties.hospital, series="C", parent=block.head.message_id, message_id="lifted")
    assert not any(is_block(r) for r in told(*messages(case), block, lifted).of("Consent"))


@pytest.mark.parametrize("said", ["true", "false"])
def test_what_must_not_be_sent_on_says_so_and_is_open_to_its_own_parties_alone(told, case, read, said) -> None:
    status = rb"(<(\w+:)?Forsendelsesstatus [^>]*/>)"
    body = re.sub(
        status,
        rb"\1<\2ForbeholdOmVideresending>%b</\2ForbeholdOmVideresending>" % said.encode(),
        helseopplysninger(case),
    )
    found = told(innlagt(case), body)
    source = f"urn:uuid:{read(body).head.message_id}"
    own = [r for r in bound(found) if r["meta"].get("source") == source]
    (document,) = [r for r in own if r["resourceType"] == "DocumentReference"]
    labels = [coding["code"] for label in document.get("securityLabel", ()) for coding in label["coding"]]
    assert labels == (["NORDSCLCD"] if said == "true" else [])
    parties = {number for _, number in access(parties_of(read(body)))}
    assert {frozenset(codes(r)) for r in own} == {frozenset(parties)}
