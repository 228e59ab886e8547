"""The committed conformance resources: built from their sources, complete, and of one piece."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fhirpathpy import compile as compiled  # type: ignore[import-untyped]
from fhirpathpy.models import models  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "profiles" / "built"
TABLES = ROOT / "mappings" / "tables"
H = "https://heimveg.dev/fhir"
KODEVERK = "urn:oid:2.16.578.1.12.4.1.1."
NOT_OURS = {
    "http://ehelse.no/fhir/CodeSystem/vkp-careplan-category-v090",
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-CarePlan.custodian",
}
NO_PROFILE = ("Binary",)

Resource = dict[str, Any]


def read(folder: Path, pattern: str = "*.json") -> list[Resource]:
    return [json.loads(path.read_bytes()) for path in sorted(folder.glob(pattern))]


INSTALLED = read(BUILT)
EXAMPLES = read(BUILT / "examples")
CANARIES = read(BUILT / "canaries", "*-canary-*.json")
SEARCHES = json.loads((BUILT / "canaries" / "searches.json").read_bytes())


def of_type(type_: str) -> list[Resource]:
    return [resource for resource in INSTALLED if resource["resourceType"] == type_]


def named(resource: Resource) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


PARAMETERS = of_type("SearchParameter")
PROFILES = [d for d in of_type("StructureDefinition") if d["type"] != "Extension"]
LISTS = sorted(path.stem for path in TABLES.glob("[0-9]*.csv"))


def values(expression: str, resource: Resource) -> list[Any]:
    found: list[Any] = compiled(expression, models["r4"])(resource, {})
    return found


@pytest.mark.skipif(
    not (shutil.which("node") and shutil.which("npm")),
    reason="Node and npm are not here, so the profiles cannot be rebuilt to compare: apt-get install nodejs npm",
)
def test_the_committed_resources_are_what_the_sources_give(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "profiles.build", str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    assert files(tmp_path) == files(BUILT), "run `make profiles` and commit profiles/built"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}


@pytest.mark.parametrize("number", LISTS)
def test_every_national_code_list_has_its_code_system(number: str) -> None:
    [code_system] = [r for r in of_type("CodeSystem") if r["url"] == f"{KODEVERK}{number}"]
    with (TABLES / f"{number}.csv").open(encoding="utf-8", newline="") as rows:
        expected = {row["code"]: row["text"] for row in csv.DictReader(rows)}
    assert code_system["id"] == f"kodeverk-{number}"
    assert {concept["code"]: concept["display"] for concept in code_system["concept"]} == expected


def test_no_national_list_makes_a_code_wrong_that_is_newer_than_our_table() -> None:
    content = {r["id"]: r["content"] for r in of_type("CodeSystem")}
    assert content["kodeverk-9121"] == "fragment"
    assert content["kodeverk-7322"] == "fragment"
    assert content["kodeverk-3402"] == "not-present"
    assert content["organisation-access"] == "not-present"


@pytest.mark.parametrize("code_system", of_type("CodeSystem"), ids=named)
def test_every_code_has_a_display(code_system: Resource) -> None:
    for concept in code_system.get("concept", []):
        assert concept["display"].strip()
        if code_system["url"].startswith(H):
            assert concept["definition"].strip()


def test_no_two_resources_share_an_id_or_a_url() -> None:
    everything = [*INSTALLED, *EXAMPLES, *CANARIES]
    assert [name for name, count in Counter(map(named, everything)).items() if count > 1] == []
    assert [url for url, count in Counter(r["url"] for r in INSTALLED).items() if count > 1] == []


@pytest.mark.parametrize("resource", INSTALLED, ids=named)
def test_every_url_is_ours_or_says_whose_it_is(resource: Resource) -> None:
    ours = f"{H}/{resource['resourceType']}/{resource['id']}"
    if resource["resourceType"] == "PlanDefinition":
        ours = ours.removesuffix(f"-{resource['version']}")  # its versions stand beside each other
    national = resource["url"].startswith(KODEVERK) and resource["resourceType"] == "CodeSystem"
    assert resource["url"] == ours or national or resource["url"] in NOT_OURS


def test_every_profile_has_an_example() -> None:
    claimed = {url for example in EXAMPLES for url in example.get("meta", {}).get("profile", [])}
    assert {profile["url"] for profile in PROFILES} == claimed


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_every_example_claims_the_profile_of_its_type(example: Resource) -> None:
    [profile] = example.get("meta", {}).get("profile", [None])
    known = {p["url"]: p["type"] for p in PROFILES}
    assert known.get(profile) == example["resourceType"] or (profile is None and example["resourceType"] in NO_PROFILE)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=named)
def test_every_search_parameter_finds_something_in_an_example(parameter: Resource) -> None:
    examples = [e for e in EXAMPLES if e["resourceType"] in parameter["base"]]
    assert any(values(parameter["expression"], example) for example in examples)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=named)
def test_every_search_parameter_has_two_canaries_that_differ(parameter: Resource) -> None:
    [base] = parameter["base"]
    one, other = (c for c in CANARIES if c["resourceType"] == base)
    found = [values(parameter["expression"], canary) for canary in (one, other)]
    assert all(found)
    assert found[0] != found[1]
    assert [row["one"] != row["other"] for row in SEARCHES if row["parameter"] == parameter["code"]] == [True]


@pytest.mark.parametrize("canary", CANARIES, ids=named)
def test_a_canary_can_never_be_taken_for_a_patient_or_a_stay(canary: Resource) -> None:
    assert canary["meta"] == {"tag": [{"system": f"{H}/CodeSystem/canary", "code": "canary"}]}
    assert canary.get("status", "entered-in-error") in ("entered-in-error", "inactive")
    assert canary.get("active", False) is False
    assert "identifier" not in canary


def test_the_capability_statement_names_every_profile_and_search_parameter() -> None:
    [statement] = of_type("CapabilityStatement")
    resources = statement["rest"][0]["resource"]
    profiles = {url for r in resources for url in r.get("supportedProfile", [])}
    promised = {(r["type"], p["definition"]) for r in resources for p in r.get("searchParam", []) if "definition" in p}
    elsewhere = {"https://heimveg.dev/fhir/StructureDefinition/heimveg-audit-event"}
    """Shown by ``GET /patients/{id}/access-log`` alone."""
    assert profiles == {profile["url"] for profile in PROFILES} - elsewhere
    assert {(base, p["url"]) for p in PARAMETERS for base in p["base"]} <= promised


def test_what_is_bound_is_installed() -> None:
    value_sets = {value_set["url"] for value_set in of_type("ValueSet")}
    code_systems = {code_system["url"] for code_system in of_type("CodeSystem")}
    elements = [e for d in of_type("StructureDefinition") for e in d["differential"]["element"]]
    assert {e["binding"]["valueSet"] for e in elements if "binding" in e} <= value_sets
    assert {i["system"] for v in of_type("ValueSet") for i in v["compose"]["include"]} <= code_systems


def test_the_headings_of_documents_are_those_of_the_table_of_texts() -> None:
    [code_system] = [r for r in of_type("CodeSystem") if r["id"] == "document-section"]
    with (ROOT / "mappings" / "texts" / "sections.csv").open(encoding="utf-8", newline="") as rows:
        expected = [(row["section"], row["title"], row["definition"]) for row in csv.DictReader(rows)]
    assert [(c["code"], c["display"], c["definition"]) for c in code_system["concept"]] == expected
