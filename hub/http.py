"""The one module that knows the HTTP client: how we call others, whoever they are."""

from __future__ import annotations

import httpx

RequestError = httpx.RequestError
"""The other side could not be reached, or the connection broke."""

Client = httpx.AsyncClient
"""One long-lived pool of connections."""

Auth = httpx.Auth
"""What is put on each request, and what is done when it is not enough."""
InvalidURL = httpx.InvalidURL
Request = httpx.Request
Response = httpx.Response


def client(*, timeout: float, connections: int, accept: str, auth: Auth | None = None) -> Client:
    """A client that trusts nothing around it: no redirects, no proxy from the environment (it would see patients)."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(timeout, connect=5.0, pool=None),
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        headers={"Accept": accept},
        auth=auth,
        follow_redirects=False,
        trust_env=False,
    )
