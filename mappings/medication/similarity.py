"""How alike two names are: Jaro-Winkler, the measure that the threshold of K8 was found with (dossier 7.2)."""

from __future__ import annotations

from typing import Final

THRESHOLD: Final = 0.92
_PREFIX_WEIGHT: Final = 0.1
_LONGEST_PREFIX: Final = 4
_BOOST_FROM: Final = 0.7


def jaro_winkler(one: str, other: str) -> float:
    """1 for equal names, 0 for nothing in common; a common beginning counts more."""
    likeness = _jaro(one, other)
    if likeness <= _BOOST_FROM:
        return likeness
    prefix = 0
    for a, b in zip(one[:_LONGEST_PREFIX], other[:_LONGEST_PREFIX], strict=False):
        if a != b:
            break
        prefix += 1
    return likeness + prefix * _PREFIX_WEIGHT * (1 - likeness)


def _jaro(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    reach = max(max(len(one), len(other)) // 2 - 1, 0)
    taken = [False] * len(other)
    matched = []
    for place, letter in enumerate(one):
        for near in range(max(0, place - reach), min(len(other), place + reach + 1)):
            if not taken[near] and other[near] == letter:
                taken[near] = True
                matched.append(letter)
                break
    if not matched:
        return 0.0
    others = [letter for letter, hit in zip(other, taken, strict=True) if hit]
    swapped = sum(a != b for a, b in zip(matched, others, strict=True)) // 2
    count = len(matched)
    return (count / len(one) + count / len(other) + (count - swapped) / count) / 3
