"""Synthetic logistics messages in any number, made before the clock starts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from adapters.kith.samples import Case, helseopplysninger, innlagt, person, utskrevet, utskrivningsklar

LOGISTICS = ("LOG_INNLAGT", "HELSEOPPL_SOKNAD", "LOG_UTSKRIVNINGSKLAR", "LOG_UTSKREVET")


def stays(count: int, *, run: str = "bench", now: datetime | None = None) -> Iterator[tuple[Case, list[bytes]]]:
    """So many patients, each with the four messages of one stay; ``run`` makes the message ids of another run new."""
    start = (now or datetime.now(UTC)).replace(minute=0, second=0, microsecond=0) - timedelta(days=7)
    for n in range(count):
        case = Case(name=f"{run}-{n}", start=start, patient=person(n))
        yield case, [innlagt(case), helseopplysninger(case), utskrivningsklar(case), utskrevet(case)]
