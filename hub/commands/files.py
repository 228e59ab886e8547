"""``translate`` and ``validate``: work on files, with neither database nor Java."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from hub.contract import Ids

Paths = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Messages, or folders with *.xml in them.")]
AsOf = Annotated[
    str, typer.Option(metavar="TIME", help="As of when deadlines are judged, e.g. 2026-03-05T12:00. Default: now.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(translate)
    app.command()(validate)


def translate(
    files: Paths,
    as_of: AsOf = "",
) -> None:
    """Print the FHIR transaction Bundle for the course of these messages.

    All messages of one patient count together, in any order: corrections, cancellations, deadlines. Needs neither
    database nor Java. Ids are those of this deployment when its key is set (HEIMVEG_ID_KEY), otherwise a sample key's.

    Example: heimveg translate case/*.xml --as-of 2026-03-05T12:00 > bundle.json
    """
    from hub.contract import Rejection
    from hub.delivery.transaction import bundle_parts
    from hub.doors import course_of
    from hub.reading import message_files, messages_in
    from hub.settings import load_settings
    from hub.translate import changes_for

    now, ids = moment(as_of), sample_ids()
    read = [one for path in message_files(files) for one in messages_in(path)]
    refused = [(one.path, one.outcome) for one in read if isinstance(one.outcome, Rejection)]
    for path, outcome in refused:
        for fault in outcome.faults:
            print(f"{path}: {fault.code} {fault.path}: {fault.text}", file=sys.stderr)
    documents = [one.outcome for one in read if not isinstance(one.outcome, Rejection)]
    changes, issues = changes_for(documents, now, ids, course_of(load_settings()))
    for issue in issues:
        print(f"{issue.severity}: {issue.path}: {issue.text}", file=sys.stderr)
    for part in bundle_parts(changes):
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.write(b"\n")
    raise typer.Exit(1 if refused else 0)


def validate(
    files: Paths,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line instead of text.")] = False,
) -> None:
    """Check messages as the hub would, and print the verdict on each: accepted, or why not, where, and what to do.

    Exit code 0 when all are accepted, 1 when some are not.

    Example: heimveg validate melding.xml
    """
    import orjson

    from hub.reading import message_files, messages_in
    from hub.validate import verdict

    all_well = True
    for found in (verdict(one) for path in message_files(files) for one in messages_in(path)):
        all_well = all_well and found["verdict"] == "accepted"
        print(orjson.dumps(found).decode() if json else _told(found))
    raise typer.Exit(0 if all_well else 1)


def _told(found: dict[str, object]) -> str:
    apprec = found["apprec"]
    errors = apprec["errors"] if isinstance(apprec, dict) else []
    issues = found["issues"] if isinstance(found["issues"], list) else []
    lines = [f"{found['file']}: {found['verdict']} ({found['type'] or 'unknown type'} {found['version'] or ''})"]
    lines += [f"  {e['code']} {e['path']}\n    {e['text']}" for e in errors]
    lines += [f"  {i['severity']} {i['path']}\n    {i['text']}" for i in issues]
    return "\n".join(lines)


def moment(text: str) -> datetime:
    """A time given on the command line, Norwegian where it has no offset; now when none is given."""
    import datetime as clock

    from hub.errors import ConfigurationError
    from hub.wall_time import norwegian_time

    if not text:
        return clock.datetime.now(clock.UTC)
    try:
        return norwegian_time(clock.datetime.fromisoformat(text))
    except ValueError:
        raise ConfigurationError(f"--as-of {text} is no time; write it as 2026-03-05T12:00") from None


def sample_ids() -> Ids:
    """The ids of this deployment where its key is known, otherwise those of a sample key."""
    from hub.errors import ConfigurationError
    from hub.identity import id_maker
    from hub.settings import id_key, load_settings

    try:
        return id_maker(id_key(load_settings()))
    except ConfigurationError:
        return id_maker(b"the sample key of heimveg translate")
