"""``outbox``: what is on its way to partners, and a person's word on it. Content is shown over REST only."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import UUID

import typer

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from hub.outbox.deciding import Decision

T = TypeVar("T")
outbox = typer.Typer(help="What is on its way to partners who read messages only.", no_args_is_help=True)
Id = Annotated[UUID, typer.Argument(help="As `heimveg outbox list` shows it")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(outbox, name="outbox")
    app.command("dev-meldingstjener")(dev_meldingstjener)


def dev_meldingstjener(
    port: Annotated[int, typer.Option(help="On 127.0.0.1", min=1, max=65535)] = 8060,
) -> None:
    """Run a message service in the shape of NHN's Meldingstjener, in memory, for development. Never for real patients.

    Example: heimveg dev-meldingstjener --port 8060
    """
    import uvicorn

    from hub.outbox.meldingstjener import Service, service_app
    from hub.plugins import installed

    typer.echo(
        f"HEIMVEG_TRANSPORT=meldingstjener HEIMVEG_TRANSPORT_URL=http://127.0.0.1:{port} heimveg worker", err=True
    )
    service = service_app(Service(plugins=installed()))
    uvicorn.run(service, host="127.0.0.1", port=port, log_level="warning", access_log=False)


@outbox.command("list")
def list_(
    state: Annotated[str | None, typer.Option(help="drafted, approved, sent, acknowledged, failed, cancelled")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
) -> None:
    """List messages, newest first.

    Example: heimveg outbox list --state failed
    """
    from hub.outbox import book

    rows = _in_transaction(lambda session: book.listed(session, book.Wanted(state=state, limit=limit)))
    for row in rows:
        typer.echo(f"{row.id}  {row.state:<12}  {row.type:<22}  {row.cause}")


@outbox.command()
def show(id: Id) -> None:
    """One message's history. Exit 1 when there is none.

    Example: heimveg outbox show 01931a2b-6000-7000-8000-000000000001
    """
    from hub.outbox import book
    from hub.outbox.texts import WHY

    async def work(session: AsyncSession) -> list[str]:
        row = await book.one(session, id)
        if row is None:
            return []
        head = f"{row.id}: {row.type}, MsgId {row.message_id}, {row.state}, {row.attempts} tries"
        why = WHY.get(row.why)
        told = [f"  {s.at:%Y-%m-%d %H:%M:%S}  {s.state:<12}  {s.who}  {s.cause}" for s in await book.steps(session, id)]
        return [head, *told, *([f"  {why.title}. {why.advice}"] if why else [])]

    lines = _in_transaction(work)
    typer.echo("\n".join(lines) or f"{id}: no such message", err=not lines)
    raise typer.Exit(0 if lines else 1)


@outbox.command()
def approve(id: Id) -> None:
    """Let a draft be sent.

    Example: heimveg outbox approve 01931a2b-6000-7000-8000-000000000001
    """
    _decide(id, "approve")


@outbox.command()
def cancel(id: Id) -> None:
    """Stop a message that nobody can have got.

    Example: heimveg outbox cancel 01931a2b-6000-7000-8000-000000000001
    """
    _decide(id, "cancel")


@outbox.command()
def retry(id: Id) -> None:
    """Try a message again that could not be delivered.

    Example: heimveg outbox retry 01931a2b-6000-7000-8000-000000000001
    """
    _decide(id, "retry")


def _decide(id: UUID, word: str) -> None:
    from datetime import UTC, datetime

    from hub.api.texts import TEXTS
    from hub.outbox import book
    from hub.outbox.deciding import Decision, decide

    decision: Decision = Decision(word)

    async def work(session: AsyncSession) -> str:
        row = await book.one(session, id, alone=True)
        if row is None:
            return "not-found"
        return decide(session, row, decision, f"{getpass.getuser()} (kommandolinje)", datetime.now(UTC))

    if problem := _in_transaction(work):
        typer.echo(f"{id}: {TEXTS[problem].title}. {TEXTS[problem].advice}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{id}: {word} done")


def _in_transaction(work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    from hub.embedded.attach import attached
    from hub.lanes import store_trouble
    from hub.log.database import connect, sessions
    from hub.settings import load_settings

    async def run() -> T:
        engine = connect(attached(load_settings()))
        try:
            async with sessions(engine)() as session, session.begin():
                return await work(session)
        finally:
            await engine.dispose()

    with store_trouble():
        return asyncio.run(run())
