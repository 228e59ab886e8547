"""Commands about the FHIR server itself: bootstrap."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hub.conformance.bootstrap import Report
    from hub.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(bootstrap)


def bootstrap(
    prove: Annotated[
        bool, typer.Option("--prove", help="Prove the search parameters again, also when nothing differs")
    ] = False,
    patience: Annotated[float, typer.Option(help="Seconds to wait for each thing that the server must do")] = 300,
) -> None:
    """Install profiles, terminology and search parameters on the FHIR server, and prove that it honours them.

    Run it before the first message. Safe to repeat: what is there already is left alone.

    Example: HEIMVEG_FHIR_URL=http://hapi:8080/fhir heimveg bootstrap
    """
    from hub.embedded.attach import attached
    from hub.settings import load_settings

    started = time.monotonic()
    report = asyncio.run(_bootstrap(attached(load_settings()), again=prove, patience=patience))
    seconds = time.monotonic() - started
    typer.echo(f"conformance: {len(report.installed)} installed, {report.unchanged} unchanged, {seconds:.1f} s")


async def _bootstrap(settings: Settings, *, again: bool, patience: float) -> Report:
    from hub import doors
    from hub.conformance.bootstrap import bootstrap as install
    from hub.conformance.resources import load
    from hub.delivery.client import FhirClient

    conformance = load(settings.profiles, doors.plan_definitions(settings))
    async with FhirClient(settings.fhir_base, settings=settings) as client:
        return await install(client, conformance, _say, patience=patience, again=again)


def _say(text: str) -> None:
    typer.echo(f"bootstrap: {text}", err=True)
