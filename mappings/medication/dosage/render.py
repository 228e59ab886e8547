"""A reading as canonical Norwegian: what ``parse`` makes of it is the same structure again."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from mappings.medication.dosage import words
from mappings.medication.dosage.reading import Dose, Timing

_PLURAL = {
    "tablett": "tabletter", "kapsel": "kapsler", "dråpe": "dråper", "dose": "doser", "inhalasjon": "inhalasjoner",
    "stikkpille": "stikkpiller", "pose": "poser", "sprøyte": "sprøyter", "ampulle": "ampuller", "mL": "ml",
}  # fmt: skip


def render(doses: Sequence[Dose]) -> str:
    """One line: concurrent doses with semicolons between, phases with "deretter"."""
    phases = [list(of) for _, of in groupby(doses, key=lambda dose: dose.sequence)]
    return ", deretter ".join(_phase(phase) for phase in phases)


def _phase(doses: list[Dose]) -> str:
    last = doses[-1]
    bound = ""
    if last.lasts:
        count, unit = last.lasts
        bound = f" i {count} {words.SHOWN_PERIOD[unit] if count == 1 else words.SHOWN_PERIODS[unit]}"
    elif last.until:
        bound = f" t.o.m. {last.until}"
    return "; ".join(_dose(dose) for dose in doses) + bound


def _dose(dose: Dose) -> str:
    if dose.is_pause:
        return "ingen dosering"
    when = timing_text(dose.timing, bare=not dose.unit)
    as_needed = f"ved {dose.reason}" if dose.reason else "ved behov" if dose.as_needed else ""
    alone = dose.low is not None and not dose.unit and (bool(dose.timing.offset) or not (when or as_needed))
    pieces = [
        _amount(dose.low, dose.high, dose.unit) if dose.low is not None else "",
        "tas" if alone else "",  # a number without a unit is an amount only before such a word
        when,
        as_needed,
        dose.route,
        dose.site,
        f"maks {_amount(dose.most, dose.most, dose.most_unit)} per døgn" if dose.most is not None else "",
        *dose.instructions,
    ]
    return " ".join(piece for piece in pieces if piece)


def _amount(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    if low is None or high is None:
        return ""
    numbers = decimal_text(low) if low == high else f"{decimal_text(low)}-{decimal_text(high)}"
    shown = _PLURAL.get(unit, unit) if unit == "mL" or high > 1 else unit
    return f"{numbers} {shown}".strip()


def decimal_text(value: Decimal) -> str:
    """A number as it is written in Norwegian."""
    return f"{value.normalize():f}".replace(".", ",")


def timing_text(when: Timing, *, bare: bool = False) -> str:
    """When, in words. A bare number is followed by "x" so that it stays a dose."""
    if when.count is not None:
        return " ".join(piece for piece in (_times_of_day(when), "som engangsdose") if piece)
    if when.days:
        each = (when.frequency or 1) // len(when.days)
        daily = _times_of_day(when) or (f"{each} ganger daglig" if each > 1 else "")
        every = f"hver {when.period}. uke" if when.period > 1 else ""
        return " ".join(piece for piece in (_and([words.SHOWN_DAY[d] for d in when.days]), daily, every) if piece)
    if when.period > 1 or when.unit == "h":
        return " ".join(piece for piece in (_times_of_day(when), _every(when)) if piece)
    if when.when or when.clock:
        return _times_of_day(when)
    return _often(when, bare)


def _often(when: Timing, bare: bool) -> str:
    if when.frequency is None:
        return ""
    if when.most is not None and when.frequency == 1:
        return f"inntil {when.most} ganger {words.SHOWN_PER[when.unit]}"
    if when.most is not None:
        return f"{when.frequency}-{when.most} ganger {words.SHOWN_PER[when.unit]}"
    if bare:
        return f"x {when.frequency} {words.SHOWN_PER[when.unit]}"
    if when.frequency == 1 and when.unit == "d":
        return words.SHOWN_PER["d"]
    return f"{when.frequency} {'gang' if when.frequency == 1 else 'ganger'} {words.SHOWN_PER[when.unit]}"


def _every(when: Timing) -> str:
    if when.period == 1:
        return f"hver {words.SHOWN_PERIOD[when.unit]}"
    return f"hver {when.period}. {words.SHOWN_PERIOD[when.unit]}"


def _times_of_day(when: Timing) -> str:
    if when.clock:
        return "kl " + _and([clock[:5] for clock in when.clock])
    return _and([_slot(code, when.offset) for code in when.when], meals=any("C" in code for code in when.when))


def _slot(code: str, offset: int | None) -> str:
    if code in words.SHOWN_SLOT:
        return words.SHOWN_SLOT[code]
    where = {"A": "før", "P": "etter"}.get(code[0], "til")
    before = f"{offset} min " if offset else ""
    kind = code.replace("A", "").replace("P", "").replace("C", "")
    return f"{before}{where} {words.SHOWN_MEAL[kind]}"


def _and(pieces: list[str], *, meals: bool = False) -> str:
    if meals:  # the word before the meals stands once
        pieces = [*pieces[:1], *(piece.rpartition(" ")[2] for piece in pieces[1:])]
    return pieces[0] if len(pieces) == 1 else f"{', '.join(pieces[:-1])} og {pieces[-1]}" if pieces else ""
