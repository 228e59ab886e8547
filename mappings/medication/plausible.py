"""Doses that nobody can mean, said as soon as a list comes, by the line: an amount beyond all reason, and a weekly drug
that reads as daily. Nothing is changed and nothing guessed: the amount is not used, the words stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hub.contract import Issue
from mappings.documents.medication_list import MedicationLine, MedicationList
from mappings.medication.catalogue import demo
from mappings.medication.dosage import Reading
from mappings.medication.normalise import normal

WEEKLY: Final = ("L01BA01", "L04AX03")
"""Methotrexate: by mouth it is taken once a week, and kills when taken daily (dossier 7.6)."""
TEXTS: Final = {
    "implausible-amount": "Mengden kan ikke stemme og er ikke brukt som dose; teksten er beholdt.",
    "weekly-read-as-daily": "Legemidlet tas vanligvis én gang i uken; doseringen sier oftere. Må avklares før bruk.",
}


def odd_doses(listing: MedicationList) -> Iterator[Issue]:
    """One for each line whose dose must be looked at."""
    for line in listing.lines:
        for code in _odd(line):
            yield Issue(code=code, text=TEXTS[code], path=line.path)


def _odd(line: MedicationLine) -> Iterator[str]:
    read = normal(line, demo())
    if "implausible-amount" in read.reading.flags:
        yield "implausible-amount"
    if line.status in ("active", "planned") and read.drug.atc.startswith(WEEKLY) and reads_daily(read.reading):
        yield "weekly-read-as-daily"


def reads_daily(reading: Reading) -> bool:
    """Whether a dose says that it is taken daily, or oftener than once a week without naming the days."""
    timings = [dose.timing for dose in reading.doses if dose.timing.is_known and not dose.timing.count]
    return any(when.unit in ("d", "h") and when.period < 7 for when in timings)
