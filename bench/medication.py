"""How quickly dose texts are read and lists compared, on one core.

``python bench/medication.py [--rounds 5]`` prints JSON: texts per second of CPU, each text read anew (no cache), and
milliseconds of CPU for comparing three lists of fifteen lines.
"""

from __future__ import annotations

import argparse
import time
from datetime import timedelta

import measuring
from medication_cases import AT, PHRASES, POOL

from mappings.documents.medication_list import MedicationLine, MedicationList, Source
from mappings.medication.dosage import parse
from mappings.medication.reconcile import Setting, reconcile

AIM = 5000
TEXTS = (
    "2 tabl kl 08 og 13", "1 tabl kl 08, 1 tabl kl 13 og en tabl kl 22", "1 tablett morgen", "1+0+1+0", "1 x 3",
    "1 tabl. x 2 i fire uker", "2 tabletter ved behov, inntil 4 ganger daglig. Maks 8 pr døgn",
    "70 mg én gang i uken (mandag)", "2 inhalasjoner morgen og kveld, skyll munnen", "18 E kl 22",
    "1 kapsel 30 min før frokost", "Se marevanskjema",
    "4 tabl daglig i 3 dager, deretter 2 tabl daglig i 3 dager, deretter 1 tabl daglig i 3 dager",
    "1 dråpe i hvert øye kveld", "Brukes som avtalt med lege",
    "2 tabl om nødvendig kan gjentas etter 2 timer, maks 2 ganger",
)  # fmt: skip


def texts_per_second(rounds: int) -> int:
    """The best of several rounds: on a shared machine the least disturbed one says most about the code."""
    many = TEXTS * 100
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        for text in many:
            parse(text)
        best = min(best, time.process_time() - began)
    return round(len(many) / best)


def milliseconds_per_comparison(rounds: int) -> float:
    """Three lists of fifteen lines: the same drugs in other words; dose texts seen before."""
    lists = three_lists()
    best = float("inf")
    for _ in range(rounds * 4):
        began = time.process_time()
        reconcile(lists, AT, Setting(phase="discharge"))
        best = min(best, time.process_time() - began)
    return round(best * 1000, 2)


def three_lists() -> list[MedicationList]:
    made = []
    for kind, place in (("gp", 0), ("municipality", 1), ("hospital-discharge", 2)):
        source = Source(system=kind, list_type=kind, time=AT - timedelta(days=3 - place))  # type: ignore[arg-type]
        phrases = [PHRASES[sorted(PHRASES)[n % 3]][(n + place) % 5].format(u="tabl") for n in range(15)]
        lines = [
            MedicationLine(id=atc, name=f"{names[place % 2]} {form} {strength} mg", atc=atc, dose_text=phrase)
            for (atc, *names, form, strength), phrase in zip(POOL[:15], phrases, strict=True)
        ]
        made.append(MedicationList(id=kind, source=source, lines=tuple(lines)))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    measuring.report(
        "medication",
        dosage_texts_per_second_per_core={"measured": texts_per_second(asked.rounds), "aim": AIM},
        milliseconds_for_three_lists_of_fifteen={"measured": milliseconds_per_comparison(asked.rounds), "below": 5},
    )


if __name__ == "__main__":
    main()
