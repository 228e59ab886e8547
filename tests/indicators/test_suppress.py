"""Small numbers: what is hidden cannot be worked out from what is shown."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.indicators.suppress import Counts, Key, hidden, is_small


def table(inner: dict[Key, Counts]) -> dict[Key, Counts]:
    """With every total, as the database gives them."""
    whole: dict[Key, Counts] = {}
    for key, cell in inner.items():
        for total in product(*((part, None) for part in key)):
            held = whole.get(total, Counts(0, 0))
            whole[total] = Counts(held.numerator + cell.numerator, held.denominator + cell.denominator)
    return whole


def inside(total: Key, place: int, cells: dict[Key, Counts]) -> list[Key]:
    """The cells that a total over one dimension is the sum of."""
    rest = total[:place] + total[place + 1 :]
    return [k for k in cells if k[place] is not None and k[:place] + k[place + 1 :] == rest]


def possible(cells: dict[Key, Counts], out: set[Key], goal: Key, of: str, most: int) -> set[int]:
    """Every number that the hidden cell could be, found by trying all; at least one where ``of`` is the denominator."""
    least = 1 if of == "denominator" else 0
    unknown = [k for k in sorted(out, key=str) if None not in k]
    found: set[int] = set()
    for guess in product(range(least, most + 1), repeat=len(unknown)):
        values = {k: getattr(cells[k], of) for k in cells if k not in out} | dict(zip(unknown, guess, strict=True))
        if _fits(values, cells, goal, found):
            return found
    return found


def _fits(values: dict[Key, int], cells: dict[Key, Counts], goal: Key, found: set[int]) -> bool:
    told = dict(values)
    for total in sorted((k for k in cells if None in k), key=lambda k: k.count(None)):
        place = total.index(None)
        inside = [
            k
            for k in cells
            if k[place] is not None and k[:place] + k[place + 1 :] == total[:place] + total[place + 1 :]
        ]
        made = sum(told[k] for k in inside)
        if told.setdefault(total, made) != made:
            return False
    found.add(told[goal])
    return len(found) > 1


small_counts = st.integers(1, 8).flatmap(lambda d: st.integers(0, d).map(lambda n: Counts(n, d)))


def keys(*names: str) -> list[Key]:
    return [(name,) for name in names]


@given(st.lists(small_counts, min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_no_hidden_cell_of_a_list_can_be_worked_out(counts: list[Counts]) -> None:
    check(dict(zip(keys(*"abcd"), counts, strict=False)))


@given(st.lists(small_counts, min_size=4, max_size=4))
@settings(max_examples=40, deadline=None)
def test_no_hidden_cell_of_a_table_can_be_worked_out(counts: list[Counts]) -> None:
    check(dict(zip(product("ab", "xy"), counts, strict=True)))


def check(inner: dict[Key, Counts]) -> None:
    cells = table(inner)
    out = hidden(cells)
    for key in cells:
        if is_small(cells[key]):
            assert key in out
            for of in ("denominator", "numerator"):
                if of == "denominator" or cells[key].numerator:
                    most = 9 if (None,) * len(key) not in out else 20 // len(inner) + 9
                    assert len(possible(cells, out, key, of, most)) > 1, (key, of, cells, out)


def test_a_single_small_cell_takes_the_next_smallest_with_it() -> None:
    cells = table({("a",): Counts(2, 3), ("b",): Counts(20, 40), ("c",): Counts(10, 30)})
    assert hidden(cells) == {("a",), ("c",)}


def test_nothing_is_hidden_when_nothing_is_small() -> None:
    assert hidden(table({("a",): Counts(6, 30), ("b",): Counts(0, 5)})) == set()


def test_a_total_that_would_give_its_only_cell_away_is_hidden_too() -> None:
    assert hidden(table({("a",): Counts(2, 9)})) == {("a",), (None,)}


@pytest.mark.parametrize(
    ("n", "d", "small"), [(0, 4, True), (1, 50, True), (4, 50, True), (5, 50, False), (0, 5, False)]
)
def test_the_limits_are_those_of_helsedirektoratet(n: int, d: int, small: bool) -> None:
    assert is_small(Counts(n, d)) is small


def test_a_large_table_is_hidden_quickly_and_never_wholly() -> None:
    inner = {(f"k{i}", f"m{j:02}"): Counts((i * j) % 9, (i * j) % 9 + i) for i in range(1, 40) for j in range(12)}
    out = hidden(table(inner))
    assert len(out) < len(inner)
