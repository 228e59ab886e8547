"""What holds for every dose text: it can be said again, nothing is lost, and doubt gives no structure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.medication.dosage import Dose, Reading, Timing, dosages, parse, render, words
from mappings.medication.dosage.parse import LONGEST

PIECES = [
    "1 tabl", "2 tabletter", "1-2 kapsler", "0,5", "1/2 tabl", "1 ½ tabl", "10 ml", "500 mg", "18 E",
    "1 + 0 + 1", "2+2+2+2", "x 3", "x2x5", "3 ganger daglig", "én gang i uken", "daglig",
    "inntil 4 ganger daglig", "inntil x3", "kl 08", "kl. 8 og 20", "kl 08.30", "morgen", "morgen og kveld",
    "til natten", "ved sengetid", "hver morgen", "hver mandag", "(mandag)", "man-fre", "hver 3. dag",
    "annenhver dag", "hver 6. time", "ukentlig", "ingen dosering", "pause", "30 min før frokost", "til måltid",
    "til middag", "middag", "i 5 dager", "i fire uker", "t.o.m. 17.03.2026", "maks 8 pr døgn", "maks 4 g/døgn",
    "ved behov", "vb", "ved smerter", "i høyre øye", "i hvert øye", "sc", "i.m.", "svelges hele", "tas",
    "Nedtrapping:", ",", ";", ".", "og", "deretter", "så", "\n", "noe ukjent", "à 50 mg", "eller", "ikke", "(",
    ")", "-", "/", "2", "08", "1000 tabletter", "x",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map(" ".join)


@given(texts)
def test_what_was_read_can_be_said_in_other_words_and_read_the_same(text: str) -> None:
    reading = parse(text)
    again = parse(render(reading.doses)) if reading.doses else reading
    assert without_spans(again) == without_spans(reading), render(reading.doses)


def without_spans(reading: Reading) -> list[Dose]:
    return [replace(dose, spans=()) for dose in reading.doses]


AMOUNTS = st.decimals(min_value="0.25", max_value="40", places=2)
EVERY = st.one_of(
    st.builds(lambda n, u: Timing(frequency=n, unit=u), st.integers(1, 24), st.sampled_from(["d", "wk", "mo"])),
    st.builds(lambda n, m: Timing(frequency=n, most=n + m), st.integers(1, 12), st.integers(1, 12)),
    st.builds(
        lambda p, u: Timing(frequency=1, period=p, unit=u), st.integers(2, 99), st.sampled_from(["h", "d", "wk", "mo"])
    ),
    st.builds(
        lambda when: Timing(frequency=len(when), when=tuple(when)),
        st.lists(st.sampled_from(list(words.SLOTS)), min_size=1, max_size=7, unique=True),
    ),
    st.builds(
        lambda at: Timing(frequency=len(at), clock=tuple(f"{h:02}:{m:02}:00" for h, m in at)),
        st.lists(st.tuples(st.integers(0, 23), st.sampled_from([0, 15, 30])), min_size=1, max_size=6, unique=True),
    ),
    st.builds(
        lambda days, n, p: Timing(
            frequency=len(days) * n, period=p, unit="wk", days=tuple(d for d in words.WEEK if d in days)
        ),
        st.sets(st.sampled_from(words.WEEK), min_size=1),
        st.integers(1, 4),
        st.integers(1, 8),
    ),
    st.just(Timing(count=1)),
)  # fmt: skip
DOSES = st.builds(
    lambda low, more, unit, when, prn, most, route: Dose(
        low=low, high=low + more, unit=unit, timing=when, as_needed=prn or bool(most), most=most,
        most_unit="g" if most else "", route=route,
    ),
    AMOUNTS, st.sampled_from([Decimal(0), Decimal(1)]), st.sampled_from(["tablett", "mg", "mL", "E", "dråpe"]),
    EVERY, st.booleans(), st.sampled_from([None, Decimal(4)]), st.sampled_from(["", "subkutant"]),
)  # fmt: skip


@given(DOSES.filter(lambda dose: dose.high is not None and dose.high <= 40))
def test_every_dose_that_can_be_meant_can_be_written_and_read_back_surely(dose: Dose) -> None:
    reading = parse(render([dose]))
    assert without_spans(reading) == [dose]
    assert reading.is_full


@given(texts)
def test_the_same_text_in_other_letters_means_the_same(text: str) -> None:
    assert without_spans(parse(text.upper())) == without_spans(parse(text))


@given(texts)
def test_every_span_lies_in_the_text_and_what_is_left_stands_in_it_word_for_word(text: str) -> None:
    reading = parse(text)
    assert all(0 <= start < end <= len(text) for dose in reading.doses for start, end in dose.spans)
    assert all(run in text for run in reading.residual.split("; ") if ";" not in text)


@given(texts)
def test_structure_is_full_only_when_no_word_is_left_and_dose_and_timing_are_known(text: str) -> None:
    reading = parse(text)
    if reading.is_full:
        assert reading.residual == ""
        assert all(d.low is not None and (d.timing.is_known or d.most is not None or d.is_pause) for d in reading.doses)


@given(st.text(max_size=80))
def test_any_text_at_all_is_carried(text: str) -> None:
    reading = parse(text)
    assert reading.text == text
    assert len(dosages(reading)) == max(len(reading.doses), 1 if text else 0)


DANGEROUS = {
    "a number with a thousands mark or three decimals": "5.000 E sc daglig",
    "a number that may be an amount and a strength": "2 500 mg daglig",
    "an amount nobody takes": "1000 tabletter daglig",
    "a second time of day or a second dose": "1 tabl kl 08 og 2 ved behov",
    "a span of hours": "1 tabl kl 08 - 10",
    "two amounts": "500 mg 1 tabl morgen",
    "two ways to count": "1 tabl x 2 3 ganger daglig",
    "weekly and daily at once": "4 tabletter daglig onsdag",
    "a number of times that does not fit the days": "1 tabl x 2 mandag og torsdag",
    "a number of times that does not fit the hours": "1 tabl x 3 kl 08 og 20",
    "morning at night": "1 tabl om morgenen kl 22",
    "a choice": "1 eller 2 tabletter daglig",
    "a condition": "1 tablett daglig hvis BT > 110",
    "an exception": "1 tablett daglig, ikke lørdag",
    "by weight": "10 mg/kg daglig",
    "as needed for the evening alone or for both": "1 tabl morgen og 1 tabl kveld ved behov",
    "two durations in one phase": "1 tabl morgen i 3 dager, 2 tabl kveld i 5 dager",
    "the same time twice": "1 tabl morgen, 1 tabl morgen",
    "a day that does not exist": "1 tabl daglig t.o.m. 31.02.2026",
    "a pause beside a dose": "1 tabl morgen, pause",
    "more times than a day has hours": "1 tabl x 50",
    "a range that falls": "2-1 tabl daglig",
    "too long to be a dose": "1 tabl daglig " * LONGEST,
}


@pytest.mark.parametrize("text", DANGEROUS.values(), ids=DANGEROUS)
def test_a_text_that_may_mean_two_things_stays_text(text: str) -> None:
    reading = parse(text)
    assert (reading.doses, reading.confidence) == ((), "none")
    assert reading.flags


PARTIAL = {
    "1 tabl à 50 mg daglig": "à",
    "2 tabl daglig, deretter 1 tabl daglig": "",
    "1 tabl 3 ganger": "3 ganger",
    "1 tabl til måltid": "",
    "1 tabl om morgenen sammen med Furix": "sammen med Furix",
    "2 i oddetallsuker": "2 i oddetallsuker",
    "1 tabl hver uke i oddetallsuker": "i oddetallsuker",
}


@pytest.mark.parametrize(("text", "left"), PARTIAL.items(), ids=PARTIAL)
def test_what_is_not_understood_is_left_and_makes_the_reading_partial_or_less(text: str, left: str) -> None:
    reading = parse(text)
    assert reading.confidence != "full"
    assert reading.flags or reading.residual == left


COMMON = {
    "1 tabl 3 x daglig": (1, 3),
    "1 tabl x 2 daglig": (1, 2),
    "1 tabl. om morgenen kl 08": (1, 1),
    "Ved behov: 1 tabl x 3": (1, 3),
    "2 stk. kl. 8.30 og 20.00": (2, 2),
    "1 tbl. morgen & kveld": None,
    "10 000 IE daglig": (10000, 1),
    "2 tab 2 ganger per døgn": (2, 2),
    "1 TABLETT HVER KVELD": (1, 1),
    "1 tabl kl 0800": (1, 1),
    "1 kaps morgen med mat": (1, 1),
}


@pytest.mark.parametrize(("text", "read"), COMMON.items(), ids=COMMON)
def test_common_ways_of_writing_are_read(text: str, read: tuple[int, int] | None) -> None:
    reading = parse(text)
    assert reading.is_full == (read is not None)
    if read is not None:
        assert (reading.doses[0].low, reading.doses[0].timing.frequency) == read
