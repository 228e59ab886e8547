"""Resources that people and record systems write themselves: the newest version of each, beside what messages made.

What is written stays as its author stated it. Ours are the id, the profile, the tags that say who may see it, whom it
is about, and who is responsible where the author did not say.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hub.contract import Issue, Party, Resource
from mappings import scope
from mappings.clinical.values import Literal
from mappings.documents import Entered
from mappings.documents.plan_rules import CONFIDENTIALITY, is_restricted
from mappings.documents.said import Stated
from mappings.documents.stating import Version, history, references
from mappings.identifiers import HPR, H
from mappings.making import Making
from mappings.resources import by_reference, code, extension, moment, reference, resource, without_empty
from mappings.stated_kinds import Teller, alone, over

URI: Final = "urn:ietf:rfc:3986"
PARTICIPANT: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
GONE: Final = f"{H}/sid/referanse"
"""The system of a reference whose target is not there any more."""
SHARED: Final = ("Organization", "Practitioner", "PractitionerRole", "Location")
TEXTS: Final = {"stated-reference-gone": "Det som er skrevet, viser til noe som ikke finnes lenger."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What people's writing adds to a projection: resources in place of those of the same id, and what is odd."""

    resources: tuple[Resource, ...] = ()
    issues: tuple[Issue, ...] = ()

    def beside(self, made: Iterable[Resource]) -> list[Resource]:
        """Those of the others that it takes no place of."""
        own = by_reference(self.resources)
        return [one for one in made if f"{one['resourceType']}/{one['id']}" not in own]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What a resource is written into: everything else of the patient."""

    making: Making
    made: Mapping[str, Resource]
    known: frozenset[str]
    """``Type/id`` of everything that may be referred to."""
    numbers: Mapping[str, frozenset[scope.Tag]]
    """The access tags of each ``Organization/<id>``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is there beside what is written: what messages made, shared resources, and the parties of the messages."""

    made: Iterable[Resource]
    shared: Iterable[str]
    parties: Iterable[Party]


def written(entries: Iterable[Entered], beside: Beside, making: Making) -> Written:
    """Everything written, over what the messages made."""
    told_of = history(entries)
    if not told_of:
        return Written()
    held = by_reference(beside.made)
    known = frozenset({*beside.shared, *held, *told_of})
    around = _Around(making=making, made=held, known=known, numbers=_numbers(beside.parties, making))
    resources: list[Resource] = []
    issues: list[Issue] = []
    for to, versions in told_of.items():
        resources.append(_resource(to, versions, around, issues))
        resources += (_provenance(to, versions[:n], around) for n in range(1, len(versions) + 1))
    return Written(resources=tuple(resources), issues=tuple(issues))


def stated(said: Stated) -> dict[str, Any]:
    """The resource as its author stated it; a decimal keeps its digits."""
    found: dict[str, Any] = json.loads(said.resource, parse_float=lambda text: Literal(text, ""))
    return found


def _resource(to: str, told_of: list[Version], around: _Around, issues: list[Issue]) -> Resource:
    entry, said = told_of[-1]
    type_, _, id_ = to.partition("/")
    own = {name: value for name, value in stated(said).items() if name not in ("resourceType", "id", "meta")}
    base, by = around.made.get(to), Teller(_who(entry, around), moment(entry.head.generated) or "")
    whole = over(base, own, said.changed.split()) if base else alone(type_, own, by, around.making.patient)
    return resource(type_, id_, meta=_meta(to, told_of, around), **_whole(whole, entry, around, issues))


def _whole(value: Any, entry: Entered, around: _Around, issues: list[Issue]) -> Any:
    """The same, with every reference to something that is gone as what it was called."""
    if isinstance(value, list):
        return [_whole(one, entry, around, issues) for one in value]
    if not isinstance(value, dict):
        return value
    found = value.get("reference")
    if isinstance(found, str) and not _is_there(found, around):
        code = "stated-reference-gone"
        issues.append(Issue(code=code, text=TEXTS[code], path=f"{entry.head.message_id}#{entry.head.type}"))
        rest = {name: inner for name, inner in value.items() if name != "reference"}
        return {**rest, "identifier": {"system": GONE, "value": found}}
    return {name: _whole(inner, entry, around, issues) for name, inner in value.items()}


def _is_there(to: str, around: _Around) -> bool:
    return to in around.known or to == around.making.patient


def _meta(to: str, told_of: list[Version], around: _Around) -> dict[str, Any]:
    """Open to the parties of its stay, else to all who know the patient; what is restricted, to those it names."""
    entry, said = told_of[-1]
    labels = [one for one in stated(said).get("meta", {}).get("security", ()) if one.get("system") == CONFIDENTIALITY]
    authors = scope.access([one.head.sender for one, _ in told_of])
    if is_restricted(stated(said)):
        tags = authors | set(_named(stated(said), around))
    else:
        tags = authors | set(_tags_of(to, stated(said), around))
    ordered = [{"system": system, "code": number} for system, number in sorted(tags)]
    return without_empty({"source": f"urn:uuid:{entry.head.message_id}", "security": labels, "tag": ordered})


def _tags_of(to: str, said: Mapping[str, Any], around: _Around) -> Iterator[scope.Tag]:
    stay = around.made.get((said.get("encounter") or {}).get("reference", ""))
    base = around.made.get(to) or stay or around.made.get(around.making.patient, {})
    for tag in base.get("meta", {}).get("tag", ()):
        yield tag["system"], tag["code"]


def _named(said: Mapping[str, Any], around: _Around) -> Iterator[scope.Tag]:
    """The numbers of the organisations that a restricted resource names; the municipality's tag is no access."""
    for _, to in references(said):
        yield from around.numbers.get(to, ())


def _numbers(parties: Iterable[Party], making: Making) -> dict[str, frozenset[scope.Tag]]:
    found: dict[str, frozenset[scope.Tag]] = {}
    for party in parties:
        for to in {making.directory.organization(party), making.directory.unit(party)}:
            if to is not None:
                found[to] = found.get(to, frozenset()) | scope.access([party])
    return found


def _who(entry: Entered, around: _Around) -> dict[str, Any]:
    """The organisation where it is known, and the name that it gave."""
    found = around.making.directory.organization(entry.head.sender)
    name = entry.author or entry.head.sender.name
    return without_empty({**(reference(found) if found in around.known else {}), "display": name})


def _provenance(to: str, told_of: list[Version], around: _Around) -> Resource:
    """Who wrote this version, when, and which one it was made from."""
    entry, said = told_of[-1]
    making, event = around.making, ("ny", "Ny") if len(told_of) == 1 else ("endring", "Endring")
    earlier = [{"role": "revision", "what": _entry(told_of[-2][0])}] if len(told_of) > 1 else []
    person = {"identifier": {"system": HPR, "value": said.hpr}, "display": entry.author} if said.hpr else None
    return resource(
        "Provenance",
        making.ids("Provenance", "entry", entry.head.message_id),
        meta=_meta(to, told_of, around),
        extension=[extension("entry-kind", valueCode=entry.head.type)],
        target=[reference(to)],
        occurredDateTime=moment(entry.head.generated),
        recorded=moment(entry.head.generated),
        activity=code(f"{H}/CodeSystem/message-event", *event),
        agent=[
            {
                "type": code(PARTICIPANT, "author", "Author"),
                "who": person or _who(entry, around),
                "onBehalfOf": _who(entry, around) if person else None,
            }
        ],
        entity=[{"role": "source", "what": _entry(entry)}, *earlier],
    )


def _entry(entry: Entered) -> dict[str, Any]:
    return {"identifier": {"system": URI, "value": f"urn:uuid:{entry.head.message_id}"}}
