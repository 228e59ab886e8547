"""Where notifications may go: to others over TLS, never to what is behind our own wall.

A subscriber names an address that *we* call. Were that the FHIR server, the database's host or a cloud's metadata
service, the hub would be their way in (server-side request forgery). So every address that the name stands for is
looked at when it is called, and the call goes to the very address that was looked at: a name that changes in between
gains nothing. Redirects are not followed, answers are not read.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

from hub.errors import RetriableError

TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""IPv4 addresses behind a translator (RFC 6052)."""
LONGEST: Final = 1000
DEFAULT: Final = {"https": 443, "http": 80}


class UnreachableError(RetriableError):
    """The receiver's name stands for nothing, or for nothing that may be called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An endpoint, and the one address that is called."""

    url: str
    """With the address in the name's place."""
    host: str
    """For the ``Host`` header."""
    name: str
    """For the certificate."""


def fault(url: str, *, anywhere: bool) -> str:
    """What is wrong with an endpoint, in bokmål; "" when nothing is. ``anywhere`` is for development."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "Adressen kan ikke leses."
    if len(url) > LONGEST or not url.isascii() or not host or any(c.isspace() for c in url):
        return "Adressen kan ikke leses."
    if parts.scheme not in (("https", "http") if anywhere else ("https",)):
        return "Adressen må begynne med https."
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "Adressen kan ikke ha bruker, passord eller fragment."
    if not anywhere and _is_named_inside(host):
        return "Adressen må være for alle, ikke på vår side."
    return ""


async def place(url: str, *, anywhere: bool) -> Place:
    """Where to call now; ``UnreachableError`` when that is nowhere."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    port = parts.port or DEFAULT[parts.scheme]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except OSError:
        raise UnreachableError("Navnet i adressen finnes ikke.") from None
    addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not addresses or not (anywhere or all(map(is_outside, addresses))):
        raise UnreachableError("Navnet i adressen står for noe som ikke er for alle.")
    first = f"[{addresses[0]}]" if addresses[0].version == 6 else str(addresses[0])
    rest = url.partition("://")[2].lstrip("/")
    path = rest[len(parts.netloc) :] or "/"
    return Place(url=f"{parts.scheme}://{first}:{port}{path}", host=parts.netloc, name=name)


def is_outside(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the world's, also when it is written as another kind's."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_outside(address.ipv4_mapped)
        if address.sixtofour or address.teredo or address in TRANSLATED or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_named_inside(host: str) -> bool:
    """A name without a dot is one of a local network; an address tells by itself. Numbers in other spellings
    (``127.1``, ``0x7f000001``) are read as what a resolver makes of them, when they are called."""
    try:
        return not is_outside(ip_address(host))
    except ValueError:
        return "." not in host.rstrip(".") or host.rstrip(".").rpartition(".")[2] in ("localhost", "local", "internal")
