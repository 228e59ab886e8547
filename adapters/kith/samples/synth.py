"""Whole courses of synthetic patients, for testers and measurements: the same seed and moment give the same bytes.

Behind the entry-point group ``heimveg.synth``: ``heimveg synth`` writes them to a folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from adapters.kith.samples.case import Case
from adapters.kith.samples.dialogs import apprec, foresporsel, helsefaglig, notat, svar
from adapters.kith.samples.envelope import Version
from adapters.kith.samples.epikrise import EpikriseVersion, epikrise
from adapters.kith.samples.extract import epj_ekstrakt
from adapters.kith.samples.messages import avmelding, dod, helseopplysninger, innlagt, utskrevet, utskrivningsklar
from adapters.kith.samples.people import person
from adapters.kith.samples.region import HOSPITALS, MUNICIPALITIES, municipality_number, parties
from adapters.kith.samples.reports import (
    helseopplysninger_til_lege,
    innleggelsesrapport,
    medisinske_opplysninger,
    orientering_om_tjenestetilbud,
    utskrivningsrapport,
)
from adapters.kith.samples.story import STORIES

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
LONGEST: Final = 60
"""Days back from the moment that the oldest stay began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One message: what it is, when it was sent, and what is wrong with it on purpose ("" for nothing)."""

    name: str
    sent: datetime
    body: bytes
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class _Stay:
    case: Case
    version: Version
    letter: EpikriseVersion
    random: Random


Course = Callable[[_Stay], Iterator[Written]]


def courses(patients: int, seed: int, now: datetime, mistakes: float = 0.0) -> Iterator[list[Written]]:
    """The messages of so many patients up to ``now``, those of each in the order in which they were sent.

    ``mistakes`` is the share of patients with something gone wrong: a message withdrawn, changed, sent twice, out of
    order, with an unknown code, refused by its receiver, or faulty.
    """
    for number in range(patients):
        random = Random(f"{seed}|{number}")  # noqa: S311  nothing here is secret
        course, stay = _stay(random, number, seed, now)
        sent = sorted((one for one in course(stay) if one.sent <= now), key=lambda one: one.sent)
        yield list(random.choice(MISTAKES)(sent, stay)) if random.random() < mistakes else sent


def _stay(random: Random, number: int, seed: int, now: datetime) -> tuple[Course, _Stay]:
    place = random.randrange(len(MUNICIPALITIES))
    hour = now.replace(minute=0, second=0, microsecond=0)
    course = random.choices(COURSES, WEIGHTS)[0]
    case = Case(
        name=f"synth-{seed}-{number}",
        start=hour - timedelta(hours=random.randint(6, LONGEST * 24), minutes=random.randrange(60)),
        patient=person(number, municipality=municipality_number(place), municipality_name=MUNICIPALITIES[place]),
        parties=parties(random.randrange(len(HOSPITALS)), place),
        story=random.choice(STORIES),
    )
    old = random.random() < 0.2
    return course, _Stay(case, "1.5" if old else "1.6", "1.1" if old else "1.2", random)


def _admission(stay: _Stay) -> Iterator[Written]:
    """Admission, the municipality's report, early notice; now and then a report that is late or never comes."""
    case, version = stay.case, stay.version
    yield Written(name="innlagt", sent=case.start + HOUR / 6, body=innlagt(case, version=version))
    notice = case.start + stay.random.choice((3, 5, 20, 30)) * HOUR
    body = helseopplysninger(case, version=version, full=True, generated=notice, expected=(case.start + 5 * DAY).date())
    yield Written(name="tidlig-varsel", sent=notice, body=body)
    delay = stay.random.choice((4, 14, 22, 40, None))
    if delay is not None:
        sent = case.start + delay * HOUR
        report = innleggelsesrapport(case, version=version, generated=sent)
        yield Written(name="innleggelsesrapport", sent=sent, body=report)
    if stay.random.random() < 0.4:
        yield from _question(stay)


def _question(stay: _Stay) -> Iterator[Written]:
    case = stay.case
    asked, sent = case.message_id("question"), case.start + 2 * DAY
    yield Written(name="foresporsel", sent=sent, body=foresporsel(case, message_id=asked, generated=sent))
    if stay.random.random() < 0.7:
        sent += stay.random.randint(1, 40) * HOUR
        yield Written(name="svar", sent=sent, body=svar(case, asked, generated=sent))


def _ready(stay: _Stay, after: timedelta = 4 * DAY) -> Iterator[Written]:
    case, version = stay.case, stay.version
    update = case.start + after - 4 * HOUR
    expected = (case.start + after).date()
    newer = helseopplysninger(
        case, version=version, full=True, updated=True, generated=update, expected=expected,
        message_id=case.message_id(f"update-{after}"),
    )  # fmt: skip
    yield Written(name="oppdaterte-opplysninger", sent=update, body=newer)
    ready, id_ = case.start + after, case.message_id(f"ready-{after}")
    body = utskrivningsklar(case, version=version, ready=ready, message_id=id_)
    yield Written(name="utskrivningsklar", sent=ready + HOUR / 6, body=body)
    answer = stay.random.choice((1, 3, 26, None))
    if answer is not None:
        sent = ready + answer * HOUR
        yield Written(name="tilbakemelding", sent=sent, body=notat(case, id_, generated=sent))


def _leaving(stay: _Stay, left: datetime, condition: str = "1") -> Iterator[Written]:
    case, version = stay.case, stay.version
    body = utskrevet(case, version=version, left=left.date(), condition=condition, generated=left)
    yield Written(name="utskrevet", sent=left, body=body)
    if condition == "1":
        report = utskrivningsrapport(case, version=version, generated=left + HOUR)
        yield Written(name="utskrivningsrapport", sent=left + HOUR, body=report)
    letter = left + stay.random.randint(1, 9) * DAY
    body = epikrise(case, version=stay.letter, generated=letter)
    yield Written(name="epikrise", sent=letter, body=body)


def _home(stay: _Stay) -> Iterator[Written]:
    """What follows at home: services, a question to the general practitioner, the new medication list."""
    case, version = stay.case, stay.version
    makers = (
        ("orientering", orientering_om_tjenestetilbud, 8),
        ("til-lege", helseopplysninger_til_lege, 20),
        ("medisinske-opplysninger", medisinske_opplysninger, 22),
    )
    for name, make, day in makers:
        sent = case.start + day * DAY + HOUR
        yield Written(name=name, sent=sent, body=make(case, version=version, generated=sent))
    sent = case.start + 23 * DAY
    yield Written(name="legemiddelliste", sent=sent, body=epj_ekstrakt(case, generated=sent))
    if stay.random.random() < 0.5:
        sent = case.start + 24 * DAY
        yield Written(name="helsefaglig-dialog", sent=sent, body=helsefaglig(case, generated=sent))


def straight(stay: _Stay) -> Iterator[Written]:
    """In, ready, home."""
    yield from _admission(stay)
    yield from _ready(stay)
    yield from _leaving(stay, stay.case.start + stay.random.choice((5, 6, 9)) * DAY)
    yield from _home(stay)


def relapse(stay: _Stay) -> Iterator[Written]:
    """Ready, no longer ready, ready again, home."""
    case = stay.case
    yield from _admission(stay)
    yield from _ready(stay)
    off = case.start + 5 * DAY
    body = avmelding(case, version=stay.version, withdrawn=off, generated=off)
    yield Written(name="avmelding", sent=off, body=body)
    yield from _ready(stay, 8 * DAY)
    yield from _leaving(stay, case.start + 10 * DAY)
    yield from _home(stay)


def waiting(stay: _Stay) -> Iterator[Written]:
    """Ready, and there is no place."""
    yield from _admission(stay)
    yield from _ready(stay, stay.random.choice((2, 3, 4)) * DAY)


def death(stay: _Stay) -> Iterator[Written]:
    """Dies in hospital, or at home some weeks later."""
    case = stay.case
    yield from _admission(stay)
    if stay.random.random() < 0.5:
        yield from _leaving(stay, case.start + 3 * DAY, "2")
        return
    yield from _ready(stay)
    yield from _leaving(stay, case.start + 6 * DAY)
    sent = case.start + 20 * DAY
    body = dod(case, version=stay.version, died=sent, generated=sent + HOUR)
    yield Written(name="dodsfall", sent=sent + HOUR, body=body)


COURSES: Final[tuple[Course, ...]] = (straight, relapse, waiting, death)
WEIGHTS: Final = (60, 15, 15, 10)


def withdrawn(sent: list[Written], stay: _Stay) -> Iterator[Written]:
    """The notice of admission was about the wrong person, and is cancelled an hour later."""
    yield from sent
    if sent:
        at = sent[0].sent + HOUR
        body = innlagt(stay.case, version=stay.version, series="C", generated=at)
        yield Written(name="innlagt-kansellert", sent=at, body=body, mistake="kansellert")


def early_cancellation(sent: list[Written], stay: _Stay) -> Iterator[Written]:
    """The cancellation overtakes what it cancels."""
    *others, cancellation = withdrawn(sent, stay)
    yield replace(cancellation, mistake="kansellert før originalen")
    yield from others


def backwards(sent: list[Written], stay: _Stay) -> Iterator[Written]:
    """Everything arrives in the wrong order."""
    yield from (replace(one, mistake="feil rekkefølge") for one in reversed(sent))


def twice(sent: list[Written], stay: _Stay) -> Iterator[Written]:
    """One of the messages is delivered again."""
    yield from sent
    if sent:
        yield replace(stay.random.choice(sent), mistake="sendt to ganger")


def changed(sent: list[Written], stay: _Stay) -> Iterator[Written]:
    """The municipality's report is corrected: another drug was left out."""
    yield from sent
    if any(one.name == "innleggelsesrapport" for one in sent):
        at = sent[-1].sent + HOUR
        fewer = replace(stay.case, story=replace(stay.case.story, stopped=()))
        body = innleggelsesrapport(fewer, version=stay.version, series="M", generated=at)
        yield Written(name="innleggelsesrapport-endret", sent=at, body=body, mistake="endret")


def unknown_code(sent: list[Written], stay: _Stay) -> Iterator[Written]:
    """A code that the list does not have: carried and flagged, never refused."""
    for one in sent:
        body = one.body.replace(b'Hendelsekode V="1"', b'Hendelsekode V="77"')
        yield replace(one, body=body, mistake="ukjent kode" if body != one.body else "")


def refused(sent: list[Written], stay: _Stay) -> Iterator[Written]:
    """The municipality's system refuses the first message."""
    yield from sent
    if sent:
        at, case = sent[0].sent + HOUR / 60, stay.case
        body = apprec(
            case, case.message_id("innlagt-N"), status="2", errors=[("E36", "")], type="LOG_INNLAGT", generated=at,
            issued=sent[0].sent, sender=case.parties.sykepleietjeneste, receiver=case.parties.hospital,
        )  # fmt: skip
        yield Written(name="kvittering-avvist", sent=at, body=body, mistake="avvist av mottaker")


def faulty(sent: list[Written], stay: _Stay) -> Iterator[Written]:
    """One message lacks what its schema demands, and is refused."""
    for place, one in enumerate(sent):
        body = one.body.replace(b"MIGversion>", b"MIGVersion>")
        yield replace(one, body=body, mistake="bryter skjemaet") if place == len(sent) - 1 else one


MISTAKES: Final = (withdrawn, early_cancellation, backwards, twice, changed, unknown_code, refused, faulty)
