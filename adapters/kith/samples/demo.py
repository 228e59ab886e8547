"""The demonstration: three patients of one hospital and one municipality, each at another point on the way home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from adapters.kith.samples.case import Case
from adapters.kith.samples.messages import helseopplysninger, innlagt, utskrivningsklar
from adapters.kith.samples.people import person

Item = tuple[str, bytes]
"""File name and bytes."""


def demo_case(now: datetime) -> list[Item]:
    """The messages of the demonstration as of ``now``, in the order they were sent; same ``now``, same bytes.

    One patient was admitted yesterday, one was reported ready an hour ago, one has waited three days for an answer.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    return [*_in_hospital(hour), *_ready(hour), *_overdue(hour)]


def _in_hospital(now: datetime) -> Iterator[Item]:
    case = Case(name="demo-1", start=now - timedelta(hours=20), patient=person(1))
    yield "1-innlagt.xml", innlagt(case)
    yield "1-tidlig-varsel.xml", helseopplysninger(case, expected=(now + timedelta(days=3)).date())


def _ready(now: datetime) -> Iterator[Item]:
    case = Case(name="demo-2", start=now - timedelta(days=4), patient=person(2))
    ready = now - timedelta(hours=1)
    yield "2-innlagt.xml", innlagt(case)
    yield "2-tidlig-varsel.xml", helseopplysninger(case, expected=now.date())
    yield "2-utskrivningsklar.xml", utskrivningsklar(case, ready=ready)


def _overdue(now: datetime) -> Iterator[Item]:
    case = Case(name="demo-3", start=now - timedelta(days=8), patient=person(3))
    ready = now - timedelta(days=3)
    yield "3-innlagt.xml", innlagt(case)
    yield "3-tidlig-varsel.xml", helseopplysninger(case, expected=(now - timedelta(days=4)).date())
    yield "3-oppdaterte-opplysninger.xml", helseopplysninger(case, updated=True, expected=ready.date())
    yield "3-utskrivningsklar.xml", utskrivningsklar(case, ready=ready)
