"""`heimveg bootstrap` on a real HAPI FHIR server: installed once, honoured at once, proved without a trace."""

from __future__ import annotations

import asyncio
import copy
import json
import shutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.conformance.bootstrap import Report, bootstrap
from hub.conformance.canaries import CANARY_TAG, prove
from hub.conformance.resources import BUILT, Conformance, Search, load
from hub.delivery.client import FhirClient
from hub.delivery.content import Ref
from hub.errors import FatalError, FhirServerAwayError

pytestmark = pytest.mark.integration

T = TypeVar("T")
Resource = dict[str, Any]
PATIENCE = 120.0
EXAMPLES = [json.loads(path.read_bytes()) for path in sorted((BUILT / "examples").glob("*.json"))]


def example(id_: str) -> Resource:
    """A copy to change."""
    return copy.deepcopy(next(e for e in EXAMPLES if e["id"] == id_))


def ask(base: str, question: Callable[[FhirClient], Awaitable[T]]) -> T:
    """The answer of one call to the server."""

    async def asked() -> T:
        async with FhirClient(base) as client:
            return await question(client)

    return asyncio.run(asked())


def quiet(text: str) -> None:
    """Progress is for people."""


def run(base: str, conformance: Conformance) -> Report:
    return ask(base, lambda client: bootstrap(client, conformance, quiet, patience=PATIENCE))


def errors(base: str, resource: Resource) -> list[str]:
    """What the server's validator refuses in a resource, with where."""
    outcome = ask(base, lambda client: client.post(f"{resource['resourceType']}/$validate", resource))
    return [
        f"{issue.get('location', ['?'])[0]}: {issue['diagnostics']}"
        for issue in outcome["issue"]
        if issue["severity"] in ("error", "fatal")
    ]


def total(base: str, type_: str, **criteria: str) -> int:
    found = ask(base, lambda client: client.search(type_, {**criteria, "_summary": "count"}))
    return int(found["total"])


@pytest.fixture
def base(fhir) -> str:
    return str(fhir.base)


@pytest.fixture
def folder(base: str, tmp_path: Path) -> Iterator[Path]:
    """A conformance set to change; what was installed from it is made as before afterwards."""
    yield Path(shutil.copytree(BUILT, tmp_path / "built"))
    run(base, load())


def test_a_second_run_finds_everything_there_and_changes_nothing(base: str, monkeypatch) -> None:
    monkeypatch.setenv("HEIMVEG_FHIR_URL", base)
    before = ask(base, lambda client: client.read_all([Ref("StructureDefinition", "conformance-set")]))
    done = CliRunner().invoke(app, ["bootstrap"])
    after = ask(base, lambda client: client.read_all([Ref("StructureDefinition", "conformance-set")]))
    assert done.exit_code == 0
    assert f"conformance: 0 installed, {len(load().resources) + 1} unchanged" in done.stdout
    assert "nothing to do" in done.stderr
    assert after == before


def test_the_search_parameters_can_be_proved_again_at_any_time(base: str, monkeypatch) -> None:
    monkeypatch.setenv("HEIMVEG_FHIR_URL", base)
    done = CliRunner().invoke(app, ["bootstrap", "--prove"])
    assert done.exit_code == 0
    assert f"proved {len(load().searches)} search parameters with canaries" in done.stderr


def test_a_run_that_was_cut_off_is_made_good_by_the_next(base: str) -> None:
    def cut_off(text: str) -> None:
        raise InterruptedError(text)

    with pytest.raises(InterruptedError):
        ask(base, lambda client: bootstrap(client, load(), cut_off, patience=PATIENCE, again=True))
    said: list[str] = []
    ask(base, lambda client: bootstrap(client, load(), said.append, patience=PATIENCE))
    assert [text for text in said if text.startswith("proved")] != []


@pytest.mark.parametrize("search", load().searches, ids=lambda search: f"{search.type}-{search.parameter}")
def test_a_search_parameter_tells_two_canaries_apart(base: str, search: Search) -> None:
    ask(base, lambda client: prove(client, replace(load(), searches=(search,)), quiet, patience=PATIENCE))


@pytest.mark.parametrize(
    "wrong",
    [
        Search(parameter="due", type="Task", one="1999-01-01", other="2001-02-10"),
        Search(parameter="no-such-parameter", type="Task", one="2001-02-03", other="2001-02-10"),
        Search(parameter="status", type="Task", one="entered-in-error", other="entered-in-error"),
    ],
    ids=["finds neither", "is not known", "finds both"],
)
def test_a_search_that_does_not_tell_canaries_apart_is_named(base: str, wrong: Search) -> None:
    conformance = replace(load(), searches=(*load().searches, wrong))
    with pytest.raises(FatalError, match=rf"does not answer Task\?{wrong.parameter} as it should"):
        ask(base, lambda client: prove(client, conformance, quiet, patience=0))
    assert total(base, "Task", _tag=CANARY_TAG) == 0


@pytest.mark.parametrize("type_", sorted({canary["resourceType"] for canary in load().canaries}))
def test_no_search_ever_shows_a_canary_afterwards(base: str, type_: str) -> None:
    assert total(base, type_, _tag=CANARY_TAG) == 0


@pytest.mark.parametrize("resource", EXAMPLES, ids=lambda resource: resource["id"])
def test_every_example_is_valid(base: str, resource: Resource) -> None:
    assert errors(base, resource) == []


def test_a_task_without_code_is_refused(base: str) -> None:
    task = example("example-task")
    del task["code"]
    assert [error for error in errors(base, task) if "Task.code" in error] != []


def test_a_task_with_a_code_of_nobody_is_refused(base: str) -> None:
    task = example("example-task")
    task["code"]["coding"][0]["code"] = "tull"
    assert [error for error in errors(base, task) if "discharge-process" in error] != []


def test_a_verdict_of_nobody_is_refused(base: str) -> None:
    task = example("example-task-duty")
    [code] = [part for part in task["extension"][0]["extension"] if part["url"] == "code"]
    code["valueCodeableConcept"]["coding"][0]["code"] = "tull"
    assert [error for error in errors(base, task) if "verdict" in error] != []


def test_a_source_code_that_we_do_not_know_is_no_error(base: str) -> None:
    """Rule 6 of the architecture: the source coding is kept, whatever it is."""
    encounter = example("example-encounter")
    kodeverk = "urn:oid:2.16.578.1.12.4.1.1"
    encounter["type"][0]["coding"][0] = {"system": f"{kodeverk}.8240", "code": "99"}
    encounter["reasonCode"] = [{"coding": [{"system": f"{kodeverk}.7110", "code": "I50"}]}]
    encounter["extension"].append({"url": "http://example.org/of-somebody-else", "valueString": "x"})
    assert errors(base, encounter) == []


def test_the_server_answers_every_search_that_we_promise(base: str) -> None:
    [promise] = [resource for resource in load().resources if resource["resourceType"] == "CapabilityStatement"]
    for resource in promise["rest"][0]["resource"]:
        criteria = {p["name"]: value_for(p["type"]) for p in resource.get("searchParam", [])}
        criteria["_id"] = "nobody"
        assert total(base, resource["type"], **criteria) == 0  # an unknown parameter is an error


def value_for(type_: str) -> str:
    return {"date": "1900-01-01", "reference": "Organization/nobody", "token": "nobody"}.get(type_, "nobody")


def test_what_somebody_changed_on_the_server_is_put_right(base: str) -> None:
    [original] = [r for r in load().resources if r["id"] == "verdict" and r["resourceType"] == "CodeSystem"]
    ask(base, lambda client: client.put({**original, "title": "Noe annet"}))
    assert run(base, load()).installed == (Ref("CodeSystem", "verdict"),)
    assert run(base, load()).installed == ()


def test_a_new_code_is_honoured_as_soon_as_bootstrap_returns(base: str, folder: Path) -> None:
    task = example("example-task")
    task["code"] = {"coding": [{"system": "https://heimveg.dev/fhir/CodeSystem/discharge-process", "code": "helt-ny"}]}
    assert errors(base, task) != []
    path = folder / "CodeSystem-discharge-process.json"
    code_system = json.loads(path.read_bytes())
    code_system["concept"].append({"code": "helt-ny", "display": "Helt ny"})
    path.write_text(json.dumps(code_system | {"count": len(code_system["concept"])}), encoding="utf-8")
    run(base, load(folder))
    assert errors(base, task) == []


def test_what_came_before_a_search_parameter_is_indexed_again(base: str, folder: Path) -> None:
    task, added = Ref("Task", "before-the-parameter"), Ref("SearchParameter", "heimveg-due-again")
    ask(
        base,
        lambda client: client.put({"resourceType": task.type, "id": task.id, "status": "draft", "intent": "order"}),
    )
    add_parameter(folder, added.id, "due", "due-again")
    report = run(base, load(folder))
    for ref in (task, added):
        ask(base, lambda client, ref=ref: client.delete(ref))
    assert report.reindexed == ("Task",)


def add_parameter(folder: Path, id_: str, like: str, code: str) -> None:
    text = (folder / f"SearchParameter-heimveg-{like}.json").read_text(encoding="utf-8")
    changes = {"id": id_, "code": code, "url": f"https://heimveg.dev/fhir/SearchParameter/{id_}"}
    (folder / f"SearchParameter-{id_}.json").write_text(json.dumps(json.loads(text) | changes), encoding="utf-8")
    path = folder / "canaries" / "searches.json"
    rows = json.loads(path.read_bytes())
    [row] = [row for row in rows if row["parameter"] == like]
    path.write_text(json.dumps([*rows, row | {"parameter": code}]), encoding="utf-8")


def test_a_server_that_does_not_answer_is_named_with_the_setting() -> None:
    with pytest.raises(FhirServerAwayError, match=r"127\.0\.0\.1:9/fhir .*HEIMVEG_FHIR_URL"):
        ask("http://127.0.0.1:9/fhir", lambda client: bootstrap(client, load(), quiet, patience=0))
