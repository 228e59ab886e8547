"""Resource ids that are ours: deterministic, keyed, not reversible."""

from __future__ import annotations

import hmac
from functools import lru_cache

from hub.contract import Ids


def id_maker(key: bytes) -> Ids:
    """``ids(kind, *business_key)``: HMAC-SHA256 over ``kind|part|part`` under the deployment key, shaped as a UUID.

    The same key and parts always give the same id; without the key nobody can find out which fødselsnummer an id
    stands for. Version and variant bits are set (version 8, RFC 9562 5.8) so that strict UUID checks accept it.
    """
    if len(key) < 16:
        raise ValueError("the id key must be at least 16 bytes")

    @lru_cache(maxsize=65536)
    def ids(kind: str, *business_key: str) -> str:
        text = "|".join((kind, *(part.replace("\\", "\\\\").replace("|", "\\|") for part in business_key)))
        digest = bytearray(hmac.digest(key, text.encode(), "sha256")[:16])
        digest[6] = (digest[6] & 0x0F) | 0x80
        digest[8] = (digest[8] & 0x3F) | 0x80
        h = digest.hex()
        return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"

    return ids
