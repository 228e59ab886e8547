"""``coverage`` and ``explain``: what comes through of a message, and why every element is as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.commands.files import AsOf, Paths

if TYPE_CHECKING:
    from mappings.documents import Element

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of text.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(coverage)
    app.command()(explain)


def coverage(files: Paths, json: Json = False) -> None:
    """Count what becomes of every value of a message: a structured element, readable text, left out with a reason.

    Each message is mapped alone. Exit code 1 when anything is lost or a message is refused.

    Example: heimveg coverage melding.xml
    """
    from datetime import UTC, datetime

    import orjson

    from hub.commands.files import sample_ids
    from hub.inspecting import coverage_of
    from hub.reading import message_files, messages_in

    now, ids = datetime.now(UTC), sample_ids()
    found = [coverage_of(read, now, ids) for path in message_files(files) for read in messages_in(path)]
    if json:
        for one in found:
            print(orjson.dumps(one).decode())
    else:
        _show(found)
    raise typer.Exit(1 if any("refused" in one or one["lost"] for one in found) else 0)


def _show(found: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(
        Column("file", overflow="fold"), "values", "structured", "text", "left out", "lost", "structured of carried"
    )
    for one in found:
        if "refused" in one:
            table.add_row(one["file"], f"refused: {', '.join(one['refused'])}; see `heimveg validate`")
            continue
        carried = one["leaves"] - one["listed"]
        share = f"{one['structured'] / carried:.0%}" if carried else "-"
        counts = [str(one[name]) for name in ("leaves", "structured", "text", "listed")]
        table.add_row(one["file"], *counts, str(len(one["lost"])), share)
    Console().print(table)
    for one in found:
        for path in one.get("lost", ()):
            print(f"{one['file']}: lost {path}")


def explain(
    files: Paths,
    xpath: Annotated[str, typer.Option(help="Only values from places in the message that contain this.")] = "",
    path: Annotated[str, typer.Option(help="Only FHIR elements whose resource or path contains this.")] = "",
    as_of: AsOf = "",
    json: Json = False,
) -> None:
    """Print why every FHIR element is as it is: its value, what the message said and where (XPath), and the rule.

    The rule is the function that decided it and the rows of code tables that it asked. All messages of one patient
    count together, by the deployment's policies, as in `heimveg translate`.

    Example: heimveg explain melding.xml --path Encounter.period
    """
    import sys

    import orjson

    from hub.commands.files import moment, sample_ids
    from hub.contract import Rejection
    from hub.doors import course_of
    from hub.inspecting import Filter, explained, row
    from hub.reading import by_person, message_files, messages_in
    from hub.settings import load_settings

    course = course_of(load_settings())
    now, ids, wanted = moment(as_of), sample_ids(), Filter(xpath=xpath, path=path)
    read = [one for at in message_files(files) for one in messages_in(at)]
    refused = [one.path for one in read if isinstance(one.outcome, Rejection)]
    for at in refused:
        print(f"{at}: refused; see `heimveg validate`", file=sys.stderr)
    documents = [one.outcome for one in read if not isinstance(one.outcome, Rejection)]
    names = {one.outcome.head.message_id: str(one.path) for one in read if not isinstance(one.outcome, Rejection)}
    for own in by_person(documents):
        for element in explained(course, own, now, ids, wanted):
            file = names.get(element.message_id)
            print(orjson.dumps({"file": file, **row(element)}).decode() if json else _told(element, file))
    raise typer.Exit(1 if refused else 0)


def _told(element: Element, file: str | None) -> str:
    value = "(in the text)" if element.as_text else element.value
    rows = f", table {', '.join(element.rows)}" if element.rows else ""
    lines = [f"{element.resource.partition('/')[0]} {element.path} = {value}", f"    by {element.function}{rows}"]
    if element.xpath:
        said = "" if element.said == element.value else f' "{element.said}"'
        lines.insert(1, f"    from{said} {file}: {element.xpath}")
    return "\n".join(lines)
