"""The bill of materials names every package that is installed; an audit that could not be made is not clean."""

from __future__ import annotations

import importlib.util
import json
import re
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from loopback_server import serving

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def sbom() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "docker" / "sbom.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def osv() -> Iterator[str]:
    """A service that knows something about one package."""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            known = [{"vulns": [{"id": "X-1"}]} if "/bad@" in q["package"]["purl"] else {} for q in asked]
            body = json.dumps({"results": known}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    with serving(Service) as address:
        yield address


def test_every_package_of_the_lock_file_is_listed_with_its_hashes(sbom) -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found = list(sbom.python_packages(lock))
    assert len(found) == len(re.findall(r"^[A-Za-z0-9]", lock, re.MULTILINE))
    assert sum(len(one["hashes"]) for one in found) == lock.count("--hash=sha256:")
    assert all(one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}" and one["hashes"] for one in found)


def test_a_jar_is_named_by_where_it_came_from_else_as_it_names_itself_else_by_its_file(sbom, tmp_path: Path) -> None:
    kept = tmp_path / "repository" / "no" / "example" / "three" / "4"
    kept.mkdir(parents=True)
    (kept / "three-4.jar").touch()
    said = "groupId=no.example\nartifactId=one\nversion=1.2\n"
    with zipfile.ZipFile(tmp_path / "one-1.2.jar", "w") as jar:
        jar.writestr("META-INF/maven/no.example/one/pom.properties", said)
    for name in ("three-4.jar", "two-api-3.0.jar"):
        with zipfile.ZipFile(tmp_path / name, "w") as jar:
            jar.writestr("x", "")
    assert [one["purl"] for one in sbom.jars(tmp_path, tmp_path / "repository")] == [
        "pkg:maven/no.example/one@1.2",
        "pkg:maven/no.example/three@4",
        "pkg:generic/two-api@3.0",
    ]


def test_the_same_components_give_the_same_bill(sbom) -> None:
    one = sbom.bill([sbom._component("pypi", "", "x", "1", [])])
    assert one == sbom.bill([sbom._component("pypi", "", "x", "1", [])])
    assert (one["bomFormat"], one["specVersion"]) == ("CycloneDX", "1.5")
    assert one["serialNumber"] != sbom.bill([])["serialNumber"]


@pytest.mark.parametrize(("names", "code"), [(["good", "bad"], 1), (["good"], 0)])
def test_an_audit_tells_what_is_known(sbom, osv, capsys, names: list[str], code: int) -> None:
    assert sbom.audit([sbom._component("pypi", "", name, "1", []) for name in names], osv) == code
    assert ("pkg:pypi/bad@1: X-1" in capsys.readouterr().out) == (code == 1)


def test_an_audit_that_could_not_be_made_is_told_and_is_not_a_clean_one(sbom, capsys) -> None:
    assert sbom.audit([sbom._component("pypi", "", "x", "1", [])], "http://127.0.0.1:9") == 2
    assert "nothing has been audited" in capsys.readouterr().err


RECORDS = (
    {"id": "A-1", "affected": [{"package": {"ecosystem": "PyPI", "name": "Bad"}, "versions": ["1", "2"]}]},
    {"id": "A-2", "affected": [{"package": {"ecosystem": "PyPI", "name": "bad"}, "versions": ["3"]}]},
    {"id": "A-3", "affected": [{"package": {"ecosystem": "Maven", "name": "no.example:vague"}, "ranges": []}]},
    {"id": "A-4", "withdrawn": "2026", "affected": [{"package": {"ecosystem": "PyPI", "name": "bad"}}]},
    {"id": "A-5", "affected": [{"package": {"ecosystem": "npm", "name": "bad"}}]},
)


def test_an_audit_without_network_reads_the_advisories_that_were_brought(sbom, tmp_path: Path, capsys) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for record in RECORDS:
            archive.writestr(f"{record['id']}.json", json.dumps(record))
    told = [("pypi", "", "bad"), ("pypi", "", "good"), ("maven", "no.example", "vague")]
    components = [sbom._component(kind, group, name, "1", []) for kind, group, name in told]
    assert sbom.audit(components, "http://127.0.0.1:9", [tmp_path / "all.zip"]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out == ["pkg:pypi/bad@1: A-1", "pkg:maven/no.example/vague@1: A-3"]
    assert sbom.audit(components[1:2], "http://127.0.0.1:9", [tmp_path / "all.zip"]) == 0


@pytest.mark.parametrize("content", [None, b"", b"nonsense"])
def test_advisories_that_cannot_be_read_are_no_clean_audit(sbom, tmp_path: Path, capsys, content: bytes | None) -> None:
    path = tmp_path / "all.zip"
    if content is not None:
        path.write_bytes(content)
    assert sbom.audit([sbom._component("pypi", "", "x", "1", [])], "http://127.0.0.1:9", [path]) == 2
    assert "nothing has been audited" in capsys.readouterr().err


def test_ci_writes_the_bill_and_audits_it() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^test:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert " sbom known\n" in recipe
    assert "sbom.py --audit || [ $$? -eq 2 ]" in makefile, "red for what is known, told where nobody could be asked"
