"""The command ``heimveg``. Commands are declared here and do their work elsewhere, imported when they run.

Exit codes everywhere: 0 all well, 1 something was refused, differs or is not running, 2 wrong use or set-up.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer

from hub.errors import HubError

app = typer.Typer(
    name="heimveg",
    help="The way home: PLO/KITH messages in, queryable discharge readiness on a FHIR server out.\n\n"
    "Start with 'heimveg up --detach' and 'heimveg demo', or translate one file: 'heimveg translate FILE'.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"heimveg {version('heimveg')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


PARTS = (
    "running", "server", "operation", "files", "inspect", "medication", "fest", "content", "indicators",
    "access", "keys", "outbox", "synth", "demo",
)  # fmt: skip
for part in PARTS:
    if find_spec(f"hub.commands.{part}"):
        import_module(f"hub.commands.{part}").register(app)


def main() -> None:
    """Entry point: our own trouble is one clear line on stderr, never a traceback."""
    try:
        app()
    except HubError as trouble:
        sys.stderr.write(f"heimveg: {trouble}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
