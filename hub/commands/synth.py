"""``synth``: a folder of synthetic messages, whole courses of patients that do not exist."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(synth)


def synth(
    patients: Annotated[int, typer.Option(min=1, max=100_000, help="How many patients.")] = 10,
    seed: Annotated[int, typer.Option(help="Another number makes other courses.")] = 1,
    out: Annotated[Path, typer.Option(metavar="DIR", help="An empty folder, or one to be made.")] = Path("synth"),
    mistakes: Annotated[
        float, typer.Option(min=0, max=1, help="Share of patients with something gone wrong on purpose.")
    ] = 0.0,
    as_of: Annotated[
        str, typer.Option(metavar="TIME", help="The courses end here, e.g. 2026-03-05T12:00. Default: now.")
    ] = "",
) -> None:
    """Write synthetic, schema-valid messages: whole courses of patients who do not exist, in order of sending.

    The same seed and time give the same bytes. manifest.json tells what each file is, and what is wrong with it.

    Example: heimveg synth --patients 100 --seed 7 --out case --as-of 2026-03-05T12:00 && heimveg send case
    """
    from hub.commands.files import moment
    from hub.errors import ConfigurationError
    from hub.synth import write_courses

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConfigurationError(f"{out} is not an empty folder; name another, or empty it first")
    counted = write_courses(out, patients=patients, seed=seed, now=moment(as_of), mistakes=mistakes)
    typer.echo(f"{counted} messages of {patients} patients in {out}")
