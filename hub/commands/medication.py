"""``medication``: compare the medication lists in files, with neither database nor Java."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.commands.files import AsOf, Paths

if TYPE_CHECKING:
    from pathlib import Path

    from hub.contract import Rejection, Term


BAGS = ("doctor", "pharmacy", "roll_from", "roll_to", "order_deadline")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(medication)


def medication(
    files: Paths,
    as_of: AsOf = "",
    phase: Annotated[
        str, typer.Option(help="Where in the stay: admission, discharge or home; as the lists tell where not said.")
    ] = "",
    age: Annotated[int | None, typer.Option(help="The patient's age, which some risks depend on.")] = None,
    fest: Annotated[bool, typer.Option("--fest", help="Use the FEST that `heimveg fest load` loaded.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a person instead of tables.")] = False,
) -> None:
    """Compare the medication lists of each person in these files: what differs, how severe it is, and why.

    Reads messages (PLO, EPJ-innhold), FHIR Bundles, HL7 v2 orders and the CSV export; FILE.envelope.json
    may say what a list leaves out: sourceSystem, sourceOrg, listType, listTime, completeness, patient. Nothing is
    merged and nothing decided.
    Exit code 1 when something must be looked at, or a file is refused.

    Example: heimveg medication fastlege.json meona.csv utskrivningsrapport.xml
    """
    import orjson

    from hub.commands.files import moment
    from hub.comparing import PHASES, comparisons, documents_in, list_files
    from hub.contract import Rejection
    from hub.errors import ConfigurationError

    if phase and phase not in PHASES:
        raise ConfigurationError(f"--phase {phase} is none of {', '.join(PHASES)}")
    read = [(path, documents_in(path)) for path in list_files(files)]
    refused = [(path, outcome) for path, outcome in read if isinstance(outcome, Rejection)]
    _tell_refused(refused)
    documents = [one for _, outcome in read if not isinstance(outcome, Rejection) for one in outcome]
    found = comparisons(documents, moment(as_of), phase=phase, age=age, register=_register() if fest else [])
    for number, one in enumerate(found, 1):
        if json:
            print(orjson.dumps(one).decode())
        else:
            _show(one, number)
    if not found and not json:
        print("No medication list in these files.")
    to_look_at = any(finding["severity"] != "info" for one in found for finding in one["findings"])
    raise typer.Exit(1 if refused or to_look_at else 0)


def _register() -> list[Term]:
    from hub.commands.operation import settings_here
    from hub.drugs import terms_of
    from hub.errors import ConfigurationError
    from hub.lanes import store_trouble

    with store_trouble():
        found = terms_of(settings_here())
    if not found:
        raise ConfigurationError("--fest: no FEST is loaded; run `heimveg fest load FILE` first")
    return found


def _tell_refused(refused: list[tuple[Path, Rejection]]) -> None:
    import sys

    for path, outcome in refused:
        for fault in outcome.faults:
            print(f"{path}: {fault.code} {fault.path}: {fault.text}", file=sys.stderr)


def _show(found: dict[str, Any], number: int) -> None:
    from rich.console import Console

    console = Console()
    console.print(f"[bold]Person {number}[/bold]: {len(found['lists'])} lists as of {found['at'][:16]}")
    for one in found["lists"]:
        whole = "" if one["complete"] else ", changes only"
        console.print(f"  {one['name']}, {one['time'][:16]}: {one['lines']} lines{whole} ({one['counts_as']})")
    for one in found["multidose"]:
        told = [f"{name.replace('_', ' ')} {one[name]}" for name in BAGS if one[name]]
        console.print(f"  [bold]multidose[/bold] by {one['name']}: {', '.join(told) or 'nothing more is said'}")
    if found["allergies"]:
        console.print(f"  [bold]allergies[/bold]: {', '.join(dict.fromkeys(a['text'] for a in found['allergies']))}")
    console.print(f"  {found['terminology']['text']}")
    console.print(_treatments(found))
    console.print(_findings(found))
    for issue in found["issues"]:
        console.print(f"  {issue['code']} {issue['path']}: {issue['text']}")


def _treatments(found: dict[str, Any]) -> Any:
    from rich.table import Table

    table = Table("treatment", *(one["name"] for one in found["lists"]))
    for group in found["treatments"]:
        cells = []
        for one in found["lists"]:
            lines = [line for line in group["lines"] if line["list"] == one["id"]]
            cells.append("\n".join(_cell(line) for line in lines) or "-")
        table.add_row(group["name"], *cells)
    return table


def _cell(line: dict[str, Any]) -> str:
    state = "" if line["state"] == "active" else f" [{line['state_text']}]"
    return f"{line['name']}: {line['dose'] or 'no dose'}{state}".replace("[", "\\[")


def _findings(found: dict[str, Any]) -> Any:
    from rich.table import Table

    table = Table("severity", "what", "why")
    for finding in found["findings"]:
        table.add_row(finding["severity"].upper(), finding["code"], finding["text"])
    return table
