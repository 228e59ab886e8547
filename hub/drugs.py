"""The drug register in PostgreSQL: loaded from the user's own file, streamed, changed rows only, one transaction.

While it loads, comparisons see the old register; when the file breaks off, they go on seeing it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final, cast

import psycopg
from sqlalchemy import ARRAY, Text, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from hub import doors
from hub.contract import Document, Rejection, Term, TermReader
from hub.errors import ConfigurationError
from hub.settings import Settings

COLUMNS: Final = ("kind", "key", "number", "atc", "name", "text", "substance", "form", "of", "exchange", "gone")
STEP: Final = 5000
Progress = Callable[[int], None]
"""Told how many entries have been read, every few thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a load did. ``unchanged``: the very same file was loaded before; ``dangling``: references to nothing."""

    entries: int = 0
    changed: int = 0
    removed: int = 0
    retrieved: str = ""
    unchanged: bool = False
    dangling: tuple[tuple[str, int], ...] = ()


@cache
def _queries() -> dict[str, str]:
    """The statements by name."""
    script = (resources.files("hub.log") / "drugs.sql").read_text(encoding="utf-8")
    parts = re.split(r"^-- ([a-z]+) --\n", script, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def load(settings: Settings, path: Path, progress: Progress | None = None) -> Loaded:
    """Load a register from a file. Raises ``ConfigurationError`` where the file is none."""
    if not path.is_file():
        raise ConfigurationError(f"{path}: no such file")
    reader, digest = _reader(), _digest(path)
    terms = reader.terms(path)
    if isinstance(terms, Rejection):
        raise ConfigurationError("; ".join(f"{path}: {fault.text}" for fault in terms.faults))
    with connection(settings) as database:
        known = database.execute("SELECT sha256, entries, retrieved FROM drug_register WHERE name = %s", (reader.name,))
        row = known.fetchone()
        if row is not None and row[0] == digest:
            return Loaded(entries=row[1], retrieved=row[2], unchanged=True)
        try:
            return _loaded(database, terms, reader.name, digest, progress)
        except ValueError as broken:
            database.rollback()
            raise ConfigurationError(f"{broken} Nothing was changed.") from None


def _loaded(
    database: psycopg.Connection[Any], terms: Iterator[Term], name: str, digest: str, progress: Progress | None
) -> Loaded:
    queries = _queries()
    database.execute(queries["stage"])
    count, retrieved = 0, ""
    with database.cursor() as cursor, cursor.copy(queries["copy"]) as copy:
        for term in terms:
            if term.kind == "retrieved":
                retrieved = term.name
                continue
            copy.write_row([getattr(term, column) for column in COLUMNS])
            count += 1
            if progress is not None and count % STEP == 0:
                progress(count)
    database.execute(queries["inherit"])
    dangling = database.execute(queries["dangling"]).fetchall()
    removed = database.execute(queries["remove"]).rowcount
    changed = database.execute(queries["merge"]).rowcount
    told = {"name": name, "sha256": digest, "retrieved": retrieved, "entries": count}
    database.execute(queries["loaded"], told)
    return Loaded(
        entries=count,
        changed=changed,
        removed=removed,
        retrieved=retrieved,
        dangling=tuple(sorted((str(kind), int(number)) for kind, number in dangling)),
    )


async def with_register(session: AsyncSession, document: Document) -> Document:
    """The document with what the register says of its drugs as of now; as it is where it names none, or none is loaded.

    Kept with the document, these are facts of the day it was taken in: a projection asks no register.
    """
    named = doors.drugs_of(document)
    if not named:
        return document
    register = (await session.execute(_REGISTER)).first()
    if register is None:
        return document
    wanted = {"keys": list(named.keys), "numbers": list(named.numbers), "names": list(named.names)}
    rows = (await session.execute(_named(), wanted)).all()
    terms = [Term(**dict(zip(COLUMNS, row, strict=True))) for row in rows]
    return doors.with_register(document, register[0], register[1], terms)


_REGISTER: Final = text("SELECT name, retrieved FROM drug_register ORDER BY name LIMIT 1")


@cache
def _named() -> TextClause:
    query = text((resources.files("hub.log") / "registered.sql").read_text(encoding="utf-8"))
    lists = [bindparam(name, type_=ARRAY(Text)) for name in ("keys", "numbers", "names")]
    return query.bindparams(*lists)


def terms_of(settings: Settings) -> list[Term]:
    """The whole register as it is loaded; empty when none is."""
    with connection(settings) as database:
        rows = database.execute(f"SELECT {', '.join(COLUMNS)} FROM drug_term ORDER BY kind, key").fetchall()  # noqa: S608
    return [Term(**dict(zip(COLUMNS, row, strict=True))) for row in rows]


def connection(settings: Settings) -> psycopg.Connection[Any]:
    """A plain connection: ``with`` commits, or rolls back when something fails."""
    return psycopg.connect(settings.conninfo, connect_timeout=5)


@cache
def _reader() -> TermReader:
    found = sorted(entry_points(group="heimveg.terminology"), key=lambda point: point.name)
    if not found:
        raise ConfigurationError(
            "No reader of drug registers is installed (group heimveg.terminology); reinstall heimveg"
        )
    return cast("TermReader", found[0].load())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
