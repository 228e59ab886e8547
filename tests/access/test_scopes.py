"""What scopes give, and how a search is read against the closed list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.access.caller import Caller
from hub.access.scopes import RIGHTS, Role, Scope, grants, parse
from hub.conformance.resources import load
from hub.gateway.allowed import allowed
from hub.gateway.exact import dumps, loads
from hub.gateway.outcome import OutcomeError
from hub.gateway.pages import Pages
from hub.gateway.query import read

(PROMISED,) = load().of_type("CapabilityStatement")
ALLOWED = allowed(PROMISED, load().of_type("SearchParameter"))
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_scope_may_be_limited_by_a_query() -> None:
    assert parse("system/Task.rs?code=a|b&status=requested") == Scope(
        "Task", "rs", (("code", "a|b"), ("status", "requested"))
    )


@pytest.mark.parametrize("text", ["openid", "system/Task.", "system/Task.sr", "patient/Task.rs", "system/task.rs", ""])
def test_what_is_no_smart_scope_gives_nothing(text: str) -> None:
    assert parse(text) is None
    assert grants([text]) == grants([])


def test_an_operator_sees_no_clinical_content() -> None:
    given_to = grants(["heimveg:api/operator"])
    assert given_to.scopes == ()
    assert given_to.rights == {"operation:read"}


def test_a_tester_gets_in_where_patients_are_synthetic_only() -> None:
    assert grants(["heimveg:api/tester"]).scopes
    assert grants(["heimveg:api/tester"], refused={Role.TESTER}) == grants([])
    both = grants(["heimveg:api/tester", "heimveg:api/operator"], refused={Role.TESTER})
    assert both == grants(["heimveg:api/operator"])


def test_every_right_of_the_table_exists() -> None:
    for name in ("epj", "dashboard", "clinician", "tester", "operator"):
        assert grants([f"heimveg:api/{name}"]).rights <= RIGHTS
        assert grants([f"heimveg:api/{name}"]).roles


def test_no_scope_of_the_table_lets_more_be_written_than_is_offered() -> None:
    """Anything may be read within one's organisation; what may be written is named, type by type."""
    offered = {name for name, type_ in ALLOWED.items() if "create" in type_.interactions} | {"Subscription"}
    for name in ("epj", "dashboard", "clinician", "tester"):
        written = [s.type for s in grants([f"heimveg:api/{name}"]).scopes if set(s.may) & set("cud")]
        assert set(written) <= offered
        assert ("Task" in written) == (name in ("epj", "clinician"))
    assert not [s for s in grants(["heimveg:api/clinician"]).scopes if s.type == "Subscription"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("foo", "1", "parameter"),
        ("_content", "x", "parameter"),
        ("_filter", "x", "parameter"),
        ("_list", "x", "parameter"),
        ("_source", "x", "parameter"),
        ("code:in", "x", "modifier"),
        ("code:below", "x", "modifier"),
        ("owner:Observation", "x", "modifier"),
        ("owner.identifier", "x", "chain"),
        ("owner:Organization.partof.name", "x", "parameter"),
        ("status.x", "1", "chain"),
        ("patient.organization.name", "x", "parameter"),
        ("_has:Provenance:target:_id", "x", None),
        ("_has:Task:owner", "x", "chain"),
        ("_has:Composition:patient:_has:Task:for:code", "x", "chain"),
        ("_include", "Task:code", "include"),
        ("_include", "Encounter:patient", "include"),
        ("_include:iterate", "Task:patient", "parameter"),
        ("_revinclude", "*", "include"),
        ("_sort", "secret", "parameter"),
        ("_summary", "everything", "value"),
        ("_count", "-1", "value"),
        ("_elements", "a;b", "value"),
        ("_total", "yes", "value"),
        ("_getpages", "x", "parameter"),
        ("_cursor", "x", "parameter"),
    ],
)
def test_what_is_not_on_the_list_is_refused_by_name(name: str, value: str, code: str | None) -> None:
    if code is None:
        read("Task", [(name, value)], ALLOWED)
        return
    with pytest.raises(OutcomeError) as caught:
        read("Task", [(name, value)], ALLOWED)
    assert caught.value.code == code
    assert not any(digit in caught.value.where for digit in "0123456789")


def test_including_everything_is_every_reference_on_the_list_and_no_more() -> None:
    everything = read("CarePlan", [("_include", "*")], ALLOWED)
    joints = {p.name for p in ALLOWED["CarePlan"].parameters.values() if p.targets}
    assert {include.value for include in everything.includes} == {f"CarePlan:{joint}" for joint in joints}
    assert {"CarePlan:goal", "CarePlan:condition", "CarePlan:subject"} <= {one.value for one in everything.includes}


@pytest.mark.parametrize("scope", ["nhn:careplan/api", "nhn:vkp/api/user/careplan.read"])
def test_a_scope_of_a_national_interface_reads_and_writes_nothing(scope: str) -> None:
    given_to = grants([scope])
    assert given_to.of("CarePlan", "r")
    assert {one.may for one in given_to.scopes} == {"rs"}
    assert given_to.rights == frozenset()


@pytest.mark.parametrize(
    "pairs",
    [
        [("patient.identifier", "urn:oid:2.16.578.1.12.4.1.4.1|x")],
        [("patient.identifier", "13116900216")],
        [("code", "a,13116900216")],
    ],
)
def test_a_persons_number_must_not_be_in_an_address(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(OutcomeError) as caught:
        read("Task", pairs, ALLOWED, in_address=[value for _, value in pairs])
    assert caught.value.code == "number-in-address"
    assert "131169" not in str(caught.value) + caught.value.where
    read("Task", pairs, ALLOWED)


def test_the_promised_dashboard_search_is_allowed() -> None:
    read(
        "Task",
        [
            ("code", "https://heimveg.dev/fhir/CodeSystem/discharge-process|utskrivningsklar"),
            ("status", "requested,received"),
            ("owner:Organization.identifier", "urn:oid:2.16.578.1.12.4.1.4.101|100000024"),
            ("_include", "Task:encounter"),
            ("_sort", "period"),
            ("_count", "10000"),
        ],
        ALLOWED,
    )


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_parameter_is_read_or_refused(name: str, value: str) -> None:
    try:
        read("Task", [(name, value)], ALLOWED)
    except OutcomeError as error:
        assert error.reason.status in (400, 404, 405)


def test_a_page_link_is_its_callers_own_and_ages() -> None:
    pages = Pages(keys=(b"k" * 32,))
    mine = Caller(client="a", numbers=frozenset({"1"}))
    token = pages.seal("http://x/fhir?_getpages=abc&_getpagesoffset=20&evil=1", "Task", mine, NOW)
    assert pages.open(token, mine, NOW) == ("Task", "_getpages=abc&_getpagesoffset=20")
    for other, at in [
        (Caller(client="b", numbers=frozenset({"1"})), NOW),
        (Caller(client="a", numbers=frozenset({"1", "2"})), NOW),
        (mine, NOW + timedelta(hours=2)),
    ]:
        with pytest.raises(OutcomeError):
            pages.open(token, other, at)


@given(st.binary(max_size=80))
def test_a_made_up_page_link_opens_nothing(data: bytes) -> None:
    from base64 import urlsafe_b64encode

    for token in (urlsafe_b64encode(data).decode().rstrip("="), data.decode("latin-1")):
        with pytest.raises(OutcomeError):
            Pages(keys=(b"k" * 32,)).open(token, Caller(client="a"), NOW)


@pytest.mark.parametrize("around", [b'{"value":%b}', b'{"values":[%b,%b]}', b'[%b,"a: 1, b: 2.5"]'])
@pytest.mark.parametrize(
    "number", [b"72.50", b"1.0e2", b"1E5", b"0.10", b"12", b"-3.000", b"9007199254740993", b"12345678901234567890123"]
)
def test_a_number_passes_through_as_it_was_written(number: bytes, around: bytes) -> None:
    told = around.replace(b"%b", number)
    assert dumps(loads(told)) == told


@pytest.mark.parametrize(("offset", "code"), [(50_000, None), (50_001, "too-costly")])
def test_a_search_is_not_followed_for_ever(offset: int, code: str | None) -> None:
    pages, caller = Pages(keys=(b"k" * 32,)), Caller(client="a")
    token = pages.seal(f"http://x/fhir?_getpages=abc&_getpagesoffset={offset}", "Task", caller, NOW)
    if code is None:
        assert pages.open(token, caller, NOW)[0] == "Task"
        return
    with pytest.raises(OutcomeError) as refused:
        pages.open(token, caller, NOW)
    assert refused.value.code == code
