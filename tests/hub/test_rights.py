"""Every route says which right it asks for; one that does not would be open to everybody."""

from __future__ import annotations

import inspect
from typing import Any, cast

from fastapi import FastAPI
from fastapi.routing import APIRoute

from hub.access.scopes import Right
from hub.api.app import create_app
from hub.api.services import Services
from hub.settings import load_settings

METADATA = {"/fhir/metadata", "/careplan/metadata", "/epj/r4/{organisation}/metadata"}
OPEN = {"/health", "/ready", "/schemas/{name}.json", *METADATA}
OF_THE_FRAMEWORK = {"/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"}
"""The interface description: the same for everybody, about nobody."""


def app() -> FastAPI:
    nothing = cast(Any, None)
    services = Services(settings=load_settings(), engine=nothing, sessions=nothing, intake=nothing, ledger=nothing)
    return create_app(services)


def served(of: FastAPI) -> tuple[list[APIRoute], set[str]]:
    """The routes that say what they need, those of included routers too; and the paths of all others."""
    waiting, found, others = list(of.routes), [], set()
    while waiting:
        route = waiting.pop()
        if isinstance(route, APIRoute):
            found.append(route)
        elif (router := getattr(route, "original_router", None)) is not None:
            waiting += router.routes
        else:
            others.add(getattr(route, "path", "?"))
    return found, others


def rights(route: APIRoute) -> list[Right]:
    asked = (getattr(dependency.dependency, "right", None) for dependency in route.dependencies)
    return [right for right in asked if right is not None]


def test_every_route_declares_its_right() -> None:
    """Add ``dependencies=[needs(Right....)]`` to the route."""
    routes, _ = served(app())
    assert len(routes) > 20
    assert [r.path for r in routes if len(rights(r)) != 1] == []
    assert {r.path for r in routes if rights(r) == [Right.ANYONE]} == OPEN


def test_no_route_stands_beside_the_declared_ones() -> None:
    assert served(app())[1] == OF_THE_FRAMEWORK


def test_no_dependency_of_a_route_sends_its_calls_through_a_thread() -> None:
    """FastAPI runs what is not asynchronous in a pool of threads: time for nothing, at each call."""
    routes, _ = served(app())
    waiting = [dependant for route in routes for dependant in route.dependant.dependencies]
    slow = set()
    while waiting:
        one = waiting.pop()
        waiting += one.dependencies
        if not inspect.iscoroutinefunction(one.call):
            slow.add(getattr(one.call, "__name__", "?"))
    assert slow == set()
