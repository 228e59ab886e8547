"""Applications that tests share one after the other: to put all routes together costs more than most requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from hub.api.app import create_app
from hub.api.services import Services

IDLE: dict[tuple[object, ...], list[FastAPI]] = {}
"""By what an application takes from the settings when it is made."""


@contextmanager
def application(services: Services) -> Iterator[FastAPI]:
    """An application around these services, which nobody else has until it is given back. It is not started."""
    idle = IDLE.setdefault((services.settings.allowed_hosts, services.settings.request_seconds), [])
    app = idle.pop() if idle else create_app(services)
    app.state.services = services
    try:
        yield app
    finally:
        idle.append(app)
