"""What is in one list and not in another: missing, new, stopped here and in use there (dossier 7.4, 7.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from mappings.medication.findings import Draft, Severity
from mappings.medication.treatments import Treatment, is_restart
from mappings.medication.views import Item, View
from mappings.moments import Moment, day_of, first_instant
from mappings.norwegian_time import OSLO

VACCINE, SUPPLEMENT, COURSE, AS_NEEDED = "4", "5", "2", "3"
SUPPLEMENTS: Final = ("A11", "A12")
NOT_SUPPLEMENTS: Final = ("A12BA",)
HEAVY_AS_NEEDED: Final = ("N02A", "N07BC", "N05B", "N05C", "N03AE01")
LIGHT_SEDATIVES: Final = ("N05CH",)
WARD_ONLY: Final = ("B01AB",)
_REASON: Final = re.compile(
    r"(?<!\w)(?:nytt|ny|nye|økt|øket|øker|redusert|reduseres|endret|endres|seponert|byttet|bytte)(?!\w)"
)
_DATED: Final = "%d.%m.%Y"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What every rule may look at."""

    at: datetime
    views: Sequence[View]
    treatments: Sequence[Treatment]
    split: frozenset[int] = field(default_factory=frozenset)
    """Treatments (by id) that are a combination against its components: neither missing nor new."""
    memory: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    """What has been worked out of a treatment (by id) in this comparison."""


def presence(s: Situation) -> Iterator[Draft]:
    """Every finding about one treatment being there or not."""
    for treatment in s.treatments:
        if id(treatment) not in s.split:
            yield from _omission(s, treatment)
            yield from _addition(s, treatment)
        yield from _stop(s, treatment)
        yield from _status(treatment)
        yield from _course(s, treatment)
        yield from _expired(s, treatment)


def has_reason(item: Item) -> bool:
    """The hospital says of this very line that it was changed, and why; an indication alone is no reason."""
    if item.view.of != "hospital":
        return False
    said = (*item.line.notes, item.line.reason)
    return any(_REASON.search(text.lower()) for text in said)


def _absent(s: Situation, treatment: Treatment) -> list[View]:
    """Whole lists with a say that do not name the treatment at all; a packed list's silence means nothing."""
    named = {item.view.key for item in treatment.items}
    return [v for v in s.views if v.of in ("home", "hospital") and v.complete_at is not None and v.key not in named]


def _omission(s: Situation, treatment: Treatment) -> Iterator[Draft]:
    active = [item for item in treatment.active if item.view.of in ("home", "packed")]
    if not active or any(item.state == "stopped" for item in treatment.counted):
        return
    first = min(item.view.time for item in active)
    lacking = [v for v in _absent(s, treatment) if v.complete_at is not None and v.complete_at > first]
    if not lacking:
        return
    base, final = _omission_severity(treatment, active)
    text = f"{treatment.name}: i bruk ifølge {_names(active)}, mangler i listen fra {_lists(lacking)}"
    views = [item.view for item in active] + lacking
    yield Draft("omission", [treatment], active, text, base=base, final=final, views=views)


def _omission_severity(treatment: Treatment, active: Sequence[Item]) -> tuple[Severity | None, bool]:
    if _is_supplement(treatment) and not any(item.line.in_multidose for item in active):
        return "info", True
    if all(item.normal.is_as_needed for item in active):
        heavy = treatment.atc.startswith(HEAVY_AS_NEEDED) and not treatment.atc.startswith(LIGHT_SEDATIVES)
        return ("medium" if heavy else "low"), True
    return None, False


def _is_supplement(treatment: Treatment) -> bool:
    used = {item.line.use for item in treatment.active}
    by_code = treatment.atc.startswith(SUPPLEMENTS) and not treatment.atc.startswith(NOT_SUPPLEMENTS)
    return by_code or (bool(used) and used <= {VACCINE, SUPPLEMENT})


def _addition(s: Situation, treatment: Treatment) -> Iterator[Draft]:
    counted = [item for item in treatment.counted if item.state in ("active", "paused", "planned", "stopped", "ended")]
    aside = [item for item in treatment.items if item.view.of == "aside" and item.is_active]
    if not counted and aside and aside[0].view.source.list_type == "hospital-inpatient":
        text = f"{treatment.name}: bare i listen for inneliggende, foreslås ikke hjemme"
        yield Draft("addition", [treatment], aside, text, base="info", final=True)
        return
    active = treatment.active
    if not active:
        return
    first = min(item.view.time for item in counted)
    lacking = [view for view in _absent(s, treatment) if view.time < first]
    if not lacking or any(item.view.time == first and not item.is_active for item in counted):
        return
    new = [item for item in active if item.view.time >= first]
    ward_only = all(_is_ward_only(item) for item in new)
    reasons = [item for item in new if has_reason(item)]
    text = f"{treatment.name}: nytt i {_names(new)}, ikke i listen fra {_lists(lacking)}"
    views = [item.view for item in new] + lacking
    if ward_only:
        yield Draft("addition", [treatment], new, text, base="info", final=True, views=views)
    elif reasons:
        yield _documented(treatment, new, text, "addition", reasons, views)
    else:
        yield Draft("addition", [treatment], new, text, views=views)


def _is_ward_only(item: Item) -> bool:
    if item.view.source.list_type != "hospital-inpatient":
        return False
    route = item.line.route.lower().replace(".", "").strip()
    return (
        item.normal.drug.atc.startswith(WARD_ONLY)
        or route in ("iv", "intravenøst")
        or "infusjon" in item.line.form.lower()
    )


def _documented(
    treatment: Treatment, items: list[Item], text: str, replaced: str, reasons: Sequence[Item], views: list[View]
) -> Draft:
    why = "; ".join(dict.fromkeys(t for item in reasons for t in (*item.line.notes, item.line.reason) if t))
    return Draft("documented-change", [treatment], items, f"{text} (begrunnet: {why})", replaces=replaced, views=views)


def documented(draft: Draft, reasons: Sequence[Item]) -> Draft:
    """The same discrepancy with the hospital's own reason: it is to be carried out, not to be wondered at."""
    return _documented(draft.treatments[0], draft.items, draft.text, draft.code, reasons, draft.views)


def _stop(s: Situation, treatment: Treatment) -> Iterator[Draft]:
    stops = treatment.stops
    dangers: list[Item] = []
    restarted: list[Item] = []
    packed: list[Item] = []
    for item in treatment.active:
        against = [stop for stop in stops if stop.view is not item.view and not is_restart(item, stop)]
        if against and item.view.of == "packed":
            packed.append(item)
        elif against:
            dangers.append(item)
        elif any(stop.view is not item.view for stop in stops):
            restarted.append(item)
    why = "; ".join(dict.fromkeys(stop.line.reason for stop in stops if stop.line.reason))
    told = f"{treatment.name}: seponert i {_names(stops)}" + (f" ({why})" if why else "")
    if dangers:
        yield Draft("discontinued-still-active", [treatment], [*stops, *dangers], f"{told}, aktiv i {_names(dangers)}")
    elif restarted:
        yield Draft(
            "stopped-then-restarted", [treatment], [*stops, *restarted], f"{told}, startet igjen i {_names(restarted)}"
        )
    in_bags = [item for item in dangers if item.line.in_multidose] + packed
    if in_bags and any(stop.view.of == "hospital" for stop in stops):
        yield multidose_change(treatment, [*stops, *in_bags], told)


def multidose_change(treatment: Treatment, items: list[Item], told: str) -> Draft:
    """What the hospital changes reaches the bags with the next roll; the multidoselege alone can change them."""
    rolls = [item.line.packed_to for item in items if item.line.packed_to]
    until = f", gammel rull til {max(rolls).strftime(_DATED)}" if rolls else ""
    limits = [item.view.order_deadline for item in items if item.view.order_deadline]
    before = f", frist {_deadline(max(limits, key=first_instant))}" if limits else ""
    doctor = next((item.view.multidose_doctor for item in items if item.view.multidose_doctor), "")
    text = f"{told}; ligger i multidose{until}: send til multidoselege{f' {doctor}' if doctor else ''}{before}"
    return Draft("multidose-change-needed", [treatment], items, text)


def _deadline(limit: Moment) -> str:
    """Until when a change reaches the next roll: a Norwegian day, with its time where it has one."""
    day = day_of(limit).strftime(_DATED)
    return f"{day} kl. {limit.astimezone(OSLO):%H.%M}" if isinstance(limit, datetime) else day


def _status(treatment: Treatment) -> Iterator[Draft]:
    waiting = [item for item in treatment.counted if item.state in ("paused", "planned")]
    if waiting and treatment.active:
        text = f"{treatment.name}: planlagt eller i pause i {_names(waiting)}, aktiv i {_names(treatment.active)}"
        yield Draft("status-conflict", [treatment], [*waiting, *treatment.active], text)


def _course(s: Situation, treatment: Treatment) -> Iterator[Draft]:
    ended = [item for item in treatment.counted if item.state == "ended" and item.ends is not None]
    going_on = [
        item
        for item in treatment.active
        if item.ends is None and any(end.ends and day_of(item.view.time) > end.ends for end in ended)
    ]
    if going_on:
        text = f"{treatment.name}: kuren er over ifølge {_names(ended)}, aktiv uten slutt i {_names(going_on)}"
        yield Draft("course-ended", [treatment], [*ended, *going_on], text)
    endless = [i for i in treatment.active if i.line.use == COURSE and i.ends is None and not _has_length(i)]
    if endless:
        yield Draft("course-no-end", [treatment], endless, f"{treatment.name}: kur uten sluttdato i {_names(endless)}")


def _has_length(item: Item) -> bool:
    return any(dose.lasts or dose.until or dose.timing.count for dose in item.normal.reading.doses)


def _expired(s: Situation, treatment: Treatment) -> Iterator[Draft]:
    today = day_of(s.at)
    expired = [i for i in treatment.active if i.line.prescription_expires and i.line.prescription_expires < today]
    if expired:
        yield Draft("prescription-expired", [treatment], expired, f"{treatment.name}: resepten er utløpt")


def _names(items: Sequence[Item]) -> str:
    return ", ".join(dict.fromkeys(item.view.name for item in items))


def _lists(views: Sequence[View]) -> str:
    return ", ".join(view.name for view in views)
