"""``quality``: what a message shall contain, what was found, and a draft that asks for the rest."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

Paths = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Messages, or folders with *.xml in them.")]
MARKS = {"present": "+", "weak": "~", "absent": "-", "n/a": " "}


class Draft(StrEnum):
    """Which dialog message to draft."""

    FORESPORSEL = "foresporsel"
    AVVIK = "avvik"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(quality)


def quality(
    files: Paths,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line instead of text.")] = False,
    draft: Annotated[
        Draft | None, typer.Option(help="Also write a dialog message that names what is missing, for a person to send.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder for drafts.")] = Path("utkast"),
) -> None:
    """Tell which agreed points each message documents, which are weak or not found, and by which place in it.

    Exit code 1 when a point is missing or a message is refused. Nothing is sent.

    Example: heimveg quality melding.xml --draft foresporsel --out utkast
    """
    from datetime import UTC, datetime

    import orjson

    from hub.content import content_of, write_draft
    from hub.reading import message_files, messages_in

    all_well = True
    for read in (one for path in message_files(files) for one in messages_in(path)):
        found = content_of(read)
        if draft is not None and (written := write_draft(read, draft.value, out, datetime.now(UTC))):
            found["draft"] = str(written)
        all_well = all_well and "refused" not in found and found.get("present") == found.get("of")
        print(orjson.dumps(found).decode() if json else _told(found))
    raise typer.Exit(0 if all_well else 1)


def _told(found: dict[str, Any]) -> str:
    if "refused" in found:
        return f"{found['file']}: refused ({', '.join(found['refused'])}); see `heimveg validate`"
    if "not_assessed" in found:
        return f"{found['file']}: {found['not_assessed']}, nothing agreed on its content"
    lines = [f"{found['file']}: {found['name']}: {found['present']} of {found['of']}"]
    lines += [_line(item) for item in found["items"]]
    lines += (
        ["  I tillegg etter standarden:", *(_line(item) for item in found["extended"])] if found["extended"] else []
    )
    lines += [f"  ! {item['text']}\n      {item['xpath']}" for item in found["notes"]]
    return "\n".join((*lines, *([f"  draft: {found['draft']}"] if "draft" in found else [])))


def _line(item: dict[str, Any]) -> str:
    remarks = f" ({', '.join(item['remarks'])})" if item["remarks"] else ""
    return f"  {MARKS[item['word']]} {item['text']}: {item['said']}{remarks}\n      {item['xpath']}"
