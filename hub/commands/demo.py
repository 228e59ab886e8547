"""``demo``: a synthetic case through the running hub, and three questions with their live answers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from hub.demo import Question


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo() -> None:
    """Send a small synthetic case and show what can be asked of the FHIR server. Safe to repeat: nothing changes.

    Needs a running hub: heimveg up --detach
    """
    import asyncio

    from hub import demo as showing
    from hub.embedded import state
    from hub.errors import ConfigurationError
    from hub.settings import load_settings

    settings = load_settings()
    running = state.running(settings.home)
    if running is None or not running.hub_url:
        raise ConfigurationError("Nothing is running here; start it with `heimveg up --detach` (or `make demo`)")
    files = showing.case_files(settings.home, _say)
    orgnr = showing.deliver(files, running.hub_url, _say)
    questions = asyncio.run(showing.ask(running.fhir_url, orgnr))
    for number, question in enumerate(questions, start=1):
        _show(number, question)
    _where(running.hub_url, running.fhir_url)


def _say(text: str) -> None:
    sys.stderr.write(f"heimveg: {text}\n")


def _show(number: int, question: Question) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(soft_wrap=True, highlight=False)
    console.print(f"\n{number}. {question.title}\n   {question.url}", markup=False)
    table = Table(*question.columns)
    for row in question.rows:
        table.add_row(*row)
    if question.rows:
        console.print(table)
    else:
        console.print("   (nobody)")


def _where(hub_url: str, fhir_url: str) -> None:
    typer.echo("")
    typer.echo(f"hub    {hub_url}/docs    messages: {hub_url}/messages    events: {hub_url}/events")
    typer.echo(f"FHIR   {fhir_url}    (loopback only; every query above works with curl)")
    typer.echo("stop   make down    (the data stays; make demo starts again with it)")
