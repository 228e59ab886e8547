"""One PostgreSQL server as our child on 127.0.0.1, with its data below the data folder.

Root drops to ``postgres`` or ``nobody`` for it, an ordinary user is kept. Settings are given at every start, so no
file in the data folder is ever edited. The password is random per data folder and readable by its owner only.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from hub.embedded.binaries import find_binaries, is_open_to_all, major_version, reachable_copy, version_of
from hub.embedded.process import LOOPBACK, User, birth, end_process, spawn, stop, tail
from hub.embedded.secret import secret_in, write_secret
from hub.embedded.state import make_home
from hub.errors import ConfigurationError, RetriableError

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # everyone, Java too, comes over the loopback address
    "max_connections": "150",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A failing statement may carry personal data; its error code and time are enough for the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
ATTEMPTS = 4
"""After ``kill -9`` the old server's backends keep its shared memory for a moment, and a new one then refuses."""


class PostgreSQL:
    """The server: ``start`` makes its data folder when there is none, recovers after a crash, and waits for ready."""

    name, title, attempts, probe = "postgres", "PostgreSQL", ATTEMPTS, ""

    def __init__(self, home: Path, *, port: int, log: Path, more: Mapping[str, str] = MappingProxyType({})) -> None:
        """``more`` are settings of PostgreSQL beside ``SETTINGS``."""
        self.home, self.port, self.log, self.more = home.absolute(), port, log, more
        self.data = self.home / "postgresql"
        self.process: subprocess.Popen[bytes] | None = None
        self.user = _user(self.data)
        found = find_binaries(_major_of(self.data))
        make_home(self.home)
        if self.user and not is_open_to_all(self.home):
            raise ConfigurationError(
                f"{self.home}: root runs PostgreSQL as the user {self.user.name}, who cannot get there. "
                "Set HEIMVEG_HOME to a folder such as /var/tmp/heimveg."
            )
        self.programs = reachable_copy(found, self.home) if self.user else found
        self.version = version_of(self.programs)

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def password(self) -> str:
        """The superuser's, made at first use."""
        return secret_in(self.home / "postgresql.password")

    def url(self, database: str = "postgres") -> str:
        """The superuser's address of a database."""
        return f"postgresql://{SUPERUSER}:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def start(self) -> None:
        """Begin to start, and return once it is ready; crash recovery is part of that."""
        self.prepare()
        for attempt in range(ATTEMPTS):
            self.launch()
            if self.wait_until_ready():
                return
            time.sleep(0.1 * (attempt + 1))
        raise RetriableError(f"PostgreSQL does not start; the end of {self.log}:\n{tail(self.log)}")

    def prepare(self) -> None:
        """All that comes before the first launch: a data folder, and nobody else running on it."""
        self.initialise()
        self._end_a_leftover()

    def launch(self) -> None:
        """Start the process and return at once."""
        settings = {**SETTINGS, **self.more, "port": str(self.port)}
        options: list[str | Path] = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.process = spawn(
            [self.programs / "postgres", "-D", self.data, *options],
            log=self.log,
            env=self._environment(),
            orphaned=signal.SIGINT,  # its fast stop: no waiting for clients
            user=self.user,
        )

    def is_ready(self) -> bool:
        """Whether our process takes connections."""
        pid, status = self._postmaster()
        ours = self.process is not None and self.process.poll() is None and pid == self.process.pid
        return ours and status == "ready"

    def wait_until_ready(self) -> bool:
        """Wait while the process lives; false if it ended."""
        assert self.process is not None  # noqa: S101  launch() comes first
        while self.process.poll() is None:
            if self.is_ready():
                return True
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        """Stop it fast and clean; what was committed is on disk."""
        if self.process is not None:
            stop(self.process, (signal.SIGINT, 20), (signal.SIGQUIT, 5))

    def initialise(self) -> None:
        """Make the data folder. A half-made one is never left behind."""
        if (self.data / "PG_VERSION").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)  # what a stopped attempt left
        self.data.mkdir(mode=0o700)
        self._give(self.data)
        with tempfile.TemporaryDirectory(prefix="heimveg-") as folder:
            file = Path(folder) / "password"
            write_secret(file, self.password)
            self._give(Path(folder))
            self._give(file)
            self._initdb(file)

    def _initdb(self, password_file: Path) -> None:
        # The builtin provider (from 17 on) needs no system locale and sorts the same everywhere.
        builtin = ["--locale-provider=builtin"] if int(major_version(self.programs)) >= 17 else []
        arguments: list[str | Path] = [
            "-D",
            self.data,
            "-U",
            SUPERUSER,
            "-E",
            "UTF8",
            *builtin,
            "--locale=C.UTF-8",
            "--data-checksums",
        ]
        done = subprocess.run(
            [self.programs / "initdb", *arguments, "--auth=scram-sha-256", f"--pwfile={password_file}"],
            cwd="/",
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            user=self.user.uid if self.user else None,
            group=self.user.gid if self.user else None,
            extra_groups=[] if self.user else None,
        )
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise ConfigurationError(f"initdb failed in {self.data}:\n{done.stderr.strip()}")

    def _end_a_leftover(self) -> None:
        """Stop a server that still runs on our data, left by a parent that was killed."""
        pid, _ = self._postmaster()
        if pid is None or not _runs_in(pid, self.data):
            return
        born = birth(pid)
        for number, seconds in ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            end_process(pid, born, number, seconds)

    def _postmaster(self) -> tuple[int | None, str]:
        """Pid and status as the server itself writes them."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting"
        except (OSError, ValueError, IndexError):
            return None, ""

    def _give(self, path: Path) -> None:
        if self.user:
            os.chown(path, self.user.uid, self.user.gid)

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.home)}


def _user(data: Path) -> User | None:
    """Whom to run as: for root the owner of the data, else ``postgres`` or ``nobody``; no change for others."""
    if os.geteuid() != 0:
        return None
    if (data / "PG_VERSION").exists():
        entry = pwd.getpwuid(data.stat().st_uid)
        return User(uid=entry.pw_uid, gid=entry.pw_gid, name=entry.pw_name)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(uid=entry.pw_uid, gid=entry.pw_gid, name=name)
    raise ConfigurationError("PostgreSQL does not run as root and there is no user postgres or nobody; add one")


def _major_of(data: Path) -> str | None:
    try:
        return (data / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None


def _runs_in(pid: int, folder: Path) -> bool:
    """Whether that process is a server on this data, and not another one that got its number."""
    if sys.platform == "linux":  # a server's working folder is its data folder
        try:
            return Path(f"/proc/{pid}/cwd").resolve(strict=True) == folder.resolve()
        except OSError:
            return False
    said = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return str(folder) in said.stdout
