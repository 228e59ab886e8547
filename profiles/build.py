"""Build profiles/built from FSH, the national code lists and the checklists: ``python -m profiles.build [TARGET]``.

Needs Node, for SUSHI alone. SUSHI looks for FHIR packages in its home folder: it is given one of its own below
node_modules, with the R4 definitions of an npm package in it, and so never touches the user's nor the network.

Result: ``*.json`` to install, ``examples/*.json`` to learn and test from, ``canaries/*.json`` that bootstrap searches.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from profiles.kodeverk import code_systems
from profiles.sjekklister import shipped_plans

HERE = Path(__file__).resolve().parent
BUILT = HERE / "built"
MODULES = HERE / "node_modules"
HOME = MODULES / ".fhir-home"
CORE = HOME / ".fhir" / "packages" / "hl7.fhir.r4.core#4.0.1" / "package"
DEFINITIONS = (
    "profiles-resources", "profiles-types", "profiles-others", "extension-definitions", "valuesets",
    "v3-codesystems", "v2-tables", "search-parameters",
)  # fmt: skip
DEFINITIONAL = (
    "CapabilityStatement",
    "CodeSystem",
    "PlanDefinition",
    "SearchParameter",
    "StructureDefinition",
    "ValueSet",
)

Resource = dict[str, Any]


class BuildError(Exception):
    """The sources cannot be built; the text says what to do."""


def build(target: Path) -> int:
    """Write everything below ``target`` and remove JSON that no source makes any more. Returns the number of files."""
    ensure_tools()
    with tempfile.TemporaryDirectory(prefix="heimveg-profiles-") as folder:
        run_sushi(Path(folder))
        made = [*read_all(Path(folder) / "fsh-generated" / "resources"), *code_systems(), *shipped_plans()]
    for old in built_files(target):
        old.unlink()
    for resource in made:
        write(target / room(resource) / f"{resource['resourceType']}-{resource['id']}.json", resource)
    write(target / "canaries" / "searches.json", canary_searches())
    return len(made) + 1


def built_files(target: Path) -> list[Path]:
    """Every JSON file of an earlier build."""
    return [path for folder in (".", "examples", "canaries") for path in sorted((target / folder).glob("*.json"))]


def ensure_tools() -> None:
    """Install the locked npm packages and unpack the R4 definitions, unless that is done."""
    if not shutil.which("npm") or not shutil.which("node"):
        raise BuildError("Node and npm are needed to rebuild the profiles: apt-get install nodejs npm")
    if not (MODULES / "fsh-sushi").is_dir():
        run(["npm", "ci", "--no-audit", "--no-fund"], os.environ)
    if not (CORE / "package.json").exists():
        unpack_definitions(MODULES / "@medplum" / "definitions" / "dist" / "fhir" / "r4")


def unpack_definitions(source: Path) -> None:
    """The FHIR package that SUSHI wants, a file per definition; package.json comes last and says that all is there."""
    CORE.mkdir(parents=True, exist_ok=True)
    for name in DEFINITIONS:
        for entry in json.loads((source / f"{name}.json").read_bytes())["entry"]:
            resource = entry["resource"]
            if "id" in resource:
                (CORE / f"{resource['resourceType']}-{resource['id']}.json").write_text(json.dumps(resource))
    package = {"name": "hl7.fhir.r4.core", "version": "4.0.1", "fhirVersions": ["4.0.1"], "type": "Core"}
    (CORE / "package.json").write_text(json.dumps(package))


def run_sushi(out: Path) -> None:
    """Compile the FSH; any error of SUSHI ends the build with what it said."""
    sushi = MODULES / ".bin" / "sushi"
    said = run([str(sushi), "build", str(HERE / "fsh"), "--out", str(out)], {**os.environ, "HOME": str(HOME)})
    if " 0 Errors" not in said:
        raise BuildError(f"SUSHI found errors:\n{said}")


def run(command: list[str], environment: Any) -> str:
    """Run a tool in this folder; its output, or an error with all that it said."""
    done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def read_all(folder: Path) -> Iterator[Resource]:
    """Every resource of a folder, by file name."""
    for path in sorted(folder.glob("*.json")):
        yield json.loads(path.read_bytes())


def room(resource: Resource) -> str:
    """Which folder below the target a resource belongs in."""
    if resource["resourceType"] in DEFINITIONAL:
        return "."
    return "canaries" if resource["id"].startswith("canary-") else "examples"


def canary_searches() -> list[dict[str, str]]:
    """The rows of canaries.csv: parameter, the value that finds one canary, the value that finds the other."""
    with (HERE / "canaries.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def write(path: Path, content: Resource | Iterable[Any]) -> None:
    """The same content always gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main() -> int:
    """Build into the folder named on the command line, or into profiles/built."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else BUILT
    try:
        count = build(target)
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write(f"profiles: {count} files in {target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
