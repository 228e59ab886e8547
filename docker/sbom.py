"""What heimveg is made of, as CycloneDX 1.5 JSON, and whether any of it has known vulnerabilities.

``sbom.py`` prints the bill of materials: the Python packages of ``requirements.lock``, and the jars of the built FHIR
server. ``sbom.py --audit`` asks a vulnerability service that speaks OSV's ``/v1/querybatch`` about them (``OSV_URL``),
or, without a network, reads advisories that somebody has brought (``OSV_FILES``: zips of OSV records, one each for PyPI
and Maven); exit code 0: nothing known, 1: something is, 2: nobody could be asked, so nothing is known at all.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
SERVERS = ROOT / "docker" / "hapi" / "target"
MAVEN = Path.home() / ".m2" / "repository"
OSV = "https://api.osv.dev"
AT_ONCE = 500
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)
NAMED = re.compile(r"(?P<name>.+?)-(?P<version>\d[^/]*)\.jar")

Component = dict[str, Any]


def python_packages(lock: str) -> Iterator[Component]:
    """Of a lock file, each with the hashes of the files that may be installed."""
    found = list(PINNED.finditer(lock))
    for one, following in zip(found, [*found[1:], None], strict=True):
        said = lock[one.end() : following.start() if following else len(lock)]
        hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", said)
        yield _component("pypi", "", one["name"].lower(), one["version"], hashes)


def jars(folder: Path, repository: Path = MAVEN) -> Iterator[Component]:
    """Of a folder of jars, by where Maven keeps each, else as it names itself, else by its file name."""
    kept = {path.name: path.relative_to(repository).parts for path in repository.rglob("*.jar")}
    for path in sorted(folder.glob("*.jar")):
        data = path.read_bytes()
        yield _component(*_coordinates(path.name, data, kept), [hashlib.sha256(data).hexdigest()])


def _coordinates(file: str, data: bytes, kept: Mapping[str, tuple[str, ...]]) -> tuple[str, str, str, str]:
    if len(place := kept.get(file, ())) > 3:
        return "maven", ".".join(place[:-3]), place[-3], place[-2]
    named = NAMED.fullmatch(file)
    name, version = (named["name"], named["version"]) if named else (file.removesuffix(".jar"), "")
    with zipfile.ZipFile(io.BytesIO(data)) as jar:
        for entry in jar.namelist():
            if entry.endswith(f"/{name}/pom.properties"):
                said = dict(line.split("=", 1) for line in jar.read(entry).decode().splitlines() if "=" in line)
                return "maven", said["groupId"].strip(), said["artifactId"].strip(), said["version"].strip()
    return "generic", "", name, version


def _component(kind: str, group: str, name: str, version: str, hashes: list[str]) -> Component:
    purl = f"pkg:{kind}/{group + '/' if group else ''}{name}@{version}"
    told: Component = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    if group:
        told["group"] = group
    told["hashes"] = [{"alg": "SHA-256", "content": one} for one in hashes]
    return told


def bill(components: list[Component]) -> dict[str, Any]:
    """The same for the same components: no clock, a serial number of their names."""
    names = "\n".join(one["purl"] for one in components)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, names)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "heimveg", "name": "heimveg"}},
        "components": components,
    }


def known_vulnerabilities(components: list[Component], url: str) -> dict[str, list[str]]:
    """Ids of vulnerabilities by package URL. Raises ``OSError`` or ``ValueError`` when it does not answer."""
    asked = [one["purl"] for one in components if not one["purl"].startswith("pkg:generic/")]
    found: dict[str, list[str]] = {}
    for start in range(0, len(asked), AT_ONCE):
        part = asked[start : start + AT_ONCE]
        body = json.dumps({"queries": [{"package": {"purl": purl}} for purl in part]}).encode()
        request = urllib.request.Request(f"{url}/v1/querybatch", body, {"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            results = json.load(answer)["results"]
        for purl, result in zip(part, results, strict=True):
            if ids := [one["id"] for one in result.get("vulns", ())]:
                found[purl] = ids
    return found


def told_by_files(components: list[Component], files: list[Path]) -> dict[str, list[str]]:
    """The same from OSV records. One that names no versions counts for every version of its package."""
    held = {_as_told(one): one["purl"] for one in components}
    named: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for ecosystem, name, version in held:
        named.setdefault((ecosystem, name), []).append((version, held[ecosystem, name, version]))
    found: dict[str, list[str]] = {}
    records = 0
    for file in files:
        with zipfile.ZipFile(file) as archive:
            for entry in archive.namelist():
                record = json.loads(archive.read(entry))
                records += 1
                for affected in () if "withdrawn" in record else record.get("affected", ()):
                    of = affected.get("package", {})
                    versions = affected.get("versions")
                    for version, purl in named.get((of.get("ecosystem", ""), of.get("name", "").lower()), ()):
                        if versions is None or version in versions:
                            found.setdefault(purl, []).append(record["id"])
    if not records:
        raise ValueError("no advisories")
    return {purl: sorted(set(ids)) for purl, ids in found.items()}


def _as_told(of: Component) -> tuple[str, str, str]:
    """Ecosystem, name and version as OSV has them."""
    group = of.get("group", "")
    kind = "Maven" if of["purl"].startswith("pkg:maven/") else "PyPI" if of["purl"].startswith("pkg:pypi/") else ""
    return kind, (f"{group}:" if group else "") + of["name"].lower(), of["version"]


def audit(components: list[Component], url: str, files: list[Path] | None = None) -> int:
    """Tell what is known; the exit code."""
    try:
        found = told_by_files(components, files) if files else known_vulnerabilities(components, url)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        print(  # noqa: T201
            f"The vulnerability service could not be asked ({type(error).__name__}): nothing has been audited.\n"
            "It needs a network that reaches OSV (OSV_URL names another service with the same interface), or zips\n"
            "of OSV records in OSV_FILES, with commas between them.",
            file=sys.stderr,
        )
        return 2
    for purl, ids in found.items():
        print(f"{purl}: {', '.join(ids)}")  # noqa: T201
    unnamed = sum(one["purl"].startswith("pkg:generic/") for one in components)
    counts = f"{len(components)} components, {unnamed} not asked about (no coordinates), {len(found)} vulnerable"
    print(counts, file=sys.stderr)  # noqa: T201
    return 1 if found else 0


def main() -> int:
    """The command."""
    components = list(python_packages(LOCK.read_text(encoding="utf-8")))
    built = sorted(SERVERS.glob("*/complete"), key=lambda marker: marker.stat().st_mtime)
    if built:
        components += jars(built[-1].parent / "lib")
    else:
        print("The FHIR server is not built (make server): its jars are not listed.", file=sys.stderr)  # noqa: T201
    if "--audit" in sys.argv[1:]:
        files = [Path(name) for name in os.environ.get("OSV_FILES", "").split(",") if name]
        return audit(components, os.environ.get("OSV_URL", OSV), files)
    print(json.dumps(bill(components), indent=1))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
