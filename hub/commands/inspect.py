"""``coverage`` and ``explain``: what comes through of a message, and where each value came from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hub.reading import ReadFile

Paths = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Messages, or folders with *.xml in them.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of text.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(coverage)
    app.command()(explain)


def coverage(files: Paths, json: Json = False) -> None:
    """Count what becomes of every value of a message: a structured element, readable text, left out with a reason.

    Exit code 1 when anything is lost or a message is refused.

    Example: heimveg coverage melding.xml
    """
    import orjson

    from hub.inspecting import coverage_of

    all_well = True
    for read, now, ids in _read(files):
        found = coverage_of(read, now, ids)
        all_well = all_well and "refused" not in found and not found["lost"]
        print(orjson.dumps(found).decode() if json else _told(found))
    raise typer.Exit(0 if all_well else 1)


def explain(
    files: Paths,
    xpath: Annotated[str, typer.Option(help="Only values from places in the message that contain this.")] = "",
    path: Annotated[str, typer.Option(help="Only FHIR elements whose resource or path contains this.")] = "",
    json: Json = False,
) -> None:
    """Print where every value of the resources came from: FHIR element, value, place in the message (XPath).

    Example: heimveg explain melding.xml --path Encounter.period
    """
    import orjson

    from hub.contract import Rejection
    from hub.inspecting import explained

    all_well = True
    for read, now, ids in _read(files):
        if isinstance(read.outcome, Rejection):
            all_well = False
            print(f"{read.path}: refused; see `heimveg validate`")
            continue
        for row in explained(read.outcome, now, ids, xpath=xpath, path=path):
            print(orjson.dumps({"file": str(read.path), **row}).decode() if json else _row(row))
    raise typer.Exit(0 if all_well else 1)


def _read(files: list[Path]) -> Any:
    from datetime import UTC, datetime

    from hub.commands.files import sample_ids
    from hub.reading import message_files, read_file

    now, ids = datetime.now(UTC), sample_ids()
    found: list[ReadFile] = [read_file(path) for path in message_files(files)]
    return [(read, now, ids) for read in found]


def _told(found: dict[str, Any]) -> str:
    if "refused" in found:
        return f"{found['file']}: refused ({', '.join(found['refused'])}); see `heimveg validate`"
    counted = found["leaves"] - found["listed"]
    share = found["structured"] / counted if counted else 1
    line = (
        f"{found['file']}: {found['type']}, {found['leaves']} values: {found['structured']} structured ({share:.0%} of "
        f"what is carried), {found['text']} text, {found['listed']} left out with a reason, {len(found['lost'])} lost"
    )
    return "\n".join((line, *(f"  lost {path}" for path in found["lost"])))


def _row(row: dict[str, Any]) -> str:
    value = "(in the text)" if row["as_text"] else row["value"]
    return f"{row['resource'].partition('/')[0]} {row['path']} = {value}\n    from {row['xpath']}"
