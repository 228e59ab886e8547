"""The checklists of a stay as Tasks: one for each checklist that has begun, with its progress, and one for each point.

A checklist begins when somebody says so, or with the stay where the deployment has chosen it for the municipality and
the ward. What people have told of a point counts wherever the point stands, whether as an entry (``sjekkpunkt``) or as
a change of its Task: the newest word holds. A point that stands in no checklist of the stay is a Task of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from hub.contract import Party, Resource
from mappings import scope
from mappings.documents import Entered
from mappings.documents.said import CareKind, ChecklistBegun, ChecklistItem
from mappings.documents.stating import POINT
from mappings.entries import told
from mappings.identifiers import H
from mappings.moments import Moment, day_of, first_instant
from mappings.resources import code, moment, period, reference, resource
from mappings.rules.checklists import Point as TemplatePoint
from mappings.rules.checklists import Template, in_force, version_of
from mappings.rules.occasion import Occasion
from mappings.stated import stated
from mappings.task import NAMES, OUTPUT, PROCESS, STAY, Setting, held

PLAN: Final = f"{H}/PlanDefinition/"
LIST: Final = "sjekkliste"
COUNTS: Final = {"gjort": "Gjort", "antall": "Antall"}
NOT_RELEVANT: Final = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What somebody said of a point: as an entry of its own, or by changing the status of its Task through FHIR."""

    entry: Entered
    status: str
    item: ChecklistItem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point as it stands."""

    item: str
    text: str
    status: str
    owner: Party | None
    due: datetime | None
    responsible: str
    words: tuple[Word, ...]
    task: str

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status not in ("completed", NOT_RELEVANT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """One that has begun: in which version, when, and by which entry where somebody said so."""

    name: str
    version: int
    title: str
    begun: datetime
    entry: Entered | None
    owner: Party | None
    points: tuple[Point, ...]
    task: str

    @property
    def of(self) -> int:
        """How many points there are, without those that are not relevant."""
        return sum(point.status != NOT_RELEVANT for point in self.points)

    @property
    def done(self) -> int:
        """How many of them are done."""
        return sum(point.status == "completed" for point in self.points)

    @property
    def due(self) -> datetime | None:
        """When the next point should be done."""
        return min((p.due for p in self.points if p.due and p.is_open), default=None)

    @property
    def status(self) -> str:
        """Of its Task."""
        if self.points and not any(point.is_open for point in self.points):
            return "completed"
        return "in-progress" if self.done else "requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklists:
    """Of one stay: those that have begun, by name, and points that stand in none of them."""

    at: Occasion
    setting: Setting
    begun: tuple[Checklist, ...]
    loose: tuple[Point, ...]

    @property
    def points(self) -> Iterator[Point]:
        """Every point once."""
        for checklist in self.begun:
            yield from checklist.points
        yield from self.loose

    def counted(self) -> tuple[int, int]:
        """How many points are done, of how many."""
        relevant = [point for point in self.points if point.status != NOT_RELEVANT]
        return sum(point.status == "completed" for point in relevant), len(relevant)

    def made(self) -> Iterator[Resource]:
        """The Tasks."""
        for checklist in self.begun:
            yield self._list(checklist)
            yield from (self._point(point, checklist) for point in checklist.points)
        yield from (self._point(point) for point in self.loose)

    def _list(self, checklist: Checklist) -> Resource:
        changed = [word.entry.head.generated for point in checklist.points for word in point.words]
        counts = {"gjort": checklist.done, "antall": checklist.of}
        return self._made(
            LIST,
            checklist.task,
            checklist.status,
            instantiatesCanonical=f"{PLAN}{checklist.name}|{checklist.version}",
            description=checklist.title,
            authoredOn=moment(checklist.begun),
            lastModified=moment(max([checklist.begun, *changed], key=datetime.timestamp)),
            owner=self._organization(checklist.owner),
            restriction={"period": period(checklist.due, checklist.due)},
            output=[{"type": code(OUTPUT, key, COUNTS[key]), "valueInteger": counts[key]} for key in COUNTS],
        )

    def _point(self, point: Point, checklist: Checklist | None = None) -> Resource:
        part: dict[str, Any] = {}
        told_at = [word.entry.head.generated for word in point.words]
        if checklist is not None:
            told_at = [checklist.begun, *told_at]
            part = {
                "instantiatesCanonical": f"{PLAN}{checklist.name}|{checklist.version}",
                "partOf": [reference(checklist.task)],
            }
        return self._made(
            POINT,
            point.task,
            point.status,
            description=point.text,
            authoredOn=moment(told_at[0]),
            lastModified=moment(max(told_at, key=datetime.timestamp)),
            owner=self._organization(point.owner),
            restriction={"period": period(point.due, point.due)},
            note=[{"text": f"Ansvarlig: {point.responsible}"}] if point.responsible else [],
            **part,
        )

    def _made(self, kind: str, task: str, status: str, **elements: Any) -> Resource:
        """Of somebody who is dead, nothing is to be done any more."""
        is_over = self.setting.is_dead and status not in ("completed", NOT_RELEVANT)
        return resource(
            "Task",
            task.partition("/")[2],
            meta={"tag": self.setting.tags},
            groupIdentifier={"system": STAY, "value": self.setting.encounter.partition("/")[2]},
            status=NOT_RELEVANT if is_over else held(status, self.setting),
            intent="order",
            code=code(PROCESS, kind, NAMES[kind]),
            encounter=reference(self.setting.encounter),
            **{**elements, "for": reference(self.setting.making.patient)},
        )

    def _organization(self, party: Party | None) -> dict[str, Any] | None:
        making = self.setting.making
        return making.reference(making.directory.organization(party)) if party else None


def checklists(at: Occasion, setting: Setting) -> Checklists:
    """As they stand now."""
    words = _words(at, setting)
    begun = tuple(_begun(at, setting, words))
    listed = {point.item for checklist in begun for point in checklist.points}
    loose = tuple(
        _loose(item, words[item], setting) for item in sorted(words) if item not in listed and _last(words[item])
    )
    return Checklists(at=at, setting=setting, begun=begun, loose=loose)


def _begun(at: Occasion, setting: Setting, words: dict[str, list[Word]]) -> Iterator[Checklist]:
    """Those that somebody began, each as it was begun last, and those that begin with the stay."""
    templates = at.policies.checklists
    said = {one.checklist: (entry, one) for entry, one in told(at.entered, ChecklistBegun)}
    own = {name: version_of(templates, name, one.version) or _gone(one) for name, (_, one) in said.items()}
    chosen = {template.name: template for template in _chosen(at, setting)}
    for name in sorted({*own, *chosen}):
        template, entry = own.get(name) or chosen[name], said[name][0] if name in said else None
        began = entry.head.generated if entry else first_instant(at.stay.begun)
        yield Checklist(
            name=name,
            version=template.version,
            title=template.title,
            begun=began,
            entry=entry,
            owner=entry.head.sender if entry else at.hospital,
            points=tuple(_point(at, one, began, words.get(one.item, []), setting) for one in template.points),
            task=setting.task(LIST, name),
        )


def _gone(said: ChecklistBegun) -> Template:
    """A version that the deployment has taken away: the list stays, and shows that it has no points."""
    return Template(name=said.checklist, version=said.version, since=None, title=said.checklist, points=())


def _chosen(at: Occasion, setting: Setting) -> Iterator[Template]:
    """In the version of the day on which the stay began. A place that the stay once had goes on choosing for it."""
    if not at.policies.chosen:
        return
    stay, day = at.stay, day_of(at.stay.begun)
    own = {found for e in stay.entries if (found := scope.municipality(e.message))}
    places = own or {setting.making.kommune or ""}
    wards = {str(e.message.head.sender.unit_name) for e in at.from_hospital}
    wards |= {said.ward for _, said in told(at.entered, CareKind)}
    for choice in at.policies.chosen:
        if any(choice.is_for(place, wards, day) for place in places):
            template = in_force(at.policies.checklists, choice.name, day)
            yield from [template] if template else []


def _words(at: Occasion, setting: Setting) -> dict[str, list[Word]]:
    """What was said of each point, oldest first."""
    found: dict[str, list[Word]] = {}
    for entry, own in told(at.entered, ChecklistItem):
        found.setdefault(own.item, []).append(Word(entry=entry, status=_said(own), item=own))
    known = {*found, *(point.item for template in at.policies.checklists for point in template.points)}
    for item in sorted(known) if setting.written else ():
        for entry, said in setting.written.get(setting.task(POINT, item), ()):
            if "status" in said.changed.split():
                found.setdefault(item, []).append(Word(entry=entry, status=stated(said)["status"]))
    return {item: sorted(words, key=_age) for item, words in found.items()}


def _said(item: ChecklistItem) -> str:
    if item.not_relevant:
        return NOT_RELEVANT
    return "completed" if item.done else "requested"


def _age(word: Word) -> tuple[float, str]:
    return word.entry.head.generated.timestamp(), word.entry.head.message_id


def _point(at: Occasion, of: TemplatePoint, began: datetime, words: list[Word], setting: Setting) -> Point:
    last = _last(words)
    return Point(
        item=of.item,
        text=(last.text if last else "") or of.text,
        status=words[-1].status if words else "requested",
        owner=at.hospital if of.owner == "hospital" else at.municipality,
        due=last.due if last and last.due else _due(at, of, began),
        responsible=last.responsible if last else "",
        words=tuple(words),
        task=setting.task(POINT, of.item),
    )


def _loose(item: str, words: list[Word], setting: Setting) -> Point:
    last = _last(words)
    return Point(
        item=item,
        text=(last.text if last else "") or item,
        status=words[-1].status,
        owner=next(word.entry.head.sender for word in reversed(words) if word.item),
        due=last.due if last else None,
        responsible=last.responsible if last else "",
        words=tuple(words),
        task=setting.task(POINT, item),
    )


def _last(words: list[Word]) -> ChecklistItem | None:
    return next((word.item for word in reversed(words) if word.item), None)


def _due(at: Occasion, of: TemplatePoint, began: datetime) -> datetime | None:
    """Hours after what has happened; before that there is no deadline."""
    ready = at.ready.past[-1].since if at.ready.past else None
    happened: dict[str, Moment | None] = {
        "admitted": at.stay.admission.when if at.stay.admission else None,
        "ready": ready,
        "left": at.stay.left.when if at.stay.left else None,
        "begun": began,
    }
    found = happened[of.after]
    return first_instant(found) + timedelta(hours=of.hours) if found else None


def shown(found: Checklists) -> list[dict[str, Any]]:
    """The checklists in plain values, for lists."""
    return [
        {
            "checklist": checklist.name,
            "version": checklist.version,
            "title": checklist.title,
            "begun": checklist.begun,
            "done": checklist.done,
            "of": checklist.of,
            "due": checklist.due,
            "task": checklist.task,
            "points": [point_shown(point) for point in checklist.points],
        }
        for checklist in found.begun
    ]


def point_shown(point: Point) -> dict[str, Any]:
    """A point in plain values."""
    return {
        "item": point.item,
        "text": point.text,
        "status": point.status,
        "owner": str(point.owner.name) if point.owner else "",
        "responsible": point.responsible,
        "due": point.due,
        "task": point.task,
    }


def through_fhir(points: Iterable[Point]) -> Iterator[tuple[Entered, dict[str, Any]]]:
    """What was told of points by changing their Tasks, as the entries of that kind have it."""
    for point in points:
        for word in point.words:
            if word.item is None:
                yield word.entry, {"item": point.item, "done": word.status == "completed"}
