"""Every stay of a patient with everything that the rules say of it; FHIR and the plain facts are made of this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mappings.documents.said import CareKind
from mappings.entries import newest
from mappings.moments import DAY, Moment, day_of, first_instant, is_before
from mappings.patient_log import PatientLog
from mappings.person import birth_date
from mappings.rules.coordinating import coordinator_decision, pathway_duties
from mappings.rules.documentation import documentation
from mappings.rules.notice import early_notice, updated_notice
from mappings.rules.occasion import Occasion, Owed
from mappings.rules.overliggerdogn import payments
from mappings.rules.pathways import Paths, paths, reviews
from mappings.rules.payment import Pay
from mappings.rules.reply import announced, decision, forecast_notice, ready_notice
from mappings.rules.reports import admission_reports, discharge_report, epikrise
from mappings.stays import Stay


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedStay:
    """One stay, what was looked at, every duty in it, and what it costs."""

    at: Occasion
    owed: tuple[Owed, ...]
    pay: Pay
    paths: Paths

    @property
    def reviews(self) -> list[datetime]:
        """When silence alone changes something."""
        due = [owed.verdict.review_at for owed in self.owed]
        due += [owed.over_at for owed in self.owed if not owed.is_done]
        found = [*(d for d in due if d), *(forecast.starts for forecast in self.at.ready.forecasts)]
        found += reviews(self.paths, self.at.now, self.at.policies)
        return [*found, first_instant(day_of(self.at.now) + DAY)] if self.pay.runs else found


def judged(log: PatientLog) -> tuple[JudgedStay, ...]:
    """All stays, in the order in which they began."""
    occasions = [occasion(log, stay) for stay in log.stays]
    paid = payments(occasions)
    born = birth_date(entry.message for entry in log.entries)
    found = {at.stay: paths(at, log.entered.every, born) for at in occasions}
    return tuple(
        JudgedStay(at=at, owed=tuple(duties(at, found[at.stay])), pay=paid[at.stay], paths=found[at.stay])
        for at in occasions
    )


def occasion(log: PatientLog, stay: Stay) -> Occasion:
    """One stay with what is known around it."""
    return Occasion(
        stay=stay,
        now=log.now,
        organisations=log.organisations,
        receipts=log.receipts,
        policies=log.policies,
        entered=log.entered.of(stay),
        others=tuple(other for other in log.stays if other is not stay),
        acute_before=tuple(first_instant(s.begun) for s in log.stays if s is not stay and _is_acute(log, s)),
        died=_died_here(log, stay),
    )


def _is_acute(log: PatientLog, stay: Stay) -> bool:
    told = newest(log.entered.of(stay), CareKind)
    return told is not None and told[1].acute is True


def _died_here(log: PatientLog, stay: Stay) -> Moment | None:
    """Death told by LOG_DOD ends what is open; one after departure is not of this stay."""
    died = log.died
    if died is None or is_before(died, stay.begun) or (stay.left and not is_before(died, stay.left.when)):
        return None
    return died


def duties(at: Occasion, found: Paths) -> Iterator[Owed]:
    """Every duty of a stay, by the rules of the dossier, in a fixed order."""
    first = early_notice(at)
    yield from [first] if first else []
    yield from admission_reports(at)
    for readiness in at.ready.past:
        yield from [updated] if (updated := updated_notice(at, readiness)) else []
        yield ready_notice(at, readiness)
        yield documentation(at, readiness)
        yield decision(at, readiness)
    for ahead in announced(at):
        yield forecast_notice(at, ahead)
        yield from [early] if (early := decision(at, ahead)).is_done else []
    last = (discharge_report(at), epikrise(at), coordinator_decision(at, found.pathway))
    yield from (owed for owed in last if owed)
    yield from pathway_duties(at, found.pathway)
