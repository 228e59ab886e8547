"""A subscriber's address is called only when it is out in the world, and the address looked at is the one called."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address
from typing import Any

import pytest

from hub.feeds.endpoint import UnreachableError, fault, is_outside, place

INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.1", "100.64.0.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::1", "192.0.2.1", "198.18.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_of_our_own_side_are_not_outside(address: str) -> None:
    assert not is_outside(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:400f:80a::200e"])
def test_addresses_of_the_world_are_outside(address: str) -> None:
    assert is_outside(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://epj.example.no/h", "ftp://epj.example.no/h", "https://127.0.0.1/h", "https://[::1]/h", "https:///h",
        "https://localhost/h", "https://hapi:8080/fhir", "https://10.0.0.7:5432", "https://169.254.169.254/latest",
        "https://user:word@epj.example.no/h", "https://epj.example.no/h#part", "https://epj.example.no/a b", "", "x",
        "https://epj.example.no:99999/h", "https://db.internal/h", "https://epj.example.no/" + "x" * 1000,
    ],
)  # fmt: skip
def test_an_endpoint_that_is_not_out_in_the_world_over_tls_is_refused_when_it_is_told(url: str) -> None:
    assert fault(url, anywhere=False)


def test_an_endpoint_out_in_the_world_is_fine_and_in_development_one_here_is_too() -> None:
    assert fault("https://epj.example.no:8443/hook?for=us", anywhere=False) == ""
    assert fault("http://127.0.0.1:9/hook", anywhere=True) == ""


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    class Loop:
        async def getaddrinfo(self, name: str, port: int, **_: Any) -> list[Any]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(asyncio, "get_running_loop", Loop)


def test_the_call_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "8.8.8.8")
    to = asyncio.run(place("https://epj.example.no/hook?for=us", anywhere=False))
    assert (to.url, to.host, to.name) == ("https://8.8.8.8:443/hook?for=us", "epj.example.no", "epj.example.no")


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("::1",), ()])
def test_a_name_that_stands_for_our_own_side_is_not_called(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    resolving(monkeypatch, *addresses)
    with pytest.raises(UnreachableError):
        asyncio.run(place("https://epj.example.no/hook", anywhere=False))


@pytest.mark.parametrize("name", ["127.1", "0x7f.1", "2130706433", "0177.0.0.1"])
def test_an_address_in_another_spelling_is_read_as_it_is_called(name: str) -> None:
    with pytest.raises(UnreachableError):
        asyncio.run(place(f"https://{name}/hook", anywhere=False))
