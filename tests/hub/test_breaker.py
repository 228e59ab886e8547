"""Jobs wait in place while the FHIR server is away. The clock is the event loop's; nothing is timed."""

from __future__ import annotations

import asyncio

import pytest

from hub.delivery.breaker import Breaker, Pace
from hub.errors import FhirServerAwayError

QUICK = Pace(patience=30, first=0.001, longest=0.002)


class Server:
    def __init__(self, *answers: bool) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self) -> bool:
        self.asked += 1
        return self.answers.pop(0) if self.answers else True


def test_everybody_passes_while_the_server_answers() -> None:
    async def run() -> None:
        server = Server()
        await Breaker(server).passage()
        assert server.asked == 0

    asyncio.run(run())


def test_all_wait_for_one_probe_and_go_on_when_the_server_is_back() -> None:
    async def run() -> None:
        server, told = Server(False, False, True), []
        breaker = Breaker(server, QUICK)
        breaker.trip()
        breaker.trip()

        async def tell() -> None:
            told.append(1)

        await asyncio.gather(*(breaker.passage(tell) for _ in range(20)))
        assert (server.asked, len(told), breaker.is_open) == (3, 20, False)

    asyncio.run(run())


def test_waiting_is_bounded_and_says_what_to_do() -> None:
    async def run() -> None:
        breaker = Breaker(Server(*[False] * 10_000), Pace(patience=0.01, first=0.001, longest=0.001))
        breaker.trip()
        with pytest.raises(FhirServerAwayError, match="HEIMVEG_FHIR_URL"):
            await breaker.passage()
        await breaker.close()

    asyncio.run(run())


def test_it_can_trip_again_after_it_closed() -> None:
    async def run() -> None:
        server = Server(True, False, True)
        breaker = Breaker(server, QUICK)
        for _ in range(2):
            breaker.trip()
            await breaker.passage()
        assert server.asked == 3

    asyncio.run(run())
