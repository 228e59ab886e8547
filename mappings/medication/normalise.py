"""A line as it is compared: substance, tokens of the name, form, release, route, strength, and the dose in numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from mappings.documents.medication_list import GivenDose, MedicationLine, Strength
from mappings.medication.catalogue import ROUTE_OF_FORM, Catalogue, Product, forms
from mappings.medication.dosage import Dose, Reading, Timing, parse, with_use
from mappings.medication.dosage.words import COUNTED, MOST_COUNTED, PLUS, UNIT_OF

TOKENS: Final = frozenset(("depot", "retard", "mite", "forte", "comp", "plus", "major", "od", "xr", "medium", "semi"))
"""Words of a name that tell one product from another; the other form words only say what it looks like."""
AS_NEEDED: Final = "3"
DAILY_MAXIMUM: Final = "maks_dogn"
"""What a source calls a daily maximum that it sends beside the dose text."""

_ATC: Final = re.compile(r"[A-Z]\d{2}[A-Z]{2}\d{2}")
_STRENGTH: Final = re.compile(
    r"(?P<value>\d+(?:[ \u00a0]\d{3})*(?:[.,]\d+)?)\s*(?P<unit>mikrog|mikrogram|µg|mcg|mg|g|ie|e)"
    r"(?:\s*/\s*(?P<per>(?:\d+(?:[.,]\d+)?\s*)?(?:ml|dose|time|døgn|g|h|timer)))?(?![\w])",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_][\w.'-]*")
_PLAIN_MG: Final = {"mg": Decimal(1), "g": Decimal(1000), "mikrog": Decimal("0.001"), "ug": Decimal("0.001")}
_SPELLED: Final = {"µg": "mikrog", "μg": "mikrog", "mcg": "mikrog", "ug": "mikrog", "mikrogram": "mikrog", "ie": "IE",
                   "e": "E", "milligram": "mg", "gram": "g"}  # fmt: skip
_ROUTES: Final = {
    "po": "oral", "per os": "oral", "peroral": "oral", "oral": "oral", "iv": "parenteral", "intravenøs": "parenteral",
    "im": "parenteral", "sc": "parenteral", "intramuskulær": "parenteral", "subkutan": "parenteral",
    "inhalasjon": "inhalation", "rektal": "rectal", "sublingval": "sublingual", "øye": "eye", "nasal": "nasal",
    "dermal": "topical", "hud": "topical", "transdermal": "transdermal",
}  # fmt: skip


_read: Final = lru_cache(maxsize=8192)(parse)
"""The same few texts come again and again: with every list, and with every comparison."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """What a line is about. ``name`` is without form, strength and vendor; ``known`` whether a catalogue knows it."""

    atc: str
    name: str
    tokens: frozenset[str]
    known: bool
    form: str
    release: str
    route: str
    strengths: tuple[Strength, ...]
    exchange: str = ""
    """The exchange group (byttegruppe) of its pack, where a register knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """A line beside what it is about and what its dose says."""

    line: MedicationLine
    drug: Drug
    reading: Reading

    @property
    def is_as_needed(self) -> bool:
        """Taken when needed, by Bruk or by the text."""
        return self.line.use == AS_NEEDED or any(dose.as_needed for dose in self.reading.doses)


def normal(line: MedicationLine, catalogue: Catalogue) -> Normal:
    """The line as it is compared."""
    return Normal(line=line, drug=drug(line, catalogue), reading=reading(line))


def drug(line: MedicationLine, catalogue: Catalogue) -> Drug:
    """What the line is about, from its codes first and its words last."""
    form, release = _form(line.form.lower()) if line.form else ("", "")
    from_name = _form(line.name.lower())
    form = form or from_name[0]
    release = "modified" if "modified" in (release, from_name[1]) else release or from_name[1]
    name, tokens = _name(line.name)
    generic, _ = _name(line.generic)
    known = next((found for word in (name, generic) if word and (found := _known(word, tokens, catalogue))), None)
    atc = _atc(line, catalogue) or known or ""
    product = _product(line, atc, catalogue)
    registered = _strengths(product.text.lower()) if product else ()
    if product and not form:
        form, said = _form(f"{product.form} {product.text}".lower())
        release = release or said
    return Drug(
        atc=atc,
        name=name or generic,
        tokens=tokens,
        known=known is not None,
        form=form,
        release=release,
        route=_route(line.route) or ROUTE_OF_FORM.get(form, ""),
        strengths=tuple(_unified(s) for s in line.strengths) or _strengths(line.name.lower()) or registered,
        exchange=product.exchange if product else "",
    )


def names_of(line: MedicationLine) -> tuple[str, ...]:
    """By which names a catalogue is asked for a line's drug, in lower case."""
    found = []
    for text in (line.name, line.generic):
        name, tokens = _name(text)
        found += [" ".join((name, *sorted(tokens))), name, name.partition(" ")[0]]
    return tuple(dict.fromkeys(name for name in found if name))


def _atc(line: MedicationLine, catalogue: Catalogue) -> str | None:
    code = line.atc.replace(" ", "").upper()
    if _ATC.fullmatch(code):
        return code
    for kind, value in (("fest", line.fest_id), ("varenr", line.varenr if not line.name else "")):
        product = catalogue.product(kind, value) if value else None
        if product:
            return product.atc
    return None


def _product(line: MedicationLine, atc: str, catalogue: Catalogue) -> Product | None:
    """By FEST id, or by a varenummer that agrees on the substance: numbers are used again."""
    for kind, value in (("fest", line.fest_id), ("varenr", line.varenr)):
        product = catalogue.product(kind, value) if value else None
        if product is not None and product.atc == atc:
            return product
    return None


def _known(name: str, tokens: frozenset[str], catalogue: Catalogue) -> str | None:
    """The ATC code by name: with the words that tell products apart, without them, or by the first word alone."""
    told = " ".join((name, *sorted(tokens)))
    first = name.partition(" ")[0]
    return (
        catalogue.atc_of(told)
        or catalogue.atc_of(name)
        or (None if tokens & {"comp", "plus"} else catalogue.atc_of(first))
    )


@lru_cache(maxsize=4096)
def _name(text: str) -> tuple[str, frozenset[str]]:
    """The name in lower case without strength and form words, and the words that tell products apart."""
    plain = _STRENGTH.sub(" ", text.lower().replace("®", " "))
    for word in forms():
        if len(word) > 4 or word in ("tab", "tabl", "kaps"):
            plain = re.sub(rf"(?<!\w){re.escape(word)}(?:er)?(?!\w)\.?", f" {word if word in TOKENS else ''} ", plain)
    found = [str(word) for word in _WORD.findall(plain)]
    tokens = frozenset(word for word in found if word in TOKENS)
    return " ".join(word for word in found if word not in TOKENS), tokens


@lru_cache(maxsize=4096)
def _form(text: str) -> tuple[str, str]:
    """Form group and release that words tell: the longest form word decides, "depot" anywhere makes it modified."""
    group, release = next(
        (
            (g, r)
            for word, (g, r) in forms().items()
            if g and re.search(rf"(?<!\w){re.escape(word)}(?:er)?(?!\w)", text)
        ),
        ("", ""),
    )
    if re.search(r"depot|retard|(?<!\w)(?:od|xr|sr)(?!\w)", text):
        release = "modified"
    return group, release


def _route(text: str) -> str:
    plain = text.lower().replace(".", "").strip()
    exact = next((route for word, route in _ROUTES.items() if plain == word or plain.startswith(f"{word} ")), "")
    return exact or next((route for word, route in _ROUTES.items() if len(word) > 3 and plain.startswith(word)), "")


@lru_cache(maxsize=4096)
def _strengths(text: str) -> tuple[Strength, ...]:
    """Strengths in the words of a product name ("Cetimax Tab 10 mg", "16 mg/12,5 mg")."""
    found = []
    for match in _STRENGTH.finditer(text.replace("mg/", "mg / ")):
        value = Decimal(match["value"].replace(" ", "").replace("\u00a0", "").replace(",", "."))
        found.append(_unified(Strength(value=value, unit=match["unit"], per=(match["per"] or "").strip())))
    return tuple(found)


def _unified(strength: Strength) -> Strength:
    unit = _SPELLED.get(
        strength.unit.lower(), strength.unit.lower() if strength.unit.lower() in _PLAIN_MG else strength.unit
    )
    if unit in _PLAIN_MG:
        return Strength(value=(strength.value * _PLAIN_MG[unit]).normalize(), unit="mg", per=strength.per.lower())
    return Strength(value=strength.value.normalize(), unit="E" if unit == "IE" else unit, per=strength.per.lower())


def mass(value: Decimal, unit: str) -> Decimal | None:
    """Milligrams, where the unit is one of mass."""
    factor = _PLAIN_MG.get(unit)
    return value * factor if factor is not None else None


def reading(line: MedicationLine) -> Reading:
    """What the line says of the dose: its text, beside amounts and slots that the source gave as structure."""
    read = _read(line.dose_text) if line.dose_text else Reading(text="")
    if line.use == AS_NEEDED and not read.is_full:
        maximum = (f"maks {value} pr døgn" for name, value in line.other if name == DAILY_MAXIMUM)
        extra = next((p for text in (*line.notes, *maximum) if (p := _read(text)).doses), None)
        read = _beside(read, extra)
    if not read.is_full and line.given is not None:
        read = _with_given(read, line.given)
    if not read.is_full and any(line.slots):
        read = _of_slots(read, line)
    return with_use(read, line.use or None)


def _beside(read: Reading, extra: Reading | None) -> Reading:
    """A maximum that stands in the remark instead of the dose text belongs to the same dose."""
    if extra is None or len(read.doses) != 1 or len(extra.doses) != 1 or extra.doses[0].low is not None:
        return read
    return parse(f"{read.text}, {extra.text}")


def _with_given(read: Reading, given: GivenDose) -> Reading:
    """The amount came as structure; the text may say when ("Inntil 4 ganger daglig. Maks 8 pr døgn")."""
    unit = UNIT_OF.get(given.unit.lower(), given.unit)
    if unit in COUNTED and given.high > MOST_COUNTED:
        return Reading(text=read.text, flags=("implausible-amount",))
    base = read.doses[0] if len(read.doses) == 1 and read.doses[0].low is None and not read.residual else None
    if base is None and (read.text or given.times_a_day is None):
        return read
    dose = base or Dose(timing=Timing(frequency=given.times_a_day))
    whole = Dose(
        low=given.low, high=given.high, unit=unit, timing=dose.timing, as_needed=dose.as_needed, reason=dose.reason,
        most=dose.most, most_unit=dose.most_unit, lasts=dose.lasts, until=dose.until, instructions=dose.instructions,
        route=dose.route, site=dose.site, spans=dose.spans,
    )  # fmt: skip
    known = whole.timing.is_known or (whole.as_needed and whole.most is not None)
    return Reading(text=read.text, doses=(whole,), confidence="full" if known else "partial", flags=read.flags)


def _of_slots(read: Reading, line: MedicationLine) -> Reading:
    """Columns for the parts of the day, read as "a+b+c" (dossier 5.2), where no text says otherwise."""
    if read.text or len(line.slots) not in PLUS:
        return read
    unit = line.given.unit if line.given else ""
    made = parse("+".join(slot or "0" for slot in line.slots) + (f" {unit}" if unit else ""))
    return Reading(text="", doses=made.doses, confidence=made.confidence, residual=made.residual, flags=made.flags)
