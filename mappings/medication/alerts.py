"""What concerns the patient or a whole list: allergies, multidose, age of lists, identity (dossier 7.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations
from typing import Final

from mappings.documents.medication_list import ListType
from mappings.medication.catalogue import risk
from mappings.medication.findings import Draft, Patient
from mappings.medication.presence import Situation
from mappings.medication.treatments import Treatment
from mappings.medication.views import Item, View

STALE_AFTER: Final = timedelta(days=90)


def alerts(s: Situation, patient: Patient, expected: Sequence[ListType]) -> Iterator[Draft]:
    """Every finding that is not about how two lists treat one drug."""
    yield from _allergies(s)
    yield from _multidose_unknown(s)
    yield from _old_lists(s)
    yield from _missing(s, expected)
    yield from _uncertain(s)
    yield from _without_indication(s, patient)


def _allergies(s: Situation) -> Iterator[Draft]:
    """An ATC code of an allergy may be of a whole group: every drug below it conflicts."""
    known = sorted({(a.atc.replace(" ", "").upper(), a.text) for view in s.views for a in view.allergies if a.atc})
    for treatment in s.treatments:
        against = [text for atc, text in known if treatment.atc and treatment.atc.startswith(atc)]
        if against and treatment.active:
            text = f"{treatment.name}: allergi registrert mot {', '.join(dict.fromkeys(against))}"
            yield Draft("allergy-conflict", [treatment], treatment.active, text)


def _multidose_unknown(s: Situation) -> Iterator[Draft]:
    """The patient gets bags, and a later hospital list does not say so; once."""
    saying = [view for view in s.views if _says_multidose(view)]
    known = [view for view in saying if view.of != "hospital"]
    if not known:
        return
    first = min(view.time for view in known)
    silent = [v for v in s.views if v.of == "hospital" and v.time > first and v not in saying]
    if silent:
        text = f"Pasienten har multidose ({_names(known)}); ikke nevnt i listen fra {_names(silent)}"
        yield Draft("multidose-unknown", [], [], text, views=[*known, *silent])


def _says_multidose(view: View) -> bool:
    return view.of == "packed" or bool(view.in_multidose) or any(line.in_multidose for line in view.lines)


def _old_lists(s: Situation) -> Iterator[Draft]:
    for view in s.views:
        age = s.at - view.time
        if view.of in ("home", "packed", "hospital") and age > STALE_AFTER:
            yield Draft("stale-list", [], [], f"Listen fra {view.name} er {age.days} dager gammel", views=[view])


def _missing(s: Situation, expected: Sequence[ListType]) -> Iterator[Draft]:
    there = {view.source.list_type for view in s.views}
    for kind in expected:
        if kind not in there:
            yield Draft("missing-source", [], [], f"Ingen liste av typen {kind} er mottatt", views=[])


def _uncertain(s: Situation) -> Iterator[Draft]:
    for treatment in s.treatments:
        if treatment.uncertain:
            names = " / ".join(sorted({item.line.name for item in treatment.items}))
            text = f"{names}: antatt samme legemiddel ut fra navnet"
            yield Draft("identity-uncertain", [treatment], [*treatment.uncertain], text)
    yield from _number_conflicts(s)


def _number_conflicts(s: Situation) -> Iterator[Draft]:
    """One varenummer for two substances: numbers are used again, so it tells nothing; said of the latest line."""
    by_number: dict[str, list[tuple[Treatment, Item]]] = {}
    for treatment in s.treatments:
        for item in treatment.counted:
            if item.line.varenr:
                by_number.setdefault(item.line.varenr, []).append((treatment, item))
    for number, uses in sorted(by_number.items()):
        if not any(a.atc[:5] != b.atc[:5] for (a, _), (b, _) in combinations(uses, 2) if a.atc and b.atc):
            continue
        last = max(item.view.time for _, item in uses)
        treatment, item = max(((t, i) for t, i in uses if i.view.time == last), key=lambda use: use[1].key)
        names = " og ".join(sorted({other.line.name for _, other in uses}))
        yield Draft("identity-uncertain", [treatment], [item], f"Varenummer {number} står for {names}; ikke brukt")


def _without_indication(s: Situation, patient: Patient) -> Iterator[Draft]:
    for treatment in s.treatments:
        high = treatment.atc and risk(treatment.atc, age=patient.age, beside=patient.beside - {treatment.atc})
        items = [i for i in treatment.active if not i.line.indication and (high or i.normal.is_as_needed)]
        if items and len(items) == len(treatment.active) and not any(_reason(item) for item in items):
            yield Draft("indication-missing", [treatment], items, f"{treatment.name}: indikasjon er ikke oppgitt")


def _reason(item: Item) -> bool:
    return any(dose.reason for dose in item.normal.reading.doses)


def _names(views: Sequence[View]) -> str:
    return ", ".join(view.name for view in views)
