"""How well discrepancies are found: precision and recall per kind on synthetic patients whose discrepancies are known.

``python bench/reconcile.py [--patients 2000] [--seed 1]`` prints JSON, every miss and every false alarm included.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from typing import Any

import measuring
from medication_cases import AT, Label, patients

from mappings.medication.catalogue import kinds
from mappings.medication.reconcile import Comparison, Setting, reconcile

AIM = 0.99
ATC = re.compile(r"[A-Z]\d{2}[A-Z]{2}\d{2}")
BY_LIKENESS = ("identity-uncertain",)
"""Kinds that rest on a measure of likeness; every other kind is deterministic."""


def found(comparison: Comparison) -> set[Label]:
    return {(f.code, tuple(sorted({key.partition("|")[0] for key in f.treatments}))) for f in comparison.findings}


def measured(count: int, seed: int) -> dict[str, Any]:
    hits, misses, alarms = Counter[str](), Counter[str](), Counter[str]()
    wrong: list[dict[str, Any]] = []
    unnoticed = 0
    began = time.process_time()
    spent = 0.0
    for number, (lists, expected, missing) in enumerate(patients(count, seed)):
        start = time.process_time()
        got = found(reconcile(lists, AT, Setting(phase="discharge", age=70, expected=missing)))  # type: ignore[arg-type]
        spent += time.process_time() - start
        followed = consequences(got, expected)
        unnoticed += len(followed)
        got -= followed
        hits.update(code for code, _ in got & expected)
        misses.update(code for code, _ in expected - got)
        alarms.update(code for code, _ in got - expected)
        if got != expected:
            apart = {
                "missed": sorted(expected - got),
                "false": sorted(got - expected),
                "shown_instead": sorted(followed),
            }
            wrong.append({"patient": number, **apart})
    by_kind = {
        code: scores(hits[code], misses[code], alarms[code])
        for code in kinds()
        if hits[code] + misses[code] + alarms[code]
    }
    exact = [s for code, s in by_kind.items() if code not in BY_LIKENESS]
    return {
        "patients": count,
        "seed": seed,
        "findings": sum(hits.values()),
        "milliseconds_per_comparison": round(spent / count * 1000, 2),
        "seconds": round(time.process_time() - began, 1),
        "least_of_the_deterministic": {
            name: min((s[name] for s in exact), default=1.0) for name in ("precision", "recall")
        },
        "aim": AIM,
        "omissions_and_additions_from_unrecognised_misspellings": unnoticed,
        "by_kind": by_kind,
        "never_made": sorted(set(kinds()) - set(by_kind)),
        "wrong": wrong,
    }


def consequences(got: set[Label], expected: set[Label]) -> set[Label]:
    """A misspelling that is not recognised shows as an omission and an addition; counted apart, with what it missed."""
    unseen = {atc for code, atc in expected - got if code == "identity-uncertain"}
    of_unseen = {("omission", atc) for atc in unseen} & got
    return of_unseen | (
        {label for label in got - expected if label[0] == "addition" and not ATC.fullmatch(label[1][0])}
        if unseen
        else set()
    )


def scores(hit: int, missed: int, false: int) -> dict[str, Any]:
    return {
        "expected": hit + missed,
        "precision": round(hit / (hit + false), 4) if hit + false else 1.0,
        "recall": round(hit / (hit + missed), 4) if hit + missed else 1.0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--patients", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    measuring.report("reconcile", **measured(asked.patients, asked.seed))


if __name__ == "__main__":
    main()
