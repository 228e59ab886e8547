"""``indicators`` and ``publish``: the numbers of one indicator, what there are, and all of a month as FHIR."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hub.delivery.deliver import Delivery
    from hub.indicators.compute import Result, Window
    from hub.indicators.definition import Indicator
    from hub.worker import Parts


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(indicators)
    app.command()(publish)


def indicators(
    id: Annotated[str, typer.Argument(metavar="[ID]", help="I1, I2 ...; without it the list.")] = "",
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; a year before --to unless said.")
    ] = None,
    to: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day no longer in it; today unless said.")
    ] = None,
    by: Annotated[list[str] | None, typer.Option(help="Group by, e.g. municipality; twice for two.")] = None,
    small: Annotated[
        bool, typer.Option("--small-numbers", help="Hide nothing: for own work with own journals, not to be passed on.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of CSV.")] = False,
) -> None:
    """Print an indicator for the stays that ended in a window, small numbers hidden.

    Example: heimveg indicators I1 --from 2026-01-01 --to 2026-04-01 --by municipality
    """
    import orjson

    from hub.indicators.compute import DIMENSIONS, is_grouping
    from hub.indicators.definition import indicators as known
    from hub.indicators.report import as_csv, as_json

    if not id:
        for one in known().values():
            typer.echo(f"{one.id}\t{one.title}\t{one.unit}")
        return
    if id.upper() not in known():
        raise typer.BadParameter(f"no such indicator: {id}; see `heimveg indicators`")
    if not is_grouping(known()[id.upper()], by or ()):
        raise typer.BadParameter(f"group by at most two of {', '.join(DIMENSIONS)}")
    result = _computed(known()[id.upper()], _window(since, to), tuple(by or ()), small)
    typer.echo(orjson.dumps(as_json(result)).decode() if json else as_csv(result), nl=json)


def publish(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="A whole month that is over, e.g. 2026-05.")],
) -> None:
    """Write all indicators of a month to the FHIR server, as Measure and MeasureReport by municipality.

    Small numbers are hidden. Repeating it changes nothing but what has become otherwise. Exit 1 if some are refused.

    Example: heimveg publish 2026-05
    """
    from hub.commands.operation import with_parts
    from hub.indicators.publish import publish as write
    from hub.indicators.publish import whole_month

    try:
        window = whole_month(month)
    except ValueError:
        raise typer.BadParameter(f"{month} is no month; write it as 2026-05") from None

    async def work(parts: Parts) -> Delivery:
        return await write(parts.engine, parts.projector.sender, parts.projector.maker.ids, window)

    done = with_parts(work)
    typer.echo(f"{len(done.written)} written, {len(done.refused)} refused")
    raise typer.Exit(1 if done.refused else 0)


def _window(since: datetime | None, to: datetime | None) -> Window:
    from datetime import UTC, timedelta

    from hub.indicators.compute import Window

    now = datetime.now(UTC)
    stop = to.date() if to else now.date()
    return Window(start=since.date() if since else stop - timedelta(days=365), stop=stop, as_of=now)


def _computed(indicator: Indicator, window: Window, by: tuple[str, ...], small: bool) -> Result:
    import asyncio

    from hub.commands.operation import settings_here
    from hub.indicators.compute import compute
    from hub.lanes import store_trouble
    from hub.log.database import connect, sessions

    async def run() -> Result:
        engine = connect(settings_here())
        try:
            with store_trouble():
                async with sessions(engine)() as session:
                    return await compute(session, indicator, window, by, small_numbers=small)
        finally:
            await engine.dispose()

    return asyncio.run(run())
