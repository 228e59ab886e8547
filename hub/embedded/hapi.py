"""The HAPI FHIR server built in ``docker/hapi`` as our child on 127.0.0.1, with its data in PostgreSQL."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TextIO

from psycopg.conninfo import conninfo_to_dict

from hub.embedded.build import hold, java
from hub.embedded.process import LOOPBACK, answers, spawn, stop, tail
from hub.errors import ConfigurationError, RetriableError

# Quick to start and small. For load, set HEIMVEG_JAVA_OPTIONS="-Xmx2g" and let Java compile fully.
# MetaspaceSize: its 30 000 classes fit at once, or Java collects garbage four times over while it starts.
JAVA_OPTIONS = "-Xmx768m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MetaspaceSize=256m"
READY_WITHIN = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Datasource:
    """A PostgreSQL database as Java takes it."""

    url: str
    user: str
    password: str

    @classmethod
    def of(cls, address: str) -> Self:
        """From ``postgresql://user:password@host:port/database``."""
        parts = conninfo_to_dict(address)
        host = str(parts.get("host", ""))
        if not host or host.startswith("/"):
            raise ConfigurationError(
                "DATABASE_URL names no host: Java reaches PostgreSQL by TCP only. Name one, or set HEIMVEG_FHIR_URL."
            )
        url = f"jdbc:postgresql://{host}:{parts.get('port') or 5432}/{parts.get('dbname')}"
        if mode := parts.get("sslmode"):
            url += f"?sslmode={mode}"
        return cls(url=url, user=str(parts.get("user", "")), password=str(parts.get("password", "")))


class Hapi:
    """The server: ``launch``, then ask ``is_ready``; or ``start`` to do both and wait."""

    name, title, attempts = "fhir", "the FHIR server", 2

    def __init__(self, *, jar: Path, port: int, log: Path, datasource: Datasource) -> None:
        self.jar, self.port, self.log, self.datasource = jar, port, log, datasource
        self.java = java()
        self.scratch = log.with_suffix(".tmp")
        self._held: TextIO | None = None
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def version(self) -> str:
        """HAPI's, for instance ``8.8.0``."""
        found = [path.stem.rpartition("-")[2] for path in self.jar.parent.glob("lib/hapi-fhir-jpaserver-base-*.jar")]
        return found[0] if found else "unknown"

    @property
    def address(self) -> str:
        """Where it is reached."""
        return self.base

    @property
    def probe(self) -> str:
        """What answers 200 once everything is installed; /fhir/metadata does so before that."""
        return f"http://{LOOPBACK}:{self.port}/actuator/health/readiness"

    @property
    def base(self) -> str:
        """The FHIR base URL."""
        return f"http://{LOOPBACK}:{self.port}/fhir"

    def launch(self) -> None:
        """Start the process and return at once."""
        self._held = self._held or hold(self.jar)
        shutil.rmtree(self.scratch, ignore_errors=True)  # a killed server leaves its temporary files
        self.scratch.mkdir(mode=0o700, parents=True)
        options = shlex.split(os.environ.get("HEIMVEG_JAVA_OPTIONS") or JAVA_OPTIONS)
        # SIGKILL if we die: its transactions are PostgreSQL's, and the next start need not wait for its end.
        self.process = spawn(
            [self.java, *options, f"-Djava.io.tmpdir={self.scratch}", "-jar", self.jar],
            log=self.log,
            env=self._environment(),
            orphaned=signal.SIGKILL,
        )

    def is_ready(self) -> bool:
        """Whether it serves requests, everything installed."""
        return answers(self.probe)

    def start(self, *, within: float = READY_WITHIN) -> None:
        """Launch it and return once it is ready."""
        self.launch()
        assert self.process is not None  # noqa: S101
        end = time.monotonic() + within
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RetriableError(f"The FHIR server does not start; the end of {self.log}:\n{tail(self.log)}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Let it finish what it is doing, and end it."""
        if self.process is not None:
            stop(self.process, (signal.SIGTERM, 20))
        if self._held is not None:
            self._held = self._held.close()

    def _environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("HEIMVEG_") and name not in ("DATABASE_URL", "JAVA_HOME")
        }
        # By the environment, which only the process's owner can read, and not as arguments, which everyone can.
        return inherited | {
            "SERVER_ADDRESS": LOOPBACK,
            "SERVER_PORT": str(self.port),
            "SPRING_DATASOURCE_URL": self.datasource.url,
            "SPRING_DATASOURCE_USERNAME": self.datasource.user,
            "SPRING_DATASOURCE_PASSWORD": self.datasource.password,
        }
