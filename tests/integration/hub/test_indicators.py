"""Indicators over stays in a real log: numbers, groups, what is hidden, and the baseline of Vel heim."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hub.contract import StayRow
from hub.indicators.compute import DIMENSIONS, Window, columns, compute
from hub.indicators.definition import indicators
from hub.indicators.keep import keep, months
from hub.indicators.publish import publish
from hub.log.stays import replace_stays
from hub.rebuild import preview, rebuild
from hub.verify import verify
from tests.integration.hub.served import served
from tests.integration.hub.working import until, worker

pytestmark = pytest.mark.integration

LEFT = datetime(2019, 6, 12, 12, tzinfo=UTC)
AS_OF = datetime(2019, 9, 1, tzinfo=UTC)
JUNE = Window(start=date(2019, 6, 1), stop=date(2019, 7, 1), as_of=AS_OF)
FONNA, STAVANGER = "100000008", "100000016"


def stay(id: str, *, person: str = "", hospital: str = FONNA, left: datetime | None = LEFT, **facts: Any) -> StayRow:
    standing = {"duties": [], "readiness": [], "messages": [], "quality": [], "expected": {}, "pay": {}, "dead": False}
    return StayRow(
        id=id,
        municipality=facts.pop("municipality", "1106"),
        hospital=hospital,
        ward="Ortopedisk",
        began=facts.pop("began", LEFT - timedelta(days=5)),
        ended=left,
        is_open=left is None,
        facts={**standing, "admitted": "2019-06-07T10:00:00+02:00", **facts},
    )


SENT = "2019-06-07T14:00:00+02:00"


def duty(name: str, verdict: str, *, reason: str = "sent-in-time", done: str | None = SENT) -> dict[str, Any]:
    return {"duty": name, "number": 1, "verdict": verdict, "reason": reason, "done": done, "open": done is None}


def content(kind: str, **items: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "items": items,
        "present": sum(word == "present" for word in items.values()),
        "of": sum(word != "n/a" for word in items.values()),
    }


async def fill(hub: Any, rows: Iterable[StayRow], person: Callable[[StayRow], str] = lambda row: row.id) -> None:
    async with hub.sessions() as session, session.begin():
        theirs: dict[str, list[StayRow]] = {}
        for row in rows:
            theirs.setdefault(person(row), []).append(row)
        for key, own in theirs.items():
            await replace_stays(session, [key], key, own, AS_OF)


async def numbers(hub: Any, id: str, *by: str, small_numbers: bool = False, window: Window = JUNE) -> dict[Any, Any]:
    async with hub.sessions() as session:
        found = await compute(session, indicators()[id], window, by, small_numbers=small_numbers)
    return {(cell.part, *cell.group): cell for cell in found.cells}


def vel_heim() -> list[StayRow]:
    """Twenty journals whose counts are those of the report (June 2019, ten from each of two hospitals)."""

    def words(counts: tuple[int, ...], number: int) -> str:
        """The class of one journal, when so many are present, weak, absent and n/a in that order."""
        for word, count in zip(("present", "weak", "absent", "n/a"), counts, strict=False):
            if number < count:
                return word
            number -= count
        raise AssertionError("the counts do not reach")

    def journal(n: int) -> StayRow:
        quality = [
            content(
                "epikrise",
                **{
                    "p9-a-innleggelsesarsak": words((3, 0, 7), n) if n < 10 else "present",
                    "p9-b-ovrige-problemer": words((12, 3, 5), n),
                    "p9-c-uavklart-forklart": words((3, 3, 0, 14), n),
                    "p9-e-funksjon-for": words((4, 2, 14), n),
                    "p9-e-funksjon-forventet": words((3, 1, 16), n),
                },
            )
        ]
        duties = [duty("tidlig-varsel", "met", reason="sent-in-time" if n < 17 else "clock-shifted-assumed")]
        if n == 19:
            duties = [duty("tidlig-varsel", "missing", reason="not-sent", done=None)]
        else:
            of_four = {
                "overskrift": "present",
                "pasientens-status": "absent" if n == 18 else "present",
                "antatt-forlop": "absent" if n >= 14 else "present",
                "forventet-utskrivning": "absent" if n >= 9 else "present",
            }
            function = content("utskrivningsrapport", funksjon=words((12, 4, 3), n))
            quality += [content("tidligmelding", **of_four), function]
        if n < 18:
            report = duty("innleggelsesrapport", "met") if n < 11 else duty("innleggelsesrapport", "missing", done=None)
            duties.append(report)
        return stay(f"j{n}", hospital=FONNA if n < 10 else STAVANGER, duties=duties, quality=quality)

    return [journal(n) for n in range(20)]


@pytest.mark.parametrize(
    ("id", "part", "counts"),
    [
        ("I1", "av sendte, fra innleggelsen", (17, 19)),
        ("I1", "av alle", (19, 20)),
        ("I2", "alle punkter", (9, 19)),
        ("I2", "overskrift", (19, 19)),
        ("I2", "forventet-utskrivning", (9, 19)),
        ("I2", "antatt-forlop", (14, 19)),
        ("I3", "mottatt", (11, 18)),
        ("I3", "innen 24 timer", (11, 18)),
        ("I5", "", (12, 19)),
    ],
)
def test_the_baseline_of_vel_heim_is_reproduced(open_hub, id, part, counts) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            await fill(hub, vel_heim())
            cell = (await numbers(hub, id, small_numbers=True))[part,]
            assert (cell.numerator, cell.denominator) == counts

    asyncio.run(run())


def test_the_section_9_checklist_of_vel_heim_is_reproduced(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            await fill(hub, vel_heim())
            found = await numbers(hub, "V1", small_numbers=True)
            told = {key[:2]: cell.denominator for key, cell in found.items()}
            assert [told["p9-b-ovrige-problemer", w] for w in ("present", "weak", "absent")] == [12, 3, 5]
            assert [told["p9-c-uavklart-forklart", w] for w in ("present", "weak", "n/a")] == [3, 3, 14]
            assert [told["p9-e-funksjon-for", w] for w in ("present", "weak", "absent")] == [4, 2, 14]
            assert [told["p9-e-funksjon-forventet", w] for w in ("present", "weak", "absent")] == [3, 1, 16]
            each = await numbers(hub, "V1", "hospital", small_numbers=True)
            assert each["p9-a-innleggelsesarsak", "absent", FONNA].denominator == 7
            assert each["p9-a-innleggelsesarsak", "present", STAVANGER].denominator == 10

    asyncio.run(run())


def test_the_warnings_of_vel_heim_stand_beside_the_numbers(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, served(hub) as client:
            await fill(hub, vel_heim())
            told = (await client.get("/indicators/I2?from=2019-06-01&to=2019-07-01")).json()
            assert "9 av 18" in told["warning"]
            assert "ikke sammenlignes" in told["warning"]
            whole = next(cell for cell in told["cells"] if cell["part"] == "alle punkter")
            assert (whole["numerator"], whole["denominator"], whole["share"]) == (9, 19, 0.474)

    asyncio.run(run())


def test_every_indicator_runs_by_everything_that_it_may_be_grouped_by(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            await fill(hub, vel_heim())
            for number, indicator in indicators().items():
                for dimension in DIMENSIONS:
                    await numbers(hub, number, dimension)
                assert indicator.version and indicator.source

    asyncio.run(run())


def test_a_group_that_nobody_offers_is_refused_and_never_reaches_the_database() -> None:
    with pytest.raises(ValueError, match="group by"):
        columns(indicators()["I1"], ("facts; DROP TABLE stay",))


def test_small_numbers_are_hidden_with_another_and_said_to_be_hidden(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, served(hub) as client:
            many = [stay(f"a{n}", municipality="1106", duties=[duty("tidlig-varsel", "met")]) for n in range(20)]
            some = [stay(f"b{n}", municipality="1108", duties=[duty("tidlig-varsel", "met")]) for n in range(8)]
            few = [stay(f"c{n}", municipality="1149", duties=[duty("tidlig-varsel", "met")]) for n in range(3)]
            await fill(hub, [*many, *some, *few])
            url = "/indicators/I1?from=2019-06-01&to=2019-07-01&by=municipality"
            cells = [c for c in (await client.get(url)).json()["cells"] if c["part"] == "av alle"]
            shown = {c["group"]["municipality"]: c["denominator"] for c in cells}
            assert shown == {"1106": 20, "1108": None, "1149": None, None: 31}
            lines = list(csv.DictReader(io.StringIO((await client.get(url + "&format=csv")).text)))
            hidden = [line for line in lines if line["hidden"] == "True"]
            assert {line["municipality"] for line in hidden} == {"1108", "1149"}
            assert {line["numerator"] for line in hidden} == {""}

    asyncio.run(run())


def test_unknown_is_counted_beside_and_never_in_the_share(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            rows = [stay(f"a{n}", duties=[duty("tidlig-varsel", "met")]) for n in range(6)]
            rows += [stay(f"b{n}", duties=[duty("tidlig-varsel", "unknown")]) for n in range(7)]
            rows += [stay(f"c{n}", duties=[duty("tidlig-varsel", "not-applicable", done=None)]) for n in range(9)]
            await fill(hub, rows)
            cell = (await numbers(hub, "I1"))["av alle",]
            assert (cell.numerator, cell.denominator, cell.unknown, cell.share) == (6, 6, 7, 1.0)

    asyncio.run(run())


def test_stays_outside_the_window_or_still_open_do_not_count(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            told = {"duties": [duty("tidlig-varsel", "met")]}
            midnight = datetime(2019, 6, 30, 22, tzinfo=UTC)  # in Norway it is July
            rows = [stay("in", **told), stay("after", left=midnight, **told), stay("open", left=None, **told)]
            await fill(hub, rows)
            assert (await numbers(hub, "I1", small_numbers=True))["av alle",].denominator == 1

    asyncio.run(run())


def test_a_readmission_of_unknown_urgency_is_unknown_and_not_a_readmission(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            old = {"age": 80, "readmission_group": "brudd"}
            back = LEFT + timedelta(days=3)
            late = back + timedelta(days=40)
            rows = [
                stay("p1-first", **old),
                stay("p1-again", began=back, left=late, acute=True),
                stay("p2-first", **old),
                stay("p2-again", began=back, left=late, acute=None),
                stay("p3-first", **old),
                stay("p3-transfer", began=LEFT + timedelta(hours=2), left=late, acute=True),
                stay("p4-first", **{**old, "age": 60}),
                stay("p5-first", **old, dead=True),
            ]
            await fill(hub, rows, person=lambda row: row.id[:2])
            cell = (await numbers(hub, "I11", small_numbers=True))["",]
            assert (cell.numerator, cell.denominator, cell.unknown) == (1, 2, 1)

    asyncio.run(run())


def test_medians_need_five_values_of_their_own(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:

            def waited(days: int, hours: float | None) -> dict[str, Any]:
                return {"readiness": [{"end": "left", "days": days, "hours": hours}]}

            rows = [stay(f"a{n}", **waited(n, 24.0 * n if n < 3 else None)) for n in range(9)]
            await fill(hub, rows)
            found = await numbers(hub, "I7")
            assert (found["dager",].described["median"], found["dager",].described["p90"]) == (4.0, 7.2)
            assert found["timer",].is_hidden

    asyncio.run(run())


def test_what_does_not_exist_is_a_problem(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, served(hub) as client:
            assert (await client.get("/indicators/I99")).json()["type"].endswith("no-indicator")
            assert (await client.get("/indicators/I1?by=name")).json()["type"].endswith("wrong-grouping")
            assert (await client.get("/indicators/I1?from=2026-01-01&to=x")).status_code == 400
            listed = (await client.get("/indicators")).json()
            assert {one["id"] for one in listed["indicators"]} == set(indicators())

    asyncio.run(run())


def test_a_month_is_written_once_and_again_only_where_it_has_become_otherwise(open_fhir_hub) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            await fill(hub, vel_heim())
            ids = hub.projector.maker.ids
            first = await publish(hub.engine, hub.projector.sender, ids, JUNE)
            in_a_window = [one for one in indicators().values() if one.window != "none"]
            assert (len(first.written), first.refused) == (2 * len(in_a_window), [])
            later = replace(JUNE, as_of=AS_OF + timedelta(days=1))
            assert (await publish(hub.engine, hub.projector.sender, ids, later)).written == []
            await fill(hub, [stay("new", duties=[duty("tidlig-varsel", "met")])])
            again = await publish(hub.engine, hub.projector.sender, ids, JUNE)
            assert {str(change.ref.type) for change, _ in again.written} == {"MeasureReport"}
            report = again.written[0][0].ref
            held = await hub.one(report)
            assert held["measure"].startswith("https://heimveg.dev/fhir/Measure/indikator-i")


def last_month(now: datetime) -> datetime:
    """The tenth of the month before."""
    return (now.replace(day=1) - timedelta(days=1)).replace(day=10)


def waited(id: str, left: datetime, days: int) -> StayRow:
    pay = {"state": "closed", "days": days}
    return stay(id, left=left, municipality="7990", began=left - timedelta(days=9), pay=pay, readiness=[{}])


async def report(hub: Any, of: str, month: datetime) -> dict[str, Any] | None:
    """An indicator's numbers of that month, as a dashboard asks for them."""
    first = f"{month:%Y-%m}-01"
    criteria = [("measure", f"https://heimveg.dev/fhir/Measure/indikator-{of}"), ("period", f"ge{first}"),
                ("period", f"lt{(month + timedelta(days=32)):%Y-%m}-01")]  # fmt: skip
    own = {id_ for (id_,) in await hub.sql("SELECT resource_id FROM delivered WHERE lane = 'indicators'")}
    bundle = await hub.client.search("MeasureReport", criteria)
    entries = (e["resource"] for e in bundle.get("entry", ()))  # the server is shared: others keep theirs there too
    found = [one for one in entries if one["id"] in own and one["period"]["start"] == first]
    return found[0] if found else None


def whole(resource: dict[str, Any]) -> dict[str, int]:
    (first, *_) = resource["group"]
    return {p["code"]["coding"][0]["code"]: p["count"] for p in first["population"] if "count" in p}


def test_the_worker_keeps_the_months_that_are_over_on_the_server_and_sends_only_what_changed(open_fhir_hub) -> None:
    """As a dashboard sees it (8.5, query 2), when a worker starts that was down in the night, and a night later."""
    now = datetime.now(UTC)
    left, older = last_month(now), last_month(last_month(now))

    async def run() -> None:
        async with open_fhir_hub() as hub:
            hub = replace(hub, client=hub.projector.sender.client)
            await fill(hub, [waited(f"w{n}", left, 3) for n in range(6)] + [waited("few", older, 3)])
            async with worker(hub):

                async def is_there() -> bool:
                    busy = await hub.sql("SELECT 1 FROM procrastinate_jobs WHERE queue_name = 'heimveg-indicators'")
                    return not busy and await report(hub, "i8", left) is not None

                await until(is_there)
            written = await report(hub, "i8", left)
            assert written is not None
            assert whole(written) == {"numerator": 6, "denominator": 6}
            hidden = await report(hub, "i8", older)
            assert hidden is not None
            assert whole(hidden) == {}, "a number under five is not shown"
            assert await report(hub, "i8", now) is None, "this month is not over"
            parts = (hub.engine, hub.projector.sender, hub.projector.maker.ids)
            assert (await keep(*parts, now + timedelta(hours=1))).written == []
            await fill(hub, [waited("late", left, 0)])
            again = await keep(*parts, now + timedelta(hours=2))
            assert {change.resource["period"]["start"] for change, _ in again.written} == {f"{left:%Y-%m}-01"}
            assert whole(await report(hub, "i8", left) or {}) == {"numerator": 6, "denominator": 7}
            await keep(*parts, now)
            held = await report(hub, "i8", left)
            assert held is not None
            damaged = {**held, "group": held["group"][:1]}
            damaged["group"][0]["population"][0]["count"] = 99
            await hub.client.put(damaged)
            found = await verify(hub.projector)
            assert ([str(ref) for ref in found.different], found.missing) == ([f"MeasureReport/{held['id']}"], [])
            sent = {ref for (ref,) in await hub.sql("SELECT resource_id FROM delivered WHERE lane = 'indicators'")}
            assert not sent & {ref.id for ref in found.extra}
            assert (await verify(hub.projector, repair=True)).repaired == 1
            assert (await verify(hub.projector)).wrong == []
            await fill(hub, [waited("later still", left, 0)])
            shown = await preview(hub.projector)
            assert shown.counts["MeasureReport", "changed"] > 0
            assert whole(await report(hub, "i8", left) or {}) == {"numerator": 6, "denominator": 7}, "only shown"
            await rebuild(hub.projector, forget=True)
            assert (await keep(*parts, now + timedelta(hours=3))).written == [], "a rebuild has done it"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("first", "now", "expected"),
    [
        ("2026-10-31T22:59:00+00:00", "2026-11-30T22:59:00+00:00", ["2026-10-01"]),
        ("2026-10-31T22:59:00+00:00", "2026-11-30T23:00:00+00:00", ["2026-11-01", "2026-10-01"]),
        ("2026-10-31T23:00:00+00:00", "2026-11-30T22:59:00+00:00", []),
    ],
    ids=["the last minute of a month in Norway", "the first of the next", "the month is not over"],
)
def test_a_month_is_one_in_norway(first: str, now: str, expected: list[str]) -> None:
    found = months(datetime.fromisoformat(first), datetime.fromisoformat(now))
    assert [day.isoformat() for day in found] == expected


def test_a_year_and_a_month_are_kept() -> None:
    assert len(list(months(datetime(2019, 1, 1, tzinfo=UTC), AS_OF.replace(year=2026)))) == 13
