"""Synthetic courses as files. Who makes them is found through the entry-point group ``heimveg.synth``."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

import orjson

from hub.errors import ConfigurationError

GROUP: Final = "heimveg.synth"


def write_courses(folder: Path, *, patients: int, seed: int, now: datetime, mistakes: float = 0.0) -> int:
    """One file for each message, named by patient and place in the course; returns how many. The folder is new."""
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    if not found:
        raise ConfigurationError(f"No samples are installed (entry-point group {GROUP}); reinstall heimveg")
    folder.mkdir(parents=True, exist_ok=True)
    listed = []
    for point in found:
        for number, course in enumerate(point.load()(patients, seed, now, mistakes), start=1):
            for place, message in enumerate(course, start=1):
                name = f"{number:05}-{place:02}-{message.name}.xml"
                (folder / name).write_bytes(message.body)
                told = {"file": name, "patient": number, "message": message.name, "sent": message.sent}
                listed.append({**told, "mistake": message.mistake or None})
    manifest = {"seed": seed, "as_of": now, "patients": patients, "messages": listed}
    (folder / "manifest.json").write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")
    return len(listed)
