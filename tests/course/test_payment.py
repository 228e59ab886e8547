"""Overliggerdøgn: the worked timelines T1 to T25 of the dossier (A.6), each with its days and its amount."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from adapters.kith.samples import (
    PARTIES,
    Case,
    avmelding,
    helseopplysninger,
    innlagt,
    notat,
    utskrevet,
    utskrivningsklar,
)
from adapters.kith.samples.parties import Address, Service, Virksomhet, organisation_number
from hub.contract import ORGANISASJONSNUMMER, Identifier
from mappings.course import policies
from mappings.documents.said import Answer, CareKind, Moved, OfferRefused, Payer
from mappings.norwegian_time import OSLO
from mappings.rules.payment import Pay

MONDAY = datetime(2025, 3, 3, 10, 0, tzinfo=OSLO)
HOSPITAL_B = Address(
    virksomhet=Virksomhet(name="Annet sykehus HF", her_id="99000900", number=organisation_number(9)),
    level2=Service(name="Kirurgi", her_id="99000901"),
)
B = Identifier(ORGANISASJONSNUMMER, HOSPITAL_B.virksomhet.number)


def on(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A time in March 2025."""
    return datetime(2025, 3, day, hour, minute, tzinfo=OSLO)


def march(*days: int) -> list[date]:
    return [date(2025, 3, day) for day in days]


def says(answer: str, at: datetime, day: date | None = None) -> tuple[Answer, datetime]:
    return Answer(answer=answer, on=day), at


NO = says("cannot-receive", on(3, 11))


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """One row of the dossier: messages, answers and other entries, and what comes of them."""

    ready: datetime = MONDAY
    told: tuple[tuple[Any, datetime], ...] = ()
    messages: Any = ()
    as_of: datetime = field(default_factory=lambda: on(31))
    notice: bool = True
    policy: dict[str, str] = field(default_factory=dict)
    dates: list[date]
    amount: int | None
    state: str = "closed"
    reason: str = "could-not-receive"
    potential: int = 0
    delay: int = 0
    flags: tuple[str, ...] = ()


def left(when: datetime | date, **more: str) -> Any:
    return lambda case: utskrevet(case, left=when, **more)


def offered(day: int) -> tuple[Answer, datetime]:
    return says("offer-ready", on(day, 9))


SPRING = datetime(2025, 3, 29, 10, tzinfo=OSLO)
TIMELINES = {
    "T1": Timeline(told=(says("can-receive", on(3, 10, 40)),), messages=(left(on(3, 15)),), dates=[], amount=0,
                   state="none", reason="received-in-time"),
    "T2": Timeline(told=(NO, offered(6)), messages=(left(on(6, 13)),), dates=march(3, 4, 5), amount=17943),
    "T3": Timeline(ready=datetime(2012, 3, 1, 10, tzinfo=OSLO),
                   told=(says("cannot-receive", datetime(2012, 3, 1, 12, tzinfo=OSLO)),
                         says("offer-ready", datetime(2012, 3, 4, 9, tzinfo=OSLO))),
                   dates=[date(2012, 3, 1), date(2012, 3, 2), date(2012, 3, 3)], amount=12000),
    "T4": Timeline(messages=(left(on(5, 13)),), dates=march(3, 4), amount=11962, reason="not-answered"),
    "T5": Timeline(ready=on(7, 14), told=(says("cannot-receive", on(7, 15)), offered(10)), dates=march(7, 8, 9),
                   amount=17943),
    "T6": Timeline(told=(NO, offered(4)), messages=(left(on(5, 11)),), dates=march(3), amount=5981, delay=1),
    "T7": Timeline(told=(NO, says("cannot-receive", on(8, 11)), offered(9)), messages=(
        lambda case: avmelding(case, withdrawn=on(5, 8), ready=MONDAY),
        lambda case: utskrivningsklar(case, ready=on(8, 9), message_id=case.message_id("again"))),
        dates=march(3, 4, 8), amount=17943),
    "T8": Timeline(told=(NO,), messages=(left(on(6, 4), condition="2"),), dates=march(3, 4, 5), amount=17943),
    "T9": Timeline(ready=datetime(2024, 12, 30, 10, tzinfo=OSLO),
                   told=(says("cannot-receive", datetime(2024, 12, 30, 11, tzinfo=OSLO)),
                         says("offer-ready", datetime(2025, 1, 2, 9, tzinfo=OSLO))),
                   dates=[date(2024, 12, 30), date(2024, 12, 31), date(2025, 1, 1)], amount=17471),
    "T10": Timeline(told=(says("cannot-receive", on(4, 10)), offered(6)), messages=(
        lambda case: utskrivningsklar(case, ready=date(2025, 3, 3), generated=on(4, 9)),), dates=march(4, 5),
        amount=11962),
    "T11": Timeline(notice=False, told=(NO, offered(6)), dates=[], amount=0, state="potential", potential=3,
                    reason="early-notice-missing"),
    "T12": Timeline(ready=on(3, 9), told=(NO, says("offer-ready", on(3, 16))), messages=(left(on(3, 17)),), dates=[],
                    amount=0, state="none", reason="received-in-time"),
    "T12, literal reading": Timeline(ready=on(3, 9), told=(NO, says("offer-ready", on(3, 16))),
                                     messages=(left(on(3, 17)),), policy={"same_day_resolution": "yes"},
                                     dates=march(3), amount=5981),
    "T13": Timeline(ready=on(3, 23, 30), told=(says("can-receive", on(4, 0, 20)),), dates=march(3), amount=5981,
                    flags=("short-notice",)),
    "T13, an hour of grace": Timeline(ready=on(3, 23, 30), told=(says("can-receive", on(4, 0, 20)),), dates=[],
                                      amount=0, state="none", policy={"evening_grace_minutes": "60"},
                                      reason="received-in-time", flags=("short-notice",)),
    "T14": Timeline(told=(says("can-receive", on(3, 11), date(2025, 3, 6)),), messages=(left(on(6, 12)),),
                    dates=march(3, 4, 5), amount=17943),
    "T14, strict": Timeline(told=(says("can-receive", on(3, 11), date(2025, 3, 6)),), messages=(left(on(6, 12)),),
                            policy={"planned_date_ends_duty": "no"}, dates=march(3, 4, 5), amount=17943),
    "T15": Timeline(told=(says("can-receive", on(3, 11), date(2025, 3, 5)),), messages=(left(on(6, 12)),),
                    dates=march(3, 4), amount=11962, delay=1),
    "T15, strict": Timeline(told=(says("can-receive", on(3, 11), date(2025, 3, 5)),), messages=(left(on(6, 12)),),
                            policy={"planned_date_ends_duty": "no"}, dates=march(3, 4, 5), amount=17943),
    "T18": Timeline(ready=SPRING, told=(says("cannot-receive", on(29, 12)), offered(31)),
                    as_of=datetime(2025, 4, 10, 12, tzinfo=OSLO), dates=march(29, 30), amount=11962),
    "T19": Timeline(told=(NO,), messages=(
        lambda case: utskrivningsklar(case, ready=MONDAY, series="C", generated=on(3, 12)),), dates=[], amount=0,
        state="none", reason="not-declared-ready"),
    "T20": Timeline(told=(NO,), as_of=on(6, 8), dates=march(3, 4, 5), amount=17943, state="running"),
    "T21": Timeline(told=(NO, offered(5), (OfferRefused(on=date(2025, 3, 5)), on(5, 12))),
                    messages=(left(on(7, 12)),), dates=march(3, 4), amount=11962, reason="patient-refused-offer",
                    flags=("patient-refused-offer",)),
    "T22": Timeline(told=(says("can-receive", on(3, 11), date(2025, 3, 4)), says("revoked", on(4, 9)), offered(6)),
                    dates=march(3, 4, 5), amount=17943),
    "T23": Timeline(ready=on(12), told=(says("cannot-receive", on(12, 11)), offered(17),
                                        (CareKind(care="psykisk-helsevern"), on(12, 12))),
                    dates=march(12, 13, 14, 15, 16), amount=29905),
    "T23, before 2019": Timeline(ready=datetime(2018, 3, 12, 10, tzinfo=OSLO), told=(
        says("cannot-receive", datetime(2018, 3, 12, 11, tzinfo=OSLO)),
        says("offer-ready", datetime(2018, 3, 17, 9, tzinfo=OSLO)),
        (CareKind(care="psykisk-helsevern"), datetime(2018, 3, 12, 12, tzinfo=OSLO))), dates=[], amount=0, state="none",
        reason="before-2019"),
    "T24": Timeline(told=(NO, offered(6), (Payer(residence="abroad"), on(3, 12))), dates=[], amount=None,
                    state="unknown", reason="payer-unknown", potential=3),
    "T25": Timeline(told=(NO, offered(6), (CareKind(care="privat-rehabilitering"), on(3, 12))), dates=[], amount=0,
                    state="none", reason="institution-out-of-scope"),
}  # fmt: skip


def stay_of(timeline: Timeline) -> Case:
    return Case(name="timeline", start=timeline.ready - timedelta(days=5))


@pytest.fixture
def paid(facts, entry):
    def working_out(timeline: Timeline) -> Pay:
        case = stay_of(timeline)
        messages = [innlagt(case), *([helseopplysninger(case)] if timeline.notice else [])]
        messages += [utskrivningsklar(case, ready=timeline.ready), *(make(case) for make in timeline.messages)]
        if any(b"2025-03-04T09:00:00" in m for m in messages[-1:]):  # T10 has its own notice
            del messages[2]
        entries = [entry(said, at, of=case) for said, at in timeline.told]
        found = facts(*messages, *entries, as_of=timeline.as_of, policies=policies(timeline.policy))
        return found.stays[0].pay

    return working_out


@pytest.mark.parametrize("name", TIMELINES)
def test_timeline(name, paid):
    row = TIMELINES[name]
    pay = paid(row)
    assert [charge.day for charge in pay.charges] == row.dates
    assert (pay.days, pay.amount, pay.state, pay.reason) == (len(row.dates), row.amount, row.state, row.reason)
    assert (len(pay.potential), pay.hospital_delay_days) == (row.potential, row.delay)
    assert set(row.flags) <= set(pay.flags)


def test_a_policy_that_decided_something_is_named_with_its_value(paid):
    assert "death_day_counts=no" in paid(TIMELINES["T8"]).policy
    assert "planned_date_ends_duty=no" in paid(TIMELINES["T15, strict"]).policy
    assert paid(TIMELINES["T2"]).policy == ()


def moved(still_ready: bool) -> tuple[Moved, datetime]:
    return Moved(at=on(4, 9), to=B, still_ready=still_ready), on(4, 9)


def test_t16_a_patient_moved_while_ready_is_paid_for_to_each_hospital(paid):
    pay = paid(Timeline(told=(NO, moved(True), offered(6)), dates=[], amount=0))
    hospitals = [charge.hospital for charge in pay.charges]
    assert [charge.day for charge in pay.charges] == march(3, 4, 5)
    assert (pay.days, pay.amount) == (3, 17943)
    assert hospitals[1:] == [f"{B.system}|{B.value}"] * 2
    assert hospitals[0] != hospitals[1]
    assert "transfer_keeps_duty=yes" in pay.policy


def test_t16_by_the_other_policy_the_duty_ends_with_the_move(paid):
    ends = Timeline(told=(NO, moved(True), offered(6)), policy={"transfer_keeps_duty": "no"}, dates=[], amount=0)
    assert (paid(ends).days, paid(ends).amount) == (1, 5981)


def test_t16_told_by_the_messages_of_both_hospitals_gives_the_same_days(facts, entry):
    first = Case(name="a", start=on(1))
    there = Case(name="b", start=on(4, 9), parties=replace(PARTIES, hospital=HOSPITAL_B))
    again = utskrivningsklar(there, ready=on(4, 10))
    found = facts(
        innlagt(first), helseopplysninger(first), utskrivningsklar(first, ready=MONDAY),
        utskrevet(first, left=on(4, 8), to="3"), innlagt(there), helseopplysninger(there, updated=True), again,
        entry(*NO, of=first, about=first.message_id("utskrivningsklar-N")),
        entry(says("cannot-receive", on(4, 12))[0], on(4, 12), of=there, about=there.message_id("utskrivningsklar-N")),
        entry(offered(6)[0], on(6, 9), of=there, about=there.message_id("utskrivningsklar-N")),
        as_of=on(31),
    )  # fmt: skip
    assert [stay.pay.amount for stay in found.stays] == [5981, 11962]


def test_t17_new_treatment_at_another_hospital_ends_the_duty(paid):
    pay = paid(Timeline(told=(NO, moved(False), offered(6)), dates=[], amount=0))
    assert (pay.days, pay.amount) == (1, 5981)


def test_a_day_is_charged_once_for_a_patient_however_many_tell_of_it(facts, entry):
    first, second = Case(name="a", start=on(1)), Case(
        name="b", start=on(2), parties=replace(PARTIES, hospital=HOSPITAL_B)
    )  # fmt: skip
    messages = [make(case) for case in (first, second) for make in (innlagt, helseopplysninger)]
    notices = [utskrivningsklar(case, ready=MONDAY) for case in (first, second)]
    found = facts(*messages, *notices, as_of=on(5))
    assert [stay.pay.days for stay in found.stays] == [2, 0]


def test_the_price_of_a_year_that_nobody_told_is_unknown_and_its_days_are_not(paid):
    ready = datetime(2031, 3, 3, 10, tzinfo=OSLO)
    pay = paid(Timeline(ready=ready, as_of=ready + timedelta(days=2), dates=[], amount=0))
    assert (pay.days, pay.amount, pay.state) == (2, None, "running")


def test_a_deployment_may_tell_the_rate_of_a_year(facts):
    ready = datetime(2031, 3, 3, 10, tzinfo=OSLO)
    case = Case(name="own", start=ready - timedelta(days=3))
    own = policies({}, rates="valid_from,valid_to,nok,source\n2031-01-01,2031-12-31,9000,vedtak\n")
    messages = (innlagt(case), helseopplysninger(case), utskrivningsklar(case, ready=ready))
    assert facts(*messages, as_of=ready + timedelta(days=2), policies=own).stays[0].pay.amount == 18000


def test_no_days_cost_nothing_whatever_is_known_of_the_price(paid):
    ready = datetime(2031, 3, 3, 10, tzinfo=OSLO)
    assert paid(Timeline(ready=ready, as_of=ready + timedelta(hours=1), dates=[], amount=0)).amount == 0


def test_an_answer_in_free_text_proves_an_answer_and_is_never_money(facts, entry):
    case = Case(name="note", start=on(1))
    messages = [innlagt(case), helseopplysninger(case), utskrivningsklar(case, ready=MONDAY)]
    note = notat(case, case.message_id("utskrivningsklar-N"), generated=on(3, 12), text="Vi kan ta imot i morgen.")
    before = facts(*messages, note, as_of=on(5)).stays[0]
    assert (before.pay.state, before.pay.reason, before.pay.days) == ("unknown", "answer-not-coded", 0)
    assert (before.pay.amount, len(before.pay.potential)) == (None, 2)
    assert before.rule("REPLY")[0].verdict.word == "met"
    coded = entry(Answer(answer="can-receive", on=date(2025, 3, 4), given=on(3, 12)), on(5, 8), of=case)
    after = facts(*messages, note, coded, as_of=on(5)).stays[0]
    assert (after.pay.days, after.pay.amount) == (1, 5981)


@pytest.mark.parametrize(
    ("policy", "state", "days"),
    [({}, "closed", 3), ({"late_first_notice_charges": "no"}, "potential", 0)],
    ids=["charged and flagged", "by the other policy not charged"],
)
def test_a_late_first_notice(policy, state, days, facts, entry):
    case = Case(name="late", start=on(1, 8))
    late = helseopplysninger(case, generated=on(2, 9))
    ready = utskrivningsklar(case, ready=MONDAY)
    answers = [entry(said, at, of=case) for said, at in (NO, offered(6))]
    pay = facts(innlagt(case), late, ready, *answers, as_of=on(9), policies=policies(policy)).stays[0].pay
    assert (pay.state, pay.days) == (state, days)
    assert "disputed-late-notice" in pay.flags


def test_a_missing_first_notice_is_charged_by_the_other_policy(paid):
    row = replace(TIMELINES["T11"], policy={"missing_first_notice_charges": "yes"})
    assert paid(row).amount == 17943


def test_the_day_of_death_counts_by_the_other_policy(paid):
    assert paid(replace(TIMELINES["T8"], policy={"death_day_counts": "yes"})).days == 4


def test_another_municipality_cannot_answer_for_the_one_that_was_asked(facts, entry):
    case = Case(name="other", start=on(1))
    messages = [innlagt(case), helseopplysninger(case), utskrivningsklar(case, ready=MONDAY)]
    stranger = Address(
        virksomhet=Virksomhet(name="Annen kommune", her_id="99000910", number=organisation_number(11)),
        level2=Service(name="Sykepleietjeneste", her_id="99000911"),
    )
    other = entry(Answer(answer="can-receive"), on(3, 11), of=case, by=stranger)
    assert facts(*messages, other, as_of=on(5)).stays[0].pay.days == 2


def test_an_answer_taken_back_was_never_given(facts, entry):
    case = Case(name="back", start=on(1))
    messages = [innlagt(case), helseopplysninger(case), utskrivningsklar(case, ready=MONDAY)]
    yes = entry(Answer(answer="can-receive"), on(3, 11), of=case)
    back = entry(Answer(answer="can-receive"), on(3, 12), of=case, series="C", parent=yes.head.message_id)
    assert facts(*messages, yes, as_of=on(5)).stays[0].pay.days == 0
    assert facts(*messages, back, yes, as_of=on(5)).stays[0].pay.days == 2


@pytest.mark.parametrize("wrong", [{"nothing": "yes"}, {"death_day_counts": "perhaps"}, {"reply_hours": "a day"}])
def test_a_policy_that_does_not_exist_or_has_no_such_value_is_named(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        policies(wrong)


def test_a_wrong_line_in_a_table_of_rates_is_named():
    with pytest.raises(ValueError, match="line 3"):
        policies({}, rates="valid_from,valid_to,nok,source\n2031-01-01,2031-12-31,9000,x\n2032-01-01,2032-12-31,,x\n")
