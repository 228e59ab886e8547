"""Commands about who may see what: the issuer for development, and the proof of the access log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hub.access.ledger import Verdict
    from hub.settings import Settings

audit = typer.Typer(help="The access log: who has seen what about whom.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("dev-issuer")(dev_issuer)
    app.add_typer(audit, name="audit")


def dev_issuer(
    port: Annotated[int, typer.Option(help="On 127.0.0.1", min=1, max=65535)] = 8050,
) -> None:
    """Issue tokens for development, good and faulty ones, with keys made at start. Never for real patients.

    Start the hub with HEIMVEG_ISSUER set to the address shown, and get a token by POST /token.

    Example: heimveg dev-issuer --port 8050
    """
    import uvicorn

    from hub.access.issuer import Issuer, issuer_app

    address = f"http://127.0.0.1:{port}"
    typer.echo(f"HEIMVEG_ISSUER={address} heimveg serve", err=True)
    typer.echo(f'token: curl {address}/token --json \'{{"orgnr_parent": "100000024"}}\'', err=True)
    uvicorn.run(issuer_app(Issuer(address)), host="127.0.0.1", port=port, log_level="warning", access_log=False)


@audit.command()
def verify(
    anchor: Annotated[
        str | None, typer.Option(metavar="NUMBER:HASH", help="An entry kept elsewhere; finds what was cut off")
    ] = None,
) -> None:
    """Walk the chain of the access log. Exit 1 when an entry was changed, removed or put in between.

    Example: heimveg audit verify --anchor 12000:5f0c...
    """
    import asyncio

    from hub.embedded.attach import attached
    from hub.settings import load_settings

    number, _, digest = (anchor or "").partition(":")
    if anchor and not (number.isdecimal() and digest):
        raise typer.BadParameter("an anchor looks like 12000:5f0c...", param_hint="--anchor")
    known = (int(number), digest) if anchor else None
    found = asyncio.run(_verify(attached(load_settings()), known))
    if found.broken:
        typer.echo(f"entry {found.broken}: {found.reason}; {found.entries} entries before it hold", err=True)
        raise typer.Exit(1)
    typer.echo(f"{found.entries} entries hold; anchor {found.entries}:{found.last}")


async def _verify(settings: Settings, anchor: tuple[int, str] | None) -> Verdict:
    from hub.access.ledger import verify as walk
    from hub.keyring import ledger_ring
    from hub.log.database import connect, sessions

    engine = connect(settings)
    try:
        async with sessions(engine)() as session:
            return await walk(session, ledger_ring(settings), anchor)
    finally:
        await engine.dispose()
