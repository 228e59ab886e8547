"""Function (IPLOS, 9111) as Observations, one for each variable and day, and the profile that they make together.

The newest score of a variable tells how it was before: before the stay that is going on, else the score before it.
Nothing is averaged; 9 is no place on the scale. The profile counts variables, as the directorate advises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from hub.contract import Resource
from mappings import tables
from mappings.clinical.codes import hl7, observed
from mappings.clinical.observation import SURVEY, component
from mappings.clinical.values import Literal, said, span, whole
from mappings.documents.shape import Leaf
from mappings.municipal.setting import Setting, numbers
from mappings.municipal.stated import FunctionStatement, by_key, newest
from mappings.resources import code, derived, extension, moment, reference

NOT_RELEVANT: Final = "9"
SCALE: Final = range(1, 6)
SOME, MUCH = 3, 4
"""From here on a variable means that help is needed; help that must be present all the time."""
CHANGES: Final = "funksjonsendring"


def function(
    statements: Iterable[FunctionStatement], setting: Setting
) -> Iterator[tuple[Resource, list[FunctionStatement]]]:
    """Every score with what tells of it, then the profile of the newest ones."""
    told = sorted(by_key(statements).values(), key=lambda same: (str(same[-1].variable), str(same[-1].since)))
    of_variable: dict[str, list[list[FunctionStatement]]] = {}
    for same in told:
        of_variable.setdefault(str(same[-1].variable), []).append(same)
    shown: list[Resource] = []
    for scores in of_variable.values():
        made: list[tuple[FunctionStatement, Resource]] = []
        for same in scores:
            before = _before(made, setting) if same is scores[-1] else None
            made.append((same[-1], _score(same, before, setting)))
            yield made[-1][1], same
        shown.append(made[-1][1])
    if len(shown) > 1:
        every = [one for same in told for one in same]
        yield _profile(shown, every, setting), every


def _before(
    made: Sequence[tuple[FunctionStatement, Resource]], setting: Setting
) -> tuple[FunctionStatement, Resource] | None:
    """The last one before the patient was admitted, else the last one."""
    admitted = setting.admitted.isoformat() if setting.admitted else None
    earlier = [pair for pair in made if admitted and str(pair[0].since) < admitted]
    scored = [pair for pair in (earlier or made) if _value(pair[0].score) is not None]
    return scored[-1] if scored else None


def _value(score: Leaf) -> Literal | None:
    """The score as a number; None for 9, and for what is outside the scale."""
    number = whole(score)
    return number if number is not None and int(number.json) in SCALE else None


def _score(
    same: Sequence[FunctionStatement], before: tuple[FunctionStatement, Resource] | None, setting: Setting
) -> Resource:
    of = same[-1]
    value = _value(of.score)
    return setting.made(
        "Observation",
        of.key,
        same,
        extension=_change(value, before) if before else [],
        identifier=numbers(number for one in same for number in one.number_of),
        status="final",
        category=[SURVEY],
        code=_variable(of.variable),
        subject=reference(setting.making.patient),
        issued=moment(of.entry.message.head.generated),
        performer=[_by(of, setting)],
        valueInteger=value,
        dataAbsentReason=_absent(of.score) if value is None else None,
        **_when(same),
    )


def _when(same: Sequence[FunctionStatement]) -> dict[str, Any]:
    of, until = same[-1], newest(same, "until")
    return {"effectivePeriod": span(of.since, until)} if until else {"effectiveDateTime": of.since}


def _variable(variable: Leaf) -> dict[str, Any]:
    return code(str(tables.system_of(9111)), variable, tables.text(9111, variable))


def _by(of: FunctionStatement, setting: Setting) -> dict[str, Any] | None:
    whole_, who = setting.municipality(of), said(of.assessor)
    return {**(whole_ or {}), "display": who} if who else whole_


def _absent(score: Leaf) -> dict[str, Any]:
    """9 is "not relevant"; what is outside the scale stays in words."""
    if score == NOT_RELEVANT:
        found = hl7("data-absent-reason", "not-applicable", "Not Applicable")
        found["coding"][0]["code"] = derived("not-applicable", score)
        return found
    return {**hl7("data-absent-reason", "error", "Error"), "text": score}


def _change(now: Literal | None, before: tuple[FunctionStatement, Resource]) -> list[dict[str, Any]]:
    """How the score was before, and by how much it rose; nothing where either is no place on the scale."""
    was = _value(before[0].score)
    if now is None or was is None:
        return []
    return [
        extension(
            CHANGES,
            extension=[
                {"url": "before", "valueInteger": was},
                {"url": "change", "valueInteger": int(now.json) - int(was.json)},
                {"url": "observation", "valueReference": reference(before[1])},
            ],
        )
    ]


def _profile(shown: Sequence[Resource], every: Sequence[FunctionStatement], setting: Setting) -> Resource:
    """The newest score of each variable, how many of them mean help, and how many have become worse."""
    values = [int(str(one["valueInteger"])) for one in shown if "valueInteger" in one]
    worse = [one for one in shown if _rose(one)]
    last = max(every, key=lambda one: one.age)
    return setting.made(
        "Observation",
        ("funksjonsprofil",),
        every,
        status="final",
        category=[SURVEY],
        code=observed("samlet-funksjonsvurdering"),
        subject=reference(setting.making.patient),
        effectiveDateTime=str(max(str(one.since) for one in every)),
        issued=moment(last.entry.message.head.generated),
        performer=[setting.municipality(last)],
        hasMember=[reference(one) for one in shown],
        component=[
            component("variabler-med-bistandsbehov", valueInteger=sum(value >= SOME for value in values)),
            component("variabler-med-stort-bistandsbehov", valueInteger=sum(value >= MUCH for value in values)),
            component("variabler-forverret", valueInteger=len(worse)),
        ],
    )


def _rose(of: Resource) -> bool:
    parts = (part for e in of.get("extension", ()) if e["url"].endswith(CHANGES) for part in e["extension"])
    return any(part["url"] == "change" and part["valueInteger"] > 0 for part in parts)
