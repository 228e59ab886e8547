"""What a projection works with: what the documents tell, what the rules say, and what all resources share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hub.contract import Ids
from mappings import municipal_envelope, scope
from mappings.documents import Listed
from mappings.encounter import encounter_id
from mappings.findings import Finding, findings
from mappings.making import Making
from mappings.organisation import Directory
from mappings.patient_log import PatientLog
from mappings.person import patient_id
from mappings.rules.judged import JudgedStay, judged
from mappings.series import Entry
from mappings.stays import Stay


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Of one patient as of one moment."""

    log: PatientLog
    stays: tuple[JudgedStay, ...]
    odd: tuple[tuple[Finding, ...], ...]
    """What a person must look at in each of the stays."""
    making: Making

    def encounter(self, stay: Stay) -> str:
        """The reference of a stay."""
        return f"Encounter/{encounter_id(self.making.ids, self.log.who.strongest, stay)}"

    def tags(self, entries: Iterable[Entry]) -> list[dict[str, str]]:
        """Open to everybody who took part in these."""
        return scope.tags((entry.message for entry in entries), self.making.kommune)


def gathered(log: PatientLog, ids: Ids) -> Gathered:
    """Everything that resources are made of."""
    stays = judged(log)
    return Gathered(log=log, stays=stays, odd=tuple(map(findings, stays)), making=_making(log, ids))


def telling(entries: Iterable[Entry]) -> list[Entry]:
    """Those whose word on the person counts: in force, or all when none is. A list names a person by number alone.

    What a municipality exports counts where no message tells of the person, and most where it gives a name.
    """
    found = [entry for entry in entries if entry.in_force] or list(entries)
    full = [e for e in found if not isinstance(e.message, Listed) and not municipal_envelope.is_municipal(e.message)]
    named = [entry for entry in found if municipal_envelope.names_person(entry.message)]
    return full or named or [entry for entry in found if not isinstance(entry.message, Listed)] or found


def _making(log: PatientLog, ids: Ids) -> Making:
    told = [(entry, stay) for stay in log.stays for entry in stay.entries]
    told += [(e, stay) for e in log.entries if isinstance(e.message, Listed) and (stay := _of_list(e, log)) is not None]
    encounters = {
        entry.message.head.message_id: f"Encounter/{encounter_id(ids, log.who.strongest, stay)}" for entry, stay in told
    }
    return Making(
        ids=ids,
        directory=Directory(ids),
        patient=f"Patient/{patient_id(ids, log.who.strongest)}",
        kommune=scope.kommune(entry.message for entry in telling(log.entries)),
        encounters=encounters,
        types={entry.message.head.message_id: entry.message.head.type for entry in log.entries},
    )


def _of_list(entry: Entry, log: PatientLog) -> Stay | None:
    """The stay that a hospital's list was made in: the one of that hospital which was going on then."""
    head, same = entry.message.head, log.organisations
    return next((s for s in log.stays if s.hospital == same.key(head.sender) and s.holds(head.generated)), None)
