"""Adapters are found through the entry-point group ``heimveg.adapters``; the hub imports none of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, cast

from hub.contract import Adapter, Document, Outgoing, Raw, Report, Untold
from hub.errors import ConfigurationError
from hub.settings import Settings, load_settings

GROUP = "heimveg.adapters"
XML_TYPES = frozenset({"application/xml", "text/xml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """An adapter and the version of the distribution that brought it."""

    adapter: Adapter
    version: str

    @property
    def parser(self) -> str:
        """Which parser, of which version, made a document."""
        return f"{self.adapter.name} {self.version}"

    @property
    def content_types(self) -> frozenset[str]:
        """The media types its messages have over HTTP: the optional attribute ``content_types``, otherwise XML."""
        return frozenset(getattr(self.adapter, "content_types", XML_TYPES))

    @property
    def receipt_type(self) -> str:
        """The media type of its receipts: the optional attribute ``receipt_type``, otherwise XML; "" for none ever."""
        return str(getattr(self.adapter, "receipt_type", "application/xml"))

    @property
    def answers_again(self) -> bool:
        """Whether a repetition is owed the first answer once more: the optional attribute, otherwise no (AppRec)."""
        return bool(getattr(self.adapter, "answers_again", False))

    @property
    def json_schemas(self) -> Mapping[str, dict[str, Any]]:
        """JSON Schemas of formats that are its own, by name: the optional attribute ``json_schemas``."""
        return cast("Mapping[str, dict[str, Any]]", getattr(self.adapter, "json_schemas", {}))

    @property
    def is_chained(self) -> bool:
        """Whether each of its messages names the one before it as its conversation: the optional ``is_chained``."""
        return bool(getattr(self.adapter, "is_chained", False))

    def parts(self, raw: Raw) -> tuple[Raw, ...]:
        """The messages in one delivery: the optional method ``parts`` gives their bytes, otherwise it is one.

        It may also give one, without what must not be stored.
        """
        parts = getattr(self.adapter, "parts", None)
        bodies = cast("Sequence[bytes]", parts(raw)) if parts is not None else ()
        return tuple(replace(raw, body=body) for body in bodies) or (raw,)

    def stream(self, path: Path) -> Iterator[bytes] | None:
        """The messages of a file one at a time, for files too large to hold: the optional method ``stream``, or None.

        Raises ``ValueError`` where the file breaks off.
        """
        stream = getattr(self.adapter, "stream", None)
        return cast("Iterator[bytes]", stream(path)) if stream is not None else None

    def same_content(self, first: Raw, second: Raw) -> bool:
        """Whether two bodies that differ in bytes say the same: the optional method ``same``, otherwise no."""
        same = getattr(self.adapter, "same", None)
        return bool(same(first, second)) if same is not None else False

    def draft(self, document: Document, kind: str, *, id: str, at: datetime) -> bytes | None:
        """A message back that names what a document lacks: the optional method ``draft``, otherwise none."""
        draft = getattr(self.adapter, "draft", None)
        return cast("bytes | None", draft(document, kind, id=id, at=at)) if draft is not None else None

    @property
    def tells_of(self) -> Mapping[str, bool]:
        """The kinds of entries that ``outgoing`` may have something to tell of: the optional attribute. True where a
        later one about the same message takes the place of the one before."""
        return cast("Mapping[str, bool]", getattr(self.adapter, "tells_of", {}))

    def outgoing(
        self, entry: Document, documents: Sequence[Document], ids: Sequence[str], before: str | None
    ) -> tuple[Outgoing, ...]:
        """What tells a partner of an entry: the optional method ``outgoing``, otherwise nothing.

        ``documents`` are the patient's, the entry among them; ``ids`` are the ids that the messages get, in order;
        ``before`` is the id of the message, sent and in force, whose place this one's takes.
        """
        outgoing = getattr(self.adapter, "outgoing", None)
        return tuple(outgoing(entry, documents, ids=ids, before=before)) if outgoing is not None else ()

    def report(
        self, wanted: Report, documents: Sequence[Document], *, id: str, at: datetime
    ) -> Outgoing | Untold | None:
        """A report that somebody asks for: the optional method ``report``; None where its type is not the format's."""
        report = getattr(self.adapter, "report", None)
        return cast("Outgoing | Untold | None", report(wanted, documents, id=id, at=at)) if report else None


@lru_cache(maxsize=1)
def installed() -> tuple[Plugin, ...]:
    """Every installed adapter, by name. One that cannot be loaded stops the start: messages would be refused."""
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    if not found:
        raise ConfigurationError(f"No adapter is installed (entry-point group {GROUP}); reinstall heimveg")
    return tuple(_load(point) for point in found)


def _load(point: EntryPoint) -> Plugin:
    try:
        adapter = point.load()
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            f"Adapter {point.name} ({point.value}) cannot be loaded: {type(error).__name__}: {error}. "
            "Reinstall or remove the distribution that brings it."
        ) from error
    if missing := [part for part in ("name", "accepts", "read", "receipt") if not hasattr(adapter, part)]:
        lacking = ", ".join(missing)
        raise ConfigurationError(f"Adapter {point.name} ({point.value}) lacks {lacking}; see hub.contract.Adapter")
    _configure(adapter, load_settings())
    return Plugin(adapter=cast(Adapter, adapter), version=point.dist.version if point.dist else "0")


def _configure(adapter: object, settings: Settings) -> None:
    """Tell an adapter that asks (optional method ``configure``) what the deployment has decided.

    The official schemas, which we may not ship, run beside its own; messages to and from ``own_parties`` are taken.
    """
    if settings.schemas is not None and not settings.schemas.is_dir():
        raise ConfigurationError(
            f"HEIMVEG_SCHEMAS={settings.schemas} is no folder; name the one with the official schemas"
        )
    if (configure := getattr(adapter, "configure", None)) is not None:
        try:
            configure(
                schemas=settings.schemas,
                own_parties=settings.own_parties,
                accept_synthetic=settings.synthetic_persons == "accept",
                keep_restricted=settings.restricted_services == "keep",
                openehr_templates=settings.openehr_templates,
            )
        except (ValueError, OSError) as error:
            raise ConfigurationError(f"HEIMVEG_OPENEHR_TEMPLATES={settings.openehr_templates}: {error}") from None


def plugin_for(raw: Raw, plugins: Iterable[Plugin]) -> Plugin | None:
    """The first adapter that knows the format."""
    return next((plugin for plugin in plugins if plugin.adapter.accepts(raw)), None)


def parts_of(raw: Raw, plugins: Iterable[Plugin]) -> tuple[Raw, ...]:
    """The messages in one delivery, by the adapter that knows its format."""
    plugin = plugin_for(raw, plugins)
    return plugin.parts(raw) if plugin else (raw,)


def content_types(plugins: Sequence[Plugin]) -> frozenset[str]:
    """Every media type that some adapter takes."""
    return frozenset().union(*(plugin.content_types for plugin in plugins))
