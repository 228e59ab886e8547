"""Commands that start, show and stop everything on this machine: up, down, status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hub.embedded.state import PartState, State
    from hub.settings import Settings

PARTS = ("postgres", "fhir", "hub")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (up, down, status):
        app.command()(command)


def up(
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Return when all is ready; `heimveg down` stops")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(metavar="PART", help="Start only postgres, fhir or hub; can be repeated")
    ] = None,
) -> None:
    """Start PostgreSQL, a FHIR server, the hub and a worker, and keep them running. No Docker is needed.

    DATABASE_URL and HEIMVEG_FHIR_URL name servers that run elsewhere, and then those are not started.

    Example: heimveg up --detach
    """
    parts = tuple(part for part in PARTS if not only or part in only)
    if set(only or ()) - set(PARTS):
        raise typer.BadParameter(f"the parts are {', '.join(PARTS)}", param_hint="--only")
    settings = _settings()
    if _is_up(settings):
        _say("already up")
        _show_running(settings)
    elif detach:
        _up_detached(settings, parts)
    else:
        _up_here(settings, parts)


def down() -> None:
    """Stop everything that `heimveg up` started. The data stays.

    Example: heimveg down
    """
    from hub.embedded.up import down as stop_all

    settings = _settings()
    was_up = stop_all(settings, _say)
    home = settings.home.absolute()
    _say(f"stopped; the data stays in {home}" if was_up else f"nothing runs in {home}")


def status(json: Annotated[bool, typer.Option("--json", help="For programs")] = False) -> None:
    """Show what runs, where, and its log files. Exit 1 if heimveg is not running, or is not ready.

    Example: heimveg status --json
    """
    from hub.embedded.state import read

    home = _settings().home.absolute()
    state = read(home)
    found = _described(state, str(home))
    if json:
        from json import dumps

        typer.echo(dumps(found, indent=2))
    else:
        _show(found, state.error if state else "")
    well = found["phase"] == "ready" and all(part["state"] == "ready" for part in found["parts"])
    raise typer.Exit(0 if well else 1)


def _up_detached(settings: Settings, parts: tuple[str, ...]) -> None:
    from hub.embedded.up import detach
    from hub.errors import RetriableError

    try:
        detach(settings, parts, _say)
    except RetriableError as trouble:
        typer.echo(f"heimveg: {trouble}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        _say("it goes on starting in the background; `heimveg status` shows how far it is, `heimveg down` stops it")
        raise typer.Exit(1) from None
    _show_running(settings)


def _up_here(settings: Settings, parts: tuple[str, ...]) -> None:
    from hub.embedded.supervisor import supervise
    from hub.embedded.up import prepare

    prepare(settings, parts, _say)
    _say("starting; Ctrl-C stops everything")
    raise typer.Exit(supervise(settings, _say, parts))


def _is_up(settings: Settings) -> bool:
    from hub.embedded.state import running

    state = running(settings.home.absolute())
    return state is not None and state.phase == "ready"


def _show_running(settings: Settings) -> None:
    from hub.embedded.state import running

    home = settings.home.absolute()
    _show(_described(running(home), str(home)), "")


def _described(state: State | None, home: str) -> dict[str, Any]:
    """The answer of `status --json`. No password is in it."""
    lives = state is not None and state.lives
    if state is None or not lives:
        killed = state is not None and state.phase not in ("stopped", "failed")
        phase = "killed" if killed else state.phase if state else "never started"
        return {"running": False, "phase": phase, "home": home, "parts": []}
    parts = [_described_part(part) for part in state.parts]
    urls = {"hub_url": state.hub_url, "fhir_url": state.fhir_url}
    return {"running": True, "phase": state.phase, "home": home, "pid": state.pid, **urls, "parts": parts}


def _described_part(part: PartState) -> dict[str, Any]:
    shown = ("name", "title", "pid", "version", "address", "restarts", "log")
    return {name: getattr(part, name) for name in shown} | {"state": part.asked()}


def _show(found: dict[str, Any], error: str) -> None:
    if not found["running"]:
        typer.echo(f"heimveg is not running in {found['home']} ({found['phase']}); start it with `heimveg up --detach`")
        if error:
            typer.echo(error)
        return
    typer.echo(f"heimveg is {found['phase']} in {found['home']} (supervisor {found['pid']})")
    for part in found["parts"]:
        again = f", started again {part['restarts']} times" if part["restarts"] else ""
        what = f"{part['name']:<9} {part['state']:<8}"
        typer.echo(f"  {what}  pid {part['pid']:<8} {part['version']:<6} {part['address']}{again}")
        typer.echo(f"  {'':<9} {'log':<8}  {part['log']}")
    ours = {part["name"] for part in found["parts"]}
    if found["fhir_url"] and "fhir" not in ours:
        typer.echo(f"  {'fhir':<9} elsewhere {found['fhir_url']}")
    if "postgres" not in ours:
        typer.echo(f"  {'postgres':<9} elsewhere, by DATABASE_URL")


def _settings() -> Settings:
    from hub.settings import load_settings

    return load_settings()


def _say(text: str) -> None:
    typer.echo(f"heimveg: {text}")
