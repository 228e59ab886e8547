"""Any bytes whatever, and valid messages spoilt at random: an answer each time. ``bench/fuzz.py`` goes on longer."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.kith import samples
from adapters.kith.parse import parse
from adapters.kith.samples.arbitrary import arbitrary_message, chance, message_kinds
from adapters.kith.write import write
from mappings.documents.apprec import AppRec
from mappings.documents.base64container import Base64Container
from tests.adapters.conftest import RECEIVED, every_sample
from tests.adapters.mutations import PIECES, mangle, spoil
from tests.adapters.surviving import HangError, addressed, limited, survive

KINDS = list(message_kinds())
BOUNDED = settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
seeds = st.integers(0, 2**40)


@cache
def real() -> list[bytes]:
    return list(every_sample(samples.Case(start=RECEIVED)))


@BOUNDED
@given(st.binary(max_size=4000) | st.text(max_size=2000).map(str.encode))
@example(b"")
@example(b"<")
@example(b"\xef\xbb\xbf")
def test_raw_bytes_are_refused_with_a_reason(body: bytes) -> None:
    assert survive(body) == "refused"


@BOUNDED
@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join))
def test_pieces_of_xml_are_refused_with_a_reason(body: bytes) -> None:
    assert survive(body) == "refused"


@BOUNDED
@given(seeds)
def test_a_message_whose_bytes_are_spoilt_is_answered(seed: int) -> None:
    random = chance(seed)
    survive(mangle(random.choice(real()), random))


@BOUNDED
@given(seeds)
def test_a_message_whose_elements_are_spoilt_is_answered(seed: int) -> None:
    random = chance(seed)
    root = parse(random.choice(real()))
    assert isinstance(root, etree._Element)
    survive(etree.tostring(spoil(root, random), encoding="UTF-8"))


@BOUNDED
@given(st.sampled_from(KINDS), seeds)
def test_whatever_the_standards_allow_is_answered(kind: tuple[type, str], seed: int) -> None:
    survive(write(arbitrary_message(*kind, chance(seed)), kind[1]))


@BOUNDED
@given(st.sampled_from([kind for kind in KINDS if kind[0] not in (AppRec, Base64Container)]), seeds)
def test_whatever_the_standards_allow_is_taken_in_a_good_envelope(kind: tuple[type, str], seed: int) -> None:
    body = write(addressed(arbitrary_message(*kind, chance(seed))), kind[1])
    assert survive(body) == "taken" or b"FileReference" in body, "a file outside the message refuses it"


def test_spoiling_refuses_some_and_spares_some() -> None:
    """Otherwise the tests above would show little."""
    counted = Counter(survive(mangle(real()[seed % len(real())], chance(seed))) for seed in range(120))
    assert min(counted["refused"], counted["taken"]) > 5


def test_a_hang_is_seen() -> None:
    with pytest.raises(HangError), limited(0.05):
        while True:
            sum(range(1000))
