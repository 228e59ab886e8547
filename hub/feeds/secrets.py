"""What a subscription has that nobody may read: its signing secret and the receiver's own headers; and the signature.

Kept encrypted (JWE, ``dir`` and ``A256GCM``) under a key made from the deployment's session key, so that the database
alone gives nobody away. The signature is that of Standard Webhooks 1.0: HMAC-SHA256 over ``id.timestamp.body``.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime

import orjson
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

PREFIX = "whsec_"
PURPOSE = b"webhook-secrets"
LENGTH = 32


@dataclass(frozen=True, slots=True)
class Secrets:
    """``signing`` as its owner got it, once; ``headers`` as they told us, ``Name: value``."""

    signing: str
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seal:
    """Closes with the newest key, opens with any."""

    keys: tuple[bytes, ...]

    def close(self, told: Secrets) -> str:
        """The sealed text."""
        body = orjson.dumps({"signing": told.signing, "headers": told.headers})
        return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, body, OctKey.import_key(self.keys[0]))

    def open(self, sealed: str) -> Secrets | None:
        """What was sealed; None when its key is no longer in the ring."""
        for key in self.keys:
            try:
                plain = jwe.decrypt_compact(sealed, OctKey.import_key(key)).plaintext
            except (JoseError, ValueError):
                continue
            told = orjson.loads(plain or b"{}")
            return Secrets(told["signing"], tuple(told["headers"]))
        return None

    def is_newest(self, sealed: str) -> bool:
        """Whether the newest key closed it; else it is closed again, so that the older one can be taken away."""
        return Seal(self.keys[:1]).open(sealed) is not None


def new_secret() -> str:
    """As the receiver's library takes it."""
    return PREFIX + b64encode(secrets.token_bytes(LENGTH)).decode()


def signature(secret: str, id_: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers that prove a notification: whose it is, when it was made, and that nobody changed it."""
    seconds = str(int(at.timestamp()))
    key = b64decode(secret.removeprefix(PREFIX))
    mac = hmac.digest(key, b".".join((id_.encode(), seconds.encode(), body)), "sha256")
    return {"webhook-id": id_, "webhook-timestamp": seconds, "webhook-signature": f"v1,{b64encode(mac).decode()}"}
