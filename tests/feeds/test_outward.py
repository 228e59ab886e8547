"""What a worker does for who follows has a queue of its own: a receiver that is slow holds up nothing else."""

from __future__ import annotations

from typing import Any, cast

from hub.jobs import FEEDS, OUT, application

NOTHING = cast(Any, None)


async def nothing() -> int:
    return 0


def test_telling_has_a_queue_of_its_own() -> None:
    app = application("postgresql:///x", NOTHING, NOTHING, {"send": nothing}, {"subscriptions": nothing})
    queues = {name: app.tasks[f"heimveg.{name}"].queue for name in ("send", "subscriptions", "rescue")}
    assert (queues["send"], queues["subscriptions"]) == (OUT, FEEDS)
    assert queues["rescue"] not in (OUT, FEEDS)
