"""Fuzz the reader and the mapping for a while: ``bench/fuzz.py --seconds 60 --seed 1``. Prints one JSON object.

Raw bytes, spoilt bytes of valid messages, spoilt elements of valid messages, and whatever the standards allow, in turn.
A failure is told by its kind, seed and error; ``--kind`` with ``--only`` runs that one again. Exit code 1 if one fails.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import measuring
from lxml import etree

from adapters.kith.parse import parse
from adapters.kith.samples import Case
from adapters.kith.samples.arbitrary import arbitrary_message, chance, message_kinds
from adapters.kith.write import write

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # what spoils a message is a part of the tests

from tests.adapters.conftest import every_sample
from tests.adapters.mutations import PIECES, mangle, spoil
from tests.adapters.surviving import HangError, addressed, survive

KINDS = list(message_kinds())


@cache
def samples() -> list[bytes]:
    """Every synthetic message there is."""
    return list(every_sample(Case(start=datetime(2026, 3, 4, 9, 15, tzinfo=UTC))))


def raw(random: Random) -> bytes:
    """Bytes of no message."""
    if random.random() < 0.5:
        return random.randbytes(random.randrange(3000))
    return b"".join(random.choice(PIECES) for _ in range(random.randrange(20)))


def mangled(random: Random) -> bytes:
    """A valid message with some of its bytes spoilt."""
    return mangle(random.choice(samples()), random)


def spoilt(random: Random) -> bytes:
    """A valid message with some of its elements spoilt."""
    root = parse(random.choice(samples()))
    assert isinstance(root, etree._Element)
    return etree.tostring(spoil(root, random), encoding="UTF-8")


def allowed(random: Random) -> bytes:
    """Whatever the standards allow."""
    cls, version = random.choice(KINDS)
    return write(arbitrary_message(cls, version, random), version)


def filled(random: Random) -> bytes:
    """The same from a known sender about a known patient, so that all of it is mapped."""
    cls, version = random.choice(KINDS)
    return write(addressed(arbitrary_message(cls, version, random)), version)


TARGETS: dict[str, Callable[[Random], bytes]] = {
    "raw": raw, "mangled": mangled, "spoilt": spoilt, "allowed": allowed, "filled": filled,
}  # fmt: skip


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=sorted(TARGETS))
    parser.add_argument("--only", type=int, help="one seed, as a failure was told by")
    told = parser.parse_args()
    kinds = [told.kind] if told.kind else list(TARGETS)
    seeds = iter([told.only]) if told.only is not None else iter(range(told.seed * 10**9, 2**62))
    report = run(kinds, seeds, time.monotonic() + told.seconds)
    measuring.report("fuzz", what="messages read, answered, stored and translated", **report)
    return 1 if report["failures"] else 0


def run(kinds: list[str], seeds: Iterator[int], until: float) -> dict[str, Any]:
    """Each kind with each seed until the time is up or the seeds are."""
    counted: Counter[str] = Counter()
    failures: list[dict[str, Any]] = []
    slowest, slowest_of = 0.0, ""
    for seed in seeds:
        for kind in kinds:
            began = time.process_time()
            try:
                counted[f"{kind} {survive(TARGETS[kind](chance(seed)))}"] += 1
            except (Exception, HangError) as error:  # noqa: BLE001  that is what is looked for
                failures.append({"kind": kind, "seed": seed, "error": f"{type(error).__name__}: {error}"[:300]})
            if (took := time.process_time() - began) > slowest:
                slowest, slowest_of = took, f"--kind {kind} --only {seed}"
        if time.monotonic() > until or len(failures) > 20:
            break
    return {
        "messages": sum(counted.values()) + len(failures),
        "answers": dict(sorted(counted.items())),
        "failures": failures,
        "slowest_seconds": round(slowest, 3),
        "slowest": slowest_of,
        "peak_megabytes": round(measuring.peak_megabytes()),
    }


if __name__ == "__main__":
    sys.exit(main())
