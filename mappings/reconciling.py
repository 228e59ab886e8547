"""The medication lists of a patient compared, on FHIR: what differs, who must settle it, and the list proposed.

The comparison is made anew as of every list, so a discrepancy is dated by the list in which it first showed, and one
that a later list has settled is ``cancelled``. A person's decision holds until what was compared is otherwise; the
proposal is ``working`` until somebody signs it, and signing is over when a newer list comes. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from hub.contract import Party, Resource
from mappings.clinical.codes import LOINC
from mappings.clinical.medicine_list import HISTORY, LIST_TYPES
from mappings.documents import Entered
from mappings.documents.medication_list import MedicationList
from mappings.documents.said import MedicationDecided, MedicationSigned
from mappings.entries import told
from mappings.identifiers import H
from mappings.making import Making
from mappings.medication.catalogue import Catalogue
from mappings.medication.findings import Finding, Severity
from mappings.medication.reconcile import Comparison, Group, Setting, phase_of, reconcile
from mappings.medication.told import terminology
from mappings.medication.views import Item
from mappings.moments import Moment, first_instant
from mappings.resources import code, coding, moment, reference, resource
from mappings.task import PROCESS

KIND: Final = f"{H}/CodeSystem/med-discrepancy"
FLAG: Final = f"{H}/CodeSystem/med-list-flag"
SEVERITY: Final[dict[Severity, str]] = {"high": "high", "medium": "moderate", "low": "low"}
STATES: Final = 12
"""How many of the newest lists are looked back through for when a discrepancy began."""
ALWAYS_A_TASK: Final = ("documented-change", "multidose-unknown", "multidose-change-needed")
TITLE: Final = "Samstemt legemiddelliste"
SAMSTEMMING: Final = "Legemiddelsamstemming"
ROLES: Final = {"multidose": "Multidoselege", "home": "Fastlege", "hospital": "Sykehuslege"}
HUB: Final = {"display": "heimveg"}
ASSEMBLER: Final = code("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "assembler", "Assembler")
VERIFIER: Final = code("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "verifier", "Verifier")
UNRESOLVED: Final = code(FLAG, "unresolved", "Uavklart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The lists in force, which statement each line became, and which List each list did."""

    lists: tuple[MedicationList, ...]
    lines: Mapping[tuple[str, str], str]
    """Message id and path of a line -> ``MedicationStatement/<id>``."""
    senders: Mapping[str, Party]
    """Message id -> who sent it."""
    made: Mapping[str, Resource]
    """Everything that the messages made, by reference."""


@dataclass(frozen=True, kw_only=True)
class Reconciling:
    """One patient's lists while they are compared. ``due`` is when the patient is expected to leave."""

    sources: Sources
    making: Making
    tags: list[dict[str, str]]
    entered: tuple[Entered, ...]
    catalogue: Catalogue
    """By what drugs are known: the register's entries that were kept with the lists."""
    now: datetime
    age: int | None
    encounter: str | None = None
    due: datetime | None = None

    @cached_property
    def states(self) -> list[Comparison]:
        """The comparison as of each list, oldest first; none where no two sources have a list."""
        times = sorted({one.source.time for one in self.sources.lists if one.source.time <= self.now})
        if not times or len(self._at(times[-1]).views) < 2:
            return []
        return [self._at(time) for time in times[-STATES:]]

    def _at(self, time: datetime) -> Comparison:
        setting = Setting(phase=phase_of(self.sources.lists, time), age=self.age)
        return reconcile(self.sources.lists, time, setting, self.catalogue)

    @cached_property
    def runs(self) -> list[Run]:
        """Every discrepancy worth a person's attention, with its newest unbroken time of holding."""
        found: dict[object, list[tuple[int, Finding]]] = {}
        for place, state in enumerate(self.states):
            for one in state.open_findings:
                found.setdefault(one.key, []).append((place, one))
        return [self._run(seen) for _, seen in sorted(found.items(), key=lambda pair: repr(pair[0]))]

    def _run(self, seen: Sequence[tuple[int, Finding]]) -> Run:
        last, finding = seen[-1]
        began = since = last
        for place, one in reversed(seen[:-1]):
            if place != began - 1:
                break
            began = place
            since = place if since == place + 1 and one.text == finding.text else since
        decisions, is_decided = self._decision(finding, self.states[since].at)
        return Run(
            finding=finding,
            began=self.states[began].at,
            holds=last == len(self.states) - 1,
            decisions=tuple(decisions),
            is_decided=is_decided,
        )

    def _decision(self, of: Finding, since: datetime) -> tuple[list[tuple[Entered, MedicationDecided]], bool]:
        """What was decided of it, and whether the newest decision was made of what is compared now."""
        own = [(e, said) for e, said in told(self.entered, MedicationDecided) if said.discrepancy == of.discrepancy]
        return own, bool(own) and own[-1][0].head.generated >= since

    @property
    def ahead(self) -> list[datetime]:
        """When lists that are from after now begin to count."""
        return [one.source.time for one in self.sources.lists if one.source.time > self.now]

    @property
    def signed(self) -> Entered | None:
        """Who has signed the proposal as it stands: after the newest list, and with nothing dangerous left open."""
        newest = next(reversed(list(told(self.entered, MedicationSigned))), None)
        after = newest is not None and bool(self.states) and newest[0].head.generated >= self.states[-1].at
        return newest[0] if newest and after and not self.dangers else None

    @property
    def dangers(self) -> list[Run]:
        """What must be resolved before the patient leaves."""
        return [run for run in self.runs if run.is_open and run.finding.severity == "high"]

    def facts(self) -> dict[str, Any]:
        """Whether "legemidler avklart" holds, and what is left of it."""
        still = [run for run in self.runs if run.is_open]
        return {
            "settled": self.signed is not None,
            "signed": moment(self.signed.head.generated) if self.signed else None,
            "open": len(still),
            "high": len(self.dangers),
        }

    def made(self) -> Iterator[Resource]:
        """Issues, Tasks, the proposed list with its statements, and where they come from."""
        if not self.states:
            return
        issues = [self._issue(run) for run in self.runs]
        tasks = [self._task(run) for run in self.runs if run.is_a_task]
        statements = [one for group in self.states[-1].groups if (one := self._statement(group)) is not None]
        listed = self._list(statements)
        yield from (*issues, *tasks, *(made for made, _ in statements), listed)
        yield self._provenance([listed, *(made for made, _ in statements), *issues, *tasks])

    def issue_id(self, of: Finding) -> str:
        """By patient, kind and treatments, never by the compared values: a changed value is the same issue."""
        return self._id("DetectedIssue", of.discrepancy)

    def _issue(self, run: Run) -> Resource:
        of = run.finding
        return resource(
            "DetectedIssue",
            self.issue_id(of),
            meta={"tag": self.tags},
            status=run.status,
            code={**code(KIND, of.code, of.display), "text": of.text},
            severity=SEVERITY[of.severity],
            patient=reference(self.making.patient),
            identifiedDateTime=moment(run.began),
            implicated=[reference(ref) for ref in self._refs(of.items)],
            evidence=[{"detail": [reference(ref) for ref in self._lists(view.id for view in of.views)]}],
            detail=of.text,
            mitigation=[_mitigation(entry, said) for entry, said in run.decisions],
        )

    def _task(self, run: Run) -> Resource:
        of, role = run.finding, _role(run.finding)
        due = self._due(role)
        return resource(
            "Task",
            self._id("Task", self.issue_id(of)),
            meta={"tag": self.tags},
            status={"preliminary": "requested", "final": "completed"}.get(run.status, "cancelled"),
            intent="order",
            priority="urgent" if of.severity == "high" else "routine",
            code=code(PROCESS, "legemiddelsamstemming", SAMSTEMMING),
            description=f"{SAMSTEMMING}: {of.display}",
            focus=reference(f"DetectedIssue/{self.issue_id(of)}"),
            encounter=self.making.reference(self.encounter),
            authoredOn=moment(run.began),
            lastModified=moment(max([self.states[-1].at, *(e.head.generated for e, _ in run.decisions)])),
            performerType=[{"text": ROLES[role]}],
            owner=self._owner(run, role),
            restriction={"period": {"start": moment(due), "end": moment(due)}} if due else None,
            **{"for": reference(self.making.patient)},
        )

    def _due(self, role: str) -> Moment | None:
        """When the patient is expected to leave; for the bags, until when a change reaches the next roll."""
        views = self.states[-1].views if role == "multidose" else ()
        limits = [view.order_deadline for view in views if view.order_deadline]
        return max(limits, key=first_instant, default=self.due)

    def _owner(self, run: Run, role: str) -> dict[str, str] | None:
        """The organisation whose list it is about: the hospital's, or that which the patient has at home."""
        wanted = "hospital" if role == "hospital" else "home"
        views = [
            view for view in self.states[-1].views if view.of == wanted or (wanted == "home" and view.of == "packed")
        ]
        sender = self.sources.senders.get(views[-1].id) if views else None
        return self.making.reference(self.making.directory.organization(sender)) if sender else None

    def _statement(self, group: Group) -> tuple[Resource, bool] | None:
        """A line of the proposal, made of the line proposed; where none is and nobody has settled it, the newest."""
        chosen = group.proposed or (max(group.items, key=lambda item: item.key) if not group.is_settled else None)
        ref = self._ref(chosen) if chosen else None
        held = self.sources.made.get(ref) if ref else None
        if held is None:
            return None
        left_out = ("id", "meta", "identifier", "basedOn", "resourceType")
        same = {name: value for name, value in held.items() if name not in left_out}
        made = resource(
            "MedicationStatement",
            self._id("MedicationStatement", group.key),
            meta={"tag": self.tags},
            **same,
            derivedFrom=[reference(of) for of in self._refs(group.items)],
        )
        return made, self._is_settled(group)

    def _is_settled(self, group: Group) -> bool:
        """Every list agrees, or what differs has been decided."""
        about = [run for run in self.runs if run.holds and group.key in run.finding.treatments]
        return group.is_settled or (bool(about) and not any(run.is_open for run in about))

    def _list(self, statements: Iterable[tuple[Resource, bool]]) -> Resource:
        kind = coding(LIST_TYPES, "reconciled", "Samstemt liste")
        at = self.signed.head.generated if self.signed else self.states[-1].at
        return resource(
            "List",
            self._id("List"),
            meta={"tag": self.tags},
            status="current",
            mode="snapshot" if self.signed else "working",
            title=TITLE,
            code={"coding": [kind, coding(LOINC, *HISTORY)]},
            subject=reference(self.making.patient),
            encounter=self.making.reference(self.encounter),
            date=moment(at),
            note=[{"text": terminology(self.states[-1])}],
            entry=[{"flag": None if settled else UNRESOLVED, "item": reference(made)} for made, settled in statements],
        )

    def _provenance(self, targets: Iterable[Resource]) -> Resource:
        sources = self._lists(view.id for view in self.states[-1].views)
        signed = [{"type": VERIFIER, "who": _who(self.signed)}] if self.signed else []
        return resource(
            "Provenance",
            self._id("Provenance"),
            meta={"tag": self.tags},
            target=[reference(target) for target in targets],
            recorded=moment(self.signed.head.generated if self.signed else self.states[-1].at),
            agent=[{"type": ASSEMBLER, "who": HUB}, *signed],
            entity=[{"role": "source", "what": what} for what in (*map(reference, sources), *self._register())],
        )

    def _register(self) -> Iterator[dict[str, str]]:
        """Which version of the drug register it rests on."""
        version = self.states[-1].register
        yield from [{"display": version}] if version else []

    def _refs(self, items: Iterable[Item]) -> list[str]:
        return list(dict.fromkeys(ref for item in items if (ref := self._ref(item))))

    def _ref(self, item: Item) -> str | None:
        return self.sources.lines.get((item.line.told_in, item.line.path))

    def _lists(self, ids: Iterable[str]) -> list[str]:
        """The List of each list; a message's own document where its lines are told in no List of its own."""
        found = (self.sources.lines.get((one, "")) for one in ids)
        return list(dict.fromkeys(ref for ref in found if ref))

    def _id(self, kind: str, *local: str) -> str:
        return self.making.ids(kind, "medication", self.making.patient, *local)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A discrepancy: since when without a break, whether it still holds, and what was decided of it."""

    finding: Finding
    began: datetime
    holds: bool
    decisions: tuple[tuple[Entered, MedicationDecided], ...] = ()
    is_decided: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody must still settle it."""
        return self.holds and not self.is_decided

    @property
    def status(self) -> str:
        """As DetectedIssue has it."""
        if not self.holds:
            return "cancelled"
        return "final" if self.is_decided else "preliminary"

    @property
    def is_a_task(self) -> bool:
        """Whether it asks for somebody's work; the mild ones are only shown."""
        return self.finding.severity in ("high", "medium") or self.finding.code in ALWAYS_A_TASK


def _mitigation(entry: Entered, said: MedicationDecided) -> dict[str, Any]:
    return {"action": {"text": said.decision}, "date": moment(entry.head.generated), "author": _who(entry)}


def _who(entry: Entered) -> dict[str, str]:
    return {"display": ", ".join(name for name in (entry.author, entry.head.sender.name) if name)}


def _role(of: Finding) -> str:
    if of.code.startswith("multidose-"):
        return "multidose"
    has_hospital = any(view.source.list_type.startswith("hospital-") for view in of.views)
    return "home" if of.code == "documented-change" or not has_hospital else "hospital"
