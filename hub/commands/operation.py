"""Commands that run the hub and keep it right: migrate, serve, worker, rebuild, verify, replay, send."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hub.rebuild import Summary
    from hub.settings import Settings
    from hub.worker import Parts

SHOWN = 5


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (migrate, serve, worker, rebuild, verify, replay, send):
        app.command()(command)


def migrate() -> None:
    """Bring the log's schema to where this version wants it. Safe to repeat.

    Example: DATABASE_URL=postgresql://heimveg@db/heimveg heimveg migrate
    """
    from hub.lanes import store_trouble
    from hub.log.migrate import upgrade

    with store_trouble():
        typer.echo(f"schema at revision {upgrade(settings_here())}")


def serve(port: Annotated[int | None, typer.Option(help="Instead of HEIMVEG_PORT; on loopback only")] = None) -> None:
    """Serve the REST interface: POST /messages and the rest. There is no access control, so this machine only.

    Example: heimveg serve --port 8040
    """
    from hub.serve import main

    main(settings_here(), port)


def worker() -> None:
    """Bring messages to the FHIR server, until stopped. Start as many as you like, anywhere.

    Example: HEIMVEG_FHIR_URL=http://hapi:8080/fhir heimveg worker
    """
    from hub.worker import main

    main(settings_here())


def rebuild(
    diff: Annotated[bool, typer.Option("--diff", help="Only show what would change; send nothing")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Write everything again, as to an emptied FHIR server")
    ] = False,
    examples: Annotated[int, typer.Option(help="How many ids to show of each kind of change")] = SHOWN,
    as_of: Annotated[
        str, typer.Option(metavar="TIME", help="With --diff: as of then, each field; e.g. 2026-03-05T12:00")
    ] = "",
    policy: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="With --diff: what another policy would change")
    ] = None,
    values: Annotated[
        bool, typer.Option("--values", help="With --diff: show texts too, not only codes and times")
    ] = False,
) -> None:
    """Project every person again from the log, and send what differs. Exit 1 if something could not be.

    With --as-of or --policy each element that would be otherwise is shown, by person, and nothing is ever written.

    Example: heimveg rebuild --diff --as-of 2026-03-05T12:00 --policy same_day_resolution=yes
    """
    if as_of or policy:
        if not diff:
            raise typer.BadParameter("--as-of and --policy only show: give --diff too")
        _what_if(as_of, policy or [], values)
    from hub.rebuild import preview
    from hub.rebuild import rebuild as rebuild_all

    async def work(parts: Parts) -> Summary:
        if diff:
            return await preview(parts.projector, progress=_progress("persons compared"))
        return await rebuild_all(parts.projector, forget=everything, progress=_progress("persons projected"))

    summary = with_parts(work)
    _print_changes(summary, "would send" if diff else "sent", examples)
    raise typer.Exit(0 if summary.well else 1)


def _what_if(as_of: str, policy: list[str], values: bool) -> None:
    """One line for each element that would be otherwise; a summary last."""
    import asyncio

    from hub.commands.files import moment
    from hub.compare import lines
    from hub.lanes import store_trouble
    from hub.log.database import connect
    from hub.whatif import Question, Told, answer

    settings = settings_here()
    chosen = tuple(_named(one) for one in policy)
    question = Question(as_of=moment(as_of), policies=chosen)

    async def run() -> Told:
        engine = connect(settings)
        try:
            with store_trouble():
                return await answer(engine, question, settings, lambda one: typer.echo("\n".join(lines(one, values))))
        finally:
            await engine.dispose()

    told = asyncio.run(run())
    resources = ", ".join(f"{count} {kind}" for kind, count in sorted(told.resources.items())) or "nothing"
    typer.echo(
        f"{told.persons} persons, {told.messages} messages: {told.changed} persons would change ({resources}), "
        f"{told.troubled} could not be compared"
    )
    raise typer.Exit(1 if told.troubled else 0)


def _named(policy: str) -> tuple[str, str]:
    name, separator, value = policy.partition("=")
    if not separator:
        raise typer.BadParameter(f"--policy {policy}: write it as name=value")
    return name.strip(), value.strip()


def verify(
    repair: Annotated[bool, typer.Option("--repair", help="Send again what is missing or differs")] = False,
    examples: Annotated[int, typer.Option(help="How many ids to show of each kind")] = SHOWN,
) -> None:
    """Compare what the FHIR server holds with what the log says, by id and content. Exit 1 when they differ.

    Example: heimveg verify     then, when it found something: heimveg verify --repair
    """
    from hub.verify import report
    from hub.verify import verify as verify_all

    async def work(parts: Parts) -> dict[str, Any]:
        return report(await verify_all(parts.projector, repair=repair, progress=_progress("persons")), examples)

    found = with_parts(work)
    typer.echo(
        f"{found['right']} right, {found['missing']} missing, {found['different']} different, "
        f"{found['extra']} that heimveg did not write, {found['repaired']} repaired"
    )
    for kind, refs in found["examples"].items():
        for ref in refs:
            typer.echo(f"  {kind}: {ref}")
    mended = repair and found["repaired"] >= found["missing"] + found["different"]
    wrong = found["extra"] + (0 if mended else found["missing"] + found["different"])
    raise typer.Exit(1 if wrong else 0)


def replay(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Messages, by the hub's id")] = None,
    since: Annotated[str | None, typer.Option(help="All received since then, 2026-03-04T12:00 or a date")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list them")] = False,
) -> None:
    """Read stored messages with today's adapter and project them again. No receipt is made twice.

    Example: heimveg replay --since 2026-03-04 --dry-run
    """
    from hub.replaying import chosen, replay_all

    if bool(ids) == bool(since):
        raise typer.BadParameter("give message ids, or --since; not both")
    settings = settings_here()
    rows = chosen(settings, ids or [], since)
    if dry_run:
        for row in rows:
            typer.echo(row)
        typer.echo(f"{len(rows)} would be replayed", err=True)
        return
    refused = 0
    for done in replay_all(settings, rows):
        refused += bool(done.refused)
        typer.echo(f"{done.id}: {'not replayed, ' + done.refused if done.refused else done.state}")
    raise typer.Exit(1 if refused else 0)


def send(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, folders or zips of messages")],
    url: Annotated[str | None, typer.Option(help="The hub; otherwise the one on this machine")] = None,
) -> None:
    """Post messages to a hub and print its answers. Exit 0 all accepted, 1 some refused, 2 hub not reached.

    Example: heimveg send innboks/ melding.xml --url http://127.0.0.1:8040
    """
    from hub.sending import items, send

    address = url or _hub_address()
    progress, refused, sent = _progress("messages"), 0, 0
    for sent, item in enumerate(items(paths), start=1):
        answered = send(item, address)
        refused += not answered.well
        typer.echo(answered.line)
        progress(sent, 0)
    if not sent:
        raise typer.BadParameter("no message or .zip found there")
    sys.stderr.write(f"{sent} messages sent, {refused} refused\n")
    raise typer.Exit(1 if refused else 0)


def settings_here() -> Settings:
    """From the environment; where that names no server, those that `heimveg up` runs here."""
    from hub.embedded.attach import attached
    from hub.logs import configure_logs
    from hub.settings import load_settings

    settings = attached(load_settings())
    configure_logs(settings.log_level)
    return settings


def with_parts(work: Callable[[Parts], Any]) -> Any:
    """Run against the log and the FHIR server that the settings name."""
    import asyncio

    from hub.lanes import store_trouble
    from hub.worker import parts

    settings = settings_here()

    async def run() -> Any:
        async with parts(settings) as made:
            with store_trouble():
                return await work(made)

    return asyncio.run(run())


def _hub_address() -> str:
    """The hub that `heimveg up` started, or the one that the settings describe."""
    import json

    from hub.settings import load_settings

    settings = load_settings()
    try:
        return str(json.loads((settings.home / "state.json").read_text(encoding="utf-8"))["hub_url"])
    except (OSError, ValueError, KeyError):
        return f"http://{settings.host}:{settings.port}"


def _progress(what: str) -> Callable[[int, int], None]:
    """A line on stderr that counts; often only where somebody looks. Of how many is told where that is known."""
    watched = sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        counted = f"{done} of {total} {what}" if total else f"{done} {what}"
        if watched:
            sys.stderr.write(f"\r{counted}" + ("\n" if done == total else ""))
            sys.stderr.flush()
        elif done == total or done % 1000 == 0:
            sys.stderr.write(f"{counted}\n")

    return tell


def _print_changes(summary: Summary, verb: str, examples: int) -> None:
    for (type_, kind), count in sorted(summary.counts.items()):
        shown = ", ".join(summary.examples[type_, kind][:examples])
        typer.echo(f"{verb} {count} {kind} {type_}: {shown}")
    total = sum(summary.counts.values())
    typer.echo(f"{summary.persons} persons, {verb} {total}, {summary.unchanged} unchanged")
    if not summary.well:
        typer.echo(f"{summary.left_out} messages could not be mapped, {summary.failed} failed; see the parked ones")
