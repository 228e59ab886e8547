"""Build the FHIR server from Maven Central, only when its sources changed: ``python -m hub.embedded.build``."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from hub.embedded.process import tail
from hub.errors import ConfigurationError, HubError

SOURCES = Path(__file__).resolve().parents[2] / "docker" / "hapi"
JAVA_NEEDED = 17
SAY_EVERY = 5.0

Say = Callable[[str], None]


def jar(sources: str) -> Path:
    """Where the server built from these sources is; beside it ``lib/`` with all it needs.

    Each state of the sources has a folder of its own, so that a build never touches what a server runs from.
    """
    return SOURCES / "target" / sources[:12] / "hapi-server.jar"


def hold(program: Path) -> TextIO:
    """Keep a server's files from being removed by later builds, for as long as what is returned stays open."""
    holder = (program.parent / "complete").open()
    fcntl.flock(holder, fcntl.LOCK_SH)
    return holder


def ensure_built(say: Say) -> Path:
    """The server's jar, built first if there is none from these sources."""
    if not (SOURCES / "pom.xml").is_file():
        raise ConfigurationError(
            f"The FHIR server's sources are not in {SOURCES} (only a checkout of heimveg has them); "
            "set HEIMVEG_FHIR_URL to a server that runs elsewhere."
        )
    wanted = fingerprint()
    if not is_built(wanted):
        _build(wanted, say)
    return jar(wanted)


def fingerprint() -> str:
    """The hash of all sources."""
    files = sorted(path for path in (SOURCES / "src").rglob("*") if path.is_file())
    total = hashlib.sha256()
    for path in (SOURCES / "pom.xml", *files):
        total.update(f"{path.relative_to(SOURCES)}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_built(wanted: str) -> bool:
    """Whether there is a jar from these sources, and its build came to its end."""
    return jar(wanted).is_file() and (jar(wanted).parent / "complete").is_file()


def java() -> str:
    """The Java program, of a version that can run the server."""
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home) / "bin" / "java") if home else "java"
    _need(program, JAVA_NEEDED, "Java 17 or later (java): apt-get install openjdk-17-jdk-headless")
    return program


def _build(wanted: str, say: Say) -> None:
    _need("javac", JAVA_NEEDED, "a Java development kit, 17 or later (javac): apt-get install openjdk-17-jdk-headless")
    if not shutil.which("mvn"):
        raise ConfigurationError("heimveg needs Apache Maven (mvn): apt-get install maven")
    try:
        (SOURCES / "target").mkdir(exist_ok=True)
        lock = (SOURCES / "target" / "lock").open("w")
    except PermissionError:
        raise ConfigurationError(
            f"The FHIR server must be built, but you may not write to {SOURCES / 'target'}; "
            "run `make server` as its owner, or work in a checkout of your own."
        ) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another build may be under way, and then ours is done too
        if not is_built(wanted):
            _run_maven(jar(wanted).parent, say)
            (jar(wanted).parent / "complete").touch()
            _remove_unused(keep=jar(wanted).parent)


def _remove_unused(keep: Path) -> None:
    """Earlier builds take 300 MB each; those that no server runs from go."""
    for marker in (SOURCES / "target").glob("*/complete"):
        if marker.parent == keep:
            continue
        with marker.open() as holder:
            try:
                fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(marker.parent, ignore_errors=True)


def _run_maven(folder: Path, say: Say) -> None:
    log, started = SOURCES / "target" / "build.log", time.monotonic()
    say("building the FHIR server with Maven (the first time it downloads about 360 MB)")
    with log.open("wb") as out:
        maven = subprocess.Popen(
            ["mvn", "-q", "-B", "-Dstyle.color=never", f"-Dheimveg.build={folder}", "package"],
            cwd=SOURCES,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
        try:
            while _still_runs(maven):
                say(f"building the FHIR server: {time.monotonic() - started:.0f} s")
        finally:
            maven.terminate()
            maven.wait()
    if maven.returncode:
        raise ConfigurationError(f"Maven could not build the FHIR server; the end of {log}:\n{tail(log)}")
    say(f"built the FHIR server in {time.monotonic() - started:.0f} s")


def _still_runs(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(SAY_EVERY)
    except subprocess.TimeoutExpired:
        return True
    return False


def _need(program: str, version: int, text: str) -> None:
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        raise ConfigurationError(f"heimveg needs {text}") from None
    found = re.search(r"(\d+)(?:\.\d+)*", said.stderr + said.stdout)
    if found is None or int(found.group(1)) < version:
        raise ConfigurationError(f"heimveg needs {text}")


def main() -> int:
    """Build, and say what is done; 2 when something is missing."""
    try:
        ensure_built(lambda text: print(f"heimveg: {text}", flush=True))  # noqa: T201
    except HubError as trouble:
        sys.stderr.write(f"heimveg: {trouble}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
