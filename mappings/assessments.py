"""What people and rules say of a patient's way home, as resources: pathway, groups, frailty, programmes, coordinator.

Observation, because search finds its code and value: ``preliminary`` is a suggestion of the rules with its reasons,
``final`` what a person has decided. Flag only for the hours in which the hospital's doctor can still be called, with a
Communication for each time that somebody did.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from hub.contract import Resource
from mappings.checklists import checklists
from mappings.documents import Entered
from mappings.documents.said import CaseWorker, Coordinator, IndividualPlan, PlanState, ProgrammeStep, WhatMatters
from mappings.entered_tasks import EnteredTasks, message_of
from mappings.entries import newest, told
from mappings.identifiers import H
from mappings.moments import day_of
from mappings.resources import code, extension, moment, period, reference, resource
from mappings.rules.judged import JudgedStay
from mappings.rules.pathways import Extended, FrailtyScore, InProgramme, Suggestion
from mappings.rules.programmes import Standing, Window
from mappings.rules.texts import words
from mappings.task import Setting

ASSESSMENT: Final = f"{H}/CodeSystem/assessment"
VALUE: Final = f"{H}/CodeSystem/assessment-value"
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
URI: Final = "urn:ietf:rfc:3986"
FLAG_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/flag-category"

KINDS: Final = {
    "forlop": "Utskrivningsforløp",
    "malgruppe": "Prioritert pasientgruppe",
    "cfs": "Clinical Frailty Scale",
    "individuell-plan": "Individuell plan",
    "program": "Program",
    "utvidet-behandlingsansvar": "Utvidet behandlingsansvar",
    "hospital": "Koordinator på sykehuset",
    "municipality": "Koordinator i kommunen",
    "saksbehandler": "Saksbehandler",
}
VALUES: Final = {
    "A": "Standard utskriving",
    "B": "Forenklet forløp",
    "C": "Sammensatt forløp",
    "barn-og-unge": "Barn og unge",
    "psykisk-helse-og-rus": "Alvorlige psykiske lidelser og rusproblemer",
    "skropelige-eldre": "Skrøpelige eldre",
    "flere-kroniske-lidelser": "Flere kroniske lidelser",
    "utdatert": "Utdatert",
}
PLAN: Final[dict[PlanState, str]] = {
    "active": "Har individuell plan",
    "in-preparation": "Plan under arbeid",
    "declined": "Ønsker ikke plan",
    "not-relevant": "Ikke aktuelt",
    "unknown": "Ikke avklart",
}
STANDING: Final[dict[Standing, str]] = {
    "eligible-for-review": "Bør vurderes",
    "strong": "Bør vurderes, flere tegn",
    "included": "Med i programmet",
    "ended": "Avsluttet i programmet",
    "unknown": "Kan ikke avgjøres",
    "not-eligible": "Oppfyller ikke kriteriene",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessing:
    """One stay while its assessments are made. ``known`` are the organisations that the directory will hold."""

    stay: JudgedStay
    setting: Setting
    known: Callable[[], Collection[str]]

    def made(self) -> Iterator[Resource]:
        """Everything that the rules and people say, beside the Tasks."""
        found = self.stay.paths
        if found.pathway is not None:
            yield self._suggested("forlop", "", found.pathway)
        for group in found.groups:
            yield self._suggested("malgruppe", group.value, group)
        if found.frailty is not None:
            yield self._frailty(found.frailty)
        for programme in found.programmes:
            if programme.standing not in ("not-eligible", "unknown"):  # which is nearly everybody
                yield self._programme(programme)
        for window in found.windows:
            yield self._window(window)
        for extended in found.extended:
            yield from (self._contact(extended, entry, said) for entry, said in extended.contacts)
        yield from self._entered()

    def _entered(self) -> Iterator[Resource]:
        entered = self.stay.at.entered
        plan, matters = newest(entered, IndividualPlan), newest(entered, WhatMatters)
        if plan is not None:
            value = code(VALUE, f"plan-{plan[1].state}", PLAN[plan[1].state])
            yield self._observation("individuell-plan", "", plan[0], valueCodeableConcept=value, status="final")
        if matters is not None:
            yield self._goal(*matters)
        yield from checklists(self.stay.at, self.setting).made()
        yield from EnteredTasks(at=self.stay.at, setting=self.setting).made()
        team: dict[str, tuple[Entered, Coordinator | CaseWorker]] = {
            said.place: (entry, said) for entry, said in told(entered, Coordinator)
        }
        worker = newest(entered, CaseWorker)
        if worker is not None:
            team[worker[1].kind] = worker
        if team:
            yield self._team(team)

    def _suggested(self, kind: str, local: str, found: Suggestion) -> Resource:
        return self._observation(
            kind,
            local,
            found.decided,
            status="final" if found.is_decided else "preliminary",
            valueCodeableConcept=code(VALUE, found.value, VALUES[found.value]),
            note=[{"text": words(reason)} for reason in found.reasons if reason],
        )

    def _frailty(self, found: FrailtyScore) -> Resource:
        said = code(VALUE, "utdatert", VALUES["utdatert"])
        months = self.stay.at.policies.shown("frailty_months")[0]
        stale = [{**said, "text": f"{VALUES['utdatert']} ({months})"}] if found.stale else []
        return self._observation(
            "cfs",
            "",
            found.entry,
            status="final",
            valueInteger=found.score,
            effectiveDateTime=found.assessed.isoformat(),
            interpretation=stale,
        )

    def _programme(self, found: InProgramme) -> Resource:
        name = {"text": f"{found.programme.title}: {STANDING[found.standing]}"}
        value = {**code(VALUE, f"program-{found.standing}", STANDING[found.standing]), **name}
        return self._observation(
            "program",
            found.programme.name,
            found.newest,
            status="final" if found.standing in ("included", "ended") else "preliminary",
            valueCodeableConcept=value,
            method={"text": found.programme.title},
            note=[{"text": words(reason)} for reason in found.reasons],
        )

    def _window(self, found: Window) -> Resource:
        """The end of one that is known by date only is shown as a date."""
        dates = (day_of(found.start), day_of(found.end)) if found.approximate else (found.start, found.end)
        now, title, phone = self.stay.at.now, found.programme.title, found.programme.contact
        return resource(
            "Flag",
            self._id("Flag", "utvidet-behandlingsansvar", found.programme.name),
            meta={"tag": self.setting.tags},
            status="active" if found.start <= now < found.end else "inactive",
            category=[code(FLAG_CATEGORY, "admin", "Administrative")],
            code={**self._code("utvidet-behandlingsansvar"), "text": ": ".join(filter(None, (title, phone)))},
            subject=reference(self.setting.making.patient),
            encounter=reference(self.setting.encounter),
            period=period(*dates),
        )

    def _contact(self, extended: Extended, entry: Entered, said: ProgrammeStep) -> Resource:
        """Somebody in the municipality has asked the hospital's doctor in the time that it still answers."""
        name, making = extended.window.programme, self.setting.making
        flag = f"Flag/{self._id('Flag', 'utvidet-behandlingsansvar', name.name)}"
        hospital = making.directory.organization(self.stay.at.sides(self.stay.at.stay.entries[0])[0])
        return resource(
            "Communication",
            self._id("Communication", "utvidet-behandlingsansvar", entry.head.message_id),
            meta={"tag": self.setting.tags},
            status="completed",
            category=[{**self._code("utvidet-behandlingsansvar"), "text": name.title}],
            subject=reference(making.patient),
            about=[] if extended.readmitted else [reference(flag)],
            encounter=reference(self.setting.encounter),
            sent=said.on.isoformat(),
            recipient=[making.reference(hospital)],
            sender=self._organisation(entry),
        )

    def _goal(self, entry: Entered, said: WhatMatters) -> Resource:
        teller = {"patient": "Pasienten", "next-of-kin": "Pårørende"}[said.told_by]
        return resource(
            "Goal",
            self._id("Goal", "hva-er-viktig"),
            meta={"tag": self.setting.tags},
            lifecycleStatus="active",
            description={"text": said.text},
            subject=reference(self.setting.making.patient),
            startDate=day_of(entry.head.generated).isoformat(),
            note=[{"text": f"Hva er viktig for deg? Svart av: {teller}. Skrevet ned av: {entry.author}"}],
        )

    def _team(self, team: dict[str, tuple[Entered, Coordinator | CaseWorker]]) -> Resource:
        return resource(
            "CareTeam",
            self._id("CareTeam", "koordinator"),
            meta={"tag": self.setting.tags},
            status="active",
            name="Koordinatorer",
            subject=reference(self.setting.making.patient),
            encounter=reference(self.setting.encounter),
            participant=[
                {"role": [self._code(place)], "member": {"display": said.name}, "onBehalfOf": self._organisation(entry)}
                for place, (entry, said) in sorted(team.items())
            ],
            telecom=[{"system": "phone", "value": said.phone} for _, said in team.values() if said.phone],
        )

    def _observation(self, kind: str, local: str, by: Entered | None, **elements: Any) -> Resource:
        issued = by.head.generated if by else self._newest()
        return resource(
            "Observation",
            self._id("Observation", kind, local),
            meta={"tag": self.setting.tags},
            category=[code(CATEGORY, "survey", "Survey")],
            code=self._code(kind),
            subject=reference(self.setting.making.patient),
            encounter=reference(self.setting.encounter),
            issued=moment(issued),
            performer=[self.who(by)] if by else [],
            **elements,
        )

    def _newest(self) -> Any:
        """When the newest thing behind a suggestion was told, never when it was computed."""
        made = [entry.message.head.generated for entry in self.stay.at.stay.entries]
        return max([*made, *(e.head.generated for e in self.stay.at.entered)], key=lambda at: at.timestamp())

    def who(self, entry: Entered) -> dict[str, Any]:
        """Who told it: the organisation where the directory has it, and the name that it gave."""
        return {**(self._organisation(entry) or {}), "display": entry.author or entry.head.sender.name}

    def _organisation(self, entry: Entered) -> dict[str, str] | None:
        found = self.setting.making.directory.organization(entry.head.sender)
        return reference(found) if found and found in self.known() else None

    def _code(self, kind: str) -> dict[str, Any]:
        return code(ASSESSMENT, kind, KINDS[kind])

    def _id(self, resource_type: str, *local: str) -> str:
        return self.setting.making.ids(resource_type, self.setting.encounter.partition("/")[2], *local)


def entry_provenance(entry: Entered, targets: Collection[str], assessing: Assessing) -> Resource:
    """Who told what when: one Provenance for each entry, on all that it causes and on the message it names."""
    making = assessing.setting.making
    concerned = message_of(entry, assessing.stay.at.stay)
    documents = [f"DocumentReference/{making.id('DocumentReference', concerned)}"] if concerned else []
    return resource(
        "Provenance",
        making.ids("Provenance", "entry", entry.head.message_id),
        meta={"source": f"urn:uuid:{entry.head.message_id}", "tag": assessing.setting.tags},
        extension=[extension("entry-kind", valueCode=entry.head.type)],
        target=[reference(target) for target in dict.fromkeys([*documents, *targets])],
        occurredDateTime=moment(entry.head.generated),
        recorded=moment(entry.head.generated),
        activity=code(f"{H}/CodeSystem/message-event", *_EVENT[entry.head.series]),
        agent=[{"who": assessing.who(entry)}],
        entity=[
            {"role": "source", "what": {"identifier": {"system": URI, "value": f"urn:uuid:{entry.head.message_id}"}}}
        ],
    )


_EVENT: Final = {"N": ("ny", "Ny"), "M": ("endring", "Endring")}
