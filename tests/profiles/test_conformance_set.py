"""Reading a conformance set from its folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from hub.conformance.resources import BUILT, load, marker
from hub.errors import ConfigurationError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUILT, tmp_path / "built"))


def test_terminology_is_installed_before_what_refers_to_it() -> None:
    types = [resource["resourceType"] for resource in load().resources]
    assert list(dict.fromkeys(types)) == [
        "CodeSystem", "ValueSet", "SearchParameter", "StructureDefinition", "PlanDefinition",
        "CapabilityStatement",
    ]  # fmt: skip


def test_examples_and_canaries_are_not_among_what_is_installed() -> None:
    assert {r["id"] for r in load().resources if r["id"].startswith(("example-", "canary-"))} == set()


def test_canaries_that_others_refer_to_are_written_first() -> None:
    written = []
    for canary in load().canaries:
        text = json.dumps(canary)
        assert [other for other in load().canaries if f'"{name(other)}"' in text and name(other) not in written] == []
        written.append(name(canary))


def name(resource: dict[str, str]) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def test_any_change_of_the_set_changes_its_fingerprint_and_the_marker(folder: Path) -> None:
    before = load(folder)
    path = folder / "CodeSystem-verdict.json"
    path.write_text(path.read_text(encoding="utf-8").replace("For sent", "For seint"), encoding="utf-8")
    after = load(folder)
    assert before.fingerprint == load().fingerprint
    assert after.fingerprint != before.fingerprint
    assert marker(after.fingerprint) != marker(before.fingerprint)


def test_a_search_parameter_without_canary_is_refused_by_name(folder: Path) -> None:
    (folder / "canaries" / "searches.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"author, course-state.*canaries\.csv"):
        load(folder)


def test_a_folder_without_conformance_resources_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="HEIMVEG_PROFILES"):
        load(tmp_path)


def test_a_deployments_checklists_stand_beside_ours_and_in_the_place_of_those_of_the_same_version() -> None:
    (ours,) = [plan for plan in load().of_type("PlanDefinition") if plan["id"] == "utskrivning-1"]
    own = [{**ours, "title": "Vår egen"}, {**ours, "id": "hjemreise-1"}]
    titles = {plan["id"]: plan["title"] for plan in load(plans=own).of_type("PlanDefinition")}
    assert (titles["utskrivning-1"], titles["hjemreise-1"]) == ("Vår egen", ours["title"])
    assert len(load(plans=own).resources) == len(load().resources) + 1
    assert load(plans=own).fingerprint != load().fingerprint
