"""Whose token opens the door, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from joserfc.jwk import ECKey

from hub.access.caller import DEMO
from hub.access.door import Door
from hub.access.entrance import door
from hub.access.issuer import Wanted
from hub.access.limits import Limits, TooManyError
from hub.access.scopes import Role
from hub.keyring import Ring
from hub.settings import load_settings

MUNICIPALITY = "100000024"
ADDRESS = "http://127.0.0.1:8040/fhir/Task"


def test_a_good_token_with_its_proof_is_the_organisation_and_person_it_names(gate) -> None:
    wanted = Wanted(
        orgnr_parent=MUNICIPALITY, orgnr_child="100000032", hpr_number="9999999", security_level="4",
        scope=["heimveg:api/clinician"],
    )  # fmt: skip
    caller = gate.call(gate.with_token(wanted))
    assert caller.numbers == {MUNICIPALITY, "100000032"}
    assert (caller.hpr, caller.level, caller.demo) == ("9999999", "4", False)
    assert caller.grants.roles == {Role.CLINICIAN}
    assert [s.may for s in caller.grants.of("Task", "r")] == ["rs"]


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ("expired", "expired"),
        ("not-yet-valid", "not-yet-valid"),
        ("wrong-issuer", "wrong-issuer"),
        ("wrong-audience", "wrong-audience"),
        ("no-client", "no-client"),
        ("level-too-low", "level-too-low"),
        ("malformed-time", "malformed"),
        ("wrong-signature", "wrong-signature"),
        ("unknown-key", "wrong-signature"),
        ("wrong-algorithm", "wrong-algorithm"),
        ("wrong-type", "wrong-type"),
        ("unbound", "dpop-malformed"),
        ("wrong-binding", "dpop-wrong-key"),
    ],
)
def test_a_faulty_token_opens_nothing_and_the_answer_says_why(gate, fault: str, word: str) -> None:
    refused = gate.refusal(gate.with_token(Wanted(orgnr_parent=MUNICIPALITY, fault=fault)))
    assert (refused.code, refused.word) == ("no-token", word)
    assert word in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"htm": "POST"}, "dpop-wrong-method"),
        ({"htu": "http://127.0.0.1:8040/fhir/Patient"}, "dpop-wrong-address"),
        ({"htu": "https://127.0.0.1:8040/fhir/Task"}, "dpop-wrong-address"),
        ({"iat": 1}, "dpop-too-old"),
        ({"iat": None}, "dpop-too-old"),
        ({"iat": 4102444800}, "dpop-too-old"),
        ({"ath": "another"}, "dpop-wrong-token"),
        ({"jti": None}, "dpop-malformed"),
        ({"jti": ""}, "dpop-malformed"),
        ({"jti": "x" * 300}, "dpop-malformed"),
        ({"key": ECKey.generate_key("P-256")}, "dpop-wrong-key"),
    ],
)
def test_a_faulty_proof_opens_nothing(gate, changed: dict[str, Any], word: str) -> None:
    assert gate.refusal(gate.with_token(**changed)).word == word


def test_a_proof_opens_the_door_once(gate) -> None:
    headers = gate.with_token()
    gate.call(headers)
    assert gate.refusal(headers).word == "dpop-replayed"


def test_a_proof_for_the_address_without_its_query_is_good(gate) -> None:
    assert gate.call(gate.with_token(htu="HTTP://127.0.0.1:8040/fhir/Task?other#part")).client == "dev-client"


def test_two_proofs_are_one_too_many(gate) -> None:
    (token, proof), (_, again) = gate.with_token(), gate.with_token()[1:][0]
    assert gate.refusal([token, proof, ("DPoP", again)]).word == "dpop-malformed"


def test_a_private_key_in_a_proof_is_refused(gate) -> None:
    from joserfc import jwt

    token = gate.issuer.token(Wanted(orgnr_parent=MUNICIPALITY))
    key = gate.issuer.client_key
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.as_dict(private=True)}
    proof = jwt.encode(header, {"htm": "GET"}, key)
    assert gate.refusal([("Authorization", f"DPoP {token}"), ("DPoP", proof)]).word == "dpop-malformed"


@pytest.mark.parametrize("headers", [[], [("Authorization", "Basic eDp5")], [("Authorization", "DPoP ")]])
def test_without_a_token_nobody_gets_in(gate, headers: list[tuple[str, str]]) -> None:
    assert gate.refusal(headers).word == "no-token"


def test_a_bound_token_is_worth_nothing_as_a_bearer_token(make_gate) -> None:
    gate = make_gate(dpop_required=False)
    token = gate.issuer.token(Wanted(orgnr_parent=MUNICIPALITY))
    assert gate.refusal([("Authorization", f"Bearer {token}")]).word == "dpop-required"


def test_an_unbound_bearer_token_opens_only_where_proof_is_optional(make_gate) -> None:
    wanted = Wanted(orgnr_parent=MUNICIPALITY, fault="unbound")
    for required in (True, False):
        gate = make_gate(dpop_required=required)
        headers = [("Authorization", f"Bearer {gate.issuer.token(wanted)}")]
        if required:
            assert gate.refusal(headers).word == "dpop-required"
        else:
            assert gate.call(headers).numbers == {MUNICIPALITY}


def test_a_nonce_is_given_and_then_taken(make_gate) -> None:
    gate = make_gate(nonce_key=b"n" * 32)
    refused = gate.refusal(gate.with_token())
    assert 'error="use_dpop_nonce"' in refused.headers["WWW-Authenticate"]
    assert gate.call(gate.with_token(nonce=refused.headers["DPoP-Nonce"])).client == "dev-client"
    assert gate.refusal(gate.with_token(nonce="made-up")).word == "use_dpop_nonce"


def test_a_new_key_of_the_issuer_is_taken_and_the_old_one_refused(gate) -> None:
    old = gate.with_token()
    gate.issuer.rotate()
    assert gate.call(gate.with_token()).client == "dev-client"
    assert gate.refusal(old).word == "wrong-signature"


def test_behind_a_proxy_the_proof_is_about_the_public_address(make_gate) -> None:
    gate = make_gate(public_url="https://heimveg.example")
    assert gate.call(gate.with_token(htu="https://heimveg.example/fhir/Task")).client == "dev-client"
    assert gate.refusal(gate.with_token()).word == "dpop-wrong-address"


def test_an_organisation_has_the_her_ids_that_the_operator_gave_it(make_gate) -> None:
    gate = make_gate(her_ids={MUNICIPALITY: ("90001",)})
    assert gate.call(gate.with_token()).numbers == {MUNICIPALITY, "90001"}


def test_a_token_without_an_organisation_sees_nothing(gate) -> None:
    assert gate.call(gate.with_token(Wanted(fault="no-organisation", orgnr_parent=MUNICIPALITY))).numbers == frozenset()


def test_without_an_issuer_everybody_is_the_marked_demo_user() -> None:
    import asyncio

    assert asyncio.run(Door().caller(None)) is DEMO  # type: ignore[arg-type]
    assert DEMO.demo


def test_a_client_that_asks_too_often_is_told_when_to_come_back() -> None:
    now = [0.0]
    limits = Limits(per_minute=60, clock=lambda: now[0])
    for _ in range(60):
        limits.count("a")
    with pytest.raises(TooManyError) as caught:
        limits.count("a")
    assert caught.value.seconds == 1
    limits.count("b")
    now[0] += 1
    limits.count("a")


def test_the_door_of_a_deployment_is_as_its_settings_say(tmp_path: Path) -> None:
    told = tmp_path / "her_ids.csv"
    told.write_text("organisation,her_id\n100000024,90001\n", encoding="utf-8")
    settings = load_settings(
        issuer="https://issuer.example", synthetic_persons="refuse", dpop_nonce=True, lowest_level=4, her_ids=told,
        requests_per_minute=7, public_url="https://heimveg.example", id_key="k" * 32, home=tmp_path,
    )  # fmt: skip
    nobody: Any = None
    made = door(settings, nobody, cast(Any, object()), Ring(((0, b"s" * 32),)))
    assert made.verifier is not None
    assert (made.verifier.lowest_level, made.dpop_required, made.limits.per_minute) == (4, True, 7)
    assert made.proofs is not None
    assert made.proofs.nonce_key
    assert (made.refused, made.her_ids) == ({Role.TESTER}, {"100000024": ("90001",)})
    assert (made.public_url, made.ids is not None) == ("https://heimveg.example", True)
    assert door(load_settings(issuer=""), nobody, None, Ring(((0, b"s" * 32),))).verifier is None
