"""What the benches share: percentiles, CPU time of processes, a description of the machine."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed (nearest rank); 0 of none."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, round(share * len(ranked) + 0.5) - 1))] if ranked else 0.0


def latencies(seconds: Sequence[float]) -> dict[str, float]:
    """In milliseconds."""
    shown = {f"p{share}": percentile(seconds, share / 100) for share in (50, 95, 99)}
    return {name: round(value * 1000, 1) for name, value in {**shown, "max": max(seconds, default=0.0)}.items()}


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and of its living descendants (Linux)."""
    return sum(_own(each) for each in (pid, *_descendants(pid)))


def _own(pid: int) -> float:
    try:
        fields = _stat(pid)
    except OSError:
        return 0.0
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) / TICKS  # utime, stime, and those of ended children


def _stat(pid: int) -> list[str]:
    """The fields after the command's name, which may hold spaces."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def _descendants(pid: int) -> list[int]:
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int(_stat(int(folder.name))[1])
        except (OSError, ValueError, IndexError):
            continue
    found, wanted = [], [pid]
    while wanted:
        above = wanted.pop()
        below = [child for child, parent in parents.items() if parent == above]
        found += below
        wanted += below
    return found


def peak_megabytes() -> float:
    """The most memory that this program has had; what the process was before it began does not count."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    return int(found.group(1)) / 1024 if found else 0.0


def machine() -> dict[str, Any]:
    """Where it was measured; the load average tells whether anything else was running."""
    return {
        "cpu": _cpu_name(),
        "cores": len(os.sched_getaffinity(0)),
        "load_average": [round(value, 2) for value in os.getloadavg()],
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def report(name: str, **found: Any) -> None:
    """Print the result as JSON."""
    print(json.dumps({"bench": name, "machine": machine(), **found}, indent=2, ensure_ascii=False))
