"""A call goes to the address that was looked at, and the certificate must be for the name that was told."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub import http
from hub.feeds import notifying
from hub.feeds.endpoint import Place
from hub.feeds.notifying import Notifying, NotTakenError, Told
from hub.feeds.secrets import Seal, Secrets, new_secret
from hub.feeds.tables import Notification, Subscription

NAME, NOW = "epj.example.test", datetime.now(UTC)


@dataclass
class Receiver:
    """A TLS server with a certificate for one name, that only its own authority vouches for."""

    authority: Path
    port: int = 0
    got: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate, own = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    kind, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    own.write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, plain))
    found = Receiver(certificate)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            found.got.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(204)
            self.end_headers()

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """Whoever does not trust the certificate hangs up."""

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, own)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def posted(receiver: Receiver, monkeypatch: pytest.MonkeyPatch, client: httpx.AsyncClient, name: str = NAME) -> int:
    """The receiver's answer to a call to its address, by a name."""

    async def looked_at(url: str, *, anywhere: bool) -> Place:
        return Place(url=f"https://127.0.0.1:{receiver.port}/hook", host=name, name=name)

    async def within() -> int:
        async with client:
            nothing = cast(Any, None)
            telling = Notifying(sessions=nothing, ledger=nothing, seal=Seal(()), ids=nothing, client=client, base="")
            row = Subscription(
                client="epj", criteria="Task?", endpoint=f"https://{name}/hook", sealed="", ends=NOW, changed=NOW
            )
            secrets = Secrets(new_secret(), ("Authorization: Bearer x",))
            told = Notification(subscription=row.id, kind="handshake", next_try=NOW)
            return await telling._posted(Told(row=row, notification=told, items=(), secrets=secrets))

    monkeypatch.setattr(notifying, "place", looked_at)
    return asyncio.run(within())


def trusting(receiver: Receiver) -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=ssl.create_default_context(cafile=str(receiver.authority)), trust_env=False)


def test_the_certificate_is_for_the_name_though_the_call_is_to_an_address(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert posted(receiver, monkeypatch, trusting(receiver)) == 204
    (headers,) = receiver.got
    assert (headers["host"], headers["authorization"]) == (NAME, "Bearer x")
    assert {"webhook-id", "webhook-timestamp", "webhook-signature", "heimveg-events"} <= headers.keys()


def test_a_certificate_for_another_name_is_not_believed(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotTakenError):
        posted(receiver, monkeypatch, trusting(receiver), name="other.example.test")
    assert receiver.got == []


def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotTakenError):
        posted(receiver, monkeypatch, http.client(timeout=5, connections=1, accept="*/*"))
    assert receiver.got == []
