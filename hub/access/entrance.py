"""The door of this deployment, as its settings have it."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from hub import http
from hub.access.door import Door, first_use
from hub.access.dpop import Proofs
from hub.access.keys import IssuerKeys, check_address
from hub.access.limits import Limits
from hub.access.scopes import Role
from hub.access.token import Verifier
from hub.errors import ConfigurationError
from hub.keyring import Ring
from hub.log.database import Sessions
from hub.settings import Settings, ids_of


def door(settings: Settings, sessions: Sessions, client: http.Client | None, session: Ring) -> Door:
    """Who is let in. Without an issuer: everybody on this machine, as the demo user."""
    limits = Limits(per_minute=settings.requests_per_minute)
    if not settings.issuer or client is None:
        return Door(limits=limits)
    check_address(settings.issuer)
    nonce_key, *former = session.newest_first(b"dpop-nonce")
    return Door(
        verifier=Verifier(
            issuer=settings.issuer,
            audience=settings.audience,
            keys=IssuerKeys(issuer=settings.issuer, client=client),
            lowest_level=settings.lowest_level,
        ),
        proofs=Proofs(
            first_use=first_use(sessions),
            nonce_key=nonce_key if settings.dpop_nonce else None,
            former=tuple(former),
        ),
        dpop_required=settings.dpop_required,
        her_ids=_her_ids(settings.her_ids),
        public_url=settings.public_url,
        ids=ids_of(settings),
        refused=frozenset({Role.TESTER} if settings.synthetic_persons == "refuse" else ()),
        limits=limits,
    )


def _her_ids(path: Path | None) -> dict[str, tuple[str, ...]]:
    """The operator's list ``organisation,her_id``: messages often name a party by its HER-id alone."""
    if path is None:
        return {}
    found: dict[str, list[str]] = defaultdict(list)
    try:
        with path.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                found[row["organisation"].strip()].append(row["her_id"].strip())
    except (OSError, KeyError, AttributeError) as error:
        raise ConfigurationError(
            f"HEIMVEG_HER_IDS must name a CSV file with the columns organisation,her_id ({type(error).__name__})"
        ) from None
    return {number: tuple(ids) for number, ids in found.items()}
