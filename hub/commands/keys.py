"""Commands about the deployment's keys: make those that are missing, put a new one in the place of an old one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.errors import ConfigurationError

if TYPE_CHECKING:
    from hub.rekeying import Rekeyed
    from hub.settings import Settings

keys = typer.Typer(help="The deployment's keys: ids, access log, page links and nonces.", no_args_is_help=True)


class Which(StrEnum):
    """Keys that are turned in place; the id key has a command of its own."""

    LEDGER = "ledger"
    SESSION = "session"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(keys, name="keys")


@keys.command()
def make() -> None:
    """Make every key that is missing, as files in the data folder or where HEIMVEG_..._KEY_FILE says.

    Example: heimveg keys make
    """
    from hub.embedded.attach import attached
    from hub.keyring import ensure_keys
    from hub.settings import load_settings

    ensure_keys(attached(load_settings()))


@keys.command()
def rotate(
    which: Which,
    after: Annotated[
        int, typer.Option(min=0, help="ledger: how many entries more are sealed by the old key, while hubs restart")
    ] = 0,
) -> None:
    """Add a new key to a ring; start every hub again then. A ring in the environment is printed, to be put there.

    Page links and nonces of the old session key hold on; take it out of the ring after an hour. Never take a key out of
    the ledger's ring: by it the entries of its time are proven.

    Example: heimveg keys rotate ledger --after 10000
    """
    import asyncio

    from hub import keyring
    from hub.embedded.attach import attached
    from hub.settings import load_settings

    settings = attached(load_settings())
    start = asyncio.run(_next_entry(settings)) + after if which is Which.LEDGER else None
    given = settings.ledger_key if which is Which.LEDGER else settings.session_key
    path = keyring.ring_path(settings, which.value)
    text = keyring.turned(given.get_secret_value() if given else _read(path), keyring.new_key(), start)
    keyring.ring(text, which.value)
    if given:
        typer.echo(" ".join(text.split()))
    else:
        keyring.replace_key(path, text)
    typer.echo(f"{which.value}: holds " + (f"from entry {start}" if start else "from the next start"), err=True)


@keys.command("change-id")
def change_id(
    new: Annotated[Path, typer.Argument(metavar="FILE", help="The new id key", exists=True, dir_okay=False)],
) -> None:
    """Work out every identifier key of the log anew, from the id key of the settings to the one in FILE.

    Stop hub and workers first. Afterwards make the new key the deployment's (HEIMVEG_ID_KEY), and run heimveg rebuild:
    every resource gets its new id, and says under the old one that it was withdrawn.

    Example: heimveg keys change-id /run/secrets/new-id.key
    """
    import asyncio

    from hub.embedded.attach import attached
    from hub.settings import load_settings

    done = asyncio.run(_rekeyed(attached(load_settings()), new))
    if done.refused:
        typer.echo(done.refused, err=True)
        raise typer.Exit(1)
    typer.echo(", ".join(f"{table}: {count}" for table, count in done.rows.items()))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise ConfigurationError(f"{path} is not there; make it by heimveg keys make") from None


async def _next_entry(settings: Settings) -> int:
    from hub.access.ledger import head
    from hub.log.database import connect, sessions

    engine = connect(settings)
    try:
        async with sessions(engine)() as session:
            return (await head(session))[0] + 1
    finally:
        await engine.dispose()


async def _rekeyed(settings: Settings, new: Path) -> Rekeyed:
    from hub import doors
    from hub.identity import id_maker
    from hub.log.database import connect, sessions
    from hub.rekeying import rekey
    from hub.settings import id_key, load_settings

    wanted = id_maker(id_key(load_settings(id_key=None, id_key_file=new)))
    engine = connect(settings)
    try:
        return await rekey(sessions(engine), doors.load, id_maker(id_key(settings)), wanted)
    finally:
        await engine.dispose()
