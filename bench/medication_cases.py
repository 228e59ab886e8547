"""Synthetic patients with known discrepancies: what ought to be found is written down when it is made.

Each patient has a home list and a discharge list that say the same in other words (brand or substance, other phrases
for the same dose, a code or none, any order); then a few lines are changed on purpose, one kind of discrepancy each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations, permutations
from random import Random

from mappings.documents.medication_list import Allergy, MedicationLine, MedicationList, Source, Strength
from mappings.norwegian_time import OSLO

AT = datetime(2026, 3, 10, 18, 0, tzinfo=OSLO)
HOME, LEAVING = datetime(2026, 3, 6, 12, 0, tzinfo=OSLO), datetime(2026, 3, 10, 12, 0, tzinfo=OSLO)
UNREADABLE = ("som avtalt", "som tidligere", "1 tabl etter avtale", "hver dag hvis BT > 110")
HANDED_OVER = (
    "dose-amount", "dose-frequency", "as-needed-vs-fixed", "release-form", "route", "discontinued-still-active",
)  # fmt: skip
Label = tuple[str, tuple[str, ...]]
"""A kind of discrepancy and the ATC codes it is about."""

POOL = (
    ("C10AA01", "Simvastatin", "Zocor", "tablett", "20"),
    ("C07AB02", "Metoprolol", "Selo-Zok", "depottablett", "50"),
    ("A02BC02", "Pantoprazol", "Somac", "enterotablett", "40"),
    ("C08CA01", "Amlodipin", "Norvasc", "tablett", "5"),
    ("N06AB06", "Sertralin", "Zoloft", "tablett", "50"),
    ("A10BA02", "Metformin", "Glucophage", "tablett", "500"),
    ("M04AA01", "Allopurinol", "Zyloric", "tablett", "100"),
    ("G04CA02", "Tamsulosin", "Omnic", "depotkapsel", "0.4"),
    ("C03DA01", "Spironolakton", "Spirix", "tablett", "25"),
    ("R06AX13", "Loratadin", "Clarityn", "tablett", "10"),
    ("B01AC06", "Acetylsalisylsyre", "Albyl-E", "enterotablett", "75"),
    ("N06DA02", "Donepezil", "Aricept", "tablett", "10"),
    ("C09AA05", "Ramipril", "Triatec", "tablett", "5"),
    ("H03AA01", "Levotyroksin", "Levaxin", "tablett", "0.1"),
    ("C03CA01", "Furosemid", "Furix", "tablett", "40"),
    ("N03AX12", "Gabapentin", "Neurontin", "kapsel", "300"),
)
PHRASES = {
    "morning": ("1 {u} morgen", "1 {u} om morgenen", "1+0+0+0", "1 {u} kl 08", "1 {u} daglig"),
    "evening": ("1 {u} kveld", "1 {u} om kvelden", "0+0+1", "1 {u} kl. 20", "1 {u} hver kveld"),
    "twice": ("1 {u} morgen og kveld", "1+0+1", "1 {u} kl 08 og 20", "1 {u} x 2", "1 {u} 2 ganger daglig"),
}
OTHERS = (
    ("J01CA08", "Selexid", "200"),
    ("N02AX02", "Tramadol", "50"),
    ("C01AA05", "Digoxin", "0.25"),
    ("R06AE07", "Zyrtec", "10"),
    ("G04BD08", "Vesicare", "5"),
)
SAME_KIND = (
    ("C09AA05", "C09CA01", "Losartan", "50"),
    ("C10AA01", "C10AA05", "Atorvastatin", "20"),
    ("N06AB06", "N06AB04", "Citalopram", "20"),
)


@dataclass(slots=True)
class Patient:
    """The two lists being made, and what ought to be found."""

    chance: Random
    home: list[MedicationLine] = field(default_factory=list)
    leaving: list[MedicationLine] = field(default_factory=list)
    expected: set[Label] = field(default_factory=set)
    allergies: list[Allergy] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)
    home_age: timedelta = timedelta()
    missing: tuple[str, ...] = ()
    in_bags: bool = False

    def of(self, lines: list[MedicationLine], atc: str) -> int:
        return next(n for n, line in enumerate(lines) if line.id.startswith(atc))

    def change(self, which: str, of: str, **told: object) -> None:
        lines = self.home if which == "home" else self.leaving
        place = self.of(lines, of)
        lines[place] = replace(lines[place], **told)  # type: ignore[arg-type]

    def remove(self, which: str, atc: str) -> MedicationLine:
        lines = self.home if which == "home" else self.leaving
        return lines.pop(self.of(lines, atc))

    def expect(self, code: str, *atc: str) -> None:
        self.expected.add((code, tuple(sorted(atc))))

    def drug(self) -> str:
        """One of the drugs that nothing has been done to yet."""
        return self.untouched.pop(self.chance.randrange(len(self.untouched)))


def patients(count: int, seed: int) -> Iterator[tuple[list[MedicationList], set[Label], tuple[str, ...]]]:
    """Lists, what ought to be found above and at INFO, and which lists were expected and are not there."""
    for number in range(count):
        patient = _plain(Random(f"{seed}|{number}"))
        names = patient.chance.sample(sorted(INJECTIONS), patient.chance.randint(1, 4))
        for name in names:
            INJECTIONS[name](patient)
        _consequences(patient)
        yield _lists(patient), patient.expected, patient.missing


def _plain(chance: Random) -> Patient:
    made = Patient(chance)
    for atc, substance, brand, form, strength in chance.sample(POOL, chance.randint(8, 12)):
        pattern = chance.choice(sorted(PHRASES))
        names = chance.choice([(brand, brand), (substance, substance), (brand, substance), (substance, brand)])
        for lines, name in zip((made.home, made.leaving), names, strict=True):
            lines.append(_line(atc, name, form, strength, chance.choice(PHRASES[pattern]), chance))
        made.untouched.append(atc)
        if names[0] != names[1]:
            made.expect("generic-substitution", atc)
    return made


def _consequences(p: Patient) -> None:
    """What follows from several injections together."""
    if p.in_bags:
        p.home = [replace(line, in_multidose=True) for line in p.home]
        bagged = {line.id[:7] for line in p.home if line.status == "active"}
        p.expected |= {
            ("multidose-change-needed", atc)
            for code, atc in set(p.expected)
            if code in HANDED_OVER and atc[0] in bagged
        }
    active = {line.id[:7] for line in (*p.home, *p.leaving) if line.status == "active"}
    p.expected |= {("allergy-conflict", (atc,)) for atc in active for a in p.allergies if atc.startswith(a.atc)}
    _raas(p)


def _raas(p: Patient) -> None:
    """Two drugs of one group: doubled, or switched where the leaving list stops one and has the other."""
    raas = {line.id[:7] for line in (*p.home, *p.leaving) if line.id[:3] == "C09" and line.status == "active"}
    stopped = {line.id[:7] for line in (*p.home, *p.leaving) if line.id[:3] == "C09" and line.status == "stopped"}
    restarted = {line.id[:7] for line in p.leaving if line.changed and line.status == "active"}
    for one, other in combinations(sorted(raas - (stopped - restarted)), 2):
        if {one, other} != {"C09CA06", "C09DA06"}:
            p.expect("duplicate-therapy", one, other)
    leaving = {line.id[:7]: line.status for line in p.leaving if line.id[:3] == "C09"}
    for old, new in permutations(leaving, 2):
        if (leaving[old], leaving[new]) == ("stopped", "active"):
            p.expect("therapeutic-switch", old, new)


def _line(atc: str, name: str, form: str, strength: str, phrase: str, chance: Random) -> MedicationLine:
    unit = "kaps" if "kapsel" in form else "tabl"
    coded = chance.random() < 0.8
    return MedicationLine(
        id=f"{atc}-{name}", name=f"{name} {form} {strength.replace('.', ',')} mg", atc=atc if coded else "", form=form,
        strengths=(Strength(value=Decimal(strength), unit="mg"),) if chance.random() < 0.7 else (),
        dose_text=phrase.format(u=unit), indication="Kjent indikasjon", use="1",
    )  # fmt: skip


def _new(atc: str, name: str, strength: str, dose: str, **told: object) -> MedicationLine:
    return MedicationLine(id=f"{atc}-{name}", name=f"{name} tablett {strength} mg", atc=atc, dose_text=dose,
                          indication="Ny indikasjon", **told)  # type: ignore[arg-type]  # fmt: skip


def _lists(patient: Patient) -> list[MedicationList]:
    patient.chance.shuffle(patient.home)
    patient.chance.shuffle(patient.leaving)
    home = Source(system="GP", list_type="gp", time=HOME - patient.home_age)
    leaving = Source(system="DIPS", list_type="hospital-discharge", time=LEAVING)
    return [
        MedicationList(id="h", source=home, lines=tuple(patient.home), allergies=tuple(patient.allergies)),
        MedicationList(id="l", source=leaving, lines=tuple(patient.leaving)),
    ]


def _omission(p: Patient) -> None:
    atc = p.drug()
    p.remove("leaving", atc)
    p.expected.discard(("generic-substitution", (atc,)))
    p.expect("omission", atc)


def _addition(p: Patient) -> None:
    atc, name, strength = p.chance.choice(OTHERS)
    p.leaving.append(_new(atc, name, strength, "1 tabl morgen"))
    p.expect("addition", atc)


def _documented(p: Patient) -> None:
    p.leaving.append(_new("C01DA14", "Imdur", "60", "1 tabl morgen", notes=("Nytt under oppholdet",)))
    p.expect("documented-change", "C01DA14")


def _still_active(p: Patient) -> None:
    atc = p.drug()
    p.change("leaving", atc, status="stopped", dose_text="", stopped=LEAVING - timedelta(days=1))
    p.expected.discard(("generic-substitution", (atc,)))
    p.expect("discontinued-still-active", atc)


def _restarted(p: Patient) -> None:
    atc = p.drug()
    p.change("home", atc, status="stopped", dose_text="", stopped=HOME - timedelta(days=100))
    p.change("leaving", atc, changed=LEAVING - timedelta(days=2))
    p.expected.discard(("generic-substitution", (atc,)))
    p.expect("stopped-then-restarted", atc)


def _dose(p: Patient) -> None:
    atc = p.drug()
    p.change("leaving", atc, dose_text=p.chance.choice(("2 tabl x 2", "3 tabl morgen", "2+2+2", "1 tabl hver 3. dag")))
    p.expect("dose-amount", atc)


def _frequency(p: Patient) -> None:
    atc = p.drug()
    p.change("home", atc, dose_text="2 tabl morgen")
    p.change("leaving", atc, dose_text=p.chance.choice(("1 tabl x 2", "1 tabl kl 08 og 20", "1+0+1")))
    p.expect("dose-frequency", atc)


def _timing(p: Patient) -> None:
    atc = p.drug()
    p.change("home", atc, dose_text=p.chance.choice(("1 tabl morgen", "1 tabl kl 08")))
    p.change("leaving", atc, dose_text=p.chance.choice(("1 tabl kveld", "1 tabl kl 21", "0+0+1")))
    p.expect("dose-timing", atc)


def _text(p: Patient) -> None:
    atc = p.drug()
    p.change(
        "leaving",
        atc,
        dose_text=p.chance.choice(UNREADABLE),
    )
    p.expect("dose-text-differs", atc)


def _composition(p: Patient) -> None:
    atc = p.drug()
    place = next(row for row in POOL if row[0] == atc)
    half = Decimal(place[4]) / 2
    name = f"{place[2]} {place[3]} {f'{half.normalize():f}'.replace('.', ',')} mg"
    p.change(
        "home",
        atc,
        dose_text="1 tabl morgen",
        name=f"{place[2]} {place[3]} {place[4].replace('.', ',')} mg",
        strengths=(),
    )
    p.change("leaving", atc, dose_text="2 tabl morgen", name=name, strengths=())
    p.expected.discard(("generic-substitution", (atc,)))
    p.expect("strength-composition", atc)


def _as_needed(p: Patient) -> None:
    atc = p.drug()
    p.change("home", atc, dose_text="1 tabl x 2")
    p.change("leaving", atc, dose_text="1 tabl ved behov inntil x 2", use="3")
    p.expect("as-needed-vs-fixed", atc)


def _release(p: Patient) -> None:
    atc = p.drug()
    place = next(row for row in POOL if row[0] == atc)
    for which, form in (("home", "depottablett"), ("leaving", "tablett")):
        p.change(which, atc, form=form, name=f"{place[1]} {form} {place[4].replace('.', ',')} mg")
    p.expected.discard(("generic-substitution", (atc,)))
    p.expect("release-form", atc)


def _form(p: Patient) -> None:
    atc = p.drug()
    place = next(row for row in POOL if row[0] == atc)
    for which, form in (("home", "tablett"), ("leaving", "mikstur")):
        p.change(which, atc, form=form, name=f"{place[1]} {form}", strengths=(), dose_text="500 mg x 2")
    p.expected.discard(("generic-substitution", (atc,)))
    p.expect("form", atc)


def _route(p: Patient) -> None:
    atc = p.drug()
    place = next(row for row in POOL if row[0] == atc)
    for which, form in (("home", "tablett"), ("leaving", "stikkpille")):
        p.change(which, atc, form=form, name=f"{place[1]} {form}", atc=atc, strengths=(), dose_text="500 mg x 2")
    p.expected.discard(("generic-substitution", (atc,)))
    p.expect("route", atc)


def _twice(p: Patient) -> None:
    atc = p.drug()
    place = p.home[p.of(p.home, atc)]
    p.home.append(replace(place, id=f"{place.id}-again"))
    p.change("leaving", atc, dose_text="")
    p.remove("leaving", atc)
    p.expected.discard(("generic-substitution", (atc,)))
    p.expect("omission", atc)
    p.expect("duplicate-same-substance", atc)


def _same_kind(p: Patient) -> None:
    there = [row for row in SAME_KIND if row[0] in p.untouched]
    if not there:
        return
    old, new, name, strength = p.chance.choice(there)
    p.untouched.remove(old)
    p.leaving.append(_new(new, name, strength, "1 tabl morgen"))
    p.expect("addition", new)
    p.expect("duplicate-therapy", old, new)


def _switch(p: Patient) -> None:
    there = [row for row in SAME_KIND if row[0] in p.untouched]
    if not there:
        return
    old, new, name, strength = p.chance.choice(there)
    p.untouched.remove(old)
    p.change("leaving", old, status="stopped", dose_text="")
    p.leaving.append(_new(new, name, strength, "1 tabl morgen"))
    p.expected.discard(("generic-substitution", (old,)))
    p.expect("discontinued-still-active", old)
    p.expect("addition", new)
    p.expect("therapeutic-switch", old, new)


def _split(p: Patient) -> None:
    p.home += [_new("C09CA06", "Atacand", "16", "1 tabl morgen"), _new("C03AA03", "Esidrex", "12.5", "1 tabl morgen")]
    p.leaving.append(_new("C09DA06", "Atacand Plus", "16 mg/12,5", "1 tabl morgen"))
    p.expect("combination-split", "C03AA03", "C09CA06", "C09DA06")


def _course_ended(p: Patient) -> None:
    p.leaving.append(_new("J01CE02", "Apocillin", "660", "1 tabl x 4", use="2", end=LEAVING.date() - timedelta(days=5)))
    p.home_age = timedelta()
    p.expected.discard(("stale-list", ()))
    p.home.append(_new("J01CE02", "Apocillin", "660", "1 tabl x 4"))
    p.expect("course-ended", "J01CE02")


def _course_endless(p: Patient) -> None:
    for lines in (p.home, p.leaving):
        lines.append(_new("J01XE01", "Furadantin", "50", "1 tabl x 3", use="2"))
    p.expect("course-no-end", "J01XE01")


def _multidose(p: Patient) -> None:
    p.expect("multidose-unknown")
    p.in_bags = True


def _allergy(p: Patient) -> None:
    atc = p.drug()
    p.allergies.append(Allergy(text="registrert allergi", atc=p.chance.choice((atc, atc[:5], atc[:4]))))


def _misspelt(p: Patient) -> None:
    atc = p.drug()
    place = next(row for row in POOL if row[0] == atc)
    letters = list(place[1])
    spot = p.chance.randrange(2, len(letters) - 1)
    letters[spot] = p.chance.choice("aeiourstln")
    if letters == list(place[1]):
        letters.pop(spot)
    text = f"{''.join(letters)} {place[3]} {place[4].replace('.', ',')} mg"
    p.change(
        "home",
        atc,
        name=f"{place[1]} {place[3]} {place[4].replace('.', ',')} mg",
        atc=atc,
        strengths=(),
        dose_text="1 tabl morgen",
    )
    p.change("leaving", atc, name=text, atc="", strengths=(), dose_text="1 tabl morgen")
    p.expected.discard(("generic-substitution", (atc,)))
    p.expect("identity-uncertain", atc)


def _external(p: Patient) -> None:
    p.home.append(_new("B01AA03", "Marevan", "2.5", "se marevanskjema"))
    p.leaving.append(_new("B01AA03", "Marevan", "2.5", p.chance.choice(("1 tabl daglig", "2 tabl kveld"))))
    p.expect("schedule-external", "B01AA03")


def _old(p: Patient) -> None:
    if not any(code == "course-ended" for code, _ in p.expected):
        p.home_age = timedelta(days=p.chance.randint(100, 400))
        p.expect("stale-list")


def _missing(p: Patient) -> None:
    p.missing = ("municipality",)
    p.expect("missing-source")


def _expired(p: Patient) -> None:
    atc = p.drug()
    p.change("home", atc, prescription_expires=HOME.date() - timedelta(days=10))
    p.expect("prescription-expired", atc)


def _paused(p: Patient) -> None:
    atc = p.drug()
    p.change("leaving", atc, status="on-hold")
    p.expected.discard(("generic-substitution", (atc,)))
    p.expect("status-conflict", atc)


def _unexplained(p: Patient) -> None:
    atc = p.drug()
    for which in ("home", "leaving"):
        p.change(which, atc, dose_text="1 tabl ved behov inntil x 2", use="3", indication="")
    p.expect("indication-missing", atc)


INJECTIONS: dict[str, Callable[[Patient], None]] = {
    "omission": _omission,
    "addition": _addition,
    "documented-change": _documented,
    "still-active": _still_active,
    "restarted": _restarted,
    "dose": _dose,
    "frequency": _frequency,
    "timing": _timing,
    "text": _text,
    "composition": _composition,
    "as-needed": _as_needed,
    "release": _release,
    "form": _form,
    "route": _route,
    "twice": _twice,
    "same-kind": _same_kind,
    "switch": _switch,
    "split": _split,
    "course-ended": _course_ended,
    "course-endless": _course_endless,
    "multidose": _multidose,
    "allergy": _allergy,
    "misspelt": _misspelt,
    "external": _external,
    "old": _old,
    "missing": _missing,
    "expired": _expired,
    "paused": _paused,
    "unexplained": _unexplained,
}
