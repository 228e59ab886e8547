"""Keys of our own rows."""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def time_ordered_id() -> UUID:
    """A UUID of version 7 (RFC 9562 5.7): milliseconds first, so that rows sort and cluster by arrival."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)
