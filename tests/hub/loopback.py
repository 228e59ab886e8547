"""A partner's HTTP server on this machine: real sockets, and what real partners do."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from loopback_server import serving


@dataclass
class Partner:
    """Takes what is posted. ``does`` is what becomes of the next posts, in order; then they are answered with 200.

    A number is a status; bytes are answered with 200; ``hangs up`` closes without a word; ``is slow`` keeps the
    answer until the caller has gone; ``kills the sender`` ends the process ``sender`` once it has the message.
    """

    does: list[int | bytes | str] = field(default_factory=list)
    got: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    sender: int = 0
    url: str = ""


@contextmanager
def listening(*does: int | bytes | str) -> Iterator[Partner]:
    """A partner who listens."""
    partner = Partner(does=list(does))
    with serving(_handler(partner)) as address:
        partner.url = f"{address}/messages"
        yield partner


def _handler(partner: Partner) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            what = partner.does.pop(0) if partner.does else 200
            partner.got.append(body)
            partner.headers.append({name.lower(): value for name, value in self.headers.items()})
            if what == "kills the sender":
                os.kill(partner.sender, signal.SIGKILL)
            if what in ("is slow", "kills the sender"):
                self.connection.recv(1)  # returns when the caller has gone
            if isinstance(what, str):
                self.close_connection = True
                return
            self._answer(*((what, b"") if isinstance(what, int) else (200, what)))

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def spoken(partner: Partner, name: str) -> Sequence[str]:
    """One header of everything that came."""
    return [told.get(name, "") for told in partner.headers]
