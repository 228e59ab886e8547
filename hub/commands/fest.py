"""``fest load``: the national drug register from the user's own file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

fest = typer.Typer(help="The national drug register (FEST), from a file of your own.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(fest, name="fest")


@fest.callback()
def _group() -> None:
    """Keeps ``load`` a command of its own."""


@fest.command()
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="FEST M30 as downloaded: XML, or the zip around it.")],
) -> None:
    """Load FEST into the log's database, so that comparisons know its names, packs and exchange groups.

    Reads the file as a stream; a file loaded before costs nothing, a new one writes only what changed. Without FEST
    comparisons use a small table of our own and say so.

    Example: DATABASE_URL=postgresql://heimveg@db/heimveg heimveg fest load fest251.zip
    """
    from hub.commands.operation import settings_here
    from hub.drugs import load as load_register
    from hub.lanes import store_trouble

    with store_trouble():
        done = load_register(settings_here(), file, progress=_progress)
    if done.unchanged:
        print(f"FEST of {done.retrieved or 'unknown date'} is loaded already: {done.entries} entries, nothing to do.")
        return
    counts = f"{done.entries} entries, {done.changed} new or changed, {done.removed} removed"
    print(f"FEST of {done.retrieved or 'unknown date'}: {counts}")
    for kind, number in done.dangling:
        print(f"  {number} references of {kind} lead to nothing")


def _progress(entries: int) -> None:
    sys.stderr.write(f"\r{entries} entries")
    sys.stderr.flush()
