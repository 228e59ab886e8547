"""Hiding small numbers, so that none can be worked out again from what is shown.

A cell is hidden when its denominator is under 5 or its numerator 1 to 4 (as Helsedirektoratet does). Totals would give
a single hidden cell away, so more cells are hidden until each of these could be another number, given everything that
is shown and that no count is below zero. That is decided exactly: a table with totals is a network in which counts flow
from rows to columns and back, and a hidden count could be another one just when a loop of hidden cells runs through it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

SMALLEST: Final = 5
Key = tuple[str | None, ...]
"""The value of each dimension (at most two); None is the total over it."""
Node = tuple[int, str | None]


@dataclass(frozen=True, slots=True)
class Counts:
    """What may be sensitive of a cell."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class _Arc:
    tail: Node
    head: Node
    key: Key


def is_small(cell: Counts) -> bool:
    """Whether the cell must be hidden for its own sake."""
    return cell.denominator < SMALLEST or 0 < cell.numerator < SMALLEST


def hidden(cells: Mapping[Key, Counts]) -> set[Key]:
    """The keys to hide of one table, which has all its totals: the small ones, and what would give these away."""
    small = [key for key in sorted(cells, key=_order) if is_small(cells[key])]
    out = set(small)
    for key in small:
        while len(out) < len(cells) and _is_given_away(key, cells, out):
            out.add(_cheapest(key, cells, out))
    return out


def _is_given_away(key: Key, cells: Mapping[Key, Counts], out: set[Key]) -> bool:
    cell = cells[key]
    known = [{k: max(0, cells[k].denominator - 1) for k in out}]  # a cell that is listed has somebody in it
    if cell.numerator:
        known.append({k: cells[k].numerator for k in out})
    return not all(could_differ(key, counts) for counts in known)


def could_differ(key: Key, counts: Mapping[Key, int]) -> bool:
    """Whether the hidden count of ``key`` could be another number; ``counts`` are all that are hidden."""
    arcs = [_arc(k) for k in counts]
    own = _arc(key)
    more = _reaches(own.head, own.tail, arcs, counts, but=key)
    fewer = counts[key] > 0 and _reaches(own.tail, own.head, arcs, counts, but=key)
    return more or fewer


def _reaches(start: Node, goal: Node, arcs: Iterable[_Arc], counts: Mapping[Key, int], *, but: Key) -> bool:
    """Whether one count could be moved along hidden cells: any may grow, only those above zero can shrink."""
    steps: dict[Node, list[Node]] = defaultdict(list)
    for arc in arcs:
        if arc.key != but:
            steps[arc.tail].append(arc.head)
            if counts[arc.key] > 0:
                steps[arc.head].append(arc.tail)
    seen, waiting = {start}, deque([start])
    while waiting:
        node = waiting.popleft()
        if node == goal:
            return True
        fresh = [n for n in steps[node] if n not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return False


def _arc(key: Key) -> _Arc:
    """A cell as a flow from its row to its column; a total flows back."""
    row, column = key[0] if key else None, key[1] if len(key) > 1 else None
    flat = len(key) < 2
    is_total = (row is None) if flat else ((row is None) != (column is None))
    tail, head = ((0, None), (1, None)) if flat else ((0, row), (1, column))
    return _Arc(head, tail, key) if is_total else _Arc(tail, head, key)


def _cheapest(key: Key, cells: Mapping[Key, Counts], out: set[Key]) -> Key:
    """What to hide next: the smallest cell in a line with it, totals last."""
    left = [k for k in cells if k not in out]
    beside = [k for k in left if sum(a != b for a, b in zip(k, key, strict=True)) == 1] or left
    return min(beside, key=lambda k: (k.count(None), cells[k].denominator, _order(k)))


def _order(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((part is None, part or "") for part in key)
