"""How quickly messages become FHIR, on one core: bytes to Bundle, stage by stage.

``python bench/translate.py [--stays 250] [--rounds 5]`` prints JSON. CPU time per message, the best round of several:
on a shared machine the least disturbed one says most about the code.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import measuring
import workload
from lxml import etree

from adapters.kith import adapter
from adapters.kith.parse import parse
from adapters.kith.schema_faults import schema_faults
from hub.contract import Course, Fault, Ids, Kept, Projection, Raw, Rejection
from hub.delivery.content import canonical
from hub.identity import id_maker
from mappings.documents import Message, dump, load

NOW = datetime.now(UTC)
KEY = b"only for measuring, nowhere else"
AIM = {"logistics_per_second_per_core": 3000, "reports_per_second_per_core": 1000}


def course_of_mappings() -> Course | None:
    """The mapping, where this installation has it."""
    try:
        from mappings.course import course
    except ImportError:
        return None
    return course


def read(body: bytes) -> Message:
    outcome = adapter.read(Raw(body=body, received=NOW))
    assert isinstance(outcome, Message), [f.text for f in outcome.faults] if isinstance(outcome, Rejection) else outcome
    return outcome


def parsed(body: bytes) -> etree._Element:
    root = parse(body)
    assert not isinstance(root, Fault)
    return root


def bundle(projection: Projection) -> bytes:
    """The bytes of all resources, each made anew: nothing that is remembered is measured."""
    for resource in projection.resources:
        if isinstance(resource, Kept) and hasattr(resource, "body"):
            del resource.body
    return b",".join(map(canonical, projection.resources))


def best(rounds: int, work: Callable[[], Any], count: int) -> float:
    """Microseconds of CPU per item in the best of several rounds, after one to warm up."""
    work()
    found = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return round(min(found) / count * 1e6, 1)


def each(function: Callable[[Any], Any], items: Sequence[Any]) -> Callable[[], None]:
    """Apply to all, keep nothing."""

    def work() -> None:
        for item in items:
            function(item)

    return work


def reading_stages(bodies: Sequence[bytes], rounds: int) -> dict[str, float]:
    """Parsing and schema on their own; reading is all that the adapter does, these two included."""
    count = len(bodies)
    messages = [read(body) for body in bodies]
    dumped = [(dump(message), message.original) for message in messages]
    whole = best(rounds, each(read, bodies), count)
    both = best(rounds, each(lambda body: schema_faults(parsed(body)), bodies), count)
    return {
        "parse_and_schema": both,
        "read": round(whole - both, 1),
        "dump": best(rounds, each(dump, messages), count),
        "load": best(rounds, each(lambda pair: load(*pair), dumped), count),
    }


def mapping_stages(of_each_stay: Sequence[Sequence[bytes]], rounds: int, course: Course, ids: Ids) -> dict[str, float]:
    """One message alone, as ``heimveg translate`` sees it, and a whole stay at once, per message.

    Every message is read anew, and the reading taken off: the mapping remembers what it made of one that it has seen.
    """
    bodies = [body for stay in of_each_stay for body in stay]
    make = partial(course, now=NOW, ids=ids)

    def mapped(together: Sequence[bytes]) -> Projection:
        return make([read(body) for body in together])

    reading = best(rounds, each(read, bodies), len(bodies))
    alone = best(rounds, each(mapped, [[body] for body in bodies]), len(bodies))
    of_a_stay = best(rounds, each(mapped, of_each_stay), len(bodies))
    return {
        "map_one_message": round(alone - reading, 1),
        "map_of_a_stay_per_message": round(of_a_stay - reading, 1),
    }


def by_type(
    of_each_stay: Sequence[Sequence[bytes]], rounds: int, course: Course | None, ids: Ids
) -> dict[str, dict[str, float]]:
    """Bytes to Bundle for each type of message alone."""

    def translate(body: bytes) -> bytes:
        return translated(body, course, ids) if course else dump(read(body))

    found = {}
    for place, type_ in enumerate(workload.LOGISTICS):
        found[type_] = measured([stay[place] for stay in of_each_stay], translate, rounds)
    for type_, bodies in workload.reports(max(10, len(of_each_stay) // 10)).items():
        found[type_] = measured(bodies, translate, rounds)
        if course:
            projection = course([read(bodies[0])], NOW, ids=ids)
            found[type_]["resources"] = len(projection.resources) + len(projection.mentions)
    return found


def translated(body: bytes, course: Course, ids: Ids) -> bytes:
    """Bytes to Bundle, all of it."""
    return bundle(course([read(body)], NOW, ids=ids))


def measured(bodies: Sequence[bytes], translate: Callable[[bytes], bytes], rounds: int) -> dict[str, float]:
    """Bytes and CPU of one message."""
    micros = best(rounds, each(translate, bodies), len(bodies))
    size = round(sum(map(len, bodies)) / len(bodies))
    return {"bytes": size, "microseconds": micros, "messages_per_second": round(1e6 / micros)}


def growth(rounds: int, course: Course, ids: Ids) -> list[dict[str, float]]:
    """A report whose content stands once, twice, four and eight times: time per byte should stay as it is."""
    found = []
    for times in (1, 2, 4, 8):
        body = workload.grown(times)
        micros = best(rounds, partial(translated, body, course, ids), 1)
        found.append(
            {"bytes": len(body), "microseconds": micros, "nanoseconds_per_byte": round(1e3 * micros / len(body))}
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--stays", type=int, default=250, help="patients with four messages each")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    of_each_stay = [bodies for _, bodies in workload.stays(asked.stays)]
    bodies = [body for stay in of_each_stay for body in stay]
    course, ids = course_of_mappings(), id_maker(KEY)
    stages = reading_stages(bodies, asked.rounds)
    if course:
        stages |= mapping_stages(of_each_stay, asked.rounds, course, ids)
    types = by_type(of_each_stay, asked.rounds, course, ids)
    mean = sum(types[name]["microseconds"] for name in workload.LOGISTICS) / len(workload.LOGISTICS)
    measuring.report(
        "translate",
        what="bytes to Bundle" if course else "bytes to typed message (mappings.course is not there)",
        messages=len(bodies),
        logistics_per_second_per_core=round(1e6 / mean),
        reports_per_second_per_core=types["UTSKRIVNINGSRAPPORT"]["messages_per_second"],
        aim=AIM,
        microseconds_per_message=stages,
        by_type=types,
        by_size=growth(asked.rounds, course, ids) if course else [],
    )


if __name__ == "__main__":
    main()
