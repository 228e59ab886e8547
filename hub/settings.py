"""What the operator may set, from the environment (prefix ``HEIMVEG_``, and ``DATABASE_URL``)."""

from __future__ import annotations

import ipaddress
import os
import secrets
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from hub.contract import HER_ID, ORGANISASJONSNUMMER, Identifier, Ids
from hub.errors import ConfigurationError
from hub.identity import id_maker

MEBIBYTE = 1024 * 1024
SHORTEST_KEY = 32
_KINDS = {"HER": HER_ID, "ENH": ORGANISASJONSNUMMER}


def _home() -> Path:
    """``.heimveg`` here, or below the temporary folder for root where other users (PostgreSQL's) cannot get here."""
    here = Path.cwd().absolute()
    if os.geteuid() == 0 and not all(folder.stat().st_mode & 0o001 for folder in (here, *here.parents)):
        return Path("/var/tmp") / "heimveg" if Path("/var/tmp").is_dir() else Path(tempfile.gettempdir()) / "heimveg"  # noqa: S108
    return here / ".heimveg"


def _party(told: str) -> Identifier:
    """``HER:<HER-id>`` or ``ENH:<organisasjonsnummer>``."""
    kind, _, value = told.partition(":")
    number = value.replace(" ", "")
    if kind.strip().upper() not in _KINDS or not number.isdecimal():
        raise ValueError(f"{told!r} is neither HER:<HER-id> nor ENH:<organisation number>")
    return Identifier(_KINDS[kind.strip().upper()], number)


class Settings(BaseSettings):
    """All settings of hub and worker. Secrets never show in ``repr``."""

    model_config = SettingsConfigDict(env_prefix="HEIMVEG_", env_ignore_empty=True, frozen=True, extra="ignore")

    database_url: SecretStr | None = Field(default=None, validation_alias=AliasChoices("DATABASE_URL", "database_url"))
    fhir_url: str | None = None
    home: Path = Field(default_factory=_home)
    schemas: Path | None = None
    openehr_templates: Path | None = None
    """A CSV (template, field, path) with path maps of openEHR templates, read before ours."""
    profiles: Path | None = None

    id_key: SecretStr | None = None
    id_key_file: Path | None = None
    ledger_key: SecretStr | None = None
    ledger_key_file: Path | None = None
    session_key: SecretStr | None = None
    session_key_file: Path | None = None

    host: str = "127.0.0.1"
    port: int = Field(default=8040, ge=0, le=65535)
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()

    issuer: str = ""
    audience: str = "heimveg"
    dpop_required: bool = True
    dpop_nonce: bool = False
    lowest_level: int = Field(default=3, ge=0, le=4)
    her_ids: Path | None = None
    client_id: str = ""
    """Of our own calls: the client of the identity provider whose token goes on calls to the FHIR server."""
    client_issuer: str = ""
    client_key_file: Path | None = None
    client_scope: str = ""
    client_tenant: str = Field(default="", pattern=r"^(\d{9}(:\d{9})?)?$")
    public_url: str = ""
    requests_per_minute: int = Field(default=1200, ge=0)
    request_seconds: float = Field(default=300.0, gt=0)
    """How long one request may take, from its first byte to the last of its answer."""
    event_days: int = Field(default=90, gt=0)
    """How long events are kept; whoever follows and comes later must read anew."""
    subscription_days: int = Field(default=31, gt=0, le=366)
    """How long a subscription lasts at most before its owner must show a token again."""
    webhooks_anywhere: bool = False
    """For development: subscribers may be on this machine or network, and without TLS."""

    max_message_bytes: int = Field(default=16 * MEBIBYTE, gt=0)
    max_upload_bytes: int = Field(default=64 * MEBIBYTE, gt=0)
    max_upload_messages: int = Field(default=1000, gt=0)

    policies: Annotated[dict[str, str], NoDecode] = Field(default_factory=dict)
    """Named choices where the rules leave room, as ``death_day_counts=yes,reply_hours=12`` (``docs/rules.md``)."""
    rates: Path | None = None
    """A CSV with the price of a døgn by dates, read before the national one."""
    programmes: Path | None = None
    """A CSV with programmes and their wards, each instead of ours of the same name."""
    checklists: Path | None = None
    """A CSV with checklists of the deployment's own; one of the name and version of ours stands in its place."""
    checklists_chosen: Path | None = None
    """A CSV with the checklists that stays have by themselves, by municipality and ward."""
    municipalities: Path | None = None
    """A CSV ``kommune,organisation``: the municipality that a patient lives in sees the stay, whoever wrote to it."""

    service_codes: Path | None = None
    """A CSV ``service_code,system,code``: which municipal services give a need to know, beside those that we know."""

    folder: Path | None = None
    folder_seconds: float = Field(default=1.0, gt=0)

    mllp_port: int | None = Field(default=None, ge=0, le=65535)
    """Where HL7 v2 is heard over MLLP; nowhere by default."""
    mllp_host: str = "127.0.0.1"
    mllp_envelope: Path | None = None
    """A side-car (``docs/medication.md``) for all that comes over MLLP."""
    mllp_certificate: Path | None = None
    mllp_key: Path | None = None
    mllp_callers: Path | None = None
    """Who may call: the certificates of authorities that callers' own are signed by. Needed beyond this machine."""

    outbox: Annotated[tuple[str, ...], NoDecode] = ("all",)
    """Which message types (list 8279) are drafted of what is entered: ``all``, ``none``, or their names."""
    outbox_unattended: Annotated[tuple[str, ...], NoDecode] = ()
    """Which of them go without anybody's approval."""
    transport: str = ""
    """How messages leave: ``folder``, ``http``, ``meldingstjener``, or one that is installed beside them."""
    transport_folder: Path | None = None
    transport_url: str = ""
    transport_token_file: Path | None = None

    own_parties: Annotated[tuple[Identifier, ...], NoDecode] = ()
    """Who this hub answers for, ``HER:123, ENH:123456785``; none means every receiver."""
    synthetic_persons: Literal["accept", "refuse"] = "accept"
    """``refuse`` in production: a test person's number then identifies nobody (the compose deployment sets it)."""
    restricted_services: Literal["drop", "keep"] = "drop"
    """Municipal services whose codes tell of coercion (kodeverk 9151: 14, 23, 24): ``drop`` takes them out unread."""

    log_level: str = "INFO"

    @field_validator("allowed_hosts", "outbox", "outbox_unattended", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("policies", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.partition("=") for part in value.split(",") if part.strip()]
        if any(not separator for _, separator, _ in parts):
            raise ValueError("write name=value,name=value")
        return {name.strip(): chosen.strip() for name, _, chosen in parts}

    @field_validator("own_parties", mode="before")
    @classmethod
    def _parties(cls, value: object) -> object:
        return tuple(map(_party, filter(None, map(str.strip, value.split(","))))) if isinstance(value, str) else value

    @property
    def conninfo(self) -> str:
        """The database address as libpq and procrastinate take it."""
        if self.database_url is None:
            raise ConfigurationError(
                "DATABASE_URL is not set; run `heimveg up`, or give postgresql://user:pass@host/db"
            )
        text = self.database_url.get_secret_value()
        scheme, separator, rest = text.partition("://")
        if not separator or scheme.split("+")[0] not in ("postgresql", "postgres"):
            raise ConfigurationError("DATABASE_URL must look like postgresql://user:pass@host:port/database")
        return f"postgresql://{rest}"

    @property
    def sqlalchemy_url(self) -> str:
        """The same address for SQLAlchemy with psycopg 3, sync or async."""
        return self.conninfo.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def fhir_base(self) -> str:
        """The FHIR server's base URL without a trailing slash."""
        if not self.fhir_url:
            raise ConfigurationError(
                "HEIMVEG_FHIR_URL is not set; run `heimveg up`, or give the server's base URL, http://host:8080/fhir"
            )
        return self.fhir_url.rstrip("/")

    @property
    def key_path(self) -> Path:
        """Where the deployment's id key is kept when it is not given in the environment."""
        return self.id_key_file or self.home / "id.key"


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment; a wrong one stops the start with its name."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as error:
        lines = "; ".join(
            f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors(include_input=False)
        )
        raise ConfigurationError(f"Wrong setting (prefix HEIMVEG_): {lines}") from None


def id_key(settings: Settings) -> bytes:
    """The deployment key under every id. Losing or changing it gives every resource a new id: back it up.

    From ``HEIMVEG_ID_KEY``, or the file named by ``HEIMVEG_ID_KEY_FILE`` (``id.key`` in the data folder).
    """
    if settings.id_key is not None:
        return _checked(settings.id_key.get_secret_value().encode(), "HEIMVEG_ID_KEY")
    try:
        return _checked(settings.key_path.read_bytes().strip(), str(settings.key_path))
    except FileNotFoundError:
        raise ConfigurationError(
            "No id key: set HEIMVEG_ID_KEY or HEIMVEG_ID_KEY_FILE to the deployment's secret "
            "(at least 32 characters, for instance from `openssl rand -hex 32`), or run `heimveg up`, which makes one."
        ) from None


def ensure_id_key(settings: Settings) -> bytes:
    """The key, made at the first start of an embedded hub. Readable by its owner only."""
    if settings.id_key is None and settings.id_key_file is None and not settings.key_path.exists():
        settings.home.mkdir(parents=True, exist_ok=True)
        draft = settings.home / f".id.key.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_hex(32) + "\n")
        try:
            os.link(draft, settings.key_path)  # atomic, and the first of two starters wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return id_key(settings)


def _checked(key: bytes, source: str) -> bytes:
    if len(key) < SHORTEST_KEY:
        raise ConfigurationError(f"{source}: the id key must be at least {SHORTEST_KEY} characters")
    return key


@lru_cache(maxsize=4)
def _ids(key: bytes) -> Ids:
    return id_maker(key)


def ids_of(settings: Settings) -> Ids:
    """The id function of this deployment, with its cache shared in the process."""
    return _ids(id_key(settings))


def host_to_bind(settings: Settings) -> str:
    """Where to listen: anywhere when callers must show a token, on this machine only when they need not."""
    return settings.host.strip("[]") if settings.issuer else loopback_only(settings.host)


def loopback_only(host: str) -> str:
    """The host to bind, which must be loopback where everybody is let in, so that nobody else can reach it."""
    if not is_loopback(host):
        raise ConfigurationError(
            f"HEIMVEG_HOST={host} is not a loopback address. Without an issuer of tokens (HEIMVEG_ISSUER) the hub lets "
            "everybody in and must not be reachable from outside; set HEIMVEG_ISSUER, or use 127.0.0.1."
        )
    return host.strip("[]")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
